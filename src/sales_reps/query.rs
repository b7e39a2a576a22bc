//! Asking for sales reps.

use super::list::{BY_NAME, SalesRepFilter, by_name};
use super::object::{SalesRep, SalesRepConnection};
use crate::access::Permission;
use crate::error::Result;
use crate::graphql::connection::{Page, PageArgs};
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use async_graphql::{Context, ID, Object};
use entity::sales_rep;

/// The root fields about sales reps.
#[derive(Default)]
pub struct SalesRepQuery;

#[Object]
impl SalesRepQuery {
    /// The sales rep with this id; null when there is none that you may see.
    async fn sales_rep(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<SalesRep>> {
        let found = match global_id::decode::<sales_rep::Entity>(&id) {
            Ok(id) => ctx.load(id).await,
            Err(refused) => Err(refused),
        };
        found.map(|row| row.map(SalesRep)).transpose()
    }

    /// The sales reps that you may see, by name. Needs CUSTOMER_VIEW in any scope. One of first and last is required, from 0 to 100.
    async fn sales_reps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of them.")] filter: Option<SalesRepFilter>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<SalesRepConnection> {
        let db = ctx.db();
        db.opens(Permission::CustomerView)?;
        let condition = filter.unwrap_or_default().condition(db)?;
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let page = Page::of_list(ctx, condition, BY_NAME, &by_name(), &args).await?;
        Ok(SalesRepConnection(page))
    }
}
