//! A price as somebody wants it to be, checked by itself.

use crate::error::{Code, Mistakes, UserError};
use crate::graphql::scalars::Decimal;
use crate::graphql::terms::Patch;
use crate::text::{Rule, SHORT};
use async_graphql::MaybeUndefined;
use chrono::{DateTime, Datelike, Utc};
use entity::ids::{AccountId, CustomerGroupId, MarketId, PriceId};
use entity::price::{Amount, Model, Quantity, Source};
use serde::Serialize;

/// A price to make or to change, decoded. Absent fields stay where there is one already.
#[derive(Clone, Debug, Serialize)]
pub struct PriceRow {
    pub id: Option<PriceId>,
    pub variant_code: String,
    pub market: String,
    pub source: Source,
    pub customer_group_id: MaybeUndefined<CustomerGroupId>,
    pub account_id: MaybeUndefined<AccountId>,
    pub min_quantity: MaybeUndefined<Decimal>,
    pub amount: Decimal,
    pub currency: String,
    pub valid_from: MaybeUndefined<DateTime<Utc>>,
    pub valid_until: MaybeUndefined<DateTime<Utc>>,
}

/// A row whose fields mean something. None where a field was not given.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    pub id: Option<PriceId>,
    pub variant_code: String,
    pub source: Source,
    pub group: Option<CustomerGroupId>,
    pub account: Option<AccountId>,
    pub min_quantity: Option<Quantity>,
    pub amount: Amount,
    pub currency: String,
    pub from: Option<DateTime<Utc>>,
    /// None where it was not given, none within where there is no end.
    pub until: Patch<DateTime<Utc>>,
}

impl PriceRow {
    /// Checks everything that needs no other row; `old` is the price that it changes, as far as it is known by its id.
    pub(super) fn check(&self, old: Option<&Model>) -> Result<Checked, Vec<UserError>> {
        let mut mistakes = Mistakes::default();
        let variant_code = Rule::identifier("variantCode", SHORT);
        let variant_code = mistakes.check(variant_code.apply(Some(self.variant_code.clone())));
        if variant_code.is_none() && !mistakes.has("variantCode") {
            mistakes.note(
                Code::Required,
                "variantCode",
                "a price needs the code of a variant",
            );
        }
        if iso_currency::Currency::from_code(&self.currency).is_none() {
            let message = format!("{} is not a currency of ISO 4217", self.currency);
            mistakes.note(Code::Invalid, "currency", message);
        }
        let (group, account) = self.buyer(old, &mut mistakes);
        let amount = self.amount.parts(Amount::PLACES).map(Amount);
        let amount = amount.filter(|amount| *amount >= Amount(0) && *amount < Amount::END);
        if amount.is_none() {
            let message = "an amount has 6 decimals at most and is from 0 to below 10^12";
            mistakes.note(Code::Invalid, "amount", message);
        }
        let min_quantity = self.min_quantity(&mut mistakes);
        let (from, until) = self.validity(old, &mut mistakes);
        let checked = Checked {
            id: self.id,
            variant_code: variant_code.unwrap_or_default(),
            source: self.source,
            group,
            account,
            min_quantity,
            amount: amount.unwrap_or_default(),
            currency: self.currency.clone(),
            from,
            until,
        };
        mistakes.all().map(|()| checked)
    }

    /// The group or the account: as given, else as it was, for a source that has one.
    fn buyer(
        &self,
        old: Option<&Model>,
        mistakes: &mut Mistakes,
    ) -> (Option<CustomerGroupId>, Option<AccountId>) {
        let stays = old.filter(|old| old.source == self.source);
        let group = match self.customer_group_id {
            MaybeUndefined::Undefined => stays.and_then(|old| old.customer_group_id),
            given => given.take(),
        };
        let account = match self.account_id {
            MaybeUndefined::Undefined => stays.and_then(|old| old.account_id),
            given => given.take(),
        };
        let mut expect = |field: &str, is_given: bool, source: Source| {
            if is_given && self.source != source {
                let message = format!("a price of this source has no {field}");
                mistakes.note(Code::Invalid, field, message);
            } else if !is_given && self.source == source {
                let message = format!("a price of this source needs {field}");
                mistakes.note(Code::Required, field, message);
            }
        };
        expect("customerGroupId", group.is_some(), Source::CustomerGroup);
        expect("accountId", account.is_some(), Source::Account);
        (group, account)
    }

    fn min_quantity(&self, mistakes: &mut Mistakes) -> Option<Quantity> {
        let given = match &self.min_quantity {
            MaybeUndefined::Undefined => return None,
            MaybeUndefined::Null => return Some(Quantity(0)),
            MaybeUndefined::Value(given) => given,
        };
        let quantity = given.parts(Quantity::PLACES).map(Quantity);
        let quantity = quantity.filter(|it| *it >= Quantity(0) && *it < Quantity::END);
        if quantity.is_none() {
            let message = "a quantity has 9 decimals at most and is from 0 to below 10^9";
            mistakes.note(Code::Invalid, "minQuantity", message);
        }
        quantity
    }

    /// Begin and end, as far as they are given (T-40).
    fn validity(
        &self,
        old: Option<&Model>,
        mistakes: &mut Mistakes,
    ) -> (Option<DateTime<Utc>>, Patch<DateTime<Utc>>) {
        let from = self.valid_from.value().copied();
        let until = match self.valid_until {
            MaybeUndefined::Undefined => None,
            given => Some(given.take()),
        };
        if old.is_some() && self.valid_from.is_null() {
            mistakes.note(Code::Invalid, "validFrom", "validFrom cannot be cleared");
        }
        for (field, instant) in [("validFrom", from), ("validUntil", until.flatten())] {
            if instant.is_some_and(|instant| !(1..=9999).contains(&instant.year())) {
                let message = format!("{field} is of the years 1 to 9999");
                mistakes.note(Code::Invalid, field, message);
            }
        }
        (from, until)
    }
}

impl Checked {
    /// The price as it will be: what was not given is as it was in `old`, or as it is in a new one.
    pub(super) fn row(
        &self,
        market: MarketId,
        old: Option<&Model>,
        id: PriceId,
        now: DateTime<Utc>,
    ) -> Result<Model, Vec<UserError>> {
        let from = self.from.or(old.map(|old| old.valid_from)).unwrap_or(now);
        let until = self
            .until
            .unwrap_or_else(|| old.and_then(|old| old.valid_until));
        if until.is_some_and(|until| until <= from) {
            let message = "a price ends after it begins";
            return Err(vec![UserError::new(Code::Invalid, "validUntil", message)]);
        }
        let min_quantity = self
            .min_quantity
            .or(old.map(|old| old.min_quantity))
            .unwrap_or_default();
        Ok(Model {
            id,
            variant_code: self.variant_code.clone(),
            market_id: market,
            currency: self.currency.clone(),
            source: self.source,
            customer_group_id: self.group,
            account_id: self.account,
            min_quantity,
            amount: self.amount,
            valid_from: from,
            valid_until: until,
            version: old.map_or(1, |old| old.version),
            created_at: old.map_or(now, |old| old.created_at),
            updated_at: old.map_or(now, |old| old.updated_at),
        })
    }
}
