//! Why a price is what it is, in a sentence.

use super::{PriceOutcome, Verdict, rank};
use entity::price::{Model, Quantity, Source};
use std::cmp::Reverse;
use std::ops::Deref;

/// What a sentence about a price may name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names<'n> {
    /// The effective group, where there is one that the viewer may see.
    pub group: Option<&'n str>,
    /// Whether there are more rows than those that were judged.
    pub more: bool,
}

/// A sentence that says why the price is what it is, for a person.
#[must_use]
pub fn summary<R: Deref<Target = Model>>(
    rows: &[R],
    verdict: &Verdict,
    names: Names<'_>,
) -> String {
    let Some(chosen) = verdict.chosen.and_then(|place| rows.get(place)) else {
        return none_applies(verdict, names.more);
    };
    let group = names.group.unwrap_or("the customer group");
    let whom = match chosen.source {
        Source::Everybody => "everybody",
        Source::Account => "this account alone",
        Source::CustomerGroup => group,
    };
    let price = written(chosen);
    let from = if chosen.min_quantity > Quantity(0) {
        format!(" from {} on", chosen.min_quantity)
    } else {
        String::new()
    };
    let next = |source: Source| {
        let beaten = rows.iter().zip(&verdict.outcomes);
        let beaten = beaten
            .filter(|(row, outcome)| **outcome == PriceOutcome::NotLowest && row.source == source);
        beaten.map(|(row, _)| row).min_by_key(|row| rank(row))
    };
    let beside = match (chosen.source, names.group) {
        (Source::Everybody, None) => String::new(),
        (Source::Everybody, Some(group)) => match next(Source::CustomerGroup) {
            Some(row) => format!("; the price for {group}, {}, is not lower", written(row)),
            None => format!("; no price for {group} applies"),
        },
        _ => match next(Source::Everybody) {
            Some(row) => format!("; the price for everybody is {}", written(row)),
            None => "; no price for everybody applies".to_owned(),
        },
    };
    format!("{price} for {whom}{from}{beside}.")
}

fn none_applies(verdict: &Verdict, more: bool) -> String {
    let all = verdict.outcomes.len();
    if all == 0 {
        return "No price: there is none for this variant that could be for this buyer.".to_owned();
    }
    let mut counts: Vec<(PriceOutcome, usize)> = Vec::new();
    for outcome in &verdict.outcomes {
        match counts.iter_mut().find(|(known, _)| known == outcome) {
            Some((_, count)) => *count += 1,
            None => counts.push((*outcome, 1)),
        }
    }
    // What came closest first.
    counts.sort_unstable_by_key(|(outcome, _)| Reverse(*outcome));
    let rows = if all == 1 { "row" } else { "rows" };
    let told = match counts.as_slice() {
        [(outcome, 1)] => why(*outcome).to_owned(),
        [(outcome, _)] => format!("all {}", why(*outcome)),
        several => {
            let each: Vec<_> = several
                .iter()
                .map(|(outcome, count)| format!("{count} {}", why(*outcome)))
                .collect();
            each.join(", ")
        }
    };
    let beyond = if more { "; there are more rows" } else { "" };
    format!("No price: {all} {rows}, {told}{beyond}.")
}

fn why(outcome: PriceOutcome) -> &'static str {
    match outcome {
        PriceOutcome::OtherMarket => "for another market",
        PriceOutcome::OtherCurrency => "in another currency",
        PriceOutcome::OtherAccount => "for another account",
        PriceOutcome::OtherGroup => "for another customer group",
        PriceOutcome::NotYetValid => "not valid yet",
        PriceOutcome::NoLongerValid => "no longer valid",
        PriceOutcome::QuantityTooSmall => "for larger quantities",
        PriceOutcome::NotLowest => "not the lowest",
        PriceOutcome::Chosen => "the price",
    }
}

/// An amount as people write it: with the decimals that its currency has, or more where there are more.
fn written(row: &Model) -> String {
    let amount = row.amount.to_string();
    let currency = iso_currency::Currency::from_code(&row.currency);
    let places = currency.and_then(iso_currency::Currency::exponent);
    let places = usize::from(places.unwrap_or_default());
    let decimals = amount.split_once('.').map_or(0, |(_, rest)| rest.len());
    let point = if decimals == 0 && places > 0 { "." } else { "" };
    let zeros = "0".repeat(places.saturating_sub(decimals));
    format!("{amount}{point}{zeros} {}", row.currency)
}
