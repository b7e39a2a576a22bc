//! What is over goes by itself: letters, tokens, sessions, budgets, and registrations that nobody confirmed.

use super::SystemDb;
use crate::error::Result;
use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, Statement};

/// How long what was sent, or could not be, is kept.
const KEPT: TimeDelta = TimeDelta::days(1);
impl SystemDb {
    /// Deletes what is over. Nothing of it means anything any more, so it does not matter when, or by which server.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn tidy_up(&self) -> Result<()> {
        let now = self.clock.now();
        for (sql, before) in [
            ("DELETE FROM mail WHERE created_at <= $1", now - KEPT),
            ("DELETE FROM account_token WHERE expires_at <= $1", now),
            ("DELETE FROM order_token WHERE expires_at <= $1", now),
            ("DELETE FROM session WHERE expires_at <= $1", now),
            (
                "DELETE FROM sign_in_budget WHERE window_until <= $1 AND (locked_until IS NULL OR locked_until <= $1)
                   AND (turn_until IS NULL OR turn_until <= $1)",
                now,
            ),
        ] {
            let statement =
                Statement::from_sql_and_values(self.db.engine(), sql, [before.into()]);
            self.db.writer().execute_raw(statement).await?;
        }
        self.forget_changes().await?;
        self.forget_unconfirmed().await
    }

    /// Forgets which organizations have changed long ago: a server that is so far behind reads all of them.
    async fn forget_changes(&self) -> Result<()> {
        let sql = "DELETE FROM organization_change WHERE revision <= (SELECT number - 10000 FROM revision WHERE kind = 'organization')";
        let statement = Statement::from_string(self.db.engine(), sql);
        self.db.writer().execute_raw(statement).await?;
        Ok(())
    }
}
