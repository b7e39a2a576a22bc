//! Who sees which customers: random directories against a slow and simple model, which walks where the product has sets.

mod model;

use crate::customers::account_of;
use crate::support::world::Engine;
use crate::support::{Postgres, World};
use model::Model;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn ids_in(nodes: &Value) -> BTreeSet<String> {
    let nodes = nodes.as_array().expect("nodes").iter();
    nodes
        .filter_map(|node| node["id"].as_str().map(str::to_owned))
        .collect()
}

/// All that one sees of customers by every door, against the model; answers how many answers were compared.
async fn compare(world: &World, model: &Model, person: usize, label: &str) -> usize {
    let (who, held) = &model.people[person];
    let seen = model.ids(|customer| model.sees(person, customer));
    let all: Vec<_> = model
        .customers
        .iter()
        .map(|customer| &customer.id)
        .collect();
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Customer { shipTos(first: 50) { totalCount nodes { id } } } }
        viewer { customers(first: 50) { totalCount nodes { id } } } }";
    let got = world.ask(who, query, json!({ "ids": all })).await;
    assert_eq!(ids_in(&got["nodes"]), seen, "by id, {label}");
    for (at, node) in got["nodes"].as_array().expect("nodes").iter().enumerate() {
        let below = |customer: usize| {
            let row = &model.customers[customer];
            row.sent_to && row.bill_to.unwrap_or(customer) == at && model.sees(person, customer)
        };
        if !node.is_null() {
            let expected = if model.customers[at].bill_to.is_some() {
                BTreeSet::new()
            } else {
                model.ids(below)
            };
            assert_eq!(
                ids_in(&node["shipTos"]["nodes"]),
                expected,
                "ship-tos, {label}"
            );
            assert_eq!(node["shipTos"]["totalCount"], expected.len(), "{label}");
        }
    }
    let own = model.ids(|at| model.customers[at].bill_to.is_none() && model.orders_for(person, at));
    assert_eq!(
        ids_in(&got["viewer"]["customers"]["nodes"]),
        own,
        "own, {label}"
    );
    assert_eq!(
        got["viewer"]["customers"]["totalCount"],
        own.len(),
        "{label}"
    );
    if held.is_some() {
        let query = "{ customers(first: 100) { totalCount nodes { id } } }";
        let got = world.ask(who, query, json!({})).await;
        assert_eq!(ids_in(&got["customers"]["nodes"]), seen, "list, {label}");
        assert_eq!(got["customers"]["totalCount"], seen.len(), "{label}");
    }
    let explain = "query($account: ID!, $customer: ID!) { accessExplanation(accountId: $account, permission: CUSTOMER_VIEW, customerId: $customer) { allowed } }";
    for customer in (0..model.customers.len()).step_by(3) {
        let asked = json!({ "account": account_of(who), "customer": model.customers[customer].id });
        let got = world.ask(&world.admin, explain, asked).await;
        assert_eq!(
            got["accessExplanation"]["allowed"],
            model.sees(person, customer),
            "explained, {label}"
        );
    }
    all.len()
}

async fn compare_worlds(engine: Engine, seeds: std::ops::Range<u64>) -> usize {
    let mut compared = 0;
    for seed in seeds {
        let world = World::on(engine).await;
        let random = &mut SmallRng::seed_from_u64(seed);
        let mut model = Model::make(&world, random).await;
        for round in 0..3 {
            for _ in 0..round * 4 {
                model.change(&world, random).await;
            }
            for person in 0..model.people.len() {
                let label = format!("seed {seed}, round {round}, login {person} on {engine:?}");
                compared += compare(&world, &model, person, &label).await;
            }
        }
    }
    compared
}

/// T-80, T-83, T-84, T-197, T-198.
#[tokio::test]
async fn everybody_sees_exactly_the_customers_that_a_simple_model_says_on_sqlite() {
    assert!(compare_worlds(Engine::Sqlite, 0..3).await > 300);
}

/// As on SQLite.
#[tokio::test]
async fn everybody_sees_exactly_the_customers_that_a_simple_model_says_on_postgres() {
    if Postgres::of_this_run().is_some() {
        assert!(compare_worlds(Engine::Postgres, 10..12).await > 200);
    }
}

/// At length.
#[tokio::test]
#[ignore = "some minutes; CI runs it"]
async fn everybody_sees_exactly_the_customers_that_a_simple_model_says_in_many_worlds() {
    assert!(compare_worlds(Engine::Sqlite, 100..200).await > 10_000);
    if Postgres::of_this_run().is_some() {
        assert!(compare_worlds(Engine::Postgres, 200..300).await > 10_000);
    }
}
