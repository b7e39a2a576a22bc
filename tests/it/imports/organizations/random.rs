//! Random trees and rows: no order of rows makes a difference, and each row is decided as the single mutations would.

use super::{BULK, tree};
use crate::support::build::{ASSIGN, ORGANIZATION_CREATE};
use crate::support::{Engine, Person, World, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is there: each key with what it hangs below. The person holds everything from 1 on downwards, and sees 4 and 5.
const THERE: [(&str, Option<&str>); 6] = [
    ("0", None),
    ("1", Some("0")),
    ("2", Some("1")),
    ("3", Some("2")),
    ("4", None),
    ("5", Some("4")),
];
const HIDDEN: &str = "0";
const MOVE: &str = "mutation($input: OrganizationMoveInput!) { organizationMove(input: $input) { organization { id } userErrors { code message path } } }";

/// A row: its key, what it says of its parent, whether it gives a group.
type Row = (u8, u8, bool);

/// A world with what is there; `everywhere` for somebody to whom nothing is hidden.
async fn furnish(everywhere: bool) -> (World, Person) {
    let world = World::on(Engine::Sqlite).await;
    let mut ids: HashMap<&str, String> = HashMap::new();
    for (key, parent) in THERE {
        let parent = parent.map(|parent: &str| ids[parent].clone());
        let input = json!({ "name": key, "externalId": key, "parentId": parent });
        ids.insert(key, world.organization_with(input).await);
    }
    world.group("Gold").await;
    if everywhere {
        let person = world.admin.clone();
        return (world, person);
    }
    let person = world
        .holder("ed", Permission::ALL, Scope::Subtree, Some(&ids["1"]))
        .await;
    let seeing = world
        .system
        .create_role("seeing", &[Permission::OrganizationView])
        .await
        .expect("a role");
    world
        .assign(&person, seeing, Scope::Subtree, Some(&ids["4"]))
        .await;
    (world, person)
}

/// The parent of a row: none where it says nothing, none within for a root.
fn parent_of(row: Row) -> Option<Option<String>> {
    match row.1 {
        11 => None,
        10 => Some(None),
        12 => Some(Some("nowhere".to_owned())),
        key => Some(Some(key.to_string())),
    }
}

fn is_there(key: &str) -> bool {
    THERE.iter().any(|(there, _)| *there == key)
}

/// What is sent of a row: of what is there either its place or its group.
fn sent(row: Row) -> Value {
    let key = row.0.to_string();
    let mut sent = json!({ "externalId": key, "name": key });
    if row.2 {
        sent["customerGroup"] = json!("gold");
    }
    if !(row.2 && is_there(&key))
        && let Some(parent) = parent_of(row)
    {
        sent["parentExternalId"] = json!(parent);
    }
    sent
}

/// How many steps it is up from a row, as all rows say; none in or below a cycle.
fn level(key: &str, rows: &BTreeMap<String, Row>, hidden: Option<&str>) -> Option<usize> {
    let (mut at, mut steps) = (Some(key.to_owned()), 0);
    while let Some(here) = at {
        steps += 1;
        if steps > 30 {
            return None;
        }
        let row = rows.get(&here).map(|row| sent(*row));
        let said =
            row.filter(|row| hidden != Some(here.as_str()) && !row["parentExternalId"].is_null());
        let roots = rows
            .get(&here)
            .is_some_and(|row| row.1 == 10 && !(row.2 && is_there(&here)));
        let there = THERE.iter().find(|(there, _)| *there == here);
        at = match said {
            Some(row) => row["parentExternalId"].as_str().map(str::to_owned),
            None if roots && hidden != Some(here.as_str()) => None,
            None => there.and_then(|(_, parent)| parent.map(str::to_owned)),
        };
    }
    Some(steps)
}

async fn id_of(world: &World, key: &str) -> Value {
    let query = "query($key: String!) { organizationByExternalId(externalId: $key) { id } }";
    let found = world.ask(&world.admin, query, json!({ "key": key })).await;
    found["organizationByExternalId"]["id"].clone()
}

/// Sends a row by itself, as somebody would by hand; answers whether it is refused.
async fn by_hand(world: &World, person: &Person, row: Row, hidden: Option<&str>) -> bool {
    let key = row.0.to_string();
    let sent = sent(row);
    if hidden == Some(key.as_str()) {
        return true;
    }
    let gold = world
        .ask(
            &world.admin,
            "{ customerGroups(first: 9) { nodes { id name } } }",
            json!({}),
        )
        .await;
    let groups = gold["customerGroups"]["nodes"]
        .as_array()
        .expect("groups")
        .clone();
    let gold = groups
        .into_iter()
        .find(|group| group["name"] == "Gold")
        .expect("gold");
    let mut parent = Value::Null;
    if let Some(named) = sent["parentExternalId"].as_str() {
        parent = id_of(world, named).await;
        if parent.is_null() {
            return true;
        }
    }
    let own = id_of(world, &key).await;
    let answer = if own.is_null() {
        let group = if row.2 {
            gold["id"].clone()
        } else {
            Value::Null
        };
        let input =
            json!({ "name": key, "externalId": key, "parentId": parent, "customerGroupId": group });
        world.attempt(person, ORGANIZATION_CREATE, input).await
    } else if row.2 {
        let input = json!({ "organizationId": own, "customerGroupId": gold["id"] });
        world.attempt(person, ASSIGN, input).await
    } else if sent.get("parentExternalId").is_some() {
        let now = "query($id: ID!) { organization(id: $id) { parent { id } } }";
        let now = world.ask(&world.admin, now, json!({ "id": own })).await;
        // To be where it is takes nothing, but that it may be named.
        if now["organization"]["parent"]["id"] == parent {
            let named = sent["parentExternalId"].as_str();
            return named.is_some() && named == hidden;
        }
        world
            .attempt(person, MOVE, json!({ "id": own, "newParentId": parent }))
            .await
    } else {
        return false;
    };
    !user_errors(&answer).is_empty()
}

async fn in_bulk(rows: &[Row], everywhere: bool) -> (BTreeSet<String>, Vec<String>) {
    let (world, person) = furnish(everywhere).await;
    let sent: Vec<_> = rows.iter().map(|row| sent(*row)).collect();
    let input = json!({ "rows": sent, "errorPolicy": "REJECT_FAILED_ROWS" });
    let answer = world.attempt(&person, BULK, input).await;
    let results = answer["results"].as_array().expect("results");
    let refused = results
        .iter()
        .zip(rows)
        .filter(|(result, _)| !user_errors(result).is_empty());
    let refused = refused.map(|(_, row)| row.0.to_string()).collect();
    (refused, tree(&world).await)
}

/// T-28, T-92, T-93, T-94: whatever is there and whatever the rows say.
#[tokio::test]
async fn rows_come_to_the_same_in_any_order_and_as_by_hand() {
    let rows = prop::collection::btree_map(0_u8..10, (0_u8..13, any::<bool>()), 1..8);
    let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), seed);
    let (mut written, mut refusals) = (0, 0);
    for case in 0..24 {
        let everywhere = case % 3 > 0;
        let hidden = (!everywhere).then_some(HIDDEN);
        let rows = rows.new_tree(&mut runner).expect("rows").current();
        let rows: Vec<Row> = rows
            .into_iter()
            .map(|(key, (parent, group))| (key, parent, group && key % 2 == 0))
            .collect();
        let (refused, became) = in_bulk(&rows, everywhere).await;
        let mut backwards = rows.clone();
        backwards.reverse();
        backwards.rotate_left(rows.len() / 3);
        assert_eq!(
            in_bulk(&backwards, everywhere).await,
            (refused.clone(), became.clone()),
            "{rows:?}"
        );

        let (world, person) = furnish(everywhere).await;
        let by_key: BTreeMap<_, _> = rows.iter().map(|row| (row.0.to_string(), *row)).collect();
        let mut by_level: Vec<_> = rows
            .iter()
            .map(|row| (level(&row.0.to_string(), &by_key, hidden), *row))
            .collect();
        by_level.sort_unstable();
        let mut expected = BTreeSet::new();
        for (level, row) in by_level {
            if level.is_none() || by_hand(&world, &person, row, hidden).await {
                expected.insert(row.0.to_string());
            }
        }
        assert_eq!(
            (&refused, &became),
            (&expected, &tree(&world).await),
            "{rows:?}"
        );
        written += rows.len() - refused.len();
        refusals += refused.len();
    }
    assert!(written > 20 && refusals > 20, "{written} {refusals}");
}
