//! How a text file sets its cells apart: found out from its start.

use super::records::Records;
use crate::book::LineEnds;
use crate::options::{Limits, Quote};

/// In this order where two explain a file equally well.
const DELIMITERS: [char; 4] = [';', '\t', ',', '|'];
/// Rows that are looked at.
const ROWS: usize = 200;

/// The delimiter that a first line such as `sep=;` names. Spreadsheet programs obey it and do not show it.
pub fn announced(sample: &str) -> Option<(char, usize)> {
    let line = sample.split(['\r', '\n']).next()?;
    let named = line
        .strip_prefix("sep=")
        .or_else(|| line.strip_prefix("SEP="))?;
    let mut letters = named.chars();
    let delimiter = letters.next().filter(char::is_ascii)?;
    if letters.next().is_some() {
        return None;
    }
    let behind = sample.get(line.len()..).unwrap_or_default();
    let end = match behind.as_bytes() {
        [b'\r', b'\n', ..] => 2,
        [_, ..] => 1,
        [] => 0,
    };
    Some((delimiter, line.len() + end))
}

/// Single quotes only where cells begin and end with them again and again, and none with double ones.
pub fn quote(sample: &str) -> Quote {
    let edges = |quote: char| {
        let around = |letter: Option<&char>| {
            letter.is_none_or(|letter| matches!(letter, '\r' | '\n') || DELIMITERS.contains(letter))
        };
        let letters: Vec<char> = sample.chars().collect();
        let mut found = (0, 0);
        for (at, letter) in letters.iter().enumerate() {
            if *letter == quote {
                let before = at.checked_sub(1).and_then(|before| letters.get(before));
                found.0 += usize::from(around(before));
                found.1 += usize::from(around(letters.get(at + 1)));
            }
        }
        found
    };
    let (open, close) = edges('\'');
    if edges('"').0 == 0 && open > 2 && open == close {
        Quote::Single
    } else {
        Quote::Double
    }
}

pub fn line_ends(sample: &str) -> LineEnds {
    let both = sample.matches("\r\n").count();
    let cr = sample.matches('\r').count() - both;
    let lf = sample.matches('\n').count() - both;
    match (lf > 0, both > 0, cr > 0) {
        (false, false, false) => LineEnds::None,
        (true, false, false) => LineEnds::Lf,
        (false, true, false) => LineEnds::CrLf,
        (false, false, true) => LineEnds::Cr,
        _ => LineEnds::Mixed,
    }
}

/// The delimiter by which most rows have the same number of cells, the more the better. It counts three times if the first
/// such row reads like headings, so that commas in the cells of a file with semicolons do not win.
pub fn delimiter(sample: &str, quote: Quote) -> char {
    let mut best = (',', 0.0);
    for candidate in DELIMITERS {
        let score = score(sample, candidate, quote);
        if score > best.1 {
            best = (candidate, score);
        }
    }
    best.0
}

fn score(sample: &str, delimiter: char, quote: Quote) -> f64 {
    let texts = Box::new(std::iter::once(Ok(sample.to_owned())));
    let byte = |letter: char| u8::try_from(letter).ok();
    let limits = Limits {
        columns: u32::MAX,
        cell_length: usize::MAX,
        ..Limits::default()
    };
    let Some(separator) = byte(delimiter) else {
        return 0.0;
    };
    let quote = quote.character().and_then(byte);
    let mut records = Records::new(texts, separator, quote, limits);
    let mut widths: Vec<(u32, bool)> = Vec::new();
    // A quote that is open where the sample ends is no fault.
    while let Ok(Some((row, width))) = records.next_record() {
        if row.cells().len() > 0 {
            let headings = row.cells().all(|(_, cell)| {
                cell.text.len() < 80
                    && !cell
                        .text
                        .contains(|letter: char| letter.is_ascii_digit() || letter == '@')
            });
            widths.push((width, headings));
        }
        if widths.len() >= ROWS {
            break;
        }
    }
    let rows = widths.len();
    let usual = |width: u32| widths.iter().filter(|(other, _)| *other == width).count();
    let Some(most) = widths
        .iter()
        .map(|(width, _)| *width)
        .filter(|width| *width > 1)
        .max_by_key(|width| (usual(*width), *width))
    else {
        return 0.0;
    };
    let share = small(usual(most)) / small(rows);
    let headed = widths
        .iter()
        .find(|(width, _)| *width == most)
        .is_some_and(|(_, headings)| *headings);
    let weight = if headed { 3.0 } else { 1.0 };
    share * share * f64::from(most.min(20) - 1).sqrt() * weight
}

/// At most a few hundred.
fn small(count: usize) -> f64 {
    f64::from(u16::try_from(count).unwrap_or(u16::MAX))
}
