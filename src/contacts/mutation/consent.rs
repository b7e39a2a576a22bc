//! What a person says of marketing themselves.

use crate::contacts::object::Contact;
use crate::contacts::service::ChangeConsent;
use crate::error::Result;
use crate::graphql::context::Ask;
use crate::graphql::terms::{ChangeTerms, or_user_errors};
use crate::payload;
use async_graphql::{Context, InputObject, Object};

/// What you say of marketing.
#[derive(InputObject)]
pub struct ConsentChangeInput {
    /// Whether you agree to marketing.
    accepts_marketing: bool,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

payload!(ConsentChangePayload, contact: Contact, "contact", "consentChange");

/// The mutation by which people speak for themselves.
#[derive(Default)]
pub struct ConsentMutation;

#[Object]
impl ConsentMutation {
    /// Gives or withdraws your own consent to marketing; needs no permission. NOT_FOUND where your account belongs to no contact. Refused to those who act on behalf of somebody. Codes: INVALID, NOT_FOUND, FORBIDDEN, STALE, IDEMPOTENCY_MISMATCH.
    async fn consent_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What you say.")] input: ConsentChangeInput,
    ) -> Option<Result<ConsentChangePayload>> {
        Some(change(ctx, input).await)
    }
}

async fn change(ctx: &Context<'_>, input: ConsentChangeInput) -> Result<ConsentChangePayload> {
    let change = ChangeConsent {
        accepts_marketing: input.accepts_marketing,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(ConsentChangePayload {
        contact: outcome.row().map(Contact),
        user_errors: outcome.user_errors,
    })
}
