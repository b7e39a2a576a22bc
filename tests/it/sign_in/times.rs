//! How long refusals take: a rank test over interleaved pairs, for machines on which nothing else runs.

use super::{ACCOUNT_UPDATE, PASSWORD, REGISTER, SIGN_IN, WRONG, account_of, customer};
use crate::support::{Engine, Person, Postgres, World};
use guildhall::accounts::service::RegistrationMode;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const PAIRS: usize = 200;

/// The two-sided p of Mann and Whitney's test, by the normal approximation: how likely such a difference is without any cause.
fn p_of(one: &[Duration], other: &[Duration]) -> f64 {
    let mut all: Vec<_> = one.iter().map(|time| (time, true)).collect();
    all.extend(other.iter().map(|time| (time, false)));
    all.sort();
    let ranks = (1_u32..).zip(&all).filter(|(_, (_, first))| *first);
    let sum: f64 = ranks.map(|(rank, _)| f64::from(rank)).sum();
    let count = |times: &[Duration]| f64::from(u32::try_from(times.len()).expect("few"));
    let (n, m) = (count(one), count(other));
    let mean = n * (n + m + 1.0) / 2.0;
    let deviation = (n * m * (n + m + 1.0) / 12.0).sqrt();
    let z = ((sum - mean) / deviation).abs();
    // Abramowitz and Stegun 26.2.17.
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let tail = t
        * (0.319_381_530
            + t * (-0.356_563_782
                + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    2.0 * tail * (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort();
    sorted[sorted.len() / 2]
}

async fn timed(world: &World, query: &str, input: Value) -> Duration {
    let began = Instant::now();
    world.attempt(&Person::anonymous(), query, input).await;
    began.elapsed()
}

/// T-191: of 200 pairs each, which of the two came first cannot be told from how long they took.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures times and wants the machine for itself: by hand"]
async fn nobody_can_tell_by_the_time_why_a_sign_in_was_refused() {
    assert!(
        p_of(
            &[Duration::from_millis(1); 1],
            &[Duration::from_millis(2); 1]
        ) > 0.1
    );
    let far = |ms| {
        (0..50)
            .map(move |_| Duration::from_millis(ms))
            .collect::<Vec<_>>()
    };
    assert!(p_of(&far(1), &far(2)) < 0.001);
    for engine in engines() {
        let world = World::on(engine).await;
        let gone = customer(&world, "gone@example.com").await;
        let inactive = json!({ "id": account_of(&gone), "active": false });
        world.change(&world.admin, ACCOUNT_UPDATE, inactive).await;
        customer(&world, "locked@example.com").await;
        for _ in 0..10 {
            timed(
                &world,
                SIGN_IN,
                json!({ "login": "locked@example.com", "password": WRONG }),
            )
            .await;
        }
        for (against, password) in [("nobody", WRONG), ("locked", PASSWORD), ("gone", PASSWORD)] {
            let (mut wrong, mut others) = (Vec::new(), Vec::new());
            for pair in 0..PAIRS {
                // Ten wrong ones would lock: each customer is tried a few times, as is each stranger.
                let (login, other) = (
                    format!("w{}@example.com", pair / 8),
                    format!("n{against}{}@example.com", pair / 8),
                );
                if pair % 8 == 0 && against == "nobody" {
                    customer(&world, &login).await;
                }
                if pair % 8 == 0 {
                    world
                        .sql("DELETE FROM sign_in_budget WHERE locked_until IS NULL")
                        .await;
                }
                let other = if against == "nobody" {
                    other
                } else {
                    format!("{against}@example.com")
                };
                if against == "gone" {
                    world.sql("DELETE FROM sign_in_budget").await;
                }
                let first = json!({ "login": login, "password": WRONG });
                let second = json!({ "login": other, "password": password });
                if pair % 2 == 0 {
                    wrong.push(timed(&world, SIGN_IN, first).await);
                    others.push(timed(&world, SIGN_IN, second).await);
                } else {
                    others.push(timed(&world, SIGN_IN, second).await);
                    wrong.push(timed(&world, SIGN_IN, first).await);
                }
            }
            let p = p_of(&wrong, &others);
            println!(
                "{engine:?}: wrong {:?}, {against} {:?}, p = {p:.3}",
                median(&wrong),
                median(&others)
            );
            assert!(p > 0.01, "{engine:?}: {against}");
        }
    }
}

/// T-190, T-191: neither does the time of a registration that is answered with nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures times and wants the machine for itself: by hand"]
async fn nobody_can_tell_by_the_time_whether_a_login_is_taken() {
    for engine in engines() {
        let world = World::with(engine, |settings| {
            settings.accounts.registration = RegistrationMode::Confirm;
            settings.accounts.neutral_answer = Duration::from_millis(150);
        })
        .await;
        world.account("taken@example.com", None).await;
        let (mut free, mut taken) = (Vec::new(), Vec::new());
        for pair in 0..PAIRS {
            let input = |email: String| json!({ "email": email, "password": PASSWORD });
            let one = input(format!("free{pair}@example.com"));
            let other = input("taken@example.com".to_owned());
            if pair % 2 == 0 {
                free.push(timed(&world, REGISTER, one).await);
                taken.push(timed(&world, REGISTER, other).await);
            } else {
                taken.push(timed(&world, REGISTER, other).await);
                free.push(timed(&world, REGISTER, one).await);
            }
        }
        let p = p_of(&free, &taken);
        println!(
            "{engine:?}: free {:?}, taken {:?}, p = {p:.3}",
            median(&free),
            median(&taken)
        );
        assert!(p > 0.01, "{engine:?}");
    }
}

fn engines() -> Vec<Engine> {
    let postgres = Postgres::of_this_run().map(|_| Engine::Postgres);
    [Some(Engine::Sqlite), postgres]
        .into_iter()
        .flatten()
        .collect()
}
