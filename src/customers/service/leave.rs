//! What becomes of customers when what they belong to goes.

use crate::access::personal::blanks;
use crate::access::{Action, Permission, Place, WriteTx};
use crate::error::{Code, Error, Result};
use entity::ids::{ContactId, OrganizationId};
use entity::{customer, customer_link};
use sea_orm::{ColumnTrait, Condition};

/// Gives the customers of an organization to `heir`, or takes them out of all.
///
/// # Errors
/// User errors at `field`: `FORBIDDEN` without CUSTOMER_EDIT over all of them and at the new place, `OUT_OF_SCOPE` when anybody would gain
/// over them what the viewer does not hold over them (T-194).
pub async fn hand_over_customers(
    tx: &mut WriteTx,
    from: OrganizationId,
    heir: Option<OrganizationId>,
    field: &str,
) -> Result<()> {
    let of_it = customer::Column::OrganizationId.eq(from);
    let customers = tx.consequences::<customer::Entity>(of_it.clone()).await?;
    if customers.is_empty() {
        return Ok(());
    }
    tx.require(Permission::CustomerEdit, Place::from(heir), field)
        .await?;
    if !tx
        .reaches_all::<customer::Entity>(of_it, Action::Edit)
        .await?
    {
        let needed = Permission::CustomerEdit;
        let message = format!("this needs the permission {needed} over everything it changes");
        return Err(Error::invalid(Code::Forbidden, field, message));
    }
    tx.require_what_customers_gain_by_moving(Place::Organization(from), heir, field)
        .await?;
    let values = [(customer::Column::OrganizationId, heir.into())];
    tx.set_all(customers, &values).await
}

/// Customers that came into being for a contact which is going are nobody's then.
///
/// # Errors
/// Faults of the database only.
pub async fn forget_contact(tx: &mut WriteTx, contact: ContactId) -> Result<()> {
    let customers = tx
        .consequences::<customer::Entity>(customer::Column::ContactId.eq(contact))
        .await?;
    let nobody: Option<ContactId> = None;
    let values = [(customer::Column::ContactId, nobody.into())];
    tx.set_all(customers, &values).await
}

/// Customers that came into being for a contact which is erased stay as rows without anything personal, for the orders of them; nobody orders
/// for them any more (T-85, T-213).
///
/// # Errors
/// Faults of the database only.
pub async fn erase_customers_of(tx: &mut WriteTx, contact: ContactId) -> Result<()> {
    let theirs = customer::Column::ContactId.eq(contact);
    let customers = tx.consequences::<customer::Entity>(theirs).await?;
    if customers.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = customers.iter().map(|row| row.id).collect();
    let defaults = Condition::all()
        .add(tx.is_one_of(customer_link::Column::CustomerId, &ids))
        .add(customer_link::Column::IsDefault.eq(true));
    let links = tx.consequences::<customer_link::Entity>(defaults).await?;
    super::link::no_default_any_more(tx, links).await?;
    let mut values = blanks::<customer::Entity>();
    values.push((customer::Column::Active, false.into()));
    tx.set_all(customers, &values).await
}
