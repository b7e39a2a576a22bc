//! Files made on the spot, and the folder of real ones.

use flate2::Compression;
use flate2::write::DeflateEncoder;
use sheets::{Book, Options, Refused, Row, read};
use std::io::Write;
use std::path::PathBuf;

/// The folder with real data, or nothing, which is said once.
pub fn data() -> Option<PathBuf> {
    let named = std::env::var_os("GUILDHALL_DATA").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let places = [named, Some(beside)];
    let found = places.into_iter().flatten().find(|path| path.is_dir());
    if found.is_none() {
        eprintln!("no real data here: GUILDHALL_DATA names the folder");
    }
    found
}

pub fn book(bytes: impl Into<Vec<u8>>, name: &str) -> Result<Book, Refused> {
    read(bytes.into(), name, &Options::default())
}

/// All rows of a sheet.
pub fn rows(book: &Book, sheet: usize) -> Result<Vec<Row>, Refused> {
    book.rows(sheet)?.collect()
}

/// Number and texts of every row, for comparing at a glance.
pub fn shown(rows: &[Row]) -> Vec<String> {
    rows.iter()
        .map(|row| {
            let cells: Vec<_> = row
                .cells()
                .map(|(column, cell)| format!("{}={}", sheets::letters(column), cell.text))
                .collect();
            format!("{}: {}", row.number, cells.join(" | "))
        })
        .collect()
}

/// Reads everything that a file has, as an importer would.
pub fn read_all(bytes: Vec<u8>, options: &Options) -> Result<usize, Refused> {
    let book = read(bytes, "a file", options)?;
    let mut count = 0;
    for sheet in 0..book.sheets().len() {
        for row in book.rows(sheet)? {
            count += row?.cells().len();
        }
    }
    Ok(count)
}

/// One part of an archive.
pub struct Part {
    pub name: String,
    pub content: Vec<u8>,
    /// What the list says that it inflates to; the truth when absent.
    pub declared: Option<u32>,
}

pub fn part(name: &str, content: impl Into<Vec<u8>>) -> Part {
    Part {
        name: name.to_owned(),
        content: content.into(),
        declared: None,
    }
}

struct Packed {
    name: String,
    data: Vec<u8>,
    size: u32,
    checksum: u32,
}

fn number(size: usize) -> u32 {
    u32::try_from(size).expect("a small file")
}

/// An archive of parts.
pub fn zip(parts: &[Part]) -> Vec<u8> {
    let packed = parts.iter().map(|part| {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&part.content).expect("to memory");
        Packed {
            name: part.name.clone(),
            data: encoder.finish().expect("to memory"),
            size: part.declared.unwrap_or(number(part.content.len())),
            checksum: crc32fast::hash(&part.content),
        }
    });
    let mut file = Vec::new();
    let mut list = Vec::new();
    for part in packed {
        let start = number(file.len());
        file.extend_from_slice(b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0");
        let mut about = Vec::new();
        for field in [part.checksum, number(part.data.len()), part.size] {
            about.extend_from_slice(&field.to_le_bytes());
        }
        let name = u16::try_from(part.name.len()).expect("a short name");
        about.extend_from_slice(&name.to_le_bytes());
        about.extend_from_slice(&[0, 0]);
        file.extend_from_slice(&about);
        file.extend_from_slice(part.name.as_bytes());
        file.extend_from_slice(&part.data);
        list.extend_from_slice(b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0");
        list.extend_from_slice(&about);
        list.extend_from_slice(&[0; 10]);
        list.extend_from_slice(&start.to_le_bytes());
        list.extend_from_slice(part.name.as_bytes());
    }
    let start = number(file.len());
    file.extend_from_slice(&list);
    file.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    let count = u16::try_from(parts.len()).unwrap_or(u16::MAX);
    file.extend_from_slice(&count.to_le_bytes());
    file.extend_from_slice(&count.to_le_bytes());
    file.extend_from_slice(&number(list.len()).to_le_bytes());
    file.extend_from_slice(&start.to_le_bytes());
    file.extend_from_slice(&[0, 0]);
    file
}

const TYPES: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The parts that every workbook has, with one sheet of this content: what stands inside `<worksheet>`.
pub fn parts(sheet: &str) -> Vec<Part> {
    vec![
        part(
            "_rels/.rels",
            format!(
                "<Relationships><Relationship Id='a' Type='{TYPES}/officeDocument' Target='xl/workbook.xml'/></Relationships>"
            ),
        ),
        part(
            "xl/workbook.xml",
            "<workbook><sheets><sheet name='One' sheetId='1' r:id='s'/></sheets></workbook>",
        ),
        part(
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships><Relationship Id='s' Type='{TYPES}/worksheet' Target='worksheets/sheet1.xml'/>\
                 <Relationship Id='t' Type='{TYPES}/sharedStrings' Target='sharedStrings.xml'/>\
                 <Relationship Id='f' Type='{TYPES}/styles' Target='/xl/styles.xml'/></Relationships>"
            ),
        ),
        part(
            "xl/worksheets/sheet1.xml",
            format!("<?xml version='1.0'?><worksheet>{sheet}</worksheet>"),
        ),
    ]
}

/// A workbook with one sheet of these rows: what stands inside `<sheetData>`.
pub fn workbook(rows: &str) -> Vec<u8> {
    zip(&parts(&format!("<sheetData>{rows}</sheetData>")))
}
