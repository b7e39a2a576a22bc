//! What a change may do inside its transaction. Every row that it changes has passed the policy, and ends up in the history.

use super::granted::{Consequence, Granted, Right, View, Writes};
use super::guarded::{Action, Guarded, Versioned};
use super::history::Journal;
use super::impact::Watch;
use super::lane::Turn;
use super::require::{forbidden, not_erased};
use super::scoped_db::{ScopedDb, find, is_one_of};
use super::{Viewer, page};
use crate::clock::Clock;
use crate::error::{Code, Error, Result};
use chrono::{DateTime, Utc};
use entity::history_entry;
use entity::reading::Placed;
use sea_orm::sea_query::{Expr, ExprTrait, IntoCondition, LockType, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbBackend,
    EntityTrait, IntoActiveModel, Iterable, QueryFilter, QueryTrait, TryIntoModel, Value,
};
use serde::Serialize;
use std::any::Any;
use std::sync::Arc;

/// Entries of the history are written this many at a time.
const HISTORY_BATCH: usize = 1_000;

/// One transaction of one viewer, begun, committed and retried by [`ScopedDb::write`] alone.
#[derive(Debug)]
pub struct WriteTx {
    turn: Turn,
    scope: ScopedDb,
    expected_version: Option<i32>,
    pub(super) history: Journal,
    pub(super) posted: bool,
    /// Whether the history of this transaction says nothing about a person.
    pub(super) erasing: bool,
    pub(super) watch: Watch,
    /// The row that was added last, while nothing else has changed since.
    pub(super) made: Option<Box<dyn Any + Send + Sync>>,
}

impl WriteTx {
    pub(super) fn new(turn: Turn, scope: ScopedDb, expected_version: Option<i32>) -> Self {
        Self {
            turn,
            scope,
            expected_version,
            history: Journal::default(),
            posted: false,
            erasing: false,
            watch: Watch::Off,
            made: None,
        }
    }

    /// Who is changing things.
    #[must_use]
    pub fn viewer(&self) -> &Viewer {
        &self.scope.viewer
    }

    /// The request's one present.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.scope.now
    }

    /// A fresh id.
    #[must_use]
    pub fn fresh_id(&self) -> uuid::Uuid {
        self.scope.clock.id()
    }

    /// Most levels of the tree (T-173).
    #[must_use]
    pub fn max_depth(&self) -> u32 {
        self.scope.max_depth
    }

    /// The row that the mutation is about: locked, visible, with the right `R`, and of the version that the caller expects.
    ///
    /// # Errors
    /// User errors `NOT_FOUND` and `FORBIDDEN` at `id`, `INVALID` there for what was erased, `STALE` at `expectedVersion`.
    pub async fn target<E: Versioned, R: Right>(&mut self, id: E::Id) -> Result<Granted<E, R>> {
        let row = self.fetch_for::<E, R>(id, "id").await?;
        self.expect_version::<E, R>(&row)?;
        Ok(row)
    }

    /// The row that the mutation is about, where seeing it is enough to name it and another right decides about the change.
    ///
    /// # Errors
    /// User errors `NOT_FOUND` at `field`, `STALE` at `expectedVersion`.
    pub async fn affected<E: Versioned>(
        &mut self,
        id: E::Id,
        field: &str,
    ) -> Result<Granted<E, Consequence>> {
        let row = Granted::new(self.locked::<E>(id, LockType::Update, field).await?);
        not_erased::<E>(&row, field)?;
        self.expect_version::<E, Consequence>(&row)?;
        Ok(row)
    }

    /// A row to be changed: locked, visible and with the right `R`.
    ///
    /// # Errors
    /// User errors at `field`: `NOT_FOUND` for what is absent or hidden (T-38), `FORBIDDEN` for what is visible only.
    pub async fn fetch_for<E: Guarded, R: Right>(
        &mut self,
        id: E::Id,
        field: &str,
    ) -> Result<Granted<E, R>> {
        let model = self.locked::<E>(id, LockType::Update, field).await?;
        if R::ACTION != Action::View && !self.is_reached::<E>(id, R::ACTION).await? {
            return Err(forbidden::<E>(R::ACTION, field));
        }
        if !matches!(R::ACTION, Action::View | Action::Delete) {
            not_erased::<E>(&model, field)?;
        }
        Ok(Granted::new(model))
    }

    /// A row to be referred to: visible, and kept from changing until the end of the transaction.
    ///
    /// # Errors
    /// User error `NOT_FOUND` at `field`.
    pub async fn refer<E: Guarded>(&mut self, id: E::Id, field: &str) -> Result<Granted<E, View>> {
        let model = self.locked::<E>(id, LockType::Share, field).await?;
        not_erased::<E>(&model, field)?;
        Ok(Granted::new(model))
    }

    /// The rows that change because of what the viewer was allowed to change; locked, in the order of their ids.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn consequences<E: Guarded>(
        &mut self,
        condition: impl IntoCondition,
    ) -> Result<Vec<Granted<E, Consequence>>> {
        let rows = self
            .rows::<E>(condition.into_condition(), LockType::Update)
            .await?;
        Ok(rows.into_iter().map(Granted::new).collect())
    }

    /// The rows that decide about the change without being changed, hidden ones too; kept as they are until the end of the transaction.
    /// Others may depend on the same ones at the same time.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn decided_by<E: Guarded>(
        &mut self,
        condition: impl IntoCondition,
    ) -> Result<Vec<E::Model>> {
        self.rows::<E>(condition.into_condition(), LockType::Share)
            .await
    }

    /// Adds a row.
    ///
    /// # Errors
    /// What the table refuses.
    pub async fn insert<E: Guarded>(
        &mut self,
        row: E::ActiveModel,
    ) -> Result<Granted<E, Consequence>> {
        let mut statement = E::insert(row).into_query();
        let columns = E::Column::iter().map(|column| column.as_column_ref());
        statement.returning(Query::returning().columns(columns));
        let row = self.connection().query_one(&statement).await?;
        let row = row.ok_or_else(|| Error::internal("a row that was added did not come back"))?;
        let model = E::Model::read(&row, 0)?;
        self.note::<E>(None, Some(&model));
        let made = Granted::<E, Consequence>::new(model);
        self.made = Some(Box::new(Granted::<E, View>::seen(&made)));
        Ok(made)
    }

    /// Changes a row. A change that comes to nothing bumps nothing and leaves no history (T-114).
    ///
    /// # Errors
    /// What the table refuses.
    pub async fn save<E: Versioned, R: Writes>(
        &mut self,
        row: Granted<E, R>,
        change: impl FnOnce(&mut E::ActiveModel) + Send,
    ) -> Result<Granted<E, R>> {
        let old = row.into_model();
        let mut active = old.clone().into_active_model();
        change(&mut active);
        if active.clone().try_into_model()? == old {
            return Ok(Granted::new(old));
        }
        active.set(E::VERSION, Value::from(E::version_of(&old) + 1));
        active.set(E::UPDATED_AT, Value::from(self.now()));
        let new = E::update(active).exec(self.connection()).await?;
        self.note::<E>(Some(&old), Some(&new));
        Ok(Granted::new(new))
    }

    /// Deletes a row.
    ///
    /// # Errors
    /// What the tables that refer to it refuse.
    pub async fn delete<E: Guarded, R: Writes>(&mut self, row: Granted<E, R>) -> Result<()> {
        let old = row.into_model();
        E::delete_many()
            .filter(E::ID.eq(E::id_of(&old)))
            .exec(self.connection())
            .await?;
        self.note::<E>(Some(&old), None);
        Ok(())
    }

    /// Leaves an entry in the history for something that was done with a row without changing it.
    pub fn record<E: Guarded, R: Right>(&mut self, row: &Granted<E, R>) {
        self.note::<E>(Some(row), Some(row));
    }

    /// The next number of a series; never given out before, not even to a row that is gone (T-18).
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn next_number(&mut self, series: &'static str) -> Result<i64> {
        use entity::number_series::{Column, Entity};
        let statement = Query::update()
            .table(Entity)
            .value(Column::NextNumber, Column::NextNumber.into_expr().add(1))
            .cond_where(Column::Name.eq(series))
            .returning_col(Column::NextNumber)
            .take();
        let row = self
            .connection()
            .query_one(&statement)
            .await?
            .ok_or_else(|| Error::internal(format!("no number series {series}")))?;
        Ok(row.try_get_by_index::<i64>(0)? - 1)
    }

    /// `column` is one of `ids`.
    #[must_use]
    pub fn is_one_of<C: ColumnTrait, I: Copy + Into<Value>>(
        &self,
        column: C,
        ids: &[I],
    ) -> Condition {
        is_one_of(self.engine(), column, ids)
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.scope.clock
    }

    pub(super) fn expected_version(&self) -> Option<i32> {
        self.expected_version
    }

    pub(super) fn journal(&mut self) -> &mut Journal {
        &mut self.history
    }

    pub(super) fn request_id(&self) -> &str {
        &self.scope.request_id
    }

    pub(super) fn has_posted(&mut self) {
        self.posted = true;
    }

    pub(super) fn replace_viewer(&mut self, viewer: Viewer) {
        self.scope.viewer = Arc::new(viewer);
    }

    pub(super) fn connection(&self) -> &DatabaseTransaction {
        self.turn.connection()
    }

    /// Which engine answers: for the few statements that differ.
    #[must_use]
    pub fn engine(&self) -> DbBackend {
        self.connection().get_database_backend()
    }

    /// The row as the viewer would see it if the transaction ended here (T-111).
    pub(super) async fn reread<E: Guarded>(&self, id: E::Id) -> Result<Option<Granted<E, View>>> {
        let made = self.made.as_ref();
        if let Some(made) = made.and_then(|made| made.downcast_ref::<Granted<E, View>>())
            && made.id() == id
            && E::reached(self.viewer(), Action::View, self.engine()).is_empty()
        {
            return Ok(Some(made.clone()));
        }
        Ok(
            find(self.connection(), self.within_reach::<E>(id, Action::View))
                .await?
                .pop(),
        )
    }

    /// Writes the history and ends the transaction.
    pub(super) async fn commit(mut self, mutation: &'static str) -> Result<()> {
        let entries: Vec<_> = std::mem::take(&mut self.history)
            .entries()
            .map(|entry| self.dated(entry, mutation))
            .collect();
        for batch in entries.chunks(HISTORY_BATCH) {
            history_entry::Entity::insert_many(batch.to_vec())
                .exec_without_returning(self.connection())
                .await?;
        }
        self.turn.commit().await?;
        if self.posted {
            self.scope.db.posted().notify_one();
        }
        Ok(())
    }

    pub(super) async fn roll_back(self) -> Result<()> {
        self.turn.roll_back().await
    }

    pub(super) fn note<E: Guarded>(&mut self, old: Option<&E::Model>, new: Option<&E::Model>)
    where
        E::Model: Serialize,
    {
        self.made = None;
        let id = old
            .or(new)
            .map(|row| E::id_of(row).to_string())
            .unwrap_or_default();
        self.history.note(E::KIND, id, old, new);
    }

    /// The row of this id, where `action` on it is within the viewer's reach.
    fn within_reach<E: Guarded>(&self, id: E::Id, action: Action) -> Condition {
        // In brackets: a rule may be a list of alternatives, to which the id must not be added as one more.
        Condition::all()
            .add(E::reached(&self.scope.viewer, action, self.engine()))
            .add(E::ID.eq(id))
    }

    pub(super) async fn rows<E: Guarded>(
        &mut self,
        condition: Condition,
        lock: LockType,
    ) -> Result<Vec<E::Model>> {
        let mut statement = page::columns_of::<E>();
        statement
            .cond_where(condition)
            .order_by(E::ID.as_column_ref(), sea_orm::sea_query::Order::Asc);
        if self.engine() == DbBackend::Postgres {
            statement.lock(lock);
        }
        let rows = self.connection().query_all(&statement).await?;
        rows.iter().map(|row| Ok(E::Model::read(row, 0)?)).collect()
    }

    async fn locked<E: Guarded>(
        &mut self,
        id: E::Id,
        lock: LockType,
        field: &str,
    ) -> Result<E::Model> {
        let found = self
            .rows::<E>(self.within_reach::<E>(id, Action::View), lock)
            .await?
            .pop();
        found.ok_or_else(|| Error::invalid(Code::NotFound, field, format!("{} not found", E::KIND)))
    }

    async fn is_reached<E: Guarded>(&mut self, id: E::Id, action: Action) -> Result<bool> {
        let statement = Query::select()
            .expr(Expr::cust("1"))
            .from(E::default())
            .cond_where(self.within_reach::<E>(id, action))
            .limit(1)
            .take();
        Ok(self.connection().query_one(&statement).await?.is_some())
    }
}
