//! What is true of orders without a database: what lines cost, what they are numbered, and how far an order can go.

use async_graphql::SimpleObject;
use entity::customer;
use entity::exact::{Amount, Quantity};
use entity::sales_order::Status;
use serde::{Deserialize, Serialize};

/// Where an order is billed or goes, as it was when it was placed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, SimpleObject)]
pub struct OrderAddress {
    /// The number of the customer; null for an address that was given with the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The sequence of the ship-to; null for a bill-to, and for an address that was given with the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<String>,
    /// The company to address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company_name: Option<String>,
    /// The first name of whom to address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name of whom to address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Whose attention it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attention: Option<String>,
    /// The first line: street and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line1: Option<String>,
    /// The second line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    /// The third line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line3: Option<String>,
    /// The fourth line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line4: Option<String>,
    /// The city.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The region, state or province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The postal code, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// The country by ISO 3166-1: two capital letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
    /// The phone number there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The e-mail address there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl OrderAddress {
    /// Whom it addresses: the person, else the company, else the mailbox.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let person = [&self.first_name, &self.last_name];
        let person: Vec<_> = person.into_iter().flatten().map(String::as_str).collect();
        if person.is_empty() {
            return self.company_name.clone().or_else(|| self.email.clone());
        }
        Some(person.join(" "))
    }
}

/// A customer's address as it is now.
impl From<&customer::Model> for OrderAddress {
    fn from(row: &customer::Model) -> Self {
        let row = row.clone();
        OrderAddress {
            number: Some(row.number),
            sequence: Some(row.sequence).filter(|sequence| !sequence.is_empty()),
            company_name: row.company_name,
            first_name: row.first_name,
            last_name: row.last_name,
            attention: row.attention,
            line1: row.line1,
            line2: row.line2,
            line3: row.line3,
            line4: row.line4,
            city: row.city,
            region: row.region,
            postal_code: row.postal_code,
            country_code: row.country_code,
            phone: row.phone,
            email: row.email,
        }
    }
}

/// The decimals that amounts of a currency are rounded to.
#[must_use]
pub fn decimals_of(currency: &str) -> u32 {
    iso_currency::Currency::from_code(currency)
        .and_then(iso_currency::Currency::exponent)
        .map_or(Amount::PLACES, u32::from)
}

/// What a line costs: quantity times price, rounded half away from zero to the decimals that the currency has, here and nowhere else (T-51).
/// None when it is beyond any amount that is kept.
#[must_use]
pub fn line_total(quantity: Quantity, unit_price: Amount, decimals: u32) -> Option<Amount> {
    let decimals = decimals.min(Amount::PLACES);
    let product = i128::from(quantity.0) * i128::from(unit_price.0);
    let unit = 10_i128.pow(Quantity::PLACES + Amount::PLACES - decimals);
    let half = if product < 0 { -unit / 2 } else { unit / 2 };
    let rounded = (product + half) / unit * 10_i128.pow(Amount::PLACES - decimals);
    kept(rounded)
}

/// The sum of amounts, exactly. None when it is beyond any amount that is kept.
#[must_use]
pub fn sum(amounts: impl IntoIterator<Item = Amount>) -> Option<Amount> {
    kept(amounts.into_iter().map(|amount| i128::from(amount.0)).sum())
}

fn kept(parts: i128) -> Option<Amount> {
    let amount = Amount(i64::try_from(parts).ok()?);
    (amount < Amount::END).then_some(amount)
}

/// Whether an order can go from one status to another: forward, leaving steps out if need be, and to CANCELLED until it is shipped. What is
/// completed or cancelled stays so.
#[must_use]
pub fn may_become(from: Status, to: Status) -> bool {
    let step = |status| match status {
        Status::Submitted => Some(0),
        Status::Processing => Some(1),
        Status::Shipped => Some(2),
        Status::Completed => Some(3),
        Status::Cancelled => None,
    };
    match (step(from), step(to)) {
        (Some(from), Some(to)) => from <= to,
        (Some(from), None) => from < 2,
        (None, to) => to.is_none(),
    }
}

/// Letters and digits that are not mistaken for each other, by Crockford.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The number of an order out of 50 random bits: ten symbols in two groups, such as `7K2QD-9XMVT`. Nobody guesses one from another.
#[must_use]
pub fn number(random: u64) -> String {
    let symbol = |place: u32| {
        let at = (random >> (5 * place)) & 31;
        SYMBOLS
            .get(usize::try_from(at).unwrap_or_default())
            .map_or('0', |symbol| char::from(*symbol))
    };
    let group = |from: u32| (from..from + 5).map(symbol).collect::<String>();
    format!("{}-{}", group(0), group(5))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn total(quantity: i64, unit_price: i64, decimals: u32) -> Option<String> {
        line_total(Quantity(quantity), Amount(unit_price), decimals).map(|total| total.to_string())
    }

    #[test]
    fn a_line_is_rounded_half_away_from_zero_to_the_decimals_of_its_currency() {
        let one = 1_000_000_000;
        assert_eq!(total(3 * one, 1_335_000, 2).as_deref(), Some("4.01"));
        assert_eq!(total(one, 1_005_000, 2).as_deref(), Some("1.01"));
        assert_eq!(total(one, 1_004_999, 2).as_deref(), Some("1"));
        assert_eq!(total(one / 2, 1_000_000, 0).as_deref(), Some("1"));
        assert_eq!(total(one / 2, 999_999, 0).as_deref(), Some("0"));
        assert_eq!(total(one, 1_234_500, 3).as_deref(), Some("1.235"));
        assert_eq!(total(1, 1, 2).as_deref(), Some("0"));
        assert_eq!(total(Quantity::END.0 - 1, Amount::END.0 - 1, 2), None);
    }

    #[test]
    fn an_order_goes_forward_and_is_cancelled_until_it_is_shipped() {
        use Status::{Cancelled, Completed, Processing, Shipped, Submitted};
        for (from, to) in [
            (Submitted, Completed),
            (Processing, Shipped),
            (Processing, Cancelled),
            (Cancelled, Cancelled),
        ] {
            assert!(may_become(from, to), "{from:?} {to:?}");
        }
        for (from, to) in [
            (Processing, Submitted),
            (Shipped, Cancelled),
            (Completed, Shipped),
            (Cancelled, Submitted),
        ] {
            assert!(!may_become(from, to), "{from:?} {to:?}");
        }
    }

    #[test]
    fn a_number_has_two_groups_of_unmistakable_symbols() {
        assert_eq!(number(0), "00000-00000");
        assert_eq!(number(u64::MAX), "ZZZZZ-ZZZZZ");
        assert_ne!(number(1 << 49), number(0));
    }

    proptest! {
        /// Long multiplication of the digits as they are written, rounded by looking at the first digit that goes.
        #[test]
        fn a_line_costs_what_is_worked_out_on_paper(quantity in 0..Quantity::END.0, price in 0..1_000_000_000_000_i64, decimals in 0..=4_usize) {
            let mut digits = [0_u32; 40];
            for (i, a) in quantity.to_string().bytes().rev().enumerate() {
                for (j, b) in price.to_string().bytes().rev().enumerate() {
                    digits[i + j] += u32::from(a - b'0') * u32::from(b - b'0');
                }
            }
            for place in 0..39 {
                digits[place + 1] += digits[place] / 10;
                digits[place] %= 10;
            }
            let goes = 15 - decimals;
            let mut stays: Vec<u32> = digits[goes..].to_vec();
            if digits[goes - 1] >= 5 {
                stays[0] += 1;
            }
            let whole = stays.iter().rev().fold(0_i128, |sum, digit| sum * 10 + i128::from(*digit));
            let on_paper = whole * 10_i128.pow(6 - u32::try_from(decimals).unwrap());
            let worked_out = line_total(Quantity(quantity), Amount(price), u32::try_from(decimals).unwrap());
            prop_assert_eq!(worked_out.map(|total| i128::from(total.0)), (on_paper < i128::from(Amount::END.0)).then_some(on_paper));
        }
    }
}
