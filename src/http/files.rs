//! Files that are fetched, not asked for in GraphQL: exports, and templates to be filled in.
//!
//! The caller is found out as for `/graphql`, by the header `Authorization` and nothing else: there is no cookie, and no token in an address,
//! so that no foreign page can make a browser fetch a file with somebody's rights. An answer that began and cannot be finished is broken
//! off, so that the client sees it.

use std::{io, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::{Path, Request, State},
    http::{
        HeaderMap, HeaderValue, Method,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::Response,
};
use futures_util::stream::unfold;
use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    time::timeout,
};

use super::{
    Backend, Refusal,
    handler::{Endpoint, bearer_token, milliseconds},
    refuse,
    request_id::REQUEST_ID,
};

/// The files that the product behind has to offer.
pub trait Files: Backend {
    /// The template of this name.
    ///
    /// # Errors
    /// `NotFound`.
    fn template(&self, name: &str) -> Result<Download, Refusal>;

    /// The export of this name, as `caller` may have it. `token` is what they sent: what they may see is looked at again while it is made.
    ///
    /// # Errors
    /// `NotFound`, `Unauthenticated`, `Forbidden`; `ExportUnderWay` for one at a time, `ExportTooLarge`; `Unavailable`.
    fn export(
        &self,
        caller: Self::Caller,
        token: Option<&str>,
        name: &str,
        request_id: &str,
    ) -> impl Future<Output = Result<Download, Refusal>> + Send;
}

/// A file on its way.
pub struct Download {
    /// Of plain letters, digits, hyphens and dots.
    pub name: String,
    pub media: &'static str,
    pub body: Body,
}

/// Answers any request to `/export/{file}`.
pub(super) async fn export<B: Files>(
    State(endpoint): State<Endpoint<B>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let request_id = endpoint.request_id(request.headers());
    let made = match only_get(request.method()) {
        Ok(()) => make(&endpoint, request.headers(), &name, &request_id).await,
        Err(refusal) => Err(refusal),
    };
    answer(made, request.headers(), &request_id)
}

/// Answers any request to `/templates/{file}`. There is nothing in a template that not everybody may know, so nobody is asked for a token.
pub(super) async fn template<B: Files>(
    State(endpoint): State<Endpoint<B>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let request_id = endpoint.request_id(request.headers());
    let made = only_get(request.method()).and_then(|()| endpoint.backend().template(&name));
    answer(made, request.headers(), &request_id)
}

async fn make<B: Files>(
    endpoint: &Endpoint<B>,
    headers: &HeaderMap,
    name: &str,
    request_id: &str,
) -> Result<Download, Refusal> {
    let caller = endpoint.authenticate(headers).await?;
    let _place = endpoint.place()?;
    let backend = endpoint.backend();
    let most_ms = backend.limits().request_ms;
    let made = backend.export(caller, bearer_token(headers)?, name, request_id);
    timeout(milliseconds(most_ms), made)
        .await
        .unwrap_or(Err(Refusal::TooSlow(most_ms)))
}

fn only_get(method: &Method) -> Result<(), Refusal> {
    match *method {
        Method::GET => Ok(()),
        _ => Err(Refusal::MethodNotAllowed { allow: "GET" }),
    }
}

fn answer(made: Result<Download, Refusal>, headers: &HeaderMap, request_id: &str) -> Response {
    let mut response = match made {
        Ok(download) => {
            let mut response = Response::new(download.body);
            let disposition = format!("attachment; filename=\"{}\"", download.name);
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(download.media));
            if let Ok(disposition) = HeaderValue::from_str(&disposition) {
                headers.insert(CONTENT_DISPOSITION, disposition);
            }
            response
        }
        Err(refusal) => {
            tracing::info!(request_id, code = refusal.code(), "refused");
            refuse(&refusal, headers)
        }
    };
    if let Ok(request_id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert(REQUEST_ID, request_id);
    }
    response
}

/// Where the pieces of a body go while it is made.
pub struct Pieces {
    sender: Sender<Option<Bytes>>,
    patience: Duration,
}

/// Nobody takes the file any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody takes the file any more")]
pub struct Gone;

impl Pieces {
    /// A body that ends when it is said to, and is broken off when its pieces end before. A client gets `patience` to take each.
    pub fn new(patience: Duration) -> (Self, Body) {
        let (sender, receiver) = channel(1);
        let pieces = unfold(Some(receiver), |receiver| async {
            let mut receiver: Receiver<Option<Bytes>> = receiver?;
            match receiver.recv().await {
                Some(Some(piece)) => Some((Ok(piece), Some(receiver))),
                Some(None) => None,
                None => Some((Err(io::Error::other("the file broke off")), None)),
            }
        });
        (Self { sender, patience }, Body::from_stream(pieces))
    }

    /// Hands on a piece, once the one before was taken.
    ///
    /// # Errors
    /// When the client is gone, or takes nothing for too long.
    pub async fn hand_on(&self, piece: Vec<u8>) -> Result<(), Gone> {
        if piece.is_empty() {
            return Ok(());
        }
        self.send(Some(piece.into())).await
    }

    /// Says that this was all.
    ///
    /// # Errors
    /// As [`Self::hand_on`].
    pub async fn finish(self) -> Result<(), Gone> {
        self.send(None).await
    }

    async fn send(&self, piece: Option<Bytes>) -> Result<(), Gone> {
        match timeout(self.patience, self.sender.send(piece)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Gone),
        }
    }
}
