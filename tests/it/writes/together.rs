//! Writers at the same time, and writers whose client is gone.

use super::{CONTACT_UPDATE, mutation};
use crate::support::build::{GROUP_CREATE, ORGANIZATION_CREATE};
use crate::support::{Engine, World, each_engine, user_errors};
use axum::body::Body;
use axum::http::Request;
use futures_util::future::join_all;
use serde_json::json;
use std::future::poll_fn;
use std::task::{Context, Poll};
use tokio::task::yield_now;
use tower::ServiceExt;

/// The second sees the first's version.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_changes_from_one_version_one_wins() {
    each_engine(async |world| {
        let contact = world.contact("Somebody", None).await;
        for version in 1..=8 {
            let change = |phone: String| {
                let input = json!({ "id": contact, "phone": phone, "expectedVersion": version });
                world.attempt(&world.admin, CONTACT_UPDATE, input)
            };
            let answers =
                join_all([change(format!("{version}a")), change(format!("{version}b"))]).await;
            let mut outcomes: Vec<_> = answers
                .iter()
                .map(|answer| user_errors(answer).concat())
                .collect();
            outcomes.sort();
            assert_eq!(outcomes, ["", "STALE at expectedVersion"]);
            let winner = answers
                .iter()
                .find(|answer| answer["userErrors"] == json!([]))
                .expect("a winner");
            assert_eq!(winner["contact"]["version"], version + 1);
        }
        assert_eq!(
            world
                .number("SELECT CAST(version AS bigint) FROM contact")
                .await,
            9
        );
    })
    .await;
}

/// None is lost, none happens twice, none gives up.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_writers_on_one_row_all_have_their_effect_once() {
    each_engine(async |world| {
        let contact = world.contact("Somebody", None).await;
        let writers = (0..16).map(|number| {
            world.attempt(
                &world.admin,
                CONTACT_UPDATE,
                json!({ "id": contact, "phone": number.to_string() }),
            )
        });
        let mut versions: Vec<_> = join_all(writers)
            .await
            .iter()
            .map(|answer| answer["contact"]["version"].as_i64())
            .collect();
        versions.sort_unstable();
        assert_eq!(versions, (2..=17).map(Some).collect::<Vec<_>>());
        assert_eq!(
            world
                .number("SELECT count(*) FROM history_entry WHERE mutation = 'contactUpdate'")
                .await,
            16
        );
        let groups = (0..16).map(|number| {
            world.attempt(
                &world.admin,
                GROUP_CREATE,
                json!({ "name": format!("G{number}") }),
            )
        });
        let mut ids: Vec<_> = join_all(groups)
            .await
            .iter()
            .map(|answer| answer["customerGroup"]["id"].to_string())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 16, "sixteen new groups, sixteen numbers");
    })
    .await;
}

/// Many contacts into one organization, out of one and crossing each other: nobody waits for a deadlock to be found.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_contacts_change_organizations_at_once() {
    each_engine(async |world| {
        let (one, other) = (
            world.organization("One", None).await,
            world.organization("Other", None).await,
        );
        let mut contacts = Vec::new();
        for number in 0..16 {
            let from = if number % 2 == 0 { &one } else { &other };
            contacts.push(
                world
                    .contact(&format!("Contact {number}"), Some(from))
                    .await,
            );
        }
        let query = mutation("contactAssignOrganization");
        let crossing = contacts.iter().enumerate().map(|(number, contact)| {
            let to = if number % 2 == 0 { &other } else { &one };
            world.attempt(
                &world.admin,
                &query,
                json!({ "id": contact, "organizationId": to }),
            )
        });
        for answer in join_all(crossing).await {
            assert_eq!(answer["userErrors"], json!([]), "{:?}", world.engine);
        }
        assert_eq!(
            world
                .number("SELECT count(*) FROM contact WHERE version = 2")
                .await,
            16
        );
        if world.engine == Engine::Postgres {
            let sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
            assert_eq!(world.number(sql).await, 0);
        }
    })
    .await;
}

fn request(world: &World, name: &str, parent: &str) -> Request<Body> {
    let input = json!({ "input": { "name": name, "parentId": parent, "customerGroupId": "customerGroup:1" } });
    let token = world.admin.token.as_deref().expect("a token");
    Request::post("/graphql")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {token}"))
        .body(Body::from(
            json!({ "query": ORGANIZATION_CREATE, "variables": input }).to_string(),
        ))
        .expect("a request")
}

/// Whether a mutation whose client is gone leaves half of itself, or a transaction that nobody ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_mutation_whose_client_hangs_up_is_whole_or_absent_and_leaves_nothing_open() {
    each_engine(async |world| {
        let root = world.organization("Root", None).await;
        for round in 0..60 {
            let sent = world
                .router
                .clone()
                .oneshot(request(&world, &format!("Branch {round}"), &root));
            // Each round hangs up one statement later than the one before, then from the start again.
            let last = world.db.statements() + round / 2 % 15;
            if round % 2 == 0 {
                let mut sent = Box::pin(sent);
                let mut done = false;
                while !done && world.db.statements() < last {
                    let poll = |context: &mut Context<'_>| {
                        Poll::Ready(sent.as_mut().poll(context).is_ready())
                    };
                    done = poll_fn(poll).await;
                    yield_now().await;
                }
            } else {
                let client = tokio::spawn(sent);
                while !client.is_finished() && world.db.statements() < last {
                    yield_now().await;
                }
                client.abort();
                let _ = client.await;
            }
        }
        let last = world.organization("Last", Some(&root)).await;
        world.change(&world.admin, &mutation("organizationDelete"), json!({ "id": last })).await;
        if world.engine == Engine::Postgres {
            let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
            // A write goes on to its end without its client, so a few may still be on their way.
            let mut looks = 0;
            while world.number(open).await > 0 {
                looks += 1;
                assert!(looks < 200, "a transaction stays open");
            }
        }
        let made = world
            .number("SELECT count(*) FROM organization WHERE name LIKE 'Branch %'")
            .await;
        assert!((1..60).contains(&made), "some came through and some did not: {made}");
        let odd = "SELECT (SELECT count(*) FROM organization) - (SELECT count(*) FROM history_entry WHERE action = 'CREATE' AND entity = 'organization')
            + (SELECT count(*) FROM history_entry WHERE action = 'DELETE' AND entity = 'organization')";
        assert_eq!(world.number(odd).await, 0, "each organization with its history, and no history without one");
        assert_eq!(world.system.check().await.expect("a check").faults, Vec::<String>::new());
    })
    .await;
}
