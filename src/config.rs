//! The command line and the `GUILDHALL_*` variables: one typed struct, all faults reported at once.

mod import;
mod mail;

pub use import::{ImportCommand, TextEncoding};
pub use mail::{MailOptions, is_this_machine};

use crate::accounts::service::RegistrationMode;
use crate::exports::rules::Exported;
use crate::http::{Limits, Tier};
use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use sheets::mapping::Target;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The customer directory that commerce teams run themselves.
///
/// Without a command it runs the demo: a SQLite file with example data, on this machine only.
#[derive(Debug, Parser)]
#[command(name = "guildhall", version)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub options: Options,
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Run the server: needs a database URL, and has no demo data and no GraphiQL
    Serve,
    /// Bring the database's tables up to date and exit
    Migrate,
    /// Print the GraphQL schema and exit
    Schema,
    /// Check the tree and all references of a database; exit code 1 when something is wrong
    Check,
    /// Import a file of organizations, contacts, customers or the like. Exit code 3: the file or its mapping is refused; 4: rows are refused; 5: it waits for somebody
    Import(Box<ImportCommand>),
    /// Write organizations, contacts or prices into a file that can be imported again
    Export(ExportCommand),
    /// Write a workbook to be filled in and imported
    Template(TemplateCommand),
    /// Look after administrators, on the machine itself
    Admin {
        #[command(subcommand)]
        command: AdminCommand,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct ExportCommand {
    /// What to export
    #[arg(value_parser = PossibleValuesParser::new(Exported::ALL.map(Exported::name)))]
    pub kind: String,
    /// The file to write, .csv or .xlsx by its ending; - for CSV to standard output
    pub file: PathBuf,
    /// The login of the account whose rights count; without it those of the only administrator
    #[arg(long = "as", value_name = "LOGIN")]
    pub login: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct TemplateCommand {
    /// What the rows are to be
    #[arg(value_parser = PossibleValuesParser::new(Target::ALL.map(Target::name)))]
    pub kind: String,
    /// The file to write, .xlsx; - for standard output
    pub file: PathBuf,
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum AdminCommand {
    /// Create an account that holds everything everywhere; refused while there is one. The password is read from a file, else from standard input
    Create(AdminCreate),
}

#[derive(Clone, Debug, PartialEq, Eq, Args)]
pub struct AdminCreate {
    /// The name to sign in with
    #[arg(long)]
    pub login: String,
    /// Where mail about the account goes, for resetting the password
    #[arg(long)]
    pub email: Option<String>,
    /// A file that holds the password; without it the first line of standard input does
    #[arg(long)]
    pub password_file: Option<PathBuf>,
    /// Also while there is an administrator; the history keeps that it was forced
    #[arg(long)]
    pub force: bool,
}

#[derive(Clone, Debug, Args)]
pub struct Options {
    /// Where to listen
    #[arg(
        long,
        global = true,
        env = "GUILDHALL_BIND",
        default_value = "127.0.0.1:8080"
    )]
    pub bind: SocketAddr,
    /// sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME; the demo's default is sqlite:guildhall.db
    #[arg(
        long,
        global = true,
        env = "GUILDHALL_DATABASE_URL",
        hide_env_values = true
    )]
    pub database_url: Option<String>,
    /// Most levels of the organization tree
    #[arg(long, global = true, env = "GUILDHALL_MAX_DEPTH", default_value_t = 32)]
    pub max_depth: u32,
    /// Keep the organization tree in memory up to so many organizations, some 500 bytes each; 0 for never
    #[arg(
        long,
        global = true,
        env = "GUILDHALL_ORGANIZATIONS_IN_MEMORY",
        default_value_t = crate::access::MOST_ORGANIZATIONS
    )]
    pub organizations_in_memory: u32,
    /// Who may read the schema by introspection [default: all in the demo, signed-in with serve]
    #[arg(long, global = true, env = "GUILDHALL_INTROSPECTION", value_enum)]
    pub introspection: Option<Introspection>,
    /// What to log, such as info or guildhall=debug
    #[arg(
        long,
        global = true,
        env = "GUILDHALL_LOG",
        default_value = "info,sea_orm_migration=warn,sqlx=warn"
    )]
    pub log: String,
    /// How log lines look
    #[arg(long, global = true, env = "GUILDHALL_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    #[command(flatten)]
    pub accounts: AccountOptions,
    #[command(flatten)]
    pub mail: MailOptions,
}

/// How people come in.
#[derive(Clone, Debug, Args)]
pub struct AccountOptions {
    /// How strangers register [default: instant in the demo, confirm with serve]
    #[arg(long, global = true, env = "GUILDHALL_REGISTRATION", value_enum)]
    pub registration: Option<RegistrationMode>,
    /// Hours that a session lasts
    #[arg(
        long,
        global = true,
        env = "GUILDHALL_SESSION_HOURS",
        default_value_t = 168
    )]
    pub session_hours: u32,
    /// Minutes that a token to set a new password is good
    #[arg(
        long,
        global = true,
        env = "GUILDHALL_RESET_MINUTES",
        default_value_t = 60
    )]
    pub reset_minutes: u32,
}

impl AccountOptions {
    fn faults(&self) -> impl Iterator<Item = String> {
        let hours = (1..=8_760).contains(&self.session_hours);
        let minutes = (5..=2_880).contains(&self.reset_minutes);
        [
            (!hours).then(|| "GUILDHALL_SESSION_HOURS must be from 1 to 8760".to_owned()),
            (!minutes).then(|| "GUILDHALL_RESET_MINUTES must be from 5 to 2880".to_owned()),
        ]
        .into_iter()
        .flatten()
    }
}

/// Who may read the schema by introspection (T-119).
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Introspection {
    All,
    SignedIn,
    Off,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

/// The most levels of the tree that can be asked for: each organization has a row for each of its ancestors.
const DEEPEST: u32 = 256;

impl Options {
    /// What is wrong with these options for `command`, each as a sentence that names the setting.
    #[must_use]
    pub fn faults(&self, command: Option<&Command>) -> Vec<String> {
        let mut faults: Vec<String> = self.accounts.faults().chain(self.mail.faults()).collect();
        if self.max_depth == 0 || self.max_depth > DEEPEST {
            faults.push(format!("GUILDHALL_MAX_DEPTH must be from 1 to {DEEPEST}"));
        }
        let url = self.database_url.as_deref();
        match command {
            None => {
                if !self.bind.ip().is_loopback() {
                    faults.push("GUILDHALL_BIND: the demo hands out its tokens, so it listens on this machine only; use serve".to_owned());
                }
                if url.is_some_and(|url| !url.starts_with("sqlite:")) {
                    faults.push("GUILDHALL_DATABASE_URL: the demo keeps its data in a SQLite file; use serve for PostgreSQL".to_owned());
                }
            }
            Some(Command::Schema | Command::Template(_)) => {}
            Some(
                Command::Serve
                | Command::Migrate
                | Command::Check
                | Command::Import(_)
                | Command::Export(_)
                | Command::Admin { .. },
            ) => match url {
                None => {
                    faults.push("GUILDHALL_DATABASE_URL (or --database-url) is missing".to_owned());
                }
                Some(url)
                    if !["sqlite:", "postgres:", "postgresql:"]
                        .iter()
                        .any(|kind| url.starts_with(kind)) =>
                {
                    faults.push(
                        "GUILDHALL_DATABASE_URL must begin with sqlite: or postgres:".to_owned(),
                    );
                }
                Some(_) => {}
            },
        }
        if url.is_some_and(|url| {
            url.starts_with("sqlite:") && (url.contains(":memory:") || url.contains("mode=memory"))
        }) {
            faults.push("GUILDHALL_DATABASE_URL: a database in memory would be another one for each connection".to_owned());
        }
        faults
    }
}

macro_rules! limits {
    ($limits:ident, $read:ident; tiers: $($tier:ident),+; single: $($single:ident),+ $(,)?) => {
        $($limits.$tier = Tier {
            anonymous: $read(concat!(stringify!($tier), "_anonymous"), $limits.$tier.anonymous),
            signed_in: $read(concat!(stringify!($tier), "_signed_in"), $limits.$tier.signed_in),
        };)+
        $($limits.$single = $read(stringify!($single), $limits.$single);)+
    };
}

/// What the variables of limits begin with.
const LIMIT: &str = "GUILDHALL_LIMIT_";

/// The limits, each from `GUILDHALL_LIMIT_` and its name in capitals where `variables` have it, else as they are by default.
///
/// The rows of a page are no setting: lists refuse more than 100 whatever the cost may be.
///
/// # Errors
/// A sentence for each value that is not a whole number from 0 to 4,294,967,295, and for each name that is no limit.
pub fn limits(variables: impl Iterator<Item = (String, String)>) -> Result<Limits, Vec<String>> {
    let mut given: BTreeMap<String, String> = variables
        .filter(|(name, _)| name.starts_with(LIMIT))
        .collect();
    let mut faults = Vec::new();
    let mut limits = Limits::default();
    let mut read = |name: &str, default: u32| {
        let name = format!("{LIMIT}{}", name.to_uppercase());
        match given.remove(&name).map(|text| text.trim().parse()) {
            None => default,
            Some(Ok(value)) => value,
            Some(Err(_)) => {
                faults.push(format!("{name} must be a whole number"));
                default
            }
        }
    };
    limits!(limits, read;
        tiers: body_bytes, tokens, root_fields, aliases, expanded_fields, cost, resolved_fields;
        single: bracket_depth, directives, selection_depth, introspection_depth, introspection_lists, introspection_schemas,
            introspection_types, operations, fragments, items_per_row, variables_depth, list_input, variables_values, errors,
            request_ms, header_ms, body_ms, upload_bytes, upload_idle_ms, connections, in_flight, exports, export_stall_ms,
    );
    // A misspelt limit would leave the server without the one that was meant.
    faults.extend(
        given
            .into_keys()
            .map(|name| format!("{name} is not a limit that there is")),
    );
    // The scan is linear, but what comes behind it recurses: beyond this a worker's stack would end.
    if limits.bracket_depth > DEEPEST {
        faults.push(format!(
            "GUILDHALL_LIMIT_BRACKET_DEPTH must be at most {DEEPEST}"
        ));
    }
    if faults.is_empty() {
        Ok(limits)
    } else {
        Err(faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_come_from_variables_named_after_them_and_all_faults_are_told() {
        let variables = |given: &[(&str, &str)]| {
            let owned: Vec<_> = given
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            limits(owned.into_iter())
        };
        let set = [
            ("GUILDHALL_LIMIT_COST_SIGNED_IN", "77"),
            ("GUILDHALL_LIMIT_ERRORS", "3"),
            ("GUILDHALL_BIND", "x"),
        ];
        let got = variables(&set).unwrap_or_default();
        assert_eq!(
            (got.cost.signed_in, got.cost.anonymous, got.errors),
            (77, Limits::default().cost.anonymous, 3)
        );
        let wrong = [
            ("GUILDHALL_LIMIT_BODY_MS", "soon"),
            ("GUILDHALL_LIMIT_COSTS", "1"),
            ("GUILDHALL_LIMIT_PAGE", "1"),
        ];
        let faults = variables(&wrong).err();
        let expected = [
            "GUILDHALL_LIMIT_BODY_MS must be a whole number",
            "GUILDHALL_LIMIT_COSTS is not a limit that there is",
            "GUILDHALL_LIMIT_PAGE is not a limit that there is",
        ];
        assert_eq!(
            faults.as_deref(),
            Some(expected.map(str::to_owned).as_slice())
        );
    }

    #[test]
    fn cost_counts_pages_as_large_as_lists_let_them_be() {
        let most = crate::graphql::connection::MOST_ITEMS;
        assert_eq!(i32::try_from(Limits::default().page), Ok(most));
    }
}
