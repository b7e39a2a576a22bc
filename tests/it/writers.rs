//! Many writers at once: on SQLite they share commits, and nobody notices.

mod killed;
mod load;

use crate::support::build::CONTACT_CREATE;
use crate::support::{Engine, World, each_engine, user_errors};
use futures_util::future::join_all;
use sea_orm::{ConnectOptions, ConnectionTrait};
use serde_json::{Value, json};
use std::time::Duration;

const WRITERS: usize = 48;
const CONTACT_UPDATE: &str =
    "mutation($input: ContactUpdateInput!) { contactUpdate(input: $input) {
    contact { version phone } userErrors { code message path } } }";

/// Sends all of them at once, and answers their payloads and the number of commits. On SQLite another process holds the database meanwhile,
/// so that all but the first wait in line.
async fn together(world: &World, changes: Vec<(&str, Value)>) -> (Vec<Value>, u64) {
    let before = world.db.commits();
    let sent = changes
        .into_iter()
        .map(|(query, input)| world.attempt(&world.admin, query, input));
    let held = async {
        if world.engine == Engine::Sqlite {
            let mut one = ConnectOptions::new(&world.url);
            one.max_connections(1);
            let other = sea_orm::Database::connect(one).await.expect("a connection");
            let run = async |sql: &str| other.execute_unprepared(sql).await.expect("a lock");
            run("BEGIN IMMEDIATE").await;
            tokio::time::sleep(Duration::from_millis(300)).await;
            run("ROLLBACK").await;
            other.close().await.expect("an end");
        }
    };
    let ((), payloads) = tokio::join!(held, join_all(sent));
    (payloads, world.db.commits() - before)
}

fn outcomes(payloads: &[Value]) -> Vec<String> {
    let mut outcomes: Vec<_> = payloads
        .iter()
        .map(|payload| user_errors(payload).concat())
        .collect();
    outcomes.sort();
    outcomes.dedup();
    outcomes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_that_wait_share_commits_and_each_has_its_effect() {
    each_engine(async |world| {
        let create = |number| (CONTACT_CREATE, json!({ "fullName": format!("C{number}") }));
        let (payloads, commits) = together(&world, (0..WRITERS).map(create).collect()).await;
        assert_eq!(outcomes(&payloads), [""]);
        let made = "SELECT count(*) FROM contact WHERE full_name LIKE 'C%'";
        assert_eq!(world.number(made).await, WRITERS as i64);
        match world.engine {
            Engine::Sqlite => assert!(commits <= WRITERS as u64 / 2, "{commits} commits"),
            Engine::Postgres => assert_eq!(commits, WRITERS as u64),
        }
    })
    .await;
}

/// T-141, T-177: what is refused, and what is validated only, changes nothing and takes nothing from its neighbours.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_and_validated_writes_among_others_change_nothing() {
    each_engine(async |world| {
        let taken = world.contact_with(json!({ "fullName": "Holder", "externalId": "X" })).await;
        let change = |number: usize| match number % 4 {
            0 => (CONTACT_CREATE, json!({ "fullName": format!("C{number}"), "externalId": number.to_string() })),
            1 => (CONTACT_CREATE, json!({ "fullName": format!("C{number}"), "externalId": "X" })),
            2 => (CONTACT_CREATE, json!({ "fullName": format!("C{number}"), "externalId": (number + 2).to_string(), "validateOnly": true })),
            _ => (CONTACT_UPDATE, json!({ "id": taken, "phone": number.to_string(), "validateOnly": true })),
        };
        let (payloads, _) = together(&world, (0..WRITERS).map(change).collect()).await;
        for (number, payload) in payloads.iter().enumerate() {
            let errors = user_errors(payload);
            match number % 4 {
                0 => assert_eq!(payload["contact"]["version"], 1, "{payload}"),
                1 => assert_eq!(errors, ["TAKEN at externalId"]),
                // Beside the one that it would collide with it may come before or after it.
                2 => assert!(errors.concat().is_empty() || errors == ["TAKEN at externalId"], "{errors:?}"),
                _ => assert_eq!(payload["contact"], json!({ "version": 2, "phone": number.to_string() })),
            }
        }
        let accepted = (WRITERS / 4) as i64;
        assert_eq!(world.number("SELECT count(*) FROM contact WHERE full_name LIKE 'C%'").await, accepted);
        assert_eq!(world.number("SELECT count(*) FROM contact WHERE version = 1 AND phone IS NULL").await, accepted + 1);
        assert_eq!(world.number("SELECT count(*) FROM history_entry WHERE entity = 'contact'").await, accepted + 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_waiting_changes_from_one_version_one_wins() {
    each_engine(async |world| {
        let contact = world.contact("Somebody", None).await;
        let change = |number: usize| {
            let input = json!({ "id": contact, "phone": number.to_string(), "expectedVersion": 1 });
            (CONTACT_UPDATE, input)
        };
        let (payloads, _) = together(&world, (0..WRITERS).map(change).collect()).await;
        assert_eq!(outcomes(&payloads), ["", "STALE at expectedVersion"]);
        let won: Vec<_> = payloads
            .iter()
            .filter(|payload| payload["userErrors"] == json!([]))
            .collect();
        assert_eq!(won.len(), 1);
        assert_eq!(won[0]["contact"]["version"], 2);
        assert_eq!(
            world
                .number("SELECT count(*) FROM history_entry WHERE mutation = 'contactUpdate'")
                .await,
            1
        );
    })
    .await;
}

/// T-180: the second finds the answer of the first, though that is not committed yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_calls_with_one_key_make_one_row() {
    each_engine(async |world| {
        let input =
            json!({ "fullName": "Once", "externalId": "X", "idempotencyKey": "one and the same" });
        let (payloads, _) = together(&world, vec![(CONTACT_CREATE, input); 8]).await;
        assert!(payloads[0]["contact"]["id"].is_string(), "{}", payloads[0]);
        for payload in &payloads {
            assert_eq!(payload, &payloads[0]);
        }
        assert_eq!(world.number("SELECT count(*) FROM contact").await, 1);
    })
    .await;
}

/// What is checked at the commit would fail for all that share it.
#[tokio::test]
async fn no_constraint_of_sqlite_waits_for_the_commit() {
    let world = World::on(Engine::Sqlite).await;
    let deferred = "SELECT count(*) FROM sqlite_master WHERE sql LIKE '%DEFERR%'";
    assert_eq!(world.number(deferred).await, 0);
}
