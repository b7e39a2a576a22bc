//! Where one gets from each kind of thing, in the schema and in the model, and random walks along these ways.

use super::model::Thing;
use super::sight::Sight;
use crate::support::world::now;
use chrono::TimeDelta;
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use rand::RngExt;
use rand::rngs::SmallRng;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// A kind of thing: its type in the schema, and the fields of its own that are compared.
pub const KINDS: &[(&str, &str)] = &[
    ("Organization", "id name"),
    ("Contact", "id fullName"),
    ("Account", "id login approved active locked"),
    ("Role", "id name permissions"),
    ("RoleAssignment", "id scope validFrom validUntil"),
    (
        "CustomerGroup",
        "id contactCount organizationCount effectiveContactCount",
    ),
    ("Address", "id city"),
];
const ORG: usize = 0;
const HUMAN: usize = 1;
const ACCOUNT: usize = 2;
const ROLE: usize = 3;
const GIVEN: usize = 4;
const GROUP: usize = 5;
const ADDRESS: usize = 6;

#[derive(Clone, Copy)]
enum Shape {
    One,
    Many,
    Page,
    /// One thing, within an object that explains it.
    Within(&'static str),
}
use Shape::{Many, One, Page, Within};

const EXPLANATION: &str = "effectiveCustomerGroupExplanation";

/// From which kind, by which field, to which kind.
const WAYS: &[(usize, &str, usize, Shape)] = &[
    (ORG, "parent", ORG, One),
    (ORG, "ancestors", ORG, Many),
    (ORG, "children(first: 50)", ORG, Page),
    (ORG, "descendants(first: 50)", ORG, Page),
    (ORG, "descendants(first: 50, maxDepth: 1)", ORG, Page),
    (ORG, "contacts(first: 50)", HUMAN, Page),
    (
        ORG,
        "contacts(first: 50, includeDescendants: true)",
        HUMAN,
        Page,
    ),
    (
        ORG,
        "contacts(first: 50, filter: { hasAccount: true })",
        HUMAN,
        Page,
    ),
    (ORG, "primaryContact", HUMAN, One),
    (ORG, "customerGroup", GROUP, One),
    (ORG, "addresses", ADDRESS, Many),
    (HUMAN, "organization", ORG, One),
    (HUMAN, "account", ACCOUNT, One),
    (HUMAN, "addresses", ADDRESS, Many),
    (HUMAN, "preferredBillingAddress", ADDRESS, One),
    (HUMAN, "customerGroup", GROUP, One),
    (HUMAN, "effectiveCustomerGroup", GROUP, One),
    (HUMAN, "customerGroup", GROUP, Within(EXPLANATION)),
    (HUMAN, "organization", ORG, Within(EXPLANATION)),
    (HUMAN, "shadowed", GROUP, Within(EXPLANATION)),
    (ACCOUNT, "contact", HUMAN, One),
    (ACCOUNT, "roles", GIVEN, Many),
    (GIVEN, "account", ACCOUNT, One),
    (GIVEN, "role", ROLE, One),
    (GIVEN, "organization", ORG, One),
];

/// Which ways are gone from a kind of thing, and on from there.
pub struct Walk(Vec<(usize, Walk)>);

impl Walk {
    /// Every way from `kind`, each going on along one random way after the other, up to `steps` in all.
    pub fn all(kind: usize, steps: u32, random: &mut SmallRng) -> Self {
        let ways = (0..WAYS.len()).filter(|way| WAYS[*way].0 == kind);
        Self(
            ways.map(|way| (way, Self::one(WAYS[way].2, steps - 1, random)))
                .collect(),
        )
    }

    /// One random way from `kind`, and on.
    pub fn one(kind: usize, steps: u32, random: &mut SmallRng) -> Self {
        let ways: Vec<_> = (0..WAYS.len()).filter(|way| WAYS[*way].0 == kind).collect();
        if steps == 0 || ways.is_empty() {
            return Self(Vec::new());
        }
        let way = ways[random.random_range(0..ways.len())];
        Self(vec![(way, Self::one(WAYS[way].2, steps - 1, random))])
    }

    /// What to select of a thing of `kind`.
    pub fn selection(&self, kind: usize) -> String {
        let mut text = KINDS[kind].1.to_owned();
        for (way, walk) in &self.0 {
            let (_, field, to, shape) = WAYS[*way];
            let inner = walk.selection(to);
            let _ = match shape {
                One | Many => write!(text, " w{way}: {field} {{ {inner} }}"),
                Page => write!(
                    text,
                    " w{way}: {field} {{ totalCount nodes {{ {inner} }} }}"
                ),
                Within(object) => write!(
                    text,
                    " w{way}: {object} {{ source it: {field} {{ {inner} }} }}"
                ),
            };
        }
        text
    }

    /// What that selection ought to show of `thing`, which is seen or on an edge of what is.
    pub fn shown(&self, sight: &Sight<'_>, thing: Thing) -> Value {
        let mut fields = own_fields(sight, thing);
        for (way, walk) in &self.0 {
            let (_, field, _, shape) = WAYS[*way];
            let things = sight.follow(thing, field, shape);
            let one = || {
                things
                    .first()
                    .map_or(Value::Null, |thing| walk.shown(sight, *thing))
            };
            fields[format!("w{way}")] = match shape {
                One => one(),
                Many => things
                    .iter()
                    .map(|thing| walk.shown(sight, *thing))
                    .collect(),
                Page => walk.page(sight, &things),
                Within(_) => json!({ "source": source(sight, thing), "it": one() }),
            };
        }
        fields
    }

    /// What a connection ought to show.
    pub fn page(&self, sight: &Sight<'_>, things: &[Thing]) -> Value {
        let nodes: Value = things
            .iter()
            .map(|thing| self.shown(sight, *thing))
            .collect();
        json!({ "totalCount": things.len(), "nodes": nodes })
    }
}

/// The kind of a thing, as a place in [`KINDS`].
pub fn kind(thing: Thing) -> usize {
    match thing {
        Thing::Org(_) => ORG,
        Thing::Human(_) => HUMAN,
        Thing::Account(_) => ACCOUNT,
        Thing::Role(_) => ROLE,
        Thing::Given(_) => GIVEN,
        Thing::Group(_) => GROUP,
        Thing::Address(_) => ADDRESS,
    }
}

fn names(permissions: &[Permission]) -> Value {
    permissions
        .iter()
        .map(|permission| permission.name())
        .collect()
}

fn own_fields(sight: &Sight<'_>, thing: Thing) -> Value {
    let model = sight.model;
    let id = model.id(thing);
    match thing {
        Thing::Org(org) => json!({ "id": id, "name": model.orgs[org].name }),
        Thing::Human(human) => json!({ "id": id, "fullName": model.humans[human].name }),
        Thing::Account(account) => {
            let account = &model.accounts[account];
            json!({ "id": id, "login": account.login, "approved": account.approved, "active": account.active, "locked": account.locked })
        }
        Thing::Role(role) => {
            json!({ "id": id, "name": model.roles[role].name, "permissions": names(&model.roles[role].permissions) })
        }
        Thing::Given(given) => {
            let given = &model.given[given];
            let scope = match given.scope {
                Scope::Global => "GLOBAL",
                Scope::Subtree => "SUBTREE",
                Scope::Node => "NODE",
                Scope::Own => "OWN",
            };
            let hour = |hours: Option<i64>| {
                hours.map(|hours| {
                    (now() + TimeDelta::hours(hours))
                        .format("%Y-%m-%dT%H:%M:%S%.6fZ")
                        .to_string()
                })
            };
            json!({ "id": id, "scope": scope, "validFrom": hour(given.valid.0), "validUntil": hour(given.valid.1) })
        }
        Thing::Group(group) => json!({ "id": id,
            "contactCount": sight.humans(|human| model.humans[human].group == Some(group)).len(),
            "organizationCount": sight.orgs(|org| model.orgs[org].group == Some(group)).len(),
            "effectiveContactCount": sight.humans(|human| model.effective(human) == Some(group)).len() }),
        Thing::Address(_) => json!({ "id": id, "city": "Bern" }),
    }
}

/// Where the effective group comes from: said also where the organization is hidden.
fn source(sight: &Sight<'_>, thing: Thing) -> &'static str {
    let Thing::Human(human) = thing else {
        panic!("not a contact")
    };
    let human = &sight.model.humans[human];
    if human
        .org
        .is_some_and(|org| sight.model.orgs[org].group.is_some())
    {
        "ORGANIZATION"
    } else if human.group.is_some() {
        "CONTACT"
    } else {
        "NONE"
    }
}

impl Sight<'_> {
    /// What ought to be found behind a field of `thing`.
    fn follow(&self, thing: Thing, field: &str, shape: Shape) -> Vec<Thing> {
        match thing {
            Thing::Org(org) => self.leading_from_org(org, field),
            Thing::Human(human) if matches!(shape, Within(_)) => self.explained(human, field),
            Thing::Human(human) => self.leading_from_human(human, field),
            Thing::Account(account) if field == "contact" => {
                self.seen(self.model.accounts[account].human.map(Thing::Human))
            }
            Thing::Account(account) => {
                let mut given: Vec<_> = (0..self.model.given.len())
                    .filter(|given| self.model.given[*given].account == account)
                    .collect();
                given.sort_by_key(|given| (self.model.given[*given].role, *given));
                self.seen(given.into_iter().map(Thing::Given))
            }
            Thing::Given(given) => {
                let given = &self.model.given[given];
                match field {
                    "account" => vec![Thing::Account(given.account)],
                    "role" => vec![Thing::Role(given.role)],
                    _ => self.seen(given.org.map(Thing::Org)),
                }
            }
            _ => Vec::new(),
        }
    }

    fn leading_from_org(&self, org: usize, field: &str) -> Vec<Thing> {
        let model = self.model;
        let row = &model.orgs[org];
        let below = self.below(org);
        match field.split('(').next().unwrap_or_default() {
            "parent" => self.seen(row.parent.map(Thing::Org)),
            "ancestors" => model
                .above(org)
                .into_iter()
                .map(Thing::Org)
                .take_while(|above| self.sees(*above))
                .collect(),
            "descendants" if !field.contains("maxDepth") => below,
            "children" | "descendants" => self.orgs(|child| model.orgs[child].parent == Some(org)),
            "contacts" if field.contains("hasAccount") => self.humans(|human| {
                model.humans[human].org == Some(org) && self.sees_account_of(human)
            }),
            "contacts" if field.contains("includeDescendants") => {
                let within = |of: Option<usize>| {
                    of.is_some_and(|of| of == org || below.contains(&Thing::Org(of)))
                };
                self.humans(|human| within(model.humans[human].org))
            }
            "contacts" => self.humans(|human| model.humans[human].org == Some(org)),
            "primaryContact" => self.seen(row.primary.map(Thing::Human)),
            "customerGroup" => row.group.map(Thing::Group).into_iter().collect(),
            "addresses" => self.seen(
                (0..model.addresses.len())
                    .filter(|address| model.addresses[*address].org == Some(org))
                    .map(Thing::Address),
            ),
            other => panic!("an organization has no {other}"),
        }
    }

    fn leading_from_human(&self, human: usize, field: &str) -> Vec<Thing> {
        let model = self.model;
        let row = &model.humans[human];
        match field {
            "organization" => self.seen(row.org.map(Thing::Org)),
            "account" => self.seen(row.account.map(Thing::Account)),
            "addresses" => self.seen(
                (0..model.addresses.len())
                    .filter(|address| model.addresses[*address].human == Some(human))
                    .map(Thing::Address),
            ),
            "preferredBillingAddress" => self.seen(row.bills_to.map(Thing::Address)),
            "customerGroup" => row.group.map(Thing::Group).into_iter().collect(),
            "effectiveCustomerGroup" => model
                .effective(human)
                .map(Thing::Group)
                .into_iter()
                .collect(),
            other => panic!("a contact has no {other}"),
        }
    }

    fn explained(&self, human: usize, field: &str) -> Vec<Thing> {
        let model = self.model;
        let giver = model.humans[human]
            .org
            .filter(|org| model.orgs[*org].group.is_some());
        match field {
            "organization" => self.seen(giver.map(Thing::Org)),
            "shadowed" => model.humans[human]
                .group
                .filter(|_| giver.is_some())
                .map(Thing::Group)
                .into_iter()
                .collect(),
            _ => model
                .effective(human)
                .map(Thing::Group)
                .into_iter()
                .collect(),
        }
    }
}
