//! Rows and cells: what stands in a sheet, as text.

use serde::{Deserialize, Serialize};

/// One cell that holds something.
///
/// `text` is what is meant, not how a program would show it here or there: 12 and not 12.0, `2001-06-08` and not `08.06.2001`,
/// never an exponent. `kind` tells how it was stored, which tells what may have gone wrong on the way: a postal code that is
/// a number has lost its leading zeros.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cell {
    pub kind: Kind,
    pub text: String,
    /// It was computed by a formula; `text` is the value that the file remembers.
    pub formula: bool,
}

/// How a cell was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// As text. Every cell of a text file is.
    Text,
    /// As a number: digits, at most one point, maybe a minus in front.
    Number,
    /// As a day, `2001-06-08`, or a day and a time, `2001-06-08T12:30:00`.
    Date,
    /// As a time of day or a span, `12:30:00`; a span may have more than 24 hours.
    Time,
    /// As `true` or `false`.
    Boolean,
    /// An error such as `#N/A`.
    Error,
    /// A formula whose value the file does not remember; `text` is empty.
    Uncomputed,
}

impl Cell {
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::new(Kind::Text, text)
    }

    #[must_use]
    pub fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            formula: false,
        }
    }
}

/// One row with its cells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// The number that a spreadsheet program shows, from 1. A cell with line breaks is in one row, and blank rows count.
    /// In JSON lines it is the number of the line.
    pub number: u64,
    /// Hidden by hand or by a filter; it is read all the same.
    pub hidden: bool,
    cells: Vec<(u32, Cell)>,
}

impl Row {
    #[must_use]
    pub fn new(number: u64) -> Self {
        Self {
            number,
            ..Self::default()
        }
    }

    /// A row of plain text, for tests and for callers with data of their own; empty ones are left out.
    #[must_use]
    pub fn of<'a>(number: u64, texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut row = Self::new(number);
        for (column, text) in (0..).zip(texts) {
            if !text.is_empty() {
                row.put(column, Cell::text(text));
            }
        }
        row
    }

    /// Cells that hold something, by column from 0, in ascending order.
    #[must_use]
    pub fn cells(&self) -> impl DoubleEndedIterator<Item = (u32, &Cell)> + ExactSizeIterator {
        self.cells.iter().map(|(column, cell)| (*column, cell))
    }

    /// The cell in a column, from 0.
    #[must_use]
    pub fn cell(&self, column: u32) -> Option<&Cell> {
        let at = self
            .cells
            .binary_search_by_key(&column, |(column, _)| *column)
            .ok()?;
        self.cells.get(at).map(|(_, cell)| cell)
    }

    /// The text in a column, from 0; empty where there is none.
    #[must_use]
    pub fn text(&self, column: u32) -> &str {
        self.cell(column).map_or("", |cell| cell.text.as_str())
    }

    /// How many cells hold something that can be seen.
    #[must_use]
    pub fn filled(&self) -> usize {
        self.cells.iter().filter(|(_, cell)| !cell.blank()).count()
    }

    /// Puts a cell into its place; one that is already there is replaced.
    pub fn put(&mut self, column: u32, cell: Cell) {
        match self.cells.last() {
            Some((last, _)) if *last >= column => {
                match self.cells.binary_search_by_key(&column, |(at, _)| *at) {
                    Ok(at) => {
                        if let Some(place) = self.cells.get_mut(at) {
                            place.1 = cell;
                        }
                    }
                    Err(at) => self.cells.insert(at, (column, cell)),
                }
            }
            _ => self.cells.push((column, cell)),
        }
    }
}

impl Cell {
    /// Nothing can be seen in it: blanks, zero-width characters and the like.
    #[must_use]
    pub fn blank(&self) -> bool {
        self.kind != Kind::Uncomputed && self.text.chars().all(crate::clean::is_blank)
    }
}

/// The letters of a column, from 0: A, B, … Z, AA.
#[must_use]
pub fn letters(column: u32) -> String {
    let mut left = u64::from(column) + 1;
    let mut letters = Vec::new();
    while left > 0 {
        let digit = u8::try_from((left - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + digit));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_lettered_as_a_spreadsheet_program_does() {
        let shown: Vec<_> = [0, 25, 26, 701, 702, 16_383].map(letters).into();
        assert_eq!(shown, ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
    }

    #[test]
    fn a_row_keeps_its_cells_in_order_whatever_order_they_come_in() {
        let mut row = Row::new(7);
        for (column, text) in [(3, "d"), (0, "a"), (3, "D"), (1, "b")] {
            row.put(column, Cell::text(text));
        }
        let held: Vec<_> = row
            .cells()
            .map(|(c, cell)| (c, cell.text.as_str()))
            .collect();
        assert_eq!(held, [(0, "a"), (1, "b"), (3, "D")]);
        assert_eq!(row.text(2), "");
    }
}
