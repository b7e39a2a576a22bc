//! What a resolver has at hand.

use super::loading::{Batches, Loading};
use crate::access::{Change, ScopedDb, Terms, Written};
use crate::error::{Error, Result};
use async_graphql::Context;
use async_graphql::dataloader::Loader;
use std::hash::Hash;
use std::sync::OnceLock;

/// One viewer's door to the database and their loaders.
pub struct Scope {
    pub db: ScopedDb,
    pub loading: Loading,
}

impl Scope {
    fn new(db: ScopedDb) -> Self {
        Self {
            loading: Loading::new(db.clone()),
            db,
        }
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
    fn write<C: Change>(
        &self,
        change: C,
        terms: impl Into<Terms> + Send,
    ) -> impl Future<Output = Result<Written<C::Row>>> + Send
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
