//! What a column holds: how many cells of which shape, and some of them.

use crate::cell::{Cell, Kind};
use crate::clean::{self, Column, Observed};
use serde::{Deserialize, Serialize};

/// Cells whose shape is looked at; the first ones.
const LOOKED_AT: u64 = 2_000;
/// Different texts that are kept.
const SAMPLES: usize = 10;
/// Characters of each that are kept.
const SAMPLE_LENGTH: usize = 80;

/// What a cell looks like, whatever its heading says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Shape {
    Email,
    Phone,
    Date,
    Number,
    Boolean,
    Country,
    Currency,
    Url,
    Other,
}

/// What a column holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Cells of data that hold something.
    pub filled: u64,
    /// Cells stored as numbers.
    pub numbers: u64,
    /// Cells stored as days or times.
    pub dates: u64,
    /// Cells with errors.
    pub errors: u64,
    /// Formulas, with or without a value.
    pub formulas: u64,
    /// Formulas without a value.
    pub uncomputed: u64,
    /// The first different ones, shortened.
    pub samples: Vec<String>,
    pub observed: Observed,
    shapes: Vec<(Shape, u64)>,
    looked_at: u64,
}

impl Profile {
    pub(super) fn add(&mut self, cell: &Cell) {
        self.filled += 1;
        self.formulas += u64::from(cell.formula || cell.kind == Kind::Uncomputed);
        match cell.kind {
            Kind::Number => self.numbers += 1,
            Kind::Date | Kind::Time => self.dates += 1,
            Kind::Error => self.errors += 1,
            Kind::Uncomputed => self.uncomputed += 1,
            Kind::Text | Kind::Boolean => {}
        }
        self.observed.add(cell);
        if self.looked_at < LOOKED_AT && !cell.text.is_empty() {
            self.looked_at += 1;
            let shape = shape(cell);
            match self.shapes.iter_mut().find(|(other, _)| *other == shape) {
                Some((_, count)) => *count += 1,
                None => self.shapes.push((shape, 1)),
            }
        }
        if self.samples.len() < SAMPLES && !cell.text.is_empty() {
            let sample: String = cell.text.chars().take(SAMPLE_LENGTH).collect();
            if !self.samples.contains(&sample) {
                self.samples.push(sample);
            }
        }
    }

    /// The share of the cells looked at that have a shape, in percent.
    #[must_use]
    pub fn percent(&self, shape: Shape) -> u64 {
        let found = self.shapes.iter().find(|(other, _)| *other == shape);
        let count = found.map_or(0, |(_, count)| *count);
        (count * 100)
            .checked_div(self.looked_at)
            .unwrap_or_default()
    }
}

/// What a cell looks like.
fn shape(cell: &Cell) -> Shape {
    let text = cell.text.trim_matches(clean::is_blank);
    match cell.kind {
        Kind::Boolean => return Shape::Boolean,
        Kind::Date => return Shape::Date,
        Kind::Number => {
            let day = text.len() == 8 && Observed::reads_as_day(cell, &Column::default());
            return if day { Shape::Date } else { Shape::Number };
        }
        _ => {}
    }
    let lower = text.to_ascii_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") || lower.starts_with("www.") {
        Shape::Url
    } else if text.contains('@') || lower.starts_with("mailto:") {
        Shape::Email
    } else if Observed::reads_as_day(cell, &Column::default()) {
        Shape::Date
    } else if phone(text) {
        Shape::Phone
    } else if clean::reads_as_number(text) {
        Shape::Number
    } else if matches!(
        lower.as_str(),
        "true" | "false" | "yes" | "no" | "ja" | "nein" | "oui" | "non" | "si" | "sí"
    ) {
        Shape::Boolean
    } else if clean::country_code(text).is_some() {
        Shape::Country
    } else if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
        Shape::Currency
    } else {
        Shape::Other
    }
}

/// Digits with something between them that no number has.
fn phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let marks = |letter: char| matches!(letter, '+' | '(' | ')' | '/' | '-' | ' ' | '.');
    (6..=15).contains(&digits)
        && text
            .chars()
            .all(|letter| letter.is_ascii_digit() || marks(letter))
        && text.contains(['+', '(', '/', '-', ' '])
}
