//! All rules about who may see and change which rows, on one page; those of named values, prices, customers and orders on the next.
//!
//! A rule is a predicate over a table's rows, so that lists, counts, filters and single reads cannot disagree (T-30 to T-38).
//! A right on a contact is asked for at the contact's organization, a right on an address at its owner's.

use super::edges::effective_group_of;
use super::guarded::{Action, Guarded, Versioned};
use super::place::{Way, array};
use super::predicate::{
    belongs_to, everything, everywhere_or_nothing, ids_of, nothing, organization_of, reach_of,
    whole,
};
use super::{Permission, Reach, Viewer};
use entity::ids::{
    AccountId, AddressId, ContactId, CustomerGroupId, OrganizationId, RoleAssignmentId, RoleId,
};
use entity::{
    account, address, business_category, contact, customer_group, organization, organization_type,
    role, role_assignment,
};
use sea_orm::sea_query::extension::postgres::PgFunc;
use sea_orm::sea_query::{Expr, ExprTrait, IntoCondition};
use sea_orm::{ColumnTrait, Condition, DbBackend};

macro_rules! versioned {
    ($($entity:ident),+ $(,)?) => {$(
        impl Versioned for $entity::Entity {
            const VERSION: $entity::Column = $entity::Column::Version;
            const UPDATED_AT: $entity::Column = $entity::Column::UpdatedAt;

            fn version_of(row: &$entity::Model) -> i32 {
                row.version
            }
        }
    )+};
}

mod contact_notes;
mod customers;
mod imports;
mod named_values;
mod orders;
mod prices;

versioned!(
    account,
    address,
    business_category,
    contact,
    customer_group,
    organization,
    organization_type,
    role
);

/// Organizations: where the permission reaches. What lies above a scope is not in it (T-35).
impl Guarded for organization::Entity {
    type Id = OrganizationId;
    const KIND: &'static str = "organization";
    const ID: organization::Column = organization::Column::Id;

    fn id_of(row: &organization::Model) -> OrganizationId {
        row.id
    }

    fn permission(action: Action) -> Option<Permission> {
        Some(match action {
            Action::View => Permission::OrganizationView,
            Action::Create => Permission::OrganizationCreate,
            Action::Edit => Permission::OrganizationEdit,
            Action::Delete => Permission::OrganizationDelete,
        })
    }

    fn reached(viewer: &Viewer, action: Action, engine: DbBackend) -> Condition {
        reach_of::<Self>(viewer, action).over(
            organization::Column::Id.into_expr(),
            Way::Each,
            engine,
        )
    }

    fn listed(viewer: &Viewer, way: Way, engine: DbBackend) -> Condition {
        reach_of::<Self>(viewer, Action::View).over(
            organization::Column::Id.into_expr(),
            way,
            engine,
        )
    }
}

/// Contacts: where the permission reaches their organization, without one only everywhere; and everybody sees their own (T-198).
impl Guarded for contact::Entity {
    type Id = ContactId;
    const KIND: &'static str = "contact";
    const ID: contact::Column = contact::Column::Id;

    fn id_of(row: &contact::Model) -> ContactId {
        row.id
    }

    fn permission(action: Action) -> Option<Permission> {
        Some(match action {
            Action::View => Permission::ContactView,
            Action::Create => Permission::ContactCreate,
            Action::Edit => Permission::ContactEdit,
            Action::Delete => Permission::ContactDelete,
        })
    }

    fn reached(viewer: &Viewer, action: Action, engine: DbBackend) -> Condition {
        contacts_within(viewer, action, Way::Each, engine)
    }

    fn place() -> Option<Expr> {
        Some(contact::Column::OrganizationId.into_expr())
    }

    fn is_own(viewer: &Viewer, id: ContactId) -> bool {
        viewer.contact_id() == Some(id)
    }

    fn is_erased(row: &contact::Model) -> bool {
        row.erased_at.is_some()
    }

    fn listed(viewer: &Viewer, way: Way, engine: DbBackend) -> Condition {
        contacts_within(viewer, Action::View, way, engine)
    }
}

fn contacts_within(viewer: &Viewer, action: Action, way: Way, engine: DbBackend) -> Condition {
    let reach = reach_of::<contact::Entity>(viewer, action);
    if reach == Reach::Everywhere {
        return everything();
    }
    let mut reached =
        Condition::any().add(reach.over(contact::Column::OrganizationId.into_expr(), way, engine));
    if let (Action::View, Some(own)) = (action, viewer.contact_id()) {
        reached = reached.add(contact::Column::Id.eq(own));
    }
    whole(reached)
}

/// Addresses: as their owner. To make, change or delete one is to change its owner.
impl Guarded for address::Entity {
    type Id = AddressId;
    const KIND: &'static str = "address";
    const ID: address::Column = address::Column::Id;

    fn id_of(row: &address::Model) -> AddressId {
        row.id
    }

    fn permission(action: Action) -> Option<Permission> {
        organization::Entity::permission(action)
    }

    fn reached(viewer: &Viewer, action: Action, engine: DbBackend) -> Condition {
        let on_owner = if action == Action::View {
            Action::View
        } else {
            Action::Edit
        };
        let of_organizations = Condition::all()
            .add(address::Column::OrganizationId.is_not_null())
            .add(reach_of::<organization::Entity>(viewer, on_owner).over(
                address::Column::OrganizationId.into_expr(),
                Way::Each,
                engine,
            ));
        let contacts = contact::Entity::reached(viewer, on_owner, engine);
        let of_contacts = Condition::all()
            .add(address::Column::ContactId.is_not_null())
            .add(belongs_to::<contact::Entity, _>(
                address::Column::ContactId,
                contacts,
            ));
        whole(Condition::any().add(of_organizations).add(of_contacts))
    }
}

/// Customer groups: all of them with the permission in any scope, else the one that is effective for oneself (T-118, T-199).
impl Guarded for customer_group::Entity {
    type Id = CustomerGroupId;
    const KIND: &'static str = "customerGroup";
    const ID: customer_group::Column = customer_group::Column::Id;

    fn id_of(row: &customer_group::Model) -> CustomerGroupId {
        row.id
    }

    fn permission(action: Action) -> Option<Permission> {
        Some(match action {
            Action::View => Permission::CustomerGroupView,
            Action::Create => Permission::CustomerGroupCreate,
            Action::Edit => Permission::CustomerGroupEdit,
            Action::Delete => Permission::CustomerGroupDelete,
        })
    }

    fn reached(viewer: &Viewer, action: Action, _: DbBackend) -> Condition {
        match (action, viewer.contact_id()) {
            (Action::View, _) if viewer.holds(Permission::CustomerGroupView) => everything(),
            (Action::View, Some(own)) => Condition::all()
                .add(customer_group::Column::Id.in_subquery(effective_group_of(own))),
            (Action::View, None) => nothing(),
            _ => everywhere_or_nothing::<Self>(viewer, action),
        }
    }
}

/// Accounts: at the organization of their contact, and everybody sees their own (T-198).
impl Guarded for account::Entity {
    type Id = AccountId;
    const KIND: &'static str = "account";
    const ID: account::Column = account::Column::Id;

    fn id_of(row: &account::Model) -> AccountId {
        row.id
    }

    fn permission(action: Action) -> Option<Permission> {
        Some(match action {
            Action::View => Permission::AccountView,
            Action::Create => Permission::AccountCreate,
            Action::Edit => Permission::AccountEdit,
            Action::Delete => Permission::AccountDelete,
        })
    }

    fn reached(viewer: &Viewer, action: Action, engine: DbBackend) -> Condition {
        accounts_within(viewer, action, Way::Each, engine)
    }

    fn place() -> Option<Expr> {
        Some(organization_of(account::Column::ContactId.into_expr()))
    }

    fn is_own(viewer: &Viewer, id: AccountId) -> bool {
        viewer.account_id() == Some(id)
    }

    fn listed(viewer: &Viewer, way: Way, engine: DbBackend) -> Condition {
        accounts_within(viewer, Action::View, way, engine)
    }
}

fn accounts_within(viewer: &Viewer, action: Action, way: Way, engine: DbBackend) -> Condition {
    let reach = reach_of::<account::Entity>(viewer, action);
    if reach == Reach::Everywhere {
        return everything();
    }
    let contacts = reach.over(contact::Column::OrganizationId.into_expr(), way, engine);
    let of_contacts = match (way, engine) {
        (Way::Fetched, DbBackend::Postgres) => account::Column::ContactId
            .into_expr()
            .eq(PgFunc::any(array(ids_of::<contact::Entity>(contacts))))
            .into_condition(),
        (Way::Fetched, _) => account::Column::ContactId
            .in_subquery(ids_of::<contact::Entity>(contacts))
            .into_condition(),
        _ => belongs_to::<contact::Entity, _>(account::Column::ContactId, contacts),
    };
    let mut reached = Condition::any().add(of_contacts);
    if let (Action::View, Some(own)) = (action, viewer.account_id()) {
        reached = reached.add(account::Column::Id.eq(own));
    }
    whole(reached)
}

/// Roles: all of them with the permission in any scope (T-198); made and changed by whoever may do so everywhere (T-195).
impl Guarded for role::Entity {
    type Id = RoleId;
    const KIND: &'static str = "role";
    const ID: role::Column = role::Column::Id;

    fn id_of(row: &role::Model) -> RoleId {
        row.id
    }

    fn permission(action: Action) -> Option<Permission> {
        Some(match action {
            Action::View => Permission::RoleView,
            Action::Create => Permission::RoleCreate,
            Action::Edit => Permission::RoleEdit,
            Action::Delete => Permission::RoleDelete,
        })
    }

    fn reached(viewer: &Viewer, action: Action, _: DbBackend) -> Condition {
        match action {
            Action::View if viewer.holds(Permission::RoleView) => everything(),
            Action::View => nothing(),
            _ => everywhere_or_nothing::<Self>(viewer, action),
        }
    }
}

/// Role assignments: with the account that holds them. Who may give and take them is decided by `grants`.
impl Guarded for role_assignment::Entity {
    type Id = RoleAssignmentId;
    const KIND: &'static str = "roleAssignment";
    const ID: role_assignment::Column = role_assignment::Column::Id;

    fn id_of(row: &role_assignment::Model) -> RoleAssignmentId {
        row.id
    }

    fn permission(action: Action) -> Option<Permission> {
        Some(if action == Action::View {
            Permission::AccountView
        } else {
            Permission::RoleAssign
        })
    }

    fn reached(viewer: &Viewer, action: Action, engine: DbBackend) -> Condition {
        match action {
            Action::View if reach_of::<account::Entity>(viewer, action) == Reach::Everywhere => {
                everything()
            }
            Action::View => {
                let accounts = account::Entity::reached(viewer, action, engine);
                belongs_to::<account::Entity, _>(role_assignment::Column::AccountId, accounts)
            }
            _ => everywhere_or_nothing::<Self>(viewer, action),
        }
    }
}
