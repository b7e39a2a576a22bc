//! Who may create and change organizations, and who may be their primary contact.

use super::{UPDATE, whole};
use crate::support::build::{CONTACT_CREATE, ORGANIZATION_CREATE};
use crate::support::{Person, code, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::json;

/// T-33, T-176.
#[tokio::test]
async fn a_primary_contact_is_one_of_the_organizations_own() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let below = world.organization("Below", Some(&acme)).await;
        let own = world.contact("Own", Some(&acme)).await;
        let set = async |person: &Person, contact: Option<&str>| {
            let input = json!({ "id": acme, "primaryContactId": contact });
            user_errors(&world.attempt(person, UPDATE, input).await)
        };
        for stranger in [
            world.contact("Below", Some(&below)).await,
            world.contact("Free", None).await,
        ] {
            assert_eq!(
                set(&world.admin, Some(&stranger)).await,
                ["INVALID at primaryContactId"]
            );
        }
        let nobody = "contact:01900000-0000-7000-8000-00000000ffff";
        assert_eq!(
            set(&world.admin, Some(nobody)).await,
            ["NOT_FOUND at primaryContactId"]
        );
        let editor = world
            .holder(
                "editor",
                &[Permission::OrganizationView, Permission::OrganizationEdit],
                Scope::Node,
                Some(&acme),
            )
            .await;
        assert_eq!(
            set(&editor, Some(&own)).await,
            ["NOT_FOUND at primaryContactId"]
        );
        assert_eq!(set(&world.admin, Some(&own)).await, [""; 0]);
        assert_eq!(
            whole(&world, &acme).await["primaryContact"],
            json!({ "fullName": "Own" })
        );
    })
    .await;
}

/// T-33, T-176: a silent clear would lose whom to turn to.
#[tokio::test]
async fn a_primary_contact_neither_goes_nor_leaves_before_another_is_set() {
    const LEAVE: &str = "mutation($input: ContactAssignOrganizationInput!) {
        contactAssignOrganization(input: $input) { contact { id } userErrors { code message path } } }";
    const DELETE: &str = "mutation($input: ContactDeleteInput!) {
        contactDelete(input: $input) { deletedId userErrors { code message path } } }";
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let other = world.organization("Other", None).await;
        let (one, two) = (
            world.contact("One", Some(&acme)).await,
            world.contact("Two", Some(&acme)).await,
        );
        world
            .change(
                &world.admin,
                UPDATE,
                json!({ "id": acme, "primaryContactId": one }),
            )
            .await;
        for to in [Some(&other), None] {
            let input = json!({ "id": one, "organizationId": to });
            assert_eq!(
                user_errors(&world.attempt(&world.admin, LEAVE, input).await),
                ["IN_USE at id"]
            );
        }
        let gone = json!({ "id": one });
        assert_eq!(
            user_errors(&world.attempt(&world.admin, DELETE, gone.clone()).await),
            ["IN_USE at id"]
        );
        world
            .change(
                &world.admin,
                UPDATE,
                json!({ "id": acme, "primaryContactId": two }),
            )
            .await;
        world.change(&world.admin, DELETE, gone).await;
        world
            .change(
                &world.admin,
                UPDATE,
                json!({ "id": acme, "primaryContactId": null }),
            )
            .await;
        world
            .change(
                &world.admin,
                LEAVE,
                json!({ "id": two, "organizationId": other }),
            )
            .await;
        assert_eq!(whole(&world, &acme).await["primaryContact"], json!(null));
    })
    .await;
}

/// T-36, T-38: where one may create, and what one is told elsewhere.
#[tokio::test]
async fn creating_needs_the_right_over_the_parent_and_everywhere_for_a_root() {
    use Permission::{
        CustomerGroupAssign, CustomerGroupView, OrganizationCreate, OrganizationView,
    };
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let below = world.organization("Below", Some(&acme)).await;
        let hidden = world.organization("Hidden", None).await;
        let create = async |person: &Person, parent: Option<&str>, group: Option<&str>| {
            let input = json!({ "name": "New", "parentId": parent, "customerGroupId": group });
            user_errors(&world.attempt(person, ORGANIZATION_CREATE, input).await)
        };
        let maker = world
            .holder(
                "maker",
                &[OrganizationView, OrganizationCreate],
                Scope::Subtree,
                Some(&acme),
            )
            .await;
        assert_eq!(create(&maker, Some(&below), None).await, [""; 0]);
        assert_eq!(create(&maker, None, None).await, ["FORBIDDEN at parentId"]);
        assert_eq!(
            create(&maker, Some(&hidden), None).await,
            ["NOT_FOUND at parentId"]
        );
        let seer = world
            .holder("seer", &[OrganizationView], Scope::Global, None)
            .await;
        assert_eq!(
            create(&seer, Some(&acme), None).await,
            ["FORBIDDEN at parentId"]
        );
        assert_eq!(
            create(
                &world
                    .holder("all", &[OrganizationCreate], Scope::Global, None)
                    .await,
                None,
                None
            )
            .await,
            [""; 0]
        );

        let all = [
            OrganizationView,
            OrganizationCreate,
            CustomerGroupView,
            CustomerGroupAssign,
        ];
        let giver = world
            .holder("giver", &all, Scope::Subtree, Some(&acme))
            .await;
        assert_eq!(
            create(&giver, Some(&acme), Some("customerGroup:1")).await,
            [""; 0]
        );
        let viewer = world
            .holder("viewer", &all[..3], Scope::Subtree, Some(&acme))
            .await;
        assert_eq!(
            create(&viewer, Some(&acme), Some("customerGroup:1")).await,
            ["FORBIDDEN at customerGroupId"]
        );
        // Over the parent alone, the new place is out of reach.
        let node = world.holder("node", &all, Scope::Node, Some(&acme)).await;
        assert_eq!(
            create(&node, Some(&acme), Some("customerGroup:1")).await,
            ["FORBIDDEN at customerGroupId"]
        );
    })
    .await;
}

/// T-38: hidden and absent alike, visible named.
#[tokio::test]
async fn changing_an_organization_needs_the_right_over_it() {
    each_engine(async |world| {
        let (seen, hidden) = (world.organization("Seen", None).await, world.organization("Hidden", None).await);
        let seer = world.holder("seer", &[Permission::OrganizationView], Scope::Node, Some(&seen)).await;
        let change = async |id: &str| world.attempt(&seer, UPDATE, json!({ "id": id, "name": "Mine" })).await["userErrors"].clone();
        let missing = json!([{ "code": "FORBIDDEN", "message": "this needs the permission ORGANIZATION_EDIT", "path": ["id"] }]);
        assert_eq!(change(&seen).await, missing);
        let absent = json!([{ "code": "NOT_FOUND", "message": "organization not found", "path": ["id"] }]);
        assert_eq!(change(&hidden).await, absent);
        assert_eq!(change("organization:01900000-0000-7000-8000-00000000ffff").await, absent);
        let nobody = Person::anonymous();
        for (mutation, input) in [(UPDATE, json!({ "id": seen })), (ORGANIZATION_CREATE, json!({ "name": "x" })), (CONTACT_CREATE, json!({}))] {
            assert_eq!(code(&world.send(&nobody, mutation, json!({ "input": input })).await), "UNAUTHENTICATED");
        }
    })
    .await;
}
