//! The demo's markets and prices: those of a shop's catalog for everybody, and from them, by a rule, those of groups.

use super::files::{Fault, GROUP_PRICES, GroupPrice, MARKETS, Market, PRICES, read};
use crate::access::{Rows, SystemDb};
use crate::graphql::scalars::Decimal;
use chrono::{DateTime, Utc};
use entity::ids::{CustomerGroupId, MarketId, PriceId};
use entity::price::{Amount, Quantity, Source};
use entity::{market, price};
use sea_orm::Set;
use serde_json::json;
use std::collections::HashMap;

/// The columns of the catalog that are no prices: the code of the variant, and the time in which its prices count.
const CODE_AND_TIME: usize = 3;
/// The parts of an amount in a hundredth of its currency's unit.
const CENT: i64 = 10_000;

/// Adds markets and prices to `rows`. `groups` are the numbers of customer groups by name. Answers the markets by code.
///
/// # Errors
/// For a file that does not fit; a test reads them all.
pub fn add(
    rows: &mut Rows,
    system: &SystemDb,
    groups: &HashMap<String, i64>,
) -> Result<HashMap<String, MarketId>, Fault> {
    let now = system.clock().now();
    let mut markets = HashMap::new();
    for (row, number) in read::<Market>(MARKETS)?.into_iter().zip(1..) {
        let id = MarketId(number);
        markets.insert(row.code.clone(), id);
        rows.markets.push(market::ActiveModel {
            id: Set(id),
            code: Set(row.code),
            name: Set(row.name),
            default_currency: Set(row.default_currency),
            countries: Set(json!(row.countries.split(' ').collect::<Vec<_>>())),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
        });
    }
    let next = i64::try_from(markets.len()).unwrap_or(i64::MAX) + 1;
    rows.next_numbers.push(("market", next));
    let for_groups = read::<GroupPrice>(GROUP_PRICES)?;
    let mut catalog = csv::Reader::from_reader(PRICES.as_bytes());
    let places: Vec<_> = catalog
        .headers()?
        .iter()
        .skip(CODE_AND_TIME)
        .map(str::to_owned)
        .collect();
    for record in catalog.records() {
        let record = record?;
        let mut cells = record.iter();
        let variant = cells.next().unwrap_or_default();
        let (from, until) = (instant(cells.next())?, instant(cells.next())?);
        for (place, amount) in places.iter().zip(cells) {
            let (code, currency) = place.split_once(' ').unwrap_or_default();
            let market = *markets.get(code).ok_or_else(|| missing("market", code))?;
            let everybody = price::ActiveModel {
                id: Set(PriceId(system.clock().id())),
                variant_code: Set(variant.to_owned()),
                market_id: Set(market),
                currency: Set(currency.to_owned()),
                source: Set(Source::Everybody),
                customer_group_id: Set(None),
                account_id: Set(None),
                min_quantity: Set(Quantity(0)),
                amount: Set(Amount(parts(amount, Amount::PLACES)?)),
                valid_from: Set(from),
                valid_until: Set(Some(until)),
                version: Set(1),
                created_at: Set(now),
                updated_at: Set(now),
            };
            let here = |row: &&GroupPrice| row.market == code && row.currency == currency;
            for row in for_groups.iter().filter(here) {
                let name = &row.customer_group;
                let group = *groups
                    .get(name)
                    .ok_or_else(|| missing("customer group", name))?;
                rows.prices.push(price::ActiveModel {
                    id: Set(PriceId(system.clock().id())),
                    source: Set(Source::CustomerGroup),
                    customer_group_id: Set(Some(CustomerGroupId(group))),
                    min_quantity: Set(Quantity(parts(&row.min_quantity, Quantity::PLACES)?)),
                    amount: Set(Amount(less(
                        parts(amount, Amount::PLACES)?,
                        row.percent_off,
                    ))),
                    ..everybody.clone()
                });
            }
            rows.prices.push(everybody);
        }
    }
    Ok(markets)
}

/// `amount` less so many percent, in whole cents, half a cent being one.
fn less(amount: i64, percent: i64) -> i64 {
    (amount * (100 - percent) + 50 * CENT) / (100 * CENT) * CENT
}

pub(super) fn parts(number: &str, places: u32) -> Result<i64, Fault> {
    Decimal::written(number)
        .parts(places)
        .ok_or_else(|| missing("number", number))
}

fn instant(text: Option<&str>) -> Result<DateTime<Utc>, Fault> {
    let text = text.unwrap_or_default();
    text.parse().map_err(|_| missing("instant", text))
}

fn missing(kind: &'static str, text: &str) -> Fault {
    Fault::Missing(kind, text.to_owned())
}
