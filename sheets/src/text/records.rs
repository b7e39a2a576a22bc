//! Records of delimited text: RFC 4180, and what programs make of it.
//!
//! Written here since a person's row numbers need what parsers leave out: blank lines count, a line may end with CR alone, a cell
//! with line breaks is one row, and a quote that is never closed is reported instead of swallowing the rest of the file.
//!
//! A quote opens a cell only at its start; behind the closing quote the cell goes on as plain text. Tests hold it to
//! what the crate `csv` reads.

use crate::cell::{Cell, Row};
use crate::options::Limits;
use crate::refused::Refused;

/// Text in pieces.
pub type Texts = Box<dyn Iterator<Item = Result<String, Refused>> + Send>;

pub struct Records {
    texts: Texts,
    piece: String,
    at: usize,
    delimiter: u8,
    quote: Option<u8>,
    limits: Limits,
    number: u64,
    /// The last row ended with CR, so that an LF belongs to it.
    after_cr: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Start,
    Plain,
    Quoted,
    /// A quote inside a quoted cell: its end, or the first of two.
    Closing,
}

impl Records {
    pub fn new(texts: Texts, delimiter: u8, quote: Option<u8>, limits: Limits) -> Self {
        Self {
            texts,
            piece: String::new(),
            at: 0,
            delimiter,
            quote,
            limits,
            number: 0,
            after_cr: false,
        }
    }

    /// The number of the last row that was read.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// The next row with a cell that holds something.
    pub fn next_row(&mut self) -> Result<Option<Row>, Refused> {
        while let Some((row, _)) = self.next_record()? {
            if row.cells().len() > 0 {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// The next row, blank or not, and how many cells it has.
    pub fn next_record(&mut self) -> Result<Option<(Row, u32)>, Refused> {
        let mut row = Row::new(self.number + 1);
        let mut column = 0_u32;
        let mut text = String::new();
        let mut state = State::Start;
        let mut begun = false;
        loop {
            if self.at >= self.piece.len() {
                match self.texts.next().transpose()? {
                    Some(piece) => {
                        self.piece = piece;
                        self.at = 0;
                        continue;
                    }
                    None if state == State::Quoted => {
                        return Err(Refused::UnclosedQuote { row: row.number });
                    }
                    None if !begun => return Ok(None),
                    None => {
                        self.put(&mut row, column, text)?;
                        self.number = row.number;
                        return Ok(Some((row, column + 1)));
                    }
                }
            }
            let rest = self.piece.get(self.at..).unwrap_or_default();
            let bytes = rest.as_bytes();
            let Some(&first) = bytes.first() else {
                continue;
            };
            if std::mem::take(&mut self.after_cr) && first == b'\n' {
                self.at += 1;
                continue;
            }
            begun = true;
            match state {
                State::Start if Some(first) == self.quote => {
                    state = State::Quoted;
                    self.at += 1;
                }
                State::Closing if Some(first) == self.quote => {
                    text.push(char::from(first));
                    state = State::Quoted;
                    self.at += 1;
                }
                State::Quoted => {
                    let end = bytes.iter().position(|byte| Some(*byte) == self.quote);
                    text.push_str(rest.get(..end.unwrap_or(rest.len())).unwrap_or_default());
                    self.at += end.map_or(rest.len(), |end| end + 1);
                    if end.is_some() {
                        state = State::Closing;
                    }
                    self.judge(&text, row.number, column)?;
                }
                _ if first == self.delimiter => {
                    self.put(&mut row, column, std::mem::take(&mut text))?;
                    column = column.saturating_add(1);
                    state = State::Start;
                    self.at += 1;
                }
                _ if first == b'\n' || first == b'\r' => {
                    self.at += 1;
                    self.after_cr = first == b'\r';
                    self.put(&mut row, column, text)?;
                    self.number = row.number;
                    return Ok(Some((row, column + 1)));
                }
                _ => {
                    let end = bytes
                        .iter()
                        .position(|byte| {
                            *byte == self.delimiter || *byte == b'\n' || *byte == b'\r'
                        })
                        .unwrap_or(rest.len());
                    text.push_str(rest.get(..end).unwrap_or_default());
                    self.at += end;
                    state = State::Plain;
                    self.judge(&text, row.number, column)?;
                }
            }
        }
    }

    fn judge(&self, text: &str, row: u64, column: u32) -> Result<(), Refused> {
        let limit = self.limits.cell_length;
        if text.len() > limit && text.chars().count() > limit {
            let column = column.saturating_add(1);
            return Err(Refused::CellTooLong { row, column, limit });
        }
        Ok(())
    }

    fn put(&self, row: &mut Row, column: u32, text: String) -> Result<(), Refused> {
        if text.is_empty() {
            return Ok(());
        }
        if column >= self.limits.columns {
            return Err(Refused::TooManyColumns {
                row: row.number,
                limit: self.limits.columns,
            });
        }
        if row.number > self.limits.text_rows {
            return Err(Refused::TooManyRows {
                row: row.number,
                limit: self.limits.text_rows,
            });
        }
        row.put(column, Cell::text(text));
        Ok(())
    }
}
