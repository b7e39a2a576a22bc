//! What is written is read back as it was meant, and no program finds a formula in it.

use crate::support::{book, rows};
use proptest::prelude::*;
use sheets::clean::{self, Column, Want};
use sheets::mapping::{Target, Why, fields, propose};
use sheets::table::{Headings, find_table};
use sheets::write::{Format, Out, Writer, csv, template, unescaped, xlsx};
use sheets::{Cell, Kind};

const NASTY: [&str; 10] = [
    "=HYPERLINK(\"http://x\")",
    "+49 30 1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "a;=1+1",
    "two\r\nlines, \"quoted\"",
    "007",
    "_x000D_",
    "Grüße 東京",
];

fn nasty() -> Vec<Vec<Out>> {
    NASTY
        .iter()
        .map(|text| vec![Out::Text("x".to_owned()), Out::Text((*text).to_owned())])
        .collect()
}

/// Security D8.
#[test]
fn a_workbook_holds_texts_as_texts() {
    let bytes = xlsx(
        "Con[tacts]: all of them, and a long name",
        &["id", "=name"],
        nasty().into_iter(),
    )
    .expect("written");
    let book = book(bytes, "a.xlsx").expect("fit to be read");
    assert_eq!(book.sheets()[0].name, "Contacts all of them, and a lon");
    let rows = rows(&book, 0).expect("rows");
    assert_eq!(rows[0].text(1), "=name");
    for (row, text) in rows.iter().skip(1).zip(NASTY) {
        let cell = row.cell(1).expect("a cell");
        assert_eq!(
            (cell.text.replace("\r\n", "\n"), cell.kind, cell.formula),
            (text.replace("\r\n", "\n"), Kind::Text, false)
        );
    }
}

/// Security D8.
#[test]
fn csv_holds_nothing_that_a_program_takes_for_a_formula() {
    let mut bytes = Vec::new();
    csv(&mut bytes, &["id", "name"], nasty().into_iter()).expect("written");
    let text = String::from_utf8(bytes.clone()).expect("UTF-8");
    // Also not for programs that set cells apart by other signs.
    for cell in text
        .split([',', '\n'])
        .map(|cell| cell.trim_start_matches('"'))
    {
        assert!(!cell.starts_with(['=', '@', '+', '-', '\t']), "{cell}");
    }
    let book = book(bytes, "a.csv").expect("fit to be read");
    for (row, text) in rows(&book, 0).expect("rows").iter().skip(1).zip(NASTY) {
        assert_eq!(unescaped(row.text(1)), text);
    }
}

/// Security D8: what was escaped on the way out is as it was, in every kind of file.
#[test]
fn what_is_written_is_read_and_cleaned_as_it_was() {
    let mut texts = vec![
        "=1+1",
        "+49 30 1",
        "-2+3",
        "@SUM(A1)",
        "'=1",
        "''=1",
        "'t Hooft",
        "007",
        "_x000D_",
        "_x005F_",
        "a<b>&\"c\"",
        "Grüße 東京 😀",
    ];
    let workbook = xlsx("x", &["fullName"], rows_of(&texts)).expect("written");
    assert_eq!(cleaned(workbook), texts);
    // What people write for nothing, and for a text, has an apostrophe in CSV.
    texts.extend(["-", "=\"007\""]);
    let mut delimited = Vec::new();
    csv(&mut delimited, &["fullName"], rows_of(&texts)).expect("written");
    assert_eq!(cleaned(delimited), texts);
}

fn rows_of(texts: &[&str]) -> impl Iterator<Item = Vec<Out>> {
    texts.iter().map(|text| vec![Out::Text((*text).to_owned())])
}

/// The texts of the first column, behind its heading.
fn cleaned(bytes: Vec<u8>) -> Vec<String> {
    let read = rows(&book(bytes, "").expect("fit to be read"), 0).expect("rows");
    let cleaned = read.iter().skip(1).map(|row| {
        let cell = row.cell(0).expect("a cell");
        clean::clean(cell, Want::Text, &Column::default(), None).expect("clean")
    });
    cleaned.map(|cleaned| cleaned.text().to_owned()).collect()
}

#[test]
fn a_number_of_three_decimals_is_read_in_one_way() {
    let numbers = ["1.234", "0.5", "12", "999.001", "0.000001"];
    let mut bytes = Vec::new();
    let rows_of = numbers
        .iter()
        .map(|number| vec![Out::Number((*number).to_owned())]);
    csv(&mut bytes, &["amount"], rows_of).expect("written");
    let read = rows(&book(bytes, "").expect("fit to be read"), 0).expect("rows");
    for (row, number) in read.iter().skip(1).zip(numbers) {
        let cell = row.cell(0).expect("a cell");
        let cleaned = clean::clean(cell, Want::Decimal, &Column::default(), None).expect("clean");
        assert_eq!(cleaned.text().parse::<f64>(), number.parse::<f64>());
    }
}

/// Another reader, which knows nothing of ours, finds the same.
#[test]
fn a_workbook_is_one_for_other_readers_too() {
    use calamine::{Data, Reader, Xlsx};
    let many = (0..3_000).map(|number| {
        vec![
            Out::Text(format!("row {number} & <more>")),
            Out::Number(number.to_string()),
            Out::Boolean(true),
        ]
    });
    let bytes = xlsx("People", &["name", "count", "yes"], many).expect("written");
    let mut read: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let sheet = read.worksheet_range("People").expect("a sheet");
    assert_eq!(sheet.get_size(), (3_001, 3));
    let last: Vec<_> = (0..3)
        .map(|column| sheet.get_value((3_000, column)).cloned())
        .collect();
    let expected = [
        Data::String("row 2999 & <more>".into()),
        Data::Float(2999.0),
        Data::Bool(true),
    ];
    assert_eq!(last, expected.map(Some));
}

#[test]
fn a_workbook_that_is_written_bit_by_bit_is_the_same_and_nothing_of_it_is_held() {
    let row = |number: u32| {
        vec![Out::Text(format!(
            "{number:x}{:x}",
            number.wrapping_mul(2_654_435_761)
        ))]
    };
    let whole = xlsx("x", &["a"], (0..20_000).map(row)).expect("written");
    let mut writer = Writer::new(Format::Xlsx, "x", &["a"]).expect("a workbook");
    let (mut parts, mut largest) = (Vec::new(), 0);
    for number in 0..20_000 {
        writer.row(&row(number)).expect("written");
        let part = writer.take();
        largest = largest.max(part.len());
        parts.extend(part);
    }
    parts.extend(writer.finish().expect("an end"));
    assert!(parts == whole && largest < 64 * 1024, "{largest}");
}

#[test]
fn numbers_and_booleans_are_written_as_such() {
    let row = || {
        vec![vec![
            Out::Number("-12.50".into()),
            Out::Boolean(true),
            Out::Blank,
            Out::Number("=1".into()),
            Out::Number("12345678901234567.5".into()),
        ]]
    };
    let headings = ["a", "b", "c", "d", "e"];
    let book_of = |bytes: Vec<u8>| {
        rows(&book(bytes, "").expect("fit to be read"), 0)
            .expect("rows")
            .remove(1)
    };
    let workbook = book_of(xlsx("x", &headings, row().into_iter()).expect("written"));
    let cells: Vec<_> = workbook
        .cells()
        .map(|(_, cell)| (cell.kind, cell.text.clone()))
        .collect();
    let expected = [
        (Kind::Number, "-12.5"),
        (Kind::Boolean, "true"),
        (Kind::Text, "=1"),
        (Kind::Text, "12345678901234567.5"),
    ];
    assert_eq!(cells, expected.map(|(kind, text)| (kind, text.to_owned())));
    let mut text = Vec::new();
    csv(&mut text, &headings, row().into_iter()).expect("written");
    assert!(
        String::from_utf8_lossy(&text)
            .ends_with("-12.50,\"true\",\"\",\"'=1\",12345678901234567.5\r\n"),
        "{}",
        String::from_utf8_lossy(&text)
    );
}

#[test]
fn a_template_maps_to_its_fields_by_itself() {
    for target in Target::ALL {
        let book = book(template(target).expect("written"), "t.xlsx").expect("fit to be read");
        assert_eq!(book.sheets()[1].name, "Explanations");
        let table = find_table(&book, 0, &Headings::Find)
            .expect("readable")
            .expect("a table");
        let proposal = propose(&table, target);
        assert_eq!(
            (proposal.left, proposal.missing),
            (Vec::new(), Vec::new()),
            "{target:?}"
        );
        assert!(
            proposal
                .proposed
                .iter()
                .all(|one| one.why == Why::Name && one.columns.len() == 1)
        );
        assert_eq!(proposal.proposed.len(), fields(target).len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// What is clean already stays as it is, and nothing makes the cleaning panic.
    #[test]
    fn cleaning_twice_changes_nothing(text in "\\PC{0,20}|[0-9.,/ :T-]{0,12}") {
        // An apostrophe in front of an apostrophe and a formula is taken away once, and the other one next time.
        prop_assume!(!text.contains("''"));
        let wants = [Want::Text, Want::LongText, Want::Key, Want::Code, Want::Email, Want::Phone, Want::PostalCode, Want::Date,
            Want::Moment, Want::Decimal, Want::Boolean, Want::Country, Want::Currency];
        for want in wants {
            let column = Column::default();
            let Ok(once) = clean::clean(&Cell::text(text.as_str()), want, &column, None) else { continue };
            // 1.500 is a number of one reading only while something shows it.
            let point = Column { decimal_sign: Some(clean::DecimalSign::Point), ..column };
            let twice = clean::clean(&Cell::text(once.text()), want, &point, None).expect("clean");
            prop_assert_eq!(once.text(), twice.text());
            prop_assert!(twice.steps.is_empty(), "{:?}", twice.steps);
        }
    }
}
