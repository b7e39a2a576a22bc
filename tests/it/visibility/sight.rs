//! What a viewer ought to see of a directory, found out the slow and simple way.

use super::model::{Grant, Human, Model, Org, Watcher};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What one viewer ought to see.
pub struct Sight<'m> {
    model: &'m Model,
    watcher: &'m Watcher,
    number: usize,
    orgs: BTreeSet<usize>,
    humans: BTreeSet<usize>,
}

impl<'m> Sight<'m> {
    pub fn of(model: &'m Model, number: usize) -> Self {
        let watcher = &model.watchers[number];
        let mut sight = Self {
            model,
            watcher,
            number,
            orgs: BTreeSet::new(),
            humans: BTreeSet::new(),
        };
        sight.orgs = (0..model.orgs.len())
            .filter(|org| sight.reaches(Permission::OrganizationView, Some(*org)))
            .collect();
        sight.humans = (0..model.humans.len())
            .filter(|human| {
                sight.reaches(Permission::ContactView, model.humans[*human].org)
                    || watcher.contact == Some(*human)
            })
            .collect();
        sight
    }

    /// Whether a permission is held over an organization, or outside all of them.
    pub fn reaches(&self, permission: Permission, org: Option<usize>) -> bool {
        let registered =
            permission == Permission::OrganizationView && org.is_some() && org == self.own_org();
        registered
            || self.counting().any(|grant| {
                grant.permissions.contains(&permission)
                    && match (grant.scope, org) {
                        (Scope::Global, _) => true,
                        (_, None) => false,
                        (Scope::Subtree, Some(org)) => {
                            grant.org == Some(org)
                                || self.model.above(org).contains(&grant.org.expect("a place"))
                        }
                        (Scope::Node, Some(org)) => grant.org == Some(org),
                        (Scope::Own, Some(org)) => self.own_org() == Some(org),
                    }
            })
    }

    /// Whether a permission is held anywhere.
    pub fn holds(&self, permission: Permission) -> bool {
        (permission == Permission::OrganizationView && self.own_org().is_some())
            || self.counting().any(|grant| {
                grant.permissions.contains(&permission)
                    && (grant.scope != Scope::Own || self.own_org().is_some())
            })
    }

    pub fn permissions(&self) -> Value {
        let held = Permission::ALL
            .iter()
            .filter(|permission| self.holds(**permission));
        held.map(|permission| permission.name()).collect()
    }

    /// What the fragment `Org` ought to show.
    pub fn org(&self, org: usize) -> Value {
        if !self.orgs.contains(&org) {
            return Value::Null;
        }
        let model = self.model;
        let line = model
            .above(org)
            .into_iter()
            .take_while(|above| self.orgs.contains(above));
        let deep: Vec<_> = std::iter::once(org).chain(self.below(org)).collect();
        let children = self.children(org);
        json!({
            "id": model.orgs[org].id,
            "parent": self.shown(model.orgs[org].parent),
            "ancestors": line.map(|above| self.shown(Some(above))).collect::<Value>(),
            "children": self.list_of_orgs(&children),
            "descendants": self.list_of_orgs(&self.below(org)),
            "nearest": self.list_of_orgs(&children),
            "contacts": self.list_of_humans(|human| human.org == Some(org)),
            "deep": self.list_of_humans(|human| human.org.is_some_and(|org| deep.contains(&org))),
            "customerGroup": self.group_on_edge(model.orgs[org].group),
        })
    }

    /// What the fragment `Human` ought to show.
    pub fn human(&self, human: usize) -> Value {
        if !self.humans.contains(&human) {
            return Value::Null;
        }
        let Human { id, org, group, .. } = &self.model.humans[human];
        let given = org.filter(|org| self.model.orgs[*org].group.is_some());
        let source = if given.is_some() {
            "ORGANIZATION"
        } else if group.is_some() {
            "CONTACT"
        } else {
            "NONE"
        };
        json!({
            "id": id,
            "organization": self.shown(*org),
            "customerGroup": self.group_on_edge(*group),
            "effectiveCustomerGroup": self.group_on_edge(self.model.effective(human)),
            "effectiveCustomerGroupExplanation": {
                "source": source,
                "organization": self.shown(given),
                "shadowed": self.group_on_edge(group.filter(|_| given.is_some())),
            },
            "account": self.sees_account_of(human).then(|| {
                let account = self.model.watchers[self.model.humans[human].viewer.expect("a viewer")].person.account;
                json!({ "id": format!("account:{}", account.expect("an account")) })
            }),
        })
    }

    /// What a group asked for by id ought to show.
    pub fn group(&self, group: usize) -> Value {
        let own = self
            .watcher
            .contact
            .and_then(|human| self.model.effective(human));
        if !self.holds(Permission::CustomerGroupView) && own != Some(group) {
            return Value::Null;
        }
        let humans = |is_such: &dyn Fn(&usize) -> bool| {
            self.humans.iter().filter(|human| is_such(human)).count()
        };
        json!({
            "id": self.model.groups[group],
            "contactCount": humans(&|human| self.model.humans[*human].group == Some(group)),
            "effectiveContactCount": humans(&|human| self.model.effective(*human) == Some(group)),
            "organizationCount": self.orgs.iter().filter(|org| self.model.orgs[**org].group == Some(group)).count(),
        })
    }

    /// A list of the visible organizations that pass.
    pub fn orgs(&self, passes: impl Fn(&Org) -> bool) -> Value {
        let found = self
            .orgs
            .iter()
            .copied()
            .filter(|org| passes(&self.model.orgs[*org]));
        self.list_of_orgs(&self.model.in_order(found))
    }

    /// A list of the visible contacts that pass.
    pub fn list_of_humans(&self, passes: impl Fn(&Human) -> bool) -> Value {
        let mut found: Vec<_> = self
            .humans
            .iter()
            .map(|human| (&self.model.humans[*human].name, *human))
            .collect();
        found.retain(|(_, human)| passes(&self.model.humans[*human]));
        found.sort();
        let nodes: Vec<_> = found
            .into_iter()
            .map(|(_, human)| json!({ "id": self.model.humans[human].id }))
            .collect();
        json!({ "totalCount": nodes.len(), "nodes": nodes })
    }

    /// The list of the visible contacts with these effective groups.
    pub fn humans_priced_by(&self, group: usize) -> Value {
        let priced: Vec<_> = (0..self.model.humans.len())
            .filter(|human| self.model.effective(*human) == Some(group))
            .collect();
        self.list_of_humans(|human| {
            priced
                .iter()
                .any(|index| self.model.humans[*index].id == human.id)
        })
    }

    /// The list of the visible contacts with or without a visible account.
    pub fn humans_with_account(&self, wanted: bool) -> Value {
        let with: Vec<_> = (0..self.model.humans.len())
            .filter(|human| self.sees_account_of(*human))
            .collect();
        self.list_of_humans(|human| {
            wanted
                == with
                    .iter()
                    .any(|index| self.model.humans[*index].id == human.id)
        })
    }

    pub fn sees(&self, org: Option<usize>) -> bool {
        org.is_some_and(|org| self.orgs.contains(&org))
    }

    fn sees_account_of(&self, human: usize) -> bool {
        let Human { org, viewer, .. } = &self.model.humans[human];
        viewer.is_some()
            && (self.reaches(Permission::AccountView, *org) || *viewer == Some(self.number))
    }

    fn own_org(&self) -> Option<usize> {
        self.model.humans[self.watcher.contact?].org
    }

    fn counting(&self) -> impl Iterator<Item = &Grant> {
        let counts = |grant: &&Grant| {
            grant.valid.0.is_none_or(|from| from <= 0)
                && grant.valid.1.is_none_or(|until| until > 0)
        };
        self.watcher.grants.iter().filter(counts)
    }

    fn children(&self, org: usize) -> Vec<usize> {
        self.model.in_order(
            self.orgs
                .iter()
                .copied()
                .filter(|child| self.model.orgs[*child].parent == Some(org)),
        )
    }

    /// Depth first, through visible organizations only.
    fn below(&self, org: usize) -> Vec<usize> {
        self.children(org)
            .into_iter()
            .flat_map(|child| std::iter::once(child).chain(self.below(child)))
            .collect()
    }

    fn list_of_orgs(&self, orgs: &[usize]) -> Value {
        let nodes: Vec<_> = orgs
            .iter()
            .map(|org| json!({ "id": self.model.orgs[*org].id }))
            .collect();
        json!({ "totalCount": nodes.len(), "nodes": nodes })
    }

    fn shown(&self, org: Option<usize>) -> Value {
        org.filter(|org| self.orgs.contains(org))
            .map_or(Value::Null, |org| json!({ "id": self.model.orgs[org].id }))
    }

    fn group_on_edge(&self, group: Option<usize>) -> Value {
        group.map_or(
            Value::Null,
            |group| json!({ "id": self.model.groups[group] }),
        )
    }
}
