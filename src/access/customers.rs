//! Which customers an account reaches without a permission: those that it is linked with, and those of the sales rep that it belongs to
//! and of all who report to that rep, directly or through others (T-80, T-83).
//!
//! All of it is looked up by the statement that asks, so that a link that is closed and a rep who is removed count no more at once.

use super::Viewer;
use super::place::{Way, array};
use super::predicate::whole;
use super::scoped_db::ScopedDb;
use super::write_tx::WriteTx;
use crate::error::Result;
use chrono::{DateTime, Utc};
use entity::ids::AccountId;
use entity::{customer, customer_link, customer_link_ship_to as ship_to, sales_order, sales_rep};
use sea_orm::sea_query::extension::postgres::PgFunc;
use sea_orm::sea_query::{
    Alias, CommonTableExpression, Expr, ExprTrait, Query, SelectStatement, UnionType, WithClause,
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend};

/// What the chain of reps is called inside its statement.
const CHAIN: &str = "sales_rep_chain";

impl WriteTx {
    /// Whether the viewer is the sales rep of `customer`, or whoever that rep reports to, directly or through others (T-83).
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn looks_after(&mut self, customer: &customer::Model) -> Result<bool> {
        let (Some(account), Some(rep)) = (self.viewer().account_id(), customer.sales_rep_id) else {
            return Ok(false);
        };
        let found = Query::select()
            .column(sales_rep::Column::Id.as_column_ref())
            .from(sales_rep::Entity)
            .cond_where(sales_rep::Column::Id.eq(rep))
            .cond_where(sales_rep::Column::Id.in_subquery(reps_of(account)))
            .take();
        Ok(self.connection().query_one(&found).await?.is_some())
    }
}

impl ScopedDb {
    /// The bill-tos that the viewer may order for by links and as a sales rep, in use: for lists of them, whatever else the viewer sees.
    #[must_use]
    pub fn ordered_for(&self) -> Condition {
        let Some(account) = self.viewer.account_id() else {
            return Condition::all().add(Expr::cust("1 = 0"));
        };
        let engine = self.engine();
        let mut linked = customers_of_links(links_counting_at(account, self.viewer.as_of));
        // Bill-tos are told from their ship-tos outside: PostgreSQL would else begin with all bill-tos there are.
        let ids = linked.union(UnionType::All, of_reps(account, engine));
        Condition::all()
            .add(is_among(ids.take(), engine))
            .add(customer::Column::BillToId.is_null())
            .add(customer::Column::Active.eq(true))
    }
}

/// The customers that the viewer reaches by links and as a sales rep, in the form that `way` asks for.
pub(super) fn reached_customers(viewer: &Viewer, way: Way, engine: DbBackend) -> Option<Condition> {
    let account = viewer.account_id()?;
    let links = links_counting_at(account, viewer.as_of);
    if way == Way::Fetched && engine == DbBackend::Postgres {
        let ids = customers_of_links(links.clone())
            .union(UnionType::All, ship_tos_of(open(links.clone()), engine))
            .union(UnionType::All, chosen_ship_tos(links))
            .union(UnionType::All, of_reps(account, engine))
            .take();
        return Some(is_among(ids, engine));
    }
    Some(whole(
        Condition::any()
            .add(customer::Column::Id.in_subquery(customers_of_links(links.clone())))
            .add(customer::Column::BillToId.in_subquery(customers_of_links(open(links.clone()))))
            .add(customer::Column::Id.in_subquery(chosen_ship_tos(links)))
            .add(customer::Column::SalesRepId.in_subquery(reps_of(account))),
    ))
}

/// The ways to the orders for the customers that the viewer reaches, each a column with the ids that lead there. Of a customer with whom it
/// is linked for some ship-tos only, those that go there or to the bill-to itself.
pub(super) fn ways_to_orders(
    viewer: &Viewer,
    engine: DbBackend,
) -> Vec<(sales_order::Column, SelectStatement)> {
    let Some(account) = viewer.account_id() else {
        return Vec::new();
    };
    let links = links_counting_at(account, viewer.as_of);
    let (of, going_to) = (
        sales_order::Column::CustomerId,
        sales_order::Column::ShipToId,
    );
    vec![
        (of, customers_of_links(open(links.clone()))),
        (going_to, customers_of_links(links.clone())),
        (going_to, chosen_ship_tos(links)),
        (of, of_reps(account, engine)),
    ]
}

/// The account's links that count at `now`; nothing selected yet.
pub(super) fn links_counting_at(account: AccountId, now: DateTime<Utc>) -> SelectStatement {
    Query::select()
        .from(customer_link::Entity)
        .cond_where(customer_link::Column::AccountId.eq(account))
        .cond_where(links_count_at(now))
        .take()
}

/// The links that count at `now`, whosever they are.
#[must_use]
pub fn links_count_at(now: DateTime<Utc>) -> Condition {
    let begun = Condition::any()
        .add(customer_link::Column::ValidFrom.is_null())
        .add(customer_link::Column::ValidFrom.lte(now));
    Condition::all().add(begun).add(not_over_at(now))
}

fn not_over_at(now: DateTime<Utc>) -> Condition {
    Condition::any()
        .add(customer_link::Column::ValidUntil.is_null())
        .add(customer_link::Column::ValidUntil.gt(now))
}

/// The account's links that count at `now` or will; nothing selected yet.
pub(super) fn links_not_over_at(account: AccountId, now: DateTime<Utc>) -> SelectStatement {
    Query::select()
        .from(customer_link::Entity)
        .cond_where(customer_link::Column::AccountId.eq(account))
        .cond_where(not_over_at(now))
        .take()
}

/// The links with all ship-tos.
fn open(mut links: SelectStatement) -> SelectStatement {
    links
        .cond_where(customer_link::Column::AllShipTos.eq(true))
        .take()
}

fn customers_of_links(mut links: SelectStatement) -> SelectStatement {
    links
        .column(customer_link::Column::CustomerId.as_column_ref())
        .take()
}

fn ship_tos_of(links: SelectStatement, engine: DbBackend) -> SelectStatement {
    Query::select()
        .column(customer::Column::Id.as_column_ref())
        .from(customer::Entity)
        .cond_where(is_any(
            customer::Column::BillToId,
            customers_of_links(links),
            engine,
        ))
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

/// The customers that the account looks after, ship-tos among them.
fn of_reps(account: AccountId, engine: DbBackend) -> SelectStatement {
    let reps = reps_of(account);
    Query::select()
        .column(customer::Column::Id.as_column_ref())
        .from(customer::Entity)
        .cond_where(is_any(customer::Column::SalesRepId, reps, engine))
        .take()
}

/// The rep that the account belongs to, and all who report to it, each once: so a circle of managers, which cannot be, would end, too.
pub(super) fn reps_of(account: AccountId) -> SelectStatement {
    let own = Query::select()
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
    chain(own, reporting)
}

/// Some reps with all those above them, to whom they report.
pub(super) fn with_managers(reps: Condition) -> SelectStatement {
    let column = |column: sales_rep::Column| column.as_column_ref();
    let own = Query::select()
        .column(column(sales_rep::Column::Id))
        .column(column(sales_rep::Column::ManagerId))
        .from(sales_rep::Entity)
        .cond_where(reps)
        .take();
    let above = Query::select()
        .column(column(sales_rep::Column::Id))
        .column(column(sales_rep::Column::ManagerId))
        .from(sales_rep::Entity)
        .inner_join(
            Alias::new(CHAIN),
            Expr::col((Alias::new(CHAIN), Alias::new("manager_id")))
                .eq(sales_rep::Column::Id.into_expr()),
        )
        .take();
    chain(own, above)
}

/// What begins with `first` and goes on with `next`, until nothing new comes; the ids of it.
fn chain(mut first: SelectStatement, next: SelectStatement) -> SelectStatement {
    let mut chain = CommonTableExpression::new();
    chain
        .table_name(Alias::new(CHAIN))
        .query(first.union(UnionType::Distinct, next).take());
    let mut with = WithClause::new();
    with.recursive(true).cte(chain);
    Query::select()
        .column((Alias::new(CHAIN), Alias::new("id")))
        .from(Alias::new(CHAIN))
        .with_cte(with)
        .take()
}

/// The customers whose ids `select` answers, some perhaps more than once: to look twice is cheaper than to make sure before.
fn is_among(select: SelectStatement, engine: DbBackend) -> Condition {
    is_any(customer::Column::Id, select, engine)
}

/// `column` is one of what `select` answers: on PostgreSQL collected once, and looked up one by one.
pub(super) fn is_any(
    column: impl ColumnTrait,
    select: SelectStatement,
    engine: DbBackend,
) -> Condition {
    Condition::all().add(match engine {
        DbBackend::Postgres => column.into_expr().eq(PgFunc::any(array(select))),
        _ => column.in_subquery(select),
    })
}
