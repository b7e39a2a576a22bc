//! Hostile files, made on the spot: each is refused, soon and without taking much memory.

use crate::support::{Part, part, parts, read_all, workbook, zip};
use sheets::Options;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Command;
use std::time::Instant;

/// What each hostile file is, how it is made, and with what code it is refused.
type Attack = (&'static str, fn() -> Vec<u8>, &'static str);

const ATTACKS: [Attack; 23] = [
    ("a bomb that says what it is", bomb, "TOO_LARGE"),
    ("a bomb below the limit of size", dense_bomb, "TOO_LARGE"),
    ("a bomb that says it is small", lying_bomb, "BROKEN"),
    (
        "a cell at the end of the sheet",
        far_cell,
        "TOO_MANY_COLUMNS",
    ),
    ("a cell in the last row", low_cell, "TOO_MANY_ROWS"),
    ("a million shared strings", many_strings, "TOO_LARGE"),
    ("shared strings without end", long_strings, "TOO_LARGE"),
    ("entities of its own", entities, "ENTITIES"),
    ("an entity that is not declared", undeclared, "ENTITIES"),
    ("attributes without end", attributes, "TOO_LARGE"),
    ("elements inside each other", deep, "TOO_LARGE"),
    ("a cell without end", long_cell, "CELL_TOO_LONG"),
    ("a text without end", long_text, "TOO_LARGE"),
    ("too many parts", many_parts, "TOO_LARGE"),
    ("parts over each other", overlapping, "BROKEN"),
    ("two parts of one name", twins, "BROKEN"),
    ("rows without end", many_rows, "TOO_MANY_ROWS"),
    ("styles without end", many_styles, "TOO_LARGE"),
    ("merged cells without end", many_merged, "TOO_LARGE"),
    ("sheets without end", many_sheets, "TOO_LARGE"),
    (
        "cells without end that hold nothing",
        empty_cells,
        "TOO_LARGE",
    ),
    (
        "rows without end that hold nothing",
        empty_rows,
        "TOO_LARGE",
    ),
    ("a file that stops in the middle", torn, "BROKEN"),
];

fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        b'a' + u8::try_from(state % 16).unwrap_or_default()
    };
    (0..length).map(next).collect()
}

fn sheet_of(content: Vec<u8>) -> Vec<Part> {
    let mut all = parts("");
    all[3] = part("xl/worksheets/sheet1.xml", content);
    all
}

fn strings_of(content: impl Into<Vec<u8>>) -> Vec<u8> {
    let mut all = parts("<sheetData/>");
    all.push(part("xl/sharedStrings.xml", content));
    zip(&all)
}

/// What counts is what the list says: nothing is inflated to find out.
fn declared(size: u32) -> Vec<u8> {
    let mut all = sheet_of(vec![b' '; 100_000]);
    all[3].declared = Some(size);
    zip(&all)
}

fn bomb() -> Vec<u8> {
    declared(150 << 20)
}

fn dense_bomb() -> Vec<u8> {
    declared(90 << 20)
}

fn lying_bomb() -> Vec<u8> {
    let mut all = sheet_of(
        b"<worksheet>"
            .iter()
            .copied()
            .chain(vec![b' '; 20 << 20])
            .collect(),
    );
    all[3].declared = Some(900_000);
    zip(&all)
}

fn far_cell() -> Vec<u8> {
    workbook("<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>")
}

fn low_cell() -> Vec<u8> {
    workbook("<row r='1048576'><c r='A1048576'><v>1</v></c></row>")
}

fn many_strings() -> Vec<u8> {
    let mut content = String::from("<sst>");
    for number in 0..1_000_000 {
        let _ = write!(content, "<si><t>{}</t></si>", number ^ 0x5A5A5);
    }
    strings_of(content + "</sst>")
}

fn long_strings() -> Vec<u8> {
    let text = String::from_utf8(noise(30_000)).expect("letters");
    let mut content = String::from("<sst>");
    for number in 0..1_900 {
        let _ = write!(content, "<si><t>{number}{}</t></si>", &text[number..]);
    }
    strings_of(content + "</sst>")
}

fn entities() -> Vec<u8> {
    strings_of(
        "<!DOCTYPE sst [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><sst><si><t>&b;</t></si></sst>",
    )
}

fn undeclared() -> Vec<u8> {
    strings_of("<sst><si><t>&b;</t></si></sst>")
}

fn attributes() -> Vec<u8> {
    let mut row = String::from("<row");
    for number in 0..60_000 {
        let _ = write!(row, " a{number}='1'");
    }
    workbook(&(row + "/>"))
}

fn deep() -> Vec<u8> {
    let tags: String = (0..1_000).fold(String::new(), |mut tags, number| {
        let _ = write!(tags, "<a{number}>");
        tags
    });
    zip(&sheet_of(tags.into_bytes()))
}

fn long_cell() -> Vec<u8> {
    let text = String::from_utf8(noise(500_000)).expect("letters");
    workbook(&format!(
        "<row><c t='inlineStr'><is><t>{text}</t></is></c></row>"
    ))
}

fn long_text() -> Vec<u8> {
    let text = String::from_utf8(noise(4_000_000)).expect("letters");
    workbook(&format!(
        "<row><c t='inlineStr'><is><t>{text}</t></is></c></row>"
    ))
}

fn many_parts() -> Vec<u8> {
    let mut all = parts("<sheetData/>");
    all.extend((0..200).map(|number| part(&format!("xl/media/{number}.png"), "x")));
    zip(&all)
}

/// The list is changed so that the last part lies where the first one does.
fn overlapping() -> Vec<u8> {
    let mut file = workbook("");
    let last = file
        .windows(4)
        .rposition(|window| window == b"PK\x01\x02")
        .expect("a list");
    file[last + 42..last + 46].copy_from_slice(&0_u32.to_le_bytes());
    file
}

fn twins() -> Vec<u8> {
    let mut all = parts("<sheetData/>");
    all.push(part("XL/worksheets/Sheet1.xml", "<worksheet/>"));
    zip(&all)
}

fn many_rows() -> Vec<u8> {
    let mut rows = String::new();
    for number in 1..=110_000 {
        let _ = write!(rows, "<row><c><v>{}</v></c></row>", number ^ 0x2AAAA);
    }
    workbook(&rows)
}

fn many_styles() -> Vec<u8> {
    let mut content = String::from("<styleSheet><cellXfs>");
    for number in 0..70_000 {
        let _ = write!(content, "<xf numFmtId='{number}'/>");
    }
    let mut all = parts("<sheetData/>");
    all.push(part("xl/styles.xml", content + "</cellXfs></styleSheet>"));
    zip(&all)
}

fn many_merged() -> Vec<u8> {
    let mut content = String::from("<mergeCells>");
    for number in 1..110_000 {
        let _ = write!(content, "<mergeCell ref='A{number}:B{number}'/>");
    }
    zip(&parts(&(content + "</mergeCells>")))
}

fn many_sheets() -> Vec<u8> {
    let mut content = String::from("<workbook><sheets>");
    for number in 0..1_000 {
        let _ = write!(content, "<sheet name='{number}' r:id='s'/>");
    }
    let mut all = parts("<sheetData/>");
    all[1] = part("xl/workbook.xml", content + "</sheets></workbook>");
    zip(&all)
}

/// As many as fit into the limits of size and ratio, so that all of them would have to be read.
fn empty(element: &str) -> Vec<u8> {
    let mut content = b"<worksheet><sheetData><row>".to_vec();
    for _ in 0..11 {
        content.extend_from_slice(element.repeat((8 << 20) / element.len()).as_bytes());
        content.extend_from_slice(b"<!--");
        content.extend_from_slice(&noise(300_000));
        content.extend_from_slice(b"-->");
    }
    content.extend_from_slice(b"</row></sheetData></worksheet>");
    zip(&sheet_of(content))
}

fn empty_cells() -> Vec<u8> {
    empty("<c/>")
}

fn empty_rows() -> Vec<u8> {
    empty("</row><row>")
}

fn torn() -> Vec<u8> {
    workbook("<row><c><v>1</v></c>")
}

#[test]
fn every_hostile_workbook_is_refused() {
    for (what, make, code) in ATTACKS {
        let file = make();
        let started = Instant::now();
        let refused = read_all(file, &Options::default()).err();
        let took = started.elapsed();
        assert_eq!(refused.map(|refused| refused.code()), Some(code), "{what}");
        assert!(took.as_secs() < 10, "{what}: {took:?}");
    }
}

const FILE: &str = "GUILDHALL_SHEETS_FILE";
/// Set where the table is to be found and its rows cleaned, too.
const TABLE: &str = "GUILDHALL_SHEETS_TABLE";

/// The most memory that this process ever had, in KiB.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// Milliseconds that this process has worked, by the clock of 100 ticks a second that Linux shows.
fn worked() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some((ticks(11)? + ticks(12)?) * 10)
}

/// What [`measured`] starts: reads one file and says how long it took and by how much the memory grew.
#[test]
#[ignore = "by hand: only as the child of those that measure"]
fn one_file_is_read() {
    let Some(path) = std::env::var_os(FILE) else {
        return;
    };
    let before = peak().expect("Linux");
    let started = worked().expect("Linux");
    let read = sheets::read(
        std::path::PathBuf::from(path),
        "a file",
        &Options::default(),
    );
    let outcome = read.and_then(|book| {
        let mut cells = 0;
        if std::env::var_os(TABLE).is_some() {
            let table = sheets::table::find_table(&book, 0, &sheets::table::Headings::Find)?;
            let table = table.expect("a table");
            let mapping =
                sheets::mapping::propose(&table, sheets::mapping::Target::Contacts).mapping;
            let bound = sheets::mapping::bind(&mapping, &table).expect("fits");
            for row in table.rows(&book)? {
                cells += bound.values(&row?).values.len();
            }
            return Ok(cells);
        }
        for sheet in 0..book.sheets().len() {
            for row in book.rows(sheet)? {
                cells += row?.cells().len();
            }
        }
        Ok(cells)
    });
    let took = worked().expect("Linux") - started;
    let grown = peak().expect("Linux") - before;
    let outcome = outcome.map_or_else(
        |refused| refused.code().to_owned(),
        |cells| cells.to_string(),
    );
    println!("measured {took} {grown} {outcome}");
}

/// Milliseconds of work, KiB, and the outcome of reading a file in a process of its own.
fn measured(path: &std::path::Path, table: bool) -> (u64, u64, String) {
    let mut child = Command::new(std::env::current_exe().expect("this test"));
    child
        .args([
            "--exact",
            "hostile::one_file_is_read",
            "--ignored",
            "--nocapture",
        ])
        .env(FILE, path);
    if table {
        child.env(TABLE, "1");
    }
    let child = child.output().expect("a child");
    let said = String::from_utf8_lossy(&child.stdout).into_owned();
    let line = said
        .lines()
        .find_map(|line| line.split_once("measured "))
        .expect("an answer")
        .1;
    let mut words = line.split(' ');
    let mut number = || {
        words
            .next()
            .and_then(|word| word.parse().ok())
            .expect("a number")
    };
    (
        number(),
        number(),
        words.next().expect("an outcome").to_owned(),
    )
}

/// Security D7: within 2 s, and with less than 150 MB more memory.
#[test]
#[ignore = "takes 10 s and the whole machine; CI runs it"]
fn hostile_workbooks_cost_little_time_and_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    for (what, make, code) in ATTACKS {
        let path = folder.path().join("file");
        std::fs::write(&path, make()).expect("a file");
        let (took, grown, outcome) = measured(&path, false);
        println!("{what}: {took} ms, {grown} KiB");
        assert_eq!(outcome, code, "{what}");
        assert!(took < 2_000, "{what}: {took} ms");
        assert!(grown < 150_000, "{what}: {grown} KiB");
    }
}

/// A million rows take no more memory than a thousand.
#[test]
#[ignore = "takes 20 s and the whole machine; CI runs it"]
fn memory_for_text_does_not_grow_with_the_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).expect("a file"));
    writeln!(file, "id;last name;email;phone;job title").expect("written");
    for number in 0..1_000_000 {
        writeln!(
            file,
            "C{number};Müller {number};first.last{number}@example.com;+49 30 {number};\"a; b\""
        )
        .expect("written");
    }
    drop(file.into_inner().expect("written"));
    for (table, cells) in [(false, "5000005"), (true, "5000000")] {
        let (took, grown, outcome) = measured(&path, table);
        println!("a million rows, as a table: {table}: {took} ms, {grown} KiB");
        assert_eq!(outcome, cells);
        assert!(grown < 10_000, "{grown} KiB");
    }
}
