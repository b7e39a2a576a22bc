//! Organizations: creating them and changing their own fields.

use crate::support::build::{CONTACT_CREATE, ORGANIZATION_CREATE};
use crate::support::{Person, World, code, each_engine, user_errors};
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
    let payload = world.change(&world.admin, CREATE, json!({ "name": name })).await;
    payload["businessCategory"]["id"].clone()
}

/// What is wrong with creating `input`, and with changing an organization to it.
async fn refused(world: &World, id: &str, mut input: Value) -> [Vec<String>; 2] {
    let change = world.attempt(&world.admin, UPDATE, with(&input, "id", id)).await;
    if input.get("name").is_none() {
        input["name"] = json!("Another");
    }
    let create = world.attempt(&world.admin, ORGANIZATION_CREATE, input).await;
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

/// T-175: characters are counted, not bytes.
#[tokio::test]
async fn texts_are_as_long_as_their_limit_and_no_longer() {
    each_engine(async |world| {
        let id = world.organization("Acme", None).await;
        for (field, limit) in [("name", 512), ("externalId", 512), ("description", 10_000)] {
            let long = refused(&world, &id, json!({ field: "\u{20000}".repeat(limit + 1) })).await;
            assert_eq!(long, both(&format!("TOO_LONG at {field}")));
            // Different ones, because external ids are unique.
            let fitting = json!({ field: format!("  {}  ", "\u{20000}".repeat(limit)) });
            world.change(&world.admin, UPDATE, with(&fitting, "id", &id)).await;
            let other = json!({ "name": "Another", field: "\u{20001}".repeat(limit) });
            world.change(&world.admin, ORGANIZATION_CREATE, other).await;
            assert_eq!(whole(&world, &id).await[field], "\u{20000}".repeat(limit));
        }
    })
    .await;
}

/// T-172, T-175: some characters come to eighteen when compared, and an index has its limit too.
#[tokio::test]
async fn a_name_that_is_compared_by_far_more_characters_than_it_has_is_kept_and_found() {
    each_engine(async |world| {
        let name: String = (0..512_u32)
            .map(|at| char::from_u32(0x3300 + (at * 37 + at * at) % 88).expect("a square of katakana"))
            .collect();
        let id = world.organization(&name, None).await;
        world.change(&world.admin, UPDATE, json!({ "id": id, "externalId": name })).await;
        let found = world.ask(&world.admin, BY_EXTERNAL_ID, json!({ "id": name })).await;
        assert_eq!(found["organizationByExternalId"]["name"], name);
    })
    .await;
}

/// T-175: NUL, which PostgreSQL cannot store, is refused like the others.
#[tokio::test]
async fn control_characters_are_refused_except_newlines_and_tabs_in_descriptions() {
    each_engine(async |world| {
        let id = world.organization("Acme", None).await;
        for control in ['\0', '\u{1}', '\u{1b}', '\u{7f}', '\u{85}'] {
            for field in ["name", "externalId", "description"] {
                let got = refused(&world, &id, json!({ field: format!("a{control}b") })).await;
                assert_eq!(got, both(&format!("INVALID at {field}")), "{control:?}");
            }
        }
        for kept in ['\n', '\t', '\r'] {
            for field in ["name", "externalId"] {
                let got = refused(&world, &id, json!({ field: format!("a{kept}b") })).await;
                assert_eq!(got, both(&format!("INVALID at {field}")), "{kept:?}");
            }
            let text = json!({ "description": format!("a{kept}b") });
            assert_eq!(refused(&world, &id, text).await, neither(), "{kept:?}");
        }
        let payload = world.attempt(&world.admin, UPDATE, json!({ "id": id, "name": "a\0b" })).await;
        let message = "name may not contain the character U+0000";
        assert_eq!(payload["userErrors"], json!([{ "code": "INVALID", "message": message, "path": ["name"] }]));
    })
    .await;
}

/// T-175: two ids that look alike must not differ.
#[tokio::test]
async fn external_ids_refuse_what_cannot_be_seen_and_names_do_not() {
    each_engine(async |world| {
        let id = world.organization("Acme", None).await;
        for unseen in ['\u{200b}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{202e}', '\u{2066}', '\u{ad}'] {
            for text in [format!("a{unseen}b"), format!("{unseen}a"), format!("a{unseen}")] {
                let got = refused(&world, &id, json!({ "externalId": text })).await;
                assert_eq!(got, both("INVALID at externalId"), "{unseen:?}");
                assert_eq!(refused(&world, &id, json!({ "name": text })).await, neither(), "{unseen:?}");
            }
        }
    })
    .await;
}

/// T-175, T-176.
#[tokio::test]
async fn a_name_cannot_be_blank_and_neither_name_nor_type_can_be_cleared() {
    each_engine(async |world| {
        let id = world.organization("Acme", None).await;
        for blank in ["", "  ", " \n\u{a0}"] {
            assert_eq!(refused(&world, &id, json!({ "name": blank })).await, both("REQUIRED at name"));
        }
        let clear = json!({ "id": id, "name": null });
        assert_eq!(user_errors(&world.attempt(&world.admin, UPDATE, clear).await), ["REQUIRED at name"]);
        let clear = json!({ "id": id, "typeId": null });
        assert_eq!(user_errors(&world.attempt(&world.admin, UPDATE, clear).await), ["INVALID at typeId"]);
        assert_eq!(whole(&world, &id).await["version"], 1);
    })
    .await;
}

/// All at once, so that a form can show all.
#[tokio::test]
async fn every_mistake_of_an_input_is_told_at_once() {
    each_engine(async |world| {
        let id = world.organization("Acme", None).await;
        let input = json!({ "id": id, "name": " ", "externalId": "a\0", "description": "x".repeat(10_001), "typeId": null });
        let got = user_errors(&world.attempt(&world.admin, UPDATE, input).await);
        let all = ["INVALID at externalId", "REQUIRED at name", "TOO_LONG at description", "INVALID at typeId"];
        assert_eq!(got, all);
        let input = json!({ "name": "", "externalId": "a\0", "description": "x".repeat(10_001) });
        let got = user_errors(&world.attempt(&world.admin, ORGANIZATION_CREATE, input).await);
        assert_eq!(got, all[..3]);
    })
    .await;
}

/// T-39, T-179: whose it is, is not said, and case counts.
#[tokio::test]
async fn an_external_id_belongs_to_one_organization_until_that_is_deleted() {
    each_engine(async |world| {
        let first = world.organization_with(json!({ "name": "First", "externalId": "E-1" })).await;
        let second = world.organization_with(json!({ "name": "Second", "externalId": "e-1" })).await;
        assert_eq!(refused(&world, &second, json!({ "externalId": " E-1 " })).await, both("TAKEN at externalId"));
        // Taken by somebody whom one may not see: the same words.
        let creator = world
            .holder("creator", &[Permission::OrganizationView, Permission::OrganizationCreate], Scope::Subtree, Some(&second))
            .await;
        let input = json!({ "name": "Third", "parentId": second, "externalId": "E-1" });
        let hidden = world.attempt(&creator, ORGANIZATION_CREATE, input.clone()).await;
        let taken = json!([{ "code": "TAKEN", "message": "externalId is taken", "path": ["externalId"] }]);
        assert_eq!(hidden["userErrors"], taken);
        world.change(&world.admin, crate::deletes::DELETE, json!({ "id": first })).await;
        world.change(&creator, ORGANIZATION_CREATE, input).await;
        let found = world.ask(&world.admin, BY_EXTERNAL_ID, json!({ "id": "E-1" })).await;
        assert_eq!(found, json!({ "organizationByExternalId": { "name": "Third" } }));
    })
    .await;
}

/// T-140: what means nothing is a user error, what cannot be an id is not.
#[tokio::test]
async fn what_an_organization_refers_to_must_exist_and_be_of_the_right_kind() {
    each_engine(async |world| {
        let id = world.organization("Acme", None).await;
        let nowhere = "organization:01900000-0000-7000-8000-00000000ffff";
        for (field, unknown) in [("typeId", "organizationType:99"), ("businessCategoryId", "businessCategory:99")] {
            let got = refused(&world, &id, json!({ field: unknown })).await;
            assert_eq!(got, both(&format!("NOT_FOUND at {field}")));
        }
        for (field, unknown) in [("parentId", nowhere), ("customerGroupId", "customerGroup:99")] {
            let input = json!({ "name": "Another", field: unknown });
            let got = user_errors(&world.attempt(&world.admin, ORGANIZATION_CREATE, input).await);
            assert_eq!(got, [format!("NOT_FOUND at {field}")]);
        }
        let got = user_errors(&world.attempt(&world.admin, UPDATE, json!({ "id": nowhere, "name": "x" })).await);
        assert_eq!(got, ["NOT_FOUND at id"]);
        for field in ["typeId", "businessCategoryId", "parentId", "customerGroupId"] {
            let input = json!({ "input": { "name": "Another", field: "contact:garbled" } });
            let body = world.send(&world.admin, ORGANIZATION_CREATE, input).await;
            assert_eq!(code(&body), "BAD_REQUEST", "{field}");
        }
    })
    .await;
}

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
        for stranger in [world.contact("Below", Some(&below)).await, world.contact("Free", None).await] {
            assert_eq!(set(&world.admin, Some(&stranger)).await, ["INVALID at primaryContactId"]);
        }
        let nobody = "contact:01900000-0000-7000-8000-00000000ffff";
        assert_eq!(set(&world.admin, Some(nobody)).await, ["NOT_FOUND at primaryContactId"]);
        let editor = world
            .holder("editor", &[Permission::OrganizationView, Permission::OrganizationEdit], Scope::Node, Some(&acme))
            .await;
        assert_eq!(set(&editor, Some(&own)).await, ["NOT_FOUND at primaryContactId"]);
        assert_eq!(set(&world.admin, Some(&own)).await, [""; 0]);
        assert_eq!(whole(&world, &acme).await["primaryContact"], json!({ "fullName": "Own" }));
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
        let (one, two) = (world.contact("One", Some(&acme)).await, world.contact("Two", Some(&acme)).await);
        world.change(&world.admin, UPDATE, json!({ "id": acme, "primaryContactId": one })).await;
        for to in [Some(&other), None] {
            let input = json!({ "id": one, "organizationId": to });
            assert_eq!(user_errors(&world.attempt(&world.admin, LEAVE, input).await), ["IN_USE at id"]);
        }
        let gone = json!({ "id": one });
        assert_eq!(user_errors(&world.attempt(&world.admin, DELETE, gone.clone()).await), ["IN_USE at id"]);
        world.change(&world.admin, UPDATE, json!({ "id": acme, "primaryContactId": two })).await;
        world.change(&world.admin, DELETE, gone).await;
        world.change(&world.admin, UPDATE, json!({ "id": acme, "primaryContactId": null })).await;
        world.change(&world.admin, LEAVE, json!({ "id": two, "organizationId": other })).await;
        assert_eq!(whole(&world, &acme).await["primaryContact"], json!(null));
    })
    .await;
}

/// T-36, T-38: where one may create, and what one is told elsewhere.
#[tokio::test]
async fn creating_needs_the_right_over_the_parent_and_everywhere_for_a_root() {
    use Permission::{CustomerGroupAssign, CustomerGroupView, OrganizationCreate, OrganizationView};
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let below = world.organization("Below", Some(&acme)).await;
        let hidden = world.organization("Hidden", None).await;
        let create = async |person: &Person, parent: Option<&str>, group: Option<&str>| {
            let input = json!({ "name": "New", "parentId": parent, "customerGroupId": group });
            user_errors(&world.attempt(person, ORGANIZATION_CREATE, input).await)
        };
        let maker = world.holder("maker", &[OrganizationView, OrganizationCreate], Scope::Subtree, Some(&acme)).await;
        assert_eq!(create(&maker, Some(&below), None).await, [""; 0]);
        assert_eq!(create(&maker, None, None).await, ["FORBIDDEN at parentId"]);
        assert_eq!(create(&maker, Some(&hidden), None).await, ["NOT_FOUND at parentId"]);
        let seer = world.holder("seer", &[OrganizationView], Scope::Global, None).await;
        assert_eq!(create(&seer, Some(&acme), None).await, ["FORBIDDEN at parentId"]);
        assert_eq!(create(&world.holder("all", &[OrganizationCreate], Scope::Global, None).await, None, None).await, [""; 0]);

        let all = [OrganizationView, OrganizationCreate, CustomerGroupView, CustomerGroupAssign];
        let giver = world.holder("giver", &all, Scope::Subtree, Some(&acme)).await;
        assert_eq!(create(&giver, Some(&acme), Some("customerGroup:1")).await, [""; 0]);
        let viewer = world.holder("viewer", &all[..3], Scope::Subtree, Some(&acme)).await;
        assert_eq!(create(&viewer, Some(&acme), Some("customerGroup:1")).await, ["FORBIDDEN at customerGroupId"]);
        // Over the parent alone, the new place is out of reach.
        let node = world.holder("node", &all, Scope::Node, Some(&acme)).await;
        assert_eq!(create(&node, Some(&acme), Some("customerGroup:1")).await, ["FORBIDDEN at customerGroupId"]);
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

fn with(input: &Value, field: &str, value: &str) -> Value {
    let mut input = input.clone();
    input[field] = json!(value);
    input
}
