//! Asking for roles, permissions, and why somebody may do something.

use super::explanation::{AccessExplanation, explain};
use super::list::{BY_NAME, by_name};
use super::loader::RoleById;
use super::object::{PermissionEntry, Role, RoleConnection};
use crate::access::Permission;
use crate::error::Result;
use crate::graphql::connection::{Page, PageArgs};
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use async_graphql::{Context, ID, Object};
use entity::role;
use sea_orm::Condition;

/// The root fields about roles.
#[derive(Default)]
pub struct RoleQuery;

#[Object]
impl RoleQuery {
    /// The role with this id; null when there is none that you may see. Needs ROLE_VIEW.
    async fn role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<Role>> {
        let found = match global_id::decode::<role::Entity>(&id) {
            Ok(id) => ctx.load(RoleById(id)).await,
            Err(refused) => Err(refused),
        };
        found.map(|row| row.map(Role::from)).transpose()
    }

    /// The roles, by name. Needs ROLE_VIEW. One of first and last is required, from 0 to 100.
    async fn roles(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<RoleConnection> {
        ctx.db().opens(Permission::RoleView)?;
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let page = Page::of_list(ctx, Condition::all(), BY_NAME, &by_name(), &args).await?;
        Ok(RoleConnection(page))
    }

    /// Every permission that there is, with what it lets one do, in the order in which roles list them. For signed-in viewers.
    #[expect(
        clippy::unused_async,
        reason = "what the server answers from itself is a resolver like any other"
    )]
    async fn permission_catalogue(&self, ctx: &Context<'_>) -> Result<Vec<PermissionEntry>> {
        ctx.db().signed_in()?;
        Ok(Permission::ALL.iter().copied().map(Into::into).collect())
    }

    /// Whether an account holds a permission, over an organization, over a customer or in any place, and through which assignment, link or sales rep, or for want of what. Needs to see what is asked about; NOT_FOUND otherwise.
    async fn access_explanation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose rights.")] account_id: ID,
        #[graphql(desc = "Which permission.")] permission: Permission,
        #[graphql(desc = "Over which organization; in any place when absent.")]
        organization_id: Option<ID>,
        #[graphql(
            desc = "Over which customer: by roles at its organization, by a link, or as a sales rep. Not together with organizationId."
        )]
        customer_id: Option<ID>,
    ) -> Result<AccessExplanation> {
        ctx.db().signed_in()?;
        let (over, customer) = (organization_id.as_ref(), customer_id.as_ref());
        Box::pin(explain(ctx, &account_id, permission, over, customer)).await
    }
}
