//! Where the file of an import goes: a path with a one-time token, and the plain bytes as its body.

use crate::access::{Database, ScopedDb, import_of_token};
use crate::clock::Clock;
use crate::error::{Error, UserError};
use crate::graphql::global_id;
use crate::http::{Limits, Refusal, read_on, refuse};
use crate::imports::object::ImportStatus;
use crate::imports::service::Upload;
use async_graphql::{InputType, Value};
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use entity::import;
use http_body_util::BodyExt;
use serde_json::json;
use std::time::Duration;

/// What receiving takes.
#[derive(Clone)]
pub struct Door {
    pub db: Database,
    pub clock: Clock,
    pub max_depth: u32,
    pub limits: Limits,
}

/// `/imports/{token}`, by POST or PUT. The token is the right, so that a page can send a file from anywhere it may, and nothing else.
pub fn routes(door: Door) -> Router {
    Router::new()
        .route("/imports/{token}", post(receive).put(receive))
        .with_state(door)
}

async fn receive(
    State(door): State<Door>,
    Path(token): Path<String>,
    headers: HeaderMap,
    mut body: Body,
) -> Response {
    let taken = take_in(&door, &token, &headers, &mut body).await;
    read_on(body);
    match taken {
        Ok(response) => response,
        Err(refusal) => {
            tracing::info!(code = refusal.code(), "an upload was refused");
            refuse(&refusal, &headers)
        }
    }
}

async fn take_in(
    door: &Door,
    token: &str,
    headers: &HeaderMap,
    body: &mut Body,
) -> Result<Response, Refusal> {
    let most = door.limits.upload_bytes;
    let said = headers.get(header::CONTENT_LENGTH);
    let said = said.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    // Before the token is used up.
    if said.is_some_and(|length| length > u64::from(most)) {
        return Err(Refusal::BodyTooLarge(most));
    }
    let found = import_of_token(&door.db, token, door.clock.now())
        .await
        .map_err(refusal)?;
    let (viewer, id) = found.ok_or(Refusal::NotFound)?;
    let request = format!("upload:{id}");
    let db = ScopedDb::new(
        door.db.clone(),
        viewer,
        door.clock.clone(),
        &request,
        door.max_depth,
    );
    let mut upload = Upload::begin(db, id).await.map_err(refusal)?;
    let idle = Duration::from_millis(door.limits.upload_idle_ms.into());
    let mut received = 0_u64;
    loop {
        let frame = tokio::time::timeout(idle, body.frame()).await;
        let Some(frame) = frame.map_err(|_| Refusal::BodyTooSlow(door.limits.upload_idle_ms))?
        else {
            break;
        };
        let frame = frame.map_err(|_| {
            Refusal::Malformed("the file did not arrive to its end; make a new import".to_owned())
        })?;
        let Some(bytes) = frame.data_ref() else {
            continue;
        };
        received += bytes.len() as u64;
        if received > u64::from(most) {
            return Err(Refusal::BodyTooLarge(most));
        }
        upload.receive(bytes).await.map_err(refusal)?;
    }
    let import = upload.end().await.map_err(refusal)?;
    let body = json!({
        "id": global_id::encode::<import::Entity>(import.id).0,
        "status": named(ImportStatus::from(import.status)),
        "failure": import.failure,
    });
    let kind = [(header::CONTENT_TYPE, "application/json")];
    Ok((StatusCode::OK, kind, body.to_string()).into_response())
}

fn named(status: ImportStatus) -> String {
    match status.to_value() {
        Value::Enum(name) => name.to_string(),
        other => other.to_string(),
    }
}

fn refusal(error: Error) -> Refusal {
    match error {
        Error::Invalid(mistakes) => Refusal::Malformed(
            mistakes
                .first()
                .map_or_else(String::new, |mistake: &UserError| mistake.message.clone()),
        ),
        Error::Unauthenticated => Refusal::Unauthenticated,
        Error::Unavailable => Refusal::Unavailable,
        other => {
            tracing::error!(cause = ?other, "an upload failed");
            Refusal::Internal
        }
    }
}
