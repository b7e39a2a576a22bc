//! What a viewer ought to see of a directory, found out the slow and simple way.

use super::model::{Given, Model, Thing};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use std::collections::BTreeSet;

/// What one account ought to see.
pub struct Sight<'m> {
    pub model: &'m Model,
    pub account: usize,
    seen: BTreeSet<Thing>,
}

impl<'m> Sight<'m> {
    pub fn of(model: &'m Model, account: usize) -> Self {
        let mut sight = Self {
            model,
            account,
            seen: BTreeSet::new(),
        };
        sight.seen = model
            .things()
            .into_iter()
            .filter(|thing| sight.may_see(*thing))
            .collect();
        sight
    }

    pub fn sees(&self, thing: Thing) -> bool {
        self.seen.contains(&thing)
    }

    /// The seen ones among `things`.
    pub fn seen(&self, things: impl IntoIterator<Item = Thing>) -> Vec<Thing> {
        things
            .into_iter()
            .filter(|thing| self.sees(*thing))
            .collect()
    }

    fn may_see(&self, thing: Thing) -> bool {
        let model = self.model;
        let own = model.accounts[self.account].human;
        match thing {
            Thing::Org(org) => self.reaches(Permission::OrganizationView, Some(org)),
            Thing::Human(human) => {
                self.reaches(Permission::ContactView, model.humans[human].org) || own == Some(human)
            }
            Thing::Account(account) => {
                !model.accounts[account].gone
                    && (self.reaches(Permission::AccountView, model.org_of_account(account))
                        || account == self.account)
            }
            Thing::Given(given) => {
                !model.given[given].gone && self.may_see(Thing::Account(model.given[given].account))
            }
            Thing::Role(_) => self.holds(Permission::RoleView),
            Thing::Group(group) => {
                self.holds(Permission::CustomerGroupView)
                    || own.and_then(|human| model.effective(human)) == Some(group)
            }
            Thing::Address(address) => {
                let address = &model.addresses[address];
                address.org.is_some_and(|org| self.may_see(Thing::Org(org)))
                    || address
                        .human
                        .is_some_and(|human| self.may_see(Thing::Human(human)))
            }
        }
    }

    /// Whether a permission is held over an organization, or outside all of them.
    pub fn reaches(&self, permission: Permission, org: Option<usize>) -> bool {
        self.counting(permission)
            .any(|given| match (given.scope, org) {
                (Scope::Global, _) => true,
                (_, None) => false,
                (Scope::Subtree, Some(org)) => {
                    given.org == Some(org)
                        || self.model.above(org).contains(&given.org.expect("a place"))
                }
                (Scope::Node, Some(org)) => given.org == Some(org),
                (Scope::Own, Some(org)) => self.model.org_of_account(self.account) == Some(org),
            })
    }

    /// Whether a permission is held anywhere.
    pub fn holds(&self, permission: Permission) -> bool {
        let somewhere = |given: &Given| {
            given.scope != Scope::Own || self.model.org_of_account(self.account).is_some()
        };
        self.counting(permission).any(somewhere)
    }

    fn counting(&self, permission: Permission) -> impl Iterator<Item = &Given> {
        self.model.given.iter().filter(move |given| {
            given.account == self.account
                && !given.gone
                && given.valid.0.is_none_or(|from| from <= 0)
                && given.valid.1.is_none_or(|until| until > 0)
                && self.model.roles[given.role]
                    .permissions
                    .contains(&permission)
        })
    }

    /// Seen organizations by name, then age.
    pub fn orgs(&self, passes: impl Fn(usize) -> bool) -> Vec<Thing> {
        let mut found: Vec<_> = (0..self.model.orgs.len())
            .filter(|org| passes(*org) && self.sees(Thing::Org(*org)))
            .collect();
        found.sort_by_key(|org| (&self.model.orgs[*org].name, *org));
        found.into_iter().map(Thing::Org).collect()
    }

    /// Seen contacts by name, then age.
    pub fn humans(&self, passes: impl Fn(usize) -> bool) -> Vec<Thing> {
        let mut found: Vec<_> = (0..self.model.humans.len())
            .filter(|human| passes(*human) && self.sees(Thing::Human(*human)))
            .collect();
        found.sort_by_key(|human| (&self.model.humans[*human].name, *human));
        found.into_iter().map(Thing::Human).collect()
    }

    /// Seen accounts by login.
    pub fn accounts(&self, passes: impl Fn(usize) -> bool) -> Vec<Thing> {
        let mut found: Vec<_> = (0..self.model.accounts.len())
            .filter(|account| passes(*account) && self.sees(Thing::Account(*account)))
            .collect();
        found.sort_by_key(|account| &self.model.accounts[*account].login);
        found.into_iter().map(Thing::Account).collect()
    }

    /// Whether a contact has an account that is seen.
    pub fn sees_account_of(&self, human: usize) -> bool {
        self.model.humans[human]
            .account
            .is_some_and(|account| self.sees(Thing::Account(account)))
    }

    /// Depth first, through seen organizations only.
    pub fn below(&self, org: usize) -> Vec<Thing> {
        let children = self.orgs(|child| self.model.orgs[child].parent == Some(org));
        let with_below = |child: Thing| {
            let Thing::Org(inner) = child else {
                return vec![child];
            };
            std::iter::once(child).chain(self.below(inner)).collect()
        };
        children.into_iter().flat_map(with_below).collect()
    }
}
