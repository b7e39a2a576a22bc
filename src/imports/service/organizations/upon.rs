//! Which rows of a file others build upon.

use super::{PARENT, Says, key_of_name};
use crate::access::WriteTx;
use crate::error::{Code, Result};
use crate::imports::rules::{Decision, Problem, RowIn};
use entity::ids::ImportId;
use std::collections::BTreeSet;

/// The keys of what must have been carried out before each of these rows can be judged, where rows of lower stages are about them: whatever
/// they hang below now or shall hang below, with everything above that.
///
/// # Errors
/// Faults of the database only.
pub async fn needs(
    tx: &mut WriteTx,
    rows: &[RowIn],
    keys: &[Option<String>],
) -> Result<Vec<Vec<String>>> {
    let said = |row| match Says::of(row) {
        Says::Key(key) if !key.contains('\0') => Some(key.to_owned()),
        // A row without externalId is about it, if any is.
        Says::Name(name) if !name.contains('\0') => Some(key_of_name(name)),
        _ => None,
    };
    let asked = rows.iter().filter_map(said);
    let asked: BTreeSet<String> = asked.chain(keys.iter().flatten().cloned()).collect();
    let asked: Vec<_> = asked.into_iter().collect();
    let above = tx.external_ids_above(&asked).await?;
    let needed = rows.iter().zip(keys).map(|(row, key)| {
        let parent = said(row);
        let both = [parent.as_ref(), key.as_ref()];
        let above = both.into_iter().flatten().filter_map(|key| above.get(key));
        let all: BTreeSet<&String> = above.flatten().chain(&parent).collect();
        let others = all.into_iter().filter(|other| Some(*other) != key.as_ref());
        others.cloned().collect()
    });
    Ok(needed.collect())
}

/// Says of rows whose parent is not there which row of the import was to make it.
///
/// # Errors
/// Faults of the database only.
pub async fn blame(
    tx: &mut WriteTx,
    import: ImportId,
    rows: &[RowIn],
    decisions: &mut [Decision],
) -> Result<()> {
    let orphans = rows.iter().zip(decisions.iter()).filter_map(orphan_of);
    let keys: Vec<String> = orphans.map(str::to_owned).collect();
    if !keys.is_empty() {
        let numbers = tx.first_import_rows(import, &keys).await?;
        blame_rows(rows, decisions, |key| numbers.get(key).copied());
    }
    Ok(())
}

/// The key of the parent that a row does not find.
fn orphan_of<'r>((row, decision): (&'r RowIn, &Decision)) -> Option<&'r str> {
    let lacks_parent = |problem: &Problem| {
        problem.code == Code::NotFound && problem.field.as_deref() == Some(PARENT)
    };
    match Says::of(row) {
        Says::Key(key) if decision.problems.iter().any(lacks_parent) => Some(key),
        _ => None,
    }
}

/// The same, where it is known which row is about which key.
pub(super) fn blame_rows(
    rows: &[RowIn],
    decisions: &mut [Decision],
    number_of: impl Fn(&str) -> Option<i64>,
) {
    for (row, decision) in rows.iter().zip(decisions) {
        let Some(number) = orphan_of((row, decision)).and_then(&number_of) else {
            continue;
        };
        for problem in &mut decision.problems {
            if problem.field.as_deref() == Some(PARENT) {
                problem.message = format!(
                    "organization not found: row {number}, which would create it, is refused or left out"
                );
            }
        }
    }
}
