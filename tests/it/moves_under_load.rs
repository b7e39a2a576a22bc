//! Many changes of the tree: at random beside a model of it, and many at once.

mod model;

use crate::deletes::DELETE;
use crate::moves::{MOVE, engines, move_as};
use crate::support::build::{CONTACT_CREATE, ORGANIZATION_CREATE};
use crate::support::{Engine, World, each_engine, user_errors};
use futures_util::future::{join, join_all};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Mutex;

const MODES: [&str; 4] = ["REFUSE", "REPARENT", "DETACH", "CASCADE"];

/// T-25: neither touches a row that the other one changes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_crossing_moves_one_is_refused() {
    each_engine(async |world| {
        for round in 0..20 {
            let one = world.organization("One", None).await;
            let two = world.organization("Two", None).await;
            let below_one = world.organization("Below one", Some(&one)).await;
            let below_two = world.organization("Below two", Some(&two)).await;
            let there = move_as(&world, &world.admin, &one, Some(&below_two));
            let back = move_as(&world, &world.admin, &two, Some(&below_one));
            let (there, back) = join(there, back).await;
            let mut both = [there.concat(), back.concat()];
            both.sort();
            assert_eq!(
                both,
                ["", "HIERARCHY_CYCLE at newParentId"],
                "round {round}"
            );
        }
        let faults = world.system.check().await.expect("a report").faults;
        assert_eq!(faults, [""; 0]);
    })
    .await;
}

/// T-27: each of them alone would fit.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_moves_that_together_go_too_deep_one_is_refused() {
    for engine in engines() {
        let world = World::with(engine, |settings| settings.max_depth = 3).await;
        for round in 0..20 {
            let bottom = world.organization("Bottom", None).await;
            let middle = world.organization("Middle", None).await;
            let below_middle = world.organization("Below middle", Some(&middle)).await;
            let top = world.organization("Top", None).await;
            let lower = move_as(&world, &world.admin, &bottom, Some(&below_middle));
            let upper = move_as(&world, &world.admin, &middle, Some(&top));
            let (lower, upper) = join(lower, upper).await;
            let mut both = [lower.concat(), upper.concat()];
            both.sort();
            let expected = ["", "HIERARCHY_DEPTH at newParentId"];
            assert_eq!(both, expected, "{engine:?}, round {round}");
        }
    }
}

/// T-25, T-27, T-177: no cycle, no level too many, an exact closure, and every version bumped by what happened.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_clients_moving_at_once_leave_a_sound_tree() {
    for engine in engines() {
        moving_at_once(engine, 400).await;
    }
}

/// The same for longer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "2,000 moves on each engine take half a minute; CI runs it"]
async fn many_clients_moving_two_thousand_times_leave_a_sound_tree() {
    for engine in engines() {
        moving_at_once(engine, 2_000).await;
    }
}

const CLIENTS: usize = 32;
const MAX_DEPTH: u32 = 6;

async fn moving_at_once(engine: Engine, moves: usize) {
    let world = World::with(engine, |settings| settings.max_depth = MAX_DEPTH).await;
    let ids = furnish(&world, 100).await;
    let started = std::time::Instant::now();
    let clients = (0..CLIENTS).map(async |client| {
        let mut random = SmallRng::seed_from_u64(client as u64);
        let mut answers = Vec::new();
        for _ in 0..moves.div_ceil(CLIENTS) {
            let id = &ids[random.random_range(0..ids.len())];
            let to = random
                .random_bool(0.9)
                .then(|| ids[random.random_range(0..ids.len())].as_str());
            answers.push(move_as(&world, &world.admin, id, to).await.concat());
        }
        answers
    });
    let answers = tally(join_all(clients).await.concat());
    eprintln!(
        "{engine:?}: {moves} moves in {:?}: {answers:?}",
        started.elapsed()
    );
    let expected = [
        "",
        "HIERARCHY_CYCLE at newParentId",
        "HIERARCHY_DEPTH at newParentId",
    ];
    assert_eq!(answers.keys().collect::<Vec<_>>(), expected);
    is_sound(&world).await;
    let bumped = world
        .number("SELECT CAST(sum(version - 1) AS bigint) FROM organization")
        .await;
    let noted = world
        .number("SELECT count(*) FROM history_entry WHERE mutation = 'organizationMove'")
        .await;
    assert_eq!(bumped, noted);
    assert!(
        bumped <= answers[""],
        "{bumped} changes by {} moves",
        answers[""]
    );
}

/// T-26, T-31: nothing ends up below, or in, an organization that is gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn creating_and_deleting_under_parents_that_move_leaves_a_sound_tree() {
    for engine in engines() {
        let world = World::with(engine, |settings| settings.max_depth = MAX_DEPTH).await;
        let known = Mutex::new(furnish(&world, 40).await);
        let clients = (0..CLIENTS).map(async |client| {
            let mut random = SmallRng::seed_from_u64(client as u64);
            let mut answers = Vec::new();
            for _ in 0..15 {
                answers.push(change_anything(&world, &known, &mut random).await);
            }
            answers
        });
        let answers = tally(join_all(clients).await.concat());
        eprintln!("{engine:?}: {answers:?}");
        let codes = ["HIERARCHY_CYCLE", "HIERARCHY_DEPTH", "IN_USE", "NOT_FOUND"];
        for answer in answers.keys() {
            assert!(
                codes.iter().any(|code| answer.starts_with(code)) || answer.is_empty(),
                "{answer}"
            );
        }
        is_sound(&world).await;
    }
}

/// One change of a random kind at a random place, which may be gone by now.
async fn change_anything(
    world: &World,
    known: &Mutex<Vec<String>>,
    random: &mut SmallRng,
) -> String {
    let (id, other) = {
        let known = known.lock().expect("nobody panicked");
        let mut pick = || known[random.random_range(0..known.len())].clone();
        (pick(), pick())
    };
    let (mutation, input) = match random.random_range(0..10) {
        0..4 => (MOVE, json!({ "id": id, "newParentId": other })),
        4..7 => (
            ORGANIZATION_CREATE,
            json!({ "name": "New", "parentId": id }),
        ),
        7..9 => (
            CONTACT_CREATE,
            json!({ "fullName": "Somebody", "organizationId": id }),
        ),
        _ => (
            DELETE,
            json!({ "id": id, "mode": MODES[random.random_range(0..4)] }),
        ),
    };
    let payload = world.attempt(&world.admin, mutation, input).await;
    if let (ORGANIZATION_CREATE, Some(made)) = (mutation, payload["organization"]["id"].as_str()) {
        known.lock().expect("nobody panicked").push(made.to_owned());
    }
    user_errors(&payload).concat()
}

async fn is_sound(world: &World) {
    assert_eq!(
        world.system.check().await.expect("a report").faults,
        [""; 0]
    );
    let deepest = world
        .number("SELECT CAST(max(distance) AS bigint) FROM organization_closure")
        .await;
    assert!(
        deepest < i64::from(MAX_DEPTH),
        "{deepest} levels below a root"
    );
}

/// `count` organizations, each a root or below one of those before it.
async fn furnish(world: &World, count: usize) -> Vec<String> {
    let mut random = SmallRng::seed_from_u64(7);
    let mut ids: Vec<String> = Vec::new();
    while ids.len() < count {
        let parent = random
            .random_bool(0.8)
            .then(|| ids.get(random.random_range(0..count)))
            .flatten();
        let input = json!({ "name": format!("O{}", ids.len()), "parentId": parent });
        let payload = world
            .attempt(&world.admin, ORGANIZATION_CREATE, input)
            .await;
        ids.extend(
            payload["organization"]["id"]
                .as_str()
                .map(ToOwned::to_owned),
        );
    }
    ids
}

fn tally(answers: Vec<String>) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for answer in answers {
        *counts.entry(answer).or_default() += 1;
    }
    counts
}
