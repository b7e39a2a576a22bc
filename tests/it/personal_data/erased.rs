//! What an erased contact is, and what can still be done with it.

use super::{ERASE, EXPORT};
use crate::addresses::ADDRESS_CREATE;
use crate::contact_notes::NOTE_CREATE;
use crate::delegation::becoming::ACCOUNT_CREATE;
use crate::organizations::UPDATE as ORGANIZATION_UPDATE;
use crate::support::build::{ASSIGN, contact_id};
use crate::support::{World, each_engine, user_errors};
use chrono::TimeDelta;
use serde_json::{Value, json};

const JOIN: &str = "mutation($input: ContactAssignOrganizationInput!) { contactAssignOrganization(input: $input) { contact { id } userErrors { code path } } }";
const CONTACT_UPDATE: &str = "mutation($input: ContactUpdateInput!) { contactUpdate(input: $input) { contact { version } userErrors { code path } } }";
const CONTACT_DELETE: &str = "mutation($input: ContactDeleteInput!) { contactDelete(input: $input) { deletedId userErrors { code path } } }";
const ALL: &str = "query($id: ID!) { contact(id: $id) { externalId firstName middleName lastName fullName email phone jobTitle birthDate
    preferredLanguage preferredCurrency registrationSource acceptsMarketing consentUpdatedAt erasedAt version organization { name } customerGroup { name }
    effectiveCustomerGroupExplanation { source } account { id } addresses { id } preferredBillingAddress { id } preferredShippingAddress { id }
    notes(first: 9) { totalCount } } }";

async fn ann(world: &World) -> (String, String) {
    let acme = world.organization("Acme", None).await;
    let input = json!({ "firstName": "Ann", "lastName": "Ash", "externalId": "A-1", "email": "ann@example.com", "birthDate": "1990-01-01",
        "preferredCurrency": "EUR", "organizationId": acme, "customerGroupId": "customerGroup:1" });
    (acme, world.contact_with(input).await)
}

async fn refused(world: &World, mutation: &str, input: Value) -> Vec<String> {
    user_errors(&world.attempt(&world.admin, mutation, input).await)
}

/// T-213.
#[tokio::test]
async fn of_an_erased_contact_a_row_is_left_where_it_was_and_nothing_else() {
    each_engine(async |world| {
        let (acme, ann) = ann(&world).await;
        world.account("ann", Some(contact_id(&ann))).await;
        let address = json!({ "contactId": ann, "kinds": ["BILLING"], "city": "Bern" });
        let address = world.change(&world.admin, ADDRESS_CREATE, address).await["address"]["id"].clone();
        let preferring = json!({ "id": ann, "preferredBillingAddressId": address, "preferredShippingAddressId": address, "acceptsMarketing": true });
        world.change(&world.admin, CONTACT_UPDATE, preferring).await;
        world.change(&world.admin, NOTE_CREATE, json!({ "contactId": ann, "title": "x" })).await;
        world.clock.advance(TimeDelta::seconds(7));
        let stale = json!({ "id": ann, "expectedVersion": 1 });
        assert_eq!(refused(&world, ERASE, stale).await, ["STALE at expectedVersion"]);

        let input = json!({ "id": ann, "expectedVersion": 2, "idempotencyKey": "k" });
        let erased = world.change(&world.admin, ERASE, input.clone()).await;
        assert_eq!(erased["contact"], json!({ "id": ann, "fullName": "Erased contact", "email": null, "erasedAt": "2026-01-01T00:00:07.000000Z",
            "version": 3, "organization": { "id": acme }, "account": null, "addresses": [] }));
        assert_eq!(world.change(&world.admin, ERASE, input).await, erased);
        // Once more is no change.
        assert_eq!(world.change(&world.admin, ERASE, json!({ "id": ann })).await, erased);
        let left = world.ask(&world.admin, ALL, json!({ "id": ann })).await;
        assert_eq!(left["contact"], json!({ "externalId": null, "firstName": null, "middleName": null, "lastName": null, "fullName": "Erased contact",
            "email": null, "phone": null, "jobTitle": null, "birthDate": null, "preferredLanguage": null, "preferredCurrency": null,
            "registrationSource": null, "acceptsMarketing": false, "consentUpdatedAt": null, "erasedAt": "2026-01-01T00:00:07.000000Z", "version": 3,
            "organization": { "name": "Acme" }, "customerGroup": null, "effectiveCustomerGroupExplanation": { "source": "NONE" }, "account": null,
            "addresses": [], "preferredBillingAddress": null, "preferredShippingAddress": null, "notes": { "totalCount": 0 } }));
        let report = world.system.check().await.expect("a report");
        assert_eq!(report.faults, Vec::<String>::new());
        // The external id and the login are free again.
        world.contact_with(json!({ "fullName": "Another", "externalId": "A-1" })).await;
        world.account("ann", None).await;
    })
    .await;
}

/// T-213: refused at the field that names it.
#[tokio::test]
async fn nothing_is_done_with_an_erased_contact_but_seeing_exporting_and_deleting_it() {
    each_engine(async |world| {
        let (acme, ann) = ann(&world).await;
        world.change(&world.admin, ERASE, json!({ "id": ann })).await;
        for (mutation, input, error) in [
            (CONTACT_UPDATE, json!({ "id": ann, "firstName": "Ann" }), "INVALID at id"),
            (JOIN, json!({ "id": ann, "organizationId": null }), "INVALID at id"),
            (ADDRESS_CREATE, json!({ "contactId": ann, "kinds": ["BILLING"] }), "INVALID at contactId"),
            (NOTE_CREATE, json!({ "contactId": ann, "title": "x" }), "INVALID at contactId"),
            (ACCOUNT_CREATE, json!({ "contactId": ann, "login": "ann" }), "INVALID at contactId"),
            (ASSIGN, json!({ "contactId": ann, "customerGroupId": "customerGroup:1" }), "INVALID at contactId"),
            (ORGANIZATION_UPDATE, json!({ "id": acme, "primaryContactId": ann }), "INVALID at primaryContactId"),
        ] {
            assert_eq!(refused(&world, mutation, input).await, [error], "{mutation}");
        }
        let export = world.change(&world.admin, EXPORT, json!({ "id": ann })).await;
        assert_eq!(export["export"]["contact"]["fullName"], json!("Erased contact"));
        // What becomes of its organization becomes of it.
        let delete = "mutation($input: OrganizationDeleteInput!) { organizationDelete(input: $input) { deletedId userErrors { code path } } }";
        world.change(&world.admin, delete, json!({ "id": acme, "mode": "DETACH" })).await;
        world.change(&world.admin, CONTACT_DELETE, json!({ "id": ann })).await;
        let left = world.ask(&world.admin, ALL, json!({ "id": ann })).await;
        assert_eq!(left, json!({ "contact": null }));
    })
    .await;
}

/// T-33, T-213.
#[tokio::test]
async fn a_primary_contact_and_the_last_administrator_are_not_erased() {
    each_engine(async |world| {
        let (acme, ann) = ann(&world).await;
        world.change(&world.admin, ORGANIZATION_UPDATE, json!({ "id": acme, "primaryContactId": ann })).await;
        assert_eq!(refused(&world, ERASE, json!({ "id": ann })).await, ["IN_USE at id"]);
        let root = world.contact("Root", None).await;
        let admin = world.admin.account.expect("an account");
        let raw = contact_id(&root).0;
        let id = match world.engine {
            crate::support::Engine::Sqlite => format!("x'{}'", raw.simple()),
            crate::support::Engine::Postgres => format!("'{raw}'"),
        };
        world.sql(&format!("UPDATE account SET contact_id = {id} WHERE login = 'administrator'")).await;
        assert_eq!(refused(&world, ERASE, json!({ "id": root })).await, ["LAST_HOLDER at id"]);
        let left = world.ask(&world.admin, "{ viewer { account { id } contact { fullName } } }", json!({})).await;
        assert_eq!(left["viewer"], json!({ "account": { "id": format!("account:{admin}") }, "contact": { "fullName": "Root" } }));
    })
    .await;
}

/// T-34, T-213: whom only the history still knows can be erased from it.
#[tokio::test]
async fn a_contact_that_was_deleted_before_is_erased_from_the_history() {
    each_engine(async |world| {
        let (_, ann) = ann(&world).await;
        let address = json!({ "contactId": ann, "kinds": ["BILLING"], "city": "Bern 1990-01-01" });
        world.change(&world.admin, ADDRESS_CREATE, address).await;
        world.change(&world.admin, CONTACT_DELETE, json!({ "id": ann })).await;
        let told = "SELECT count(*) FROM history_entry WHERE CAST(old_values AS text) LIKE '%1990-01-01%' OR CAST(new_values AS text) LIKE '%1990-01-01%'";
        let entries = "SELECT count(*) FROM history_entry";
        assert_eq!(world.number(told).await, 4);
        let before = world.number(entries).await;
        let clerk = world.holder("clerk", &[guildhall::access::Permission::ContactErase], entity::role_assignment::Scope::Global, None).await;
        let unseen = world.attempt(&clerk, ERASE, json!({ "id": ann })).await;
        assert_eq!(user_errors(&unseen), ["NOT_FOUND at id"]);
        let never = "contact:01900000-0000-7000-8000-00000000ffff";
        assert_eq!(refused(&world, ERASE, json!({ "id": never })).await, ["NOT_FOUND at id"]);
        let version = json!({ "id": ann, "expectedVersion": 1 });
        assert_eq!(refused(&world, ERASE, version).await, ["STALE at expectedVersion"]);
        let erased = world.change(&world.admin, ERASE, json!({ "id": ann })).await;
        assert_eq!(erased["contact"], json!(null));
        assert_eq!(world.number(told).await, 0);
        assert_eq!(world.number(entries).await, before + 1);
        let by_it = "SELECT count(*) FROM history_entry WHERE mutation = 'contactErase' AND entity = 'contact' AND action = 'UPDATE'";
        assert_eq!(world.number(by_it).await, 1);
    })
    .await;
}

/// T-180, T-213: the key of the call itself is the caller's, who is gone when it is remembered.
#[tokio::test]
async fn somebody_who_may_erases_themselves_and_is_signed_out() {
    each_engine(async |world| {
        let (_, ann) = ann(&world).await;
        let account = world.account("ann", Some(contact_id(&ann))).await;
        let permissions = guildhall::access::Permission::ALL;
        let role = world
            .system
            .create_role("all", permissions)
            .await
            .expect("a role");
        world
            .assign(&account, role, entity::role_assignment::Scope::Own, None)
            .await;
        world
            .change(
                &account,
                CONTACT_UPDATE,
                json!({ "id": ann, "phone": "1", "idempotencyKey": "first" }),
            )
            .await;
        let input = json!({ "id": ann, "idempotencyKey": "second" });
        world.change(&account, ERASE, input).await;
        assert_eq!(
            world
                .number("SELECT count(*) FROM idempotency_key WHERE key = 'first'")
                .await,
            0
        );
        assert_eq!(
            world
                .number("SELECT count(*) FROM idempotency_key WHERE key = 'second'")
                .await,
            1
        );
        let body = world
            .send(&account, "{ viewer { onBehalf } }", json!({}))
            .await;
        assert_eq!(crate::support::code(&body), "UNAUTHENTICATED");
    })
    .await;
}
