//! Who is asking, and what they hold where.

use super::{Permission, PermissionSet};
use chrono::{DateTime, Utc};
use entity::ids::{AccountId, ContactId, OrganizationId, SessionId};

/// Where a grant counts (T-30).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everywhere, also where there is no organization.
    Global,
    /// An organization and everything below it.
    Subtree(OrganizationId),
    /// One organization alone.
    Node(OrganizationId),
    /// The holder's own organization alone; nowhere for a holder without one (T-198).
    Own,
}

impl Scope {
    /// From what an assignment says; none for what means nothing.
    pub(super) fn stored(scope: &str, organization: Option<OrganizationId>) -> Option<Self> {
        match (scope, organization) {
            ("GLOBAL", _) => Some(Self::Global),
            ("SUBTREE", Some(organization)) => Some(Self::Subtree(organization)),
            ("NODE", Some(organization)) => Some(Self::Node(organization)),
            ("OWN", _) => Some(Self::Own),
            _ => None,
        }
    }
}

/// Permissions that hold over one scope: what an assignment of a role comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub permissions: PermissionSet,
    pub scope: Scope,
    /// Exclusive; `None` is for ever.
    pub until: Option<DateTime<Utc>>,
}

/// How far one permission of a viewer reaches, all grants together (union, T-30).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everywhere: no predicate is needed.
    Everywhere,
    /// Into these subtrees and onto these organizations; with neither, nowhere.
    Within {
        subtrees: Vec<OrganizationId>,
        nodes: Vec<OrganizationId>,
    },
}

impl Reach {
    /// Whether it reaches nothing at all.
    #[must_use]
    pub fn is_nowhere(&self) -> bool {
        matches!(self, Self::Within { subtrees, nodes } if subtrees.is_empty() && nodes.is_empty())
    }
}

/// Who is asking, as read at the start of the request: revoking takes effect with the next one.
#[derive(Clone, Debug, Default)]
pub struct Viewer {
    pub(super) account_id: Option<AccountId>,
    pub(super) contact_id: Option<ContactId>,
    pub(super) organization_id: Option<OrganizationId>,
    pub(super) session_id: Option<SessionId>,
    pub(super) actor_id: Option<AccountId>,
    pub(super) grants: Vec<Grant>,
    /// When it was read: what has a beginning and an end counts as of then.
    pub(super) as_of: DateTime<Utc>,
}

impl Viewer {
    /// Somebody who is not signed in. Holds nothing.
    #[must_use]
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// The account; none for an anonymous viewer.
    #[must_use]
    pub fn account_id(&self) -> Option<AccountId> {
        self.account_id
    }

    /// The account's contact.
    #[must_use]
    pub fn contact_id(&self) -> Option<ContactId> {
        self.contact_id
    }

    /// The organization of the account's contact.
    #[must_use]
    pub fn organization_id(&self) -> Option<OrganizationId> {
        self.organization_id
    }

    /// Who really asks, when it is somebody who acts on behalf of the account (T-73).
    #[must_use]
    pub fn actor_id(&self) -> Option<AccountId> {
        self.actor_id
    }

    /// The session that the request came with.
    #[must_use]
    pub fn session_id(&self) -> Option<SessionId> {
        self.session_id
    }

    /// Whether there is an account.
    #[must_use]
    pub fn is_signed_in(&self) -> bool {
        self.account_id.is_some()
    }

    /// The permissions held in any scope (T-197).
    #[must_use]
    pub fn permissions(&self) -> PermissionSet {
        self.grants
            .iter()
            .filter(|grant| self.counts(grant))
            .fold(PermissionSet::default(), |all, grant| {
                all.union(grant.permissions)
            })
    }

    /// Whether `permission` is held in any scope.
    #[must_use]
    pub fn holds(&self, permission: Permission) -> bool {
        self.permissions().contains(permission)
    }

    /// Whether `permission` is held with GLOBAL scope.
    #[must_use]
    pub fn holds_everywhere(&self, permission: Permission) -> bool {
        self.reach(permission) == Reach::Everywhere
    }

    /// How far `permission` reaches.
    #[must_use]
    pub fn reach(&self, permission: Permission) -> Reach {
        let (mut subtrees, mut nodes) = (Vec::new(), Vec::new());
        for grant in self
            .grants
            .iter()
            .filter(|grant| grant.permissions.contains(permission))
        {
            match grant.scope {
                Scope::Global => return Reach::Everywhere,
                Scope::Subtree(organization) => subtrees.push(organization),
                Scope::Node(organization) => nodes.push(organization),
                Scope::Own => nodes.extend(self.organization_id),
            }
        }
        for list in [&mut subtrees, &mut nodes] {
            list.sort_unstable();
            list.dedup();
        }
        nodes.retain(|node| !subtrees.contains(node));
        Reach::Within { subtrees, nodes }
    }

    /// The first permission of `wanted` that is not held over the whole of its scope, for as long: what may not be given away
    /// (T-195). Single organizations never add up to a subtree. `above` is the scope's organization with everything above it, as far as
    /// anything is held over it;
    /// OWN is nowhere until it is known whose.
    #[must_use]
    pub fn lacks(&self, wanted: &Grant, above: &[OrganizationId]) -> Option<Permission> {
        let covering: PermissionSet = self
            .grants
            .iter()
            .filter(|held| lasts(held.until, wanted.until))
            .filter(|held| self.covers(held.scope, wanted.scope, above))
            .fold(PermissionSet::default(), |all, held| {
                all.union(held.permissions)
            });
        wanted
            .permissions
            .iter()
            .find(|permission| !covering.contains(*permission))
    }

    fn covers(&self, held: Scope, wanted: Scope, above: &[OrganizationId]) -> bool {
        match (held, wanted) {
            (Scope::Global, _) | (_, Scope::Own) => true,
            (Scope::Subtree(top), Scope::Subtree(_) | Scope::Node(_)) => above.contains(&top),
            (Scope::Node(own), Scope::Node(node)) => own == node,
            (Scope::Own, Scope::Node(node)) => self.organization_id == Some(node),
            _ => false,
        }
    }

    /// The organizations over whose subtrees anything is held.
    pub(super) fn subtrees(&self) -> Vec<OrganizationId> {
        let tops = self.grants.iter().filter_map(|grant| match grant.scope {
            Scope::Subtree(organization) => Some(organization),
            _ => None,
        });
        let mut tops: Vec<_> = tops.collect();
        tops.sort_unstable();
        tops.dedup();
        tops
    }

    fn counts(&self, grant: &Grant) -> bool {
        grant.scope != Scope::Own || self.organization_id.is_some()
    }
}

/// Whether what ends at `held` is there for all of what ends at `wanted`.
fn lasts(held: Option<DateTime<Utc>>, wanted: Option<DateTime<Utc>>) -> bool {
    held.is_none_or(|held| wanted.is_some_and(|wanted| wanted <= held))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn organization(number: u128) -> OrganizationId {
        OrganizationId(Uuid::from_u128(number))
    }

    fn grant(scope: Scope, until: Option<i64>) -> Grant {
        Grant {
            permissions: [Permission::ContactView].into_iter().collect(),
            scope,
            until: until.and_then(|second| DateTime::from_timestamp(second, 0)),
        }
    }

    fn holder(scope: Scope, until: Option<i64>) -> Viewer {
        Viewer {
            organization_id: Some(organization(9)),
            grants: vec![grant(scope, until)],
            ..Viewer::default()
        }
    }

    #[test]
    fn a_right_is_given_away_only_over_what_one_holds_it_over() {
        let (top, below) = (organization(1), organization(2));
        let above = [below, top];
        let gives = |held, wanted| {
            holder(held, None)
                .lacks(&grant(wanted, None), &above)
                .is_none()
        };
        assert!(gives(Scope::Global, Scope::Global));
        assert!(gives(Scope::Subtree(top), Scope::Subtree(below)));
        assert!(gives(Scope::Subtree(top), Scope::Node(below)));
        assert!(gives(Scope::Node(below), Scope::Node(below)));
        assert!(gives(Scope::Own, Scope::Node(organization(9))));
        assert!(!gives(Scope::Subtree(top), Scope::Global));
        assert!(!gives(Scope::Subtree(organization(3)), Scope::Node(below)));
        assert!(!gives(Scope::Node(below), Scope::Subtree(below)));
        assert!(!gives(Scope::Own, Scope::Node(below)));
    }

    #[test]
    fn a_right_is_not_given_away_for_longer_than_one_has_it() {
        let gives = |held, wanted| {
            holder(Scope::Global, held)
                .lacks(&grant(Scope::Global, wanted), &[])
                .is_none()
        };
        assert!(gives(None, None) && gives(None, Some(5)) && gives(Some(5), Some(5)));
        assert!(!gives(Some(5), None) && !gives(Some(5), Some(6)));
    }
}
