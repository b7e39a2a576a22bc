//! Changing roles and who holds them: decoding what was asked and handing it over.

use super::object::{Role, RoleAssignment, RoleScope};
use super::rules::saved;
use super::service::{AssignRole, CreateRole, DeleteRole, RevokeRole, UpdateRole};
use crate::access::Permission;
use crate::error::Result;
use crate::graphql::context::Ask;
use crate::graphql::global_id::{decode, decode_optional};
use crate::graphql::scalars::DateTime;
use crate::graphql::terms::{ChangeTerms, CreateTerms, or_user_errors};
use crate::{deletion, payload};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};
use entity::{account, organization, role, role_assignment};

/// A new role.
#[derive(InputObject)]
pub struct RoleCreateInput {
    /// The name, 1 to 512 characters; unique without regard to case.
    name: String,
    /// What it is for, at most 10,000 characters.
    description: Option<String>,
    /// What it holds. To edit, create, delete or assign something brings along to view it.
    permissions: Vec<Permission>,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// A change of a role. Absent leaves a field as it is.
#[derive(InputObject)]
pub struct RoleUpdateInput {
    /// Which role.
    id: ID,
    /// The name, 1 to 512 characters; unique without regard to case. Cannot be cleared; roles kept by the system keep theirs.
    name: MaybeUndefined<String>,
    /// What it is for, at most 10,000 characters; null clears it.
    description: MaybeUndefined<String>,
    /// All that it is to hold. To edit, create, delete or assign something brings along to view it. Cannot be cleared; an empty list takes everything away.
    permissions: MaybeUndefined<Vec<Permission>>,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// The role to delete.
#[derive(InputObject)]
pub struct RoleDeleteInput {
    /// Which role.
    id: ID,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// Who is to hold which role, where and for how long.
#[derive(InputObject)]
pub struct RoleAssignInput {
    /// Who.
    account_id: ID,
    /// Which role; not Everyone and not Registered, which every account has.
    role_id: ID,
    /// Where it counts.
    scope: RoleScope,
    /// Over which organization: for SUBTREE and NODE, and for these only.
    organization_id: Option<ID>,
    /// From when on, inclusive; since ever when absent.
    valid_from: Option<DateTime>,
    /// Until when, exclusive; for ever when absent. In the future, and after validFrom.
    valid_until: Option<DateTime>,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// The assignment to take back.
#[derive(InputObject)]
pub struct RoleRevokeInput {
    /// Which assignment; always at version 1.
    id: ID,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

payload!(RoleCreatePayload, role: Role, "role", "roleCreate");
payload!(RoleUpdatePayload, role: Role, "role", "roleUpdate");
payload!(RoleAssignPayload, role_assignment: RoleAssignment, "assignment", "roleAssign");

deletion!(RoleDeletePayload, "roleDelete");
deletion!(RoleRevokePayload, "roleRevoke");

/// The mutations of roles.
#[derive(Default)]
pub struct RoleMutation;

#[Object]
impl RoleMutation {
    /// Adds a role. Needs ROLE_CREATE everywhere, and every permission that it is to hold. Codes: REQUIRED, INVALID, TOO_LONG, TAKEN, FORBIDDEN, OUT_OF_SCOPE, IDEMPOTENCY_MISMATCH.
    async fn role_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to create.")] input: RoleCreateInput,
    ) -> Option<Result<RoleCreatePayload>> {
        Some(create(ctx, input).await)
    }

    /// Changes a role, at once for everybody who holds it. Needs ROLE_EDIT everywhere, and a permission that is added over every scope in which somebody holds the role. Codes: REQUIRED, INVALID, TOO_LONG, TAKEN, NOT_FOUND, FORBIDDEN, OUT_OF_SCOPE, STALE, IDEMPOTENCY_MISMATCH.
    async fn role_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: RoleUpdateInput,
    ) -> Option<Result<RoleUpdatePayload>> {
        Some(update(ctx, input).await)
    }

    /// Deletes a role that nobody holds. Needs ROLE_DELETE everywhere. Codes: NOT_FOUND, FORBIDDEN, IN_USE, STALE, IDEMPOTENCY_MISMATCH.
    async fn role_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which role.")] input: RoleDeleteInput,
    ) -> Option<Result<RoleDeletePayload>> {
        Some(delete(ctx, input).await)
    }

    /// Gives a role to an account. Needs ROLE_ASSIGN and every permission of the role over the whole scope, for as long as it is given. Codes: REQUIRED, INVALID, NOT_FOUND, FORBIDDEN, OUT_OF_SCOPE, IDEMPOTENCY_MISMATCH.
    async fn role_assign(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who gets which role.")] input: RoleAssignInput,
    ) -> Option<Result<RoleAssignPayload>> {
        Some(assign(ctx, input).await)
    }

    /// Takes a role from an account, with effect from the next request on. Needs ROLE_ASSIGN over its scope. Codes: NOT_FOUND, FORBIDDEN, OUT_OF_SCOPE, LAST_HOLDER, STALE, IDEMPOTENCY_MISMATCH.
    async fn role_revoke(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which assignment.")] input: RoleRevokeInput,
    ) -> Option<Result<RoleRevokePayload>> {
        Some(revoke(ctx, input).await)
    }
}

async fn create(ctx: &Context<'_>, input: RoleCreateInput) -> Result<RoleCreatePayload> {
    let change = CreateRole {
        name: input.name,
        description: input.description,
        permissions: input.permissions,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(RoleCreatePayload {
        role: outcome.row().map(Role::from),
        user_errors: outcome.user_errors,
    })
}

async fn update(ctx: &Context<'_>, input: RoleUpdateInput) -> Result<RoleUpdatePayload> {
    let change = UpdateRole {
        id: decode::<role::Entity>(&input.id)?,
        name: input.name,
        description: input.description,
        permissions: input.permissions,
    };
    // What a role holds stands in a table of its own, which after a trial is as it was before.
    let would_hold = change.permissions.value().map(|asked| saved(asked));
    let would_hold = would_hold.filter(|_| input.terms.validate_only);
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(RoleUpdatePayload {
        role: outcome.row().map(|row| match would_hold {
            Some(held) => Role::holding(row, held),
            None => Role::from(row),
        }),
        user_errors: outcome.user_errors,
    })
}

async fn delete(ctx: &Context<'_>, input: RoleDeleteInput) -> Result<RoleDeletePayload> {
    let id = decode::<role::Entity>(&input.id)?;
    let outcome = or_user_errors(ctx.write(DeleteRole { id }, input.terms).await)?;
    Ok(RoleDeletePayload {
        deleted_id: outcome.deleted_id(),
        user_errors: outcome.user_errors,
    })
}

async fn assign(ctx: &Context<'_>, input: RoleAssignInput) -> Result<RoleAssignPayload> {
    let change = AssignRole {
        account_id: decode::<account::Entity>(&input.account_id)?,
        role_id: decode::<role::Entity>(&input.role_id)?,
        scope: input.scope.into(),
        organization_id: decode_optional::<organization::Entity>(input.organization_id.as_ref())?,
        valid_from: input.valid_from.map(|at| at.0),
        valid_until: input.valid_until.map(|at| at.0),
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(RoleAssignPayload {
        role_assignment: outcome.row().map(RoleAssignment),
        user_errors: outcome.user_errors,
    })
}

async fn revoke(ctx: &Context<'_>, input: RoleRevokeInput) -> Result<RoleRevokePayload> {
    let id = decode::<role_assignment::Entity>(&input.id)?;
    let outcome = or_user_errors(ctx.write(RevokeRole { id }, input.terms).await)?;
    Ok(RoleRevokePayload {
        deleted_id: outcome.deleted_id(),
        user_errors: outcome.user_errors,
    })
}
