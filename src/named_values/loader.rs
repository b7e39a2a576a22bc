//! Batches of named values.

use crate::access::Granted;
use crate::error::{Error, Result};
use crate::graphql::loading::Batches;
use async_graphql::dataloader::Loader;
use entity::ids::{BusinessCategoryId, OrganizationTypeId};
use entity::{business_category, organization_type};
use std::collections::HashMap;

/// An organization type by its id.
impl Loader<OrganizationTypeId> for Batches {
    type Value = Granted<organization_type::Entity>;
    type Error = Error;

    async fn load(
        &self,
        ids: &[OrganizationTypeId],
    ) -> Result<HashMap<OrganizationTypeId, Self::Value>> {
        self.0.by_ids::<organization_type::Entity>(ids).await
    }
}

/// A business category by its id.
impl Loader<BusinessCategoryId> for Batches {
    type Value = Granted<business_category::Entity>;
    type Error = Error;

    async fn load(
        &self,
        ids: &[BusinessCategoryId],
    ) -> Result<HashMap<BusinessCategoryId, Self::Value>> {
        self.0.by_ids::<business_category::Entity>(ids).await
    }
}
