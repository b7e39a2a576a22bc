//! The command line: reads the configuration, reports its faults, and runs what was asked for.

use clap::Parser;
use guildhall::config::{AdminCommand, Cli, Command, limits};
use guildhall::{run, telemetry};
use std::process::ExitCode;

/// An answer is made of very many small pieces.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let Cli { command, options } = Cli::parse();
    let mut faults = options.faults(command.as_ref());
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let limits = limits(variables).unwrap_or_else(|wrong| {
        faults.extend(wrong);
        guildhall::http::Limits::default()
    });
    if let Err(fault) = telemetry::start(&options.log, options.log_format) {
        faults.push(fault);
    }
    if !faults.is_empty() {
        eprintln!("guildhall cannot start:");
        for fault in faults {
            eprintln!("  {fault}");
        }
        return ExitCode::from(2);
    }
    let done = run::runtime().and_then(|runtime| {
        runtime.block_on(async {
            match command {
                None => run::demo(&options, limits).await,
                Some(Command::Serve) => run::serve(&options, limits).await,
                Some(Command::Migrate) => run::migrate(&options).await,
                Some(Command::Check) => run::check(&options).await,
                Some(Command::Admin {
                    command: AdminCommand::Create(admin),
                }) => run::create_admin(&options, &admin).await,
                Some(Command::Import(command)) => run::import(&options, &command).await,
                Some(Command::Export(command)) => run::export(&options, &command).await,
                Some(Command::Template(command)) => run::fill_in(&command),
                Some(Command::Schema) => {
                    print!("{}", guildhall::schema::sdl());
                    Ok(ExitCode::SUCCESS)
                }
            }
        })
    });
    done.unwrap_or_else(|fault| {
        eprintln!("guildhall: {fault}");
        ExitCode::FAILURE
    })
}
