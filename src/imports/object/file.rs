//! What the file of an import was found to be, and which column goes to which field, as clients see it.

use crate::imports::rules::Cleaning;
use crate::imports::service::Survey;
use async_graphql::{Enum, SimpleObject};
use sheets::clean::{DateOrder, DecimalSign, Rule};
use sheets::mapping::{From as Origin, Mapping, Why};
use sheets::table::Reason;
use sheets::{Detected, Encoding, Note, Visibility};

/// The encoding of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "Encoding")]
pub enum ImportEncoding {
    /// UTF-8, with or without a byte order mark.
    #[graphql(name = "UTF_8")]
    Utf8,
    /// UTF-16, the lower byte first.
    #[graphql(name = "UTF_16LE")]
    Utf16Le,
    /// UTF-16, the higher byte first.
    #[graphql(name = "UTF_16BE")]
    Utf16Be,
    /// Windows-1252, for western European languages.
    #[graphql(name = "WINDOWS_1252")]
    Windows1252,
}

/// What stands before the decimals of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "DecimalSign")]
pub enum ImportDecimalSign {
    /// As in 1.234,50.
    Comma,
    /// As in 1,234.50.
    Point,
}

/// What stands first in a date such as 03/04/2005.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "DateOrder")]
pub enum ImportDateOrder {
    /// The day: the third of April.
    Day,
    /// The month: the fourth of March.
    Month,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
pub enum ImportFormat {
    /// A workbook of a spreadsheet program, .xlsx.
    Workbook,
    /// Text with a row in each line, .csv.
    Text,
    /// A JSON object in each line.
    JsonLines,
}

/// What was found out about the file of an import.
#[derive(Clone, Debug, SimpleObject)]
pub struct ImportFile {
    /// What it is, from what is inside.
    pub format: ImportFormat,
    /// The encoding of a text file; null for a workbook.
    pub encoding: Option<ImportEncoding>,
    /// What stands between the cells of a text file; null for others.
    pub delimiter: Option<String>,
    /// What a person should know about it, in English.
    pub notes: Vec<String>,
    /// The names of its sheets that people see, in their order; of a text file its own.
    pub sheets: Vec<String>,
    /// The names of its hidden sheets, which are not read unless they are asked for.
    pub hidden_sheets: Vec<String>,
    /// The sheet that is imported.
    pub sheet: Option<String>,
    /// The rows with the headings; empty where there are none.
    pub heading_rows: Vec<i32>,
    /// Why these rows hold the headings, in English.
    pub heading_reason: Option<String>,
    /// How many rows hold data.
    pub data_rows: i32,
    /// How many of these the file hides; they are imported like the others.
    pub hidden_rows: i32,
    /// Rows that are no data, in their order, 1,000 at most; neighbours with one reason are one.
    pub skipped: Vec<ImportSkippedRows>,
}

/// Rows of a file that are no data.
#[derive(Clone, Debug, SimpleObject)]
pub struct ImportSkippedRows {
    /// The first of them, as a spreadsheet program numbers them.
    pub first: i32,
    /// The last of them.
    pub last: i32,
    /// Why they are none, in English.
    pub reason: String,
}

/// Where a field comes from.
#[derive(Clone, Debug, SimpleObject)]
pub struct ImportFieldMapping {
    /// The name of the field.
    pub field: String,
    /// The headings of its columns; several are joined.
    pub columns: Vec<String>,
    /// The value in every row, where it comes from no column.
    pub constant: Option<String>,
    /// Whether a blank cell clears the field.
    pub blank_clears: bool,
    /// Why it was proposed, in English; null where somebody has said it.
    pub reason: Option<String>,
    /// How sure the proposal is, from 0 to 100; below 70 somebody should look at it. Null where somebody has said it.
    pub confidence: Option<i32>,
}

/// A column that goes to no field.
#[derive(Clone, Debug, SimpleObject)]
pub struct ImportLeftColumn {
    /// Its heading.
    pub heading: String,
    /// The fields that it could go to, between which nothing decides; empty where it is like no field.
    pub candidates: Vec<String>,
}

/// A cell that was read other than it stands there.
#[derive(Clone, Debug, SimpleObject)]
pub struct ImportCleaning {
    /// The heading of its column.
    pub column: String,
    /// What stands there.
    pub before: String,
    /// How it was read.
    pub after: String,
    /// What was done, in English.
    pub rule: String,
}

impl From<Cleaning> for ImportCleaning {
    fn from(cleaning: Cleaning) -> Self {
        Self {
            rule: rule(cleaning.rule).to_owned(),
            column: cleaning.column,
            before: cleaning.before,
            after: cleaning.after,
        }
    }
}

fn rule(rule: Rule) -> &'static str {
    match rule {
        Rule::Blanks => "blanks around it were taken away, others are plain ones",
        Rule::Invisible => "characters without width were taken away",
        Rule::Control => "control characters were taken away",
        Rule::NoValue => "it means that nothing is there",
        Rule::TextFormula => "the formula only wraps a text",
        Rule::MailTo => "mailto: was taken away",
        Rule::AngleBrackets => "the address between the brackets was taken",
        Rule::AtInWords => "(at) was read as @",
        Rule::Number => "it was read as a number",
        Rule::Date => "it was read as a date",
        Rule::SerialDay => "the number was read as the day that it counts",
        Rule::TimeOfDay => "the time of day was left out",
        Rule::Boolean => "it was read as yes or no",
        Rule::Country => "it was read as a country",
        Rule::Currency => "it was read as a currency",
        Rule::LeadingZeros => "zeros in front were put back",
        Rule::StoredAsNumber => "it is stored as a number: zeros or a plus in front may be lost",
        Rule::DigitsLost => "it has more digits than a spreadsheet program keeps: some may be lost",
    }
}

impl From<&Survey> for ImportFile {
    fn from(survey: &Survey) -> Self {
        let (format, encoding, delimiter, notes) = match &survey.file {
            Detected::Workbook { notes, .. } => (ImportFormat::Workbook, None, None, notes),
            Detected::Text {
                encoding,
                delimiter,
                notes,
                ..
            } => (
                ImportFormat::Text,
                Some((*encoding).into()),
                Some(delimiter.to_string()),
                notes,
            ),
            Detected::JsonLines {
                encoding, notes, ..
            } => (
                ImportFormat::JsonLines,
                Some((*encoding).into()),
                None,
                notes,
            ),
        };
        let named = |visible: bool| {
            let sheets = survey.sheets.iter();
            sheets
                .filter(|sheet| (sheet.visibility == Visibility::Visible) == visible)
                .map(|sheet| sheet.name.clone())
                .collect()
        };
        let table = survey.table.as_ref();
        let sheet = table.and_then(|table| survey.sheets.get(table.sheet));
        Self {
            format,
            encoding,
            delimiter,
            notes: notes.iter().map(note).collect(),
            sheets: named(true),
            hidden_sheets: named(false),
            sheet: sheet.map(|sheet| sheet.name.clone()),
            heading_rows: table.map_or_else(Vec::new, |table| {
                table.header_rows.iter().map(|row| number(*row)).collect()
            }),
            heading_reason: table.map(|table| table.why.clone()),
            data_rows: table.map_or(0, |table| number(table.data_rows)),
            hidden_rows: table.map_or(0, |table| number(table.hidden_rows)),
            skipped: table.map_or_else(Vec::new, |table| {
                let skipped = table.skipped.iter().map(|rows| ImportSkippedRows {
                    first: number(rows.first),
                    last: number(rows.last),
                    reason: reason(rows.reason).to_owned(),
                });
                skipped.collect()
            }),
        }
    }
}

fn number(number: u64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn note(note: &Note) -> String {
    match note {
        Note::Macros => "it holds macros, which are ignored".to_owned(),
        Note::ExternalLinks => {
            "it refers to other files; the values that it remembers of them are taken".to_owned()
        }
        Note::Malformed { places } => {
            format!("{places} places are not in its encoding and read as U+FFFD")
        }
        Note::NameSaysOtherwise { .. } => {
            "its name ends like that of another kind of file; what is inside counts".to_owned()
        }
        Note::DelimiterLine => {
            "its first line says what the delimiter is, and is no row".to_owned()
        }
    }
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::Title => "a title above the headings",
        Reason::Blank => "nothing stands there",
        Reason::Section => "it says what the rows below it have in common",
        Reason::Total => "it sums up the rows above it",
        Reason::Headings => "the headings once more",
        Reason::Formulas => "formulas that were filled further down than the data",
        Reason::Note => "a note below the table",
    }
}

/// The mapping in force, with the reasons of what was proposed and not corrected.
#[must_use]
pub fn fields(mapping: &Mapping, survey: Option<&Survey>) -> Vec<ImportFieldMapping> {
    let proposal = survey.and_then(|survey| survey.proposal.as_ref());
    let fields = mapping.fields.iter().map(|mapped| {
        let as_proposed = proposal.is_some_and(|proposal| proposal.mapping.fields.contains(mapped));
        let proposed = proposal.filter(|_| as_proposed).and_then(|proposal| {
            proposal
                .proposed
                .iter()
                .find(|one| one.field == mapped.field)
        });
        let (columns, constant) = match &mapped.from {
            Origin::Column(place) => (vec![place.heading.clone()], None),
            Origin::Join { places, .. } => (
                places.iter().map(|place| place.heading.clone()).collect(),
                None,
            ),
            Origin::Constant(constant) => (Vec::new(), Some(constant.clone())),
        };
        ImportFieldMapping {
            field: mapped.field.clone(),
            columns,
            constant,
            blank_clears: mapped.blank_clears,
            reason: proposed.map(|one| why(one.why).to_owned()),
            confidence: proposed.map(|one| i32::from(one.confidence)),
        }
    });
    fields.collect()
}

/// The columns that go to no field.
#[must_use]
pub fn left(mapping: &Mapping, survey: &Survey) -> Vec<ImportLeftColumn> {
    let mut used: Vec<&str> = Vec::new();
    for mapped in &mapping.fields {
        match &mapped.from {
            Origin::Column(place) => used.push(&place.heading),
            Origin::Join { places, .. } => {
                used.extend(places.iter().map(|place| place.heading.as_str()));
            }
            Origin::Constant(_) => {}
        }
    }
    let columns = survey.table.iter().flat_map(|table| &table.columns);
    let left = columns.filter(|heading| !used.contains(&heading.name.as_str()));
    let candidates = |column: u32| {
        let left = survey.proposal.iter().flat_map(|proposal| &proposal.left);
        let mut same = left.filter(|left| left.column == column);
        same.next()
            .map_or_else(Vec::new, |left| left.candidates.clone())
    };
    left.map(|heading| ImportLeftColumn {
        heading: heading.name.clone(),
        candidates: candidates(heading.column),
    })
    .collect()
}

fn why(why: Why) -> &'static str {
    match why {
        Why::Name => "the heading is the name of the field",
        Why::Synonym => "the heading is another name of the field",
        Why::Spelling => "the heading is a name of the field but for a letter or two",
        Why::Ending => "the heading ends with a name of the field",
        Why::Shape => "the cells look like it",
        Why::Join => "together with another column",
    }
}
