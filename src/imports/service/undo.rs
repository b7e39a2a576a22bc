//! Undoing: what an import changed is put back where nobody has changed it since; of the rest it is said why not.

use super::batch::MOST_ROWS;
use super::books::{LetGo, json, mine, request_id, take};
use super::kind::Kind;
use super::settings::Totals;
use super::{contacts, one_by_one, orders, organizations, prices};
use crate::access::{Act, ScopedDb, Terms, WriteTx};
use crate::error::Result;
use crate::imports::rules::Problem;
use entity::ids::ImportId;
use entity::import::Status;
use entity::import_row::{self, Column, State};
use sea_orm::{ColumnTrait, Condition};
use serde::Serialize;
use uuid::Uuid;

/// Begins to put back what an import changed, or goes on with it. Needs IMPORT_RUN, and of each row what putting it back by hand would need.
#[derive(Debug, Serialize)]
pub struct BeginUndo {
    pub id: ImportId,
}

impl Act for BeginUndo {
    type Answer = Uuid;
    type Shown = Uuid;
    const MUTATION: &'static str = "importUndo";
    const NOT_ON_BEHALF: Option<&'static str> = Some("id");

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<Uuid> {
        let allowed = [
            Status::Applied,
            Status::Applying,
            Status::Stopped,
            Status::Undoing,
        ];
        let (mut import, worker) = take(tx, self.id, &allowed).await?;
        import.status = Status::Undoing;
        import.ended_at = None;
        // Rows that were put back are no longer waiting, so it is always begun with the last.
        import.position = i64::MAX;
        tx.note_import(import).await?;
        Ok(worker)
    }

    async fn show(_: &WriteTx, worker: Uuid, _: bool) -> Result<Uuid> {
        Ok(worker)
    }
}

/// Puts back what `worker` has begun to, up to the end.
///
/// # Errors
/// `Unavailable` when somebody else has taken it, and faults of the database: it can be gone on with.
pub async fn undo(db: &ScopedDb, id: ImportId, worker: Uuid) -> Result<()> {
    loop {
        let batch = UndoBatch { id, worker };
        let db = db.later(&format!("undo of {}", request_id(id)));
        match db.write(batch, Terms::default()).await {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(fault) => {
                let _ = db.write(let_go(id, worker), Terms::default()).await;
                return Err(fault);
            }
        }
    }
}

fn let_go(id: ImportId, worker: Uuid) -> LetGo {
    LetGo {
        id,
        worker,
        why: None,
    }
}

/// Puts the next rows back; answers whether there are others.
#[derive(Debug, Serialize)]
struct UndoBatch {
    id: ImportId,
    worker: Uuid,
}

impl Act for UndoBatch {
    type Answer = bool;
    type Shown = bool;
    const MUTATION: &'static str = "importUndo";
    const GIVES_RIGHTS: bool = true;

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<bool> {
        let mut import = mine(tx, self.id, self.worker).await?;
        let changed = Condition::all()
            .add(Column::State.eq(State::Applied))
            .add(Column::VersionAfter.is_not_null());
        let after = import.position;
        // What was carried out last may build upon what was carried out before.
        let mut rows = tx
            .last_import_rows(self.id, changed, after, MOST_ROWS as u64)
            .await?;
        let more = !rows.is_empty();
        if more {
            import.position = rows.last().map_or(0, |row| row.place);
            rows.reverse();
            let outcomes = put_back(tx, Kind::of_import(&import)?, self.id, &rows).await?;
            let mut totals = Totals::of(&import);
            for (row, outcome) in rows.iter_mut().zip(outcomes) {
                match outcome {
                    None => {
                        row.state = State::Undone;
                        totals.undone += 1;
                    }
                    Some(problems) => {
                        row.state = State::NotUndone;
                        row.problems = json(&problems)?;
                        totals.not_undone += 1;
                    }
                }
            }
            tx.note_import_rows(rows).await?;
            import.totals = json(&totals)?;
        } else {
            import.status = Status::Undone;
            import.ended_at = Some(tx.now());
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

/// Puts rows back, and answers for each why not; none where it was.
async fn put_back(
    tx: &mut WriteTx,
    kind: Kind,
    id: ImportId,
    rows: &[import_row::Model],
) -> Result<Vec<Option<Vec<Problem>>>> {
    tx.take_turns(kind.name()).await?;
    match kind {
        Kind::Contacts => contacts::put_back(tx, &request_id(id), rows).await,
        Kind::Organizations => organizations::put_back(tx, &request_id(id), rows).await,
        Kind::Prices => prices::put_back(tx, rows).await,
        Kind::Orders => orders::put_back(tx, rows).await,
        kind => one_by_one::put_back(tx, kind, &request_id(id), rows).await,
    }
}
