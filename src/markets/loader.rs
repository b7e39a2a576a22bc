//! Batches of markets.

use crate::access::Granted;
use crate::error::{Error, Result};
use crate::graphql::loading::Batches;
use async_graphql::dataloader::Loader;
use entity::ids::MarketId;
use entity::market;
use std::collections::HashMap;

/// A market asked for by its id: only for those who see markets.
impl Loader<MarketId> for Batches {
    type Value = Granted<market::Entity>;
    type Error = Error;

    async fn load(&self, ids: &[MarketId]) -> Result<HashMap<MarketId, Self::Value>> {
        self.0.by_ids::<market::Entity>(ids).await
    }
}

/// The market of a price that the viewer is shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MarketOfPrice(pub MarketId);

impl Loader<MarketOfPrice> for Batches {
    type Value = Granted<market::Entity>;
    type Error = Error;

    async fn load(&self, keys: &[MarketOfPrice]) -> Result<HashMap<MarketOfPrice, Self::Value>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.0.markets_on_edges(&ids).await?;
        Ok(found
            .into_iter()
            .map(|(id, row)| (MarketOfPrice(id), row))
            .collect())
    }
}

/// The market that prices are asked for in, by its code.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MarketNamed(pub String);

impl Loader<MarketNamed> for Batches {
    type Value = Granted<market::Entity>;
    type Error = Error;

    async fn load(&self, keys: &[MarketNamed]) -> Result<HashMap<MarketNamed, Self::Value>> {
        // PostgreSQL takes no NUL to look for, and no code has one.
        let codes: Vec<_> = keys
            .iter()
            .map(|key| key.0.clone())
            .filter(|code| !code.contains('\0'))
            .collect();
        if codes.is_empty() {
            return Ok(HashMap::new());
        }
        let found = self.0.markets_named(&codes).await?;
        Ok(found
            .into_iter()
            .map(|row| (MarketNamed(row.code.clone()), row))
            .collect())
    }
}
