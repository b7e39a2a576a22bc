//! Changing many rows alike, in few statements.

use super::granted::{Granted, Writes};
use super::guarded::Versioned;
use super::write_tx::WriteTx;
use crate::error::Result;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, IntoActiveModel, TryIntoModel, Value,
};

/// Rows are written this many at a time.
const BATCH: usize = 1_000;

impl WriteTx {
    /// Sets the same columns of all rows to the same values. As with `save`, each row that differs then has one more version and an entry
    /// in the history.
    ///
    /// # Errors
    /// What the table refuses.
    pub async fn save_all<E: Versioned, R: Writes>(
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
        for batch in changed.chunks(BATCH) {
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
}
