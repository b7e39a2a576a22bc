//! Time and fresh ids, passed in rather than taken: tests fix both, so that answers are exact.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use uuid::Uuid;

/// Where `now`, ids and secrets come from.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Fixed {
        start: DateTime<Utc>,
        passed_us: Arc<AtomicI64>,
        ids: Arc<AtomicU64>,
    },
}

impl Clock {
    /// The machine's clock and random source.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still at `now` until it is told otherwise, with ids that count from 1.
    #[must_use]
    pub fn fixed(now: DateTime<Utc>) -> Self {
        Self(Source::Fixed {
            start: now,
            passed_us: Arc::default(),
            ids: Arc::new(AtomicU64::new(1)),
        })
    }

    /// Lets time pass on a fixed clock and all its clones; the machine's own clock cannot be moved.
    pub fn advance(&self, by: TimeDelta) {
        if let Source::Fixed { passed_us, .. } = &self.0 {
            passed_us.fetch_add(by.num_microseconds().unwrap_or_default(), Ordering::Relaxed);
        }
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
            Source::Fixed {
                start, passed_us, ..
            } => *start + TimeDelta::microseconds(passed_us.load(Ordering::Relaxed)),
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
