//! What can be imported: kinds, their fields, and the names that other systems give them.

use crate::clean::{Want, fold};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::sync::LazyLock;

/// What the rows of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Target {
    Organizations,
    Contacts,
    Accounts,
    Customers,
    ShipTos,
    CustomerGroups,
    Prices,
    Orders,
}

impl Target {
    pub const ALL: [Self; 8] = [
        Self::Organizations,
        Self::Contacts,
        Self::Accounts,
        Self::Customers,
        Self::ShipTos,
        Self::CustomerGroups,
        Self::Prices,
        Self::Orders,
    ];

    /// The name in data files and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Organizations => "organizations",
            Self::Contacts => "contacts",
            Self::Accounts => "accounts",
            Self::Customers => "customers",
            Self::ShipTos => "shipTos",
            Self::CustomerGroups => "customerGroups",
            Self::Prices => "prices",
            Self::Orders => "orders",
        }
    }
}

/// A field that a column may be mapped to.
#[derive(Debug)]
pub struct Field {
    pub target: Target,
    pub name: &'static str,
    pub want: Want,
    /// Without it no row can be told from another: part of the key.
    pub required: bool,
    /// Its own name first, then those of others; squashed for comparing.
    pub(super) squashed: Vec<String>,
}

/// One field of two columns.
pub(super) struct JoinRule {
    pub target: Target,
    pub field: &'static str,
    pub how: super::JoinHow,
    pub first: Vec<String>,
    pub second: Vec<String>,
}

/// A name without blanks and marks: `First Name`, `first_name` and `firstName` are one.
pub(super) fn squash(name: &str) -> String {
    fold(name).replace(' ', "")
}

fn want(name: &str) -> Want {
    match name {
        "longText" => Want::LongText,
        "key" => Want::Key,
        "code" => Want::Code,
        "email" => Want::Email,
        "phone" => Want::Phone,
        "postalCode" => Want::PostalCode,
        "date" => Want::Date,
        "moment" => Want::Moment,
        "decimal" => Want::Decimal,
        "boolean" => Want::Boolean,
        "country" => Want::Country,
        "currency" => Want::Currency,
        _ => Want::Text,
    }
}

fn target(name: &str) -> Option<Target> {
    Target::ALL.into_iter().find(|target| target.name() == name)
}

fn lines(file: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    file.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
}

static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let read = |line: Vec<&'static str>| match line.as_slice() {
        [kind, name, wanted, required, synonyms] => {
            let mut squashed = vec![squash(name)];
            for synonym in synonyms.split('|').map(squash) {
                if !squashed.contains(&synonym) {
                    squashed.push(synonym);
                }
            }
            Some(Field {
                target: target(kind)?,
                name,
                want: want(wanted),
                required: *required == "required",
                squashed,
            })
        }
        _ => None,
    };
    lines(include_str!("fields.tsv")).filter_map(read).collect()
});

pub(super) static JOINS: LazyLock<Vec<JoinRule>> = LazyLock::new(|| {
    let names = |list: &str| list.split('|').map(squash).collect();
    let read = |line: Vec<&'static str>| match line.as_slice() {
        [kind, field, how, first, second] => Some(JoinRule {
            target: target(kind)?,
            field,
            how: match how
                .strip_prefix("cut:")
                .and_then(|width| width.parse().ok())
            {
                Some(width) => super::JoinHow::Cut { width },
                None => super::JoinHow::Blank,
            },
            first: names(first),
            second: names(second),
        }),
        _ => None,
    };
    lines(include_str!("joins.tsv")).filter_map(read).collect()
});

static KNOWN: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let names = FIELDS.iter().flat_map(|field| field.squashed.iter());
    names.map(String::as_str).collect()
});

/// The fields of a kind, in the order in which they are shown.
#[must_use]
pub fn fields(target: Target) -> Vec<&'static Field> {
    FIELDS
        .iter()
        .filter(|field| field.target == target)
        .collect()
}

/// The field of a kind by its name.
#[must_use]
pub fn field(target: Target, name: &str) -> Option<&'static Field> {
    FIELDS
        .iter()
        .find(|field| field.target == target && field.name == name)
}

/// Whether a heading is a name of any field of any kind.
#[must_use]
pub fn known_heading(heading: &str) -> bool {
    KNOWN.contains(squash(heading).as_str())
}
