//! One viewer's look into memory: the same rules as in `policy`, told by walking up the tree instead of by SQL.

use super::Kept;
use super::tree::{Row, Tree, place};
use crate::access::database::Database;
use crate::access::granted::Granted;
use crate::access::page::{Slice, Window};
use crate::access::scoped_db::ScopedDb;
use crate::access::viewer::Reach;
use entity::ids::{CustomerGroupId, OrganizationId, RoleId};
use entity::{customer_group, organization, role};
use sea_orm::Value;
use std::collections::HashSet;
use std::sync::{Arc, RwLockReadGuard};

/// What one viewer may see of what is in memory. Holds memory still, so it is asked and let go, never kept.
pub struct Remembered<'m> {
    kept: RwLockReadGuard<'m, Kept>,
    sight: &'m Reach,
}

impl ScopedDb {
    /// What is in memory, for a request that only reads. None where organizations are not kept, or the request may write: it reads what
    /// it has written.
    #[must_use]
    pub fn remembered(&self) -> Option<Remembered<'_>> {
        self.remembered_within(self.sight.as_deref()?)
    }

    /// The same for another permission than the one to see organizations: what lies within `sight`.
    pub(in crate::access) fn remembered_within<'m>(
        &'m self,
        sight: &'m Reach,
    ) -> Option<Remembered<'m>> {
        self.sight.as_ref()?;
        let kept = self.db.memory().kept();
        kept.tree.as_ref()?;
        Some(Remembered { kept, sight })
    }
}

impl Remembered<'_> {
    /// Whether the organization is in memory, hidden or not: one that was made after the request came in may not be.
    #[must_use]
    pub fn knows(&self, id: OrganizationId) -> bool {
        self.row(id).is_some()
    }

    /// The organization, if it exists for this viewer.
    #[must_use]
    pub fn organization(&self, id: OrganizationId) -> Option<Granted<organization::Entity>> {
        let row = self.row(id)?;
        self.sees(id).then(|| row.clone())
    }

    /// What lies above it, nearest first, up to the last one before one that the viewer may not see (T-35).
    #[must_use]
    pub fn ancestors(&self, id: OrganizationId) -> Vec<Granted<organization::Entity>> {
        let above = self
            .kept
            .tree
            .iter()
            .flat_map(|tree| tree.upwards(id).skip(1));
        above.take_while(|row| self.sees(row.id)).cloned().collect()
    }

    /// The visible organizations directly below `parent`, by name, ties by id.
    pub fn children(
        &self,
        parent: OrganizationId,
    ) -> impl Iterator<Item = &Granted<organization::Entity>> {
        self.visible(self.all_children(parent))
    }

    /// A page of the visible children of `parent` in the order of their names.
    #[must_use]
    pub fn page_of_children(
        &self,
        parent: OrganizationId,
        descending: bool,
        window: &Window,
    ) -> Slice<organization::Entity> {
        let all = self.all_children(parent);
        let (lower, upper) = if descending {
            (&window.before, &window.after)
        } else {
            (&window.after, &window.before)
        };
        let start = lower
            .as_deref()
            .and_then(position)
            .map_or(0, |lower| all.partition_point(|row| place(row) <= lower));
        let end = upper
            .as_deref()
            .and_then(position)
            .map_or(all.len(), |upper| {
                all.partition_point(|row| place(row) < upper)
            });
        let between = self.visible(all.get(start..end).unwrap_or_default());
        let most = usize::try_from(window.limit)
            .unwrap_or(usize::MAX)
            .saturating_add(1);
        let rows: Vec<_> = if descending == window.backward {
            between.take(most).cloned().collect()
        } else {
            between.rev().take(most).cloned().collect()
        };
        Slice::of(rows, window)
    }

    /// The group given to an organization, whether the viewer may see it or not (T-22).
    #[must_use]
    pub fn group_given_to(&self, organization: OrganizationId) -> Option<CustomerGroupId> {
        self.row(organization)?.customer_group_id
    }

    /// A group on the edge of a row that the viewer may see (T-199); none for one that is not in memory.
    #[must_use]
    pub fn group_on_edge(&self, id: CustomerGroupId) -> Option<Granted<customer_group::Entity>> {
        self.kept.groups.get(&id).cloned()
    }

    /// A role on the edge of an assignment that the viewer may see; none for one that is not in memory.
    #[must_use]
    pub fn role_on_edge(&self, id: RoleId) -> Option<Granted<role::Entity>> {
        self.kept.roles.get(&id).map(|(role, _)| role.clone())
    }

    /// How many organizations lie within the subtrees of `roots`, hidden ones too; twice where these overlap. For choosing how to ask.
    #[must_use]
    pub fn count_within(&self, roots: &[OrganizationId]) -> u64 {
        let tree = self.kept.tree.as_ref();
        tree.map_or(0, |tree| {
            let sizes = roots.iter().map(|root| tree.within(*root).len() as u64);
            sizes.sum()
        })
    }

    /// How many organizations there are.
    pub(in crate::access) fn count(&self) -> u64 {
        let tree = self.kept.tree.as_ref();
        tree.map_or(0, Tree::count)
    }

    /// All that lies in sight, for asking about many.
    pub(in crate::access) fn within(&self) -> Within<'_> {
        let (subtrees, nodes): (&[_], &[_]) = match self.sight {
            Reach::Everywhere => (&[], &[]),
            Reach::Within { subtrees, nodes } => (subtrees, nodes),
        };
        let tree = self.kept.tree.as_ref();
        let subtrees = tree
            .iter()
            .flat_map(|tree| subtrees.iter().map(|root| tree.within(*root)));
        Within {
            subtrees: subtrees.collect(),
            nodes,
        }
    }

    /// Whether memory is of the very state of the tree that a statement saw which read `revision`.
    pub(in crate::access) fn is_of(&self, revision: i64) -> bool {
        self.kept.revisions.organizations == revision
    }

    fn row(&self, id: OrganizationId) -> Option<&Row> {
        self.kept.tree.as_ref()?.get(id)
    }

    fn all_children(&self, parent: OrganizationId) -> &[Row] {
        self.kept
            .tree
            .as_ref()
            .map_or(&[], |tree| tree.children(parent))
    }

    fn visible<'r>(&'r self, rows: &'r [Row]) -> impl DoubleEndedIterator<Item = &'r Row> {
        rows.iter().filter(|row| self.sees(row.id))
    }

    /// T-35, T-198: within a subtree that the viewer's grants reach, or one of their nodes.
    pub(in crate::access) fn sees(&self, id: OrganizationId) -> bool {
        match self.sight {
            Reach::Everywhere => true,
            Reach::Within { subtrees, nodes } => {
                nodes.contains(&id)
                    || !subtrees.is_empty()
                        && self.kept.tree.as_ref().is_some_and(|tree| {
                            tree.upwards(id).any(|row| subtrees.contains(&row.id))
                        })
            }
        }
    }
}

/// The organizations of a reach over a part of the tree.
pub(in crate::access) struct Within<'r> {
    subtrees: Vec<Arc<HashSet<OrganizationId>>>,
    nodes: &'r [OrganizationId],
}

impl Within<'_> {
    pub(in crate::access) fn contains(&self, id: OrganizationId) -> bool {
        self.subtrees.iter().any(|subtree| subtree.contains(&id)) || self.nodes.contains(&id)
    }
}

/// A position in the order by name, as a cursor holds it.
fn position(values: &[Value]) -> Option<(&str, OrganizationId)> {
    match values {
        [Value::String(Some(name_key)), Value::Uuid(Some(id))] => {
            Some((name_key, OrganizationId(*id)))
        }
        _ => None,
    }
}

impl Database {
    /// Keeps at most so many organizations in memory: none at all where there are more. 0 is never.
    pub fn keep_in_memory(&self, most_organizations: u32) {
        self.memory().keep_at_most(most_organizations);
    }

    /// Reads into memory what requests will ask for, so that the first one need not wait for it.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn warm_up(&self) -> crate::error::Result<()> {
        let seen = super::fetch::revisions(self).await?;
        self.memory().catch_up(self, seen).await
    }
}
