//! Asking for customers.

use super::list::{CustomerFilter, CustomerOrder};
use super::object::{Customer, CustomerConnection};
use super::rules;
use crate::access::Permission;
use crate::error::Result;
use crate::graphql::connection::{Page, PageArgs};
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use async_graphql::{Context, ID, Object};
use entity::customer;
use sea_orm::{ColumnTrait, Condition};

/// The root fields about customers.
#[derive(Default)]
pub struct CustomerQuery;

#[Object]
impl CustomerQuery {
    /// The customer with this id; null when there is none that you may see.
    async fn customer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<Customer>> {
        let found = match global_id::decode::<customer::Entity>(&id) {
            Ok(id) => ctx.load(id).await,
            Err(refused) => Err(refused),
        };
        found.map(|row| row.map(Customer)).transpose()
    }

    /// The customer with this key of the ERP, exactly as written; null when there is none that you may see.
    async fn customer_by_number(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number; leading zeros count.")] number: String,
        #[graphql(
            desc = "The sequence of a ship-to; for the bill-to absent, empty or 0.",
            default
        )]
        sequence: String,
    ) -> Option<Result<Customer>> {
        if number.contains('\0') || sequence.contains('\0') {
            return None;
        }
        let named = Condition::all()
            .add(customer::Column::Number.eq(number.trim()))
            .add(customer::Column::Sequence.eq(rules::sequence(&sequence)));
        let found = ctx.db().all::<customer::Entity>(named).await;
        found.map(|mut rows| rows.pop().map(Customer)).transpose()
    }
    /// The customers that you may see, by name unless ordered otherwise. Needs CUSTOMER_VIEW in any scope; see also viewer.customers. One of first and last is required, from 0 to 100.
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
        let db = ctx.db();
        db.opens(Permission::CustomerView)?;
        let filter = filter.unwrap_or_default();
        let order = order_by.unwrap_or_default();
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let condition = filter.condition(db)?;
        let page = Page::of_list(ctx, condition, &order.tag(), &order.sort(), &args).await?;
        Ok(CustomerConnection(page))
    }
}
