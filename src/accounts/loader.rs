//! Batches of accounts.

use crate::access::Granted;
use crate::error::{Error, Result};
use crate::graphql::loading::Batches;
use async_graphql::dataloader::Loader;
use entity::account;
use entity::ids::{AccountId, ContactId};
use std::collections::HashMap;

/// An account by its id.
impl Loader<AccountId> for Batches {
    type Value = Granted<account::Entity>;
    type Error = Error;

    async fn load(&self, ids: &[AccountId]) -> Result<HashMap<AccountId, Self::Value>> {
        self.0.by_ids::<account::Entity>(ids).await
    }
}

/// The account of a contact.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AccountOf(pub ContactId);

impl Loader<AccountOf> for Batches {
    type Value = Granted<account::Entity>;
    type Error = Error;

    async fn load(&self, keys: &[AccountOf]) -> Result<HashMap<AccountOf, Self::Value>> {
        let contacts: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = self
            .0
            .all::<account::Entity>(self.0.is_one_of(account::Column::ContactId, &contacts))
            .await?;
        Ok(rows
            .into_iter()
            .filter_map(|row| Some((AccountOf(row.contact_id?), row)))
            .collect())
    }
}
