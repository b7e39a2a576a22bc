//! Signing in: who gets in, and what everybody else is told.

mod budget;
mod sessions;
mod times;

use crate::support::{Person, World, each_engine, user_errors};
use chrono::TimeDelta;
use serde_json::{Value, json};

pub const PASSWORD: &str = "wackelpudding im mai";
pub const OTHER: &str = "correct horse battery staple";
pub const WRONG: &str = "nobody has this one";

pub const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) {
    token expiresAt viewer { account { id login lastSignInAt version } } userErrors { code message path } } }";
pub const REGISTER: &str = "mutation($input: RegisterInput!) { register(input: $input) {
    token account { id login email approved active version roles { role { name } scope } } contact { id fullName email registrationSource phone }
    userErrors { code message path } } }";
pub const ACCOUNT_UPDATE: &str =
    "mutation($input: AccountUpdateInput!) { accountUpdate(input: $input) {
    account { login email approved active locked version } userErrors { code message path } } }";
pub const ACCOUNT_UNLOCK: &str =
    "mutation($input: AccountUnlockInput!) { accountUnlock(input: $input) {
    account { locked version } userErrors { code message path } } }";

/// A customer who registered with `login` and [`PASSWORD`], signed in.
pub async fn customer(world: &World, login: &str) -> Person {
    let input = json!({ "email": login, "password": PASSWORD });
    let payload = world.change(&Person::anonymous(), REGISTER, input).await;
    let id = payload["account"]["id"].as_str().expect("an account");
    Person {
        token: payload["token"].as_str().map(str::to_owned),
        account: id.strip_prefix("account:").and_then(|id| id.parse().ok()),
    }
}

/// What an attempt to sign in is answered.
pub async fn try_sign_in(world: &World, login: &str, password: &str) -> Value {
    let input = json!({ "login": login, "password": password });
    world.attempt(&Person::anonymous(), SIGN_IN, input).await
}

/// Whether login and password let one in.
pub async fn gets_in(world: &World, login: &str, password: &str) -> bool {
    try_sign_in(world, login, password).await["token"].is_string()
}

/// Somebody who signs in anew.
pub async fn signed_in(world: &World, login: &str, password: &str) -> Person {
    let payload = try_sign_in(world, login, password).await;
    assert_eq!(payload["userErrors"], json!([]));
    Person {
        token: payload["token"].as_str().map(str::to_owned),
        account: None,
    }
}

/// The global id of somebody's account.
pub fn account_of(person: &Person) -> String {
    format!("account:{}", person.account.expect("an account"))
}

/// The token in a letter.
pub fn token_in(letter: &str) -> String {
    letter
        .lines()
        .map(str::trim)
        .find(|line| line.starts_with("ghr_") || line.starts_with("ghc_"))
        .unwrap_or_else(|| panic!("no token in {letter}"))
        .to_owned()
}

/// T-70, T-114, T-191: the sign-in is noted, which is no change of the account's.
#[tokio::test]
async fn whoever_signs_in_is_the_viewer_for_the_rest_of_the_operation() {
    each_engine(async |world| {
        customer(&world, "ann@example.com").await;
        world.clock.advance(TimeDelta::hours(1));
        let got = try_sign_in(&world, " ANN@example.COM ", PASSWORD).await;
        assert_eq!(got["expiresAt"], "2026-01-08T01:00:00.000000Z");
        let account = &got["viewer"]["account"];
        assert_eq!(account["login"], "ann@example.com");
        assert_eq!(account["lastSignInAt"], "2026-01-01T01:00:00.000000Z");
        assert_eq!(account["version"], 1);
        let and_out = "mutation($input: SignInInput!) { signIn(input: $input) { token } signOut(input: {}) { userErrors { code } } }";
        let input = json!({ "login": "ann@example.com", "password": PASSWORD });
        let sent = json!({ "input": input });
        let got = world.ask(&Person::anonymous(), and_out, sent).await;
        assert_eq!(got["signOut"]["userErrors"], json!([]));
        let token = got["signIn"]["token"].as_str().map(str::to_owned);
        let gone = Person { token, account: None };
        let answer = world.send(&gone, "{ viewer { permissions } }", json!({})).await;
        assert_eq!(crate::support::code(&answer), "UNAUTHENTICATED");
    })
    .await;
}

/// T-70, T-191: whatever stands in the way, the same is said, and nothing is opened.
#[tokio::test]
async fn every_refusal_says_the_same() {
    each_engine(async |world| {
        for login in ["ann@example.com", "gone@example.com", "locked@example.com", "new@example.com"] {
            customer(&world, login).await;
        }
        world.account("no password", None).await;
        let id_of = async |login: &str| {
            let query = "query($login: String!) { accounts(first: 1, filter: { search: $login }) { nodes { id } } }";
            let found = world.ask(&world.admin, query, json!({ "login": login })).await;
            found["accounts"]["nodes"][0]["id"].clone()
        };
        let inactive = json!({ "id": id_of("gone@").await, "active": false });
        world.change(&world.admin, ACCOUNT_UPDATE, inactive).await;
        let unapproved = json!({ "id": id_of("new@").await, "approved": false });
        world.change(&world.admin, ACCOUNT_UPDATE, unapproved).await;
        for _ in 0..10 {
            assert!(!gets_in(&world, "locked@example.com", WRONG).await);
        }
        let sessions = world.number("SELECT count(*) FROM session").await;
        let mut answers = Vec::new();
        for (login, password) in [
            ("ann@example.com", WRONG),
            ("nobody@example.com", PASSWORD),
            ("gone@example.com", PASSWORD),
            ("locked@example.com", PASSWORD),
            ("new@example.com", WRONG),
            ("no password", PASSWORD),
            ("ann@example.com", ""),
            ("ann@example.com", &"x".repeat(200)),
            ("", PASSWORD),
            ("a\0b", PASSWORD),
            (&"x".repeat(400), PASSWORD),
            ("' OR 1=1 --", "' OR 1=1 --"),
        ] {
            let input = json!({ "login": login, "password": password });
            let anonymous = Person::anonymous();
            answers.push(world.send(&anonymous, SIGN_IN, json!({ "input": input })).await);
        }
        assert_eq!(user_errors(&answers[0]["data"]["signIn"]), ["BAD_CREDENTIALS at login"]);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
        let told = try_sign_in(&world, "new@example.com", PASSWORD).await;
        assert_eq!(user_errors(&told), ["NOT_APPROVED at login"]);
        assert_eq!(told["token"], Value::Null);
        assert_eq!(world.number("SELECT count(*) FROM session").await, sessions);
    })
    .await;
}

/// T-65: case, width and normal form make no other login, and no other password where the letters are the same.
#[tokio::test]
async fn a_login_and_a_password_are_the_same_in_every_normal_form() {
    each_engine(async |world| {
        let input = json!({ "email": "Stra\u{df}e.caf\u{e9}@example.com", "password": "kn\u{f6}del im b\u{e4}renzwinger" });
        world.change(&Person::anonymous(), REGISTER, input).await;
        for login in ["STRASSE.CAFE\u{301}@EXAMPLE.COM", "Stra\u{df}e.\u{ff43}\u{ff41}\u{ff46}\u{e9}@example.com"] {
            for password in ["kno\u{308}del im ba\u{308}renzwinger", "kn\u{f6}del im b\u{e4}renzwinger"] {
                assert!(gets_in(&world, login, password).await, "{login}");
            }
        }
        assert!(!gets_in(&world, "strasse.cafe@example.com", "kn\u{f6}del im b\u{e4}renzwinger").await);
    })
    .await;
}

/// T-141: to check is to try: it counts, and opens nothing.
#[tokio::test]
async fn a_sign_in_that_is_only_validated_opens_nothing_and_counts() {
    each_engine(async |world| {
        customer(&world, "ann@example.com").await;
        let before = world.number("SELECT count(*) FROM session").await;
        let check = async |password: &str| {
            let input =
                json!({ "login": "ann@example.com", "password": password, "validateOnly": true });
            world.attempt(&Person::anonymous(), SIGN_IN, input).await
        };
        let right = check(PASSWORD).await;
        assert_eq!(
            right,
            json!({ "token": null, "expiresAt": null, "viewer": null, "userErrors": [] })
        );
        assert_eq!(world.number("SELECT count(*) FROM session").await, before);
        for _ in 0..10 {
            assert_eq!(
                user_errors(&check(WRONG).await),
                ["BAD_CREDENTIALS at login"]
            );
        }
        assert!(!gets_in(&world, "ann@example.com", PASSWORD).await);
    })
    .await;
}
