//! The rules about orders.

use super::{belongs_to, everything, ids_of, nothing, reach_of, whole};
use crate::access::customers::{is_any, ways_to_orders};
use crate::access::guarded::{Action, Guarded, Versioned};
use crate::access::place::Way;
use crate::access::{Permission, Reach, Viewer};
use entity::ids::{OrderId, OrderLineId};
use entity::{order_line, sales_order};
use sea_orm::sea_query::UnionType;
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
    let mut ways = vec![reach.over(place, way, engine)];
    if action == Action::View {
        ways.extend(own_orders(viewer));
        ways.extend(orders_of_customers(viewer, way, engine));
    }
    if way == Way::Fetched {
        return one_way_after_the_other(ways, engine);
    }
    whole(ways.into_iter().fold(Condition::any(), Condition::add))
}

fn own_orders(viewer: &Viewer) -> impl Iterator<Item = Condition> {
    let placed = viewer
        .account_id()
        .map(|account| sales_order::Column::AccountId.eq(account));
    let placed_for = viewer
        .contact_id()
        .map(|contact| sales_order::Column::ContactId.eq(contact));
    let own = placed.into_iter().chain(placed_for);
    own.map(|own| Condition::all().add(own))
}

fn orders_of_customers(
    viewer: &Viewer,
    way: Way,
    engine: DbBackend,
) -> impl Iterator<Item = Condition> {
    let ways = ways_to_orders(viewer, engine).into_iter();
    ways.map(move |(column, ids)| match way {
        Way::Fetched => is_any(column, ids, engine),
        _ => Condition::all().add(column.in_subquery(ids)),
    })
}

/// The same rows, each way looked up by an index of its own: for few. Of alternatives with lists both engines go through the whole table.
fn one_way_after_the_other(ways: Vec<Condition>, engine: DbBackend) -> Condition {
    let mut ways = ways.into_iter().map(ids_of::<sales_order::Entity>);
    let Some(mut ids) = ways.next() else {
        return nothing();
    };
    for way in ways {
        ids.union(UnionType::All, way);
    }
    is_any(sales_order::Column::Id, ids, engine)
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
