//! Documents that were sent before: the same client sends the same text with other variables, again and again.
//!
//! Reading a text and parsing it takes longer than answering a small request. What was read is kept, by its text, within a bound; all
//! that depends on variables is looked at each time.

use std::sync::Arc;

use async_graphql::parser::types::ExecutableDocument;
use quick_cache::{Weighter, sync::Cache};

use super::{Limits, Refusal, guard};

/// Bytes of text that are kept at most, some 30 times as many once parsed.
const KEPT_BYTES: u64 = 256 * 1024;
/// Longer texts are read each time: few clients send them, and each would push out many others.
const LONGEST: usize = 8 * 1024;
/// Documents that are expected, about.
const EXPECTED: usize = 256;

/// Texts with the limits that they were read under.
type Key = (String, bool);

#[derive(Clone)]
struct Bytes;

impl Weighter<Key, Arc<ExecutableDocument>> for Bytes {
    fn weight(&self, key: &Key, _: &Arc<ExecutableDocument>) -> u64 {
        // An empty one would never be pushed out.
        key.0.len().max(1) as u64
    }
}

/// What was read lately. Texts that come once do not push out those that come often.
pub(super) struct Documents(Cache<Key, Arc<ExecutableDocument>, Bytes>);

impl Default for Documents {
    fn default() -> Self {
        Self(Cache::with_weighter(EXPECTED, KEPT_BYTES, Bytes))
    }
}

impl Documents {
    /// The document that `query` spells.
    ///
    /// # Errors
    /// As [`guard::read`]; what is refused is not kept.
    pub(super) fn read(
        &self,
        query: String,
        limits: &Limits,
        signed_in: bool,
    ) -> Result<Arc<ExecutableDocument>, Refusal> {
        if query.len() > LONGEST {
            return guard::read(&query, limits, signed_in).map(Arc::new);
        }
        let key = (query, signed_in);
        if let Some(known) = self.0.get(&key) {
            return Ok(known);
        }
        let document = Arc::new(guard::read(&key.0, limits, signed_in)?);
        self.0.insert(key, Arc::clone(&document));
        Ok(document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_stays_within_its_bound_and_what_comes_often_stays() {
        let (documents, limits) = (Documents::default(), Limits::default());
        let read = |query: String| documents.read(query, &limits, false).expect("a document");
        let often = "{ viewer { permissions } }".to_owned();
        let first = read(often.clone());
        for number in 0..20_000 {
            read(format!("{{ viewer {{ a{number}: permissions }} }}"));
            if number % 10 == 0 {
                read(often.clone());
            }
        }
        assert!(Arc::ptr_eq(&first, &read(often)));
        assert!(documents.0.weight() <= KEPT_BYTES);
    }

    #[test]
    fn what_one_may_not_send_is_refused_although_somebody_else_has_sent_it() {
        let mut limits = Limits::default();
        limits.tokens.anonymous = 5;
        let documents = Documents::default();
        let query = "{ viewer { permissions onBehalf } }".to_owned();
        assert!(documents.read(query.clone(), &limits, true).is_ok());
        assert!(documents.read(query, &limits, false).is_err());
    }
}
