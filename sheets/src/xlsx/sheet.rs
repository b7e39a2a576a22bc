//! The rows of one sheet of a workbook, one at a time.

use super::number::{self, DateSystem};
use super::strings::{Strings, unescaped};
use super::styles::Styles;
use super::xml::{Element, Node, Tag, Xml, yes};
use crate::book::Layout;
use crate::cell::{Cell, Kind, Row};
use crate::options::Limits;
use crate::refused::{Quantity, Refused};
use std::sync::Arc;

/// Merged areas and ranges of hidden columns that are remembered.
const MOST_AREAS: usize = 100_000;

/// What all sheets of a workbook share.
#[derive(Debug, Default)]
pub struct Shared {
    pub strings: Strings,
    pub styles: Styles,
    pub date_system: DateSystem,
}

/// The rows of one sheet that hold something, in order.
pub struct SheetRows {
    xml: Xml,
    shared: Arc<Shared>,
    limits: Limits,
    last: u64,
    /// Rows and cells so far, blank ones included.
    seen: u64,
    pub layout: Layout,
}

/// A cell while it is read.
#[derive(Default)]
struct Draft {
    column: u32,
    kind: String,
    style: usize,
    value: Option<String>,
    inline: Option<String>,
    formula: bool,
}

impl SheetRows {
    pub fn new(xml: Xml, shared: Arc<Shared>, limits: Limits) -> Self {
        Self {
            xml,
            shared,
            limits,
            last: 0,
            seen: 0,
            layout: Layout::default(),
        }
    }

    /// The next row with a cell that holds something; rows with formats alone are passed over.
    pub fn next_row(&mut self) -> Result<Option<Row>, Refused> {
        loop {
            match self.xml.next()? {
                Node::Open(element) => match element.tag {
                    Tag::Row => {
                        let row = row_of(&element, self.last)?;
                        self.last = row.number;
                        self.count()?;
                        let row = self.cells(row)?;
                        if row.cells().len() > 0 {
                            return Ok(Some(row));
                        }
                    }
                    Tag::Column => hidden_columns(&element, &mut self.layout)?,
                    Tag::Merge => merged(&element, &mut self.layout)?,
                    _ => {}
                },
                Node::End => {
                    self.layout.last_row = self.last;
                    return Ok(None);
                }
                _ => {}
            }
        }
    }

    fn count(&mut self) -> Result<(), Refused> {
        self.seen += 1;
        if self.seen > self.limits.cells {
            return Err(Refused::TooMuch {
                what: Quantity::Cells,
                limit: self.limits.cells,
            });
        }
        Ok(())
    }

    fn cells(&mut self, mut row: Row) -> Result<Row, Refused> {
        let mut next = 0;
        loop {
            match self.xml.next()? {
                Node::Open(element) if element.tag == Tag::Cell => {
                    let mut draft = Draft {
                        column: next,
                        ..Draft::default()
                    };
                    let mut wrong = false;
                    element.attributes(|name, value| match name {
                        "r" => match column(value) {
                            Some(column) => draft.column = column,
                            None => wrong = true,
                        },
                        "t" => value.clone_into(&mut draft.kind),
                        "s" => draft.style = value.parse().unwrap_or_default(),
                        _ => {}
                    })?;
                    if wrong {
                        let reason = format!("row {} has a cell without a place", row.number);
                        return Err(Refused::broken(self.xml.part(), reason));
                    }
                    next = draft.column.saturating_add(1);
                    self.count()?;
                    self.content(&mut draft, row.number)?;
                    self.put(draft, &mut row)?;
                }
                Node::Close(Tag::Row) => return Ok(row),
                Node::End => return Err(Refused::broken(self.xml.part(), "it ends too early")),
                _ => {}
            }
        }
    }

    fn content(&mut self, draft: &mut Draft, row: u64) -> Result<(), Refused> {
        let mut into = None;
        let mut phonetic = 0_u32;
        loop {
            match self.xml.next()? {
                Node::Open(element) => match element.tag {
                    Tag::Formula => draft.formula = true,
                    Tag::Value | Tag::Text if phonetic == 0 => into = Some(element.tag),
                    Tag::Phonetic => phonetic += 1,
                    _ => {}
                },
                Node::Text(text) => {
                    let place = match into {
                        Some(Tag::Value) => &mut draft.value,
                        Some(_) => &mut draft.inline,
                        None => continue,
                    };
                    let place = place.get_or_insert_default();
                    place.push_str(&text);
                    // Four bytes are the longest character, and seven the longest way to escape one.
                    if place.len() / 7 > self.limits.cell_length {
                        return Err(too_long(row, draft.column, &self.limits));
                    }
                }
                Node::Close(Tag::Cell) => return Ok(()),
                Node::Close(Tag::Value | Tag::Text) => into = None,
                Node::Close(Tag::Phonetic) => phonetic = phonetic.saturating_sub(1),
                Node::End => return Err(Refused::broken(self.xml.part(), "it ends too early")),
                _ => {}
            }
        }
    }

    fn put(&self, draft: Draft, row: &mut Row) -> Result<(), Refused> {
        let (column, number) = (draft.column, row.number);
        let Some(cell) = self.meant(draft, number)? else {
            return Ok(());
        };
        let limits = &self.limits;
        if column >= limits.columns {
            return Err(Refused::TooManyColumns {
                row: number,
                limit: limits.columns,
            });
        }
        if number > limits.workbook_rows {
            return Err(Refused::TooManyRows {
                row: number,
                limit: limits.workbook_rows,
            });
        }
        if cell.text.len() > limits.cell_length && cell.text.chars().count() > limits.cell_length {
            return Err(too_long(number, column, limits));
        }
        row.put(column, cell);
        Ok(())
    }

    /// What a cell means; nothing where it holds nothing.
    fn meant(&self, draft: Draft, row: u64) -> Result<Option<Cell>, Refused> {
        let value = draft.value.unwrap_or_default();
        let mut cell = match draft.kind.as_str() {
            "inlineStr" => Cell::text(unescaped(&draft.inline.unwrap_or_default())),
            "str" => Cell::text(unescaped(&value)),
            _ if value.trim().is_empty() && draft.formula => Cell::new(Kind::Uncomputed, ""),
            _ if value.trim().is_empty() => return Ok(None),
            "s" => {
                let at: Option<usize> = value.trim().parse().ok();
                let text = at.and_then(|at| self.shared.strings.get(at));
                let missing = || {
                    let reason = format!("row {row} names a text that is not there");
                    Refused::broken(self.xml.part(), reason)
                };
                Cell::text(text.ok_or_else(missing)?)
            }
            "b" => {
                let text = if yes(value.trim()) { "true" } else { "false" };
                Cell::new(Kind::Boolean, text)
            }
            "e" => Cell::new(Kind::Error, value.trim()),
            "d" => Cell::new(Kind::Date, value.trim()),
            _ => {
                let format = self.shared.styles.format(draft.style);
                number::cell(&value, format, self.shared.date_system)
            }
        };
        cell.formula = draft.formula;
        let nothing = cell.text.is_empty() && cell.kind != Kind::Uncomputed;
        Ok((!nothing).then_some(cell))
    }
}

fn too_long(row: u64, column: u32, limits: &Limits) -> Refused {
    Refused::CellTooLong {
        row,
        column: column.saturating_add(1),
        limit: limits.cell_length,
    }
}

fn row_of(element: &Element, last: u64) -> Result<Row, Refused> {
    let mut row = Row::new(last.saturating_add(1));
    let mut wrong = false;
    element.attributes(|name, value| match name {
        "r" => match value.trim().parse() {
            Ok(number) if number > last && number <= 1_048_576 => row.number = number,
            _ => wrong = true,
        },
        "hidden" => row.hidden = yes(value),
        _ => {}
    })?;
    if wrong {
        let reason = format!("the row behind row {last} has no number that can follow");
        return Err(Refused::broken("a sheet", reason));
    }
    Ok(row)
}

fn hidden_columns(element: &Element, layout: &mut Layout) -> Result<(), Refused> {
    let (mut first, mut last, mut hidden) = (0_u32, 0_u32, false);
    element.attributes(|name, value| match name {
        "min" => first = value.parse().unwrap_or_default(),
        "max" => last = value.parse().unwrap_or_default(),
        "hidden" => hidden = yes(value),
        _ => {}
    })?;
    if hidden && first > 0 && last >= first && layout.hidden_columns.len() < MOST_AREAS {
        layout.hidden_columns.push((first - 1, last - 1));
    }
    Ok(())
}

fn merged(element: &Element, layout: &mut Layout) -> Result<(), Refused> {
    let mut area = None;
    element.attributes(|name, value| {
        if name == "ref" {
            area = value.split_once(':').and_then(|(from, to)| {
                let area = (
                    row_number(from)?,
                    column(from)?,
                    row_number(to)?,
                    column(to)?,
                );
                Some(crate::book::Area::from(area))
            });
        }
    })?;
    if layout.merged.len() >= MOST_AREAS {
        return Err(Refused::TooMuch {
            what: Quantity::MergedCells,
            limit: MOST_AREAS as u64,
        });
    }
    layout.merged.extend(area);
    Ok(())
}

/// The column of a place such as `AB12`, from 0.
fn column(place: &str) -> Option<u32> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    let column = letters.fold(0_u32, |column, letter| {
        column
            .saturating_mul(26)
            .saturating_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    });
    column.checked_sub(1).filter(|column| *column < 16_384)
}

fn row_number(place: &str) -> Option<u64> {
    place
        .trim_start_matches(|letter: char| letter.is_ascii_alphabetic())
        .parse()
        .ok()
}
