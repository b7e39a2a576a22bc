//! Accounts from files.

use super::super::{apply, import, plan, told};
use super::{carried_out, nothing, planned, undone};
use crate::support::build::contact_id;
use crate::support::{World, each_engine};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use guildhall::access::Permission::{
    AccountCreate, AccountEdit, AccountView, ContactCreate, ContactView, ImportRun,
    OrganizationView, RoleAssign, RoleView,
};
use serde_json::{Value, json};

const ROLE: &str = "mutation($input: RoleCreateInput!) { roleCreate(input: $input) { role { id } userErrors { code message path } } }";
const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmE";

async fn accounts(world: &World) -> Vec<Value> {
    let query = "{ accounts(first: 100) { nodes { login email active comment registrationSource contact { externalId fullName registrationSource organization { externalId } } roles { scope role { name } } } } }";
    let data = world.ask(&world.admin, query, json!({})).await;
    let nodes = data["accounts"]["nodes"].as_array();
    nodes.expect("accounts").clone()
}

async fn role(world: &World, name: &str, permissions: &[&str]) {
    let input = json!({ "name": name, "permissions": permissions });
    world.change(&world.admin, ROLE, input).await;
}

/// T-60, T-61, T-97, T-164: accounts come with their contact or for one that is there, with what every account holds, and go back.
#[tokio::test]
async fn accounts_come_invited_with_their_contacts_and_go_back() {
    each_engine(async |world| {
        let acme = world.organization_with(json!({ "name": "Acme", "externalId": "acme" })).await;
        world.contact_with(json!({ "externalId": "c1", "fullName": "Cy", "organizationId": acme })).await;
        let dee = world.contact_with(json!({ "externalId": "c2", "fullName": "Dee" })).await;
        world.account("dee", Some(contact_id(&dee))).await;
        role(&world, "Buyer", &["ORDER_VIEW"]).await;
        role(&world, "Clerk", &["CONTACT_VIEW"]).await;
        let before = accounts(&world).await;
        let lines = [
            json!({ "login": "cy", "contactExternalId": "c1", "role": "buyer; Clerk;Registered", "comment": "new" }),
            json!({ "email": "Eve@example.com", "firstName": "Eve", "organizationExternalId": "acme", "active": "false" }),
            json!({ "login": "program" }),
            json!({ "login": "DEE", "email": "dee@example.com", "role": "Buyer", "active": false, "fullName": "Other" }),
            json!({ "login": "fay", "fullName": "Fay", "passwordHash": HASH }),
            json!({ "login": "eve@EXAMPLE.com", "firstName": "Eve" }),
            json!({ "login": "gus", "password": "correct horse battery" }),
            json!({ "login": "hal", "passwordHash": "5f4dcc3b5aa765d61d8327deb882cf99", "role": "Nobody", "email": "nowhere" }),
            json!({ "login": "ida", "contactExternalId": "c2" }),
            json!({ "login": "jon", "contactExternalId": "none", "organizationExternalId": "none" }),
            json!({ "login": "dee2", "contactExternalId": "c1", "organizationExternalId": "acme" }),
            json!({ "login": "kim", "organizationExternalId": "acme" }),
            json!({ "firstName": "Nobody" }),
        ];
        let (id, rows) = carried_out(&world, &world.admin, "ACCOUNTS", &lines).await;
        assert_eq!(
            rows,
            [
                "1 CREATE PLANNED login:->cy contactExternalId:->c1 role:->buyer; Clerk comment:->new",
                "2 CREATE PLANNED login:->Eve@example.com email:->Eve@example.com organizationExternalId:->acme firstName:->Eve active:->false",
                "3 CREATE PLANNED login:->program",
                "4 UPDATE PLANNED email:->dee@example.com role:->Buyer active:true>false",
                "5 CREATE PLANNED login:->fay fullName:->Fay passwordHash:->argon2",
                "6 ERROR PLANNED CONFLICT at login",
                "7 ERROR PLANNED INVALID at password",
                "8 ERROR PLANNED INVALID at email INVALID at passwordHash NOT_FOUND at role",
                "9 ERROR PLANNED TAKEN at contactExternalId",
                "10 ERROR PLANNED NOT_FOUND at contactExternalId NOT_FOUND at organizationExternalId",
                "11 ERROR PLANNED TAKEN at contactExternalId",
                "12 ERROR PLANNED REQUIRED at fullName",
                "13 ERROR PLANNED REQUIRED at login",
            ]
        );
        let now = accounts(&world).await;
        let of = |login: &str| now.iter().find(|account| account["login"] == login).expect("an account").clone();
        let eve = of("Eve@example.com");
        assert_eq!((&eve["active"], &eve["registrationSource"]), (&json!(false), &json!("IMPORT")));
        assert_eq!(eve["contact"], json!({ "externalId": null, "fullName": "Eve", "registrationSource": "import", "organization": { "externalId": "acme" } }));
        let held = |account: &Value| account["roles"].as_array().expect("roles").iter().map(|one| format!("{} {}", one["scope"], one["role"]["name"]).replace('"', "")).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(held(&of("cy")), ["OWN Buyer", "OWN Clerk", "OWN Everyone", "OWN Registered"].map(str::to_owned).into());
        assert_eq!(world.number("SELECT count(*) FROM account WHERE password_hash IS NOT NULL AND login = 'fay'").await, 1);
        assert_eq!(world.number("SELECT count(*) FROM import_row WHERE CAST(given AS text) LIKE '%battery%' OR CAST(problems AS text) LIKE '%battery%'").await, 0);
        let (_, again) = planned(&world, &world.admin, "ACCOUNTS", &lines[..5]).await;
        assert!(again.iter().all(|row| row.contains("UNCHANGED")), "{again:?}");
        assert!(world.letters().await.is_empty(), "nobody is written to");
        assert_eq!(undone(&world, &world.admin, &id).await, (5, nothing()));
        assert_eq!(accounts(&world).await, before);
        assert_eq!(world.number("SELECT count(*) FROM contact").await, 2);
    })
    .await;
}

/// T-98: letters go out where that is asked for, never for a plan, and only to whom they help.
#[tokio::test]
async fn invitations_go_out_where_they_are_asked_for_and_never_for_a_plan() {
    each_engine(async |world| {
        let lines = [
            json!({ "login": "ann", "email": "ann@example.com", "fullName": "Ann" }),
            json!({ "login": "bob", "fullName": "Bob" }),
            json!({ "login": "cid", "email": "cid@example.com", "active": "false" }),
            json!({ "login": "dan", "email": "dan@example.com", "passwordHash": HASH }),
        ];
        let id = import(&world, &world.admin, json!({ "kind": "ACCOUNTS", "sendInvitations": true }), &lines).await;
        plan(&world, &world.admin, &id).await;
        assert!(world.letters().await.is_empty());
        assert_eq!(apply(&world, &world.admin, &id).await["totals"]["applied"], 4);
        let letters = world.letters().await;
        assert_eq!(letters.len(), 1);
        assert!(letters[0].contains("ann@example.com") && letters[0].contains("Choose a password"), "{}", letters[0]);
        let token = letters[0].split_whitespace().find(|word| word.starts_with("ghr_")).expect("a token").to_owned();
        let complete = "mutation($input: PasswordResetCompleteInput!) { passwordResetComplete(input: $input) { userErrors { code path } } }";
        let anybody = crate::support::Person::anonymous();
        let chosen = json!({ "token": token, "newPassword": "kahnfahrt im regen" });
        world.change(&anybody, complete, chosen).await;
        assert_eq!(world.number("SELECT count(*) FROM account WHERE login = 'ann' AND password_hash IS NOT NULL").await, 1);
    })
    .await;
}

/// T-39, T-93, T-194 to T-196: rows take what the mutations take, and nobody hands out what they do not hold.
#[tokio::test]
async fn accounts_take_the_rights_of_their_mutations() {
    each_engine(async |world| {
        let acme = world.organization_with(json!({ "name": "Acme", "externalId": "acme" })).await;
        let beta = world.organization_with(json!({ "name": "Beta", "externalId": "beta" })).await;
        let boss = world.contact_with(json!({ "externalId": "boss", "fullName": "Boss", "organizationId": acme })).await;
        let person = world.account("boss", Some(contact_id(&boss))).await;
        role(&world, "Seer", &["CONTACT_VIEW"]).await;
        role(&world, "Eraser", &["CONTACT_ERASE"]).await;
        let seer = world.number("SELECT id FROM role WHERE name = 'Eraser'").await;
        world.assign(&person, entity::ids::RoleId(seer), Scope::Own, None).await;
        world.contact_with(json!({ "externalId": "other", "fullName": "Other", "organizationId": beta })).await;
        let held = [ImportRun, AccountCreate, AccountView, AccountEdit, ContactView, ContactCreate, OrganizationView, RoleAssign, RoleView];
        // What every account holds is held, too, so that it can be given.
        let own = Permission::ALL.iter().copied().filter(|one| !matches!(one, Permission::ContactErase | Permission::AccountSetPassword));
        let most: Vec<_> = own.collect();
        let clerk = world.holder("clerk", &most, Scope::Subtree, Some(&acme)).await;
        let lines = [
            json!({ "login": "ann", "fullName": "Ann", "organizationExternalId": "acme", "role": "Seer" }),
            json!({ "login": "bob", "fullName": "Bob", "organizationExternalId": "acme", "role": "Eraser" }),
            json!({ "login": "cid", "fullName": "Cid", "organizationExternalId": "beta" }),
            json!({ "login": "dan", "contactExternalId": "other" }),
            json!({ "login": "eve" }),
            json!({ "login": "administrator", "email": "a@example.com" }),
            json!({ "login": "boss", "email": "a@example.com" }),
            json!({ "login": "boss", "active": "true" }),
        ];
        let (_, rows) = planned(&world, &clerk, "ACCOUNTS", &lines).await;
        assert_eq!(
            rows,
            [
                "1 CREATE PLANNED login:->ann organizationExternalId:->acme fullName:->Ann role:->Seer",
                "2 ERROR PLANNED OUT_OF_SCOPE at role",
                "3 ERROR PLANNED NOT_FOUND at organizationExternalId",
                "4 ERROR PLANNED NOT_FOUND at contactExternalId",
                "5 ERROR PLANNED FORBIDDEN at organizationExternalId",
                "6 ERROR PLANNED TAKEN at login",
                "7 ERROR PLANNED FORBIDDEN at email",
                "8 ERROR PLANNED CONFLICT at login",
            ]
        );
        let reader = world.holder("reader", &held[..1], Scope::Global, None).await;
        let (id, rows) = planned(&world, &reader, "ACCOUNTS", &lines[..1]).await;
        assert_eq!(rows, ["1 ERROR PLANNED NOT_FOUND at organizationExternalId NOT_FOUND at role"]);
        assert_eq!(told(&world, &reader, &id).await, rows);
    })
    .await;
}
