//! Time and fresh ids, passed in rather than taken: tests fix both, so that answers are exact.

use chrono::{DateTime, SubsecRound, Utc};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

/// Where `now`, ids and secrets come from.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Fixed {
        now: DateTime<Utc>,
        ids: Arc<AtomicU64>,
    },
}

impl Clock {
    /// The machine's clock and random source.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still at `now`, with ids that count from 1.
    #[must_use]
    pub fn fixed(now: DateTime<Utc>) -> Self {
        Self(Source::Fixed {
            now,
            ids: Arc::new(AtomicU64::new(1)),
        })
    }

    /// The present, UTC, cut to microseconds: what both engines keep, so that cursors compare equal.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            #[expect(
                clippy::disallowed_methods,
                reason = "the one place that reads the machine's clock"
            )]
            Source::System => Utc::now().trunc_subsecs(6),
            Source::Fixed { now, .. } => *now,
        }
    }

    /// A fresh version 7 UUID: sorts by the time it was made, in both engines.
    #[must_use]
    pub fn id(&self) -> Uuid {
        match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
            Source::System => Uuid::now_v7(),
            Source::Fixed { ids, .. } => Uuid::from_u64_pair(
                0x0190_0000_0000_7000,
                (0x8 << 60) | ids.fetch_add(1, Ordering::Relaxed),
            ),
        }
    }
}
