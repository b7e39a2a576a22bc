//! Planning: the whole file is read, and what would come of each row is written down.

use super::batch::{Batch, Kind, MOST_ROWS, repeats};
use super::books::{LetGo, Totals, json, mine, request_id, take};
use super::file;
use super::json_lines::JsonLines;
use super::one_by_one::kept_of;
use crate::access::{Act, ScopedDb, Terms, WriteTx};
use crate::error::{Code, Error, Result};
use crate::imports::rules::{Decision, Problem, RowIn, Rows};
use entity::ids::{ImportId, ImportRowId};
use entity::import::{Model, Status};
use entity::import_row::{self, State};
use serde::Serialize;
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

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<Uuid> {
        let allowed = [
            Status::Created,
            Status::Planning,
            Status::Planned,
            Status::Checking,
            Status::Outdated,
        ];
        let (mut import, worker) = take(tx, self.id, &allowed).await?;
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

/// Plans an import that `worker` has begun to.
///
/// # Errors
/// `Unavailable` when somebody else has taken it, and faults of the database.
pub async fn plan(db: &ScopedDb, id: ImportId, worker: Uuid) -> Result<()> {
    let done = plan_all(db, id, worker).await;
    if done.is_err() {
        let let_go = LetGo { id, worker };
        let _ = db
            .later(&request_id(id))
            .write(let_go, Terms::default())
            .await;
    }
    done
}

async fn plan_all(db: &ScopedDb, id: ImportId, worker: Uuid) -> Result<()> {
    let file = file::fetch(db, id).await?;
    let rows = JsonLines::new(file);
    let mut reading = rows.rows();
    loop {
        // Reading a file waits for the disk, which nobody else should.
        let read = tokio::task::spawn_blocking(move || {
            let batch: Vec<_> = reading.by_ref().take(MOST_ROWS).collect();
            (reading, batch)
        });
        let (rest, batch) = read.await.map_err(Error::internal)?;
        reading = rest;
        let last = batch.len() < MOST_ROWS;
        let mut plan = PlanBatch {
            id,
            worker,
            rows: Vec::new(),
            unreadable: Vec::new(),
            last,
        };
        for row in batch {
            match row {
                Ok(row) if row.has_nul() => {
                    let why = "a cell holds the character U+0000".to_owned();
                    plan.unreadable.push((row.number, why));
                }
                Ok(row) => plan.rows.push(row),
                Err(unreadable) => plan.unreadable.push(unreadable),
            }
        }
        db.later(&request_id(id))
            .write(plan, Terms::default())
            .await?;
        if last {
            return Ok(());
        }
    }
}

/// Plans some rows.
#[derive(Debug, Serialize)]
struct PlanBatch {
    id: ImportId,
    worker: Uuid,
    rows: Vec<RowIn>,
    unreadable: Vec<(i64, String)>,
    last: bool,
}

impl Act for PlanBatch {
    type Answer = ();
    type Shown = ();
    const MUTATION: &'static str = "importPlan";
    const GIVES_RIGHTS: bool = true;

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<()> {
        let mut import = mine(tx, self.id, self.worker).await?;
        let mut totals = Totals::of(&import);
        let mut noted = Vec::with_capacity(self.rows.len() + self.unreadable.len());
        if !self.rows.is_empty() {
            self.judge(tx, &import, &mut totals, &mut noted).await?;
        }
        for (number, why) in &self.unreadable {
            let problem = Problem {
                field: None,
                code: Code::Invalid,
                message: why.clone(),
            };
            let decision = Decision::refused(vec![problem]);
            totals.count(decision.action, 0);
            let row = RowIn {
                number: *number,
                ..RowIn::default()
            };
            noted.push(stored(tx, self.id, &row, None, &decision)?);
        }
        tx.note_import_rows(noted).await?;
        import.totals = json(&totals)?;
        if self.last {
            import.status = Status::Planned;
            import.planned_at = Some(tx.now());
            import.leased_by = None;
            import.leased_until = None;
        }
        tx.note_import(import).await
    }

    async fn show(_: &WriteTx, (): (), _: bool) -> Result<()> {
        Ok(())
    }
}

impl PlanBatch {
    async fn judge(
        &self,
        tx: &mut WriteTx,
        import: &Model,
        totals: &mut Totals,
        noted: &mut Vec<import_row::Model>,
    ) -> Result<()> {
        let kind = Kind::of_import(import)?;
        let mut batch = Batch::judge(tx, kind, &self.rows, None).await?;
        let keys: Vec<_> = batch.keys.iter().flatten().cloned().collect();
        let earlier = tx.first_import_rows(self.id, &keys).await?;
        for (at, row) in self.rows.iter().enumerate() {
            let key = batch.keys.get(at).cloned().flatten();
            let (Some(decision), Some(regrouped)) =
                (batch.decisions.get_mut(at), batch.regrouped.get(at))
            else {
                continue;
            };
            if let Some(first) = key.as_ref().and_then(|key| earlier.get(key)) {
                *decision = repeats(kind, *first);
            }
            let counts = if decision.action.writes() {
                *regrouped
            } else {
                0
            };
            totals.count(decision.action, counts);
            noted.push(stored(tx, self.id, &kept_of(kind, row), key, decision)?);
        }
        Ok(())
    }
}

fn stored(
    tx: &WriteTx,
    import: ImportId,
    row: &RowIn,
    key: Option<String>,
    decision: &Decision,
) -> Result<import_row::Model> {
    Ok(import_row::Model {
        id: ImportRowId(tx.fresh_id()),
        import_id: import,
        number: row.number,
        stage: 0,
        place: row.number,
        key: key.unwrap_or_default(),
        given: json(&(&row.fields, row.version))?,
        action: decision.action,
        target_id: decision.target.clone(),
        changes: json(&decision.changes)?,
        kept: json(&decision.kept)?,
        problems: json(&decision.problems)?,
        cleanings: serde_json::Value::Array(Vec::new()),
        state: State::Planned,
        version_after: None,
    })
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
