//! Contacts and their organizations: joining, leaving, deleting, and who may.

use super::{ASSIGN_ORGANIZATION, DELETE, ORGANIZATION_UPDATE, read, update};
use crate::support::build::{ASSIGN, CONTACT_CREATE, contact_id};
use crate::support::{Person, code, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::{Value, json};

/// T-33, T-176.
#[tokio::test]
async fn a_primary_contact_is_neither_moved_nor_deleted_until_another_one_is_set() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let boss = world.contact("Boss", Some(&acme)).await;
        let set = async |contact: Option<&str>| {
            world.change(&world.admin, ORGANIZATION_UPDATE, json!({ "id": acme, "primaryContactId": contact })).await
        };
        set(Some(&boss)).await;
        let left = world.attempt(&world.admin, ASSIGN_ORGANIZATION, json!({ "id": boss, "organizationId": null })).await;
        assert_eq!(user_errors(&left), ["IN_USE at id"]);
        let deleted = world.attempt(&world.admin, DELETE, json!({ "id": boss })).await;
        assert_eq!(deleted, json!({ "deletedId": null, "userErrors": [{
            "code": "IN_USE", "path": ["id"], "message": "this is the organization's primary contact; set another one first",
        }]}));
        world.change(&world.admin, ASSIGN_ORGANIZATION, json!({ "id": boss, "organizationId": acme })).await;
        set(None).await;
        world.change(&world.admin, ASSIGN_ORGANIZATION, json!({ "id": boss, "organizationId": null })).await;
        let deleted = world.change(&world.admin, DELETE, json!({ "id": boss })).await;
        assert_eq!(deleted, json!({ "deletedId": boss, "userErrors": [] }));
        assert_eq!(read(&world, &boss).await, Value::Null);
    })
    .await;
}

/// T-69: the contact outlives its account, so the account goes first.
#[tokio::test]
async fn a_contact_with_an_account_is_not_deleted() {
    each_engine(async |world| {
        let contact = world.contact("Somebody", None).await;
        world.account("somebody", Some(contact_id(&contact))).await;
        let deleted = world
            .attempt(&world.admin, DELETE, json!({ "id": contact }))
            .await;
        assert_eq!(user_errors(&deleted), ["IN_USE at id"]);
        assert_eq!(read(&world, &contact).await["fullName"], "Somebody");
    })
    .await;
}

/// T-12.
#[tokio::test]
async fn a_contacts_own_group_stays_while_shadowed_and_counts_again_on_leaving() {
    each_engine(async |world| {
        let (gold, silver) = (world.group("Gold").await, world.group("Silver").await);
        let acme = world
            .organization_with(json!({ "name": "Acme", "customerGroupId": gold }))
            .await;
        let contact = world
            .contact_with(json!({ "fullName": "Somebody", "customerGroupId": silver }))
            .await;
        let go = async |organization: Option<&str>| {
            let payload = world
                .change(
                    &world.admin,
                    ASSIGN_ORGANIZATION,
                    json!({ "id": contact, "organizationId": organization }),
                )
                .await;
            let shown = &payload["contact"];
            json!([
                shown["organization"]["name"],
                shown["customerGroup"]["name"],
                shown["effectiveCustomerGroup"]["name"],
                shown["version"]
            ])
        };
        assert_eq!(go(Some(&acme)).await, json!(["Acme", "Silver", "Gold", 2]));
        let bronze = world.group("Bronze").await;
        world.give_group(&contact, Some(&bronze)).await;
        assert_eq!(go(None).await, json!([null, "Bronze", "Bronze", 4]));
        assert_eq!(
            go(None).await,
            json!([null, "Bronze", "Bronze", 4]),
            "T-114: going nowhere is no change"
        );
    })
    .await;
}

/// T-176: null has its meaning, absent is a mistake. T-181 comes first.
#[tokio::test]
async fn an_assignment_says_where_to_and_strangers_are_told_nothing() {
    each_engine(async |world| {
        let contact = world.contact("Somebody", None).await;
        let absent = world
            .attempt(&world.admin, ASSIGN_ORGANIZATION, json!({ "id": contact }))
            .await;
        assert_eq!(user_errors(&absent), ["REQUIRED at organizationId"]);
        let nobody = Person::anonymous();
        for (query, input) in [
            (ASSIGN_ORGANIZATION, json!({ "id": contact })),
            (DELETE, json!({ "id": contact })),
            (CONTACT_CREATE, json!({})),
            (ASSIGN, json!({ "contactId": contact })),
        ] {
            let body = world.send(&nobody, query, json!({ "input": input })).await;
            assert_eq!(code(&body), "UNAUTHENTICATED", "{query}");
        }
    })
    .await;
}

/// T-194.
#[tokio::test]
async fn an_assignment_that_changes_the_effective_group_needs_the_right_to_assign_groups_at_both_places()
 {
    each_engine(async |world| {
        let root = world.organization("Root", None).await;
        let plain = world.organization("Plain", Some(&root)).await;
        let other = world.organization("Other", Some(&root)).await;
        let gold = world.group("Gold").await;
        let golden = world
            .organization_with(
                json!({ "name": "Golden", "parentId": root, "customerGroupId": gold }),
            )
            .await;
        let edits = [
            Permission::OrganizationView,
            Permission::ContactView,
            Permission::ContactEdit,
        ];
        let editor = world
            .holder("editor", &edits, Scope::Subtree, Some(&root))
            .await;
        let contact = world.contact("Somebody", Some(&plain)).await;
        let go = async |to: &str| {
            let input = json!({ "id": contact, "organizationId": to });
            user_errors(&world.attempt(&editor, ASSIGN_ORGANIZATION, input).await)
        };
        assert_eq!(
            go(&other).await,
            [""; 0],
            "the same group before and after: none"
        );
        assert_eq!(go(&golden).await, ["FORBIDDEN at organizationId"]);
        let role = world
            .system
            .create_role("at the new place", &[Permission::CustomerGroupAssign])
            .await
            .expect("a role");
        world
            .assign(&editor, role, Scope::Node, Some(&golden))
            .await;
        assert_eq!(
            go(&golden).await,
            ["FORBIDDEN at organizationId"],
            "at one place is not enough"
        );
        world.assign(&editor, role, Scope::Node, Some(&other)).await;
        assert_eq!(go(&golden).await, [""; 0]);
        world.give_group(&contact, Some(&gold)).await;
        assert_eq!(
            go(&plain).await,
            [""; 0],
            "the same group before and after: Gold, from elsewhere"
        );
    })
    .await;
}

/// T-38, T-111, T-194.
#[tokio::test]
async fn a_contact_goes_only_where_the_mover_may_edit_contacts() {
    each_engine(async |world| {
        let (here, there, hidden) = (
            world.organization("Here", None).await,
            world.organization("There", None).await,
            world.organization("Hidden", None).await,
        );
        let edits = [
            Permission::OrganizationView,
            Permission::ContactView,
            Permission::ContactEdit,
        ];
        let editor = world
            .holder("editor", &edits, Scope::Node, Some(&here))
            .await;
        let sees = world
            .system
            .create_role("sees", &[Permission::OrganizationView])
            .await
            .expect("a role");
        world.assign(&editor, sees, Scope::Node, Some(&there)).await;
        let contact = world.contact("Somebody", Some(&here)).await;
        let go = async |to: Option<&str>| {
            world
                .attempt(
                    &editor,
                    ASSIGN_ORGANIZATION,
                    json!({ "id": contact, "organizationId": to }),
                )
                .await
        };
        assert_eq!(
            user_errors(&go(Some(&hidden)).await),
            ["NOT_FOUND at organizationId"]
        );
        assert_eq!(
            user_errors(&go(Some(&there)).await),
            ["FORBIDDEN at organizationId"]
        );
        assert_eq!(
            user_errors(&go(None).await),
            ["FORBIDDEN at organizationId"]
        );
        let edits_there = world
            .system
            .create_role("edits blindly", &[Permission::ContactEdit])
            .await
            .expect("a role");
        world
            .assign(&editor, edits_there, Scope::Node, Some(&there))
            .await;
        assert_eq!(
            go(Some(&there)).await,
            json!({ "contact": null, "removedFromView": true, "userErrors": [] })
        );
        assert_eq!(
            user_errors(&go(Some(&here)).await),
            ["NOT_FOUND at id"],
            "out of sight"
        );
    })
    .await;
}

/// T-30, T-38: rights over single organizations are alternatives, and none of them opens another one.
#[tokio::test]
async fn a_contact_is_changed_only_where_the_right_to_change_contacts_reaches() {
    each_engine(async |world| {
        let (here, there, hidden) = (
            world.organization("Here", None).await,
            world.organization("There", None).await,
            world.organization("Hidden", None).await,
        );
        let edits = [Permission::ContactView, Permission::ContactEdit];
        let editor = world
            .holder("editor", &edits, Scope::Node, Some(&here))
            .await;
        let sees = [Permission::ContactView];
        let sees = world.system.create_role("sees", &sees).await;
        let sees = sees.expect("a role");
        world
            .assign(&editor, sees, Scope::Subtree, Some(&there))
            .await;
        for (organization, expected) in [
            (Some(&here), vec![]),
            (Some(&there), vec!["FORBIDDEN at id"]),
            (Some(&hidden), vec!["NOT_FOUND at id"]),
            (None, vec!["NOT_FOUND at id"]),
        ] {
            let contact = world
                .contact("Somebody", organization.map(String::as_str))
                .await;
            let input = json!({ "id": contact, "phone": "1" });
            let payload = world.attempt(&editor, &update(), input).await;
            assert_eq!(user_errors(&payload), expected);
            let phone = &read(&world, &contact).await["phone"];
            assert_eq!(phone.is_null(), !expected.is_empty());
        }
    })
    .await;
}

/// T-194: an account's roles with OWN scope count wherever its contact is put.
#[tokio::test]
async fn nobody_puts_a_contact_where_its_account_gains_what_the_mover_lacks() {
    each_engine(async |world| {
        let top = world.organization("Top", None).await;
        let (from, to) = (
            world.organization("From", Some(&top)).await,
            world.organization("To", Some(&top)).await,
        );
        let contact = world.contact("Ada", Some(&from)).await;
        let ada = world.account("ada", Some(contact_id(&contact))).await;
        let moving = [
            Permission::OrganizationView,
            Permission::ContactView,
            Permission::ContactEdit,
        ];
        let mover = world
            .holder("mover", &moving, Scope::Subtree, Some(&top))
            .await;
        let put = async |organization: &str| {
            world
                .attempt(
                    &mover,
                    ASSIGN_ORGANIZATION,
                    json!({ "id": contact, "organizationId": organization }),
                )
                .await
        };
        // What every account holds of its own organization, the mover holds too.
        assert_eq!(user_errors(&put(&to).await), Vec::<String>::new());

        let role = world
            .system
            .create_role("Owners", &[Permission::OrganizationDelete])
            .await
            .expect("a role");
        world.assign(&ada, role, Scope::Own, None).await;
        assert_eq!(
            user_errors(&put(&from).await),
            ["OUT_OF_SCOPE at organizationId"]
        );
        let by_admin = json!({ "id": contact, "organizationId": from });
        world
            .change(&world.admin, ASSIGN_ORGANIZATION, by_admin)
            .await;
    })
    .await;
}
