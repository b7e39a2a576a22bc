//! A server that is killed under its writers.

use crate::support::build::CONTACT_CREATE;
use crate::support::{Engine, Served, World};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const WRITERS: usize = 16;

/// What the server answers; nothing once it is gone.
fn ask(address: &str, token: &str, body: &str) -> Option<Value> {
    let mut stream = TcpStream::connect(address).ok()?;
    write!(
        stream,
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
}

/// The ids of the contacts that the server said it had made, until it was gone.
fn write_on(address: &str, token: &str, writer: usize) -> Vec<String> {
    let mut made = Vec::new();
    loop {
        let input = json!({ "fullName": format!("Writer {writer}, {}", made.len()) });
        let body = json!({ "query": CONTACT_CREATE, "variables": { "input": input } });
        let Some(answer) = ask(address, token, &body.to_string()) else {
            return made;
        };
        let id = answer["data"]["contactCreate"]["contact"]["id"].as_str();
        made.push(id.unwrap_or_else(|| panic!("{answer}")).to_owned());
    }
}

/// Whether what was acknowledged is there, with its history and whole, after the worst end of a process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_a_killed_server() {
    let world = World::on(Engine::Sqlite).await;
    // The server has a clock of its own.
    world
        .sql("UPDATE session SET expires_at = '2999-01-01T00:00:00+00:00'")
        .await;
    let token = world.admin.token.clone().expect("a token");
    let server = Served::start(&world.url);
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (address, token) = (server.address.clone(), token.clone());
            std::thread::spawn(move || write_on(&address, &token, writer))
        })
        .collect();
    let began = Instant::now();
    let enough = "SELECT count(*) FROM contact";
    while world.number(enough).await < 100 {
        assert!(began.elapsed() < Duration::from_secs(60), "nobody writes");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    drop(server);
    let written = writers
        .into_iter()
        .map(|writer| writer.join().expect("no panic"));
    let acknowledged: Vec<String> = written.flatten().collect();
    assert!(
        acknowledged.len() >= 100 - WRITERS,
        "{}",
        acknowledged.len()
    );
    let look = "query($id: ID!) { contact(id: $id) { id } }";
    for id in &acknowledged {
        let found = world.ask(&world.admin, look, json!({ "id": id })).await;
        assert_eq!(found["contact"]["id"], json!(id));
    }
    let stored = world.number(enough).await;
    // Of each writer one more may be there that it was not told of.
    let told = i64::try_from(acknowledged.len()).expect("not that many");
    assert!(
        (told..=told + WRITERS as i64).contains(&stored),
        "{stored} of {told}"
    );
    assert_eq!(
        world
            .number("SELECT count(*) FROM history_entry WHERE entity = 'contact'")
            .await,
        stored
    );
    assert_eq!(
        world.system.check().await.expect("a report").faults,
        [""; 0]
    );
}
