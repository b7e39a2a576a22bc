//! Lists of roles.

use crate::access::page::Sort;
use entity::role;

/// What cursors of roles say first.
pub const BY_NAME: &str = "role name";

/// By name, then id (T-172).
#[must_use]
pub fn by_name() -> Sort<role::Entity> {
    Sort {
        columns: vec![role::Column::NameKey],
        descending: false,
    }
}
