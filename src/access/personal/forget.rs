//! What speaks of a person outside of their own rows.

use super::history::KnownBy;
use super::subject::{AT_ONCE, Subject};
use crate::access::attempts::budget_key;
use crate::access::guarded::Guarded;
use crate::access::write::KEPT;
use crate::access::write_tx::WriteTx;
use crate::error::Result;
use crate::text::login_key;
use entity::{
    account, contact_note, idempotency_key, import_chunk, import_row, mail, sales_order, setting,
    sign_in_budget, source_version,
};
use sea_orm::sea_query::{Expr, IntoCondition, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, Set, Value,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The setting that says so when search indexes hold what should not be there any more; with a text of its own each time.
pub const TO_BE_MERGED: &str = "search indexes to be merged";

impl WriteTx {
    /// From here on the history of this transaction says what was done with which row, and nothing about a person (T-213).
    pub fn erases(&mut self) {
        self.erasing = true;
    }

    /// Leaves an entry in the history for something that was done about a row that is gone.
    pub fn record_gone<E: Guarded>(&mut self, id: E::Id) {
        let nothing = serde_json::Map::new();
        self.journal()
            .note(E::KIND, id.to_string(), Some(&nothing), Some(&nothing));
    }

    /// Overwrites the history of a person whose rows are gone or blank by now, and deletes what else speaks of them: letters, wrong
    /// passwords, answers kept for repeated calls, and the name that they signed their notes on others with. `known_by` are the login and
    /// the address of an account that has just gone; those of earlier times are in the history.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn forget(
        &mut self,
        subject: &Subject,
        known_by: impl Iterator<Item = String> + Send,
    ) -> Result<()> {
        let mut known = self.overwrite_history(subject).await?;
        known.texts.extend(known_by);
        let logins = self.logins_that_nobody_has(&known).await?;
        self.forget_letters(&logins, &known).await?;
        self.forget_attempts(&logins).await?;
        self.forget_answers(subject).await?;
        self.forget_imports(subject).await?;
        self.forget_author(subject).await?;
        self.have_indexes_merged().await
    }

    /// SQLite's search indexes keep what was deleted behind a mark: that is cleared away as soon as there is time, see `tidy_up`.
    async fn have_indexes_merged(&self) -> Result<()> {
        if self.engine() != DbBackend::Sqlite {
            return Ok(());
        }
        let asked = setting::ActiveModel {
            name: Set(TO_BE_MERGED.to_owned()),
            value: Set(self.fresh_id().to_string()),
        };
        let again = OnConflict::column(setting::Column::Name)
            .update_column(setting::Column::Value)
            .to_owned();
        setting::Entity::insert(asked)
            .on_conflict(again)
            .exec_without_returning(self.connection())
            .await?;
        Ok(())
    }

    /// The keys of logins by which nobody signs in any more: some may be another one's by now (T-68).
    async fn logins_that_nobody_has(&self, known: &KnownBy) -> Result<Vec<String>> {
        let mut keys: BTreeSet<_> = known.texts.iter().map(|login| login_key(login)).collect();
        let all: Vec<_> = keys.iter().cloned().collect();
        for batch in all.chunks(AT_ONCE) {
            let named = self.is_any(Expr::col(account::Column::LoginKey), values(batch));
            let taken = sea_orm::sea_query::Query::select()
                .column(account::Column::LoginKey.as_column_ref())
                .from(account::Entity)
                .and_where(named)
                .take();
            for row in self.connection().query_all(&taken).await? {
                keys.remove(&row.try_get_by_index::<String>(0)?);
            }
        }
        Ok(keys.into_iter().collect())
    }

    /// Letters about an account go with it. Others were asked for by a login, and some of them went to an address.
    async fn forget_letters(&self, logins: &[String], known: &KnownBy) -> Result<()> {
        let sent_to: Vec<_> = known.texts.iter().cloned().collect();
        for (column, texts, which) in [
            (mail::Column::LoginKey, logins, Condition::all()),
            // One that is still to go to the address may be for another account that has it, too.
            (
                mail::Column::Recipient,
                sent_to.as_slice(),
                mail::Column::SentAt.is_not_null().into_condition(),
            ),
        ] {
            for batch in texts.chunks(AT_ONCE) {
                mail::Entity::delete_many()
                    .filter(mail::Column::AccountId.is_null())
                    .filter(which.clone())
                    .filter(self.is_any(Expr::col(column), values(batch)))
                    .exec(self.connection())
                    .await?;
            }
        }
        Ok(())
    }

    async fn forget_attempts(&self, logins: &[String]) -> Result<()> {
        let keys: Vec<_> = logins.iter().map(|login| budget_key(login)).collect();
        for batch in keys.chunks(AT_ONCE) {
            sign_in_budget::Entity::delete_many()
                .filter(self.is_any(Expr::col(sign_in_budget::Column::Key), values(batch)))
                .exec(self.connection())
                .await?;
        }
        Ok(())
    }

    /// The keys are texts of the callers' own making: those of calls by the person, and of calls that were answered with a row of theirs.
    async fn forget_answers(&self, subject: &Subject) -> Result<()> {
        let callers: Vec<_> = subject.accounts().iter().map(ToString::to_string).collect();
        let orders = self.orders_of(subject).await?;
        let rows = subject.rows.values().flatten().chain(&orders);
        let answers: Vec<_> = rows
            .map(|id| serde_json::Value::from(id.as_str()))
            .collect();
        // The key of this very call has no answer yet.
        let answered = idempotency_key::Column::Answer.ne(serde_json::Value::Null);
        for batch in callers.chunks(AT_ONCE) {
            idempotency_key::Entity::delete_many()
                .filter(answered.clone())
                .filter(self.is_any(Expr::col(idempotency_key::Column::Owner), values(batch)))
                .exec(self.connection())
                .await?;
        }
        for batch in answers.chunks(AT_ONCE) {
            let answers: Vec<Value> = batch.iter().map(|answer| answer.clone().into()).collect();
            idempotency_key::Entity::delete_many()
                .filter(Condition::all().add(idempotency_key::Column::Answer.is_in(answers)))
                .exec(self.connection())
                .await?;
        }
        Ok(())
    }

    /// What imports keep of the person: the rows about them, those of the same keys that were refused, and the files that hold such rows.
    /// Also how far a feed has come with them, by the same keys.
    async fn forget_imports(&self, subject: &Subject) -> Result<()> {
        let ids: Vec<_> = subject.rows.values().flatten().cloned().collect();
        let mut keys = BTreeSet::new();
        for batch in ids.chunks(AT_ONCE) {
            let about = self.is_any(Expr::col(import_row::Column::TargetId), values(batch));
            let statement = Query::select()
                .distinct()
                .column(import_row::Column::Key.as_column_ref())
                .from(import_row::Entity)
                .and_where(about.clone())
                .take();
            for row in self.connection().query_all(&statement).await? {
                keys.insert(row.try_get_by_index::<String>(0)?);
            }
            self.forget_import_rows_where(about).await?;
        }
        let keys: Vec<_> = keys.into_iter().filter(|key| !key.is_empty()).collect();
        for batch in keys.chunks(AT_ONCE) {
            let same = self.is_any(Expr::col(import_row::Column::Key), values(batch));
            self.forget_import_rows_where(same).await?;
            source_version::Entity::delete_many()
                .filter(self.is_any(Expr::col(source_version::Column::ExternalId), values(batch)))
                .exec(self.connection())
                .await?;
        }
        Ok(())
    }

    async fn forget_import_rows_where(&self, which: sea_orm::sea_query::SimpleExpr) -> Result<()> {
        let imports = Query::select()
            .column(import_row::Column::ImportId.as_column_ref())
            .from(import_row::Entity)
            .and_where(which.clone())
            .take();
        import_chunk::Entity::delete_many()
            .filter(import_chunk::Column::ImportId.in_subquery(imports))
            .exec(self.connection())
            .await?;
        import_row::Entity::delete_many()
            .filter(which)
            .exec(self.connection())
            .await?;
        Ok(())
    }

    /// The person's orders of which an answer may still be kept. They stay, so they are none of the subject's rows.
    async fn orders_of(&self, subject: &Subject) -> Result<Vec<String>> {
        let statement = Query::select()
            .column(sales_order::Column::Id.as_column_ref())
            .from(sales_order::Entity)
            .cond_where(sales_order::Column::ContactId.eq(subject.contact))
            .cond_where(sales_order::Column::UpdatedAt.gt(self.now() - KEPT))
            .take();
        let rows = self.connection().query_all(&statement).await?;
        let ids = rows
            .iter()
            .map(|row| Ok(row.try_get_by_index::<Uuid>(0)?.to_string()));
        ids.collect()
    }

    async fn forget_author(&self, subject: &Subject) -> Result<()> {
        let accounts = subject.accounts();
        for batch in accounts.chunks(AT_ONCE) {
            let authors = batch.iter().map(|account| (*account).into()).collect();
            let none: Option<String> = None;
            contact_note::Entity::update_many()
                .col_expr(contact_note::Column::AuthorLogin, Expr::value(none))
                .filter(self.is_any(Expr::col(contact_note::Column::AuthorId), authors))
                .exec(self.connection())
                .await?;
        }
        Ok(())
    }
}

fn values(texts: &[String]) -> Vec<Value> {
    texts.iter().map(|text| text.clone().into()).collect()
}
