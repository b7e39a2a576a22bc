//! The tree as rows would make it, with what is there around them.

use super::{BY_NAME, PARENT, Says, key_of_name};
use crate::access::WriteTx;
use crate::error::{Code, Result};
use crate::imports::rules::Problem;
use crate::imports::rules::forest::{Forest, Hangs, Node, Stands};
use crate::text::sort_key;
use entity::ids::OrganizationId;
use std::collections::hash_map::RandomState;
use std::collections::{BTreeSet, HashMap};
use std::hash::BuildHasher;

/// How many rows of a cycle are named.
const NAMED_ROWS: usize = 20;

/// A text by two hashes: a file has a million of them, and two different ones never have the same.
type Hashed = [u64; 2];

/// Organizations that are there, and those that rows are about.
#[derive(Default)]
pub(super) struct Tree {
    pub forest: Forest,
    hashers: [RandomState; 2],
    by_key: HashMap<Hashed, Node>,
    by_id: HashMap<OrganizationId, Node>,
    is_there: Vec<bool>,
}

impl Tree {
    pub(super) fn hash(&self, text: &str) -> Hashed {
        self.hashers.each_ref().map(|hasher| hasher.hash_one(text))
    }

    /// Finds out what is there of `keys`, with everything above, as far as that is not known yet. What the viewer does not see is not found
    /// by its key, though it counts where it lies above.
    ///
    /// # Errors
    /// Faults of the database only.
    pub(super) async fn look_up(
        &mut self,
        tx: &mut WriteTx,
        keys: impl Iterator<Item = &str> + Send,
    ) -> Result<()> {
        let new: BTreeSet<&str> = keys
            .filter(|key| !self.by_key.contains_key(&self.hash(key)))
            .collect();
        let asked = new.iter().filter(|key| !key.contains('\0'));
        let (names, asked): (Vec<_>, Vec<_>) = asked
            .map(|key| (*key).to_owned())
            .partition(|key| key.starts_with(BY_NAME));
        let mut found = tx.organizations_of(&asked).await?;
        for called in tx.organizations_without_id(&sort_keys(&names)).await? {
            // Of several, whichever: the row is refused then.
            found.insert(key_of_name(&called.name), called.id);
        }
        let ids: Vec<_> = found.values().copied().collect();
        self.look_above(tx, &ids).await?;
        for key in new {
            let node = match found.get(key) {
                Some(id) => self.node_of(*id),
                None => self.add(false),
            };
            let hashed = self.hash(key);
            self.by_key.insert(hashed, node);
        }
        Ok(())
    }

    /// Finds out what lies above organizations that are there.
    ///
    /// # Errors
    /// Faults of the database only.
    pub(super) async fn look_above(
        &mut self,
        tx: &mut WriteTx,
        ids: &[OrganizationId],
    ) -> Result<()> {
        for place in tx.tree_above(ids).await? {
            let node = self.node_of(place.id);
            if let Some(parent) = place.parent_id {
                let parent = self.node_of(parent);
                self.forest.stands_below(node, parent);
            }
        }
        Ok(())
    }

    /// The node of a key that was looked up.
    pub(super) fn node_of_key(&self, key: &str) -> Option<Node> {
        self.by_key.get(&self.hash(key)).copied()
    }

    pub(super) fn node_of(&mut self, id: OrganizationId) -> Node {
        if let Some(node) = self.by_id.get(&id) {
            return *node;
        }
        let node = self.add(true);
        self.by_id.insert(id, node);
        node
    }

    fn add(&mut self, is_there: bool) -> Node {
        self.is_there.push(is_there);
        self.forest.add()
    }

    /// Whether there is nothing of a node, and no row is about it.
    pub(super) fn is_nowhere(&self, node: Node) -> bool {
        let there = self.is_there.get(node as usize).copied();
        there != Some(true) && self.forest.row_of(node).is_none()
    }

    /// What a row says, of a parent whose key was looked up; a name says nothing yet.
    pub(super) fn hangs(&self, says: Says<'_>) -> Hangs {
        match says {
            Says::Nothing | Says::Name(_) => Hangs::Stays,
            Says::Root => Hangs::Root,
            Says::Key(key) => self.node_of_key(key).map_or(Hangs::Stays, Hangs::Below),
        }
    }

    /// Why a row whose organization stands there cannot be carried out, where that is so whatever comes of the others.
    pub(super) fn fault(&self, stands: &Stands, max_depth: u32) -> Option<Problem> {
        match stands {
            Stands::On(level) if *level > max_depth => {
                let message =
                    format!("the tree would be deeper than its limit of {max_depth} levels");
                Some(Problem::new(Code::HierarchyDepth, PARENT, message))
            }
            Stands::On(_) => None,
            Stands::InCycle(rows) => Some(Problem::new(
                Code::HierarchyCycle,
                PARENT,
                told_of_cycle(rows),
            )),
            Stands::BelowCycle(by) => {
                let by = self.forest.row_of(*by).unwrap_or_default();
                let message = format!("row {by}, below which it would come, is refused");
                Some(Problem::new(Code::HierarchyCycle, PARENT, message))
            }
        }
    }
}

/// What organizations are sorted by, of keys that are made of their names.
fn sort_keys(keys: &[String]) -> Vec<String> {
    let names = keys.iter().filter_map(|key| key.strip_prefix(BY_NAME));
    names.map(sort_key).collect()
}

fn told_of_cycle(rows: &[i64]) -> String {
    let named: Vec<_> = rows.iter().take(NAMED_ROWS).map(i64::to_string).collect();
    let more = rows.len().saturating_sub(NAMED_ROWS);
    match (named.as_slice(), more) {
        ([], _) | ([_], 0) => "it would lie below itself".to_owned(),
        ([others @ .., last], 0) => {
            let others = others.join(", ");
            format!("it would lie below itself, by way of the rows {others} and {last}")
        }
        (named, more) => {
            let named = named.join(", ");
            format!("it would lie below itself, by way of the rows {named} and {more} more")
        }
    }
}
