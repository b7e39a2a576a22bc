//! What a resolver has at hand.

use super::loading::{Batches, Loading};
use crate::access::{Act, ScopedDb, Terms};
use crate::error::{Error, Result};
use async_graphql::Context;
use async_graphql::dataloader::Loader;
use std::hash::Hash;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One viewer's door to the database and their loaders.
pub struct Scope {
    pub db: ScopedDb,
    pub loading: Loading,
    /// How many rows of explanations and orders were shown so far.
    shown: AtomicUsize,
}

/// Most rows that the explanations and the orders of one operation show.
const MOST_SHOWN: usize = 20_000;

impl Scope {
    fn new(db: ScopedDb) -> Self {
        Self {
            loading: Loading::new(db.clone()),
            db,
            shown: AtomicUsize::new(0),
        }
    }

    /// Counts rows that an explanation or an order is going to show: their number depends on what is stored, which no limit of a document knows.
    ///
    /// # Errors
    /// `LimitExceeded` beyond 20,000 in one operation.
    pub fn shows(&self, rows: usize) -> Result<()> {
        let before = self.shown.fetch_add(rows, Ordering::Relaxed);
        if before.saturating_add(rows) <= MOST_SHOWN {
            return Ok(());
        }
        Err(Error::LimitExceeded(format!(
            "an operation shows {MOST_SHOWN} candidates of prices and lines of orders at most; ask for fewer of what has them"
        )))
    }
}

/// Who asks in one operation: whoever sent it, until somebody signs in by it.
pub struct RequestScope {
    sender: Scope,
    signed_in: OnceLock<Scope>,
}

impl RequestScope {
    /// For one operation of the viewer in `db`.
    #[must_use]
    pub fn new(db: ScopedDb) -> Self {
        Self {
            sender: Scope::new(db),
            signed_in: OnceLock::new(),
        }
    }

    pub(super) fn current(&self) -> &Scope {
        self.signed_in.get().unwrap_or(&self.sender)
    }
}

/// Short words for resolvers.
pub trait Ask {
    /// The scope of whoever asks.
    fn scope(&self) -> &Scope;

    /// The rest of the operation is asked by the viewer in `db`, who has just signed in. An operation holds one sign-in at most, which the
    /// guard sees to.
    fn go_on_as(&self, db: ScopedDb);

    /// The door in.
    fn db(&self) -> &ScopedDb {
        &self.scope().db
    }

    /// What belongs to `key`, in a batch.
    fn load<K>(
        &self,
        key: K,
    ) -> impl Future<Output = Result<Option<<Batches as Loader<K>>::Value>>> + Send
    where
        Self: Sync,
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Batches: Loader<K, Error = Error>,
    {
        async move { self.scope().loading.one(key).await }
    }

    /// Carries out a change, after which nothing that was loaded counts any more.
    fn write<A: Act>(
        &self,
        change: A,
        terms: impl Into<Terms> + Send,
    ) -> impl Future<Output = Result<A::Shown>> + Send
    where
        Self: Sync,
    {
        async move {
            let written = Box::pin(self.db().write(change, terms.into())).await;
            self.scope().loading.forget();
            written
        }
    }
}

impl Ask for Context<'_> {
    fn scope(&self) -> &Scope {
        self.data_unchecked::<RequestScope>().current()
    }

    fn go_on_as(&self, db: ScopedDb) {
        let scope = self.data_unchecked::<RequestScope>();
        let _ = scope.signed_in.set(Scope::new(db));
    }
}
