//! The rules about orders.

use super::{belongs_to, everything, nothing, reach_of, whole};
use crate::access::customers::orders_of_reached_customers;
use crate::access::guarded::{Action, Guarded, Versioned};
use crate::access::place::Way;
use crate::access::{Permission, Reach, Viewer};
use entity::ids::{OrderId, OrderLineId};
use entity::{order_line, sales_order};
use sea_orm::{ColumnTrait, Condition, DbBackend};

versioned!(sales_order);

/// Orders: where the permission reaches their organization, without one only everywhere; and everybody sees those that they placed, that
/// were placed for them, and those for the customers that they order for or look after (T-80, T-83).
impl Guarded for sales_order::Entity {
    type Id = OrderId;
    const KIND: &'static str = "order";
    const ID: sales_order::Column = sales_order::Column::Id;

    fn id_of(row: &sales_order::Model) -> OrderId {
        row.id
    }

    fn permission(action: Action) -> Option<Permission> {
        Some(match action {
            Action::View => Permission::OrderView,
            Action::Create => Permission::OrderPlace,
            Action::Edit | Action::Delete => Permission::OrderEdit,
        })
    }

    fn reached(viewer: &Viewer, action: Action, engine: DbBackend) -> Condition {
        orders_within(viewer, action, Way::Each, engine)
    }

    fn listed(viewer: &Viewer, way: Way, engine: DbBackend) -> Condition {
        orders_within(viewer, Action::View, way, engine)
    }
}

fn orders_within(viewer: &Viewer, action: Action, way: Way, engine: DbBackend) -> Condition {
    let reach = reach_of::<sales_order::Entity>(viewer, action);
    if reach == Reach::Everywhere {
        return everything();
    }
    let place = sales_order::Column::OrganizationId.into_expr();
    let mut reached = Condition::any().add(reach.over(place, way, engine));
    if action == Action::View {
        if let Some(account) = viewer.account_id() {
            reached = reached.add(sales_order::Column::AccountId.eq(account));
        }
        if let Some(contact) = viewer.contact_id() {
            reached = reached.add(sales_order::Column::ContactId.eq(contact));
        }
        if let Some(of_customers) = orders_of_reached_customers(viewer, engine) {
            reached = reached.add(of_customers);
        }
    }
    whole(reached)
}

/// Lines: with their order. Nothing changes one.
impl Guarded for order_line::Entity {
    type Id = OrderLineId;
    const KIND: &'static str = "orderLine";
    const ID: order_line::Column = order_line::Column::Id;

    fn id_of(row: &order_line::Model) -> OrderLineId {
        row.id
    }

    fn permission(action: Action) -> Option<Permission> {
        sales_order::Entity::permission(action)
    }

    fn reached(viewer: &Viewer, action: Action, engine: DbBackend) -> Condition {
        if action != Action::View {
            return nothing();
        }
        let orders = sales_order::Entity::reached(viewer, action, engine);
        belongs_to::<sales_order::Entity, _>(order_line::Column::OrderId, orders)
    }
}
