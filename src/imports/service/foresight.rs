//! Deciding about rows as if all rows before them had been carried out.
//!
//! A file may hold a parent and its child. To find out what would come of the child, the rows that it builds upon are carried out in a
//! trial, and taken back: the same code finds the same things there that it will find when the file is applied (T-92, T-94).

use super::batch::{Asked, Batch};
use super::kind::Kind;
use super::plan::as_planned;
use super::settings::Settings;
use crate::access::WriteTx;
use crate::error::Result;
use crate::imports::rules::RowIn;
use entity::ids::ImportId;
use entity::import::Model;
use entity::import_row;
use std::collections::{BTreeMap, HashSet};

/// How the rows of an import are decided about.
#[must_use]
pub fn asked_of(import: &Model) -> Asked<'static> {
    Asked {
        source: None,
        adds: Settings::of(import).create_missing,
    }
}

/// Decides about rows of one stage, upon those of lower stages that they need.
///
/// # Errors
/// Faults of the database only.
pub async fn judge(
    tx: &mut WriteTx,
    import: &Model,
    kind: Kind,
    rows: &[RowIn],
    stage: i32,
) -> Result<Batch> {
    let asked = asked_of(import);
    let needed = if stage == 0 {
        BTreeMap::new()
    } else {
        needed(tx, import.id, kind, rows, stage).await?
    };
    if needed.is_empty() {
        return Batch::judge(tx, kind, rows, asked).await;
    }
    let trial = tx.try_out().await?;
    let judged = upon(tx, kind, needed, rows, asked).await;
    // Also after a fault: the trial is then all there is to end.
    tx.take_back(trial).await?;
    judged
}

async fn upon(
    tx: &mut WriteTx,
    kind: Kind,
    needed: BTreeMap<i32, Vec<import_row::Model>>,
    rows: &[RowIn],
    asked: Asked<'_>,
) -> Result<Batch> {
    for stage in needed.into_values() {
        let given: Result<Vec<_>> = stage.iter().map(|row| Ok(as_planned(row)?.0)).collect();
        let mut batch = Batch::judge(tx, kind, &given?, asked).await?;
        batch.write(tx, |_| true).await?;
    }
    Batch::judge(tx, kind, rows, asked).await
}

/// The rows that these build upon, and those that they build upon, by stage.
async fn needed(
    tx: &mut WriteTx,
    import: ImportId,
    kind: Kind,
    rows: &[RowIn],
    stage: i32,
) -> Result<BTreeMap<i32, Vec<import_row::Model>>> {
    let mut asked: HashSet<String> = HashSet::new();
    let mut found: BTreeMap<i32, Vec<import_row::Model>> = BTreeMap::new();
    let keys = |rows: &[RowIn]| -> Vec<Option<String>> {
        let keys = rows.iter().map(|row| kind.key_of(row).ok().flatten());
        keys.collect()
    };
    let mut wanted = kind.needs(tx, rows, &keys(rows)).await?;
    loop {
        wanted.retain(|key| asked.insert(key.clone()));
        if wanted.is_empty() {
            return Ok(found);
        }
        let mut next = Vec::new();
        for row in tx.import_rows_of(import, &wanted).await? {
            if row.stage < stage {
                next.push(as_planned(&row)?.0);
                found.entry(row.stage).or_default().push(row);
            }
        }
        wanted = kind.needs(tx, &next, &keys(&next)).await?;
    }
}
