//! Rows of imports that belong together, whatever their order in the file.

use super::write_tx::WriteTx;
use crate::error::Result;
use entity::ids::ImportId;
use entity::import_row::{self, Action, State};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryFilter, Statement, sea_query::Expr};

impl WriteTx {
    /// Puts rows whose keys are the same up to `between` beside each other, where the first of them stands, and refuses those of which there
    /// are more than `most`, with `problems`. Answers how many rows were refused.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn group_import_rows(
        &mut self,
        import: ImportId,
        between: char,
        most: usize,
        problems: serde_json::Value,
    ) -> Result<i32> {
        let engine = self.engine();
        let group = match engine {
            DbBackend::Postgres => "split_part(key, $2, 1)",
            _ => "substr(key, 1, instr(key || $2, $2) - 1)",
        };
        let sql = format!(
            "UPDATE import_row SET place = ranked.place FROM (
               SELECT id, row_number() OVER (ORDER BY first, number, id) AS place FROM (
                 SELECT id, number, min(number) OVER (PARTITION BY {group}) AS first
                 FROM import_row WHERE import_id = $1
               ) AS grouped
             ) AS ranked WHERE import_row.id = ranked.id AND import_row.import_id = $1"
        );
        let values = [import.into(), between.to_string().into()];
        let placed = Statement::from_sql_and_values(engine, sql, values);
        self.connection().execute_raw(placed).await?;
        let sql = format!(
            "SELECT id FROM (
               SELECT id, key, count(*) OVER (PARTITION BY {group}) AS rows
               FROM import_row WHERE import_id = $1
             ) AS counted WHERE rows > $3 AND key <> ''"
        );
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let values = [import.into(), between.to_string().into(), most.into()];
        let too_many = Statement::from_sql_and_values(engine, sql, values);
        let mut ids: Vec<entity::ids::ImportRowId> = Vec::new();
        for row in self.connection().query_all_raw(too_many).await? {
            ids.push(row.try_get_by_index(0)?);
        }
        for ids in ids.chunks(1_000) {
            import_row::Entity::update_many()
                .col_expr(import_row::Column::Action, Expr::value(Action::Error))
                .col_expr(import_row::Column::State, Expr::value(State::Planned))
                .col_expr(import_row::Column::Problems, Expr::value(problems.clone()))
                .filter(self.is_one_of(import_row::Column::Id, ids))
                .exec(self.connection())
                .await?;
        }
        Ok(i32::try_from(ids.len()).unwrap_or(i32::MAX))
    }
}
