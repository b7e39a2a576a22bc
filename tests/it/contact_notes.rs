//! Notes that the staff keeps on contacts: written, found, changed, and for whom they are.

use crate::sign_in::customer;
use crate::support::build::contact_id;
use crate::support::{Person, World, code, each_engine, user_errors};
use chrono::TimeDelta;
use entity::role_assignment::Scope;
use guildhall::access::Permission::{self, ContactNoteEdit, ContactNoteView, ContactView};
use serde_json::{Value, json};

pub const NOTE_CREATE: &str = "mutation($input: ContactNoteCreateInput!) { contactNoteCreate(input: $input) {
    contactNote { id title text authorLogin version contact { fullName } author { login } createdAt updatedAt } userErrors { code message path } } }";
pub const NOTE_UPDATE: &str =
    "mutation($input: ContactNoteUpdateInput!) { contactNoteUpdate(input: $input) {
    contactNote { title text authorLogin version } userErrors { code message path } } }";
pub const NOTE_DELETE: &str =
    "mutation($input: ContactNoteDeleteInput!) { contactNoteDelete(input: $input) {
    deletedId userErrors { code message path } } }";
const NOTES: &str = "query($id: ID!, $first: Int, $after: String, $last: Int) { contact(id: $id) {
    notes(first: $first, after: $after, last: $last) { totalCount nodes { title } pageInfo { endCursor hasNextPage } } } }";

/// A new note on `contact` by the administrator.
pub async fn note(world: &World, contact: &str, title: &str) -> String {
    let input = json!({ "contactId": contact, "title": title });
    let made = world.change(&world.admin, NOTE_CREATE, input).await;
    made["contactNote"]["id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

async fn titles(world: &World, person: &Person, contact: &str) -> Value {
    let variables = json!({ "id": contact, "first": 9 });
    let page = &world.ask(person, NOTES, variables).await["contact"]["notes"];
    let nodes = page["nodes"].as_array().expect("nodes");
    assert_eq!(page["totalCount"], json!(nodes.len()));
    nodes.iter().map(|note| note["title"].clone()).collect()
}

/// T-211.
#[tokio::test]
async fn a_note_has_an_author_and_keeps_what_was_written_until_that_is_changed() {
    each_engine(async |world| {
        let ann = world.contact("Ann", None).await;
        let input = json!({ "contactId": ann, "title": " Called ", "text": "Two\nlines", "idempotencyKey": "k" });
        let made = world.change(&world.admin, NOTE_CREATE, input.clone()).await;
        let made = &made["contactNote"];
        assert_eq!(made, &json!({ "id": made["id"], "title": "Called", "text": "Two\nlines", "authorLogin": "administrator", "version": 1,
            "contact": { "fullName": "Ann" }, "author": { "login": "administrator" },
            "createdAt": "2026-01-01T00:00:00.000000Z", "updatedAt": "2026-01-01T00:00:00.000000Z" }));
        let again = world.change(&world.admin, NOTE_CREATE, input).await;
        assert_eq!(&again["contactNote"], made);

        let input = json!({ "id": made["id"], "title": "Rang", "expectedVersion": 1 });
        let changed = world.change(&world.admin, NOTE_UPDATE, input.clone()).await;
        assert_eq!(changed["contactNote"], json!({ "title": "Rang", "text": "Two\nlines", "authorLogin": "administrator", "version": 2 }));
        assert_eq!(user_errors(&world.attempt(&world.admin, NOTE_UPDATE, input).await), ["STALE at expectedVersion"]);
        let cleared = json!({ "id": made["id"], "text": null });
        assert_eq!(world.change(&world.admin, NOTE_UPDATE, cleared).await["contactNote"]["text"], json!(null));

        let input = json!({ "id": made["id"], "validateOnly": true });
        world.change(&world.admin, NOTE_DELETE, input).await;
        let gone = world.change(&world.admin, NOTE_DELETE, json!({ "id": made["id"] })).await;
        assert_eq!(gone["deletedId"], made["id"]);
        assert_eq!(titles(&world, &world.admin, &ann).await, json!([]));
        let again = world.attempt(&world.admin, NOTE_DELETE, json!({ "id": made["id"] })).await;
        assert_eq!(user_errors(&again), ["NOT_FOUND at id"]);
    })
    .await;
}

/// T-140, T-175.
#[tokio::test]
async fn a_note_without_a_title_or_beyond_its_lengths_is_refused() {
    each_engine(async |world| {
        let ann = world.contact("Ann", None).await;
        let absent = "contact:01900000-0000-7000-8000-00000000ffff";
        let kept = note(&world, &ann, "Kept").await;
        for (given, refused) in [
            (json!({ "title": " " }), "REQUIRED at title"),
            (json!({ "title": "x".repeat(256) }), "TOO_LONG at title"),
            (json!({ "title": "a\nb" }), "INVALID at title"),
            (
                json!({ "title": "a", "text": "x".repeat(10_001) }),
                "TOO_LONG at text",
            ),
            (json!({ "title": "a", "text": "\u{7}" }), "INVALID at text"),
        ] {
            let mut input = given.clone();
            input["contactId"] = json!(ann);
            assert_eq!(
                user_errors(&world.attempt(&world.admin, NOTE_CREATE, input).await),
                [refused]
            );
            let mut input = given;
            input["id"] = json!(kept);
            assert_eq!(
                user_errors(&world.attempt(&world.admin, NOTE_UPDATE, input).await),
                [refused]
            );
        }
        let nowhere = json!({ "contactId": absent, "title": "a" });
        assert_eq!(
            user_errors(&world.attempt(&world.admin, NOTE_CREATE, nowhere).await),
            ["NOT_FOUND at contactId"]
        );
        let cleared = json!({ "id": kept, "title": null });
        assert_eq!(
            user_errors(&world.attempt(&world.admin, NOTE_UPDATE, cleared).await),
            ["REQUIRED at title"]
        );
        assert_eq!(titles(&world, &world.admin, &ann).await, json!(["Kept"]));
        let garbled = world
            .send(&world.admin, NOTES, json!({ "id": ann, "first": 101 }))
            .await;
        assert_eq!(code(&garbled), "BAD_REQUEST");
    })
    .await;
}

#[tokio::test]
async fn notes_are_listed_newest_first_and_page_by_page() {
    each_engine(async |world| {
        let ann = world.contact("Ann", None).await;
        for title in ["1", "2", "3", "4", "5"] {
            note(&world, &ann, title).await;
            // Two of them at the same instant.
            let apart = if title == "2" { 0 } else { 1 };
            world.clock.advance(TimeDelta::seconds(apart));
        }
        let other = world.contact("Bea", None).await;
        note(&world, &other, "of Bea").await;
        let (mut after, mut all) = (Value::Null, Vec::new());
        loop {
            let page = world
                .ask(
                    &world.admin,
                    NOTES,
                    json!({ "id": ann, "first": 2, "after": after }),
                )
                .await;
            let page = &page["contact"]["notes"];
            assert_eq!(page["totalCount"], json!(5));
            all.extend(
                page["nodes"]
                    .as_array()
                    .expect("nodes")
                    .iter()
                    .map(|note| note["title"].clone()),
            );
            if page["pageInfo"]["hasNextPage"] == json!(false) {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
        assert_eq!(json!(all), json!(["5", "4", "3", "2", "1"]));
        let last = world
            .ask(&world.admin, NOTES, json!({ "id": ann, "last": 2 }))
            .await;
        assert_eq!(
            last["contact"]["notes"]["nodes"],
            json!([{ "title": "2" }, { "title": "1" }])
        );
        let both = world
            .send(
                &world.admin,
                NOTES,
                json!({ "id": ann, "first": 1, "last": 1 }),
            )
            .await;
        assert_eq!(code(&both), "BAD_REQUEST");
    })
    .await;
}

/// T-38, T-211: where the right reaches, of contacts that one may see, and nowhere else.
#[tokio::test]
async fn notes_are_for_those_who_hold_the_permission_where_the_contact_is() {
    each_engine(async |world| {
        let top = world.organization("Top", None).await;
        let part = world.organization("Part", Some(&top)).await;
        let far = world.organization("Far", None).await;
        let person = async |name: &str, at: Option<&str>| {
            let contact = world.contact(name, at).await;
            let made = note(&world, &contact, &format!("on {name}")).await;
            (contact, made)
        };
        let (near, far, free) = (
            person("Near", Some(&part)).await,
            person("Far", Some(&far)).await,
            person("Free", None).await,
        );
        let (reading, writing) = (
            [ContactView, ContactNoteView],
            [ContactView, ContactNoteView, ContactNoteEdit],
        );
        let holder = async |name: &str, held: &[Permission], scope, at: Option<&str>| {
            world.holder(name, held, scope, at).await
        };
        let reader = holder("reader", &reading, Scope::Subtree, Some(&top)).await;
        let writer = holder("writer", &writing, Scope::Node, Some(&part)).await;
        let blind = holder(
            "blind",
            &[ContactNoteView, ContactNoteEdit],
            Scope::Global,
            None,
        )
        .await;
        let looker = holder("looker", &[ContactView], Scope::Global, None).await;
        let elsewhere = holder("elsewhere", &reading, Scope::Node, Some(&top)).await;

        for (person, sees, edits) in [
            (
                &reader,
                [true, false, false],
                ["FORBIDDEN at id", "NOT_FOUND at id", "NOT_FOUND at id"],
            ),
            (
                &writer,
                [true, false, false],
                ["", "NOT_FOUND at id", "NOT_FOUND at id"],
            ),
            (&blind, [false; 3], ["NOT_FOUND at id"; 3]),
            (&looker, [false; 3], ["NOT_FOUND at id"; 3]),
            (&elsewhere, [false; 3], ["NOT_FOUND at id"; 3]),
            (&world.admin, [true; 3], [""; 3]),
        ] {
            for (((contact, made), sees), edit) in
                [&near, &far, &free].into_iter().zip(sees).zip(edits)
            {
                let node = world
                    .ask(
                        person,
                        "query($id: ID!) { node(id: $id) { id } }",
                        json!({ "id": made }),
                    )
                    .await;
                assert_eq!(node["node"].is_object(), sees);
                let shown = world
                    .ask(person, NOTES, json!({ "id": contact, "first": 9 }))
                    .await;
                let count = shown["contact"]["notes"]["totalCount"].as_i64();
                assert_eq!(count.unwrap_or_default() == 1, sees);
                let refused: Vec<_> = [edit].into_iter().filter(|edit| !edit.is_empty()).collect();
                for mutation in [NOTE_UPDATE, NOTE_DELETE] {
                    let input = json!({ "id": made, "validateOnly": true });
                    assert_eq!(
                        user_errors(&world.attempt(person, mutation, input).await),
                        refused
                    );
                }
            }
        }
        for (person, contact, refused) in [
            (&reader, &near.0, "FORBIDDEN at contactId"),
            (&looker, &free.0, "FORBIDDEN at contactId"),
            (&blind, &near.0, "NOT_FOUND at contactId"),
            (&writer, &far.0, "NOT_FOUND at contactId"),
        ] {
            let input = json!({ "contactId": contact, "title": "x" });
            assert_eq!(
                user_errors(&world.attempt(person, NOTE_CREATE, input).await),
                [refused]
            );
        }
        world
            .change(
                &writer,
                NOTE_CREATE,
                json!({ "contactId": near.0, "title": "by the writer" }),
            )
            .await;
    })
    .await;
}

/// T-211: notes are the staff's, until somebody gives the right on purpose.
#[tokio::test]
async fn whom_a_note_is_about_does_not_see_it_without_the_permission() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let ann = world.contact("Ann", Some(&acme)).await;
        let made = note(&world, &ann, "Difficult").await;
        let account = world.account("ann", Some(contact_id(&ann))).await;
        let own = json!({ "id": ann, "first": 9 });
        let shown = world.ask(&account, NOTES, own).await;
        assert_eq!(shown["contact"]["notes"], json!({ "totalCount": 0, "nodes": [], "pageInfo": { "endCursor": null, "hasNextPage": false } }));
        let node = world.ask(&account, "query($id: ID!) { node(id: $id) { id } }", json!({ "id": made })).await;
        assert_eq!(node, json!({ "node": null }));
        let stranger = customer(&world, "bea@example.com").await;
        let shown = world.ask(&stranger, "{ viewer { contact { notes(first: 1) { totalCount } } } }", json!({})).await;
        assert_eq!(shown["viewer"]["contact"]["notes"]["totalCount"], json!(0));
        let role = world.system.create_role("own notes", &[ContactNoteView]).await.expect("a role");
        world.assign(&account, role, Scope::Own, None).await;
        assert_eq!(titles(&world, &account, &ann).await, json!(["Difficult"]));
    })
    .await;
}

/// T-69, T-211: accounts come and go, and what they wrote stays.
#[tokio::test]
async fn a_note_outlives_its_author_and_goes_with_its_contact() {
    each_engine(async |world| {
        let ann = world.contact("Ann", None).await;
        let clerk = world.holder("clerk", &[ContactView, ContactNoteView, ContactNoteEdit], Scope::Global, None).await;
        let made = world.change(&clerk, NOTE_CREATE, json!({ "contactId": ann, "title": "x" })).await;
        let delete = "mutation($input: AccountDeleteInput!) { accountDelete(input: $input) { deletedId userErrors { code path } } }";
        let account = format!("account:{}", clerk.account.expect("an account"));
        world.change(&world.admin, delete, json!({ "id": account })).await;
        let query = "query($id: ID!) { node(id: $id) { ... on ContactNote { authorLogin author { login } } } }";
        let left = world.ask(&world.admin, query, json!({ "id": made["contactNote"]["id"] })).await;
        assert_eq!(left["node"], json!({ "authorLogin": "clerk", "author": null }));
        let delete = "mutation($input: ContactDeleteInput!) { contactDelete(input: $input) { deletedId userErrors { code path } } }";
        world.change(&world.admin, delete, json!({ "id": ann })).await;
        assert_eq!(world.number("SELECT count(*) FROM contact_note").await, 0);
        let kept = "SELECT count(*) FROM history_entry WHERE entity = 'contactNote' AND action = 'DELETE'";
        assert_eq!(world.number(kept).await, 1);
    })
    .await;
}

/// No answer runs a statement per row.
#[tokio::test]
async fn notes_cost_as_many_statements_for_many_contacts_as_for_few() {
    each_engine(async |world| {
        let query = "{ contacts(first: 50) { nodes { notes(first: 2) { totalCount nodes { title author { login } contact { fullName } } } } } }";
        let mut costs = Vec::new();
        for width in [3, 20] {
            for number in 0..width {
                let contact = world.contact(&format!("Ann {number}"), None).await;
                for title in ["1", "2", "3"] {
                    note(&world, &contact, title).await;
                }
            }
            let (cost, data) = world.statements_of(world.ask(&world.admin, query, json!({}))).await;
            assert_eq!(data["contacts"]["nodes"][0]["notes"]["totalCount"], json!(3));
            costs.push(cost);
        }
        // The session, contacts, notes, their number, authors and contacts.
        assert_eq!(costs, [6, 6]);
    })
    .await;
}
