//! Text files: delimited text and JSON lines, in the encodings that programs write.
//!
//! [`encoding`] finds out in what a file is written and undoes it, [`dialect`] how its cells are set apart, [`records`] reads rows.
//! Nothing holds more of a file than a piece of 64 KiB and one row.

pub mod dialect;
pub mod encoding;
pub mod records;

use crate::book::{Detected, Note};
use crate::cell::Row;
use crate::json::JsonLines;
use crate::options::{Limits, Options};
use crate::refused::{Refused, Unsupported};
use crate::source::Source;
use encoding::{Pieces, Written};
use records::Records;

/// A text file that was found fit to be read.
pub struct Text {
    source: Source,
    written: Written,
    delimiter: u8,
    quote: Option<u8>,
    /// The bytes, once decoded, of a first line that names the delimiter.
    skip: usize,
    limits: Limits,
}

pub enum Opened {
    Table(Text, Detected),
    JsonLines(JsonLines, Detected),
}

pub struct TextRows(Records);

pub fn open(source: &Source, options: &Options) -> Result<Opened, Refused> {
    let written = encoding::find_out(source, options)?;
    let sample = sample(source, written)?;
    let start = sample.trim_start();
    let notes = if written.malformed > 0 {
        vec![Note::Malformed {
            places: written.malformed,
        }]
    } else {
        Vec::new()
    };
    if options.delimiter.is_none() {
        if start.is_empty() && sample.len() as u64 + u64::from(written.mark) >= source.size()? {
            return Err(Refused::Empty);
        }
        refuse_markup(start)?;
        if start.starts_with('{') {
            let lines = JsonLines::open(source, written, &options.limits)?;
            let detected = Detected::JsonLines {
                encoding: written.encoding,
                byte_order_mark: written.mark > 0,
                line_ends: dialect::line_ends(&sample),
                notes,
            };
            return Ok(Opened::JsonLines(lines, detected));
        }
    }
    table(source, options, written, &sample, notes)
}

fn table(
    source: &Source,
    options: &Options,
    written: Written,
    sample: &str,
    mut notes: Vec<Note>,
) -> Result<Opened, Refused> {
    let announced = dialect::announced(sample);
    let skip = announced.map_or(0, |(_, length)| length);
    let sample = sample.get(skip..).unwrap_or_default();
    if skip > 0 {
        notes.push(Note::DelimiterLine);
    }
    let quote = options.quote.unwrap_or_else(|| dialect::quote(sample));
    let delimiter = options
        .delimiter
        .or(announced.map(|(delimiter, _)| delimiter))
        .unwrap_or_else(|| dialect::delimiter(sample, quote));
    let byte = u8::try_from(delimiter)
        .ok()
        .filter(|byte| byte.is_ascii() && !matches!(byte, b'\r' | b'\n'))
        .filter(|byte| quote.character() != Some(char::from(*byte)))
        .ok_or(Unsupported::Delimiter)?;
    let text = Text {
        source: source.clone(),
        written,
        delimiter: byte,
        quote: quote.character().and_then(|quote| u8::try_from(quote).ok()),
        skip,
        limits: options.limits.clone(),
    };
    let detected = Detected::Text {
        encoding: written.encoding,
        byte_order_mark: written.mark > 0,
        delimiter,
        quote,
        line_ends: dialect::line_ends(sample),
        notes,
    };
    Ok(Opened::Table(text, detected))
}

impl Text {
    pub fn rows(&self) -> Result<TextRows, Refused> {
        let mut skip = self.skip;
        let pieces = Pieces::new(&self.source, self.written)?.map(move |piece| {
            let mut piece = piece?;
            let taken = skip.min(piece.len());
            skip -= taken;
            piece.drain(..taken);
            Ok(piece)
        });
        let limits = self.limits.clone();
        Ok(TextRows(Records::new(
            Box::new(pieces),
            self.delimiter,
            self.quote,
            limits,
        )))
    }
}

impl TextRows {
    pub fn next_row(&mut self) -> Result<Option<Row>, Refused> {
        self.0.next_row()
    }

    pub const fn number(&self) -> u64 {
        self.0.number()
    }
}

/// The first piece. Where it is not the whole text it ends with a line, if there is one.
fn sample(source: &Source, written: Written) -> Result<String, Refused> {
    let mut pieces = Pieces::new(source, written)?;
    let mut sample = pieces.next().transpose()?.unwrap_or_default();
    let whole = pieces
        .next()
        .transpose()?
        .is_none_or(|piece| piece.is_empty());
    if !whole && let Some(end) = sample.rfind(['\r', '\n']) {
        sample.truncate(end + 1);
    }
    Ok(sample)
}

/// Texts that are no tables. A list in brackets could be a cell only if nothing of JSON followed.
fn refuse_markup(start: &str) -> Result<(), Refused> {
    let lower = start.get(..15).unwrap_or(start).to_ascii_lowercase();
    let html = ["<!doctype html", "<html", "<table", "<head", "<meta"];
    if html.iter().any(|word| lower.starts_with(word)) {
        return Err(Unsupported::Html.into());
    }
    if lower.starts_with("<?xml") || lower.starts_with("<!doctype") {
        return Err(Unsupported::Xml.into());
    }
    let behind = start.strip_prefix('[').map(str::trim_start);
    if behind.is_some_and(|behind| behind.starts_with(['{', '[']) || behind == "]") {
        return Err(Unsupported::Json.into());
    }
    Ok(())
}
