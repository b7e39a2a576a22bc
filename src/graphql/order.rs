//! The direction of an order.

/// From small to large or from large to small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum OrderDirection {
    /// Small first: A to Z, the oldest first.
    Asc,
    /// Large first: Z to A, the newest first.
    Desc,
}
