//! Takes one GraphQL request from its head to its answer.

use std::{future::pending, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use async_graphql::{
    Request, Response as Executed,
    parser::types::{ExecutableDocument, OperationType},
};
use axum::{
    body::{Body, Bytes, HttpBody},
    extract::{Request as HttpRequest, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{ALLOW, AUTHORIZATION},
        request::Parts,
    },
    response::Response,
};
use futures_util::FutureExt;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout},
};

use super::{
    Backend, Limits, MediaType, Params, Refusal, RequestFacts, answer,
    documents::Documents,
    guard::{self, Checked},
    negotiate,
    request_id::{REQUEST_ID, RequestIds},
};

const ALLOWED: &str = "GET, POST";

/// How much of a body that nobody wants is still read, and how long until its connection ends.
const DISCARD_BYTES: usize = 8 * 1024 * 1024;
const DISCARD_TIME: Duration = Duration::from_secs(1);

/// What all requests share.
#[derive(Clone)]
pub(super) struct Endpoint<B> {
    backend: B,
    in_flight: Arc<Semaphore>,
    /// Half of the places: requests that wait for passwords to be hashed shall leave some to others.
    at_the_door: Arc<Semaphore>,
    ids: Arc<RequestIds>,
    documents: Arc<Documents>,
}

/// Answers any request to `/graphql`. A panic becomes an answer as well.
pub(super) async fn graphql<B: Backend>(
    State(endpoint): State<Endpoint<B>>,
    request: HttpRequest,
) -> Response {
    let request_id = endpoint.ids.of(request.headers());
    let mut response = if request.method() == Method::OPTIONS {
        options()
    } else {
        endpoint.respond(request, &request_id).await
    };
    if let Ok(request_id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID, request_id);
    }
    response
}

/// No CORS headers: foreign pages may not call us.
fn options() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static(ALLOWED));
    response
}

impl<B: Backend> Endpoint<B> {
    pub(super) fn new(backend: B) -> Self {
        let places = backend.limits().in_flight as usize;
        Self {
            backend,
            in_flight: Arc::new(Semaphore::new(places)),
            at_the_door: Arc::new(Semaphore::new(places.div_ceil(2))),
            ids: Arc::default(),
            documents: Arc::default(),
        }
    }

    pub(super) fn backend(&self) -> &B {
        &self.backend
    }

    /// The id of a request with these headers.
    pub(super) fn request_id(&self, headers: &HeaderMap) -> String {
        self.ids.of(headers)
    }

    /// A place among the requests in flight.
    pub(super) fn place(&self) -> Result<Place, Refusal> {
        Place::among(&self.in_flight)
    }

    async fn respond(&self, request: HttpRequest, request_id: &str) -> Response {
        let started = Instant::now();
        let (head, mut body) = request.into_parts();
        let (media, result) = match MediaType::negotiate(&head.headers) {
            Err(refusal) => (MediaType::default(), Err(refusal)),
            Ok(media) => {
                let answered = self.answer(&head, &mut body, request_id);
                let answered = AssertUnwindSafe(answered).catch_unwind().await;
                (media, answered.unwrap_or(Err(Refusal::Internal)))
            }
        };
        read_on(body);
        let duration_ms = started.elapsed().as_secs_f64() * 1_000.0;
        match result {
            Ok(executed) => {
                // The backend writes the request's own line; this one says how long HTTP took around it.
                tracing::debug!(
                    request_id,
                    duration_ms,
                    errors = executed.errors.len(),
                    "answered"
                );
                answer::executed(executed, media, self.backend.limits().errors, request_id)
            }
            Err(refusal) => {
                tracing::info!(request_id, duration_ms, code = refusal.code(), "refused");
                answer::refused(&refusal, media)
            }
        }
    }

    async fn answer(
        &self,
        head: &Parts,
        body: &mut Body,
        request_id: &str,
    ) -> Result<Executed, Refusal> {
        check_method(head)?;
        let caller = self.authenticate(&head.headers).await?;
        let signed_in = B::is_signed_in(&caller);
        let limits = self.backend.limits();
        let params = if head.method == Method::POST {
            Params::from_json(&read_body(body, limits, signed_in).await?)?
        } else {
            Params::from_query_string(head.uri.query().unwrap_or_default())?
        };

        let mut place = Place::among(&self.in_flight)?;
        let operation_name = params.operation_name.as_deref();
        let document = self.documents.read(params.query, limits, signed_in)?;
        let checked = guard::check(
            &document,
            operation_name,
            &params.variables,
            limits,
            signed_in,
        )?;
        check_operation(&checked, &head.method)?;
        if checked.tries_credentials {
            place = place.and(Place::among(&self.at_the_door)?);
        }
        let introspection = self.backend.introspection(&caller);
        if checked.introspects && !introspection {
            return Err(Refusal::document("introspection is not available here"));
        }
        let facts = RequestFacts {
            operation_type: checked.operation_type,
            operation_name: checked.operation_name,
            request_id: request_id.to_owned(),
            cost: checked.cost,
            fields: checked.fields,
        };
        tracing::debug!(request_id, operation = %facts.operation_type, facts.cost, facts.fields, "admitted");
        let mut request = Request::new("").variables(params.variables);
        request.operation_name.clone_from(&facts.operation_name);
        request.set_parsed_query(ExecutableDocument::clone(&document));
        if !introspection {
            request = request.disable_introspection();
        }
        self.execute(caller, request, facts, place).await
    }

    pub(super) async fn authenticate(&self, headers: &HeaderMap) -> Result<B::Caller, Refusal> {
        let token = bearer_token(headers)?;
        let _place = Place::among(&self.in_flight)?;
        let most_ms = self.backend.limits().request_ms;
        timeout(milliseconds(most_ms), self.backend.authenticate(token))
            .await
            .unwrap_or(Err(Refusal::TooSlow(most_ms)))
    }

    async fn execute(
        &self,
        caller: B::Caller,
        request: Request,
        facts: RequestFacts,
        place: Place,
    ) -> Result<Executed, Refusal> {
        let most_ms = self.backend.limits().request_ms;
        let most = milliseconds(most_ms);
        if facts.operation_type == OperationType::Query {
            let executed = timeout(most, self.backend.execute(caller, request, facts)).await;
            return executed.map_err(|_| Refusal::TooSlow(most_ms));
        }
        // In a task of its own, a write goes on when the client hangs up or the time is over:
        // dropped between two statements, it could leave a transaction open in the pool.
        let backend = self.backend.clone();
        let task = tokio::spawn(async move {
            let _place = place;
            backend.execute(caller, request, facts).await
        });
        match timeout(most, task).await {
            Ok(executed) => executed.map_err(|_| Refusal::Internal),
            Err(_) => Err(Refusal::WriteUnfinished(most_ms)),
        }
    }
}

/// A place among the requests in flight. Nobody holds one while a client sends its body.
pub(super) struct Place(Vec<OwnedSemaphorePermit>);

impl Place {
    /// # Errors
    /// `Unavailable` when all are taken.
    fn among(places: &Arc<Semaphore>) -> Result<Self, Refusal> {
        let place = Arc::clone(places).try_acquire_owned();
        Ok(Self(vec![place.map_err(|_| Refusal::Unavailable)?]))
    }

    fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }
}

fn check_method(head: &Parts) -> Result<(), Refusal> {
    match head.method {
        Method::POST => negotiate::check_content_type(&head.headers),
        Method::GET => Ok(()),
        _ => Err(Refusal::MethodNotAllowed { allow: ALLOWED }),
    }
}

fn check_operation(checked: &Checked, method: &Method) -> Result<(), Refusal> {
    match checked.operation_type {
        OperationType::Query => Ok(()),
        _ if method == Method::GET => Err(Refusal::MethodNotAllowed { allow: "POST" }),
        OperationType::Mutation => Ok(()),
        OperationType::Subscription => Err(Refusal::document(
            "subscriptions are not available over HTTP",
        )),
    }
}

/// # Errors
/// `Unauthenticated` for anything that is not one `Authorization: Bearer <token>`, or none.
pub(super) fn bearer_token(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = match (values.next(), values.next()) {
        (None, _) => return Ok(None),
        (Some(value), None) => value.to_str().map_err(|_| Refusal::Unauthenticated)?,
        (Some(_), Some(_)) => return Err(Refusal::Unauthenticated),
    };
    let (scheme, token) = value.split_once(' ').ok_or(Refusal::Unauthenticated)?;
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(Refusal::Unauthenticated);
    }
    Ok(Some(token))
}

/// A body that says that it is too large is refused unread, any other one when it gets too large.
async fn read_body(body: &mut Body, limits: &Limits, signed_in: bool) -> Result<Bytes, Refusal> {
    let most_bytes = limits.body_bytes.of(signed_in);
    if body.size_hint().lower() > u64::from(most_bytes) {
        return Err(Refusal::BodyTooLarge(most_bytes));
    }
    let reading = Limited::new(body, most_bytes as usize).collect();
    let body = timeout(milliseconds(limits.body_ms), reading)
        .await
        .map_err(|_| Refusal::BodyTooSlow(limits.body_ms))?;
    match body {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Refusal::BodyTooLarge(most_bytes)),
        Err(_) => Err(Refusal::Malformed(
            "the body could not be read to its end".to_owned(),
        )),
    }
}

/// Reads the rest of a body that nobody wants, for a while.
pub fn read_on(body: Body) {
    if !body.is_end_stream() {
        tokio::spawn(timeout(DISCARD_TIME, discard(body)));
    }
}

/// Reads on while the refusal is sent: many clients read no answer before they have sent all, and
/// would see a broken connection instead of the reason. Those that send very much are left
/// waiting, in the hope that they look for an answer then.
async fn discard(mut body: Body) {
    let mut left = DISCARD_BYTES;
    while let Some(Ok(frame)) = body.frame().await {
        match left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) {
            Some(rest) => left = rest,
            None => pending().await,
        }
    }
}

pub(super) fn milliseconds(ms: u32) -> Duration {
    Duration::from_millis(ms.into())
}
