//! Scalars with one spelling each way.

use super::at_once::{Asked, AtOnce};
use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime as ChronoDateTime, NaiveDate, Utc};
use serde::Serialize;

/// An instant, as RFC 3339 in UTC with microseconds: `2026-11-21T08:30:00.000000Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateTime(pub ChronoDateTime<Utc>);

/// An instant, as RFC 3339 in UTC with microseconds: `2026-11-21T08:30:00.000000Z`.
#[Scalar(
    name = "DateTime",
    specified_by_url = "https://scalars.graphql.org/andimarek/date-time"
)]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => ChronoDateTime::parse_from_rfc3339(text)
                .map(|instant| {
                    Self(chrono::SubsecRound::trunc_subsecs(
                        instant.with_timezone(&Utc),
                        6,
                    ))
                })
                .map_err(|_| {
                    InputValueError::custom(
                        "expected an RFC 3339 instant such as \"2026-11-21T08:30:00Z\"",
                    )
                }),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string())
    }
}

/// A day of the calendar, without a time: `1984-03-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Date(pub NaiveDate);

/// A day of the calendar, without a time: `1984-03-31`.
#[Scalar(name = "Date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(InputValueError::expected_type(value));
        };
        let refused = || InputValueError::custom("expected a day such as \"1984-03-31\"");
        // Only the form that is also written: four digits, two, two.
        if text.len() != 10 {
            return Err(refused());
        }
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map(Self)
            .map_err(|_| refused())
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format("%Y-%m-%d").to_string())
    }
}

/// The code of a currency by ISO 4217: `EUR`. Three capital letters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CurrencyCode(pub String);

/// The code of a currency by ISO 4217: `EUR`. Three capital letters.
#[Scalar(
    name = "CurrencyCode",
    specified_by_url = "https://www.iso.org/iso-4217-currency-codes.html"
)]
impl ScalarType for CurrencyCode {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(code)
                if code.len() == 3 && code.bytes().all(|letter| letter.is_ascii_uppercase()) =>
            {
                Ok(Self(code))
            }
            Value::String(_) => Err(InputValueError::custom(
                "expected three capital letters such as \"EUR\"",
            )),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// An exact number, as a text such as `"12.5"`: digits, at most one point between them, and a minus in front where it is negative. Written without trailing zeros. A whole number may also be sent as such; a number with decimals may not, because it would not be exact.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Decimal(String);

/// Longer than any number that means something here.
const LONGEST_DECIMAL: usize = 100;

impl Decimal {
    /// A number that is known to be written as one.
    #[must_use]
    pub fn written(number: impl std::fmt::Display) -> Self {
        Self(number.to_string())
    }

    /// As it is written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// How many parts it is, of which `places` decimals make a whole; none when it has more decimals, or is beyond any number of parts.
    #[must_use]
    pub fn parts(&self, places: u32) -> Option<i64> {
        let (minus, digits) = match self.0.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", self.0.as_str()),
        };
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        let missing = (places as usize).checked_sub(decimals.len())?;
        format!("{minus}{whole}{decimals}{}", "0".repeat(missing))
            .parse()
            .ok()
    }

    /// The number that a text is; none for what is no number.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (minus, digits) = match text.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", text),
        };
        let (whole, decimals) = match digits.split_once('.') {
            Some((whole, decimals)) if !decimals.is_empty() => (whole, decimals),
            Some(_) => return None,
            None => (digits, ""),
        };
        let is_number = |part: &str| part.bytes().all(|digit| digit.is_ascii_digit());
        if whole.is_empty()
            || text.len() > LONGEST_DECIMAL
            || !is_number(whole)
            || !is_number(decimals)
        {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let whole = if whole.is_empty() { "0" } else { whole };
        let decimals = decimals.trim_end_matches('0');
        Some(Self(match (whole, decimals) {
            ("0", "") => "0".to_owned(),
            (whole, "") => format!("{minus}{whole}"),
            (whole, decimals) => format!("{minus}{whole}.{decimals}"),
        }))
    }
}

/// An exact number, as a text such as `"12.5"`: digits, at most one point between them, and a minus in front where it is negative. Written without trailing zeros. A whole number may also be sent as such; a number with decimals may not, because it would not be exact.
#[Scalar(name = "Decimal")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let refused = || InputValueError::custom("expected a number as a text, such as \"12.5\"");
        match &value {
            Value::String(text) => Self::read(text).ok_or_else(refused),
            Value::Number(number) if number.is_i64() || number.is_u64() => {
                Self::read(&number.to_string()).ok_or_else(refused)
            }
            _ => Err(refused()),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// An amount in a currency.
#[derive(Clone, Debug, PartialEq, Eq, async_graphql::SimpleObject)]
pub struct Money {
    /// How much, in units of the currency (12.50, not 1250), with at most 6 decimals.
    pub amount: Decimal,
    /// Of which currency.
    pub currency_code: CurrencyCode,
}

impl AtOnce for Money {
    fn at_once(&self, asked: &Asked<'_>) -> Option<Value> {
        Some(match asked.name() {
            "amount" => self.amount.to_value(),
            "currencyCode" => self.currency_code.to_value(),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn a_decimal_has_one_spelling_and_keeps_every_digit() {
        let read = |text| Decimal::read(text).map(|decimal| decimal.0);
        assert_eq!(read("12.50").as_deref(), Some("12.5"));
        assert_eq!(read("007").as_deref(), Some("7"));
        assert_eq!(read("-0.0").as_deref(), Some("0"));
        assert_eq!(read("-1.10").as_deref(), Some("-1.1"));
        assert_eq!(read("10").as_deref(), Some("10"));
        for garbled in [
            "", "-", ".5", "5.", "1e3", "+1", " 1", "1,5", "١", "1.2.3", "--1",
        ] {
            assert_eq!(read(garbled), None, "{garbled}");
        }
        assert_eq!(read(&"9".repeat(101)), None);
    }

    #[test]
    fn a_decimal_is_so_many_parts_exactly_or_none() {
        let parts = |text| Decimal::read(text).and_then(|decimal| decimal.parts(6));
        assert_eq!(parts("12.5"), Some(12_500_000));
        assert_eq!(parts("-0.000001"), Some(-1));
        assert_eq!(parts("0.0000001"), None);
        assert_eq!(parts("1000000000000"), Some(1_000_000_000_000_000_000));
        assert_eq!(parts("99999999999999999999"), None);
    }
}
