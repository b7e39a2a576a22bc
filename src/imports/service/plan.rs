//! Planning: the whole file is read, and what would come of each row is written down.

use super::batch::{MOST_ROWS, repeats};
use super::books::{LetGo, json, mine, request_id, take};
use super::foresight;
use super::kind::Kind;
use super::mapping::problems_of;
use super::refresh::holds;
use super::settings::Totals;
use super::staging::stage;
use super::upload::path_of;
use crate::access::{Act, ScopedDb, Terms, WriteTx};
use crate::error::{Code, Error, Result};
use crate::imports::rules::{Decision, Problem, RowIn};
use entity::ids::ImportId;
use entity::import::{self, Model, Status};
use entity::import_row::{self, Action, State};
use sea_orm::{ColumnTrait, Condition};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use uuid::Uuid;

/// Begins to plan an import, or plans it anew. Needs IMPORT_RUN; what its rows need is looked at for each of them.
#[derive(Debug, Serialize)]
pub struct BeginPlan {
    pub id: ImportId,
}

impl Act for BeginPlan {
    type Answer = Uuid;
    type Shown = Uuid;
    const MUTATION: &'static str = "importPlan";
    const NOT_ON_BEHALF: Option<&'static str> = Some("id");

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<Uuid> {
        let allowed = [
            Status::Uploaded,
            Status::Planning,
            Status::Planned,
            Status::Checking,
            Status::Outdated,
            Status::Held,
        ];
        let (mut import, worker) = take(tx, self.id, &allowed).await?;
        let wrong = problems_of(&import);
        if !wrong.is_empty() {
            return Err(Error::invalid(Code::Invalid, "id", wrong.join("; ")));
        }
        import.status = Status::Planning;
        tx.forget_import_rows(self.id).await?;
        import.totals = json(&Totals::default())?;
        import.position = 0;
        import.planned_at = None;
        tx.note_import(import).await?;
        Ok(worker)
    }

    async fn show(_: &WriteTx, worker: Uuid, _: bool) -> Result<Uuid> {
        Ok(worker)
    }
}

/// Plans an import that `worker` has begun to, from the file that lies at `path`, else from the one that was sent.
///
/// # Errors
/// User errors where the file cannot be read, `Unavailable` when somebody else has taken it, and faults of the database.
pub async fn plan(db: &ScopedDb, id: ImportId, worker: Uuid, path: Option<&Path>) -> Result<()> {
    let done = plan_all(db, id, worker, path).await;
    if let Err(fault) = &done {
        let why = match fault {
            Error::Invalid(mistakes) => mistakes.first().map(|mistake| mistake.message.clone()),
            _ => None,
        };
        let let_go = LetGo { id, worker, why };
        let _ = db
            .later(&request_id(id))
            .write(let_go, Terms::default())
            .await;
    }
    done
}

async fn plan_all(db: &ScopedDb, id: ImportId, worker: Uuid, path: Option<&Path>) -> Result<()> {
    let found = db.by_ids::<import::Entity>(&[id]).await?.remove(&id);
    let import = found.ok_or_else(|| Error::internal("an import that is gone"))?;
    match path {
        Some(path) => stage(db, &import, worker, path).await?,
        None => stage(db, &import, worker, &path_of(db, &import).await?).await?,
    }
    let later = || db.later(&request_id(id));
    later()
        .write(OrderRows { id, worker }, Terms::default())
        .await?;
    while later()
        .write(PlanBatch { id, worker }, Terms::default())
        .await?
    {}
    Ok(())
}

/// Brings the staged rows into the order in which they are dealt with.
#[derive(Debug, Serialize)]
struct OrderRows {
    id: ImportId,
    worker: Uuid,
}

impl Act for OrderRows {
    type Answer = ();
    type Shown = ();
    const MUTATION: &'static str = "importPlan";

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<()> {
        let mut import = mine(tx, self.id, self.worker).await?;
        let refused = Kind::of_import(&import)?.order(tx, &import).await?;
        let mut totals = Totals::of(&import);
        totals.planned += refused;
        totals.error += refused;
        import.totals = json(&totals)?;
        tx.note_import(import).await
    }

    async fn show(_: &WriteTx, (): (), _: bool) -> Result<()> {
        Ok(())
    }
}

/// Plans the next rows; answers whether there are others.
#[derive(Debug, Serialize)]
struct PlanBatch {
    id: ImportId,
    worker: Uuid,
}

impl Act for PlanBatch {
    type Answer = bool;
    type Shown = bool;
    const MUTATION: &'static str = "importPlan";
    const GIVES_RIGHTS: bool = true;

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<bool> {
        let mut import = mine(tx, self.id, self.worker).await?;
        let waiting = Condition::all().add(import_row::Column::State.eq(State::Read));
        let rows = tx
            .next_import_rows(self.id, waiting, import.position, MOST_ROWS as u64)
            .await?;
        let kind = Kind::of_import(&import)?;
        let rows = kind.whole_units(rows, MOST_ROWS);
        let more = !rows.is_empty();
        if more {
            import.position = rows.last().map_or(import.position, |row| row.place);
            judge_rows(tx, &mut import, kind, rows).await?;
        } else {
            let mut totals = Totals::of(&import);
            let held = holds(tx, &import, &mut totals).await?;
            import.totals = json(&totals)?;
            import.status = if held { Status::Held } else { Status::Planned };
            import.planned_at = Some(tx.now());
            import.leased_by = None;
            import.leased_until = None;
        }
        tx.note_import(import).await?;
        Ok(more)
    }

    async fn show(_: &WriteTx, more: bool, _: bool) -> Result<bool> {
        Ok(more)
    }
}

/// Decides about staged rows, of which those that could not be read, or have the key of an earlier one, are refused already.
async fn judge_rows(
    tx: &mut WriteTx,
    import: &mut Model,
    kind: Kind,
    rows: Vec<import_row::Model>,
) -> Result<()> {
    let keys: BTreeSet<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    let keys: Vec<_> = keys
        .into_iter()
        .filter(|key| !key.is_empty())
        .map(str::to_owned)
        .collect();
    let firsts = if kind.keys_repeat() {
        HashMap::new()
    } else {
        tx.first_import_rows(import.id, &keys).await?
    };
    let stage = rows.first().map_or(0, |row| row.stage);
    let mut totals = Totals::of(import);
    let (mut given, mut open, mut noted) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let first = firsts.get(&row.key).filter(|first| **first != row.number);
        // Its place in the file may have been found wrong already.
        if first.is_none() && row.action != Action::Error {
            given.push(as_planned(&row)?.0);
            open.push(row);
            continue;
        }
        let mut problems = unread(&row)?;
        problems.extend(
            first
                .into_iter()
                .flat_map(|first| repeats(kind, *first).problems),
        );
        noted.push(decided(row, &Decision::refused(problems), &mut totals, 0)?);
    }
    if !given.is_empty() {
        let mut batch = foresight::judge(tx, import, kind, &given, stage).await?;
        kind.blame(tx, import.id, &given, &mut batch.decisions)
            .await?;
        let judged = batch.decisions.into_iter().zip(&batch.regrouped);
        for (row, (decision, regrouped)) in open.into_iter().zip(judged) {
            let mut problems = unread(&row)?;
            let decision = if problems.is_empty() {
                decision
            } else {
                // What is required may stand in the cell that could not be read.
                let others = decision.problems.into_iter();
                problems.extend(others.filter(|problem| problem.code != Code::Required));
                Decision::refused(problems)
            };
            let regrouped = if decision.action.writes() {
                *regrouped
            } else {
                0
            };
            noted.push(decided(row, &decision, &mut totals, regrouped)?);
        }
    }
    tx.note_import_rows(noted).await?;
    import.totals = json(&totals)?;
    Ok(())
}

/// What could not be read of a row.
fn unread(row: &import_row::Model) -> Result<Vec<Problem>> {
    serde_json::from_value(row.problems.clone()).map_err(Error::internal)
}

fn decided(
    mut row: import_row::Model,
    decision: &Decision,
    totals: &mut Totals,
    regrouped: i64,
) -> Result<import_row::Model> {
    totals.count(decision.action, regrouped);
    totals.kept += i32::from(!decision.kept.is_empty());
    row.action = decision.action;
    row.target_id.clone_from(&decision.target);
    row.changes = json(&decision.changes)?;
    row.kept = json(&decision.kept)?;
    row.problems = json(&decision.problems)?;
    row.state = State::Planned;
    Ok(row)
}

/// A row as it was given and what was decided about it.
///
/// # Errors
/// An internal one where what is stored means nothing.
pub fn as_planned(row: &import_row::Model) -> Result<(RowIn, Decision)> {
    let (fields, version) = serde_json::from_value(row.given.clone()).map_err(Error::internal)?;
    let given = RowIn {
        number: row.number,
        fields,
        version,
    };
    let decision = Decision {
        action: row.action,
        target: row.target_id.clone(),
        changes: serde_json::from_value(row.changes.clone()).map_err(Error::internal)?,
        kept: serde_json::from_value(row.kept.clone()).map_err(Error::internal)?,
        problems: serde_json::from_value(row.problems.clone()).map_err(Error::internal)?,
    };
    Ok((given, decision))
}
