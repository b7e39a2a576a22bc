//! Real directories, in any order of their rows, against what is known of them.

use super::faults;
use super::files::{run, told};
use crate::support::{Engine, World};
use entity::import_row::Action;
use guildhall::imports::rules::{Given, RowIn};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Our fields, and the columns that they stand in.
const COLUMNS: [(&str, &str); 6] = [
    ("externalId", "external_id"),
    ("parentExternalId", "parent_external_id"),
    ("name", "name"),
    ("type", "type"),
    ("status", "status"),
    ("customerGroup", "customer_group"),
];
const SETS: [&str; 6] = [
    "ror-sample",
    "govuk",
    "us-agencies",
    "publicbodies-br",
    "publicbodies-gr",
    "publicbodies-se",
];

/// The folder with real data, where there is one.
fn data() -> Option<PathBuf> {
    let named = std::env::var_os("GUILDHALL_DATA").map(PathBuf::from);
    if named.is_none() {
        eprintln!("no real data here: GUILDHALL_DATA names the folder");
    }
    named
}

fn rows(path: &Path) -> Vec<RowIn> {
    let mut reader = csv::Reader::from_path(path).expect("a file");
    let headings = reader.headers().expect("headings").clone();
    let place = |column: &str| headings.iter().position(|heading| heading == column);
    let places = COLUMNS.map(|(field, column)| (field, place(column).expect("a column")));
    let read = |(number, record): (i64, Result<csv::StringRecord, csv::Error>)| {
        let record = record.expect("a record");
        let given = places.map(|(field, place)| {
            // As a file is read: line breaks and what cannot be seen are cleaned away.
            let text: String = record[place]
                .chars()
                .map(|one| if one.is_control() { ' ' } else { one })
                .collect();
            let text = text.trim();
            (
                field.to_owned(),
                if text.is_empty() {
                    Given::Blank
                } else {
                    Given::Text(text.to_owned())
                },
            )
        });
        RowIn {
            number,
            fields: given.into(),
            version: None,
        }
    };
    (2..).zip(reader.records()).map(read).collect()
}

/// Kinds of organization and groups that rows name.
async fn furnish(world: &World, rows: &[RowIn]) {
    let create = "mutation($input: OrganizationTypeCreateInput!) { organizationTypeCreate(input: $input) { userErrors { code message path } } }";
    let named = |field: &str| {
        rows.iter()
            .filter_map(|row| row.text(field).map(str::to_owned))
            .collect::<BTreeSet<_>>()
    };
    let mut known = BTreeSet::new();
    for name in named("type") {
        if known.insert(guildhall::text::unique_key(&name)) {
            world
                .attempt(&world.admin, create, json!({ "name": name }))
                .await;
        }
    }
    for name in named("customerGroup") {
        world.group(&name).await;
    }
}

/// How many organizations lie on each level.
async fn depths(world: &World) -> BTreeMap<String, i64> {
    let mut depths = BTreeMap::new();
    for level in 1..=32 {
        let sql = format!(
            "SELECT count(*) FROM (SELECT descendant_id FROM organization_closure GROUP BY descendant_id HAVING count(*) = {level}) AS deep"
        );
        let count = world.number(&sql).await;
        if count > 0 {
            depths.insert(level.to_string(), count);
        }
    }
    depths
}

fn shuffled(mut rows: Vec<RowIn>, by: i64) -> Vec<RowIn> {
    rows.sort_by_key(|row| (row.number * 7_919 * by) % 104_729);
    for (row, number) in rows.iter_mut().zip(2..) {
        row.number = number;
    }
    rows
}

/// T-94: without one rejection, in any order of rows, and nothing the second time.
#[tokio::test]
#[ignore = "takes a while, and the real data; CI runs it"]
async fn real_directories_come_in_without_a_rejection_in_any_order_of_rows() {
    let Some(folder) = data() else { return };
    let facts = std::fs::read_to_string(folder.join("facts.json")).expect("facts");
    let facts: Value = serde_json::from_str(&facts).expect("facts");
    for set in SETS {
        let expected = &facts["organizations"][set]["clean"];
        let read = rows(&folder.join("orgs").join(set).join("organizations.csv"));
        for by in [1, 3] {
            let world = World::on(Engine::Sqlite).await;
            furnish(&world, &read).await;
            let sent = shuffled(read.clone(), by);
            let (_, outcome) = run(&world, sent.clone(), false).await;
            let others: Vec<_> = told(&outcome)
                .into_iter()
                .filter(|line| !line.ends_with("Create"))
                .collect();
            assert_eq!(others, Vec::<String>::new(), "{set}");
            assert_eq!(json!(outcome.len()), expected["organizations"], "{set}");
            assert_eq!(
                json!(depths(&world).await),
                expected["depth_histogram"],
                "{set}"
            );
            let grouped = world
                .number("SELECT count(*) FROM organization WHERE customer_group_id IS NOT NULL")
                .await;
            assert_eq!(json!(grouped), expected["with_customer_group"], "{set}");
            assert_eq!(faults(&world).await, Vec::<String>::new());
            let (_, again) = run(&world, sent, false).await;
            assert!(
                again
                    .values()
                    .all(|decision| decision.action == Action::Unchanged),
                "{set}"
            );
        }
    }
}

/// T-91, T-94: as their sources assert them, with everything that is wrong in them. Of ror-sample 30 organizations are withdrawn, and three
/// more have nothing to hang below then.
#[tokio::test]
#[ignore = "takes a while, and the real data; CI runs it"]
async fn raw_directories_are_refused_where_they_contradict_themselves() {
    let Some(folder) = data() else { return };
    let facts = std::fs::read_to_string(folder.join("facts.json")).expect("facts");
    let facts: Value = serde_json::from_str(&facts).expect("facts");
    for set in SETS.into_iter().chain(["ieee-oui36"]) {
        let read = rows(&folder.join("orgs").join(set).join("organizations_raw.csv"));
        let world = World::on(Engine::Sqlite).await;
        furnish(&world, &read).await;
        let (_, outcome) = run(&world, read, false).await;
        let count = |action: Action| {
            outcome
                .values()
                .filter(|decision| decision.action == action)
                .count()
        };
        let expected = &facts["organizations"][set]["raw_strict"];
        let (gone, below) = if set == "ror-sample" { (30, 3) } else { (0, 0) };
        assert_eq!(count(Action::Skip), gone, "{set}");
        assert_eq!(
            json!(count(Action::Create) + gone + below),
            expected["accepted"],
            "{set}"
        );
        assert_eq!(
            json!(count(Action::Error) - below),
            expected["rejected"],
            "{set}"
        );
        if gone == 0 && !expected["max_depth"].is_null() {
            let depths = depths(&world).await;
            assert_eq!(
                (json!(depths["1"]), json!(depths.len())),
                (expected["roots"].clone(), expected["max_depth"].clone()),
                "{set}"
            );
        }
    }
}
