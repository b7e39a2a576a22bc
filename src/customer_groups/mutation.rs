//! Changing customer groups: decoding what was asked and handing it over.

use super::object::CustomerGroup;
use super::service::{
    ArchiveCustomerGroup, AssignToContact, AssignToOrganization, CreateCustomerGroup,
    DeleteCustomerGroup, Replacement, RestoreCustomerGroup, UpdateCustomerGroup,
};
use crate::contacts::object::Contact;
use crate::error::{Code, Error, Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::global_id::{decode, decode_maybe, decode_optional};
use crate::graphql::terms::{ChangeTerms, CreateTerms, given, or_user_errors};
use crate::organizations::object::Organization;
use crate::payload;
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::{contact, customer_group, organization};

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

/// The group to delete, and what takes its place. With neither replacement a group in use is not deleted.
#[derive(InputObject)]
pub struct CustomerGroupDeleteInput {
    /// Which group.
    id: ID,
    /// The group that everybody who had it gets.
    replace_with_id: Option<ID>,
    /// Whether everybody who had it gets none.
    #[graphql(default = false)]
    replace_with_none: bool,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// Who is to have which group: one of organizationId and contactId.
#[derive(InputObject)]
pub struct CustomerGroupAssignInput {
    /// The organization to give it to.
    organization_id: Option<ID>,
    /// The contact to give it to.
    contact_id: Option<ID>,
    /// The group; null takes it away. Must be given.
    customer_group_id: MaybeUndefined<ID>,
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
    CustomerGroupArchivePayload,
    customer_group: CustomerGroup,
    "group",
    "customerGroupArchive"
);
payload!(
    CustomerGroupRestorePayload,
    customer_group: CustomerGroup,
    "group",
    "customerGroupRestore"
);

/// What customerGroupDelete answers.
#[derive(SimpleObject)]
pub struct CustomerGroupDeletePayload {
    /// The id that is gone, never to be given out again; null when the deletion was refused.
    deleted_id: Option<ID>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What customerGroupAssign answers.
#[derive(SimpleObject)]
pub struct CustomerGroupAssignPayload {
    /// The organization as it is now, when one was named and nothing refused.
    organization: Option<Organization>,
    /// The contact as it is now, when one was named and nothing refused.
    contact: Option<Contact>,
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

    /// Deletes a customer group: replaceWithId moves every use to another group, replaceWithNone clears it, with neither it is refused while in use. Needs CUSTOMER_GROUP_DELETE everywhere, with a replacement CUSTOMER_GROUP_ASSIGN too. Codes: INVALID, NOT_FOUND, FORBIDDEN, STALE, IN_USE, ARCHIVED, IDEMPOTENCY_MISMATCH.
    async fn customer_group_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which group.")] input: CustomerGroupDeleteInput,
    ) -> Option<Result<CustomerGroupDeletePayload>> {
        Some(delete(ctx, input).await)
    }

    /// Gives a customer group to one organization or contact, or takes it away. Needs CUSTOMER_GROUP_ASSIGN over it. Codes: REQUIRED, INVALID, NOT_FOUND, FORBIDDEN, STALE, ARCHIVED, IDEMPOTENCY_MISMATCH.
    async fn customer_group_assign(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who gets which group.")] input: CustomerGroupAssignInput,
    ) -> Option<Result<CustomerGroupAssignPayload>> {
        Some(assign(ctx, input).await)
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
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(CustomerGroupArchivePayload {
        customer_group: outcome.row().map(CustomerGroup),
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

async fn delete(
    ctx: &Context<'_>,
    input: CustomerGroupDeleteInput,
) -> Result<CustomerGroupDeletePayload> {
    ctx.db().signed_in()?;
    let id = decode::<customer_group::Entity>(&input.id)?;
    let heir = decode_optional::<customer_group::Entity>(input.replace_with_id.as_ref())?;
    let written = match (heir, input.replace_with_none) {
        (Some(_), true) => Err(Error::invalid(
            Code::Invalid,
            "replaceWithId",
            "give one of replaceWithId and replaceWithNone, not both",
        )),
        (Some(heir), false) => {
            ctx.write(
                DeleteCustomerGroup {
                    id,
                    replacement: Replacement::Group(heir),
                },
                input.terms,
            )
            .await
        }
        (None, true) => {
            ctx.write(
                DeleteCustomerGroup {
                    id,
                    replacement: Replacement::Nothing,
                },
                input.terms,
            )
            .await
        }
        (None, false) => {
            ctx.write(
                DeleteCustomerGroup {
                    id,
                    replacement: Replacement::Refused,
                },
                input.terms,
            )
            .await
        }
    };
    let outcome = or_user_errors(written)?;
    Ok(CustomerGroupDeletePayload {
        deleted_id: outcome.deleted_id(),
        user_errors: outcome.user_errors,
    })
}

async fn assign(
    ctx: &Context<'_>,
    input: CustomerGroupAssignInput,
) -> Result<CustomerGroupAssignPayload> {
    ctx.db().signed_in()?;
    let organization = decode_optional::<organization::Entity>(input.organization_id.as_ref())?;
    let contact = decode_optional::<contact::Entity>(input.contact_id.as_ref())?;
    let group = decode_maybe::<customer_group::Entity>(&input.customer_group_id)?;
    let refused = |error| match error {
        Error::Invalid(user_errors) => Ok(CustomerGroupAssignPayload {
            organization: None,
            contact: None,
            user_errors,
        }),
        other => Err(other),
    };
    let customer_group_id = match given("customerGroupId", group) {
        Ok(group) => group,
        Err(absent) => return refused(absent),
    };
    match (organization, contact) {
        (Some(id), None) => {
            let outcome = or_user_errors(
                ctx.write(
                    AssignToOrganization {
                        id,
                        customer_group_id,
                    },
                    input.terms,
                )
                .await,
            )?;
            let organization = outcome.row().map(Organization);
            Ok(CustomerGroupAssignPayload {
                organization,
                contact: None,
                user_errors: outcome.user_errors,
            })
        }
        (None, Some(id)) => {
            let outcome = or_user_errors(
                ctx.write(
                    AssignToContact {
                        id,
                        customer_group_id,
                    },
                    input.terms,
                )
                .await,
            )?;
            let contact = outcome.row().map(Contact);
            Ok(CustomerGroupAssignPayload {
                organization: None,
                contact,
                user_errors: outcome.user_errors,
            })
        }
        _ => refused(Error::invalid(
            Code::Invalid,
            "organizationId",
            "give one of organizationId and contactId",
        )),
    }
}
