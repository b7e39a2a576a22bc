//! Which customers an account reaches without a permission: those that it is linked with, and those of the sales rep that it belongs to
//! and of all who report to that rep, directly or through others (T-80, T-83).
//!
//! All of it is looked up by the statement that asks, so that a link that is closed and a rep who is removed count no more at once.

use super::Viewer;
use super::predicate::whole;
use entity::ids::AccountId;
use entity::{customer, customer_link, customer_link_ship_to as ship_to, sales_order, sales_rep};
use sea_orm::sea_query::{
    Alias, CommonTableExpression, Expr, ExprTrait, Query, SelectStatement, UnionType, WithClause,
};
use sea_orm::{ColumnTrait, Condition};

/// What the chain of reps is called inside its statement.
const CHAIN: &str = "sales_rep_chain";

/// The customers that the viewer reaches by links and as a sales rep.
pub(super) fn reached_customers(viewer: &Viewer) -> Option<Condition> {
    let account = viewer.account_id()?;
    let linked = links_of(viewer, account);
    let of_all = linked
        .clone()
        .column(customer_link::Column::CustomerId.as_column_ref())
        .take();
    let open = linked
        .clone()
        .column(customer_link::Column::CustomerId.as_column_ref())
        .cond_where(customer_link::Column::AllShipTos.eq(true))
        .take();
    let chosen = chosen_ship_tos(linked);
    Some(whole(
        Condition::any()
            .add(customer::Column::Id.in_subquery(of_all))
            .add(customer::Column::BillToId.in_subquery(open))
            .add(customer::Column::Id.in_subquery(chosen))
            .add(customer::Column::SalesRepId.in_subquery(reps_of(account))),
    ))
}

/// The orders for the customers that the viewer reaches; of a customer with whom it is linked for some ship-tos only, those that go there
/// or to the bill-to itself.
pub(super) fn orders_of_reached_customers(viewer: &Viewer) -> Option<Condition> {
    let account = viewer.account_id()?;
    let linked = links_of(viewer, account);
    let open = linked
        .clone()
        .column(customer_link::Column::CustomerId.as_column_ref())
        .cond_where(customer_link::Column::AllShipTos.eq(true))
        .take();
    let all = linked
        .clone()
        .column(customer_link::Column::CustomerId.as_column_ref())
        .take();
    let looked_after = Query::select()
        .column(customer::Column::Id.as_column_ref())
        .from(customer::Entity)
        .cond_where(customer::Column::SalesRepId.in_subquery(reps_of(account)))
        .take();
    Some(whole(
        Condition::any()
            .add(sales_order::Column::CustomerId.in_subquery(open))
            .add(sales_order::Column::ShipToId.in_subquery(all))
            .add(sales_order::Column::ShipToId.in_subquery(chosen_ship_tos(linked)))
            .add(sales_order::Column::CustomerId.in_subquery(looked_after)),
    ))
}

/// The account's links that count now.
fn links_of(viewer: &Viewer, account: AccountId) -> SelectStatement {
    let now = viewer.as_of;
    Query::select()
        .from(customer_link::Entity)
        .cond_where(customer_link::Column::AccountId.eq(account))
        .cond_where(
            Condition::any()
                .add(customer_link::Column::ValidFrom.is_null())
                .add(customer_link::Column::ValidFrom.lte(now)),
        )
        .cond_where(
            Condition::any()
                .add(customer_link::Column::ValidUntil.is_null())
                .add(customer_link::Column::ValidUntil.gt(now)),
        )
        .take()
}

/// The ship-tos that some of `links` name one by one.
fn chosen_ship_tos(mut links: SelectStatement) -> SelectStatement {
    links
        .column(ship_to::Column::ShipToId.as_column_ref())
        .inner_join(
            ship_to::Entity,
            ship_to::Column::LinkId
                .into_expr()
                .equals(customer_link::Column::Id.as_column_ref()),
        )
        .cond_where(customer_link::Column::AllShipTos.eq(false))
        .take()
}

/// The rep that the account belongs to, and all who report to it, each once: so a circle of managers, which cannot be, would end, too.
pub(super) fn reps_of(account: AccountId) -> SelectStatement {
    let mut own = Query::select()
        .column(sales_rep::Column::Id.as_column_ref())
        .from(sales_rep::Entity)
        .cond_where(sales_rep::Column::AccountId.eq(account))
        .take();
    let reporting = Query::select()
        .column(sales_rep::Column::Id.as_column_ref())
        .from(sales_rep::Entity)
        .inner_join(
            Alias::new(CHAIN),
            Expr::col((Alias::new(CHAIN), Alias::new("id")))
                .eq(sales_rep::Column::ManagerId.into_expr()),
        )
        .take();
    let mut chain = CommonTableExpression::new();
    chain
        .table_name(Alias::new(CHAIN))
        .column(Alias::new("id"))
        .query(own.union(UnionType::Distinct, reporting).take());
    let mut with = WithClause::new();
    with.recursive(true).cte(chain);
    Query::select()
        .column((Alias::new(CHAIN), Alias::new("id")))
        .from(Alias::new(CHAIN))
        .with_cte(with)
        .take()
}
