//! Batches of sales reps.

use crate::access::Granted;
use crate::error::{Error, Result};
use crate::graphql::loading::Batches;
use async_graphql::dataloader::Loader;
use entity::ids::SalesRepId;
use entity::sales_rep;
use std::collections::HashMap;

/// A sales rep by its id.
impl Loader<SalesRepId> for Batches {
    type Value = Granted<sales_rep::Entity>;
    type Error = Error;

    async fn load(&self, ids: &[SalesRepId]) -> Result<HashMap<SalesRepId, Self::Value>> {
        self.0.by_ids::<sales_rep::Entity>(ids).await
    }
}

/// The primary sales rep of a customer that the viewer sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RepOnEdge(pub SalesRepId);

impl Loader<RepOnEdge> for Batches {
    type Value = Granted<sales_rep::Entity>;
    type Error = Error;

    async fn load(&self, keys: &[RepOnEdge]) -> Result<HashMap<RepOnEdge, Self::Value>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.0.sales_reps_on_edges(&ids).await?;
        Ok(found
            .into_iter()
            .map(|(id, row)| (RepOnEdge(id), row))
            .collect())
    }
}
