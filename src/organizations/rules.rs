//! What is true of a tree, without a database.

use crate::error::{Code, Error, Result};
use entity::ids::OrganizationId;
use entity::organization::Limb;
use std::cmp::Ordering;
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

/// A tree that can be walked downwards, of which only what may be seen is shown.
pub trait Branches {
    type Branch: Branch;

    /// What lies directly below `parent`, in order: by name, ties by id.
    fn below(&self, parent: OrganizationId) -> impl Iterator<Item = &Self::Branch>;
}

/// One organization of a tree.
pub trait Branch {
    /// Where it stands among its siblings.
    fn place(&self) -> (&str, OrganizationId);
}

/// The shape of what may be seen of the tree.
#[derive(Debug)]
pub struct Shape {
    /// Below each organization its children, in order.
    children: HashMap<OrganizationId, Vec<(String, OrganizationId)>>,
}

impl Branch for (String, OrganizationId) {
    fn place(&self) -> (&str, OrganizationId) {
        (&self.0, self.1)
    }
}

impl Branches for Shape {
    type Branch = (String, OrganizationId);

    fn below(&self, parent: OrganizationId) -> impl Iterator<Item = &Self::Branch> {
        self.children.get(&parent).into_iter().flatten()
    }
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
}

/// A part of what lies below an organization.
#[derive(Debug, PartialEq, Eq)]
pub struct Part<'t, B> {
    /// From below the root down to each organization itself.
    pub paths: Vec<Vec<&'t B>>,
    /// Whether more follows.
    pub more: bool,
}

/// What lies below `root`, at most `max_depth` levels down, in depth-first order: `limit` of it, from behind `after` on.
///
/// Branches whose parent is not reached are left out: what lies below a hidden organization is not reached through one above it
/// (T-198). What ends before `after` is not gone through, nor what follows the part.
pub fn part<'t, T: Branches>(
    tree: &'t T,
    root: OrganizationId,
    max_depth: Option<u32>,
    after: Option<&Path>,
    limit: usize,
) -> Part<'t, T::Branch> {
    let levels = levels(max_depth);
    let mut part = Part {
        paths: Vec::new(),
        more: false,
    };
    let mut path: Vec<&T::Branch> = Vec::new();
    let mut open = vec![tree.below(root)];
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
        path.push(child);
        let stands = if part.paths.is_empty() {
            after.map_or(Stands::Behind, |after| stands(&path, after))
        } else {
            // Once something was taken, all that follows lies behind `after` as well.
            Stands::Behind
        };
        if stands == Stands::Behind {
            if part.paths.len() == limit {
                part.more = true;
                break;
            }
            part.paths.push(path.clone());
        }
        if open.len() < levels && stands != Stands::Before {
            open.push(tree.below(child.place().1));
        }
    }
    part
}

/// How many lie below `root`, at most `max_depth` levels down.
pub fn count<T: Branches>(tree: &T, root: OrganizationId, max_depth: Option<u32>) -> usize {
    let levels = levels(max_depth);
    let mut count = 0;
    let mut open = vec![tree.below(root)];
    while let Some(siblings) = open.last_mut() {
        let Some(child) = siblings.next() else {
            open.pop();
            continue;
        };
        count += 1;
        if open.len() < levels {
            open.push(tree.below(child.place().1));
        }
    }
    count
}

/// Where a branch stands, seen from a position in depth-first order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// Before it, with all that lies below.
    Before,
    /// On the way to it, or at it: what follows lies below.
    OnTheWay,
    Behind,
}

fn stands<B: Branch>(path: &[&B], after: &Path) -> Stands {
    let mut position = after.iter().map(|(name_key, id)| (name_key.as_str(), *id));
    for branch in path {
        let Some(place) = position.next() else {
            return Stands::Behind;
        };
        match branch.place().cmp(&place) {
            Ordering::Less => return Stands::Before,
            Ordering::Equal => {}
            Ordering::Greater => return Stands::Behind,
        }
    }
    Stands::OnTheWay
}

fn levels(max_depth: Option<u32>) -> usize {
    max_depth.map_or(usize::MAX, |levels| {
        usize::try_from(levels).unwrap_or(usize::MAX)
    })
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
            let below = |max_depth, after: Option<&Path>, limit| {
                let part = part(&shape, id(0), max_depth, after, limit);
                let paths: Vec<Path> = part.paths.into_iter().map(|path| path.into_iter().cloned().collect()).collect();
                (paths, part.more)
            };
            let (ordered, more) = below(None, None, usize::MAX);

            prop_assert!(ordered.is_sorted());
            prop_assert_eq!((count(&shape, id(0), None), more), (ordered.len(), false));
            // Page by page it is the same.
            let mut paged: Vec<Path> = Vec::new();
            loop {
                let (paths, more) = below(None, paged.last(), 7);
                paged.extend(paths);
                if !more {
                    break;
                }
            }
            prop_assert_eq!(&paged, &ordered);
            // And down to a level it is what lies that deep.
            let shallow: Vec<Path> = ordered.iter().filter(|path| path.len() <= 2).cloned().collect();
            prop_assert_eq!(count(&shape, id(0), Some(2)), shallow.len());
            prop_assert_eq!(below(Some(2), None, usize::MAX).0, shallow);
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
