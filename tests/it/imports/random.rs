//! Random directories and files: the plan's verdict on each row is the outcome of that row sent by itself.

use super::bulk::BULK;
use super::{apply, import, plan, told};
use crate::support::{Engine, World};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

/// A contact that is there: its organization and its group, by numbers.
type There = (u8, Option<u8>, Option<u8>);
/// A row: key, organization, group, name, e-mail.
type Row = (u8, u8, u8, u8, u8);

const ORGANIZATIONS: [&str; 4] = ["top", "below", "other", "nowhere"];
const GROUPS: [&str; 3] = ["Gold", "Old", "None"];

async fn furnish(world: &World, there: &[There]) -> String {
    let top = world
        .organization_with(json!({ "name": "top", "externalId": "top" }))
        .await;
    let gold = world.group(GROUPS[0]).await;
    let old = world.group(GROUPS[1]).await;
    let below = world.organization_with(json!({ "name": "below", "externalId": "below", "parentId": top, "customerGroupId": gold })).await;
    let other = world
        .organization_with(json!({ "name": "other", "externalId": "other" }))
        .await;
    for (key, place, group) in there {
        let place = place.map(|at| [&top, &below, &other][usize::from(at) % 3]);
        let group = group.map(|at| [&gold, &old][usize::from(at) % 2]);
        let input = json!({ "externalId": key.to_string(), "firstName": "F", "organizationId": place, "customerGroupId": group });
        let create = "mutation($input: ContactCreateInput!) { contactCreate(input: $input) { userErrors { code } } }";
        // A key that comes again is TAKEN, and that is fine.
        world.attempt(&world.admin, create, input).await;
    }
    let archive = "mutation($input: CustomerGroupArchiveInput!) { customerGroupArchive(input: $input) { userErrors { code message path } } }";
    world
        .change(&world.admin, archive, json!({ "id": old }))
        .await;
    top
}

fn line(row: &Row) -> Value {
    let (key, place, group, name, email) = *row;
    let mut line = json!({ "externalId": key.to_string() });
    if place < 4 {
        line["organizationExternalId"] = json!(ORGANIZATIONS[usize::from(place)]);
    } else if place == 4 {
        line["organizationExternalId"] = json!(null);
    }
    if group < 3 {
        line["customerGroup"] = json!(GROUPS[usize::from(group)]);
    } else if group == 3 {
        line["customerGroup"] = json!(null);
    }
    if name < 2 {
        line["firstName"] = json!([json!("F"), json!(null)][usize::from(name)]);
    }
    if email < 3 {
        line["email"] =
            json!([json!("a@example.com"), json!("no"), json!(null)][usize::from(email)]);
    }
    line
}

async fn check(engine: Engine, there: &[There], rows: &[Row], permissions: &[Permission]) {
    let lines: Vec<_> = rows.iter().map(line).collect();
    let planned = World::on(engine).await;
    let top = furnish(&planned, there).await;
    let person = planned
        .holder("importer", permissions, Scope::Subtree, Some(&top))
        .await;
    let id = import(
        &planned,
        &person,
        json!({ "errorPolicy": "REJECT_FAILED_ROWS" }),
        &lines,
    )
    .await;
    plan(&planned, &person, &id).await;
    let said = told(&planned, &person, &id).await;
    let alone = World::on(engine).await;
    let top = furnish(&alone, there).await;
    let sender = alone
        .holder("importer", permissions, Scope::Subtree, Some(&top))
        .await;
    for (at, line) in lines.iter().enumerate() {
        // Of rows with one key only the first counts (T-91).
        if lines[..at]
            .iter()
            .any(|other| other["externalId"] == line["externalId"])
        {
            assert!(said[at].contains("CONFLICT at externalId"), "{}", said[at]);
            continue;
        }
        let sent = alone
            .attempt(&sender, BULK, json!({ "rows": [line] }))
            .await;
        let action = sent["results"][0]["action"].as_str().expect("an action");
        let codes: Vec<_> = sent["userErrors"]
            .as_array()
            .expect("errors")
            .iter()
            .map(|error| error["code"].as_str().expect("a code"))
            .collect();
        let verdict = said[at].split(' ').nth(1).expect("an action");
        assert_eq!(verdict, action, "{line}: {} {sent}", said[at]);
        assert!(
            codes.iter().all(|code| said[at].contains(code)),
            "{line}: {} {sent}",
            said[at]
        );
    }
    let applied = apply(&planned, &person, &id).await;
    assert_eq!(applied["totals"]["refused"], 0);
    let all = "{ contacts(first: 100) { nodes { externalId fullName email organization { name } customerGroup { name } effectiveCustomerGroup { name } version } } }";
    let state = async |world: &World| {
        let data = world.ask(&world.admin, all, json!({})).await;
        let mut nodes: Vec<_> = data["contacts"]["nodes"]
            .as_array()
            .expect("contacts")
            .iter()
            .map(Value::to_string)
            .collect();
        nodes.sort();
        nodes
    };
    assert_eq!(state(&planned).await, state(&alone).await);
}

/// T-92, T-93: one path for the plan, the import and the call.
#[tokio::test]
async fn what_a_plan_says_of_a_row_is_what_comes_of_that_row_by_itself() {
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let there = prop::collection::vec(
        (
            0..12_u8,
            prop::option::of(0..3_u8),
            prop::option::of(0..2_u8),
        ),
        0..10,
    );
    let rows = prop::collection::vec((0..12_u8, 0..7_u8, 0..6_u8, 0..4_u8, 0..5_u8), 1..12);
    let held = [
        Permission::ALL,
        &[
            Permission::ImportRun,
            Permission::ContactView,
            Permission::ContactEdit,
            Permission::ContactCreate,
            Permission::OrganizationView,
            Permission::CustomerGroupView,
        ],
        &[
            Permission::ImportRun,
            Permission::ContactView,
            Permission::OrganizationView,
            Permission::CustomerGroupAssign,
            Permission::CustomerGroupView,
        ],
    ];
    for case in 0..9 {
        let there = there.new_tree(&mut runner).expect("a directory").current();
        let rows = rows.new_tree(&mut runner).expect("a file").current();
        let engine = if case % 4 == 3 && crate::support::Postgres::of_this_run().is_some() {
            Engine::Postgres
        } else {
            Engine::Sqlite
        };
        check(engine, &there, &rows, held[case % 3]).await;
    }
}
