//! Measures the server beside hand-written SQL, on generated data. See `docs/performance.md` for what is measured and how.

#![warn(clippy::pedantic)]
#![allow(
    clippy::doc_markdown,
    reason = "descriptions of the command line are read as they are"
)]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "numbers here count rows, milliseconds and clients"
)]

mod check;
mod child;
mod data;
mod drive;
mod fault;
mod floor;
mod measure;
mod process;
mod requests;
mod sql;
mod statements;
mod table;
mod wire;

use clap::{Args, Parser, Subcommand};
use data::{Size, Viewer};
use fault::{Fault, told};
use guildhall::config;
use measure::Plan;
use requests::Query;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Parser)]
#[command(name = "guildhall-bench", about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fill an empty database with the data to measure on; prints the tokens of the two viewers
    Generate {
        /// How much
        #[arg(long, value_enum)]
        size: Size,
        /// sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME
        #[arg(long)]
        database: String,
    },
    /// Measure; prints a table
    Run(Run),
    /// Be the server, for the test of this command: `run --server` with this very program
    #[command(hide = true)]
    Serve {
        #[arg(long)]
        bind: SocketAddr,
    },
    /// Serve the same answers from hand-written SQL
    #[command(hide = true)]
    Floor {
        #[arg(long)]
        database: String,
        #[arg(long)]
        bind: SocketAddr,
    },
}

#[derive(Debug, Args)]
struct Run {
    /// How much there is in the database
    #[arg(long, value_enum)]
    size: Size,
    /// A database that was filled with that; without one a SQLite file is made and thrown away
    #[arg(long)]
    database: Option<String>,
    /// How many ask at the same time
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..))]
    clients: u16,
    /// How long each stretch of load lasts
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// How many stretches each server gets, in turn with the other
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Only these requests
    #[arg(long, value_enum, ignore_case = true, value_delimiter = ',')]
    only: Vec<Query>,
    /// Only for this viewer
    #[arg(long, value_enum)]
    viewer: Option<Viewer>,
    /// The server; without one it is built from the sources
    #[arg(long)]
    server: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match carry_out(Cli::parse().command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(Fault(why)) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

async fn carry_out(command: Command) -> Result<(), Fault> {
    match command {
        Command::Generate { size, database } => {
            data::fill(&database, size).await?;
            for viewer in Viewer::ALL {
                println!("{}: {}", viewer.name(), viewer.token());
            }
            Ok(())
        }
        Command::Run(run) => measured(run).await,
        Command::Serve { bind } => serve(bind).await,
        Command::Floor { database, bind } => floor::serve(&database, bind).await,
    }
}

async fn serve(bind: SocketAddr) -> Result<(), Fault> {
    let bind = bind.to_string();
    let cli = config::Cli::parse_from(["guildhall", "serve", "--bind", &bind]);
    let limits = config::limits(std::env::vars()).map_err(|faults| told(faults.join("; ")))?;
    guildhall::run::serve(&cli.options, limits).await?;
    Ok(())
}

async fn measured(run: Run) -> Result<(), Fault> {
    let server = match run.server {
        Some(server) => server,
        None => child::built()?,
    };
    if !(0.01..=3_600.0).contains(&run.seconds) {
        return Err(told("--seconds must be from 0.01 to 3600"));
    }
    let scratch = tempfile::tempdir()?;
    let made = format!("sqlite:{}", scratch.path().join("bench.db").display());
    if run.database.is_none() {
        data::fill(&made, run.size).await?;
    }
    let plan = Plan {
        url: run.database.unwrap_or(made),
        size: run.size,
        clients: run.clients.into(),
        seconds: run.seconds,
        rounds: run.rounds,
        queries: if run.only.is_empty() {
            Query::ALL.to_vec()
        } else {
            run.only
        },
        viewers: run
            .viewer
            .map_or(Viewer::ALL.to_vec(), |viewer| vec![viewer]),
        server,
    };
    measure::run(&plan).await
}
