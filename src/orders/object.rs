//! An order and its lines as clients see them.

use super::list::OrderStatus;
use super::loader::LinesOf;
use super::rules::OrderAddress;
use crate::access::{Granted, Permission};
use crate::accounts::object::Account;
use crate::connection;
use crate::contacts::object::Contact;
use crate::customers::object::Customer;
use crate::error::Result;
use crate::graphql::at_once::{Asked, AtOnce, Quick, text};
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use crate::graphql::scalars::{CurrencyCode, Date, DateTime, Decimal, Money};
use crate::markets::loader::MarketOfPrice;
use crate::organizations::loader::organization;
use crate::organizations::object::Organization;
use crate::prices::list::PriceSource;
use crate::prices::object::Price;
use async_graphql::{Context, ID, Object, Value};
use entity::exact::Amount;
use entity::{order_line, sales_order};
use std::sync::Arc;

/// A row of an order as an object of the schema.
#[derive(Clone)]
pub struct Order(pub Granted<sales_order::Entity>);

impl From<Granted<sales_order::Entity>> for Order {
    fn from(row: Granted<sales_order::Entity>) -> Self {
        Self(row)
    }
}

connection!(OrderConnection, OrderEdge, Order, "orders");

impl Order {
    fn money(&self, amount: Amount) -> Quick<Money> {
        Quick(money(amount, &self.0.currency))
    }
}

fn money(amount: Amount, currency: &str) -> Money {
    Money {
        amount: Decimal::written(amount),
        currency_code: CurrencyCode(currency.to_owned()),
    }
}

/// What somebody ordered, as it was then: names, addresses and prices in it never change. Visible with ORDER_VIEW over its organization, to whoever placed it and for whom it was placed, to those who order for its customer or look after it, and to whoever has the token of a guest order. Whoever sees it sees all that it says.
#[Object]
impl Order {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode::<sales_order::Entity>(self.0.id)
    }

    /// The number to name it by: unique, and not to be guessed from another one.
    async fn number(&self) -> &str {
        &self.0.number
    }

    /// The number that the ERP gave it; unique.
    async fn erp_number(&self) -> Option<&str> {
        self.0.erp_number.as_deref()
    }

    /// How far it is.
    async fn status(&self) -> OrderStatus {
        self.0.status.into()
    }

    /// When it was placed.
    async fn placed_at(&self) -> DateTime {
        DateTime(self.0.placed_at)
    }

    /// The organization that it is with: that of its customer, else that of its contact; when that one was deleted, the one above it. Null also where you may not see it.
    async fn organization(&self, ctx: &Context<'_>) -> Option<Result<Quick<Organization>>> {
        let found = organization(ctx.scope(), self.0.organization_id?).await;
        found
            .map(|row| row.map(Organization).map(Quick))
            .transpose()
    }

    /// What the organization was called then. Null also where you may not see the organization that the order is with; where there is none any more it needs ORDER_VIEW everywhere.
    async fn organization_name(&self, ctx: &Context<'_>) -> Result<Option<&str>> {
        let seen = match self.0.organization_id {
            Some(id) => organization(ctx.scope(), id).await?.is_some(),
            None => ctx.db().viewer().holds_everywhere(Permission::OrderView),
        };
        let name = self.0.organization_name.as_deref();
        Ok(name.filter(|_| seen))
    }

    /// The customer that pays: a bill-to; null for an order without one, and where you may not see it.
    async fn customer(&self, ctx: &Context<'_>) -> Option<Result<Quick<Customer>>> {
        let found = ctx.load(self.0.customer_id?).await;
        found.map(|row| row.map(Customer).map(Quick)).transpose()
    }

    /// The customer's ship-to that it goes to, which may be the bill-to itself; null for an order without a customer, and where you may not see it.
    async fn ship_to_customer(&self, ctx: &Context<'_>) -> Option<Result<Quick<Customer>>> {
        let found = ctx.load(self.0.ship_to_id?).await;
        found.map(|row| row.map(Customer).map(Quick)).transpose()
    }

    /// For whom it was placed; null for a guest order, and where you may not see the contact.
    async fn contact(&self, ctx: &Context<'_>) -> Option<Result<Quick<Contact>>> {
        let found = ctx.load(self.0.contact_id?).await;
        found.map(|row| row.map(Contact).map(Quick)).transpose()
    }

    /// What they were called then; of a guest order whom the bill is addressed to.
    async fn contact_name(&self) -> Option<&str> {
        self.0.contact_name.as_deref()
    }

    /// Their e-mail address then; of a guest order the one that was given with it.
    async fn contact_email(&self) -> Option<&str> {
        self.0.contact_email.as_deref()
    }

    /// The account that placed it; null for an order that was placed without signing in, also where somebody registered by it, and where the account is gone or hidden from you.
    async fn placed_by(&self, ctx: &Context<'_>) -> Option<Result<Quick<Account>>> {
        let found = ctx.load(self.0.account_id?).await;
        found.map(|row| row.map(Account).map(Quick)).transpose()
    }

    /// The login of that account then.
    async fn placed_by_login(&self) -> Option<&str> {
        self.0.placed_by.as_deref()
    }

    /// The login of whoever acted on behalf of that account.
    async fn actor_login(&self) -> Option<&str> {
        self.0.actor.as_deref()
    }

    /// What the effective customer group was called whose prices counted; null without one.
    async fn customer_group_name(&self) -> Option<&str> {
        self.0.customer_group_name.as_deref()
    }

    /// The code of the market in which it was placed.
    async fn market(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        let Some(id) = self.0.market_id else {
            return Ok(None);
        };
        let market = ctx.load(MarketOfPrice(id)).await?;
        Ok(market.map(|market| market.code.clone()))
    }

    /// The currency of all its amounts.
    async fn currency(&self) -> CurrencyCode {
        CurrencyCode(self.0.currency.clone())
    }

    /// Where it is billed.
    async fn bill_to(&self) -> OrderAddress {
        serde_json::from_value(self.0.bill_to.clone()).unwrap_or_default()
    }

    /// Where it goes.
    async fn ship_to(&self) -> OrderAddress {
        serde_json::from_value(self.0.ship_to.clone()).unwrap_or_default()
    }

    /// The number of the purchase order, as the buyer gave it.
    async fn po_number(&self) -> Option<&str> {
        self.0.po_number.as_deref()
    }

    /// The day by which it is wanted.
    async fn requested_on(&self) -> Option<Date> {
        self.0.requested_on.map(Date)
    }

    /// Notes, at most 10,000 characters.
    async fn notes(&self) -> Option<&str> {
        self.0.notes.as_deref()
    }

    /// What was ordered, in the order in which it was given; at most 200 lines. An operation shows 20,000 of them at most.
    async fn lines(&self, ctx: &Context<'_>) -> Result<Vec<Quick<OrderLine>>> {
        let rows = ctx.load(LinesOf(self.0.id)).await?.unwrap_or_default();
        ctx.scope().shows(rows.len())?;
        let line = |row| {
            Quick(OrderLine {
                row,
                currency: self.0.currency.as_str().into(),
            })
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// What the lines cost together.
    async fn subtotal(&self) -> Quick<Money> {
        self.money(self.0.subtotal)
    }

    /// What is taken off of that.
    async fn discount(&self) -> Quick<Money> {
        self.money(self.0.discount)
    }

    /// The tax.
    async fn tax(&self) -> Quick<Money> {
        self.money(self.0.tax)
    }

    /// What sending it costs.
    async fn shipping(&self) -> Quick<Money> {
        self.money(self.0.shipping)
    }

    /// What is to be paid: subtotal less discount, with tax and shipping.
    async fn total(&self) -> Quick<Money> {
        self.money(self.0.total)
    }

    /// When somebody made a guest order their own; null for one that was placed for a contact from the start, and as long as nobody has.
    async fn claimed_at(&self) -> Option<DateTime> {
        self.0.claimed_at.map(DateTime)
    }

    /// 1 when created, one more with every change; for expectedVersion.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was created.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}

impl AtOnce for Order {
    fn at_once(&self, asked: &Asked<'_>) -> Option<Value> {
        Some(match asked.name() {
            "id" => Value::String(global_id::encode::<sales_order::Entity>(self.0.id).0),
            "number" => Value::String(self.0.number.clone()),
            "erpNumber" => text(self.0.erp_number.as_deref()),
            "poNumber" => text(self.0.po_number.as_deref()),
            "contactName" => text(self.0.contact_name.as_deref()),
            "version" => self.0.version.into(),
            "status" => async_graphql::resolver_utils::enum_value(OrderStatus::from(self.0.status)),
            "total" => return asked.object(&self.money(self.0.total).0),
            _ => return None,
        })
    }
}

/// A line of an order.
#[derive(Clone)]
pub struct OrderLine {
    row: Granted<order_line::Entity>,
    currency: Arc<str>,
}

/// A variant that was ordered, with what it cost then. Visible with its order.
#[Object]
impl OrderLine {
    /// Its place in the order, from 1.
    async fn position(&self) -> i32 {
        self.row.position
    }

    /// The code of the variant.
    async fn variant_code(&self) -> &str {
        &self.row.variant_code
    }

    /// What the variant was called; null for an order that was placed here.
    async fn description(&self) -> Option<&str> {
        self.row.description.as_deref()
    }

    /// How many were ordered, above 0.
    async fn quantity(&self) -> Decimal {
        Decimal::written(self.row.quantity)
    }

    /// What one unit cost.
    async fn unit_price(&self) -> Quick<Money> {
        Quick(money(self.row.unit_price, &self.currency))
    }

    /// Quantity times unit price, rounded half away from zero to the decimals of the currency.
    async fn total(&self) -> Quick<Money> {
        Quick(money(self.row.total, &self.currency))
    }

    /// Whom the price was for; null for an order that came with its prices.
    async fn price_source(&self) -> Option<PriceSource> {
        self.row.price_source.map(PriceSource::from)
    }

    /// What the customer group was called that the price was for.
    async fn customer_group_name(&self) -> Option<&str> {
        self.row.customer_group_name.as_deref()
    }

    /// The price that counted, as it is now; null when it is gone, and where you may not see it.
    async fn price(&self, ctx: &Context<'_>) -> Option<Result<Quick<Price>>> {
        let found = ctx.load(self.row.price_id?).await;
        found.map(|row| row.map(Price::from).map(Quick)).transpose()
    }
}

impl AtOnce for OrderLine {
    fn at_once(&self, asked: &Asked<'_>) -> Option<Value> {
        Some(match asked.name() {
            "position" => self.row.position.into(),
            "variantCode" => Value::String(self.row.variant_code.clone()),
            "quantity" => Value::String(self.row.quantity.to_string()),
            "unitPrice" => return asked.object(&money(self.row.unit_price, &self.currency)),
            "total" => return asked.object(&money(self.row.total, &self.currency)),
            _ => return None,
        })
    }
}
