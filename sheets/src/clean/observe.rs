//! What a whole column shows about the cells in it that could mean two things.

use super::date::{self, likely_serial};
use super::number::{self, Shows};
use super::{Column, DateOrder, DecimalSign};
use crate::cell::{Cell, Kind};
use serde::{Deserialize, Serialize};

/// How many cells of a column show what. A column that shows both of two things decides nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Observed {
    pub decimal_commas: u64,
    pub decimal_points: u64,
    pub day_first: u64,
    pub month_first: u64,
    /// Texts of digits, with a zero in front at least once, that all have this length; 0 while there are none.
    pub key_width: usize,
    key_zeros: bool,
    key_other: bool,
    longest_number: usize,
}

impl Observed {
    /// Takes another cell of the column into account.
    pub fn add(&mut self, cell: &Cell) {
        let text = cell.text.trim_matches(super::is_blank);
        match cell.kind {
            Kind::Number => self.longest_number = self.longest_number.max(text.len()),
            Kind::Text if !text.is_empty() => self.add_text(text),
            _ => {}
        }
    }

    fn add_text(&mut self, text: &str) {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            self.key_other |= self.key_width != 0 && self.key_width != text.len();
            self.key_width = text.len();
            self.key_zeros |= text.starts_with('0');
            return;
        }
        self.key_other = true;
        if text.len() > 40 {
            return;
        }
        if !text.contains(|letter: char| letter.is_ascii_digit())
            || !text.contains(['/', '-', '.', ','])
        {
            return;
        }
        let day = date::apart(text).0;
        if day.contains(['/', '-']) && !day.contains(|letter: char| letter.is_alphabetic()) {
            let by = |order| matches!(date::shows(day, Some(order)), date::Shows::Day(_));
            match (by(DateOrder::Day), by(DateOrder::Month)) {
                (true, false) => self.day_first += 1,
                (false, true) => self.month_first += 1,
                _ => {}
            }
        }
        if !text.contains(['.', ',']) {
            return;
        }
        match number::written(text).map(|written| written.shows) {
            Some(Shows::Sign(DecimalSign::Comma)) => self.decimal_commas += 1,
            Some(Shows::Sign(DecimalSign::Point)) => self.decimal_points += 1,
            _ => {}
        }
    }

    /// What is known of the column: what was `said`, and for the rest what its cells show.
    #[must_use]
    pub fn decide(&self, said: &Column) -> Column {
        let sign = match (self.decimal_commas, self.decimal_points) {
            (0, 1..) => Some(DecimalSign::Point),
            (1.., 0) => Some(DecimalSign::Comma),
            _ => None,
        };
        let order = match (self.day_first, self.month_first) {
            (1.., 0) => Some(DateOrder::Day),
            (0, 1..) => Some(DateOrder::Month),
            _ => None,
        };
        let keys = self.key_zeros && !self.key_other && self.longest_number <= self.key_width;
        Column {
            decimal_sign: said.decimal_sign.or(sign),
            date_order: said.date_order.or(order),
            key_width: said.key_width.or(keys.then_some(self.key_width)),
            ..said.clone()
        }
    }

    /// Whether a cell reads as a day in a column of days.
    #[must_use]
    pub fn reads_as_day(cell: &Cell, column: &Column) -> bool {
        match cell.kind {
            Kind::Date => true,
            Kind::Number => {
                likely_serial(&cell.text, column.date_system)
                    || matches!(date::shows(&cell.text, None), date::Shows::Day(_))
            }
            Kind::Text => {
                let text = cell.text.trim_matches(super::is_blank);
                !matches!(date::shows(date::apart(text).0, None), date::Shows::Other)
            }
            _ => false,
        }
    }
}
