//! Moving and joining are granting: what comes below an organization comes under the rights that others hold there, and an account
//! holds by OWN scope over whatever organization its contact is in (T-194). Assignments yet to come count too.

use super::scoped_db::reaches;
use super::system_roles::HELD_BY_EVERY_ACCOUNT;
use super::write_tx::WriteTx;
use super::{Permission, PermissionSet, Place, Reach};
use crate::error::{Code, Error, Result};
use entity::ids::{ContactId, OrganizationId, RoleId};
use entity::role_assignment::Scope;
use entity::{account, organization_closure as closure, role_assignment, role_permission};
use sea_orm::sea_query::{Condition, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, JoinType};

impl WriteTx {
    /// Lets `organization` be hung below `parent`: the mover must hold, over all that moves, everything that anyone would gain over it
    /// there. Else one could pull a unit under oneself, or push it under an accomplice, and read it.
    ///
    /// # Errors
    /// User error `OUT_OF_SCOPE` at `field`, naming a permission that the mover lacks.
    pub async fn require_what_moving_gives(
        &mut self,
        organization: OrganizationId,
        parent: OrganizationId,
        field: &str,
    ) -> Result<()> {
        let ancestors_of = |organization: OrganizationId| {
            Query::select()
                .column(closure::Column::AncestorId.as_column_ref())
                .from(closure::Entity)
                .cond_where(closure::Column::DescendantId.eq(organization))
                .take()
        };
        let mut gained = self.assigned();
        gained
            .cond_where(role_assignment::Column::Scope.eq(Scope::Subtree))
            .cond_where(role_assignment::Column::OrganizationId.in_subquery(ancestors_of(parent)))
            .cond_where(
                role_assignment::Column::OrganizationId.not_in_subquery(ancestors_of(organization)),
            );
        for permission in self.permissions_in(&gained).await?.iter() {
            if !self.reaches_subtree(permission, organization).await? {
                return Err(lacking(permission, field));
            }
        }
        Ok(())
    }

    /// Lets `contact` come into `organization`: the mover must hold there what the contact's account would gain by OWN scope.
    ///
    /// # Errors
    /// User error `OUT_OF_SCOPE` at `field`, naming a permission that the mover lacks.
    pub async fn require_what_joining_gives(
        &mut self,
        contact: ContactId,
        organization: OrganizationId,
        field: &str,
    ) -> Result<()> {
        let with_account = account::Column::ContactId.eq(contact);
        if self.uses::<account::Entity>(with_account.clone()).await? == 0 {
            return Ok(());
        }
        let accounts = Query::select()
            .column(account::Column::Id.as_column_ref())
            .from(account::Entity)
            .cond_where(with_account)
            .take();
        let mut gained = self.assigned();
        gained
            .cond_where(role_assignment::Column::Scope.eq(Scope::Own))
            .cond_where(role_assignment::Column::AccountId.in_subquery(accounts));
        let implied = Query::select()
            .column(role_permission::Column::RoleId.as_column_ref())
            .column(role_permission::Column::Permission.as_column_ref())
            .from(role_permission::Entity)
            .cond_where(role_permission::Column::RoleId.is_in(HELD_BY_EVERY_ACCOUNT))
            .take();
        let held = self
            .permissions_in(&gained)
            .await?
            .union(self.permissions_in(&implied).await?);
        for permission in held.iter() {
            if !reaches(
                self.connection(),
                self.viewer(),
                permission,
                Place::Organization(organization),
            )
            .await?
            {
                return Err(lacking(permission, field));
            }
        }
        Ok(())
    }

    /// Role and permission of assignments that count now or will.
    fn assigned(&self) -> SelectStatement {
        let not_over = Condition::any()
            .add(role_assignment::Column::ValidUntil.is_null())
            .add(role_assignment::Column::ValidUntil.gt(self.now()));
        Query::select()
            .distinct()
            .column(role_assignment::Column::RoleId.as_column_ref())
            .column(role_permission::Column::Permission.as_column_ref())
            .from(role_assignment::Entity)
            .join(
                JoinType::LeftJoin,
                role_permission::Entity,
                role_permission::Column::RoleId
                    .into_expr()
                    .equals(role_assignment::Column::RoleId.as_column_ref()),
            )
            .cond_where(not_over)
            .take()
    }

    /// Whether `permission` of the viewer reaches an organization and whatever lies below it, now or later: rights on single organizations
    /// do not add up to that (T-195).
    async fn reaches_subtree(
        &mut self,
        permission: Permission,
        organization: OrganizationId,
    ) -> Result<bool> {
        let subtrees = match self.viewer().reach(permission) {
            Reach::Everywhere => return Ok(true),
            Reach::Within { subtrees, .. } => subtrees,
        };
        for subtree in subtrees {
            if self.lies_within(organization, subtree).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn permissions_in(&self, statement: &SelectStatement) -> Result<PermissionSet> {
        let mut held = PermissionSet::default();
        for row in self.connection().query_all(statement).await? {
            let role: RoleId = row.try_get_by_index(0)?;
            let permission: Option<String> = row.try_get_by_index(1)?;
            held.insert_of_role(role, permission.as_deref());
        }
        Ok(held)
    }
}

fn lacking(permission: Permission, field: &str) -> Error {
    let message =
        format!("somebody would gain {permission} by this, which you do not hold there yourself");
    Error::invalid(Code::OutOfScope, field, message)
}
