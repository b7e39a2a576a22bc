//! Workbooks to be filled in.

use crate::support::{Engine, Person, World, code};
use axum::http::StatusCode;
use serde_json::Value;
use sheets::mapping::{Target, fields, propose};
use sheets::table::{Headings, find_table};
use sheets::{Options, read};

/// T-169: for whoever asks, and fit to be imported as it is.
#[tokio::test]
async fn a_template_maps_to_its_import_by_itself_and_holds_no_rows() {
    let world = World::on(Engine::Sqlite).await;
    for target in Target::ALL {
        let path = format!("/templates/{}.xlsx", target.name());
        let (status, headers, bytes) = world.fetch(&Person::anonymous(), &path).await;
        assert_eq!(status, StatusCode::OK);
        let named = format!("attachment; filename=\"{}-template.xlsx\"", target.name());
        assert_eq!(headers["content-disposition"], named.as_str());
        let book = read(bytes, "template.xlsx", &Options::default()).expect("fit to be read");
        let table = find_table(&book, 0, &Headings::Find).expect("readable");
        let table = table.expect("a table");
        let proposal = propose(&table, target);
        assert_eq!((proposal.left.len(), proposal.missing.len()), (0, 0));
        assert_eq!(proposal.mapping.fields.len(), fields(target).len());
        assert_eq!(table.data_rows, 0, "nothing would be imported");
        let explained = book.rows(1).expect("explanations").count();
        assert!(explained > fields(target).len());
    }
    for path in [
        "/templates/people.xlsx",
        "/templates/contacts.csv",
        "/templates/contacts",
    ] {
        let (status, _, bytes) = world.fetch(&world.admin, path).await;
        let body: Value = serde_json::from_slice(&bytes).expect("JSON");
        assert_eq!((status, code(&body)), (StatusCode::NOT_FOUND, "NOT_FOUND"));
    }
}
