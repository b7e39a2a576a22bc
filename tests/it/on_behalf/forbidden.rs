//! What whoever acts on behalf of an account may never do, whatever the account may.

use super::{ON_BEHALF, acting};
use crate::roles::{account_id, refused};
use crate::support::{World, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::ADMINISTRATORS;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Passwords, accounts and roles, what is a person's own word or own to have, and what a letter proves: refused, with the field that the
/// refusal names.
const NEVER: [(&str, &str); 25] = [
    ("accountCreate", "login"),
    ("accountDelete", "id"),
    ("accountSetPassword", "id"),
    ("accountSignInOnBehalf", "id"),
    ("accountUnlock", "id"),
    ("accountUpdate", "id"),
    ("consentChange", "acceptsMarketing"),
    ("contactErase", "id"),
    ("contactExport", "id"),
    ("importApply", "id"),
    ("importCancel", "id"),
    ("importCreate", "kind"),
    ("importMap", "id"),
    ("importMappingDelete", "id"),
    ("importPlan", "id"),
    ("importUndo", "id"),
    ("orderClaim", "token"),
    ("orderClaimRequest", "number"),
    ("passwordChange", "currentPassword"),
    ("roleAssign", "accountId"),
    ("roleCreate", "name"),
    ("roleDelete", "id"),
    ("roleRevoke", "id"),
    ("roleUpdate", "id"),
    ("signOut", "everywhere"),
];

/// What is open to everybody without signing in, so that forbidding it would keep nobody from it.
const OPEN: [&str; 5] = [
    "passwordResetComplete",
    "passwordResetRequest",
    "register",
    "registrationConfirm",
    "signIn",
];

/// Everything else is the account's to do: these begin with what it is about.
const ABOUT_DATA: [&str; 11] = [
    "address",
    "businessCategory",
    "contact",
    "customer",
    "fieldOwners",
    "market",
    "order",
    "organization",
    "organizationType",
    "price",
    "salesRep",
];

/// T-73: a new mutation must be decided about.
#[tokio::test]
async fn every_mutation_is_either_about_data_or_open_to_everybody_or_forbidden() {
    let world = World::on(crate::support::Engine::Sqlite).await;
    let data = world
        .ask(
            &world.admin,
            "{ __schema { mutationType { fields { name } } } }",
            json!({}),
        )
        .await;
    let fields = data["__schema"]["mutationType"]["fields"]
        .as_array()
        .expect("fields")
        .clone();
    let names: BTreeSet<_> = fields
        .iter()
        .filter_map(|field| field["name"].as_str())
        .collect();
    let decided: BTreeSet<_> = NEVER.iter().map(|(name, _)| *name).chain(OPEN).collect();
    let undecided: Vec<_> = names
        .iter()
        .filter(|name| {
            !decided.contains(*name) && !ABOUT_DATA.iter().any(|about| name.starts_with(about))
        })
        .collect();
    assert_eq!(undecided, Vec::<&&str>::new());
    assert!(decided.is_subset(&names), "{decided:?}");
}

/// T-73: not even for an administrator by an administrator.
#[tokio::test]
async fn passwords_accounts_and_roles_are_not_changed_on_behalf_of_anybody() {
    each_engine(async |world| {
        let subject = world.account("subject", None).await;
        world.assign(&subject, ADMINISTRATORS, Scope::Global, None).await;
        let session = acting(&world, &world.admin, &subject).await;
        let other = account_id(&world.account("other", None).await);
        let contact = world.contact("Other", None).await;
        let role = crate::roles::role(&world, "Mine", &[]).await;
        let held = world.assign(&subject, ADMINISTRATORS, Scope::Global, None).await;
        let before = world.number("SELECT count(*) FROM history_entry").await;
        for (mutation, field) in NEVER {
            let input = match mutation {
                "accountCreate" => json!({ "login": "new" }),
                "accountSetPassword" => json!({ "id": other, "newPassword": "correct horse battery" }),
                "accountUpdate" => json!({ "id": other, "comment": "x" }),
                "consentChange" => json!({ "acceptsMarketing": true }),
                "contactErase" | "contactExport" => json!({ "id": contact }),
                "importCreate" => json!({ "kind": "CONTACTS" }),
                "importMappingDelete" => json!({ "id": "importMapping:01900000-0000-7000-8000-000000000001" }),
                _ if mutation.starts_with("import") => json!({ "id": "import:01900000-0000-7000-8000-000000000001" }),
                "orderClaim" => json!({ "token": "x" }),
                "orderClaimRequest" => json!({ "number": "x", "email": "x@example.com" }),
                "passwordChange" => json!({ "currentPassword": "whatever it is", "newPassword": "correct horse battery" }),
                "roleAssign" => json!({ "accountId": other, "roleId": role, "scope": "GLOBAL" }),
                "roleCreate" => json!({ "name": "New", "permissions": [] }),
                "roleRevoke" => json!({ "id": format!("roleAssignment:{held}") }),
                "roleDelete" | "roleUpdate" => json!({ "id": role }),
                "signOut" => json!({ "everywhere": true }),
                _ => json!({ "id": other }),
            };
            let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
            let query = format!("mutation($input: {kind}!) {{ {mutation}(input: $input) {{ userErrors {{ code path }} }} }}");
            for validated in [false, true] {
                let mut input: Value = input.clone();
                input["validateOnly"] = json!(validated);
                let payload = world.attempt(&session, &query, input).await;
                assert_eq!(user_errors(&payload), [format!("FORBIDDEN at {field}")], "{mutation}");
            }
        }
        assert_eq!(world.number("SELECT count(*) FROM history_entry").await, before);
        // Never nested, and an account that does not exist is answered no otherwise.
        let absent = json!({ "id": "account:01900000-0000-7000-8000-00000000ffff" });
        assert_eq!(refused(&world, &session, ON_BEHALF, absent).await, ["FORBIDDEN at id"]);
    })
    .await;
}
