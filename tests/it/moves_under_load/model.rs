//! Random changes, one after the other, beside a model of the tree.

use super::MODES;
use crate::deletes::DELETE;
use crate::moves::{MOVE, engines};
use crate::support::build::{CONTACT_CREATE, ORGANIZATION_CREATE};
use crate::support::{World, user_errors};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// T-25, T-27, T-31, T-143, T-172, T-177: whatever is done in whatever order, every answer and the whole tree are as the model says.
#[tokio::test]
async fn any_changes_in_any_order_come_to_what_a_model_of_the_tree_says() {
    changes(0..2).await;
}

/// The same for longer.
#[tokio::test]
#[ignore = "2,400 changes on each engine take a minute; CI runs it"]
async fn many_changes_in_any_order_come_to_what_a_model_of_the_tree_says() {
    changes(100..120).await;
}

async fn changes(seeds: std::ops::Range<u64>) {
    for engine in engines() {
        for seed in seeds.clone() {
            let world = World::with(engine, |settings| settings.max_depth = 5).await;
            let mut random = SmallRng::seed_from_u64(seed);
            let mut model = Model::default();
            for step in 1..=120 {
                let what = model.step(&world, &mut random).await;
                if let Err(difference) = what {
                    panic!("{engine:?}, seed {seed}, step {step}: {difference}");
                }
                if step % 20 == 0 {
                    model
                        .compare(&world, &format!("{engine:?}, seed {seed}, step {step}"))
                        .await;
                }
            }
        }
    }
}

#[derive(Clone, Debug)]
struct Node {
    name: String,
    parent: Option<String>,
    version: i64,
}

/// What the tree should be: organizations and contacts by id, contacts with their organization.
#[derive(Default)]
struct Model {
    tree: BTreeMap<String, Node>,
    people: BTreeMap<String, Option<String>>,
}

impl Model {
    const LIMIT: usize = 5;

    /// The one above, and so on.
    fn ancestors(&self, id: &str) -> Vec<String> {
        let above = |id: &String| self.tree[id].parent.clone();
        std::iter::successors(self.tree[id].parent.clone(), above).collect()
    }

    /// By name without regard to case, then by id.
    fn children(&self, id: &str) -> Vec<String> {
        let below = self
            .tree
            .iter()
            .filter(|(_, node)| node.parent.as_deref() == Some(id));
        let mut below: Vec<_> = below
            .map(|(child, node)| (node.name.to_lowercase(), child.clone()))
            .collect();
        below.sort();
        below.into_iter().map(|(_, child)| child).collect()
    }

    fn descendants(&self, id: &str) -> Vec<String> {
        let below = |child: String| [vec![child.clone()], self.descendants(&child)].concat();
        self.children(id).into_iter().flat_map(below).collect()
    }

    fn height(&self, id: &str) -> usize {
        self.children(id)
            .iter()
            .map(|child| 1 + self.height(child))
            .max()
            .unwrap_or_default()
    }

    fn fits(&self, height: usize, parent: Option<&String>) -> bool {
        let level = parent.map_or(0, |parent| 1 + self.ancestors(parent).len());
        level + 1 + height <= Self::LIMIT
    }

    fn members(&self, id: &str) -> Vec<String> {
        let inside = self
            .people
            .iter()
            .filter(|(_, organization)| organization.as_deref() == Some(id));
        inside.map(|(contact, _)| contact.clone()).collect()
    }

    /// Does something at random to the world and to the model.
    async fn step(&mut self, world: &World, random: &mut SmallRng) -> Result<(), String> {
        let ids: Vec<String> = self.tree.keys().cloned().collect();
        let mut pick = |chance: f64| {
            let some = !ids.is_empty() && random.random_bool(chance);
            some.then(|| ids[random.random_range(0..ids.len())].clone())
        };
        let (id, other) = (pick(1.0), pick(0.85));
        let name = ["a", "A", "b", "B", "c"][random.random_range(0..5)];
        let kind = random.random_range(0..10);
        let mode = MODES[random.random_range(0..4)];
        let (mutation, input, expected) = match (id, kind) {
            (Some(id), 0..4) => {
                let error = match &other {
                    Some(to) if *to == id || self.ancestors(to).contains(&id) => {
                        "HIERARCHY_CYCLE at newParentId"
                    }
                    to if self.tree[&id].parent != other
                        && !self.fits(self.height(&id), to.as_ref()) =>
                    {
                        "HIERARCHY_DEPTH at newParentId"
                    }
                    _ => "",
                };
                let input = json!({ "id": id, "newParentId": other });
                if error.is_empty() {
                    self.put(&id, other);
                }
                (MOVE, input, error)
            }
            (Some(id), 4) => {
                let input = json!({ "id": id, "mode": mode });
                (DELETE, input, self.delete(&id, mode))
            }
            (Some(id), 5..7) => (
                CONTACT_CREATE,
                json!({ "fullName": name, "organizationId": id }),
                "",
            ),
            _ => {
                let error = if self.fits(0, other.as_ref()) {
                    ""
                } else {
                    "HIERARCHY_DEPTH at parentId"
                };
                (
                    ORGANIZATION_CREATE,
                    json!({ "name": name, "parentId": other }),
                    error,
                )
            }
        };
        let got = world.attempt(&world.admin, mutation, input.clone()).await;
        if let Some(made) = got["organization"]["id"].as_str() {
            let node = Node {
                name: name.to_owned(),
                parent: input["parentId"].as_str().map(ToOwned::to_owned),
                version: 1,
            };
            self.tree.insert(made.to_owned(), node);
        }
        if let Some(made) = got["contact"]["id"].as_str() {
            self.people.insert(
                made.to_owned(),
                input["organizationId"].as_str().map(ToOwned::to_owned),
            );
        }
        let errors = user_errors(&got).concat();
        if errors == expected {
            Ok(())
        } else {
            Err(format!(
                "{input} was answered {errors:?} instead of {expected:?}"
            ))
        }
    }

    fn put(&mut self, id: &str, parent: Option<String>) {
        let node = self.tree.get_mut(id).expect("an organization of the model");
        if node.parent != parent {
            node.parent = parent;
            node.version += 1;
        }
    }

    fn delete(&mut self, id: &str, mode: &str) -> &'static str {
        let heir = if mode == "REPARENT" {
            self.tree[id].parent.clone()
        } else {
            None
        };
        match mode {
            "REFUSE" if !self.children(id).is_empty() || !self.members(id).is_empty() => {
                return "IN_USE at id";
            }
            "CASCADE" => {
                for below in [self.descendants(id), vec![id.to_owned()]].concat() {
                    for contact in self.members(&below) {
                        self.people.remove(&contact);
                    }
                    self.tree.remove(&below);
                }
            }
            _ => {
                for child in self.children(id) {
                    self.put(&child, heir.clone());
                }
                for contact in self.members(id) {
                    self.people.insert(contact, heir.clone());
                }
            }
        }
        self.tree.remove(id);
        ""
    }

    async fn compare(&self, world: &World, when: &str) {
        const ONE: &str = "query($id: ID!) { organization(id: $id) {
            name version parent { id } ancestors { id } children(first: 100) { nodes { id } }
            descendants(first: 100) { totalCount nodes { id } } } }";
        const COUNTS: &str = "{ organizations(first: 0) { totalCount } contacts(first: 100) { nodes { id organization { id } } } }";
        assert_eq!(
            world.system.check().await.expect("a report").faults,
            [""; 0],
            "{when}"
        );
        let all = world.ask(&world.admin, COUNTS, json!({})).await;
        assert_eq!(
            all["organizations"]["totalCount"],
            self.tree.len(),
            "{when}"
        );
        let people = all["contacts"]["nodes"].as_array().expect("a list").iter();
        let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
        let people =
            people.filter_map(|node| Some((text(&node["id"])?, text(&node["organization"]["id"]))));
        assert_eq!(people.collect::<BTreeMap<_, _>>(), self.people, "{when}");
        let list = |ids: Vec<String>| {
            ids.into_iter()
                .map(|id| json!({ "id": id }))
                .collect::<Value>()
        };
        for (id, node) in &self.tree {
            let got = world.ask(&world.admin, ONE, json!({ "id": id })).await;
            let below = self.descendants(id);
            let expected = json!({
                "name": node.name, "version": node.version, "parent": node.parent.as_ref().map(|parent| json!({ "id": parent })),
                "ancestors": list(self.ancestors(id)), "children": { "nodes": list(self.children(id)) },
                "descendants": { "totalCount": below.len(), "nodes": list(below) },
            });
            assert_eq!(got["organization"], expected, "{when}");
        }
    }
}
