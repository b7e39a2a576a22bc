//! A file as sheets of rows, whatever it is made of.

use crate::cell::Row;
use crate::json::{JsonLines, JsonRows};
use crate::options::{Encoding, Options, Quote};
use crate::refused::Refused;
use crate::source::Source;
use crate::text::{Text, TextRows};
use crate::xlsx::Xlsx;
use crate::xlsx::number::DateSystem;
use crate::xlsx::sheet::SheetRows;
use serde::{Deserialize, Serialize};

/// A file that was found fit to be read.
pub struct Book {
    content: Content,
    sheets: Vec<Sheet>,
    detected: Detected,
}

enum Content {
    Workbook(Box<Xlsx>),
    Text(Text),
    JsonLines(JsonLines),
}

/// A sheet of a workbook. A text file is one sheet with the name of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sheet {
    /// Without the blanks around it.
    pub name: String,
    pub visibility: Visibility,
}

/// Whether people see a sheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Visibility {
    #[default]
    Visible,
    /// Anybody can show it again.
    Hidden,
    /// Only a program can show it again.
    VeryHidden,
}

/// What was found out about a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Detected {
    #[serde(rename_all = "camelCase")]
    Workbook {
        date_system: DateSystem,
        notes: Vec<Note>,
    },
    #[serde(rename_all = "camelCase")]
    Text {
        encoding: Encoding,
        byte_order_mark: bool,
        delimiter: char,
        quote: Quote,
        /// In the first 64 KiB; wherever they are, all kinds are taken.
        line_ends: LineEnds,
        notes: Vec<Note>,
    },
    #[serde(rename_all = "camelCase")]
    JsonLines {
        encoding: Encoding,
        byte_order_mark: bool,
        line_ends: LineEnds,
        notes: Vec<Note>,
    },
}

/// How lines of a text file end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineEnds {
    #[serde(rename = "LF")]
    Lf,
    #[serde(rename = "CRLF")]
    CrLf,
    #[serde(rename = "CR")]
    Cr,
    #[serde(rename = "mixed")]
    Mixed,
    /// There is one line.
    #[serde(rename = "none")]
    None,
}

/// What a person should know about a file that is read all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "camelCase")]
pub enum Note {
    /// It holds macros; they were ignored.
    Macros,
    /// It refers to other files; the values that it remembers of them were taken.
    ExternalLinks,
    /// So many places are not in its encoding; each reads `U+FFFD`.
    Malformed { places: u64 },
    /// Its name ends like that of another kind of file; what is inside counts.
    NameSaysOtherwise { name: String },
    /// Its first line said what the delimiter is, and is no row.
    DelimiterLine,
}

/// What is known of a sheet when all of its rows have been read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// First and last of each range, from 0.
    pub hidden_columns: Vec<(u32, u32)>,
    pub merged: Vec<Area>,
    /// The number of the last row that the file mentions, be it blank.
    pub last_row: u64,
}

/// Cells that were merged into one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    pub first_row: u64,
    pub first_column: u32,
    pub last_row: u64,
    pub last_column: u32,
}

impl From<(u64, u32, u64, u32)> for Area {
    fn from((first_row, first_column, last_row, last_column): (u64, u32, u64, u32)) -> Self {
        Self {
            first_row,
            first_column,
            last_row,
            last_column,
        }
    }
}

impl Layout {
    /// Whether a column, from 0, is hidden.
    #[must_use]
    pub fn hidden(&self, column: u32) -> bool {
        self.hidden_columns
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&column))
    }
}

impl Book {
    pub(crate) fn workbook(source: &Source, options: &Options) -> Result<Self, Refused> {
        let (workbook, sheets, detected) = Xlsx::open(source, options)?;
        Ok(Self {
            content: Content::Workbook(Box::new(workbook)),
            sheets,
            detected,
        })
    }

    pub(crate) fn text(source: &Source, name: &str, options: &Options) -> Result<Self, Refused> {
        let (content, detected) = match crate::text::open(source, options)? {
            crate::text::Opened::Table(text, detected) => (Content::Text(text), detected),
            crate::text::Opened::JsonLines(lines, detected) => {
                (Content::JsonLines(lines), detected)
            }
        };
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        Ok(Self {
            content,
            sheets: vec![Sheet {
                name: stem.trim().to_owned(),
                visibility: Visibility::Visible,
            }],
            detected,
        })
    }

    pub(crate) fn note(&mut self, note: Note) {
        let (Detected::Workbook { notes, .. }
        | Detected::Text { notes, .. }
        | Detected::JsonLines { notes, .. }) = &mut self.detected;
        notes.push(note);
    }

    /// In the order of the file, hidden ones included.
    #[must_use]
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    #[must_use]
    pub const fn detected(&self) -> &Detected {
        &self.detected
    }

    /// What was noticed, in no order.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        let (Detected::Workbook { notes, .. }
        | Detected::Text { notes, .. }
        | Detected::JsonLines { notes, .. }) = &self.detected;
        notes
    }

    /// From when on the file counts days; text files count none, and have the usual one.
    #[must_use]
    pub fn date_system(&self) -> DateSystem {
        match self.detected {
            Detected::Workbook { date_system, .. } => date_system,
            _ => DateSystem::default(),
        }
    }

    /// Whether the first row of [`Book::rows`] is made of the file's own names for its fields.
    #[must_use]
    pub const fn names_its_columns(&self) -> bool {
        matches!(self.content, Content::JsonLines(_))
    }

    /// The rows of a sheet (from 0) that hold something, one at a time; blank rows show as gaps in the numbers. The rows of
    /// JSON lines start with one of number 0, which holds the names.
    ///
    /// The file is read anew each time, and never held as a whole.
    ///
    /// # Errors
    ///
    /// When there is no such sheet or it cannot be read.
    pub fn rows(&self, sheet: usize) -> Result<Rows, Refused> {
        if sheet >= self.sheets.len() {
            return Err(Refused::NoSuchSheet(sheet));
        }
        Ok(Rows {
            inner: Some(match &self.content {
                Content::Workbook(workbook) => Inner::Workbook(Box::new(workbook.rows(sheet)?)),
                Content::Text(text) => Inner::Text(text.rows()?),
                Content::JsonLines(lines) => Inner::JsonLines(Box::new(lines.rows()?)),
            }),
            layout: Layout::default(),
        })
    }
}

/// The rows of a sheet. An error is the last thing that comes.
pub struct Rows {
    inner: Option<Inner>,
    layout: Layout,
}

enum Inner {
    Workbook(Box<SheetRows>),
    Text(TextRows),
    JsonLines(Box<JsonRows>),
}

impl Rows {
    /// What is known of the sheet; complete when all rows have been read.
    #[must_use]
    pub const fn layout(&self) -> &Layout {
        &self.layout
    }
}

impl Iterator for Rows {
    type Item = Result<Row, Refused>;

    fn next(&mut self) -> Option<Self::Item> {
        let got = match self.inner.as_mut()? {
            Inner::Workbook(rows) => rows.next_row(),
            Inner::Text(rows) => rows.next_row(),
            Inner::JsonLines(rows) => rows.next_row(),
        };
        if let Ok(Some(row)) = got {
            self.layout.last_row = row.number;
            return Some(Ok(row));
        }
        match self.inner.take() {
            Some(Inner::Workbook(rows)) => self.layout = rows.layout,
            Some(Inner::Text(rows)) => self.layout.last_row = rows.number(),
            _ => {}
        }
        got.err().map(Err)
    }
}
