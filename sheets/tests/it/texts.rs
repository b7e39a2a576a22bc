//! Delimited text and JSON lines: what is found out, what can be said, and which row is which.

use crate::support::{book, rows, shown};
use proptest::prelude::*;
use sheets::{Detected, Encoding, Kind, LineEnds, Note, Options, Quote, read};

fn text_of(bytes: &[u8]) -> (Encoding, bool, char, Quote, LineEnds) {
    let book = book(bytes, "a.csv").expect("a book");
    match *book.detected() {
        Detected::Text {
            encoding,
            byte_order_mark,
            delimiter,
            quote,
            line_ends,
            ..
        } => (encoding, byte_order_mark, delimiter, quote, line_ends),
        ref other => panic!("{other:?}"),
    }
}

fn lines(bytes: &[u8]) -> Vec<String> {
    shown(&rows(&book(bytes, "a.csv").expect("a book"), 0).expect("rows"))
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let bytes = |unit: u16| {
        if big {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        }
    };
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn encodings_are_found_out_and_undone() {
    let text = "Straße,Nº,€\nGrüße,5,ÅØ\n";
    let windows = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
    for (bytes, encoding, mark) in [
        (text.as_bytes().to_vec(), Encoding::Utf8, false),
        (marked(b"\xEF\xBB\xBF", text.into()), Encoding::Utf8, true),
        (
            marked(b"\xFF\xFE", utf16(text, false)),
            Encoding::Utf16Le,
            true,
        ),
        (
            marked(b"\xFE\xFF", utf16(text, true)),
            Encoding::Utf16Be,
            true,
        ),
        (utf16(text, false), Encoding::Utf16Le, false),
        (utf16(text, true), Encoding::Utf16Be, false),
        (windows, Encoding::Windows1252, false),
    ] {
        let found = text_of(&bytes);
        assert_eq!((found.0, found.1), (encoding, mark));
        assert_eq!(
            lines(&bytes),
            ["1: A=Straße | B=Nº | C=€", "2: A=Grüße | B=5 | C=ÅØ"]
        );
    }
}

/// A whole file decides: a letter of windows-1252 after a megabyte of ASCII counts.
#[test]
fn an_encoding_is_decided_by_all_of_the_file() {
    let mut bytes = b"name,city\n".repeat(100_000);
    bytes.extend_from_slice(b"M\xFCller,K\xF6ln\n");
    let book = book(bytes, "a.csv").expect("a book");
    let last = rows(&book, 0).expect("rows").pop().expect("a row");
    assert_eq!(
        (last.number, last.text(0), last.text(1)),
        (100_001, "Müller", "Köln")
    );
}

#[test]
fn damage_in_a_sound_file_is_replaced_and_told_unless_the_encoding_was_given() {
    let bytes = [b"name\n".as_slice(), "ÄÖÜäöüß\n".as_bytes(), b"M\xFCller\n"].concat();
    let book = book(bytes.clone(), "a.csv").expect("a book");
    assert_eq!(book.notes(), [Note::Malformed { places: 1 }]);
    assert_eq!(
        shown(&rows(&book, 0).expect("rows"))[2],
        "3: A=M\u{fffd}ller"
    );
    let options = Options {
        encoding: Some(Encoding::Utf8),
        ..Options::default()
    };
    let refused = read(bytes, "a.csv", &options)
        .err()
        .map(|refused| refused.to_string());
    assert_eq!(refused.as_deref(), Some("the text is not UTF-8"));
}

#[test]
fn delimiters_quotes_and_line_ends_are_found_out() {
    for (text, delimiter, quote, line_ends) in [
        ("a,b\n1,2\n", ',', Quote::Double, LineEnds::Lf),
        ("a;b\r\n1,5;2,5\r\n", ';', Quote::Double, LineEnds::CrLf),
        ("a\tb\r1\t2\r", '\t', Quote::Double, LineEnds::Cr),
        ("a|b\r\n1|2\n", '|', Quote::Double, LineEnds::Mixed),
        (
            "'a';'b'\n'1';'2'\n'x;y';'3'\n",
            ';',
            Quote::Single,
            LineEnds::Lf,
        ),
        (
            "name;where\nA;\"x, y, z\"\nB;Str. 5, 123 Z, W\nC;Weg 7, 12 A, B\n",
            ';',
            Quote::Double,
            LineEnds::Lf,
        ),
        ("only\n", ',', Quote::Double, LineEnds::Lf),
        (
            "Acme, Inc.;Berlin\nBeta;Rome\n",
            ';',
            Quote::Double,
            LineEnds::Lf,
        ),
    ] {
        let found = text_of(text.as_bytes());
        assert_eq!(
            (found.2, found.3, found.4),
            (delimiter, quote, line_ends),
            "{text}"
        );
    }
}

#[test]
fn what_is_said_beats_what_is_found_out() {
    let options = Options {
        encoding: Some(Encoding::Windows1252),
        delimiter: Some(','),
        quote: Some(Quote::None),
        ..Options::default()
    };
    let book = read("a;\"b,é\n".as_bytes(), "a.csv", &options).expect("a book");
    assert_eq!(shown(&rows(&book, 0).expect("rows")), ["1: A=a;\"b | B=Ã©"]);
}

/// T-160: a cell over several lines is one row, blank rows count, and a line `sep=;` is no row.
#[test]
fn rows_of_a_text_have_the_numbers_that_a_spreadsheet_program_shows() {
    let text = "a,b\r\n\r\n\"1\r\n2\",x\r\n,,\r\n\n\"say \"\"yes\"\"\",\"q\"z\r\n";
    assert_eq!(
        lines(text.as_bytes()),
        [
            "1: A=a | B=b",
            "3: A=1\r\n2 | B=x",
            "6: A=say \"yes\" | B=qz"
        ]
    );
    assert_eq!(
        lines(b"sep=|\r\na|b\r\n1|2"),
        ["1: A=a | B=b", "2: A=1 | B=2"]
    );
}

#[test]
fn a_quote_that_is_never_closed_is_reported_with_its_row() {
    let book = book("a,b\n1,2\n3,\"4\n5,6\n", "a.csv").expect("a book");
    let refused = rows(&book, 0).err().map(|refused| refused.to_string());
    assert_eq!(
        refused.as_deref(),
        Some("row 3: a quote is opened and never closed")
    );
}

#[test]
fn json_lines_are_a_table_by_the_names_of_their_fields() {
    let text = "{\"id\": 12345678901234567890, \"name\": \"Ac\\u006de\", \"at\": {\"city\": \"Rome\"}}\r\n\n\
                {\"name\": null, \"amount\": 1.50, \"big\": 1e3, \"ok\": true, \"tags\": [1, 2]}";
    let book = book(text, "a.jsonl").expect("a book");
    assert!(book.names_its_columns());
    let got = rows(&book, 0).expect("rows");
    assert_eq!(
        shown(&got),
        [
            "0: A=id | B=name | C=at.city | D=amount | E=big | F=ok | G=tags",
            "1: A=12345678901234567890 | B=Acme | C=Rome",
            "3: B=\\N | D=1.50 | E=1000 | F=true | G=[1, 2]",
        ]
    );
    assert_eq!(got[2].cell(5).map(|cell| cell.kind), Some(Kind::Boolean));
}

#[test]
fn what_is_no_table_is_refused_with_a_word_about_what_to_do() {
    for (bytes, reason) in [
        ("", "the file is empty"),
        (" \n\n", "the file is empty"),
        (
            "%PDF-1.7",
            "the file is a PDF: send the table itself, as .xlsx or .csv",
        ),
        (
            "<html><table>",
            "the file is an HTML page, whatever its name says: open it and save it as .xlsx",
        ),
        (
            "<?xml version='1.0'?>",
            "the file is XML: send a table, as .xlsx or .csv",
        ),
        (
            "[{\"a\": 1}]",
            "the file is one JSON value: send JSON lines, one object in each line",
        ),
        (
            "{\n  \"a\": 1\n}",
            "the file is one JSON value: send JSON lines, one object in each line",
        ),
        ("{\"a\": 1, \"a\": 2}", "line 1: the field a is given twice"),
        (
            "\0\x01\x02\0\0\0",
            "the file is neither a workbook nor a text",
        ),
    ] {
        let refused = book(bytes, "x").err().map(|refused| refused.to_string());
        assert_eq!(refused.as_deref(), Some(reason), "{bytes:?}");
    }
}

fn cells() -> impl Strategy<Value = Vec<Vec<String>>> {
    let cell = "[a-z,;\"\n\r é'\t]{0,6}";
    prop::collection::vec(prop::collection::vec(cell, 1..5), 1..8)
}

#[test]
fn a_line_of_json_has_only_so_many_fields_and_so_much_depth() {
    let many: Vec<String> = (0..60_000)
        .map(|number| format!("\"f{number}\":1"))
        .collect();
    let refused = book(format!("{{{}}}", many.join(",")), "x")
        .err()
        .map(|refused| refused.to_string());
    assert_eq!(
        refused.as_deref(),
        Some("line 1: there are more than 1000 fields")
    );
    let deep = "{\"a\":".repeat(50_000) + "1" + &"}".repeat(50_000);
    let refused = book(deep, "x").err().map(|refused| refused.code());
    assert_eq!(refused, Some("BROKEN"));
    let wide: Vec<String> = (0..200).map(|number| format!("\"f{number}\":1")).collect();
    let refused = book(format!("{{{}}}", wide.join(",")), "x")
        .err()
        .map(|refused| refused.to_string());
    assert_eq!(
        refused.as_deref(),
        Some("row 1: there are more columns than 100")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// What the crate csv writes comes back cell for cell.
    #[test]
    fn csv_comes_back_as_it_was_written(table in cells()) {
        let mut writer = csv::WriterBuilder::new().flexible(true).quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
        for row in &table {
            writer.write_record(row).expect("to memory");
        }
        let bytes = writer.into_inner().expect("to memory");
        let options = Options { delimiter: Some(','), quote: Some(Quote::Double), ..Options::default() };
        let book = read(bytes, "a.csv", &options).expect("a book");
        let mut found = vec![Vec::new(); table.len()];
        for row in book.rows(0).expect("rows") {
            let row = row.expect("a row");
            let at = usize::try_from(row.number).expect("small") - 1;
            found[at] = (0..table[at].len()).map(|column| row.text(u32::try_from(column).expect("small")).to_owned()).collect();
        }
        for (found, written) in found.iter().zip(&table) {
            if written.iter().any(|cell| !cell.is_empty()) {
                prop_assert_eq!(found, written);
            }
        }
    }

    /// Where nothing is left open, the crate csv reads the same cells, whatever the text is.
    #[test]
    fn cells_are_those_of_the_crate_csv(text in "[ab,\"\n\r]{1,40}") {
        let options = Options { delimiter: Some(','), quote: Some(Quote::Double), ..Options::default() };
        let book = read(text.clone().into_bytes(), "a.csv", &options).expect("a book");
        if let Ok(ours) = rows(&book, 0) {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<Vec<String>> = reader.records().map(|record| record.expect("a record").iter().map(str::to_owned).collect()).collect();
            let theirs: Vec<Vec<(usize, String)>> = theirs.into_iter()
                .map(|row| row.into_iter().enumerate().filter(|(_, cell)| !cell.is_empty()).collect::<Vec<_>>())
                .filter(|row: &Vec<_>| !row.is_empty()).collect();
            let ours: Vec<Vec<(usize, String)>> = ours.iter().map(|row| row.cells().map(|(column, cell)| (column as usize, cell.text.clone())).collect()).collect();
            prop_assert_eq!(ours, theirs);
        }
    }

    /// Whatever bytes come, there is an answer.
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(book) = book(bytes, "x") {
            let _ = rows(&book, 0);
        }
    }
}
