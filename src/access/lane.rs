//! The one writer of SQLite: writes that wait for it share a transaction, and its commit.
//!
//! A commit waits for the disk, which takes as long as several writes. So a write that has ended leaves its transaction open in the lane
//! and queues once more. Those who waited already carry on in it, each in a savepoint of its own; when the first one's turn comes round
//! again, it commits them all. Where nobody waits that turn comes at once: a write alone is as fast as without a lane.
//!
//! - Writes run one after another, so each sees those before it, as in any serial order: versions, numbers, idempotency keys.
//! - Nobody is answered before the commit, not even who was refused or only wanted to validate: it may have seen what is not there yet.
//! - A refused write goes back to its savepoint. A write that ends in any other way, by a panic or because SQLite itself rolled back (as it
//!   does on a full disk), takes the transaction with it: nothing of it has happened, and the others are told so ([`is_lost`]).
//! - No constraint is deferred, so what one write violates cannot come out at the commit of all.
//!
//! On PostgreSQL a turn is a transaction of its own, and the server shares commits by itself.

use super::database::Database;
use crate::error::{Error, Result};
use sea_orm::{DatabaseTransaction, DbErr, TransactionTrait};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, OwnedMutexGuard, watch};
use tokio::time::timeout;

/// How long a write waits for its turn before the caller is told that the server is busy.
const PATIENCE: Duration = Duration::from_secs(5);
/// Writes in one transaction.
const MOST: u32 = 64;
/// From when on a transaction takes in nobody else.
const LONGEST: Duration = Duration::from_millis(20);
/// What those are told whose transaction came to nothing through no fault of theirs.
const LOST: &str = "another write took the shared transaction with it";

/// The queue for the writer, in the order of arrival, and the transaction that the last one left open.
#[derive(Debug, Default)]
pub(super) struct Lane {
    open: Arc<Mutex<Option<Batch>>>,
    commits: Arc<AtomicU64>,
}

/// A transaction with the writes that have ended in it.
#[derive(Debug)]
struct Batch {
    tx: DatabaseTransaction,
    writes: u32,
    begun: Instant,
    outcome: watch::Sender<Option<Result<()>>>,
    commits: Arc<AtomicU64>,
}

/// One write's turn. Dropped without an end, it takes its transaction with it.
#[derive(Debug)]
pub(super) struct Turn {
    // Dropped in this order: when the lane is free, everything is rolled back.
    /// None for the first write of a transaction: it can roll back the whole.
    savepoint: Option<DatabaseTransaction>,
    batch: Batch,
    /// None on PostgreSQL.
    lane: Option<OwnedMutexGuard<Option<Batch>>>,
}

impl Lane {
    /// Waits for a turn.
    ///
    /// # Errors
    /// `Unavailable` when others took too long, and faults of the database.
    pub(super) async fn turn(&self, db: &Database) -> Result<Turn> {
        let waited = timeout(PATIENCE, Arc::clone(&self.open).lock_owned()).await;
        let mut lane = waited.map_err(|_| Error::Unavailable)?;
        let (batch, savepoint) = match lane.take() {
            Some(batch) => {
                let savepoint = batch.tx.begin().await?;
                (batch, Some(savepoint))
            }
            None => (self.begin(db).await?, None),
        };
        Ok(Turn {
            savepoint,
            batch,
            lane: Some(lane),
        })
    }

    /// A turn without a queue.
    ///
    /// # Errors
    /// Faults of the database only.
    pub(super) async fn alone(&self, db: &Database) -> Result<Turn> {
        Ok(Turn {
            savepoint: None,
            batch: self.begin(db).await?,
            lane: None,
        })
    }

    /// How many transactions were committed.
    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    async fn begin(&self, db: &Database) -> Result<Batch> {
        Ok(Batch {
            tx: db.begin().await?,
            writes: 0,
            begun: Instant::now(),
            outcome: watch::Sender::default(),
            commits: Arc::clone(&self.commits),
        })
    }
}

impl Turn {
    /// What the write runs in.
    pub(super) fn connection(&self) -> &DatabaseTransaction {
        self.savepoint.as_ref().unwrap_or(&self.batch.tx)
    }

    /// Keeps what was written; comes back when it is on disk.
    ///
    /// # Errors
    /// [`is_lost`], and faults of the database: then nothing was written.
    pub(super) async fn commit(mut self) -> Result<()> {
        if let Some(savepoint) = self.savepoint.take() {
            savepoint.commit().await?;
        }
        self.settle().await
    }

    /// Undoes what was written; comes back when that which it was written beside is on disk.
    ///
    /// # Errors
    /// As [`Self::commit`]: then what the write has read may never have been.
    pub(super) async fn roll_back(mut self) -> Result<()> {
        match self.savepoint.take() {
            None => Ok(self.batch.tx.rollback().await?),
            Some(savepoint) => {
                savepoint.rollback().await?;
                self.settle().await
            }
        }
    }

    async fn settle(self) -> Result<()> {
        let Self {
            mut batch, lane, ..
        } = self;
        batch.writes += 1;
        let mut outcome = batch.outcome.subscribe();
        match lane {
            Some(mut lane) if !batch.is_full() => {
                let queue = Arc::clone(OwnedMutexGuard::mutex(&lane));
                *lane = Some(batch);
                drop(lane);
                tokio::select! {
                    biased;
                    () = async { drop(outcome.wait_for(Option::is_some).await) } => {}
                    mut lane = queue.lock() => if let Some(batch) = lane.take() {
                        batch.commit().await;
                    },
                }
            }
            // Whoever comes next waits until it is committed.
            _taken => batch.commit().await,
        }
        let outcome = outcome.wait_for(Option::is_some).await;
        outcome.map_or_else(|_| Err(lost()), |ended| ended.clone().unwrap_or(Ok(())))
    }
}

impl Batch {
    fn is_full(&self) -> bool {
        self.writes >= MOST || self.begun.elapsed() >= LONGEST
    }

    async fn commit(self) {
        let ended = self.tx.commit().await;
        if ended.is_ok() {
            self.commits.fetch_add(1, Ordering::Relaxed);
        }
        self.outcome.send_replace(Some(ended.map_err(Error::from)));
    }
}

fn lost() -> Error {
    DbErr::Custom(LOST.to_owned()).into()
}

/// Whether a write came to nothing because of one that it shared its transaction with, so that it may be tried again.
pub(super) fn is_lost(error: &Error) -> bool {
    matches!(error, Error::Database(cause) if matches!(cause.as_ref(), DbErr::Custom(why) if why == LOST))
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use sea_orm::{ConnectionTrait, Statement};
    use tempfile::TempDir;
    use tokio::task::{JoinHandle, yield_now};

    async fn database() -> (Database, TempDir) {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("lane.db").display());
        let db = Database::connect(&url).await.expect("a database");
        let table = "CREATE TABLE thing (value)";
        db.writer()
            .execute_unprepared(table)
            .await
            .expect("a table");
        (db, folder)
    }

    async fn number(connection: &impl ConnectionTrait, sql: &str) -> i64 {
        let asked = Statement::from_string(connection.get_database_backend(), sql);
        let row = connection.query_one_raw(asked).await.expect("an answer");
        row.expect("a row").try_get_by_index(0).expect("a number")
    }

    async fn things(db: &Database) -> i64 {
        number(db.reader(), "SELECT count(*) FROM thing").await
    }

    async fn put(turn: &Turn) {
        let sql = "INSERT INTO thing VALUES (1)";
        let put = turn.connection().execute_unprepared(sql).await;
        put.expect("a thing more");
    }

    /// A write that has ended, and one after it that has its turn in the same transaction.
    async fn two_writes(db: &Database) -> (JoinHandle<Result<()>>, Turn) {
        let first = db.turn().await.expect("a turn");
        put(&first).await;
        let second = tokio::spawn({
            let db = db.clone();
            async move { db.turn().await }
        });
        yield_now().await;
        let first = tokio::spawn(first.commit());
        let second = second.await.expect("no panic").expect("a turn");
        put(&second).await;
        (first, second)
    }

    #[tokio::test]
    async fn writes_that_meet_share_a_commit_and_none_is_acknowledged_before_it() {
        let (db, _folder) = database().await;
        let (first, second) = two_writes(&db).await;
        assert_eq!(
            number(second.connection(), "SELECT count(*) FROM thing").await,
            2
        );
        assert!(!first.is_finished());
        assert_eq!((things(&db).await, db.commits()), (0, 0));
        second.commit().await.expect("the second");
        first.await.expect("no panic").expect("the first");
        assert_eq!((things(&db).await, db.commits()), (2, 1));
    }

    #[tokio::test]
    async fn a_refused_write_leaves_those_beside_it_alone_and_is_answered_with_them() {
        let (db, _folder) = database().await;
        let (first, second) = two_writes(&db).await;
        second.roll_back().await.expect("the way back");
        assert_eq!((things(&db).await, db.commits()), (1, 1));
        first.await.expect("no panic").expect("the first");
        db.turn()
            .await
            .expect("a turn")
            .roll_back()
            .await
            .expect("the way back");
        assert_eq!((things(&db).await, db.commits()), (1, 1));
    }

    #[tokio::test]
    async fn a_panic_undoes_those_beside_it_tells_them_so_and_leaves_nothing_open() {
        let (db, _folder) = database().await;
        let (first, second) = two_writes(&db).await;
        let panics = tokio::spawn(async move {
            let _turn = second;
            panic!("on purpose");
        });
        assert!(panics.await.is_err());
        let told = first.await.expect("no panic").expect_err("nothing written");
        assert!(is_lost(&told), "{told:?}");
        let next = db.turn().await.expect("a turn");
        put(&next).await;
        next.commit().await.expect("the next");
        assert_eq!((things(&db).await, db.commits()), (1, 1));
    }

    /// Without a transaction around it, what comes after would be written piece by piece.
    #[tokio::test]
    async fn where_sqlite_itself_rolls_back_all_try_again_on_another_connection() {
        const LIMIT: &str = "PRAGMA max_page_count";
        let (db, _folder) = database().await;
        let limited = number(db.writer(), &format!("{LIMIT} = 100")).await;
        let (first, second) = two_writes(&db).await;
        let much = "INSERT INTO thing VALUES (zeroblob(1000000))";
        let full = second.connection().execute_unprepared(much).await;
        assert!(full.expect_err("no room").to_string().contains("full"));
        second.roll_back().await.expect_err("there is no way back");
        let told = first.await.expect("no panic").expect_err("nothing written");
        assert!(is_lost(&told), "{told:?}");
        assert_ne!(number(db.writer(), LIMIT).await, limited);
        let next = db.turn().await.expect("a turn");
        put(&next).await;
        next.commit().await.expect("the next");
        assert_eq!((things(&db).await, db.commits()), (1, 1));
    }

    #[tokio::test]
    async fn nobody_waits_for_one_who_left_the_queue() {
        let (db, _folder) = database().await;
        let first = db.turn().await.expect("a turn");
        put(&first).await;
        let gone = tokio::spawn({
            let db = db.clone();
            async move { db.turn().await }
        });
        yield_now().await;
        let mut first = Box::pin(first.commit());
        assert!((&mut first).now_or_never().is_none());
        // It has been given the turn, and never takes it.
        gone.abort();
        first.await.expect("the first");
        assert_eq!((things(&db).await, db.commits()), (1, 1));
    }
}
