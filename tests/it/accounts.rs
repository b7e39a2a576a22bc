//! Looking after the accounts of others.

use crate::sign_in::{ACCOUNT_UPDATE, OTHER, PASSWORD, account_of, customer, gets_in, signed_in};
use crate::support::build::contact_id;
use crate::support::{Person, World, code, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::{Value, json};

const CREATE: &str = "mutation($input: AccountCreateInput!) { accountCreate(input: $input) {
    account { id login email approved active version contact { id } roles { role { name } scope } } userErrors { code path } } }";
const SET_PASSWORD: &str =
    "mutation($input: AccountSetPasswordInput!) { accountSetPassword(input: $input) {
    account { version } userErrors { code path } } }";
const DELETE: &str = "mutation($input: AccountDeleteInput!) { accountDelete(input: $input) { deletedId userErrors { code path } } }";
const UNLOCK: &str = "mutation($input: AccountUnlockInput!) { accountUnlock(input: $input) { account { version } userErrors { code path } } }";

async fn errors(world: &World, person: &Person, mutation: &str, input: Value) -> Vec<String> {
    user_errors(&world.attempt(person, mutation, input).await)
}

/// T-61: wherever an account comes from, it holds what every account holds.
#[tokio::test]
async fn an_administrator_makes_an_account_that_one_signs_in_with() {
    each_engine(async |world| {
        let contact = world.contact("Ann", None).await;
        let input = json!({ "contactId": contact, "login": " Ann ", "email": "ann@example.com", "password": PASSWORD, "comment": "new" });
        let got = world.change(&world.admin, CREATE, input).await;
        let held = |name: &str| json!({ "role": { "name": name }, "scope": "OWN" });
        let id = got["account"]["id"].clone();
        assert_eq!(got["account"], json!({
            "id": id, "login": "Ann", "email": "ann@example.com", "approved": true, "active": true, "version": 1,
            "contact": { "id": contact }, "roles": [held("Everyone"), held("Registered")],
        }));
        assert!(gets_in(&world, "ANN", PASSWORD).await);
        let bare = world.change(&world.admin, CREATE, json!({ "login": "bare" })).await;
        assert_eq!(bare["account"]["contact"], Value::Null);
        assert!(!gets_in(&world, "bare", "").await && !gets_in(&world, "bare", PASSWORD).await);
    })
    .await;
}

/// T-39, T-69, T-140, T-175.
#[tokio::test]
async fn what_is_wrong_with_a_new_account_is_told() {
    each_engine(async |world| {
        let ann = customer(&world, "ann@example.com").await;
        let contact = world.contact("Bob", None).await;
        world.account("bob", Some(contact_id(&contact))).await;
        let unknown = "contact:01900000-0000-7000-8000-00000000ffff";
        for (input, expected) in [
            (json!({ "login": "  " }), vec!["REQUIRED at login"]),
            (
                json!({ "login": "x".repeat(321), "email": "no", "comment": "x".repeat(10_001) }),
                vec![
                    "TOO_LONG at login",
                    "INVALID at email",
                    "TOO_LONG at comment",
                ],
            ),
            (json!({ "login": "a\u{200b}b" }), vec!["INVALID at login"]),
            (
                json!({ "login": "ANN@example.com" }),
                vec!["TAKEN at login"],
            ),
            (
                json!({ "login": "new", "contactId": contact }),
                vec!["TAKEN at contactId"],
            ),
            (
                json!({ "login": "new", "contactId": unknown }),
                vec!["NOT_FOUND at contactId"],
            ),
            (
                json!({ "login": "new", "password": "short" }),
                vec!["WEAK_PASSWORD at password"],
            ),
            (
                json!({ "login": "new", "password": "x".repeat(200) }),
                vec!["TOO_LONG at password"],
            ),
        ] {
            assert_eq!(errors(&world, &world.admin, CREATE, input).await, expected);
        }
        assert_eq!(
            errors(
                &world,
                &ann,
                CREATE,
                json!({ "login": "new", "password": PASSWORD })
            )
            .await,
            ["FORBIDDEN at contactId"]
        );
        let anonymous = world
            .send(
                &Person::anonymous(),
                CREATE,
                json!({ "input": { "login": "new" } }),
            )
            .await;
        assert_eq!(code(&anonymous), "UNAUTHENTICATED");
        let check = world
            .change(
                &world.admin,
                CREATE,
                json!({ "login": "new", "password": PASSWORD, "validateOnly": true }),
            )
            .await;
        assert_eq!(check["account"], Value::Null);
        assert_eq!(
            world
                .number("SELECT count(*) FROM account WHERE login = 'new'")
                .await,
            0
        );
    })
    .await;
}

/// T-180: the password is part of the input, and is told from another one.
#[tokio::test]
async fn another_password_with_the_same_key_is_another_input() {
    each_engine(async |world| {
        let input = |password: &str| json!({ "login": "ann", "password": password, "idempotencyKey": "k" });
        let first = world.change(&world.admin, CREATE, input(PASSWORD)).await;
        assert_eq!(world.change(&world.admin, CREATE, input(PASSWORD)).await, first);
        let mismatch = ["IDEMPOTENCY_MISMATCH at idempotencyKey"];
        assert_eq!(errors(&world, &world.admin, CREATE, input(OTHER)).await, mismatch);
        assert_eq!(errors(&world, &world.admin, CREATE, json!({ "login": "ann", "idempotencyKey": "k" })).await, mismatch);
        let set = |password: &str| json!({ "id": first["account"]["id"], "newPassword": password, "idempotencyKey": "s" });
        for _ in 0..2 {
            assert_eq!(world.change(&world.admin, SET_PASSWORD, set(OTHER)).await["account"]["version"], 2);
        }
        assert_eq!(errors(&world, &world.admin, SET_PASSWORD, set(PASSWORD)).await, mismatch);
        assert!(gets_in(&world, "ann", OTHER).await);
    })
    .await;
}

/// T-67, T-192: the contact keeps its e-mail, the sessions end, and whoever read the mail before is told.
#[tokio::test]
async fn login_and_email_are_changed_apart_and_end_the_sessions() {
    each_engine(async |world| {
        let ann = customer(&world, "ann@example.com").await;
        let id = account_of(&ann);
        for input in [
            json!({ "id": id, "login": null }),
            json!({ "id": id, "approved": null }),
            json!({ "id": id, "active": null }),
            json!({ "id": id, "login": "administrator" }),
            json!({ "id": id, "login": "x", "expectedVersion": 2 }),
        ] {
            assert_eq!(
                errors(&world, &world.admin, ACCOUNT_UPDATE, input)
                    .await
                    .len(),
                1
            );
        }
        let same = json!({ "id": id, "login": "ann@example.com", "approved": true });
        assert_eq!(
            world.change(&world.admin, ACCOUNT_UPDATE, same).await["account"]["version"],
            1
        );
        let done = json!({ "id": id, "login": "annie", "expectedVersion": 1 });
        let got = world.change(&world.admin, ACCOUNT_UPDATE, done).await;
        assert_eq!(
            (&got["account"]["login"], &got["account"]["email"]),
            (&json!("annie"), &json!("ann@example.com"))
        );
        assert_eq!(
            code(
                &world
                    .send(&ann, "{ viewer { permissions } }", json!({}))
                    .await
            ),
            "UNAUTHENTICATED"
        );
        let annie = signed_in(&world, "annie", PASSWORD).await;
        let contact = world
            .ask(&annie, "{ viewer { contact { email } } }", json!({}))
            .await;
        assert_eq!(contact["viewer"]["contact"]["email"], "ann@example.com");
        world
            .change(
                &world.admin,
                ACCOUNT_UPDATE,
                json!({ "id": id, "email": "new@example.com" }),
            )
            .await;
        let letters = world.letters().await;
        assert_eq!(letters.len(), 2);
        assert!(
            letters
                .iter()
                .all(|letter| letter.contains("To: ann@example.com\r\n"))
        );
        assert!(!gets_in(&world, "ann@example.com", PASSWORD).await);
        customer(&world, "ann@example.com").await;
    })
    .await;
}

/// T-192, T-196: what is as good as becoming the account takes what setting its password takes; the rest takes the right to edit.
#[tokio::test]
async fn nobody_becomes_an_account_that_holds_more_than_they_do() {
    each_engine(async |world| {
        let (edit, set) = (Permission::AccountEdit, Permission::AccountSetPassword);
        let clerk = world
            .holder(
                "clerk",
                &[Permission::AccountView, edit],
                Scope::Global,
                None,
            )
            .await;
        let setter = world
            .holder(
                "setter",
                &[
                    Permission::AccountView,
                    edit,
                    set,
                    Permission::AccountUnlock,
                    Permission::OrganizationView,
                ],
                Scope::Global,
                None,
            )
            .await;
        let id = account_of(&customer(&world, "ann@example.com").await);
        let admin = account_of(&world.admin);
        let login = |id: &str| json!({ "id": id, "login": "mine" });
        let email = |id: &str| json!({ "id": id, "email": "mine@example.com" });
        let password = |id: &str| json!({ "id": id, "newPassword": OTHER });
        assert_eq!(
            errors(&world, &clerk, ACCOUNT_UPDATE, login(&id)).await,
            ["FORBIDDEN at login"]
        );
        assert_eq!(
            errors(&world, &clerk, ACCOUNT_UPDATE, email(&id)).await,
            ["FORBIDDEN at email"]
        );
        assert_eq!(
            errors(&world, &clerk, SET_PASSWORD, password(&id)).await,
            ["FORBIDDEN at id"]
        );
        assert_eq!(
            errors(&world, &clerk, UNLOCK, json!({ "id": id })).await,
            ["FORBIDDEN at id"]
        );
        assert_eq!(
            errors(&world, &setter, ACCOUNT_UPDATE, login(&admin)).await,
            ["OUT_OF_SCOPE at login"]
        );
        assert_eq!(
            errors(&world, &setter, ACCOUNT_UPDATE, email(&admin)).await,
            ["OUT_OF_SCOPE at email"]
        );
        assert_eq!(
            errors(&world, &setter, SET_PASSWORD, password(&admin)).await,
            ["OUT_OF_SCOPE at id"]
        );
        assert_eq!(
            errors(
                &world,
                &setter,
                SET_PASSWORD,
                password(&account_of(&setter))
            )
            .await,
            ["INVALID at id"]
        );
        assert_eq!(
            errors(&world, &setter, UNLOCK, json!({ "id": admin })).await,
            Vec::<String>::new()
        );
        assert_eq!(
            errors(&world, &setter, SET_PASSWORD, password(&id)).await,
            Vec::<String>::new()
        );
        assert!(gets_in(&world, "ann@example.com", OTHER).await);
        assert_eq!(
            errors(
                &world,
                &clerk,
                ACCOUNT_UPDATE,
                json!({ "id": id, "comment": "seen" })
            )
            .await,
            Vec::<String>::new()
        );
        let stranger = customer(&world, "bob@example.com").await;
        for mutation in [SET_PASSWORD, UNLOCK, DELETE] {
            let input = if mutation == SET_PASSWORD {
                password(&id)
            } else {
                json!({ "id": id })
            };
            assert_eq!(
                errors(&world, &stranger, mutation, input).await,
                ["NOT_FOUND at id"]
            );
        }
    })
    .await;
}

/// T-34, T-68, T-69: the contact stays, the login is free, and the new account is another one.
#[tokio::test]
async fn a_deleted_account_leaves_its_contact_and_its_login_behind() {
    each_engine(async |world| {
        let ann = customer(&world, "ann@example.com").await;
        let id = account_of(&ann);
        world.assign(&ann, guildhall::access::ADMINISTRATORS, Scope::Global, None).await;
        let reset = "mutation($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) { userErrors { code } } }";
        world.change(&Person::anonymous(), reset, json!({ "login": "ann@example.com" })).await;
        world.letters().await;
        let who = world.ask(&ann, "{ viewer { contact { id } } }", json!({})).await;
        let contact = who["viewer"]["contact"]["id"].clone();
        assert_eq!(errors(&world, &world.admin, DELETE, json!({ "id": id, "expectedVersion": 5 })).await, ["STALE at expectedVersion"]);
        assert_eq!(world.change(&world.admin, DELETE, json!({ "id": id })).await["deletedId"], json!(id));
        assert_eq!(code(&world.send(&ann, "{ viewer { permissions } }", json!({})).await), "UNAUTHENTICATED");
        assert!(!gets_in(&world, "ann@example.com", PASSWORD).await);
        for table in ["session WHERE account_id NOT IN (SELECT id FROM account)", "account_token", "sign_in_budget WHERE failures > 1"] {
            assert_eq!(world.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
        }
        assert_eq!(errors(&world, &world.admin, DELETE, json!({ "id": id })).await, ["NOT_FOUND at id"]);
        let again = world.change(&world.admin, CREATE, json!({ "login": "ANN@example.com", "contactId": contact, "password": OTHER })).await;
        assert_ne!(again["account"]["id"], json!(id));
        assert_eq!(again["account"]["contact"]["id"], contact);
        let ann = signed_in(&world, "ann@example.com", OTHER).await;
        let who = world.ask(&ann, "{ viewer { permissions } }", json!({})).await;
        assert!(!who["viewer"]["permissions"].to_string().contains("ROLE_ASSIGN"));
    })
    .await;
}

/// T-193: the last administrator stays.
#[tokio::test]
async fn the_last_administrator_is_neither_deleted_nor_put_out_of_use() {
    each_engine(async |world| {
        let id = account_of(&world.admin);
        for (mutation, input, expected) in [
            (DELETE, json!({ "id": id }), "LAST_HOLDER at id"),
            (
                ACCOUNT_UPDATE,
                json!({ "id": id, "active": false }),
                "LAST_HOLDER at active",
            ),
            (
                ACCOUNT_UPDATE,
                json!({ "id": id, "approved": false }),
                "LAST_HOLDER at approved",
            ),
        ] {
            assert_eq!(
                errors(&world, &world.admin, mutation, input).await,
                [expected]
            );
        }
    })
    .await;
}
