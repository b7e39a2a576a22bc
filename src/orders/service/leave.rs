//! What becomes of orders when what they name is deleted.

use crate::access::WriteTx;
use crate::error::{Code, Error, Result};
use entity::ids::OrganizationId;
use entity::sales_order::{self, Column};
use sea_orm::sea_query::IntoCondition;

/// Orders of organizations that go are with `heir` from now on, or with none. They keep the name as it was (T-34).
///
/// # Errors
/// Faults of the database only.
pub async fn orders_go_to(
    tx: &mut WriteTx,
    organizations: &[OrganizationId],
    heir: Option<OrganizationId>,
) -> Result<()> {
    let theirs = tx.is_one_of(Column::OrganizationId, organizations);
    let orders = tx.consequences::<sales_order::Entity>(theirs).await?;
    tx.set_all(orders, &[(Column::OrganizationId, heir.into())])
        .await
}

/// # Errors
/// User error `IN_USE` at `id` while there are orders that satisfy `condition`: what an order was placed for stays (T-34).
pub async fn refuse_with_orders(
    tx: &mut WriteTx,
    condition: impl IntoCondition,
    message: &str,
) -> Result<()> {
    if tx.uses::<sales_order::Entity>(condition).await? > 0 {
        return Err(Error::invalid(Code::InUse, "id", message));
    }
    Ok(())
}
