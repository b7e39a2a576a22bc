//! The permissions there are. A closed list: a name in the database that is not here gives nothing.

use std::fmt;

macro_rules! permissions {
    ($(#[doc = $doc:literal] $variant:ident = $name:literal),+ $(,)?) => {
        /// A right that a role can hold; where it counts is said by the role's assignment.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, async_graphql::Enum)]
        pub enum Permission {
            $(#[doc = $doc] $variant),+
        }

        impl Permission {
            /// All of them, in the order of the schema.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// What it lets one do, as a sentence.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self {
                    $(Self::$variant => $doc.trim_ascii()),+
                }
            }

            /// The name in the schema and in the database.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }
        }
    };
}

permissions! {
    /// Open the list of organizations.
    OrganizationList = "ORGANIZATION_LIST",
    /// See organizations.
    OrganizationView = "ORGANIZATION_VIEW",
    /// Create organizations.
    OrganizationCreate = "ORGANIZATION_CREATE",
    /// Change and move organizations and their addresses.
    OrganizationEdit = "ORGANIZATION_EDIT",
    /// Delete organizations.
    OrganizationDelete = "ORGANIZATION_DELETE",
    /// Open the list of contacts.
    ContactList = "CONTACT_LIST",
    /// See contacts.
    ContactView = "CONTACT_VIEW",
    /// Create contacts.
    ContactCreate = "CONTACT_CREATE",
    /// Change contacts, their organization and their addresses.
    ContactEdit = "CONTACT_EDIT",
    /// Delete contacts.
    ContactDelete = "CONTACT_DELETE",
    /// Export everything that is known about contacts.
    ContactExport = "CONTACT_EXPORT",
    /// Erase contacts for good.
    ContactErase = "CONTACT_ERASE",
    /// See the notes on contacts.
    ContactNoteView = "CONTACT_NOTE_VIEW",
    /// Write, change and delete notes on contacts.
    ContactNoteEdit = "CONTACT_NOTE_EDIT",
    /// See accounts.
    AccountView = "ACCOUNT_VIEW",
    /// Create accounts.
    AccountCreate = "ACCOUNT_CREATE",
    /// Change accounts.
    AccountEdit = "ACCOUNT_EDIT",
    /// Delete accounts.
    AccountDelete = "ACCOUNT_DELETE",
    /// Unlock accounts.
    AccountUnlock = "ACCOUNT_UNLOCK",
    /// Set the password of another account.
    AccountSetPassword = "ACCOUNT_SET_PASSWORD",
    /// Act on behalf of another account.
    AccountSignInOnBehalf = "ACCOUNT_SIGN_IN_ON_BEHALF",
    /// See roles.
    RoleView = "ROLE_VIEW",
    /// Create roles.
    RoleCreate = "ROLE_CREATE",
    /// Change roles.
    RoleEdit = "ROLE_EDIT",
    /// Delete roles.
    RoleDelete = "ROLE_DELETE",
    /// Assign roles to accounts and take them away.
    RoleAssign = "ROLE_ASSIGN",
    /// See all customer groups.
    CustomerGroupView = "CUSTOMER_GROUP_VIEW",
    /// Create customer groups.
    CustomerGroupCreate = "CUSTOMER_GROUP_CREATE",
    /// Rename, rank, archive and restore customer groups.
    CustomerGroupEdit = "CUSTOMER_GROUP_EDIT",
    /// Delete customer groups.
    CustomerGroupDelete = "CUSTOMER_GROUP_DELETE",
    /// Give customer groups to organizations and contacts.
    CustomerGroupAssign = "CUSTOMER_GROUP_ASSIGN",
    /// See price rows.
    PriceView = "PRICE_VIEW",
    /// Change price rows.
    PriceEdit = "PRICE_EDIT",
    /// See ERP customers.
    CustomerView = "CUSTOMER_VIEW",
    /// Create ERP customers.
    CustomerCreate = "CUSTOMER_CREATE",
    /// Change ERP customers.
    CustomerEdit = "CUSTOMER_EDIT",
    /// Delete ERP customers.
    CustomerDelete = "CUSTOMER_DELETE",
    /// See orders.
    OrderView = "ORDER_VIEW",
    /// Place orders.
    OrderPlace = "ORDER_PLACE",
    /// Change orders.
    OrderEdit = "ORDER_EDIT",
    /// See segments.
    SegmentView = "SEGMENT_VIEW",
    /// Change segments.
    SegmentEdit = "SEGMENT_EDIT",
    /// Run imports.
    ImportRun = "IMPORT_RUN",
    /// Read the history.
    HistoryView = "HISTORY_VIEW",
}

impl Permission {
    /// The permission to see what this one lets one edit, create, delete or assign; added to a role when it is saved (T-195).
    #[must_use]
    pub fn implied(self) -> Option<Self> {
        let (area, verb) = self.name().rsplit_once('_')?;
        if !["EDIT", "CREATE", "DELETE", "ASSIGN"].contains(&verb) {
            return None;
        }
        let view = format!("{area}_VIEW");
        Self::ALL.iter().copied().find(|known| known.name() == view)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PermissionSet(u64);

impl PermissionSet {
    /// Every permission.
    #[must_use]
    pub fn all() -> Self {
        Permission::ALL.iter().copied().collect()
    }

    /// Whether `permission` is in it.
    #[must_use]
    pub fn contains(self, permission: Permission) -> bool {
        self.0 & bit(permission) != 0
    }

    /// Adds the permission of that name; a name that means nothing gives nothing.
    pub fn insert_named(&mut self, name: &str) {
        if let Some(permission) = Permission::ALL.iter().find(|known| known.name() == name) {
            self.0 |= bit(*permission);
        }
    }

    /// Those in it, in the order of the schema.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL
            .iter()
            .copied()
            .filter(move |permission| self.contains(*permission))
    }

    /// With the view that editing, creating, deleting and assigning take (T-195).
    #[must_use]
    pub fn with_implied(self) -> Self {
        self.iter()
            .filter_map(Permission::implied)
            .fold(self, |all, view| all.union([view].into_iter().collect()))
    }

    /// Those that are in this set and not in `other`.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Those in either.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(
            permissions
                .into_iter()
                .fold(0, |set, permission| set | bit(permission)),
        )
    }
}

/// Fewer than 64 permissions exist, so each has a bit.
const fn bit(permission: Permission) -> u64 {
    1 << permission as u32
}

const _: () = assert!(Permission::ALL.len() <= 64);
