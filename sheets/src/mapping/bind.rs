//! A mapping in the hands of a table: values of rows.

use super::fields::{Field, Target, field, squash};
use super::{From, JoinHow, Mapping, Place};
use crate::cell::{Cell, Kind, Row};
use crate::clean::{Cleaning, Column, Fault, Value, Want, clean};
use crate::table::Table;

/// Why a mapping does not fit a table, or is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    #[error("{} have no field {field}", .target.name())]
    NoSuchField { target: Target, field: String },
    #[error("the field {field} is mapped twice")]
    Twice { field: String },
    #[error("no column is headed {heading}")]
    NoSuchColumn { field: String, heading: String },
    #[error("a join needs at least one column")]
    NoColumns { field: String },
    #[error("nothing is mapped to {field}, which every row needs")]
    Missing { field: String },
    #[error("{value} cannot be the value of {field}: {fault}")]
    Constant {
        field: String,
        value: String,
        fault: Fault,
    },
}

/// A mapping whose columns were found.
pub struct Bound {
    fields: Vec<BoundField>,
    country: Option<usize>,
}

struct BoundField {
    field: &'static Field,
    source: Source,
    blank_clears: bool,
    column: Column,
}

enum Source {
    Columns(Vec<u32>, JoinHow),
    Constant(Value),
}

/// What a row has for each field of its mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values {
    /// In the order of the mapping.
    pub values: Vec<(&'static str, Result<Value, Fault>)>,
    pub cleanings: Vec<Cleaning>,
}

impl Values {
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&Result<Value, Fault>> {
        self.values
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, value)| value)
    }

    /// The text of a field; empty where it has none.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        match self.get(field) {
            Some(Ok(Value::Text(text))) => text,
            _ => "",
        }
    }
}

/// Finds the columns of a mapping in a table.
///
/// # Errors
///
/// With everything in which the mapping does not fit.
pub fn bind(mapping: &Mapping, table: &Table) -> Result<Bound, Vec<Mismatch>> {
    let mut wrong = Vec::new();
    let mut found: Vec<BoundField> = Vec::new();
    let place = |place: &Place| {
        let name = squash(&place.heading);
        let mut same = table
            .columns
            .iter()
            .filter(|heading| squash(&heading.name) == name);
        same.nth(place.nth)
    };
    for mapped in &mapping.fields {
        let Some(field) = field(mapping.target, &mapped.field) else {
            let (target, field) = (mapping.target, mapped.field.clone());
            wrong.push(Mismatch::NoSuchField { target, field });
            continue;
        };
        if found.iter().any(|other| other.field.name == field.name) {
            wrong.push(Mismatch::Twice {
                field: mapped.field.clone(),
            });
            continue;
        }
        let (places, how) = match &mapped.from {
            From::Constant(value) => {
                match clean(&Cell::text(value), field.want, &mapped.column, None) {
                    Ok(cleaned) => found.push(BoundField {
                        field,
                        source: Source::Constant(cleaned.value),
                        blank_clears: mapped.blank_clears,
                        column: mapped.column.clone(),
                    }),
                    Err(fault) => wrong.push(Mismatch::Constant {
                        field: mapped.field.clone(),
                        value: value.clone(),
                        fault,
                    }),
                }
                continue;
            }
            From::Column(place) => (std::slice::from_ref(place), JoinHow::Blank),
            From::Join { places, how } => (places.as_slice(), *how),
        };
        if places.is_empty() {
            wrong.push(Mismatch::NoColumns {
                field: mapped.field.clone(),
            });
        }
        let mut columns = Vec::new();
        let mut known = mapped.column.clone();
        known.date_system = table.date_system;
        for wanted in places {
            match place(wanted) {
                Some(heading) => {
                    known = heading.profile.observed.decide(&known);
                    columns.push(heading.column);
                }
                None => wrong.push(Mismatch::NoSuchColumn {
                    field: mapped.field.clone(),
                    heading: wanted.heading.clone(),
                }),
            }
        }
        found.push(BoundField {
            field,
            source: Source::Columns(columns, how),
            blank_clears: mapped.blank_clears,
            column: known,
        });
    }
    for needed in super::fields(mapping.target)
        .into_iter()
        .filter(|field| field.required)
    {
        if !mapping
            .fields
            .iter()
            .any(|mapped| mapped.field == needed.name)
        {
            wrong.push(Mismatch::Missing {
                field: needed.name.to_owned(),
            });
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(Bound {
        country: found.iter().position(|one| one.field.want == Want::Country),
        fields: found,
    })
}

impl Bound {
    /// The cleaned values of a row, and what was cleaned. The country of the row, if the mapping has one, tells how long its
    /// postal code is.
    #[must_use]
    pub fn values(&self, row: &Row) -> Values {
        let mut cleanings = Vec::new();
        let country = self.country.and_then(|at| self.fields.get(at));
        let country = country.and_then(|one| one.value(row, None, &mut Vec::new()).ok());
        let country = match &country {
            Some(Value::Text(code)) => Some(code.as_str()),
            _ => None,
        };
        let mut values = Vec::new();
        for one in &self.fields {
            let value = one.value(row, country, &mut cleanings);
            let value = match value {
                Ok(Value::Blank) if one.blank_clears => Ok(Value::Clear),
                value => value,
            };
            values.push((one.field.name, value));
        }
        Values { values, cleanings }
    }
}

impl BoundField {
    fn value(
        &self,
        row: &Row,
        country: Option<&str>,
        cleanings: &mut Vec<Cleaning>,
    ) -> Result<Value, Fault> {
        let (columns, how) = match &self.source {
            Source::Constant(value) => return Ok(value.clone()),
            Source::Columns(columns, how) => (columns, *how),
        };
        let cells: Vec<(u32, &Cell)> = columns
            .iter()
            .filter_map(|at| row.cell(*at).map(|cell| (*at, cell)))
            .collect();
        let (column, cell) = match cells.as_slice() {
            [] => return Ok(Value::Blank),
            [(column, cell)] => (*column, std::borrow::Cow::Borrowed(*cell)),
            [(column, _), ..] => {
                if let Some((_, wrong)) = cells
                    .iter()
                    .find(|(_, cell)| matches!(cell.kind, Kind::Error | Kind::Uncomputed))
                {
                    clean(wrong, self.field.want, &self.column, country)?;
                }
                let texts: Vec<&str> = cells
                    .iter()
                    .filter(|(_, cell)| cell.kind != Kind::Error)
                    .map(|(_, cell)| cell.text.as_str())
                    .collect();
                (
                    *column,
                    std::borrow::Cow::Owned(Cell::text(how.join(&texts))),
                )
            }
        };
        let cleaned = clean(&cell, self.field.want, &self.column, country)?;
        cleanings.extend(cleaned.report(row.number, column));
        Ok(cleaned.value)
    }
}
