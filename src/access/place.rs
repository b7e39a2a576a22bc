//! Where in the tree a right is asked for.

use entity::ids::OrganizationId;

/// A place that a permission may or may not reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Outside every organization: only GLOBAL scope reaches it (T-198).
    Everywhere,
    /// One organization.
    Organization(OrganizationId),
}

impl From<Option<OrganizationId>> for Place {
    fn from(organization: Option<OrganizationId>) -> Self {
        organization.map_or(Self::Everywhere, Self::Organization)
    }
}
