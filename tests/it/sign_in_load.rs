//! Many people at the door at once, before a server process of its own.

use crate::support::world::Engine;
use crate::support::{Person, Postgres, Served, World, code};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PASSWORD: &str = "harbour lamp tuesday";
const ACCOUNTS: usize = 100;
const SIGN_INS: usize = 500;
const MIB: u64 = 1 << 20;

impl Served {
    /// A line of `/proc/<pid>/status`, in bytes.
    fn memory(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("a running process");
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .expect("a figure");
        line.split_whitespace()
            .find_map(|word| word.parse::<u64>().ok())
            .expect("a number")
            * 1024
    }

    async fn ask(&self, token: Option<&str>, query: &str, variables: Value) -> (u16, Value) {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let token = token.map_or(String::new(), |token| {
            format!("authorization: Bearer {token}\r\n")
        });
        let request = format!(
            "POST /graphql HTTP/1.1\r\nhost: test\r\nconnection: close\r\ncontent-type: application/json\r\n{token}content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(&self.address)
            .await
            .expect("a connection");
        stream
            .write_all(request.as_bytes())
            .await
            .expect("a request sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("head and body");
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        (
            status.expect("a status"),
            serde_json::from_str(body).unwrap_or_default(),
        )
    }

    /// What signing in comes to, in a word.
    async fn sign_in(&self, login: &str, password: &str) -> (String, Option<String>) {
        let query = "mutation($input: SignInInput!) { signIn(input: $input) { token userErrors { code } } }";
        let (_, body) = self
            .ask(
                None,
                query,
                json!({ "input": { "login": login, "password": password } }),
            )
            .await;
        let payload = &body["data"]["signIn"];
        if let Some(token) = payload["token"].as_str() {
            return ("a session".to_owned(), Some(token.to_owned()));
        }
        let code = payload["userErrors"][0]["code"].as_str();
        let code = code.or_else(|| body["errors"][0]["extensions"]["code"].as_str());
        (code.unwrap_or("nothing").to_owned(), None)
    }
}

/// T-170, T-191: memory is bounded by the hashes at work, whoever waits is turned away in words, and everybody else is served.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes the whole machine for some seconds; CI runs it"]
async fn five_hundred_sign_ins_at_once_take_little_memory_and_leave_others_alone() {
    let world = World::on(Engine::Sqlite).await;
    let create = "mutation($input: AccountCreateInput!) { accountCreate(input: $input) { userErrors { code message path } } }";
    for number in 0..ACCOUNTS {
        let input = json!({ "login": format!("person{number}"), "password": PASSWORD });
        world.change(&world.admin, create, input).await;
    }
    let server = Served::start(&world.url);
    let (_, token) = server.sign_in("person0", PASSWORD).await;
    let token = token.expect("a session");
    let before = server.memory("VmRSS:");
    let done = AtomicBool::new(false);
    let others = async {
        let mut waited = Vec::new();
        while !done.load(Ordering::Relaxed) {
            let started = Instant::now();
            let (status, body) = server
                .ask(Some(&token), "{ viewer { account { login } } }", json!({}))
                .await;
            assert_eq!(
                (status, &body["data"]["viewer"]["account"]["login"]),
                (200, &json!("person0")),
                "{body}"
            );
            waited.push(started.elapsed());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        waited.sort();
        waited
    };
    let sign_ins = async {
        let started = Instant::now();
        let all = (0..SIGN_INS).map(async |number| {
            let login = format!("person{}", number % (ACCOUNTS + 20));
            let password = if number % 5 == 4 {
                "another one altogether"
            } else {
                PASSWORD
            };
            server.sign_in(&login, password).await.0
        });
        let answers = join_all(all).await;
        done.store(true, Ordering::Relaxed);
        (answers, started.elapsed())
    };
    let ((answers, took), waited) = tokio::join!(sign_ins, others);
    let grown = server.memory("VmHWM:").saturating_sub(before);
    let mut tally = BTreeMap::new();
    for answer in answers {
        *tally.entry(answer).or_insert(0) += 1;
    }
    let at_once = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    println!(
        "{SIGN_INS} sign-ins in {took:?}: {tally:?}; {} MiB more at most; {} others answered, after {:?} at most",
        grown / MIB,
        waited.len(),
        waited.last()
    );
    let expected = ["BAD_CREDENTIALS", "UNAVAILABLE", "a session"];
    assert!(
        tally
            .keys()
            .all(|answer| expected.contains(&answer.as_str())),
        "{tally:?}"
    );
    assert!(
        tally.get("a session").is_some_and(|count| *count > 20),
        "{tally:?}"
    );
    assert!(
        grown <= at_once * 20 * MIB + 64 * MIB,
        "{} MiB",
        grown / MIB
    );
    assert!(
        waited.len() > 5 && waited.iter().all(|waited| *waited < Duration::from_secs(2)),
        "{waited:?}"
    );
}

/// T-170: however many wait for a password to be looked at, there is a place for somebody who is signed in.
#[tokio::test]
async fn whoever_waits_at_the_door_leaves_places_to_those_inside() {
    let sign_in =
        "mutation($input: SignInInput!) { signIn(input: $input) { userErrors { code } } }";
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if engine == Engine::Postgres && Postgres::of_this_run().is_none() {
            continue;
        }
        let world = World::with(engine, |settings| settings.limits.in_flight = 4).await;
        let outside = join_all((0..12).map(async |number| {
            let input = json!({ "login": format!("nobody {number}"), "password": PASSWORD });
            world
                .send(&Person::anonymous(), sign_in, json!({ "input": input }))
                .await
        }));
        let inside = async {
            for _ in 0..10 {
                world
                    .ask(&world.admin, "{ viewer { account { login } } }", json!({}))
                    .await;
            }
        };
        let (answers, ()) = tokio::join!(outside, inside);
        let refused = answers.iter().filter(|body| body.get("errors").is_some());
        assert!(
            refused.clone().all(|body| code(body) == "UNAVAILABLE"),
            "{answers:?}"
        );
        assert_eq!(refused.count(), 10);
    }
}
