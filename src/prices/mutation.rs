//! Changing prices: decoding what was asked and handing it over.

use super::list::PriceSource;
use super::object::Price;
use super::service::{
    BulkUpsertPrices, DeletePrice, ErrorPolicy, PriceRow, PriceWarning, ShownRow, UpsertPrice,
};
use crate::deletion;
use crate::error::{Error, Result, UserError};
use crate::graphql::at_once::Quick;
use crate::graphql::context::Ask;
use crate::graphql::global_id::{decode, decode_maybe, decode_optional};
use crate::graphql::scalars::{CurrencyCode, DateTime, Decimal};
use crate::graphql::terms::{ChangeTerms, CreateTerms, or_user_errors};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entity::{account, customer_group, price};

/// A price to make or to change.
#[derive(InputObject)]
pub struct PriceRowInput {
    /// Which price to change; without it the one of the same variant, market, currency, buyer, minQuantity, validFrom and validUntil, else a new one is made. With it absent fields stay as they are.
    id: Option<ID>,
    /// The code of the variant, 1 to 255 characters, case-sensitive; outer blanks go.
    variant_code: String,
    /// The code of the market.
    market: String,
    /// Whom it is for.
    source: PriceSource,
    /// The customer group that it is for; for the source CUSTOMER_GROUP, and no other.
    customer_group_id: MaybeUndefined<ID>,
    /// The account that it is for; for the source ACCOUNT, and no other.
    account_id: MaybeUndefined<ID>,
    /// From how many on it counts: from 0 to below 10^9, at most 9 decimals; 0 when absent or null.
    min_quantity: MaybeUndefined<Decimal>,
    /// What one unit costs: from 0 to below 10^12, at most 6 decimals.
    amount: Decimal,
    /// In which currency, of ISO 4217.
    currency: CurrencyCode,
    /// From when on it counts, inclusive. Without it a price that is otherwise the same and has begun is changed, else a new one begins now. Cannot be cleared.
    valid_from: MaybeUndefined<DateTime>,
    /// Until when it counts, exclusive; after validFrom. Null for ever.
    valid_until: MaybeUndefined<DateTime>,
}

/// A price to make or to change.
#[derive(InputObject)]
pub struct PriceUpsertInput {
    #[graphql(flatten)]
    row: PriceRowInput,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// Prices to make or to change.
#[derive(InputObject)]
pub struct PriceBulkUpsertInput {
    /// The prices, at most 500. Two of them for the same price are a CONFLICT at the later one.
    rows: Vec<PriceRowInput>,
    /// What becomes of the others when one is refused.
    #[graphql(default_with = "ErrorPolicy::RejectEverything")]
    error_policy: ErrorPolicy,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// The price to delete.
#[derive(InputObject)]
pub struct PriceDeleteInput {
    /// Which price.
    id: ID,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// What priceUpsert answers.
#[derive(SimpleObject)]
pub struct PriceUpsertPayload {
    /// The price as it is now; null when the change was refused, or a new one only validated.
    price: Option<Quick<Price>>,
    /// Whether it is a new one; false when the change was refused.
    created: bool,
    /// What is odd about it although it was written.
    warnings: Vec<PriceWarning>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// What became of one row of priceBulkUpsert.
#[derive(SimpleObject)]
pub struct PriceRowPayload {
    /// The price as it is now; null when the row was refused, not written because of others, or a new one only validated.
    price: Option<Quick<Price>>,
    /// Whether it is a new one; false when it was not written.
    created: bool,
    /// What is odd about it although it was written.
    warnings: Vec<PriceWarning>,
    /// Why this row was refused; paths begin with rows and its position.
    user_errors: Vec<UserError>,
}

/// What priceBulkUpsert answers.
#[derive(SimpleObject)]
pub struct PriceBulkUpsertPayload {
    /// What became of each row, in the order of the input.
    results: Vec<PriceRowPayload>,
    /// Why rows were refused, all of them in the order of the input. With REJECT_EVERYTHING nothing was written unless it is empty.
    user_errors: Vec<UserError>,
}

deletion!(PriceDeletePayload, "priceDelete");

/// The mutations of prices.
#[derive(Default)]
pub struct PriceMutation;

#[Object]
impl PriceMutation {
    /// Makes a price, or changes the one of this id or of the same key. Needs PRICE_EDIT everywhere. Codes: REQUIRED, INVALID, TOO_LONG, NOT_FOUND, FORBIDDEN, STALE, CONFLICT, ARCHIVED, IDEMPOTENCY_MISMATCH.
    async fn price_upsert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to make or to change.")] input: PriceUpsertInput,
    ) -> Option<Result<PriceUpsertPayload>> {
        Some(upsert(ctx, input).await)
    }

    /// Makes and changes up to 500 prices in one transaction, each as priceUpsert does. Needs PRICE_EDIT everywhere. Codes: REQUIRED, INVALID, TOO_LONG, NOT_FOUND, FORBIDDEN, CONFLICT, ARCHIVED, IDEMPOTENCY_MISMATCH.
    async fn price_bulk_upsert(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to make and to change.")] input: PriceBulkUpsertInput,
    ) -> Option<Result<PriceBulkUpsertPayload>> {
        Some(bulk_upsert(ctx, input).await)
    }

    /// Deletes a price. Needs PRICE_EDIT everywhere. Codes: NOT_FOUND, FORBIDDEN, STALE, IDEMPOTENCY_MISMATCH.
    async fn price_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to delete.")] input: PriceDeleteInput,
    ) -> Option<Result<PriceDeletePayload>> {
        Some(delete(ctx, input).await)
    }
}

impl PriceRowInput {
    fn decode(self) -> Result<PriceRow> {
        Ok(PriceRow {
            id: decode_optional::<price::Entity>(self.id.as_ref())?,
            variant_code: self.variant_code,
            market: self.market,
            source: self.source.into(),
            customer_group_id: decode_maybe::<customer_group::Entity>(&self.customer_group_id)?,
            account_id: decode_maybe::<account::Entity>(&self.account_id)?,
            min_quantity: self.min_quantity,
            amount: self.amount,
            currency: self.currency.0,
            valid_from: self.valid_from.map_value(|instant| instant.0),
            valid_until: self.valid_until.map_value(|instant| instant.0),
        })
    }
}

async fn upsert(ctx: &Context<'_>, input: PriceUpsertInput) -> Result<PriceUpsertPayload> {
    let change = UpsertPrice(input.row.decode()?);
    let (shown, user_errors) = match ctx.write(change, input.terms).await {
        Ok(shown) => (shown, Vec::new()),
        Err(Error::Invalid(user_errors)) => (ShownRow::default(), user_errors),
        Err(other) => return Err(other),
    };
    Ok(PriceUpsertPayload {
        price: shown.price.map(Price::from).map(Quick),
        created: shown.created,
        warnings: shown.warnings,
        user_errors,
    })
}

async fn bulk_upsert(
    ctx: &Context<'_>,
    input: PriceBulkUpsertInput,
) -> Result<PriceBulkUpsertPayload> {
    let rows: Result<Vec<_>> = input.rows.into_iter().map(PriceRowInput::decode).collect();
    let rows = rows?;
    let count = rows.len();
    let change = BulkUpsertPrices {
        rows,
        policy: input.error_policy,
    };
    let (shown, user_errors) = match ctx.write(change, input.terms).await {
        Ok(shown) => {
            let mistakes = shown.iter().flat_map(|row| &row.mistakes);
            let mistakes = mistakes.cloned().collect();
            (shown, mistakes)
        }
        Err(Error::Invalid(user_errors)) => (refused(count, &user_errors), user_errors),
        Err(other) => return Err(other),
    };
    let result = |row: ShownRow| PriceRowPayload {
        price: row.price.map(Price::from).map(Quick),
        created: row.created,
        warnings: row.warnings,
        user_errors: row.mistakes,
    };
    Ok(PriceBulkUpsertPayload {
        results: shown.into_iter().map(result).collect(),
        user_errors,
    })
}

/// The answers for `count` rows of which none was written, each with its own mistakes.
fn refused(count: usize, mistakes: &[UserError]) -> Vec<ShownRow> {
    let row = |place: usize| {
        let place = place.to_string();
        let own = mistakes
            .iter()
            .filter(|mistake| mistake.path.get(1) == Some(&place));
        ShownRow {
            mistakes: own.cloned().collect(),
            ..ShownRow::default()
        }
    };
    (0..count).map(row).collect()
}

async fn delete(ctx: &Context<'_>, input: PriceDeleteInput) -> Result<PriceDeletePayload> {
    let change = DeletePrice {
        id: decode::<price::Entity>(&input.id)?,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(PriceDeletePayload {
        deleted_id: outcome.deleted_id(),
        user_errors: outcome.user_errors,
    })
}
