//! Batches of roles, of what they hold, and of who holds them.

use crate::access::{Granted, PermissionSet};
use crate::error::{Error, Result};
use crate::graphql::context::Scope;
use crate::graphql::loading::Batches;
use async_graphql::dataloader::Loader;
use entity::ids::{AccountId, RoleAssignmentId, RoleId};
use entity::{role, role_assignment};
use std::collections::HashMap;
use std::task::Poll;

/// A role on the edge of an assignment that the viewer may see.
impl Loader<RoleId> for Batches {
    type Value = Granted<role::Entity>;
    type Error = Error;

    async fn load(&self, ids: &[RoleId]) -> Result<HashMap<RoleId, Self::Value>> {
        self.0.roles_on_edges(ids).await
    }
}

/// The same role, where memory knows; pending where it has to be loaded.
pub fn known_role(scope: &Scope, id: RoleId) -> Poll<Option<Granted<role::Entity>>> {
    let memory = scope.db.remembered();
    match memory.and_then(|memory| memory.role_on_edge(id)) {
        Some(role) => Poll::Ready(Some(role)),
        None => Poll::Pending,
    }
}

/// The same role: from memory where it is kept, else in a batch.
///
/// # Errors
/// Faults of the database only.
pub async fn role_on_edge(scope: &Scope, id: RoleId) -> Result<Option<Granted<role::Entity>>> {
    match known_role(scope, id) {
        Poll::Ready(found) => Ok(found),
        Poll::Pending => scope.loading.one(id).await,
    }
}

/// A role asked for by its id: only with ROLE_VIEW (T-198).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RoleById(pub RoleId);

impl Loader<RoleById> for Batches {
    type Value = Granted<role::Entity>;
    type Error = Error;

    async fn load(&self, keys: &[RoleById]) -> Result<HashMap<RoleById, Self::Value>> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.0.by_ids::<role::Entity>(&ids).await?;
        Ok(found
            .into_iter()
            .map(|(id, row)| (RoleById(id), row))
            .collect())
    }
}

/// What a role holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PermissionsOf(pub RoleId);

impl Loader<PermissionsOf> for Batches {
    type Value = PermissionSet;
    type Error = Error;

    async fn load(&self, keys: &[PermissionsOf]) -> Result<HashMap<PermissionsOf, PermissionSet>> {
        let roles: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.0.permissions_of_roles(&roles).await?;
        Ok(found
            .into_iter()
            .map(|(role, held)| (PermissionsOf(role), held))
            .collect())
    }
}

/// A role assignment by its id.
impl Loader<RoleAssignmentId> for Batches {
    type Value = Granted<role_assignment::Entity>;
    type Error = Error;

    async fn load(
        &self,
        ids: &[RoleAssignmentId],
    ) -> Result<HashMap<RoleAssignmentId, Self::Value>> {
        self.0.by_ids::<role_assignment::Entity>(ids).await
    }
}

/// The assignments of an account that the viewer sees: the oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AssignmentsOf(pub AccountId);

impl Loader<AssignmentsOf> for Batches {
    type Value = Vec<Granted<role_assignment::Entity>>;
    type Error = Error;

    async fn load(&self, keys: &[AssignmentsOf]) -> Result<HashMap<AssignmentsOf, Self::Value>> {
        let accounts: Vec<_> = keys.iter().map(|key| key.0).collect();
        let mut rows = self.0.assignments_on_edges(&accounts).await?;
        rows.sort_by_key(|row| (row.created_at, row.role_id, row.id));
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in rows {
            found
                .entry(AssignmentsOf(row.account_id))
                .or_default()
                .push(row);
        }
        Ok(found)
    }
}
