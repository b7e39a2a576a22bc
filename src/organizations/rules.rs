//! What is true of a tree, without a database.

use crate::access::Limb;
use crate::error::{Code, Error, Result};
use entity::ids::OrganizationId;
use std::collections::HashMap;

/// # Errors
/// User error `HIERARCHY_DEPTH` at `field` when a subtree of `height` levels below its top, hung below a parent at `parent_level`
/// (0 for a root), would reach deeper than `max_depth` levels (T-27, T-173).
pub fn check_depth(parent_level: u32, height: u32, max_depth: u32, field: &str) -> Result<()> {
    let deepest = parent_level.saturating_add(1).saturating_add(height);
    if deepest <= max_depth {
        Ok(())
    } else {
        let message =
            format!("the tree would be {deepest} levels deep, and the limit is {max_depth}");
        Err(Error::invalid(Code::HierarchyDepth, field, message))
    }
}

/// Where an organization stands in depth-first order below a root: the name keys and ids from below the root down to itself.
///
/// Paths compare as the order goes: a parent before its children, siblings by name, ties by id.
pub type Path = Vec<(String, OrganizationId)>;

/// The organizations reached from `root` over `limbs`, in depth-first order, each with its path. Limbs whose parent is not reached are
/// left out: what lies below a hidden organization is not reached through one above it (T-198).
#[must_use]
pub fn depth_first(root: OrganizationId, limbs: Vec<Limb>) -> Vec<Path> {
    let mut children: HashMap<OrganizationId, Vec<(String, OrganizationId)>> = HashMap::new();
    for limb in limbs {
        children
            .entry(limb.parent_id)
            .or_default()
            .push((limb.name_key, limb.id));
    }
    for siblings in children.values_mut() {
        // Last first, so that the stack gives them back in order.
        siblings.sort_unstable_by(|one, other| other.cmp(one));
    }
    let mut ordered = Vec::new();
    let mut waiting: Vec<Path> = below(&mut children, root, &[]);
    while let Some(path) = waiting.pop() {
        if let Some((_, id)) = path.last() {
            waiting.extend(below(&mut children, *id, &path));
        }
        ordered.push(path);
    }
    ordered
}

fn below(
    children: &mut HashMap<OrganizationId, Vec<(String, OrganizationId)>>,
    parent: OrganizationId,
    path: &[(String, OrganizationId)],
) -> Vec<Path> {
    let siblings = children.remove(&parent).unwrap_or_default();
    siblings
        .into_iter()
        .map(|child| path.iter().cloned().chain([child]).collect())
        .collect()
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
            let ordered = depth_first(id(0), limbs.collect());

            prop_assert!(ordered.is_sorted());
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
