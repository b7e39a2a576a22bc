//! What is there and not in a file, of what the viewer may change.

use super::guarded::{Action, Guarded};
use super::page;
use super::write_tx::WriteTx;
use crate::error::Result;
use entity::ids::{CustomerId, ImportId};
use entity::{customer, import_row};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, LockType, Query};
use sea_orm::{ColumnTrait, Condition};

/// What stands between number and sequence in the key of a row about a ship-to.
const BETWEEN: &str = "\t";

impl WriteTx {
    /// How many active customers of an ERP the viewer may change; with `ship_tos` ship-tos alone.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn active_customers(&mut self, ship_tos: bool) -> Result<i64> {
        page::count::<customer::Entity>(self.connection(), self.refreshable(ship_tos)).await
    }

    /// How many of them are not in the file of an import.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn absent_customers(&mut self, import: ImportId, ship_tos: bool) -> Result<i64> {
        let absent = self.refreshable(ship_tos).add(not_in(import));
        page::count::<customer::Entity>(self.connection(), absent).await
    }

    /// The next of them behind `after`, by id, held still.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn next_absent_customers(
        &mut self,
        import: ImportId,
        ship_tos: bool,
        after: Option<CustomerId>,
        limit: u64,
    ) -> Result<Vec<customer::Model>> {
        let mut absent = self.refreshable(ship_tos).add(not_in(import));
        if let Some(after) = after {
            absent = absent.add(customer::Column::Id.gt(after));
        }
        let next = Query::select()
            .column(customer::Column::Id.as_column_ref())
            .from(customer::Entity)
            .cond_where(absent)
            .order_by(customer::Column::Id.as_column_ref(), sea_orm::Order::Asc)
            .limit(limit)
            .take();
        let next = Condition::all().add(customer::Column::Id.in_subquery(next));
        self.rows::<customer::Entity>(next, LockType::Update).await
    }

    fn refreshable(&self, ship_tos: bool) -> Condition {
        let editable = customer::Entity::reached(self.viewer(), Action::Edit, self.engine());
        let mut refreshable = Condition::all()
            .add(editable)
            .add(customer::Column::Active.eq(true))
            .add(customer::Column::Guest.eq(false))
            .add(customer::Column::ContactId.is_null());
        if ship_tos {
            refreshable = refreshable.add(customer::Column::Sequence.ne(""));
        }
        refreshable
    }
}

fn not_in(import: ImportId) -> Expr {
    let column = |column: customer::Column| Expr::col(column.as_column_ref());
    let key = CaseStatement::new()
        .case(
            customer::Column::Sequence.eq(""),
            column(customer::Column::Number),
        )
        .finally(
            column(customer::Column::Number)
                .binary(
                    sea_orm::sea_query::BinOper::Custom("||"),
                    Expr::val(BETWEEN),
                )
                .binary(
                    sea_orm::sea_query::BinOper::Custom("||"),
                    column(customer::Column::Sequence),
                ),
        );
    let named = Query::select()
        .expr(Expr::cust("1"))
        .from(import_row::Entity)
        .cond_where(import_row::Column::ImportId.eq(import))
        .cond_where(Expr::col(import_row::Column::Key.as_column_ref()).eq(key))
        .take();
    Expr::not_exists(named)
}
