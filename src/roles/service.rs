//! The use cases that change roles and who holds them.

use super::rules::{names_an_organization, saved};
use crate::access::{
    Change, Delete, Edit, Grant, HELD_BY_EVERY_ACCOUNT, Leaving, Permission, PermissionSet, Place,
    Scope, View, WriteTx,
};
use crate::error::{Code, Error, Mistakes, Result};
use crate::graphql::terms::patch;
use crate::text::{NAME, Rule, unique_key};
use async_graphql::MaybeUndefined;
use chrono::{DateTime, Utc};
use entity::ids::{AccountId, OrganizationId, RoleAssignmentId, RoleId};
use entity::role_assignment::Scope as Stored;
use entity::{account, organization, role, role_assignment};
use sea_orm::{ColumnTrait, Condition, Set};
use serde::{Serialize, Serializer};

fn names<S: Serializer>(permissions: &[Permission], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(permissions.iter().map(|permission| permission.name()))
}

/// Adds a role. Needs ROLE_CREATE everywhere, and every permission that the role is to hold (T-195).
#[derive(Debug, Serialize)]
pub struct CreateRole {
    pub name: String,
    pub description: Option<String>,
    #[serde(serialize_with = "names")]
    pub permissions: Vec<Permission>,
}

impl Change for CreateRole {
    type Row = role::Entity;
    const MUTATION: &'static str = "roleCreate";
    const CREATES: bool = true;
    const GIVES_RIGHTS: bool = true;
    const NOT_ON_BEHALF: Option<&'static str> = Some("name");

    async fn apply(&self, tx: &mut WriteTx) -> Result<RoleId> {
        tx.require(Permission::RoleCreate, Place::Everywhere, "name")
            .await?;
        let mut mistakes = Mistakes::default();
        let name = mistakes.check(Rule::line("name", NAME).apply(Some(self.name.clone())));
        let description = mistakes.check(Rule::text("description").apply(self.description.clone()));
        mistakes.finish()?;
        let name = name.ok_or_else(nameless)?;
        let permissions = saved(&self.permissions);
        require_to_hold(tx, permissions)?;
        let id = RoleId(tx.next_number("role").await?);
        let row = role::ActiveModel {
            id: Set(id),
            name_key: Set(unique_key(&name)),
            name: Set(name),
            description: Set(description),
            system: Set(false),
            version: Set(1),
            created_at: Set(tx.now()),
            updated_at: Set(tx.now()),
        };
        tx.insert_role(row, permissions).await
    }
}

/// Changes a role. Needs ROLE_EDIT everywhere; a permission that it comes to hold is given to everybody who has the role, and needs to be
/// held over every scope in which they have it, for as long (T-195).
#[derive(Debug, Serialize)]
pub struct UpdateRole {
    pub id: RoleId,
    pub name: MaybeUndefined<String>,
    pub description: MaybeUndefined<String>,
    #[serde(serialize_with = "maybe_names")]
    pub permissions: MaybeUndefined<Vec<Permission>>,
}

fn maybe_names<S: Serializer>(
    permissions: &MaybeUndefined<Vec<Permission>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match permissions {
        MaybeUndefined::Value(permissions) => names(permissions, serializer),
        _ => serializer.serialize_none(),
    }
}

impl Change for UpdateRole {
    type Row = role::Entity;
    const MUTATION: &'static str = "roleUpdate";
    const GIVES_RIGHTS: bool = true;
    const NOT_ON_BEHALF: Option<&'static str> = Some("id");

    async fn apply(&self, tx: &mut WriteTx) -> Result<RoleId> {
        let row = tx.target::<role::Entity, Edit>(self.id).await?;
        let mut mistakes = Mistakes::default();
        let name = patch(&mut mistakes, self.name.clone(), |text| {
            Rule::line("name", NAME).apply(text)
        });
        let description = patch(&mut mistakes, self.description.clone(), |text| {
            Rule::text("description").apply(text)
        });
        if self.permissions.is_null() {
            let message = "permissions cannot be cleared; an empty list takes them all away";
            mistakes.note(Code::Invalid, "permissions", message);
        }
        mistakes.finish()?;
        if name == Some(None) {
            return Err(nameless());
        }
        let name = name.flatten();
        if row.system && name.as_ref().is_some_and(|name| *name != row.name) {
            return Err(kept_by_the_system("name", "it is not renamed"));
        }
        let held = tx.permissions_of_role(self.id).await?;
        let permissions = match self.permissions.value() {
            Some(asked) => saved(asked),
            None => held,
        };
        if permissions != held {
            if self.id == crate::access::ADMINISTRATORS {
                let why = "it holds every permission there is";
                return Err(kept_by_the_system("permissions", why));
            }
            let added = permissions.without(held);
            require_to_hold(tx, added)?;
            tx.require_to_add(self.id, added, "permissions").await?;
        }
        tx.save_role(row, permissions, |role| {
            if let Some(name) = name {
                role.name_key = Set(unique_key(&name));
                role.name = Set(name);
            }
            if let Some(description) = description {
                role.description = Set(description);
            }
        })
        .await?;
        Ok(self.id)
    }
}

/// Deletes a role that nobody holds. Needs ROLE_DELETE everywhere. Assignments that are over go with it.
#[derive(Debug, Serialize)]
pub struct DeleteRole {
    pub id: RoleId,
}

impl Change for DeleteRole {
    type Row = role::Entity;
    const MUTATION: &'static str = "roleDelete";
    const GIVES_RIGHTS: bool = true;
    const NOT_ON_BEHALF: Option<&'static str> = Some("id");

    async fn apply(&self, tx: &mut WriteTx) -> Result<RoleId> {
        let row = tx.target::<role::Entity, Delete>(self.id).await?;
        if row.system {
            return Err(kept_by_the_system("id", "it is not deleted"));
        }
        let held = Condition::all().add(role_assignment::Column::RoleId.eq(self.id));
        let not_over = Condition::any()
            .add(role_assignment::Column::ValidUntil.is_null())
            .add(role_assignment::Column::ValidUntil.gt(tx.now()));
        if tx
            .uses::<role_assignment::Entity>(held.clone().add(not_over))
            .await?
            > 0
        {
            let message = "somebody holds the role, or will";
            return Err(Error::invalid(Code::InUse, "id", message));
        }
        for assignment in tx.consequences::<role_assignment::Entity>(held).await? {
            tx.delete(assignment).await?;
        }
        tx.delete_role(row).await?;
        Ok(self.id)
    }
}

/// Gives a role to an account. Needs ROLE_ASSIGN and every permission of the role over the whole of the scope, for as long (T-195).
#[derive(Debug, Serialize)]
pub struct AssignRole {
    pub account_id: AccountId,
    pub role_id: RoleId,
    pub scope: Stored,
    pub organization_id: Option<OrganizationId>,
    pub valid_from: Option<DateTime<Utc>>,
    pub valid_until: Option<DateTime<Utc>>,
}

impl Change for AssignRole {
    type Row = role_assignment::Entity;
    const MUTATION: &'static str = "roleAssign";
    const CREATES: bool = true;
    const GIVES_RIGHTS: bool = true;
    const NOT_ON_BEHALF: Option<&'static str> = Some("accountId");

    async fn apply(&self, tx: &mut WriteTx) -> Result<RoleAssignmentId> {
        self.check_shape(tx.now())?;
        let account = tx
            .refer::<account::Entity>(self.account_id, "accountId")
            .await?;
        // Kept as it is: a permission that is added to it at the same time would be given without having been asked for.
        let role = tx.refer::<role::Entity>(self.role_id, "roleId").await?;
        if HELD_BY_EVERY_ACCOUNT.contains(&role.id) {
            return Err(kept_by_the_system("roleId", "every account has it"));
        }
        if let Some(organization) = self.organization_id {
            tx.refer::<organization::Entity>(organization, "organizationId")
                .await?;
        }
        let own = tx.own_organization_of(account.id).await?;
        let scope = scope_of(self.scope, self.organization_id, own);
        require_to_assign(tx, scope, self.valid_until, "scope").await?;
        let given = Grant {
            permissions: tx.permissions_of_role(role.id).await?,
            scope,
            until: self.valid_until,
        };
        tx.require_to_give(&[given], "roleId").await?;
        let id = RoleAssignmentId(tx.fresh_id());
        let row = role_assignment::ActiveModel {
            id: Set(id),
            account_id: Set(account.id),
            role_id: Set(role.id),
            scope: Set(self.scope),
            organization_id: Set(self.organization_id),
            valid_from: Set(self.valid_from),
            valid_until: Set(self.valid_until),
            created_at: Set(tx.now()),
        };
        tx.insert::<role_assignment::Entity>(row).await?;
        Ok(id)
    }
}

impl AssignRole {
    fn check_shape(&self, now: DateTime<Utc>) -> Result<()> {
        let mut mistakes = Mistakes::default();
        match (names_an_organization(self.scope), self.organization_id) {
            (true, None) => {
                let message = "a scope of SUBTREE or NODE needs the organization that it is over";
                mistakes.note(Code::Required, "organizationId", message);
            }
            (false, Some(_)) => {
                let message = "a scope of GLOBAL or OWN names no organization";
                mistakes.note(Code::Invalid, "organizationId", message);
            }
            _ => {}
        }
        if let Some(until) = self.valid_until {
            if self.valid_from.is_some_and(|from| until <= from) {
                mistakes.note(Code::Invalid, "validUntil", "it ends before it begins");
            } else if until <= now {
                mistakes.note(Code::Invalid, "validUntil", "it would be over already");
            }
        }
        mistakes.finish()
    }
}

/// Takes a role from an account again. Needs ROLE_ASSIGN over the scope of the assignment. The last administrator stays.
#[derive(Debug, Serialize)]
pub struct RevokeRole {
    pub id: RoleAssignmentId,
}

impl Change for RevokeRole {
    type Row = role_assignment::Entity;
    const MUTATION: &'static str = "roleRevoke";
    const GIVES_RIGHTS: bool = true;
    const NOT_ON_BEHALF: Option<&'static str> = Some("id");

    async fn apply(&self, tx: &mut WriteTx) -> Result<RoleAssignmentId> {
        let seen = tx
            .fetch_for::<role_assignment::Entity, View>(self.id, "id")
            .await?;
        tx.expect_unchanged()?;
        if HELD_BY_EVERY_ACCOUNT.contains(&seen.role_id) {
            return Err(kept_by_the_system("id", "every account has it"));
        }
        let own = tx.own_organization_of(seen.account_id).await?;
        let scope = scope_of(seen.scope, seen.organization_id, own);
        let now = tx.now();
        require_to_assign(tx, scope, Some(now), "id").await?;
        tx.keep_an_administrator(Leaving::Assignment(self.id), "id")
            .await?;
        let is_it = role_assignment::Column::Id.eq(self.id);
        for row in tx.consequences::<role_assignment::Entity>(is_it).await? {
            tx.delete(row).await?;
        }
        Ok(self.id)
    }
}

/// Where an assignment counts. OWN is one organization here; for an account without one it takes GLOBAL scope to give or take it, as such
/// accounts are nobody's else.
fn scope_of(
    scope: Stored,
    organization: Option<OrganizationId>,
    own: Option<OrganizationId>,
) -> Scope {
    match (scope, organization, own) {
        (Stored::Subtree, Some(organization), _) => Scope::Subtree(organization),
        (Stored::Node, Some(organization), _) | (Stored::Own, _, Some(organization)) => {
            Scope::Node(organization)
        }
        _ => Scope::Global,
    }
}

async fn require_to_assign(
    tx: &mut WriteTx,
    scope: Scope,
    until: Option<DateTime<Utc>>,
    field: &str,
) -> Result<()> {
    if !tx.viewer().holds(Permission::RoleAssign) {
        let message = format!("this needs the permission {}", Permission::RoleAssign);
        return Err(Error::invalid(Code::Forbidden, field, message));
    }
    let to_assign = Grant {
        permissions: [Permission::RoleAssign].into_iter().collect(),
        scope,
        until,
    };
    tx.require_to_give(&[to_assign], field).await
}

/// A role cannot be given a permission that its maker lacks altogether (T-195).
fn require_to_hold(tx: &WriteTx, permissions: PermissionSet) -> Result<()> {
    match permissions.without(tx.viewer().permissions()).iter().next() {
        Some(lacking) => {
            let message = format!("you do not hold {lacking} yourself");
            Err(Error::invalid(Code::OutOfScope, "permissions", message))
        }
        None => Ok(()),
    }
}

fn nameless() -> Error {
    Error::invalid(Code::Required, "name", "a role needs a name")
}

fn kept_by_the_system(field: &str, why: &str) -> Error {
    let message = format!("the role is kept by the system: {why}");
    Error::invalid(Code::Forbidden, field, message)
}
