//! Changing organizations: decoding what was asked and handing it over.

use super::object::Organization;
use super::service::{
    CreateOrganization, DeleteOrganization, MoveOrganization, UpdateOrganization,
};
use crate::customer_groups::impact::{Impact, impact};
use crate::error::{Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::global_id::{decode, decode_maybe, decode_optional};
use crate::graphql::terms::{ChangeTerms, CreateTerms, or_user_errors};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::{business_category, contact, customer_group, organization, organization_type};

pub use super::service::DeleteMode as OrganizationDeleteMode;

/// A new organization.
#[derive(InputObject)]
pub struct OrganizationCreateInput {
    /// The id in another system, at most 512 characters; unique among organizations.
    external_id: Option<String>,
    /// The name, 1 to 512 characters.
    name: String,
    /// A description, at most 10,000 characters.
    description: Option<String>,
    /// Its type; the first type there is when absent.
    type_id: Option<ID>,
    /// The line of business.
    business_category_id: Option<ID>,
    /// The organization above; a root when absent, which needs ORGANIZATION_CREATE everywhere.
    parent_id: Option<ID>,
    /// The customer group given to it; needs CUSTOMER_GROUP_ASSIGN there.
    customer_group_id: Option<ID>,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// A change of an organization. Absent leaves a field as it is, null clears it.
#[derive(InputObject)]
pub struct OrganizationUpdateInput {
    /// Which organization.
    id: ID,
    /// The id in another system, at most 512 characters; unique among organizations.
    external_id: MaybeUndefined<String>,
    /// The name, 1 to 512 characters. Cannot be cleared.
    name: MaybeUndefined<String>,
    /// A description, at most 10,000 characters.
    description: MaybeUndefined<String>,
    /// Its type. Cannot be cleared.
    type_id: MaybeUndefined<ID>,
    /// The line of business.
    business_category_id: MaybeUndefined<ID>,
    /// The person to turn to: one of the organization's own contacts.
    primary_contact_id: MaybeUndefined<ID>,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// A move of an organization, with everything below it.
#[derive(InputObject)]
pub struct OrganizationMoveInput {
    /// Which organization.
    id: ID,
    /// The organization to hang it below; null makes it a root, which needs ORGANIZATION_EDIT everywhere. Must be given.
    new_parent_id: MaybeUndefined<ID>,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// A deletion of an organization.
#[derive(InputObject)]
pub struct OrganizationDeleteInput {
    /// Which organization.
    id: ID,
    /// What becomes of what hangs on it.
    #[graphql(default_with = "OrganizationDeleteMode::Refuse")]
    mode: OrganizationDeleteMode,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// What organizationCreate answers.
#[derive(SimpleObject)]
pub struct OrganizationCreatePayload {
    /// The new organization; null when it was refused or only validated.
    organization: Option<Organization>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What organizationUpdate answers.
#[derive(SimpleObject)]
pub struct OrganizationUpdatePayload {
    /// The organization as it is now; null when the change was refused.
    organization: Option<Organization>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What organizationMove answers.
#[derive(SimpleObject)]
pub struct OrganizationMovePayload {
    /// The organization where it is now; null when the move was refused or took it out of your sight.
    organization: Option<Organization>,
    /// Whether the organization moved to where you may not see it.
    removed_from_view: bool,
    /// With validateOnly, what the change would do to effective customer groups; null without, and when it was refused.
    impact: Option<Impact>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What organizationDelete answers.
#[derive(SimpleObject)]
pub struct OrganizationDeletePayload {
    /// The id that is gone; null when the deletion was refused.
    deleted_id: Option<ID>,
    /// With validateOnly, what the change would do to effective customer groups; null without, and when it was refused.
    impact: Option<Impact>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// The mutations of organizations.
#[derive(Default)]
pub struct OrganizationMutation;

#[Object]
impl OrganizationMutation {
    /// Creates an organization. Needs ORGANIZATION_CREATE over the parent. Codes: REQUIRED, INVALID, TOO_LONG, TAKEN, NOT_FOUND, FORBIDDEN, ARCHIVED, HIERARCHY_DEPTH, IDEMPOTENCY_MISMATCH.
    async fn organization_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to create.")] input: OrganizationCreateInput,
    ) -> Option<Result<OrganizationCreatePayload>> {
        Some(create(ctx, input).await)
    }

    /// Changes an organization. Needs ORGANIZATION_EDIT. Codes: REQUIRED, INVALID, TOO_LONG, TAKEN, NOT_FOUND, FORBIDDEN, STALE, IDEMPOTENCY_MISMATCH.
    async fn organization_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: OrganizationUpdateInput,
    ) -> Option<Result<OrganizationUpdatePayload>> {
        Some(update(ctx, input).await)
    }

    /// Hangs an organization, with everything below it, below another one. Needs ORGANIZATION_EDIT over it, its old and its new parent, and over what is moved everything that anyone gains there. Changes no customer group and no price. Codes: REQUIRED, NOT_FOUND, FORBIDDEN, OUT_OF_SCOPE, STALE, HIERARCHY_CYCLE, HIERARCHY_DEPTH, IDEMPOTENCY_MISMATCH.
    async fn organization_move(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to move, and where to.")] input: OrganizationMoveInput,
    ) -> Option<Result<OrganizationMovePayload>> {
        Some(move_under(ctx, input).await)
    }

    /// Deletes an organization with its addresses and the role assignments on it; its orders go to its parent. Needs ORGANIZATION_DELETE. Codes: NOT_FOUND, FORBIDDEN, STALE, IN_USE, IDEMPOTENCY_MISMATCH.
    async fn organization_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to delete, and how.")] input: OrganizationDeleteInput,
    ) -> Option<Result<OrganizationDeletePayload>> {
        Some(delete(ctx, input).await)
    }
}

async fn create(
    ctx: &Context<'_>,
    input: OrganizationCreateInput,
) -> Result<OrganizationCreatePayload> {
    let change = CreateOrganization {
        external_id: input.external_id,
        name: input.name,
        description: input.description,
        type_id: decode_optional::<organization_type::Entity>(input.type_id.as_ref())?,
        business_category_id: decode_optional::<business_category::Entity>(
            input.business_category_id.as_ref(),
        )?,
        parent_id: decode_optional::<organization::Entity>(input.parent_id.as_ref())?,
        customer_group_id: decode_optional::<customer_group::Entity>(
            input.customer_group_id.as_ref(),
        )?,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(OrganizationCreatePayload {
        organization: outcome.row().map(Organization),
        user_errors: outcome.user_errors,
    })
}

async fn update(
    ctx: &Context<'_>,
    input: OrganizationUpdateInput,
) -> Result<OrganizationUpdatePayload> {
    let change = UpdateOrganization {
        id: decode::<organization::Entity>(&input.id)?,
        external_id: input.external_id,
        name: input.name,
        description: input.description,
        type_id: decode_maybe::<organization_type::Entity>(&input.type_id)?,
        business_category_id: decode_maybe::<business_category::Entity>(
            &input.business_category_id,
        )?,
        primary_contact_id: decode_maybe::<contact::Entity>(&input.primary_contact_id)?,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(OrganizationUpdatePayload {
        organization: outcome.row().map(Organization),
        user_errors: outcome.user_errors,
    })
}

async fn move_under(
    ctx: &Context<'_>,
    input: OrganizationMoveInput,
) -> Result<OrganizationMovePayload> {
    ctx.db().signed_in()?;
    let change = MoveOrganization {
        id: decode::<organization::Entity>(&input.id)?,
        new_parent_id: decode_maybe::<organization::Entity>(&input.new_parent_id)?,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms.with_impact(ctx)).await)?;
    Ok(OrganizationMovePayload {
        organization: outcome.row().map(Organization),
        removed_from_view: outcome.removed_from_view(),
        impact: impact(ctx, &outcome).await?,
        user_errors: outcome.user_errors,
    })
}

async fn delete(
    ctx: &Context<'_>,
    input: OrganizationDeleteInput,
) -> Result<OrganizationDeletePayload> {
    let change = DeleteOrganization {
        id: decode::<organization::Entity>(&input.id)?,
        mode: input.mode,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms.with_impact(ctx)).await)?;
    Ok(OrganizationDeletePayload {
        deleted_id: outcome.deleted_id(),
        impact: impact(ctx, &outcome).await?,
        user_errors: outcome.user_errors,
    })
}
