//! Changing markets: decoding what was asked and handing it over.

use super::object::Market;
use super::service::UpsertMarket;
use crate::error::{Error, Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::scalars::CurrencyCode;
use crate::graphql::terms::ChangeTerms;
use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};

/// A market to make or to change. Absent leaves a field as it is.
#[derive(InputObject)]
pub struct MarketUpsertInput {
    /// What it is known by, 1 to 255 characters, case-sensitive. A market of this code is changed, else one is made.
    code: String,
    /// The name, 1 to 512 characters. A new market needs one; cannot be cleared.
    name: MaybeUndefined<String>,
    /// The currency where nobody names one, of ISO 4217. A new market needs one; cannot be cleared.
    default_currency: MaybeUndefined<CurrencyCode>,
    /// Codes of countries, two capital letters each, at most 300; null for none.
    countries: MaybeUndefined<Vec<String>>,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// What marketUpsert answers.
#[derive(SimpleObject)]
pub struct MarketUpsertPayload {
    /// The market as it is now; null when the change was refused, or a new one only validated.
    market: Option<Market>,
    /// Whether there was none of this code before; false when the change was refused.
    created: bool,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// The mutations of markets.
#[derive(Default)]
pub struct MarketMutation;

#[Object]
impl MarketMutation {
    /// Makes a market, or changes the one of this code. Needs PRICE_EDIT everywhere. Codes: REQUIRED, INVALID, TOO_LONG, FORBIDDEN, STALE, IDEMPOTENCY_MISMATCH.
    async fn market_upsert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to make or to change.")] input: MarketUpsertInput,
    ) -> Option<Result<MarketUpsertPayload>> {
        Some(upsert(ctx, input).await)
    }
}

async fn upsert(ctx: &Context<'_>, input: MarketUpsertInput) -> Result<MarketUpsertPayload> {
    let change = UpsertMarket {
        code: input.code,
        name: input.name,
        default_currency: input.default_currency.map_value(|currency| currency.0),
        countries: input.countries,
    };
    match ctx.write(change, input.terms).await {
        Ok(shown) => Ok(MarketUpsertPayload {
            market: shown.row.map(Market),
            created: shown.created,
            user_errors: Vec::new(),
        }),
        Err(Error::Invalid(user_errors)) => Ok(MarketUpsertPayload {
            market: None,
            created: false,
            user_errors,
        }),
        Err(other) => Err(other),
    }
}
