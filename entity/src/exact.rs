//! Amounts and quantities, kept exactly: whole numbers of the smallest part, so that both engines compare and add them as they are (T-131).

use sea_orm::DeriveValueType;
use sea_orm::sqlx;
use serde::{Serialize, Serializer};
use std::fmt;

macro_rules! exact {
    ($($(#[$doc:meta])* $name:ident, $places:literal, $whole:literal);+ $(;)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
        pub struct $name(pub i64);

        impl $name {
            /// Decimals that are kept.
            pub const PLACES: u32 = $places;
            /// All are below this.
            pub const END: Self = Self($whole * 10_i64.pow($places));
        }

        impl fmt::Display for $name {
            /// Without trailing zeros: `12.5`.
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                written(self.0, Self::PLACES, formatter)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<DB: sqlx::Database> sqlx::Type<DB> for $name
        where
            i64: sqlx::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <i64 as sqlx::Type<DB>>::type_info()
            }
        }

        impl<'r, DB: sqlx::Database> sqlx::Decode<'r, DB> for $name
        where
            i64: sqlx::Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                <i64 as sqlx::Decode<'r, DB>>::decode(value).map(Self)
            }
        }
    )+};
}

exact! {
    /// An amount of money, in millionths of a unit of its currency.
    Amount, 6, 1_000_000_000_000;
    /// How many or how much of something, in billionths.
    Quantity, 9, 1_000_000_000;
}

fn written(parts: i64, places: u32, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let unit = 10_u64.pow(places);
    let (whole, rest) = (parts.unsigned_abs() / unit, parts.unsigned_abs() % unit);
    if parts < 0 {
        formatter.write_str("-")?;
    }
    write!(formatter, "{whole}")?;
    if rest == 0 {
        return Ok(());
    }
    let decimals = format!("{rest:0width$}", width = places as usize);
    write!(formatter, ".{}", decimals.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_without_trailing_zeros() {
        let written = |parts| Amount(parts).to_string();
        assert_eq!(written(12_500_000), "12.5");
        assert_eq!(written(12_000_000), "12");
        assert_eq!(written(1), "0.000001");
        assert_eq!(written(-1_500_000), "-1.5");
        assert_eq!(written(0), "0");
        assert_eq!(
            Quantity(Quantity::END.0 - 1).to_string(),
            "999999999.999999999"
        );
    }
}
