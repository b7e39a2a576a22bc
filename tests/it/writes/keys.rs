//! Idempotency keys: what is repeated is carried out once (T-144, T-180).

use super::{CONTACT_DELETE, CONTACT_UPDATE, marks};
use crate::support::build::{ASSIGN, CONTACT_CREATE, GROUP_CREATE};
use crate::support::{Person, each_engine, user_errors};
use entity::role_assignment::Scope;
use futures_util::future::join_all;
use guildhall::access::Permission;
use serde_json::{Value, json};

/// T-180.
#[tokio::test]
async fn a_repeated_key_is_carried_out_once_and_answered_the_same() {
    each_engine(async |world| {
        let input = json!({ "fullName": "Somebody", "idempotencyKey": "k" });
        let first = world
            .change(&world.admin, CONTACT_CREATE, input.clone())
            .await;
        let before = marks(&world).await;
        assert_eq!(
            world
                .change(&world.admin, CONTACT_CREATE, input.clone())
                .await,
            first
        );
        assert_eq!(marks(&world).await, before);
        let id = &first["contact"]["id"];
        world
            .change(
                &world.admin,
                CONTACT_DELETE,
                json!({ "id": id, "idempotencyKey": "d" }),
            )
            .await;
        let again = world
            .change(
                &world.admin,
                CONTACT_DELETE,
                json!({ "id": id, "idempotencyKey": "d" }),
            )
            .await;
        assert_eq!(again, json!({ "deletedId": id, "userErrors": [] }));
        let gone = world.change(&world.admin, CONTACT_CREATE, input).await;
        assert_eq!(
            gone,
            json!({ "contact": null, "userErrors": [] }),
            "carried out once, and deleted since"
        );
    })
    .await;
}

/// T-180.
#[tokio::test]
async fn a_key_used_for_another_input_or_another_mutation_is_a_mismatch() {
    each_engine(async |world| {
        let contact = world.contact("Somebody", None).await;
        let first = json!({ "id": contact, "phone": "1", "idempotencyKey": "k" });
        world
            .change(&world.admin, CONTACT_UPDATE, first.clone())
            .await;
        let before = marks(&world).await;
        let others = [
            (
                CONTACT_UPDATE,
                json!({ "id": contact, "phone": "2", "idempotencyKey": "k" }),
            ),
            (
                CONTACT_UPDATE,
                json!({ "id": contact, "phone": "1", "email": null, "idempotencyKey": "k" }),
            ),
            (
                CONTACT_UPDATE,
                json!({ "id": contact, "phone": "1", "expectedVersion": 1, "idempotencyKey": "k" }),
            ),
            (
                CONTACT_DELETE,
                json!({ "id": contact, "idempotencyKey": "k" }),
            ),
            (
                ASSIGN,
                json!({ "contactId": contact, "customerGroupId": null, "idempotencyKey": " k " }),
            ),
        ];
        for (query, input) in others {
            let refused = world.attempt(&world.admin, query, input.clone()).await;
            assert_eq!(
                user_errors(&refused),
                ["IDEMPOTENCY_MISMATCH at idempotencyKey"],
                "{input}"
            );
            assert_eq!(refused["userErrors"][0]["path"], json!(["idempotencyKey"]));
        }
        assert_eq!(marks(&world).await, before);
        assert_eq!(
            world.change(&world.admin, CONTACT_UPDATE, first).await["contact"]["phone"],
            "1"
        );
    })
    .await;
}

/// T-144, T-180.
#[tokio::test]
async fn a_key_is_its_accounts_own_is_not_used_up_by_refusals_or_validation_and_lasts_seven_days() {
    each_engine(async |world| {
        let create = async |person: &Person, name: &str, more: Value| {
            let mut input = json!({ "name": name, "idempotencyKey": "k" });
            input
                .as_object_mut()
                .expect("fields")
                .extend(more.as_object().expect("fields").clone());
            world.attempt(person, GROUP_CREATE, input).await
        };
        let admin = &world.admin;
        assert_eq!(
            user_errors(&create(admin, "Customer", json!({})).await),
            ["TAKEN at name"]
        );
        assert_eq!(
            create(admin, "Iron", json!({ "validateOnly": true })).await,
            json!({ "customerGroup": null, "userErrors": [] })
        );
        let gold = create(admin, "Gold", json!({})).await;
        assert_eq!(
            gold["customerGroup"]["id"], "customerGroup:4",
            "neither used up the key, nor a number"
        );
        let all = [
            Permission::CustomerGroupCreate,
            Permission::CustomerGroupView,
        ];
        let other = world.holder("other", &all, Scope::Global, None).await;
        assert_eq!(
            create(&other, "Silver", json!({})).await["customerGroup"]["id"],
            "customerGroup:5"
        );
        assert_eq!(create(admin, "Gold", json!({})).await, gold);
        let validated = create(admin, "Gold", json!({ "validateOnly": true })).await;
        assert_eq!(
            user_errors(&validated),
            ["TAKEN at name"],
            "validateOnly ignores the key"
        );
        world
            .sql("UPDATE idempotency_key SET created_at = '2025-12-25T00:00:00+00:00'")
            .await;
        assert_eq!(
            create(admin, "Gold", json!({})).await,
            gold,
            "seven days to the second"
        );
        world
            .sql("UPDATE idempotency_key SET created_at = '2025-12-24T23:59:59+00:00'")
            .await;
        assert_eq!(
            user_errors(&create(admin, "Gold", json!({})).await),
            ["TAKEN at name"]
        );
        assert_eq!(
            create(admin, "Bronze", json!({})).await["customerGroup"]["id"],
            "customerGroup:6"
        );
        for (key, expected) in [
            (json!(" "), "INVALID"),
            (json!("a\u{200b}"), "INVALID"),
            (json!("k".repeat(256)), "TOO_LONG"),
        ] {
            let refused = create(admin, "Tin", json!({ "idempotencyKey": key })).await;
            assert_eq!(
                user_errors(&refused),
                [format!("{expected} at idempotencyKey")]
            );
        }
    })
    .await;
}

/// T-180: also where the row has a unique name, which the second call would find taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn calls_with_one_key_at_the_same_time_make_one_row_and_get_one_answer() {
    each_engine(async |world| {
        for round in 0..5 {
            for (query, input) in [
                (CONTACT_CREATE, json!({ "fullName": "Somebody", "externalId": format!("C-{round}"), "idempotencyKey": format!("c{round}") })),
                (GROUP_CREATE, json!({ "name": format!("Group {round}"), "rank": 1, "idempotencyKey": format!("g{round}") })),
            ] {
                let calls = (0..6).map(|_| world.attempt(&world.admin, query, input.clone()));
                let answers = join_all(calls).await;
                assert_eq!(answers[0]["userErrors"], json!([]), "{:?}", world.engine);
                assert!(answers.iter().all(|answer| *answer == answers[0]), "{:?}: {answers:#?}", world.engine);
            }
        }
        assert_eq!(world.number("SELECT count(*) FROM contact").await, 5);
        assert_eq!(world.number("SELECT count(*) FROM customer_group").await, 3 + 5);
    })
    .await;
}
