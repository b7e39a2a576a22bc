//! What a resolver has at hand.

use super::loading::{Batches, Loading};
use crate::access::{Change, ScopedDb, Terms, Written};
use crate::error::{Error, Result};
use async_graphql::Context;
use async_graphql::dataloader::Loader;
use std::hash::Hash;

/// One operation's door to the database and its loaders.
pub struct RequestScope {
    pub db: ScopedDb,
    pub loading: Loading,
}

impl RequestScope {
    /// For one operation of the viewer in `db`.
    #[must_use]
    pub fn new(db: ScopedDb) -> Self {
        Self {
            loading: Loading::new(db.clone()),
            db,
        }
    }
}

/// Short words for resolvers.
pub trait Ask {
    /// The operation's scope.
    fn scope(&self) -> &RequestScope;

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
            let written = self.db().write(change, terms.into()).await;
            self.scope().loading.forget();
            written
        }
    }
}

impl Ask for Context<'_> {
    fn scope(&self) -> &RequestScope {
        self.data_unchecked::<RequestScope>()
    }
}
