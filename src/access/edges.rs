//! The few places where a row is reached without its own rule, by name, because the rulings say so.

use super::customers::with_managers;
use super::granted::{Granted, View};
use super::page;
use super::predicate::{effective_group, with_organization};
use super::scoped_db::{ScopedDb, is_one_of};
use super::write_tx::WriteTx;
use crate::error::Result;
use chrono::{DateTime, Utc};
use entity::ids::{
    AccountId, ContactId, CustomerGroupId, MarketId, OrderId, OrganizationId, SalesRepId,
};
use entity::price::Quantity;
use entity::reading::Placed;
use entity::{
    account, contact, customer_group, market, order_line, organization, price, sales_rep,
};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Order, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend, Iterable, JoinType, Value};
use std::collections::HashMap;

/// What the list of buyers is called.
const BUYER: &str = "buyer";

/// Which prices of some buyers are asked for.
#[derive(Clone, Debug)]
pub struct PricesOf<'a> {
    pub variant_codes: &'a [String],
    /// Each as `entity::price::buyer_key` writes it.
    pub buyers: &'a [String],
    /// Only those that apply; else all there are.
    pub applying: Option<Applying<'a>>,
    /// Most rows.
    pub most: u64,
}

/// Prices that apply in one market, at one instant.
#[derive(Clone, Debug)]
pub struct Applying<'a> {
    pub market: MarketId,
    pub currencies: &'a [String],
    pub at: DateTime<Utc>,
    /// None for all quantities.
    pub quantity: Option<Quantity>,
}

impl ScopedDb {
    /// The group given to each organization, whether the viewer may see the organization or not: what a contact pays must be right,
    /// and explicable, also where its organization is hidden (T-22). Nothing else of the organization comes out.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn groups_given_to(
        &self,
        organizations: &[OrganizationId],
    ) -> Result<HashMap<OrganizationId, CustomerGroupId>> {
        let statement = Query::select()
            .column(organization::Column::Id.as_column_ref())
            .column(organization::Column::CustomerGroupId.as_column_ref())
            .from(organization::Entity)
            .cond_where(self.is_one_of(organization::Column::Id, organizations))
            .cond_where(organization::Column::CustomerGroupId.is_not_null())
            .take();
        let mut groups = HashMap::new();
        for row in self.reader().query_all(&statement).await? {
            groups.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        }
        Ok(groups)
    }

    /// The organization of a contact, whether the viewer may see either or not: OWN scope counts there, which whoever sees the account may
    /// have explained. Nothing else of the contact comes out, and of the organization only whether it is the one that was asked for.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn organization_of_contact(
        &self,
        contact: ContactId,
    ) -> Result<Option<OrganizationId>> {
        let statement = Query::select()
            .column(contact::Column::OrganizationId.as_column_ref())
            .from(contact::Entity)
            .cond_where(contact::Column::Id.eq(contact))
            .take();
        match self.reader().query_one(&statement).await? {
            Some(row) => Ok(row.try_get_by_index(0)?),
            None => Ok(None),
        }
    }

    /// The groups of rows that the viewer holds: whoever may see a contact or an organization may see its group (T-199).
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn groups_on_edges(
        &self,
        groups: &[CustomerGroupId],
    ) -> Result<HashMap<CustomerGroupId, Granted<customer_group::Entity, View>>> {
        let condition = self.is_one_of(customer_group::Column::Id, groups);
        let rows = self.unscoped::<customer_group::Entity>(condition).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// The markets of these codes: whoever asks for a price names one, signed in or not.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn markets_named(
        &self,
        codes: &[String],
    ) -> Result<Vec<Granted<market::Entity, View>>> {
        self.unscoped::<market::Entity>(self.is_one_of(market::Column::Code, codes))
            .await
    }

    /// The markets of prices that the viewer is shown.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn markets_on_edges(
        &self,
        markets: &[MarketId],
    ) -> Result<HashMap<MarketId, Granted<market::Entity, View>>> {
        let condition = self.is_one_of(market::Column::Id, markets);
        let rows = self.unscoped::<market::Entity>(condition).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// The sales reps of customers that the viewer is shown: whoever sees a customer sees who looks after it.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn sales_reps_on_edges(
        &self,
        reps: &[SalesRepId],
    ) -> Result<HashMap<SalesRepId, Granted<sales_rep::Entity, View>>> {
        let condition = self.is_one_of(sales_rep::Column::Id, reps);
        let rows = self.unscoped::<sales_rep::Entity>(condition).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// A sales rep with all to whom it reports, whether the viewer may see them or not: whoever sees a customer and an account may have
    /// explained how the one is seen by the other (T-83).
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn sales_reps_above(
        &self,
        rep: SalesRepId,
    ) -> Result<HashMap<SalesRepId, Granted<sales_rep::Entity, View>>> {
        let own = Condition::all().add(sales_rep::Column::Id.eq(rep));
        let all = sales_rep::Column::Id.in_subquery(with_managers(own));
        let rows = self
            .unscoped::<sales_rep::Entity>(Condition::all().add(all))
            .await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }

    /// The account of each contact, whether the viewer may see it or not: what a contact pays must be right also where its account is
    /// hidden. Nothing else of the account comes out.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn accounts_of_contacts(
        &self,
        contacts: &[ContactId],
    ) -> Result<HashMap<ContactId, AccountId>> {
        let statement = Query::select()
            .column(account::Column::ContactId.as_column_ref())
            .column(account::Column::Id.as_column_ref())
            .from(account::Entity)
            .cond_where(self.is_one_of(account::Column::ContactId, contacts))
            .take();
        let mut accounts = HashMap::new();
        for row in self.reader().query_all(&statement).await? {
            accounts.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        }
        Ok(accounts)
    }

    /// Prices for everybody and for buyers whose contacts the viewer may see, without PRICE_VIEW: whoever may see a contact may learn what
    /// it pays, and why; everybody may learn what everybody pays (T-41, T-133).
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn prices_of_buyers(
        &self,
        asked: &PricesOf<'_>,
    ) -> Result<Vec<Granted<price::Entity, View>>> {
        asked.found(self.db.steady()).await
    }

    /// The lines of orders that the viewer is shown, be it by a token, in no order: lines show with their order.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn lines_of_orders(
        &self,
        orders: &[OrderId],
    ) -> Result<Vec<Granted<order_line::Entity, View>>> {
        self.unscoped::<order_line::Entity>(self.is_one_of(order_line::Column::OrderId, orders))
            .await
    }
}

impl WriteTx {
    /// As [`ScopedDb::prices_of_buyers`], as they are inside the transaction.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn prices_of_buyers(
        &self,
        asked: &PricesOf<'_>,
    ) -> Result<Vec<Granted<price::Entity, View>>> {
        asked.found(self.connection()).await
    }
}

/// Buyer by buyer, for all variants at once. Of two lists both engines would now and then look up the variants alone, and read past what
/// thousands of other buyers have for one of them.
impl PricesOf<'_> {
    async fn found(&self, db: &impl ConnectionTrait) -> Result<Vec<Granted<price::Entity, View>>> {
        let mut statement = match db.get_database_backend() {
            DbBackend::Postgres => self.on_postgres(),
            _ => self.on_sqlite(),
        };
        statement.limit(self.most);
        if self.applying.is_none() {
            // What is left out is then always the same.
            statement
                .order_by(price::Column::VariantCode.as_column_ref(), Order::Asc)
                .order_by(price::Column::Id.as_column_ref(), Order::Asc);
        }
        let mut rows = Vec::new();
        for row in db.query_all(&statement).await? {
            rows.push(Granted::new(price::Model::read(&row, 0)?));
        }
        Ok(rows)
    }

    /// The limit keeps the inner statement apart, which would else be joined in whatever way seems cheap.
    fn on_postgres(&self) -> SelectStatement {
        let mut theirs = page::columns_of::<price::Entity>();
        theirs
            .cond_where(self.wanted(DbBackend::Postgres))
            .limit(self.most);
        if self.applying.is_none() {
            theirs
                .order_by(price::Column::VariantCode.as_column_ref(), Order::Asc)
                .order_by(price::Column::Id.as_column_ref(), Order::Asc);
        }
        let buyers = Func::cust("unnest").arg(Expr::val(self.buyers.to_vec()));
        Query::select()
            .columns(price::Column::iter().map(|column| column.as_column_ref()))
            .from_function(buyers, BUYER)
            .join_lateral(
                JoinType::InnerJoin,
                theirs,
                price::Entity,
                Expr::cust("TRUE"),
            )
            .take()
    }

    /// A cross join is one that SQLite does not turn round. It names the column of a list itself.
    fn on_sqlite(&self) -> SelectStatement {
        let buyers = self.buyers.iter().cloned().map(Into::into).collect();
        // Null is no price's.
        let buyers = page::filled(buyers, Some(Value::String(None)));
        Query::select()
            .columns(price::Column::iter().map(|column| column.as_column_ref()))
            .from_values(buyers, BUYER)
            .join(JoinType::CrossJoin, price::Entity, Expr::cust("TRUE"))
            .cond_where(self.wanted(DbBackend::Sqlite))
            .take()
    }

    /// What is asked for, of the buyer that the list names. `buyer_key` is made by the database.
    fn wanted(&self, engine: DbBackend) -> Condition {
        let whom = Expr::col((price::Entity, Alias::new("buyer_key")));
        let theirs = if engine == DbBackend::Postgres {
            whom.eq(Expr::col((BUYER, Alias::new(BUYER))))
        } else {
            // Not `=`, for which SQLite may go through the table to make an index of its own first.
            let listed = Expr::col((BUYER, Alias::new("column1")));
            whom.is_in([listed, Expr::val(Value::String(None))])
        };
        Condition::all()
            .add(theirs)
            .add(is_one_of(
                engine,
                price::Column::VariantCode,
                self.variant_codes,
            ))
            .add(self.that_apply(engine))
    }

    fn that_apply(&self, engine: DbBackend) -> Condition {
        let Some(applying) = &self.applying else {
            return Condition::all();
        };
        let currency = price::Column::Currency;
        let wanted = Condition::all()
            .add(price::Column::MarketId.eq(applying.market))
            .add(is_one_of(engine, currency, applying.currencies))
            .add(price::Column::ValidFrom.lte(applying.at))
            .add(
                Condition::any()
                    .add(price::Column::ValidUntil.is_null())
                    .add(price::Column::ValidUntil.gt(applying.at)),
            );
        match applying.quantity {
            Some(quantity) => wanted.add(price::Column::MinQuantity.lte(quantity)),
            None => wanted,
        }
    }
}

/// The group that prices are made for, of one contact.
pub(super) fn effective_group_of(contact: ContactId) -> SelectStatement {
    let mut group = Query::select();
    group
        .expr(effective_group())
        .from(contact::Entity)
        .cond_where(contact::Column::Id.eq(contact));
    with_organization(&mut group);
    group
}
