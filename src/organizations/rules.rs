//! What is true of a tree, without a database.

use crate::error::{Code, Error, Result};
use entity::ids::OrganizationId;
use entity::organization::Limb;
use std::collections::HashMap;

/// # Errors
/// User error `HIERARCHY_DEPTH` at `field` when a subtree of `height` levels below its top, hung below a parent at `parent_level`
/// (0 for a root), would reach deeper than `max_depth` levels (T-27, T-173).
pub fn check_depth(parent_level: u32, height: u32, max_depth: u32, field: &str) -> Result<()> {
    let deepest = parent_level.saturating_add(1).saturating_add(height);
    if deepest <= max_depth {
        Ok(())
    } else {
        // How deep is not said: of the levels above, the viewer may see none (T-35).
        let message = format!("the tree would be deeper than its limit of {max_depth} levels");
        Err(Error::invalid(Code::HierarchyDepth, field, message))
    }
}

/// Where an organization stands in depth-first order below a root: the name keys and ids from below the root down to itself.
///
/// Paths compare as the order goes: a parent before its children, siblings by name, ties by id.
pub type Path = Vec<(String, OrganizationId)>;

/// The shape of what may be seen of the tree.
#[derive(Debug)]
pub struct Shape {
    /// Below each organization its children, in order.
    children: HashMap<OrganizationId, Vec<(String, OrganizationId)>>,
}

/// A part of what lies below an organization.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    pub paths: Vec<Path>,
    /// Whether more follows.
    pub more: bool,
    /// How many there are altogether.
    pub total: usize,
}

impl Shape {
    /// The shape that `limbs` make up.
    #[must_use]
    pub fn of(limbs: Vec<Limb>) -> Self {
        let mut children: HashMap<OrganizationId, Vec<(String, OrganizationId)>> = HashMap::new();
        for limb in limbs {
            let siblings = children.entry(limb.parent_id).or_default();
            siblings.push((limb.name_key, limb.id));
        }
        for siblings in children.values_mut() {
            siblings.sort_unstable();
        }
        Self { children }
    }

    /// What lies below `root`, at most `max_depth` levels down, in depth-first order: `limit` of it, from behind `after` on.
    ///
    /// Limbs whose parent is not reached are left out: what lies below a hidden organization is not reached through one above it
    /// (T-198). Only the paths of the part are kept, however much there is.
    #[must_use]
    pub fn part(
        &self,
        root: OrganizationId,
        max_depth: Option<u32>,
        after: Option<&Path>,
        limit: usize,
    ) -> Part {
        let levels = max_depth.map_or(usize::MAX, |levels| {
            usize::try_from(levels).unwrap_or(usize::MAX)
        });
        let mut part = Part {
            paths: Vec::new(),
            more: false,
            total: 0,
        };
        let mut path = Path::new();
        let mut open = vec![self.below(root).iter()];
        loop {
            // The path is that of the last one taken: its siblings come after it at the same level.
            path.truncate(open.len().saturating_sub(1));
            let Some(siblings) = open.last_mut() else {
                break;
            };
            let Some(child) = siblings.next() else {
                open.pop();
                continue;
            };
            path.push(child.clone());
            part.total += 1;
            // Once something was taken, all that follows lies behind `after` as well.
            let wanted = !part.paths.is_empty() || after.is_none_or(|after| path > *after);
            if wanted && part.paths.len() < limit {
                part.paths.push(path.clone());
            } else {
                part.more |= wanted;
            }
            if open.len() < levels {
                open.push(self.below(child.1).iter());
            }
        }
        part
    }

    fn below(&self, parent: OrganizationId) -> &[(String, OrganizationId)] {
        self.children.get(&parent).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn id(number: usize) -> OrganizationId {
        OrganizationId(Uuid::from_u128(number as u128))
    }

    #[test]
    fn a_tree_may_be_as_deep_as_its_limit_and_no_deeper() {
        assert!(check_depth(0, 31, 32, "parentId").is_ok());
        assert!(check_depth(31, 0, 32, "parentId").is_ok());
        assert!(check_depth(31, 1, 32, "parentId").is_err());
        assert!(check_depth(u32::MAX, u32::MAX, 32, "parentId").is_err());
    }

    proptest! {
        #[test]
        fn depth_first_order_is_the_order_of_paths_and_holds_each_reached_organization_once(
            parents in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
            names in prop::collection::vec("[a-c]{0,2}", 60),
            hidden in prop::collection::hash_set(1_usize..60, 0..10),
        ) {
            let tree: Vec<(usize, usize)> = parents.iter().enumerate().map(|(at, parent)| (at + 1, parent.index(at + 1))).collect();
            let limbs = tree.iter().filter(|(child, _)| !hidden.contains(child));
            let limbs = limbs.map(|(child, parent)| Limb { id: id(*child), parent_id: id(*parent), name_key: names[*child - 1].clone() });
            let shape = Shape::of(limbs.collect());
            let whole = shape.part(id(0), None, None, usize::MAX);
            let ordered = whole.paths;

            prop_assert!(ordered.is_sorted());
            prop_assert_eq!((whole.total, whole.more), (ordered.len(), false));
            // Page by page it is the same.
            let mut paged: Vec<Path> = Vec::new();
            loop {
                let part = shape.part(id(0), None, paged.last(), 7);
                prop_assert_eq!(part.total, ordered.len());
                paged.extend(part.paths);
                if !part.more {
                    break;
                }
            }
            prop_assert_eq!(&paged, &ordered);
            // And down to a level it is what lies that deep.
            let shallow = shape.part(id(0), Some(2), None, usize::MAX).paths;
            prop_assert_eq!(shallow, ordered.iter().filter(|path| path.len() <= 2).cloned().collect::<Vec<_>>());
            let mut reached = vec![0];
            for (child, parent) in &tree {
                if reached.contains(parent) && !hidden.contains(child) {
                    reached.push(*child);
                }
            }
            let mut got: Vec<_> = ordered.iter().filter_map(|path| path.last()).map(|(_, id)| *id).collect();
            got.sort_unstable();
            prop_assert_eq!(got, reached[1..].iter().map(|number| id(*number)).collect::<Vec<_>>());
        }
    }
}
