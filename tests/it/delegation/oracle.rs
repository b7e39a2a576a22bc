//! What may be done, as the rules say it, over the model; and what is sent to do it.

use super::becoming::{ACCOUNT_CREATE, ACCOUNT_UPDATE, SET_PASSWORD};
use super::model::{Model, Spot, spot};
use super::moving::{DELETE, JOIN, MOVE};
use crate::on_behalf::ON_BEHALF;
use crate::roles::{ASSIGN, REVOKE, UPDATE};
use chrono::{DateTime, Utc};
use entity::ids::{AccountId, ContactId, OrganizationId, RoleAssignmentId, RoleId};
use entity::role_assignment::{self, Scope};
use guildhall::access::{HELD_BY_EVERY_ACCOUNT, Permission};
use sea_orm::ActiveEnum;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Something that may give somebody a right.
#[derive(Clone, Debug)]
pub enum Act {
    Give {
        to: AccountId,
        role: RoleId,
        scope: Scope,
        over: Option<OrganizationId>,
        from: Option<DateTime<Utc>>,
        until: Option<DateTime<Utc>>,
    },
    Take(RoleAssignmentId),
    Fill(RoleId, BTreeSet<Permission>),
    Move(OrganizationId, Option<OrganizationId>),
    Join(ContactId, Option<OrganizationId>),
    Remove(OrganizationId),
    Use(AccountId, bool),
    /// The four by which one becomes an account are only validated: the verdict is the same.
    Password(AccountId),
    Email(AccountId),
    OnBehalf(AccountId),
    Make(ContactId),
}

impl Act {
    /// What it is, for counting.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Give { .. } => "give",
            Self::Take(_) => "take",
            Self::Fill(..) => "fill",
            Self::Move(..) => "move",
            Self::Join(..) => "join",
            Self::Remove(_) => "remove",
            Self::Use(_, true) => "bring back",
            Self::Use(_, false) => "deactivate",
            Self::Password(_) => "password",
            Self::Email(_) => "email",
            Self::OnBehalf(_) => "on behalf",
            Self::Make(_) => "make",
        }
    }

    /// The account that whoever does it becomes.
    pub fn becomes(&self) -> Option<AccountId> {
        match self {
            Self::Password(account) | Self::Email(account) | Self::OnBehalf(account) => {
                Some(*account)
            }
            _ => None,
        }
    }

    /// The mutation and its input.
    pub fn sent(&self) -> (&'static str, Value) {
        let place = |id: &Option<OrganizationId>| id.map(|id| format!("organization:{id}"));
        match self {
            Self::Give {
                to,
                role,
                scope,
                over,
                from,
                until,
            } => (
                ASSIGN,
                json!({
                    "accountId": format!("account:{to}"), "roleId": format!("role:{role}"), "scope": scope.to_value(),
                    "organizationId": place(over), "validFrom": from.map(|at| at.to_rfc3339()), "validUntil": until.map(|at| at.to_rfc3339()),
                }),
            ),
            Self::Take(id) => (REVOKE, json!({ "id": format!("roleAssignment:{id}") })),
            Self::Fill(role, held) => {
                let names: Vec<_> = held.iter().map(|permission| permission.name()).collect();
                (
                    UPDATE,
                    json!({ "id": format!("role:{role}"), "permissions": names }),
                )
            }
            Self::Move(unit, to) => (
                MOVE,
                json!({ "id": format!("organization:{unit}"), "newParentId": place(to) }),
            ),
            Self::Join(contact, to) => (
                JOIN,
                json!({ "id": format!("contact:{contact}"), "organizationId": place(to) }),
            ),
            Self::Remove(unit) => (
                DELETE,
                json!({ "id": format!("organization:{unit}"), "mode": "REPARENT" }),
            ),
            Self::Use(account, active) => (
                ACCOUNT_UPDATE,
                json!({ "id": format!("account:{account}"), "active": active }),
            ),
            Self::Password(account) => (
                SET_PASSWORD,
                json!({ "id": format!("account:{account}"), "newPassword": "correct horse battery", "validateOnly": true }),
            ),
            Self::Email(account) => (
                ACCOUNT_UPDATE,
                json!({ "id": format!("account:{account}"), "email": "new@example.com", "validateOnly": true }),
            ),
            Self::OnBehalf(account) => (
                ON_BEHALF,
                json!({ "id": format!("account:{account}"), "validateOnly": true }),
            ),
            Self::Make(contact) => (
                ACCOUNT_CREATE,
                json!({ "login": "made", "contactId": format!("contact:{contact}"), "validateOnly": true }),
            ),
        }
    }
}

/// One account's rights in the model.
pub struct Oracle<'a> {
    pub model: &'a Model,
    pub by: AccountId,
}

impl Oracle<'_> {
    /// Whether `by` may do it; `None` where the rules are not spelt out here.
    pub fn may(&self, act: &Act) -> Option<bool> {
        use Permission as P;
        let model = self.model;
        let now = Some(model.now);
        Some(match act {
            Act::Give {
                to,
                role,
                scope,
                over,
                until,
                ..
            } => {
                let place = self
                    .place_of(*scope, *over, *to)
                    .unwrap_or(Spot::Everywhere);
                self.sees_account(*to)
                    && model.has_any(self.by, P::RoleView)
                    && !HELD_BY_EVERY_ACCOUNT.contains(role)
                    && over.is_none_or(|over| self.has(P::OrganizationView, Spot::In(over)))
                    && self.gives(P::RoleAssign, place, *until)
                    && self.gives_all_of(*role, place, *until)
            }
            Act::Take(id) => model
                .assignments
                .iter()
                .find(|row| row.id == *id)
                .is_some_and(|row| {
                    let place = self
                        .place_of(row.scope, row.organization_id, row.account_id)
                        .unwrap_or(Spot::Everywhere);
                    self.sees_account(row.account_id)
                        && !HELD_BY_EVERY_ACCOUNT.contains(&row.role_id)
                        && self.gives(P::RoleAssign, place, now)
                }),
            Act::Fill(role, asked) => self.may_fill(*role, asked),
            Act::Move(unit, to) => self.may_move(*unit, *to),
            Act::Join(contact, to) => self.may_join(*contact, *to),
            Act::Remove(_) => return None,
            Act::Use(account, active) => {
                let was = &model.accounts[account];
                self.may_edit(*account) && (!active || was.active || self.holds_all_of(*account))
            }
            Act::Password(account) => {
                *account != self.by
                    && self.sees_account(*account)
                    && self.may_set_password(*account)
                    && self.holds_all_of(*account)
            }
            Act::Email(account) => {
                self.may_edit(*account)
                    && self.may_set_password(*account)
                    && (*account == self.by || self.holds_all_of(*account))
            }
            Act::OnBehalf(account) => {
                let beyond_own = model
                    .assignments
                    .iter()
                    .filter(|row| row.account_id == *account && row.scope != Scope::Own);
                let mut counting = beyond_own.filter(|row| {
                    row.valid_from.is_none_or(|from| from <= model.now) && self.is_not_over(row)
                });
                *account != self.by
                    && self.sees_account(*account)
                    && model.accounts[account].active
                    && self.has(P::AccountSignInOnBehalf, spot(model.own(*account)))
                    && counting.all(|row| {
                        self.place_of(row.scope, row.organization_id, *account)
                            .is_none_or(|place| self.gives_all_of(row.role_id, place, now))
                    })
            }
            Act::Make(contact) => {
                let organization = model.contacts[contact];
                self.sees_contact(*contact)
                    && self.has(P::AccountCreate, spot(organization))
                    && organization.is_none_or(|organization| {
                        HELD_BY_EVERY_ACCOUNT
                            .iter()
                            .all(|role| self.gives_all_of(*role, Spot::In(organization), now))
                    })
            }
        })
    }

    fn may_fill(&self, role: RoleId, asked: &BTreeSet<Permission>) -> bool {
        let views = asked.iter().filter_map(|permission| permission.implied());
        let saved: BTreeSet<_> = asked.iter().copied().chain(views).collect();
        let held = self.model.roles.get(&role).cloned().unwrap_or_default();
        let holders: Vec<_> = self
            .model
            .assignments
            .iter()
            .filter(|row| row.role_id == role && self.is_not_over(row))
            .collect();
        self.has(Permission::RoleEdit, Spot::Everywhere)
            && saved.difference(&held).all(|added| {
                self.model.has_any(self.by, *added)
                    && holders.iter().all(|row| {
                        let place = if HELD_BY_EVERY_ACCOUNT.contains(&role) {
                            Some(Spot::Everywhere)
                        } else {
                            self.place_of(row.scope, row.organization_id, row.account_id)
                        };
                        place.is_none_or(|place| self.gives(*added, place, row.valid_until))
                    })
            })
    }

    fn may_move(&self, unit: OrganizationId, to: Option<OrganizationId>) -> bool {
        let edits = |place| self.has(Permission::OrganizationEdit, place);
        let sees = |place| self.has(Permission::OrganizationView, Spot::In(place));
        let parent = self.model.parents[&unit];
        let above_old = self.model.path(unit);
        let above_new = to.map(|to| self.model.path(to)).unwrap_or_default();
        let mut gained = self.model.assignments.iter().filter(|row| {
            row.scope == Scope::Subtree
                && self.is_not_over(row)
                && row
                    .organization_id
                    .is_some_and(|top| above_new.contains(&top) && !above_old.contains(&top))
        });
        let allowed = sees(unit)
            && edits(Spot::In(unit))
            && parent.is_none_or(|parent| edits(Spot::In(parent)))
            && to.is_none_or(sees)
            && edits(spot(to))
            && !above_new.contains(&unit);
        allowed
            && (parent == to
                || gained.all(|row| {
                    self.gives_all_of(row.role_id, Spot::Below(unit), Some(self.model.now))
                }))
    }

    fn may_join(&self, contact: ContactId, to: Option<OrganizationId>) -> bool {
        let from = self.model.contacts[&contact];
        let account = self
            .model
            .accounts
            .values()
            .find(|row| row.contact_id == Some(contact))
            .map(|row| row.id);
        let mut gained = self.model.assignments.iter().filter(|row| {
            Some(row.account_id) == account && row.scope == Scope::Own && self.is_not_over(row)
        });
        self.sees_contact(contact)
            && self.has(Permission::ContactEdit, spot(from))
            && to.is_none_or(|to| self.has(Permission::OrganizationView, Spot::In(to)))
            && self.has(Permission::ContactEdit, spot(to))
            && (from == to
                || to.is_none_or(|to| {
                    gained.all(|row| {
                        self.gives_all_of(row.role_id, Spot::In(to), Some(self.model.now))
                    })
                }))
    }

    fn has(&self, permission: Permission, spot: Spot) -> bool {
        self.model.has(self.by, permission, spot)
    }

    fn is_not_over(&self, row: &role_assignment::Model) -> bool {
        row.valid_until.is_none_or(|until| until > self.model.now)
    }

    fn sees_account(&self, account: AccountId) -> bool {
        account == self.by || self.has(Permission::AccountView, spot(self.model.own(account)))
    }

    fn sees_contact(&self, contact: ContactId) -> bool {
        self.model.accounts[&self.by].contact_id == Some(contact)
            || self.has(Permission::ContactView, spot(self.model.contacts[&contact]))
    }

    fn may_edit(&self, account: AccountId) -> bool {
        self.sees_account(account)
            && self.has(Permission::AccountEdit, spot(self.model.own(account)))
    }

    fn may_set_password(&self, account: AccountId) -> bool {
        self.has(
            Permission::AccountSetPassword,
            spot(self.model.own(account)),
        )
    }

    /// All that the account holds or will, for as long. What it holds as OWN without an organization is nowhere yet: it takes holding
    /// that anywhere.
    fn holds_all_of(&self, account: AccountId) -> bool {
        let mut held = self
            .model
            .assignments
            .iter()
            .filter(|row| row.account_id == account && self.is_not_over(row));
        held.all(
            |row| match self.place_of(row.scope, row.organization_id, account) {
                Some(place) => self.gives_all_of(row.role_id, place, row.valid_until),
                None => self
                    .model
                    .roles
                    .get(&row.role_id)
                    .into_iter()
                    .flatten()
                    .all(|permission| {
                        self.mine(row.valid_until).any(|mine| {
                            self.model
                                .roles
                                .get(&mine.role_id)
                                .is_some_and(|held| held.contains(permission))
                        })
                    }),
            },
        )
    }

    /// The spot that stands for a whole scope; none for OWN that is nowhere.
    fn place_of(
        &self,
        scope: Scope,
        over: Option<OrganizationId>,
        holder: AccountId,
    ) -> Option<Spot> {
        match (scope, over) {
            (Scope::Subtree, Some(top)) => Some(Spot::Below(top)),
            (Scope::Node, Some(one)) => Some(Spot::In(one)),
            (Scope::Own, _) => self.model.own(holder).map(Spot::In),
            _ => Some(Spot::Everywhere),
        }
    }

    /// What `by` holds now and until `until` at least.
    fn mine(&self, until: Option<DateTime<Utc>>) -> impl Iterator<Item = &role_assignment::Model> {
        self.model.assignments.iter().filter(move |row| {
            row.account_id == self.by
                && row.valid_from.is_none_or(|from| from <= self.model.now)
                && self.is_not_over(row)
                && row
                    .valid_until
                    .is_none_or(|ends| until.is_some_and(|until| until <= ends))
        })
    }

    fn gives(&self, permission: Permission, place: Spot, until: Option<DateTime<Utc>>) -> bool {
        let mut mine = self.mine(until).filter(|row| self.model.counts(row, place));
        mine.any(|row| {
            self.model
                .roles
                .get(&row.role_id)
                .is_some_and(|held| held.contains(&permission))
        })
    }

    fn gives_all_of(&self, role: RoleId, place: Spot, until: Option<DateTime<Utc>>) -> bool {
        let mut held = self.model.roles.get(&role).into_iter().flatten();
        held.all(|permission| self.gives(*permission, place, until))
    }
}
