//! The tree as rows would make it: where each would hang, in which order rows are carried out, and which cannot be (T-94).
//!
//! It knows numbers alone: what a file of a million rows takes is some tens of bytes for each of them. A node is an organization that is there
//! or that a row is about. Rows are carried out level by level: what a row hangs below is where it shall be by then, so no order of a file
//! makes a difference, and no cycle comes up on the way.

use std::sync::Arc;

/// A node, by the order in which nodes were added.
pub type Node = u32;

const NOBODY: u32 = u32::MAX;

/// What a row says of what its node hangs below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hangs {
    /// Nothing: it stays where it is, and what is new becomes a root.
    Stays,
    Root,
    Below(Node),
}

/// Where a node would stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stands {
    /// On this level: 1 is a root.
    On(u32),
    /// Below itself, by way of these rows: their numbers, from the smallest on. All rows of one round share them.
    InCycle(Arc<[i64]>),
    /// Below such a round, by way of the row about this node.
    BelowCycle(Node),
}

/// The directory with what rows say of it.
#[derive(Debug, Default)]
pub struct Forest {
    /// What each node hangs below now.
    there: Vec<u32>,
    rows: Vec<Option<(i64, Hangs)>>,
}

/// Where everything would be.
#[derive(Debug)]
pub struct Levels {
    known: Vec<Known>,
    /// The rows of each round, and a node of one of them.
    cycles: Vec<(Arc<[i64]>, Node)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Not,
    /// On the way that is being walked, at this place of it.
    Walked(u32),
    Level(u32),
    Cycle(u32),
    /// Below a round, by way of this node, which a row is about.
    Below(Node),
}

impl Forest {
    /// Another node, of which nothing is known.
    pub fn add(&mut self) -> Node {
        let node = u32::try_from(self.there.len()).unwrap_or(NOBODY);
        self.there.push(NOBODY);
        self.rows.push(None);
        node
    }

    /// How many nodes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.there.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.there.is_empty()
    }

    /// Notes what a node hangs below now.
    pub fn stands_below(&mut self, node: Node, parent: Node) {
        if let Some(there) = self.there.get_mut(node as usize) {
            *there = parent;
        }
    }

    /// Notes what a row says. Of rows about one node the first that is noted counts (T-91); what it says can be corrected.
    pub fn note(&mut self, node: Node, number: i64, hangs: Hangs) {
        if let Some(row) = self.rows.get_mut(node as usize)
            && row.is_none_or(|(first, _)| first == number)
        {
            *row = Some((number, hangs));
        }
    }

    /// The number of the row that counts for a node.
    #[must_use]
    pub fn row_of(&self, node: Node) -> Option<i64> {
        self.rows.get(node as usize)?.map(|(number, _)| number)
    }

    /// What a node would hang below.
    #[must_use]
    pub fn above(&self, node: Node) -> Option<Node> {
        let stays = || self.there.get(node as usize).copied();
        let above = match self.rows.get(node as usize).copied().flatten() {
            None | Some((_, Hangs::Stays)) => stays(),
            Some((_, Hangs::Root)) => None,
            Some((_, Hangs::Below(parent))) => Some(parent),
        };
        above.filter(|above| *above != NOBODY)
    }

    /// Where everything would be.
    #[must_use]
    pub fn levels(&self) -> Levels {
        let mut levels = Levels {
            known: vec![Known::Not; self.len()],
            cycles: Vec::new(),
        };
        let mut way = Vec::new();
        for node in 0..u32::try_from(self.len()).unwrap_or(NOBODY) {
            self.walk(node, &mut way, &mut levels);
        }
        levels
    }

    /// Walks up until something is known, then down again. Nothing is walked twice.
    fn walk(&self, from: Node, way: &mut Vec<Node>, levels: &mut Levels) {
        way.clear();
        let mut at = Some(from);
        let mut reached = loop {
            let Some(here) = at else {
                break Known::Level(0);
            };
            match levels.get(here) {
                Known::Not => {
                    levels.set(
                        here,
                        Known::Walked(u32::try_from(way.len()).unwrap_or(NOBODY)),
                    );
                    way.push(here);
                    at = self.above(here);
                }
                Known::Walked(begin) => {
                    let round = way.split_off((begin as usize).min(way.len()));
                    self.note_cycle(&round, levels);
                }
                Known::Cycle(cycle) => {
                    let of_round = levels.cycles.get(cycle as usize).map(|(_, node)| *node);
                    break Known::Below(self.nearer(here, of_round.unwrap_or(here)));
                }
                Known::Below(row) => break Known::Below(self.nearer(here, row)),
                known @ Known::Level(_) => break known,
            }
        };
        while let Some(node) = way.pop() {
            if let Known::Level(above) = reached {
                reached = Known::Level(above.saturating_add(1));
            }
            levels.set(node, reached);
            if let Known::Below(row) = reached {
                reached = Known::Below(self.nearer(node, row));
            }
        }
    }

    /// `node`, if a row is about it, else the one that is further up.
    fn nearer(&self, node: Node, else_this: Node) -> Node {
        self.row_of(node).map_or(else_this, |_| node)
    }

    fn note_cycle(&self, round: &[Node], levels: &mut Levels) {
        let of_rows = round
            .iter()
            .filter_map(|node| Some((self.row_of(*node)?, *node)));
        let mut of_rows: Vec<_> = of_rows.collect();
        of_rows.sort_unstable();
        let first = of_rows.first().map_or(NOBODY, |(_, node)| *node);
        let numbers = of_rows.into_iter().map(|(number, _)| number).collect();
        let cycle = Known::Cycle(u32::try_from(levels.cycles.len()).unwrap_or(NOBODY));
        levels.cycles.push((numbers, first));
        for node in round {
            levels.set(*node, cycle);
        }
    }

    /// The nodes that rows are about, each with the number of the row.
    pub fn rows(&self) -> impl Iterator<Item = (Node, i64)> {
        let nodes = self.rows.iter().zip(0..);
        nodes.filter_map(|(row, node)| Some((node, row.as_ref()?.0)))
    }
}

impl Levels {
    /// Where a node would stand. Of a node that no row says anything of, only its level is sure.
    #[must_use]
    pub fn of(&self, node: Node) -> Stands {
        match self.get(node) {
            Known::Level(level) => Stands::On(level),
            Known::Cycle(cycle) => {
                let round = self.cycles.get(cycle as usize);
                Stands::InCycle(round.map(|(rows, _)| rows.clone()).unwrap_or_default())
            }
            Known::Below(row) => Stands::BelowCycle(row),
            Known::Not | Known::Walked(_) => Stands::On(0),
        }
    }

    fn get(&self, node: Node) -> Known {
        self.known.get(node as usize).copied().unwrap_or(Known::Not)
    }

    fn set(&mut self, node: Node, known: Known) {
        if let Some(place) = self.known.get_mut(node as usize) {
            *place = known;
        }
    }
}

#[cfg(test)]
mod tests;
