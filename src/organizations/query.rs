//! Asking for organizations.

use super::list::{OrganizationFilter, OrganizationOrder};
use super::object::{Organization, OrganizationConnection};
use crate::access::Permission;
use crate::error::Result;
use crate::graphql::connection::{Page, PageArgs};
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use async_graphql::{Context, ID, Object};
use entity::organization;
use sea_orm::{ColumnTrait, Condition};

/// The root fields about organizations.
#[derive(Default)]
pub struct OrganizationQuery;

#[Object]
impl OrganizationQuery {
    /// The organization with this id; null when there is none that you may see.
    async fn organization(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<Organization>> {
        let found = match global_id::decode::<organization::Entity>(&id) {
            Ok(id) => super::loader::organization(ctx.scope(), id).await,
            Err(refused) => Err(refused),
        };
        found.map(|row| row.map(Organization)).transpose()
    }

    /// The organization with this external id, exactly as written; null when there is none that you may see.
    async fn organization_by_external_id(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its external id.")] external_id: String,
    ) -> Option<Result<Organization>> {
        if external_id.contains('\0') {
            return None;
        }
        let named = Condition::all().add(organization::Column::ExternalId.eq(external_id));
        let found = ctx.db().all::<organization::Entity>(named).await;
        found
            .map(|mut rows| rows.pop().map(Organization))
            .transpose()
    }

    /// The organizations that you may see, by name unless ordered otherwise. Needs ORGANIZATION_LIST. One of first and last is required, from 0 to 100.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn organizations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of them.")] filter: Option<OrganizationFilter>,
        #[graphql(desc = "The order; by name when absent.")] order_by: Option<OrganizationOrder>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<OrganizationConnection> {
        let db = ctx.db();
        db.opens(Permission::OrganizationList)?;
        let condition = filter.unwrap_or_default().condition(db)?;
        let order = order_by.unwrap_or_default();
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let page = Page::of_list(ctx, condition, &order.tag(), &order.sort(), &args).await?;
        Ok(OrganizationConnection(page))
    }
}
