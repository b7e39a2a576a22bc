//! Working on an import: whoever begins has it, and goes on batch by batch; when they are killed, somebody else goes on.

use super::apply::{BeginApply, apply};
use super::plan::{BeginPlan, plan};
use super::undo::{BeginUndo, undo};
use crate::access::{Database, Interrupted, ScopedDb, Terms, interrupted_imports};
use crate::clock::Clock;
use crate::error::{Error, Result};
use entity::ids::ImportId;
use entity::import::{Model, Status};
use std::path::Path;
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

/// How often it is looked for imports that were left.
const ROUND: Duration = Duration::from_secs(5);

/// A way through an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    Plan,
    /// `confirmed`: also where more would be deactivated than may be without asking (T-96).
    Apply {
        confirmed: bool,
    },
    Undo,
}

impl Work {
    /// Whether an import of this status is on this way.
    #[must_use]
    pub fn is_on(self, status: Status) -> bool {
        match self {
            Self::Plan => status == Status::Planning,
            Self::Apply { .. } => matches!(status, Status::Checking | Status::Applying),
            Self::Undo => status == Status::Undoing,
        }
    }

    /// The way that an import of this status is on.
    #[must_use]
    pub fn of(status: Status) -> Option<Self> {
        let ways = [Self::Plan, Self::Apply { confirmed: true }, Self::Undo];
        ways.into_iter().find(|way| way.is_on(status))
    }

    /// Whether somebody is on this way with `import`.
    #[must_use]
    pub fn is_going_on(self, import: &Model, db: &ScopedDb) -> bool {
        self.is_on(import.status) && import.leased_until.is_some_and(|until| until > db.now())
    }
}

/// Begins, or goes on after an interruption; answers as whom.
///
/// # Errors
/// User errors at `id`: `NOT_FOUND`, `FORBIDDEN`, `CONFLICT` where it is not time for this, or somebody else is at it.
pub async fn begin(db: &ScopedDb, work: Work, id: ImportId, terms: Terms) -> Result<Uuid> {
    match work {
        Work::Plan => db.write(BeginPlan { id }, terms).await,
        Work::Apply { confirmed } => db.write(BeginApply { id, confirmed }, terms).await,
        Work::Undo => db.write(BeginUndo { id }, terms).await,
    }
}

/// Goes on to the end as `worker`; `path` is where the file of a plan lies, if it was not sent.
///
/// # Errors
/// `Unavailable` when somebody else has taken it, user errors where the file cannot be read, faults of the database: it can be gone on with.
pub async fn go_on(
    db: &ScopedDb,
    work: Work,
    id: ImportId,
    worker: Uuid,
    path: Option<&Path>,
) -> Result<()> {
    match work {
        Work::Plan => plan(db, id, worker, path).await,
        Work::Apply { .. } => apply(db, id, worker).await,
        Work::Undo => undo(db, id, worker).await,
    }
}

/// Goes on with what servers that were killed have left, as whoever began it, until `closed` says so.
pub async fn pick_up(db: Database, clock: Clock, max_depth: u32, closed: watch::Receiver<bool>) {
    let mut closing = closed.clone();
    loop {
        match interrupted_imports(&db, clock.now()).await {
            Ok(left) => {
                for one in left {
                    if *closed.borrow() {
                        return;
                    }
                    pick_up_one(&db, &clock, max_depth, one).await;
                }
            }
            Err(fault) => {
                tracing::error!(cause = ?fault, "it could not be looked for imports that were left");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(ROUND) => {}
            _ = closing.wait_for(|closed| *closed) => return,
        }
    }
}

async fn pick_up_one(db: &Database, clock: &Clock, max_depth: u32, left: Interrupted) {
    let Some(work) = Work::of(left.status) else {
        return;
    };
    let request = format!("import:{}", left.id);
    let db = ScopedDb::new(db.clone(), left.viewer, clock.clone(), &request, max_depth);
    let done = async {
        let worker = begin(&db, work, left.id, Terms::default()).await?;
        tracing::info!(import = %left.id, "an import that was left goes on");
        go_on(&db, work, left.id, worker, None).await
    };
    match done.await {
        Ok(()) => {}
        // Somebody else was quicker, or whoever began it may not do it any more: both is said in the import itself.
        Err(Error::Invalid(_) | Error::Unavailable) => tokio::time::sleep(ROUND).await,
        Err(fault) => tracing::error!(cause = ?fault, import = %left.id, "an import stopped"),
    }
}
