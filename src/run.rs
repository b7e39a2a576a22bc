//! What each command does, from a checked configuration to an exit code.

mod files;
mod import;

pub use files::{export, fill_in};
pub use import::import;

use crate::access::{ConnectError, Database, NewAccount, SystemDb};
use crate::accounts::rules;
use crate::accounts::service::{AccountSettings, RegistrationMode};
use crate::app::{App, Settings};
use crate::clock::Clock;
use crate::config::{AdminCreate, Introspection, MailOptions, Options};
use crate::error::{Error, Mistakes};
use crate::http::{self, Limits};
use crate::mail::{Links, Office, Sender, Smtp, Spool};
use crate::passwords::{self, Passwords, Secret};
use crate::{demo, graphiql, text};
use chrono::TimeDelta;
use std::io::{BufRead, IsTerminal};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Why a command came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("{0}")]
    Connect(#[from] ConnectError),
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    Demo(#[from] demo::Fault),
    #[error("the database refused: {0:?}")]
    Database(#[from] Error),
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// Workers get a larger stack than they need: a second line behind the guard's limits on nesting.
const STACK_BYTES: usize = 8 * 1024 * 1024;
const DEMO_DATABASE: &str = "sqlite:guildhall.db";
/// How long a letter that is on its way is waited for at the end: as long as a sender may take.
const LAST_LETTER: Duration = Duration::from_secs(35);
const DEMO_SPOOL: &str = "guildhall-mail";
/// When a registration that tells nothing is answered: later than a hash and a few statements take on a busy machine.
const NEUTRAL_ANSWER: Duration = Duration::from_millis(400);

/// # Errors
/// When the machine gives no threads.
pub fn runtime() -> Result<Runtime, Fault> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .thread_stack_size(STACK_BYTES)
        .enable_all()
        .build()?)
}

/// The demo: its own file, its data at first start, GraphiQL with a sign-in.
///
/// # Errors
/// When the file holds something else than the demo, or the address is taken.
pub async fn demo(options: &Options, limits: Limits) -> Result<ExitCode, Fault> {
    // First of all: passwords that are made and then not printed would be lost.
    let listener = listen(options.bind).await?;
    let clock = Clock::system();
    let db = Database::connect(options.database_url.as_deref().unwrap_or(DEMO_DATABASE)).await?;
    let system = SystemDb::new(db.clone(), clock.clone());
    let hashing = hashing();
    let mut mail = options.mail.clone();
    if mail.smtp_url.is_none() && mail.mail_spool.is_none() {
        mail.mail_spool = Some(DEMO_SPOOL.into());
    }
    let sender = sender(&mail)?;
    system.migrate().await?;
    let passwords = demo::load_once(&system, &hashing).await?;
    let sign_ins = demo::sign_ins(&system).await?;

    let settings = Settings {
        limits,
        max_depth: options.max_depth,
        organizations_in_memory: options.organizations_in_memory,
        introspection: options.introspection.unwrap_or(Introspection::All),
        suggestions: true,
        accounts: accounts(options, RegistrationMode::Instant),
    };
    let office = office(options, &mail, sender, &db, &clock);
    let app = App::new(db, clock, hashing, settings);
    let page = graphiql::Page {
        endpoint: "/graphql",
        token: sign_ins.first().map(|sign_in| sign_in.token.clone()),
        tabs: demo::tabs(&sign_ins, &passwords),
        notice: "demo data · signed in as administrator, in the tabs that say so as somebody else"
            .to_owned(),
    };
    let router = demo::for_this_machine_only(app.router().merge(graphiql::routes(page)));
    let spool = mail.mail_spool.unwrap_or_default();
    demo::greet(listener.local_addr()?, &sign_ins, &passwords, &spool);
    let beside = Beside::begin(office, app.clone());
    http::serve(listener, router, app.limits(), stop()).await?;
    beside.finish().await;
    Ok(ExitCode::SUCCESS)
}

/// The real thing.
///
/// # Errors
/// When the database is the demo's, or the address is taken.
pub async fn serve(options: &Options, limits: Limits) -> Result<ExitCode, Fault> {
    let (system, db, clock) = open(options).await?;
    if system
        .setting(demo::LOADED)
        .await
        .unwrap_or_default()
        .is_some()
    {
        let refused =
            "this database was made by the demo, whose sign-ins were printed; use another one";
        return Err(Fault::Refused(refused.to_owned()));
    }
    system.migrate().await?;
    let settings = Settings {
        limits,
        max_depth: options.max_depth,
        organizations_in_memory: options.organizations_in_memory,
        introspection: options.introspection.unwrap_or(Introspection::SignedIn),
        suggestions: false,
        accounts: accounts(options, RegistrationMode::Confirm),
    };
    let sender = sender(&options.mail)?;
    if sender.is_none() {
        tracing::warn!(
            "there is no way out for letters: set GUILDHALL_SMTP_URL or GUILDHALL_MAIL_SPOOL, or nobody can confirm a registration or reset a password"
        );
    }
    if options.mail.is_in_clear() {
        tracing::warn!(
            "letters, and the tokens in them, go to another machine unencrypted: use smtps:// or ?tls=required in GUILDHALL_SMTP_URL"
        );
    }
    let office = office(options, &options.mail, sender, &db, &clock);
    let reading = db.clone();
    let app = App::new(db, clock, hashing(), settings);
    let listener = listen(options.bind).await?;
    tracing::info!(address = %listener.local_addr()?, "serving");
    let beside = Beside::begin(office, app.clone());
    // Beside the first requests, which wait for it only where they need it.
    tokio::spawn(warm_up(reading));
    http::serve(listener, app.router(), app.limits(), stop()).await?;
    beside.finish().await;
    Ok(ExitCode::SUCCESS)
}

async fn warm_up(db: Database) {
    let began = Instant::now();
    match db.warm_up().await {
        Ok(()) => tracing::info!(
            duration_ms = began.elapsed().as_secs_f64() * 1_000.0,
            "the tree is in memory"
        ),
        // The first request will try again, and say what is wrong.
        Err(fault) => tracing::warn!(%fault, "the tree could not be read into memory"),
    }
}

/// Brings the tables up to date.
///
/// # Errors
/// When the database refuses.
pub async fn migrate(options: &Options) -> Result<ExitCode, Fault> {
    let (system, ..) = open(options).await?;
    system.migrate().await?;
    println!("the tables are up to date");
    Ok(ExitCode::SUCCESS)
}

/// Checks the tree and all references.
///
/// # Errors
/// When the database does not answer.
pub async fn check(options: &Options) -> Result<ExitCode, Fault> {
    let url = options.database_url.as_deref().unwrap_or_default();
    let system = SystemDb::new(Database::connect_existing(url).await?, Clock::system());
    let report = system.check().await?;
    println!(
        "{} organizations, {} closure rows, {} contacts checked",
        report.organizations, report.closure_rows, report.contacts
    );
    for fault in &report.faults {
        println!("wrong: {fault}");
    }
    if report.faults.is_empty() {
        println!("nothing is wrong");
        Ok(ExitCode::SUCCESS)
    } else {
        Ok(ExitCode::FAILURE)
    }
}

/// Creates an administrator.
///
/// # Errors
/// When there is one and it is not forced, and for a login or a password that will not do.
pub async fn create_admin(options: &Options, admin: &AdminCreate) -> Result<ExitCode, Fault> {
    let password = Secret::new(read_password(admin)?);
    let about = [
        admin.login.as_str(),
        admin.email.as_deref().unwrap_or_default(),
    ];
    let mut mistakes = Mistakes::default();
    let login = mistakes.check(rules::login(Some(admin.login.clone())));
    let email = mistakes.check(text::email("email", admin.email.clone()));
    mistakes.check(passwords::check("password", &password, &about));
    mistakes.finish().map_err(said)?;
    let (system, ..) = open(options).await?;
    if system
        .setting(demo::LOADED)
        .await
        .unwrap_or_default()
        .is_some()
    {
        let refused = "this database was made by the demo, which has its own administrator";
        return Err(Fault::Refused(refused.to_owned()));
    }
    system.migrate().await?;
    let account = NewAccount {
        login: login.unwrap_or_default(),
        email,
        password_hash: Some(hashing().hash(&password).await?),
        ..NewAccount::default()
    };
    let made = system.create_administrator(account, admin.force).await;
    made.map_err(said)?;
    println!("{} may administer everything from now on", admin.login);
    Ok(ExitCode::SUCCESS)
}

/// What a client would be told as user errors, in a line.
fn said(error: Error) -> Fault {
    match error {
        Error::Invalid(mistakes) => {
            let told: Vec<_> = mistakes
                .into_iter()
                .map(|mistake| mistake.message)
                .collect();
            Fault::Refused(told.join("; "))
        }
        other => Fault::Database(other),
    }
}

fn read_password(admin: &AdminCreate) -> Result<String, Fault> {
    let text = match &admin.password_file {
        Some(file) => std::fs::read_to_string(file).map_err(|fault| {
            Fault::Refused(format!(
                "the password cannot be read from {}: {fault}",
                file.display()
            ))
        })?,
        None if std::io::stdin().is_terminal() => {
            rpassword::prompt_password(format!("Password for {}: ", admin.login))?
        }
        None => {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line)?;
            line
        }
    };
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// As many hashes at a time as there are cores.
fn hashing() -> Passwords {
    Passwords::new(std::thread::available_parallelism().map_or(1, usize::from))
}

fn accounts(options: &Options, registration: RegistrationMode) -> AccountSettings {
    AccountSettings {
        registration: options.accounts.registration.unwrap_or(registration),
        session: TimeDelta::hours(options.accounts.session_hours.into()),
        neutral_answer: NEUTRAL_ANSWER,
    }
}

fn sender(mail: &MailOptions) -> Result<Option<Arc<dyn Sender>>, Fault> {
    let made: Result<Option<Arc<dyn Sender>>, String> = match (&mail.smtp_url, &mail.mail_spool) {
        (Some(url), _) => {
            Smtp::new(url, &mail.mail_from).map(|smtp| Some(Arc::new(smtp) as Arc<dyn Sender>))
        }
        (None, Some(folder)) => Spool::new(folder, &mail.mail_from)
            .map(|spool| Some(Arc::new(spool) as Arc<dyn Sender>)),
        (None, None) => Ok(None),
    };
    made.map_err(Fault::Refused)
}

/// The office that sends the letters.
fn office(
    options: &Options,
    mail: &MailOptions,
    sender: Option<Arc<dyn Sender>>,
    db: &Database,
    clock: &Clock,
) -> Office {
    let links = Links {
        password_reset: mail.password_reset_url.clone(),
        registration_confirm: mail.registration_confirm_url.clone(),
        order_claim: mail.order_claim_url.clone(),
    };
    let reset_within = TimeDelta::minutes(options.accounts.reset_minutes.into());
    Office::new(db.clone(), clock.clone(), sender, links, reset_within)
}

/// What runs beside a server: the sending of letters, and going on with imports that were left.
struct Beside {
    closing: watch::Sender<bool>,
    office: JoinHandle<()>,
}

impl Beside {
    fn begin(office: Office, app: App) -> Self {
        let (closing, closed) = watch::channel(false);
        // It needs no waiting for: each batch is whole or nothing.
        tokio::spawn(app.pick_up_imports(closed.clone()));
        Self {
            closing,
            office: tokio::spawn(office.run(closed)),
        }
    }

    /// Waits for the letter that is on its way: cut off, it would go out once more.
    async fn finish(self) {
        // Nobody listens any more when the office has closed by itself.
        let _ = self.closing.send(true);
        if timeout(LAST_LETTER, self.office).await.is_err() {
            tracing::warn!("a letter was given up that may have gone out");
        }
    }
}

async fn open(options: &Options) -> Result<(SystemDb, Database, Clock), Fault> {
    let url = options.database_url.as_deref().unwrap_or_default();
    let (db, clock) = (Database::connect(url).await?, Clock::system());
    Ok((SystemDb::new(db.clone(), clock.clone()), db, clock))
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Fault> {
    TcpListener::bind(address)
        .await
        .map_err(|fault| Fault::Listen(address, fault))
}

/// Until the operator asks to stop: Ctrl-C or SIGTERM.
async fn stop() {
    let mut terminated =
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(signal) => signal,
            Err(fault) => {
                tracing::warn!(%fault, "SIGTERM cannot be heard");
                let _ = tokio::signal::ctrl_c().await;
                return;
            }
        };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated.recv() => {}
    }
}
