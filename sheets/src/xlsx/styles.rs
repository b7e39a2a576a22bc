//! The number formats of a workbook, as far as they change what a number means.

use super::xml::{Node, Tag, Xml};
use crate::refused::{Quantity, Refused};
use std::collections::HashMap;

/// Spreadsheet programs allow 64,000.
const MOST: usize = 65_536;
/// A width of zeros that somebody could have meant.
const WIDEST: usize = 20;

/// What a format makes of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    Plain,
    /// Nothing but zeros: leading zeros up to this width.
    Padded(usize),
    Day,
    DayAndTime,
    /// A time of day.
    Time,
    /// A time that may have more than 24 hours.
    Span,
}

/// Formats by the number that cells refer to.
#[derive(Debug, Default)]
pub struct Styles(Vec<Format>);

impl Styles {
    pub fn format(&self, style: usize) -> Format {
        self.0.get(style).copied().unwrap_or_default()
    }

    pub fn read(mut xml: Xml) -> Result<Self, Refused> {
        let too_many = || Refused::TooMuch {
            what: Quantity::Styles,
            limit: MOST as u64,
        };
        let mut codes: HashMap<u32, Format> = HashMap::new();
        let mut formats = Vec::new();
        let mut inside = false;
        loop {
            match xml.next()? {
                Node::Open(element) if element.tag == Tag::NumberFormat => {
                    let (mut id, mut code) = (None, Format::Plain);
                    element.attributes(|name, value| match name {
                        "numFmtId" => id = value.parse().ok(),
                        "formatCode" => code = of_code(value),
                        _ => {}
                    })?;
                    if let Some(id) = id {
                        codes.insert(id, code);
                    }
                    if codes.len() > MOST {
                        return Err(too_many());
                    }
                }
                Node::Open(element) if element.tag == Tag::CellFormats => inside = true,
                Node::Open(element) if element.tag == Tag::Format && inside => {
                    let mut id = 0;
                    element.attributes(|name, value| {
                        if name == "numFmtId" {
                            id = value.parse().unwrap_or_default();
                        }
                    })?;
                    formats.push(codes.get(&id).copied().unwrap_or_else(|| built_in(id)));
                    if formats.len() > MOST {
                        return Err(too_many());
                    }
                }
                Node::Close(Tag::CellFormats) => inside = false,
                Node::End => return Ok(Self(formats)),
                _ => {}
            }
        }
    }
}

/// Formats that every program knows by number; 27 and above are dates in the programs of East Asia.
fn built_in(id: u32) -> Format {
    match id {
        14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => Format::Day,
        22 => Format::DayAndTime,
        18..=21 | 32..=35 | 45 | 47 | 55 | 56 => Format::Time,
        46 => Format::Span,
        _ => Format::Plain,
    }
}

/// What a format's code makes of positive numbers.
fn of_code(code: &str) -> Format {
    let (mut day, mut time, mut span, mut month) = (false, false, false, false);
    let mut letters = code.chars();
    let mut seen = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            ';' => break,
            '"' => drop(letters.by_ref().find(|letter| *letter == '"')),
            '\\' | '_' | '*' => drop(letters.next()),
            '[' => {
                let inside: String = letters
                    .by_ref()
                    .take_while(|letter| *letter != ']')
                    .collect();
                span |= !inside.is_empty()
                    && inside
                        .chars()
                        .all(|letter| matches!(letter, 'h' | 'H' | 'm' | 'M' | 's' | 'S'));
            }
            _ => seen.extend(letter.to_lowercase()),
        }
    }
    if seen.contains("general") {
        return Format::Plain;
    }
    for letter in seen.replace("am/pm", "h").replace("a/p", "h").chars() {
        match letter {
            'y' | 'd' | 'e' if letter != 'e' || !seen.contains(['0', '#']) => day = true,
            'h' | 's' => time = true,
            'm' => month = true,
            _ => {}
        }
    }
    match () {
        () if span => Format::Span,
        () if day && time => Format::DayAndTime,
        () if time => Format::Time,
        () if day || month => Format::Day,
        () if seen.len() > 1
            && seen.len() <= WIDEST
            && seen.chars().all(|letter| letter == '0') =>
        {
            Format::Padded(seen.len())
        }
        () => Format::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_code_tells_days_from_times_from_plain_numbers() {
        for (code, format) in [
            ("General", Format::Plain),
            ("0.00", Format::Plain),
            ("#,##0.00 \"Mdy\"", Format::Plain),
            ("0.00E+00", Format::Plain),
            ("[Red]#,##0", Format::Plain),
            ("\\d0", Format::Plain),
            ("@", Format::Plain),
            ("0", Format::Plain),
            ("00000", Format::Padded(5)),
            ("dd.mm.yyyy", Format::Day),
            ("[$-407]d. mmmm yyyy;@", Format::Day),
            ("mmm", Format::Day),
            ("yyyy-mm-dd hh:mm", Format::DayAndTime),
            ("h:mm AM/PM", Format::Time),
            ("[h]:mm:ss", Format::Span),
        ] {
            assert_eq!(of_code(code), format, "{code}");
        }
    }
}
