//! Writes answers: what the client sees of a response or a refusal.

use std::collections::BTreeMap;

use async_graphql::{ErrorExtensionValues, Response as Executed, ServerError, Value};
use axum::{
    body::Body,
    http::{
        HeaderValue, StatusCode,
        header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::Response,
};
use serde::Serialize;

use super::{MediaType, Refusal};

/// Bytes of an error's message. Validation quotes values, which can be as large as the body.
const MESSAGE_BYTES: usize = 500;

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    /// Left out if nothing was executed.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: BTreeMap<String, Value>,
}

/// The answer to a document that async-graphql validated and, if it was valid, executed.
///
/// Of more than `most_errors` errors the first are shown, and `extensions.errorsOmitted` is the
/// number of the others.
pub(super) fn executed(
    executed: Executed,
    media: MediaType,
    most_errors: u32,
    request_id: &str,
) -> Response {
    let Executed {
        mut errors,
        data,
        mut extensions,
        ..
    } = executed;
    let is_request_error = !errors.is_empty()
        && data == Value::Null
        && errors.iter().all(|error| error.path.is_empty());
    let shown = errors.len().min(most_errors as usize);
    let omitted = errors.len() - shown;
    errors.truncate(shown);
    if omitted > 0 {
        extensions.insert("errorsOmitted".to_owned(), omitted.into());
    }
    for error in &mut errors {
        make_presentable(error, request_id);
    }
    let status = if is_request_error {
        media.request_error_status()
    } else {
        StatusCode::OK
    };
    let data = (!is_request_error).then_some(&data);
    json(
        status,
        media,
        &Answer {
            errors: &errors,
            data,
            extensions,
        },
    )
}

/// The answer to a request that was not executed, or whose answer is given up.
pub(super) fn refused(refusal: &Refusal, media: MediaType) -> Response {
    let mut error = ServerError::new(refusal.to_string(), None);
    if let Refusal::Document { locations, .. } = refusal {
        error.locations.clone_from(locations);
    }
    set_code(&mut error, refusal.code());
    shorten(&mut error.message);
    let answer = Answer {
        errors: &[error],
        data: None,
        extensions: BTreeMap::new(),
    };
    let mut response = json(refusal.status(media), media, &answer);
    let header = match refusal {
        Refusal::Unauthenticated => (WWW_AUTHENTICATE, "Bearer"),
        Refusal::MethodNotAllowed { allow } => (ALLOW, *allow),
        Refusal::Unavailable => (RETRY_AFTER, "1"),
        _ => return response,
    };
    response
        .headers_mut()
        .insert(header.0, HeaderValue::from_static(header.1));
    response
}

/// An error without a code did not come from us: from validation if it has no path, else from
/// coercion, or from a resolver that let something through. The last may hold SQL, so only the
/// log gets its text.
fn make_presentable(error: &mut ServerError, request_id: &str) {
    let has_code = error
        .extensions
        .as_ref()
        .is_some_and(|extensions| extensions.get("code").is_some());
    if !has_code && (error.path.is_empty() || is_coercion(&error.message)) {
        set_code(error, "BAD_REQUEST");
    } else if !has_code {
        tracing::error!(
            request_id,
            detail = error.message,
            "an error without a code left a resolver"
        );
        error.message = Refusal::Internal.to_string();
        set_code(error, Refusal::Internal.code());
    }
    shorten(&mut error.message);
}

/// async-graphql coerces arguments while it executes: those that validation let through, such as
/// an `Int` of more than 32 bits, fail there, and nothing but the text tells them apart.
fn is_coercion(message: &str) -> bool {
    message.starts_with("Failed to parse \"") || message.starts_with("Expected input type \"")
}

fn set_code(error: &mut ServerError, code: &str) {
    error
        .extensions
        .get_or_insert_with(ErrorExtensionValues::default)
        .set("code", code);
}

fn shorten(message: &mut String) {
    if message.len() > MESSAGE_BYTES {
        message.truncate(message.floor_char_boundary(MESSAGE_BYTES));
        message.push('…');
    }
}

fn json(status: StatusCode, media: MediaType, answer: &Answer) -> Response {
    let (status, body) = match serde_json::to_vec(answer) {
        Ok(body) => (status, body),
        Err(error) => {
            tracing::error!(%error, "an answer cannot be written as JSON");
            let body = br#"{"errors":[{"message":"something went wrong on our side","extensions":{"code":"INTERNAL"}}]}"#;
            (StatusCode::INTERNAL_SERVER_ERROR, body.to_vec())
        }
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, media.content_type());
    response
}
