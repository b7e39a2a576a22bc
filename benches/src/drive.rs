//! A closed loop of clients: each sends its next request when the last one was answered.

use crate::fault::Fault;
use crate::wire::Wire;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What is asked as one: requests in a row, each with the length of its answer where that is known.
#[derive(Clone, Debug)]
pub struct Unit(pub Vec<(Vec<u8>, Option<usize>)>);

/// What a stretch of load came to.
#[derive(Clone, Debug, Default)]
pub struct Stretch {
    pub units: u64,
    pub seconds: f64,
    /// Milliseconds that each unit took.
    pub latencies_ms: Vec<f64>,
    /// Answers that were not what they should be.
    pub wrong: u64,
}

impl Stretch {
    /// The latency that `share` of the units stay below.
    pub fn percentile(&mut self, share: f64) -> f64 {
        self.latencies_ms.sort_by(f64::total_cmp);
        let at = (self.latencies_ms.len() as f64 * share) as usize;
        let at = at.min(self.latencies_ms.len().saturating_sub(1));
        self.latencies_ms.get(at).copied().unwrap_or_default()
    }

    pub fn per_second(&self) -> f64 {
        self.units as f64 / self.seconds.max(f64::MIN_POSITIVE)
    }

    pub fn join(&mut self, other: Self) {
        self.units += other.units;
        self.seconds += other.seconds;
        self.wrong += other.wrong;
        self.latencies_ms.extend(other.latencies_ms);
    }
}

/// Asks `address` for `units`, in turn, with so many `clients` for so long.
///
/// # Errors
/// An answer that is none.
pub async fn drive(
    address: SocketAddr,
    clients: usize,
    lasting: Duration,
    units: &Arc<Vec<Unit>>,
) -> Result<Stretch, Fault> {
    let turn = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let all: Vec<_> = (0..clients)
        .map(|_| {
            let (units, turn) = (Arc::clone(units), Arc::clone(&turn));
            tokio::spawn(client(address, began + lasting, units, turn))
        })
        .collect();
    let mut whole = Stretch::default();
    for one in all {
        whole.join(one.await??);
    }
    whole.seconds = began.elapsed().as_secs_f64();
    Ok(whole)
}

async fn client(
    address: SocketAddr,
    until: Instant,
    units: Arc<Vec<Unit>>,
    turn: Arc<AtomicUsize>,
) -> Result<Stretch, Fault> {
    let mut wire = Wire::to(address).await?;
    let mut done = Stretch::default();
    while Instant::now() < until {
        let Unit(requests) = &units[turn.fetch_add(1, Ordering::Relaxed) % units.len()];
        let sent = Instant::now();
        for (request, length) in requests {
            let body = wire.ask(request).await?;
            let is_right = match length {
                Some(length) => body.len() == *length,
                None => !body.windows(8).any(|part| part == b"\"code\":\""),
            };
            done.wrong += u64::from(!is_right);
        }
        done.latencies_ms
            .push(sent.elapsed().as_secs_f64() * 1_000.0);
        done.units += 1;
    }
    Ok(done)
}
