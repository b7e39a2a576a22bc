//! The tree in memory: rows by id, and children in the order of their names.

use crate::access::granted::Granted;
use entity::ids::OrganizationId;
use entity::organization::{self, Model};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// A row as it is handed out to whoever may see it.
pub(super) type Row = Granted<organization::Entity>;

/// All organizations.
#[derive(Debug, Default)]
pub(super) struct Tree {
    rows: HashMap<OrganizationId, Row>,
    /// By name, ties by id.
    children: HashMap<OrganizationId, Vec<Row>>,
    /// Of the subtrees that were asked for since the last change: those that somebody's rights are about.
    subtrees: Mutex<HashMap<OrganizationId, Arc<HashSet<OrganizationId>>>>,
}

/// When so many ids are in collected subtrees, these are let go: some megabytes.
const MOST_COLLECTED: usize = 100_000;

/// What became of an organization: its row, or none when it is gone.
pub(super) type Change = (OrganizationId, Option<Model>);

impl Tree {
    /// The tree of these rows.
    pub(super) fn of(rows: Vec<Row>) -> Self {
        let mut tree = Self {
            rows: HashMap::with_capacity(rows.len()),
            children: HashMap::new(),
            subtrees: Mutex::default(),
        };
        for row in rows {
            if let Some(parent) = row.parent_id {
                let siblings = tree.children.entry(parent).or_default();
                siblings.push(row.clone());
            }
            tree.rows.insert(row.id, row);
        }
        for siblings in tree.children.values_mut() {
            siblings.sort_unstable_by(|one, other| place(one).cmp(&place(other)));
            siblings.shrink_to_fit();
        }
        tree
    }

    /// Carries out `changes`, the oldest first.
    pub(super) fn apply(&mut self, changes: Vec<Change>) {
        self.subtrees = Mutex::default();
        for (id, row) in changes {
            self.take(id);
            if let Some(row) = row {
                self.put(Row::new(row));
            }
        }
    }

    pub(super) fn get(&self, id: OrganizationId) -> Option<&Row> {
        self.rows.get(&id)
    }

    /// The organizations directly below `parent`, by name, ties by id.
    pub(super) fn children(&self, parent: OrganizationId) -> &[Row] {
        self.children.get(&parent).map_or(&[], Vec::as_slice)
    }

    /// `id` itself and what lies above it, nearest first.
    pub(super) fn upwards(&self, id: OrganizationId) -> impl Iterator<Item = &Row> {
        let above = |row: &&Row| self.get(row.parent_id?);
        std::iter::successors(self.get(id), above)
    }

    /// The subtree of `root`, itself included, as a set. Collected once while nothing changes.
    pub(super) fn within(&self, root: OrganizationId) -> Arc<HashSet<OrganizationId>> {
        let mut subtrees = self.subtrees.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = subtrees.get(&root) {
            return known.clone();
        }
        if subtrees.values().map(|known| known.len()).sum::<usize>() > MOST_COLLECTED {
            subtrees.clear();
        }
        let mut waiting = vec![root];
        let mut within = HashSet::new();
        while let Some(next) = waiting.pop() {
            within.insert(next);
            waiting.extend(self.children(next).iter().map(|child| child.id));
        }
        let within = Arc::new(within);
        subtrees.insert(root, within.clone());
        within
    }

    pub(super) fn count(&self) -> u64 {
        self.rows.len() as u64
    }

    fn put(&mut self, row: Row) {
        if let Some(parent) = row.parent_id {
            let siblings = self.children.entry(parent).or_default();
            let at = siblings.partition_point(|other| place(other) < place(&row));
            siblings.insert(at, row.clone());
        }
        self.rows.insert(row.id, row);
    }

    fn take(&mut self, id: OrganizationId) {
        let Some(row) = self.rows.remove(&id) else {
            return;
        };
        if let Some(parent) = row.parent_id
            && let Some(siblings) = self.children.get_mut(&parent)
        {
            siblings.retain(|other| other.id != id);
            if siblings.is_empty() {
                self.children.remove(&parent);
            }
        }
    }
}

/// Where a row stands among its siblings.
pub(super) fn place(row: &Model) -> (&str, OrganizationId) {
    (&row.name_key, row.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use sea_orm::prelude::DateTimeUtc;
    use uuid::Uuid;

    fn id(number: u8) -> OrganizationId {
        OrganizationId(Uuid::from_u128(number.into()))
    }

    fn row(number: u8, parent: Option<u8>, name: &str) -> Model {
        Model {
            id: id(number),
            external_id: None,
            external_id_key: String::new(),
            name: name.to_owned(),
            name_key: name.to_owned(),
            search_key: String::new(),
            description: None,
            type_id: entity::ids::OrganizationTypeId(1),
            business_category_id: None,
            parent_id: parent.map(id),
            primary_contact_id: None,
            customer_group_id: None,
            version: 1,
            created_at: DateTimeUtc::UNIX_EPOCH,
            updated_at: DateTimeUtc::UNIX_EPOCH,
        }
    }

    fn told(tree: &Tree) -> Vec<(OrganizationId, Vec<OrganizationId>)> {
        let mut all: Vec<_> = tree
            .rows
            .keys()
            .map(|id| (*id, tree.children(*id).iter().map(|row| row.id).collect()))
            .collect();
        all.sort_unstable();
        all
    }

    proptest! {
        #[test]
        fn a_tree_that_was_changed_step_by_step_is_the_tree_of_the_rows_that_are_left(
            steps in prop::collection::vec((1_u8..12, prop::option::of(0_u8..12), "[a-c]", any::<bool>()), 0..60),
        ) {
            let mut tree = Tree::default();
            let mut left: HashMap<OrganizationId, Model> = HashMap::new();
            for (number, parent, name, gone) in steps {
                // A parent has a smaller number, so that there are no cycles.
                let row = row(number, parent.filter(|parent| *parent < number), &name);
                let change = (!gone).then_some(row);
                match &change {
                    Some(row) => left.insert(id(number), row.clone()),
                    None => left.remove(&id(number)),
                };
                tree.apply(vec![(id(number), change)]);
            }
            let whole = Tree::of(left.into_values().map(Row::new).collect());
            prop_assert_eq!(told(&tree), told(&whole));
        }
    }
}
