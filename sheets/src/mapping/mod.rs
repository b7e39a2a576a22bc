//! Which column goes to which field: proposed with reasons, corrected by people, saved, and used again.
//!
//! A [`Mapping`] is plain data. Columns go by their headings, so that one that was saved fits the next file of the same kind.
//! [`propose`] never guesses between two: what it cannot tell apart stays unmapped and is reported. [`bind`] finds the
//! columns of a mapping in a table, [`Bound::values`] makes cleaned values of a row.

mod bind;
mod fields;
mod propose;
mod similar;

use crate::clean::Column;
use serde::{Deserialize, Serialize};

pub use bind::{Bound, Mismatch, Values, bind};
pub use fields::{Field, Target, field, fields, known_heading};
pub use propose::{Left, Proposal, Proposed, Why, propose};

/// Which column goes to which field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mapping {
    pub target: Target,
    pub fields: Vec<Mapped>,
}

/// Where one field comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mapped {
    pub field: String,
    pub from: From,
    /// A blank cell clears the field; otherwise it leaves what there is (T-90, T-160).
    #[serde(default)]
    pub blank_clears: bool,
    /// What is known of the column. What is not said here is found out from the column's cells.
    #[serde(default)]
    pub column: Column,
}

/// Where the value of a field comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum From {
    /// A column, by its heading.
    Column(Place),
    /// Several columns, one behind the other; blank ones are left out.
    Join { places: Vec<Place>, how: JoinHow },
    /// The same for every row (T-160).
    Constant(String),
}

/// A column by its heading, compared without regard to case, accents, blanks and marks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    pub heading: String,
    /// Which of several columns with this heading, from 0.
    #[serde(default)]
    pub nth: usize,
}

/// What stands between texts that are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum JoinHow {
    Blank,
    /// Nothing behind a text of exactly this many characters, since it was cut in the middle; else a blank.
    Cut {
        width: usize,
    },
}

impl JoinHow {
    pub(crate) fn join(self, texts: &[&str]) -> String {
        let mut joined = String::new();
        let mut cut = false;
        for text in texts.iter().filter(|text| !text.trim().is_empty()) {
            if !joined.is_empty() && !cut {
                joined.push(' ');
            }
            joined.push_str(text);
            cut = matches!(self, Self::Cut { width } if text.chars().count() == width);
        }
        joined
    }
}
