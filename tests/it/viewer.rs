//! The door to one's own data.

use crate::support::build::contact_id;
use crate::support::{Person, World, code, each_engine};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::json;

const ME: &str = "{ viewer { permissions account { login contact { fullName } } contact { fullName account { login }
    organization { name contacts(first: 10) { totalCount nodes { fullName } } } effectiveCustomerGroup { name } } } }";
const CAN: &str = "query($permission: Permission!, $at: ID) { viewer { can(permission: $permission, organizationId: $at) } }";

async fn can(world: &World, person: &Person, permission: &str, at: Option<&str>) -> bool {
    let data = world
        .ask(person, CAN, json!({ "permission": permission, "at": at }))
        .await;
    data["viewer"]["can"].as_bool().expect("a yes or no")
}

/// T-117, T-181.
#[tokio::test]
async fn nobody_is_shown_as_nobody() {
    each_engine(async |world| {
        let anonymous = Person::anonymous();
        let got = world.ask(&anonymous, ME, json!({})).await;
        assert_eq!(
            got,
            json!({ "viewer": { "permissions": [], "account": null, "contact": null } })
        );
        assert!(!can(&world, &anonymous, "ORGANIZATION_VIEW", None).await);
        let acme = world.organization("Acme", None).await;
        assert_eq!(
            code(
                &world
                    .send(
                        &anonymous,
                        CAN,
                        json!({ "permission": "ORGANIZATION_VIEW", "at": acme })
                    )
                    .await
            ),
            "NOT_FOUND"
        );
    })
    .await;
}

/// T-118, T-197, T-198.
#[tokio::test]
async fn a_customer_sees_themselves_their_account_their_organization_and_their_group() {
    each_engine(async |world| {
        let above = world.organization_with(json!({ "name": "Above", "customerGroupId": "customerGroup:3" })).await;
        let acme = world.organization_with(json!({ "name": "Acme", "parentId": above, "customerGroupId": "customerGroup:2" })).await;
        let ann = world.contact("Ann", Some(&acme)).await;
        let bob = world.contact("Bob", Some(&acme)).await;
        let person = world.account("ann", Some(contact_id(&ann))).await;
        assert_eq!(world.ask(&person, ME, json!({})).await, json!({ "viewer": {
            "permissions": ["ORGANIZATION_VIEW"],
            "account": { "login": "ann", "contact": { "fullName": "Ann" } },
            "contact": {
                "fullName": "Ann",
                "account": { "login": "ann" },
                "organization": { "name": "Acme", "contacts": { "totalCount": 1, "nodes": [{ "fullName": "Ann" }] } },
                "effectiveCustomerGroup": { "name": "Partner" },
            },
        } }));
        let others = "query($above: ID!, $bob: ID!) { organization(id: $above) { id } contact(id: $bob) { id }
            two: customerGroup(id: \"customerGroup:2\") { name contactCount effectiveContactCount organizationCount }
            three: customerGroup(id: \"customerGroup:3\") { name } }";
        assert_eq!(world.ask(&person, others, json!({ "above": above, "bob": bob })).await, json!({
            "organization": null, "contact": null, "three": null,
            "two": { "name": "Partner", "contactCount": 0, "effectiveContactCount": 1, "organizationCount": 1 },
        }));
    })
    .await;
}

/// T-198: without an organization OWN is nothing, and without a contact there is only the account.
#[tokio::test]
async fn a_customer_without_organization_or_contact_sees_what_is_theirs() {
    each_engine(async |world| {
        let ann = world.contact_with(json!({ "fullName": "Ann", "customerGroupId": "customerGroup:1" })).await;
        let alone = world.account("ann", Some(contact_id(&ann))).await;
        assert_eq!(world.ask(&alone, ME, json!({})).await, json!({ "viewer": {
            "permissions": [],
            "account": { "login": "ann", "contact": { "fullName": "Ann" } },
            "contact": { "fullName": "Ann", "account": { "login": "ann" }, "organization": null, "effectiveCustomerGroup": { "name": "Customer" } },
        } }));
        let bare = world.account("bare", None).await;
        assert_eq!(world.ask(&bare, ME, json!({})).await, json!({ "viewer": {
            "permissions": [], "account": { "login": "bare", "contact": null }, "contact": null,
        } }));
        let by_id = "query($id: ID!) { account(id: $id) { login approved active locked version } }";
        let own = format!("account:{}", bare.account.expect("an account"));
        assert_eq!(world.ask(&bare, by_id, json!({ "id": own })).await,
            json!({ "account": { "login": "bare", "approved": true, "active": true, "locked": false, "version": 1 } }));
        assert_eq!(world.ask(&alone, by_id, json!({ "id": own })).await, json!({ "account": null }));
    })
    .await;
}

/// T-197: NOT_FOUND for a place that one may not see.
#[tokio::test]
async fn can_asks_for_any_scope_without_a_place_and_for_the_place_with_one() {
    each_engine(async |world| {
        let root = world.organization("Root", None).await;
        let part = world.organization("Part", Some(&root)).await;
        let other = world.organization("Other", None).await;
        let person = world
            .holder(
                "clerk",
                &[Permission::ContactEdit],
                Scope::Subtree,
                Some(&root),
            )
            .await;
        let seeing = world
            .system
            .create_role("seeing", &[Permission::OrganizationView])
            .await
            .expect("a role");
        world.assign(&person, seeing, Scope::Global, None).await;
        assert!(can(&world, &person, "CONTACT_EDIT", None).await);
        assert!(can(&world, &person, "CONTACT_EDIT", Some(&root)).await);
        assert!(can(&world, &person, "CONTACT_EDIT", Some(&part)).await);
        assert!(!can(&world, &person, "CONTACT_EDIT", Some(&other)).await);
        assert!(can(&world, &person, "ORGANIZATION_VIEW", Some(&other)).await);
        assert!(!can(&world, &person, "CONTACT_DELETE", None).await);
        let stranger = world
            .holder(
                "stranger",
                &[Permission::ContactEdit],
                Scope::Subtree,
                Some(&root),
            )
            .await;
        let refused = world
            .send(
                &stranger,
                CAN,
                json!({ "permission": "CONTACT_EDIT", "at": root }),
            )
            .await;
        assert_eq!(code(&refused), "NOT_FOUND");
    })
    .await;
}

/// The seeded administrators' role holds what there is, also what comes later.
#[tokio::test]
async fn an_administrator_holds_every_permission() {
    each_engine(async |world| {
        let all: Vec<_> = Permission::ALL
            .iter()
            .map(|permission| permission.name())
            .collect();
        assert_eq!(
            world
                .ask(&world.admin, "{ viewer { permissions } }", json!({}))
                .await,
            json!({ "viewer": { "permissions": all } })
        );
    })
    .await;
}
