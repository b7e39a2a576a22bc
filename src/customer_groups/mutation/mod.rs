//! Changing customer groups: decoding what was asked and handing it over.

mod assign;
mod replace;

use super::impact::{Impact, impact};
use super::object::CustomerGroup;
use super::service::{
    ArchiveCustomerGroup, CreateCustomerGroup, RestoreCustomerGroup, UpdateCustomerGroup,
};
use crate::error::{Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::global_id::decode;
use crate::graphql::terms::{ChangeTerms, CreateTerms, or_user_errors};
use crate::payload;
use assign::{CustomerGroupAssignInput, CustomerGroupAssignPayload};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::customer_group;
use replace::{
    CustomerGroupDeleteInput, CustomerGroupDeletePayload, CustomerGroupMergeInput,
    CustomerGroupMergePayload,
};

/// A new customer group.
#[derive(InputObject)]
pub struct CustomerGroupCreateInput {
    /// The name, 1 to 512 characters; unique without regard to case.
    name: String,
    /// Order in lists; behind all others when absent.
    rank: Option<i32>,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// A change of a customer group. Absent leaves a field as it is.
#[derive(InputObject)]
pub struct CustomerGroupUpdateInput {
    /// Which group.
    id: ID,
    /// The name, 1 to 512 characters; unique without regard to case. Cannot be cleared.
    name: MaybeUndefined<String>,
    /// Order in lists. Cannot be cleared.
    rank: MaybeUndefined<i32>,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// The group to archive.
#[derive(InputObject)]
pub struct CustomerGroupArchiveInput {
    /// Which group.
    id: ID,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// The group to restore.
#[derive(InputObject)]
pub struct CustomerGroupRestoreInput {
    /// Which group.
    id: ID,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

payload!(
    CustomerGroupCreatePayload,
    customer_group: CustomerGroup,
    "group",
    "customerGroupCreate"
);
payload!(
    CustomerGroupUpdatePayload,
    customer_group: CustomerGroup,
    "group",
    "customerGroupUpdate"
);
payload!(
    CustomerGroupRestorePayload,
    customer_group: CustomerGroup,
    "group",
    "customerGroupRestore"
);

/// What customerGroupArchive answers.
#[derive(SimpleObject)]
pub struct CustomerGroupArchivePayload {
    /// The group as it is now; null when the change was refused.
    customer_group: Option<CustomerGroup>,
    /// With validateOnly, what the change would do to effective customer groups: nothing, as an archived group counts; null without, and when it was refused.
    impact: Option<Impact>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// The mutations of customer groups.
#[derive(Default)]
pub struct CustomerGroupMutation;

#[Object]
impl CustomerGroupMutation {
    /// Adds a customer group. Needs CUSTOMER_GROUP_CREATE everywhere. Codes: REQUIRED, INVALID, TOO_LONG, TAKEN, FORBIDDEN, IDEMPOTENCY_MISMATCH.
    async fn customer_group_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to create.")] input: CustomerGroupCreateInput,
    ) -> Option<Result<CustomerGroupCreatePayload>> {
        Some(create(ctx, input).await)
    }

    /// Renames a customer group or gives it another rank; reprices nobody. Needs CUSTOMER_GROUP_EDIT everywhere. Codes: REQUIRED, INVALID, TOO_LONG, TAKEN, NOT_FOUND, FORBIDDEN, STALE, IDEMPOTENCY_MISMATCH.
    async fn customer_group_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: CustomerGroupUpdateInput,
    ) -> Option<Result<CustomerGroupUpdatePayload>> {
        Some(update(ctx, input).await)
    }

    /// Archives a customer group: it goes to nobody new; those who have it keep it, and it counts. Needs CUSTOMER_GROUP_EDIT everywhere. Codes: NOT_FOUND, FORBIDDEN, STALE, IDEMPOTENCY_MISMATCH.
    async fn customer_group_archive(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which group.")] input: CustomerGroupArchiveInput,
    ) -> Option<Result<CustomerGroupArchivePayload>> {
        Some(archive(ctx, input).await)
    }

    /// Makes an archived customer group assignable again. Needs CUSTOMER_GROUP_EDIT everywhere. Codes: NOT_FOUND, FORBIDDEN, STALE, IDEMPOTENCY_MISMATCH.
    async fn customer_group_restore(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which group.")] input: CustomerGroupRestoreInput,
    ) -> Option<Result<CustomerGroupRestorePayload>> {
        Some(restore(ctx, input).await)
    }

    /// Deletes a customer group: replaceWithId moves every use to another group, prices too, replaceWithNone clears it and ends its prices, with neither it is refused while in use. Needs CUSTOMER_GROUP_DELETE everywhere; CUSTOMER_GROUP_ASSIGN too when somebody was given it, PRICE_EDIT when it has prices. Codes: INVALID, NOT_FOUND, FORBIDDEN, STALE, IN_USE, ARCHIVED, IDEMPOTENCY_MISMATCH.
    async fn customer_group_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which group.")] input: CustomerGroupDeleteInput,
    ) -> Option<Result<CustomerGroupDeletePayload>> {
        Some(replace::delete(ctx, input).await)
    }

    /// Merges a customer group into another one: everything that has it gets the other, its prices too, and it is deleted. Where both have a price of one key, the lower amount stays. Needs CUSTOMER_GROUP_DELETE everywhere; CUSTOMER_GROUP_ASSIGN too when somebody was given it, PRICE_EDIT when it has prices. Codes: INVALID, NOT_FOUND, FORBIDDEN, STALE, ARCHIVED, IDEMPOTENCY_MISMATCH.
    async fn customer_group_merge(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which group goes, and into which one.")] input: CustomerGroupMergeInput,
    ) -> Option<Result<CustomerGroupMergePayload>> {
        Some(replace::merge(ctx, input).await)
    }

    /// Gives a customer group to one organization or contact, or takes it away. Needs CUSTOMER_GROUP_ASSIGN over it. Codes: REQUIRED, INVALID, NOT_FOUND, FORBIDDEN, STALE, ARCHIVED, IDEMPOTENCY_MISMATCH.
    async fn customer_group_assign(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who gets which group.")] input: CustomerGroupAssignInput,
    ) -> Option<Result<CustomerGroupAssignPayload>> {
        Some(assign::assign(ctx, input).await)
    }
}

async fn create(
    ctx: &Context<'_>,
    input: CustomerGroupCreateInput,
) -> Result<CustomerGroupCreatePayload> {
    let change = CreateCustomerGroup {
        name: input.name,
        rank: input.rank,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(CustomerGroupCreatePayload {
        customer_group: outcome.row().map(CustomerGroup),
        user_errors: outcome.user_errors,
    })
}

async fn update(
    ctx: &Context<'_>,
    input: CustomerGroupUpdateInput,
) -> Result<CustomerGroupUpdatePayload> {
    let change = UpdateCustomerGroup {
        id: decode::<customer_group::Entity>(&input.id)?,
        name: input.name,
        rank: input.rank,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(CustomerGroupUpdatePayload {
        customer_group: outcome.row().map(CustomerGroup),
        user_errors: outcome.user_errors,
    })
}

async fn archive(
    ctx: &Context<'_>,
    input: CustomerGroupArchiveInput,
) -> Result<CustomerGroupArchivePayload> {
    let change = ArchiveCustomerGroup {
        id: decode::<customer_group::Entity>(&input.id)?,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms.with_impact(ctx)).await)?;
    Ok(CustomerGroupArchivePayload {
        customer_group: outcome.row().map(CustomerGroup),
        impact: impact(ctx, &outcome).await?,
        user_errors: outcome.user_errors,
    })
}

async fn restore(
    ctx: &Context<'_>,
    input: CustomerGroupRestoreInput,
) -> Result<CustomerGroupRestorePayload> {
    let change = RestoreCustomerGroup {
        id: decode::<customer_group::Entity>(&input.id)?,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(CustomerGroupRestorePayload {
        customer_group: outcome.row().map(CustomerGroup),
        user_errors: outcome.user_errors,
    })
}
