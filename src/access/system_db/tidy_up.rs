//! What is over goes by itself: letters, tokens, sessions, budgets, and registrations that nobody confirmed.

use super::SystemDb;
use crate::access::personal::TO_BE_MERGED;
use crate::error::Result;
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// How long what was sent, or could not be, is kept.
const KEPT: TimeDelta = TimeDelta::days(1);
/// How long an import can be undone, or gone on with, and its report be read.
const IMPORTS_KEPT: TimeDelta = TimeDelta::days(30);
/// Rows that are deleted in one go.
const ROWS_AT_ONCE: i32 = 5_000;
/// Pages of a search index that are merged in one go: some milliseconds.
const MERGED_AT_ONCE: i32 = 100;

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
        self.forget_unconfirmed().await?;
        self.forget_imports(now - IMPORTS_KEPT).await?;
        if self.db.engine() == DbBackend::Sqlite {
            self.merge_search_indexes().await?;
            self.empty_log().await?;
        }
        Ok(())
    }

    /// Deletes imports that nobody has gone on with for long: first their rows, some at a time, so that others have their turn.
    async fn forget_imports(&self, before: DateTime<Utc>) -> Result<()> {
        let old = "SELECT id FROM import WHERE COALESCE(ended_at, created_at) <= $1
            AND (leased_until IS NULL OR leased_until <= $1)";
        let rows = format!(
            "DELETE FROM import_row WHERE id IN (SELECT id FROM import_row WHERE import_id IN ({old}) LIMIT {ROWS_AT_ONCE})"
        );
        let run = async |sql: &str| {
            let statement = Statement::from_sql_and_values(self.db.engine(), sql, [before.into()]);
            self.db.writer().execute_raw(statement).await
        };
        while run(&rows).await?.rows_affected() > 0 {}
        run(&format!("DELETE FROM import WHERE id IN ({old})")).await?;
        Ok(())
    }

    /// Where somebody was erased, rewrites SQLite's search indexes part by part: what was deleted from them stays behind a mark until then
    /// (T-213). To have them do without would cost every change of a name ten times as much.
    async fn merge_search_indexes(&self) -> Result<()> {
        let Some(asked) = self.setting(TO_BE_MERGED).await? else {
            return Ok(());
        };
        for index in ["contact_search", "account_search", "customer_search"] {
            // A number below zero begins, and the others go on with it.
            let mut pages = -MERGED_AT_ONCE;
            while self.merge(index, pages).await? {
                pages = MERGED_AT_ONCE;
            }
        }
        // Unless somebody else was erased meanwhile.
        let sql = "DELETE FROM setting WHERE name = $1 AND value = $2";
        let values = [TO_BE_MERGED.into(), asked.into()];
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
        self.db.writer().execute_raw(statement).await?;
        Ok(())
    }

    /// Merges some pages of an index; whether there was anything to do. In a transaction of its own, so that others have their turn.
    async fn merge(&self, index: &str, pages: i32) -> Result<bool> {
        let tx = self.db.begin().await?;
        let changes = async || -> Result<i64> {
            let sql = "SELECT total_changes()";
            let row = tx
                .query_one_raw(Statement::from_string(DbBackend::Sqlite, sql))
                .await?;
            Ok(row
                .map(|row| row.try_get_by_index(0))
                .transpose()?
                .unwrap_or_default())
        };
        let before = changes().await?;
        let sql = format!("INSERT INTO {index} ({index}, rank) VALUES ('merge', {pages})");
        tx.execute_unprepared(&sql).await?;
        let merged = changes().await? - before;
        tx.commit().await?;
        // As SQLite has it: the statement itself is one change.
        Ok(merged >= 2)
    }

    /// Brings SQLite's log into the file itself and empties it: it holds what was written lately, also what was overwritten since (T-213).
    async fn empty_log(&self) -> Result<()> {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let statement = Statement::from_string(DbBackend::Sqlite, sql);
        self.db.writer().query_one_raw(statement).await?;
        Ok(())
    }

    /// Forgets which organizations have changed long ago: a server that is so far behind reads all of them.
    async fn forget_changes(&self) -> Result<()> {
        let sql = "DELETE FROM organization_change WHERE revision <= (SELECT number - 10000 FROM revision WHERE kind = 'organization')";
        let statement = Statement::from_string(self.db.engine(), sql);
        self.db.writer().execute_raw(statement).await?;
        Ok(())
    }
}
