//! Asking for orders.

use super::list::{OrderFilter, OrderOrder};
use super::loader::OrderNumbered;
use super::object::{Order, OrderConnection};
use crate::access::{Permission, Token};
use crate::error::Result;
use crate::graphql::connection::{Page, PageArgs};
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use async_graphql::{Context, ID, Object};
use entity::sales_order;

/// The root fields about orders.
#[derive(Default)]
pub struct OrderQuery;

#[Object]
impl OrderQuery {
    /// The order with this id; null when there is none that you may see.
    async fn order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<Order>> {
        let found = match global_id::decode::<sales_order::Entity>(&id) {
            Ok(id) => ctx.load(id).await,
            Err(refused) => Err(refused),
        };
        found.map(|row| row.map(Order)).transpose()
    }

    /// The order with this number; null when there is none that you may see.
    async fn order_by_number(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its number, without regard to case and outer blanks.")] number: String,
    ) -> Option<Result<Order>> {
        let number = number.trim().to_ascii_uppercase();
        let found = ctx.load(OrderNumbered(number)).await;
        found.map(|row| row.map(Order)).transpose()
    }

    /// Public. The guest order that this token looks up; null for a token that means nothing. An operation asks once.
    async fn order_by_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token that orderPlace answered.")] token: String,
    ) -> Option<Result<Order>> {
        let found = ctx.db().order_of_token(&Token::received(token)).await;
        found.map(|row| row.map(Order)).transpose()
    }

    /// The orders that you may see, the newest first unless ordered otherwise. Needs ORDER_VIEW. One of first and last is required, from 0 to 100.
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
    ) -> Result<OrderConnection> {
        let db = ctx.db();
        db.opens(Permission::OrderView)?;
        let condition = filter.unwrap_or_default().condition(db)?;
        let order = order_by.unwrap_or_default();
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let page = Page::of_list(ctx, condition, &order.tag(), &order.sort(), &args).await?;
        Ok(OrderConnection(page))
    }
}
