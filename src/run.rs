//! What each command does, from a checked configuration to an exit code.

use crate::access::{ConnectError, Database, SystemDb};
use crate::app::{App, Settings};
use crate::clock::Clock;
use crate::config::{Introspection, Options};
use crate::error::Error;
use crate::http::{self, Limits};
use crate::{demo, graphiql};
use std::net::SocketAddr;
use std::process::ExitCode;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

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
    let clock = Clock::system();
    let db = Database::connect(options.database_url.as_deref().unwrap_or(DEMO_DATABASE)).await?;
    let system = SystemDb::new(db.clone(), clock.clone());
    system.migrate().await?;
    demo::load_once(&system).await?;
    let sign_ins = demo::sign_ins(&system).await?;

    let settings = Settings {
        limits,
        max_depth: options.max_depth,
        introspection: options.introspection.unwrap_or(Introspection::All),
        suggestions: true,
    };
    let app = App::new(db, clock, settings);
    let page = graphiql::Page {
        endpoint: "/graphql",
        token: sign_ins.first().map(|sign_in| sign_in.token.clone()),
        tabs: graphiql::demo_tabs(),
        notice: "demo data · signed in as administrator".to_owned(),
    };
    let router = demo::for_this_machine_only(app.router().merge(graphiql::routes(page)));
    let listener = listen(options.bind).await?;
    demo::greet(listener.local_addr()?, &sign_ins);
    http::serve(listener, router, app.limits(), stop()).await?;
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
        introspection: options.introspection.unwrap_or(Introspection::SignedIn),
        suggestions: false,
    };
    let app = App::new(db, clock, settings);
    let listener = listen(options.bind).await?;
    tracing::info!(address = %listener.local_addr()?, "serving");
    http::serve(listener, app.router(), app.limits(), stop()).await?;
    Ok(ExitCode::SUCCESS)
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
