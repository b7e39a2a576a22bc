//! Keys of batches that fetch the same part of a list below many parents at once.

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
