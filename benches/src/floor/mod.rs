//! The floor: what the same answers cost when somebody writes the SQL and the JSON by hand, with an address for each, without GraphQL,
//! without rights, without history. Nobody would want to keep it; it is there to be compared with.

mod answers;
mod json;
mod postgres;
mod sqlite;

use crate::fault::Fault;
use crate::sql::sqlite_path;
use answers::{Basket, NewContact};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::net::SocketAddr;
use tokio::net::TcpListener;
use uuid::Uuid;

type Answer = Result<String, Fault>;

/// Answers from a database.
trait Store: Clone + Send + Sync + 'static {
    fn contact(&self, id: Uuid) -> impl Future<Output = Answer> + Send;
    fn page(&self, from: After) -> impl Future<Output = Answer> + Send;
    fn tree(&self, id: Uuid) -> impl Future<Output = Answer> + Send;
    fn ancestors(&self, id: Uuid) -> impl Future<Output = Answer> + Send;
    fn descendants(&self, id: Uuid) -> impl Future<Output = Answer> + Send;
    fn by_email(&self, from: After) -> impl Future<Output = Answer> + Send;
    fn prices(&self, basket: Basket) -> impl Future<Output = Answer> + Send;
    fn create(&self, contact: NewContact) -> impl Future<Output = Answer> + Send;
}

/// A position in an order, with the beginning of the e-mails that are asked for.
#[derive(Debug, Default)]
pub struct After {
    key: String,
    id: Uuid,
    prefix: String,
}

impl After {
    fn of(query: Option<&str>) -> Self {
        let mut after = Self::default();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match &*name {
                "key" => after.key = value.into_owned(),
                "id" => after.id = value.parse().unwrap_or_default(),
                _ => after.prefix = value.into_owned(),
            }
        }
        after
    }
}

/// Serves the database at `url` until it is killed.
///
/// # Errors
/// A database that does not answer, an address that is taken.
pub async fn serve(url: &str, bind: SocketAddr) -> Result<(), Fault> {
    let router = match sqlite_path(url) {
        Some(path) => router(sqlite::Floor::new(path)?),
        None => router(postgres::Floor::new(url).await?),
    };
    let listener = TcpListener::bind(bind).await?;
    Ok(axum::serve(listener, router).await?)
}

fn router<S: Store>(store: S) -> Router {
    let page = async |State(on): State<S>, RawQuery(query): RawQuery| {
        shown(on.page(After::of(query.as_deref())).await)
    };
    let by_email = async |State(on): State<S>, RawQuery(query): RawQuery| {
        shown(on.by_email(After::of(query.as_deref())).await)
    };
    let prices = async |State(on): State<S>, body: Bytes| {
        shown(match serde_json::from_slice(&body) {
            Ok(basket) => on.prices(basket).await,
            Err(fault) => Err(fault.into()),
        })
    };
    let create = async |State(on): State<S>, body: Bytes| {
        shown(match serde_json::from_slice(&body) {
            Ok(contact) => on.create(contact).await,
            Err(fault) => Err(fault.into()),
        })
    };
    Router::new()
        .route("/readyz", get(async || "ok"))
        .route(
            "/q1/{id}",
            get(async |State(on): State<S>, Path(id)| shown(on.contact(id).await)),
        )
        .route("/q2", get(page))
        .route(
            "/q3/{id}",
            get(async |State(on): State<S>, Path(id)| shown(on.tree(id).await)),
        )
        .route(
            "/q4/{id}",
            get(async |State(on): State<S>, Path(id)| shown(on.ancestors(id).await)),
        )
        .route(
            "/q5/{id}",
            get(async |State(on): State<S>, Path(id)| shown(on.descendants(id).await)),
        )
        .route("/q6", get(by_email))
        .route("/m1", post(create))
        .route("/p1", post(prices))
        .with_state(store)
}

/// What went wrong is told: nobody but the driver asks.
fn shown(answer: Answer) -> Response {
    match answer {
        Ok(body) => ([(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(Fault(why)) => (StatusCode::INTERNAL_SERVER_ERROR, why).into_response(),
    }
}
