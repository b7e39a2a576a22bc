//! Levels and cycles against walking up one by one.

use super::*;
use proptest::prelude::*;
use std::collections::{BTreeSet, HashMap};

fn node_of(node: usize) -> Node {
    Node::try_from(node).expect("a small number")
}

fn forest(there: &[Option<usize>], rows: &[(usize, i64, Hangs)]) -> Forest {
    let mut forest = Forest::default();
    for _ in 0..20 {
        forest.add();
    }
    for (node, parent) in there.iter().enumerate() {
        if let Some(parent) = parent {
            forest.stands_below(node_of(node), node_of(*parent));
        }
    }
    for (node, number, hangs) in rows {
        forest.note(node_of(*node), *number, *hangs);
    }
    forest
}

#[test]
fn a_cycle_names_its_rows_and_what_hangs_on_it_names_the_row_above() {
    let there = [None, Some(0), None, None, None, Some(2)];
    let rows = [
        // 1 is no row: it is in the round, and says nothing.
        (0, 10, Hangs::Below(2)),
        (2, 11, Hangs::Below(1)),
        (3, 12, Hangs::Below(1)),
        (4, 13, Hangs::Below(5)),
        (6, 14, Hangs::Below(4)),
        (7, 15, Hangs::Stays),
        (8, 16, Hangs::Below(8)),
    ];
    let forest = forest(&there, &rows);
    let levels = forest.levels();
    let round = Stands::InCycle([10, 11].into());
    assert_eq!((levels.of(0), levels.of(2)), (round.clone(), round));
    assert_eq!(levels.of(3), Stands::BelowCycle(0));
    assert_eq!(levels.of(4), Stands::BelowCycle(2));
    assert_eq!(levels.of(6), Stands::BelowCycle(4));
    assert_eq!(levels.of(7), Stands::On(1));
    assert_eq!(levels.of(8), Stands::InCycle([16].into()));
}

#[test]
fn a_million_rows_in_a_chain_are_walked_once() {
    let mut forest = Forest::default();
    for number in 0..1_000_000 {
        let node = forest.add();
        forest.note(node, number, Hangs::Below((node + 1) % 1_000_000));
    }
    let levels = forest.levels();
    let Stands::InCycle(rows) = levels.of(7) else {
        panic!("a round of all of them")
    };
    assert_eq!((rows.len(), rows[0]), (1_000_000, 0));
}

proptest! {
    #[test]
    fn levels_are_those_of_walking_up_and_no_order_of_rows_changes_them(
        there in prop::collection::vec(prop::option::of(0_usize..12), 0..12),
        rows in prop::collection::vec((0_usize..16, 0_usize..18), 0..16),
    ) {
        let there: Vec<Option<usize>> = there.iter().enumerate().map(|(at, parent)| parent.filter(|parent| *parent < at)).collect();
        let hangs = |to: usize| match to {
            17 => Hangs::Root,
            16 => Hangs::Stays,
            to => Hangs::Below(node_of(to)),
        };
        let mut first: HashMap<usize, (i64, Hangs)> = HashMap::new();
        for ((node, to), number) in rows.iter().zip(1..) {
            first.entry(*node).or_insert((number, hangs(*to)));
        }
        let mut sorted: Vec<_> = first.iter().map(|(node, (number, hangs))| (*node, *number, *hangs)).collect();
        sorted.sort_unstable_by_key(|(node, ..)| *node);
        let levels = forest(&there, &sorted).levels();
        sorted.reverse();
        let backwards = forest(&there, &sorted).levels();
        let above = |node: usize| match first.get(&node) {
            Some((_, Hangs::Root)) => None,
            Some((_, Hangs::Below(to))) => Some(*to as usize),
            _ => there.get(node).copied().flatten(),
        };
        for node in 0..16 {
            // The model: up, one by one, for longer than there are nodes.
            let way: Vec<usize> = std::iter::successors(Some(node), |here| above(*here)).take(40).collect();
            let stands = levels.of(node_of(node));
            prop_assert_eq!(&stands, &backwards.of(node_of(node)));
            let number = |node: &usize| first.get(node).map(|(number, _)| *number);
            match stands {
                Stands::On(level) => prop_assert_eq!(way.len(), level as usize),
                Stands::InCycle(rows) => {
                    let round: BTreeSet<i64> = way.iter().filter_map(number).collect();
                    prop_assert!(way[1..].contains(&node));
                    prop_assert_eq!(rows.to_vec(), round.into_iter().collect::<Vec<_>>());
                }
                Stands::BelowCycle(by) => {
                    prop_assert_eq!(way.len(), 40);
                    prop_assert!(!way[1..].contains(&node));
                    // The nearest row above; where the way comes into the round by what is no row, the first row of the round.
                    let begin = way.iter().position(|here| way[17..].contains(here)).unwrap_or(0);
                    let nearest = way[1..=begin.max(1)].iter().find(|here| number(here).is_some());
                    let of_round = way[17..].iter().filter(|here| number(here).is_some()).min_by_key(|here| number(here));
                    prop_assert_eq!(Some(by as usize), nearest.or(of_round).copied());
                }
            }
        }
    }
}
