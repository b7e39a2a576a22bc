//! Which rows behind the headings are data.

use super::Heading;
use super::header::Chosen;
use crate::book::Layout;
use crate::cell::{Cell, Kind, Row};
use crate::clean::fold;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Why a row is no data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    /// It stands above the headings.
    Title,
    /// Nothing can be seen in it, whatever its format.
    Blank,
    /// It says what the rows below it have in common.
    Section,
    /// It sums up the rows above it.
    Total,
    /// The headings once more, as on a new page.
    Headings,
    /// Formulas that were filled further down than the data.
    Formulas,
    /// It stands below the table.
    Note,
}

const TOTALS: [&str; 24] = [
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sub total",
    "sum",
    "count",
    "summe",
    "summen",
    "gesamt",
    "gesamtsumme",
    "zwischensumme",
    "insgesamt",
    "anzahl",
    "total general",
    "sous total",
    "somme",
    "suma",
    "suma total",
    "totale",
    "totaal",
    "totalt",
    "nombre",
    "razem",
];

/// What has to be known to judge a row by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Judge {
    /// The last row of the headings; 0 where there are none.
    header: u64,
    /// Columns with a heading.
    width: usize,
    first_column: u32,
    /// Most cells of the first column have digits in them.
    numbered: bool,
    /// Rows with a cell that was merged over columns.
    merged: BTreeSet<u64>,
    /// From this row on there are notes.
    pub notes_from: Option<u64>,
    json: bool,
}

fn has_digit(cell: &Cell) -> bool {
    cell.kind != Kind::Text || cell.text.contains(|letter: char| letter.is_ascii_digit())
}

impl Judge {
    pub fn new(chosen: &Chosen, first: &[Row], layout: &Layout) -> Self {
        let header = chosen.rows.last().copied().unwrap_or_default();
        let first_column = chosen.columns.first().map_or(0, |heading| heading.column);
        let cells: Vec<&Cell> = first
            .iter()
            .filter(|row| row.number > header && row.filled() > 1)
            .filter_map(|row| row.cell(first_column))
            .filter(|cell| !cell.blank())
            .collect();
        let digits = cells.iter().filter(|cell| has_digit(cell)).count();
        Self {
            header,
            width: chosen.columns.len(),
            first_column,
            numbered: cells.len() > 2 && digits * 5 >= cells.len() * 4,
            merged: layout
                .merged
                .iter()
                .filter(|area| {
                    area.last_column > area.first_column && area.last_row == area.first_row
                })
                .map(|area| area.first_row)
                .filter(|row| *row > header)
                .collect(),
            notes_from: None,
            json: chosen.rows == [0],
        }
    }

    /// Whether one cell alone is filled in a table of several columns.
    pub fn lone(&self, row: &Row) -> bool {
        self.width >= 3 && row.filled() == 1 && !self.json
    }

    pub fn reason(&self, row: &Row, columns: &[Heading]) -> Option<Reason> {
        if row.number <= self.header && (self.header > 0 || self.json) {
            let headings = columns.iter().any(|heading| heading.named) && row.number == self.header;
            return Some(if headings {
                Reason::Headings
            } else {
                Reason::Title
            });
        }
        if self.json {
            return None;
        }
        let filled: Vec<(u32, &Cell)> = row.cells().filter(|(_, cell)| !cell.blank()).collect();
        let Some((column, first)) = filled.first().copied() else {
            return Some(Reason::Blank);
        };
        if self.notes_from.is_some_and(|from| row.number >= from) {
            return Some(Reason::Note);
        }
        let formulas = filled
            .iter()
            .filter(|(_, cell)| cell.formula || cell.kind == Kind::Uncomputed)
            .count();
        if formulas == filled.len() && filled.len() * 2 < self.width {
            return Some(Reason::Formulas);
        }
        if self.total(&filled, first) {
            return Some(Reason::Total);
        }
        if self.lone(row) && self.section(row.number, column, first) {
            return Some(Reason::Section);
        }
        again(&filled, columns).then_some(Reason::Headings)
    }

    /// A word for a sum in front, and little else: a company may be called so, too, but then its row is filled.
    fn total(&self, filled: &[(u32, &Cell)], first: &Cell) -> bool {
        // Longer than any of them with what may stand around it, or no words.
        if first.text.len() > 40 || has_digit(first) {
            return false;
        }
        let word = fold(&first.text);
        if !TOTALS.contains(&word.as_str()) {
            return false;
        }
        let numbers = filled.iter().skip(1).all(|(_, cell)| {
            cell.kind == Kind::Number || cell.formula || crate::clean::reads_as_number(&cell.text)
        });
        if self.width <= 3 {
            numbers && (filled.len() > 1 || first.text.trim_end().ends_with(':'))
        } else {
            filled.len() * 2 <= self.width && (numbers || first.text.trim_end().ends_with(':'))
        }
    }

    /// `— DE —`, `Germany:`, a cell over several columns; or words where all other rows have a number.
    fn section(&self, row: u64, column: u32, cell: &Cell) -> bool {
        let text = cell.text.trim_matches(crate::clean::is_blank);
        let rule = |letter: char| {
            matches!(
                letter,
                '—' | '–' | '-' | '=' | '*' | '#' | '_' | '~' | '>' | '<' | '•'
            )
        };
        let framed = text.starts_with(rule) && text.ends_with(rule) && cell.kind == Kind::Text;
        let named = text.ends_with(':') || (text.starts_with('[') && text.ends_with(']'));
        let other = self.numbered && column == self.first_column && !has_digit(cell);
        framed || named || other || self.merged.contains(&row)
    }
}

/// Every cell is the heading of its column.
fn again(filled: &[(u32, &Cell)], columns: &[Heading]) -> bool {
    let named = columns.iter().filter(|heading| heading.named).count();
    if named < 2 || filled.len() * 5 < named * 4 {
        return false;
    }
    filled.iter().all(|(column, cell)| {
        let heading = columns
            .iter()
            .find(|heading| heading.column == *column && heading.named);
        heading.is_some_and(|heading| {
            let shown = cell.text.trim();
            shown == heading.written.trim() || shown == heading.name
        })
    })
}
