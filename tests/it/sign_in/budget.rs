//! How many wrong passwords a login may be tried with, however they come.

use super::{ACCOUNT_UNLOCK, PASSWORD, SIGN_IN, WRONG, account_of, customer, gets_in, try_sign_in};
use crate::support::{Person, World, code, each_engine};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use chrono::TimeDelta;
use futures_util::future::{join, join_all};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;
use tower::ServiceExt;

const ANN: &str = "ann@example.com";

async fn wrong(world: &World, times: usize) {
    for _ in 0..times {
        assert!(!gets_in(world, ANN, WRONG).await);
    }
}

/// T-70: ten wrong ones lock, for a quarter of an hour.
#[tokio::test]
async fn after_ten_wrong_passwords_the_right_one_is_wrong_until_time_has_passed() {
    each_engine(async |world| {
        let ann = customer(&world, ANN).await;
        wrong(&world, 9).await;
        assert!(gets_in(&world, ANN, PASSWORD).await);
        wrong(&world, 10).await;
        assert!(!gets_in(&world, ANN, PASSWORD).await);
        let locked = "query($id: ID!) { account(id: $id) { locked lockedUntil version } accounts(first: 9, filter: { locked: true }) { totalCount } }";
        let got = world.ask(&world.admin, locked, json!({ "id": account_of(&ann) })).await;
        assert_eq!(got, json!({
            "account": { "locked": true, "lockedUntil": "2026-01-01T00:15:00.000000Z", "version": 1 }, "accounts": { "totalCount": 1 },
        }));
        world.clock.advance(TimeDelta::seconds(15 * 60 - 1));
        assert!(!gets_in(&world, ANN, PASSWORD).await);
        world.clock.advance(TimeDelta::seconds(1));
        wrong(&world, 9).await;
        assert!(gets_in(&world, ANN, PASSWORD).await);
    })
    .await;
}

/// T-70: whoever is signed in stays so: a stranger who guesses locks nobody out of what they do.
#[tokio::test]
async fn a_lock_ends_no_session_and_is_ended_by_an_unlock() {
    each_engine(async |world| {
        let ann = customer(&world, ANN).await;
        wrong(&world, 10).await;
        world
            .ask(&ann, "{ viewer { permissions } }", json!({}))
            .await;
        let unlock = json!({ "id": account_of(&ann) });
        let got = world
            .change(&world.admin, ACCOUNT_UNLOCK, unlock.clone())
            .await;
        assert_eq!(got["account"], json!({ "locked": false, "version": 2 }));
        let again = world.change(&world.admin, ACCOUNT_UNLOCK, unlock).await;
        assert_eq!(again["account"]["version"], 2);
        wrong(&world, 9).await;
        assert!(gets_in(&world, ANN, PASSWORD).await);
    })
    .await;
}

/// T-70: what was wrong longer than 15 minutes ago does not count, what was wrong within them does.
#[tokio::test]
async fn wrong_passwords_count_for_a_quarter_of_an_hour() {
    each_engine(async |world| {
        customer(&world, ANN).await;
        wrong(&world, 9).await;
        world.clock.advance(TimeDelta::minutes(15));
        wrong(&world, 9).await;
        world.clock.advance(TimeDelta::minutes(14));
        wrong(&world, 1).await;
        assert!(!gets_in(&world, ANN, PASSWORD).await);
    })
    .await;
}

/// T-70, T-191: logins without an account leave the same behind as the others, and nothing of what was typed.
#[tokio::test]
async fn logins_without_an_account_are_counted_alike() {
    each_engine(async |world| {
        for _ in 0..11 {
            assert!(!gets_in(&world, "nobody@example.com", WRONG).await);
        }
        let budget = "SELECT CAST(failures AS bigint) FROM sign_in_budget WHERE locked_until IS NOT NULL AND turn_until IS NULL AND key NOT LIKE '%nobody%'";
        assert_eq!(world.number(budget).await, 10);
        world.account("nobody@example.com", None).await;
        assert!(!gets_in(&world, "NOBODY@example.com", WRONG).await);
        assert_eq!(world.number("SELECT count(*) FROM sign_in_budget").await, 1);
    })
    .await;
}

/// T-191: a document buys one guess, whatever it looks like.
#[tokio::test]
async fn a_document_looks_at_one_password_at_most() {
    each_engine(async |world| {
        customer(&world, ANN).await;
        let guess = |name: &str| format!("{name}: signIn(input: {{ login: \"{ANN}\", password: \"{WRONG}\" }}) {{ token }}");
        let reset = "passwordResetRequest(input: { login: \"x\" }) { userErrors { code } }";
        for document in [
            format!("mutation {{ {} {} }}", guess("a"), guess("b")),
            format!("mutation {{ ...F ...G }} fragment F on Mutation {{ {} }} fragment G on Mutation {{ {} }}", guess("a"), guess("b")),
            format!("mutation {{ ... {{ {} }} ... on Mutation {{ ... {{ {} }} }} }}", guess("a"), guess("b")),
            format!("mutation {{ {} {reset} }}", guess("a")),
            format!("mutation {{ {} {} }}", guess("a").replace(") {", ") @skip(if: true) {"), guess("b")),
        ] {
            let refused = world.send(&Person::anonymous(), &document, json!({})).await;
            assert_eq!(code(&refused), "LIMIT_EXCEEDED", "{document}");
        }
        assert_eq!(world.number("SELECT count(*) FROM sign_in_budget").await, 0);
    })
    .await;
}

async fn guess(router: Router, password: &str) -> bool {
    let sent = json!({ "query": SIGN_IN, "variables": { "input": { "login": ANN, "password": password } } });
    let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
    let request = request
        .body(Body::from(sent.to_string()))
        .expect("a request");
    let answer = router.oneshot(request).await.expect("an answer");
    let bytes = answer
        .into_body()
        .collect()
        .await
        .expect("a body")
        .to_bytes();
    let body: Value = serde_json::from_slice(&bytes).expect("JSON");
    assert!(body.get("errors").is_none(), "{body}");
    body["data"]["signIn"]["token"].is_string()
}

/// T-70, T-191: on two servers over one database at once, guesses are counted one by one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn guesses_in_parallel_on_two_servers_get_ten_answers_between_them() {
    each_engine(async |world| {
        customer(&world, ANN).await;
        let routers = [world.router.clone(), world.replica().await];
        let guesses = (0..24).map(|at| guess(routers[at % 2].clone(), WRONG));
        assert!(join_all(guesses).await.iter().all(|got_in| !got_in));
        assert_eq!(
            world
                .number("SELECT CAST(failures AS bigint) FROM sign_in_budget")
                .await,
            10
        );
        for router in routers {
            assert!(!guess(router, PASSWORD).await);
        }
    })
    .await;
}

/// T-70: the eleventh guess is lost even when it comes together with the others and is right: nine before it, and it would have been in.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_right_password_behind_ten_wrong_ones_in_parallel_is_refused() {
    each_engine(async |world| {
        customer(&world, ANN).await;
        let wrong = join_all((0..10).map(|_| guess(world.router.clone(), WRONG)));
        let right = async {
            // The others are in the queue by then, in which the first comes first.
            tokio::time::sleep(Duration::from_millis(60)).await;
            guess(world.router.clone(), PASSWORD).await
        };
        let (_, got_in) = join(wrong, right).await;
        assert!(!got_in);
    })
    .await;
}

/// T-70: honest people at the same time are no attack.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_right_passwords_at_once_are_fifty_sessions() {
    each_engine(async |world| {
        customer(&world, ANN).await;
        let came = join_all((0..50).map(|_| guess(world.router.clone(), PASSWORD))).await;
        assert_eq!(came.iter().filter(|got_in| **got_in).count(), 50);
        assert_eq!(world.number("SELECT count(*) FROM sign_in_budget").await, 0);
    })
    .await;
}

/// T-191: a server that dies in the middle of an attempt has used up that guess, and keeps nobody waiting for ever.
#[tokio::test]
async fn an_attempt_that_was_never_finished_counts_and_ends() {
    each_engine(async |world| {
        let dies = "UPDATE sign_in_budget SET failures = failures + 1, turn_until = window_until";
        let its_time_is_over =
            "UPDATE sign_in_budget SET turn_until = (SELECT min(created_at) FROM account)";
        customer(&world, ANN).await;
        wrong(&world, 8).await;
        world.sql(dies).await;
        let mut waits = Box::pin(try_sign_in(&world, ANN, PASSWORD));
        assert!(
            timeout(Duration::from_millis(200), &mut waits)
                .await
                .is_err()
        );
        world.sql(its_time_is_over).await;
        assert!(waits.await["token"].is_string());
        wrong(&world, 9).await;
        world.sql(dies).await;
        world.sql(its_time_is_over).await;
        assert!(!gets_in(&world, ANN, PASSWORD).await);
    })
    .await;
}
