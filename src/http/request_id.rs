//! Gives each request an id that its client, the log and support can name it by.

use std::{
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicU64, Ordering},
};

use axum::http::{HeaderMap, HeaderName};

/// In requests and in answers.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const MAX_BYTES: usize = 128;

/// Makes ids that differ within a process, and most likely between processes.
pub(super) struct RequestIds {
    process: u64,
    last: AtomicU64,
}

impl Default for RequestIds {
    fn default() -> Self {
        Self {
            process: RandomState::new().hash_one(std::process::id()),
            last: AtomicU64::new(0),
        }
    }
}

impl RequestIds {
    /// The client's id if it is short and harmless in a log, else a new one.
    pub(super) fn of(&self, headers: &HeaderMap) -> String {
        let sent = headers
            .get(REQUEST_ID)
            .and_then(|value| value.to_str().ok());
        sent.filter(|id| is_sane(id))
            .map_or_else(|| self.next(), str::to_owned)
    }

    fn next(&self) -> String {
        let number = self.last.fetch_add(1, Ordering::Relaxed);
        format!("{:016x}-{number:08x}", self.process)
    }
}

fn is_sane(id: &str) -> bool {
    let is_harmless =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':');
    !id.is_empty() && id.len() <= MAX_BYTES && id.bytes().all(is_harmless)
}
