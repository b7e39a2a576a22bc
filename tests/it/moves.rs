//! Moving organizations: what is refused, what changes and what does not.

mod below;
mod rights;

use crate::support::build::ORGANIZATION_CREATE;
use crate::support::{Engine, Person, Postgres, World, code, each_engine, user_errors};
use serde_json::{Value, json};

pub const MOVE: &str = "mutation($input: OrganizationMoveInput!) { organizationMove(input: $input) {
    organization { name version parent { name } } removedFromView userErrors { code message path } } }";
const PLACE: &str = "query($id: ID!) { organization(id: $id) {
    version parent { name } ancestors { name } children(first: 100) { nodes { name } } } }";

pub async fn move_as(world: &World, person: &Person, id: &str, to: Option<&str>) -> Vec<String> {
    let input = json!({ "id": id, "newParentId": to });
    user_errors(&world.attempt(person, MOVE, input).await)
}

async fn place(world: &World, person: &Person, id: &str) -> Value {
    world.ask(person, PLACE, json!({ "id": id })).await["organization"].clone()
}

async fn version(world: &World, id: &str) -> Value {
    place(world, &world.admin, id).await["version"].clone()
}

fn names(nodes: &Value) -> String {
    let nodes = nodes.as_array().expect("a list");
    let names: Vec<_> = nodes
        .iter()
        .filter_map(|node| node["name"].as_str())
        .collect();
    names.join(" ")
}

/// Organizations of these names, each below the one before it.
async fn chain(world: &World, names: &[&str]) -> Vec<String> {
    let mut made: Vec<String> = Vec::new();
    for name in names {
        let parent = made.last().cloned();
        made.push(world.organization(name, parent.as_deref()).await);
    }
    made
}

/// T-25.
#[tokio::test]
async fn an_organization_cannot_move_below_itself() {
    each_engine(async |world| {
        let ids = chain(&world, &["Acme", "Sales", "Europe"]).await;
        for (to, message) in [
            (0, "Acme cannot lie below itself"),
            (1, "Sales lies below Acme"),
            (2, "Europe lies below Acme"),
        ] {
            let input = json!({ "id": ids[0], "newParentId": ids[to] });
            let got = world.attempt(&world.admin, MOVE, input).await;
            let error =
                json!({ "code": "HIERARCHY_CYCLE", "message": message, "path": ["newParentId"] });
            assert_eq!(
                got,
                json!({ "organization": null, "removedFromView": false, "userErrors": [error] })
            );
        }
        // Upwards along the same line is fine.
        assert_eq!(
            move_as(&world, &world.admin, &ids[2], Some(&ids[0])).await,
            [""; 0]
        );
        assert_eq!(
            names(&place(&world, &world.admin, &ids[0]).await["children"]["nodes"]),
            "Europe Sales"
        );
        assert_eq!(
            world.system.check().await.expect("a report").faults,
            [""; 0]
        );
    })
    .await;
}

/// T-177: only the moved node's version is bumped, by one; T-114: a move to where it is comes to nothing.
#[tokio::test]
async fn a_move_takes_everything_below_with_it_and_counts_for_the_moved_one_alone() {
    each_engine(async |world| {
        let ids = chain(&world, &["Acme", "Sales", "Europe", "Berlin"]).await;
        let other = world.organization("Other", None).await;
        let input = json!({ "id": ids[1], "newParentId": other });
        let moved = world.attempt(&world.admin, MOVE, input.clone()).await;
        let sales = json!({ "name": "Sales", "version": 2, "parent": { "name": "Other" } });
        assert_eq!(
            moved,
            json!({ "organization": sales, "removedFromView": false, "userErrors": [] })
        );
        assert_eq!(world.attempt(&world.admin, MOVE, input).await, moved);
        assert_eq!(
            names(&place(&world, &world.admin, &ids[3]).await["ancestors"]),
            "Europe Sales Other"
        );
        for unmoved in [&ids[0], &ids[2], &ids[3], &other] {
            assert_eq!(version(&world, unmoved).await, 1);
        }
        assert_eq!(move_as(&world, &world.admin, &ids[1], None).await, [""; 0]);
        assert_eq!(
            names(&place(&world, &world.admin, &ids[3]).await["ancestors"]),
            "Europe Sales"
        );
        assert_eq!(
            place(&world, &world.admin, &ids[1]).await["parent"],
            json!(null)
        );
        assert_eq!(
            world.system.check().await.expect("a report").faults,
            [""; 0]
        );
    })
    .await;
}

/// T-27, T-173, T-35: the whole moved subtree counts, the limit is 32 with a root at 1, and how deep it would be is not said: of what
/// lies above, the viewer may see nothing.
#[tokio::test]
async fn a_tree_has_at_most_32_levels_whoever_is_moved() {
    each_engine(async |world| {
        let names: Vec<String> = (1..=32).map(|level| format!("L{level}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let ids = chain(&world, &names).await;
        let input = json!({ "name": "L33", "parentId": ids[31] });
        let error = |field: &str| {
            let message = "the tree would be deeper than its limit of 32 levels";
            json!([{ "code": "HIERARCHY_DEPTH", "message": message, "path": [field] }])
        };
        assert_eq!(
            world
                .attempt(&world.admin, ORGANIZATION_CREATE, input)
                .await["userErrors"],
            error("parentId")
        );
        let pair = chain(&world, &["Upper", "Lower"]).await;
        for (to, fits) in [(31, false), (30, false), (29, true)] {
            let input = json!({ "id": pair[0], "newParentId": ids[to] });
            let got = world.attempt(&world.admin, MOVE, input).await["userErrors"].clone();
            assert_eq!(
                got,
                if fits {
                    json!([])
                } else {
                    error("newParentId")
                },
                "below level {}",
                to + 1
            );
        }
        // Below a new top, everything would be one deeper.
        let top = world.organization("Top", None).await;
        let input = json!({ "id": ids[0], "newParentId": top });
        assert_eq!(
            world.attempt(&world.admin, MOVE, input).await["userErrors"],
            error("newParentId")
        );
        assert_eq!(
            move_as(&world, &world.admin, &ids[1], Some(&top)).await,
            [""; 0]
        );
    })
    .await;
}

/// T-27: the limit is a setting.
#[tokio::test]
async fn the_limit_of_levels_can_be_set() {
    for engine in engines() {
        let world = World::with(engine, |settings| settings.max_depth = 2).await;
        let ids = chain(&world, &["One", "Two"]).await;
        let input = json!({ "name": "Three", "parentId": ids[1] });
        let got = world
            .attempt(&world.admin, ORGANIZATION_CREATE, input)
            .await;
        assert_eq!(user_errors(&got), ["HIERARCHY_DEPTH at parentId"]);
    }
}

/// T-13, T-29.
#[tokio::test]
async fn a_move_changes_no_effective_group() {
    const GROUPS: &str =
        "{ contacts(first: 100) { nodes { fullName version effectiveCustomerGroup { name } } } }";
    each_engine(async |world| {
        let (gold, silver) = (world.group("Gold").await, world.group("Silver").await);
        let ids = chain(&world, &["Acme", "Sales", "Europe"]).await;
        let other = world.organization_with(json!({ "name": "Other", "customerGroupId": silver })).await;
        world.give_group(&ids[0], Some(&gold)).await;
        world.give_group(&ids[2], Some(&gold)).await;
        for (at, id) in ids.iter().enumerate() {
            world.contact(&format!("bare {at}"), Some(id)).await;
            let own = json!({ "fullName": format!("own {at}"), "organizationId": id, "customerGroupId": silver });
            world.contact_with(own).await;
        }
        let before = world.ask(&world.admin, GROUPS, json!({})).await;
        for to in [Some(other.as_str()), None, Some(&ids[0])] {
            assert_eq!(move_as(&world, &world.admin, &ids[1], to).await, [""; 0]);
            assert_eq!(world.ask(&world.admin, GROUPS, json!({})).await, before);
        }
    })
    .await;
}

/// T-176, T-181: null has its meaning, absent has none.
#[tokio::test]
async fn a_move_says_where_to() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let got = world
            .attempt(&world.admin, MOVE, json!({ "id": acme }))
            .await;
        assert_eq!(user_errors(&got), ["REQUIRED at newParentId"]);
        assert_eq!(
            json!([got["organization"], got["removedFromView"]]),
            json!([null, false])
        );
        let nobody = Person::anonymous();
        let body = world
            .send(&nobody, MOVE, json!({ "input": { "id": acme } }))
            .await;
        assert_eq!(code(&body), "UNAUTHENTICATED");
    })
    .await;
}

/// T-141, T-173.
#[tokio::test]
async fn a_move_can_be_tried_out_and_can_expect_a_version() {
    each_engine(async |world| {
        let (acme, unit) = (
            world.organization("Acme", None).await,
            world.organization("Unit", None).await,
        );
        let tried = json!({ "id": unit, "newParentId": acme, "validateOnly": true });
        let got = world.change(&world.admin, MOVE, tried).await;
        assert_eq!(
            got["organization"],
            json!({ "name": "Unit", "version": 2, "parent": { "name": "Acme" } })
        );
        assert_eq!(
            place(&world, &world.admin, &unit).await["parent"],
            json!(null)
        );
        assert_eq!(version(&world, &unit).await, 1);
        let late = json!({ "id": unit, "newParentId": acme, "expectedVersion": 2 });
        assert_eq!(
            user_errors(&world.attempt(&world.admin, MOVE, late).await),
            ["STALE at expectedVersion"]
        );
        world
            .change(
                &world.admin,
                MOVE,
                json!({ "id": unit, "newParentId": acme, "expectedVersion": 1 }),
            )
            .await;
        assert_eq!(
            world.system.check().await.expect("a report").faults,
            [""; 0]
        );
    })
    .await;
}

/// The engines there are in this run.
pub fn engines() -> impl Iterator<Item = Engine> {
    [Engine::Sqlite, Engine::Postgres]
        .into_iter()
        .filter(|engine| *engine == Engine::Sqlite || Postgres::of_this_run().is_some())
}
