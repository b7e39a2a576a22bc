//! The organizations, before anything else is known of them but who stands above whom.
//!
//! The forest is made of blocks. Below the top of a block stands a main organization with what Q5 asks for below it; in that and beside it
//! are wide trees, which Q3 asks for, and chains, from whose ends Q4 looks up. The first root has two or four blocks below the organization
//! over which the scoped viewer holds its rights, and one beside that; every other root has one block or stands alone.

use super::Size;
use std::ops::Range;

/// Levels of a wide tree, and children of each organization in it.
const WIDE: (u32, u64) = (5, 3);
const CHAINS: u64 = 4;
const CHAIN_LENGTH: u64 = 8;

/// What a block is made of, and how many of them the scoped viewer sees.
struct Block {
    in_scope: u64,
    wide_in_main: u64,
    /// Further leaves below the main organization, to make a round number.
    leaves_in_main: u64,
    wide_beside: u64,
    leaves_beside: u64,
}

impl Block {
    const fn of(size: Size) -> Self {
        match size {
            // 292 organizations, 275 of them below the main one.
            Size::Tiny | Size::Small => Self {
                in_scope: 2,
                wide_in_main: 2,
                leaves_in_main: 1,
                wide_beside: 0,
                leaves_beside: 15,
            },
            // 1,170 organizations, 1,000 of them below the main one.
            Size::Large => Self {
                in_scope: 4,
                wide_in_main: 8,
                leaves_in_main: 0,
                wide_beside: 1,
                leaves_beside: 47,
            },
        }
    }

    const fn organizations(&self) -> u64 {
        2 + 121 * (self.wide_in_main + self.wide_beside)
            + CHAINS * CHAIN_LENGTH
            + self.leaves_in_main
            + self.leaves_beside
    }
}

/// A forest, organizations by number.
#[derive(Debug, Default)]
pub struct Tree {
    /// The parent of each organization, which stands before it.
    pub parents: Vec<Option<u64>>,
    /// What a scoped viewer sees, its top first: 585 organizations of the small set, 4,681 of the large one.
    pub scope: Range<u64>,
    /// Tops of wide trees: 121 organizations on five levels.
    pub wide: Vec<u64>,
    /// Ends of chains: 11 or 12 levels down in the first tree, one less in the others.
    pub deep: Vec<u64>,
    /// Main organizations: 275 or 1,000 below each.
    pub main: Vec<u64>,
}

impl Tree {
    pub fn of(size: Size) -> Self {
        let block = Block::of(size);
        let mut tree = Self::default();
        let root = tree.add(None);
        let scope = tree.add(Some(root));
        for _ in 0..block.in_scope {
            tree.block(scope, &block);
        }
        tree.scope = scope..tree.len();
        tree.block(root, &block);
        while tree.len() + 1 + block.organizations() <= size.organizations() {
            let root = tree.add(None);
            tree.block(root, &block);
        }
        while tree.len() < size.organizations() {
            tree.add(None);
        }
        tree
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.parents.len() as u64
    }

    /// Organization `number` and everything above it, nearest first.
    pub fn line(&self, number: u64) -> impl Iterator<Item = u64> {
        std::iter::successors(Some(number), |below| self.parents[*below as usize])
    }

    fn add(&mut self, parent: Option<u64>) -> u64 {
        self.parents.push(parent);
        self.len() - 1
    }

    fn block(&mut self, parent: u64, block: &Block) {
        let top = self.add(Some(parent));
        let main = self.add(Some(top));
        self.main.push(main);
        for _ in 0..block.wide_in_main {
            self.wide_below(main);
        }
        for _ in 0..CHAINS {
            let mut end = main;
            for _ in 0..CHAIN_LENGTH {
                end = self.add(Some(end));
            }
            self.deep.push(end);
        }
        self.leaves(main, block.leaves_in_main);
        for _ in 0..block.wide_beside {
            self.wide_below(top);
        }
        self.leaves(top, block.leaves_beside);
    }

    fn leaves(&mut self, parent: u64, count: u64) {
        for _ in 0..count {
            self.add(Some(parent));
        }
    }

    fn wide_below(&mut self, parent: u64) {
        let (levels, width) = WIDE;
        let top = self.add(Some(parent));
        self.wide.push(top);
        let mut level = vec![top];
        for _ in 1..levels {
            let mut next = Vec::new();
            for above in level {
                for _ in 0..width {
                    next.push(self.add(Some(above)));
                }
            }
            level = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sets_have_the_shape_that_they_are_said_to_have() {
        for (size, scope, below_main) in [(Size::Small, 585, 275), (Size::Large, 4_681, 1_000)] {
            let tree = Tree::of(size);
            assert_eq!(tree.len(), size.organizations());
            assert_eq!(tree.scope.end - tree.scope.start, scope);
            let below = |top: u64| {
                let all = 0..tree.len();
                all.filter(|number| tree.line(*number).skip(1).any(|above| above == top))
                    .count()
            };
            assert_eq!(below(tree.scope.start) + 1, scope as usize);
            assert_eq!(below(tree.main[0]), below_main);
            assert_eq!(below(tree.wide[0]), 120);
            let deepest = (0..tree.len())
                .map(|number| tree.line(number).count())
                .max();
            assert_eq!(deepest, Some(12));
            assert_eq!(tree.line(tree.deep[0]).count(), 12);
        }
        assert!(Tree::of(Size::Large).line(0).count() == 1);
    }
}
