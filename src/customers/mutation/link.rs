//! Letting accounts order for customers: decoding what was asked and handing it over.

use crate::customers::object::CustomerLink;
use crate::customers::service::{DeleteLink, UpsertLink};
use crate::error::{Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::global_id::{decode, decode_all, decode_optional};
use crate::graphql::scalars::DateTime;
use crate::graphql::terms::{ChangeTerms, or_user_errors};
use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entity::{account, customer, customer_link};

/// For which customer an account may order, and how. It is the whole of it: what is absent is as for a new link.
#[derive(InputObject)]
pub struct CustomerLinkUpsertInput {
    /// Whose link.
    account_id: ID,
    /// For which customer: a bill-to.
    customer_id: ID,
    /// Whether an order that names no customer is for this one. The account's other default, if it has one, is none any more.
    #[graphql(default = false)]
    is_default: bool,
    /// To which of its ship-tos the account may have sent, at most 500; all of them, also later ones, when absent or null. A bill-to that goods may be sent to is always among them.
    ship_to_ids: Option<Vec<ID>>,
    /// Where an order goes that names no ship-to; one of those allowed.
    default_ship_to_id: Option<ID>,
    /// From when it counts, inclusive; since ever when absent or null.
    valid_from: Option<DateTime>,
    /// Until when it counts, exclusive; for ever when absent or null.
    valid_until: Option<DateTime>,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// An end of a link.
#[derive(InputObject)]
pub struct CustomerLinkDeleteInput {
    /// Which link.
    id: ID,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// What customerLinkUpsert answers.
#[derive(SimpleObject)]
pub struct CustomerLinkUpsertPayload {
    /// The link as it is now; null when the change was refused.
    customer_link: Option<CustomerLink>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What customerLinkDelete answers.
#[derive(SimpleObject)]
pub struct CustomerLinkDeletePayload {
    /// The id that is gone; null when the deletion was refused.
    deleted_id: Option<ID>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// The mutations of links between accounts and customers.
#[derive(Default)]
pub struct CustomerLinkMutation;

#[Object]
impl CustomerLinkMutation {
    /// Lets an account order for a customer, or changes how it may: one link for each account and customer. Needs CUSTOMER_EDIT over the customer, to see the account, and over the customer, for as long as the link lasts, what the account gains: CUSTOMER_VIEW, ORDER_VIEW and ORDER_PLACE. Codes: INVALID, NOT_FOUND, FORBIDDEN, OUT_OF_SCOPE, STALE, IDEMPOTENCY_MISMATCH.
    async fn customer_link_upsert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who may order for whom.")] input: CustomerLinkUpsertInput,
    ) -> Option<Result<CustomerLinkUpsertPayload>> {
        Some(upsert(ctx, input).await)
    }

    /// Ends a link, at once: the account neither sees the customer by it nor orders for it any more. Needs CUSTOMER_EDIT over the customer. Codes: NOT_FOUND, FORBIDDEN, STALE, IDEMPOTENCY_MISMATCH.
    async fn customer_link_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which link to end.")] input: CustomerLinkDeleteInput,
    ) -> Option<Result<CustomerLinkDeletePayload>> {
        Some(delete(ctx, input).await)
    }
}

async fn upsert(
    ctx: &Context<'_>,
    input: CustomerLinkUpsertInput,
) -> Result<CustomerLinkUpsertPayload> {
    let ship_to_ids = input.ship_to_ids.as_deref();
    let change = UpsertLink {
        account_id: decode::<account::Entity>(&input.account_id)?,
        customer_id: decode::<customer::Entity>(&input.customer_id)?,
        is_default: input.is_default,
        ship_to_ids: ship_to_ids
            .map(decode_all::<customer::Entity>)
            .transpose()?,
        default_ship_to_id: decode_optional::<customer::Entity>(input.default_ship_to_id.as_ref())?,
        valid_from: input.valid_from.map(|instant| instant.0),
        valid_until: input.valid_until.map(|instant| instant.0),
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(CustomerLinkUpsertPayload {
        customer_link: outcome.row().map(CustomerLink),
        user_errors: outcome.user_errors,
    })
}

async fn delete(
    ctx: &Context<'_>,
    input: CustomerLinkDeleteInput,
) -> Result<CustomerLinkDeletePayload> {
    let change = DeleteLink {
        id: decode::<customer_link::Entity>(&input.id)?,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(CustomerLinkDeletePayload {
        deleted_id: outcome.deleted_id(),
        user_errors: outcome.user_errors,
    })
}
