//! A sales rep as clients see one.

use super::list::RepsOfRep;
use crate::access::Granted;
use crate::accounts::object::Account;
use crate::connection;
use crate::customers::list::{CustomerFilter, CustomerOrder, CustomersOfRep};
use crate::customers::object::CustomerConnection;
use crate::error::Result;
use crate::graphql::at_once::{Asked, AtOnce, Quick, text};
use crate::graphql::below::page_below;
use crate::graphql::connection::PageArgs;
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, ID, Object, Value};
use entity::sales_rep;

/// A row of a sales rep as an object of the schema.
#[derive(Clone)]
pub struct SalesRep(pub Granted<sales_rep::Entity>);

impl From<Granted<sales_rep::Entity>> for SalesRep {
    fn from(row: Granted<sales_rep::Entity>) -> Self {
        Self(row)
    }
}

connection!(SalesRepConnection, SalesRepEdge, SalesRep, "sales reps");

/// Somebody in the house who looks after customers. Visible with CUSTOMER_VIEW everywhere and with CUSTOMER_CREATE or CUSTOMER_EDIT in any scope, to the rep and to those to whom it reports, and on the edge of every customer that one may see.
#[Object]
impl SalesRep {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode::<sales_rep::Entity>(self.0.id)
    }

    /// The ERP's number, unique, at most 255 characters. Leading zeros count.
    async fn number(&self) -> &str {
        &self.0.number
    }

    /// The name.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What they are called at work.
    async fn title(&self) -> Option<&str> {
        self.0.title.as_deref()
    }

    /// The e-mail address.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// The phone number.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// The account that they sign in with; null also where you may not see it.
    async fn account(&self, ctx: &Context<'_>) -> Option<Result<Quick<Account>>> {
        let found = ctx.load(self.0.account_id?).await;
        found.map(|row| row.map(Account).map(Quick)).transpose()
    }

    /// To whom they report; null also where you may not see that one.
    async fn manager(&self, ctx: &Context<'_>) -> Option<Result<SalesRep>> {
        let found = ctx.load(self.0.manager_id?).await;
        found.map(|row| row.map(SalesRep)).transpose()
    }

    /// The sales reps who report to them directly, as far as you may see them, by name. One of first and last is required, from 0 to 100.
    async fn reports(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<SalesRepConnection> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let page = page_below(ctx, self.0.id, RepsOfRep { args }).await?;
        Ok(SalesRepConnection(page))
    }

    /// The customers that they look after themselves, ship-tos among them, as far as you may see them; by name unless ordered otherwise. One of first and last is required, from 0 to 100.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn customers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of them.")] filter: Option<CustomerFilter>,
        #[graphql(desc = "The order; by name when absent.")] order_by: Option<CustomerOrder>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<CustomerConnection> {
        let query = CustomersOfRep {
            filter: filter.unwrap_or_default(),
            order: order_by.unwrap_or_default(),
            args: PageArgs {
                first,
                after,
                last,
                before,
            },
        };
        let page = page_below(ctx, self.0.id, query).await?;
        Ok(CustomerConnection(page))
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

impl AtOnce for SalesRep {
    fn at_once(&self, asked: &Asked<'_>) -> Option<Value> {
        Some(match asked.name() {
            "id" => Value::String(global_id::encode::<sales_rep::Entity>(self.0.id).0),
            "number" => Value::String(self.0.number.clone()),
            "name" => Value::String(self.0.name.clone()),
            "email" => text(self.0.email.as_deref()),
            "phone" => text(self.0.phone.as_deref()),
            "version" => self.0.version.into(),
            _ => return None,
        })
    }
}
