//! Files of many pages: made while they are sent, and broken off where they cannot go on.

use super::{BULK, names_of};
use crate::support::{Engine, Person, World, each_engine};
use axum::http::StatusCode;
use entity::role_assignment::Scope;
use guildhall::access::Permission::{ContactList, ContactView};
use http_body_util::BodyExt;
use serde_json::json;
use sheets::mapping::Target;
use std::time::Duration;

/// More than two pages.
const MANY: usize = 2_100;

async fn many_contacts(world: &World, many: usize) {
    for from in (0..many).step_by(500) {
        let numbers = from..(from + 500).min(many);
        let rows: Vec<_> = numbers
            .map(|number| json!({ "externalId": format!("{number:05}"), "fullName": format!("=Contact {number}") }))
            .collect();
        world
            .change(&world.admin, BULK, json!({ "rows": rows }))
            .await;
    }
}

fn all() -> Vec<String> {
    (0..MANY).map(|number| format!("{number:05}")).collect()
}

/// T-168.
#[tokio::test]
async fn every_row_is_in_a_file_of_many_pages_once_for_whoever_sees_all_and_for_whoever_sees_a_part()
 {
    each_engine(async |world| {
        many_contacts(&world, MANY).await;
        let rows = world.exported_rows(&world.admin, Target::Contacts).await;
        assert_eq!(names_of(&rows), all());
        let top = world.organization("Top", None).await;
        let other = world.organization("Other", None).await;
        let id = |organization: &str| {
            let id = organization.trim_start_matches("organization:");
            match world.engine {
                Engine::Sqlite => format!("X'{}'", id.replace('-', "")),
                Engine::Postgres => format!("'{id}'"),
            }
        };
        let moved = format!(
            "UPDATE contact SET organization_id = {} WHERE external_id < '01500'; UPDATE contact SET organization_id = {} WHERE external_id >= '01500'",
            id(&top), id(&other));
        world.sql(&moved).await;
        let held = [ContactList, ContactView];
        let holder = world.holder("part", &held, Scope::Subtree, Some(&top)).await;
        let rows = world.exported_rows(&holder, Target::Contacts).await;
        assert_eq!(names_of(&rows), all()[..1_500]);
    })
    .await;
}

/// What comes of the rest of a body.
async fn rest(body: axum::body::Body) -> Result<usize, String> {
    let body = body.collect().await.map_err(|fault| fault.to_string())?;
    Ok(body.to_bytes().len())
}

/// Begins a file, and reads its first piece.
async fn begun(world: &World, person: &Person) -> axum::body::Body {
    let mut body = world.get(person, "/export/contacts.csv").await.into_body();
    let piece = body.frame().await.expect("a piece").expect("no fault");
    assert!(piece.data_ref().is_some_and(|data| !data.is_empty()));
    body
}

/// T-168, T-193: whoever may not go on does not get the rest, and the client sees that the file is not whole.
#[tokio::test]
async fn a_file_is_broken_off_where_its_viewer_may_not_go_on() {
    let world = World::on(Engine::Sqlite).await;
    // More than is made ahead of whoever reads.
    many_contacts(&world, 3 * MANY).await;
    let held = [ContactList, ContactView];
    let holder = world.holder("holder", &held, Scope::Global, None).await;
    let body = begun(&world, &holder).await;
    assert!(rest(body).await.is_ok(), "one that goes on");
    for taken in [
        "DELETE FROM role_assignment WHERE scope = 'GLOBAL' AND role_id > 3",
        "DELETE FROM session",
    ] {
        let holder = match taken {
            "DELETE FROM session" => &world.admin,
            _ => &holder,
        };
        let body = begun(&world, holder).await;
        world.sql(taken).await;
        let broken = rest(body).await.expect_err("a file that is not whole");
        assert!(broken.contains("broke off"), "{broken}");
    }
}

/// T-168: of one account one, and of all so many; what nobody takes is given up.
#[tokio::test]
async fn an_account_has_one_export_at_a_time_until_it_was_taken_or_let_go() {
    let world = World::with(Engine::Sqlite, |settings| {
        settings.limits.exports = 2;
        settings.limits.export_stall_ms = 300;
    });
    let world = world.await;
    many_contacts(&world, MANY).await;
    let held = [ContactList, ContactView];
    let holder = async |login: &str| world.holder(login, &held, Scope::Global, None).await;
    let (one, two, three) = (holder("1").await, holder("2").await, holder("3").await);
    let status = async |person: &Person| world.get(person, "/export/contacts.csv").await.status();
    let first = world.get(&one, "/export/contacts.csv").await;
    assert_eq!(status(&one).await, StatusCode::TOO_MANY_REQUESTS);
    let second = world.get(&two, "/export/contacts.csv").await;
    assert_eq!(status(&three).await, StatusCode::SERVICE_UNAVAILABLE);
    // Whoever hangs up makes place at once.
    drop(first);
    until(async || world.get(&three, "/export/contacts.csv").await.status() == StatusCode::OK)
        .await;
    // Whoever takes nothing loses their place, and is told that the file is not whole.
    until(async || status(&two).await == StatusCode::OK).await;
    assert!(rest(second.into_body()).await.is_err());
}

async fn until(holds: impl AsyncFn() -> bool) {
    for _ in 0..200 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it never came to be");
}

/// The number of statements depends on the pages, and on nothing else.
#[tokio::test]
async fn a_page_takes_as_many_statements_whatever_is_in_it() {
    each_engine(async |world| {
        let organization = world.organization_with(json!({ "name": "A", "externalId": "a" })).await;
        let input = |number: usize| json!({ "externalId": number.to_string(), "fullName": "x", "organizationId": organization });
        for number in 0..3 {
            world.contact_with(input(number)).await;
        }
        let (few, _) = world.statements_of(world.exported(&world.admin, "contacts.csv")).await;
        for number in 3..40 {
            world.contact_with(input(number)).await;
        }
        let (many, _) = world.statements_of(world.exported(&world.admin, "contacts.csv")).await;
        assert_eq!(few, many);
    })
    .await;
}
