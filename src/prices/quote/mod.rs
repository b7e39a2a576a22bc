//! What variants cost a buyer, and why.

mod answer;

pub use answer::{PriceCandidate, PriceExplanation, PriceTier, VariantPrice, VariantPriceTiers};

use super::loader::{ApplyingTo, Basket, ByVariant, PayingAccountOf};
use super::object::unit_price;
use super::rules::{Buyer, Question, judge, tiers};
use crate::access::Granted;
use crate::customer_groups::effective;
use crate::customer_groups::rules::{Effective, Source as GroupSource};
use crate::error::{Error, Result};
use crate::graphql::at_once::Quick;
use crate::graphql::context::Ask;
use crate::graphql::scalars::{CurrencyCode, DateTime, Decimal};
use crate::markets::loader::MarketNamed;
use async_graphql::Context;
use chrono::Datelike;
use entity::price::{self, Quantity};
use entity::{contact, market};
use futures_util::future::try_join;
use std::collections::HashMap;
use std::sync::Arc;

/// Most variants of one question (T-136).
const MOST_CODES: usize = 200;

/// What is asked about prices, as the arguments say it.
pub struct Asking {
    pub variant_codes: Vec<String>,
    pub market: String,
    pub currency: Option<CurrencyCode>,
    pub at: Option<DateTime>,
}

/// Everything that decides about the prices of a basket for one buyer.
pub struct Quote {
    basket: Arc<Basket>,
    currency: Arc<str>,
    buyer: Buyer,
    /// The effective group and where it comes from; from nowhere without a contact.
    source: GroupSource,
    rows: Arc<ByVariant>,
}

impl Quote {
    fn applying(&self, code: &str) -> &[Granted<price::Entity>] {
        self.rows.get(code).map_or(&[], Vec::as_slice)
    }

    fn question(&self) -> Question<'_> {
        Question {
            market: self.basket.market,
            currency: &self.currency,
            buyer: self.buyer,
            quantity: self.basket.quantity.unwrap_or_default(),
            at: self.basket.at,
        }
    }
}

/// What each variant costs `contact`, or everybody: in the order asked, repeated codes in their places (T-136).
///
/// # Errors
/// `LimitExceeded` above 200 variants, `NotFound` for an unknown market (T-132), `BadRequest` for a quantity or an instant that means nothing.
pub async fn prices(
    ctx: &Context<'_>,
    asking: Asking,
    quantity: Option<Decimal>,
    contact: Option<&contact::Model>,
) -> Result<Vec<Quick<VariantPrice>>> {
    let quantity = match quantity {
        Some(quantity) => quantity
            .parts(Quantity::PLACES)
            .map(Quantity)
            .filter(|quantity| *quantity >= Quantity(0) && *quantity < Quantity::END)
            .ok_or_else(|| {
                Error::BadRequest(
                    "a quantity has 9 decimals at most and is from 0 to below 10^9".to_owned(),
                )
            })?,
        None => Quantity(10_i64.pow(Quantity::PLACES)),
    };
    let codes = asking.variant_codes.clone();
    let quote = Arc::new(quote(ctx, asking, Some(quantity), contact).await?);
    // A variant that is asked for twice is judged once.
    let mut chosen: HashMap<&str, Option<Granted<price::Entity>>> = HashMap::new();
    let mut answers = Vec::with_capacity(codes.len());
    for code in &codes {
        let chosen = chosen.entry(code.trim()).or_insert_with(|| {
            let rows = quote.applying(code.trim());
            let place = judge(rows, &quote.question()).chosen;
            place.and_then(|place| rows.get(place)).cloned()
        });
        answers.push(Quick(VariantPrice {
            quote: Arc::clone(&quote),
            asked: code.clone(),
            chosen: chosen.clone(),
        }));
    }
    Ok(answers)
}

/// The quantity steps of each variant for `contact`, or everybody.
///
/// # Errors
/// As [`prices`].
pub async fn price_tiers(
    ctx: &Context<'_>,
    asking: Asking,
    contact: Option<&contact::Model>,
) -> Result<Vec<VariantPriceTiers>> {
    let codes = asking.variant_codes.clone();
    let quote = quote(ctx, asking, None, contact).await?;
    let steps = |code: String| {
        let rows = quote.applying(code.trim());
        let steps = tiers(rows, &quote.question()).into_iter();
        let steps = steps.filter_map(|(step, place)| {
            rows.get(place).map(|row| PriceTier {
                min_quantity: Decimal::written(step),
                unit_price: unit_price(row),
                source: row.source.into(),
            })
        });
        VariantPriceTiers {
            tiers: steps.collect(),
            variant_code: code,
        }
    };
    Ok(codes.into_iter().map(steps).collect())
}

async fn quote(
    ctx: &Context<'_>,
    asking: Asking,
    quantity: Option<Quantity>,
    contact: Option<&contact::Model>,
) -> Result<Quote> {
    if asking.variant_codes.len() > MOST_CODES {
        return Err(Error::LimitExceeded(format!(
            "prices are asked for {MOST_CODES} variants at a time"
        )));
    }
    let at = asking.at.map_or(ctx.db().now(), |at| at.0);
    if !(1..=9999).contains(&at.year()) {
        return Err(Error::BadRequest(
            "an instant is of the years 1 to 9999".to_owned(),
        ));
    }
    let (market, (buyer, source)) =
        try_join(market(ctx, asking.market), buyer(ctx, contact)).await?;
    let preferred = contact.and_then(|contact| contact.preferred_currency.clone());
    let currency = asking.currency.map(|currency| currency.0);
    let currency = currency
        .or(preferred)
        .unwrap_or_else(|| market.default_currency.clone());
    let mut codes: Vec<String> = asking
        .variant_codes
        .iter()
        .map(|code| code.trim().to_owned())
        // No code has a NUL, and PostgreSQL takes none to look for.
        .filter(|code| !code.contains('\0'))
        .collect();
    codes.sort_unstable();
    codes.dedup();
    let basket = Arc::new(Basket {
        codes,
        market: market.id,
        at,
        quantity,
    });
    let currency: Arc<str> = currency.into();
    let rows = ctx
        .load(ApplyingTo {
            basket: Arc::clone(&basket),
            currency: Arc::clone(&currency),
            buyer,
        })
        .await?;
    Ok(Quote {
        basket,
        currency,
        buyer,
        source,
        rows: rows.unwrap_or_default(),
    })
}

async fn market(ctx: &Context<'_>, code: String) -> Result<Granted<market::Entity>> {
    let market = ctx.load(MarketNamed(code)).await?;
    market.ok_or(Error::NotFound { kind: "market" })
}

/// Who pays. The account and the group count whether the viewer may see them or not: the price must be right (T-22).
async fn buyer(
    ctx: &Context<'_>,
    contact: Option<&contact::Model>,
) -> Result<(Buyer, GroupSource)> {
    let Some(contact) = contact else {
        return Ok((Buyer::default(), GroupSource::None));
    };
    let viewer = ctx.db().viewer();
    let account = async {
        match viewer.account_id() {
            Some(own) if viewer.contact_id() == Some(contact.id) => Ok(Some(own)),
            _ => ctx.load(PayingAccountOf(contact.id)).await,
        }
    };
    let (account, Effective { group, source, .. }) =
        try_join(account, effective::of(ctx.scope(), contact)).await?;
    Ok((Buyer { account, group }, source))
}
