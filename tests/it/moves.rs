//! Moving organizations: what is refused, who may, what changes and what does not; and reading the tree.

use crate::organizations::UPDATE;
use crate::support::build::ORGANIZATION_CREATE;
use crate::support::{Engine, Person, Postgres, World, code, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission::{ContactView, OrganizationEdit, OrganizationView};
use serde_json::{Value, json};

pub const MOVE: &str = "mutation($input: OrganizationMoveInput!) { organizationMove(input: $input) {
    organization { name version parent { name } } removedFromView userErrors { code message path } } }";
const PLACE: &str = "query($id: ID!) { organization(id: $id) {
    version parent { name } ancestors { name } children(first: 100) { nodes { name } } } }";
const BELOW: &str = "query($id: ID!, $depth: Int, $first: Int, $after: String) { organization(id: $id) {
    descendants(maxDepth: $depth, first: $first, after: $after) {
        totalCount nodes { name } edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor } } } }";

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
    let names: Vec<_> = nodes.iter().filter_map(|node| node["name"].as_str()).collect();
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
        for (to, message) in [(0, "Acme cannot lie below itself"), (1, "Sales lies below Acme"), (2, "Europe lies below Acme")] {
            let input = json!({ "id": ids[0], "newParentId": ids[to] });
            let got = world.attempt(&world.admin, MOVE, input).await;
            let error = json!({ "code": "HIERARCHY_CYCLE", "message": message, "path": ["newParentId"] });
            assert_eq!(got, json!({ "organization": null, "removedFromView": false, "userErrors": [error] }));
        }
        // Upwards along the same line is fine.
        assert_eq!(move_as(&world, &world.admin, &ids[2], Some(&ids[0])).await, [""; 0]);
        assert_eq!(names(&place(&world, &world.admin, &ids[0]).await["children"]["nodes"]), "Europe Sales");
        assert_eq!(world.system.check().await.expect("a report").faults, [""; 0]);
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
        assert_eq!(moved, json!({ "organization": sales, "removedFromView": false, "userErrors": [] }));
        assert_eq!(world.attempt(&world.admin, MOVE, input).await, moved);
        assert_eq!(names(&place(&world, &world.admin, &ids[3]).await["ancestors"]), "Europe Sales Other");
        for unmoved in [&ids[0], &ids[2], &ids[3], &other] {
            assert_eq!(version(&world, unmoved).await, 1);
        }
        assert_eq!(move_as(&world, &world.admin, &ids[1], None).await, [""; 0]);
        assert_eq!(names(&place(&world, &world.admin, &ids[3]).await["ancestors"]), "Europe Sales");
        assert_eq!(place(&world, &world.admin, &ids[1]).await["parent"], json!(null));
        assert_eq!(world.system.check().await.expect("a report").faults, [""; 0]);
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
        assert_eq!(world.attempt(&world.admin, ORGANIZATION_CREATE, input).await["userErrors"], error("parentId"));
        let pair = chain(&world, &["Upper", "Lower"]).await;
        for (to, fits) in [(31, false), (30, false), (29, true)] {
            let input = json!({ "id": pair[0], "newParentId": ids[to] });
            let got = world.attempt(&world.admin, MOVE, input).await["userErrors"].clone();
            assert_eq!(got, if fits { json!([]) } else { error("newParentId") }, "below level {}", to + 1);
        }
        // Below a new top, everything would be one deeper.
        let top = world.organization("Top", None).await;
        let input = json!({ "id": ids[0], "newParentId": top });
        assert_eq!(world.attempt(&world.admin, MOVE, input).await["userErrors"], error("newParentId"));
        assert_eq!(move_as(&world, &world.admin, &ids[1], Some(&top)).await, [""; 0]);
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
        let got = world.attempt(&world.admin, ORGANIZATION_CREATE, input).await;
        assert_eq!(user_errors(&got), ["HIERARCHY_DEPTH at parentId"]);
    }
}

/// T-28: else one could pull a foreign unit under oneself, or push one out of another's sight.
#[tokio::test]
async fn a_move_needs_the_right_over_the_moved_one_and_both_parents() {
    each_engine(async |world| {
        let old = world.organization("Old", None).await;
        let unit = world.organization("Unit", Some(&old)).await;
        let new = world.organization("New", None).await;
        let role = world.system.create_role("mover", &[OrganizationEdit]).await.expect("a role");
        for held in 0..8 {
            let mover = world.holder(&format!("mover{held}"), &[OrganizationView], Scope::Global, None).await;
            for (bit, place) in [&unit, &old, &new].into_iter().enumerate() {
                if held & (1 << bit) != 0 {
                    world.assign(&mover, role, Scope::Node, Some(place)).await;
                }
            }
            let got = move_as(&world, &mover, &unit, Some(&new)).await;
            let expected: &[&str] = match held {
                7 => &[],
                3 => &["FORBIDDEN at newParentId"],
                _ => &["FORBIDDEN at id"],
            };
            assert_eq!(got, expected, "unit, old parent and new parent as bits: {held:03b}");
        }
    })
    .await;
}

/// T-28.
#[tokio::test]
async fn making_a_root_needs_the_right_everywhere_and_a_root_has_no_old_parent_to_ask() {
    each_engine(async |world| {
        let (old, new) = (world.organization("Old", None).await, world.organization("New", None).await);
        let unit = world.organization("Unit", Some(&old)).await;
        let both = [OrganizationView, OrganizationEdit];
        let local = world.holder("local", &both, Scope::Subtree, Some(&old)).await;
        let payload = world.attempt(&local, MOVE, json!({ "id": unit, "newParentId": null })).await;
        let message = "this needs the permission ORGANIZATION_EDIT";
        let error = json!({ "code": "FORBIDDEN", "message": message, "path": ["newParentId"] });
        assert_eq!(payload, json!({ "organization": null, "removedFromView": false, "userErrors": [error] }));
        let role = world.system.create_role("also", &both).await.expect("a role");
        world.assign(&local, role, Scope::Node, Some(&new)).await;
        assert_eq!(move_as(&world, &local, &old, Some(&new)).await, [""; 0]);
        let global = world.holder("global", &both, Scope::Global, None).await;
        assert_eq!(move_as(&world, &global, &unit, None).await, [""; 0]);
    })
    .await;
}

/// T-38.
#[tokio::test]
async fn a_hidden_organization_is_neither_moved_nor_a_place_to_move_to() {
    each_engine(async |world| {
        let (mine, hidden) = (world.organization("Mine", None).await, world.organization("Hidden", None).await);
        let unit = world.organization("Unit", Some(&mine)).await;
        let mover = world.holder("mover", &[OrganizationView, OrganizationEdit], Scope::Subtree, Some(&mine)).await;
        assert_eq!(move_as(&world, &mover, &unit, Some(&hidden)).await, ["NOT_FOUND at newParentId"]);
        assert_eq!(move_as(&world, &mover, &hidden, Some(&mine)).await, ["NOT_FOUND at id"]);
        let nowhere = "organization:01900000-0000-7000-8000-00000000ffff";
        assert_eq!(move_as(&world, &mover, &unit, Some(nowhere)).await, ["NOT_FOUND at newParentId"]);
        assert_eq!(move_as(&world, &mover, nowhere, Some(&mine)).await, ["NOT_FOUND at id"]);
    })
    .await;
}

/// T-194: one cannot move a unit to where oneself, or anybody else, gains a right over it that one does not hold there already.
#[tokio::test]
async fn a_move_gives_nobody_a_right_over_the_moved_ones_that_the_mover_lacks_there() {
    each_engine(async |world| {
        let (old, new) = (world.organization("Old", None).await, world.organization("New", None).await);
        let unit = world.organization("Unit", Some(&old)).await;
        let both = [OrganizationView, OrganizationEdit];
        let mover = world.holder("mover", &both, Scope::Global, None).await;
        let watcher = world.holder("watcher", &[OrganizationView, ContactView], Scope::Subtree, Some(&new)).await;
        assert_eq!(move_as(&world, &mover, &unit, Some(&new)).await, ["FORBIDDEN at newParentId"]);
        let seer = world.system.create_role("seer", &[ContactView]).await.expect("a role");
        world.assign(&mover, seer, Scope::Node, Some(&unit)).await;
        assert_eq!(move_as(&world, &mover, &unit, Some(&new)).await, ["FORBIDDEN at newParentId"]);
        world.assign(&mover, seer, Scope::Subtree, Some(&unit)).await;
        assert_eq!(place(&world, &watcher, &unit).await, json!(null));
        assert_eq!(move_as(&world, &mover, &unit, Some(&new)).await, [""; 0]);
        assert_eq!(place(&world, &watcher, &unit).await["parent"]["name"], "New");
    })
    .await;
}

/// T-111.
#[tokio::test]
async fn what_is_moved_out_of_ones_sight_is_not_shown_and_that_is_said() {
    each_engine(async |world| {
        let (old, new) = (world.organization("Old", None).await, world.organization("New", None).await);
        let unit = world.organization("Unit", Some(&old)).await;
        let both = [OrganizationView, OrganizationEdit];
        let mover = world.holder("mover", &both, Scope::Subtree, Some(&old)).await;
        let role = world.system.create_role("also", &both).await.expect("a role");
        world.assign(&mover, role, Scope::Node, Some(&new)).await;
        let got = world.attempt(&mover, MOVE, json!({ "id": unit, "newParentId": new })).await;
        assert_eq!(got, json!({ "organization": null, "removedFromView": true, "userErrors": [] }));
        assert_eq!(place(&world, &world.admin, &unit).await["parent"]["name"], "New");
    })
    .await;
}

/// T-13, T-29.
#[tokio::test]
async fn a_move_changes_no_effective_group() {
    const GROUPS: &str = "{ contacts(first: 100) { nodes { fullName version effectiveCustomerGroup { name } } } }";
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
        let got = world.attempt(&world.admin, MOVE, json!({ "id": acme })).await;
        assert_eq!(user_errors(&got), ["REQUIRED at newParentId"]);
        assert_eq!(json!([got["organization"], got["removedFromView"]]), json!([null, false]));
        let nobody = Person::anonymous();
        let body = world.send(&nobody, MOVE, json!({ "input": { "id": acme } })).await;
        assert_eq!(code(&body), "UNAUTHENTICATED");
    })
    .await;
}

/// T-141, T-173.
#[tokio::test]
async fn a_move_can_be_tried_out_and_can_expect_a_version() {
    each_engine(async |world| {
        let (acme, unit) = (world.organization("Acme", None).await, world.organization("Unit", None).await);
        let tried = json!({ "id": unit, "newParentId": acme, "validateOnly": true });
        let got = world.change(&world.admin, MOVE, tried).await;
        assert_eq!(got["organization"], json!({ "name": "Unit", "version": 2, "parent": { "name": "Acme" } }));
        assert_eq!(place(&world, &world.admin, &unit).await["parent"], json!(null));
        assert_eq!(version(&world, &unit).await, 1);
        let late = json!({ "id": unit, "newParentId": acme, "expectedVersion": 2 });
        assert_eq!(user_errors(&world.attempt(&world.admin, MOVE, late).await), ["STALE at expectedVersion"]);
        world.change(&world.admin, MOVE, json!({ "id": unit, "newParentId": acme, "expectedVersion": 1 })).await;
        assert_eq!(world.system.check().await.expect("a report").faults, [""; 0]);
    })
    .await;
}

/// T-172: depth first, siblings by name without regard to case.
#[tokio::test]
async fn everything_below_comes_depth_first_by_name_to_the_depth_asked_for() {
    each_engine(async |world| {
        let top = furnished(&world).await;
        let below = async |depth: Option<i32>| {
            let variables = json!({ "id": top, "depth": depth, "first": 100 });
            let got = world.ask(&world.admin, BELOW, variables).await["organization"]["descendants"].clone();
            json!([names(&got["nodes"]), got["totalCount"]])
        };
        assert_eq!(below(None).await, json!(["a a1 A1x a2 B b1 c", 7]));
        assert_eq!(below(Some(1)).await, json!(["a B c", 3]));
        assert_eq!(below(Some(2)).await, json!(["a a1 a2 B b1 c", 6]));
        assert_eq!(below(Some(i32::MAX)).await, below(None).await);
        for wrong in [json!({ "depth": 0, "first": 1 }), json!({ "depth": -1, "first": 1 }), json!({}), json!({ "first": 101 })] {
            let mut wrong = wrong;
            wrong["id"] = json!(top);
            assert_eq!(code(&world.send(&world.admin, BELOW, wrong.clone()).await), "BAD_REQUEST", "{wrong}");
        }
    })
    .await;
}

/// T-113, T-172.
#[tokio::test]
async fn everything_below_comes_in_pages_of_any_size() {
    each_engine(async |world| {
        let top = furnished(&world).await;
        for first in 1..=8 {
            let (mut seen, mut after) = (Vec::new(), Value::Null);
            loop {
                let variables = json!({ "id": top, "first": first, "after": after });
                let page = world.ask(&world.admin, BELOW, variables).await["organization"]["descendants"].clone();
                assert_eq!(page["pageInfo"]["hasPreviousPage"], !after.is_null());
                seen.push(names(&page["nodes"]));
                after = page["pageInfo"]["endCursor"].clone();
                if page["pageInfo"]["hasNextPage"] == false {
                    break;
                }
            }
            assert_eq!(seen.len(), 7_usize.div_ceil(first));
            assert_eq!(seen.join(" "), "a a1 A1x a2 B b1 c", "pages of {first}");
        }
    })
    .await;
}

/// T-113: a cursor is a position, not a row.
#[tokio::test]
async fn a_page_goes_on_where_the_last_one_ended_though_its_end_was_renamed_moved_or_deleted() {
    each_engine(async |world| {
        let top = furnished(&world).await;
        let page = async |after: &Value| {
            let variables = json!({ "id": top, "first": 3, "after": after });
            let got = world.ask(&world.admin, BELOW, variables).await["organization"]["descendants"].clone();
            (names(&got["nodes"]), got["pageInfo"]["endCursor"].clone())
        };
        let (first, end) = page(&Value::Null).await;
        assert_eq!((first.as_str(), page(&end).await.0.as_str()), ("a a1 A1x", "a2 B b1"));
        let find = async |name: &str| {
            const FIND: &str = "query($name: String!) { organizations(filter: { search: $name }, first: 1) { nodes { id } } }";
            let found = world.ask(&world.admin, FIND, json!({ "name": name })).await;
            found["organizations"]["nodes"][0]["id"].as_str().expect("an id").to_owned()
        };
        let ended_at = find("a1x").await;
        world.change(&world.admin, UPDATE, json!({ "id": ended_at, "name": "zz" })).await;
        assert_eq!(page(&end).await.0, "zz a2 B");
        assert_eq!(move_as(&world, &world.admin, &ended_at, None).await, [""; 0]);
        assert_eq!(page(&end).await.0, "a2 B b1");
        world.change(&world.admin, crate::deletes::DELETE, json!({ "id": ended_at })).await;
        assert_eq!(page(&end).await.0, "a2 B b1");
        let garbled = json!({ "id": top, "first": 3, "after": "bm90IG91cnM" });
        assert_eq!(code(&world.send(&world.admin, BELOW, garbled).await), "BAD_REQUEST");
    })
    .await;
}

/// T-113, T-175: names may be long, and levels many.
#[tokio::test]
async fn the_deepest_of_the_longest_names_has_a_cursor_that_is_taken_back() {
    each_engine(async |world| {
        let name = "\u{20000}".repeat(512);
        let ids = chain(&world, &[name.as_str(); 32]).await;
        let all = json!({ "id": ids[0], "first": 100 });
        let page = world.ask(&world.admin, BELOW, all).await["organization"]["descendants"].clone();
        for (at, left) in [(29, 1), (30, 0)] {
            let after = json!({ "id": ids[0], "first": 100, "after": page["edges"][at]["cursor"] });
            let rest = world.ask(&world.admin, BELOW, after).await["organization"]["descendants"].clone();
            assert_eq!(rest["nodes"].as_array().map(Vec::len), Some(left));
        }
    })
    .await;
}

/// A top with seven below it: a (a1 (A1x), a2), B (b1), c.
async fn furnished(world: &World) -> String {
    let top = world.organization("Top", None).await;
    world.organization("c", Some(&top)).await;
    let b = world.organization("B", Some(&top)).await;
    world.organization("b1", Some(&b)).await;
    let a = world.organization("a", Some(&top)).await;
    world.organization("a2", Some(&a)).await;
    let a1 = world.organization("a1", Some(&a)).await;
    world.organization("A1x", Some(&a1)).await;
    top
}

/// The engines there are in this run.
pub fn engines() -> impl Iterator<Item = Engine> {
    [Engine::Sqlite, Engine::Postgres]
        .into_iter()
        .filter(|engine| *engine == Engine::Sqlite || Postgres::of_this_run().is_some())
}
