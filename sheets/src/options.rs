//! What a caller may say about a file before it is read, and how much of it is read at most.

use serde::{Deserialize, Serialize};

/// What to take as given instead of finding it out, and the [`Limits`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Options {
    /// The encoding of a text file; found out when absent. A byte order mark is skipped in any case.
    pub encoding: Option<Encoding>,
    /// What stands between the cells of a text file; found out when absent.
    pub delimiter: Option<char>,
    /// What cells of a text file are quoted with; found out when absent.
    pub quote: Option<Quote>,
    /// What becomes of a workbook that holds macros. They are never run.
    pub macros: Macros,
    pub limits: Limits,
}

/// The encodings in which text files come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Encoding {
    #[serde(rename = "UTF-8")]
    Utf8,
    #[serde(rename = "UTF-16LE")]
    Utf16Le,
    #[serde(rename = "UTF-16BE")]
    Utf16Be,
    #[serde(rename = "windows-1252")]
    Windows1252,
}

impl Encoding {
    /// The name that programs show.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1252 => "windows-1252",
        }
    }

    pub(crate) const fn decoder(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
            Self::Windows1252 => encoding_rs::WINDOWS_1252,
        }
    }
}

/// How cells of a text file are quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Quote {
    /// `"like this"`, with `""` for one of them inside.
    Double,
    /// `'like this'`, with `''` for one of them inside.
    Single,
    /// Not at all: quotes are text.
    None,
}

impl Quote {
    pub(crate) const fn character(self) -> Option<char> {
        match self {
            Self::Double => Some('"'),
            Self::Single => Some('\''),
            Self::None => None,
        }
    }
}

/// What becomes of a workbook that holds macros.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Macros {
    /// It is refused.
    #[default]
    Refuse,
    /// It is read without them, and [`crate::Note::Macros`] says so.
    Ignore,
}

/// How much of a file is read at most; whatever is above is [`crate::Refused`].
///
/// Sizes are in bytes, lengths in characters. The limits of a workbook hold for what its parts say of themselves and for
/// what comes out of them, whichever is more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Limits {
    /// The size of a workbook as it was sent.
    pub workbook_bytes: u64,
    /// The size of a text file as it was sent.
    pub text_bytes: u64,
    /// The parts of a workbook.
    pub entries: usize,
    /// All parts of a workbook, inflated.
    pub inflated_bytes: u64,
    /// Inflated bytes for each one of the file, in one part; counted in parts above 1 MiB only, since what is small does no harm.
    pub ratio: u64,
    /// The number of the last row of a workbook's sheet that holds something.
    pub workbook_rows: u64,
    /// The number of the last row of a text file that holds something.
    pub text_rows: u64,
    /// The number of the last column that holds something.
    pub columns: u32,
    /// Rows and cells of one sheet of a workbook, whether or not they hold something.
    pub cells: u64,
    /// One cell, in characters.
    pub cell_length: usize,
    /// Different texts of a workbook.
    pub shared_strings: usize,
    /// All different texts of a workbook together.
    pub shared_string_bytes: usize,
    /// Elements of a workbook inside each other.
    pub depth: usize,
    /// One tag with its attributes, or one stretch of text, of a workbook.
    pub markup_bytes: usize,
    /// The sheets of a workbook.
    pub sheets: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            workbook_bytes: 50 << 20,
            text_bytes: 1 << 30,
            entries: 100,
            inflated_bytes: 100 << 20,
            ratio: 100,
            workbook_rows: 100_000,
            text_rows: 2_000_000,
            columns: 100,
            cells: 5_000_000,
            cell_length: 32_767,
            shared_strings: 750_000,
            shared_string_bytes: 48 << 20,
            depth: 32,
            markup_bytes: 1 << 20,
            sheets: 50,
        }
    }
}
