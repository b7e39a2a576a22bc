//! Which account orders for which customer, as clients see it.

use super::{Customer, CustomerConnection};
use crate::access::Granted;
use crate::accounts::object::Account;
use crate::connection;
use crate::customers::list::ShipTosOfLink;
use crate::error::Result;
use crate::graphql::at_once::{Asked, AtOnce, Quick};
use crate::graphql::below::page_below;
use crate::graphql::connection::PageArgs;
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, ID, Object, Value};
use entity::customer_link;

/// A row of a link as an object of the schema.
#[derive(Clone)]
pub struct CustomerLink(pub Granted<customer_link::Entity>);

impl From<Granted<customer_link::Entity>> for CustomerLink {
    fn from(row: Granted<customer_link::Entity>) -> Self {
        Self(row)
    }
}

connection!(
    CustomerLinkConnection,
    CustomerLinkEdge,
    CustomerLink,
    "links between accounts and customers"
);

/// That an account may order for a customer, from when and until when. Visible to whoever sees both.
#[Object]
impl CustomerLink {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode::<customer_link::Entity>(self.0.id)
    }

    /// Whose it is.
    async fn account(&self, ctx: &Context<'_>) -> Option<Result<Quick<Account>>> {
        let found = ctx.load(self.0.account_id).await;
        found.map(|row| row.map(Account).map(Quick)).transpose()
    }

    /// For whom the account may order: a bill-to.
    async fn customer(&self, ctx: &Context<'_>) -> Option<Result<Quick<Customer>>> {
        let found = ctx.load(self.0.customer_id).await;
        found.map(|row| row.map(Customer).map(Quick)).transpose()
    }

    /// Whether an order that names no customer is for this one; an account has one such link at most.
    async fn is_default(&self) -> bool {
        self.0.is_default
    }

    /// Whether the account may have sent to all of the customer's ship-tos, also to those that are yet to come.
    async fn all_ship_tos(&self) -> bool {
        self.0.all_ship_tos
    }

    /// To where the account may have sent, as far as you may see it, by sequence: the bill-to itself first, where goods may go there. One of first and last is required, from 0 to 100.
    async fn ship_tos(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<CustomerConnection> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let page = page_below(ctx, self.0.id, ShipTosOfLink { args }).await?;
        Ok(CustomerConnection(page))
    }

    /// Where an order goes that names no ship-to.
    async fn default_ship_to(&self, ctx: &Context<'_>) -> Option<Result<Quick<Customer>>> {
        let found = ctx.load(self.0.default_ship_to_id?).await;
        found.map(|row| row.map(Customer).map(Quick)).transpose()
    }

    /// From when it counts, inclusive; null is since ever.
    async fn valid_from(&self) -> Option<DateTime> {
        self.0.valid_from.map(DateTime)
    }

    /// Until when it counts, exclusive; null is for ever.
    async fn valid_until(&self) -> Option<DateTime> {
        self.0.valid_until.map(DateTime)
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

impl AtOnce for CustomerLink {
    fn at_once(&self, asked: &Asked<'_>) -> Option<Value> {
        Some(match asked.name() {
            "id" => Value::String(global_id::encode::<customer_link::Entity>(self.0.id).0),
            "isDefault" => self.0.is_default.into(),
            "allShipTos" => self.0.all_ship_tos.into(),
            "version" => self.0.version.into(),
            _ => return None,
        })
    }
}
