//! Changing sales reps: decoding what was asked and handing it over.

use super::object::SalesRep;
use super::service::{CreateRep, DeleteRep, Fields, UpdateRep};
use crate::error::{Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::global_id::{decode, decode_maybe, decode_optional};
use crate::graphql::terms::{ChangeTerms, CreateTerms, or_user_errors};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::{account, sales_rep};

/// A new sales rep.
#[derive(InputObject)]
pub struct SalesRepCreateInput {
    /// The ERP's number, unique, at most 255 characters; leading zeros count. It never changes.
    number: String,
    /// The name, at most 512 characters.
    name: String,
    /// What they are called at work, at most 255 characters.
    title: Option<String>,
    /// The e-mail address, at most 320 characters.
    email: Option<String>,
    /// The phone number, at most 255 characters.
    phone: Option<String>,
    /// The account that they sign in with; an account belongs to one sales rep at most.
    account_id: Option<ID>,
    /// To whom they report.
    manager_id: Option<ID>,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// A change of a sales rep. Absent leaves a field as it is, null clears it. The number stays.
#[derive(InputObject)]
pub struct SalesRepUpdateInput {
    /// Which sales rep.
    id: ID,
    /// The name, at most 512 characters. Cannot be cleared.
    name: MaybeUndefined<String>,
    /// What they are called at work, at most 255 characters.
    title: MaybeUndefined<String>,
    /// The e-mail address, at most 320 characters.
    email: MaybeUndefined<String>,
    /// The phone number, at most 255 characters.
    phone: MaybeUndefined<String>,
    /// The account that they sign in with; an account belongs to one sales rep at most.
    account_id: MaybeUndefined<ID>,
    /// To whom they report; nobody reports to themselves, directly or through others.
    manager_id: MaybeUndefined<ID>,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// A deletion of a sales rep.
#[derive(InputObject)]
pub struct SalesRepDeleteInput {
    /// Which sales rep.
    id: ID,
    /// Who gets their customers and reports. When absent or null, the customers have no primary sales rep any more, and the reports report to whom this one did.
    replace_with_id: Option<ID>,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// What salesRepCreate answers.
#[derive(SimpleObject)]
pub struct SalesRepCreatePayload {
    /// The new sales rep; null when it was refused or only validated.
    sales_rep: Option<SalesRep>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What salesRepUpdate answers.
#[derive(SimpleObject)]
pub struct SalesRepUpdatePayload {
    /// The sales rep as it is now; null when the change was refused.
    sales_rep: Option<SalesRep>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What salesRepDelete answers.
#[derive(SimpleObject)]
pub struct SalesRepDeletePayload {
    /// The id that is gone; null when the deletion was refused.
    deleted_id: Option<ID>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// The mutations of sales reps.
#[derive(Default)]
pub struct SalesRepMutation;

#[Object]
impl SalesRepMutation {
    /// Creates a sales rep. Needs CUSTOMER_CREATE everywhere; with an account or a manager also CUSTOMER_VIEW, ORDER_VIEW and ORDER_PLACE everywhere, which these gain. Codes: REQUIRED, INVALID, TOO_LONG, TAKEN, NOT_FOUND, FORBIDDEN, OUT_OF_SCOPE, IDEMPOTENCY_MISMATCH.
    async fn sales_rep_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to create.")] input: SalesRepCreateInput,
    ) -> Option<Result<SalesRepCreatePayload>> {
        Some(create(ctx, input).await)
    }

    /// Changes a sales rep. Needs CUSTOMER_EDIT everywhere; for another account or manager also CUSTOMER_VIEW, ORDER_VIEW and ORDER_PLACE everywhere, which these gain. Codes: REQUIRED, INVALID, TOO_LONG, TAKEN, NOT_FOUND, FORBIDDEN, OUT_OF_SCOPE, HIERARCHY_CYCLE, STALE, IDEMPOTENCY_MISMATCH.
    async fn sales_rep_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: SalesRepUpdateInput,
    ) -> Option<Result<SalesRepUpdatePayload>> {
        Some(update(ctx, input).await)
    }

    /// Deletes a sales rep: what was seen through it is not seen any more, at once. Needs CUSTOMER_DELETE everywhere; with a replacement also CUSTOMER_VIEW, ORDER_VIEW and ORDER_PLACE everywhere, which that one gains. Codes: INVALID, NOT_FOUND, FORBIDDEN, OUT_OF_SCOPE, STALE, IDEMPOTENCY_MISMATCH.
    async fn sales_rep_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to delete.")] input: SalesRepDeleteInput,
    ) -> Option<Result<SalesRepDeletePayload>> {
        Some(delete(ctx, input).await)
    }
}

async fn create(ctx: &Context<'_>, input: SalesRepCreateInput) -> Result<SalesRepCreatePayload> {
    let change = CreateRep {
        number: input.number,
        fields: Fields {
            name: MaybeUndefined::Value(input.name),
            title: given(input.title),
            email: given(input.email),
            phone: given(input.phone),
        },
        account_id: decode_optional::<account::Entity>(input.account_id.as_ref())?,
        manager_id: decode_optional::<sales_rep::Entity>(input.manager_id.as_ref())?,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(SalesRepCreatePayload {
        sales_rep: outcome.row().map(SalesRep),
        user_errors: outcome.user_errors,
    })
}

async fn update(ctx: &Context<'_>, input: SalesRepUpdateInput) -> Result<SalesRepUpdatePayload> {
    let change = UpdateRep {
        id: decode::<sales_rep::Entity>(&input.id)?,
        fields: Fields {
            name: input.name,
            title: input.title,
            email: input.email,
            phone: input.phone,
        },
        account_id: decode_maybe::<account::Entity>(&input.account_id)?,
        manager_id: decode_maybe::<sales_rep::Entity>(&input.manager_id)?,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(SalesRepUpdatePayload {
        sales_rep: outcome.row().map(SalesRep),
        user_errors: outcome.user_errors,
    })
}

async fn delete(ctx: &Context<'_>, input: SalesRepDeleteInput) -> Result<SalesRepDeletePayload> {
    let change = DeleteRep {
        id: decode::<sales_rep::Entity>(&input.id)?,
        replace_with_id: decode_optional::<sales_rep::Entity>(input.replace_with_id.as_ref())?,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(SalesRepDeletePayload {
        deleted_id: outcome.deleted_id(),
        user_errors: outcome.user_errors,
    })
}

/// A new sales rep has no value that could stay: absent and null are the same.
fn given(value: Option<String>) -> MaybeUndefined<String> {
    value.map_or(MaybeUndefined::Null, MaybeUndefined::Value)
}
