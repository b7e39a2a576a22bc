//! What a server keeps in memory of the directory: organizations, customer groups and roles, which nearly every answer names.
//!
//! Nothing of it is ever stale. The statement that finds out who is asking also reads the counters in `revision`, which triggers move on
//! with every change ([`Revisions`]); where memory is behind them, it catches up before the request goes on, by what has changed. So a
//! request sees at least what was committed when it came in, on every server over one database. Whoever writes reads the database.

mod fetch;
mod remembered;
mod tree;

use super::PermissionSet;
use super::database::Database;
use super::granted::Granted;
use crate::error::Result;
use entity::ids::{CustomerGroupId, RoleId};
use entity::{customer_group, role};
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio::sync::Mutex;

pub(super) use fetch::{REVISIONS, revision_of};
pub use remembered::Remembered;
use tree::Tree;

/// How many organizations are kept at most, unless set otherwise: they take some 100 MB.
pub const MOST_ORGANIZATIONS: u32 = 200_000;

/// After so many changes it is looked again whether there are still too many.
const LOOK_AGAIN_AFTER: i64 = 10_000;

/// How often each kind of row has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Revisions {
    pub organizations: i64,
    pub customer_groups: i64,
    pub roles: i64,
}

impl Revisions {
    fn cover(self, seen: Self) -> bool {
        self.organizations >= seen.organizations
            && self.customer_groups >= seen.customer_groups
            && self.roles >= seen.roles
    }
}

/// What is kept, as of `revisions` or a little later.
#[derive(Default)]
struct Kept {
    revisions: Revisions,
    /// None until it was first read, and where there are too many.
    tree: Option<Tree>,
    /// The revision at which there were too many.
    too_many_at: Option<i64>,
    groups: HashMap<CustomerGroupId, Granted<customer_group::Entity>>,
    roles: HashMap<RoleId, (Granted<role::Entity>, PermissionSet)>,
}

/// A server's memory of one database.
pub(super) struct Memory {
    kept: RwLock<Kept>,
    catching_up: Mutex<()>,
    /// Beyond so many organizations none is kept, and the database is asked.
    most: AtomicU32,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            kept: RwLock::default(),
            catching_up: Mutex::default(),
            most: AtomicU32::new(MOST_ORGANIZATIONS),
        }
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Memory")
    }
}

impl Memory {
    /// Keeps at most so many organizations: none at all where there are more.
    pub(super) fn keep_at_most(&self, most: u32) {
        self.most.store(most, Ordering::Relaxed);
    }

    /// Catches up with what had changed when `seen` was read.
    ///
    /// # Errors
    /// Faults of the database only; then memory is as it was.
    pub(super) async fn catch_up(&self, db: &Database, seen: Revisions) -> Result<()> {
        if self.kept().revisions.cover(seen) {
            return Ok(());
        }
        let _turn = self.catching_up.lock().await;
        let known = self.kept().revisions;
        if seen.roles > known.roles {
            let roles = fetch::roles(db).await?;
            let mut kept = self.kept_mut();
            kept.roles = roles;
            kept.revisions.roles = seen.roles;
        }
        if seen.customer_groups > known.customer_groups {
            let groups = fetch::customer_groups(db).await?;
            let mut kept = self.kept_mut();
            kept.groups = groups;
            kept.revisions.customer_groups = seen.customer_groups;
        }
        if seen.organizations > known.organizations {
            self.catch_up_with_organizations(db, known.organizations, seen.organizations)
                .await?;
        }
        Ok(())
    }

    async fn catch_up_with_organizations(
        &self,
        db: &Database,
        known: i64,
        seen: i64,
    ) -> Result<()> {
        let (has_tree, too_many_at) = {
            let kept = self.kept();
            (kept.tree.is_some(), kept.too_many_at)
        };
        let most = self.most.load(Ordering::Relaxed);
        if most == 0 || too_many_at.is_some_and(|at| seen < at + LOOK_AGAIN_AFTER) {
            self.kept_mut().revisions.organizations = seen;
            return Ok(());
        }
        if has_tree && let Some(changes) = fetch::changes(db, known, seen).await? {
            let mut kept = self.kept_mut();
            kept.revisions.organizations = changes.revision.max(seen);
            if let Some(tree) = &mut kept.tree {
                tree.apply(changes.rows);
            }
            return Ok(());
        }
        let whole = fetch::organizations(db, most as usize).await?;
        let mut kept = self.kept_mut();
        kept.revisions.organizations = whole.revision.max(seen);
        kept.too_many_at = whole.too_many.then_some(seen);
        kept.tree = whole.tree;
        Ok(())
    }

    /// What `role` holds; nothing for one that is not known.
    pub(super) fn permissions_of(&self, role: RoleId) -> PermissionSet {
        let kept = self.kept();
        kept.roles
            .get(&role)
            .map_or_else(PermissionSet::default, |(_, held)| *held)
    }

    fn kept(&self) -> RwLockReadGuard<'_, Kept> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept_mut(&self) -> RwLockWriteGuard<'_, Kept> {
        self.kept.write().unwrap_or_else(PoisonError::into_inner)
    }
}
