//! Batches of customer groups.

use super::list::effective_group_is;
use crate::access::Granted;
use crate::error::{Error, Result};
use crate::graphql::context::Scope;
use crate::graphql::loading::Batches;
use async_graphql::dataloader::Loader;
use entity::ids::{CustomerGroupId, OrganizationId};
use entity::{contact, customer_group, organization, price};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition};
use std::collections::HashMap;
use std::task::Poll;

/// A group on the edge of a row that the viewer may see (T-199).
impl Loader<CustomerGroupId> for Batches {
    type Value = Granted<customer_group::Entity>;
    type Error = Error;

    async fn load(&self, ids: &[CustomerGroupId]) -> Result<HashMap<CustomerGroupId, Self::Value>> {
        self.0.groups_on_edges(ids).await
    }
}

/// The same group, where memory knows; pending where it has to be loaded.
pub fn known_group(
    scope: &Scope,
    id: CustomerGroupId,
) -> Poll<Option<Granted<customer_group::Entity>>> {
    let memory = scope.db.remembered();
    match memory.and_then(|memory| memory.group_on_edge(id)) {
        Some(group) => Poll::Ready(Some(group)),
        None => Poll::Pending,
    }
}

/// The same group: from memory where it is kept, else in a batch.
///
/// # Errors
/// Faults of the database only.
pub async fn group_on_edge(
    scope: &Scope,
    id: CustomerGroupId,
) -> Result<Option<Granted<customer_group::Entity>>> {
    match known_group(scope, id) {
        Poll::Ready(found) => Ok(found),
        Poll::Pending => scope.loading.one(id).await,
    }
}

/// A group asked for by its id: only where the viewer may see it by itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GroupById(pub CustomerGroupId);

impl Loader<GroupById> for Batches {
    type Value = Granted<customer_group::Entity>;
    type Error = Error;

    async fn load(&self, keys: &[GroupById]) -> Result<HashMap<GroupById, Self::Value>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.0.by_ids::<customer_group::Entity>(&ids).await?;
        Ok(found
            .into_iter()
            .map(|(id, row)| (GroupById(id), row))
            .collect())
    }
}

/// The group given to an organization, hidden or not (T-22).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GroupGivenTo(pub OrganizationId);

impl Loader<GroupGivenTo> for Batches {
    type Value = CustomerGroupId;
    type Error = Error;

    async fn load(&self, keys: &[GroupGivenTo]) -> Result<HashMap<GroupGivenTo, CustomerGroupId>> {
        let organizations: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.0.groups_given_to(&organizations).await?;
        Ok(found
            .into_iter()
            .map(|(organization, group)| (GroupGivenTo(organization), group))
            .collect())
    }
}

/// The group given to an organization, where memory knows; pending where it has to be loaded.
pub fn known_group_given_to(
    scope: &Scope,
    organization: OrganizationId,
) -> Poll<Option<CustomerGroupId>> {
    match scope.db.remembered() {
        Some(memory) if memory.knows(organization) => {
            Poll::Ready(memory.group_given_to(organization))
        }
        _ => Poll::Pending,
    }
}

/// The group given to an organization: from memory where it is kept, else in a batch.
///
/// # Errors
/// Faults of the database only.
pub async fn group_given_to(
    scope: &Scope,
    organization: OrganizationId,
) -> Result<Option<CustomerGroupId>> {
    match known_group_given_to(scope, organization) {
        Poll::Ready(found) => Ok(found),
        Poll::Pending => scope.loading.one(GroupGivenTo(organization)).await,
    }
}

/// Who is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Contacts given the group themselves.
    Contacts,
    /// Organizations given the group.
    Organizations,
    /// Contacts whose effective group it is.
    EffectiveContacts,
    /// Prices for the group.
    Prices,
}

/// How many visible rows have a group.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CountOf(pub CustomerGroupId, pub Counted);

impl Loader<CountOf> for Batches {
    type Value = i64;
    type Error = Error;

    async fn load(&self, keys: &[CountOf]) -> Result<HashMap<CountOf, i64>> {
        let mut found = HashMap::new();
        for counted in [
            Counted::Contacts,
            Counted::Organizations,
            Counted::EffectiveContacts,
            Counted::Prices,
        ] {
            let groups: Vec<_> = keys
                .iter()
                .filter(|key| key.1 == counted)
                .map(|key| key.0)
                .collect();
            if groups.is_empty() {
                continue;
            }
            let counts = self.count(counted, &groups).await?;
            found.extend(
                counts
                    .into_iter()
                    .map(|(group, count)| (CountOf(group, counted), count)),
            );
        }
        Ok(found)
    }
}

impl Batches {
    async fn count(
        &self,
        counted: Counted,
        groups: &[CustomerGroupId],
    ) -> Result<HashMap<CustomerGroupId, i64>> {
        let everyone = Condition::all();
        match counted {
            Counted::Contacts => {
                let given = |group| {
                    Condition::all().add(contact::Column::CustomerGroupId.into_expr().eq(group))
                };
                self.0
                    .counts::<contact::Entity, _>(groups, &given, everyone)
                    .await
            }
            Counted::Organizations => {
                let given = |group| {
                    Condition::all()
                        .add(organization::Column::CustomerGroupId.into_expr().eq(group))
                };
                self.0
                    .counts::<organization::Entity, _>(groups, &given, everyone)
                    .await
            }
            Counted::Prices => {
                let own = |group| {
                    Condition::all().add(price::Column::CustomerGroupId.into_expr().eq(group))
                };
                self.0
                    .counts::<price::Entity, _>(groups, &own, everyone)
                    .await
            }
            Counted::EffectiveContacts => {
                let engine = self.0.engine();
                let effective = |group| effective_group_is(engine, group);
                self.0
                    .counts::<contact::Entity, _>(groups, &effective, everyone)
                    .await
            }
        }
    }
}
