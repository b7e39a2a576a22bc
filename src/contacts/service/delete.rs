//! Deleting a contact.

use crate::access::{Change, Delete, Granted, WriteTx, Writes};
use crate::customers::service::forget_contact;
use crate::error::{Code, Error, Result};
use crate::orders::service::refuse_with_orders;
use entity::ids::ContactId;
use entity::{account, address, contact, organization, sales_order};
use sea_orm::{ColumnTrait, Set};
use serde::Serialize;

/// Deletes a contact with its addresses. Needs CONTACT_DELETE; refused while it is a primary contact (T-33), has an account, or there are orders of it (T-34).
#[derive(Debug, Serialize)]
pub struct DeleteContact {
    pub id: ContactId,
}

impl Change for DeleteContact {
    type Row = contact::Entity;
    const MUTATION: &'static str = "contactDelete";

    async fn apply(&self, tx: &mut WriteTx) -> Result<ContactId> {
        let row = tx.target::<contact::Entity, Delete>(self.id).await?;
        let primary_of = organization::Column::PrimaryContactId.eq(self.id);
        if tx.uses::<organization::Entity>(primary_of).await? > 0 {
            return Err(Error::invalid(
                Code::InUse,
                "id",
                "this is the organization's primary contact; set another one first",
            ));
        }
        if tx
            .uses::<account::Entity>(account::Column::ContactId.eq(self.id))
            .await?
            > 0
        {
            return Err(Error::invalid(
                Code::InUse,
                "id",
                "something still belongs to the contact, such as an account; delete that first",
            ));
        }
        let orders = sales_order::Column::ContactId.eq(self.id);
        refuse_with_orders(tx, orders, "there are orders of the contact, which stay").await?;
        Box::pin(remove(tx, row)).await?;
        Ok(self.id)
    }
}

/// Deletes a contact with its addresses.
///
/// # Errors
/// What the tables that refer to it refuse.
pub async fn remove<R: Writes>(
    tx: &mut WriteTx,
    contact: Granted<contact::Entity, R>,
) -> Result<()> {
    let id = contact.id;
    // The preferences go first: they refer to what goes next.
    let contact = tx
        .save(contact, |contact| {
            contact.preferred_billing_address_id = Set(None);
            contact.preferred_shipping_address_id = Set(None);
        })
        .await?;
    for address in tx
        .consequences::<address::Entity>(address::Column::ContactId.eq(id))
        .await?
    {
        crate::addresses::service::remove(tx, address).await?;
    }
    forget_contact(tx, id).await?;
    tx.delete(contact).await
}
