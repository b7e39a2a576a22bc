//! Connections: a pool of readers and one writer lane on SQLite, one pool on PostgreSQL.

use super::attempts::Turns;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

/// How long a statement may wait for a connection before the caller is told that the server is busy.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a statement may run on PostgreSQL.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection idle for longer is tested before use.
const TEST_IF_IDLE_FOR: Duration = Duration::from_secs(30);
const READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 8;

/// The connections to one database. Clones share them.
#[derive(Clone, Debug)]
pub struct Database {
    reader: DatabaseConnection,
    /// On SQLite a single connection, so that writers queue in the process instead of failing as busy.
    writer: DatabaseConnection,
    statements: Arc<AtomicU64>,
    turns: Arc<Turns>,
    posted: Arc<Notify>,
}

/// Why there is no database. The text never holds the URL, which may carry a password.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("the database URL must begin with sqlite: or postgres:")]
    UnknownKind,
    #[error("the database cannot be opened: {0}")]
    Failed(#[from] DbErr),
}

impl Database {
    /// Opens `url`: `sqlite:PATH` (the file is made when it is not there) or `postgres://...`.
    ///
    /// # Errors
    /// [`ConnectError`] for another kind of URL, or when the database does not answer.
    pub async fn connect(url: &str) -> Result<Self, ConnectError> {
        Self::open(url, true).await
    }

    /// The same for a database that must be there: a misspelt path makes no file.
    ///
    /// # Errors
    /// As [`Self::connect`], and when the file is not there.
    pub async fn connect_existing(url: &str) -> Result<Self, ConnectError> {
        Self::open(url, false).await
    }

    async fn open(url: &str, makes_file: bool) -> Result<Self, ConnectError> {
        let statements = Arc::new(AtomicU64::new(0));
        let (reader, writer) = if url.starts_with("sqlite:") {
            // The writer goes first: it makes the file and sets its journal mode.
            let writer = pool(sqlite(url, 1, makes_file), &statements).await?;
            (
                pool(sqlite(url, READERS, false), &statements).await?,
                writer,
            )
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let both = pool(postgres(url), &statements).await?;
            (both.clone(), both)
        } else {
            return Err(ConnectError::UnknownKind);
        };
        Ok(Self {
            reader,
            writer,
            statements,
            turns: Arc::default(),
            posted: Arc::default(),
        })
    }

    pub(super) fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    pub(super) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Begins a transaction that writes.
    pub(super) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let mut options = TransactionOptions::default();
        if self.engine() == DbBackend::Sqlite {
            // Taken as a writer from the start: a reader that becomes one may be refused.
            options.sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
        }
        self.writer.begin_with_options(options).await
    }

    pub(super) fn engine(&self) -> DbBackend {
        self.reader.get_database_backend()
    }

    /// The attempts to sign in that this process has under way.
    pub(super) fn turns(&self) -> &Turns {
        &self.turns
    }

    /// Wakes whoever sends letters, when one was put into the outbox.
    #[must_use]
    pub fn posted(&self) -> &Notify {
        &self.posted
    }

    /// How many statements were run since the start, transactions' own words not counted.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Closes all connections; on SQLite everything is in the file itself then.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn close(self) -> Result<(), DbErr> {
        self.reader.close().await?;
        self.writer.close().await
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        self.reader.ping().await.is_ok()
    }
}

async fn pool(
    options: ConnectOptions,
    statements: &Arc<AtomicU64>,
) -> Result<DatabaseConnection, DbErr> {
    let mut connection = sea_orm::Database::connect(options).await?;
    let counter = Arc::clone(statements);
    connection.set_metric_callback(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
    });
    Ok(connection)
}

fn common(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire_if_idle_for(TEST_IF_IDLE_FOR)
        .sqlx_logging(false);
    options
}

fn sqlite(url: &str, connections: u32, makes_file: bool) -> ConnectOptions {
    let mut options = common(url, connections);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .create_if_missing(makes_file)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // What was acknowledged is there after a kill -9 and after a power cut.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(ACQUIRE_TIMEOUT)
            .pragma("cache_size", "-65536")
            .optimize_on_close(true, None)
    });
    options
}

fn postgres(url: &str) -> ConnectOptions {
    let mut options = common(url, POSTGRES_CONNECTIONS);
    options
        .statement_timeout(STATEMENT_TIMEOUT)
        .set_application_name("guildhall");
    options
}
