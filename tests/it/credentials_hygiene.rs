//! Where passwords and tokens are found after a long day: nowhere.

use crate::sign_in::{REGISTER, SIGN_IN, WRONG, token_in};
use crate::support::{Person, World, each_engine};
use guildhall::accounts::service::RegistrationMode;
use sea_orm::{DbBackend, FromQueryResult, JsonValue, Statement};
use serde_json::{Value, json};
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing_subscriber::filter::LevelFilter;

/// What the log says.
#[derive(Clone, Default)]
pub struct Lines(pub Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("lines").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Every column of every row of every table, as text.
async fn dump(world: &World) -> String {
    let raw = sea_orm::Database::connect(&world.url)
        .await
        .expect("a connection");
    let engine = raw.get_database_backend();
    let tables = match engine {
        DbBackend::Postgres => {
            "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
        }
        _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    };
    let rows = async |sql: String| {
        let statement = Statement::from_string(engine, sql);
        JsonValue::find_by_statement(statement)
            .all(&raw)
            .await
            .expect("rows")
    };
    let mut dumped = String::new();
    for table in rows(tables.to_owned()).await {
        let name = table["name"].as_str().expect("a name");
        let sql = match engine {
            DbBackend::Postgres => {
                format!("SELECT row_to_json(t)::text AS row FROM \"{name}\" AS t")
            }
            _ => format!("SELECT * FROM \"{name}\""),
        };
        let found = rows(sql).await;
        assert!(name != "session" || !found.is_empty());
        dumped += &format!("{name}: {found:?}\n");
    }
    raw.close().await.expect("an end");
    dumped
}

/// Sends a mutation, keeps its token as a secret, and answers the rest of what was answered as text.
struct Story<'a> {
    world: &'a World,
    secrets: Vec<String>,
    answers: String,
}

impl Story<'_> {
    async fn tell(&mut self, person: &Person, mutation: &str, input: Value) -> Person {
        let mut answer = self
            .world
            .send(person, mutation, json!({ "input": input }))
            .await;
        let payload = answer["data"]
            .as_object_mut()
            .and_then(|data| data.values_mut().next());
        let token = payload
            .and_then(|payload| payload.get_mut("token"))
            .map(Value::take);
        let token = token.and_then(|token| token.as_str().map(str::to_owned));
        self.secrets.extend(token.clone());
        self.answers.push_str(&answer.to_string());
        Person {
            token,
            account: None,
        }
    }
}

/// T-71, T-72: a whole story, of which only the letters and the answers that hand a token out hold any secret.
#[tokio::test]
async fn no_password_and_no_token_is_left_in_tables_logs_or_answers() {
    let lines = Lines::default();
    let writer = lines.clone();
    let log = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone());
    // With a single subscriber, what other threads log first would be taken for what nobody listens to.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
    let _logging = tracing::subscriber::set_default(log.finish());
    each_engine(async |world| {
        let words = ["register", "changed", "reset", "created", "given", "pending", "guess"];
        let marked = |word: &str| format!("{word} marabu knusper zwerchfell");
        let anonymous = Person::anonymous();
        let mut story = Story { world: &world, secrets: words.map(marked).to_vec(), answers: String::new() };
        let key = "sixteen letters!";
        let ann = json!({ "email": "ann@example.com", "password": marked("register"), "idempotencyKey": key });
        story.tell(&anonymous, REGISTER, ann.clone()).await;
        story.tell(&anonymous, REGISTER, ann).await;
        story.tell(&anonymous, SIGN_IN, json!({ "login": "ann@example.com", "password": marked("guess") })).await;
        story.tell(&anonymous, SIGN_IN, json!({ "login": marked("guess"), "password": WRONG })).await;
        let ann = story.tell(&anonymous, SIGN_IN, json!({ "login": "ann@example.com", "password": marked("register") })).await;
        let change = "mutation($input: PasswordChangeInput!) { passwordChange(input: $input) { account { login } userErrors { message } } }";
        story.tell(&ann, change, json!({ "currentPassword": marked("guess"), "newPassword": marked("changed") })).await;
        story.tell(&ann, change, json!({ "currentPassword": marked("register"), "newPassword": marked("changed"), "idempotencyKey": "k" })).await;
        let request = "mutation($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) { userErrors { message } } }";
        story.tell(&anonymous, request, json!({ "login": "ann@example.com" })).await;
        story.tell(&anonymous, request, json!({ "login": marked("guess") })).await;
        let token = token_in(world.letters().await.iter().rfind(|letter| letter.contains("ghr_")).expect("a letter"));
        story.secrets.push(token.clone());
        let reset = "mutation($input: PasswordResetCompleteInput!) { passwordResetComplete(input: $input) { userErrors { message } } }";
        for _ in 0..2 {
            story.tell(&anonymous, reset, json!({ "token": token, "newPassword": marked("reset"), "idempotencyKey": key })).await;
        }
        let create = "mutation($input: AccountCreateInput!) { accountCreate(input: $input) { account { id login } userErrors { message } } }";
        story.tell(&world.admin, create, json!({ "login": "bob", "password": marked("created"), "idempotencyKey": "c" })).await;
        story.tell(&world.admin, create, json!({ "login": "bob", "password": marked("created") })).await;
        let bob = story.tell(&anonymous, SIGN_IN, json!({ "login": "bob", "password": marked("created") })).await;
        let who = world.ask(&bob, "{ viewer { account { id } } }", json!({})).await;
        let id = who["viewer"]["account"]["id"].clone();
        let behalf = "mutation($input: AccountSignInOnBehalfInput!) { accountSignInOnBehalf(input: $input) { token userErrors { message } } }";
        let token = story.tell(&world.admin, behalf, json!({ "id": id, "idempotencyKey": "b" })).await;
        story.tell(&token, change, json!({ "currentPassword": marked("created"), "newPassword": marked("given") })).await;
        let set = "mutation($input: AccountSetPasswordInput!) { accountSetPassword(input: $input) { account { login } userErrors { message } } }";
        story.tell(&world.admin, set, json!({ "id": id, "newPassword": marked("given") })).await;
        let bad = "mutation { signIn(input: { login: \"x\", password: \"guess marabu knusper zwerchfell\" }) { nonsense } }";
        story.answers.push_str(&world.send(&anonymous, bad, json!({})).await.to_string());
        let wrong_kind = json!({ "login": 5, "password": [marked("guess")] });
        story.tell(&anonymous, SIGN_IN, wrong_kind).await;
        story.secrets.extend(world.admin.token.clone());
        assert!(story.secrets.len() >= words.len() + 7, "{}", story.answers);

        let dumped = dump(&world).await;
        assert!(dumped.contains("ann@example.com") && dumped.contains("argon2id"));
        let logged = String::from_utf8_lossy(&lines.0.lock().expect("lines")).into_owned();
        assert!(logged.contains("request"), "nothing was logged");
        for secret in story.secrets.iter().map(String::as_str).chain(["marabu"]) {
            assert!(!dumped.contains(secret), "{secret} is in the database");
            assert!(!logged.contains(secret), "{secret} is in the log");
            assert!(!story.answers.contains(secret), "{secret} was answered");
        }
        let history: String = dumped.lines().filter(|line| line.starts_with("history_entry")).collect();
        assert!(history.contains("passwordChange"));
        assert!(!history.contains("argon2id") && !history.contains("password_hash") && !history.contains("token_hash"));
    })
    .await;
}

/// T-190: registrations by mail leave no more.
#[tokio::test]
async fn a_registration_by_mail_leaves_no_secret_either() {
    let world = World::with(crate::support::Engine::Sqlite, |settings| {
        settings.accounts.registration = RegistrationMode::Confirm;
    })
    .await;
    let anonymous = Person::anonymous();
    let input = json!({ "email": "ann@example.com", "password": "pending marabu knusper", "idempotencyKey": "sixteen letters!" });
    world.change(&anonymous, REGISTER, input).await;
    let waiting = dump(&world).await;
    let token = token_in(&world.letters().await[0]);
    let sent = dump(&world).await;
    let confirm = "mutation($input: RegistrationConfirmInput!) { registrationConfirm(input: $input) { token userErrors { message } } }";
    let got = world
        .change(&anonymous, confirm, json!({ "token": token }))
        .await;
    let session = got["token"].as_str().expect("a token");
    for dumped in [waiting, sent, dump(&world).await] {
        for secret in [token.as_str(), session, "marabu"] {
            assert!(!dumped.contains(secret), "{secret}");
        }
    }
}
