//! Scalars with one spelling each way.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime as ChronoDateTime, NaiveDate, Utc};

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
