//! Changing a customer.

use super::Fields;
use crate::access::{Change, Edit, Granted, Permission, Place, WriteTx};
use crate::error::{Code, Mistakes, Result};
use async_graphql::MaybeUndefined;
use entity::ids::{CustomerId, OrganizationId, SalesRepId};
use entity::{customer, customer_link, organization, sales_rep};
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, IntoActiveModel, Set};
use serde::Serialize;

/// Why a ship-to has none of its own.
pub(super) const OF_THE_BILL_TO: &str = "a ship-to has that of its bill-to";

/// Changes a customer. Absent fields stay, null clears. Its ship-tos follow in organization and sales rep. Needs CUSTOMER_EDIT over it.
///
/// To put it into another organization needs CUSTOMER_EDIT there, too, and over it what others gain by that; to give it a sales rep needs
/// what that one gains (T-194).
#[derive(Debug, Serialize)]
pub struct UpdateCustomer {
    pub id: CustomerId,
    pub fields: Fields,
    pub sales_rep_id: MaybeUndefined<SalesRepId>,
    pub organization_id: MaybeUndefined<OrganizationId>,
}

impl Change for UpdateCustomer {
    type Row = customer::Entity;
    const MUTATION: &'static str = "customerUpdate";
    const GIVES_RIGHTS: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<CustomerId> {
        let row = tx.target::<customer::Entity, Edit>(self.id).await?;
        let mut new = self.fields.apply((*row).clone())?;
        if !self.organization_id.is_undefined() {
            new.organization_id = self.organization_id.take();
        }
        if !self.sales_rep_id.is_undefined() {
            new.sales_rep_id = self.sales_rep_id.take();
        }
        if row.is_bill_to() {
            require_for_bill_to(tx, &row, &new).await?;
        } else {
            self.nothing_of_the_bill_to()?;
        }
        let old = (*row).clone();
        tx.save(row, |customer| {
            *customer = new.clone().into_active_model().reset_all();
        })
        .await?;
        if (old.organization_id, old.sales_rep_id) != (new.organization_id, new.sales_rep_id) {
            pass_on(tx, &new).await?;
        }
        leave_defaults(tx, &old, &new).await?;
        Ok(self.id)
    }
}

impl UpdateCustomer {
    fn nothing_of_the_bill_to(&self) -> Result<()> {
        let mut mistakes = Mistakes::default();
        let of_bill_to = [
            ("primarySalesRepId", self.sales_rep_id.is_undefined()),
            ("organizationId", self.organization_id.is_undefined()),
        ];
        for (field, absent) in of_bill_to {
            if !absent {
                mistakes.note(Code::Invalid, field, OF_THE_BILL_TO);
            }
        }
        mistakes.finish()
    }
}

async fn require_for_bill_to(
    tx: &mut WriteTx,
    old: &Granted<customer::Entity, Edit>,
    new: &customer::Model,
) -> Result<()> {
    let place = Place::from(new.organization_id);
    if new.organization_id != old.organization_id {
        if let Some(organization) = new.organization_id {
            tx.refer::<organization::Entity>(organization, "organizationId")
                .await?;
        }
        tx.require(Permission::CustomerEdit, place, "organizationId")
            .await?;
        let from = Place::from(old.organization_id);
        tx.require_what_customers_gain_by_moving(from, new.organization_id, "organizationId")
            .await?;
    }
    if let Some(rep) = new.sales_rep_id
        && new.sales_rep_id != old.sales_rep_id
    {
        tx.refer::<sales_rep::Entity>(rep, "primarySalesRepId")
            .await?;
        tx.require_to_open_customers(place, None, "primarySalesRepId")
            .await?;
    }
    Ok(())
}

/// Gives the ship-tos what they have of their bill-to.
async fn pass_on(tx: &mut WriteTx, bill_to: &customer::Model) -> Result<()> {
    let ship_tos = tx
        .consequences::<customer::Entity>(customer::Column::BillToId.eq(bill_to.id))
        .await?;
    let values = [
        (
            customer::Column::OrganizationId,
            bill_to.organization_id.into(),
        ),
        (customer::Column::SalesRepId, bill_to.sales_rep_id.into()),
    ];
    tx.set_all(ship_tos, &values).await
}

/// A customer that nobody may order for is nobody's default any more, nor is a place to which nothing is sent (T-85).
async fn leave_defaults(
    tx: &mut WriteTx,
    old: &customer::Model,
    new: &customer::Model,
) -> Result<()> {
    if old.active && !new.active {
        let defaults = Condition::all()
            .add(customer_link::Column::CustomerId.eq(new.id))
            .add(customer_link::Column::IsDefault.eq(true));
        let links = tx.consequences::<customer_link::Entity>(defaults).await?;
        super::link::no_default_any_more(tx, links).await?;
    }
    let was_sent_to = old.active && old.is_ship_to;
    if was_sent_to && !(new.active && new.is_ship_to) {
        let going_there = customer_link::Column::DefaultShipToId.eq(new.id);
        for link in tx
            .consequences::<customer_link::Entity>(going_there)
            .await?
        {
            tx.save(link, |link| link.default_ship_to_id = Set(None))
                .await?;
        }
    }
    Ok(())
}
