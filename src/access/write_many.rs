//! Changing many rows of one kind in few statements. Each of them is in the history, as if it had been changed alone.

use super::granted::{Consequence, Granted, View, Writes};
use super::guarded::{Action, Guarded, Versioned};
use super::scoped_db::{find, is_one_of};
use super::write_tx::WriteTx;
use crate::error::Result;
use sea_orm::sea_query::{Expr, ExprTrait, LockType, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, IdenStatic, IntoActiveModel,
    Iterable, QueryFilter, TryIntoModel, Value,
};
use std::collections::HashMap;

/// Rows of one statement: SQLite takes some 32,000 values.
const AT_ONCE: usize = 500;

impl WriteTx {
    /// The rows among `ids` that may be referred to, as by [`Self::refer`]; what is absent or hidden is not among them.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn refer_to_all<E: Guarded>(
        &mut self,
        ids: &[E::Id],
    ) -> Result<HashMap<E::Id, Granted<E, View>>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let condition = Condition::all()
            .add(E::reached(self.viewer(), Action::View, self.engine()))
            .add(is_one_of(self.engine(), E::ID, ids));
        let rows = self.rows::<E>(condition, LockType::Share).await?;
        Ok(rows
            .into_iter()
            .map(|row| (E::id_of(&row), Granted::new(row)))
            .collect())
    }

    /// Rows that the change goes by without holding them still, hidden ones too, in no order.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn looked_at<E: Guarded>(&mut self, condition: Condition) -> Result<Vec<E::Model>> {
        let rows = find::<E, View>(self.connection(), condition).await?;
        Ok(rows.into_iter().map(Granted::into_model).collect())
    }

    /// Adds rows.
    ///
    /// # Errors
    /// What the table refuses.
    pub async fn insert_all<E: Guarded>(&mut self, rows: Vec<E::ActiveModel>) -> Result<()>
    where
        E::ActiveModel: Clone,
    {
        self.made = None;
        for batch in rows.chunks(AT_ONCE) {
            E::insert_many(batch.to_vec())
                .exec_without_returning(self.connection())
                .await?;
        }
        for row in rows {
            self.note::<E>(None, Some(&row.try_into_model()?));
        }
        Ok(())
    }

    /// Changes rows, as [`Self::save`] does with each of them.
    ///
    /// # Errors
    /// What the table refuses.
    pub async fn save_all<E: Versioned, R: Writes>(
        &mut self,
        rows: Vec<(Granted<E, R>, E::ActiveModel)>,
    ) -> Result<()>
    where
        E::ActiveModel: Clone,
    {
        self.made = None;
        let mut changed = Vec::new();
        for (row, mut new) in rows {
            let old = row.into_model();
            if new.clone().try_into_model()? == old {
                continue;
            }
            new.set(E::VERSION, Value::from(E::version_of(&old) + 1));
            new.set(E::UPDATED_AT, Value::from(self.now()));
            self.note::<E>(Some(&old), Some(&new.clone().try_into_model()?));
            // All columns are written, not only those that differ: one statement has one list of columns.
            changed.push(new.try_into_model()?.into_active_model().reset_all());
        }
        let others: Vec<_> = E::Column::iter()
            .filter(|column| column.as_str() != E::ID.as_str())
            .collect();
        for batch in changed.chunks(AT_ONCE) {
            // The rows are there, and locked: nothing is ever inserted.
            let update = OnConflict::column(E::ID)
                .update_columns(others.clone())
                .to_owned();
            E::insert_many(batch.to_vec())
                .on_conflict(update)
                .exec_without_returning(self.connection())
                .await?;
        }
        Ok(())
    }

    /// Sets the same columns of all rows to the same values. As with `save`, each row that differs then has one more version and an entry
    /// in the history.
    ///
    /// # Errors
    /// What the table refuses.
    pub async fn set_all<E: Versioned, R: Writes>(
        &mut self,
        rows: Vec<Granted<E, R>>,
        values: &[(E::Column, Value)],
    ) -> Result<()> {
        let mut changed = Vec::new();
        for row in rows {
            let old = row.into_model();
            let mut active = old.clone().into_active_model();
            for (column, value) in values {
                active.set(*column, value.clone());
            }
            let new = active.try_into_model()?;
            if new != old {
                changed.push((old, new));
            }
        }
        for batch in changed.chunks(AT_ONCE) {
            let ids: Vec<_> = batch.iter().map(|(old, _)| E::id_of(old)).collect();
            let statement = Query::update()
                .table(E::default())
                .values(
                    values
                        .iter()
                        .map(|(column, value)| (*column, Expr::val(value.clone()))),
                )
                .value(E::VERSION, E::VERSION.into_expr().add(1))
                .value(E::UPDATED_AT, Expr::val(self.now()))
                .cond_where(self.is_one_of(E::ID, &ids))
                .take();
            self.connection().execute(&statement).await?;
        }
        for (old, new) in &changed {
            self.note::<E>(Some(old), Some(new));
        }
        Ok(())
    }

    /// Counts a change that lies in rows of another table: one more version, and an entry in the history.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn touch<E: Versioned, R: Writes>(&mut self, row: Granted<E, R>) -> Result<()> {
        let old = row.into_model();
        let mut active = old.clone().into_active_model();
        active.set(E::VERSION, Value::from(E::version_of(&old) + 1));
        active.set(E::UPDATED_AT, Value::from(self.now()));
        let new = E::update(active).exec(self.connection()).await?;
        self.note::<E>(Some(&old), Some(&new));
        Ok(())
    }

    /// Deletes rows.
    ///
    /// # Errors
    /// What the tables that refer to them refuse.
    pub async fn delete_all<E: Guarded, R: Writes>(
        &mut self,
        rows: Vec<Granted<E, R>>,
    ) -> Result<()> {
        self.made = None;
        let ids: Vec<E::Id> = rows.iter().map(Granted::id).collect();
        for batch in ids.chunks(AT_ONCE) {
            E::delete_many()
                .filter(is_one_of(self.engine(), E::ID, batch))
                .exec(self.connection())
                .await?;
        }
        for row in rows {
            self.note::<E>(Some(&row), None);
        }
        Ok(())
    }

    /// Rows as the viewer would see them if the transaction ended here (T-111).
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn reread_all<E: Guarded>(
        &self,
        ids: &[E::Id],
    ) -> Result<HashMap<E::Id, Granted<E, View>>> {
        let condition = Condition::all()
            .add(E::reached(self.viewer(), Action::View, self.engine()))
            .add(is_one_of(self.engine(), E::ID, ids));
        let rows = find::<E, View>(self.connection(), condition).await?;
        Ok(rows.into_iter().map(|row| (row.id(), row)).collect())
    }

    /// The rows of these ids, to be changed because the viewer may change all of their kind; locked.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn hold_all<E: Guarded>(
        &mut self,
        ids: &[E::Id],
    ) -> Result<HashMap<E::Id, Granted<E, Consequence>>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = self
            .consequences::<E>(is_one_of(self.engine(), E::ID, ids))
            .await?;
        Ok(rows.into_iter().map(|row| (row.id(), row)).collect())
    }
}
