//! Which price counts, and why the others do not: one function for every answer about prices, without a database.

mod summary;
#[cfg(test)]
mod tests;

pub use summary::{Names, summary};

use chrono::{DateTime, Utc};
use entity::ids::{AccountId, CustomerGroupId, MarketId};
use entity::price::{Amount, Model, Quantity, Source};
use std::cmp::Reverse;
use std::ops::Deref;

/// Why a price is the one that counts, or why it is not: the first reason that holds, in the order in which they stand here (T-133).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, async_graphql::Enum)]
pub enum PriceOutcome {
    /// It is for another market.
    OtherMarket,
    /// It is in another currency.
    OtherCurrency,
    /// It is for another account, or there is none.
    OtherAccount,
    /// It is for another customer group than the effective one, or there is none.
    OtherGroup,
    /// It does not count yet.
    NotYetValid,
    /// It does not count any more.
    NoLongerValid,
    /// It is for larger quantities.
    QuantityTooSmall,
    /// It applies, and another one that applies is lower, or comes first among equals.
    NotLowest,
    /// It is the price.
    Chosen,
}

/// Whose prices are asked for. With neither account nor group those of everybody count alone (T-41).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Buyer {
    pub account: Option<AccountId>,
    /// The effective group.
    pub group: Option<CustomerGroupId>,
}

/// What is asked of the prices of one variant.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    pub market: MarketId,
    pub currency: &'q str,
    pub buyer: Buyer,
    pub quantity: Quantity,
    pub at: DateTime<Utc>,
}

/// What came of each row, in the order of the rows, and the place of the one that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub outcomes: Vec<PriceOutcome>,
    pub chosen: Option<usize>,
}

/// Judges all prices of a variant. The lowest amount that applies counts (T-44). Equal amounts differ in the explanation only: account
/// before group before everybody, then the higher quantity, the later start, the smaller id (T-45).
///
/// None chosen means that there is no price: that is not zero, and no row of another buyer is a stand-in (T-50).
#[must_use]
pub fn judge<R: Deref<Target = Model>>(rows: &[R], question: &Question<'_>) -> Verdict {
    let refused: Vec<_> = rows.iter().map(|row| why_not(row, question)).collect();
    let applying = rows.iter().zip(&refused).enumerate();
    let chosen = applying
        .filter(|(_, (_, refused))| refused.is_none())
        .min_by_key(|(_, (row, _))| rank(row))
        .map(|(place, _)| place);
    let outcome = |(place, refused): (usize, Option<PriceOutcome>)| match refused {
        Some(why) => why,
        None if chosen == Some(place) => PriceOutcome::Chosen,
        None => PriceOutcome::NotLowest,
    };
    let outcomes = refused.into_iter().enumerate().map(outcome).collect();
    Verdict { outcomes, chosen }
}

/// Why a price does not apply; none for one that does.
fn why_not(row: &Model, question: &Question<'_>) -> Option<PriceOutcome> {
    let Question { buyer, at, .. } = question;
    if row.market_id != question.market {
        return Some(PriceOutcome::OtherMarket);
    }
    if row.currency != question.currency {
        return Some(PriceOutcome::OtherCurrency);
    }
    match row.source {
        Source::Account if row.account_id.is_none() || row.account_id != buyer.account => {
            return Some(PriceOutcome::OtherAccount);
        }
        Source::CustomerGroup
            if row.customer_group_id.is_none() || row.customer_group_id != buyer.group =>
        {
            return Some(PriceOutcome::OtherGroup);
        }
        _ => {}
    }
    if *at < row.valid_from {
        return Some(PriceOutcome::NotYetValid);
    }
    if row.valid_until.is_some_and(|until| until <= *at) {
        return Some(PriceOutcome::NoLongerValid);
    }
    (question.quantity < row.min_quantity).then_some(PriceOutcome::QuantityTooSmall)
}

/// Which of several that apply comes first: the smallest.
fn rank(row: &Model) -> impl Ord + use<> {
    let kind = match row.source {
        Source::Account => 0,
        Source::CustomerGroup => 1,
        Source::Everybody => 2,
    };
    let step = Reverse(row.min_quantity);
    (row.amount, kind, step, Reverse(row.valid_from), row.id)
}

/// The quantity steps of a variant, smallest first: from how many on another price counts. A step whose price is not below that of the step
/// before is left out (T-136). Each with the place of its row.
#[must_use]
pub fn tiers<R: Deref<Target = Model>>(
    rows: &[R],
    question: &Question<'_>,
) -> Vec<(Quantity, usize)> {
    let beyond_all_steps = Question {
        quantity: Quantity::END,
        ..*question
    };
    let mut applying: Vec<_> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| why_not(row, &beyond_all_steps).is_none())
        .collect();
    applying.sort_unstable_by_key(|(_, row)| (row.min_quantity, rank(row)));
    let mut found: Vec<(Quantity, usize)> = Vec::new();
    let mut lowest: Option<Amount> = None;
    for (place, row) in applying {
        // The first of a step is the one that counts there, unless one of an earlier step is as low.
        if lowest.is_none_or(|lowest| row.amount < lowest) {
            found.push((row.min_quantity, place));
            lowest = Some(row.amount);
        }
    }
    found
}

/// Whether a price for a group or an account never counts, because whenever it applies one for everybody is lower (T-48).
///
/// Only the smallest quantity has to be looked at: what applies there applies to all larger ones. An equal price for everybody does not
/// keep it from counting (T-45).
#[must_use]
pub fn never_applies<'r>(row: &Model, others: impl Iterator<Item = &'r Model>) -> bool {
    if row.source == Source::Everybody {
        return false;
    }
    let mut lower: Vec<&Model> = others
        .filter(|other| other.source == Source::Everybody && is_beside(row, other))
        .filter(|other| other.min_quantity <= row.min_quantity && other.amount < row.amount)
        .collect();
    lower.sort_unstable_by_key(|other| other.valid_from);
    // How far the row's time is covered without a gap; none once it is to the end of all times.
    let mut covered = row.valid_from;
    for other in lower {
        if other.valid_from > covered {
            return false;
        }
        match other.valid_until {
            None => return true,
            Some(until) => covered = covered.max(until),
        }
        if row.valid_until.is_some_and(|end| end <= covered) {
            return true;
        }
    }
    false
}

/// Whether two prices for the same buyer and quantity count at the same time (T-49).
#[must_use]
pub fn overlap(one: &Model, other: &Model) -> bool {
    let ends_before = |first: &Model, second: &Model| {
        first
            .valid_until
            .is_some_and(|until| until <= second.valid_from)
    };
    one.id != other.id
        && is_beside(one, other)
        && one.source == other.source
        && one.customer_group_id == other.customer_group_id
        && one.account_id == other.account_id
        && one.min_quantity == other.min_quantity
        && !ends_before(one, other)
        && !ends_before(other, one)
}

/// Whether two prices are of one variant, in one market and one currency.
fn is_beside(one: &Model, other: &Model) -> bool {
    one.variant_code == other.variant_code
        && one.market_id == other.market_id
        && one.currency == other.currency
}
