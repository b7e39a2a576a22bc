//! Acting on behalf of an account: being it, with both named, for an hour at most, and never further.

mod forbidden;

use crate::delegation::becoming::ACCOUNT_UPDATE;
use crate::delegation::made;
use crate::roles::{REVOKE, account_id, can, refused, reopened_for};
use crate::support::build::contact_id;
use crate::support::{Person, World, code, each_engine};
use chrono::TimeDelta;
use entity::ids::RoleAssignmentId;
use entity::role_assignment::Scope;
use guildhall::access::Permission::{
    self, AccountSignInOnBehalf, AccountView, ContactEdit, ContactView, HistoryView, OrderPlace,
    OrganizationView,
};
use serde_json::json;

pub const ON_BEHALF: &str =
    "mutation($input: AccountSignInOnBehalfInput!) { accountSignInOnBehalf(input: $input) {
    token expiresAt userErrors { code path message } } }";

const ACTING: [Permission; 2] = [AccountView, AccountSignInOnBehalf];

/// A session in which `actor` acts for `subject`.
pub async fn acting(world: &World, actor: &Person, subject: &Person) -> Person {
    let payload = world
        .change(actor, ON_BEHALF, json!({ "id": account_id(subject) }))
        .await;
    let token = payload["token"].as_str().expect("a token").to_owned();
    Person {
        token: Some(token),
        account: subject.account,
    }
}

/// Whether a session still stands for somebody.
async fn goes_on(world: &World, session: &Person) -> bool {
    let body = world
        .send(session, "{ viewer { onBehalf } }", json!({}))
        .await;
    match body.get("errors") {
        None => {
            assert_eq!(body["data"]["viewer"]["onBehalf"], json!(true));
            true
        }
        Some(_) => {
            assert_eq!(code(&body), "UNAUTHENTICATED");
            false
        }
    }
}

/// A subject in an organization, with a role of its own there; and somebody who may act for everybody, and holds nothing else.
async fn two(world: &World) -> (Person, Person, RoleAssignmentId, String) {
    let top = world.organization("Top", None).await;
    let contact = world.contact("Ada", Some(&top)).await;
    let ada = world.account("ada", Some(contact_id(&contact))).await;
    let own = made(world, "own", &[ContactView, ContactEdit]).await;
    world.assign(&ada, own, Scope::Own, None).await;
    let actor = world.account("actor", None).await;
    let acts = made(world, "acts", &ACTING).await;
    let held = world.assign(&actor, acts, Scope::Global, None).await;
    (ada, actor, held, contact)
}

/// T-73: the viewer is the account, with all it may do and nothing more; the history names both.
#[tokio::test]
async fn whoever_acts_on_behalf_of_an_account_is_that_account_and_the_history_names_both() {
    each_engine(async |world| {
        let (ada, actor, _, contact) = two(&world).await;
        let session = acting(&world, &actor, &ada).await;
        let data = world.ask(&session, "{ viewer { onBehalf permissions account { login } contact { fullName } } }", json!({})).await;
        assert_eq!(data["viewer"], json!({ "onBehalf": true, "account": { "login": "ada" }, "contact": { "fullName": "Ada" },
            "permissions": ["ORGANIZATION_VIEW", "CONTACT_VIEW", "CONTACT_EDIT"] }));
        assert!(!can(&world, &session, "ACCOUNT_SIGN_IN_ON_BEHALF", None).await, "not what the actor may do");
        let update = "mutation($input: ContactUpdateInput!) { contactUpdate(input: $input) { userErrors { code path } } }";
        world.change(&session, update, json!({ "id": contact, "phone": "1" })).await;
        let (subject_id, actor_id) = (ada.account.expect("an account"), actor.account.expect("an account"));
        let named = |mutation: &str, actor: &str, subject: &str| format!(
            "SELECT count(*) FROM history_entry AS entry LEFT JOIN account AS actor ON actor.id = entry.actor_id
             LEFT JOIN account AS subject ON subject.id = entry.on_behalf_of_id
             WHERE mutation = '{mutation}' AND actor.login = '{actor}' AND coalesce(subject.login, '') = '{subject}'");
        assert_ne!(subject_id, actor_id);
        assert_eq!(world.number(&named("contactUpdate", "actor", "ada")).await, 1);
        assert_eq!(world.number(&named("accountSignInOnBehalf", "actor", "")).await, 1, "that it began is written down");
        world.change(&ada, update, json!({ "id": contact, "phone": "2" })).await;
        assert_eq!(world.number(&named("contactUpdate", "ada", "")).await, 1);
        let data = world.ask(&actor, "{ viewer { onBehalf account { login } } }", json!({})).await;
        assert_eq!(data["viewer"], json!({ "onBehalf": false, "account": { "login": "actor" } }), "one's own session goes on");
    })
    .await;
}

/// T-73, T-196: it takes the right over the account, and every right of it beyond OWN, in place and now.
#[tokio::test]
async fn acting_takes_every_right_that_the_account_holds_beyond_its_own_organization() {
    each_engine(async |world| {
        let (ada, actor, _, _) = two(&world).await;
        let input = json!({ "id": account_id(&ada) });
        let (near, far) = (world.organization("Near", None).await, world.organization("Far", None).await);
        let historians = made(&world, "historians", &[HistoryView]).await;
        for (scope, over) in [(Scope::Node, Some(&near)), (Scope::Subtree, Some(&far)), (Scope::Global, None)] {
            assert_eq!(refused(&world, &actor, ON_BEHALF, input.clone()).await, [""; 0]);
            world.assign(&ada, historians, scope, over.map(String::as_str)).await;
            assert_eq!(refused(&world, &actor, ON_BEHALF, input.clone()).await, ["OUT_OF_SCOPE at id"], "{scope:?}");
            world.assign(&actor, historians, scope, over.map(String::as_str)).await;
        }
        assert_eq!(refused(&world, &actor, ON_BEHALF, input.clone()).await, [""; 0]);
        // What has not begun is not held: it ends the session when it begins.
        let orders = made(&world, "orders", &[OrderPlace]).await;
        let later = json!({ "accountId": account_id(&ada), "roleId": crate::roles::role_id(orders), "scope": "GLOBAL", "validFrom": "2026-01-01T00:30:00Z" });
        world.change(&world.admin, crate::roles::ASSIGN, later).await;
        let session = acting(&world, &actor, &ada).await;
        assert!(goes_on(&world, &session).await);
        world.clock.advance(TimeDelta::minutes(30));
        assert!(!goes_on(&world, &session).await);
    })
    .await;
}

/// T-38, T-73: hidden ones are not there, and neither oneself nor an account out of use can be acted for.
#[tokio::test]
async fn whom_one_cannot_act_for_is_told_by_code() {
    each_engine(async |world| {
        let (ada, actor, _, _) = two(&world).await;
        let (near, far) = (
            world.organization("Near", None).await,
            world.organization("Far", None).await,
        );
        let local = world
            .holder("local", &ACTING, Scope::Subtree, Some(&near))
            .await;
        let sees = made(&world, "sees", &[AccountView, OrganizationView]).await;
        let id = json!({ "id": account_id(&ada) });
        assert_eq!(
            refused(&world, &local, ON_BEHALF, id.clone()).await,
            ["NOT_FOUND at id"]
        );
        world.assign(&local, sees, Scope::Global, None).await;
        assert_eq!(
            refused(&world, &local, ON_BEHALF, id.clone()).await,
            ["FORBIDDEN at id"]
        );
        let absent = json!({ "id": "account:01900000-0000-7000-8000-00000000ffff" });
        assert_eq!(
            refused(&world, &actor, ON_BEHALF, absent).await,
            ["NOT_FOUND at id"]
        );
        let own = json!({ "id": account_id(&actor) });
        assert_eq!(
            refused(&world, &actor, ON_BEHALF, own).await,
            ["INVALID at id"]
        );
        for column in ["active", "approved"] {
            world
                .sql(&format!(
                    "UPDATE account SET {column} = false WHERE login = 'ada'"
                ))
                .await;
            assert_eq!(
                refused(&world, &actor, ON_BEHALF, id.clone()).await,
                ["INVALID at id"],
                "{column}"
            );
            world
                .sql(&format!(
                    "UPDATE account SET {column} = true WHERE login = 'ada'"
                ))
                .await;
        }
        let mut validated = id;
        validated["validateOnly"] = json!(true);
        let payload = world.change(&actor, ON_BEHALF, validated).await;
        assert_eq!(payload["token"], json!(null));
        assert_ne!(near, far);
    })
    .await;
}

/// T-73, T-193: with every request it is asked again whether the actor may.
#[tokio::test]
async fn it_ends_when_the_actor_may_not_any_more() {
    each_engine(async |world| {
        let (ada, actor, held, _) = two(&world).await;
        let session = acting(&world, &actor, &ada).await;
        let top = world.organization("Elsewhere", None).await;
        world
            .change(
                &world.admin,
                REVOKE,
                json!({ "id": format!("roleAssignment:{held}") }),
            )
            .await;
        assert!(!goes_on(&world, &session).await, "without the right");
        let acts = made(&world, "acts again", &ACTING).await;
        world.assign(&actor, acts, Scope::Subtree, Some(&top)).await;
        assert!(!goes_on(&world, &session).await, "with the right elsewhere");
        world.assign(&actor, acts, Scope::Global, None).await;
        assert!(goes_on(&world, &session).await);

        let historians = made(&world, "historians", &[HistoryView]).await;
        let more = world
            .assign(&ada, historians, Scope::Node, Some(&top))
            .await;
        assert!(
            !goes_on(&world, &session).await,
            "the account holds more than the actor"
        );
        world.system.revoke_role(more).await.expect("an end");
        assert!(goes_on(&world, &session).await);

        for input in [
            json!({ "id": account_id(&actor), "active": false }),
            json!({ "id": account_id(&actor), "active": true }),
        ] {
            world.change(&world.admin, ACCOUNT_UPDATE, input).await;
            assert!(
                !goes_on(&world, &session).await,
                "and it does not come back"
            );
        }
    })
    .await;
}

/// T-73: an hour, to the microsecond.
#[tokio::test]
async fn it_ends_after_an_hour() {
    each_engine(async |world| {
        let (ada, actor, _, _) = two(&world).await;
        let payload = world
            .change(&actor, ON_BEHALF, json!({ "id": account_id(&ada) }))
            .await;
        assert_eq!(payload["expiresAt"], json!("2026-01-01T01:00:00.000000Z"));
        let session = Person {
            token: payload["token"].as_str().map(str::to_owned),
            account: ada.account,
        };
        world
            .clock
            .advance(TimeDelta::hours(1) - TimeDelta::microseconds(1));
        assert!(goes_on(&world, &session).await);
        world.clock.advance(TimeDelta::microseconds(1));
        assert!(!goes_on(&world, &session).await);
    })
    .await;
}

/// T-72, T-73: whatever ends all sessions of the account, or of the actor, ends these as well.
#[tokio::test]
async fn it_ends_with_all_sessions_of_the_account_or_of_the_actor() {
    each_engine(async |world| {
        let (ada, actor, _, _) = two(&world).await;
        let sign_out = "mutation($input: SignOutInput!) { signOut(input: $input) { userErrors { code path } } }";
        for by in [&ada, &actor] {
            let session = acting(&world, &reopened_for(&world, &actor).await, &ada).await;
            world.change(&reopened_for(&world, by).await, sign_out, json!({ "everywhere": true })).await;
            assert!(!goes_on(&world, &session).await);
        }
        let set = crate::delegation::becoming::SET_PASSWORD;
        for target in [&ada, &actor] {
            let session = acting(&world, &reopened_for(&world, &actor).await, &ada).await;
            let input = json!({ "id": account_id(target), "newPassword": "correct horse battery" });
            world.change(&world.admin, set, input).await;
            assert!(!goes_on(&world, &session).await);
        }
        let session = acting(&world, &reopened_for(&world, &actor).await, &ada).await;
        let payload = world.attempt(&session, sign_out, json!({ "everywhere": true })).await;
        assert_eq!(crate::support::user_errors(&payload), ["FORBIDDEN at everywhere"], "nobody is signed out by who acts for them");
        world.change(&session, sign_out, json!({})).await;
        assert!(!goes_on(&world, &session).await);
    })
    .await;
}
