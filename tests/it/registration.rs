//! Registering, at once and by mail.

mod forgotten;

use crate::sign_in::{
    ACCOUNT_UPDATE, OTHER, PASSWORD, REGISTER, customer, gets_in, token_in, try_sign_in,
};
use crate::support::{Engine, Person, Postgres, World, code, each_engine, user_errors};
use chrono::TimeDelta;
use futures_util::future::join_all;
use guildhall::accounts::service::RegistrationMode;
use serde_json::{Value, json};

const CONFIRM: &str =
    "mutation($input: RegistrationConfirmInput!) { registrationConfirm(input: $input) {
    token account { login approved version } contact { email fullName } userErrors { code path } } }";

/// The same as `each_engine`, where registrations are confirmed by mail.
async fn each_confirming(test: impl AsyncFn(World)) {
    let postgres = Postgres::of_this_run().map(|_| Engine::Postgres);
    for engine in [Some(Engine::Sqlite), postgres].into_iter().flatten() {
        let by_mail = World::with(engine, |settings| {
            settings.accounts.registration = RegistrationMode::Confirm;
        });
        test(by_mail.await).await;
    }
}

async fn register(world: &World, email: &str, password: &str) -> Value {
    let input = json!({ "email": email, "password": password });
    world
        .send(&Person::anonymous(), REGISTER, json!({ "input": input }))
        .await
}

async fn confirm(world: &World, token: &str) -> Value {
    world
        .attempt(&Person::anonymous(), CONFIRM, json!({ "token": token }))
        .await
}

/// T-60, T-61, T-67: a contact, an account, and two assignments that are there like all others.
#[tokio::test]
async fn who_registers_is_a_contact_and_an_account_and_signed_in() {
    each_engine(async |world| {
        let input = json!({ "email": " Ann@Example.com", "password": PASSWORD, "firstName": "Ann", "lastName": "Ash", "phone": "1" });
        let got = world.change(&Person::anonymous(), REGISTER, input).await;
        let held = |name: &str| json!({ "role": { "name": name }, "scope": "OWN" });
        let account = &got["account"];
        assert_eq!(account["roles"], json!([held("Everyone"), held("Registered")]));
        assert_eq!(
            (&account["login"], &account["email"], &account["approved"], &account["version"]),
            (&json!("Ann@Example.com"), &json!("Ann@Example.com"), &json!(true), &json!(1))
        );
        assert_eq!(got["contact"]["fullName"], "Ann Ash");
        assert_eq!(got["contact"]["registrationSource"], "registration");
        let person = Person { token: got["token"].as_str().map(str::to_owned), account: None };
        let who = "{ viewer { permissions contact { account { id } } account { lastSignInAt } } }";
        let who = world.ask(&person, who, json!({})).await;
        assert_eq!(who["viewer"]["contact"]["account"]["id"], account["id"]);
        assert_eq!(who["viewer"]["account"]["lastSignInAt"], "2026-01-01T00:00:00.000000Z");
        assert_eq!(world.number("SELECT count(*) FROM history_entry WHERE mutation = 'register'").await, 4);
    })
    .await;
}

/// T-65: refused whole, without a word about whose it is (T-39).
#[tokio::test]
async fn a_login_is_taken_in_whatever_form_it_is_written() {
    each_engine(async |world| {
        customer(&world, "Stra\u{df}e@example.com").await;
        let contacts = world.number("SELECT count(*) FROM contact").await;
        for twin in [
            "stra\u{df}e@example.com",
            "STRASSE@EXAMPLE.COM",
            "\u{ff33}trasse@example.com",
            "  strasse@example.com ",
        ] {
            let got = register(&world, twin, OTHER).await;
            assert_eq!(
                got["data"]["register"]["userErrors"],
                json!([{ "code": "TAKEN", "message": "email is taken", "path": ["email"] }])
            );
            assert_eq!(got["data"]["register"]["token"], Value::Null);
        }
        for other in [
            "stras\u{200b}se@example.com",
            "strasse\u{202e}@example.com",
            "strasse@example.com\0",
            "a@b\r\nBcc: c@example.com",
        ] {
            let got = register(&world, other, OTHER).await;
            assert_eq!(
                user_errors(&got["data"]["register"]),
                ["INVALID at email"],
                "{other:?}"
            );
        }
        assert_eq!(world.number("SELECT count(*) FROM contact").await, contacts);
        customer(&world, "str.asse+1@example.com").await;
    })
    .await;
}

/// T-140, T-175: every mistake at once, and nothing is made.
#[tokio::test]
async fn a_registration_tells_all_that_is_wrong_with_it() {
    each_engine(async |world| {
        let long = "x".repeat(600);
        for (input, expected) in [
            (json!({ "email": "", "password": PASSWORD }), vec!["REQUIRED at email"]),
            (json!({ "email": "nobody", "password": "short" }), vec!["WEAK_PASSWORD at password", "INVALID at email"]),
            (json!({ "email": "a@b.example", "password": "x".repeat(129) }), vec!["TOO_LONG at password"]),
            (json!({ "email": "ann.ash@b.example", "password": "ann.ash@B.example" }), vec!["WEAK_PASSWORD at password"]),
            (json!({ "email": format!("{long}@b.example"), "password": PASSWORD, "firstName": long, "phone": long, "lastName": "a\nb" }),
                vec!["TOO_LONG at email", "TOO_LONG at firstName", "INVALID at lastName", "TOO_LONG at phone"]),
        ] {
            let got = world.attempt(&Person::anonymous(), REGISTER, input).await;
            assert_eq!(user_errors(&got), expected);
        }
        let check = json!({ "email": "a@b.example", "password": PASSWORD, "validateOnly": true });
        let got = world.change(&Person::anonymous(), REGISTER, check).await;
        assert_eq!((&got["token"], &got["account"]), (&Value::Null, &Value::Null));
        assert_eq!(world.number("SELECT count(*) FROM contact").await, 0);
    })
    .await;
}

/// T-60: what gives rights or prices cannot even be asked for.
#[tokio::test]
async fn nobody_registers_into_an_organization_a_group_or_a_role() {
    each_engine(async |world| {
        for extra in [
            "organizationId",
            "customerGroupId",
            "roles",
            "roleIds",
            "approved",
            "active",
            "login",
            "contactId",
            "id",
            "permissions",
        ] {
            let input =
                json!({ "email": "a@b.example", "password": PASSWORD, extra: "organization:1" });
            let refused = world
                .send(&Person::anonymous(), REGISTER, json!({ "input": input }))
                .await;
            assert_eq!(code(&refused), "BAD_REQUEST", "{extra}");
        }
        assert_eq!(world.number("SELECT count(*) FROM contact").await, 0);
    })
    .await;
}

/// T-60, T-65: one gets it, and nothing is left of the others.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_registrations_of_one_login_at_the_same_moment_one_comes_in() {
    each_engine(async |world| {
        let emails = [
            "ann@example.com",
            "ANN@example.com",
            "Ann@Example.com",
            "\u{ff41}nn@example.com",
        ];
        let got = join_all(emails.map(|email| register(&world, email, PASSWORD))).await;
        let mut outcomes: Vec<_> = got
            .iter()
            .map(|got| user_errors(&got["data"]["register"]).concat())
            .collect();
        outcomes.sort();
        assert_eq!(
            outcomes,
            ["", "TAKEN at email", "TAKEN at email", "TAKEN at email"]
        );
        assert_eq!(world.number("SELECT count(*) FROM contact").await, 1);
    })
    .await;
}

/// T-144, T-180: the account is made once, the token is told to nobody twice.
#[tokio::test]
async fn a_repeated_registration_gives_the_same_account_and_another_token() {
    each_engine(async |world| {
        let input = |key: &str, password: &str| json!({ "email": "ann@example.com", "password": password, "idempotencyKey": key });
        let anonymous = Person::anonymous();
        let short = world.attempt(&anonymous, REGISTER, input("fifteen letters", PASSWORD)).await;
        assert_eq!(user_errors(&short), ["INVALID at idempotencyKey"]);
        let key = "sixteen letters!";
        let first = world.change(&anonymous, REGISTER, input(key, PASSWORD)).await;
        let second = world.change(&anonymous, REGISTER, input(key, PASSWORD)).await;
        assert_eq!((&first["account"], &first["contact"]), (&second["account"], &second["contact"]));
        assert_ne!(first["token"], second["token"]);
        for token in [&first["token"], &second["token"]] {
            let person = Person { token: token.as_str().map(str::to_owned), account: None };
            world.ask(&person, "{ viewer { permissions } }", json!({})).await;
        }
        for (key, password) in [(key, OTHER), ("another one of 20 ch", PASSWORD)] {
            let taken = world.attempt(&anonymous, REGISTER, input(key, password)).await;
            assert_eq!(user_errors(&taken), ["TAKEN at email"]);
        }
    })
    .await;
}

/// T-190: byte for byte the same, while the letters say what is true.
#[tokio::test]
async fn by_mail_every_registration_is_answered_the_same_and_the_letters_differ() {
    each_confirming(async |world| {
        let free = register(&world, "ann@example.com", PASSWORD).await;
        let pending = register(&world, "ANN@example.com", OTHER).await;
        let letters = world.letters().await;
        let link = token_in(&letters[1]);
        confirm(&world, &link).await;
        let taken = register(&world, "ann@example.com", "something else altogether").await;
        let nothing = json!({ "token": null, "account": null, "contact": null, "userErrors": [] });
        assert_eq!(free["data"]["register"], nothing);
        assert!(free == pending && pending == taken);
        let letters = world.letters().await;
        let subjects: Vec<_> = letters
            .iter()
            .filter_map(|letter| letter.lines().find(|line| line.starts_with("Subject: ")))
            .collect();
        assert_eq!(
            subjects,
            [
                "Subject: Confirm your registration",
                "Subject: Confirm your registration",
                "Subject: You are registered already"
            ]
        );
        assert!(
            letters
                .iter()
                .all(|letter| letter.contains("To: ann@example.com\r\n"))
        );
        assert!(!letters[2].contains("gh"));
        assert!(gets_in(&world, "ann@example.com", OTHER).await);
        assert!(!gets_in(&world, "ann@example.com", "something else altogether").await);
    })
    .await;
}

/// T-190, T-191: before, a right password is told that it is too early; the token is good once and for two days.
#[tokio::test]
async fn a_confirmation_approves_and_signs_in_once() {
    each_confirming(async |world| {
        register(&world, "ann@example.com", PASSWORD).await;
        assert_eq!(
            user_errors(&try_sign_in(&world, "ann@example.com", PASSWORD).await),
            ["NOT_APPROVED at login"]
        );
        assert_eq!(
            user_errors(&try_sign_in(&world, "ann@example.com", OTHER).await),
            ["BAD_CREDENTIALS at login"]
        );
        let token = token_in(&world.letters().await[0]);
        assert!(token.starts_with("ghc_"));
        for wrong in [
            token.replace("ghc_", "ghr_"),
            format!("{token}x"),
            String::new(),
            "\0".to_owned(),
        ] {
            assert_eq!(
                user_errors(&confirm(&world, &wrong).await),
                ["TOKEN_EXPIRED at token"]
            );
        }
        world.clock.advance(TimeDelta::seconds(48 * 3600 - 1));
        let got = confirm(&world, &token).await;
        assert_eq!(
            got["account"],
            json!({ "login": "ann@example.com", "approved": true, "version": 2 })
        );
        let person = Person {
            token: got["token"].as_str().map(str::to_owned),
            account: None,
        };
        world
            .ask(&person, "{ viewer { permissions } }", json!({}))
            .await;
        assert_eq!(
            user_errors(&confirm(&world, &token).await),
            ["TOKEN_EXPIRED at token"]
        );
        assert!(gets_in(&world, "ann@example.com", PASSWORD).await);

        register(&world, "late@example.com", PASSWORD).await;
        let late = token_in(&world.letters().await[1]);
        world.clock.advance(TimeDelta::hours(48));
        assert_eq!(
            user_errors(&confirm(&world, &late).await),
            ["TOKEN_EXPIRED at token"]
        );
    })
    .await;
}

/// T-190: each letter brings the password that was chosen with it, and the first that is used ends the others.
#[tokio::test]
async fn a_stranger_who_registers_my_address_first_does_not_get_in_by_my_confirmation() {
    each_confirming(async |world| {
        for (name, password) in [("Mallory", "a stranger's own choice"), ("Ann", PASSWORD)] {
            let said =
                json!({ "email": "ann@example.com", "password": password, "firstName": name });
            world.change(&Person::anonymous(), REGISTER, said).await;
        }
        let letters = world.letters().await;
        let (theirs, mine) = (token_in(&letters[0]), token_in(&letters[1]));
        let confirmed = confirm(&world, &mine).await;
        assert_eq!(confirmed["account"]["approved"], true);
        assert_eq!(confirmed["contact"]["fullName"], "Ann");
        assert!(gets_in(&world, "ann@example.com", PASSWORD).await);
        assert!(!gets_in(&world, "ann@example.com", "a stranger's own choice").await);
        assert_eq!(
            user_errors(&confirm(&world, &theirs).await),
            ["TOKEN_EXPIRED at token"]
        );
        assert!(gets_in(&world, "ann@example.com", PASSWORD).await);
    })
    .await;
}

/// T-190: an administrator who says no has the last word.
#[tokio::test]
async fn what_an_administrator_settled_cannot_be_confirmed_any_more() {
    each_confirming(async |world| {
        register(&world, "ann@example.com", PASSWORD).await;
        let token = token_in(&world.letters().await[0]);
        let find = "{ accounts(first: 1, filter: { approved: false }) { nodes { id } } }";
        let found = world.ask(&world.admin, find, json!({})).await;
        let no = json!({ "id": found["accounts"]["nodes"][0]["id"], "approved": false });
        world.change(&world.admin, ACCOUNT_UPDATE, no).await;
        assert_eq!(
            user_errors(&confirm(&world, &token).await),
            ["TOKEN_EXPIRED at token"]
        );
        register(&world, "ann@example.com", OTHER).await;
        assert!(world.letters().await[1].contains("You are registered already"));
        assert_eq!(
            user_errors(&try_sign_in(&world, "ann@example.com", PASSWORD).await),
            ["NOT_APPROVED at login"]
        );
    })
    .await;
}

/// T-190: also when they come at once, and however many confirm.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn registrations_by_mail_at_the_same_moment_are_answered_the_same_too() {
    each_confirming(async |world| {
        let got = join_all((0..4).map(|_| register(&world, "ann@example.com", PASSWORD))).await;
        assert!(got.iter().all(|answer| *answer == got[0]), "{got:#?}");
        assert_eq!(got[0]["data"]["register"]["userErrors"], json!([]));
        assert_eq!(
            world
                .number("SELECT count(*) FROM account WHERE awaits_confirmation")
                .await,
            1
        );
        assert_eq!(world.number("SELECT count(*) FROM mail").await, 4);
        let token = token_in(&world.letters().await[0]);
        let confirmed = join_all((0..8).map(|_| confirm(&world, &token))).await;
        assert_eq!(
            confirmed
                .iter()
                .filter(|answer| answer["token"].is_string())
                .count(),
            1
        );
    })
    .await;
}

/// T-144: a key that two people happened to choose stands for two confirmations.
#[tokio::test]
async fn a_key_without_an_account_belongs_to_one_token() {
    each_confirming(async |world| {
        for login in ["ann@example.com", "bob@example.com"] {
            register(&world, login, PASSWORD).await;
        }
        for letter in world.letters().await {
            let input = json!({ "token": token_in(&letter), "idempotencyKey": "0000000000000000" });
            world.change(&Person::anonymous(), CONFIRM, input).await;
        }
        for login in ["ann@example.com", "bob@example.com"] {
            assert!(gets_in(&world, login, PASSWORD).await);
        }
    })
    .await;
}
