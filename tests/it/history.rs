//! The history: what every write leaves behind, read past the product, which does not show it yet.

use crate::support::build::{ASSIGN, CONTACT_CREATE, GROUP_CREATE, contact_id};
use crate::support::{World, each_engine};
use axum::body::Body;
use axum::http::Request;
use sea_orm::{FromQueryResult, JsonValue, Statement};
use serde_json::{Value, json};

const CONTACT_UPDATE: &str = "mutation($input: ContactUpdateInput!) { contactUpdate(input: $input) { contact { version } userErrors { code path } } }";
const CONTACT_DELETE: &str = "mutation($input: ContactDeleteInput!) { contactDelete(input: $input) { deletedId userErrors { code path } } }";
const GROUP_DELETE: &str = "mutation($input: CustomerGroupDeleteInput!) { customerGroupDelete(input: $input) { deletedId userErrors { code } } }";
const GROUP_UPDATE: &str = "mutation($input: CustomerGroupUpdateInput!) { customerGroupUpdate(input: $input) { customerGroup { version } userErrors { code } } }";
const ADDRESS_CREATE: &str = "mutation($input: AddressCreateInput!) { addressCreate(input: $input) { address { id } userErrors { code path } } }";

/// Every entry, the oldest first.
async fn entries(world: &World) -> Vec<Value> {
    let raw = sea_orm::Database::connect(&world.url)
        .await
        .expect("a connection");
    let sql = "SELECT entity, entity_id, action, old_values, new_values, mutation, request_id FROM history_entry ORDER BY id";
    let statement = Statement::from_string(raw.get_database_backend(), sql);
    let rows = JsonValue::find_by_statement(statement)
        .all(&raw)
        .await
        .expect("rows");
    raw.close().await.expect("an end");
    rows.into_iter().map(parsed).collect()
}

/// SQLite keeps JSON as text.
fn parsed(mut row: Value) -> Value {
    for column in ["old_values", "new_values"] {
        if let Some(text) = row[column].as_str() {
            row[column] = serde_json::from_str(text).expect("JSON");
        }
    }
    row
}

/// Action, entity and mutation of those written since the first `seen`.
fn in_short(entries: &[Value]) -> Vec<String> {
    let mut lines: Vec<_> = entries
        .iter()
        .map(|entry| {
            format!(
                "{} {} by {}",
                entry["action"], entry["entity"], entry["mutation"]
            )
            .replace('"', "")
        })
        .collect();
    lines.sort();
    lines
}

/// Created with all values that it has, changed with those that differ, deleted with those it had.
#[tokio::test]
async fn a_contacts_life_is_written_down_value_by_value() {
    each_engine(async |world| {
        let created = json!({ "firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com", "externalId": "C-1", "birthDate": "1815-12-10" });
        let contact = world.contact_with(created).await;
        let id = contact.strip_prefix("contact:").expect("an id");
        world.change(&world.admin, CONTACT_UPDATE, json!({ "id": contact, "lastName": "Byron", "phone": "1", "email": null })).await;
        world.change(&world.admin, ASSIGN, json!({ "contactId": contact, "customerGroupId": "customerGroup:1" })).await;
        world.change(&world.admin, CONTACT_DELETE, json!({ "id": contact })).await;
        let mut found = entries(&world).await;
        for entry in &mut found {
            assert_eq!(entry["entity_id"], id);
            entry.as_object_mut().expect("an entry").remove("request_id");
            entry.as_object_mut().expect("an entry").remove("entity_id");
            for values in ["old_values", "new_values"] {
                if let Some(values) = entry[values].as_object_mut() {
                    values.remove("id").inspect(|shown| assert_eq!(shown, id));
                }
            }
        }
        insta::allow_duplicates! { insta::assert_json_snapshot!(found, @r#"
        [
          {
            "action": "CREATE",
            "entity": "contact",
            "mutation": "contactCreate",
            "new_values": {
              "accepts_marketing": false,
              "birth_date": "1815-12-10",
              "created_at": "2026-01-01T00:00:00Z",
              "email": "ada@example.com",
              "external_id": "C-1",
              "first_name": "Ada",
              "full_name": "Ada Lovelace",
              "last_name": "Lovelace"
            },
            "old_values": null
          },
          {
            "action": "UPDATE",
            "entity": "contact",
            "mutation": "contactUpdate",
            "new_values": {
              "email": null,
              "full_name": "Ada Byron",
              "last_name": "Byron",
              "phone": "1"
            },
            "old_values": {
              "email": "ada@example.com",
              "full_name": "Ada Lovelace",
              "last_name": "Lovelace",
              "phone": null
            }
          },
          {
            "action": "UPDATE",
            "entity": "contact",
            "mutation": "customerGroupAssign",
            "new_values": {
              "customer_group_id": 1
            },
            "old_values": {
              "customer_group_id": null
            }
          },
          {
            "action": "DELETE",
            "entity": "contact",
            "mutation": "contactDelete",
            "new_values": null,
            "old_values": {
              "accepts_marketing": false,
              "birth_date": "1815-12-10",
              "created_at": "2026-01-01T00:00:00Z",
              "customer_group_id": 1,
              "external_id": "C-1",
              "first_name": "Ada",
              "full_name": "Ada Byron",
              "last_name": "Byron",
              "phone": "1"
            }
          }
        ]
        "#) }
    })
    .await;
}

/// Who did it, and in which request.
#[tokio::test]
async fn an_entry_names_the_account_and_the_request() {
    each_engine(async |world| {
        let body = json!({ "query": CONTACT_CREATE, "variables": { "input": { "fullName": "Somebody" } } });
        let request = Request::post("/graphql")
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", world.admin.token.as_deref().expect("a token")))
            .header("x-request-id", "import-42")
            .body(Body::from(body.to_string()));
        let (_, answer) = world.raw(request.expect("a request")).await;
        assert_eq!(answer["data"]["contactCreate"]["userErrors"], json!([]), "{answer}");
        assert_eq!(entries(&world).await[0]["request_id"], "import-42");
        let by_admin = "SELECT count(*) FROM history_entry h JOIN account a ON a.id = h.actor_id WHERE a.login = 'administrator'
            AND h.on_behalf_of_id IS NULL AND h.created_at = '2026-01-01T00:00:00+00:00'";
        assert_eq!(world.number(by_admin).await, 1);
    })
    .await;
}

/// T-18: each row that a replacement changes has its own entry, all under one mutation and one request.
#[tokio::test]
async fn every_row_that_a_write_changes_has_one_entry() {
    each_engine(async |world| {
        let gold = world.group("Gold").await;
        let acme = world
            .organization_with(json!({ "name": "Acme", "customerGroupId": gold }))
            .await;
        for name in ["A", "B"] {
            world
                .contact_with(
                    json!({ "fullName": name, "organizationId": acme, "customerGroupId": gold }),
                )
                .await;
        }
        let before = entries(&world).await.len();
        world
            .change(
                &world.admin,
                GROUP_DELETE,
                json!({ "id": gold, "replaceWithId": "customerGroup:1" }),
            )
            .await;
        let found = entries(&world).await;
        let found = &found[before..];
        insta::allow_duplicates! { insta::assert_json_snapshot!(in_short(found), @r#"
        [
          "DELETE customerGroup by customerGroupDelete",
          "UPDATE contact by customerGroupDelete",
          "UPDATE contact by customerGroupDelete",
          "UPDATE organization by customerGroupDelete"
        ]
        "#) }
        for entry in found {
            assert_eq!(entry["request_id"], found[0]["request_id"]);
            if entry["action"] == "UPDATE" {
                assert_eq!(
                    (&entry["old_values"], &entry["new_values"]),
                    (
                        &json!({ "customer_group_id": 4 }),
                        &json!({ "customer_group_id": 1 })
                    )
                );
            }
        }
    })
    .await;
}

/// A row that one write changes twice on the way has one entry, from what it was to what it became.
#[tokio::test]
async fn a_row_that_one_write_touches_twice_has_one_entry() {
    each_engine(async |world| {
        let contact = world.contact("Somebody", None).await;
        let address = world
            .change(
                &world.admin,
                ADDRESS_CREATE,
                json!({ "contactId": contact, "kinds": ["BILLING"], "city": "Ulm" }),
            )
            .await;
        let preferred =
            json!({ "id": contact, "preferredBillingAddressId": address["address"]["id"] });
        world.change(&world.admin, CONTACT_UPDATE, preferred).await;
        let before = entries(&world).await.len();
        world
            .change(&world.admin, CONTACT_DELETE, json!({ "id": contact }))
            .await;
        let found = entries(&world).await;
        assert_eq!(
            in_short(&found[before..]),
            [
                "DELETE address by contactDelete",
                "DELETE contact by contactDelete"
            ]
        );
        let of_contact = found[before..]
            .iter()
            .find(|entry| entry["entity"] == "contact")
            .expect("the contact's");
        let id = address["address"]["id"]
            .as_str()
            .and_then(|id| id.strip_prefix("address:"))
            .expect("an id");
        assert_eq!(
            of_contact["old_values"]["preferred_billing_address_id"], id,
            "what it was before the write"
        );
        assert_eq!(of_contact["new_values"], Value::Null);
    })
    .await;
}

/// T-114.
#[tokio::test]
async fn nothing_is_written_down_for_what_changed_nothing_was_refused_or_only_validated() {
    each_engine(async |world| {
        let contact = world.contact("Somebody", None).await;
        let before = entries(&world).await;
        world
            .change(
                &world.admin,
                CONTACT_UPDATE,
                json!({ "id": contact, "fullName": "Somebody", "phone": null }),
            )
            .await;
        world
            .change(
                &world.admin,
                CONTACT_UPDATE,
                json!({ "id": contact, "fullName": "Other", "validateOnly": true }),
            )
            .await;
        world
            .change(
                &world.admin,
                GROUP_CREATE,
                json!({ "name": "Gold", "validateOnly": true }),
            )
            .await;
        world
            .change(
                &world.admin,
                CONTACT_DELETE,
                json!({ "id": contact, "validateOnly": true }),
            )
            .await;
        for (query, input) in [
            (CONTACT_UPDATE, json!({ "id": contact, "fullName": null })),
            (
                CONTACT_UPDATE,
                json!({ "id": contact, "fullName": "Other", "expectedVersion": 7 }),
            ),
            (GROUP_CREATE, json!({ "name": "customer" })),
            (GROUP_DELETE, json!({ "id": "customerGroup:99" })),
        ] {
            let payload = world.attempt(&world.admin, query, input).await;
            assert_ne!(payload["userErrors"], json!([]));
        }
        assert_eq!(entries(&world).await, before);
    })
    .await;
}

/// T-20.
#[tokio::test]
async fn the_history_keeps_the_name_of_then() {
    each_engine(async |world| {
        let gold = world.group("Gold").await;
        world
            .change(
                &world.admin,
                GROUP_UPDATE,
                json!({ "id": gold, "name": "Platinum" }),
            )
            .await;
        let last = entries(&world).await.pop().expect("an entry");
        assert_eq!(
            (&last["old_values"], &last["new_values"]),
            (&json!({ "name": "Gold" }), &json!({ "name": "Platinum" }))
        );
    })
    .await;
}

/// Neither what is derived for searching and sorting nor what must not be known.
#[tokio::test]
async fn no_entry_holds_a_derived_key_or_a_password_hash() {
    each_engine(async |world| {
        let acme = world.organization_with(json!({ "name": "Acme", "externalId": "O-1", "description": "first" })).await;
        let contact = world.contact_with(json!({ "firstName": "A", "lastName": "B", "email": "a@b", "externalId": "C-1", "organizationId": acme })).await;
        let account = world.account("somebody", Some(contact_id(&contact))).await;
        assert!(account.account.is_some());
        world.sql("UPDATE account SET password_hash = 'secret'").await;
        world.change(&world.admin, CONTACT_UPDATE, json!({ "id": contact, "lastName": "C", "email": "c@d", "externalId": "C-2" })).await;
        world.group("Gold").await;
        let written = entries(&world).await;
        assert_eq!(written.len(), 4);
        for entry in written {
            for values in ["old_values", "new_values"] {
                for column in entry[values].as_object().into_iter().flat_map(|values| values.keys()) {
                    assert!(!column.ends_with("_key") && !column.contains("password"), "{column} in {entry:#}");
                }
            }
        }
    })
    .await;
}
