//! Who sees a part of the tree has rows told apart by the tree in memory: lists and rows are those that the database tells by itself.

use crate::plans::explain::connect;
use crate::plans::fill::{ORGANIZATION, fill, id, viewer};
use crate::support::{Person, World, each_engine};
use entity::role_assignment::Scope;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::sync::{Mutex, mpsc};
use std::thread::JoinHandle;

const ORGANIZATIONS: u32 = 60;
const CONTACTS: u32 = 1_500;

const PAGES: &str = "query($order: ContactOrder, $filter: ContactFilter, $first: Int, $after: String, $last: Int, $before: String) {
    contacts(orderBy: $order, filter: $filter, first: $first, after: $after, last: $last, before: $before) {
        nodes { fullName email organization { name } account { login roles { role { name } } } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
}";

/// All pages of one way through the list, as `server` tells them; at most two.
async fn walk(world: &World, server: &axum::Router, person: &Person, way: &Value) -> Vec<Value> {
    let mut variables = way.clone();
    let mut pages = Vec::new();
    for _ in 0..2 {
        let page = world.ask_at(server, person, PAGES, variables.clone()).await["contacts"].take();
        let (more, from, cursor) = if way["last"].is_null() {
            ("hasNextPage", "after", "endCursor")
        } else {
            ("hasPreviousPage", "before", "startCursor")
        };
        variables[from] = page["pageInfo"][cursor].clone();
        let is_last = page["pageInfo"][more] == json!(false);
        pages.push(page);
        if is_last {
            break;
        }
    }
    pages
}

fn ways() -> Vec<Value> {
    let mut ways = Vec::new();
    for (field, filter) in [
        ("FULL_NAME", json!(null)),
        ("UPDATED_AT", json!(null)),
        ("EMAIL", json!({ "emailPrefix": "P1" })),
    ] {
        for direction in ["ASC", "DESC"] {
            let order = json!({ "field": field, "direction": direction });
            ways.push(json!({ "order": order, "filter": filter, "first": 7 }));
            ways.push(json!({ "order": order, "filter": filter, "last": 7 }));
        }
    }
    ways
}

/// T-35, T-38, T-198: pages, forwards and backwards, of viewers of one organization, of a few, and of most; also where what they see lies
/// together at one end, and everybody's own contact, wherever that is.
#[tokio::test]
async fn lists_are_the_same_from_memory_and_from_the_database() {
    each_engine(async |world| {
        fill(&world, ORGANIZATIONS, CONTACTS).await;
        world
            .sql("UPDATE contact SET organization_id = NULL WHERE email_key > 'p12'")
            .await;
        let people = [
            viewer(&world, "few", Scope::Subtree, Some(2), 5).await,
            viewer(&world, "most", Scope::Subtree, Some(1), 1_205).await,
            viewer(&world, "one", Scope::Node, Some(60), 1_405).await,
        ];
        let by_database = world.replica_with(|settings| settings.organizations_in_memory = 0);
        let by_database = by_database.await;
        for person in &people {
            let mut rows = 0;
            for way in ways() {
                let told = walk(&world, &world.router, person, &way).await;
                assert_eq!(
                    told,
                    walk(&world, &by_database, person, &way).await,
                    "{way}"
                );
                let pages = told.iter().filter_map(|page| page["nodes"].as_array());
                rows += pages.map(Vec::len).sum::<usize>();
            }
            assert!(rows > 0);
        }
    })
    .await;
}

/// Unit 10 goes from Unit 2 to Unit 3, and Zoe goes to Unit 10.
const MEANWHILE: &str = "
UPDATE organization SET parent_id = (SELECT id FROM organization WHERE external_id = 'o3') WHERE external_id = 'o10';
UPDATE organization_closure SET ancestor_id = (SELECT id FROM organization WHERE external_id = 'o3')
    WHERE descendant_id = (SELECT id FROM organization WHERE external_id = 'o10')
    AND ancestor_id = (SELECT id FROM organization WHERE external_id = 'o2');
UPDATE contact SET organization_id = (SELECT id FROM organization WHERE external_id = 'o10') WHERE full_name = 'Zoe';
";

/// T-35, T-38: between the moment in which it is found out who asks and the one in which rows are read, an organization leaves the scope,
/// and somebody joins it. They were never in sight together, and what is remembered of the first moment does not show them.
async fn zoe_is_never_seen_by(query: &str) {
    each_engine(async |world| {
        fill(&world, ORGANIZATIONS, CONTACTS).await;
        let person = viewer(&world, "few", Scope::Subtree, Some(2), 5).await;
        let hidden = format!("organization:{}", id(ORGANIZATION, 30));
        let zoe = world.contact("Zoe", Some(&hidden)).await;
        let ask = async || world.ask(&person, query, json!({ "id": zoe })).await;
        assert!(!ask().await.to_string().contains("Zoe"));
        let change = change_behind_the_next_statement(&world);
        let now = ask().await;
        change.join().expect("a change");
        assert!(!now.to_string().contains("Zoe"), "{now}");
        let joined = world.number("SELECT count(*) FROM contact JOIN organization ON organization.id = organization_id WHERE organization.external_id = 'o10' AND full_name = 'Zoe'");
        assert_eq!(joined.await, 1);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_found_through_an_organization_that_was_in_sight_a_moment_ago() {
    zoe_is_never_seen_by("query($id: ID!) { contact(id: $id) { fullName } }").await;
}

#[tokio::test]
async fn nobody_is_listed_through_an_organization_that_was_in_sight_a_moment_ago() {
    zoe_is_never_seen_by("{ contacts(last: 9) { nodes { fullName } } }").await;
}

/// In a thread of its own, while the next request waits: its first statement is the one that finds out who asks.
fn change_behind_the_next_statement(world: &World) -> JoinHandle<()> {
    let (ask, asked) = mpsc::channel();
    let (answer, answered) = mpsc::channel();
    let url = world.url.clone();
    let change = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.expect("a runtime").block_on(async {
            let database = connect(&url).await;
            asked.recv().expect("a statement");
            let changed = database.execute_unprepared(MEANWHILE).await;
            changed.expect("a change");
        });
        answer.send(()).expect("somebody who waits");
    });
    let answered = Mutex::new(Some(answered));
    world.db.listen(move |_| {
        let first = answered.lock().expect("the first statement").take();
        if let Some(answered) = first {
            ask.send(()).expect("somebody who changes");
            answered.recv().expect("the change");
        }
    });
    change
}
