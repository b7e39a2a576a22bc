//! Attempts to sign in: how many wrong passwords a login may be tried with, counted in the database before any password is looked at.
//!
//! Attempts on one login take turns, in this process by a lock and across processes by a lease (T-191), so that ten parallel guesses are ten
//! guesses, and ten honest sign-ins at once are not ten failures. Logins without an account have a budget too: nothing tells them apart.

use super::scoped_db::ScopedDb;
use super::token::hex;
use crate::error::{Error, Result};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, Statement, Value};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;
use tokio::time::{Instant, sleep, timeout_at};

/// Wrong passwords after which a login is locked, each within [`WINDOW`] of the one before (T-70).
const BUDGET: i32 = 10;
/// How long wrong passwords count, from the last one on: so nobody gets a second budget by waiting for the end of a first one's time.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// How long a login stays locked. Nobody can lock an account for good, and a password reset unlocks it.
const LOCKED_FOR: TimeDelta = TimeDelta::minutes(15);
/// How long an attempt has its turn; after that its process is taken for dead.
const TURN: TimeDelta = TimeDelta::seconds(20);
/// How long an attempt waits for its turn.
const PATIENCE: Duration = Duration::from_secs(8);
/// Between two looks at whether another process has ended its turn.
const PAUSE: Duration = Duration::from_millis(15);

/// The attempts under way in this process, by login.
#[derive(Debug, Default)]
pub struct Turns(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

impl Turns {
    async fn take(&self, key: &str, deadline: Instant) -> Result<OwnedMutexGuard<()>> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            Arc::clone(turns.entry(key.to_owned()).or_default())
        };
        timeout_at(deadline, turn.lock_owned())
            .await
            .map_err(|_| Error::Unavailable)
    }
}

/// One attempt, already counted as a failure: a process that dies on the way leaves no free guess behind.
#[derive(Debug)]
pub struct Attempt {
    db: ScopedDb,
    login_key: String,
    key: String,
    failures: i32,
    locked: bool,
    _turn: OwnedMutexGuard<()>,
}

/// What a login's budget is known by: people type passwords where the login belongs, so the text itself is not kept.
pub(super) fn budget_key(login_key: &str) -> String {
    hex(&Sha256::digest(login_key.as_bytes()))
}

impl ScopedDb {
    /// Begins an attempt on a login, of which `login_key` is the key.
    ///
    /// # Errors
    /// `Unavailable` when others kept trying the same login.
    pub async fn attempt(&self, login_key: &str) -> Result<Attempt> {
        let key = budget_key(login_key);
        let deadline = Instant::now() + PATIENCE;
        let turn = self.db.turns().take(&key, deadline).await?;
        loop {
            if let Some((failures, locked)) = self.count_attempt(&key).await? {
                return Ok(Attempt {
                    db: self.clone(),
                    login_key: login_key.to_owned(),
                    key,
                    failures,
                    locked,
                    _turn: turn,
                });
            }
            if Instant::now() >= deadline {
                return Err(Error::Unavailable);
            }
            sleep(PAUSE).await;
        }
    }

    /// Counts an attempt; `None` while another one has its turn.
    async fn count_attempt(&self, key: &str) -> Result<Option<(i32, bool)>> {
        let now = self.now;
        // A lock that is over, or a window, begins the count anew. A used-up budget without a lock is one that a dead process left.
        let sql = "INSERT INTO sign_in_budget (key, failures, window_until, locked_until, turn_until)
             VALUES ($1, 1, $2, NULL, $3)
             ON CONFLICT (key) DO UPDATE SET
               failures = CASE WHEN sign_in_budget.locked_until > $4 THEN sign_in_budget.failures
                               WHEN sign_in_budget.locked_until IS NOT NULL OR sign_in_budget.window_until <= $4 THEN 1
                               ELSE sign_in_budget.failures + 1 END,
               window_until = CASE WHEN sign_in_budget.locked_until > $4 THEN sign_in_budget.window_until ELSE $2 END,
               locked_until = CASE WHEN sign_in_budget.locked_until > $4 THEN sign_in_budget.locked_until END,
               turn_until = $3
             WHERE sign_in_budget.turn_until IS NULL OR sign_in_budget.turn_until <= $4
             RETURNING failures, locked_until";
        let values: [Value; 4] = [
            key.into(),
            (now + WINDOW).into(),
            (now + TURN).into(),
            now.into(),
        ];
        let Some(row) = self.query_writer(sql, values).await? else {
            return Ok(None);
        };
        let failures: i32 = row.try_get_by_index(0)?;
        let locked_until: Option<DateTime<Utc>> = row.try_get_by_index(1)?;
        Ok(Some((
            failures,
            locked_until.is_some() || failures > BUDGET,
        )))
    }

    async fn query_writer<const N: usize>(
        &self,
        sql: &str,
        values: [Value; N],
    ) -> Result<Option<sea_orm::QueryResult>> {
        let statement = Statement::from_sql_and_values(self.engine(), sql, values);
        Ok(self.db.writer().query_one_raw(statement).await?)
    }
}

impl Attempt {
    /// Whether the budget is used up: then no password is right.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.locked
    }

    /// The password was wrong, or anything else stood in the way. The last one that the budget allows locks the login and its account.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn failed(self) -> Result<()> {
        let now = self.db.now;
        let until: Option<DateTime<Utc>> = (self.failures >= BUDGET).then(|| now + LOCKED_FOR);
        self.db
            .query_writer(
                "UPDATE sign_in_budget SET turn_until = NULL, locked_until = coalesce(locked_until, $1) WHERE key = $2 RETURNING key",
                [until.into(), self.key.clone().into()],
            )
            .await?;
        // The same statement for every refusal, so that all take the same time.
        let locks = self.failures >= BUDGET && !self.locked;
        self.db
            .query_writer(
                "UPDATE account SET locked_until = $1 WHERE login_key = $2 AND $3 RETURNING id",
                [until.into(), self.login_key.clone().into(), locks.into()],
            )
            .await?;
        if locks {
            tracing::warn!("a login was locked after too many wrong passwords");
        }
        Ok(())
    }

    /// The password was right: what was counted before it counts no more.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn succeeded(self) -> Result<()> {
        self.db
            .query_writer(
                "DELETE FROM sign_in_budget WHERE key = $1 RETURNING key",
                [self.key.clone().into()],
            )
            .await?;
        Ok(())
    }

    /// No password was looked at: the attempt does not count.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn given_up(self) -> Result<()> {
        self.db
            .query_writer(
                "UPDATE sign_in_budget SET turn_until = NULL,
                   failures = CASE WHEN locked_until IS NULL THEN failures - 1 ELSE failures END
                 WHERE key = $1 RETURNING key",
                [self.key.clone().into()],
            )
            .await?;
        Ok(())
    }
}
