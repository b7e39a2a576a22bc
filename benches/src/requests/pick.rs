//! What the requests ask about: drawn from the set in the same way each time, and enough of it that nothing is answered from one hot row.

use super::Query;
use crate::data::{Size, Tree, Viewer, contracts, full_name, mixed, place};

/// Different requests of one kind.
const fn picks(size: Size) -> usize {
    match size {
        Size::Tiny => 8,
        Size::Small | Size::Large => 256,
    }
}

/// Pages start before these, so that they are full.
const LAST_PEOPLE: &str = "Olga";
const LAST_OF_PREFIX: &str = "Horvat";

/// The beginning of the e-mails that Q6 asks for: one of sixteen.
pub const PREFIX: &str = "ada.";
/// How the e-mails of contacts that M1 makes begin; by this they are found and removed.
pub const MADE: &str = "m1.";

/// The numbers of contacts or organizations that requests of this kind are about.
pub fn numbers(query: Query, viewer: Viewer, size: Size, tree: &Tree) -> Vec<u64> {
    let is_visible = |organization: Option<u64>| match viewer {
        Viewer::Global => true,
        // Not the top itself: what is above it is hidden from this viewer and not from the floor.
        Viewer::Subtree => organization
            .is_some_and(|number| number != tree.scope.start && tree.scope.contains(&number)),
    };
    let organizations = |all: &[u64]| -> Vec<u64> {
        let visible = all
            .iter()
            .copied()
            .filter(|number| is_visible(Some(*number)));
        let mut shuffled: Vec<u64> = visible.collect();
        shuffled.sort_by_key(|number| mixed(*number));
        shuffled.truncate(picks(size));
        shuffled
    };
    let contacts = |fits: &dyn Fn(&str) -> bool| -> Vec<u64> {
        (0_u64..)
            .map(|nth| mixed(nth ^ 0xF00D) % size.contacts())
            .take(size.contacts() as usize)
            .filter(|number| is_visible(place(*number, tree.len())) && fits(&full_name(*number)))
            .take(picks(size))
            .collect()
    };
    match query {
        Query::Q1 => contacts(&|_| true),
        Query::Q2 => contacts(&|name| name < LAST_PEOPLE),
        Query::Q3 => organizations(&tree.wide),
        Query::Q4 => organizations(&tree.deep),
        Query::Q5 => organizations(&tree.main),
        Query::Q6 => contacts(&|name| {
            let last = name.strip_prefix("Ada ");
            last.is_some_and(|last| last < LAST_OF_PREFIX)
        }),
        // Every other one has a contract, as far as there are so many.
        Query::P1 => {
            let visible = |number: &u64| is_visible(place(*number, tree.len()));
            let buyers = contracts(size).filter(visible).take(picks(size) / 2);
            let others = contacts(&|_| true);
            buyers.chain(others).take(picks(size)).collect()
        }
        Query::M1 => (0_u64..)
            .map(|nth| mixed(nth ^ 0xFEED) % tree.len())
            .filter(|number| is_visible(Some(*number)))
            .take(picks(size))
            .collect(),
    }
}
