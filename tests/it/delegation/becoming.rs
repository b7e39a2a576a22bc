//! Becoming an account is gaining what it holds: by its password, its login, its e-mail, by bringing it back, by making it.

use super::{made, seer};
use crate::roles::{ASSIGN, account_id, refused, role_id};
use crate::support::build::contact_id;
use crate::support::{Person, World, each_engine};
use chrono::TimeDelta;
use entity::role_assignment::Scope;
use guildhall::access::Permission::{
    self, AccountCreate, AccountEdit, AccountSetPassword, AccountUnlock, AccountView, ContactView,
    HistoryView, OrganizationView,
};
use guildhall::access::REGISTERED;
use serde_json::{Value, json};

pub const SET_PASSWORD: &str = "mutation($input: AccountSetPasswordInput!) { accountSetPassword(input: $input) { userErrors { code path message } } }";
pub const ACCOUNT_UPDATE: &str = "mutation($input: AccountUpdateInput!) { accountUpdate(input: $input) { userErrors { code path message } } }";
pub const ACCOUNT_CREATE: &str = "mutation($input: AccountCreateInput!) { accountCreate(input: $input) { account { id } userErrors { code path message } } }";
const UNLOCK: &str = "mutation($input: AccountUnlockInput!) { accountUnlock(input: $input) { userErrors { code path message } } }";

const LOOKS_AFTER: [Permission; 4] = [AccountView, AccountEdit, AccountSetPassword, AccountUnlock];

/// Every way of becoming `account`, with the field that a refusal names. Nothing of it is carried out.
fn ways(account: &str) -> [(&'static str, Value, &'static str); 5] {
    let input = |rest: Value| {
        let mut input = json!({ "id": account, "validateOnly": true });
        input
            .as_object_mut()
            .expect("an object")
            .extend(rest.as_object().expect("an object").clone());
        input
    };
    [
        (
            SET_PASSWORD,
            input(json!({ "newPassword": "correct horse battery" })),
            "id",
        ),
        (
            ACCOUNT_UPDATE,
            input(json!({ "login": "taken-over" })),
            "login",
        ),
        (
            ACCOUNT_UPDATE,
            input(json!({ "email": "mine@example.com" })),
            "email",
        ),
        (ACCOUNT_UPDATE, input(json!({ "active": true })), "active"),
        (
            ACCOUNT_UPDATE,
            input(json!({ "approved": true })),
            "approved",
        ),
    ]
}

/// Whether `person` may become the account by every way, or by none.
async fn becomes(world: &World, person: &Person, account: &str) -> bool {
    world
        .sql("UPDATE account SET active = false, approved = false WHERE login = 'target'")
        .await;
    let mut outcomes = Vec::new();
    for (mutation, input, field) in ways(account) {
        let got = refused(world, person, mutation, input).await.concat();
        assert!(
            got.is_empty() || got == format!("OUT_OF_SCOPE at {field}"),
            "{got}"
        );
        outcomes.push(got.is_empty());
    }
    outcomes.dedup();
    assert_eq!(outcomes.len(), 1, "all ways alike: {outcomes:?}");
    outcomes[0]
}

/// T-192, T-196: with each kind of thing that the account holds.
#[tokio::test]
async fn whoever_becomes_an_account_must_hold_all_that_it_holds() {
    each_engine(async |world| {
        let top = world.organization("Top", None).await;
        let far = world.organization("Far", None).await;
        let contact = world.contact("Ada", Some(&top)).await;
        let target = world.account("target", Some(contact_id(&contact))).await;
        let id = account_id(&target);
        let clerk = world.holder("clerk", &LOOKS_AFTER, Scope::Subtree, Some(&top)).await;
        // What every account holds of its organization, the clerk lacks at first.
        assert!(!becomes(&world, &clerk, &id).await);
        let sees = made(&world, "sees", &[OrganizationView]).await;
        world.assign(&clerk, sees, Scope::Subtree, Some(&top)).await;
        assert!(becomes(&world, &clerk, &id).await);

        let historians = made(&world, "historians", &[HistoryView]).await;
        for (scope, over) in [(Scope::Own, None), (Scope::Node, Some(&top)), (Scope::Node, Some(&far)), (Scope::Subtree, Some(&top)), (Scope::Global, None)] {
            let held = world.assign(&target, historians, scope, over.map(String::as_str)).await;
            assert!(!becomes(&world, &clerk, &id).await, "{scope:?}");
            let also = world.assign(&clerk, historians, if scope == Scope::Own { Scope::Node } else { scope }, over.or((scope == Scope::Own).then_some(&top)).map(String::as_str)).await;
            assert!(becomes(&world, &clerk, &id).await, "{scope:?}");
            for gone in [held, also] {
                world.system.revoke_role(gone).await.expect("an end");
            }
        }
        // One that has begun nowhere yet counts as well: it would be there for whoever has the account then.
        let later = json!({ "accountId": id, "roleId": role_id(historians), "scope": "GLOBAL", "validFrom": "2027-01-01T00:00:00Z" });
        world.change(&world.admin, ASSIGN, later).await;
        assert!(!becomes(&world, &clerk, &id).await);
    })
    .await;
}

/// T-196: for as long as it holds it.
#[tokio::test]
async fn whoever_becomes_an_account_must_hold_its_rights_for_as_long() {
    each_engine(async |world| {
        let target = world.account("target", None).await;
        let clerk = world
            .holder("clerk", &LOOKS_AFTER, Scope::Global, None)
            .await;
        let historians = made(&world, "historians", &[HistoryView]).await;
        let end = world.clock.now() + TimeDelta::days(1);
        super::assign_until(&world, &target, historians, end).await;
        super::assign_until(&world, &clerk, historians, end - TimeDelta::microseconds(1)).await;
        assert!(!becomes(&world, &clerk, &account_id(&target)).await);
        super::assign_until(&world, &clerk, historians, end).await;
        assert!(becomes(&world, &clerk, &account_id(&target)).await);
    })
    .await;
}

/// T-192, T-196: the right to edit accounts is not the right to sign in as them.
#[tokio::test]
async fn login_and_email_take_the_right_to_set_the_password_and_a_comment_does_not() {
    each_engine(async |world| {
        let target = world.account("target", None).await;
        let id = account_id(&target);
        let clerk = world
            .holder(
                "clerk",
                &[AccountView, AccountEdit, AccountUnlock],
                Scope::Global,
                None,
            )
            .await;
        let historians = made(&world, "historians", &[HistoryView]).await;
        for (mutation, input, field) in ways(&id).into_iter().take(3) {
            assert_eq!(
                refused(&world, &clerk, mutation, input).await,
                [format!("FORBIDDEN at {field}")]
            );
        }
        world.assign(&target, historians, Scope::Global, None).await;
        // Neither gives the clerk anything.
        let comment = json!({ "id": id, "comment": "Known since 1999." });
        assert_eq!(
            refused(&world, &clerk, ACCOUNT_UPDATE, comment).await,
            [""; 0]
        );
        assert_eq!(
            refused(&world, &clerk, UNLOCK, json!({ "id": id })).await,
            [""; 0]
        );
        let off = json!({ "id": id, "active": false });
        assert_eq!(refused(&world, &clerk, ACCOUNT_UPDATE, off).await, [""; 0]);
        let on = json!({ "id": id, "active": true });
        assert_eq!(
            refused(&world, &clerk, ACCOUNT_UPDATE, on).await,
            ["OUT_OF_SCOPE at active"]
        );
    })
    .await;
}

/// T-196: nobody becomes somebody else by changing their own e-mail, whatever they are to hold tomorrow.
#[tokio::test]
async fn what_one_is_yet_to_hold_does_not_keep_one_from_changing_ones_own_email() {
    each_engine(async |world| {
        let clerk = world.holder("clerk", &LOOKS_AFTER, Scope::Global, None).await;
        let historians = made(&world, "historians", &[HistoryView]).await;
        let later = json!({ "accountId": account_id(&clerk), "roleId": role_id(historians), "scope": "GLOBAL", "validFrom": "2027-01-01T00:00:00Z" });
        world.change(&world.admin, ASSIGN, later).await;
        let own = json!({ "id": account_id(&clerk), "email": "clerk@example.com" });
        assert_eq!(refused(&world, &clerk, ACCOUNT_UPDATE, own).await, [""; 0]);
    })
    .await;
}

/// T-61, T-196: whoever makes an account knows its password, and so becomes it.
#[tokio::test]
async fn an_account_is_made_only_by_whoever_holds_there_what_every_account_holds() {
    each_engine(async |world| {
        let (top, far) = (world.organization("Top", None).await, world.organization("Far", None).await);
        let mut contacts = Vec::new();
        for place in [Some(&top), Some(&far), None] {
            contacts.push(world.contact("Somebody", place.map(String::as_str)).await);
        }
        let maker = world.holder("maker", &[ContactView, AccountView, AccountCreate], Scope::Subtree, Some(&top)).await;
        let sees = made(&world, "sees", &[ContactView]).await;
        world.assign(&maker, sees, Scope::Global, None).await;
        let make = async |contact: Option<&String>| {
            let input = json!({ "login": "new", "contactId": contact, "validateOnly": true });
            refused(&world, &maker, ACCOUNT_CREATE, input).await.concat()
        };
        assert_eq!(make(Some(&contacts[0])).await, "OUT_OF_SCOPE at contactId");
        let looks = made(&world, "looks", &[OrganizationView]).await;
        world.assign(&maker, looks, Scope::Node, Some(&top)).await;
        assert_eq!(make(Some(&contacts[0])).await, "");
        for contact in [Some(&contacts[1]), Some(&contacts[2]), None] {
            assert_eq!(make(contact).await, "FORBIDDEN at contactId");
        }
        let more = json!({ "id": role_id(REGISTERED), "permissions": ["ORGANIZATION_VIEW", "ORDER_PLACE"] });
        world.change(&world.admin, crate::roles::UPDATE, more).await;
        assert_eq!(make(Some(&contacts[0])).await, "OUT_OF_SCOPE at contactId");
    })
    .await;
}

/// T-196: somebody who sees all accounts and may do nothing with them.
#[tokio::test]
async fn seeing_an_account_is_no_way_of_becoming_it() {
    each_engine(async |world| {
        let target = world.account("target", None).await;
        let onlooker = seer(&world, "onlooker").await;
        for (mutation, input, _) in ways(&account_id(&target)) {
            assert_eq!(
                refused(&world, &onlooker, mutation, input).await,
                ["FORBIDDEN at id"]
            );
        }
    })
    .await;
}
