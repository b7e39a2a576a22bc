//! Deleting a contact.

use crate::access::{Change, Delete, Granted, WriteTx, Writes};
use crate::customers::service::forget_contact;
use crate::error::{Code, Error, Result};
use crate::orders::service::refuse_with_orders;
use entity::ids::ContactId;
use entity::{account, address, contact, contact_note, organization, sales_order};
use sea_orm::{ColumnTrait, Set};
use serde::Serialize;

/// Deletes a contact with its addresses and the notes on it. Needs CONTACT_DELETE; refused while it is a primary contact (T-33), has an account,
/// or there are orders of it (T-34).
#[derive(Debug, Serialize)]
pub struct DeleteContact {
    pub id: ContactId,
}

impl Change for DeleteContact {
    type Row = contact::Entity;
    const MUTATION: &'static str = "contactDelete";

    async fn apply(&self, tx: &mut WriteTx) -> Result<ContactId> {
        let row = tx.target::<contact::Entity, Delete>(self.id).await?;
        not_primary(tx, self.id).await?;
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

/// A primary contact stays one until there is another (T-33).
///
/// # Errors
/// User error `IN_USE` at `id`.
pub async fn not_primary(tx: &mut WriteTx, contact: ContactId) -> Result<()> {
    let primary_of = organization::Column::PrimaryContactId.eq(contact);
    if tx.uses::<organization::Entity>(primary_of).await? > 0 {
        let message = "this is the organization's primary contact; set another one first";
        return Err(Error::invalid(Code::InUse, "id", message));
    }
    Ok(())
}

/// Deletes a contact with its addresses and the notes on it.
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
    let notes = tx
        .consequences::<contact_note::Entity>(contact_note::Column::ContactId.eq(id))
        .await?;
    tx.delete_all(notes).await?;
    forget_contact(tx, id).await?;
    tx.delete(contact).await
}
