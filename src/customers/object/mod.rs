//! A customer as clients see it.

mod link;

pub use link::{CustomerLink, CustomerLinkConnection};

use super::list::{LinksOfCustomer, ShipTosOfCustomer};
use crate::access::Granted;
use crate::connection;
use crate::contacts::object::Contact;
use crate::error::Result;
use crate::graphql::at_once::{Asked, AtOnce, Quick, text};
use crate::graphql::below::page_below;
use crate::graphql::connection::PageArgs;
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use crate::graphql::scalars::{CurrencyCode, DateTime};
use crate::imports::loader::OwnedFieldsOf;
use crate::orders::list::{OfCustomer, OrderFilter, OrderOrder, Part};
use crate::orders::object::OrderConnection;
use crate::organizations::loader::organization;
use crate::organizations::object::Organization;
use crate::sales_reps::loader::RepOnEdge;
use crate::sales_reps::object::SalesRep;
use async_graphql::{Context, ID, Object, Value};
use entity::customer;

/// A row of a customer as an object of the schema.
#[derive(Clone)]
pub struct Customer(pub Granted<customer::Entity>);

impl From<Granted<customer::Entity>> for Customer {
    fn from(row: Granted<customer::Entity>) -> Self {
        Self(row)
    }
}

connection!(CustomerConnection, CustomerEdge, Customer, "customers");

/// A customer as an ERP has it: one that is billed, or a place that goods of one are sent to. Visible with CUSTOMER_VIEW over its organization, without one everywhere; to accounts that are linked with it; and to its primary sales rep and those to whom that one reports.
#[Object]
impl Customer {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode::<customer::Entity>(self.0.id)
    }

    /// The ERP's number, at most 255 characters; a bill-to and its ship-tos share it. Leading zeros count.
    async fn number(&self) -> &str {
        &self.0.number
    }

    /// What tells a ship-to from the others of its number, at most 255 characters; empty for a bill-to.
    async fn sequence(&self) -> &str {
        &self.0.sequence
    }

    /// Whether it is billed: what has no sequence.
    async fn is_bill_to(&self) -> bool {
        self.0.is_bill_to()
    }

    /// Whether goods may be sent there; true for whatever has a sequence.
    async fn is_ship_to(&self) -> bool {
        self.0.is_ship_to
    }

    /// The company, else the person's first and last name.
    async fn name(&self) -> String {
        self.0.name()
    }

    /// The company's name.
    async fn company_name(&self) -> Option<&str> {
        self.0.company_name.as_deref()
    }

    /// The person's first name.
    async fn first_name(&self) -> Option<&str> {
        self.0.first_name.as_deref()
    }

    /// The person's last name.
    async fn last_name(&self) -> Option<&str> {
        self.0.last_name.as_deref()
    }

    /// To whose attention.
    async fn attention(&self) -> Option<&str> {
        self.0.attention.as_deref()
    }

    /// The first line of the address: street and number.
    async fn line1(&self) -> Option<&str> {
        self.0.line1.as_deref()
    }

    /// The second line of the address.
    async fn line2(&self) -> Option<&str> {
        self.0.line2.as_deref()
    }

    /// The third line of the address.
    async fn line3(&self) -> Option<&str> {
        self.0.line3.as_deref()
    }

    /// The fourth line of the address.
    async fn line4(&self) -> Option<&str> {
        self.0.line4.as_deref()
    }

    /// The city.
    async fn city(&self) -> Option<&str> {
        self.0.city.as_deref()
    }

    /// The region, state or province.
    async fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// The postal code, as text.
    async fn postal_code(&self) -> Option<&str> {
        self.0.postal_code.as_deref()
    }

    /// The country by ISO 3166-1: two capital letters.
    async fn country_code(&self) -> Option<&str> {
        self.0.country_code.as_deref()
    }

    /// The phone number.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// The fax number.
    async fn fax(&self) -> Option<&str> {
        self.0.fax.as_deref()
    }

    /// The e-mail address.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// Whether anybody may order for it.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// Whether it stands for shoppers who have no customer of their own.
    async fn guest(&self) -> bool {
        self.0.guest
    }

    /// The currency that it is billed in.
    async fn currency(&self) -> Option<CurrencyCode> {
        self.0.currency.clone().map(CurrencyCode)
    }

    /// The ERP's code of its terms of payment.
    async fn terms_code(&self) -> Option<&str> {
        self.0.terms_code.as_deref()
    }

    /// The ERP's code of its prices. Prices here do not go by it.
    async fn price_code(&self) -> Option<&str> {
        self.0.price_code.as_deref()
    }

    /// Who looks after it: the bill-to's, also for its ship-tos. Whoever sees the customer sees the rep here.
    async fn primary_sales_rep(&self, ctx: &Context<'_>) -> Option<Result<SalesRep>> {
        let found = ctx.load(RepOnEdge(self.0.sales_rep_id?)).await;
        found.map(|row| row.map(SalesRep)).transpose()
    }

    /// The fields that are looked after by hand, as imports name them, in the order of the alphabet: imports leave them alone.
    async fn owned_fields(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        let owned = ctx.load(OwnedFieldsOf(self.0.id)).await?;
        Ok(owned.into_iter().flatten().collect())
    }

    /// The organization that it belongs to: the bill-to's, also for its ship-tos; null also where you may not see it.
    async fn organization(&self, ctx: &Context<'_>) -> Option<Result<Quick<Organization>>> {
        let found = organization(ctx.scope(), self.0.organization_id?).await;
        found
            .map(|row| row.map(Organization).map(Quick))
            .transpose()
    }

    /// The person that it came into being for, with an order; null also where you may not see them.
    async fn contact(&self, ctx: &Context<'_>) -> Option<Result<Quick<Contact>>> {
        let found = ctx.load(self.0.contact_id?).await;
        found.map(|row| row.map(Contact).map(Quick)).transpose()
    }

    /// Who is billed: itself, if it has no sequence.
    async fn bill_to(&self, ctx: &Context<'_>) -> Option<Result<Customer>> {
        let Some(bill_to) = self.0.bill_to_id else {
            return Some(Ok(self.clone()));
        };
        let found = ctx.load(bill_to).await;
        found.map(|row| row.map(Customer)).transpose()
    }

    /// Where its goods may go, as far as you may see it, by sequence: the bill-to itself first, where goods may go there. Of a ship-to none. One of first and last is required, from 0 to 100.
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
        let page = page_below(ctx, self.0.id, ShipTosOfCustomer { args }).await?;
        Ok(CustomerConnection(page))
    }

    /// The accounts that order for it, as far as you may see them, the oldest link first; also those whose link is over or yet to begin. Of a ship-to none. One of first and last is required, from 0 to 100.
    async fn accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<CustomerLinkConnection> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let page = page_below(ctx, self.0.id, LinksOfCustomer { args }).await?;
        Ok(CustomerLinkConnection(page))
    }

    /// Its orders that you may see: of a bill-to those that are billed to it, of a ship-to those that go there; the newest first unless ordered otherwise. One of first and last is required, from 0 to 100.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of them.")] filter: Option<OrderFilter>,
        #[graphql(desc = "The order; the newest first when absent.")] order_by: Option<OrderOrder>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<Quick<OrderConnection>> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let part = Part::new(filter, order_by, args);
        let is_bill_to = self.0.is_bill_to();
        let query = OfCustomer { is_bill_to, part };
        let page = Box::pin(page_below(ctx, self.0.id, query)).await?;
        Ok(Quick(OrderConnection(page)))
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

impl AtOnce for Customer {
    fn at_once(&self, asked: &Asked<'_>) -> Option<Value> {
        Some(match asked.name() {
            "id" => Value::String(global_id::encode::<customer::Entity>(self.0.id).0),
            "number" => Value::String(self.0.number.clone()),
            "sequence" => Value::String(self.0.sequence.clone()),
            "isBillTo" => self.0.is_bill_to().into(),
            "isShipTo" => self.0.is_ship_to.into(),
            "name" => Value::String(self.0.name()),
            "companyName" => text(self.0.company_name.as_deref()),
            "city" => text(self.0.city.as_deref()),
            "active" => self.0.active.into(),
            "version" => self.0.version.into(),
            _ => return None,
        })
    }
}
