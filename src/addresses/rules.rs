//! What an address may be used for, without a database.

/// What an address may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, async_graphql::Enum)]
pub enum AddressKind {
    /// Goods may go there.
    Shipping,
    /// Bills may go there.
    Billing,
    /// It may be shown to others.
    Public,
}
