//! What an export holds, and what it leaves behind.

use super::story::{Life, rows, world};
use super::{ERASE, EXPORT};
use crate::contact_notes::note;
use crate::moves::engines;
use crate::sign_in::{PASSWORD, REGISTER};
use crate::support::{Person, World, each_engine, user_errors};
use chrono::TimeDelta;
use guildhall::access::personal::{Nature, tables};
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn export(world: &World, person: &Person, contact: &str) -> Value {
    let payload = world.change(person, EXPORT, json!({ "id": contact })).await;
    payload["export"].clone()
}

fn camel_case(column: &str) -> String {
    let mut words = column.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |all, word| {
        all + &word[..1].to_uppercase() + &word[1..]
    })
}

/// T-212: in the words of the schema.
#[tokio::test]
async fn somebody_who_registered_gets_all_that_is_known_of_them() {
    each_engine(async |world| {
        let input = json!({ "email": "ann@example.com", "firstName": "Ann", "password": PASSWORD, "acceptsMarketing": true });
        let made = world.change(&Person::anonymous(), REGISTER, input).await;
        let ann = Person { token: made["token"].as_str().map(str::to_owned), account: None };
        let contact = made["contact"]["id"].as_str().expect("an id");
        note(&world, contact, "Difficult").await;
        let entries = "SELECT count(*) FROM history_entry";
        let before = world.number(entries).await;
        let all = rows(&world).await;
        let checked = world.change(&ann, EXPORT, json!({ "id": contact, "validateOnly": true })).await;
        assert_eq!(checked["export"], json!(null));
        assert_eq!(rows(&world).await, all);

        let mut told = export(&world, &ann, contact).await;
        assert_eq!(world.number(entries).await, before + 1);
        let entry = rows(&world).await.into_iter().find(|row| row.contains("contactExport")).expect("an entry");
        assert!(!entry.to_lowercase().contains("ann"), "{entry}");
        let (account, note) = (told["account"]["id"].take(), told["notes"][0]["id"].take());
        assert_eq!(account, made["account"]["id"]);
        for part in ["roleAssignments", "history"] {
            for row in told[part].as_array_mut().expect("a list") {
                row["id"].take();
            }
        }
        for entry in told["history"].as_array_mut().expect("a list") {
            for values in ["old", "new"] {
                entry[values].as_object_mut().map(|values| values.remove("id"));
            }
        }
        let at = "2026-01-01T00:00:00.000000Z";
        assert!(note.as_str().is_some_and(|id| id.starts_with("contactNote:")));
        assert_eq!(told["contact"], json!({ "id": contact, "externalId": null, "firstName": "Ann", "middleName": null, "lastName": null,
            "givenFullName": null, "fullName": "Ann", "email": "ann@example.com", "phone": null, "jobTitle": null, "birthDate": null,
            "preferredLanguage": null, "preferredCurrency": null, "registrationSource": "registration", "acceptsMarketing": true,
            "consentUpdatedAt": at, "organizationId": null, "customerGroupId": null, "preferredBillingAddressId": null,
            "preferredShippingAddressId": null, "erasedAt": null, "version": 1, "createdAt": at, "updatedAt": at }));
        assert_eq!(told["account"], json!({ "id": null, "login": "ann@example.com", "email": "ann@example.com", "contactId": contact,
            "approved": true, "awaitsConfirmation": false, "active": true, "lockedUntil": null, "lastSignInAt": at, "comment": null,
            "registrationSource": "REGISTRATION", "version": 1, "createdAt": at, "updatedAt": at }));
        let admin = format!("account:{}", world.admin.account.expect("an account"));
        assert_eq!(told["notes"], json!([{ "id": null, "contactId": contact, "title": "Difficult", "text": null, "authorId": admin,
            "version": 1, "createdAt": at, "updatedAt": at }]));
        assert_eq!(told["roleAssignments"][1], json!({ "id": null, "accountId": account, "roleId": "role:1", "scope": "OWN", "organizationId": null,
            "validFrom": null, "validUntil": null, "createdAt": at }));
        assert_eq!(told["sessions"], json!([{ "createdAt": at, "expiresAt": "2026-01-08T00:00:00.000000Z", "onBehalf": false }]));
        let none = [
            "addresses", "customers", "orders", "orderLines", "customerLinks", "salesReps", "prices", "tokens", "letters", "truncated",
        ];
        assert!(none.iter().all(|part| told[part] == json!([])), "{told:#}");
        assert_eq!(json!([told["signInAttempts"], told["form"], told["exportedAt"]]), json!([null, 1, at]));
        // What is being done right now is not in it yet.
        let mutations: Vec<_> = told["history"].as_array().expect("a list").iter().map(|entry| entry["mutation"].clone()).collect();
        assert_eq!(json!(mutations), json!(["contactNoteCreate", "register", "register", "register", "register"]));
        assert_eq!(told["history"][0], json!({ "id": null, "action": "CREATE", "mutation": "contactNoteCreate", "createdAt": at,
            "byThemselves": false, "old": null, "new": { "contactId": contact, "title": "Difficult", "authorId": admin, "createdAt": at } }));
        let again = export(&world, &world.admin, contact).await;
        assert_eq!(again["history"][0]["mutation"], json!("contactExport"));
        assert_eq!(again["history"][0]["byThemselves"], json!(true));
    })
    .await;
}

/// T-212, T-213: what is erased is what is exported.
#[tokio::test]
async fn an_export_has_every_column_that_the_registry_lets_out_and_no_secret() {
    for engine in engines() {
        let world = world(engine).await;
        world.market("EU").await;
        let acme = world.organization("Acme", None).await;
        let life = Life::live(&world, "zqxmark", &acme).await;
        let told = export(&world, &life.person, &life.contact).await;
        for (part, kind) in [
            ("contact", "contact"),
            ("account", "account"),
            ("addresses", "address"),
            ("notes", "contactNote"),
            ("roleAssignments", "roleAssignment"),
            ("prices", "price"),
        ] {
            let table = tables().find(|table| table.kind == kind).expect("a table");
            let lets_out = table.each_column().filter(|(_, nature)| {
                matches!(
                    nature,
                    Nature::Neutral | Nature::Severed | Nature::Personal(_)
                )
            });
            let expected: BTreeSet<_> = lets_out
                .map(|(column, _)| camel_case(column))
                .filter(|column| column != "rowNumber")
                .collect();
            let row = if told[part].is_array() {
                &told[part][0]
            } else {
                &told[part]
            };
            let row = row.as_object().unwrap_or_else(|| panic!("no {part}"));
            assert_eq!(
                row.keys().cloned().collect::<BTreeSet<_>>(),
                expected,
                "{part}"
            );
        }
        let text = told.to_string();
        // Words of keys that were made up for repeated calls, of letters long gone, and of registrations that became another's.
        let untold: Vec<_> = life
            .words
            .iter()
            .filter(|word| !text.contains(*word))
            .collect();
        assert!(untold.len() <= 9, "{untold:?}");
        assert!(!text.contains("argon2id") && !text.contains("Hash") && !text.contains("null\""));
        assert_eq!(told["letters"].as_array().map(Vec::len), Some(2));
        assert_eq!(told["signInAttempts"]["failures"], json!(1));
        world
            .change(&world.admin, ERASE, json!({ "id": life.contact }))
            .await;
        let left = export(&world, &world.admin, &life.contact)
            .await
            .to_string();
        assert!(!left.contains("zqxmark"), "{left}");
    }
}

/// T-212: it has its bounds, and says where it met them; what it takes does not grow with what there is.
#[tokio::test]
async fn an_export_costs_as_many_statements_for_much_as_for_little_and_says_what_it_left_out() {
    each_engine(async |world| {
        let ann = world.contact("Ann", None).await;
        for title in ["1", "2", "3"] {
            note(&world, &ann, title).await;
        }
        let (few, told) = world.statements_of(export(&world, &world.admin, &ann)).await;
        assert_eq!(json!([told["truncated"], told["notes"].as_array().map(Vec::len)]), json!([[], 3]));
        let (series, fresh) = match world.engine {
            crate::support::Engine::Sqlite => (
                "WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 1000)",
                "randomblob(16)",
            ),
            crate::support::Engine::Postgres => ("WITH numbers (i) AS (SELECT generate_series(1, 1000))", "gen_random_uuid()"),
        };
        let fill = format!(
            "{series} INSERT INTO contact_note (id, contact_id, title, version, created_at, updated_at)
             SELECT {fresh}, contact.id, 'more', 1, contact.created_at, contact.created_at FROM numbers, contact"
        );
        world.sql(&fill).await;
        world.clock.advance(TimeDelta::seconds(1));
        let (many, told) = world.statements_of(export(&world, &world.admin, &ann)).await;
        assert_eq!(json!([told["truncated"], told["notes"].as_array().map(Vec::len)]), json!([["notes"], 1000]));
        assert_eq!(few, many);
        let unknown = world.attempt(&world.admin, EXPORT, json!({ "id": "contact:01900000-0000-7000-8000-00000000ffff" })).await;
        assert_eq!(user_errors(&unknown), ["NOT_FOUND at id"]);
    })
    .await;
}
