//! Keys of batches that fetch the same part of a list below many parents at once.

use super::connection::{Page, PageArgs, Total};
use super::context::Ask;
use super::loading::Batches;
use crate::access::page::{Slice, Sort};
use crate::access::{Granted, Guarded, ScopedDb};
use crate::error::{Error, Result};
use async_graphql::Context;
use async_graphql::dataloader::Loader;
use sea_orm::sea_query::Expr;
use sea_orm::{Condition, TryGetable, Value};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

/// What `query` asks for, below `parent`. Fields of one selection share their query, so they share a statement.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Below<P, Q> {
    pub parent: P,
    pub query: Arc<Q>,
}

/// How many there are in the list that `query` asks for, below `parent`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CountBelow<P, Q> {
    pub parent: P,
    pub query: Arc<Q>,
}

/// The parents of each query: one statement each.
pub fn by_query<'k, P: Copy + 'k, Q: Hash + Eq + 'k>(
    keys: impl Iterator<Item = (P, &'k Arc<Q>)>,
) -> HashMap<&'k Arc<Q>, Vec<P>> {
    let mut groups: HashMap<&Arc<Q>, Vec<P>> = HashMap::new();
    for (parent, query) in keys {
        groups.entry(query).or_default().push(parent);
    }
    groups
}

/// A nested list of rows of one kind below parents of one kind: all there is to say about it. Its batches follow.
pub trait Nested: Clone + Hash + Eq + Send + Sync + 'static {
    /// What identifies a parent.
    type Parent: Copy + Hash + Eq + Into<Value> + TryGetable + Send + Sync + 'static;
    /// What is listed.
    type Row: Guarded;

    /// How rows belong to a parent.
    fn link(&self, db: &ScopedDb) -> OwnedLink;

    /// Which of the rows are wanted.
    ///
    /// # Errors
    /// `BadRequest` for what means nothing.
    fn narrow(&self, db: &ScopedDb) -> Result<Condition>;

    /// What cursors of this order say first.
    fn tag(&self) -> String;

    /// The order in SQL.
    fn sort(&self) -> Sort<Self::Row>;

    /// Which part is asked for.
    fn args(&self) -> &PageArgs;
}

/// How rows belong to a parent, told for an expression that holds the parent's id.
pub type OwnedLink = Box<dyn Fn(Expr) -> Condition + Send + Sync>;

impl<Q: Nested> Loader<Below<Q::Parent, Q>> for Batches {
    type Value = Slice<Q::Row>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[Below<Q::Parent, Q>],
    ) -> Result<HashMap<Below<Q::Parent, Q>, Self::Value>> {
        let mut found = HashMap::new();
        for (query, parents) in by_query(keys.iter().map(|key| (key.parent, &key.query))) {
            let (sort, link) = (query.sort(), query.link(&self.0));
            let window = query.args().window(&query.tag(), &sort)?;
            let narrow = query.narrow(&self.0)?;
            let pages = self
                .0
                .pages(&parents, &*link, narrow, &sort, &window)
                .await?;
            found.extend(pages.into_iter().map(|(parent, slice)| {
                let query = Arc::clone(query);
                (Below { parent, query }, slice)
            }));
        }
        Ok(found)
    }
}

impl<Q: Nested> Loader<CountBelow<Q::Parent, Q>> for Batches {
    type Value = i64;
    type Error = Error;

    async fn load(
        &self,
        keys: &[CountBelow<Q::Parent, Q>],
    ) -> Result<HashMap<CountBelow<Q::Parent, Q>, i64>> {
        let mut found = HashMap::new();
        for (query, parents) in by_query(keys.iter().map(|key| (key.parent, &key.query))) {
            let link = query.link(&self.0);
            let narrow = query.narrow(&self.0)?;
            let counts = self.0.counts::<Q::Row, _>(&parents, &*link, narrow).await?;
            found.extend(counts.into_iter().map(|(parent, count)| {
                let query = Arc::clone(query);
                (CountBelow { parent, query }, count)
            }));
        }
        Ok(found)
    }
}

/// A page of a nested list, loaded together with those of its siblings.
///
/// # Errors
/// `BadRequest` for arguments of the page or the filter that mean nothing.
pub async fn page_below<Q: Nested, N: From<Granted<Q::Row>>>(
    ctx: &Context<'_>,
    parent: Q::Parent,
    query: Q,
) -> Result<Page<N>> {
    let (tag, sort) = (query.tag(), query.sort());
    // Checked here, so that one field's mistake does not spoil the whole batch.
    query.args().window(&tag, &sort)?;
    query.narrow(ctx.db())?;
    let query = Arc::new(query);
    let key = Below {
        parent,
        query: Arc::clone(&query),
    };
    let slice = ctx.load(key).await?.unwrap_or(Slice {
        rows: Vec::new(),
        more: false,
    });
    let counted = Arc::clone(&query);
    let total: Total = Arc::new(move |ctx: &Context<'_>| {
        let query = Arc::clone(&counted);
        Box::pin(async move {
            let key = CountBelow { parent, query };
            Ok(ctx.load(key).await?.unwrap_or_default())
        })
    });
    Ok(Page::of(slice, query.args(), &tag, &sort, total))
}
