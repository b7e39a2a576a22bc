//! The books of imports: files, rows, how far each has come. They are about changes, and no part of
//! the directory, so they leave no history themselves.

use super::guarded::{self, Guarded};
use super::scoped_db::{ScopedDb, is_one_of};
use super::write_tx::WriteTx;
use crate::error::Result;
use entity::ids::ImportId;
use entity::import_row::{Action, State};
use entity::{import, import_chunk, import_row};
use sea_orm::sea_query::{ExprTrait, OnConflict, Order, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, Set,
};
use std::collections::HashMap;

/// The bytes of one piece of a file.
pub const CHUNK_BYTES: usize = 1 << 20;
/// Rows of one statement, of 14 columns each.
const ROWS_AT_ONCE: usize = 500;

impl ScopedDb {
    /// The same viewer's door, later: what runs on after its request has more than one present.
    #[must_use]
    pub fn later(&self, request_id: &str) -> Self {
        Self {
            now: self.clock.now(),
            request_id: request_id.into(),
            ..self.clone()
        }
    }

    /// A fresh id.
    #[must_use]
    pub fn fresh_id(&self) -> uuid::Uuid {
        self.clock.id()
    }

    /// A piece of the file of an import that the viewer may see; none after the last.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn import_chunk(&self, id: ImportId, number: i32) -> Result<Option<Vec<u8>>> {
        if !self
            .by_ids::<import::Entity>(&[id])
            .await?
            .contains_key(&id)
        {
            return Ok(None);
        }
        #[expect(clippy::disallowed_methods, reason = "the import was looked up above")]
        let chunk = import_chunk::Entity::find_by_id((id, number))
            .one(self.reader())
            .await?;
        Ok(chunk.map(|chunk| chunk.bytes))
    }
}

impl ScopedDb {
    /// Rows of an import of the viewer's that somebody should look at, behind the number `after`, by their numbers: refused, cleaned, or not
    /// carried out.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn noticeable_import_rows(
        &self,
        id: ImportId,
        after: i64,
        limit: u64,
    ) -> Result<Vec<import_row::Model>> {
        let own = import_row::Entity::reached(self.viewer(), guarded::Action::View, self.engine());
        let noticeable = Condition::any()
            .add(import_row::Column::Action.eq(Action::Error))
            .add(import_row::Column::State.is_in([State::Refused, State::NotUndone]))
            .add(import_row::Column::Cleanings.ne(serde_json::Value::Array(Vec::new())));
        #[expect(clippy::disallowed_methods, reason = "what the viewer may reach of it")]
        let rows = import_row::Entity::find()
            .filter(import_row::Column::ImportId.eq(id))
            .filter(own)
            .filter(noticeable)
            .filter(import_row::Column::Number.gt(after))
            .order_by(import_row::Column::Number, Order::Asc)
            .limit(limit)
            .all(self.reader())
            .await?;
        Ok(rows)
    }
}

impl WriteTx {
    /// Adds an import.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn add_import(&mut self, row: import::Model) -> Result<()> {
        import::Entity::insert(row.into_active_model().reset_all())
            .exec_without_returning(self.connection())
            .await?;
        Ok(())
    }

    /// Adds a piece of the file of an import.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn add_import_chunk(
        &mut self,
        import: ImportId,
        number: i32,
        bytes: Vec<u8>,
    ) -> Result<()> {
        let row = import_chunk::ActiveModel {
            import_id: Set(import),
            number: Set(number),
            bytes: Set(bytes),
        };
        import_chunk::Entity::insert(row)
            .exec_without_returning(self.connection())
            .await?;
        Ok(())
    }

    /// Writes down where an import stands.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn note_import(&mut self, row: import::Model) -> Result<()> {
        import::Entity::update(row.into_active_model().reset_all())
            .exec(self.connection())
            .await?;
        Ok(())
    }

    /// Forgets the file of an import.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn forget_import_chunks(&mut self, id: ImportId) -> Result<()> {
        import_chunk::Entity::delete_many()
            .filter(import_chunk::Column::ImportId.eq(id))
            .exec(self.connection())
            .await?;
        Ok(())
    }

    /// Forgets the rows of an import.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn forget_import_rows(&mut self, id: ImportId) -> Result<()> {
        import_row::Entity::delete_many()
            .filter(import_row::Column::ImportId.eq(id))
            .exec(self.connection())
            .await?;
        Ok(())
    }

    /// Adds rows to an import, or writes down what came of them.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn note_import_rows(&mut self, rows: Vec<import_row::Model>) -> Result<()> {
        let rows: Vec<_> = rows
            .into_iter()
            .map(|row| row.into_active_model().reset_all())
            .collect();
        let update = OnConflict::column(import_row::Column::Id)
            .update_columns([
                import_row::Column::Kept,
                import_row::Column::Action,
                import_row::Column::TargetId,
                import_row::Column::Changes,
                import_row::Column::Problems,
                import_row::Column::State,
                import_row::Column::VersionAfter,
            ])
            .to_owned();
        for batch in rows.chunks(ROWS_AT_ONCE) {
            import_row::Entity::insert_many(batch.to_vec())
                .on_conflict(update.clone())
                .exec_without_returning(self.connection())
                .await?;
        }
        Ok(())
    }

    /// The number of the first row of each of these keys.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn first_import_rows(
        &mut self,
        id: ImportId,
        keys: &[String],
    ) -> Result<HashMap<String, i64>> {
        let statement = Query::select()
            .column(import_row::Column::Key.as_column_ref())
            .expr(import_row::Column::Number.into_expr().min())
            .from(import_row::Entity)
            .cond_where(import_row::Column::ImportId.eq(id))
            .cond_where(is_one_of(self.engine(), import_row::Column::Key, keys))
            .group_by_col(import_row::Column::Key.as_column_ref())
            .take();
        let rows = self.connection().query_all(&statement).await?;
        let firsts = rows
            .iter()
            .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)));
        firsts.collect()
    }

    /// The next rows of an import that satisfy `condition`, behind the place `after`, in the order in which they are dealt with: rows of one
    /// stage alone.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn next_import_rows(
        &mut self,
        id: ImportId,
        condition: Condition,
        after: i64,
        limit: u64,
    ) -> Result<Vec<import_row::Model>> {
        #[expect(clippy::disallowed_methods, reason = "the books of imports")]
        let mut rows = import_row::Entity::find()
            .filter(import_row::Column::ImportId.eq(id))
            .filter(condition)
            .filter(import_row::Column::Place.gt(after))
            .order_by(import_row::Column::Place, Order::Asc)
            .limit(limit)
            .all(self.connection())
            .await?;
        let stage = rows.first().map(|row| row.stage);
        rows.retain(|row| Some(row.stage) == stage);
        Ok(rows)
    }

    /// The same backwards: the rows before the place `before`, the last first.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn last_import_rows(
        &mut self,
        id: ImportId,
        condition: Condition,
        before: i64,
        limit: u64,
    ) -> Result<Vec<import_row::Model>> {
        #[expect(clippy::disallowed_methods, reason = "the books of imports")]
        let mut rows = import_row::Entity::find()
            .filter(import_row::Column::ImportId.eq(id))
            .filter(condition)
            .filter(import_row::Column::Place.lt(before))
            .order_by(import_row::Column::Place, Order::Desc)
            .limit(limit)
            .all(self.connection())
            .await?;
        let stage = rows.first().map(|row| row.stage);
        rows.retain(|row| Some(row.stage) == stage);
        Ok(rows)
    }

    /// The rows of an import that have one of these keys and write something.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn import_rows_of(
        &mut self,
        id: ImportId,
        keys: &[String],
    ) -> Result<Vec<import_row::Model>> {
        #[expect(clippy::disallowed_methods, reason = "the books of imports")]
        let rows = import_row::Entity::find()
            .filter(import_row::Column::ImportId.eq(id))
            .filter(is_one_of(self.engine(), import_row::Column::Key, keys))
            .filter(import_row::Column::Action.is_in([Action::Create, Action::Update]))
            .order_by(import_row::Column::Place, Order::Asc)
            .all(self.connection())
            .await?;
        Ok(rows)
    }

    /// What an import's changes of these rows of `E` were, from the history: the columns before, by the id of the row.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn changed_by_request<E: Guarded>(
        &mut self,
        request_id: &str,
        ids: &[String],
    ) -> Result<HashMap<String, serde_json::Value>> {
        use entity::history_entry::{Column, Entity};
        #[expect(clippy::disallowed_methods, reason = "the viewer's own changes")]
        let rows = Entity::find()
            .filter(Column::Entity.eq(E::KIND))
            .filter(is_one_of(self.engine(), Column::EntityId, ids))
            .filter(Column::RequestId.eq(request_id))
            .all(self.connection())
            .await?;
        let olds = rows
            .into_iter()
            .map(|row| (row.entity_id, row.old_values.unwrap_or_default()));
        Ok(olds.collect())
    }
}
