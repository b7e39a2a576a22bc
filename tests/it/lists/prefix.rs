//! Contacts by the beginning of their e-mail, in the order of e-mails: pages begin at the cursor, not at the prefix.

use crate::support::{World, each_engine};
use serde_json::{Value, json};

const PAGE: &str = "query($prefix: String!, $direction: OrderDirection!, $first: Int, $after: String, $last: Int, $before: String) {
    contacts(filter: { emailPrefix: $prefix }, orderBy: { field: EMAIL, direction: $direction }, first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { email } } totalCount
    } }";

async fn page(world: &World, part: Value) -> (Vec<String>, Vec<String>) {
    let mut variables = json!({ "prefix": "B", "direction": "ASC" });
    for (name, value) in part.as_object().expect("an object") {
        variables[name] = value.clone();
    }
    let data = world.ask(&world.admin, PAGE, variables).await;
    let edges = data["contacts"]["edges"].as_array().expect("edges").clone();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    (
        edges
            .iter()
            .map(|edge| text(&edge["node"]["email"]))
            .collect(),
        edges.iter().map(|edge| text(&edge["cursor"])).collect(),
    )
}

/// T-171: page by page, in both directions and orders, the list is the whole one; a cursor from outside of the prefix is where it is.
#[tokio::test]
async fn pages_behind_a_cursor_hold_what_begins_with_the_prefix_and_nothing_else() {
    each_engine(async |world| {
        for email in ["a@x", "b1@x", "B2@x", "b3@x", "b3@x", "b4@x", "c@x"] {
            world
                .contact_with(json!({ "fullName": "Somebody", "email": email }))
                .await;
        }
        let whole = ["b1@x", "B2@x", "b3@x", "b3@x", "b4@x"];
        for (direction, expected) in [
            ("ASC", whole.to_vec()),
            ("DESC", whole.iter().rev().copied().collect()),
        ] {
            for (size, cursor) in [("first", "after"), ("last", "before")] {
                let mut emails: Vec<String> = Vec::new();
                let mut position = Value::Null;
                loop {
                    let part = json!({ "direction": direction, size: 2, cursor: position });
                    let (mut some, cursors) = page(&world, part).await;
                    if some.is_empty() {
                        break;
                    }
                    if size == "first" {
                        position = json!(cursors.last());
                        emails.append(&mut some);
                    } else {
                        position = json!(cursors.first());
                        some.append(&mut emails);
                        emails = some;
                    }
                }
                assert_eq!(emails, expected, "{direction} {size}");
            }
            for (prefix, ahead) in [("a", direction == "ASC"), ("c", direction == "DESC")] {
                let outside = json!({ "prefix": prefix, "direction": direction, "first": 1 });
                let cursor = page(&world, outside).await.1.pop();
                let part = json!({ "direction": direction, "first": 10, "after": cursor });
                let seen = page(&world, part).await.0;
                let all = if ahead { expected.clone() } else { Vec::new() };
                assert_eq!(seen, all, "{direction} behind {prefix}");
            }
        }
    })
    .await;
}
