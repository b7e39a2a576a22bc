//! Roles with what they hold, which stands in a table of its own but changes with the role, in one version and one entry of the history.

use super::granted::{Delete, Edit, Granted, View};
use super::guarded::Guarded;
use super::scoped_db::ScopedDb;
use super::write_tx::WriteTx;
use super::{ADMINISTRATORS, PermissionSet};
use crate::error::Result;
use entity::ids::{AccountId, RoleId};
use entity::{role, role_assignment, role_permission};
use sea_orm::sea_query::Query;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, Set,
    TryIntoModel,
};
use serde::Serialize;
use std::collections::HashMap;

/// A role as the history keeps it.
#[derive(Serialize)]
struct WithPermissions<'a> {
    #[serde(flatten)]
    role: &'a role::Model,
    permissions: Vec<&'static str>,
}

impl<'a> WithPermissions<'a> {
    fn of(role: &'a role::Model, permissions: PermissionSet) -> Self {
        let permissions = permissions.iter().map(super::Permission::name).collect();
        Self { role, permissions }
    }
}

impl ScopedDb {
    /// What each of `roles` holds.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn permissions_of_roles(
        &self,
        roles: &[RoleId],
    ) -> Result<HashMap<RoleId, PermissionSet>> {
        let statement = Query::select()
            .column(role_permission::Column::RoleId.as_column_ref())
            .column(role_permission::Column::Permission.as_column_ref())
            .from(role_permission::Entity)
            .cond_where(self.is_one_of(role_permission::Column::RoleId, roles))
            .take();
        let mut held: HashMap<RoleId, PermissionSet> = roles
            .iter()
            .map(|role| (*role, PermissionSet::default()))
            .collect();
        for row in self.reader().query_all(&statement).await? {
            let role: RoleId = row.try_get_by_index(0)?;
            held.entry(role)
                .or_default()
                .insert_named(&row.try_get_by_index::<String>(1)?);
        }
        if let Some(all) = held.get_mut(&ADMINISTRATORS) {
            *all = PermissionSet::all();
        }
        Ok(held)
    }

    /// The roles of assignments that the viewer may see: whoever may see that an account holds a role may see which.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn roles_on_edges(
        &self,
        roles: &[RoleId],
    ) -> Result<HashMap<RoleId, Granted<role::Entity, View>>> {
        let condition = self.is_one_of(role::Column::Id, roles);
        let rows = self.unscoped::<role::Entity>(condition).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

impl ScopedDb {
    /// The assignments of accounts that the viewer sees: whoever may see an account may see what it holds.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn assignments_on_edges(
        &self,
        accounts: &[AccountId],
    ) -> Result<Vec<Granted<role_assignment::Entity, View>>> {
        let of_them = self.is_one_of(role_assignment::Column::AccountId, accounts);
        self.unscoped::<role_assignment::Entity>(of_them).await
    }
}

impl WriteTx {
    /// Adds a role that holds `permissions`.
    ///
    /// # Errors
    /// What the table refuses, such as a name that is taken.
    pub async fn insert_role(
        &mut self,
        row: role::ActiveModel,
        permissions: PermissionSet,
    ) -> Result<RoleId> {
        let made = role::Entity::insert(row)
            .exec_with_returning(self.connection())
            .await?;
        self.put_permissions(made.id, permissions).await?;
        let noted = WithPermissions::of(&made, permissions);
        self.journal()
            .note(role::Entity::KIND, made.id.to_string(), None, Some(&noted));
        Ok(made.id)
    }

    /// Changes a role and what it holds. A change that comes to nothing bumps nothing and leaves no history (T-114).
    ///
    /// # Errors
    /// What the table refuses.
    pub async fn save_role(
        &mut self,
        row: Granted<role::Entity, Edit>,
        permissions: PermissionSet,
        change: impl FnOnce(&mut role::ActiveModel) + Send,
    ) -> Result<()> {
        let old = row.into_model();
        let held = self.permissions_of_role(old.id).await?;
        let mut active = old.clone().into_active_model();
        change(&mut active);
        if active.clone().try_into_model()? == old && permissions == held {
            return Ok(());
        }
        active.version = Set(old.version + 1);
        active.updated_at = Set(self.now());
        let new = active.update(self.connection()).await?;
        if permissions != held {
            self.drop_permissions(old.id).await?;
            self.put_permissions(old.id, permissions).await?;
        }
        let (old, new) = (
            WithPermissions::of(&old, held),
            WithPermissions::of(&new, permissions),
        );
        self.journal().note(
            role::Entity::KIND,
            old.role.id.to_string(),
            Some(&old),
            Some(&new),
        );
        Ok(())
    }

    /// Deletes a role with what it holds.
    ///
    /// # Errors
    /// What the tables that refer to it refuse.
    pub async fn delete_role(&mut self, row: Granted<role::Entity, Delete>) -> Result<()> {
        let old = row.into_model();
        let held = self.permissions_of_role(old.id).await?;
        self.drop_permissions(old.id).await?;
        role::Entity::delete_many()
            .filter(role::Column::Id.eq(old.id))
            .exec(self.connection())
            .await?;
        let noted = WithPermissions::of(&old, held);
        self.journal()
            .note(role::Entity::KIND, old.id.to_string(), Some(&noted), None);
        Ok(())
    }

    async fn put_permissions(&mut self, role: RoleId, permissions: PermissionSet) -> Result<()> {
        let rows: Vec<_> = permissions
            .iter()
            .map(|permission| role_permission::ActiveModel {
                role_id: Set(role),
                permission: Set(permission.name().to_owned()),
            })
            .collect();
        if !rows.is_empty() {
            role_permission::Entity::insert_many(rows)
                .exec_without_returning(self.connection())
                .await?;
        }
        Ok(())
    }

    /// Names that the product does not know go too: they give nothing, and are saved away with the next change.
    async fn drop_permissions(&mut self, role: RoleId) -> Result<()> {
        role_permission::Entity::delete_many()
            .filter(role_permission::Column::RoleId.eq(role))
            .exec(self.connection())
            .await?;
        Ok(())
    }
}
