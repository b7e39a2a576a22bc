//! Erasing somebody while others write about them, and how much it takes.

use super::ERASE;
use super::story::rows;
use crate::addresses::ADDRESS_CREATE;
use crate::contact_notes::NOTE_CREATE;
use crate::moves::engines;
use crate::support::World;
use futures_util::future::join_all;
use serde_json::json;

const CONTACT_UPDATE: &str = "mutation($input: ContactUpdateInput!) { contactUpdate(input: $input) { contact { version } userErrors { code path } } }";
const ACCOUNT_CREATE: &str = "mutation($input: AccountCreateInput!) { accountCreate(input: $input) { account { id } userErrors { code path } } }";

/// T-213: whoever comes first, nothing is written about somebody who is erased.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_others_write_at_the_same_time_is_erased_too_or_refused() {
    for engine in engines() {
        let world = std::sync::Arc::new(World::on(engine).await);
        for round in 0..6 {
            let ann = world.contact(&format!("zqxmark {round}"), None).await;
            let writes = [
                (CONTACT_UPDATE, json!({ "id": ann, "phone": "zqxmark" })),
                (NOTE_CREATE, json!({ "contactId": ann, "title": "zqxmark" })),
                (ERASE, json!({ "id": ann })),
                (
                    ADDRESS_CREATE,
                    json!({ "contactId": ann, "kinds": ["BILLING"], "city": "zqxmark" }),
                ),
                (
                    ACCOUNT_CREATE,
                    json!({ "contactId": ann, "login": format!("zqxmark {round}") }),
                ),
            ];
            let all = writes.into_iter().map(|(mutation, input)| {
                let world = world.clone();
                tokio::spawn(async move { world.attempt(&world.admin, mutation, input).await })
            });
            for done in join_all(all).await {
                let payload = done.expect("an answer");
                let errors = payload["userErrors"].as_array().expect("user errors");
                assert!(
                    errors.iter().all(|error| error["code"] == json!("INVALID")),
                    "{payload}"
                );
            }
            let left: Vec<_> = rows(&world)
                .await
                .into_iter()
                .filter(|row| row.contains("zqxmark"))
                .collect();
            assert_eq!(left, Vec::<String>::new(), "round {round} on {engine:?}");
        }
    }
}

/// Rows are deleted and entries overwritten some hundreds at a time.
#[tokio::test]
async fn erasing_costs_as_many_statements_for_much_as_for_little() {
    for engine in engines() {
        let world = World::on(engine).await;
        let mut costs = Vec::new();
        for width in [2, 30] {
            let ann = world.contact("Ann", None).await;
            for number in 0..width {
                let city =
                    json!({ "contactId": ann, "kinds": ["BILLING"], "city": format!("{number}") });
                world.change(&world.admin, ADDRESS_CREATE, city).await;
                world
                    .change(
                        &world.admin,
                        NOTE_CREATE,
                        json!({ "contactId": ann, "title": format!("{number}") }),
                    )
                    .await;
                world
                    .change(
                        &world.admin,
                        CONTACT_UPDATE,
                        json!({ "id": ann, "phone": format!("{number}") }),
                    )
                    .await;
            }
            let (cost, _) = world
                .statements_of(world.change(&world.admin, ERASE, json!({ "id": ann })))
                .await;
            costs.push(cost);
        }
        assert_eq!(costs[0], costs[1], "{engine:?}");
    }
}
