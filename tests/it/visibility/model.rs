//! A random directory with random viewers, kept beside the real one.

use super::making;
use crate::support::World;
use crate::support::world::Person;
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

/// The permissions that decide what is seen.
pub const SEEING: [Permission; 7] = [
    Permission::OrganizationView,
    Permission::ContactView,
    Permission::OrganizationList,
    Permission::ContactList,
    Permission::CustomerGroupView,
    Permission::AccountView,
    Permission::RoleView,
];
/// The first accounts behind the administrator's, who look.
pub const WATCHERS: usize = 6;

/// Something with an id, by its place in its list of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    Org(usize),
    Human(usize),
    Account(usize),
    Role(usize),
    Given(usize),
    Group(usize),
    Address(usize),
}

pub struct Org {
    pub id: String,
    pub name: String,
    pub parent: Option<usize>,
    pub group: Option<usize>,
    pub primary: Option<usize>,
}

pub struct Human {
    pub id: String,
    pub name: String,
    pub org: Option<usize>,
    pub group: Option<usize>,
    pub account: Option<usize>,
    pub bills_to: Option<usize>,
}

pub struct Account {
    pub id: String,
    pub login: String,
    pub human: Option<usize>,
    pub approved: bool,
    pub active: bool,
    pub locked: bool,
    pub gone: bool,
}

pub struct Role {
    pub id: String,
    pub name: String,
    pub permissions: Vec<Permission>,
}

/// A role that an account holds.
pub struct Given {
    pub id: String,
    pub account: usize,
    pub role: usize,
    pub scope: Scope,
    pub org: Option<usize>,
    /// Hours from now, first inclusive, second exclusive.
    pub valid: (Option<i64>, Option<i64>),
    pub gone: bool,
}

/// Belongs to an organization or to a contact.
pub struct Address {
    pub id: String,
    pub org: Option<usize>,
    pub human: Option<usize>,
}

/// The directory as it is.
#[derive(Default)]
pub struct Model {
    pub orgs: Vec<Org>,
    pub humans: Vec<Human>,
    pub accounts: Vec<Account>,
    pub roles: Vec<Role>,
    pub given: Vec<Given>,
    pub groups: Vec<String>,
    pub addresses: Vec<Address>,
    /// Who looks, with their accounts.
    pub watchers: Vec<(Person, usize)>,
}

impl Model {
    /// Makes the directory of `seed` in `world`.
    pub async fn make(world: &World, seed: u64) -> Self {
        let random = &mut SmallRng::seed_from_u64(seed);
        let mut model = Self {
            groups: (1..=3)
                .map(|number| format!("customerGroup:{number}"))
                .collect(),
            ..Self::default()
        };
        making::roles(&mut model, world, random).await;
        for _ in 0..random.random_range(6..12) {
            making::organization(&mut model, world, random).await;
        }
        for _ in 0..random.random_range(8..13) {
            making::contact(&mut model, world, random).await;
        }
        making::references(&mut model, world, random).await;
        for _ in 0..8 {
            making::account(&mut model, world, random).await;
        }
        for _ in 0..random.random_range(8..20) {
            making::assignment(&mut model, world, random).await;
        }
        making::states(&model, world).await;
        model
    }

    /// The organizations above, nearest first.
    pub fn above(&self, org: usize) -> Vec<usize> {
        std::iter::successors(self.orgs[org].parent, |org| self.orgs[*org].parent).collect()
    }

    pub fn effective(&self, human: usize) -> Option<usize> {
        let Human { org, group, .. } = &self.humans[human];
        org.and_then(|org| self.orgs[org].group).or(*group)
    }

    pub fn org_of_account(&self, account: usize) -> Option<usize> {
        self.humans[self.accounts[account].human?].org
    }

    pub fn id(&self, thing: Thing) -> &str {
        match thing {
            Thing::Org(org) => &self.orgs[org].id,
            Thing::Human(human) => &self.humans[human].id,
            Thing::Account(account) => &self.accounts[account].id,
            Thing::Role(role) => &self.roles[role].id,
            Thing::Given(given) => &self.given[given].id,
            Thing::Group(group) => &self.groups[group],
            Thing::Address(address) => &self.addresses[address].id,
        }
    }

    /// Everything that is or was there.
    pub fn things(&self) -> Vec<Thing> {
        let mut all: Vec<_> = (0..self.orgs.len()).map(Thing::Org).collect();
        all.extend((0..self.humans.len()).map(Thing::Human));
        all.extend((0..self.accounts.len()).map(Thing::Account));
        all.extend((0..self.roles.len()).map(Thing::Role));
        all.extend((0..self.given.len()).map(Thing::Given));
        all.extend((0..self.groups.len()).map(Thing::Group));
        all.extend((0..self.addresses.len()).map(Thing::Address));
        all
    }
}
