//! The rules against others that say the same in another way.

use super::*;
use chrono::TimeDelta;
use entity::ids::PriceId;
use proptest::prelude::*;
use uuid::Uuid;

fn instant(hour: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
}

fn account(number: u8) -> AccountId {
    AccountId(Uuid::from_u128(number.into()))
}

fn rows() -> impl Strategy<Value = Vec<Model>> {
    let whom = prop_oneof![
        Just((Source::Everybody, None, None)),
        (1..4_i64).prop_map(|group| (Source::CustomerGroup, Some(CustomerGroupId(group)), None)),
        (1..3_u8).prop_map(|number| (Source::Account, None, Some(account(number)))),
    ];
    let row = (
        whom,
        1..3_i64,
        prop_oneof![Just("EUR"), Just("USD")],
        0..4_i64,
        1..6_i64,
        (0..6_i64, prop::option::of(1..6_i64)),
    );
    prop::collection::vec(row, 0..12).prop_map(|rows| {
        let numbered = (1_u128..).zip(rows);
        let made = numbered.map(
            |(id, ((source, group, account), market, currency, step, amount, (from, lasts)))| {
                Model {
                    id: PriceId(Uuid::from_u128(id)),
                    variant_code: "V".to_owned(),
                    market_id: MarketId(market),
                    currency: currency.to_owned(),
                    source,
                    customer_group_id: group,
                    account_id: account,
                    min_quantity: Quantity(step),
                    amount: Amount(amount),
                    valid_from: instant(from),
                    valid_until: lasts.map(|lasts| instant(from + lasts)),
                    version: 1,
                    created_at: instant(0),
                    updated_at: instant(0),
                }
            },
        );
        made.collect()
    })
}

fn questions() -> impl Strategy<Value = (Buyer, i64, i64)> {
    let buyer =
        (prop::option::of(1..3_u8), prop::option::of(1..4_i64)).prop_map(|(own, group)| Buyer {
            account: own.map(account),
            group: group.map(CustomerGroupId),
        });
    (buyer, 0..5_i64, 0..12_i64)
}

fn asked((buyer, quantity, hour): (Buyer, i64, i64)) -> Question<'static> {
    Question {
        market: MarketId(1),
        currency: "EUR",
        buyer,
        quantity: Quantity(quantity),
        at: instant(hour),
    }
}

fn applies(row: &Model, question: &Question<'_>) -> bool {
    let for_them = row.source == Source::Everybody
        || (question.buyer.group.is_some() && row.customer_group_id == question.buyer.group)
        || (question.buyer.account.is_some() && row.account_id == question.buyer.account);
    for_them
        && row.market_id == MarketId(1)
        && row.currency == "EUR"
        && row.min_quantity <= question.quantity
        && row.valid_from <= question.at
        && row.valid_until.is_none_or(|until| question.at < until)
}

proptest! {
    /// T-40, T-41, T-44, T-45.
    #[test]
    fn the_price_is_the_first_of_those_that_apply_in_the_order_of_ties(rows in rows(), question in questions()) {
        let question = asked(question);
        let mut applying: Vec<&Model> = rows.iter().filter(|row| applies(row, &question)).collect();
        // Sorted by the last rule first, so that earlier ones decide.
        applying.sort_by_key(|row| row.id);
        applying.sort_by_key(|row| Reverse(row.valid_from));
        applying.sort_by_key(|row| Reverse(row.min_quantity));
        applying.sort_by_key(|row| ["ACCOUNT", "GROUP", "ALL"].iter().position(|kind| *kind == match row.source {
            Source::Account => "ACCOUNT",
            Source::CustomerGroup => "GROUP",
            Source::Everybody => "ALL",
        }));
        applying.sort_by_key(|row| row.amount);
        let refs: Vec<&Model> = rows.iter().collect();
        let verdict = judge(&refs, &question);
        prop_assert_eq!(verdict.chosen.map(|place| rows[place].id), applying.first().map(|row| row.id));
        for (row, outcome) in rows.iter().zip(&verdict.outcomes) {
            prop_assert_eq!(applies(row, &question), *outcome >= PriceOutcome::NotLowest);
        }
        let chosen = verdict.outcomes.iter().filter(|outcome| **outcome == PriceOutcome::Chosen);
        prop_assert_eq!(chosen.count(), usize::from(verdict.chosen.is_some()));
    }

    /// T-44, T-50: what applies decides alone, wherever it stands.
    #[test]
    fn rows_that_do_not_apply_change_nothing(rows in rows(), question in questions()) {
        let question = asked(question);
        let all: Vec<&Model> = rows.iter().rev().collect();
        let some: Vec<&Model> = rows.iter().filter(|row| applies(row, &question)).collect();
        let id = |rows: &[&Model]| judge(rows, &question).chosen.map(|place| rows[place].id);
        prop_assert_eq!(id(&all), id(&some));
    }

    /// T-136: between the steps the price stays, and each step is lower than the one before.
    #[test]
    fn the_steps_say_the_price_of_every_quantity(rows in rows(), question in questions()) {
        let refs: Vec<&Model> = rows.iter().collect();
        let steps = tiers(&refs, &asked(question));
        prop_assert!(steps.windows(2).all(|two| two[0].0 < two[1].0 && rows[two[1].1].amount < rows[two[0].1].amount));
        for quantity in 0..6 {
            let question = Question { quantity: Quantity(quantity), ..asked(question) };
            let step = steps.iter().rev().find(|(from, _)| from.0 <= quantity);
            let told = step.map(|(_, place)| rows[*place].amount);
            prop_assert_eq!(told, judge(&refs, &question).chosen.map(|place| rows[place].amount));
        }
    }

    /// T-48: hour by hour and quantity by quantity, beyond all beginnings and ends too.
    #[test]
    fn a_price_never_applies_when_everybody_always_pays_less(rows in rows()) {
        for row in &rows {
            let mut ever = row.source == Source::Everybody;
            for (hour, quantity) in (0..16).flat_map(|hour| (0..5).map(move |quantity| (hour, quantity))) {
                let at = instant(hour);
                let counts = |row: &Model| row.min_quantity.0 <= quantity && row.valid_from <= at && row.valid_until.is_none_or(|until| at < until);
                let beaten = rows.iter().any(|other| other.source == Source::Everybody && other.market_id == row.market_id
                    && other.currency == row.currency && other.amount < row.amount && counts(other));
                ever |= counts(row) && !beaten;
            }
            prop_assert_eq!(never_applies(row, rows.iter()), !ever);
        }
    }

    /// T-49: two overlap when there is an hour at which both count.
    #[test]
    fn prices_overlap_when_there_is_a_time_at_which_both_count(rows in rows()) {
        for one in &rows {
            for other in &rows {
                let both = (0..16).map(instant).any(|at| [one, other].iter().all(|row| row.valid_from <= at && row.valid_until.is_none_or(|until| at < until)));
                let same = one.market_id == other.market_id && one.currency == other.currency && one.buyer_key() == other.buyer_key() && one.min_quantity == other.min_quantity;
                prop_assert_eq!(overlap(one, other), one.id != other.id && same && both);
            }
        }
    }
}

/// T-133: the first reason that holds.
#[test]
fn a_row_that_fails_in_every_way_fails_by_the_first() {
    let mut row = Model {
        id: PriceId(Uuid::from_u128(1)),
        variant_code: "V".to_owned(),
        market_id: MarketId(2),
        currency: "USD".to_owned(),
        source: Source::CustomerGroup,
        customer_group_id: Some(CustomerGroupId(1)),
        account_id: None,
        min_quantity: Quantity(9),
        amount: Amount(1),
        valid_from: instant(9),
        valid_until: Some(instant(10)),
        version: 1,
        created_at: instant(0),
        updated_at: instant(0),
    };
    let question = asked((Buyer::default(), 1, 1));
    let outcome = |row: &Model| judge(&[row], &question).outcomes[0];
    assert_eq!(outcome(&row), PriceOutcome::OtherMarket);
    row.market_id = MarketId(1);
    assert_eq!(outcome(&row), PriceOutcome::OtherCurrency);
    row.currency = "EUR".to_owned();
    assert_eq!(outcome(&row), PriceOutcome::OtherGroup);
    row.source = Source::Account;
    row.customer_group_id = None;
    assert_eq!(outcome(&row), PriceOutcome::OtherAccount);
    row.source = Source::Everybody;
    assert_eq!(outcome(&row), PriceOutcome::NotYetValid);
    (row.valid_from, row.valid_until) = (instant(0), Some(instant(1)));
    assert_eq!(outcome(&row), PriceOutcome::NoLongerValid);
    row.valid_until = None;
    assert_eq!(outcome(&row), PriceOutcome::QuantityTooSmall);
    row.min_quantity = Quantity(1);
    assert_eq!(outcome(&row), PriceOutcome::Chosen);
}
