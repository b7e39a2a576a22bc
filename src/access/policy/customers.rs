//! The rules about the ERP's customers, sales reps, and which accounts order for whom.

use super::{belongs_to, everything, everywhere_or_nothing, nothing, reach_of, whole};
use crate::access::customers::{reached_customers, reps_of};
use crate::access::guarded::{Action, Guarded, Versioned};
use crate::access::place::Way;
use crate::access::{Permission, Reach, Viewer};
use entity::ids::{CustomerId, CustomerLinkId, CustomerLinkShipToId, SalesRepId};
use entity::{account, customer, customer_link, customer_link_ship_to, sales_rep};
use sea_orm::{ColumnTrait, Condition, DbBackend};

versioned!(customer, customer_link, sales_rep);

/// Customers: where the permission reaches their organization, without one only everywhere; and whoever is linked with one or looks after it
/// sees it (T-80, T-83).
impl Guarded for customer::Entity {
    type Id = CustomerId;
    const KIND: &'static str = "customer";
    const ID: customer::Column = customer::Column::Id;

    fn id_of(row: &customer::Model) -> CustomerId {
        row.id
    }

    fn permission(action: Action) -> Option<Permission> {
        Some(match action {
            Action::View => Permission::CustomerView,
            Action::Create => Permission::CustomerCreate,
            Action::Edit => Permission::CustomerEdit,
            Action::Delete => Permission::CustomerDelete,
        })
    }

    fn reached(viewer: &Viewer, action: Action, engine: DbBackend) -> Condition {
        customers_within(viewer, action, Way::Each, engine)
    }

    fn listed(viewer: &Viewer, way: Way, engine: DbBackend) -> Condition {
        customers_within(viewer, Action::View, way, engine)
    }
}

fn customers_within(viewer: &Viewer, action: Action, way: Way, engine: DbBackend) -> Condition {
    let reach = reach_of::<customer::Entity>(viewer, action);
    if reach == Reach::Everywhere {
        return everything();
    }
    let place = customer::Column::OrganizationId.into_expr();
    let mut reached = Condition::any().add(reach.over(place, way, engine));
    if let (Action::View, Some(own)) = (action, reached_customers(viewer, way, engine)) {
        reached = reached.add(own);
    }
    whole(reached)
}

/// Which account orders for which customer: with the account, and with the customer. Who may give and close such a link is decided where
/// it is done.
impl Guarded for customer_link::Entity {
    type Id = CustomerLinkId;
    const KIND: &'static str = "customerLink";
    const ID: customer_link::Column = customer_link::Column::Id;

    fn id_of(row: &customer_link::Model) -> CustomerLinkId {
        row.id
    }

    fn permission(action: Action) -> Option<Permission> {
        Some(if action == Action::View {
            Permission::CustomerView
        } else {
            Permission::CustomerEdit
        })
    }

    fn reached(viewer: &Viewer, action: Action, engine: DbBackend) -> Condition {
        if action != Action::View {
            let customers = customer::Entity::reached(viewer, action, engine);
            return belongs_to::<customer::Entity, _>(customer_link::Column::CustomerId, customers);
        }
        let accounts = account::Entity::reached(viewer, action, engine);
        let customers = customer::Entity::reached(viewer, action, engine);
        Condition::all()
            .add(belongs_to::<account::Entity, _>(
                customer_link::Column::AccountId,
                accounts,
            ))
            .add(belongs_to::<customer::Entity, _>(
                customer_link::Column::CustomerId,
                customers,
            ))
    }
}

/// The ship-tos of such a link: with the link.
impl Guarded for customer_link_ship_to::Entity {
    type Id = CustomerLinkShipToId;
    const KIND: &'static str = "customerLinkShipTo";
    const ID: customer_link_ship_to::Column = customer_link_ship_to::Column::Id;

    fn id_of(row: &customer_link_ship_to::Model) -> CustomerLinkShipToId {
        row.id
    }

    fn permission(action: Action) -> Option<Permission> {
        customer_link::Entity::permission(action)
    }

    fn reached(viewer: &Viewer, action: Action, engine: DbBackend) -> Condition {
        let links = customer_link::Entity::reached(viewer, action, engine);
        belongs_to::<customer_link::Entity, _>(customer_link_ship_to::Column::LinkId, links)
    }
}

/// Sales reps, who are not in the tree: all of them with CUSTOMER_VIEW everywhere, and for whoever may make or change customers anywhere; a
/// rep sees itself and those who report to it. They are made and changed by whoever may do so with customers everywhere.
impl Guarded for sales_rep::Entity {
    type Id = SalesRepId;
    const KIND: &'static str = "salesRep";
    const ID: sales_rep::Column = sales_rep::Column::Id;

    fn id_of(row: &sales_rep::Model) -> SalesRepId {
        row.id
    }

    fn permission(action: Action) -> Option<Permission> {
        customer::Entity::permission(action)
    }

    fn reached(viewer: &Viewer, action: Action, _: DbBackend) -> Condition {
        match (action, viewer.account_id()) {
            (Action::View, _) if finds_sales_reps(viewer) => everything(),
            (Action::View, Some(account)) => {
                Condition::all().add(sales_rep::Column::Id.in_subquery(reps_of(account)))
            }
            (Action::View, None) => nothing(),
            _ => everywhere_or_nothing::<Self>(viewer, action),
        }
    }
}

/// Whoever may give a customer its sales rep anywhere must find one; buyers need not know all of the staff.
fn finds_sales_reps(viewer: &Viewer) -> bool {
    let gives = [Permission::CustomerCreate, Permission::CustomerEdit];
    viewer.holds_everywhere(Permission::CustomerView)
        || (viewer.holds(Permission::CustomerView)
            && gives.iter().any(|permission| viewer.holds(*permission)))
}
