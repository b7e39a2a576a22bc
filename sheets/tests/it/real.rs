//! The real files: what is found in them is what an independent count found.

use crate::support::data;
use serde_json::Value as Json;
use sheets::clean::{Fault, Value};
use sheets::mapping::{Proposal, Target, bind, propose};
use sheets::table::{Headings, Reason, Table, find_table};
use sheets::{Book, Detected, Kind, Options, Visibility, read};
use std::collections::BTreeMap;
use std::path::Path;

pub struct Real {
    pub book: Book,
    pub facts: Json,
}

pub fn open(folder: &Path, name: &str) -> Real {
    let text = std::fs::read_to_string(folder.join("facts.json")).expect("the facts");
    let facts: Json = serde_json::from_str(&text).expect("JSON");
    let path = folder.join("spreadsheets").join(name);
    Real {
        book: read(path, name, &Options::default()).expect("fit to be read"),
        facts: facts["spreadsheets"][name].clone(),
    }
}

pub fn table(book: &Book, sheet: usize) -> Table {
    find_table(book, sheet, &Headings::Find)
        .expect("readable")
        .expect("a table")
}

/// `field <- heading` for what is proposed, then what is left.
pub fn shown(table: &Table, proposal: &Proposal) -> Vec<String> {
    let name = |column: &u32| {
        let heading = table
            .columns
            .iter()
            .find(|heading| heading.column == *column);
        heading
            .map_or("?", |heading| heading.name.as_str())
            .to_owned()
    };
    let proposed = proposal.proposed.iter().map(|one| {
        let columns: Vec<_> = one.columns.iter().map(name).collect();
        format!("{} <- {}", one.field, columns.join(" + "))
    });
    let left = proposal
        .left
        .iter()
        .map(|left| format!("left: {}", left.heading));
    proposed.chain(left).collect()
}

/// The e-mail rules of facts.json, over what cleaning gives.
pub fn emails(real: &Real, table: &Table, field: &str, target: Target) -> BTreeMap<String, u64> {
    let mapping = propose(table, target).mapping;
    let bound = bind(&mapping, table).expect("a mapping that fits");
    let mut counted = BTreeMap::new();
    let mut seen = Vec::new();
    for row in table.rows(&real.book).expect("rows") {
        let values = bound.values(&row.expect("a row"));
        let outcome = match values.get(field) {
            Some(Ok(Value::Text(address))) if seen.contains(&address.to_lowercase()) => {
                "email_duplicate"
            }
            Some(Ok(Value::Text(address))) => {
                seen.push(address.to_lowercase());
                "accepted"
            }
            Some(Err(Fault::SeveralEmails)) => "email_multiple",
            Some(Err(_)) => "email_invalid",
            _ => "email_missing",
        };
        *counted.entry(outcome.to_owned()).or_insert(0) += 1;
    }
    counted
}

pub fn counts(json: &Json) -> BTreeMap<String, u64> {
    serde_json::from_value(json.clone()).expect("counts")
}

#[test]
fn a_list_with_titles_gaps_and_sums_is_a_table() {
    let Some(folder) = data() else { return };
    for name in ["crm-list.xlsx", "crm-list-1904.xlsx"] {
        let real = open(&folder, name);
        let table = table(&real.book, 0);
        assert_eq!(
            table.header_rows,
            [real.facts["header_row"].as_u64().expect("a row")],
            "{}",
            table.why
        );
        assert_eq!(Some(table.data_rows), real.facts["data_rows"].as_u64());
        assert_eq!(
            Some(table.skipped_for(Reason::Total)),
            real.facts["skipped"]["total"].as_u64()
        );
        // Rows that say what is below them are blank ones in the facts.
        let blank = table.skipped_for(Reason::Blank) + table.skipped_for(Reason::Section);
        assert_eq!(Some(blank), real.facts["skipped"]["blank"].as_u64());
        assert_eq!(real.book.sheets()[0].name, "Customers");
        assert_eq!(real.book.sheets()[1].visibility, Visibility::Hidden);
        assert_eq!(table.hidden_rows, 1);
        let hidden: Vec<_> = table
            .columns
            .iter()
            .filter(|column| column.hidden)
            .map(|column| &column.name)
            .collect();
        assert_eq!(hidden, ["Full address (do not edit)"]);
        assert_eq!(
            emails(&real, &table, "email", Target::Contacts),
            counts(&real.facts["emails"])
        );
        let number = table.column("Customer no.").expect("a column");
        assert_eq!(
            Some(number.profile.numbers),
            real.facts["customer_no_as_number"].as_u64()
        );
        assert_eq!(
            Some(table.column("Phone").expect("a column").profile.numbers),
            real.facts["phone_as_number"].as_u64()
        );
        assert_eq!(
            Some(
                table
                    .column("ZIP/ Postal code")
                    .expect("a column")
                    .profile
                    .numbers
            ),
            real.facts["zip_as_number"].as_u64()
        );
        assert_eq!(
            Some(
                table
                    .columns
                    .iter()
                    .map(|column| column.profile.errors)
                    .sum()
            ),
            real.facts["formula_error_cells"].as_u64()
        );
    }
}

/// Every form in which the list writes a day, read with the date system of its workbook.
#[test]
fn days_of_a_list_are_read_in_all_their_forms() {
    let Some(folder) = data() else { return };
    for name in ["crm-list.xlsx", "crm-list-1904.xlsx"] {
        let real = open(&folder, name);
        let table = table(&real.book, 0);
        let since = table.column("Customer since").expect("a column");
        let column = since.profile.observed.decide(&sheets::clean::Column {
            date_system: real.book.date_system(),
            ..Default::default()
        });
        let (mut days, mut none, mut empty) = (Vec::new(), 0, 0);
        for row in table.rows(&real.book).expect("rows") {
            let row = row.expect("a row");
            let Some(cell) = row.cell(since.column) else {
                empty += 1;
                continue;
            };
            match sheets::clean::clean(cell, sheets::clean::Want::Date, &column, None) {
                Ok(cleaned) => days.push(cleaned.text().to_owned()),
                Err(Fault::NoSuchDay) => none += 1,
                Err(fault) => panic!("{}: {fault}", row.number),
            }
        }
        assert_eq!(
            Some(none),
            real.facts["customer_since"]["no such day"].as_u64()
        );
        assert_eq!(Some(empty), real.facts["customer_since"]["empty"].as_u64());
        assert_eq!(
            days.get(..7).expect("days"),
            [
                "2001-01-01",
                "2002-06-08",
                "2003-11-15",
                "2004-04-22",
                "2005-09-01",
                "2006-02-08",
                "2007-07-15"
            ]
        );
    }
}

#[test]
fn a_german_list_in_windows_1252_is_read_and_mapped() {
    let Some(folder) = data() else { return };
    let real = open(&folder, "kunden-cp1252.csv");
    let Detected::Text {
        encoding,
        delimiter,
        ..
    } = *real.book.detected()
    else {
        panic!("not a text");
    };
    assert_eq!((encoding.name(), delimiter), ("windows-1252", ';'));
    let table = table(&real.book, 0);
    assert_eq!(Some(table.data_rows), real.facts["data_rows"].as_u64());
    assert_eq!(
        Some(table.header_rows[0]),
        real.facts["header_row"].as_u64()
    );
    assert_eq!(table.skipped_for(Reason::Total), 1);
    assert_eq!(
        emails(&real, &table, "email", Target::Customers),
        counts(&real.facts["emails"])
    );
    assert_eq!(
        shown(&table, &propose(&table, Target::Organizations)),
        [
            "externalId <- Kundennummer",
            "name <- Firma",
            "parentName <- Übergeordnet",
            "customerGroup <- Preisgruppe",
            "left: Straße",
            "left: PLZ",
            "left: Ort",
            "left: Land",
            "left: E-Mail",
            "left: Telefon",
            "left: Umsatz Vorjahr (€)",
            "left: Kunde seit",
        ]
    );
    let sales = table.column("Umsatz Vorjahr (€)").expect("a column");
    let column = sales
        .profile
        .observed
        .decide(&sheets::clean::Column::default());
    let mut cents = 0;
    for row in table.rows(&real.book).expect("rows") {
        let row = row.expect("a row");
        let cell = row.cell(sales.column).expect("a cell");
        let amount = sheets::clean::clean(cell, sheets::clean::Want::Decimal, &column, None)
            .expect("an amount");
        cents += amount
            .text()
            .replace('.', "")
            .parse::<u64>()
            .expect("digits");
    }
    assert_eq!(Some(cents), real.facts["sum_of_column_11_cents"].as_u64());
}

/// All other files: read without a fault, with the rows that the crate csv finds, and the headings in row 1.
#[test]
fn every_csv_has_the_rows_that_another_reader_finds() {
    let Some(folder) = data() else { return };
    let mut waiting = vec![folder];
    let mut files = 0;
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(
                std::fs::read_dir(&path)
                    .expect("a folder")
                    .map(|entry| entry.expect("an entry").path()),
            );
            continue;
        }
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default()
            .to_owned();
        let csv = Path::new(&name)
            .extension()
            .is_some_and(|ending| ending == "csv");
        if !csv || name.starts_with("kunden") {
            continue;
        }
        files += 1;
        let book = read(path.as_path(), &name, &Options::default()).expect("fit to be read");
        let table = table(&book, 0);
        assert_eq!(table.header_rows, [1], "{name}: {}", table.why);
        let theirs = csv::Reader::from_path(&path)
            .expect("readable")
            .records()
            .count() as u64;
        let blank = table.skipped_for(Reason::Blank);
        assert_eq!(
            table.data_rows
                + table
                    .skipped
                    .iter()
                    .map(|it| it.last - it.first + 1)
                    .sum::<u64>()
                - blank,
            theirs,
            "{name}: {:?}",
            table.skipped
        );
        assert_eq!(table.skipped, [], "{name}");
        for heading in &table.columns {
            assert_eq!(heading.profile.numbers, 0);
        }
        let rows = table.rows(&book).expect("rows");
        assert!(
            rows.filter_map(Result::ok)
                .all(|row| row.cells().all(|(_, cell)| cell.kind == Kind::Text))
        );
    }
    assert!(files > 30, "{files}");
}
