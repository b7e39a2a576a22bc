//! What is hidden is answered like what does not exist.

use crate::support::{Person, World, code, each_engine};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::{Value, json};

struct Stage {
    person: Person,
    own: [String; 2],
    hidden: [String; 4],
}

/// An editor of one part who may do everything there, and things that are hidden from them.
async fn stage(world: &World) -> Stage {
    let address = async |owner: Value| {
        let query = "mutation($input: AddressCreateInput!) { addressCreate(input: $input) { address { id } userErrors { code message path } } }";
        let payload = world.change(&world.admin, query, owner).await;
        payload["address"]["id"].as_str().expect("an id").to_owned()
    };
    let ours = world.organization("Ours", None).await;
    let theirs = world
        .organization_with(json!({ "name": "Theirs", "externalId": "theirs" }))
        .await;
    let me = world.contact("Mine", Some(&ours)).await;
    let other = world
        .contact_with(
            json!({ "fullName": "Other", "organizationId": theirs, "externalId": "other" }),
        )
        .await;
    let other_address =
        address(json!({ "organizationId": theirs, "kinds": ["BILLING"], "city": "Bern" })).await;
    let all: Vec<_> = Permission::ALL
        .iter()
        .copied()
        .filter(|permission| *permission != Permission::CustomerGroupView)
        .collect();
    let person = world
        .holder("editor", &all, Scope::Subtree, Some(&ours))
        .await;
    Stage {
        person,
        own: [ours, me],
        hidden: [theirs, other, other_address, "customerGroup:2".to_owned()],
    }
}

/// T-38, T-142: also for what an input only refers to, with an expected version, and when only checking.
#[tokio::test]
async fn changing_what_is_hidden_is_answered_like_changing_what_does_not_exist() {
    each_engine(async |world| {
        let Stage { person, own: [ours, me], hidden: [theirs, other, other_address, group] } = stage(&world).await;
        // `@` is what is hidden.
        let cases = [
            ("organizationUpdate", &theirs, json!({ "id": "@", "name": "X" })),
            ("organizationUpdate", &other, json!({ "id": ours, "primaryContactId": "@" })),
            ("organizationMove", &theirs, json!({ "id": "@", "newParentId": null })),
            ("organizationMove", &theirs, json!({ "id": "@", "newParentId": ours })),
            ("organizationMove", &theirs, json!({ "id": ours, "newParentId": "@" })),
            ("organizationDelete", &theirs, json!({ "id": "@" })),
            ("organizationDelete", &theirs, json!({ "id": "@", "mode": "CASCADE" })),
            ("organizationCreate", &theirs, json!({ "name": "X", "parentId": "@" })),
            ("organizationCreate", &group, json!({ "name": "X", "parentId": ours, "customerGroupId": "@" })),
            ("contactCreate", &theirs, json!({ "fullName": "X", "organizationId": "@" })),
            ("contactCreate", &group, json!({ "fullName": "X", "organizationId": ours, "customerGroupId": "@" })),
            ("contactUpdate", &other, json!({ "id": "@", "firstName": "X" })),
            ("contactUpdate", &other_address, json!({ "id": me, "preferredBillingAddressId": "@" })),
            ("contactAssignOrganization", &other, json!({ "id": "@", "organizationId": ours })),
            ("contactAssignOrganization", &theirs, json!({ "id": me, "organizationId": "@" })),
            ("contactDelete", &other, json!({ "id": "@" })),
            ("addressCreate", &theirs, json!({ "organizationId": "@", "kinds": ["BILLING"], "city": "X" })),
            ("addressCreate", &other, json!({ "contactId": "@", "kinds": ["BILLING"], "city": "X" })),
            ("addressUpdate", &other_address, json!({ "id": "@", "city": "X" })),
            ("addressDelete", &other_address, json!({ "id": "@" })),
            ("customerGroupAssign", &theirs, json!({ "organizationId": "@", "customerGroupId": null })),
            ("customerGroupAssign", &other, json!({ "contactId": "@", "customerGroupId": null })),
            ("customerGroupAssign", &group, json!({ "contactId": me, "customerGroupId": "@" })),
            ("customerGroupUpdate", &group, json!({ "id": "@", "name": "X" })),
            ("customerGroupArchive", &group, json!({ "id": "@" })),
            ("customerGroupRestore", &group, json!({ "id": "@" })),
            ("customerGroupDelete", &group, json!({ "id": "@" })),
            ("customerGroupDelete", &group, json!({ "id": "@", "replaceWithNone": true })),
        ];
        for (field, hidden, input) in &cases {
            let input_type = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
            let query = format!("mutation($input: {input_type}!) {{ {field}(input: $input) {{ __typename userErrors {{ code message path }} }} }}");
            for (term, value) in [("validateOnly", json!(false)), ("validateOnly", json!(true)), ("expectedVersion", json!(7))] {
                if term == "expectedVersion" && field.ends_with("Create") {
                    continue;
                }
                let answer = async |id: &str| {
                    let mut input: Value = serde_json::from_str(&input.to_string().replace('@', id)).expect("an input");
                    input[term] = value.clone();
                    world.send(&person, &query, json!({ "input": input })).await
                };
                let of_hidden = answer(hidden).await;
                assert_eq!(of_hidden, answer(&absent(hidden)).await, "{field} {input} {term}");
                let codes: Vec<_> = of_hidden["data"][field]["userErrors"].as_array().expect("user errors").iter().map(|error| &error["code"]).collect();
                // Where another thing is the one that is changed, its version is looked at too.
                assert!(codes == ["NOT_FOUND"] || (term == "expectedVersion" && input["id"] != json!("@") && codes == ["STALE"]), "{of_hidden} for {field} {input}");
            }
        }
    })
    .await;
}

/// A well-formed id of the same kind that nothing has.
fn absent(id: &str) -> String {
    match id.split_once(':').expect("a global id") {
        ("customerGroup", _) => "customerGroup:77".to_owned(),
        (kind, _) => format!("{kind}:01900000-0000-7000-8000-00000000ffff"),
    }
}

/// T-38, T-142, T-39.
#[tokio::test]
async fn asking_for_what_is_hidden_is_answered_like_asking_for_what_does_not_exist() {
    each_engine(async |world| {
        let Stage { person, hidden: [theirs, other, address, group], .. } = stage(&world).await;
        let query = "query($organization: ID!, $contact: ID!, $address: ID!, $group: ID!, $external: String!) {
            organization(id: $organization) { id } contact(id: $contact) { id } customerGroup(id: $group) { id }
            organizationByExternalId(externalId: $external) { id } contactByExternalId(externalId: $external) { id }
            nodes(ids: [$organization, $contact, $address, $group]) { id }
            organizations(first: 5, filter: { parentId: $organization }) { totalCount nodes { id } }
            groups: organizations(first: 5, filter: { customerGroupIds: [$group] }) { totalCount }
            contacts(first: 5, filter: { organizationId: $organization }) { totalCount nodes { id } } }";
        let absent = "01900000-0000-7000-8000-00000000ffff";
        let of_hidden = json!({ "organization": theirs, "contact": other, "address": address, "group": group, "external": "theirs" });
        let of_absent = json!({ "organization": format!("organization:{absent}"), "contact": format!("contact:{absent}"),
            "address": format!("address:{absent}"), "group": "customerGroup:77", "external": "nothing" });
        let got = world.ask(&person, query, of_hidden).await;
        assert_eq!(got, world.ask(&person, query, of_absent).await);
        assert_eq!(got["nodes"], json!([null, null, null, null]));

        let can = "query($id: ID!) { viewer { can(permission: ORGANIZATION_VIEW, organizationId: $id) } }";
        let refused = world.send(&person, can, json!({ "id": theirs })).await;
        assert_eq!(refused, world.send(&person, can, json!({ "id": format!("organization:{absent}") })).await);
        assert_eq!(code(&refused), "NOT_FOUND");
    })
    .await;
}
