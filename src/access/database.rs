//! Connections: a pool of readers and one writer lane on SQLite, one pool on PostgreSQL.

use super::attempts::Turns;
use super::callers::Callers;
use super::lane::{Lane, Turn};
use super::memory::Memory;
use sea_orm::sqlx::Connection as _;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::Notify;

/// How long a statement may wait for a connection before the caller is told that the server is busy.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a statement may run on PostgreSQL.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection idle for longer is tested before use.
const TEST_IF_IDLE_FOR: Duration = Duration::from_secs(30);
const READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 6;
const STEADY_CONNECTIONS: u32 = 4;

/// The connections to one database. Clones share them.
#[derive(Clone, Debug)]
pub struct Database {
    reader: DatabaseConnection,
    /// For statements whose best plan does not depend on their values: PostgreSQL makes it once, and not each time.
    steady: DatabaseConnection,
    /// On SQLite a single connection, so that writers queue in the process instead of failing as busy.
    writer: DatabaseConnection,
    lane: Arc<Lane>,
    statements: Arc<Statements>,
    turns: Arc<Turns>,
    callers: Arc<Callers>,
    memory: Arc<Memory>,
    posted: Arc<Notify>,
}

type Listener = Box<dyn Fn(&Statement) + Send + Sync>;

/// The statements that were run.
#[derive(Default)]
struct Statements {
    count: AtomicU64,
    listener: OnceLock<Listener>,
}

impl Statements {
    fn ran(&self, statement: &Statement) {
        self.count.fetch_add(1, Ordering::Relaxed);
        if let Some(listener) = self.listener.get() {
            listener(statement);
        }
    }
}

impl fmt::Debug for Statements {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Statements")
    }
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
        let statements = Arc::<Statements>::default();
        let (reader, steady, writer) = if url.starts_with("sqlite:") {
            // The writer goes first: it makes the file and sets its journal mode.
            let writer = pool(sqlite(url, 1, makes_file), &statements).await?;
            let reader = pool(sqlite(url, READERS, false), &statements).await?;
            (reader.clone(), reader, writer)
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let reader = postgres(url, POSTGRES_CONNECTIONS, "force_custom_plan");
            let steady = postgres(url, STEADY_CONNECTIONS, "force_generic_plan");
            (
                pool(reader, &statements).await?,
                pool(steady, &statements).await?,
                pool(postgres(url, POSTGRES_CONNECTIONS, "auto"), &statements).await?,
            )
        } else {
            return Err(ConnectError::UnknownKind);
        };
        Ok(Self {
            reader,
            steady,
            writer,
            lane: Arc::default(),
            statements,
            turns: Arc::default(),
            callers: Arc::default(),
            memory: Arc::default(),
            posted: Arc::default(),
        })
    }

    pub(super) fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// As [`Self::reader`], for statements that are planned once for all values: by ids and by position, never by what some values have
    /// many of and others few.
    pub(super) fn steady(&self) -> &DatabaseConnection {
        &self.steady
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

    /// Begins one write: in a transaction of its own on PostgreSQL, in one with those that wait for it on SQLite.
    pub(super) async fn turn(&self) -> crate::error::Result<Turn> {
        match self.engine() {
            DbBackend::Sqlite => self.lane.turn(self).await,
            _ => self.lane.alone(self).await,
        }
    }

    pub(super) fn engine(&self) -> DbBackend {
        self.reader.get_database_backend()
    }

    /// The attempts to sign in that this process has under way.
    pub(super) fn turns(&self) -> &Turns {
        &self.turns
    }

    /// The requests that wait to be told who sent them.
    pub(super) fn callers(&self) -> &Callers {
        &self.callers
    }

    /// What this process keeps of the directory.
    pub(super) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Wakes whoever sends letters, when one was put into the outbox.
    #[must_use]
    pub fn posted(&self) -> &Notify {
        &self.posted
    }

    /// How many statements were run since the start, transactions' own words not counted.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.count.load(Ordering::Relaxed)
    }

    /// Shows `listener` each statement that is run from now on, for looking at plans; the first one stays. Costs nothing where nobody listens.
    pub fn listen(&self, listener: impl Fn(&Statement) + Send + Sync + 'static) {
        // A second listener is not heard.
        let _ = self.statements.listener.set(Box::new(listener));
    }

    /// How many transactions the changes of viewers were committed in since the start: on SQLite fewer than changes, where these met.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.lane.commits()
    }

    /// Closes all connections; on SQLite everything is in the file itself then.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn close(self) -> Result<(), DbErr> {
        self.reader.close().await?;
        self.steady.close().await?;
        self.writer.close().await
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        self.reader.ping().await.is_ok()
    }
}

async fn pool(
    options: ConnectOptions,
    statements: &Arc<Statements>,
) -> Result<DatabaseConnection, DbErr> {
    let mut connection = sea_orm::Database::connect(options).await?;
    let counter = Arc::clone(statements);
    connection.set_metric_callback(move |run| counter.ran(run.statement));
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
            .pragma("cache_size", "-16384")
            // Pages are read where the system keeps them anyway, and not copied into the cache of each connection.
            .pragma("mmap_size", "2147418112")
            // What was deleted is overwritten in the file (T-213).
            .pragma("secure_delete", "ON")
            .optimize_on_close(true, None)
    });
    options.map_sqlx_sqlite_pool_opts(|pool| {
        // Where SQLite rolled back by itself, as on a full disk, the driver still counts a transaction as open, and would make the next
        // one a savepoint in nothing. Such a connection is closed, and a fresh one takes its place.
        pool.before_acquire(|connection, _| {
            let sound = !connection.is_in_transaction();
            Box::pin(async move { Ok(sound) })
        })
    });
    options
}

/// `planning`: whether a statement is planned each time, by its values, or once for all.
fn postgres(url: &str, connections: u32, planning: &'static str) -> ConnectOptions {
    let mut options = common(url, connections);
    options
        .statement_timeout(STATEMENT_TIMEOUT)
        .set_application_name("guildhall")
        // What it costs to compile a plan is more than any of ours gains.
        .map_sqlx_postgres_opts(move |postgres| {
            postgres.options([("plan_cache_mode", planning), ("jit", "off")])
        });
    options
}
