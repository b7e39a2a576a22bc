//! Changing and claiming orders.

use crate::access::Token;
use crate::error::{Result, UserError};
use crate::graphql::at_once::Quick;
use crate::graphql::context::Ask;
use crate::graphql::global_id::decode;
use crate::graphql::scalars::Date;
use crate::graphql::terms::{ChangeTerms, CreateTerms, or_user_errors};
use crate::orders::list::OrderStatus;
use crate::orders::object::Order;
use crate::orders::service::{ChangeOrder, ClaimOrder, RequestClaim};
use crate::payload;
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::sales_order;
use entity::sales_order::Status;

/// A change of an order. Absent leaves a field as it is, null clears it. What was ordered cannot be changed.
#[derive(InputObject)]
pub struct OrderUpdateInput {
    /// Which order.
    id: ID,
    /// How far it is. Cannot be cleared.
    status: MaybeUndefined<OrderStatus>,
    /// The number that the ERP gave it, at most 255 characters; unique.
    erp_number: MaybeUndefined<String>,
    /// The day by which it is wanted.
    requested_on: MaybeUndefined<Date>,
    /// Notes, at most 10,000 characters.
    notes: MaybeUndefined<String>,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// Which guest order somebody wants to make their own.
#[derive(InputObject)]
pub struct OrderClaimRequestInput {
    /// The number of the order.
    number: String,
    /// The e-mail address that was given with it, without regard to case.
    email: String,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// By what to make a guest order one's own.
#[derive(InputObject)]
pub struct OrderClaimInput {
    /// The token out of the letter.
    token: String,
    #[graphql(flatten)]
    terms: CreateTerms,
}

payload!(OrderUpdatePayload, order: Quick<Order>, "order", "orderUpdate");
payload!(OrderClaimPayload, order: Quick<Order>, "order", "orderClaim");

/// What orderClaimRequest answers: the same for every number and every address.
#[derive(SimpleObject)]
pub struct OrderClaimRequestPayload {
    /// Why nothing was done; empty whether there is such an order or not.
    user_errors: Vec<UserError>,
}

/// The mutations that change orders.
#[derive(Default)]
pub struct OrderMutation;

#[Object]
impl OrderMutation {
    /// Changes how far an order is, and what others call it. Needs ORDER_EDIT over its organization, without one everywhere. Codes: INVALID, TOO_LONG, TAKEN, NOT_FOUND, FORBIDDEN, STALE, IDEMPOTENCY_MISMATCH.
    async fn order_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: OrderUpdateInput,
    ) -> Option<Result<OrderUpdatePayload>> {
        Some(update(ctx, input).await)
    }

    /// Asks for a letter by which a guest order can be made your own. It is answered at once and the same whether there is such an order or not; the letter goes to the address that was given with the order, at most three an hour, names your login, and changes nothing by itself. Needs an account with a contact, which may cause five an hour. Codes: INVALID, FORBIDDEN, IDEMPOTENCY_MISMATCH.
    async fn order_claim_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which order.")] input: OrderClaimRequestInput,
    ) -> Option<Result<OrderClaimRequestPayload>> {
        Some(request(ctx, input).await)
    }

    /// Makes a guest order your own by the token out of the letter that your account asked for. It is good once, for two days, and for nobody else. Codes: TOKEN_EXPIRED, INVALID, FORBIDDEN, IDEMPOTENCY_MISMATCH.
    async fn order_claim(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By what token.")] input: OrderClaimInput,
    ) -> Option<Result<OrderClaimPayload>> {
        Some(claim(ctx, input).await)
    }
}

async fn update(ctx: &Context<'_>, input: OrderUpdateInput) -> Result<OrderUpdatePayload> {
    let change = ChangeOrder {
        id: decode::<sales_order::Entity>(&input.id)?,
        status: input.status.map_value(Status::from),
        erp_number: input.erp_number,
        requested_on: input.requested_on.map_value(|day| day.0),
        notes: input.notes,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(OrderUpdatePayload {
        order: outcome.row().map(Order).map(Quick),
        user_errors: outcome.user_errors,
    })
}

async fn request(
    ctx: &Context<'_>,
    input: OrderClaimRequestInput,
) -> Result<OrderClaimRequestPayload> {
    let change = RequestClaim {
        number: input.number,
        email: input.email,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(OrderClaimRequestPayload {
        user_errors: outcome.user_errors,
    })
}

async fn claim(ctx: &Context<'_>, input: OrderClaimInput) -> Result<OrderClaimPayload> {
    let change = ClaimOrder {
        token: Token::received(input.token),
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(OrderClaimPayload {
        order: outcome.row().map(Order).map(Quick),
        user_errors: outcome.user_errors,
    })
}
