//! Batches: what many objects of one answer need is fetched in one statement.
//!
//! Loaders are made for one operation, with the viewer inside, so they may keep what they fetched until the operation writes.

use crate::access::ScopedDb;
use crate::error::{Error, Result};
use async_graphql::dataloader::{DataLoader, HashMapCache, Loader};
use async_graphql::runtime::{Timer, TokioSpawner};
use futures_util::future::BoxFuture;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// What batches are fetched with. Features implement [`Loader`] for it, once for each kind of key.
#[derive(Clone, Debug)]
pub struct Batches(pub ScopedDb);

/// The loaders of one operation.
pub struct Loading {
    db: ScopedDb,
    loader: RwLock<Arc<Inner>>,
}

type Inner = DataLoader<Batches, HashMapCache>;

impl Loading {
    /// Empty loaders for what `db` may see.
    #[must_use]
    pub fn new(db: ScopedDb) -> Self {
        let loader = RwLock::new(Arc::new(fresh(&db)));
        Self { db, loader }
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
        self.current().load_one(key).await
    }

    /// What belongs to each of `keys`, in the order of `keys`; those without anything are left out.
    ///
    /// # Errors
    /// What the batch failed with.
    pub async fn many<K>(&self, keys: &[K]) -> Result<Vec<<Batches as Loader<K>>::Value>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Batches: Loader<K, Error = Error>,
    {
        let found = self.current().load_many(keys.iter().cloned()).await?;
        Ok(keys
            .iter()
            .filter_map(|key| found.get(key).cloned())
            .collect())
    }

    /// Forgets what was fetched: after a write it may be wrong.
    pub fn forget(&self) {
        *self.loader.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh(&self.db));
    }

    fn current(&self) -> Arc<Inner> {
        Arc::clone(&self.loader.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn fresh(db: &ScopedDb) -> Inner {
    DataLoader::with_cache(
        Batches(db.clone()),
        TokioSpawner::current(),
        Yield,
        HashMapCache::default(),
    )
}

/// Lets siblings register their keys by yielding some times instead of waiting for a while: whole batches without the millisecond.
struct Yield;

/// Enough for all siblings of a level to have been polled once.
const YIELDS: usize = 8;

impl Timer for Yield {
    fn delay(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async {
            for _ in 0..YIELDS {
                tokio::task::yield_now().await;
            }
        })
    }
}
