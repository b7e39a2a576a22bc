//! Writes tables as .xlsx and .csv, in which nothing is a formula (security D8), and templates to be filled in.
//!
//! A workbook knows texts from formulas, so that its texts are written as they are. CSV does not: a text that a spreadsheet
//! program would take for a formula gets an apostrophe in front, which [`unescaped`] takes away again.
//!
//! A [`Writer`] holds a row at a time, so that any number of them can be sent while they are read.

mod archive;
mod template;
mod workbook;

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};
use workbook::Workbook;

pub use template::template;

/// The rows of a sheet, headings included.
pub const ROWS: usize = 1_048_576;
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

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// UTF-8 with a byte order mark, since Excel takes it for something else without one; CRLF; every text quoted, so that no program
    /// splits it elsewhere.
    Csv,
    /// A workbook of one sheet, with the headings in bold and kept in sight.
    Xlsx,
}

/// Why a table cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum Unwritable {
    #[error("a workbook has no place for more than {ROWS} rows: write CSV")]
    TooManyRows,
    #[error("row {row}: a workbook's cell has no place for more than {CELL} characters: write CSV")]
    CellTooLong { row: usize },
    #[error("a workbook has no place for more than 4 GiB: write CSV")]
    TooLarge,
    #[error(transparent)]
    Template(#[from] rust_xlsxwriter::XlsxError),
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Text(#[from] fmt::Error),
}

/// A table that is written row by row.
pub struct Writer(Written);

enum Written {
    Csv(String),
    Xlsx(Box<Workbook>),
}

impl Writer {
    /// Begins with the headings. `sheet` is the name of the sheet, where there is one.
    ///
    /// # Errors
    ///
    /// As [`Self::row`].
    pub fn new(format: Format, sheet: &str, headings: &[&str]) -> Result<Self, Unwritable> {
        Ok(Self(match format {
            Format::Xlsx => Written::Xlsx(Box::new(Workbook::new(sheet, headings)?)),
            Format::Csv => {
                let headings = headings.iter().map(|heading| (*heading).to_owned());
                let headings: Vec<_> = headings.map(Out::Text).collect();
                let mut csv = "\u{feff}".to_owned();
                record(&mut csv, &headings);
                Written::Csv(csv)
            }
        }))
    }

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// When there is more than a workbook has place for.
    pub fn row(&mut self, cells: &[Out]) -> Result<(), Unwritable> {
        match &mut self.0 {
            Written::Csv(csv) => record(csv, cells),
            Written::Xlsx(workbook) => workbook.row(cells)?,
        }
        Ok(())
    }

    /// The bytes since the last time.
    #[must_use]
    pub fn take(&mut self) -> Vec<u8> {
        match &mut self.0 {
            Written::Csv(csv) => std::mem::take(csv).into_bytes(),
            Written::Xlsx(workbook) => workbook.take(),
        }
    }

    /// The bytes since the last time, up to the end.
    ///
    /// # Errors
    ///
    /// As [`Self::row`].
    pub fn finish(self) -> Result<Vec<u8>, Unwritable> {
        match self.0 {
            Written::Csv(csv) => Ok(csv.into_bytes()),
            Written::Xlsx(workbook) => workbook.finish(),
        }
    }
}

fn record(csv: &mut String, cells: &[Out]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            csv.push(',');
        }
        match cell {
            Out::Number(digits) if plain_number(digits) => csv.push_str(&of_one_reading(digits)),
            Out::Blank => csv.push_str("\"\""),
            Out::Boolean(yes) => csv.push_str(if *yes { "\"true\"" } else { "\"false\"" }),
            Out::Text(text) | Out::Number(text) => {
                csv.push('"');
                csv.push_str(&escaped(text).replace('"', "\"\""));
                csv.push('"');
            }
        }
    }
    csv.push_str("\r\n");
}

/// A number with three decimals gets one more: 1.500 could be a number of thousands.
fn of_one_reading(digits: &str) -> Cow<'_, str> {
    match digits.split_once('.') {
        Some((_, decimals)) if decimals.len() == 3 => format!("{digits}0").into(),
        _ => digits.into(),
    }
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

/// Writes CSV as a whole.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn csv<W: Write>(
    mut out: W,
    headings: &[&str],
    rows: impl Iterator<Item = Vec<Out>>,
) -> Result<(), Unwritable> {
    let mut writer = Writer::new(Format::Csv, "", headings)?;
    for row in rows {
        writer.row(&row)?;
        out.write_all(&writer.take())?;
    }
    out.write_all(&writer.finish()?)?;
    Ok(out.flush()?)
}

/// Writes a workbook as a whole, and holds it.
///
/// # Errors
///
/// When there is more than a workbook has place for.
pub fn xlsx(
    sheet: &str,
    headings: &[&str],
    rows: impl Iterator<Item = Vec<Out>>,
) -> Result<Vec<u8>, Unwritable> {
    let mut writer = Writer::new(Format::Xlsx, sheet, headings)?;
    let mut bytes = Vec::new();
    for row in rows {
        writer.row(&row)?;
        bytes.append(&mut writer.take());
    }
    bytes.append(&mut writer.finish()?);
    Ok(bytes)
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
