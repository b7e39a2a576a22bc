//! A part of a workbook as elements and text: no entities, no depth without end, no tag or text too long to hold.

use super::zip::Part;
use crate::options::Limits;
use crate::refused::{Quantity, Refused};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

/// Tags of spreadsheet programs are far shorter; a tag of attributes without end is an attack.
const LONGEST_TAG: usize = 64 << 10;

/// What comes next.
pub enum Node<'a> {
    Open(Element<'a>),
    Close(Tag),
    Text(Cow<'a, str>),
    /// A comment or an instruction.
    Other,
    End,
}

/// The elements that are looked at, by their names without prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    Cell,
    CellFormats,
    Column,
    Formula,
    Inline,
    Item,
    Merge,
    NumberFormat,
    Phonetic,
    Relationship,
    Row,
    Sheet,
    Text,
    Value,
    WorkbookProperties,
    Format,
    Other,
}

impl Tag {
    fn of(name: &str) -> Self {
        match name {
            "c" => Self::Cell,
            "cellXfs" => Self::CellFormats,
            "col" => Self::Column,
            "f" => Self::Formula,
            "is" => Self::Inline,
            "si" => Self::Item,
            "mergeCell" => Self::Merge,
            "numFmt" => Self::NumberFormat,
            "rPh" => Self::Phonetic,
            "Relationship" => Self::Relationship,
            "row" => Self::Row,
            "sheet" => Self::Sheet,
            "t" => Self::Text,
            "v" => Self::Value,
            "workbookPr" => Self::WorkbookProperties,
            "xf" => Self::Format,
            _ => Self::Other,
        }
    }
}

/// The start of an element.
pub struct Element<'a> {
    pub tag: Tag,
    start: BytesStart<'a>,
    part: &'a str,
}

impl Element<'_> {
    /// Gives the attributes one by one, names without their prefix.
    ///
    /// # Errors
    ///
    /// When the tag is broken or a value names an entity.
    pub fn attributes(&self, mut each: impl FnMut(&str, &str)) -> Result<(), Refused> {
        for attribute in self.start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|wrong| Refused::broken(self.part, wrong))?;

            let value =
                quick_xml::escape::unescape(&attribute.value).map_err(|_| Refused::Entities {
                    part: self.part.to_owned(),
                })?;
            each(attribute.key.local_name().as_ref(), &value);
        }
        Ok(())
    }
}

/// Whether the value of an attribute means yes.
pub fn yes(value: &str) -> bool {
    value == "1" || value.eq_ignore_ascii_case("true")
}

/// Reads one part.
pub struct Xml {
    reader: Reader<Capped<BufReader<Part>>>,
    buffer: Vec<u8>,
    part: String,
    depth: usize,
    deepest: usize,
}

impl Xml {
    pub fn new(part: Part, name: &str, limits: &Limits) -> Self {
        let capped = Capped {
            inner: BufReader::with_capacity(32 << 10, part),
            since: 0,
            most: limits.markup_bytes,
        };
        let mut reader = Reader::from_reader(capped);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = true;
        Self {
            reader,
            buffer: Vec::new(),
            part: name.to_owned(),
            depth: 0,
            deepest: limits.depth,
        }
    }

    pub fn part(&self) -> &str {
        &self.part
    }

    /// What comes next.
    ///
    /// # Errors
    ///
    /// When the part is broken, hostile, or more than the limits allow.
    pub fn next(&mut self) -> Result<Node<'_>, Refused> {
        self.buffer.clear();
        self.reader.get_mut().since = 0;
        let event = self
            .reader
            .read_event_into(&mut self.buffer)
            .map_err(|wrong| refused(&self.part, &wrong))?;
        Ok(match event {
            Event::Start(start) => {
                self.depth += 1;
                if self.depth > self.deepest {
                    return Err(too_much(Quantity::Depth, self.deepest));
                }
                if start.len() > LONGEST_TAG {
                    return Err(too_much(Quantity::MarkupBytes, LONGEST_TAG));
                }
                Node::Open(Element {
                    tag: Tag::of(start.local_name().as_ref()),
                    start,
                    part: &self.part,
                })
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                Node::Close(Tag::of(end.local_name().as_ref()))
            }
            Event::GeneralRef(name) => Node::Text(referred(&self.part, &name)?.into()),
            Event::Text(text) => Node::Text(line_ends(text.into_inner())),
            Event::CData(text) => Node::Text(line_ends(text.into_inner())),
            Event::DocType(_) => {
                return Err(Refused::Entities {
                    part: self.part.clone(),
                });
            }
            Event::Eof if self.depth > 0 => {
                return Err(Refused::broken(&self.part, "it ends too early"));
            }
            Event::Eof => Node::End,
            _ => Node::Other,
        })
    }
}

/// Line ends in XML are line feeds, however they are written.
fn line_ends(text: Cow<str>) -> Cow<str> {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n").into()
    } else {
        text
    }
}

fn referred(part: &str, name: &BytesRef) -> Result<String, Refused> {
    let entities = || Refused::Entities {
        part: part.to_owned(),
    };
    if let Some(character) = name.resolve_char_ref().map_err(|_| entities())? {
        return Ok(character.to_string());
    }
    let text: &str = name;
    Ok(match text {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return Err(entities()),
    }
    .to_owned())
}

fn too_much(what: Quantity, limit: usize) -> Refused {
    Refused::TooMuch {
        what,
        limit: limit as u64,
    }
}

fn refused(part: &str, wrong: &quick_xml::Error) -> Refused {
    if let quick_xml::Error::Io(io) = wrong
        && let Some(TooLong(limit)) = io.get_ref().and_then(|inner| inner.downcast_ref())
    {
        return too_much(Quantity::MarkupBytes, *limit);
    }
    Refused::broken(part, wrong)
}

#[derive(Debug, thiserror::Error)]
#[error("a tag or a text is longer than {0} bytes")]
struct TooLong(usize);

/// Counts what is taken for one tag or text, since all of it is held at once.
struct Capped<R> {
    inner: R,
    since: usize,
    most: usize,
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.inner.read(into)
    }
}

impl<R: BufRead> BufRead for Capped<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.since > self.most {
            return Err(io::Error::other(TooLong(self.most)));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.since = self.since.saturating_add(count);
        self.inner.consume(count);
    }
}
