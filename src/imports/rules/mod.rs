//! Rows as they are given, and what is decided about them.

pub mod forest;

use crate::error::{Code, UserError};
use entity::import_row::Action;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a row says about a field (T-90).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Given {
    /// Nothing: the column is missing.
    #[default]
    Absent,
    /// An empty cell: leaves the field as it is, and is nothing in what is created.
    Blank,
    /// That there shall be nothing.
    Clear,
    Text(String),
}

/// A row whose columns are matched to fields, and whose cells are cleaned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowIn {
    /// As a spreadsheet program shows it (T-160); in a call its position.
    pub number: i64,
    pub fields: BTreeMap<String, Given>,
    /// Which version of the thing its source sends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

impl RowIn {
    /// What the field shall be: none where it stays as it is, none within where it shall be nothing.
    #[must_use]
    pub fn wanted(&self, field: &str) -> Option<Option<&str>> {
        match self.fields.get(field).unwrap_or(&Given::Absent) {
            // Of what is created, a field that is left alone is nothing, or what it is by default.
            Given::Absent | Given::Blank => None,
            Given::Clear => Some(None),
            Given::Text(text) => Some(Some(text)),
        }
    }

    /// The text of a field, without outer blanks; none where there is none.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        let text = self.wanted(field).flatten().map(str::trim);
        text.filter(|text| !text.is_empty())
    }

    /// The same for what names something else, to be looked up: no name has a NUL, and PostgreSQL takes none to look for.
    #[must_use]
    pub fn reference(&self, field: &str) -> Option<&str> {
        self.text(field).filter(|text| !text.contains('\0'))
    }
}

/// A cell that was read other than it stands there (T-95).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cleaning {
    /// The heading of the column.
    pub column: String,
    pub before: String,
    pub after: String,
    pub rule: sheets::clean::Rule,
}

/// A field that changes, from what to what; of references the ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub field: String,
    pub from: Option<String>,
    pub to: Option<String>,
}

/// Why a row is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// None where it is the row as a whole.
    pub field: Option<String>,
    pub code: Code,
    pub message: String,
}

impl Problem {
    #[must_use]
    pub fn new(code: Code, field: &str, message: impl Into<String>) -> Self {
        Self {
            field: Some(field.to_owned()),
            code,
            message: message.into(),
        }
    }
}

impl From<UserError> for Problem {
    fn from(mistake: UserError) -> Self {
        Self {
            field: mistake.path.into_iter().next_back(),
            code: mistake.code,
            message: mistake.message,
        }
    }
}

impl From<Problem> for UserError {
    fn from(problem: Problem) -> Self {
        Self {
            code: problem.code,
            message: problem.message,
            path: problem.field.into_iter().collect(),
        }
    }
}

/// What comes of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub action: Action,
    /// The id of the row that it is about; none for one that is created or refused.
    pub target: Option<String>,
    /// In the order of the kind's fields. Of a row that is created, everything that it is given.
    pub changes: Vec<Change>,
    /// The fields that differ and are left alone, as they are looked after by hand.
    pub kept: Vec<String>,
    pub problems: Vec<Problem>,
}

impl Decision {
    /// A row that is refused.
    #[must_use]
    pub fn refused(problems: Vec<Problem>) -> Self {
        Self {
            action: Action::Error,
            target: None,
            changes: Vec::new(),
            kept: Vec::new(),
            problems,
        }
    }

    /// A row that is left out, because its source has sent a newer one.
    #[must_use]
    pub fn older(target: Option<String>) -> Self {
        Self {
            action: Action::Skip,
            target,
            ..Self::refused(Vec::new())
        }
    }

    /// Why this, decided now, is not what was planned; none where it is, or where nothing is left to do.
    #[must_use]
    pub fn moved_on_from(&self, planned: &Self) -> Option<Problem> {
        let told = |field: Option<&str>, message: String| {
            Some(Problem {
                field: field.map(str::to_owned),
                code: Code::MovedOn,
                message,
            })
        };
        match (planned.action, self.action) {
            (_, Action::Error) => {
                let first = self.problems.first();
                let why = first.map_or("it is refused", |problem| problem.message.as_str());
                let field = first.and_then(|problem| problem.field.as_deref());
                told(
                    field,
                    format!("since the plan was made, this has become an error: {why}"),
                )
            }
            (Action::Create, Action::Create) | (Action::Update, Action::Update) => {
                if planned.target != self.target {
                    return told(
                        None,
                        "since the plan was made, another row has got this key".to_owned(),
                    );
                }
                let differing = differing(&planned.changes, &self.changes)?;
                let message = format!("since the plan was made, {differing} has changed");
                told(Some(&differing), message)
            }
            (Action::Create, Action::Update | Action::Unchanged) => told(
                None,
                "since the plan was made, a row of this key has been created".to_owned(),
            ),
            (Action::Update, Action::Create) => told(
                None,
                "since the plan was made, the row has been deleted".to_owned(),
            ),
            // Somebody else did all of it, or has sent something newer.
            _ => None,
        }
    }
}

/// The first field that is not changed in both from the same to the same. What is done already does not count.
fn differing(planned: &[Change], now: &[Change]) -> Option<String> {
    let new = now.iter().find(|change| !planned.contains(change));
    new.map(|change| change.field.clone())
}

/// Reads the fields of a row one by one against what is there.
pub struct Reading<'r> {
    row: &'r RowIn,
    creating: bool,
    owned: Option<&'r std::collections::BTreeSet<String>>,
    pub kept: Vec<String>,
    pub problems: Vec<Problem>,
    pub changes: Vec<Change>,
}

impl<'r> Reading<'r> {
    /// Begins with a row; `known` are the fields that there are.
    #[must_use]
    pub fn of(
        row: &'r RowIn,
        known: &[&str],
        creating: bool,
        owned: Option<&'r std::collections::BTreeSet<String>>,
    ) -> Self {
        let unknown = row
            .fields
            .keys()
            .filter(|field| !known.contains(&field.as_str()));
        let unknown = unknown
            .map(|field| Problem::new(Code::Invalid, field, format!("there is no field {field}")));
        Self {
            row,
            creating,
            owned,
            kept: Vec::new(),
            problems: unknown.collect(),
            changes: Vec::new(),
        }
    }

    /// What the field shall be, checked by `read`; `old` where it stays, is refused, or is looked after by hand.
    pub fn field<T: Clone + PartialEq>(
        &mut self,
        field: &str,
        old: T,
        read: impl FnOnce(Option<&str>) -> Result<T, UserError>,
        shown: impl Fn(&T) -> Option<String>,
    ) -> T {
        let Some(wanted) = self.row.wanted(field) else {
            return old;
        };
        match read(wanted) {
            Err(mistake) => {
                self.problems.push(mistake.into());
                old
            }
            Ok(new) if new == old => old,
            Ok(_) if self.owned.is_some_and(|owned| owned.contains(field)) => {
                self.kept.push(field.to_owned());
                old
            }
            Ok(new) => {
                self.changes.push(Change {
                    field: field.to_owned(),
                    from: shown(&old).filter(|_| !self.creating),
                    to: shown(&new),
                });
                new
            }
        }
    }

    /// The same for a text.
    pub fn text(
        &mut self,
        field: &str,
        old: Option<String>,
        check: impl FnOnce(Option<String>) -> Result<Option<String>, UserError>,
    ) -> Option<String> {
        self.field(
            field,
            old,
            |text| check(text.map(str::to_owned)),
            Clone::clone,
        )
    }

    /// Notes why the row is refused.
    pub fn refuse(&mut self, code: Code, field: &str, message: impl Into<String>) {
        self.problems.push(Problem::new(code, field, message));
    }

    /// Whether the row is refused because of the field.
    #[must_use]
    pub fn refuses(&self, field: &str) -> bool {
        let mut fields = self.problems.iter().map(|problem| problem.field.as_deref());
        fields.any(|refused| refused == Some(field))
    }

    /// Whether the field changes.
    #[must_use]
    pub fn changes_field(&self, field: &str) -> bool {
        self.changes.iter().any(|change| change.field == field)
    }

    /// What comes of it all: of an existing row, `target` is its id.
    #[must_use]
    pub fn decide(self, target: Option<String>) -> Decision {
        if !self.problems.is_empty() {
            return Decision::refused(self.problems);
        }
        let action = match &target {
            None => Action::Create,
            Some(_) if self.changes.is_empty() => Action::Unchanged,
            Some(_) => Action::Update,
        };
        Decision {
            action,
            target,
            changes: self.changes,
            kept: self.kept,
            problems: Vec::new(),
        }
    }
}
