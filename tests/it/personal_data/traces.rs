//! Erasing somebody leaves no word of theirs anywhere, and nothing of others is touched.

use super::ERASE;
use super::story::{BIRTH, Life, rows, world};
use crate::credentials_hygiene::Lines;
use crate::moves::engines;
use crate::support::{Engine, World, code};
use guildhall::access::personal::{Nature, tables};
use sea_orm::{FromQueryResult, JsonValue, Statement};
use serde_json::{Value, json};
use tracing_subscriber::filter::LevelFilter;

const MARK: &str = "zqxmark";
const TWIN: &str = "kvwtwinn";

/// Rows in which one of `words` stands, whatever the case.
fn with<'r>(rows: &'r [String], word: &str) -> Vec<&'r String> {
    let found = rows.iter().filter(|row| row.to_lowercase().contains(word));
    found.collect()
}

/// T-34, T-213: what was written anywhere in a whole life, in tables, search indexes, files and the log.
#[tokio::test]
async fn no_word_of_an_erased_person_is_left_and_their_twin_is_untouched() {
    let lines = Lines::default();
    let writer = lines.clone();
    let log = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone());
    // With a single subscriber, what other threads log first would be taken for what nobody listens to.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
    let _logging = tracing::subscriber::set_default(log.finish());
    for engine in engines() {
        let world = world(engine).await;
        world.market("EU").await;
        let acme = world.organization("Acme", None).await;
        let twin = Life::live(&world, TWIN, &acme).await;
        let life = Life::live(&world, MARK, &acme).await;
        let before = rows(&world).await;
        for word in life.words.iter().chain(&twin.words) {
            assert!(!with(&before, word).is_empty(), "{word} was never written");
        }
        assert!(life.words.len() > 75, "{}", life.words.len());

        let input = json!({ "id": life.contact, "validateOnly": true });
        world.change(&world.admin, ERASE, input).await;
        assert_eq!(rows(&world).await, before);

        let erased = world
            .change(
                &world.admin,
                ERASE,
                json!({ "id": life.contact, "idempotencyKey": "k" }),
            )
            .await;
        assert_eq!(
            erased["contact"]["erasedAt"],
            json!("2026-01-01T00:00:00.000000Z")
        );
        let after = rows(&world).await;
        assert_eq!(with(&after, MARK), Vec::<&String>::new());
        assert_eq!(with(&after, TWIN), with(&before, TWIN));
        // Both were born on one day.
        assert_eq!(with(&after, BIRTH).len() * 2, with(&before, BIRTH).len());
        // The hashes of the logins that were tried with a wrong password: two each.
        assert_eq!(with(&before, "sign_in_budget: ").len(), 4);
        assert_eq!(with(&after, "sign_in_budget: ").len(), 2);
        the_history_keeps_that_something_happened(&before, &after, &life);
        assert_eq!(
            code(
                &world
                    .send(&life.person, "{ viewer { onBehalf } }", json!({}))
                    .await
            ),
            "UNAUTHENTICATED"
        );
        nothing_is_found(&world).await;
        if engine == Engine::Sqlite {
            let trigrams = "SELECT (SELECT count(*) FROM contact_search_data WHERE instr(block, CAST('zqx' AS blob)) > 0)
                + (SELECT count(*) FROM account_search_data WHERE instr(block, CAST('zqx' AS blob)) > 0)";
            assert!(world.number(trigrams).await > 0);
            world.system.tidy_up().await.expect("a tidy database");
            assert_eq!(world.number(trigrams).await, 0);
            assert_eq!(
                world
                    .number("SELECT count(*) FROM setting WHERE name LIKE '%merged'")
                    .await,
                0
            );
            nothing_is_found(&world).await;
            let file = world.url.strip_prefix("sqlite:").expect("a file");
            for file in [file.to_owned(), format!("{file}-wal")] {
                let bytes = std::fs::read(&file).unwrap_or_default();
                let text = String::from_utf8_lossy(&bytes).to_lowercase();
                assert!(!text.contains(MARK), "{file}");
                assert!(file.ends_with("-wal") || text.contains(TWIN));
            }
        }
    }
    let logged = String::from_utf8_lossy(&lines.0.lock().expect("lines")).to_lowercase();
    assert!(logged.contains("request"), "nothing was logged");
    assert!(!logged.contains(MARK) && !logged.contains(TWIN));
}

/// Who did what to which row, and when: all but what it said.
fn the_history_keeps_that_something_happened(before: &[String], after: &[String], life: &Life) {
    let facts = |rows: &[String]| {
        let entries = rows
            .iter()
            .filter_map(|row| row.strip_prefix("history_entry: "));
        let entries = entries.map(|entry| -> Value {
            let row: Value = serde_json::from_str(entry).expect("a row");
            row["row"]
                .as_str()
                .map_or(row.clone(), |row| serde_json::from_str(row).expect("JSON"))
        });
        let mut facts: Vec<_> = entries
            .map(|entry| {
                said_only_what_stays(&entry, life);
                let names = [
                    "id",
                    "entity",
                    "entity_id",
                    "action",
                    "mutation",
                    "actor_id",
                    "request_id",
                    "created_at",
                ];
                (
                    entry["mutation"] == json!("contactErase"),
                    names.map(|name| entry[name].to_string()).join(" "),
                )
            })
            .collect();
        facts.sort();
        facts
    };
    let (before, after) = (facts(before), facts(after));
    let (by_the_erasure, kept): (Vec<_>, Vec<_>) =
        after.into_iter().partition(|(erasing, _)| *erasing);
    assert_eq!(kept, before);
    let of = |kind: &str| {
        by_the_erasure
            .iter()
            .filter(|(_, fact)| fact.contains(&format!("\"{kind}\" ")))
            .count()
    };
    let counts = [
        "contact",
        "address",
        "contactNote",
        "account",
        "roleAssignment",
        "price",
    ]
    .map(of);
    assert_eq!(counts, [1, 1, 1, 1, 3, 1], "{by_the_erasure:?}");
}

/// What stands in the history of a kind is known to the registry, and never a column that is said to be left out.
fn said_only_what_stays(entry: &Value, life: &Life) {
    let kind = entry["entity"].as_str().expect("a kind");
    let table = tables().find(|table| table.kind == kind).expect("a table");
    for values in ["old_values", "new_values"] {
        let values = match &entry[values] {
            Value::String(text) => serde_json::from_str(text).expect("JSON"),
            other => other.clone(),
        };
        for (column, value) in values.as_object().into_iter().flatten() {
            let nature = table.nature(column);
            assert!(
                matches!(
                    nature,
                    Some(Nature::Neutral | Nature::Severed | Nature::Personal(_))
                ),
                "{kind}.{column}"
            );
            let id = format!("{kind}:{}", entry["entity_id"].as_str().expect("an id"));
            let erased = entry["mutation"] == json!("contactErase") && id == life.contact;
            let is_personal = matches!(nature, Some(Nature::Personal(_)));
            assert!(
                !(erased && is_personal) || value.is_null() || value == "(erased)",
                "{column}: {value}"
            );
        }
    }
}

/// T-174: by search, by filters, by external id.
async fn nothing_is_found(world: &World) {
    let query = "query($word: String!) {
        contacts(first: 9, filter: { search: $word }) { totalCount } accounts(first: 9, filter: { search: $word }) { totalCount }
        byEmail: contacts(first: 9, filter: { emailPrefix: $word }) { totalCount } }";
    let found = world
        .ask(&world.admin, query, json!({ "word": MARK }))
        .await;
    assert_eq!(
        found,
        json!({ "contacts": { "totalCount": 0 }, "accounts": { "totalCount": 0 }, "byEmail": { "totalCount": 0 } })
    );
    let found = world
        .ask(&world.admin, query, json!({ "word": TWIN }))
        .await;
    assert_eq!(found["contacts"]["totalCount"], json!(1));
}

/// T-213: what others were promised of a login or an address is theirs.
#[tokio::test]
async fn a_letter_and_a_count_of_wrong_passwords_stay_where_somebody_else_has_the_login_by_now() {
    for engine in engines() {
        let world = world(engine).await;
        let account = "mutation($input: AccountCreateInput!) { accountCreate(input: $input) { account { id } userErrors { code path } } }";
        let update = "mutation($input: AccountUpdateInput!) { accountUpdate(input: $input) { account { id } userErrors { code path } } }";
        let (ann, bea) = (
            world.contact("Ann", None).await,
            world.contact("Bea", None).await,
        );
        let shared = "shared@example.com";
        let made = world
            .change(
                &world.admin,
                account,
                json!({ "contactId": ann, "login": shared, "email": shared }),
            )
            .await;
        world
            .change(
                &world.admin,
                update,
                json!({ "id": made["account"]["id"], "login": "ann" }),
            )
            .await;
        world
            .change(
                &world.admin,
                account,
                json!({ "contactId": bea, "login": shared, "email": shared }),
            )
            .await;
        let reset = "mutation($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) { userErrors { code } } }";
        let stranger = crate::support::Person::anonymous();
        world
            .change(&stranger, reset, json!({ "login": shared }))
            .await;
        world
            .attempt(
                &stranger,
                crate::sign_in::SIGN_IN,
                json!({ "login": shared, "password": "wrong one" }),
            )
            .await;
        world
            .attempt(
                &stranger,
                crate::sign_in::SIGN_IN,
                json!({ "login": "ann", "password": "wrong one" }),
            )
            .await;
        world
            .change(&world.admin, ERASE, json!({ "id": ann }))
            .await;
        assert_eq!(
            world
                .number("SELECT count(*) FROM mail WHERE login_key IS NOT NULL")
                .await,
            1
        );
        assert_eq!(world.number("SELECT count(*) FROM sign_in_budget").await, 1);
        assert_eq!(world.letters().await.len(), 1);
    }
}

/// T-213: a note keeps saying that somebody wrote it.
#[tokio::test]
async fn what_an_erased_person_noted_on_others_stays_without_their_login() {
    for engine in engines() {
        let world = world(engine).await;
        world.market("EU").await;
        let acme = world.organization("Acme", None).await;
        let life = Life::live(&world, MARK, &acme).await;
        let notes =
            "SELECT title, author_login FROM contact_note WHERE title LIKE 'by %' ORDER BY title";
        let read = async || {
            let raw = sea_orm::Database::connect(&world.url)
                .await
                .expect("a connection");
            let statement = Statement::from_string(raw.get_database_backend(), notes);
            let rows = JsonValue::find_by_statement(statement)
                .all(&raw)
                .await
                .expect("rows");
            raw.close().await.expect("an end");
            json!(rows)
        };
        let before = read().await;
        assert!(
            before[1]["author_login"]
                .as_str()
                .expect("a login")
                .contains(MARK)
        );
        world
            .change(&world.admin, ERASE, json!({ "id": life.contact }))
            .await;
        assert_eq!(
            read().await,
            json!([{ "title": "by somebody else", "author_login": "administrator" },
            { "title": "by the person", "author_login": null }])
        );
    }
}
