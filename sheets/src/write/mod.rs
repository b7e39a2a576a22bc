//! Writes tables as .xlsx and .csv, in which nothing is a formula (security D8), and templates to be filled in.
//!
//! A workbook knows texts from formulas, so that its texts are written as they are. CSV does not: a text that a spreadsheet
//! program would take for a formula gets an apostrophe in front, which [`unescaped`] takes away again.

mod template;

use rust_xlsxwriter::{Format, Workbook, XlsxError};
use std::borrow::Cow;
use std::io::{self, Write};

pub use template::template;

/// The rows of a sheet, headings included.
const ROWS: usize = 1_048_576;
/// The characters of a workbook's cell.
const CELL: usize = 32_767;
/// Programs take a text that starts with one of these for a formula, or skip it and look at what comes next.
const DANGEROUS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// One cell that is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Out {
    Blank,
    Text(String),
    /// Digits with at most one point, maybe a minus in front; written as text if it is something else.
    Number(String),
    Boolean(bool),
}

/// Why a workbook cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum Unwritable {
    #[error("a workbook has no place for more than {ROWS} rows: write CSV")]
    TooManyRows,
    #[error("row {row}: a workbook's cell has no place for more than {CELL} characters: write CSV")]
    CellTooLong { row: usize },
    #[error(transparent)]
    Workbook(#[from] XlsxError),
}

/// A text as it is safe in CSV: with an apostrophe in front if a program could take it for a formula, or if it looks as if
/// it had one.
#[must_use]
pub fn escaped(text: &str) -> Cow<'_, str> {
    let bare = text.trim_start_matches('\'');
    // Programs pass over blanks in front.
    let first = bare
        .trim_start_matches([' ', '\u{a0}', '\n'])
        .chars()
        .next();
    if first.is_some_and(|first| DANGEROUS.contains(&first)) || bare.starts_with(['\t', '\r']) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

/// What [`escaped`] was given.
#[must_use]
pub fn unescaped(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if matches!(escaped(rest), Cow::Owned(_)) => rest,
        _ => text,
    }
}

fn plain_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all(whole) && all(decimals)
}

/// Writes CSV: UTF-8 with a byte order mark, since Excel takes it for something else without one; CRLF; every text quoted, so
/// that no program splits it elsewhere.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn csv<W: Write>(
    mut out: W,
    headings: &[&str],
    rows: impl Iterator<Item = Vec<Out>>,
) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut writer = ::csv::WriterBuilder::new()
        .quote_style(::csv::QuoteStyle::NonNumeric)
        .terminator(::csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(out);
    writer.write_record(headings.iter().map(|heading| escaped(heading).into_owned()))?;
    for row in rows {
        let cells = row.iter().map(|cell| match cell {
            Out::Blank => Cow::Borrowed(""),
            Out::Number(text) if plain_number(text) => text.as_str().into(),
            Out::Text(text) | Out::Number(text) => escaped(text),
            Out::Boolean(yes) => if *yes { "true" } else { "false" }.into(),
        });
        writer.write_record(cells.map(Cow::into_owned))?;
    }
    writer.flush()
}

/// Writes a workbook of one sheet, with the headings in bold and kept in sight. It is held in memory as a whole.
///
/// # Errors
///
/// When there is more than a workbook has place for.
pub fn xlsx(
    sheet: &str,
    headings: &[&str],
    rows: impl Iterator<Item = Vec<Out>>,
) -> Result<Vec<u8>, Unwritable> {
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    page.set_name(sheet_name(sheet))?;
    let bold = Format::new().set_bold();
    for (column, heading) in (0_u16..).zip(headings) {
        page.write_string_with_format(0, column, *heading, &bold)?;
        page.set_column_width(column, 18)?;
    }
    page.set_freeze_panes(1, 0)?;
    for (at, row) in (1_usize..).zip(rows) {
        let number = u32::try_from(at)
            .ok()
            .filter(|_| at < ROWS)
            .ok_or(Unwritable::TooManyRows)?;
        for (column, cell) in (0_u16..).zip(row) {
            match cell {
                Out::Blank => {}
                Out::Boolean(yes) => drop(page.write_boolean(number, column, yes)?),
                Out::Number(text) => match exact(&text) {
                    Some(exact) => drop(page.write_number(number, column, exact)?),
                    None => drop(page.write_string(number, column, text)?),
                },
                Out::Text(text) if text.encode_utf16().count() > CELL => {
                    return Err(Unwritable::CellTooLong { row: at + 1 });
                }
                Out::Text(text) => drop(page.write_string(number, column, text)?),
            }
        }
    }
    Ok(workbook.save_to_buffer()?)
}

/// A number that a workbook keeps digit for digit.
fn exact(text: &str) -> Option<f64> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if !plain_number(text) || digits > 15 {
        return None;
    }
    text.parse().ok()
}

/// Sheets have names of at most 31 characters, without some, and not inside apostrophes.
fn sheet_name(name: &str) -> String {
    let letters = name
        .chars()
        .filter(|letter| !r"[]:*?/\".contains(*letter) && !letter.is_control());
    let name: String = letters.take(31).collect();
    let name = name.trim_matches(['\'', ' ']);
    if name.is_empty() {
        "Sheet".to_owned()
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_that_could_be_formulas_get_an_apostrophe() {
        for (text, safe) in [
            ("=1+1", "'=1+1"),
            ("+49 30", "'+49 30"),
            ("-x", "'-x"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            (" =1", "' =1"),
            ("'=1", "''=1"),
            ("O'Neil", "O'Neil"),
            ("'t Hooft", "'t Hooft"),
            ("a=1", "a=1"),
        ] {
            assert_eq!(escaped(text), safe);
            assert_eq!(unescaped(&escaped(text)), text);
        }
    }

    proptest! {
        #[test]
        fn escaping_is_undone_exactly(text in "[='+@ \t\ra-c-]{0,6}") {
            let safe = escaped(&text);
            prop_assert_eq!(unescaped(&safe), text.as_str());
            prop_assert!(!safe.trim_start().starts_with(['=', '+', '-', '@']));
        }
    }
}
