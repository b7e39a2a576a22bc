//! Batches of customers and their links.

use crate::access::Granted;
use crate::error::{Error, Result};
use crate::graphql::loading::Batches;
use async_graphql::dataloader::Loader;
use entity::ids::{CustomerId, CustomerLinkId};
use entity::{customer, customer_link};
use std::collections::HashMap;

/// A customer by its id.
impl Loader<CustomerId> for Batches {
    type Value = Granted<customer::Entity>;
    type Error = Error;

    async fn load(&self, ids: &[CustomerId]) -> Result<HashMap<CustomerId, Self::Value>> {
        self.0.by_ids::<customer::Entity>(ids).await
    }
}

/// A link by its id.
impl Loader<CustomerLinkId> for Batches {
    type Value = Granted<customer_link::Entity>;
    type Error = Error;

    async fn load(&self, ids: &[CustomerLinkId]) -> Result<HashMap<CustomerLinkId, Self::Value>> {
        self.0.by_ids::<customer_link::Entity>(ids).await
    }
}
