//! What a token opens, and until when.

use super::{ACCOUNT_UPDATE, PASSWORD, account_of, customer, gets_in, signed_in, token_in};
use crate::support::{Person, World, code, each_engine};
use chrono::TimeDelta;
use serde_json::json;

const SIGN_OUT: &str =
    "mutation($input: SignOutInput!) { signOut(input: $input) { userErrors { code path } } }";
const WHO: &str = "{ viewer { account { login } } }";
const RESET: &str = "mutation($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) { userErrors { code } } }";

fn bearer(token: &str) -> Person {
    Person {
        token: Some(token.to_owned()),
        account: None,
    }
}

async fn is_signed_in(world: &World, person: &Person) -> bool {
    let answer = world.send(person, WHO, json!({})).await;
    let signed_in = answer["data"]["viewer"]["account"].is_object();
    assert!(signed_in || code(&answer) == "UNAUTHENTICATED", "{answer}");
    signed_in
}

/// T-193: on public operations too, so that nobody takes a token that is over for one that counts.
#[tokio::test]
async fn a_token_that_means_nothing_is_refused_on_every_operation() {
    each_engine(async |world| {
        let ann = customer(&world, "ann@example.com").await;
        let ask = json!({ "login": "ann@example.com" });
        world.change(&Person::anonymous(), RESET, ask).await;
        let reset = token_in(&world.letters().await[0]);
        let session = ann.token.clone().expect("a token");
        let secret = session.strip_prefix("gh_").expect("a prefix");
        for token in [
            reset.clone(),
            reset.replace("ghr_", "gh_"),
            format!("ghr_{secret}"),
            format!("ghc_{secret}"),
            secret.to_owned(),
            session[..session.len() - 1].to_owned(),
            format!("{session}A"),
            session.to_uppercase(),
            format!("{session} {session}"),
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.".to_owned(),
            "' OR '1'='1".to_owned(),
        ] {
            for document in [
                WHO,
                "{ __typename }",
                "mutation { signIn(input: { login: \"ann@example.com\", password: \"wackelpudding im mai\" }) { token } }",
                "mutation { register(input: { email: \"b@example.com\", password: \"wackelpudding im mai\" }) { token } }",
                "mutation { passwordResetRequest(input: { login: \"ann@example.com\" }) { userErrors { code } } }",
                "mutation { signOut(input: {}) { userErrors { code } } }",
            ] {
                let refused = world.send(&bearer(&token), document, json!({})).await;
                assert_eq!(code(&refused), "UNAUTHENTICATED", "{token}: {document}");
            }
        }
        assert!(is_signed_in(&world, &ann).await);
    })
    .await;
}

/// The end is exclusive.
#[tokio::test]
async fn a_session_ends_at_its_time() {
    each_engine(async |world| {
        let ann = customer(&world, "ann@example.com").await;
        world.clock.advance(TimeDelta::seconds(168 * 3600 - 1));
        assert!(is_signed_in(&world, &ann).await);
        world.clock.advance(TimeDelta::seconds(1));
        assert!(!is_signed_in(&world, &ann).await);
        assert!(gets_in(&world, "ann@example.com", PASSWORD).await);
        assert_eq!(world.number("SELECT count(*) FROM session JOIN account ON account.id = session.account_id WHERE login LIKE 'ann%'").await, 1);
    })
    .await;
}

#[tokio::test]
async fn one_signs_out_here_or_everywhere() {
    each_engine(async |world| {
        let first = customer(&world, "ann@example.com").await;
        let bob = customer(&world, "bob@example.com").await;
        let second = signed_in(&world, "ann@example.com", PASSWORD).await;
        let third = signed_in(&world, "ann@example.com", PASSWORD).await;
        world
            .change(
                &first,
                SIGN_OUT,
                json!({ "validateOnly": true, "everywhere": true }),
            )
            .await;
        world.change(&second, SIGN_OUT, json!({})).await;
        assert!(!is_signed_in(&world, &second).await);
        assert!(is_signed_in(&world, &first).await && is_signed_in(&world, &third).await);
        world
            .change(&third, SIGN_OUT, json!({ "everywhere": true }))
            .await;
        assert!(!is_signed_in(&world, &first).await && !is_signed_in(&world, &third).await);
        assert!(is_signed_in(&world, &bob).await);
        let refused = world
            .send(&Person::anonymous(), SIGN_OUT, json!({ "input": {} }))
            .await;
        assert_eq!(code(&refused), "UNAUTHENTICATED");
    })
    .await;
}

/// T-193: with the next request, on every server.
#[tokio::test]
async fn withdrawing_approval_and_deactivating_end_the_sessions_at_once() {
    each_engine(async |world| {
        for taken in ["approved", "active"] {
            let login = format!("{taken}@example.com");
            let person = customer(&world, &login).await;
            let set = async |value: bool| {
                let input = json!({ "id": account_of(&person), taken: value });
                world.change(&world.admin, ACCOUNT_UPDATE, input).await;
            };
            set(false).await;
            assert!(!is_signed_in(&world, &person).await);
            set(true).await;
            assert!(
                !is_signed_in(&world, &person).await,
                "an old session came back"
            );
            assert!(gets_in(&world, &login, PASSWORD).await);
        }
    })
    .await;
}
