//! Finds the table in a sheet: which row holds the headings, which rows are data, and why the others are none.
//!
//! Titles stand above it, sums and notes below, blank and section rows in between. Nothing is left out in silence: each row
//! behind the headings is data or [`Skipped`] with a reason and its number. The same sheet always gives the same table, and
//! the table says why it chose its headings.
//!
//! `header` chooses the headings, `judge` the rows, `profile` collects what the columns hold.

mod header;
mod judge;
mod profile;

use crate::book::{Book, Layout};
use crate::cell::{Row, letters};
use crate::clean::fold;
use crate::refused::Refused;
use crate::xlsx::number::DateSystem;
use serde::{Deserialize, Serialize};

pub use judge::Reason;
pub use profile::{Profile, Shape};

/// Skipped rows that are named one by one; all are counted.
const MOST_NAMED: usize = 1_000;

/// Where the headings are, if somebody says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Headings {
    /// They are looked for.
    #[default]
    Find,
    /// In these rows, the first and the last; the names of several rows are joined.
    Rows(u64, u64),
    /// There are none: columns go by their letters.
    None,
}

/// The table of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Table {
    /// The place of the sheet in the book, from 0.
    pub sheet: usize,
    /// The rows with the headings; none where the sheet has none.
    pub header_rows: Vec<u64>,
    /// Why these rows, for the person who sent the file.
    pub why: String,
    /// In their order; columns without heading are there if they hold something.
    pub columns: Vec<Heading>,
    /// Rows of data.
    pub data_rows: u64,
    /// Rows of data that are hidden; they count like all others.
    pub hidden_rows: u64,
    /// In their order; neighbours with one reason are one. At most 1,000.
    pub skipped: Vec<Skipped>,
    /// All skipped rows behind the headings, by reason.
    pub skipped_count: Vec<(Reason, u64)>,
    /// From when on the file counts days.
    pub date_system: DateSystem,
    judge: judge::Judge,
}

/// A column and its heading.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Heading {
    /// From 0.
    pub column: u32,
    /// In one line, without marks; the letters of the column where it has no heading.
    pub name: String,
    /// As it stands there; several rows are separated by a line break.
    pub written: String,
    /// It has a heading.
    pub named: bool,
    /// It is marked as required, by a `*` or in words.
    pub required: bool,
    pub hidden: bool,
    pub profile: Profile,
}

/// Rows that are no data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Skipped {
    pub first: u64,
    pub last: u64,
    pub reason: Reason,
}

/// Finds the table in a sheet (from 0) of a book. `None` where the sheet holds nothing.
///
/// # Errors
///
/// When the sheet cannot be read to its end.
pub fn find_table(
    book: &Book,
    sheet: usize,
    headings: &Headings,
) -> Result<Option<Table>, Refused> {
    let (first, layout) = start(book, sheet)?;
    if first.is_empty() {
        return Ok(None);
    }
    let chosen = header::choose(&first, &layout, headings, book.names_its_columns());
    let judge = judge::Judge::new(&chosen, &first, &layout);
    let mut table = Table {
        sheet,
        header_rows: chosen.rows.clone(),
        why: chosen.why,
        columns: chosen.columns,
        data_rows: 0,
        hidden_rows: 0,
        skipped: Vec::new(),
        skipped_count: Vec::new(),
        date_system: book.date_system(),
        judge,
    };
    table.survey(book, &layout)?;
    Ok(Some(table))
}

/// The first rows, and what is known of the sheet as a whole. What is merged stands at the end of a workbook's sheet, so that
/// it is read twice; a text has nothing of the kind.
fn start(book: &Book, sheet: usize) -> Result<(Vec<Row>, Layout), Refused> {
    let workbook = matches!(book.detected(), crate::book::Detected::Workbook { .. });
    let mut rows = book.rows(sheet)?;
    let mut first = Vec::new();
    for row in rows.by_ref() {
        let row = row?;
        if first.len() < header::LOOKED_AT {
            first.push(row);
        } else if !workbook {
            break;
        }
    }
    Ok((first, rows.layout().clone()))
}

impl Table {
    /// Whether a row is data; the reason where it is not.
    #[must_use]
    pub fn judge(&self, row: &Row) -> Option<Reason> {
        self.judge.reason(row, &self.columns)
    }

    /// The rows of data, one at a time.
    ///
    /// # Errors
    ///
    /// When the sheet cannot be read.
    pub fn rows<'a>(
        &'a self,
        book: &Book,
    ) -> Result<impl Iterator<Item = Result<Row, Refused>> + 'a, Refused> {
        let rows = book.rows(self.sheet)?;
        Ok(rows.filter(|row| match row {
            Ok(row) => self.judge(row).is_none(),
            Err(_) => true,
        }))
    }

    /// The column with a heading, compared as [`fold`] does; the first where several have it.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Heading> {
        let wanted = fold(name);
        self.columns
            .iter()
            .find(|heading| fold(&heading.name) == wanted)
    }

    /// Reads all rows: counts them, says which are skipped, and fills the profiles.
    fn survey(&mut self, book: &Book, layout: &Layout) -> Result<(), Refused> {
        let mut rows = book.rows(self.sheet)?;
        let mut last = self.header_rows.last().copied().unwrap_or_default();
        let begin = last;
        // Lone cells behind a gap are notes if nothing but such rows follows.
        let mut notes: Vec<(u64, bool)> = Vec::new();
        let mut gap = true;
        for row in rows.by_ref() {
            let row = row?;
            if row.number <= begin && !self.header_rows.is_empty() {
                if !self.header_rows.contains(&row.number) && row.filled() > 0 {
                    self.skip(row.number, row.number, Reason::Title);
                }
                continue;
            }
            let reason = self.judge(&row);
            let blank = row.number > last + 1 || reason == Some(Reason::Blank);
            if row.number > last + 1 {
                self.skip(last + 1, row.number - 1, Reason::Blank);
            }
            last = row.number;
            match reason {
                None if self.judge.lone(&row) && (gap || blank || !notes.is_empty()) => {
                    notes.push((row.number, row.hidden));
                    continue;
                }
                None => {
                    for (_, hidden) in notes.drain(..) {
                        self.data_rows += 1;
                        self.hidden_rows += u64::from(hidden);
                    }
                    self.data_rows += 1;
                    self.hidden_rows += u64::from(row.hidden);
                    self.profile(&row, layout);
                }
                Some(reason) => self.skip(row.number, row.number, reason),
            }
            gap = matches!(reason, Some(Reason::Blank | Reason::Total));
        }
        if self.data_rows == 0 {
            // A table of one column, or a list of names: there is nothing that they could be notes to.
            for (_, hidden) in notes.drain(..) {
                self.data_rows += 1;
                self.hidden_rows += u64::from(hidden);
            }
        }
        self.judge.notes_from = notes.first().map(|(row, _)| *row);
        for (row, _) in notes {
            self.skip(row, row, Reason::Note);
        }
        let end = rows.layout().last_row;
        if end > last {
            self.skip(last + 1, end, Reason::Blank);
        }
        self.skipped.sort_by_key(|skipped| skipped.first);
        Ok(())
    }

    fn skip(&mut self, first: u64, last: u64, reason: Reason) {
        let count = last - first + 1;
        match self
            .skipped_count
            .iter_mut()
            .find(|(other, _)| *other == reason)
        {
            Some((_, counted)) => *counted += count,
            None => self.skipped_count.push((reason, count)),
        }
        if let Some(before) = self.skipped.last_mut()
            && before.reason == reason
            && before.last + 1 == first
        {
            before.last = last;
        } else if self.skipped.len() < MOST_NAMED {
            self.skipped.push(Skipped {
                first,
                last,
                reason,
            });
        }
    }

    fn profile(&mut self, row: &Row, layout: &Layout) {
        for (column, cell) in row.cells().filter(|(_, cell)| !cell.blank()) {
            let at = match self
                .columns
                .binary_search_by_key(&column, |heading| heading.column)
            {
                Ok(at) => at,
                Err(at) => {
                    let heading = Heading {
                        column,
                        name: letters(column),
                        hidden: layout.hidden(column),
                        ..Heading::default()
                    };
                    self.columns.insert(at, heading);
                    at
                }
            };
            if let Some(heading) = self.columns.get_mut(at) {
                heading.profile.add(cell);
            }
        }
    }

    /// How many rows were skipped for a reason.
    #[must_use]
    pub fn skipped_for(&self, reason: Reason) -> u64 {
        let found = self
            .skipped_count
            .iter()
            .find(|(other, _)| *other == reason);
        found.map_or(0, |(_, count)| *count)
    }
}
