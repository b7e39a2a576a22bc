//! Who is asking, and what they hold where.

use super::{Permission, PermissionSet};
use entity::ids::{AccountId, ContactId, OrganizationId};

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

/// Permissions that hold over one scope: what an assignment of a role comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub permissions: PermissionSet,
    pub scope: Scope,
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
    account_id: Option<AccountId>,
    contact_id: Option<ContactId>,
    organization_id: Option<OrganizationId>,
    grants: Vec<Grant>,
}

impl Viewer {
    /// Somebody who is not signed in. Holds nothing.
    #[must_use]
    pub fn anonymous() -> Self {
        Self::default()
    }

    pub(super) fn new(
        account_id: AccountId,
        contact_id: Option<ContactId>,
        organization_id: Option<OrganizationId>,
        grants: Vec<Grant>,
    ) -> Self {
        Self {
            account_id: Some(account_id),
            contact_id,
            organization_id,
            grants,
        }
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

    fn counts(&self, grant: &Grant) -> bool {
        grant.scope != Scope::Own || self.organization_id.is_some()
    }
}
