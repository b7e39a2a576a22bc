//! Markets and prices, by variant.
//!
//! Each variant has prices for everybody in two markets and currencies, one that is over, one from ten on, one for each of the three groups,
//! and some for accounts of contacts with a contract. These are 100 in all, spread over the set; in the large set each has a price of its
//! own for four variants of ten.

use super::rows::{account_id, has_account, uuid};
use super::{Size, mixed};
use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{CustomerGroupId, MarketId, PriceId};
use entity::price::{Amount, Quantity, Source};
use entity::{market, price};
use sea_orm::Set;
use serde_json::json;

/// The market that is asked about, and another one.
pub const MARKET: &str = "EU";
const MARKETS: [(i64, &str, &str, &str); 2] = [(1, MARKET, "EUR", "DE"), (2, "US", "USD", "US")];

/// Apart from the kinds of other rows.
const PRICE: u64 = 8;
/// Contacts with a contract.
const CONTRACTS: u64 = 100;
/// Variants of one question, which is the most that one may have.
const ASKED: u64 = 200;
const TEN: Quantity = Quantity(10 * 10_i64.pow(Quantity::PLACES));
/// In what an amount counts.
const CENT: i64 = 10_000;

impl Size {
    /// All variants.
    pub const fn variants(self) -> u64 {
        match self {
            Self::Tiny => 200,
            Self::Small => 1_000,
            Self::Large => 20_000,
        }
    }

    /// Prices of each variant, but for those of contracts without an account.
    const fn of_each_variant(self) -> u64 {
        match self {
            Self::Tiny => 10,
            Self::Small => 20,
            Self::Large => 50,
        }
    }
}

/// The number of the contact with contract `nth`.
pub fn contract(nth: u64, size: Size) -> u64 {
    nth % CONTRACTS * (size.contacts() / CONTRACTS)
}

/// All contacts with a contract.
pub fn contracts(size: Size) -> impl Iterator<Item = u64> {
    (0..CONTRACTS).map(move |nth| contract(nth, size))
}

/// The codes of the variants that question `number` is about: one from each stretch of them, so that none comes twice.
pub fn codes(number: u64, size: Size) -> Vec<String> {
    let stretch = size.variants() / ASKED;
    (0..ASKED)
        .map(|nth| code(nth * stretch + mixed(number * ASKED + nth) % stretch))
        .collect()
}

fn code(variant: u64) -> String {
    format!("SKU-{variant:05}")
}

pub fn markets(now: DateTime<Utc>) -> Vec<market::ActiveModel> {
    MARKETS
        .into_iter()
        .map(|(id, code, currency, country)| market::ActiveModel {
            id: Set(MarketId(id)),
            code: Set(code.to_owned()),
            name: Set(code.to_owned()),
            default_currency: Set(currency.to_owned()),
            countries: Set(json!([country])),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
        })
        .collect()
}

/// The prices of a variant.
pub fn of_variant(
    variant: u64,
    size: Size,
    now: DateTime<Utc>,
) -> impl Iterator<Item = price::ActiveModel> {
    (0..size.of_each_variant()).filter_map(move |nth| price_row(variant, nth, size, now))
}

fn price_row(variant: u64, nth: u64, size: Size, now: DateTime<Utc>) -> Option<price::ActiveModel> {
    let full = 1_000 + (mixed(variant ^ 0xCAFE) % 90_000).cast_signed();
    let percent = |least: u64, span: u64| {
        let drawn = least + mixed(variant * size.of_each_variant() + nth) % span;
        Amount(full * drawn.cast_signed() / 100 * CENT)
    };
    let [
        (market, _, currency, _),
        (other_market, _, other_currency, _),
    ] = MARKETS;
    let everybody = price::ActiveModel {
        id: Set(PriceId(uuid(PRICE, variant * size.of_each_variant() + nth))),
        variant_code: Set(code(variant)),
        market_id: Set(MarketId(market)),
        currency: Set(currency.to_owned()),
        source: Set(Source::Everybody),
        customer_group_id: Set(None),
        account_id: Set(None),
        min_quantity: Set(Quantity(0)),
        amount: Set(percent(100, 1)),
        valid_from: Set(now),
        valid_until: Set(None),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
    };
    Some(match nth {
        // Some cost nobody but buyers with a price of their own anything.
        0 if variant % 25 == 3 => return None,
        0 => everybody,
        1 => price::ActiveModel {
            min_quantity: Set(TEN),
            amount: Set(percent(85, 10)),
            ..everybody
        },
        2 => price::ActiveModel {
            amount: Set(percent(60, 20)),
            valid_until: Set(Some(now + TimeDelta::days(1))),
            ..everybody
        },
        3 => price::ActiveModel {
            market_id: Set(MarketId(other_market)),
            currency: Set(other_currency.to_owned()),
            ..everybody
        },
        4..7 => price::ActiveModel {
            source: Set(Source::CustomerGroup),
            customer_group_id: Set(Some(CustomerGroupId(nth.cast_signed() - 3))),
            amount: Set(percent(80, 25)),
            ..everybody
        },
        _ => {
            let buyer = contract(variant * 7 + nth, size);
            if !has_account(buyer) {
                return None;
            }
            price::ActiveModel {
                source: Set(Source::Account),
                account_id: Set(Some(account_id(buyer))),
                amount: Set(percent(70, 35)),
                ..everybody
            }
        }
    })
}
