//! Cleans what stands in a cell: into a value of the kind that is wanted, with every change told, or not at all (T-95).
//!
//! Nothing is guessed. What could mean two things is refused, unless the whole column shows which of them is meant ([`Observed`])
//! or somebody has said it ([`Column`]). A cell that was changed says so in a [`Step`] for each rule.
//!
//! `text` takes away what cannot be seen, `number`, `date`, `contact` and `words` know their kinds.

mod contact;
mod date;
mod number;
mod observe;
mod text;
mod words;

use crate::cell::{Cell, Kind};
use crate::xlsx::number::DateSystem;
use serde::{Deserialize, Serialize};

pub use observe::Observed;
pub use text::{fold, is_blank};
pub use words::country_code;

/// What is wanted of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Want {
    /// One line.
    #[default]
    Text,
    /// Several lines: line breaks and tabs stay.
    LongText,
    /// An id in another system or a number of an account, order or customer: digits are letters here.
    Key,
    /// A short word that stands for something, such as a group or a role.
    Code,
    Email,
    Phone,
    PostalCode,
    /// A day, `2001-06-08`.
    Date,
    /// A day, or a day and a time as in RFC 3339 with or without an offset.
    Moment,
    /// Digits with at most one point, `1234.50`.
    Decimal,
    /// `true` or `false`.
    Boolean,
    /// Two letters of ISO 3166-1.
    Country,
    /// Three letters of ISO 4217.
    Currency,
}

/// What is known of a column: said by somebody, or [`Observed`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Column {
    /// What stands before the decimals: `,` or `.`.
    pub decimal_sign: Option<DecimalSign>,
    /// Whether the day or the month stands first in `03/04/2005` and `03-04-2005`. Behind dots the day always stands first.
    pub date_order: Option<DateOrder>,
    /// Texts of digits are days counted by this system. Cells that are stored as numbers are read so in any case.
    pub serial_days: bool,
    /// A table has that of its file, whatever is said here.
    pub date_system: DateSystem,
    /// To how many digits keys are filled up with zeros, where they were stored as numbers.
    pub key_width: Option<usize>,
    /// `name(at)example.com` is taken for an address; otherwise it is refused.
    pub at_in_words: bool,
}

/// What stands before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DecimalSign {
    Comma,
    Point,
}

/// What stands first in a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DateOrder {
    Day,
    Month,
}

/// What is left of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleaned {
    pub value: Value,
    /// What was done, in this order. Where before and after are the same, something may have been lost before.
    pub steps: Vec<Step>,
}

/// The value of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing stands there, which leaves what there is (T-90).
    Blank,
    /// `\N` stands there, which clears what there is (T-90).
    Clear,
    Text(String),
}

/// What one rule did to a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub before: String,
    pub after: String,
    pub rule: Rule,
}

/// What one rule did, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cleaning {
    pub row: u64,
    /// From 0.
    pub column: u32,
    pub before: String,
    pub after: String,
    pub rule: Rule,
}

/// The rules by which cells are cleaned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Rule {
    /// Blanks around the text are gone, other blanks of Unicode are plain ones.
    Blanks,
    /// Characters without width are gone.
    Invisible,
    /// Control characters are gone; line breaks in one line are blanks.
    Control,
    /// `n/a`, `-` and the like mean that nothing is there.
    NoValue,
    /// `="0123"` is a way to write a text, and so is an apostrophe in front of what could be a formula.
    TextFormula,
    /// `mailto:` is gone, and what belongs to a mail and not to its address.
    MailTo,
    /// Of `Name <address>` the address is left.
    AngleBrackets,
    /// `(at)` is `@`.
    AtInWords,
    /// Currency signs, groups of thousands and the decimal sign are as in `1234.50`.
    Number,
    /// The date is written `2001-06-08`.
    Date,
    /// A bare number is the day that it counts.
    SerialDay,
    /// The time of day is gone.
    TimeOfDay,
    /// A word or number means yes or no.
    Boolean,
    /// A country's name or other code is its code of two letters.
    Country,
    /// A currency's sign is its code, in capital letters.
    Currency,
    /// Zeros in front, lost since the cell is stored as a number, are back.
    LeadingZeros,
    /// A phone number or postal code that is stored as a number: zeros or a plus in front may be lost.
    StoredAsNumber,
    /// A number with more digits than spreadsheet programs keep: the last ones may be lost.
    DigitsLost,
}

/// Why a cell has no value of the wanted kind. The text is for the person who sent it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "camelCase")]
pub enum Fault {
    #[error(
        "a formula whose value the file does not hold: open the file, save it, and send it again"
    )]
    Uncomputed,
    #[error("an error of the spreadsheet program: {error}")]
    Error { error: String },
    #[error("more than one e-mail address")]
    SeveralEmails,
    #[error("not an e-mail address{}", .suggestion.as_ref().map(|it| format!("; is {it} meant?")).unwrap_or_default())]
    NotAnEmail { suggestion: Option<String> },
    #[error("not a number")]
    NotANumber,
    #[error(
        "a number that can be read in two ways, {point} and {comma}: say what the decimal sign is"
    )]
    AmbiguousNumber { point: String, comma: String },
    #[error("not a date")]
    NotADate,
    #[error("there is no such day")]
    NoSuchDay,
    #[error(
        "a date that can be read in two ways, {day_first} and {month_first}: say whether the day stands first"
    )]
    #[serde(rename_all = "camelCase")]
    AmbiguousDate {
        day_first: String,
        month_first: String,
    },
    #[error("neither yes nor no")]
    NotABoolean,
    #[error("not a country")]
    NotACountry,
    #[error("not a currency by three letters")]
    NotACurrency,
    #[error("a number in exponent form: its digits are lost")]
    ExponentForm,
}

impl Cleaned {
    /// The steps as they are reported.
    pub fn report(&self, row: u64, column: u32) -> impl Iterator<Item = Cleaning> + '_ {
        self.steps.iter().map(move |step| Cleaning {
            row,
            column,
            before: step.before.clone(),
            after: step.after.clone(),
            rule: step.rule,
        })
    }

    /// The text of the value; empty where there is none.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.value {
            Value::Text(text) => text,
            Value::Blank | Value::Clear => "",
        }
    }
}

/// A cell while it is cleaned.
struct Work {
    text: String,
    steps: Vec<Step>,
}

impl Work {
    /// Puts `after` in place of the text; nothing happened where they are the same.
    fn set(&mut self, after: String, rule: Rule) {
        if after != self.text {
            let before = std::mem::replace(&mut self.text, after.clone());
            self.steps.push(Step {
                before,
                after,
                rule,
            });
        }
    }

    /// Says that something may have been lost before.
    fn doubt(&mut self, rule: Rule) {
        self.steps.push(Step {
            before: self.text.clone(),
            after: self.text.clone(),
            rule,
        });
    }

    fn done(self) -> Cleaned {
        let value = match self.text.as_str() {
            "" => Value::Blank,
            "\\N" => Value::Clear,
            _ => Value::Text(self.text),
        };
        Cleaned {
            value,
            steps: self.steps,
        }
    }
}

/// Cleans one cell. `country` is the country of its row, as ISO 3166-1 has it, where one is known: it tells how many digits a
/// postal code has.
///
/// # Errors
///
/// When the cell holds something, but nothing of the wanted kind.
pub fn clean(
    cell: &Cell,
    want: Want,
    column: &Column,
    country: Option<&str>,
) -> Result<Cleaned, Fault> {
    let mut work = Work {
        text: cell.text.clone(),
        steps: Vec::new(),
    };
    match cell.kind {
        Kind::Uncomputed => return Err(Fault::Uncomputed),
        Kind::Error if cell.text == "#N/A" => {
            work.set(String::new(), Rule::NoValue);
            return Ok(work.done());
        }
        Kind::Error => {
            return Err(Fault::Error {
                error: cell.text.clone(),
            });
        }
        _ => {}
    }
    text::tidy(&mut work, want);
    if work.text.is_empty() || work.text == "\\N" {
        return Ok(work.done());
    }
    match want {
        Want::Text | Want::LongText => {}
        Want::Key | Want::Code => number::key(&mut work, cell.kind, column)?,
        Want::Email => contact::email(&mut work, column)?,
        Want::Phone => contact::phone(&mut work, cell.kind)?,
        Want::PostalCode => contact::postal_code(&mut work, cell.kind, country)?,
        Want::Date => date::day(&mut work, cell.kind, column)?,
        Want::Moment => date::moment(&mut work, cell.kind, column)?,
        Want::Decimal => number::decimal(&mut work, cell.kind, column)?,
        Want::Boolean => words::boolean(&mut work)?,
        Want::Country => words::country(&mut work)?,
        Want::Currency => words::currency(&mut work)?,
    }
    Ok(work.done())
}

/// Whether a text is a number that somebody wrote, one way or another.
#[must_use]
pub fn reads_as_number(text: &str) -> bool {
    number::written(text).is_some()
}

#[cfg(test)]
mod tests;
