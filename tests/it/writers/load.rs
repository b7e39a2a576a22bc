//! Writers at length, and one that moves much among them.

use crate::moves::MOVE;
use crate::support::build::CONTACT_CREATE;
use crate::support::{Engine, World, user_errors};
use entity::ids::OrganizationId;
use entity::{organization, organization_closure};
use futures_util::future::join_all;
use guildhall::access::Rows;
use sea_orm::Set;
use serde_json::json;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// T-170: for a minute nobody is told that the server is busy.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes the whole machine for a minute; CI runs it"]
async fn sixty_four_writers_for_a_minute_are_all_served() {
    write_for(64, Duration::from_secs(60)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_writers_are_all_served() {
    write_for(64, Duration::from_secs(2)).await;
}

/// Each writes one contact after another on SQLite; all of them must be there in the end.
async fn write_for(writers: usize, lasting: Duration) {
    let world = World::on(Engine::Sqlite).await;
    let (before, started) = (world.db.commits(), Instant::now());
    let each = join_all((0..writers).map(async |writer| {
        let mut waited = Vec::new();
        while started.elapsed() < lasting {
            let input = json!({ "fullName": format!("Writer {writer}, {}", waited.len()) });
            let sent = Instant::now();
            world.change(&world.admin, CONTACT_CREATE, input).await;
            waited.push(sent.elapsed());
        }
        waited
    }));
    let mut waited = each.await.concat();
    let took = started.elapsed();
    waited.sort_unstable();
    let writes = waited.len();
    println!(
        "{writers} writers: {:.0} writes a second, {:.1} for each commit, p50 {:?}, p99 {:?}, at most {:?}",
        writes as f64 / took.as_secs_f64(),
        writes as f64 / (world.db.commits() - before) as f64,
        waited[writes / 2],
        waited[writes * 99 / 100],
        waited[writes - 1],
    );
    let stored = world.number("SELECT count(*) FROM contact").await;
    assert_eq!(stored, writes as i64);
    let noted = world.number("SELECT count(*) FROM history_entry").await;
    assert_eq!(noted, writes as i64);
}

const MOVED: usize = 5_000;

/// A subtree of [`MOVED`] organizations, ten below each, and two places for it; the ids of all three.
async fn furnish(world: &World) -> [String; 3] {
    let mut rows = Rows::default();
    let mut lines: Vec<Vec<OrganizationId>> = Vec::new();
    let mut add = |name: String, parent: Option<usize>| {
        let id = OrganizationId(world.clock.id());
        let mut line = vec![id];
        line.extend(
            parent
                .map(|parent| lines[parent].clone())
                .into_iter()
                .flatten(),
        );
        rows.organizations
            .push(row(id, &name, line.get(1).copied()));
        rows.closure
            .extend(line.iter().zip(0..).map(|(ancestor, distance)| {
                organization_closure::ActiveModel {
                    ancestor_id: Set(*ancestor),
                    descendant_id: Set(id),
                    distance: Set(distance),
                }
            }));
        lines.push(line);
    };
    add("Here".to_owned(), None);
    add("There".to_owned(), None);
    add("Top".to_owned(), Some(0));
    for number in 1..MOVED {
        add(format!("O{number}"), Some(2 + (number - 1) / 10));
    }
    let ids = [0, 1, 2].map(|place| format!("organization:{}", lines[place][0]));
    world.system.add(rows).await.expect("the rows");
    ids
}

fn row(
    id: OrganizationId,
    name: &str,
    parent: Option<OrganizationId>,
) -> organization::ActiveModel {
    organization::ActiveModel {
        id: Set(id),
        external_id: Set(None),
        external_id_key: Set(String::new()),
        name: Set(name.to_owned()),
        name_key: Set(name.to_lowercase()),
        search_key: Set(name.to_lowercase()),
        description: Set(None),
        type_id: Set(entity::ids::OrganizationTypeId(1)),
        business_category_id: Set(None),
        parent_id: Set(parent),
        primary_contact_id: Set(None),
        customer_group_id: Set(None),
        version: Set(1),
        created_at: Set(crate::support::world::now()),
        updated_at: Set(crate::support::world::now()),
    }
}

/// T-29: the tree is sound after it, and nobody is turned away meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures times and takes the whole machine for some seconds; CI runs it"]
async fn five_thousand_organizations_move_in_no_time_while_others_read_and_write() {
    for engine in crate::moves::engines() {
        let world = World::on(engine).await;
        let [here, there, top] = furnish(&world).await;
        let done = AtomicBool::new(false);
        let reading = "query($id: ID!) { organization(id: $id) { name children(first: 10) { nodes { name } } } }";
        let readers = join_all((0..4).map(async |_| {
            let mut waited = Vec::new();
            while !done.load(Ordering::Relaxed) {
                let started = Instant::now();
                let got = world.ask(&world.admin, reading, json!({ "id": top })).await;
                assert_eq!(
                    got["organization"]["children"]["nodes"]
                        .as_array()
                        .map(Vec::len),
                    Some(10)
                );
                waited.push(started.elapsed());
            }
            waited
        }));
        let writers = join_all((0..4).map(async |_| {
            let mut waited = Vec::new();
            while !done.load(Ordering::Relaxed) {
                let started = Instant::now();
                world
                    .change(
                        &world.admin,
                        CONTACT_CREATE,
                        json!({ "fullName": "Somebody" }),
                    )
                    .await;
                waited.push(started.elapsed());
            }
            waited
        }));
        let moves = async {
            let mut took = Vec::new();
            for place in [&there, &here, &there, &here, &there] {
                tokio::time::sleep(Duration::from_millis(100)).await;
                let started = Instant::now();
                let moved = world
                    .attempt(
                        &world.admin,
                        MOVE,
                        json!({ "id": top, "newParentId": place }),
                    )
                    .await;
                took.push(started.elapsed());
                assert_eq!(user_errors(&moved), [""; 0]);
            }
            done.store(true, Ordering::Relaxed);
            took
        };
        let (took, reads, writes) = tokio::join!(moves, readers, writers);
        let (reads, writes) = (reads.concat(), writes.concat());
        println!(
            "{engine:?}: {MOVED} organizations moved in {took:?}; {} reads in at most {:?}, {} writes in at most {:?}",
            reads.len(),
            reads.iter().max(),
            writes.len(),
            writes.iter().max(),
        );
        assert_eq!(
            world.system.check().await.expect("a report").faults,
            [""; 0]
        );
        let longest = Duration::from_millis(if cfg!(debug_assertions) { 1_000 } else { 500 });
        assert!(took.iter().all(|took| *took < longest), "{took:?}");
    }
}
