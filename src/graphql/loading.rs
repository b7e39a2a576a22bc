//! Batches: what many objects of one answer need is fetched in one statement.
//!
//! Loaders are made for one operation, with the viewer inside, so they may keep what they fetched until the operation writes.

use crate::access::ScopedDb;
use crate::error::{Error, Result};
use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};
use async_graphql::runtime::Timer;
use futures_util::future::{BoxFuture, FutureExt, Shared, join_all};
use futures_util::poll;
use futures_util::task::{FutureObj, Spawn, SpawnError};
use std::hash::Hash;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::task::Poll;
use std::time::Duration;

/// What batches are fetched with. Features implement [`Loader`] for it, once for each kind of key.
#[derive(Clone, Debug)]
pub struct Batches(pub ScopedDb);

/// The loaders of one operation.
pub struct Loading {
    db: ScopedDb,
    loader: RwLock<Arc<Inner>>,
    round: Round,
}

type Inner = DataLoader<Batches, HashMapCache>;

impl Loading {
    /// Empty loaders for what `db` may see.
    #[must_use]
    pub fn new(db: ScopedDb) -> Self {
        let round = Round::default();
        let loader = RwLock::new(Arc::new(fresh(&db, &round)));
        Self { db, loader, round }
    }

    /// What belongs to `key`, fetched together with what others ask for at the same time. `None` when there is nothing, or nothing
    /// that the viewer may see.
    ///
    /// # Errors
    /// What the batch failed with.
    pub async fn one<K>(&self, key: K) -> Result<Option<<Batches as Loader<K>>::Value>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Batches: Loader<K, Error = Error>,
    {
        // In a box of its own: every field of an object takes as much room as the largest, and most load nothing.
        let loaded = Box::pin(async move {
            let loader = self.current();
            self.round.whole(loader.load_one(key)).await
        });
        loaded.await
    }

    /// Forgets what was fetched: after a write it may be wrong.
    pub fn forget(&self) {
        *self.loader.write().unwrap_or_else(PoisonError::into_inner) =
            Arc::new(fresh(&self.db, &self.round));
    }

    fn current(&self) -> Arc<Inner> {
        Arc::clone(&self.loader.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn fresh(db: &ScopedDb, round: &Round) -> Inner {
    DataLoader::with_cache(
        Batches(db.clone()),
        round.clone(),
        AtOnce,
        HashMapCache::default(),
    )
}

/// Batches that wait to be started, and the last ones that were. They start together once all siblings of a level have asked, and
/// nobody goes on before all of them are done: else the next level would be cut into pieces by whichever thread was faster.
#[derive(Clone, Default)]
struct Round(Arc<Mutex<Waiting>>);

#[derive(Default)]
struct Waiting {
    batches: Vec<FutureObj<'static, ()>>,
    started: Option<Shared<BoxFuture<'static, ()>>>,
}

impl Round {
    /// Carries out `load`, which joins a batch when it is first polled, together with what its siblings load.
    async fn whole<T>(&self, load: impl Future<Output = T>) -> T {
        let mut load = pin!(load);
        if let Poll::Ready(known) = poll!(&mut load) {
            return known;
        }
        // The runtime comes back only after the operation has gone through all other fields that can go on.
        tokio::task::yield_now().await;
        if let Some(started) = self.start() {
            started.await;
        }
        load.await
    }

    /// Starts what waits, in tasks of their own, because a field that waits may be given up while others need its batch.
    fn start(&self) -> Option<Shared<BoxFuture<'static, ()>>> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !waiting.batches.is_empty() {
            let tasks: Vec<_> = waiting.batches.drain(..).map(tokio::spawn).collect();
            waiting.started = Some(join_all(tasks).map(drop).boxed().shared());
        }
        waiting.started.clone()
    }
}

impl Spawn for Round {
    fn spawn_obj(&self, batch: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.batches.push(batch);
        Ok(())
    }
}

/// A batch is whole when its round starts, so it waits no longer.
struct AtOnce;

impl Timer for AtOnce {
    fn delay(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}
