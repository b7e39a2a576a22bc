//! Kinds whose rows go the way of single mutations: what comes of them, who may, and putting them back.

mod accounts;
mod customer_groups;
mod customers;
mod fields;
mod orders;
mod prices;
mod refresh;

use super::{apply, import, plan, told};
use crate::support::{Person, World};
use serde_json::{Value, json};

const UNDO: &str = "mutation($input: ImportUndoInput!) { importUndo(input: $input) { import { status totals { undone notUndone } } userErrors { code message path } } }";

/// What would come of these rows of a kind: the import, and each row as [`told`].
async fn planned(
    world: &World,
    person: &Person,
    kind: &str,
    lines: &[Value],
) -> (String, Vec<String>) {
    let settings = json!({ "kind": kind, "errorPolicy": "REJECT_FAILED_ROWS" });
    let id = import(world, person, settings, lines).await;
    assert_eq!(plan(world, person, &id).await["status"], "PLANNED");
    let rows = told(world, person, &id).await;
    (id, rows)
}

/// The same, carried out: nothing moves on in between, so all that was planned to is applied.
async fn carried_out(
    world: &World,
    person: &Person,
    kind: &str,
    lines: &[Value],
) -> (String, Vec<String>) {
    let (id, planned) = planned(world, person, kind, lines).await;
    assert_eq!(apply(world, person, &id).await["totals"]["refused"], 0);
    let rows = told(world, person, &id).await;
    let writes = |row: &&String| row.contains(" CREATE ") || row.contains(" UPDATE ");
    for (before, after) in planned.iter().zip(&rows).filter(|(row, _)| writes(row)) {
        assert_eq!(before.replace("PLANNED", "APPLIED"), *after);
    }
    (id, planned)
}

/// Puts an import back: how many rows were, and what is said of those that were not.
async fn undone(world: &World, person: &Person, id: &str) -> (i64, Vec<String>) {
    let done = world.change(person, UNDO, json!({ "id": id })).await;
    let totals = &done["import"]["totals"];
    let mut rows = told(world, person, id).await;
    rows.retain(|row| row.contains("NOT_UNDONE"));
    assert_eq!(totals["notUndone"], json!(rows.len()));
    (totals["undone"].as_i64().expect("a number"), rows)
}

fn nothing() -> Vec<String> {
    Vec::new()
}
