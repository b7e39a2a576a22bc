//! Who sees what: against a slow and simple model on random directories, and the edges by name.

mod changing;
mod customers;
mod hidden;
mod making;
mod model;
mod roots;
mod sight;
mod ways;

use crate::support::world::Engine;
use crate::support::{Person, Postgres, World, code, each_engine};
use axum::http::StatusCode;
use chrono::TimeDelta;
use entity::ids::RoleId;
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use guildhall::http::Tier;
use model::Model;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use serde_json::json;
use sight::Sight;
use std::ops::Range;

/// Compares what everybody gets with what the model says, before and after some changes; answers how many objects were compared.
async fn compare_worlds(engine: Engine, seeds: Range<u64>) -> u64 {
    let mut compared = 0;
    for seed in seeds {
        // The walks ask for more at once than clients may.
        let plenty = Tier {
            anonymous: u32::MAX,
            signed_in: u32::MAX,
        };
        let world = World::with(engine, |settings| {
            let limits = &mut settings.limits;
            (limits.cost, limits.resolved_fields, limits.tokens) = (plenty, plenty, plenty);
            (limits.expanded_fields, limits.aliases, limits.root_fields) = (plenty, plenty, plenty);
            // Half of the worlds are told from memory, the others by the database: both must say the same.
            if seed % 2 == 1 {
                settings.organizations_in_memory = 0;
            }
        })
        .await;
        let random = &mut SmallRng::seed_from_u64(seed.wrapping_mul(7_919));
        let mut model = Model::make(&world, seed).await;
        for round in 0..2 {
            if round > 0 {
                for _ in 0..10 {
                    changing::change(&mut model, &world, random).await;
                }
            }
            for (person, account) in &model.watchers {
                let sight = Sight::of(&model, *account);
                let label = format!(
                    "seed {seed} on {engine:?}, round {round}, {}",
                    model.accounts[*account].login
                );
                compared += roots::compare(&world, &sight, person, random, &label).await;
            }
        }
    }
    println!("{compared} objects compared on {engine:?}");
    compared
}

/// T-21, T-22, T-30, T-35, T-36, T-37, T-112, T-118, T-195, T-197, T-198, T-199.
#[tokio::test]
async fn every_viewer_sees_exactly_what_a_simple_model_says_on_sqlite() {
    assert!(compare_worlds(Engine::Sqlite, 0..4).await > 2_000);
}

/// As on SQLite.
#[tokio::test]
async fn every_viewer_sees_exactly_what_a_simple_model_says_on_postgres() {
    if Postgres::of_this_run().is_some() {
        assert!(compare_worlds(Engine::Postgres, 50..53).await > 1_500);
    }
}

/// At length.
#[tokio::test]
#[ignore = "some minutes; CI runs it"]
async fn every_viewer_sees_exactly_what_a_simple_model_says_in_many_worlds_on_sqlite() {
    assert!(compare_worlds(Engine::Sqlite, 100..300).await > 500_000);
}

/// At length.
#[tokio::test]
#[ignore = "some minutes; CI runs it"]
async fn every_viewer_sees_exactly_what_a_simple_model_says_in_many_worlds_on_postgres() {
    if Postgres::of_this_run().is_some() {
        assert!(compare_worlds(Engine::Postgres, 300..500).await > 500_000);
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
