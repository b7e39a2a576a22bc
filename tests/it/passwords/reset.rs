//! A forgotten password: the letter, and the token in it.

use super::{CHANGE, is_signed_in};
use crate::sign_in::{
    ACCOUNT_UPDATE, OTHER, PASSWORD, WRONG, account_of, customer, gets_in, token_in,
};
use crate::support::{Person, World, each_engine, user_errors};
use axum::body::Body;
use axum::http::{Request, header};
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

const REQUEST: &str = "mutation($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) { userErrors { code path } } }";
const COMPLETE: &str = "mutation($input: PasswordResetCompleteInput!) { passwordResetComplete(input: $input) { userErrors { code path } } }";

async fn request(world: &World, login: &str) -> Value {
    let sent = json!({ "input": { "login": login } });
    world.send(&Person::anonymous(), REQUEST, sent).await
}

async fn complete(world: &World, token: &str, new: &str) -> Vec<String> {
    let input = json!({ "token": token, "newPassword": new });
    user_errors(&world.attempt(&Person::anonymous(), COMPLETE, input).await)
}

/// The token of a fresh letter.
async fn token(world: &World, login: &str) -> String {
    request(world, login).await;
    let letters = world.letters().await;
    token_in(
        letters
            .iter()
            .rfind(|letter| letter.contains("ghr_"))
            .expect("a letter"),
    )
}

const OVER: [&str; 1] = ["TOKEN_EXPIRED at token"];

/// T-71, T-192: the letter goes to the account's own address, and the answer tells nothing of it.
#[tokio::test]
async fn whatever_login_was_forgotten_the_answer_is_the_same() {
    each_engine(async |world| {
        let ann = customer(&world, "ann@example.com").await;
        let email = json!({ "id": account_of(&ann), "email": "elsewhere@example.com" });
        world.change(&world.admin, ACCOUNT_UPDATE, email).await;
        world.letters().await;
        let known = request(&world, "ANN@example.com").await;
        for login in [
            "nobody@example.com",
            "elsewhere@example.com",
            "",
            "a\0b",
            "administrator",
            &"x".repeat(100_000),
        ] {
            assert_eq!(request(&world, login).await, known, "{login:.20}");
        }
        let letters = world.letters().await;
        assert_eq!(letters.len(), 2, "{letters:#?}");
        assert!(
            letters[0].contains("To: ann@example.com\r\n")
                && letters[0].contains("Your sign-in was changed")
        );
        assert!(
            letters[1].contains("To: elsewhere@example.com\r\n") && letters[1].contains("ghr_")
        );
        assert_eq!(
            world
                .number("SELECT count(*) FROM mail WHERE sent_at IS NULL")
                .await,
            0
        );
    })
    .await;
}

/// T-71: to ask changes nothing; to use it ends the sessions and the lock.
#[tokio::test]
async fn a_reset_sets_the_password_once_and_ends_sessions_and_lock() {
    each_engine(async |world| {
        let ann = customer(&world, "ann@example.com").await;
        let token = token(&world, "ann@example.com").await;
        assert!(gets_in(&world, "ann@example.com", PASSWORD).await);
        for _ in 0..10 {
            assert!(!gets_in(&world, "ann@example.com", WRONG).await);
        }
        for wrong in [
            "",
            "ghr_",
            &token[..token.len() - 1],
            &token.replace("ghr_", "ghc_"),
            ann.token.as_deref().unwrap_or_default(),
        ] {
            assert_eq!(complete(&world, wrong, OTHER).await, OVER, "{wrong}");
        }
        assert_eq!(
            complete(&world, &token, "short").await,
            ["WEAK_PASSWORD at newPassword"]
        );
        assert_eq!(
            complete(&world, &token, "ann@EXAMPLE.com").await,
            ["WEAK_PASSWORD at newPassword"]
        );
        assert!(is_signed_in(&world, &ann).await);
        assert_eq!(complete(&world, &token, OTHER).await, Vec::<String>::new());
        assert!(!is_signed_in(&world, &ann).await);
        assert!(gets_in(&world, "ann@example.com", OTHER).await);
        assert_eq!(complete(&world, &token, PASSWORD).await, OVER);
        assert!(!gets_in(&world, "ann@example.com", PASSWORD).await);
        assert!(world.letters().await[1].contains("Your password was changed"));
    })
    .await;
}

/// T-71: of eight that use it at the same moment one does.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_is_good_once_in_parallel_too() {
    each_engine(async |world| {
        customer(&world, "ann@example.com").await;
        let token = token(&world, "ann@example.com").await;
        let passwords: Vec<_> = (0..8)
            .map(|at| format!("{at} wackelpuddings im mai"))
            .collect();
        let done = join_all(passwords.iter().map(|new| complete(&world, &token, new))).await;
        let won: Vec<_> = passwords
            .iter()
            .zip(&done)
            .filter(|(_, errors)| errors.is_empty())
            .collect();
        assert_eq!(won.len(), 1, "{done:?}");
        assert!(
            done.iter()
                .all(|errors| errors.is_empty() || *errors == OVER)
        );
        assert!(gets_in(&world, "ann@example.com", won[0].0).await);
    })
    .await;
}

/// T-71, T-192: a newer one, an hour, and every change of what one signs in with.
#[tokio::test]
async fn a_token_ends_with_whatever_makes_it_doubtful() {
    each_engine(async |world| {
        for (login, change) in [
            ("a@example.com", json!({ "email": "else@example.com" })),
            ("b@example.com", json!({ "login": "else" })),
            ("c@example.com", json!({ "active": false })),
        ] {
            let person = customer(&world, login).await;
            let token = token(&world, login).await;
            let mut input = change;
            input["id"] = json!(account_of(&person));
            world.change(&world.admin, ACCOUNT_UPDATE, input).await;
            assert_eq!(complete(&world, &token, OTHER).await, OVER, "{login}");
        }
        let ann = customer(&world, "ann@example.com").await;
        let first = token(&world, "ann@example.com").await;
        let second = token(&world, "ann@example.com").await;
        assert_eq!(complete(&world, &first, OTHER).await, OVER);
        let input = json!({ "currentPassword": PASSWORD, "newPassword": OTHER });
        world.change(&ann, CHANGE, input).await;
        assert_eq!(complete(&world, &second, PASSWORD).await, OVER);
        let third = token(&world, "ann@example.com").await;
        world.clock.advance(TimeDelta::minutes(60));
        assert_eq!(complete(&world, &third, PASSWORD).await, OVER);
        let last = token(&world, "ann@example.com").await;
        world.clock.advance(TimeDelta::seconds(3599));
        assert_eq!(
            complete(&world, &last, PASSWORD).await,
            Vec::<String>::new()
        );
    })
    .await;
}

/// T-71: nobody floods a mailbox by asking.
#[tokio::test]
async fn three_letters_go_to_one_address_in_an_hour() {
    each_engine(async |world| {
        customer(&world, "ann@example.com").await;
        for _ in 0..100 {
            request(&world, "ann@example.com").await;
        }
        assert_eq!(world.letters().await.len(), 3);
        world.clock.advance(TimeDelta::minutes(59));
        request(&world, "ann@example.com").await;
        assert_eq!(world.letters().await.len(), 3);
        world.clock.advance(TimeDelta::minutes(1));
        request(&world, "ann@example.com").await;
        assert_eq!(world.letters().await.len(), 4);
    })
    .await;
}

/// T-71, T-180: what was done once is answered as done.
#[tokio::test]
async fn a_repeated_reset_is_answered_as_the_first_time() {
    each_engine(async |world| {
        customer(&world, "ann@example.com").await;
        let token = token(&world, "ann@example.com").await;
        let input =
            json!({ "token": token, "newPassword": OTHER, "idempotencyKey": "sixteen letters!" });
        for _ in 0..2 {
            world
                .change(&Person::anonymous(), COMPLETE, input.clone())
                .await;
        }
        let mut other = input;
        other["newPassword"] = json!(PASSWORD);
        assert_eq!(
            user_errors(&world.attempt(&Person::anonymous(), COMPLETE, other).await),
            OVER
        );
        assert!(gets_in(&world, "ann@example.com", OTHER).await);
        let again = json!({ "login": "ann@example.com", "idempotencyKey": "sixteen letters!" });
        let sent = world.number("SELECT count(*) FROM mail").await;
        for _ in 0..2 {
            world
                .change(&Person::anonymous(), REQUEST, again.clone())
                .await;
        }
        assert_eq!(world.number("SELECT count(*) FROM mail").await, sent + 1);
    })
    .await;
}

/// T-192: a letter says what is configured, whatever the request says of itself.
#[tokio::test]
async fn no_header_of_a_request_gets_into_a_letter() {
    each_engine(async |world| {
        customer(&world, "ann@example.com").await;
        let sent =
            json!({ "query": REQUEST, "variables": { "input": { "login": "ann@example.com" } } });
        let forged = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::HOST, "evil.example")
            .header("x-forwarded-host", "evil.example")
            .header("forwarded", "host=evil.example")
            .header(header::REFERER, "https://evil.example/")
            .body(Body::from(sent.to_string()));
        assert_eq!(world.raw(forged.expect("a request")).await.0, 200);
        let letters = world.letters().await;
        assert!(
            letters[0].contains("ghr_") && !letters[0].contains("evil"),
            "{}",
            letters[0]
        );
    })
    .await;
}
