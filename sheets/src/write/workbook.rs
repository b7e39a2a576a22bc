//! A workbook of one sheet, written row by row: nothing of a row is held once it is written, so that any number of them can be sent.
//!
//! Texts stand in their cells, typed as texts, and not in a list of all texts of the workbook, which would have to be held.

use super::archive::Archive;
use super::{CELL, Out, ROWS, Unwritable, escaped, exact, unescaped};
use crate::cell::letters;
use std::borrow::Cow;
use std::fmt::Write;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
<Default Extension=\"xml\" ContentType=\"application/xml\"/>\
<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>\
<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>\
<Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>\
</Types>";
const RELATIONS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/>\
</Relationships>";
const PARTS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
<Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/>\
</Relationships>";
/// The first format is the plain one, the second is bold, the third keeps what is typed as a text.
const STYLES: &str = "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>\
<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>\
<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
<cellXfs count=\"3\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>\
<xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/>\
<xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/></cellXfs>\
<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles>\
</styleSheet>";
const BOLD: &str = " s=\"1\"";
/// Somebody who changes the cell by hand changes a text, and its zeros in front stay.
const AS_TEXT: &str = " s=\"2\"";

/// The workbook so far.
pub struct Workbook {
    archive: Archive,
    rows: usize,
    /// The row that is being written.
    xml: String,
}

impl Workbook {
    pub fn new(sheet: &str, headings: &[&str]) -> Result<Self, Unwritable> {
        let mut archive = Archive::new();
        let named = text(&super::sheet_name(sheet));
        let book = format!(
            "{HEAD}<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
             xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
             <sheets><sheet name=\"{named}\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
        );
        archive.part("[Content_Types].xml", &format!("{HEAD}{TYPES}"))?;
        archive.part("_rels/.rels", &format!("{HEAD}{RELATIONS}"))?;
        archive.part("xl/workbook.xml", &book)?;
        archive.part("xl/_rels/workbook.xml.rels", &format!("{HEAD}{PARTS}"))?;
        archive.part("xl/styles.xml", &format!("{HEAD}{STYLES}"))?;
        archive.open("xl/worksheets/sheet1.xml")?;
        let width = headings.len().max(1);
        archive.write(&format!(
            "{HEAD}<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
             <sheetViews><sheetView workbookViewId=\"0\">\
             <pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>\
             <cols><col min=\"1\" max=\"{width}\" width=\"18\" customWidth=\"1\"/></cols><sheetData>"
        ))?;
        let mut workbook = Self {
            archive,
            rows: 0,
            xml: String::new(),
        };
        let headings = headings.iter().map(|heading| (*heading).to_owned());
        let headings: Vec<_> = headings.map(Out::Text).collect();
        workbook.styled(&headings, BOLD)?;
        Ok(workbook)
    }

    pub fn row(&mut self, cells: &[Out]) -> Result<(), Unwritable> {
        self.styled(cells, AS_TEXT)
    }

    fn styled(&mut self, cells: &[Out], style: &str) -> Result<(), Unwritable> {
        if self.rows == ROWS {
            return Err(Unwritable::TooManyRows);
        }
        self.rows += 1;
        let number = self.rows;
        self.xml.clear();
        let xml = &mut self.xml;
        write!(xml, "<row r=\"{number}\">")?;
        for (column, cell) in (0..).zip(cells) {
            let at = letters(column);
            match cell {
                Out::Blank => {}
                Out::Boolean(yes) => write!(
                    xml,
                    "<c r=\"{at}{number}\" t=\"b\"><v>{}</v></c>",
                    u8::from(*yes)
                )?,
                Out::Number(digits) => match exact(digits) {
                    Some(exact) => write!(xml, "<c r=\"{at}{number}\"><v>{exact}</v></c>")?,
                    None => text_cell(xml, &at, number, style, digits)?,
                },
                Out::Text(written) => text_cell(xml, &at, number, style, written)?,
            }
        }
        xml.push_str("</row>");
        self.archive.write(xml)
    }

    pub fn take(&mut self) -> Vec<u8> {
        self.archive.take()
    }

    pub fn finish(mut self) -> Result<Vec<u8>, Unwritable> {
        self.archive.write("</sheetData></worksheet>")?;
        self.archive.finish()
    }
}

fn text_cell(
    xml: &mut String,
    column: &str,
    row: usize,
    style: &str,
    written: &str,
) -> Result<(), Unwritable> {
    // One that looks as if it came out of CSV would be read as if it did.
    let written = if unescaped(written) == written {
        Cow::Borrowed(written)
    } else {
        escaped(written)
    };
    if written.encode_utf16().count() > CELL {
        return Err(Unwritable::CellTooLong { row });
    }
    write!(
        xml,
        "<c r=\"{column}{row}\"{style} t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
        text(&written)
    )?;
    Ok(())
}

/// A text as XML has it; what XML cannot hold as spreadsheet programs write it, `_x000D_`, and `_x000D_` itself as `_x005F_x000D_`.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for (at, letter) in text.char_indices() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '_' if reads_as_code(text.get(at..).unwrap_or_default()) => out.push_str("_x005F_"),
            '\t' | '\n' => out.push(letter),
            '\u{fffe}' | '\u{ffff}' => push_code(&mut out, letter),
            letter if letter < ' ' => push_code(&mut out, letter),
            letter => out.push(letter),
        }
    }
    out
}

fn push_code(out: &mut String, letter: char) {
    let code = format!("_x{:04X}_", u32::from(letter));
    out.push_str(&code);
}

fn reads_as_code(text: &str) -> bool {
    let code = text.strip_prefix("_x").and_then(|rest| rest.get(..5));
    let digits = code.and_then(|code| code.strip_suffix('_'));
    digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
