//! The rules about markets and prices. What a buyer is shown of the prices that count for them is in `edges`.

use super::{everything, everywhere_or_nothing, nothing};
use crate::access::guarded::{Action, Guarded, Versioned};
use crate::access::{Permission, Viewer};
use entity::ids::{MarketId, PriceId};
use entity::{market, price};
use sea_orm::{Condition, DbBackend};

versioned!(market, price);

/// Markets: every signed-in viewer sees them, and they are changed by whoever may change prices everywhere.
impl Guarded for market::Entity {
    type Id = MarketId;
    const KIND: &'static str = "market";
    const ID: market::Column = market::Column::Id;

    fn id_of(row: &market::Model) -> MarketId {
        row.id
    }

    fn permission(action: Action) -> Option<Permission> {
        (action != Action::View).then_some(Permission::PriceEdit)
    }

    fn reached(viewer: &Viewer, action: Action, _: DbBackend) -> Condition {
        match action {
            Action::View if viewer.is_signed_in() => everything(),
            Action::View => nothing(),
            _ => everywhere_or_nothing::<Self>(viewer, action),
        }
    }
}

/// Prices: all of them with the permission in any scope, as they are not in the tree; else none, not even one's own (T-41). They are changed
/// by whoever may do so everywhere.
impl Guarded for price::Entity {
    type Id = PriceId;
    const KIND: &'static str = "price";
    const ID: price::Column = price::Column::Id;

    fn id_of(row: &price::Model) -> PriceId {
        row.id
    }

    fn permission(action: Action) -> Option<Permission> {
        Some(if action == Action::View {
            Permission::PriceView
        } else {
            Permission::PriceEdit
        })
    }

    fn reached(viewer: &Viewer, action: Action, _: DbBackend) -> Condition {
        match action {
            Action::View if viewer.holds(Permission::PriceView) => everything(),
            Action::View => nothing(),
            _ => everywhere_or_nothing::<Self>(viewer, action),
        }
    }
}
