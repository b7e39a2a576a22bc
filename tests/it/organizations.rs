//! Organizations: creating them and changing their own fields.

mod rights;
mod texts;

use crate::support::build::ORGANIZATION_CREATE;
use crate::support::{World, code, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::{Value, json};

pub const UPDATE: &str = "mutation($input: OrganizationUpdateInput!) {
    organizationUpdate(input: $input) { organization { id name version } userErrors { code message path } } }";
const WHOLE: &str = "query($id: ID!) { organization(id: $id) {
    externalId name description type { name } businessCategory { name } parent { name } customerGroup { name }
    primaryContact { fullName } version createdAt updatedAt } }";
const BY_EXTERNAL_ID: &str =
    "query($id: String!) { organizationByExternalId(externalId: $id) { name } }";

async fn whole(world: &World, id: &str) -> Value {
    let data = world.ask(&world.admin, WHOLE, json!({ "id": id })).await;
    data["organization"].clone()
}

async fn category(world: &World, name: &str) -> Value {
    const CREATE: &str = "mutation($input: BusinessCategoryCreateInput!) {
        businessCategoryCreate(input: $input) { businessCategory { id } userErrors { code message path } } }";
    let payload = world
        .change(&world.admin, CREATE, json!({ "name": name }))
        .await;
    payload["businessCategory"]["id"].clone()
}

/// What is wrong with creating `input`, and with changing an organization to it.
async fn refused(world: &World, id: &str, mut input: Value) -> [Vec<String>; 2] {
    let change = world
        .attempt(&world.admin, UPDATE, with(&input, "id", id))
        .await;
    if input.get("name").is_none() {
        input["name"] = json!("Another");
    }
    let create = world
        .attempt(&world.admin, ORGANIZATION_CREATE, input)
        .await;
    for payload in [&create, &change] {
        let refused = payload["userErrors"] != json!([]);
        assert_eq!(payload["organization"].is_null(), refused, "{payload:#}");
    }
    [user_errors(&create), user_errors(&change)]
}

fn both(error: &str) -> [Vec<String>; 2] {
    [vec![error.to_owned()], vec![error.to_owned()]]
}

fn neither() -> [Vec<String>; 2] {
    [vec![], vec![]]
}

/// T-175 (descriptions keep newlines and tabs).
#[tokio::test]
async fn an_organization_keeps_what_it_was_created_with() {
    each_engine(async |world| {
        let above = world.organization("Above", None).await;
        let id = world
            .organization_with(json!({
                "externalId": "ERP-1", "name": "Acme", "description": "one\n\ttwo", "parentId": above,
                "typeId": "organizationType:2", "businessCategoryId": category(&world, "Tools").await,
                "customerGroupId": world.group("Gold").await,
            }))
            .await;
        let expected = json!({
            "externalId": "ERP-1", "name": "Acme", "description": "one\n\ttwo",
            "type": { "name": "Organization Unit" }, "businessCategory": { "name": "Tools" },
            "parent": { "name": "Above" }, "customerGroup": { "name": "Gold" }, "primaryContact": null, "version": 1,
            "createdAt": "2026-01-01T00:00:00.000000Z", "updatedAt": "2026-01-01T00:00:00.000000Z",
        });
        assert_eq!(whole(&world, &id).await, expected);
    })
    .await;
}

/// T-14: a default group would change prices unasked.
#[tokio::test]
async fn an_organization_of_a_name_alone_is_a_root_of_the_first_type_without_a_group() {
    each_engine(async |world| {
        let id = world.organization_with(json!({ "name": "Acme" })).await;
        let expected = json!({
            "externalId": null, "name": "Acme", "description": null, "type": { "name": "Organization" },
            "businessCategory": null, "parent": null, "customerGroup": null, "primaryContact": null, "version": 1,
            "createdAt": "2026-01-01T00:00:00.000000Z", "updatedAt": "2026-01-01T00:00:00.000000Z",
        });
        assert_eq!(whole(&world, &id).await, expected);
    })
    .await;
}

/// T-114, T-176: absent stays, null clears.
#[tokio::test]
async fn an_update_changes_what_is_given_clears_what_is_null_and_counts_real_changes_only() {
    each_engine(async |world| {
        let tools = category(&world, "Tools").await;
        let start = json!({ "externalId": "E", "name": "Acme", "description": "d", "businessCategoryId": tools });
        let id = world.organization_with(start).await;
        let change = async |mut input: Value| {
            input["id"] = json!(id);
            world.change(&world.admin, UPDATE, input).await["organization"]["version"].clone()
        };
        assert_eq!(change(json!({})).await, 1);
        assert_eq!(change(json!({ "name": " Acme ", "externalId": "E" })).await, 1);
        assert_eq!(change(json!({ "name": "Bolt", "typeId": "organizationType:2" })).await, 2);
        let now = whole(&world, &id).await;
        assert_eq!(json!([now["name"], now["externalId"], now["description"]]), json!(["Bolt", "E", "d"]));
        assert_eq!(now["type"]["name"], "Organization Unit");
        let nothing = json!({ "externalId": null, "description": null, "businessCategoryId": null, "primaryContactId": null });
        assert_eq!(change(nothing).await, 3);
        let now = whole(&world, &id).await;
        assert_eq!(json!([now["externalId"], now["description"], now["businessCategory"]]), json!([null, null, null]));
        assert_eq!(change(json!({ "externalId": "  ", "description": "\n" })).await, 3);
    })
    .await;
}

/// T-39, T-179: whose it is, is not said, and case counts.
#[tokio::test]
async fn an_external_id_belongs_to_one_organization_until_that_is_deleted() {
    each_engine(async |world| {
        let first = world
            .organization_with(json!({ "name": "First", "externalId": "E-1" }))
            .await;
        let second = world
            .organization_with(json!({ "name": "Second", "externalId": "e-1" }))
            .await;
        assert_eq!(
            refused(&world, &second, json!({ "externalId": " E-1 " })).await,
            both("TAKEN at externalId")
        );
        // Taken by somebody whom one may not see: the same words.
        let creator = world
            .holder(
                "creator",
                &[Permission::OrganizationView, Permission::OrganizationCreate],
                Scope::Subtree,
                Some(&second),
            )
            .await;
        let input = json!({ "name": "Third", "parentId": second, "externalId": "E-1" });
        let hidden = world
            .attempt(&creator, ORGANIZATION_CREATE, input.clone())
            .await;
        let taken =
            json!([{ "code": "TAKEN", "message": "externalId is taken", "path": ["externalId"] }]);
        assert_eq!(hidden["userErrors"], taken);
        world
            .change(&world.admin, crate::deletes::DELETE, json!({ "id": first }))
            .await;
        world.change(&creator, ORGANIZATION_CREATE, input).await;
        let found = world
            .ask(&world.admin, BY_EXTERNAL_ID, json!({ "id": "E-1" }))
            .await;
        assert_eq!(
            found,
            json!({ "organizationByExternalId": { "name": "Third" } })
        );
    })
    .await;
}

/// T-140: what means nothing is a user error, what cannot be an id is not.
#[tokio::test]
async fn what_an_organization_refers_to_must_exist_and_be_of_the_right_kind() {
    each_engine(async |world| {
        let id = world.organization("Acme", None).await;
        let nowhere = "organization:01900000-0000-7000-8000-00000000ffff";
        for (field, unknown) in [
            ("typeId", "organizationType:99"),
            ("businessCategoryId", "businessCategory:99"),
        ] {
            let got = refused(&world, &id, json!({ field: unknown })).await;
            assert_eq!(got, both(&format!("NOT_FOUND at {field}")));
        }
        for (field, unknown) in [
            ("parentId", nowhere),
            ("customerGroupId", "customerGroup:99"),
        ] {
            let input = json!({ "name": "Another", field: unknown });
            let got = user_errors(
                &world
                    .attempt(&world.admin, ORGANIZATION_CREATE, input)
                    .await,
            );
            assert_eq!(got, [format!("NOT_FOUND at {field}")]);
        }
        let got = user_errors(
            &world
                .attempt(&world.admin, UPDATE, json!({ "id": nowhere, "name": "x" }))
                .await,
        );
        assert_eq!(got, ["NOT_FOUND at id"]);
        for field in [
            "typeId",
            "businessCategoryId",
            "parentId",
            "customerGroupId",
        ] {
            let input = json!({ "input": { "name": "Another", field: "contact:garbled" } });
            let body = world.send(&world.admin, ORGANIZATION_CREATE, input).await;
            assert_eq!(code(&body), "BAD_REQUEST", "{field}");
        }
    })
    .await;
}

fn with(input: &Value, field: &str, value: &str) -> Value {
    let mut input = input.clone();
    input[field] = json!(value);
    input
}
