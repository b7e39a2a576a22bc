//! The HTTP face: everything between a socket and a checked GraphQL request.
//!
//! It knows no feature of the product, only a [`Backend`]. On its way a request meets, in this
//! order: the connection limits ([`serve()`]), method and content type, admission, its caller,
//! the body limit, [`Params`], the [`guard`], and [`Backend::execute`]. What fails on the way is a
//! [`Refusal`]; it and every other answer are JSON in the [`MediaType`] that the client asked for,
//! as GraphQL over HTTP wants it.
//!
//! Beside it there are files to be fetched: exports and templates.
//!
//! We do not use the axum integration of async-graphql, which runs mutations by GET and from
//! foreign pages, has no limit on bodies, and answers in one media type only.

mod answer;
mod backend;
mod documents;
mod files;
pub mod guard;
mod handler;
mod limits;
mod negotiate;
mod params;
mod refusal;
mod request_id;
mod serve;

use std::any::Any;

use axum::{
    Router,
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{CACHE_CONTROL, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS},
    },
    middleware::map_response,
    response::Response,
    routing::{any, get},
};
use tower_http::catch_panic::CatchPanicLayer;

pub use self::{
    backend::{Backend, RequestFacts},
    files::{Download, Files, Gone, Pieces},
    handler::read_on,
    limits::{Limits, Tier},
    negotiate::MediaType,
    params::Params,
    refusal::{Limit, Refusal},
    serve::serve,
};

/// `/graphql`, `/export`, `/templates`, `/healthz`, and JSON for any other address. Further routes are merged into it.
pub fn routes<B: Files>(backend: B) -> Router {
    let router = Router::new()
        .route("/graphql", any(handler::graphql::<B>))
        .route("/export/{file}", any(files::export::<B>))
        .route("/templates/{file}", any(files::template::<B>))
        .with_state(handler::Endpoint::new(backend))
        .route("/healthz", get(async || "ok"))
        .fallback(async |headers: HeaderMap| refuse(&Refusal::NotFound, &headers));
    harden(router)
}

/// Gives all answers of `router` the security headers, and turns panics into answers.
///
/// [`routes`] has done so for its own; this is for what is merged into them.
pub fn harden(router: Router) -> Router {
    router
        .layer(CatchPanicLayer::custom(panicked))
        .layer(map_response(add_security_headers))
}

/// What says so to a client, in the media type that it asked for.
#[must_use]
pub fn refuse(refusal: &Refusal, headers: &HeaderMap) -> Response {
    answer::refused(refusal, MediaType::negotiate(headers).unwrap_or_default())
}

/// The panic itself went to the log by the panic hook.
fn panicked(_panic: Box<dyn Any + Send>) -> Response {
    answer::refused(&Refusal::Internal, MediaType::default())
}

async fn add_security_headers(mut response: Response) -> Response {
    const HEADERS: [(HeaderName, &str); 3] = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in HEADERS {
        // What already says how long it may be kept, such as the files of a page, means it.
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}
