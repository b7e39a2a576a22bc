//! Changing named values: decoding what was asked and handing it over.

use super::object::{BusinessCategory, OrganizationType};
use super::service::{CreateNamedValue, DeleteNamedValue, NamedValue, RenameNamedValue};
use crate::error::{Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::global_id::decode;
use crate::graphql::terms::{ChangeTerms, CreateTerms, Outcome, or_user_errors};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::{business_category, organization_type};
use std::marker::PhantomData;

/// A new organization type.
#[derive(InputObject)]
pub struct OrganizationTypeCreateInput {
    /// The name, 1 to 512 characters; unique without regard to case.
    name: String,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// Another name for an organization type.
#[derive(InputObject)]
pub struct OrganizationTypeUpdateInput {
    /// Which one.
    id: ID,
    /// The name, 1 to 512 characters; unique without regard to case.
    name: String,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// The organization type to delete.
#[derive(InputObject)]
pub struct OrganizationTypeDeleteInput {
    /// Which one.
    id: ID,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// What organizationTypeCreate answers.
#[derive(SimpleObject)]
pub struct OrganizationTypeCreatePayload {
    /// The new organization type; null when it was refused or only validated.
    organization_type: Option<OrganizationType>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What organizationTypeUpdate answers.
#[derive(SimpleObject)]
pub struct OrganizationTypeUpdatePayload {
    /// The organization type as it is now; null when the change was refused.
    organization_type: Option<OrganizationType>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What organizationTypeDelete answers.
#[derive(SimpleObject)]
pub struct OrganizationTypeDeletePayload {
    /// The id that is gone, never to be given out again; null when the deletion was refused.
    deleted_id: Option<ID>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// A new business category.
#[derive(InputObject)]
pub struct BusinessCategoryCreateInput {
    /// The name, 1 to 512 characters; unique without regard to case.
    name: String,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// Another name for a business category.
#[derive(InputObject)]
pub struct BusinessCategoryUpdateInput {
    /// Which one.
    id: ID,
    /// The name, 1 to 512 characters; unique without regard to case.
    name: String,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// The business category to delete.
#[derive(InputObject)]
pub struct BusinessCategoryDeleteInput {
    /// Which one.
    id: ID,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// What businessCategoryCreate answers.
#[derive(SimpleObject)]
pub struct BusinessCategoryCreatePayload {
    /// The new business category; null when it was refused or only validated.
    business_category: Option<BusinessCategory>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What businessCategoryUpdate answers.
#[derive(SimpleObject)]
pub struct BusinessCategoryUpdatePayload {
    /// The business category as it is now; null when the change was refused.
    business_category: Option<BusinessCategory>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What businessCategoryDelete answers.
#[derive(SimpleObject)]
pub struct BusinessCategoryDeletePayload {
    /// The id that is gone, never to be given out again; null when the deletion was refused.
    deleted_id: Option<ID>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// The mutations of named values.
#[derive(Default)]
pub struct NamedValueMutation;

#[Object]
impl NamedValueMutation {
    /// Adds an organization type. Needs ORGANIZATION_EDIT everywhere. Codes: REQUIRED, INVALID, TOO_LONG, TAKEN, FORBIDDEN, IDEMPOTENCY_MISMATCH.
    async fn organization_type_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to create.")] input: OrganizationTypeCreateInput,
    ) -> Option<Result<OrganizationTypeCreatePayload>> {
        let outcome = create::<organization_type::Entity>(ctx, input.name, input.terms).await;
        Some(outcome.map(|outcome| OrganizationTypeCreatePayload {
            organization_type: outcome.row().map(OrganizationType),
            user_errors: outcome.user_errors,
        }))
    }

    /// Renames an organization type. Needs ORGANIZATION_EDIT everywhere. Codes: REQUIRED, INVALID, TOO_LONG, TAKEN, NOT_FOUND, FORBIDDEN, STALE, IDEMPOTENCY_MISMATCH.
    async fn organization_type_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: OrganizationTypeUpdateInput,
    ) -> Option<Result<OrganizationTypeUpdatePayload>> {
        let outcome =
            rename::<organization_type::Entity>(ctx, &input.id, input.name, input.terms).await;
        Some(outcome.map(|outcome| OrganizationTypeUpdatePayload {
            organization_type: outcome.row().map(OrganizationType),
            user_errors: outcome.user_errors,
        }))
    }

    /// Deletes an organization type that no organization has. Needs ORGANIZATION_EDIT everywhere. Codes: NOT_FOUND, FORBIDDEN, STALE, IN_USE, IDEMPOTENCY_MISMATCH.
    async fn organization_type_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: OrganizationTypeDeleteInput,
    ) -> Option<Result<OrganizationTypeDeletePayload>> {
        let outcome = delete::<organization_type::Entity>(ctx, &input.id, input.terms).await;
        Some(outcome.map(|outcome| OrganizationTypeDeletePayload {
            deleted_id: outcome.deleted_id(),
            user_errors: outcome.user_errors,
        }))
    }

    /// Adds a business category. Needs ORGANIZATION_EDIT everywhere. Codes: REQUIRED, INVALID, TOO_LONG, TAKEN, FORBIDDEN, IDEMPOTENCY_MISMATCH.
    async fn business_category_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to create.")] input: BusinessCategoryCreateInput,
    ) -> Option<Result<BusinessCategoryCreatePayload>> {
        let outcome = create::<business_category::Entity>(ctx, input.name, input.terms).await;
        Some(outcome.map(|outcome| BusinessCategoryCreatePayload {
            business_category: outcome.row().map(BusinessCategory),
            user_errors: outcome.user_errors,
        }))
    }

    /// Renames a business category. Needs ORGANIZATION_EDIT everywhere. Codes: REQUIRED, INVALID, TOO_LONG, TAKEN, NOT_FOUND, FORBIDDEN, STALE, IDEMPOTENCY_MISMATCH.
    async fn business_category_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: BusinessCategoryUpdateInput,
    ) -> Option<Result<BusinessCategoryUpdatePayload>> {
        let outcome =
            rename::<business_category::Entity>(ctx, &input.id, input.name, input.terms).await;
        Some(outcome.map(|outcome| BusinessCategoryUpdatePayload {
            business_category: outcome.row().map(BusinessCategory),
            user_errors: outcome.user_errors,
        }))
    }

    /// Deletes a business category that no organization has. Needs ORGANIZATION_EDIT everywhere. Codes: NOT_FOUND, FORBIDDEN, STALE, IN_USE, IDEMPOTENCY_MISMATCH.
    async fn business_category_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which one.")] input: BusinessCategoryDeleteInput,
    ) -> Option<Result<BusinessCategoryDeletePayload>> {
        let outcome = delete::<business_category::Entity>(ctx, &input.id, input.terms).await;
        Some(outcome.map(|outcome| BusinessCategoryDeletePayload {
            deleted_id: outcome.deleted_id(),
            user_errors: outcome.user_errors,
        }))
    }
}

async fn create<E: NamedValue + Sync + 'static>(
    ctx: &Context<'_>,
    name: String,
    terms: CreateTerms,
) -> Result<Outcome<E>> {
    or_user_errors(
        ctx.write(
            CreateNamedValue::<E> {
                name,
                kind: PhantomData,
            },
            terms,
        )
        .await,
    )
}

async fn rename<E: NamedValue + Sync + 'static>(
    ctx: &Context<'_>,
    id: &ID,
    name: String,
    terms: ChangeTerms,
) -> Result<Outcome<E>> {
    or_user_errors(
        ctx.write(
            RenameNamedValue::<E> {
                id: decode::<E>(id)?,
                name,
            },
            terms,
        )
        .await,
    )
}

async fn delete<E: NamedValue + Sync + 'static>(
    ctx: &Context<'_>,
    id: &ID,
    terms: ChangeTerms,
) -> Result<Outcome<E>> {
    or_user_errors(
        ctx.write(
            DeleteNamedValue::<E> {
                id: decode::<E>(id)?,
            },
            terms,
        )
        .await,
    )
}
