//! A random directory with random viewers.

use crate::support::World;
use crate::support::build::contact_id;
use crate::support::world::{Person, now, organization_id};
use chrono::TimeDelta;
use entity::role_assignment::{self, Scope};
use guildhall::access::Permission;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use sea_orm::Set;
use serde_json::json;

/// The permissions that decide what is seen.
const SEEING: [Permission; 6] = [
    Permission::OrganizationView,
    Permission::ContactView,
    Permission::OrganizationList,
    Permission::ContactList,
    Permission::CustomerGroupView,
    Permission::AccountView,
];
const MOVE: &str = "mutation($input: OrganizationMoveInput!) {
    organizationMove(input: $input) { organization { id } userErrors { code message path } } }";

pub struct Org {
    pub id: String,
    pub name: String,
    pub parent: Option<usize>,
    pub group: Option<usize>,
}

pub struct Human {
    pub id: String,
    pub name: String,
    pub org: Option<usize>,
    pub group: Option<usize>,
    /// The viewer whose contact this is.
    pub viewer: Option<usize>,
}

#[derive(Debug)]
pub struct Grant {
    pub permissions: Vec<Permission>,
    pub scope: Scope,
    pub org: Option<usize>,
    /// Hours from now, first inclusive, second exclusive.
    pub valid: (Option<i64>, Option<i64>),
}

pub struct Watcher {
    pub person: Person,
    pub contact: Option<usize>,
    pub grants: Vec<Grant>,
}

/// The directory as it was made.
pub struct Model {
    pub orgs: Vec<Org>,
    pub humans: Vec<Human>,
    pub groups: Vec<String>,
    pub watchers: Vec<Watcher>,
}

impl Model {
    /// Makes the directory of `seed` in `world`.
    pub async fn make(world: &World, seed: u64) -> Self {
        let random = &mut SmallRng::seed_from_u64(seed);
        let mut model = Self {
            orgs: Vec::new(),
            humans: Vec::new(),
            groups: (1..=3)
                .map(|number| format!("customerGroup:{number}"))
                .collect(),
            watchers: Vec::new(),
        };
        for _ in 0..random.random_range(6..14) {
            model.add_org(world, random).await;
        }
        for _ in 0..6 {
            model.move_some_org(world, random).await;
        }
        for _ in 0..random.random_range(8..14) {
            model.add_human(world, random).await;
        }
        for number in 0..6 {
            model.add_watcher(world, random, number).await;
        }
        model
    }

    async fn add_org(&mut self, world: &World, random: &mut SmallRng) {
        // Few names, so that siblings often tie.
        let name = format!("Part {}", random.random_range(0..6));
        let parent = (random.random_bool(0.8) && !self.orgs.is_empty())
            .then(|| random.random_range(0..self.orgs.len()));
        let group = random.random_bool(0.4).then(|| random.random_range(0..3));
        let input = json!({
            "name": name,
            "parentId": parent.map(|index| &self.orgs[index].id),
            "customerGroupId": group.map(|index: usize| &self.groups[index]),
        });
        let id = world.organization_with(input).await;
        self.orgs.push(Org {
            id,
            name,
            parent,
            group,
        });
    }

    async fn move_some_org(&mut self, world: &World, random: &mut SmallRng) {
        let moved = random.random_range(0..self.orgs.len());
        let to = random
            .random_bool(0.8)
            .then(|| random.random_range(0..self.orgs.len()));
        if to.is_some_and(|to| to == moved || self.above(to).contains(&moved)) {
            return;
        }
        let input =
            json!({ "id": self.orgs[moved].id, "newParentId": to.map(|to| &self.orgs[to].id) });
        world.change(&world.admin, MOVE, input).await;
        self.orgs[moved].parent = to;
    }

    async fn add_human(&mut self, world: &World, random: &mut SmallRng) {
        let name = format!("Person {}", random.random_range(0..6));
        let org = random
            .random_bool(0.85)
            .then(|| random.random_range(0..self.orgs.len()));
        let group = random.random_bool(0.5).then(|| random.random_range(0..3));
        let input = json!({
            "fullName": name,
            "organizationId": org.map(|index| &self.orgs[index].id),
            "customerGroupId": group.map(|index: usize| &self.groups[index]),
        });
        let id = world.contact_with(input).await;
        self.humans.push(Human {
            id,
            name,
            org,
            group,
            viewer: None,
        });
    }

    async fn add_watcher(&mut self, world: &World, random: &mut SmallRng, number: usize) {
        // The first holds nothing and is nobody's, the second holds nothing beyond being a contact.
        let contact = (number == 1 || (number > 1 && random.random_bool(0.5))).then_some(number);
        if let Some(index) = contact {
            self.humans[index].viewer = Some(number);
        }
        let own = contact.map(|index| contact_id(&self.humans[index].id));
        let person = world.account(&format!("watcher {number}"), own).await;
        let mut grants = Vec::new();
        let count = if number < 2 {
            0
        } else {
            random.random_range(1..5)
        };
        for nth in 0..count {
            let grant = self.random_grant(random);
            let role = world
                .system
                .create_role(&format!("role {number}.{nth}"), &grant.permissions)
                .await;
            let hour = |hours: Option<i64>| hours.map(|hours| now() + TimeDelta::hours(hours));
            let row = role_assignment::ActiveModel {
                account_id: Set(person.account.expect("an account")),
                role_id: Set(role.expect("a role")),
                scope: Set(grant.scope),
                organization_id: Set(grant.org.map(|index| organization_id(&self.orgs[index].id))),
                valid_from: Set(hour(grant.valid.0)),
                valid_until: Set(hour(grant.valid.1)),
                ..Default::default()
            };
            world.system.assign_role(row).await.expect("an assignment");
            grants.push(grant);
        }
        self.watchers.push(Watcher {
            person,
            contact,
            grants,
        });
    }

    fn random_grant(&self, random: &mut SmallRng) -> Grant {
        let scopes = [
            Scope::Subtree,
            Scope::Node,
            Scope::Own,
            Scope::Subtree,
            Scope::Node,
            Scope::Global,
        ];
        let scope = scopes[random.random_range(0..scopes.len())];
        let at_place = matches!(scope, Scope::Subtree | Scope::Node);
        // The edges are the present itself: valid from now on, and valid until now.
        let valid = [
            (None, None),
            (None, None),
            (Some(-1), Some(1)),
            (Some(0), None),
            (None, Some(0)),
            (Some(1), None),
            (Some(-2), Some(-1)),
        ];
        Grant {
            permissions: SEEING
                .into_iter()
                .filter(|_| random.random_bool(0.65))
                .collect(),
            scope,
            org: at_place.then(|| random.random_range(0..self.orgs.len())),
            valid: valid[random.random_range(0..valid.len())],
        }
    }

    /// The organizations above, nearest first.
    pub fn above(&self, org: usize) -> Vec<usize> {
        std::iter::successors(self.orgs[org].parent, |org| self.orgs[*org].parent).collect()
    }

    pub fn effective(&self, human: usize) -> Option<usize> {
        let Human { org, group, .. } = &self.humans[human];
        org.and_then(|org| self.orgs[org].group).or(*group)
    }

    pub fn in_order(&self, orgs: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut orgs: Vec<_> = orgs.into_iter().collect();
        orgs.sort_by_key(|org| (&self.orgs[*org].name, *org));
        orgs
    }
}
