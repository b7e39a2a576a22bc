//! Asking who is asking, and for accounts.

use super::list::{AccountFilter, AccountOrder};
use super::object::{Account, AccountConnection, Viewer};
use crate::access::Permission;
use crate::error::Result;
use crate::graphql::connection::{Page, PageArgs};
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use async_graphql::{Context, ID, Object};
use entity::account;

/// The root fields about accounts.
#[derive(Default)]
pub struct AccountQuery;

#[Object]
impl AccountQuery {
    /// Who is asking.
    async fn viewer(&self) -> Viewer {
        Viewer
    }

    /// The account with this id; null when there is none that you may see.
    async fn account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<Account>> {
        let found = match global_id::decode::<account::Entity>(&id) {
            Ok(id) => ctx.load(id).await,
            Err(refused) => Err(refused),
        };
        found.map(|row| row.map(Account)).transpose()
    }

    /// The accounts that you may see. Needs ACCOUNT_VIEW. One of first and last is required, from 0 to 100. By login unless ordered otherwise.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn accounts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of them.")] filter: Option<AccountFilter>,
        #[graphql(desc = "In which order; ties by id.")] order_by: Option<AccountOrder>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<AccountConnection> {
        let db = ctx.db();
        db.opens(Permission::AccountView)?;
        let condition = filter.unwrap_or_default().condition(db);
        let order = order_by.unwrap_or_default();
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let page = Page::of_list(ctx, condition, &order.tag(), &order.sort(), &args).await?;
        Ok(AccountConnection(page))
    }
}
