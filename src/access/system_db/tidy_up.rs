//! What is over goes by itself: letters, tokens, sessions, budgets, and registrations that nobody confirmed.

use super::SystemDb;
use crate::access::Guarded;
use crate::access::history::Journal;
use crate::access::personal::TO_BE_MERGED;
use crate::access::system_roles::HELD_BY_EVERY_ACCOUNT;
use crate::error::Result;
use chrono::TimeDelta;
use entity::ids::AccountId;
use entity::{account, account_token, address, contact, mail, price, role_assignment, session};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, PaginatorTrait,
    QueryFilter, QuerySelect, Statement,
};

/// How long what was sent, or could not be, is kept.
const KEPT: TimeDelta = TimeDelta::days(1);
/// How long a registration may wait to be confirmed: longer than its token is good.
const UNCONFIRMED: TimeDelta = TimeDelta::days(7);
/// Registrations that are forgotten in one go.
const AT_ONCE: u64 = 100;
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
        if self.db.engine() == DbBackend::Sqlite {
            self.merge_search_indexes().await?;
            self.empty_log().await?;
        }
        Ok(())
    }

    /// Where somebody was erased, rewrites SQLite's search indexes part by part: what was deleted from them stays behind a mark until then
    /// (T-213). To have them do without would cost every change of a name ten times as much.
    async fn merge_search_indexes(&self) -> Result<()> {
        let Some(asked) = self.setting(TO_BE_MERGED).await? else {
            return Ok(());
        };
        for index in ["contact_search", "account_search"] {
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

    /// Forgets registrations that nobody confirmed in time: account and contact, which nobody could sign in with or had asked for. What
    /// somebody has looked after since stays. The history keeps that they were there.
    async fn forget_unconfirmed(&self) -> Result<()> {
        #[expect(clippy::disallowed_methods, reason = "nobody's request")]
        let waiting = account::Entity::find()
            .filter(account::Column::AwaitsConfirmation.eq(true))
            .filter(account::Column::CreatedAt.lte(self.clock.now() - UNCONFIRMED))
            .filter(account::Column::Version.eq(1))
            .limit(AT_ONCE)
            .all(self.db.reader())
            .await?;
        for account in waiting {
            let tx = self.db.begin().await?;
            self.forget(&tx, account.id).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    #[expect(clippy::disallowed_methods, reason = "nobody's request")]
    async fn forget(&self, tx: &DatabaseTransaction, id: AccountId) -> Result<()> {
        // Looked at again under a lock: it may be confirmed at this very moment.
        let account = account::Entity::find()
            .filter(account::Column::Id.eq(id))
            .filter(account::Column::AwaitsConfirmation.eq(true))
            .filter(account::Column::Version.eq(1))
            .lock_exclusive()
            .one(tx)
            .await?;
        let held = role_assignment::Entity::find()
            .filter(role_assignment::Column::AccountId.eq(id))
            .all(tx)
            .await?;
        let Some(account) = account.filter(|_| held.len() == HELD_BY_EVERY_ACCOUNT.len()) else {
            return Ok(());
        };
        let mut journal = Journal::default();
        for assignment in &held {
            let id = assignment.id.to_string();
            journal.note(role_assignment::Entity::KIND, id, Some(assignment), None);
        }
        let note = id.to_string();
        journal.note(account::Entity::KIND, note, Some(&account), None);
        let prices = price::Entity::find()
            .filter(price::Column::AccountId.eq(id))
            .all(tx)
            .await?;
        for price in &prices {
            journal.note(price::Entity::KIND, price.id.to_string(), Some(price), None);
        }
        price::Entity::delete_many()
            .filter(price::Column::AccountId.eq(id))
            .exec(tx)
            .await?;
        let theirs = role_assignment::Column::AccountId.eq(id);
        role_assignment::Entity::delete_many()
            .filter(theirs)
            .exec(tx)
            .await?;
        let theirs = account_token::Column::AccountId.eq(id);
        account_token::Entity::delete_many()
            .filter(theirs)
            .exec(tx)
            .await?;
        mail::Entity::delete_many()
            .filter(mail::Column::AccountId.eq(id))
            .exec(tx)
            .await?;
        session::Entity::delete_many()
            .filter(session::Column::AccountId.eq(id))
            .exec(tx)
            .await?;
        account::Entity::delete_many()
            .filter(account::Column::Id.eq(id))
            .exec(tx)
            .await?;
        if let Some(contact) = self.untouched_contact(tx, &account).await? {
            let note = contact.id.to_string();
            journal.note(contact::Entity::KIND, note, Some(&contact), None);
            let is_it = contact::Column::Id.eq(contact.id);
            contact::Entity::delete_many()
                .filter(is_it)
                .exec(tx)
                .await?;
        }
        self.record(tx, "registrationForgotten", "tidying up", journal)
            .await
    }

    /// The contact of a registration, where it is as the registration left it.
    #[expect(clippy::disallowed_methods, reason = "nobody's request")]
    async fn untouched_contact(
        &self,
        tx: &DatabaseTransaction,
        account: &account::Model,
    ) -> Result<Option<contact::Model>> {
        let Some(id) = account.contact_id else {
            return Ok(None);
        };
        let contact = contact::Entity::find()
            .filter(contact::Column::Id.eq(id))
            .filter(contact::Column::Version.eq(1))
            .filter(contact::Column::CreatedAt.eq(account.created_at))
            .lock_exclusive()
            .one(tx)
            .await?;
        let addresses = address::Entity::find()
            .filter(address::Column::ContactId.eq(id))
            .count(tx)
            .await?;
        Ok(contact.filter(|_| addresses == 0))
    }
}
