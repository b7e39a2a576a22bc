//! Workbooks: what cells mean, which rows there are, and what is told about them.

use crate::support::{book, part, parts, rows, shown, workbook, zip};
use calamine::{Data, Reader};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use sheets::{DateSystem, Detected, Kind, Macros, Note, Options, Visibility, read};

fn written(fill: impl FnOnce(&mut Workbook)) -> sheets::Book {
    let mut workbook = Workbook::new();
    fill(&mut workbook);
    book(workbook.save_to_buffer().expect("a workbook"), "a.xlsx").expect("fit to be read")
}

/// T-160: row numbers are those of the spreadsheet program, blank rows and hidden ones included.
#[test]
fn rows_have_the_numbers_that_a_spreadsheet_program_shows() {
    let book = written(|workbook| {
        let sheet = workbook.add_worksheet();
        sheet.set_name("List ").expect("a name");
        for (row, text) in [(0, "a"), (4, "b"), (5, "c"), (9, "")] {
            sheet.write_string(row, 1, text).expect("a cell");
        }
        sheet.set_row_hidden(5).expect("hidden");
        sheet.set_column_hidden(3).expect("hidden");
        sheet
            .merge_range(11, 0, 12, 2, "over all", &Format::new())
            .expect("merged");
    });
    assert_eq!(book.sheets()[0].name, "List");
    let mut all = book.rows(0).expect("rows");
    let got: Vec<_> = all.by_ref().map(|row| row.expect("a row")).collect();
    assert_eq!(
        shown(&got),
        ["1: B=a", "5: B=b", "6: B=c", "12: A=over all"]
    );
    assert_eq!(
        got.iter().map(|row| row.hidden).collect::<Vec<_>>(),
        [false, false, true, false]
    );
    assert!(all.layout().hidden(3) && !all.layout().hidden(2));
    assert_eq!(all.layout().merged, [(12, 0, 13, 2).into()]);
    assert_eq!(all.layout().last_row, 13);
}

#[test]
fn cells_are_text_exactly_as_meant() {
    let book = written(|workbook| {
        let sheet = workbook.add_worksheet();
        let date = Format::new().set_num_format("dd.mm.yyyy");
        let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm");
        let zeros = Format::new().set_num_format("000000");
        let day = ExcelDateTime::from_ymd(2001, 6, 8).expect("a day");
        let noon = day.clone().and_hms(12, 30, 0).expect("a time");
        sheet.write(0, 0, 12.0).expect("a cell");
        sheet.write(0, 1, 0.1 + 0.2).expect("a cell");
        sheet.write(0, 2, 49_176_012_345_678.0).expect("a cell");
        sheet.write_with_format(0, 3, &day, &date).expect("a cell");
        sheet
            .write_with_format(0, 4, &noon, &moment)
            .expect("a cell");
        sheet.write_with_format(0, 5, 42, &zeros).expect("a cell");
        sheet.write(0, 6, true).expect("a cell");
        sheet
            .write(0, 7, Formula::new("A1*2").set_result("24"))
            .expect("a cell");
        sheet
            .write(0, 8, Formula::new("NA()").set_result("#N/A"))
            .expect("a cell");
        let rich = [
            (&Format::new().set_bold(), "Ac"),
            (&Format::new(), "me & Söhne\n"),
        ];
        sheet.write_rich_string(0, 9, &rich).expect("a cell");
        sheet
            .write_url_with_text(0, 10, "https://example.com", "our site")
            .expect("a cell");
        sheet.write(0, 11, "007").expect("a cell");
    });
    let rows = rows(&book, 0).expect("rows");
    let got: Vec<_> = rows[0]
        .cells()
        .map(|(_, cell)| (cell.kind, cell.text.as_str()))
        .collect();
    assert_eq!(
        got,
        [
            (Kind::Number, "12"),
            (Kind::Number, "0.3"),
            (Kind::Number, "49176012345678"),
            (Kind::Date, "2001-06-08"),
            (Kind::Date, "2001-06-08T12:30:00"),
            (Kind::Number, "000042"),
            (Kind::Boolean, "true"),
            (Kind::Number, "24"),
            (Kind::Error, "#N/A"),
            (Kind::Text, "Acme & Söhne\n"),
            (Kind::Text, "our site"),
            (Kind::Text, "007"),
        ]
    );
    assert!(rows[0].cell(7).is_some_and(|cell| cell.formula));
}

#[test]
fn a_formula_without_a_remembered_value_is_a_cell_of_its_own_kind() {
    let bytes = workbook(
        "<row r='2'><c r='A2'><f>A1</f></c><c r='B2'><f>A1</f><v></v></c><c r='C2' t='str'><f>A1</f><v></v></c></row>",
    );
    let rows = rows(&book(bytes, "").expect("a book"), 0).expect("rows");
    let kinds: Vec<_> = rows[0]
        .cells()
        .map(|(column, cell)| (column, cell.kind))
        .collect();
    assert_eq!(kinds, [(0, Kind::Uncomputed), (1, Kind::Uncomputed)]);
}

#[test]
fn places_may_be_left_out_and_prefixes_may_be_used() {
    let bytes = workbook(
        "<row><c t='inlineStr'><is><t>a</t></is></c><c/><c><v>3</v></c></row>\
         <x:row><x:c t='inlineStr'><x:is><x:r><x:t>b &amp;</x:t></x:r><x:rPh><x:t>no</x:t></x:rPh><x:r><x:t xml:space='preserve'> c&#10;</x:t></x:r></x:is></x:c></x:row>",
    );
    let rows = rows(&book(bytes, "").expect("a book"), 0).expect("rows");
    assert_eq!(shown(&rows), ["1: A=a | C=3", "2: A=b & c\n"]);
}

#[test]
fn hidden_sheets_and_the_date_system_are_told() {
    let mut all = parts("<sheetData><row><c s='1'><v>35430</v></c></row></sheetData>");
    all[1] = part(
        "xl/workbook.xml",
        "<workbook><workbookPr date1904='1'/><sheets><sheet name='A' r:id='s'/><sheet name='B' state='hidden' r:id='s'/>\
         <sheet name='C' state='veryHidden' r:id='s'/><sheet name='no sheet' r:id='other'/></sheets></workbook>",
    );
    all.push(part(
        "xl/styles.xml",
        "<styleSheet><cellStyleXfs><xf numFmtId='0'/></cellStyleXfs><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></styleSheet>",
    ));
    let book = book(zip(&all), "").expect("a book");
    let states: Vec<_> = book.sheets().iter().map(|sheet| sheet.visibility).collect();
    assert_eq!(
        states,
        [
            Visibility::Visible,
            Visibility::Hidden,
            Visibility::VeryHidden
        ]
    );
    assert_eq!(book.date_system(), DateSystem::From1904);
    assert_eq!(shown(&rows(&book, 2).expect("rows")), ["1: A=2001-01-01"]);
}

#[test]
fn macros_are_refused_or_ignored_and_links_are_told() {
    let mut all = parts("<sheetData/>");
    all.push(part("xl/vbaProject.bin", "x"));
    all[2].content = String::from_utf8(all[2].content.clone())
        .expect("text")
        .replace(
            "</Relationships>",
            "<Relationship Id='l' Type='x/externalLink' Target='e.xml'/></Relationships>",
        )
        .into_bytes();
    let bytes = zip(&all);
    let refused = book(bytes.clone(), "")
        .err()
        .map(|refused| refused.to_string());
    assert_eq!(
        refused.as_deref(),
        Some("the workbook holds macros: save it as .xlsx, which has none")
    );
    let options = Options {
        macros: Macros::Ignore,
        ..Options::default()
    };
    let book = read(bytes, "list.csv", &options).expect("a book");
    let Detected::Workbook { notes, .. } = book.detected() else {
        panic!("not a workbook");
    };
    let otherwise = Note::NameSaysOtherwise {
        name: "list.csv".to_owned(),
    };
    assert_eq!(notes, &[Note::Macros, Note::ExternalLinks, otherwise]);
}

/// What calamine reads from the real workbooks is what is read here, cell by cell.
#[test]
fn real_workbooks_hold_what_another_reader_finds() {
    let Some(folder) = crate::support::data() else {
        return;
    };
    let mut compared = 0;
    for name in [
        "crm-list",
        "crm-list-1904",
        "erp-export",
        "bulk-3-tabs",
        "real-bc-vendor-import",
    ] {
        let path = folder.join(format!("spreadsheets/{name}.xlsx"));
        let book = read(path.as_path(), name, &Options::default()).expect("a book");
        let mut other: calamine::Xlsx<_> = calamine::open_workbook(&path).expect("a workbook");
        for (at, name) in other.sheet_names().into_iter().enumerate() {
            assert_eq!(book.sheets()[at].name, name.trim());
            let range = other.worksheet_range(&name).expect("a range");
            let (first_row, first_column) = range.start().expect("not empty");
            let mut theirs = Vec::new();
            for (row, column, cell) in range.used_cells() {
                let text = match cell {
                    Data::String(text) if text.is_empty() => continue,
                    Data::DateTime(moment) => format!("{}", moment.as_f64()),
                    Data::Bool(yes) => yes.to_string(),
                    Data::Error(wrong) => wrong.to_string(),
                    other => other.to_string(),
                };
                theirs.push((row as u64 + u64::from(first_row) + 1, column, text));
            }
            let mut ours = Vec::new();
            for row in rows(&book, at).expect("rows") {
                for (column, cell) in row
                    .cells()
                    .filter(|(_, cell)| cell.kind != Kind::Uncomputed)
                {
                    let column = (column - first_column) as usize;
                    let text = match cell.kind {
                        Kind::Date => serial(&cell.text, book.date_system()),
                        Kind::Number => cell.text.trim_start_matches('0').to_owned(),
                        _ => cell.text.clone(),
                    };
                    ours.push((row.number, column, text));
                }
            }
            compared += ours.len();
            assert_eq!(ours, theirs, "{name}");
        }
    }
    assert!(compared > 5_000, "{compared}");
}

fn serial(day: &str, system: DateSystem) -> String {
    let from = match system {
        DateSystem::From1900 => 1..60_000,
        DateSystem::From1904 => 0..60_000,
    };
    let found = from
        .into_iter()
        .find(|serial| system.day(*serial).as_deref() == Some(day));
    found.expect("a day").to_string()
}
