//! Proposes a mapping for a table: by name, by what others call a field, by spelling, and by what the cells look like.

use super::fields::{Field, JOINS, Target, fields, squash};
use super::similar::distance;
use super::{From, JoinHow, Mapped, Mapping, Place};
use crate::clean::{Column, Want};
use crate::table::{Heading, Profile, Shape, Table};
use serde::{Deserialize, Serialize};

/// Why a column is proposed for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Why {
    /// The heading is the field's name.
    Name,
    /// The heading is another name of the field.
    Synonym,
    /// The heading is one of its names but for a letter or two.
    Spelling,
    /// The heading ends with one of its names.
    Ending,
    /// The cells look like it.
    Shape,
    /// Together with another column.
    Join,
}

/// A mapping, why it is proposed, and what is left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proposal {
    pub mapping: Mapping,
    pub proposed: Vec<Proposed>,
    /// Columns that go nowhere, in their order.
    pub left: Vec<Left>,
    /// Required fields that no column goes to.
    pub missing: Vec<String>,
}

/// Why a field comes from where it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proposed {
    pub field: String,
    /// From 0.
    pub columns: Vec<u32>,
    pub why: Why,
    /// From 0 to 100. Below 70 somebody should look at it.
    pub confidence: u8,
}

/// A column that goes nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Left {
    /// From 0.
    pub column: u32,
    pub heading: String,
    /// Fields that it could go to, between which nothing decides; none where it is like no field.
    pub candidates: Vec<String>,
}

struct Candidate {
    column: usize,
    field: usize,
    confidence: u8,
    why: Why,
}

/// Proposes a mapping of a table's columns to the fields of a kind.
#[must_use]
pub fn propose(table: &Table, target: Target) -> Proposal {
    let fields = fields(target);
    let headings: Vec<&Heading> = table.columns.iter().collect();
    let mut candidates: Vec<Candidate> = Vec::new();
    for (column, heading) in headings.iter().enumerate() {
        for (at, field) in fields.iter().enumerate() {
            if let Some((confidence, why)) = compare(heading, field) {
                candidates.push(Candidate {
                    column,
                    field: at,
                    confidence,
                    why,
                });
            }
        }
    }
    candidates.sort_by_key(|found| {
        (
            std::cmp::Reverse(found.confidence),
            found.column,
            found.field,
        )
    });
    let mut taken: Vec<Option<&Candidate>> = headings.iter().map(|_| None).collect();
    let mut given: Vec<bool> = fields.iter().map(|_| false).collect();
    let mut torn: Vec<Vec<usize>> = headings.iter().map(|_| Vec::new()).collect();
    let free = |given: &[bool], field: usize| given.get(field) == Some(&false);
    let mut rest = candidates.as_slice();
    while let Some(first) = rest.first() {
        let level = rest
            .iter()
            .take_while(|found| found.confidence == first.confidence)
            .count();
        let (equal, lower) = rest.split_at_checked(level).unwrap_or((rest, &[]));
        let open: Vec<&Candidate> = equal
            .iter()
            .filter(|found| free(&given, found.field))
            .filter(|found| taken.get(found.column).is_some_and(Option::is_none))
            .filter(|found| torn.get(found.column).is_some_and(Vec::is_empty))
            .collect();
        for found in &open {
            let alone =
                |other: &&&Candidate| other.column == found.column || other.field == found.field;
            if open.iter().filter(alone).count() == 1 {
                if let Some(place) = taken.get_mut(found.column) {
                    *place = Some(found);
                }
                if let Some(place) = given.get_mut(found.field) {
                    *place = true;
                }
            } else if let Some(place) = torn.get_mut(found.column) {
                place.push(found.field);
            }
        }
        // A field that two columns fight for is for neither, nor for a third that fits it less.
        for fields in torn.iter().filter(|fields| fields.len() == 1) {
            for field in fields {
                if let Some(place) = given.get_mut(*field) {
                    *place = true;
                }
            }
        }
        rest = lower;
    }
    Draft {
        headings,
        fields,
        taken,
        torn,
    }
    .proposal(target)
}

struct Draft<'a> {
    headings: Vec<&'a Heading>,
    fields: Vec<&'static Field>,
    taken: Vec<Option<&'a Candidate>>,
    torn: Vec<Vec<usize>>,
}

impl Draft<'_> {
    fn proposal(&self, target: Target) -> Proposal {
        let mut mapped = Vec::new();
        let mut proposed = Vec::new();
        let mut missing = Vec::new();
        let joins = self.joins(target);
        for (at, field) in self.fields.iter().enumerate() {
            let found = self.taken.iter().flatten().find(|found| found.field == at);
            let Some((found, heading)) =
                found.and_then(|found| Some((found, self.headings.get(found.column)?)))
            else {
                if field.required {
                    missing.push(field.name.to_owned());
                }
                continue;
            };
            let join = joins.iter().find(|(first, _, _)| *first == found.column);
            let second =
                join.and_then(|(_, second, how)| Some((self.headings.get(*second)?, *how)));
            let mut columns = vec![heading.column];
            let from = match second {
                Some((second, how)) => {
                    columns.push(second.column);
                    let places = vec![self.place(heading), self.place(second)];
                    From::Join { places, how }
                }
                None => From::Column(self.place(heading)),
            };
            proposed.push(Proposed {
                field: field.name.to_owned(),
                why: if columns.len() > 1 {
                    Why::Join
                } else {
                    found.why
                },
                columns,
                confidence: found.confidence,
            });
            mapped.push(Mapped {
                field: field.name.to_owned(),
                from,
                blank_clears: false,
                column: Column::default(),
            });
        }
        let used: Vec<u32> = proposed
            .iter()
            .flat_map(|one| one.columns.iter().copied())
            .collect();
        let left = self
            .headings
            .iter()
            .zip(&self.torn)
            .filter(|(heading, _)| !used.contains(&heading.column));
        let left = left.map(|(heading, torn)| Left {
            column: heading.column,
            heading: heading.name.clone(),
            candidates: torn
                .iter()
                .filter_map(|field| self.fields.get(*field))
                .map(|field| field.name.to_owned())
                .collect(),
        });
        Proposal {
            left: left.collect(),
            mapping: Mapping {
                target,
                fields: mapped,
            },
            proposed,
            missing,
        }
    }

    fn place(&self, heading: &Heading) -> Place {
        let same = self
            .headings
            .iter()
            .filter(|other| squash(&other.name) == squash(&heading.name));
        Place {
            heading: heading.name.clone(),
            nth: same
                .take_while(|other| other.column < heading.column)
                .count(),
        }
    }

    /// First and second column of fields that are made of two, by their places in the list.
    fn joins(&self, target: Target) -> Vec<(usize, usize, JoinHow)> {
        let mut joins = Vec::new();
        for rule in JOINS.iter().filter(|rule| rule.target == target) {
            let place = |names: &[String]| {
                self.headings
                    .iter()
                    .position(|heading| names.contains(&squash(&heading.name)))
            };
            let (Some(first), Some(second)) = (place(&rule.first), place(&rule.second)) else {
                continue;
            };
            let field = |column: usize| {
                let found = self.taken.get(column).copied().flatten()?;
                self.fields.get(found.field).map(|field| field.name)
            };
            if field(first) == Some(rule.field) && field(second).is_none() {
                joins.push((first, second, rule.how));
            }
        }
        joins
    }
}

/// How sure it is that a column is meant for a field.
fn compare(heading: &Heading, field: &Field) -> Option<(u8, Why)> {
    let profile = &heading.profile;
    let name = if heading.named {
        squash(&heading.name)
    } else {
        String::new()
    };
    let fits = fits(profile, field.want);
    let (confidence, why) = if name.is_empty() {
        by_shape(profile, field)?
    } else if field.squashed.first() == Some(&name) {
        (100, Why::Name)
    } else if field.squashed.contains(&name) {
        (95, Why::Synonym)
    } else if let Some(confidence) = spelled(&name, field) {
        (confidence, Why::Spelling)
    } else if ends(&heading.name, field) {
        (60, Why::Ending)
    } else {
        by_shape(profile, field)?
    };
    // What is computed from other columns is seldom meant, and never for what it resembles.
    let computed = profile.filled > 0 && profile.formulas * 2 > profile.filled;
    match why {
        Why::Name | Why::Synonym if fits => Some((confidence, why)),
        Why::Name | Why::Synonym => Some((confidence / 2, why)),
        _ if computed || !fits => None,
        _ => Some((confidence, why)),
    }
}

/// Short names are other names as soon as a letter changes.
fn spelled(name: &str, field: &Field) -> Option<u8> {
    let most = match name.chars().count() {
        0..=4 => return None,
        5..=8 => 1,
        _ => 2,
    };
    let nearest = field
        .squashed
        .iter()
        .filter(|other| other.chars().count() > 4)
        .filter_map(|other| distance(name, other, most))
        .min()?;
    Some(if nearest == 1 { 80 } else { 70 })
}

/// Words that say nothing without the one in front of them: an address type is no type of organization.
const GENERAL: [&str; 14] = [
    "type", "name", "code", "number", "status", "date", "group", "line", "total", "order", "price",
    "notes", "position", "contact",
];

/// `Default Address City` is a city.
fn ends(heading: &str, field: &Field) -> bool {
    let folded = crate::clean::fold(heading);
    let words: Vec<&str> = folded.split(' ').collect();
    (1..words.len()).any(|from| {
        let ending = words.get(from..).unwrap_or_default().concat();
        ending.chars().count() > 2
            && !GENERAL.contains(&ending.as_str())
            && field.squashed.contains(&ending)
    })
}

/// Only shapes that nothing else has, and only where nearly all cells have it.
fn by_shape(profile: &Profile, field: &Field) -> Option<(u8, Why)> {
    let shape = match (field.want, field.name) {
        (Want::Email, _) => Shape::Email,
        (Want::Country, _) => Shape::Country,
        (Want::Phone, "phone") => Shape::Phone,
        _ => return None,
    };
    (profile.filled > 2 && profile.percent(shape) >= 80).then_some((50, Why::Shape))
}

/// Whether the cells may be of the kind that a field wants. Where there are none nothing speaks against it.
fn fits(profile: &Profile, want: Want) -> bool {
    if profile.filled == 0 {
        return true;
    }
    let share = |shapes: &[Shape]| {
        shapes
            .iter()
            .map(|shape| profile.percent(*shape))
            .sum::<u64>()
    };
    match want {
        Want::Email => share(&[Shape::Email]) >= 20,
        Want::Phone => share(&[Shape::Phone, Shape::Number, Shape::Date]) >= 20,
        Want::Date | Want::Moment => share(&[Shape::Date, Shape::Number]) >= 20,
        Want::Decimal => share(&[Shape::Number, Shape::Date, Shape::Phone]) >= 20,
        Want::Country => share(&[Shape::Country]) >= 20,
        Want::Text
        | Want::LongText
        | Want::Key
        | Want::Code
        | Want::PostalCode
        | Want::Boolean
        | Want::Currency => true,
    }
}
