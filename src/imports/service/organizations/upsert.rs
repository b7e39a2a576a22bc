//! Making and changing many organizations in one call, whose rows may hang below each other.

use super::Says;
use super::order::says_of;
use super::tree::Tree;
use super::upon::blame_rows;
use crate::access::{Act, WriteTx};
use crate::error::Result;
use crate::imports::rules::forest::{Hangs, Stands};
use crate::imports::rules::{Decision, RowIn};
use crate::imports::service::batch::{Asked, Batch, repeats};
use crate::imports::service::kind::Kind;
use crate::imports::service::upsert::{RowAnswer, ShownRow, Upsert, show};
use entity::organization;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

const KIND: Kind = Kind::Organizations;

/// Makes and changes organizations by their external ids, 500 at most, level by level of the tree as it shall be.
///
/// Each row needs what organizationCreate, organizationUpdate, organizationMove and customerGroupAssign need for what it changes.
#[derive(Debug, Serialize)]
pub struct UpsertOrganizations(pub Upsert);

impl Act for UpsertOrganizations {
    type Answer = Vec<RowAnswer>;
    type Shown = Vec<ShownRow<organization::Entity>>;
    const MUTATION: &'static str = "organizationBulkUpsert";
    const FINDS_WHAT_IS_TAKEN: bool = true;
    const GIVES_RIGHTS: bool = true;

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<Vec<RowAnswer>> {
        self.0.check_size(KIND)?;
        tx.take_turns(KIND.name()).await?;
        tx.lock_tree().await?;
        let sorted = Sorted::of(tx, &self.0).await?;
        let mut answers: Vec<Option<RowAnswer>> = vec![None; self.0.rows.len()];
        for (place, decision) in &sorted.refused {
            if let Some(answer) = answers.get_mut(*place) {
                *answer = Some(RowAnswer::of(*place, decision));
            }
        }
        for places in sorted.levels.values() {
            self.level(tx, places, &sorted, &mut answers).await?;
        }
        let answers: Vec<_> = answers.into_iter().flatten().collect();
        self.0.check_answers(&answers)?;
        Ok(answers)
    }

    async fn show(
        tx: &WriteTx,
        answer: Vec<RowAnswer>,
        validate_only: bool,
    ) -> Result<Self::Shown> {
        show(tx, answer, validate_only).await
    }
}

impl UpsertOrganizations {
    /// Decides about the rows of a level and writes them. If some row is refused and none is to be written then, all of it is taken back.
    async fn level(
        &self,
        tx: &mut WriteTx,
        places: &[usize],
        sorted: &Sorted,
        answers: &mut [Option<RowAnswer>],
    ) -> Result<()> {
        let source = self.0.source.as_deref();
        let rows = places.iter().filter_map(|place| {
            let row = self.0.rows.get(*place)?;
            let late = sorted.late.get(*place) == Some(&true);
            Some(if late {
                without_fields(row)
            } else {
                row.clone()
            })
        });
        let rows: Vec<RowIn> = rows.collect();
        let asked = Asked {
            source,
            adds: false,
        };
        let mut batch = Batch::judge(tx, KIND, &rows, asked).await?;
        blame_rows(&rows, &mut batch.decisions, |key| {
            sorted.first.get(key).copied()
        });
        let written = batch.write(tx, |_| true).await?;
        if let Some(source) = source {
            batch.note_versions(tx, &rows, source).await?;
        }
        for ((place, decision), written) in places.iter().zip(&batch.decisions).zip(written) {
            let mut told = RowAnswer::of(*place, decision);
            told.note_written(written);
            if let Some(answer) = answers.get_mut(*place) {
                *answer = Some(told);
            }
        }
        Ok(())
    }
}

/// The rows of a call by the levels that they come to, and those that are refused whatever comes of the others.
struct Sorted {
    levels: BTreeMap<u32, Vec<usize>>,
    refused: Vec<(usize, Decision)>,
    /// Which come too late.
    late: Vec<bool>,
    /// Which row is about which key.
    first: HashMap<String, i64>,
}

impl Sorted {
    async fn of(tx: &mut WriteTx, upsert: &Upsert) -> Result<Self> {
        let rows = &upsert.rows;
        let keys: Vec<_> = rows
            .iter()
            .map(|row| KIND.key_of(row).ok().flatten())
            .collect();
        let late = late(tx, upsert, &keys).await?;
        let mut tree = Tree::default();
        let parents = rows.iter().filter_map(|row| match Says::of(row) {
            Says::Key(key) => Some(key),
            _ => None,
        });
        tree.look_up(tx, keys.iter().flatten().map(String::as_str).chain(parents))
            .await?;
        let mut sorted = Self {
            levels: BTreeMap::new(),
            refused: Vec::new(),
            late,
            first: HashMap::new(),
        };
        let mut nodes = Vec::with_capacity(rows.len());
        for ((place, row), key) in rows.iter().enumerate().zip(&keys) {
            let Some(key) = key else {
                // It is refused on its own, at whatever level.
                sorted.levels.entry(1).or_default().push(place);
                continue;
            };
            if let Some(first) = sorted.first.get(key) {
                sorted.refused.push((place, repeats(KIND, *first)));
                continue;
            }
            sorted.first.insert(key.clone(), row.number);
            let Some(node) = tree.node_of_key(key) else {
                continue;
            };
            let hangs = match sorted.late.get(place) {
                Some(true) => Hangs::Stays,
                _ => tree.hangs(says_of(row)),
            };
            tree.forest.note(node, row.number, hangs);
            nodes.push((place, node));
        }
        let levels = tree.forest.levels();
        for (place, node) in nodes {
            let stands = levels.of(node);
            let fault = tree.fault(&stands, tx.max_depth());
            match (stands, fault) {
                (_, Some(fault)) => {
                    sorted.refused.push((place, Decision::refused(vec![fault])));
                }
                (Stands::On(level), None) => sorted.levels.entry(level).or_default().push(place),
                (_, None) => sorted.levels.entry(u32::MAX).or_default().push(place),
            }
        }
        Ok(sorted)
    }
}

/// The row with its key alone: nothing else of it counts.
fn without_fields(row: &RowIn) -> RowIn {
    let mut row = row.clone();
    row.fields.retain(|field, _| field == "externalId");
    row
}

/// Whether each row comes too late, as its source has sent something newer: such a row moves nothing.
async fn late(tx: &mut WriteTx, upsert: &Upsert, keys: &[Option<String>]) -> Result<Vec<bool>> {
    let Some(source) = &upsert.source else {
        return Ok(Vec::new());
    };
    let numbered: Vec<_> = keys.iter().flatten().cloned().collect();
    let known = tx.source_versions(KIND.name(), source, &numbered).await?;
    let rows = upsert.rows.iter().zip(keys);
    let late = rows.map(|(row, key)| {
        let known = key.as_ref().and_then(|key| known.get(key));
        known
            .zip(row.version)
            .is_some_and(|(known, sent)| sent <= *known)
    });
    Ok(late.collect())
}
