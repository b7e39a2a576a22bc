//! Who holds what, the slow and simple way: everything is read, and every right is looked for in every assignment, for every place.

use crate::support::World;
use chrono::{DateTime, Utc};
use entity::ids::{AccountId, ContactId, OrganizationId, RoleId};
use entity::role_assignment::{self, Scope};
use entity::{account, contact, organization, role_permission};
use guildhall::access::{ADMINISTRATORS, Permission};
use sea_orm::EntityTrait;
use std::collections::{BTreeMap, BTreeSet};

/// Where a right may be held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// Outside every organization.
    Everywhere,
    /// In an organization.
    In(OrganizationId),
    /// In what somebody may make below an organization tomorrow.
    Below(OrganizationId),
}

/// A right at a spot.
pub type Right = (Permission, Spot);

/// Everything that decides about rights.
#[derive(Clone, Debug)]
pub struct Model {
    pub now: DateTime<Utc>,
    pub parents: BTreeMap<OrganizationId, Option<OrganizationId>>,
    pub contacts: BTreeMap<ContactId, Option<OrganizationId>>,
    pub accounts: BTreeMap<AccountId, account::Model>,
    pub roles: BTreeMap<RoleId, BTreeSet<Permission>>,
    pub assignments: Vec<role_assignment::Model>,
}

impl Model {
    /// Reads the whole directory past the product.
    #[expect(clippy::disallowed_methods, reason = "the model knows no viewer")]
    pub async fn read(world: &World) -> Self {
        let raw = sea_orm::Database::connect(&world.url)
            .await
            .expect("a connection");
        let organizations = organization::Entity::find()
            .all(&raw)
            .await
            .expect("organizations");
        let contacts = contact::Entity::find().all(&raw).await.expect("contacts");
        let accounts = account::Entity::find().all(&raw).await.expect("accounts");
        let held = role_permission::Entity::find()
            .all(&raw)
            .await
            .expect("permissions");
        let assignments = role_assignment::Entity::find()
            .all(&raw)
            .await
            .expect("assignments");
        raw.close().await.expect("an end");
        let mut roles: BTreeMap<RoleId, BTreeSet<Permission>> = BTreeMap::new();
        for row in held {
            let known = Permission::ALL
                .iter()
                .find(|known| known.name() == row.permission);
            roles.entry(row.role_id).or_default().extend(known);
        }
        roles.insert(ADMINISTRATORS, Permission::ALL.iter().copied().collect());
        Self {
            now: world.clock.now(),
            parents: organizations
                .into_iter()
                .map(|row| (row.id, row.parent_id))
                .collect(),
            contacts: contacts
                .into_iter()
                .map(|row| (row.id, row.organization_id))
                .collect(),
            accounts: accounts.into_iter().map(|row| (row.id, row)).collect(),
            roles,
            assignments,
        }
    }

    /// An organization with everything above it.
    pub fn path(&self, of: OrganizationId) -> Vec<OrganizationId> {
        let mut path = vec![of];
        while let Some(parent) = path
            .last()
            .and_then(|last| self.parents.get(last).copied().flatten())
        {
            path.push(parent);
        }
        path
    }

    pub fn own(&self, account: AccountId) -> Option<OrganizationId> {
        let contact = self.accounts.get(&account)?.contact_id?;
        self.contacts.get(&contact).copied().flatten()
    }

    /// Everywhere, and every organization with what may come below it.
    pub fn spots(&self) -> Vec<Spot> {
        let inside = self
            .parents
            .keys()
            .flat_map(|id| [Spot::In(*id), Spot::Below(*id)]);
        std::iter::once(Spot::Everywhere).chain(inside).collect()
    }

    /// Whether an assignment counts at a spot.
    pub fn counts(&self, assignment: &role_assignment::Model, spot: Spot) -> bool {
        let within = |top, low| self.path(low).contains(&top);
        match (assignment.scope, assignment.organization_id, spot) {
            (Scope::Global, _, _) => true,
            (Scope::Subtree, Some(top), Spot::In(low) | Spot::Below(low)) => within(top, low),
            (Scope::Node, Some(one), Spot::In(other)) => one == other,
            (Scope::Own, _, Spot::In(other)) => self.own(assignment.account_id) == Some(other),
            _ => false,
        }
    }

    fn permissions(&self, role: RoleId) -> impl Iterator<Item = Permission> {
        self.roles.get(&role).into_iter().flatten().copied()
    }

    /// What an account holds at `at`, if what is not over by then counts; `begun` leaves out what has not begun now.
    pub fn held(&self, account: AccountId, at: DateTime<Utc>, begun: bool) -> BTreeSet<Right> {
        let mut held = BTreeSet::new();
        for assignment in self
            .assignments
            .iter()
            .filter(|row| row.account_id == account)
        {
            let from = if begun { self.now } else { at };
            let has_begun = assignment.valid_from.is_none_or(|begins| begins <= from);
            let is_over = assignment.valid_until.is_some_and(|ends| ends <= at);
            if !has_begun || is_over {
                continue;
            }
            for spot in self
                .spots()
                .into_iter()
                .filter(|spot| self.counts(assignment, *spot))
            {
                held.extend(
                    self.permissions(assignment.role_id)
                        .map(|permission| (permission, spot)),
                );
            }
        }
        held
    }

    /// What an account can use at `at`: all that it holds then, if it is in use.
    pub fn usable(&self, account: AccountId, at: DateTime<Utc>) -> BTreeSet<Right> {
        match self.accounts.get(&account) {
            Some(row) if row.active && row.approved => self.held(account, at, false),
            _ => BTreeSet::new(),
        }
    }

    /// Whether an account holds a permission now.
    pub fn has(&self, account: AccountId, permission: Permission, spot: Spot) -> bool {
        self.assignments.iter().any(|row| {
            row.account_id == account
                && row.valid_from.is_none_or(|begins| begins <= self.now)
                && row.valid_until.is_none_or(|ends| ends > self.now)
                && self.counts(row, spot)
                && self.permissions(row.role_id).any(|held| held == permission)
        })
    }

    /// Whether an account holds a permission anywhere at all now.
    pub fn has_any(&self, account: AccountId, permission: Permission) -> bool {
        self.spots()
            .into_iter()
            .any(|spot| self.has(account, permission, spot))
    }

    /// Now, and the moment after each end and beginning that is yet to come.
    pub fn moments(&self) -> BTreeSet<DateTime<Utc>> {
        let edges = self
            .assignments
            .iter()
            .flat_map(|row| [row.valid_from, row.valid_until])
            .flatten();
        let later = edges.filter(|edge| *edge > self.now);
        let far = self.now + chrono::TimeDelta::days(36_500);
        later.chain([self.now, far]).collect()
    }
}

/// Where the rights on what belongs to an organization, or to none, are asked for.
pub fn spot(organization: Option<OrganizationId>) -> Spot {
    organization.map_or(Spot::Everywhere, Spot::In)
}
