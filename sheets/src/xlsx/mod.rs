//! Workbooks (.xlsx): read as a stream, part by part, within [`crate::Limits`].
//!
//! [`zip`] judges the archive before anything is inflated, [`xml`] refuses what no spreadsheet program writes, [`workbook`] knows
//! the sheets, [`strings`] and [`styles`] what they share, [`sheet`] reads rows, and [`number`] says what a stored number means.
//!
//! Memory holds the shared texts, the formats and one row. Formulas are never computed, macros never run, links never followed.

pub mod number;
pub mod sheet;
mod strings;
mod styles;
mod workbook;
mod xml;
mod zip;

use crate::book::{Detected, Note, Sheet};
use crate::options::{Macros, Options};
use crate::refused::{Refused, Unsupported};
use crate::source::Source;
use sheet::{Shared, SheetRows};
use std::sync::Arc;

/// A workbook that was found fit to be read.
pub struct Xlsx {
    archive: zip::Archive,
    parts: Vec<String>,
    shared: Arc<Shared>,
    options: Options,
}

impl Xlsx {
    pub fn open(
        source: &Source,
        options: &Options,
    ) -> Result<(Self, Vec<Sheet>, Detected), Refused> {
        let limits = &options.limits;
        let archive = zip::Archive::open(source, limits)?;
        if archive.holds("xl/workbook.bin") {
            return Err(Unsupported::BinaryWorkbook.into());
        }
        if archive.holds("mimetype") && archive.holds("content.xml") {
            return Err(Unsupported::OpenDocument.into());
        }
        if !archive.holds("xl/workbook.xml") && !archive.names().any(|name| name.starts_with("xl/"))
        {
            return Err(Unsupported::Archive.into());
        }
        let workbook = workbook::Workbook::read(&archive, limits)?;
        let mut notes = Vec::new();
        if workbook.macros {
            match options.macros {
                Macros::Refuse => return Err(Unsupported::Macros.into()),
                Macros::Ignore => notes.push(Note::Macros),
            }
        }
        if workbook.links {
            notes.push(Note::ExternalLinks);
        }
        let mut shared = Shared {
            date_system: workbook.date_system,
            ..Shared::default()
        };
        if let Some(name) = &workbook.strings {
            let xml = xml::Xml::new(archive.part(name)?, name, limits);
            shared.strings = strings::Strings::read(xml, limits)?;
        }
        if let Some(name) = &workbook.styles {
            let xml = xml::Xml::new(archive.part(name)?, name, limits);
            shared.styles = styles::Styles::read(xml)?;
        }
        let detected = Detected::Workbook {
            date_system: workbook.date_system,
            notes,
        };
        let xlsx = Self {
            archive,
            parts: workbook.parts,
            shared: Arc::new(shared),
            options: options.clone(),
        };
        Ok((xlsx, workbook.sheets, detected))
    }

    pub fn rows(&self, sheet: usize) -> Result<SheetRows, Refused> {
        let part = self.parts.get(sheet).ok_or(Refused::NoSuchSheet(sheet))?;
        let limits = self.options.limits.clone();
        let xml = xml::Xml::new(self.archive.part(part)?, part, &limits);
        Ok(SheetRows::new(xml, Arc::clone(&self.shared), limits))
    }
}
