//! Who sees, assigns and changes customer groups.

use super::{ARCHIVE, DELETE, LIST, RESTORE, UPDATE, names};
use crate::support::build::{ASSIGN, GROUP_CREATE, contact_id};
use crate::support::{Person, code, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::{Value, json};

/// T-176.
#[tokio::test]
async fn an_assignment_names_one_target_and_says_which_group() {
    each_engine(async |world| {
        let (acme, contact) = (
            world.organization("Acme", None).await,
            world.contact("Somebody", None).await,
        );
        let assign =
            async |input: Value| user_errors(&world.attempt(&world.admin, ASSIGN, input).await);
        assert_eq!(
            assign(json!({ "customerGroupId": "customerGroup:1" })).await,
            ["INVALID at organizationId"]
        );
        let both = json!({ "organizationId": acme, "contactId": contact, "customerGroupId": null });
        assert_eq!(assign(both).await, ["INVALID at organizationId"]);
        assert_eq!(
            assign(json!({ "contactId": contact })).await,
            ["REQUIRED at customerGroupId"]
        );
        assert_eq!(
            assign(json!({ "contactId": contact, "customerGroupId": "customerGroup:99" })).await,
            ["NOT_FOUND at customerGroupId"]
        );
        let gone = "contact:01900000-0000-7000-8000-00000000ffff";
        assert_eq!(
            assign(json!({ "contactId": gone, "customerGroupId": null })).await,
            ["NOT_FOUND at contactId"]
        );
        let given = world
            .change(
                &world.admin,
                ASSIGN,
                json!({ "organizationId": acme, "customerGroupId": "customerGroup:1" }),
            )
            .await;
        assert_eq!(
            given,
            json!({ "contact": null, "organization": { "id": acme }, "userErrors": [] }),
            "T-177"
        );
    })
    .await;
}

/// T-177, T-198: the right to assign counts where the contact or organization is.
#[tokio::test]
async fn a_group_is_assigned_with_the_right_to_assign_there_and_a_group_that_one_sees() {
    each_engine(async |world| {
        let (here, there) = (
            world.organization("Here", None).await,
            world.organization("There", None).await,
        );
        let sees = world
            .system
            .create_role(
                "sees",
                &[Permission::OrganizationView, Permission::ContactView],
            )
            .await
            .expect("a role");
        let assigns = [Permission::CustomerGroupAssign];
        let person = world
            .holder("somebody", &assigns, Scope::Node, Some(&here))
            .await;
        world.assign(&person, sees, Scope::Global, None).await;
        let (inside, outside) = (
            world.contact("In", Some(&here)).await,
            world.contact("Out", None).await,
        );
        let assign = async |mut input: Value| {
            input["customerGroupId"] = json!("customerGroup:1");
            user_errors(&world.attempt(&person, ASSIGN, input).await)
        };
        assert_eq!(
            assign(json!({ "contactId": inside })).await,
            ["NOT_FOUND at customerGroupId"],
            "T-118"
        );
        let groups = world
            .system
            .create_role("sees groups", &[Permission::CustomerGroupView])
            .await
            .expect("a role");
        world
            .assign(&person, groups, Scope::Node, Some(&there))
            .await;
        assert_eq!(assign(json!({ "contactId": inside })).await, [""; 0]);
        assert_eq!(assign(json!({ "organizationId": here })).await, [""; 0]);
        assert_eq!(
            assign(json!({ "contactId": outside })).await,
            ["FORBIDDEN at contactId"]
        );
        assert_eq!(
            assign(json!({ "organizationId": there })).await,
            ["FORBIDDEN at organizationId"]
        );
    })
    .await;
}

/// Groups change with their own permissions, held everywhere.
#[tokio::test]
async fn groups_are_made_changed_and_deleted_by_those_who_may_everywhere() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let all = [
            Permission::CustomerGroupView,
            Permission::CustomerGroupCreate,
            Permission::CustomerGroupEdit,
            Permission::CustomerGroupDelete,
        ];
        let local = world
            .holder("local", &all, Scope::Subtree, Some(&acme))
            .await;
        for (query, input, expected) in [
            (GROUP_CREATE, json!({ "name": "Gold" }), "FORBIDDEN at name"),
            (
                UPDATE,
                json!({ "id": "customerGroup:1", "name": "Gold" }),
                "FORBIDDEN at id",
            ),
            (
                ARCHIVE,
                json!({ "id": "customerGroup:1" }),
                "FORBIDDEN at id",
            ),
            (
                RESTORE,
                json!({ "id": "customerGroup:1" }),
                "FORBIDDEN at id",
            ),
            (
                DELETE,
                json!({ "id": "customerGroup:1" }),
                "FORBIDDEN at id",
            ),
        ] {
            assert_eq!(
                user_errors(&world.attempt(&local, query, input.clone()).await),
                [expected]
            );
            let stranger = world
                .send(&Person::anonymous(), query, json!({ "input": input }))
                .await;
            assert_eq!(code(&stranger), "UNAUTHENTICATED");
        }
        assert_eq!(
            names(&world, &local, json!({ "search": "cust" })).await,
            ["Customer"]
        );
    })
    .await;
}

/// T-118, T-199.
#[tokio::test]
async fn a_customer_sees_its_own_effective_group_and_no_other_by_id_or_in_lists() {
    each_engine(async |world| {
        let (gold, silver) = (world.group("Gold").await, world.group("Silver").await);
        let acme = world.organization_with(json!({ "name": "Acme", "customerGroupId": gold })).await;
        let own = json!({ "fullName": "Somebody", "organizationId": acme, "customerGroupId": silver });
        let own = world.contact_with(own).await;
        let customer = world.account("somebody", Some(contact_id(&own))).await;
        let query = "query($gold: ID!, $silver: ID!) {
            gold: customerGroup(id: $gold) { name } silver: customerGroup(id: $silver) { name }
            nodes(ids: [$gold, $silver, \"customerGroup:1\"]) { ... on CustomerGroup { name } }
            viewer { contact { customerGroup { name } effectiveCustomerGroup { name } effectiveCustomerGroupExplanation { shadowed { name } } } } }";
        let ids = json!({ "gold": gold, "silver": silver });
        let shown = world.ask(&customer, query, ids.clone()).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(shown, @r#"
        {
          "gold": {
            "name": "Gold"
          },
          "nodes": [
            {
              "name": "Gold"
            },
            null,
            null
          ],
          "silver": null,
          "viewer": {
            "contact": {
              "customerGroup": {
                "name": "Silver"
              },
              "effectiveCustomerGroup": {
                "name": "Gold"
              },
              "effectiveCustomerGroupExplanation": {
                "shadowed": {
                  "name": "Silver"
                }
              }
            }
          }
        }
        "#) }
        assert_eq!(code(&world.send(&customer, LIST, json!({})).await), "FORBIDDEN");
        let stranger = world.ask(&Person::anonymous(), query, ids).await;
        assert_eq!((&stranger["gold"], &stranger["nodes"]), (&Value::Null, &json!([null, null, null])), "T-181");
        assert_eq!(code(&world.send(&Person::anonymous(), LIST, json!({})).await), "UNAUTHENTICATED");
        world.give_group(&acme, None).await;
        let now = world.ask(&customer, query, json!({ "gold": gold, "silver": silver })).await;
        assert_eq!((&now["gold"], &now["silver"]), (&Value::Null, &json!({ "name": "Silver" })), "T-23: with the next request");
    })
    .await;
}
