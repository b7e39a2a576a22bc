//! Days and moments that people wrote.

use super::{Column, DateOrder, Fault, Rule, Work};
use crate::cell::Kind;
use crate::xlsx::number::DateSystem;
use chrono::NaiveDate;

/// The first letters of the months, folded, in English, German, French and Spanish; the longer ones first.
const MONTHS: [(&str, u32); 35] = [
    ("jan", 1),
    ("janv", 1),
    ("ene", 1),
    ("feb", 2),
    ("fev", 2),
    ("mar", 3),
    ("maerz", 3),
    ("mrz", 3),
    ("mars", 3),
    ("apr", 4),
    ("avr", 4),
    ("abr", 4),
    ("may", 5),
    ("mai", 5),
    ("juin", 6),
    ("jun", 6),
    ("juil", 7),
    ("jul", 7),
    ("aug", 8),
    ("aou", 8),
    ("ago", 8),
    ("sep", 9),
    ("sept", 9),
    ("set", 9),
    ("oct", 10),
    ("okt", 10),
    ("nov", 11),
    ("dec", 12),
    ("dez", 12),
    ("dic", 12),
    ("august", 8),
    ("avril", 4),
    ("agosto", 8),
    ("juillet", 7),
    ("maj", 5),
];

/// What a written date shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shows {
    /// One day.
    Day(NaiveDate),
    /// One of two days, by what stands first.
    Either(NaiveDate, NaiveDate),
    /// The right form, but no day of any calendar.
    NoSuchDay,
    /// Something else.
    Other,
}

/// A year of two digits is one of 1930 to 2029, as spreadsheet programs have it.
fn year(text: &str) -> Option<i32> {
    let year: i32 = text.parse().ok()?;
    match text.len() {
        2 if year < 30 => Some(2000 + year),
        2 => Some(1900 + year),
        4 => Some(year),
        _ => None,
    }
}

fn number(text: &str) -> Option<u32> {
    let digits = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

fn one(year: i32, month: u32, day: u32) -> Shows {
    NaiveDate::from_ymd_opt(year, month, day).map_or(Shows::NoSuchDay, Shows::Day)
}

/// What the text of a day shows, with what stands first between slashes or hyphens where that is known.
pub fn shows(text: &str, order: Option<DateOrder>) -> Shows {
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
        let (Ok(year), Some(month), Some(day)) =
            (part(0, 4).parse(), number(part(4, 6)), number(part(6, 8)))
        else {
            return Shows::Other;
        };
        return one(year, month, day);
    }
    let Some(mark) = text
        .chars()
        .find(|letter| matches!(letter, '.' | '/' | '-'))
    else {
        return named(text);
    };
    let parts: Vec<&str> = text.split(mark).map(str::trim).collect();
    let [first, second, third] = parts.as_slice() else {
        return named(text);
    };
    if first.len() == 4
        && let (Some(year), Some(month), Some(day)) = (year(first), number(second), number(third))
    {
        return one(year, month, day);
    }
    let (Some(first), Some(second), Some(year)) = (number(first), number(second), year(third))
    else {
        return named(text);
    };
    let day_first = NaiveDate::from_ymd_opt(year, second, first);
    if mark == '.' {
        return day_first.map_or(Shows::NoSuchDay, Shows::Day);
    }
    let month_first = NaiveDate::from_ymd_opt(year, first, second);
    match (order, day_first, month_first) {
        (Some(DateOrder::Day), Some(day), _) | (Some(DateOrder::Month), _, Some(day)) => {
            Shows::Day(day)
        }
        (None, Some(one), Some(other)) if one != other => Shows::Either(one, other),
        (None, Some(day), _) | (None, None, Some(day)) => Shows::Day(day),
        _ => Shows::NoSuchDay,
    }
}

/// `8 June 2001`, `June 8, 2001`, `8. Juni 2001`, `08-Jun-01`, `8 de junio de 2001`.
fn named(text: &str) -> Shows {
    let folded = super::fold(text);
    let words: Vec<&str> = folded
        .split(' ')
        .filter(|word| !matches!(*word, "de" | "del" | "of"))
        .collect();
    let [first, second, third] = words.as_slice() else {
        return Shows::Other;
    };
    let month = |word: &str| {
        word.chars().all(char::is_alphabetic).then_some(())?;
        let known = |start: &&(&str, u32)| word.starts_with(start.0) && word.len() <= 10;
        MONTHS
            .iter()
            .filter(known)
            .max_by_key(|start| start.0.len())
            .map(|start| start.1)
    };
    let ordinal = |word: &str| {
        let bare = word.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h']);
        number(bare)
    };
    let found = if let (Some(day), Some(month)) = (ordinal(first), month(second)) {
        Some((day, month))
    } else if let (Some(month), Some(day)) = (month(first), ordinal(second)) {
        Some((day, month))
    } else {
        None
    };
    match (found, year(third)) {
        (Some((day, month)), Some(year)) => one(year, month, day),
        _ => Shows::Other,
    }
}

/// A time behind a day: `T12:30:00.5Z`, ` 12:30`, ` 12:30:00+02:00`; as RFC 3339 wants it.
fn time(text: &str) -> Option<String> {
    let at = text.find(['Z', 'z', '+', '-']).unwrap_or(text.len());
    let (clock, offset) = text.split_at_checked(at)?;
    let parts: Vec<&str> = clock.split(':').collect();
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] => (*hour, *minute, "00"),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return None,
    };
    let (whole, fraction) = second
        .split_once('.')
        .map_or((second, None), |(whole, rest)| (whole, Some(rest)));
    let below = |text: &str, most: u32| number(text).filter(|number| *number < most);
    let (hour, minute, whole) = (below(hour, 24)?, below(minute, 60)?, below(whole, 60)?);
    let fraction = match fraction {
        Some(digits)
            if (1..=9).contains(&digits.len())
                && digits.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            format!(".{digits}")
        }
        Some(_) => return None,
        None => String::new(),
    };
    let offset = match offset {
        "" => String::new(),
        "Z" | "z" => "Z".to_owned(),
        offset => {
            let (hours, minutes) = offset.get(1..)?.split_once(':')?;
            let sign = offset.get(..1)?;
            format!("{sign}{:02}:{:02}", below(hours, 24)?, below(minutes, 60)?)
        }
    };
    Some(format!(
        "{hour:02}:{minute:02}:{whole:02}{fraction}{offset}"
    ))
}

/// A day and, behind it, a time.
pub fn apart(text: &str) -> (&str, Option<String>) {
    for (at, letter) in text.char_indices().skip(6) {
        let behind = text.get(at + letter.len_utf8()..).unwrap_or_default();
        if matches!(letter, ' ' | 'T' | 't')
            && let Some(time) = time(behind.trim())
        {
            return (text.get(..at).unwrap_or_default().trim(), Some(time));
        }
    }
    (text, None)
}

fn read(work: &mut Work, kind: Kind, column: &Column) -> Result<(String, Option<String>), Fault> {
    match kind {
        Kind::Date | Kind::Text => {}
        Kind::Number => {
            let serial: Option<u64> = work.text.parse().ok();
            if let Some(day) = serial.and_then(|serial| column.date_system.day(serial)) {
                work.set(sound(day)?, Rule::SerialDay);
                return Ok((work.text.clone(), None));
            }
        }
        _ => return Err(Fault::NotADate),
    }
    if column.serial_days
        && let Some(day) = work
            .text
            .parse()
            .ok()
            .and_then(|serial| column.date_system.day(serial))
    {
        work.set(sound(day)?, Rule::SerialDay);
        return Ok((work.text.clone(), None));
    }
    let (day, time) = apart(&work.text);
    match shows(day, column.date_order) {
        Shows::Day(day) => Ok((day.format("%Y-%m-%d").to_string(), time)),
        Shows::Either(one, other) => Err(Fault::AmbiguousDate {
            day_first: one.format("%Y-%m-%d").to_string(),
            month_first: other.format("%Y-%m-%d").to_string(),
        }),
        Shows::NoSuchDay => Err(Fault::NoSuchDay),
        Shows::Other => Err(Fault::NotADate),
    }
}

/// The 29 February 1900 is counted, and is no day.
fn sound(day: String) -> Result<String, Fault> {
    match NaiveDate::parse_from_str(&day, "%Y-%m-%d") {
        Ok(_) => Ok(day),
        Err(_) => Err(Fault::NoSuchDay),
    }
}

/// Whether a stored number could be the day of somebody's records: 1930 to 2100.
pub fn likely_serial(text: &str, system: DateSystem) -> bool {
    let day = text.parse().ok().and_then(|serial| system.day(serial));
    day.is_some_and(|day| ("1930-01-01".."2100-01-01").contains(&day.as_str()))
}

pub fn day(work: &mut Work, kind: Kind, column: &Column) -> Result<(), Fault> {
    let (day, time) = read(work, kind, column)?;
    let midnight = time
        .as_deref()
        .is_none_or(|time| time.starts_with("00:00:00"));
    work.set(
        day,
        if midnight {
            Rule::Date
        } else {
            Rule::TimeOfDay
        },
    );
    Ok(())
}

pub fn moment(work: &mut Work, kind: Kind, column: &Column) -> Result<(), Fault> {
    let (day, time) = read(work, kind, column)?;
    let text = time.map_or(day.clone(), |time| format!("{day}T{time}"));
    work.set(text, Rule::Date);
    Ok(())
}
