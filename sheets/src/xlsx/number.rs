//! What a stored number means: the digits a person sees, or the day or time that its format makes of it.

use super::styles::Format;
use crate::cell::{Cell, Kind};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// From when on a workbook counts days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DateSystem {
    /// Day 1 is 1900-01-01, and day 60 is a 29 February that there never was.
    #[default]
    From1900,
    /// Day 0 is 1904-01-01.
    From1904,
}

/// Behind 9999-12-31 no program shows a date.
const LAST_DAY: u64 = 2_958_465;
const SECONDS: f64 = 86_400.0;

impl DateSystem {
    /// The day that a number stands for, as `2001-06-08`; fractions are the time of day and do not count.
    /// Number 60 of 1900 is `1900-02-29`, as it is shown, which is no day.
    #[must_use]
    pub fn day(self, serial: u64) -> Option<String> {
        let (start, days) = match self {
            Self::From1904 => (NaiveDate::from_ymd_opt(1904, 1, 1)?, serial),
            Self::From1900 if serial == 60 => return Some("1900-02-29".to_owned()),
            Self::From1900 if serial == 0 => return None,
            Self::From1900 if serial < 60 => (NaiveDate::from_ymd_opt(1899, 12, 31)?, serial),
            Self::From1900 => (NaiveDate::from_ymd_opt(1899, 12, 30)?, serial),
        };
        if days > LAST_DAY {
            return None;
        }
        let day = start.checked_add_days(Days::new(days))?;
        Some(day.format("%Y-%m-%d").to_string())
    }
}

/// The cell that a stored number is, by its format.
pub fn cell(stored: &str, format: Format, system: DateSystem) -> Cell {
    let shown = match format {
        Format::Plain => None,
        Format::Padded(width) => padded(stored, width),
        Format::Day => moment(stored, system).map(|(day, _)| Cell::new(Kind::Date, day)),
        Format::DayAndTime => moment(stored, system).map(|(day, time)| {
            let text = if time == 0 {
                day
            } else {
                format!("{day}T{}", clock(time))
            };
            Cell::new(Kind::Date, text)
        }),
        Format::Time => seconds(stored).map(|all| Cell::new(Kind::Time, clock(all % 86_400))),
        Format::Span => seconds(stored).map(|all| Cell::new(Kind::Time, clock(all))),
    };
    shown.unwrap_or_else(|| match plain(stored) {
        Some(text) => Cell::new(Kind::Number, text),
        None => Cell::text(stored),
    })
}

/// A format of zeros alone shows leading zeros, which is why somebody chose it: customer 000012.
fn padded(stored: &str, width: usize) -> Option<Cell> {
    let digits = plain(stored).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some(Cell::new(Kind::Number, format!("{digits:0>width$}")))
}

/// Whole seconds; programs store times as fractions that never come out even.
fn seconds(stored: &str) -> Option<u64> {
    let number: f64 = stored.trim().parse().ok()?;
    let all = (number * SECONDS).round();
    if !(0.0..1e12).contains(&all) {
        return None;
    }
    format!("{all:.0}").parse().ok()
}

fn moment(stored: &str, system: DateSystem) -> Option<(String, u64)> {
    let all = seconds(stored)?;
    Some((system.day(all / 86_400)?, all % 86_400))
}

fn clock(seconds: u64) -> String {
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    format!("{:02}:{:02}:{seconds:02}", minutes / 60, minutes % 60)
}

/// A number as plain digits: what is stored where that is plain already (ids longer than a computer's numbers are kept),
/// else rounded to the 15 digits that a spreadsheet program works with. `None` when it is no number.
pub fn plain(stored: &str) -> Option<String> {
    let text = stored.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(without_zeros(text.starts_with('-'), digits, ""));
    }
    let number: f64 = text
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())?;
    let scientific = format!("{number:.14e}");
    let (mantissa, exponent) = scientific.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    if !(-300..=300).contains(&exponent) {
        return None;
    }
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let (whole, fraction) = if exponent < 0 {
        let zeros = usize::try_from(-exponent - 1).ok()?;
        (String::new(), "0".repeat(zeros) + &digits)
    } else {
        let point = usize::try_from(exponent).ok()? + 1;
        let long = format!("{digits:0<point$}");
        let (whole, fraction) = long.split_at_checked(point)?;
        (whole.to_owned(), fraction.to_owned())
    };
    Some(without_zeros(mantissa.starts_with('-'), &whole, &fraction))
}

fn without_zeros(minus: bool, whole: &str, fraction: &str) -> String {
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if minus && (whole != "0" || !fraction.is_empty()) {
        "-"
    } else {
        ""
    };
    if fraction.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_shown_without_noise_and_without_exponent() {
        for (stored, shown) in [
            ("12.0", "12"),
            ("0.10000000000000001", "0.1"),
            ("0.30000000000000004", "0.3"),
            ("1.0E+17", "100000000000000000"),
            ("9007199254740993", "9007199254740993"),
            ("12345678901234567890", "12345678901234567890"),
            ("1.5E-7", "0.00000015"),
            ("-0.0", "0"),
            ("-12.50", "-12.5"),
            ("016838.5", "16838.5"),
            ("0", "0"),
            ("49014", "49014"),
        ] {
            assert_eq!(plain(stored).as_deref(), Some(shown), "{stored}");
        }
        for nothing in ["", "-", "NaN", "inf", "abc", "1e400", "0x10"] {
            assert_eq!(plain(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn days_are_counted_from_1900_with_the_day_that_never_was_or_from_1904() {
        let old = |serial| DateSystem::From1900.day(serial).unwrap_or_default();
        assert_eq!(
            [1, 59, 60, 61, 36_892, 2_958_465].map(old),
            [
                "1900-01-01",
                "1900-02-28",
                "1900-02-29",
                "1900-03-01",
                "2001-01-01",
                "9999-12-31"
            ]
        );
        let new = |serial| DateSystem::From1904.day(serial).unwrap_or_default();
        assert_eq!(
            [0, 1, 35_430].map(new),
            ["1904-01-01", "1904-01-02", "2001-01-01"]
        );
        assert_eq!(DateSystem::From1900.day(0), None);
        assert_eq!(DateSystem::From1900.day(2_958_466), None);
    }

    #[test]
    fn a_format_makes_a_day_a_time_or_leading_zeros_of_a_number() {
        let system = DateSystem::From1900;
        let shown = |stored, format| cell(stored, format, system).text;
        assert_eq!(shown("36892", Format::Day), "2001-01-01");
        assert_eq!(shown("36892.75", Format::Day), "2001-01-01");
        assert_eq!(shown("36892.75", Format::DayAndTime), "2001-01-01T18:00:00");
        assert_eq!(shown("36892.999999999", Format::DayAndTime), "2001-01-02");
        assert_eq!(shown("0.52083333333333337", Format::Time), "12:30:00");
        assert_eq!(shown("1.5", Format::Span), "36:00:00");
        assert_eq!(shown("12", Format::Padded(6)), "000012");
        assert_eq!(shown("1.5", Format::Padded(6)), "1.5");
        assert_eq!(cell("-1", Format::Day, system).kind, Kind::Number);
        assert_eq!(cell("0.5", Format::Day, system).text, "0.5");
    }
}
