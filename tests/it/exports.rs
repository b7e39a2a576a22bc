//! Files that come out of the directory, and the workbooks to fill in for it.

mod command_line;
mod pieces;
mod rights;
mod templates;

use crate::prices::{MARKET, UPSERT};
use crate::support::{Person, World, each_engine};
use axum::body::Body;
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use calamine::{Data, Reader, Xlsx};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sheets::mapping::{Target, bind, propose};
use sheets::table::{Headings, find_table};
use sheets::{Options, read};
use std::collections::BTreeMap;
use std::io::Cursor;
use tower::ServiceExt;

const BULK: &str = "mutation($input: ContactBulkUpsertInput!) { contactBulkUpsert(input: $input) {
    results { action userErrors { code message path } } userErrors { code message path } } }";

/// What a spreadsheet program would take for a formula, or for something else than it is.
const HOSTILE: [&str; 12] = [
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "+1-1",
    "-2+3",
    "@SUM(A1:A9)",
    "'=1+1",
    "''=1",
    "'t Hooft",
    "a,b;c\"d\"",
    "\u{ff1d}1+1",
    "_x0041_",
    "<b>&amp;</b>",
    "007",
];

/// A row as an import reads it: texts by field, without those that are blank.
type Fields = BTreeMap<String, String>;

impl World {
    /// Asks for a file, and leaves it to the caller to read the body.
    pub async fn get(&self, person: &Person, path: &str) -> Response<Body> {
        let mut request = Request::get(path);
        if let Some(token) = &person.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Body::empty()).expect("a request");
        let response = self.router.clone().oneshot(request).await;
        response.expect("an answer")
    }

    /// The whole of an answer.
    pub async fn fetch(&self, person: &Person, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
        let (head, body) = self.get(person, path).await.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        (head.status, head.headers, bytes.to_vec())
    }

    /// A file that must come.
    pub async fn exported(&self, person: &Person, file: &str) -> Vec<u8> {
        let (status, _, bytes) = self.fetch(person, &format!("/export/{file}")).await;
        assert_eq!(
            status,
            StatusCode::OK,
            "{}",
            String::from_utf8_lossy(&bytes)
        );
        bytes
    }

    /// The rows of both files of a kind, which must be the same.
    pub async fn exported_rows(&self, person: &Person, target: Target) -> Vec<Fields> {
        let [csv, xlsx] = ["csv", "xlsx"].map(|ending| format!("{}.{ending}", target.name()));
        let csv = read_back(self.exported(person, &csv).await, target);
        let xlsx = read_back(self.exported(person, &xlsx).await, target);
        assert_eq!(csv, xlsx);
        csv
    }
}

/// What an import that is told nothing finds in a file.
pub fn read_back(bytes: Vec<u8>, target: Target) -> Vec<Fields> {
    let book = read(bytes, "export", &Options::default()).expect("fit to be read");
    let table = find_table(&book, 0, &Headings::Find).expect("readable");
    let table = table.expect("a table");
    let proposal = propose(&table, target);
    assert_eq!((&proposal.left, &proposal.missing), (&vec![], &vec![]));
    let bound = bind(&proposal.mapping, &table).unwrap_or_else(|wrong| panic!("{wrong:?}"));
    let mut rows = Vec::new();
    for row in book.rows(0).expect("rows") {
        let row = row.expect("a row");
        if table.judge(&row).is_some() {
            continue;
        }
        let values = bound.values(&row);
        let mut texts = Fields::new();
        for (field, value) in &values.values {
            assert!(value.is_ok(), "{field}: {value:?}");
            texts.insert((*field).to_owned(), values.text(field).to_owned());
        }
        texts.retain(|_, text| !text.is_empty());
        rows.push(texts);
    }
    rows
}

/// The external ids of rows, in their order.
fn names_of(rows: &[Fields]) -> Vec<String> {
    let names = rows.iter().filter_map(|row| row.get("externalId"));
    names.cloned().collect()
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    let pairs = pairs.iter();
    pairs
        .map(|(field, text)| ((*field).to_owned(), (*text).to_owned()))
        .collect()
}

/// T-168: by its own fields, in words that other systems know; blank where nobody has.
#[tokio::test]
async fn an_export_of_organizations_reads_as_an_import_of_them() {
    each_engine(async |world| {
        let gold = world.group("Gold").await;
        let top = world
            .organization_with(json!({ "name": "Top", "externalId": "0042" }))
            .await;
        let below = json!({ "name": "Below", "externalId": "=1", "parentId": top, "customerGroupId": gold, "description": "two\nlines" });
        let below = world.organization_with(below).await;
        world.organization("Nameless", Some(&below)).await;
        assert_eq!(
            world.exported_rows(&world.admin, Target::Organizations).await,
            [
                fields(&[("externalId", "0042"), ("name", "Top"), ("type", "Organization")]),
                fields(&[
                    ("externalId", "=1"),
                    ("name", "Below"),
                    ("parentExternalId", "0042"),
                    ("type", "Organization"),
                    ("customerGroup", "Gold"),
                    ("description", "two\nlines"),
                ]),
                fields(&[("name", "Nameless"), ("parentExternalId", "=1"), ("type", "Organization")]),
            ]
        );
    })
    .await;
}

/// T-95, T-168, T-210: imported again, it changes nothing, whatever people are called.
#[tokio::test]
async fn contacts_that_were_exported_and_come_in_again_are_unchanged() {
    each_engine(async |world| {
        world.group("Gold").await;
        let acme = json!({ "name": "Acme", "externalId": "acme" });
        world.organization_with(acme).await;
        let mut rows: Vec<Value> = HOSTILE
            .iter()
            .enumerate()
            .map(|(number, text)| json!({ "externalId": format!("{text}{number}"), "firstName": text, "jobTitle": text, "phone": "+49 30 1" }))
            .collect();
        rows.push(json!({ "externalId": "all", "fullName": "Dr. Erika M", "firstName": "Erika", "middleName": "Maria",
            "lastName": "M", "email": "erika@example.com", "birthDate": "1984-03-31", "preferredLanguage": "de",
            "preferredCurrency": "EUR", "acceptsMarketing": true, "organizationExternalId": "acme", "customerGroup": "Gold" }));
        rows.push(json!({ "externalId": "no", "lastName": "No", "acceptsMarketing": false }));
        let made = world.change(&world.admin, BULK, json!({ "rows": rows })).await;
        assert_eq!(made["results"].as_array().map(Vec::len), Some(rows.len()));
        let exported = world.exported_rows(&world.admin, Target::Contacts).await;
        let again: Vec<Value> = exported.iter().map(as_input).collect();
        let again = world.change(&world.admin, BULK, json!({ "rows": again })).await;
        let actions = again["results"].as_array().expect("results").iter();
        assert!(actions.clone().all(|row| row["action"] == "UNCHANGED"), "{again:#}");
        assert_eq!(actions.len(), rows.len());
    })
    .await;
}

/// A row of a file as the input of a call.
fn as_input(row: &Fields) -> Value {
    let fields = row.iter().map(|(field, text)| match field.as_str() {
        "acceptsMarketing" => (field.clone(), json!(text == "true")),
        _ => (field.clone(), json!(text)),
    });
    Value::Object(fields.collect())
}

/// T-131, T-168: every number and moment is exactly what it was.
#[tokio::test]
async fn an_export_of_prices_reads_as_an_import_of_them() {
    each_engine(async |world| {
        let market = json!({ "code": "EU", "name": "Europe", "defaultCurrency": "EUR" });
        world.change(&world.admin, MARKET, market).await;
        let gold = world.group("Gold").await;
        let ada = world.account("ada@example.com", None).await;
        let ada = format!("account:{}", ada.account.expect("an account"));
        let price = async |mut input: Value| {
            input["market"] = json!("EU");
            input["currency"] = json!("EUR");
            world.change(&world.admin, UPSERT, input).await;
        };
        price(json!({ "variantCode": "=A", "source": "EVERYBODY", "amount": "1.234", "validFrom": "2025-01-01T00:00:00Z" })).await;
        price(json!({ "variantCode": "007", "source": "CUSTOMER_GROUP", "customerGroupId": gold, "amount": "999999999999.999999",
            "minQuantity": "0.000000001", "validFrom": "2025-01-01T00:00:00.000001Z", "validUntil": "2026-06-01T12:00:00Z" })).await;
        price(json!({ "variantCode": "B", "source": "ACCOUNT", "accountId": ada, "amount": "0", "minQuantity": "1.5",
            "validFrom": "2025-01-01T00:00:00Z" })).await;
        let base = |code: &str, amount: &str, from: &str| {
            fields(&[("variantCode", code), ("market", "EU"), ("currency", "EUR"), ("amount", amount), ("validFrom", from)])
        };
        let with = |mut row: Fields, more: &[(&str, &str)]| {
            row.extend(fields(more));
            row
        };
        let csv = read_back(world.exported(&world.admin, "prices.csv").await, Target::Prices);
        assert_eq!(csv, [
            // One more decimal, so that it is no number of thousands.
            with(base("=A", "1.2340", "2025-01-01T00:00:00Z"), &[("minQuantity", "0")]),
            with(base("007", "999999999999.999999", "2025-01-01T00:00:00.000001Z"),
                &[("minQuantity", "0.000000001"), ("customerGroup", "Gold"), ("validUntil", "2026-06-01T12:00:00Z")]),
            with(base("B", "0", "2025-01-01T00:00:00Z"), &[("minQuantity", "1.5"), ("account", "ada@example.com")]),
        ]);
        let mut xlsx = read_back(world.exported(&world.admin, "prices.xlsx").await, Target::Prices);
        assert_eq!(xlsx[0].insert("amount".to_owned(), "1.2340".to_owned()).as_deref(), Some("1.234"));
        assert_eq!(xlsx, csv);
    })
    .await;
}

/// T-95, security D8: read by other programs than ours.
#[tokio::test]
async fn no_cell_of_an_export_is_a_formula() {
    each_engine(async |world| {
        for text in HOSTILE {
            let input = json!({ "externalId": text, "firstName": text, "lastName": "x" });
            world.contact_with(input).await;
        }
        let bytes = world.exported(&world.admin, "contacts.csv").await;
        assert!(
            bytes.starts_with("\u{feff}".as_bytes()),
            "Excel needs the mark"
        );
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let mut rows = 0;
        for record in reader.records() {
            let record = record.expect("a record");
            let dangerous = record
                .iter()
                .find(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
            assert_eq!(dangerous, None);
            rows += 1;
        }
        assert_eq!(rows, HOSTILE.len());
        let bytes = world.exported(&world.admin, "contacts.xlsx").await;
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
        let formulas = workbook.worksheet_formula("contacts").expect("a sheet");
        assert!(formulas.used_cells().next().is_none());
        let sheet = workbook.worksheet_range("contacts").expect("a sheet");
        let names: Vec<_> = sheet.rows().skip(1).map(|row| row[2].clone()).collect();
        // What looks like something that CSV has escaped is escaped once more.
        let written = HOSTILE.map(|text| {
            if text.starts_with("'=") || text.starts_with("''") {
                format!("'{text}")
            } else {
                text.to_owned()
            }
        });
        assert_eq!(names, written.map(Data::String));
    })
    .await;
}
