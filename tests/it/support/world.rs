//! A server over a database of its own, with a clock that stands still.

use super::postgres::Postgres;
use axum::Router;
use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::{AccountId, ContactId, OrganizationId, RoleAssignmentId, RoleId};
use entity::role_assignment::{self, Scope};
use guildhall::access::{ADMINISTRATORS, Database, MOST_ORGANIZATIONS, Permission, SystemDb};
use guildhall::accounts::service::{AccountSettings, RegistrationMode};
use guildhall::app::{App, Settings};
use guildhall::clock::Clock;
use guildhall::config::Introspection;
use guildhall::http::Limits;
use guildhall::mail::{Links, Office, Spool};
use guildhall::passwords::Passwords;
use sea_orm::{ConnectionTrait, Set};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// Which database engine a world stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A server with a database of its own.
pub struct World {
    pub engine: Engine,
    pub app: App,
    pub router: Router,
    pub db: Database,
    pub system: SystemDb,
    pub url: String,
    pub clock: Clock,
    pub settings: Settings,
    pub office: Office,
    /// Holds every permission everywhere.
    pub admin: Person,
    letters: TempDir,
    _folder: Option<TempDir>,
    _borrowed: Option<Borrowed>,
}

/// A database on a server that is not ours: it goes with its world, where a cluster of our own goes as a whole.
struct Borrowed(String);

impl Drop for Borrowed {
    fn drop(&mut self) {
        let name = self.0.clone();
        // A thread and a runtime of its own: whoever drops a world may be inside one.
        let gone = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.expect("a runtime").block_on(async {
                let postgres = Postgres::of_this_run().expect("a PostgreSQL");
                let raw = sea_orm::Database::connect(postgres.maintenance_url()).await;
                let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                raw.expect("a PostgreSQL that answers")
                    .execute_unprepared(&sql)
                    .await
            })
        });
        if !matches!(gone.join(), Ok(Ok(_))) {
            eprintln!("the database {} of a test is left over", self.0);
        }
    }
}

/// Somebody to send requests as.
#[derive(Clone, Debug)]
pub struct Person {
    /// None for somebody who is not signed in.
    pub token: Option<String>,
    pub account: Option<AccountId>,
}

impl Person {
    /// Somebody who is not signed in.
    pub fn anonymous() -> Self {
        Self {
            token: None,
            account: None,
        }
    }
}

/// The present of every world.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).expect("2026-01-01T00:00:00Z")
}

/// Runs `test` in a fresh world on SQLite, and in another one on PostgreSQL where there is one.
pub async fn each_engine(test: impl AsyncFn(World)) {
    test(World::on(Engine::Sqlite).await).await;
    if Postgres::of_this_run().is_some() {
        eprintln!("--- the same on PostgreSQL ---");
        test(World::on(Engine::Postgres).await).await;
    }
}

impl World {
    /// A fresh world with what every directory is seeded with, and an administrator.
    pub async fn on(engine: Engine) -> Self {
        Self::with(engine, |_| {}).await
    }

    /// A world on SQLite in which nobody is, not even an administrator.
    pub async fn empty() -> Self {
        let mut world = Self::on(Engine::Sqlite).await;
        world
            .sql("DELETE FROM role_assignment; DELETE FROM session; DELETE FROM account")
            .await;
        world.admin = Person::anonymous();
        world
    }

    /// The same, with other settings.
    pub async fn with(engine: Engine, change: impl FnOnce(&mut Settings)) -> Self {
        let (url, folder, borrowed) = match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().expect("a folder");
                let file = folder.path().join("guildhall.db");
                std::fs::copy(sqlite_template().await, &file).expect("a copy of the template");
                (format!("sqlite:{}", file.display()), Some(folder), None)
            }
            Engine::Postgres => {
                let (url, borrowed) = fresh_postgres().await;
                (url, None, borrowed)
            }
        };
        let clock = Clock::fixed(now());
        let db = Database::connect(&url).await.expect("a database");
        let system = SystemDb::new(db.clone(), clock.clone());
        let mut settings = Settings {
            limits: Limits::default(),
            max_depth: 32,
            organizations_in_memory: MOST_ORGANIZATIONS,
            introspection: Introspection::All,
            suggestions: false,
            accounts: AccountSettings {
                registration: RegistrationMode::Instant,
                session: TimeDelta::hours(168),
                neutral_answer: Duration::ZERO,
            },
        };
        change(&mut settings);
        let app = App::new(db.clone(), clock.clone(), passwords(), settings.clone());
        let letters = tempfile::tempdir().expect("a folder");
        let spool = Spool::new(letters.path(), "Guildhall <guildhall@example.com>");
        let office = Office::new(
            db.clone(),
            clock.clone(),
            Some(Arc::new(spool.expect("a spool"))),
            Links::default(),
            TimeDelta::minutes(60),
        );
        let mut world = Self {
            engine,
            router: app.router(),
            app,
            db,
            system,
            url,
            clock,
            settings,
            office,
            letters,
            admin: Person::anonymous(),
            _folder: folder,
            _borrowed: borrowed,
        };
        world.admin = world.account("administrator", None).await;
        world
            .assign(&world.admin, ADMINISTRATORS, Scope::Global, None)
            .await;
        world
    }

    /// An account with a session, that holds nothing but what every account holds.
    pub async fn account(&self, login: &str, contact: Option<ContactId>) -> Person {
        let account = self
            .system
            .create_account(login, contact)
            .await
            .expect("an account");
        let token = self
            .system
            .open_session(account, TimeDelta::hours(1))
            .await
            .expect("a session");
        Person {
            token: Some(token),
            account: Some(account),
        }
    }

    /// An account that holds `permissions` over `scope`.
    pub async fn holder(
        &self,
        login: &str,
        permissions: &[Permission],
        scope: Scope,
        organization: Option<&str>,
    ) -> Person {
        let person = self.account(login, None).await;
        let role = self
            .system
            .create_role(&format!("role of {login}"), permissions)
            .await
            .expect("a role");
        self.assign(&person, role, scope, organization).await;
        person
    }

    /// Gives `person` a role. `organization` is a global id.
    pub async fn assign(
        &self,
        person: &Person,
        role: RoleId,
        scope: Scope,
        organization: Option<&str>,
    ) -> RoleAssignmentId {
        let organization = organization.map(organization_id);
        let row = role_assignment::ActiveModel {
            account_id: Set(person.account.expect("somebody with an account")),
            role_id: Set(role),
            scope: Set(scope),
            organization_id: Set(organization),
            valid_from: Set(None),
            valid_until: Set(None),
            ..Default::default()
        };
        self.system.assign_role(row).await.expect("an assignment")
    }

    /// How many statements `act` runs.
    pub async fn statements_of<T>(&self, act: impl Future<Output = T>) -> (u64, T) {
        let before = self.db.statements();
        let done = act.await;
        (self.db.statements() - before, done)
    }

    /// Another server over the same database, with connections of its own.
    pub async fn replica(&self) -> Router {
        self.replica_with(|_| {}).await
    }

    /// The same, with other settings.
    pub async fn replica_with(&self, change: impl FnOnce(&mut Settings)) -> Router {
        let db = Database::connect(&self.url).await.expect("a database");
        let mut settings = self.settings.clone();
        change(&mut settings);
        App::new(db, self.clock.clone(), passwords(), settings).router()
    }

    /// Sends what is due, and answers all letters that ever went out, the oldest first.
    pub async fn letters(&self) -> Vec<String> {
        self.office.send_due().await.expect("the letters to go out");
        let mut letters: Vec<_> = std::fs::read_dir(self.letters.path())
            .expect("a folder")
            .map(|file| file.expect("a file").path())
            .collect();
        letters.sort();
        letters
            .into_iter()
            .map(|file| std::fs::read_to_string(file).expect("a letter"))
            .collect()
    }

    /// Runs SQL past the product: for what only a fault could do, and for looking at what is stored.
    pub async fn sql(&self, sql: &str) {
        let raw = sea_orm::Database::connect(&self.url)
            .await
            .expect("a connection");
        raw.execute_unprepared(sql).await.expect("the SQL to run");
        raw.close().await.expect("an end");
    }

    /// The first column of the first row that `sql` answers, as a number.
    pub async fn number(&self, sql: &str) -> i64 {
        let raw = sea_orm::Database::connect(&self.url)
            .await
            .expect("a connection");
        let backend = raw.get_database_backend();
        let row = raw
            .query_one_raw(sea_orm::Statement::from_string(backend, sql))
            .await
            .expect("the SQL to run")
            .expect("a row");
        let number = row.try_get_by_index(0).expect("a number");
        raw.close().await.expect("an end");
        number
    }
}

/// One for all tests, as one is enough for a server.
pub fn passwords() -> Passwords {
    static PASSWORDS: LazyLock<Passwords> = LazyLock::new(|| Passwords::new(2));
    PASSWORDS.clone()
}

/// The id behind a global id.
pub fn organization_id(global: &str) -> OrganizationId {
    global
        .strip_prefix("organization:")
        .and_then(|id| id.parse().ok())
        .expect("the id of an organization")
}

/// A SQLite file with tables and seeds, made once and copied for each world.
async fn sqlite_template() -> &'static PathBuf {
    static TEMPLATE: OnceCell<(PathBuf, TempDir)> = OnceCell::const_new();
    let made = TEMPLATE.get_or_init(async || {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("template.db");
        let db = Database::connect(&format!("sqlite:{}", file.display()))
            .await
            .expect("a database");
        SystemDb::new(db.clone(), Clock::fixed(now()))
            .migrate()
            .await
            .expect("tables");
        db.close().await.expect("everything in the file itself");
        (file, folder)
    });
    &made.await.0
}

/// A PostgreSQL database copied from a template that is made once.
async fn fresh_postgres() -> (String, Option<Borrowed>) {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let postgres = Postgres::of_this_run().expect("a PostgreSQL");
    let template = TEMPLATE
        .get_or_init(async || {
            let name = format!("guildhall_test_{}", std::process::id());
            create_database(postgres, &name, "template0").await;
            let db = Database::connect(&postgres.url(&name))
                .await
                .expect("a database");
            SystemDb::new(db.clone(), Clock::fixed(now()))
                .migrate()
                .await
                .expect("tables");
            db.close().await.expect("nobody on the template");
            name
        })
        .await;
    let name = format!("{template}_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    create_database(postgres, &name, template).await;
    let url = postgres.url(&name);
    (url, (!postgres.is_ours()).then(|| Borrowed(name)))
}

async fn create_database(postgres: &Postgres, name: &str, template: &str) {
    // One at a time: two copies of one template get in each other's way.
    static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _turn = TURN.lock().await;
    let raw = sea_orm::Database::connect(postgres.maintenance_url())
        .await
        .expect("a PostgreSQL that answers");
    raw.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}"))
        .await
        .expect("no old database");
    raw.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {template}"))
        .await
        .expect("a database");
    raw.close().await.expect("an end");
}
