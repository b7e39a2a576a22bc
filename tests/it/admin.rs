//! The command line, as processes of their own: the first administrator, who is made on the machine, and what `serve` starts with.

use crate::support::{World, each_engine};
use guildhall::access::Permission;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

const PASSWORD: &str = "harbour lamp tuesday";
const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) { token viewer { account { login } permissions } userErrors { code } } }";
const ADMINISTRATORS: &str =
    "SELECT count(*) FROM role_assignment WHERE role_id = 3 AND scope = 'GLOBAL'";

/// What a process came to.
struct Ran {
    code: Option<i32>,
    /// On both outputs.
    said: String,
}

fn guildhall(url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall"));
    command
        .env_clear()
        .env("GUILDHALL_DATABASE_URL", url)
        .env("GUILDHALL_BIND", "127.0.0.1:0")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Begins `admin create` with a password on standard input.
fn begin(url: &str, login: &str, more: &[&str], password: &str) -> Child {
    let arguments = [&["admin", "create", "--login", login], more].concat();
    let mut child = guildhall(url, &arguments).spawn().expect("a process");
    let mut input = child.stdin.take().expect("its input");
    // It may be over before it reads.
    let _ = writeln!(input, "{password}\nnot this line");
    child
}

fn end(child: Child) -> Ran {
    let output = child.wait_with_output().expect("an end");
    let said = [output.stdout, output.stderr].concat();
    Ran {
        code: output.status.code(),
        said: String::from_utf8_lossy(&said).into_owned(),
    }
}

/// A running `serve`, which ends with it.
struct Served {
    child: Child,
    address: String,
    log: Receiver<String>,
}

impl Served {
    fn start(url: &str) -> Self {
        let mut child = guildhall(url, &["serve"]).spawn().expect("a process");
        let mut lines = BufReader::new(child.stderr.take().expect("its log")).lines();
        let (told, log) = channel();
        let address = loop {
            let line = lines.next().expect("a line that says where").expect("text");
            if let Some((_, address)) = line.split_once("address=") {
                break address.to_owned();
            }
            let _ = told.send(line);
        };
        std::thread::spawn(move || {
            lines
                .map_while(Result::ok)
                .try_for_each(|line| told.send(line))
        });
        Self {
            child,
            address,
            log,
        }
    }

    fn ask(&self, query: &str, input: &Value) -> Value {
        let body = json!({ "query": query, "variables": { "input": input } }).to_string();
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        write!(
            stream,
            "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        serde_json::from_str(body).expect("JSON")
    }

    /// Everything that was logged.
    fn stopped(mut self) -> String {
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.log.iter().collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn leave_nobody(world: &World) {
    let nobody = "DELETE FROM role_assignment; DELETE FROM session; DELETE FROM account";
    world.sql(nobody).await;
}

/// T-72, T-193: the password is nowhere but in its hash, and with it everything may be done.
#[tokio::test]
async fn the_first_administrator_signs_in_and_holds_everything() {
    each_engine(async |world| {
        leave_nobody(&world).await;
        let made = end(begin(&world.url, "Root", &["--email", "root@example.com"], PASSWORD));
        assert_eq!(made.code, Some(0), "{}", made.said);
        let served = Served::start(&world.url);
        let answer = served.ask(SIGN_IN, &json!({ "login": "root", "password": PASSWORD }));
        let viewer = &answer["data"]["signIn"]["viewer"];
        assert_eq!(viewer["account"]["login"], "Root", "{answer}");
        let held = viewer["permissions"].as_array().map(Vec::len);
        assert_eq!(held, Some(Permission::ALL.len()));
        let log = served.stopped();
        let token = answer["data"]["signIn"]["token"].as_str().expect("a token");
        for secret in [PASSWORD, token] {
            assert!(!log.contains(secret) && !made.said.contains(secret));
        }
        let entries = "SELECT count(*) FROM history_entry WHERE mutation = 'adminCreate' AND actor_id IS NULL AND request_id = 'command line'";
        assert_eq!(world.number(entries).await, 4, "an account and three assignments");
    })
    .await;
}

#[tokio::test]
async fn the_password_may_come_from_a_file() {
    each_engine(async |world| {
        leave_nobody(&world).await;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("password");
        let path = file.to_str().expect("a path");
        let absent = end(begin(
            &world.url,
            "root",
            &["--password-file", path],
            PASSWORD,
        ));
        assert_eq!(absent.code, Some(1));
        assert!(absent.said.contains(path), "{}", absent.said);
        std::fs::write(&file, format!("{PASSWORD}\r\n")).expect("a file");
        let made = end(begin(
            &world.url,
            "root",
            &["--password-file", path],
            "another one on stdin",
        ));
        assert_eq!(made.code, Some(0), "{}", made.said);
        let variables = json!({ "input": { "login": "root", "password": PASSWORD } });
        let got = world
            .ask(&crate::support::Person::anonymous(), SIGN_IN, variables)
            .await;
        assert_eq!(got["signIn"]["userErrors"], json!([]), "{got}");
    })
    .await;
}

/// T-193: who may do everything is not to be had twice by accident.
#[tokio::test]
async fn another_administrator_takes_force_and_the_history_says_so() {
    each_engine(async |world| {
        let refused = end(begin(&world.url, "second", &[], PASSWORD));
        assert_eq!(refused.code, Some(1));
        assert!(
            refused.said.contains("there is an administrator already"),
            "{}",
            refused.said
        );
        assert_eq!(world.number(ADMINISTRATORS).await, 1);

        let taken = end(begin(&world.url, "ADMINISTRATOR", &["--force"], PASSWORD));
        assert_eq!(taken.code, Some(1));
        assert!(taken.said.contains("login is taken"), "{}", taken.said);
        assert_eq!(world.number(ADMINISTRATORS).await, 1);

        let forced = end(begin(&world.url, "second", &["--force"], PASSWORD));
        assert_eq!(forced.code, Some(0), "{}", forced.said);
        assert_eq!(world.number(ADMINISTRATORS).await, 2);
        let entries = "SELECT count(*) FROM history_entry WHERE mutation = 'adminCreate --force'";
        assert_eq!(world.number(entries).await, 4);
    })
    .await;
}

#[tokio::test]
async fn two_who_ask_at_the_same_time_make_one_administrator() {
    each_engine(async |world| {
        leave_nobody(&world).await;
        let both = ["one", "other"].map(|login| begin(&world.url, login, &[], PASSWORD));
        let mut codes = both.map(|child| end(child).code);
        codes.sort_unstable();
        assert_eq!(codes, [Some(0), Some(1)]);
        assert_eq!(world.number(ADMINISTRATORS).await, 1);
        assert_eq!(world.number("SELECT count(*) FROM account").await, 1);
    })
    .await;
}

/// The file of a database would be there.
#[tokio::test]
async fn a_weak_password_and_a_bad_login_are_refused_before_anything() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("guildhall.db");
    let url = format!("sqlite:{}", file.display());
    for (login, email, password, told) in [
        ("root", "root@example.com", "s3cret", "password is shorter"),
        ("root", "root@example.com", "", "password is shorter"),
        (
            "hildegard",
            "h@example.com",
            "hildegard1",
            "password is too easy",
        ),
        ("ro\u{200b}ot", "root@example.com", PASSWORD, "login"),
        (" ", "root@example.com", PASSWORD, "login"),
        ("root", "nobody", PASSWORD, "email"),
    ] {
        let refused = end(begin(&url, login, &["--email", email], password));
        assert_eq!(refused.code, Some(1), "{told}");
        assert!(refused.said.contains(told), "{told}: {}", refused.said);
        assert!(password.is_empty() || !refused.said.contains(password));
        assert!(!file.exists());
    }
}

/// T-190: in `confirm`, the default of `serve`, strangers get a letter and nothing else.
#[tokio::test]
async fn serve_starts_with_nobody_and_no_stranger_gains_a_right() {
    each_engine(async |world| {
        leave_nobody(&world).await;
        let served = Served::start(&world.url);
        assert_eq!(world.number("SELECT count(*) FROM account").await, 0);
        let stranger = json!({ "email": "eve@example.com", "password": PASSWORD });
        let register = "mutation($input: RegisterInput!) { register(input: $input) { account { id } contact { id } token userErrors { code } } }";
        let nothing = json!({ "account": null, "contact": null, "token": null, "userErrors": [] });
        assert_eq!(served.ask(register, &stranger)["data"]["register"], nothing);
        let sign_in = json!({ "login": "eve@example.com", "password": PASSWORD });
        let refused = &served.ask(SIGN_IN, &sign_in)["data"]["signIn"];
        assert_eq!(refused["token"], Value::Null);
        assert_eq!(refused["userErrors"][0]["code"], "NOT_APPROVED");
        for (mutation, input, kind) in [
            ("registrationConfirm", json!({ "token": "ghc_guessed" }), "RegistrationConfirmInput"),
            ("passwordResetComplete", json!({ "token": "ghr_guessed", "newPassword": PASSWORD }), "PasswordResetCompleteInput"),
        ] {
            let query = format!("mutation($input: {kind}!) {{ {mutation}(input: $input) {{ userErrors {{ code }} }} }}");
            let answer = served.ask(&query, &input);
            assert_eq!(answer["data"][mutation]["userErrors"][0]["code"], "TOKEN_EXPIRED", "{answer}");
        }
        assert_eq!(world.number("SELECT count(*) FROM session").await, 0);
        assert_eq!(world.number("SELECT count(*) FROM account WHERE approved").await, 0);
        let beyond = "SELECT count(*) FROM role_assignment WHERE scope <> 'OWN' OR role_id NOT IN (1, 2)";
        assert_eq!(world.number(beyond).await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_demos_database_is_for_the_demo_only() {
    each_engine(async |world| {
        leave_nobody(&world).await;
        world
            .sql("INSERT INTO setting (name, value) VALUES ('demo', 'loaded')")
            .await;
        let made = end(begin(&world.url, "root", &[], PASSWORD));
        assert_eq!(made.code, Some(1));
        assert!(made.said.contains("made by the demo"), "{}", made.said);
        assert_eq!(world.number("SELECT count(*) FROM account").await, 0);
        let served = end(guildhall(&world.url, &["serve"])
            .spawn()
            .expect("a process"));
        assert_eq!(served.code, Some(1));
        assert!(served.said.contains("made by the demo"), "{}", served.said);
    })
    .await;
}

#[test]
fn all_faults_of_the_configuration_are_told_at_once() {
    let mut command = guildhall("mysql://root:s3cret@localhost/x", &["serve"]);
    command.envs([
        ("GUILDHALL_SESSION_HOURS", "0"),
        ("GUILDHALL_RESET_MINUTES", "4"),
        ("GUILDHALL_SMTP_URL", "smtp://ada:s3cret@mail.example.com"),
        ("GUILDHALL_MAIL_SPOOL", "letters"),
        ("GUILDHALL_MAIL_FROM", "nobody"),
        ("GUILDHALL_PASSWORD_RESET_URL", "https://shop.example/reset"),
        ("GUILDHALL_REGISTRATION_CONFIRM_URL", "javascript:{token}"),
        ("GUILDHALL_LIMIT_COSTS", "1"),
    ]);
    let ran = end(command.spawn().expect("a process"));
    assert_eq!(ran.code, Some(2));
    for name in [
        "DATABASE_URL",
        "SESSION_HOURS",
        "RESET_MINUTES",
        "SMTP_URL",
        "MAIL_SPOOL",
        "MAIL_FROM",
        "PASSWORD_RESET_URL",
        "REGISTRATION_CONFIRM_URL",
        "LIMIT_COSTS",
    ] {
        assert!(
            ran.said.contains(&format!("GUILDHALL_{name}")),
            "{name}: {}",
            ran.said
        );
    }
    assert!(!ran.said.contains("s3cret"), "{}", ran.said);
}
