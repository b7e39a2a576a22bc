//! Full refreshes of customers: what is there and not in the file is deactivated (T-96). Customers that came with an order, and those that
//! stand for shoppers without one, are no ERP's and stay.

use super::kind::Kind;
use crate::access::{Change, WriteTx};
use crate::customers::service::{Fields, UpdateCustomer};
use crate::error::Result;
use async_graphql::MaybeUndefined;
use entity::customer;
use entity::ids::{CustomerId, ImportId};

/// Whether things of a kind can be in use or not, so that a full refresh has something to do.
#[must_use]
pub fn can_be_refreshed(kind: Kind) -> bool {
    matches!(kind, Kind::Customers | Kind::ShipTos)
}

/// How many active customers there are that the viewer may change, of which a full refresh would deactivate a part.
///
/// # Errors
/// Faults of the database only.
pub async fn in_use(tx: &mut WriteTx, kind: Kind) -> Result<i64> {
    tx.active_customers(kind == Kind::ShipTos).await
}

/// How many of these are not in the file of an import.
///
/// # Errors
/// Faults of the database only.
pub async fn absent(tx: &mut WriteTx, kind: Kind, import: ImportId) -> Result<i64> {
    tx.absent_customers(import, kind == Kind::ShipTos).await
}

/// The next of them behind `after`, by id.
///
/// # Errors
/// Faults of the database only.
pub async fn next_absent(
    tx: &mut WriteTx,
    kind: Kind,
    import: ImportId,
    after: Option<CustomerId>,
    limit: u64,
) -> Result<Vec<customer::Model>> {
    let ship_tos = kind == Kind::ShipTos;
    tx.next_absent_customers(import, ship_tos, after, limit)
        .await
}

/// Deactivates customers by the use case of `customerUpdate`, and answers which; those whose `active` is looked after by hand stay.
///
/// # Errors
/// What that use case refuses.
pub async fn deactivate(tx: &mut WriteTx, ids: &[CustomerId]) -> Result<Vec<CustomerId>> {
    let owned = tx.owned_fields::<customer::Entity>(ids).await?;
    let mut done = Vec::with_capacity(ids.len());
    for id in ids {
        let fields = owned.get(&id.to_string());
        if fields.is_some_and(|fields| fields.contains("active")) {
            continue;
        }
        let update = UpdateCustomer {
            id: *id,
            fields: Fields {
                active: MaybeUndefined::Value(false),
                ..Fields::default()
            },
            sales_rep_id: MaybeUndefined::Undefined,
            organization_id: MaybeUndefined::Undefined,
        };
        done.push(update.apply(tx).await?);
    }
    Ok(done)
}
