//! Who sees what: against a slow and simple model on random directories, and the edges by name.

mod hidden;
mod model;
mod sight;

use crate::support::world::Engine;
use crate::support::{Person, Postgres, World, code, each_engine};
use axum::http::StatusCode;
use chrono::TimeDelta;
use entity::ids::RoleId;
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use model::Model;
use serde_json::{Value, json};
use sight::Sight;
use std::fmt::Write as _;

const ORG: &str = "fragment Org on Organization {
    id parent { id } ancestors { id } customerGroup { id }
    children(first: 30) { totalCount nodes { id } }
    descendants(first: 30) { totalCount nodes { id } }
    nearest: descendants(maxDepth: 1, first: 30) { totalCount nodes { id } }
    contacts(first: 30) { totalCount nodes { id } }
    deep: contacts(includeDescendants: true, first: 30) { totalCount nodes { id } } }";
const HUMAN: &str = "fragment Human on Contact {
    id organization { id } customerGroup { id } effectiveCustomerGroup { id } account { id }
    effectiveCustomerGroupExplanation { source organization { id } shadowed { id } } }";
const GROUP: &str =
    "fragment Group on CustomerGroup { id contactCount organizationCount effectiveContactCount }";
const LIST: &str = "(first: 30, filter: $filter) { totalCount nodes { id } }";

/// One request with a root field for each of `count` things, and the answers in order.
async fn each(
    world: &World,
    person: &Person,
    count: usize,
    field: impl Fn(usize) -> String,
    fragment: &str,
) -> Vec<Value> {
    let fields = (0..count).fold(String::new(), |mut all, nth| {
        let _ = write!(all, "f{nth}: {} ", field(nth));
        all
    });
    let data = world
        .ask(person, &format!("{{ {fields} }} {fragment}"), json!({}))
        .await;
    (0..count)
        .map(|nth| data[format!("f{nth}")].clone())
        .collect()
}

/// A root list, or the code of its refusal.
async fn list(world: &World, person: &Person, kind: &str, filter: Value) -> Value {
    let filter_type = if kind == "contacts" {
        "ContactFilter"
    } else {
        "OrganizationFilter"
    };
    let query = format!("query($filter: {filter_type}) {{ list: {kind}{LIST} }}");
    let body = world
        .send(person, &query, json!({ "filter": filter }))
        .await;
    if body.get("errors").is_some() {
        json!(code(&body))
    } else {
        body["data"]["list"].clone()
    }
}

async fn compare(world: &World, model: &Model, number: usize, seed: u64) {
    let (sight, person) = (Sight::of(model, number), &model.watchers[number].person);
    let label = format!(
        "seed {seed} on {:?}, watcher {number} with {:?}",
        world.engine, model.watchers[number].grants
    );
    let (orgs, humans, groups) = (&model.orgs, &model.humans, &model.groups);

    let got = each(
        world,
        person,
        orgs.len(),
        |nth| format!("organization(id: {:?}) {{ ...Org }}", orgs[nth].id),
        ORG,
    )
    .await;
    for (org, got) in got.into_iter().enumerate() {
        assert_eq!(got, sight.org(org), "organization {org}, {label}");
    }
    let got = each(
        world,
        person,
        humans.len(),
        |nth| format!("contact(id: {:?}) {{ ...Human }}", humans[nth].id),
        HUMAN,
    )
    .await;
    for (human, got) in got.into_iter().enumerate() {
        assert_eq!(got, sight.human(human), "contact {human}, {label}");
    }
    let got = each(
        world,
        person,
        groups.len(),
        |nth| format!("customerGroup(id: {:?}) {{ ...Group }}", groups[nth]),
        GROUP,
    )
    .await;
    for (group, got) in got.into_iter().enumerate() {
        assert_eq!(got, sight.group(group), "group {group}, {label}");
    }

    let ids: Vec<_> = orgs
        .iter()
        .map(|org| &org.id)
        .chain(humans.iter().map(|human| &human.id))
        .chain(groups)
        .collect();
    let everything = "query($ids: [ID!]!) { nodes(ids: $ids) { id } viewer { permissions } }";
    let got = world.ask(person, everything, json!({ "ids": ids })).await;
    let all = (0..orgs.len())
        .map(|org| sight.org(org))
        .chain((0..humans.len()).map(|human| sight.human(human)));
    let all = all.chain((0..groups.len()).map(|group| sight.group(group)));
    let seen: Value = all
        .map(|seen| seen.get("id").map_or(Value::Null, |id| json!({ "id": id })))
        .collect();
    assert_eq!(
        got,
        json!({ "nodes": seen, "viewer": { "permissions": sight.permissions() } }),
        "nodes, {label}"
    );

    let checks = ["ORGANIZATION_VIEW", "CONTACT_VIEW"].map(|permission| {
        let fields = (0..orgs.len()).filter(|org| sight.sees(Some(*org))).fold(
            String::new(),
            |mut all, org| {
                let _ = write!(
                    all,
                    "c{org}: can(permission: {permission}, organizationId: {:?}) ",
                    orgs[org].id
                );
                all
            },
        );
        format!("{{ viewer {{ permissions {fields} }} }}")
    });
    for (query, permission) in checks
        .iter()
        .zip([Permission::OrganizationView, Permission::ContactView])
    {
        let got = world.ask(person, query, json!({})).await;
        for org in (0..orgs.len()).filter(|org| sight.sees(Some(*org))) {
            assert_eq!(
                got["viewer"][format!("c{org}")],
                json!(sight.reaches(permission, Some(org))),
                "can {permission} over {org}, {label}"
            );
        }
    }
    compare_lists(world, model, &sight, person, &label).await;
}

async fn compare_lists(
    world: &World,
    model: &Model,
    sight: &Sight<'_>,
    person: &Person,
    label: &str,
) {
    let opened = |permission, list: Value| {
        if sight.holds(permission) {
            list
        } else {
            json!("FORBIDDEN")
        }
    };
    let mut orgs = vec![
        (json!({}), sight.orgs(|_| true)),
        (
            json!({ "rootsOnly": true }),
            sight.orgs(|org| !sight.sees(org.parent)),
        ),
        (
            json!({ "rootsOnly": false, "customerGroupIds": [] }),
            sight.orgs(|_| false),
        ),
        (
            json!({ "customerGroupIds": [&model.groups[0], &model.groups[2]] }),
            sight.orgs(|org| matches!(org.group, Some(0 | 2))),
        ),
    ];
    let mut humans = vec![
        (json!({}), sight.list_of_humans(|_| true)),
        (
            json!({ "customerGroupIds": [&model.groups[1]] }),
            sight.list_of_humans(|human| human.group == Some(1)),
        ),
        (
            json!({ "effectiveCustomerGroupIds": [&model.groups[1]] }),
            sight.humans_priced_by(1),
        ),
        (
            json!({ "hasAccount": true }),
            sight.humans_with_account(true),
        ),
        (
            json!({ "hasAccount": false }),
            sight.humans_with_account(false),
        ),
    ];
    for (index, org) in model.orgs.iter().enumerate() {
        let visible = sight.sees(Some(index));
        orgs.push((
            json!({ "parentId": org.id }),
            sight.orgs(|child| visible && child.parent == Some(index)),
        ));
        humans.push((
            json!({ "organizationId": org.id }),
            sight.list_of_humans(|human| visible && human.org == Some(index)),
        ));
    }
    for (filter, expected) in orgs {
        let got = list(world, person, "organizations", filter.clone()).await;
        assert_eq!(
            got,
            opened(Permission::OrganizationList, expected),
            "organizations {filter}, {label}"
        );
    }
    for (filter, expected) in humans {
        let got = list(world, person, "contacts", filter.clone()).await;
        assert_eq!(
            got,
            opened(Permission::ContactList, expected),
            "contacts {filter}, {label}"
        );
    }
}

async fn compare_worlds(engine: Engine, seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let world = World::on(engine).await;
        let model = Model::make(&world, seed).await;
        for number in 0..model.watchers.len() {
            compare(&world, &model, number, seed).await;
        }
    }
}

/// T-21, T-22, T-30, T-35, T-36, T-37, T-112, T-118, T-195, T-197, T-198, T-199.
#[tokio::test]
async fn every_viewer_sees_exactly_what_a_simple_model_says_on_sqlite() {
    compare_worlds(Engine::Sqlite, 0..12).await;
}

/// As on SQLite.
#[tokio::test]
async fn every_viewer_sees_exactly_what_a_simple_model_says_on_postgres() {
    if Postgres::of_this_run().is_some() {
        compare_worlds(Engine::Postgres, 0..12).await;
    }
}

/// As the two before, at length.
#[tokio::test]
#[ignore = "some minutes; for changes of the policy"]
async fn every_viewer_sees_exactly_what_a_simple_model_says_on_many_worlds() {
    compare_worlds(Engine::Sqlite, 100..300).await;
    if Postgres::of_this_run().is_some() {
        compare_worlds(Engine::Postgres, 300..400).await;
    }
}

/// T-193.
#[tokio::test]
async fn a_token_that_means_nothing_is_refused_on_everything() {
    each_engine(async |world| {
        let mut tokens = vec![
            "gh_nothing".to_owned(),
            "null".to_owned(),
            "*".repeat(4_000),
        ];
        let over = world.account("over", None).await;
        tokens.push(
            world
                .system
                .open_session(over.account.expect("an account"), TimeDelta::zero())
                .await
                .expect("a session"),
        );
        for (login, sql) in [
            (
                "inactive",
                "UPDATE account SET active = false WHERE login = 'inactive'",
            ),
            (
                "unapproved",
                "UPDATE account SET approved = false WHERE login = 'unapproved'",
            ),
        ] {
            let person = world.account(login, None).await;
            world
                .ask(&person, "{ viewer { permissions } }", json!({}))
                .await;
            world.sql(sql).await;
            tokens.push(person.token.expect("a token"));
        }
        for token in tokens {
            let person = Person {
                token: Some(token.clone()),
                account: None,
            };
            for query in [
                "{ viewer { permissions } }",
                "{ __typename }",
                "mutation { organizationCreate(input: { name: \"X\" }) { userErrors { code } } }",
            ] {
                let (status, body) = world.post(&person, json!({ "query": query })).await;
                assert_eq!(
                    (status, code(&body), body.get("data")),
                    (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", None),
                    "{token}: {query}"
                );
            }
        }
    })
    .await;
}

/// T-30: grants are read with each request.
#[tokio::test]
async fn what_is_granted_or_revoked_counts_from_the_next_request_on() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let person = world.account("somebody", None).await;
        let read = async || {
            world
                .ask(
                    &person,
                    "query($id: ID!) { organization(id: $id) { name } }",
                    json!({ "id": acme }),
                )
                .await
        };
        assert_eq!(read().await, json!({ "organization": null }));
        let given = world
            .assign(&person, RoleId(3), Scope::Node, Some(&acme))
            .await;
        assert_eq!(read().await, json!({ "organization": { "name": "Acme" } }));
        world.system.revoke_role(given).await.expect("an end");
        assert_eq!(read().await, json!({ "organization": null }));
    })
    .await;
}

/// T-22, T-199: the value and the group show, the organization does not.
#[tokio::test]
async fn a_group_shows_on_the_edges_of_what_one_sees_and_nowhere_else() {
    each_engine(async |world| {
        let acme = world.organization_with(json!({ "name": "Acme", "customerGroupId": "customerGroup:3" })).await;
        let bea = world.contact_with(json!({ "fullName": "Bea", "organizationId": acme, "customerGroupId": "customerGroup:2" })).await;
        let person = world.holder("clerk", &[Permission::ContactView], Scope::Subtree, Some(&acme)).await;
        let query = "query($id: ID!) { contact(id: $id) {
            organization { name } customerGroup { name } effectiveCustomerGroup { name }
            effectiveCustomerGroupExplanation { source organization { name } shadowed { name } summary } }
            byId: customerGroup(id: \"customerGroup:3\") { name } node(id: \"customerGroup:2\") { id } }";
        let got = world.ask(&person, query, json!({ "id": bea })).await;
        insta::allow_duplicates! {
            insta::assert_json_snapshot!(got, @r#"
            {
              "byId": null,
              "contact": {
                "customerGroup": {
                  "name": "Partner"
                },
                "effectiveCustomerGroup": {
                  "name": "Distributor"
                },
                "effectiveCustomerGroupExplanation": {
                  "organization": null,
                  "shadowed": {
                    "name": "Partner"
                  },
                  "source": "ORGANIZATION",
                  "summary": "Distributor comes from the contact's organization; the contact's own group Partner does not count while it is there."
                },
                "organization": null
              },
              "node": null
            }
            "#);
        }
    })
    .await;
}
