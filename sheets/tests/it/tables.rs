//! Tables in sheets: headings wherever they are, and every row behind them accounted for.

use crate::support::{book, parts, zip};
use sheets::table::{Headings, Reason, Table, find_table};
use sheets::{Book, Refused};

fn found(book: &Book) -> Table {
    find_table(book, 0, &Headings::Find)
        .expect("readable")
        .expect("a table")
}

fn of_text(text: &str) -> Table {
    found(&book(text, "a.csv").expect("fit to be read"))
}

fn names(table: &Table) -> Vec<&str> {
    table
        .columns
        .iter()
        .map(|heading| heading.name.as_str())
        .collect()
}

fn skipped(table: &Table) -> Vec<(u64, u64, Reason)> {
    table
        .skipped
        .iter()
        .map(|one| (one.first, one.last, one.reason))
        .collect()
}

/// T-160: rows are told by the numbers that a spreadsheet program shows.
#[test]
fn every_row_behind_the_headings_is_data_or_skipped_with_a_reason() {
    let text = "Customers of Acme;;;\n\
                as of 31.01.2026;;;\n\
                \n\
                No.;Name *;\"E-\nMail\";Credit limit:\n\
                — DE —;;;\n\
                1;Alfa;a@example.com;100\n\
                2;Beta;;\n\
                ;;;\n\
                No.;Name *;\"E-\nMail\";Credit limit:\n\
                3;Total;t@example.com;5\n\
                Austria:;;;\n\
                4;Total SE;x@example.com;7\n\
                Total;;;112\n\
                \n\
                Prices without tax;;;\n\
                Printed by machine;;;\n";
    let table = of_text(text);
    assert_eq!(table.header_rows, [4], "{}", table.why);
    assert_eq!(names(&table), ["No.", "Name", "E- Mail", "Credit limit"]);
    assert!(table.columns[1].required && !table.columns[0].required);
    assert_eq!(table.data_rows, 4);
    assert_eq!(
        skipped(&table),
        [
            (1, 2, Reason::Title),
            (5, 5, Reason::Section),
            (8, 8, Reason::Blank),
            (9, 9, Reason::Headings),
            (11, 11, Reason::Section),
            (13, 13, Reason::Total),
            (14, 14, Reason::Blank),
            (15, 16, Reason::Note),
        ]
    );
    let book = book(text, "a.csv").expect("fit to be read");
    let data: Vec<_> = table
        .rows(&book)
        .expect("rows")
        .map(|row| row.expect("a row").number)
        .collect();
    assert_eq!(data, [6, 7, 10, 12]);
}

#[test]
fn a_company_called_total_is_no_sum() {
    let table = of_text(
        "Name,City,Country,Phone\nTotal,Paris,FR,+33 1\nSumme,Bern,CH,+41 31\nAcme,Rome,IT,+39 6\n",
    );
    assert_eq!((table.data_rows, skipped(&table)), (3, Vec::new()));
}

/// A name alone is a row of data: what is skipped by mistake is lost.
#[test]
fn a_row_with_nothing_but_a_name_is_data() {
    let table = of_text(
        "name,city,country,phone\nAcme,,,\nBeta,Rome,IT,\nGamma,,,\n\nDelta,,,\nEpsilon,Bern,CH,1\n",
    );
    assert_eq!(table.data_rows, 5);
    assert_eq!(skipped(&table), [(5, 5, Reason::Blank)]);
}

#[test]
fn one_column_is_a_table_too() {
    let table = of_text("Email\na@example.com\nb@example.com\n");
    assert_eq!(
        (table.header_rows.as_slice(), table.data_rows),
        ([1].as_slice(), 2)
    );
}

#[test]
fn a_table_without_headings_goes_by_letters() {
    let table = of_text("1,a@example.com,12.50\n2,b@example.com,13.50\n");
    assert_eq!((names(&table), table.data_rows), (vec!["A", "B", "C"], 2));
    assert_eq!(table.why, "no row reads like headings");
}

#[test]
fn somebody_may_say_where_the_headings_are() {
    let book = book("x,y\nname,city\nAcme,Rome\n", "a.csv").expect("fit to be read");
    let said = |headings| {
        find_table(&book, 0, &headings)
            .expect("readable")
            .expect("a table")
    };
    assert_eq!(names(&said(Headings::Rows(2, 2))), ["name", "city"]);
    assert_eq!(names(&said(Headings::Rows(1, 2))), ["x name", "y city"]);
    assert_eq!(said(Headings::Rows(1, 1)).data_rows, 2);
    assert_eq!(said(Headings::None).data_rows, 3);
}

#[test]
fn headings_of_two_rows_are_joined_where_one_spans_several() {
    let text =
        |cell: &str, text: &str| format!("<c r='{cell}' t='inlineStr'><is><t>{text}</t></is></c>");
    let row = |number: u64, cells: &[(&str, &str)]| {
        let cells: String = cells
            .iter()
            .map(|(column, content)| text(&format!("{column}{number}"), content))
            .collect();
        format!("<row r='{number}'>{cells}</row>")
    };
    let sheet = [
        "<sheetData>".to_owned(),
        row(1, &[("A", "All our customers")]),
        row(2, &[("A", "Name"), ("B", "Address"), ("D", "Phone")]),
        row(3, &[("B", "Street"), ("C", "City")]),
        row(4, &[("A", "Acme"), ("B", "Weg 5"), ("C", "Bern"), ("D", "+41 31 1")]),
        row(5, &[("A", "Switzerland")]),
        row(6, &[("A", "Beta"), ("B", "Weg 6"), ("C", "Basel"), ("D", "+41 31 2")]),
        "</sheetData><mergeCells><mergeCell ref='A1:D1'/><mergeCell ref='A2:A3'/><mergeCell ref='B2:C2'/>".to_owned(),
        "<mergeCell ref='A5:D5'/></mergeCells>".to_owned(),
    ];
    let table = found(&book(zip(&parts(&sheet.concat())), "a.xlsx").expect("fit to be read"));
    assert_eq!(table.header_rows, [2, 3], "{}", table.why);
    assert_eq!(
        names(&table),
        ["Name", "Address Street", "Address City", "Phone"]
    );
    assert_eq!(table.data_rows, 2);
    assert_eq!(
        skipped(&table),
        [(1, 1, Reason::Title), (5, 5, Reason::Section)]
    );
}

#[test]
fn formats_and_formulas_below_the_data_are_no_data() {
    let mut rows = String::from(
        "<row><c t='inlineStr'><is><t>Name</t></is></c><c t='inlineStr'><is><t>City</t></is></c><c t='inlineStr'><is><t>Both</t></is></c></row>\
         <row><c t='inlineStr'><is><t>Acme</t></is></c><c t='inlineStr'><is><t>Bern</t></is></c><c t='str'><f>A2</f><v>Acme, Bern</v></c></row>",
    );
    rows.push_str("<row r='3'><c r='C3' t='str'><f>A3</f><v>, </v></c></row><row r='4'><c s='1'/></row><row r='900' s='1'/>");
    let table = found(&book(crate::support::workbook(&rows), "").expect("fit to be read"));
    assert_eq!(table.data_rows, 1);
    assert_eq!(
        skipped(&table),
        [(3, 3, Reason::Formulas), (4, 900, Reason::Blank)]
    );
}

#[test]
fn an_empty_sheet_has_no_table_and_an_error_is_not_swallowed() {
    let empty = book(crate::support::workbook(""), "").expect("fit to be read");
    assert_eq!(
        find_table(&empty, 0, &Headings::Find).expect("readable"),
        None
    );
    let broken = book("a,b\n1,\"2\n", "a.csv").expect("fit to be read");
    let refused = find_table(&broken, 0, &Headings::Find).err();
    assert!(
        matches!(refused, Some(Refused::UnclosedQuote { row: 2 })),
        "{refused:?}"
    );
}
