//! One's own password, a forgotten one, and which are taken at all.

mod reset;

use crate::sign_in::{OTHER, PASSWORD, REGISTER, WRONG, customer, gets_in, signed_in};
use crate::support::{Person, World, code, each_engine, user_errors};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const CHANGE: &str = "mutation($input: PasswordChangeInput!) { passwordChange(input: $input) {
    account { version } userErrors { code path } } }";

async fn change(world: &World, person: &Person, current: &str, new: &str) -> Value {
    let input = json!({ "currentPassword": current, "newPassword": new });
    world.attempt(person, CHANGE, input).await
}

async fn is_signed_in(world: &World, person: &Person) -> bool {
    let answer = world
        .send(person, "{ viewer { permissions } }", json!({}))
        .await;
    answer.get("errors").is_none() || code(&answer) != "UNAUTHENTICATED"
}

/// T-72: with the present one; the other sessions end, and the account is told.
#[tokio::test]
async fn one_changes_ones_own_password_and_stays_signed_in() {
    each_engine(async |world| {
        let ann = customer(&world, "ann@example.com").await;
        let elsewhere = signed_in(&world, "ann@example.com", PASSWORD).await;
        let refused = change(&world, &ann, WRONG, OTHER).await;
        assert_eq!(
            user_errors(&refused),
            ["BAD_CREDENTIALS at currentPassword"]
        );
        let checked =
            json!({ "currentPassword": PASSWORD, "newPassword": OTHER, "validateOnly": true });
        world.change(&ann, CHANGE, checked).await;
        let stale =
            json!({ "currentPassword": PASSWORD, "newPassword": OTHER, "expectedVersion": 7 });
        assert_eq!(
            user_errors(&world.attempt(&ann, CHANGE, stale).await),
            ["STALE at expectedVersion"]
        );
        assert!(is_signed_in(&world, &elsewhere).await);
        let done = change(&world, &ann, PASSWORD, OTHER).await;
        assert_eq!(
            done,
            json!({ "account": { "version": 2 }, "userErrors": [] })
        );
        assert!(is_signed_in(&world, &ann).await && !is_signed_in(&world, &elsewhere).await);
        assert!(gets_in(&world, "ann@example.com", OTHER).await);
        assert!(!gets_in(&world, "ann@example.com", PASSWORD).await);
        let letters = world.letters().await;
        assert_eq!(letters.len(), 1);
        assert!(
            letters[0].contains("Your password was changed")
                && letters[0].contains("To: ann@example.com\r\n")
        );
    })
    .await;
}

/// T-70, T-72: whoever found an open session guesses no more than at the door.
#[tokio::test]
async fn guesses_at_the_present_password_count_as_attempts_to_sign_in() {
    each_engine(async |world| {
        let ann = customer(&world, "ann@example.com").await;
        for at in 0..10 {
            if at % 2 == 0 {
                assert!(!gets_in(&world, "ann@example.com", WRONG).await);
            } else {
                let refused = change(&world, &ann, WRONG, OTHER).await;
                assert_eq!(user_errors(&refused), ["BAD_CREDENTIALS at currentPassword"]);
            }
        }
        assert_eq!(user_errors(&change(&world, &ann, PASSWORD, OTHER).await), ["LOCKED at currentPassword"]);
        assert!(!gets_in(&world, "ann@example.com", PASSWORD).await);
        let two = format!("mutation {{ {} }}", ["a", "b"].map(|name| format!(
            "{name}: passwordChange(input: {{ currentPassword: \"{WRONG}\", newPassword: \"{OTHER}\" }}) {{ userErrors {{ code }} }}"
        )).join(" "));
        assert_eq!(code(&world.send(&ann, &two, json!({})).await), "LIMIT_EXCEEDED");
        let refused = world.send(&Person::anonymous(), CHANGE, json!({ "input": { "currentPassword": PASSWORD, "newPassword": OTHER } })).await;
        assert_eq!(code(&refused), "UNAUTHENTICATED");
    })
    .await;
}

/// T-72, T-180: what was done once is answered as done, and not as a wrong guess.
#[tokio::test]
async fn a_repeated_password_change_is_answered_as_the_first_time() {
    each_engine(async |world| {
        let ann = customer(&world, "ann@example.com").await;
        let input =
            json!({ "currentPassword": PASSWORD, "newPassword": OTHER, "idempotencyKey": "k" });
        let first = world.change(&ann, CHANGE, input.clone()).await;
        for _ in 0..11 {
            assert_eq!(world.attempt(&ann, CHANGE, input.clone()).await, first);
        }
        let other =
            json!({ "currentPassword": OTHER, "newPassword": PASSWORD, "idempotencyKey": "k" });
        assert_eq!(
            user_errors(&world.attempt(&ann, CHANGE, other).await),
            ["IDEMPOTENCY_MISMATCH at idempotencyKey"]
        );
        assert!(gets_in(&world, "ann@example.com", OTHER).await);
    })
    .await;
}

/// T-175: judged before anything costly is done, and never repeated.
#[tokio::test]
async fn weak_and_endless_passwords_are_refused_at_once() {
    each_engine(async |world| {
        let ann = customer(&world, "hildegard@example.com").await;
        let twice = "a".repeat(513);
        for (new, expected) in [
            ("short", "WEAK_PASSWORD at newPassword"),
            ("password1", "WEAK_PASSWORD at newPassword"),
            ("hildegard1", "WEAK_PASSWORD at newPassword"),
            ("HILDEGARD@example.com", "WEAK_PASSWORD at newPassword"),
            (twice.as_str(), "TOO_LONG at newPassword"),
        ] {
            let refused = change(&world, &ann, PASSWORD, new).await;
            assert_eq!(user_errors(&refused), [expected]);
        }
        let nearly_a_megabyte = "wackelpudding ".repeat(70_000);
        for (person, query, input) in [
            (
                &ann,
                CHANGE,
                json!({ "currentPassword": PASSWORD, "newPassword": nearly_a_megabyte }),
            ),
            (
                &ann,
                CHANGE,
                json!({ "currentPassword": nearly_a_megabyte, "newPassword": OTHER }),
            ),
            (
                &ann,
                REGISTER,
                json!({ "email": "b@example.com", "password": nearly_a_megabyte }),
            ),
            (
                &ann,
                crate::sign_in::SIGN_IN,
                json!({ "login": "b@example.com", "password": nearly_a_megabyte }),
            ),
            (
                &ann,
                REGISTER,
                json!({ "email": nearly_a_megabyte.replace(' ', "."), "password": PASSWORD }),
            ),
        ] {
            let began = Instant::now();
            let refused = world.attempt(person, query, input).await;
            assert_eq!(user_errors(&refused).len(), 1, "{refused}");
            assert!(
                began.elapsed() < Duration::from_secs(5),
                "{:?}",
                began.elapsed()
            );
        }
        let ten = json!({ "email": "b@example.com", "password": "x".repeat(10 << 20) });
        let began = Instant::now();
        assert_eq!(
            code(
                &world
                    .send(&Person::anonymous(), REGISTER, json!({ "input": ten }))
                    .await
            ),
            "LIMIT_EXCEEDED"
        );
        assert!(began.elapsed() < Duration::from_secs(5));
        assert_eq!(world.number("SELECT count(*) FROM sign_in_budget").await, 0);
    })
    .await;
}
