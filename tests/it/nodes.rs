//! Global ids, and errors that stay where they belong.

use crate::support::{Person, World, code, each_engine};
use entity::ids::RoleId;
use entity::role_assignment::Scope;
use serde_json::{Value, json};

const NODES: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
const ABSENT: &str = "01900000-0000-7000-8000-00000000ffff";

/// T-170.
#[tokio::test]
async fn a_garbled_id_or_one_of_the_wrong_kind_is_a_bad_request() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let garbled = [
            "",
            ":",
            "organization",
            "organization:",
            "organization:1",
            "contact:x",
            "customerGroup:",
            "customerGroup:x",
            "customerGroup:1.5",
            "customerGroup:99999999999999999999",
            "Organization:01900000-0000-7000-8000-000000000001",
            "unicorn:1",
            "organization::1",
            " organization:01900000-0000-7000-8000-000000000001",
            "organization:\u{0}",
            "roleAssignment:x",
            "roleAssignment:7",
            "role:x",
            "role:01900000-0000-7000-8000-000000000001",
            "account:7",
            "1",
            "%",
        ];
        for id in garbled {
            for query in [
                "query($id: ID!) { node(id: $id) { id } }",
                "query($id: ID!) { nodes(ids: [$id]) { id } }",
            ] {
                assert_eq!(
                    code(&world.send(&world.admin, query, json!({ "id": id })).await),
                    "BAD_REQUEST",
                    "{query} {id:?}"
                );
            }
        }
        for field in ["contact", "customerGroup", "account", "role"] {
            let query = format!("query($id: ID!) {{ {field}(id: $id) {{ id }} }}");
            assert_eq!(
                code(
                    &world
                        .send(&world.admin, &query, json!({ "id": acme }))
                        .await
                ),
                "BAD_REQUEST",
                "{field}"
            );
        }
        let query = "query($id: ID!) { organization(id: $id) { id } }";
        for id in [
            "customerGroup:1",
            "contact:01900000-0000-7000-8000-000000000001",
            "x",
        ] {
            assert_eq!(
                code(&world.send(&world.admin, query, json!({ "id": id })).await),
                "BAD_REQUEST",
                "{id}"
            );
        }
    })
    .await;
}

/// T-170: also where ids stand in filters and in the input of mutations.
#[tokio::test]
async fn a_wrong_kind_of_id_is_a_bad_request_wherever_it_stands() {
    each_engine(async |world| {
        for query in [
            "{ organizations(first: 1, filter: { parentId: \"contact:1\" }) { totalCount } }",
            "{ organizations(first: 1, filter: { customerGroupIds: [\"customerGroup:1\", \"organizationType:1\"] }) { totalCount } }",
            "{ organizations(first: 1, filter: { typeIds: [\"customerGroup:1\"] }) { totalCount } }",
            "{ contacts(first: 1, filter: { organizationId: \"customerGroup:1\" }) { totalCount } }",
            "{ contacts(first: 1, filter: { effectiveCustomerGroupIds: [\"x\"] }) { totalCount } }",
            "{ viewer { can(permission: CONTACT_VIEW, organizationId: \"customerGroup:1\") } }",
            "mutation { organizationCreate(input: { name: \"X\", parentId: \"customerGroup:1\" }) { userErrors { code } } }",
            "{ accessExplanation(accountId: \"contact:01900000-0000-7000-8000-000000000001\", permission: CONTACT_VIEW) { allowed } }",
            "mutation { contactDelete(input: { id: \"customerGroup:1\" }) { userErrors { code } } }",
        ] {
            assert_eq!(code(&world.send(&world.admin, query, json!({})).await), "BAD_REQUEST", "{query}");
        }
    })
    .await;
}

/// Every kind of thing by its id, twice and in the order asked.
#[tokio::test]
async fn nodes_come_in_the_order_asked_with_null_for_what_is_not_there() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let ann = world.contact("Ann", Some(&acme)).await;
        let account = format!("account:{}", world.admin.account.expect("an account"));
        let address = "mutation($input: AddressCreateInput!) { addressCreate(input: $input) { address { id } userErrors { code } } }";
        let address = world.change(&world.admin, address, json!({ "contactId": ann, "kinds": ["BILLING"], "city": "Bern" })).await;
        let address = address["address"]["id"].as_str().expect("an id");
        let category = "mutation($input: BusinessCategoryCreateInput!) { businessCategoryCreate(input: $input) { businessCategory { id } userErrors { code } } }";
        world.change(&world.admin, category, json!({ "name": "Trade" })).await;
        let absent = format!("contact:{ABSENT}");
        let given = world.assign(&world.admin, RoleId(4), Scope::Own, None).await;
        let given = format!("roleAssignment:{given}");
        let ids = json!([address, ann, absent, acme, "customerGroup:2", "customerGroup:99", account, "organizationType:1", "businessCategory:1",
            "role:77", given, "role:4", ann]);
        let got = world.ask(&world.admin, NODES, json!({ "ids": ids })).await;
        assert_eq!(got["nodes"], json!([
            { "__typename": "Address", "id": address }, { "__typename": "Contact", "id": ann }, null, { "__typename": "Organization", "id": acme },
            { "__typename": "CustomerGroup", "id": "customerGroup:2" }, null, { "__typename": "Account", "id": account },
            { "__typename": "OrganizationType", "id": "organizationType:1" }, { "__typename": "BusinessCategory", "id": "businessCategory:1" },
            null, { "__typename": "RoleAssignment", "id": given }, { "__typename": "Role", "id": "role:4" },
            { "__typename": "Contact", "id": ann },
        ]));
        assert_eq!(world.ask(&world.admin, NODES, json!({ "ids": [] })).await, json!({ "nodes": [] }));
        let anonymous = world.ask(&Person::anonymous(), NODES, json!({ "ids": ids })).await;
        assert_eq!(anonymous["nodes"], Value::Array(vec![Value::Null; 13]));
    })
    .await;
}

/// T-112.
#[tokio::test]
async fn a_hidden_relation_blanks_nothing_but_itself() {
    each_engine(async |world| {
        use guildhall::access::Permission;
        let root = world.organization("Root", None).await;
        let part = world.organization("Part", Some(&root)).await;
        let ann = world.contact("Ann", Some(&root)).await;
        let person = world.holder("one", &[Permission::OrganizationView], Scope::Node, Some(&part)).await;
        world.assign(&person, world.system.create_role("two", &[Permission::ContactView]).await.expect("a role"), Scope::Node, Some(&root)).await;
        let query = "query($part: ID!, $ann: ID!) {
            organization(id: $part) { name parent { name } ancestors { name } primaryContact { fullName } businessCategory { name } customerGroup { name } }
            contact(id: $ann) { fullName organization { name } account { login } preferredBillingAddress { id } effectiveCustomerGroup { name } } }";
        let got = world.ask(&person, query, json!({ "part": part, "ann": ann })).await;
        assert_eq!(got, json!({
            "organization": { "name": "Part", "parent": null, "ancestors": [], "primaryContact": null, "businessCategory": null, "customerGroup": null },
            "contact": { "fullName": "Ann", "organization": null, "account": null, "preferredBillingAddress": null, "effectiveCustomerGroup": null },
        }));
    })
    .await;
}

async fn siblings(world: &World, broken: &str) -> Value {
    let query = format!(
        "{{ before: viewer {{ permissions }} broken: {broken} after: viewer {{ account {{ login }} }} }}"
    );
    world
        .send(&world.account("somebody", None).await, &query, json!({}))
        .await
}

/// T-112: an error in a root field that may be null leaves the others alone.
#[tokio::test]
async fn an_error_in_one_root_field_keeps_its_siblings() {
    each_engine(async |world| {
        let body = siblings(&world, "organization(id: \"nonsense\") { name }").await;
        assert_eq!(body["data"], json!({ "before": { "permissions": [] }, "broken": null, "after": { "account": { "login": "somebody" } } }));
        assert_eq!(body["errors"].as_array().map(Vec::len), Some(1));
        assert_eq!(body["errors"][0]["path"], json!(["broken"]));
        assert_eq!(code(&body), "BAD_REQUEST");
    })
    .await;
}
