//! Applying: what was planned is decided again where it is carried out, and what has moved on since is not.
//!
//! Where everything is to be rejected when one row is, all of it is looked at once more before any of it is written.

use super::batch::{Batch, MOST_ROWS};
use super::books::{LetGo, json, mine, request_id, take};
use super::foresight;
use super::kind::Kind;
use super::plan::as_planned;
use super::refresh;
use super::settings::{Settings, Totals};
use crate::access::{Act, ScopedDb, Terms, WriteTx};
use crate::error::{Code, Error, Result};
use crate::imports::rules::{Problem, RowIn};
use crate::prices::service::ErrorPolicy;
use entity::ids::ImportId;
use entity::import::{Model, Status};
use entity::import_row::{self, Action, Column, State};
use sea_orm::{ColumnTrait, Condition};
use serde::Serialize;
use uuid::Uuid;

/// Begins to carry a plan out, or goes on with it. Needs IMPORT_RUN; what the rows need is looked at again for each of them.
#[derive(Debug, Serialize)]
pub struct BeginApply {
    pub id: ImportId,
    /// That more is deactivated than may be without asking (T-96).
    pub confirmed: bool,
}

impl Act for BeginApply {
    type Answer = Uuid;
    type Shown = Uuid;
    const MUTATION: &'static str = "importApply";
    const NOT_ON_BEHALF: Option<&'static str> = Some("id");

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<Uuid> {
        let allowed = [
            Status::Planned,
            Status::Held,
            Status::Checking,
            Status::Applying,
            Status::Stopped,
        ];
        let (mut import, worker) = take(tx, self.id, &allowed).await?;
        let everything = Settings::of(&import).error_policy == ErrorPolicy::RejectEverything;
        if everything && Totals::of(&import).error > 0 {
            let message = "some rows are refused; mend them, or reject failed rows only";
            return Err(Error::invalid(Code::Conflict, "id", message));
        }
        if import.status == Status::Held && !self.confirmed {
            let message = format!(
                "this would deactivate {} of what is not in the file; confirm it with confirmDeactivations",
                Totals::of(&import).deactivate
            );
            return Err(Error::invalid(
                Code::Conflict,
                "confirmDeactivations",
                message,
            ));
        }
        // Going on with what was begun writes on; only before the first row is everything looked at.
        if everything
            && matches!(
                import.status,
                Status::Planned | Status::Held | Status::Checking
            )
        {
            import.status = Status::Checking;
            import.position = 0;
        } else {
            if import.status != Status::Applying {
                import.position = 0;
            }
            import.status = Status::Applying;
        }
        import.ended_at = None;
        tx.note_import(import).await?;
        Ok(worker)
    }

    async fn show(_: &WriteTx, worker: Uuid, _: bool) -> Result<Uuid> {
        Ok(worker)
    }
}

/// Carries out what `worker` has begun to, up to the end.
///
/// # Errors
/// `Unavailable` when somebody else has taken it, and faults of the database: it can be gone on with.
pub async fn apply(db: &ScopedDb, id: ImportId, worker: Uuid) -> Result<()> {
    loop {
        let batch = ApplyBatch { id, worker };
        match db
            .later(&request_id(id))
            .write(batch, Terms::default())
            .await
        {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(fault) => {
                let let_go = LetGo {
                    id,
                    worker,
                    why: None,
                };
                let _ = db
                    .later(&request_id(id))
                    .write(let_go, Terms::default())
                    .await;
                return Err(fault);
            }
        }
    }
}

/// Carries out the next rows, or looks at them once more; answers whether there are others.
#[derive(Debug, Serialize)]
struct ApplyBatch {
    id: ImportId,
    worker: Uuid,
}

impl Act for ApplyBatch {
    type Answer = bool;
    type Shown = bool;
    const MUTATION: &'static str = "importApply";
    const FINDS_WHAT_IS_TAKEN: bool = true;
    const GIVES_RIGHTS: bool = true;

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<bool> {
        let mut import = mine(tx, self.id, self.worker).await?;
        let waiting = Condition::all()
            .add(Column::State.eq(State::Planned))
            .add(Column::Action.is_in([Action::Create, Action::Update]));
        let after = import.position;
        let rows = tx
            .next_import_rows(self.id, waiting, after, MOST_ROWS as u64)
            .await?;
        let rows = Kind::of_import(&import)?.whole_units(rows, MOST_ROWS);
        let more = if rows.is_empty() {
            Box::pin(end(tx, &mut import)).await?
        } else {
            step(tx, &mut import, rows).await?
        };
        tx.note_import(import).await?;
        Ok(more)
    }

    async fn show(_: &WriteTx, more: bool, _: bool) -> Result<bool> {
        Ok(more)
    }
}

/// The end of a way through all rows; answers whether there is another.
async fn end(tx: &mut WriteTx, import: &mut Model) -> Result<bool> {
    let totals = Totals::of(import);
    let checked = import.status == Status::Checking;
    if checked && totals.refused == 0 {
        import.status = Status::Applying;
        import.position = 0;
        return Ok(true);
    }
    if !checked && Box::pin(refresh::step(tx, import)).await? {
        return Ok(true);
    }
    import.status = if checked {
        Status::Outdated
    } else {
        // Nobody reads the file any more.
        tx.forget_import_chunks(import.id).await?;
        Status::Applied
    };
    release(tx, import);
    Ok(false)
}

fn release(tx: &WriteTx, import: &mut Model) {
    import.ended_at = Some(tx.now());
    import.leased_by = None;
    import.leased_until = None;
}

async fn step(
    tx: &mut WriteTx,
    import: &mut Model,
    mut rows: Vec<import_row::Model>,
) -> Result<bool> {
    let planned: Result<Vec<_>> = rows.iter().map(as_planned).collect();
    let (given, planned): (Vec<RowIn>, Vec<_>) = planned?.into_iter().unzip();
    let kind = Kind::of_import(import)?;
    let mut batch = if import.status == Status::Checking {
        let stage = rows.first().map_or(0, |row| row.stage);
        foresight::judge(tx, import, kind, &given, stage).await?
    } else {
        Batch::judge(tx, kind, &given, foresight::asked_of(import)).await?
    };
    batch.ways.send_invitations = Settings::of(import).send_invitations;
    let moved_on: Vec<Option<Problem>> = batch
        .decisions
        .iter()
        .zip(&planned)
        .map(|(now, planned)| now.moved_on_from(planned))
        .collect();
    let mut totals = Totals::of(import);
    let checking = import.status == Status::Checking;
    let any = moved_on.iter().any(Option::is_some);
    let stops =
        any && !checking && Settings::of(import).error_policy == ErrorPolicy::RejectEverything;
    let written = if checking || stops {
        vec![None; rows.len()]
    } else {
        let unmoved = |at: usize| matches!(moved_on.get(at), Some(None));
        batch.write(tx, unmoved).await?
    };
    let mut noted = Vec::new();
    for ((mut row, problem), written) in rows.drain(..).zip(moved_on).zip(written) {
        import.position = row.place;
        if let Some(problem) = problem {
            row.problems = json(&[problem])?;
            row.state = State::Refused;
            totals.refused += 1;
        } else if checking || stops {
            continue;
        } else {
            row.state = State::Applied;
            totals.applied += 1;
            if let Some((id, version)) = written {
                row.target_id = Some(id);
                row.version_after = Some(version);
            }
        }
        noted.push(row);
    }
    tx.note_import_rows(noted).await?;
    import.totals = json(&totals)?;
    if stops {
        // Those of this batch that have not moved on wait for whoever goes on: it is looked at from its beginning again.
        import.status = Status::Stopped;
        import.position = 0;
        release(tx, import);
    }
    Ok(!stops)
}
