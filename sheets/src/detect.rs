//! What a file is, by what is inside.

use crate::book::{Book, Note};
use crate::options::Options;
use crate::refused::{Quantity, Refused, Unsupported};
use crate::source::{Source, up_to};
use std::io::Read;

/// The first bytes of files that are neither workbooks nor texts.
const OTHERS: [(&[u8], Unsupported); 7] = [
    (b"%PDF", Unsupported::Pdf),
    (b"\x1f\x8b", Unsupported::Compressed),
    (b"BZh", Unsupported::Compressed),
    (b"\xfd7zXZ", Unsupported::Compressed),
    (b"\x28\xb5\x2f\xfd", Unsupported::Compressed),
    (b"7z\xbc\xaf\x27\x1c", Unsupported::Archive),
    (b"Rar!", Unsupported::Archive),
];

/// Reads a file as far as is needed to know what it is and how to read its rows.
///
/// `name` is what the sender calls it: the sheet of a text file is named after it, and a name that says otherwise than the
/// content is noted.
///
/// # Errors
///
/// When the file is empty, broken, hostile, too large, or something else than a workbook, delimited text or JSON lines.
pub fn read(source: impl Into<Source>, name: &str, options: &Options) -> Result<Book, Refused> {
    let source = source.into();
    let size = source.size()?;
    if size == 0 {
        return Err(Refused::Empty);
    }
    let start = up_to(&mut source.open()?, 8)?;
    let archive = start.starts_with(b"PK");
    let container = start.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    let limits = &options.limits;
    let limit = if archive || container {
        limits.workbook_bytes
    } else {
        limits.text_bytes
    };
    if size > limit {
        return Err(Refused::TooMuch {
            what: Quantity::FileBytes,
            limit,
        });
    }
    if container {
        return Err(protected_or_old(&source)?.into());
    }
    if let Some((_, what)) = OTHERS.iter().find(|(first, _)| start.starts_with(first)) {
        return Err((*what).into());
    }
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    let ending = ending.unwrap_or_default();
    let mut book = if archive
        && start
            .get(2..4)
            .is_some_and(|next| next == b"\x03\x04" || next == b"\x05\x06")
    {
        Book::workbook(&source, options)?
    } else {
        Book::text(&source, name, options)?
    };
    let workbook = matches!(book.detected(), crate::book::Detected::Workbook { .. });
    let said = ["xlsx", "xlsm", "xls", "xlsb", "ods"].contains(&ending.as_str());
    let text = ["csv", "tsv", "txt", "tab", "json", "jsonl", "ndjson"].contains(&ending.as_str());
    if (workbook && text) || (!workbook && said) {
        book.note(Note::NameSaysOtherwise {
            name: name.to_owned(),
        });
    }
    Ok(book)
}

/// A workbook with a password is a container like the old format, with one entry of this name.
fn protected_or_old(source: &Source) -> Result<Unsupported, Refused> {
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let mut file = source.open()?;
    let mut held = Vec::new();
    let mut piece = vec![0; 64 << 10];
    loop {
        let got = file.read(&mut piece)?;
        if got == 0 {
            return Ok(Unsupported::OldWorkbook);
        }
        held.extend_from_slice(piece.get(..got).unwrap_or_default());
        if held.windows(name.len()).any(|window| window == name) {
            return Ok(Unsupported::Encrypted);
        }
        let keep = held.len().saturating_sub(name.len());
        held.drain(..keep);
    }
}
