//! When an assignment gives a right: one function decides it, for the answer and for the reason.

use crate::access::PermissionSet;
use chrono::{DateTime, Utc};
use entity::role_assignment::{self, Scope};

/// Why an assignment does or does not give a permission at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum AccessOutcome {
    /// It gives the permission there.
    Gives,
    /// Its role does not hold the permission.
    LacksPermission,
    /// It counts in another place.
    OtherPlace,
    /// It begins later.
    NotYetValid,
    /// It is over.
    NoLongerValid,
}

/// Judges one assignment; of several reasons against it the first in the order of [`AccessOutcome`] is told.
///
/// `holds` is whether its role holds the permission, `reaches` whether its scope contains the place. It holds from `valid_from` up to, not
/// including, `valid_until`.
///
/// Source: docs/domain.md T-30.
#[must_use]
pub fn judge(
    assignment: &role_assignment::Model,
    holds: bool,
    reaches: bool,
    now: DateTime<Utc>,
) -> AccessOutcome {
    if !holds {
        AccessOutcome::LacksPermission
    } else if !reaches {
        AccessOutcome::OtherPlace
    } else if assignment.valid_from.is_some_and(|from| from > now) {
        AccessOutcome::NotYetValid
    } else if assignment.valid_until.is_some_and(|until| until <= now) {
        AccessOutcome::NoLongerValid
    } else {
        AccessOutcome::Gives
    }
}

/// Which scopes name an organization.
#[must_use]
pub fn names_an_organization(scope: Scope) -> bool {
    matches!(scope, Scope::Subtree | Scope::Node)
}

/// What a role comes to hold: what was asked for, with the views that it takes (T-195).
#[must_use]
pub fn saved(asked: &[crate::access::Permission]) -> PermissionSet {
    asked
        .iter()
        .copied()
        .collect::<PermissionSet>()
        .with_implied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Permission;
    use entity::ids::{AccountId, RoleAssignmentId, RoleId};
    use uuid::Uuid;

    fn second(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap_or_default()
    }

    fn assignment(from: Option<i64>, until: Option<i64>) -> role_assignment::Model {
        role_assignment::Model {
            id: RoleAssignmentId(Uuid::nil()),
            account_id: AccountId(Uuid::nil()),
            role_id: RoleId(9),
            scope: Scope::Global,
            organization_id: None,
            valid_from: from.map(second),
            valid_until: until.map(second),
            created_at: second(0),
        }
    }

    #[test]
    fn an_assignment_counts_from_its_beginning_up_to_its_end() {
        let at = |now| judge(&assignment(Some(10), Some(20)), true, true, second(now));
        assert_eq!(at(9), AccessOutcome::NotYetValid);
        assert_eq!(at(10), AccessOutcome::Gives);
        assert_eq!(at(19), AccessOutcome::Gives);
        assert_eq!(at(20), AccessOutcome::NoLongerValid);
        let always = judge(&assignment(None, None), true, true, second(0));
        assert_eq!(always, AccessOutcome::Gives);
    }

    /// T-195: whoever may change a thing must see it.
    #[test]
    fn editing_creating_deleting_and_assigning_bring_the_view_with_them() {
        let held = |asked: &[Permission]| saved(asked).iter().collect::<Vec<_>>();
        assert_eq!(
            held(&[Permission::ContactDelete]),
            [Permission::ContactView, Permission::ContactDelete]
        );
        assert_eq!(
            held(&[Permission::RoleAssign, Permission::CustomerGroupAssign]),
            [
                Permission::RoleView,
                Permission::RoleAssign,
                Permission::CustomerGroupView,
                Permission::CustomerGroupAssign
            ]
        );
        for alone in [
            Permission::ContactList,
            Permission::OrderPlace,
            Permission::ImportRun,
        ] {
            assert_eq!(held(&[alone]), [alone]);
        }
    }
}
