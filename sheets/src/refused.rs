//! Why a file is not read.

use crate::options::Encoding;

/// Why a file is not read, or not read on. The text is for the person who sent it.
///
/// A file is never read in part without this: whoever has seen the last row without an error has seen all rows.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is something else; the text says what, and what to do.
    #[error("{0}")]
    Unsupported(Unsupported),
    #[error("the {what} is larger than {limit}")]
    TooMuch { what: Quantity, limit: u64 },
    /// A part of a workbook inflates to so many times its size that nobody made it by hand.
    #[error("{part} inflates to more than {limit} times its size")]
    Ratio { part: String, limit: u64 },
    /// A row behind the last that is read.
    #[error("row {row}: there are more rows than {limit}")]
    TooManyRows { row: u64, limit: u64 },
    /// A column behind the last that is read.
    #[error("row {row}: there are more columns than {limit}")]
    TooManyColumns { row: u64, limit: u32 },
    /// A cell with more characters than are read.
    #[error("row {row}, column {column}: a cell holds more than {limit} characters")]
    CellTooLong { row: u64, column: u32, limit: usize },
    /// A quoted cell of a text file that is never closed: everything behind it would be one cell.
    #[error("row {row}: a quote is opened and never closed")]
    UnclosedQuote { row: u64 },
    /// Entities can be made to grow without end, so none is taken.
    #[error("{part} declares or uses entities of its own")]
    Entities { part: String },
    /// The file contradicts itself or ends too early.
    #[error("{part} is broken: {reason}")]
    Broken { part: String, reason: String },
    /// A text that is not what [`crate::Options::encoding`] says.
    #[error("the text is not {}", .0.name())]
    NotInEncoding(Encoding),
    /// A line of a file of JSON lines that cannot be read as a row.
    #[error("line {row}: {reason}")]
    Json { row: u64, reason: String },
    #[error("there is no sheet {0}")]
    NoSuchSheet(usize),
}

/// What can be too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    FileBytes,
    InflatedBytes,
    Entries,
    SharedStrings,
    SharedStringBytes,
    Depth,
    MarkupBytes,
    Sheets,
    Styles,
    MergedCells,
    Cells,
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::FileBytes => "file, in bytes,",
            Self::InflatedBytes => "inflated workbook, in bytes,",
            Self::Entries => "number of parts of the workbook",
            Self::SharedStrings => "number of texts of the workbook",
            Self::SharedStringBytes => "length of all texts of the workbook, in bytes,",
            Self::Depth => "depth of the workbook's markup",
            Self::MarkupBytes => "length of a tag or text of the workbook, in bytes,",
            Self::Sheets => "number of sheets",
            Self::Styles => "number of styles",
            Self::MergedCells => "number of merged cells",
            Self::Cells => "number of rows and cells of a sheet",
        })
    }
}

/// Files that are something else, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsupported {
    #[error("the workbook is in the format of Excel 97 (.xls): save it as .xlsx")]
    OldWorkbook,
    #[error("the workbook is protected by a password: save it without one")]
    Encrypted,
    #[error("the workbook is in the binary format (.xlsb): save it as .xlsx")]
    BinaryWorkbook,
    #[error("the workbook holds macros: save it as .xlsx, which has none")]
    Macros,
    #[error("the file is an OpenDocument file: save it as .xlsx")]
    OpenDocument,
    #[error("the file is an archive, but not a workbook")]
    Archive,
    #[error("the file is compressed: send what is inside")]
    Compressed,
    #[error("the file is a PDF: send the table itself, as .xlsx or .csv")]
    Pdf,
    #[error("the file is an HTML page, whatever its name says: open it and save it as .xlsx")]
    Html,
    #[error("the file is XML: send a table, as .xlsx or .csv")]
    Xml,
    #[error("the file is one JSON value: send JSON lines, one object in each line")]
    Json,
    #[error("the file is neither a workbook nor a text")]
    Binary,
    #[error("a delimiter is one character, and neither a quote nor a line end")]
    Delimiter,
}

impl From<Unsupported> for Refused {
    fn from(what: Unsupported) -> Self {
        Self::Unsupported(what)
    }
}

impl Refused {
    pub(crate) fn broken(part: &str, reason: impl std::fmt::Display) -> Self {
        Self::Broken {
            part: part.to_owned(),
            reason: reason.to_string(),
        }
    }

    /// A short code that does not change with the wording.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "UNREADABLE",
            Self::Empty => "EMPTY",
            Self::Unsupported(_) => "UNSUPPORTED",
            Self::TooMuch { .. } | Self::Ratio { .. } => "TOO_LARGE",
            Self::TooManyRows { .. } => "TOO_MANY_ROWS",
            Self::TooManyColumns { .. } => "TOO_MANY_COLUMNS",
            Self::CellTooLong { .. } => "CELL_TOO_LONG",
            Self::UnclosedQuote { .. } => "UNCLOSED_QUOTE",
            Self::Entities { .. } => "ENTITIES",
            Self::Broken { .. } | Self::Json { .. } => "BROKEN",
            Self::NotInEncoding(_) => "NOT_IN_ENCODING",
            Self::NoSuchSheet(_) => "NO_SUCH_SHEET",
        }
    }
}
