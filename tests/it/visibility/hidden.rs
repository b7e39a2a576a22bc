//! What is hidden is answered like what does not exist.

mod cases;
mod customers;
mod imports;
mod orders;

use crate::support::world::Engine;
use crate::support::{Person, World, code, each_engine};
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use cases::{Case, NEVER_HIDDEN, Stage, cases, stage};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The fields of each mutation's input, by the name of the mutation.
fn inputs() -> BTreeMap<String, BTreeMap<String, String>> {
    let document = parse_schema(guildhall::schema::sdl()).expect("the schema");
    let (mut types, mut mutations) = (BTreeMap::new(), Vec::new());
    for definition in document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else {
            continue;
        };
        let name = definition.node.name.node.to_string();
        match definition.node.kind {
            TypeKind::InputObject(input) => {
                let fields = input.fields.into_iter();
                let fields = fields.map(|field| {
                    (
                        field.node.name.node.to_string(),
                        field.node.ty.node.to_string(),
                    )
                });
                types.insert(name, fields.collect());
            }
            TypeKind::Object(object) if name == "Mutation" => mutations = object.fields,
            _ => {}
        }
    }
    let with_input = mutations.into_iter().map(|field| {
        let input = field.node.arguments[0].node.ty.node.to_string();
        let fields = types
            .remove(input.trim_end_matches('!'))
            .expect("an input of its own");
        (field.node.name.node.to_string(), fields)
    });
    with_input.collect()
}

async fn answer(world: &World, person: &Person, mutation: &str, input: &Value) -> Value {
    let input_type = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let query = format!(
        "mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ __typename userErrors {{ code message path }} }} }}"
    );
    world.send(person, &query, json!({ "input": input })).await
}

/// T-38: no id can be handed in that nobody thought about.
#[tokio::test]
async fn every_id_in_an_input_is_tried_with_something_hidden() {
    let stage = stage(&World::on(Engine::Sqlite).await).await;
    let tried = all_cases(&stage)
        .into_iter()
        .flat_map(|(_, mutation, _, input)| {
            let input = input.as_object().expect("an input").clone();
            let hidden = input.into_iter().filter(|(_, value)| value == "@");
            hidden
                .map(|(field, _)| format!("{mutation}.{field}"))
                .collect::<Vec<_>>()
        });
    let tried: BTreeSet<_> = tried.chain(NEVER_HIDDEN.map(str::to_owned)).collect();
    let taken: BTreeSet<_> = inputs()
        .into_iter()
        .flat_map(|(mutation, fields)| {
            let ids = fields
                .into_iter()
                .filter(|(_, kind)| kind.replace(['!', '[', ']'], "") == "ID");
            ids.map(|(field, _)| format!("{mutation}.{field}"))
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(tried, taken);
}

/// T-38, T-142: also for what an input only refers to, with an expected version, and when only checking.
#[tokio::test]
async fn changing_what_is_hidden_is_answered_like_changing_what_does_not_exist() {
    each_engine(async |world| {
        let (stage, inputs) = (stage(&world).await, inputs());
        for (person, mutation, hidden, input) in all_cases(&stage) {
            for (term, value) in [
                ("validateOnly", json!(false)),
                ("validateOnly", json!(true)),
                ("expectedVersion", json!(7)),
            ] {
                if !inputs[mutation].contains_key(term) {
                    continue;
                }
                let try_with = async |id: &str| {
                    let mut input: Value =
                        serde_json::from_str(&input.to_string().replace('@', id))
                            .expect("an input");
                    input[term] = value.clone();
                    answer(&world, person, mutation, &input).await
                };
                let of_hidden = try_with(hidden).await;
                assert_eq!(
                    of_hidden,
                    try_with(&absent(hidden)).await,
                    "{mutation} {input} {term}"
                );
                let errors = of_hidden["data"][mutation]["userErrors"].as_array();
                let codes: Vec<_> = errors
                    .expect("user errors")
                    .iter()
                    .map(|error| &error["code"])
                    .collect();
                // Where another thing is the one that is changed, its version is looked at too; a bad password is refused before anything else.
                let expected = if input["newPassword"] == json!("other") {
                    "WEAK_PASSWORD"
                } else {
                    "NOT_FOUND"
                };
                assert!(
                    codes == [expected]
                        || (term == "expectedVersion"
                            && input["id"] != json!("@")
                            && codes == ["STALE"]),
                    "{of_hidden} for {mutation} {input}"
                );
            }
        }
    })
    .await;
}

/// T-140, T-170: whoever sends them, and wherever they stand.
#[tokio::test]
async fn a_garbled_id_or_one_of_a_wrong_kind_in_an_input_is_a_bad_request() {
    each_engine(async |world| {
        let stage = stage(&world).await;
        for (person, mutation, hidden, input) in all_cases(&stage) {
            let other_kind = if hidden.starts_with("customerGroup:") {
                "role:1"
            } else {
                "customerGroup:1"
            };
            let own_kind = hidden.split_once(':').map_or("", |(kind, _)| kind);
            for id in [
                "",
                "nonsense",
                other_kind,
                &format!("{own_kind}:"),
                &format!("{own_kind}:x"),
                &format!("{hidden} "),
            ] {
                let input: Value =
                    serde_json::from_str(&input.to_string().replace('@', id)).expect("an input");
                let body = answer(&world, person, mutation, &input).await;
                assert_eq!(
                    (code(&body), &body["data"][mutation]),
                    ("BAD_REQUEST", &Value::Null),
                    "{id:?} in {mutation} {input}"
                );
            }
        }
    })
    .await;
}

/// A well-formed id of the same kind that nothing has.
fn absent(id: &str) -> String {
    match id.split_once(':').expect("a global id") {
        (kind @ ("customerGroup" | "role"), _) => format!("{kind}:77"),
        (kind, _) => format!("{kind}:01900000-0000-7000-8000-00000000ffff"),
    }
}

/// T-38, T-142, T-39.
#[tokio::test]
async fn asking_for_what_is_hidden_is_answered_like_asking_for_what_does_not_exist() {
    each_engine(async |world| {
        let Stage { editor, clerk, hidden, own, .. } = stage(&world).await;
        let absent = hidden.each_ref().map(|id| absent(id));
        let query = "query($organization: ID!, $contact: ID!, $address: ID!, $group: ID!, $account: ID!, $assignment: ID!, $external: String!) {
            organization(id: $organization) { id } contact(id: $contact) { id } customerGroup(id: $group) { id } account(id: $account) { id }
            organizationByExternalId(externalId: $external) { id } contactByExternalId(externalId: $external) { id }
            nodes(ids: [$organization, $contact, $address, $group, $account, $assignment]) { id }
            organizations(first: 5, filter: { parentId: $organization }) { totalCount nodes { id } }
            groups: organizations(first: 5, filter: { customerGroupIds: [$group] }) { totalCount }
            contacts(first: 5, filter: { organizationId: $organization }) { totalCount nodes { id } }
            accounts(first: 5, filter: { search: $external }) { totalCount nodes { id } } }";
        let ask = async |[organization, contact, address, group, account, _, assignment]: &[String; 7], external: &str| {
            let variables = json!({ "organization": organization, "contact": contact, "address": address, "group": group,
                "account": account, "assignment": assignment, "external": external });
            world.ask(&editor, query, variables).await
        };
        let got = ask(&hidden, "other").await;
        assert_eq!(got, ask(&absent, "nothing").await);
        assert_eq!((&got["nodes"], &got["accounts"]["totalCount"]), (&json!([null, null, null, null, null, null]), &json!(0)));

        for query in [
            "query($id: ID!) { role(id: $id) { id } }",
            "query($id: ID!) { node(id: $id) { id } }",
        ] {
            let seen = world.ask(&clerk, query, json!({ "id": hidden[5] })).await;
            assert_eq!(seen, world.ask(&clerk, query, json!({ "id": absent[5] })).await);
        }
        let refused = [
            ("query($id: ID!) { viewer { can(permission: ORGANIZATION_VIEW, organizationId: $id) } }", 0),
            ("query($id: ID!) { accessExplanation(accountId: $id, permission: CONTACT_VIEW) { allowed } }", 4),
            (&format!("query($id: ID!) {{ accessExplanation(accountId: {:?}, permission: CONTACT_VIEW, organizationId: $id) {{ allowed }} }}", own[2]), 0),
        ];
        for (query, which) in refused {
            let body = world.send(&editor, query, json!({ "id": hidden[which] })).await;
            assert_eq!(body, world.send(&editor, query, json!({ "id": absent[which] })).await, "{query}");
            assert_eq!(code(&body), "NOT_FOUND", "{query}");
        }
    })
    .await;
}

fn all_cases(stage: &Stage) -> Vec<Case<'_>> {
    let mut all = cases(stage);
    all.extend(customers::cases(stage));
    all.extend(imports::cases(stage));
    all.extend(orders::cases(stage));
    all
}
