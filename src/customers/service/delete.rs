//! Deleting a customer.

use crate::access::{Change, Delete, WriteTx};
use crate::error::{Code, Error, Result};
use entity::ids::CustomerId;
use entity::{customer, customer_link, customer_link_ship_to, sales_order};
use sea_orm::{ColumnTrait, Condition};
use serde::Serialize;

/// Deletes a customer that nothing refers to. Needs CUSTOMER_DELETE over it. What is in use can be deactivated instead (T-85).
#[derive(Debug, Serialize)]
pub struct DeleteCustomer {
    pub id: CustomerId,
}

impl Change for DeleteCustomer {
    type Row = customer::Entity;
    const MUTATION: &'static str = "customerDelete";

    async fn apply(&self, tx: &mut WriteTx) -> Result<CustomerId> {
        let row = tx.target::<customer::Entity, Delete>(self.id).await?;
        let links = Condition::any()
            .add(customer_link::Column::CustomerId.eq(self.id))
            .add(customer_link::Column::DefaultShipToId.eq(self.id));
        let orders = Condition::any()
            .add(sales_order::Column::CustomerId.eq(self.id))
            .add(sales_order::Column::ShipToId.eq(self.id));
        let ship_tos = customer::Column::BillToId.eq(self.id);
        let chosen = customer_link_ship_to::Column::ShipToId.eq(self.id);
        let used_by = [
            (tx.uses::<customer::Entity>(ship_tos).await?, "ship-tos"),
            (
                tx.uses::<customer_link::Entity>(links).await?
                    + tx.uses::<customer_link_ship_to::Entity>(chosen).await?,
                "accounts that order for it",
            ),
            (tx.uses::<sales_order::Entity>(orders).await?, "orders"),
        ];
        // No numbers: some of them may be hidden from the viewer (T-37).
        let used_by: Vec<_> = used_by
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(_, what)| *what)
            .collect();
        if !used_by.is_empty() {
            let message = format!(
                "the customer has {}; it can be deactivated instead",
                used_by.join(" and ")
            );
            return Err(Error::invalid(Code::InUse, "id", message));
        }
        tx.delete(row).await?;
        Ok(self.id)
    }
}
