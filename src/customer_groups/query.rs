//! Asking for customer groups.

use super::list::{BY_RANK, CustomerGroupFilter, by_rank};
use super::loader::GroupById;
use super::object::{CustomerGroup, CustomerGroupConnection};
use crate::access::Permission;
use crate::error::Result;
use crate::graphql::connection::{Page, PageArgs};
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use async_graphql::{Context, ID, Object};
use entity::customer_group;

/// The root fields about customer groups.
#[derive(Default)]
pub struct CustomerGroupQuery;

#[Object]
impl CustomerGroupQuery {
    /// The customer group with this id; null when there is none that you may see.
    async fn customer_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<CustomerGroup>> {
        let found = match global_id::decode::<customer_group::Entity>(&id) {
            Ok(id) => ctx.load(GroupById(id)).await,
            Err(refused) => Err(refused),
        };
        found.map(|row| row.map(CustomerGroup)).transpose()
    }

    /// The customer groups, by rank, then name. Needs CUSTOMER_GROUP_VIEW. One of first and last is required, from 0 to 100.
    async fn customer_groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of them.")] filter: Option<CustomerGroupFilter>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<CustomerGroupConnection> {
        let db = ctx.db();
        db.opens(Permission::CustomerGroupView)?;
        let condition = filter.unwrap_or_default().condition();
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let page = Page::of_list(ctx, condition, BY_RANK, &by_rank(), &args).await?;
        Ok(CustomerGroupConnection(page))
    }
}
