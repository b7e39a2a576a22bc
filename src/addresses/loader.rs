//! Batches of addresses.

use crate::access::Granted;
use crate::error::{Error, Result};
use crate::graphql::loading::Batches;
use async_graphql::dataloader::Loader;
use entity::address;
use entity::ids::{AddressId, ContactId, OrganizationId};
use sea_orm::Condition;
use std::collections::HashMap;

/// An address by its id.
impl Loader<AddressId> for Batches {
    type Value = Granted<address::Entity>;
    type Error = Error;

    async fn load(&self, ids: &[AddressId]) -> Result<HashMap<AddressId, Self::Value>> {
        self.0.by_ids::<address::Entity>(ids).await
    }
}

/// Whose address it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    Organization(OrganizationId),
    Contact(ContactId),
}

/// All addresses of an owner.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AddressesOf(pub Owner);

/// The oldest first, ties by id.
impl Loader<AddressesOf> for Batches {
    type Value = Vec<Granted<address::Entity>>;
    type Error = Error;

    async fn load(&self, keys: &[AddressesOf]) -> Result<HashMap<AddressesOf, Self::Value>> {
        let (mut organizations, mut contacts) = (Vec::new(), Vec::new());
        for AddressesOf(owner) in keys {
            match owner {
                Owner::Organization(id) => organizations.push(*id),
                Owner::Contact(id) => contacts.push(*id),
            }
        }
        let mut owned = Condition::any();
        if !organizations.is_empty() {
            owned = owned.add(
                self.0
                    .is_one_of(address::Column::OrganizationId, &organizations),
            );
        }
        if !contacts.is_empty() {
            owned = owned.add(self.0.is_one_of(address::Column::ContactId, &contacts));
        }
        let mut rows = self.0.all::<address::Entity>(owned).await?;
        rows.sort_by_key(|row| (row.created_at, row.id));
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in rows {
            let owner = row
                .organization_id
                .map(Owner::Organization)
                .or(row.contact_id.map(Owner::Contact));
            if let Some(owner) = owner {
                found.entry(AddressesOf(owner)).or_default().push(row);
            }
        }
        Ok(found)
    }
}
