//! The effective customer group: the truth table, and what happens to it.

use crate::support::{Person, World, code, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

const EFFECTIVE: &str = "query($id: ID!) { contact(id: $id) {
    customerGroup { name }
    effectiveCustomerGroup { name }
    effectiveCustomerGroupExplanation { source organization { name } shadowed { name } summary }
} }";

async fn effective(world: &World, contact: &str) -> Value {
    let data = world
        .ask(&world.admin, EFFECTIVE, json!({ "id": contact }))
        .await;
    let explanation = &data["contact"]["effectiveCustomerGroupExplanation"];
    json!([
        data["contact"]["effectiveCustomerGroup"]["name"],
        explanation["source"],
        explanation["shadowed"]["name"]
    ])
}

/// T-13, T-14 and the truth table.
#[tokio::test]
async fn a_contact_has_its_organizations_group_else_its_own_and_never_one_from_above() {
    each_engine(async |world| {
        let (o, c) = (world.group("O").await, world.group("C").await);
        let above = world.organization_with(json!({ "name": "Above", "customerGroupId": o })).await;
        let with = world.organization_with(json!({ "name": "With", "parentId": above, "customerGroupId": o })).await;
        let without = world.organization_with(json!({ "name": "Without", "parentId": above })).await;
        let row = async |organization: Option<&str>, group: Option<&str>| {
            let input = json!({ "fullName": "Somebody", "organizationId": organization, "customerGroupId": group });
            effective(&world, &world.contact_with(input).await).await
        };
        assert_eq!(row(None, None).await, json!([null, "NONE", null]));
        assert_eq!(row(None, Some(&c)).await, json!(["C", "CONTACT", null]));
        assert_eq!(row(Some(&with), None).await, json!(["O", "ORGANIZATION", null]));
        assert_eq!(row(Some(&with), Some(&c)).await, json!(["O", "ORGANIZATION", "C"]));
        assert_eq!(row(Some(&with), Some(&o)).await, json!(["O", "ORGANIZATION", "O"]));
        assert_eq!(row(Some(&without), Some(&c)).await, json!(["C", "CONTACT", null]));
        assert_eq!(row(Some(&without), None).await, json!([null, "NONE", null]));
    })
    .await;
}

const LIST: &str = "query($filter: ContactFilter) { contacts(filter: $filter, first: 100) { totalCount nodes { fullName } } }";

async fn listed(world: &World, person: &Person, filter: Value) -> Vec<String> {
    let data = world.ask(person, LIST, json!({ "filter": filter })).await;
    let nodes = data["contacts"]["nodes"].as_array().expect("nodes");
    assert_eq!(data["contacts"]["totalCount"], nodes.len());
    nodes
        .iter()
        .map(|contact| contact["fullName"].as_str().expect("a name").to_owned())
        .collect()
}

/// T-13, T-178, T-199: in words that a person may read.
#[tokio::test]
async fn the_explanation_says_in_one_sentence_where_the_group_comes_from() {
    each_engine(async |world| {
        let (gold, silver) = (world.group("Gold").await, world.group("Silver").await);
        let acme = world.organization_with(json!({ "name": "Acme", "customerGroupId": gold })).await;
        let below = world.organization("Below", Some(&acme)).await;
        let mut sentences = Vec::new();
        for (organization, group) in [
            (None, None), (None, Some(&silver)), (Some(&acme), None), (Some(&acme), Some(&silver)), (Some(&below), None),
            (Some(&below), Some(&silver)),
        ] {
            let input = json!({ "fullName": "Somebody", "organizationId": organization, "customerGroupId": group });
            let contact = world.contact_with(input).await;
            let data = world.ask(&world.admin, EFFECTIVE, json!({ "id": contact })).await;
            let explanation = &data["contact"]["effectiveCustomerGroupExplanation"];
            sentences.push(json!([explanation["summary"], explanation["organization"]["name"]]));
        }
        insta::allow_duplicates! { insta::assert_json_snapshot!(sentences, @r#"
        [
          [
            "The contact has no group and belongs to no organization.",
            null
          ],
          [
            "Silver is the contact's own group; it belongs to no organization.",
            null
          ],
          [
            "Gold comes from Acme.",
            "Acme"
          ],
          [
            "Gold comes from Acme; the contact's own group Silver does not count while it is there.",
            "Acme"
          ],
          [
            "Neither the contact nor its organization has a group, and organizations above never count.",
            null
          ],
          [
            "Silver is the contact's own group; its organization has none, and organizations above never count.",
            null
          ]
        ]
        "#) }
    })
    .await;
}

/// T-22: the value is the contact's; what is hidden of it is whose it is.
#[tokio::test]
async fn a_group_from_a_hidden_organization_is_shown_and_found_without_the_organizations_name() {
    each_engine(async |world| {
        let (gold, silver) = (world.group("Gold").await, world.group("Silver").await);
        let acme = world.organization_with(json!({ "name": "Secret Acme", "customerGroupId": gold })).await;
        let input = json!({ "fullName": "Somebody", "organizationId": acme, "customerGroupId": silver });
        let contact = world.contact_with(input).await;
        let sees = [Permission::ContactView, Permission::ContactList];
        let viewer = world.holder("viewer", &sees, Scope::Subtree, Some(&acme)).await;
        let query = "query($id: ID!) { contact(id: $id) { organization { name } effectiveCustomerGroup { name contactCount organizationCount
            effectiveContactCount } effectiveCustomerGroupExplanation { source organization { name } shadowed { name } summary } } }";
        let shown = world.ask(&viewer, query, json!({ "id": contact })).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(shown, @r#"
        {
          "contact": {
            "effectiveCustomerGroup": {
              "contactCount": 0,
              "effectiveContactCount": 1,
              "name": "Gold",
              "organizationCount": 0
            },
            "effectiveCustomerGroupExplanation": {
              "organization": null,
              "shadowed": {
                "name": "Silver"
              },
              "source": "ORGANIZATION",
              "summary": "Gold comes from the contact's organization; the contact's own group Silver does not count while it is there."
            },
            "organization": null
          }
        }
        "#) }
        assert_eq!(listed(&world, &viewer, json!({ "effectiveCustomerGroupIds": [gold] })).await, ["Somebody"]);
        assert_eq!(listed(&world, &viewer, json!({ "effectiveCustomerGroupIds": [silver] })).await, [""; 0]);
        assert_eq!(listed(&world, &viewer, json!({ "organizationId": acme })).await, [""; 0], "a hidden organization has no contacts");
        assert_eq!(listed(&world, &world.admin, json!({ "organizationId": acme })).await, ["Somebody"]);
    })
    .await;
}

/// T-21, T-174.
#[tokio::test]
async fn contacts_are_found_by_own_and_by_effective_group_and_an_empty_list_finds_nobody() {
    each_engine(async |world| {
        let (gold, silver) = (world.group("Gold").await, world.group("Silver").await);
        let acme = world.organization_with(json!({ "name": "Acme", "customerGroupId": gold })).await;
        for (name, organization, group) in
            [("Shadowed", Some(&acme), Some(&silver)), ("Member", Some(&acme), None), ("Own", None, Some(&silver)), ("None", None, None)]
        {
            world.contact_with(json!({ "fullName": name, "organizationId": organization, "customerGroupId": group })).await;
        }
        let find = async |filter: Value| listed(&world, &world.admin, filter).await;
        assert_eq!(find(json!({ "customerGroupIds": [gold] })).await, [""; 0]);
        assert_eq!(find(json!({ "customerGroupIds": [silver, gold] })).await, ["Own", "Shadowed"]);
        assert_eq!(find(json!({ "effectiveCustomerGroupIds": [gold] })).await, ["Member", "Shadowed"]);
        assert_eq!(find(json!({ "effectiveCustomerGroupIds": [silver] })).await, ["Own"]);
        assert_eq!(find(json!({ "effectiveCustomerGroupIds": [gold, silver, "customerGroup:99"] })).await, ["Member", "Own", "Shadowed"]);
        assert_eq!(find(json!({ "customerGroupIds": [silver], "effectiveCustomerGroupIds": [gold] })).await, ["Shadowed"]);
        assert_eq!(find(json!({ "customerGroupIds": [] })).await, [""; 0]);
        assert_eq!(find(json!({ "effectiveCustomerGroupIds": [] })).await, [""; 0]);
        assert_eq!(find(json!({ "customerGroupIds": null, "effectiveCustomerGroupIds": null })).await.len(), 4);
        let body = world.send(&world.admin, LIST, json!({ "filter": { "effectiveCustomerGroupIds": [acme] } })).await;
        assert_eq!(code(&body), "BAD_REQUEST");
    })
    .await;
}

/// What the directory should hold, kept in the simplest way there is.
#[derive(Default)]
struct Model {
    organizations: Vec<(String, Option<String>)>,
    contacts: Vec<(String, Option<usize>, Option<String>)>,
}

impl Model {
    /// The effective group, where it comes from, and what it shadows.
    fn effective(&self, contact: usize) -> (Option<String>, &'static str, Option<String>) {
        let (_, organization, own) = &self.contacts[contact];
        match organization.and_then(|organization| self.organizations[organization].1.clone()) {
            Some(group) => (Some(group), "ORGANIZATION", own.clone()),
            None if own.is_some() => (own.clone(), "CONTACT", None),
            None => (None, "NONE", None),
        }
    }
}

const EVERYBODY: &str =
    "{ contacts(first: 100) { nodes { id customerGroup { id } effectiveCustomerGroup { id }
    effectiveCustomerGroupExplanation { source customerGroup { id } shadowed { id } } } } }";

async fn agrees(world: &World, model: &Model, groups: &[String], step: usize) {
    let data = world.ask(&world.admin, EVERYBODY, json!({})).await;
    let nodes = data["contacts"]["nodes"].as_array().expect("nodes");
    assert_eq!(nodes.len(), model.contacts.len());
    for (index, (id, _, own)) in model.contacts.iter().enumerate() {
        let node = nodes
            .iter()
            .find(|node| node["id"] == *id)
            .expect("the contact");
        let (group, source, shadowed) = model.effective(index);
        let explanation = &node["effectiveCustomerGroupExplanation"];
        let shown = json!([
            node["customerGroup"]["id"],
            node["effectiveCustomerGroup"]["id"],
            explanation["customerGroup"]["id"],
            explanation["source"],
            explanation["shadowed"]["id"]
        ]);
        assert_eq!(
            shown,
            json!([own, group, group, source, shadowed]),
            "{id} after step {step} on {:?}",
            world.engine
        );
    }
    for group in groups {
        let query = "query($id: ID!, $ids: [ID!]) { customerGroup(id: $id) { contactCount organizationCount effectiveContactCount }
            contacts(filter: { effectiveCustomerGroupIds: $ids }, first: 100) { totalCount nodes { id } } }";
        let data = world
            .ask(&world.admin, query, json!({ "id": group, "ids": [group] }))
            .await;
        let mut expected: Vec<_> = (0..model.contacts.len())
            .filter(|contact| model.effective(*contact).0.as_ref() == Some(group))
            .map(|contact| model.contacts[contact].0.as_str())
            .collect();
        expected.sort_unstable();
        let nodes = data["contacts"]["nodes"].as_array().expect("nodes");
        let mut found: Vec<_> = nodes
            .iter()
            .filter_map(|node| node["id"].as_str())
            .collect();
        found.sort_unstable();
        assert_eq!(
            found, expected,
            "{group} after step {step} on {:?}",
            world.engine
        );
        let owners = model
            .contacts
            .iter()
            .filter(|contact| contact.2.as_ref() == Some(group))
            .count();
        let given = model
            .organizations
            .iter()
            .filter(|organization| organization.1.as_ref() == Some(group))
            .count();
        let counts = json!({ "contactCount": owners, "organizationCount": given, "effectiveContactCount": expected.len() });
        assert_eq!(
            data["customerGroup"], counts,
            "{group} after step {step} on {:?}",
            world.engine
        );
        assert_eq!(data["contacts"]["totalCount"], expected.len());
    }
}

/// T-11, T-12, T-13, T-21, T-29, T-178: whatever happens, all ways of asking agree with the plain rule.
#[tokio::test]
async fn the_effective_group_follows_the_rule_through_random_assignments_and_moves() {
    each_engine(async |world| {
        let mut random = SmallRng::seed_from_u64(20);
        let mut groups = Vec::new();
        for name in ["A", "B", "C"] {
            groups.push(world.group(name).await);
        }
        let mut model = Model::default();
        let some_group = |random: &mut SmallRng| random.random_bool(0.7).then(|| groups[random.random_range(0..3)].clone());
        for index in 0..10 {
            let above = (index > 0).then(|| model.organizations[random.random_range(0..index)].0.clone());
            let group = some_group(&mut random).filter(|_| index % 2 == 0);
            let input = json!({ "name": format!("Organization {index}"), "parentId": above, "customerGroupId": group });
            model.organizations.push((world.organization_with(input).await, group));
        }
        for index in 0..20 {
            let organization = random.random_bool(0.8).then(|| random.random_range(0..10));
            let group = some_group(&mut random);
            let name = organization.map(|organization: usize| model.organizations[organization].0.clone());
            let input = json!({ "fullName": format!("Contact {index}"), "organizationId": name, "customerGroupId": group });
            model.contacts.push((world.contact_with(input).await, organization, group));
        }
        for step in 0..60 {
            let (organization, contact) = (random.random_range(0..10), random.random_range(0..20));
            let group = some_group(&mut random);
            match random.random_range(0..4) {
                0 => {
                    world.give_group(&model.organizations[organization].0, group.as_deref()).await;
                    model.organizations[organization].1 = group;
                }
                1 => {
                    world.give_group(&model.contacts[contact].0, group.as_deref()).await;
                    model.contacts[contact].2 = group;
                }
                2 => {
                    let to = random.random_bool(0.8).then_some(organization);
                    let name = to.map(|to| model.organizations[to].0.as_str());
                    let assign = "mutation($input: ContactAssignOrganizationInput!) {
                        contactAssignOrganization(input: $input) { userErrors { code message } } }";
                    world.change(&world.admin, assign, json!({ "id": model.contacts[contact].0, "organizationId": name })).await;
                    model.contacts[contact].1 = to;
                }
                _ => {
                    let to = random.random_range(0..10);
                    let query = "mutation($input: OrganizationMoveInput!) { organizationMove(input: $input) { userErrors { code path } } }";
                    let input = json!({ "id": model.organizations[organization].0, "newParentId": model.organizations[to].0 });
                    let moved = user_errors(&world.attempt(&world.admin, query, input).await);
                    assert!(moved.is_empty() || moved == ["HIERARCHY_CYCLE at newParentId"], "{moved:?}");
                }
            }
            if step % 6 == 5 {
                agrees(&world, &model, &groups, step).await;
            }
        }
    })
    .await;
}
