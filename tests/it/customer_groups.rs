//! Customer groups: what a directory starts with, who sees which, and their whole life.

mod merge;
mod rights;
mod uses;

use crate::support::build::{ASSIGN, GROUP_CREATE};
use crate::support::{Person, World, code, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::{Value, json};

const UPDATE: &str =
    "mutation($input: CustomerGroupUpdateInput!) { customerGroupUpdate(input: $input) {
    customerGroup { id name rank status version } userErrors { code message path } } }";
const ARCHIVE: &str =
    "mutation($input: CustomerGroupArchiveInput!) { customerGroupArchive(input: $input) {
    customerGroup { name status version } userErrors { code message path } } }";
const RESTORE: &str =
    "mutation($input: CustomerGroupRestoreInput!) { customerGroupRestore(input: $input) {
    customerGroup { name status version } userErrors { code message path } } }";
const DELETE: &str = "mutation($input: CustomerGroupDeleteInput!) {
    customerGroupDelete(input: $input) { deletedId userErrors { code message path } } }";
const LIST: &str = "query($filter: CustomerGroupFilter) {
    customerGroups(filter: $filter, first: 100) { totalCount nodes { id name rank status } } }";

async fn names(world: &World, person: &Person, filter: Value) -> Vec<String> {
    let data = world.ask(person, LIST, json!({ "filter": filter })).await;
    let nodes = data["customerGroups"]["nodes"].as_array().expect("nodes");
    assert_eq!(data["customerGroups"]["totalCount"], nodes.len());
    nodes
        .iter()
        .map(|group| group["name"].as_str().expect("a name").to_owned())
        .collect()
}

/// Own, effective group and version of each.
async fn groups_of(world: &World, contacts: &[&str]) -> Value {
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Contact { customerGroup { name } effectiveCustomerGroup { name } version }
        ... on Organization { customerGroup { name } version } } }";
    let data = world
        .ask(&world.admin, query, json!({ "ids": contacts }))
        .await;
    let one = |node: &Value| {
        json!([
            node["customerGroup"]["name"],
            node["effectiveCustomerGroup"]["name"],
            node["version"]
        ])
    };
    data["nodes"]
        .as_array()
        .expect("nodes")
        .iter()
        .map(one)
        .collect()
}

/// T-03, T-14: seeded once, and nobody has one by default.
#[tokio::test]
async fn a_directory_starts_with_three_groups_and_what_is_renamed_or_deleted_stays_so() {
    each_engine(async |world| {
        let seeded = world.ask(&world.admin, LIST, json!({})).await;
        assert_eq!(
            seeded["customerGroups"]["nodes"],
            json!([
                { "id": "customerGroup:1", "name": "Customer", "rank": 10, "status": "ACTIVE" },
                { "id": "customerGroup:2", "name": "Partner", "rank": 20, "status": "ACTIVE" },
                { "id": "customerGroup:3", "name": "Distributor", "rank": 30, "status": "ACTIVE" },
            ])
        );
        world
            .change(
                &world.admin,
                UPDATE,
                json!({ "id": "customerGroup:2", "name": "Ally" }),
            )
            .await;
        world
            .change(&world.admin, DELETE, json!({ "id": "customerGroup:3" }))
            .await;
        world.system.migrate().await.expect("nothing to do");
        assert_eq!(
            names(&world, &world.admin, Value::Null).await,
            ["Customer", "Ally"]
        );
        let contact = world.contact("Somebody", None).await;
        assert_eq!(
            groups_of(&world, &[&contact]).await,
            json!([[null, null, 1]])
        );
    })
    .await;
}

/// T-19, T-172: ranks may be equal, have gaps and be negative; a new group comes last.
#[tokio::test]
async fn groups_stand_in_the_order_of_rank_then_name() {
    each_engine(async |world| {
        for (name, rank) in [("delta", 20), ("Äther", 20), ("Charlie", 20), ("First", -5), ("Far", 2_000)] {
            world.change(&world.admin, GROUP_CREATE, json!({ "name": name, "rank": rank })).await;
        }
        world.group("Last").await;
        let expected = ["First", "Customer", "Charlie", "delta", "Partner", "Äther", "Distributor", "Far", "Last"];
        assert_eq!(names(&world, &world.admin, Value::Null).await, expected);
        world.change(&world.admin, UPDATE, json!({ "id": "customerGroup:3", "rank": 20 })).await;
        let expected = ["First", "Customer", "Charlie", "delta", "Distributor", "Partner", "Äther", "Far", "Last"];
        assert_eq!(names(&world, &world.admin, Value::Null).await, expected);
        let page = "query($after: String, $before: String) {
            forward: customerGroups(first: 4, after: $after) { nodes { name } pageInfo { endCursor hasNextPage } }
            backward: customerGroups(last: 2, before: $before) { nodes { name } } }";
        let first = world.ask(&world.admin, page, json!({})).await;
        assert_eq!(first["backward"]["nodes"], json!([{ "name": "Far" }, { "name": "Last" }]));
        let end = &first["forward"]["pageInfo"]["endCursor"];
        let second = world.ask(&world.admin, page, json!({ "after": end, "before": end })).await;
        let expected = json!([{ "name": "Distributor" }, { "name": "Partner" }, { "name": "Äther" }, { "name": "Far" }]);
        assert_eq!(second["forward"]["nodes"], expected);
        assert_eq!(second["backward"]["nodes"], json!([{ "name": "Customer" }, { "name": "Charlie" }]));
    })
    .await;
}

/// T-20: a name is a label, unique by what it looks like folded; assignments hold on to the id.
#[tokio::test]
async fn a_group_is_renamed_without_anybody_losing_it_and_no_two_have_one_name() {
    each_engine(async |world| {
        let gold = world.group("Groß").await;
        let contact = world
            .contact_with(json!({ "fullName": "Somebody", "customerGroupId": gold }))
            .await;
        let rename = async |id: &str, name: Value| {
            world
                .attempt(&world.admin, UPDATE, json!({ "id": id, "name": name }))
                .await
        };
        for (name, expected) in [
            (json!("GROSS"), "TAKEN at name"),
            (json!(" groß "), "TAKEN at name"),
            (json!("ＧＲＯＳＳ"), "TAKEN at name"),
            (json!(null), "REQUIRED at name"),
            (json!("  "), "REQUIRED at name"),
            (json!("a\tb"), "INVALID at name"),
            (json!("a".repeat(513)), "TOO_LONG at name"),
        ] {
            assert_eq!(
                user_errors(&rename("customerGroup:1", name.clone()).await),
                [expected],
                "{name}"
            );
            if !name.is_null() {
                let created = world
                    .attempt(&world.admin, GROUP_CREATE, json!({ "name": name }))
                    .await;
                assert_eq!(
                    (&created["customerGroup"], user_errors(&created)),
                    (&Value::Null, vec![expected.to_owned()]),
                    "{name}"
                );
            }
        }
        let rank = world
            .attempt(&world.admin, UPDATE, json!({ "id": gold, "rank": null }))
            .await;
        assert_eq!(user_errors(&rank), ["INVALID at rank"]);
        let renamed = rename(&gold, json!("GROSS")).await;
        assert_eq!(
            renamed["customerGroup"],
            json!({ "id": gold, "name": "GROSS", "rank": 40, "status": "ACTIVE", "version": 2 })
        );
        assert_eq!(
            groups_of(&world, &[&contact]).await,
            json!([["GROSS", "GROSS", 1]])
        );
        assert_eq!(
            user_errors(&rename("customerGroup:99", json!("A")).await),
            ["NOT_FOUND at id"]
        );
    })
    .await;
}

/// T-17.
#[tokio::test]
async fn an_archived_group_goes_to_nobody_new_and_counts_where_it_is() {
    each_engine(async |world| {
        let gold = world.group("Gold").await;
        let acme = world
            .organization_with(json!({ "name": "Acme", "customerGroupId": gold }))
            .await;
        let member = world.contact("Member", Some(&acme)).await;
        let owner = world
            .contact_with(json!({ "fullName": "Owner", "customerGroupId": gold }))
            .await;
        let other = world.contact("Other", None).await;
        let archived = world
            .change(&world.admin, ARCHIVE, json!({ "id": gold }))
            .await;
        assert_eq!(
            archived["customerGroup"],
            json!({ "name": "Gold", "status": "ARCHIVED", "version": 2 })
        );
        let again = world
            .change(&world.admin, ARCHIVE, json!({ "id": gold }))
            .await;
        assert_eq!(again["customerGroup"]["version"], 2, "T-114");
        let expected = json!([
            [null, "Gold", 1],
            ["Gold", "Gold", 1],
            [null, null, 1],
            ["Gold", null, 1]
        ]);
        assert_eq!(
            groups_of(&world, &[&member, &owner, &other, &acme]).await,
            expected
        );
        for input in [
            json!({ "contactId": other, "customerGroupId": gold }),
            json!({ "contactId": member, "customerGroupId": gold }),
        ] {
            assert_eq!(
                user_errors(&world.attempt(&world.admin, ASSIGN, input).await),
                ["ARCHIVED at customerGroupId"]
            );
        }
        let created = json!({ "fullName": "New", "customerGroupId": gold });
        let created = world
            .attempt(&world.admin, crate::support::build::CONTACT_CREATE, created)
            .await;
        assert_eq!(user_errors(&created), ["ARCHIVED at customerGroupId"]);
        world
            .change(
                &world.admin,
                ASSIGN,
                json!({ "contactId": owner, "customerGroupId": gold }),
            )
            .await;
        world
            .change(
                &world.admin,
                ASSIGN,
                json!({ "organizationId": acme, "customerGroupId": gold }),
            )
            .await;
        assert_eq!(
            groups_of(&world, &[&member, &owner, &other, &acme]).await,
            expected,
            "having it already is no new assignment"
        );
        assert_eq!(
            names(&world, &world.admin, json!({ "status": "ARCHIVED" })).await,
            ["Gold"]
        );
        assert_eq!(
            names(&world, &world.admin, json!({ "status": "ACTIVE" })).await,
            ["Customer", "Partner", "Distributor"]
        );
        let restored = world
            .change(&world.admin, RESTORE, json!({ "id": gold }))
            .await;
        assert_eq!(
            restored["customerGroup"],
            json!({ "name": "Gold", "status": "ACTIVE", "version": 3 })
        );
        world.give_group(&other, Some(&gold)).await;
        assert_eq!(
            groups_of(&world, &[&other]).await,
            json!([["Gold", "Gold", 2]])
        );
    })
    .await;
}

/// T-18, T-37: a count is said only where nothing of it is hidden.
#[tokio::test]
async fn a_group_in_use_is_not_deleted_and_says_how_often_only_to_those_who_see_every_use() {
    each_engine(async |world| {
        let gold = world.group("Gold").await;
        let acme = world.organization_with(json!({ "name": "Acme", "customerGroupId": gold })).await;
        world.contact_with(json!({ "fullName": "In", "customerGroupId": gold, "organizationId": acme })).await;
        world.contact_with(json!({ "fullName": "Out", "customerGroupId": gold })).await;
        let groups = [Permission::CustomerGroupView, Permission::CustomerGroupDelete];
        let deleter = world.holder("deleter", &groups, Scope::Global, None).await;
        let refused = async |person: &Person| world.attempt(person, DELETE, json!({ "id": gold })).await;
        let hidden = json!({ "deletedId": null, "userErrors": [
            { "code": "IN_USE", "path": ["id"], "message": "the group is in use; say what replaces it" },
        ]});
        assert_eq!(refused(&deleter).await, hidden);
        let sees = [Permission::OrganizationView, Permission::ContactView];
        let role = world.system.create_role("sees", &sees).await.expect("a role");
        world.assign(&deleter, role, Scope::Node, Some(&acme)).await;
        assert_eq!(refused(&deleter).await, hidden, "one contact is still out of sight");
        world.assign(&deleter, role, Scope::Global, None).await;
        let message = "the group is given to 2 contacts and 1 organizations; say what replaces it";
        let told = json!({ "deletedId": null, "userErrors": [{ "code": "IN_USE", "path": ["id"], "message": message }] });
        assert_eq!(refused(&deleter).await, told);
        let input = json!({ "id": gold, "replaceWithNone": true });
        let payload = world.attempt(&deleter, DELETE, input).await;
        assert_eq!(user_errors(&payload), ["FORBIDDEN at id"], "a replacement needs CUSTOMER_GROUP_ASSIGN too");
    })
    .await;
}

/// T-18, T-177: every use goes over at once, each row one version on.
#[tokio::test]
async fn a_deleted_group_is_replaced_by_another_or_by_none_wherever_it_was_given() {
    each_engine(async |world| {
        let (gold, silver) = (world.group("Gold").await, world.group("Silver").await);
        let acme = world
            .organization_with(json!({ "name": "Acme", "customerGroupId": gold }))
            .await;
        let member = world
            .contact_with(
                json!({ "fullName": "Member", "customerGroupId": gold, "organizationId": acme }),
            )
            .await;
        let other = world
            .contact_with(json!({ "fullName": "Other", "customerGroupId": silver }))
            .await;
        let all = [acme.as_str(), &member, &other];
        let deleted = world
            .change(
                &world.admin,
                DELETE,
                json!({ "id": gold, "replaceWithId": silver }),
            )
            .await;
        assert_eq!(deleted, json!({ "deletedId": gold, "userErrors": [] }));
        let expected = json!([
            ["Silver", null, 2],
            ["Silver", "Silver", 2],
            ["Silver", "Silver", 1]
        ]);
        assert_eq!(groups_of(&world, &all).await, expected);
        world
            .change(
                &world.admin,
                DELETE,
                json!({ "id": silver, "replaceWithNone": true }),
            )
            .await;
        assert_eq!(
            groups_of(&world, &all).await,
            json!([[null, null, 3], [null, null, 3], [null, null, 2]])
        );
        let last = world.group("Gold").await;
        assert_eq!(
            last, "customerGroup:6",
            "ids are never given out again, names are"
        );
        world
            .change(&world.admin, DELETE, json!({ "id": last }))
            .await;
        assert_eq!(world.group("Gold").await, "customerGroup:7");
    })
    .await;
}

/// T-176.
#[tokio::test]
async fn a_replacement_is_one_other_group_that_is_not_archived() {
    each_engine(async |world| {
        let (gold, old) = (world.group("Gold").await, world.group("Old").await);
        world
            .change(&world.admin, ARCHIVE, json!({ "id": old }))
            .await;
        let delete = async |mut input: Value| {
            input["id"] = json!(gold);
            user_errors(&world.attempt(&world.admin, DELETE, input).await)
        };
        assert_eq!(
            delete(json!({ "replaceWithId": "customerGroup:1", "replaceWithNone": true })).await,
            ["INVALID at replaceWithId"]
        );
        assert_eq!(
            delete(json!({ "replaceWithId": gold })).await,
            ["INVALID at replaceWithId"]
        );
        assert_eq!(
            delete(json!({ "replaceWithId": old })).await,
            ["ARCHIVED at replaceWithId"]
        );
        assert_eq!(
            delete(json!({ "replaceWithId": "customerGroup:99" })).await,
            ["NOT_FOUND at replaceWithId"]
        );
        let both =
            json!({ "input": { "id": gold, "replaceWithId": old, "replaceWithNone": true } });
        assert_eq!(
            code(&world.send(&Person::anonymous(), DELETE, both).await),
            "UNAUTHENTICATED",
            "T-181"
        );
        assert_eq!(
            names(&world, &world.admin, json!({ "search": "GOLD" })).await,
            ["Gold"]
        );
    })
    .await;
}
