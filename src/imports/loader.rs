//! Batches of imports.

use crate::access::{Granted, Guarded};
use crate::error::{Error, Result};
use crate::graphql::loading::Batches;
use async_graphql::dataloader::Loader;
use entity::ids::{ContactId, CustomerId, ImportId, ImportMappingId, ImportRowId, OrganizationId};
use entity::{contact, customer, import, import_mapping, import_row, organization};
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

/// A saved mapping by its id.
impl Loader<ImportMappingId> for Batches {
    type Value = Granted<import_mapping::Entity>;
    type Error = Error;

    async fn load(&self, ids: &[ImportMappingId]) -> Result<HashMap<ImportMappingId, Self::Value>> {
        self.0.by_ids::<import_mapping::Entity>(ids).await
    }
}

/// The fields of a thing that are looked after by hand.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OwnedFieldsOf<I>(pub I);

impl Loader<OwnedFieldsOf<ContactId>> for Batches {
    type Value = BTreeSet<String>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[OwnedFieldsOf<ContactId>],
    ) -> Result<HashMap<OwnedFieldsOf<ContactId>, Self::Value>> {
        owned_fields::<contact::Entity>(self, keys).await
    }
}

impl Loader<OwnedFieldsOf<OrganizationId>> for Batches {
    type Value = BTreeSet<String>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[OwnedFieldsOf<OrganizationId>],
    ) -> Result<HashMap<OwnedFieldsOf<OrganizationId>, Self::Value>> {
        owned_fields::<organization::Entity>(self, keys).await
    }
}

impl Loader<OwnedFieldsOf<CustomerId>> for Batches {
    type Value = BTreeSet<String>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[OwnedFieldsOf<CustomerId>],
    ) -> Result<HashMap<OwnedFieldsOf<CustomerId>, Self::Value>> {
        owned_fields::<customer::Entity>(self, keys).await
    }
}

async fn owned_fields<E: Guarded>(
    batches: &Batches,
    keys: &[OwnedFieldsOf<E::Id>],
) -> Result<HashMap<OwnedFieldsOf<E::Id>, BTreeSet<String>>> {
    let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
    let owned = batches.0.owned_fields::<E>(&ids).await?;
    let known = owned.into_iter().filter_map(|(id, fields)| {
        let id: E::Id = id.parse().ok()?;
        Some((OwnedFieldsOf(id), fields))
    });
    Ok(known.collect())
}
