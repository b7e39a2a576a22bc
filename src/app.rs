//! The application: what a running server holds, and the router over it. Tests use the same one.

mod files;
mod uploads;

pub use files::target;

use crate::access::{Database, ScopedDb, Viewer, authenticate};
use crate::accounts::mutation::CREDENTIAL_FIELDS;
use crate::accounts::service::{AccountSettings, Desk};
use crate::clock::Clock;
use crate::config::Introspection;
use crate::error::Error;
use crate::graphql::context::RequestScope;
use crate::graphql::error_boundary::settle_all;
use crate::http::{self, Backend, Limits, Refusal, RequestFacts};
use crate::imports;
use crate::passwords::Passwords;
use crate::schema::{self, Schema};
use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response, ServerError, Value};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use files::UnderWay;
use futures_util::FutureExt;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::watch;
use tracing::Instrument;

/// What may differ between one server and another.
#[derive(Clone, Debug)]
pub struct Settings {
    pub limits: Limits,
    /// Most levels of the tree (T-173).
    pub max_depth: u32,
    /// Beyond so many organizations the tree is not kept in memory.
    pub organizations_in_memory: u32,
    pub introspection: Introspection,
    /// Whether a misspelt name is answered with similar ones (T-119).
    pub suggestions: bool,
    pub accounts: AccountSettings,
}

/// A running server's state. Clones share it.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    schema: Schema,
    db: Database,
    clock: Clock,
    settings: Settings,
    exports: UnderWay,
}

impl App {
    /// A server over `db`, whose tables are up to date.
    #[must_use]
    pub fn new(db: Database, clock: Clock, passwords: Passwords, mut settings: Settings) -> Self {
        settings.limits.credential_fields = CREDENTIAL_FIELDS;
        db.keep_in_memory(settings.organizations_in_memory);
        let desk = Desk {
            settings: settings.accounts.clone(),
            passwords,
        };
        Self(Arc::new(Inner {
            schema: schema::build(settings.suggestions, desk),
            db,
            clock,
            exports: UnderWay::new(settings.limits.exports),
            settings,
        }))
    }

    /// All routes of a server: `/graphql`, `/imports`, `/export`, `/templates`, `/healthz` (it runs) and `/readyz` (its database answers).
    pub fn router(&self) -> Router {
        let ready = Router::new()
            .route("/readyz", get(readyz))
            .with_state(self.clone());
        let door = uploads::Door {
            db: self.0.db.clone(),
            clock: self.0.clock.clone(),
            max_depth: self.0.settings.max_depth,
            limits: self.0.settings.limits.clone(),
        };
        http::routes(self.clone())
            .merge(http::harden(ready))
            .merge(http::harden(uploads::routes(door)))
    }

    /// Goes on with imports that servers which were killed have left, until `closed` says so.
    pub async fn pick_up_imports(self, closed: watch::Receiver<bool>) {
        let Inner {
            db,
            clock,
            settings,
            ..
        } = &*self.0;
        imports::service::pick_up(db.clone(), clock.clone(), settings.max_depth, closed).await;
    }

    /// The limits in force.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.0.settings.limits
    }
}

impl App {
    /// The door for a request of `viewer` that only reads.
    fn reading(&self, viewer: Viewer, request_id: &str) -> ScopedDb {
        let Inner {
            db,
            clock,
            settings,
            ..
        } = &*self.0;
        ScopedDb::new(
            db.clone(),
            viewer,
            clock.clone(),
            request_id,
            settings.max_depth,
        )
        .only_reading()
    }
}

async fn readyz(State(app): State<App>) -> (StatusCode, &'static str) {
    if app.0.db.is_ready().await {
        (StatusCode::OK, "ok")
    } else {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database does not answer",
        )
    }
}

/// A name as long as anybody gives one; it is the client's text.
fn shortened(name: &str) -> &str {
    const LONGEST: usize = 100;
    name.get(..LONGEST).unwrap_or(name)
}

fn code_of(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        _ => None,
    }
}

impl Backend for App {
    type Caller = Viewer;

    async fn authenticate(&self, token: Option<&str>) -> Result<Viewer, Refusal> {
        authenticate(&self.0.db, token, self.0.clock.now())
            .await
            .map_err(|error| match error {
                Error::Unauthenticated => Refusal::Unauthenticated,
                Error::Unavailable => Refusal::Unavailable,
                other => {
                    tracing::error!(cause = ?other, "a caller could not be authenticated");
                    Refusal::Internal
                }
            })
    }

    fn is_signed_in(caller: &Viewer) -> bool {
        caller.is_signed_in()
    }

    async fn execute(&self, caller: Viewer, request: Request, facts: RequestFacts) -> Response {
        let started = Instant::now();
        let viewer = caller.account_id();
        let Inner {
            schema,
            db,
            clock,
            settings,
            ..
        } = &*self.0;
        let db = ScopedDb::new(
            db.clone(),
            caller,
            clock.clone(),
            &facts.request_id,
            settings.max_depth,
        );
        let db = match facts.operation_type {
            OperationType::Query => db.only_reading(),
            _ => db,
        };
        // What fails on the way is logged with the request that it belongs to.
        let span = tracing::error_span!("during", request_id = %facts.request_id);
        let request = request.data(RequestScope::new(db));
        let executed = schema.execute(request).map(|mut response| {
            settle_all(&mut response);
            response
        });
        let response = executed.instrument(span).await;
        let code = response.errors.first().and_then(code_of);
        tracing::info!(
            operation = %facts.operation_type,
            name = facts.operation_name.as_deref().map(shortened),
            viewer = viewer.map(tracing::field::display),
            code,
            cost = facts.cost,
            duration_ms = started.elapsed().as_secs_f64() * 1_000.0,
            request_id = %facts.request_id,
            "request"
        );
        response
    }

    fn limits(&self) -> &Limits {
        &self.0.settings.limits
    }

    fn introspection(&self, caller: &Viewer) -> bool {
        match self.0.settings.introspection {
            Introspection::All => true,
            Introspection::SignedIn => caller.is_signed_in(),
            Introspection::Off => false,
        }
    }
}
