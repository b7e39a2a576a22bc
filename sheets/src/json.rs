//! JSON lines: an object in each line; its fields are columns, those of objects inside it with a dot between.
//!
//! Numbers keep their digits. `null` is a blank cell. A list is one cell with its JSON.

use crate::cell::{Cell, Kind, Row};
use crate::options::Limits;
use crate::refused::{Quantity, Refused, Unsupported};
use crate::source::Source;
use crate::text::encoding::{Pieces, Written};
use crate::xlsx::number;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// Objects inside each other.
const DEEPEST: usize = 8;

/// Fields of one line: each is compared with all before it.
const MOST_FIELDS: usize = 1_000;

/// A file of JSON lines that was found fit to be read.
pub struct JsonLines {
    source: Source,
    written: Written,
    limits: Limits,
    columns: Arc<Columns>,
}

#[derive(Default)]
struct Columns {
    names: Vec<String>,
    places: HashMap<String, u32>,
}

impl JsonLines {
    /// Reads all of it once, since any line may bring a column.
    pub fn open(source: &Source, written: Written, limits: &Limits) -> Result<Self, Refused> {
        let mut columns = Columns::default();
        let mut lines = Lines::new(source, written, limits)?;
        while let Some(number) = lines.next()? {
            let fields = fields(&lines.line, number).map_err(|wrong| {
                let json = matches!(lines.line.trim(), "{" | "[");
                if json && number == 1 {
                    return Unsupported::Json.into();
                }
                wrong
            })?;
            for (name, _) in fields {
                if columns.places.contains_key(&name) {
                    continue;
                }
                let at = u32::try_from(columns.names.len()).unwrap_or(u32::MAX);
                if at >= limits.columns {
                    return Err(Refused::TooManyColumns {
                        row: number,
                        limit: limits.columns,
                    });
                }
                columns.names.push(name.clone());
                columns.places.insert(name, at);
            }
        }
        Ok(Self {
            source: source.clone(),
            written,
            limits: limits.clone(),
            columns: Arc::new(columns),
        })
    }

    pub fn rows(&self) -> Result<JsonRows, Refused> {
        Ok(JsonRows {
            lines: Lines::new(&self.source, self.written, &self.limits)?,
            limits: self.limits.clone(),
            columns: Arc::clone(&self.columns),
            begun: false,
        })
    }
}

pub struct JsonRows {
    lines: Lines,
    limits: Limits,
    columns: Arc<Columns>,
    begun: bool,
}

impl JsonRows {
    pub fn next_row(&mut self) -> Result<Option<Row>, Refused> {
        if !std::mem::replace(&mut self.begun, true) {
            return Ok(Some(Row::of(
                0,
                self.columns.names.iter().map(String::as_str),
            )));
        }
        while let Some(number) = self.lines.next()? {
            let mut row = Row::new(number);
            for (name, cell) in fields(&self.lines.line, number)? {
                let (Some(cell), Some(column)) = (cell, self.columns.places.get(&name)) else {
                    continue;
                };
                let limit = self.limits.cell_length;
                if cell.text.chars().count() > limit {
                    let column = column + 1;
                    return Err(Refused::CellTooLong {
                        row: number,
                        column,
                        limit,
                    });
                }
                row.put(*column, cell);
            }
            if row.cells().len() > 0 {
                if number > self.limits.text_rows {
                    let limit = self.limits.text_rows;
                    return Err(Refused::TooManyRows { row: number, limit });
                }
                return Ok(Some(row));
            }
        }
        Ok(None)
    }
}

/// Lines that are not blank.
struct Lines {
    pieces: Pieces,
    piece: String,
    at: usize,
    line: String,
    number: u64,
    after_cr: bool,
    longest: usize,
}

impl Lines {
    fn new(source: &Source, written: Written, limits: &Limits) -> Result<Self, Refused> {
        Ok(Self {
            pieces: Pieces::new(source, written)?,
            piece: String::new(),
            at: 0,
            line: String::new(),
            number: 0,
            after_cr: false,
            longest: limits.markup_bytes,
        })
    }

    fn next(&mut self) -> Result<Option<u64>, Refused> {
        self.line.clear();
        loop {
            let rest = self.piece.get(self.at..).unwrap_or_default();
            if rest.is_empty() {
                self.at = 0;
                let Some(piece) = self.pieces.next().transpose()? else {
                    self.piece.clear();
                    self.number += 1;
                    return Ok((!self.line.trim().is_empty()).then_some(self.number));
                };
                self.piece = piece;
                continue;
            }
            if std::mem::take(&mut self.after_cr) && rest.starts_with('\n') {
                self.at += 1;
                continue;
            }
            let end = rest.find(['\r', '\n']);
            self.line
                .push_str(rest.get(..end.unwrap_or(rest.len())).unwrap_or_default());
            if self.line.len() > self.longest {
                return Err(Refused::TooMuch {
                    what: Quantity::MarkupBytes,
                    limit: self.longest as u64,
                });
            }
            let Some(end) = end else {
                self.at = self.piece.len();
                continue;
            };
            self.after_cr = rest.as_bytes().get(end) == Some(&b'\r');
            self.at += end + 1;
            self.number += 1;
            if !self.line.trim().is_empty() {
                return Ok(Some(self.number));
            }
            self.line.clear();
        }
    }
}

type Fields = Vec<(String, Option<Cell>)>;

/// The fields of a line, in its order.
fn fields(line: &str, number: u64) -> Result<Fields, Refused> {
    let mut found = Vec::new();
    flatten(line, "", 0, &mut found).map_err(|reason| Refused::Json {
        row: number,
        reason,
    })?;
    Ok(found)
}

fn flatten(json: &str, above: &str, depth: usize, found: &mut Fields) -> Result<(), String> {
    if depth >= DEEPEST {
        return Err(format!(
            "objects lie more than {DEEPEST} deep inside each other"
        ));
    }
    let object: Object = serde_json::from_str(json).map_err(|wrong| wrong.to_string())?;
    for (name, value) in object.0 {
        let name = if above.is_empty() {
            name
        } else {
            format!("{above}.{name}")
        };
        if found.len() >= MOST_FIELDS {
            return Err(format!("there are more than {MOST_FIELDS} fields"));
        }
        if found.iter().any(|(other, _)| *other == name) {
            return Err(format!("the field {name} is given twice"));
        }
        let raw = value.get().trim();
        let cell = match raw.as_bytes().first() {
            Some(b'{') => {
                flatten(raw, &name, depth + 1, found)?;
                continue;
            }
            Some(b'"') => {
                let text: String = serde_json::from_str(raw).map_err(|wrong| wrong.to_string())?;
                (!text.is_empty()).then(|| Cell::text(text))
            }
            Some(b't' | b'f') => Some(Cell::new(Kind::Boolean, raw)),
            // Null says that there shall be nothing, as it does everywhere in JSON (T-90).
            Some(b'n') => Some(Cell::text("\\N")),
            None => None,
            Some(b'[') => (raw.len() > 2).then(|| Cell::text(raw)),
            Some(_) if raw.contains(['e', 'E']) => {
                let plain = number::plain(raw).ok_or("a number is too large")?;
                Some(Cell::new(Kind::Number, plain))
            }
            Some(_) => Some(Cell::new(Kind::Number, raw)),
        };
        found.push((name, cell));
    }
    Ok(())
}

/// An object whose values are left as they stand.
struct Object(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Object(pairs))
            }
        }
        from.deserialize_map(Pairs)
    }
}
