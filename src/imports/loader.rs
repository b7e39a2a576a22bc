//! Batches of imports.

use crate::access::{Granted, Guarded};
use crate::error::{Error, Result};
use crate::graphql::loading::Batches;
use async_graphql::dataloader::Loader;
use entity::ids::{ContactId, CustomerId, ImportId, ImportRowId};
use entity::{contact, customer, import, import_row};
use std::collections::{BTreeSet, HashMap};

/// An import by its id.
impl Loader<ImportId> for Batches {
    type Value = Granted<import::Entity>;
    type Error = Error;

    async fn load(&self, ids: &[ImportId]) -> Result<HashMap<ImportId, Self::Value>> {
        self.0.by_ids::<import::Entity>(ids).await
    }
}

/// A row of an import by its id.
impl Loader<ImportRowId> for Batches {
    type Value = Granted<import_row::Entity>;
    type Error = Error;

    async fn load(&self, ids: &[ImportRowId]) -> Result<HashMap<ImportRowId, Self::Value>> {
        self.0.by_ids::<import_row::Entity>(ids).await
    }
}

/// The fields of a contact that are looked after by hand.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OwnedFieldsOf(pub ContactId);

impl Loader<OwnedFieldsOf> for Batches {
    type Value = BTreeSet<String>;
    type Error = Error;

    async fn load(&self, keys: &[OwnedFieldsOf]) -> Result<HashMap<OwnedFieldsOf, Self::Value>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let owned = owned_fields::<contact::Entity>(self, &ids).await?;
        let known = owned.into_iter();
        Ok(known.map(|(id, own)| (OwnedFieldsOf(id), own)).collect())
    }
}

/// The fields of a customer that are looked after by hand.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OwnedFieldsOfCustomer(pub CustomerId);

impl Loader<OwnedFieldsOfCustomer> for Batches {
    type Value = BTreeSet<String>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[OwnedFieldsOfCustomer],
    ) -> Result<HashMap<OwnedFieldsOfCustomer, Self::Value>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let owned = owned_fields::<customer::Entity>(self, &ids).await?;
        let known = owned.into_iter();
        Ok(known
            .map(|(id, own)| (OwnedFieldsOfCustomer(id), own))
            .collect())
    }
}

async fn owned_fields<E: Guarded>(
    batches: &Batches,
    ids: &[E::Id],
) -> Result<Vec<(E::Id, BTreeSet<String>)>> {
    let owned = batches.0.owned_fields::<E>(ids).await?;
    let owned = owned.into_iter();
    Ok(owned
        .filter_map(|(id, fields)| Some((id.parse().ok()?, fields)))
        .collect())
}
