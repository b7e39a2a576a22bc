//! What things cost at this moment, inside the transaction of what is bought.

use super::super::loader::{by_variant, keys_of};
use super::super::rules::{Buyer, Question, judge};
use crate::access::{Applying, Granted, PricesOf, WriteTx};
use crate::error::Result;
use entity::ids::MarketId;
use entity::price::{self, Quantity};

/// The price that counts for each of `asked`, a variant and how many of it, in that order; none where there is none. The same rule as for
/// `prices` (T-44), in one statement.
///
/// # Errors
/// Faults of the database only.
pub async fn prices_now(
    tx: &WriteTx,
    market: MarketId,
    currency: &str,
    buyer: Buyer,
    asked: &[(String, Quantity)],
) -> Result<Vec<Option<Granted<price::Entity>>>> {
    let mut codes: Vec<String> = asked.iter().map(|(code, _)| code.clone()).collect();
    codes.sort_unstable();
    codes.dedup();
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let rows = tx
        .prices_of_buyers(&PricesOf {
            variant_codes: &codes,
            buyers: &keys_of([buyer].into_iter()),
            applying: Some(Applying {
                market,
                currencies: &[currency.to_owned()],
                at: tx.now(),
                quantity: None,
            }),
            most: u64::from(u32::MAX),
        })
        .await?;
    let rows = by_variant(rows.into_iter());
    let price = |(code, quantity): &(String, Quantity)| {
        let rows = rows.get(code)?;
        let question = Question {
            market,
            currency,
            buyer,
            quantity: *quantity,
            at: tx.now(),
        };
        rows.get(judge(rows, &question).chosen?).cloned()
    };
    Ok(asked.iter().map(price).collect())
}
