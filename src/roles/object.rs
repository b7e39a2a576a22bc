//! Roles and assignments as clients see them.

use super::loader::{PermissionsOf, known_role, role_on_edge};
use crate::access::{Granted, Permission, PermissionSet};
use crate::accounts::object::Account;
use crate::connection;
use crate::error::{Error, Result};
use crate::graphql::at_once::{Asked, AtOnce, Quick, text};
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use crate::graphql::scalars::DateTime;
use crate::organizations::loader::{known_organization, organization};
use crate::organizations::object::Organization;
use async_graphql::resolver_utils::enum_value;
use async_graphql::{Context, Enum, ID, Object, SimpleObject, Value};
use entity::role_assignment::Scope;
use entity::{role, role_assignment};
use std::task::Poll;

/// A row of a role as an object of the schema.
#[derive(Clone)]
pub struct Role {
    row: Granted<role::Entity>,
    /// Of a change that was only validated: what it would hold.
    would_hold: Option<PermissionSet>,
}

impl From<Granted<role::Entity>> for Role {
    fn from(row: Granted<role::Entity>) -> Self {
        Self {
            row,
            would_hold: None,
        }
    }
}

impl Role {
    /// As it would be if it held `permissions`.
    #[must_use]
    pub fn holding(row: Granted<role::Entity>, permissions: PermissionSet) -> Self {
        Self {
            row,
            would_hold: Some(permissions),
        }
    }
}

connection!(RoleConnection, RoleEdge, Role, "roles");

/// A named set of permissions. Visible on every assignment that you may see; by id and in lists with ROLE_VIEW.
#[Object]
impl Role {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode::<role::Entity>(self.row.id)
    }

    /// The name, unique without regard to case.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// What it is for, at most 10,000 characters.
    async fn description(&self) -> Option<&str> {
        self.row.description.as_deref()
    }

    /// Kept by the system: neither renamed nor deleted (Everyone, Registered, Administrators).
    async fn system(&self) -> bool {
        self.row.system
    }

    /// What it holds, in the order of the catalogue. Administrators holds everything, also what later versions add.
    async fn permissions(&self, ctx: &Context<'_>) -> Result<Vec<Permission>> {
        let held = match self.would_hold {
            Some(held) => Some(held),
            None => ctx.load(PermissionsOf(self.row.id)).await?,
        };
        Ok(held.unwrap_or_default().iter().collect())
    }

    /// 1 when created, one more with every change; for expectedVersion.
    async fn version(&self) -> i32 {
        self.row.version
    }
}

/// Where an assignment counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RoleScope {
    /// Everywhere, also where there is no organization.
    Global,
    /// The named organization and everything below it.
    Subtree,
    /// The named organization alone.
    Node,
    /// The organization of the holder's own contact, alone; nowhere for a holder without one.
    Own,
}

impl From<Scope> for RoleScope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Global => Self::Global,
            Scope::Subtree => Self::Subtree,
            Scope::Node => Self::Node,
            Scope::Own => Self::Own,
        }
    }
}

impl From<RoleScope> for Scope {
    fn from(scope: RoleScope) -> Self {
        match scope {
            RoleScope::Global => Self::Global,
            RoleScope::Subtree => Self::Subtree,
            RoleScope::Node => Self::Node,
            RoleScope::Own => Self::Own,
        }
    }
}

/// A row of a role assignment as an object of the schema.
#[derive(Clone)]
pub struct RoleAssignment(pub Granted<role_assignment::Entity>);

/// A role that an account holds, where and for how long. Visible with the account. Those that are over or yet to come are shown and give nothing.
#[Object]
impl RoleAssignment {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode::<role_assignment::Entity>(self.0.id)
    }

    /// Who holds the role.
    async fn account(&self, ctx: &Context<'_>) -> Result<Account> {
        let found = ctx.load(self.0.account_id).await?;
        found
            .map(Account)
            .ok_or_else(|| Error::internal("an assignment is visible, its account is not"))
    }

    /// Which role.
    async fn role(&self, ctx: &Context<'_>) -> Result<Quick<Role>> {
        let found = role_on_edge(ctx.scope(), self.0.role_id).await?;
        found
            .map(Role::from)
            .map(Quick)
            .ok_or_else(|| Error::internal("an assignment of no role"))
    }

    /// Where it counts.
    async fn scope(&self) -> RoleScope {
        self.0.scope.into()
    }

    /// Set for SUBTREE and NODE, where you may see it.
    async fn organization(&self, ctx: &Context<'_>) -> Option<Result<Organization>> {
        let found = organization(ctx.scope(), self.0.organization_id?).await;
        found.map(|row| row.map(Organization)).transpose()
    }

    /// From when on it counts, inclusive; null is since ever.
    async fn valid_from(&self) -> Option<DateTime> {
        self.0.valid_from.map(DateTime)
    }

    /// Until when it counts, exclusive; null is for ever.
    async fn valid_until(&self) -> Option<DateTime> {
        self.0.valid_until.map(DateTime)
    }
}

/// What there is to know about one permission.
#[derive(SimpleObject)]
pub struct PermissionEntry {
    /// The permission.
    permission: Permission,
    /// What it lets one do.
    description: &'static str,
    /// What it is about, such as CUSTOMER_GROUP.
    area: String,
    /// The permission that is added to a role together with it, so that what one may change one may see too.
    implies: Option<Permission>,
}

impl From<Permission> for PermissionEntry {
    fn from(permission: Permission) -> Self {
        let areas = [
            "CUSTOMER_GROUP",
            "ORGANIZATION",
            "CONTACT_NOTE",
            "CONTACT",
            "ACCOUNT",
            "ROLE",
            "PRICE",
            "CUSTOMER",
            "ORDER",
            "SEGMENT",
            "IMPORT",
            "HISTORY",
        ];
        let area = areas
            .iter()
            .find(|area| permission.name().starts_with(*area))
            .copied()
            .unwrap_or_default();
        Self {
            permission,
            description: permission.description(),
            area: area.to_owned(),
            implies: permission.implied(),
        }
    }
}

impl AtOnce for Role {
    fn at_once(&self, asked: &Asked<'_>) -> Option<Value> {
        Some(match asked.name() {
            "id" => Value::String(global_id::encode::<role::Entity>(self.row.id).0),
            "name" => Value::String(self.row.name.clone()),
            "description" => text(self.row.description.as_deref()),
            "system" => self.row.system.into(),
            "version" => self.row.version.into(),
            _ => return None,
        })
    }
}

impl AtOnce for RoleAssignment {
    fn at_once(&self, asked: &Asked<'_>) -> Option<Value> {
        let scope = asked.scope();
        Some(match asked.name() {
            "id" => Value::String(global_id::encode::<role_assignment::Entity>(self.0.id).0),
            "scope" => enum_value(RoleScope::from(self.0.scope)),
            "role" => match known_role(scope, self.0.role_id) {
                Poll::Ready(Some(role)) => return asked.object(&Role::from(role)),
                _ => return None,
            },
            "organization" => {
                let found = self
                    .0
                    .organization_id
                    .map(|id| known_organization(scope, id));
                return asked.edge(found.unwrap_or(Poll::Ready(None)), Organization);
            }
            _ => return None,
        })
    }
}
