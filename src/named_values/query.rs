//! Asking for named values.

use super::object::{BusinessCategory, OrganizationType};
use crate::error::Result;
use crate::graphql::context::Ask;
use async_graphql::{Context, Object};
use entity::{business_category, organization_type};
use sea_orm::Condition;

/// The root fields about named values.
#[derive(Default)]
pub struct NamedValueQuery;

#[Object]
impl NamedValueQuery {
    /// All organization types, by name. Needs a sign-in.
    async fn organization_types(&self, ctx: &Context<'_>) -> Result<Vec<OrganizationType>> {
        ctx.db().signed_in()?;
        let mut rows = ctx
            .db()
            .all::<organization_type::Entity>(Condition::all())
            .await?;
        rows.sort_by(|one, other| (&one.name_key, one.id).cmp(&(&other.name_key, other.id)));
        Ok(rows.into_iter().map(OrganizationType).collect())
    }

    /// All business categories, by name. Needs a sign-in.
    async fn business_categories(&self, ctx: &Context<'_>) -> Result<Vec<BusinessCategory>> {
        ctx.db().signed_in()?;
        let mut rows = ctx
            .db()
            .all::<business_category::Entity>(Condition::all())
            .await?;
        rows.sort_by(|one, other| (&one.name_key, one.id).cmp(&(&other.name_key, other.id)));
        Ok(rows.into_iter().map(BusinessCategory).collect())
    }
}
