//! The roles that every directory is seeded with, and what they hold without being told (T-61).

use super::PermissionSet;
use entity::ids::RoleId;

/// Held by everybody, signed in or not.
pub const EVERYONE: RoleId = RoleId(1);
/// Held by every account.
pub const REGISTERED: RoleId = RoleId(2);
/// Holds every permission there is, so it has no rows of its own that could fall behind.
pub const ADMINISTRATORS: RoleId = RoleId(3);

/// What every account is given with OWN scope when it is made, and never loses.
pub const HELD_BY_EVERY_ACCOUNT: [RoleId; 2] = [EVERYONE, REGISTERED];

impl PermissionSet {
    /// Adds what `role` holds by a row that names `permission`; a role without rows has one that names none.
    pub(super) fn insert_of_role(&mut self, role: RoleId, permission: Option<&str>) {
        if role == ADMINISTRATORS {
            *self = Self::all();
        } else if let Some(name) = permission {
            self.insert_named(name);
        }
    }
}
