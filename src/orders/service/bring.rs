//! Orders that another system had: they keep what it says of them, and are never priced.

use crate::access::{Permission, Place, WriteTx};
use crate::error::{Code, Error, Result};
use crate::orders::rules::{OrderAddress, decimals_of, line_total, sum};
use crate::text::{optional_key, sort_key};
use chrono::{DateTime, NaiveDate, Utc};
use entity::exact::{Amount, Quantity};
use entity::ids::{OrderId, OrderLineId, OrganizationId};
use entity::sales_order::Status;
use entity::{contact, customer, market, order_line, organization, sales_order};
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, IntoActiveModel, Set};

/// An order as another system has it. The texts are checked already; whom it names the viewer sees.
pub struct Brought {
    pub number: String,
    pub erp_number: Option<String>,
    pub status: Status,
    pub placed_at: DateTime<Utc>,
    /// The bill-to, and where it went.
    pub customer: Option<customer::Model>,
    pub ship_to: Option<customer::Model>,
    /// Where it went in words, where that is no ship-to.
    pub ship_to_text: Option<String>,
    pub contact: Option<contact::Model>,
    pub organization: Option<OrganizationId>,
    pub market: Option<market::Model>,
    pub currency: String,
    pub po_number: Option<String>,
    pub requested_on: Option<NaiveDate>,
    pub notes: Option<String>,
    /// What it came to; what is not said follows from the lines.
    pub subtotal: Option<Amount>,
    pub discount: Option<Amount>,
    pub tax: Option<Amount>,
    pub shipping: Option<Amount>,
    pub total: Option<Amount>,
    pub lines: Vec<BroughtLine>,
}

/// A line of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BroughtLine {
    pub variant_code: String,
    pub description: Option<String>,
    pub quantity: Quantity,
    pub unit_price: Amount,
    /// What it came to; quantity times price where that is not said.
    pub total: Option<Amount>,
}

/// Adds an order of another system. Needs `ORDER_PLACE` and `ORDER_EDIT` over its organization, without one everywhere, and `ORDER_PLACE` over
/// that of the contact.
///
/// # Errors
/// User errors: `FORBIDDEN` at `organizationId` and `contactId`, `INVALID` at `total` for what is beyond any amount that is kept.
pub async fn bring_order(tx: &mut WriteTx, order: Brought) -> Result<OrderId> {
    let place = Place::from(order.organization);
    for permission in [Permission::OrderPlace, Permission::OrderEdit] {
        tx.require(permission, place, "organizationId").await?;
    }
    if let Some(contact) = &order.contact {
        let place = Place::from(contact.organization_id);
        tx.require(Permission::OrderPlace, place, "contactId")
            .await?;
    }
    let named = match order.organization {
        Some(id) => {
            let is_it = Condition::all().add(organization::Column::Id.eq(id));
            tx.looked_at::<organization::Entity>(is_it).await?.pop()
        }
        None => None,
    };
    let id = OrderId(tx.fresh_id());
    let (lines, subtotal) = lines(tx, &order, id)?;
    let row = row(tx, order, id, subtotal, named)?;
    tx.insert::<sales_order::Entity>(row.into_active_model().reset_all())
        .await?;
    tx.insert_all::<order_line::Entity>(lines).await?;
    Ok(id)
}

fn beyond() -> Error {
    let message = "the order costs more than an amount can be: it is below 10^12";
    Error::invalid(Code::Invalid, "total", message)
}

fn lines(
    tx: &WriteTx,
    order: &Brought,
    id: OrderId,
) -> Result<(Vec<order_line::ActiveModel>, Amount)> {
    let decimals = decimals_of(&order.currency);
    let (mut rows, mut totals) = (Vec::new(), Vec::new());
    for (line, position) in order.lines.iter().zip(1..) {
        let computed = || line_total(line.quantity, line.unit_price, decimals);
        let total = line.total.or_else(computed).ok_or_else(beyond)?;
        totals.push(total);
        rows.push(order_line::ActiveModel {
            id: Set(OrderLineId(tx.fresh_id())),
            order_id: Set(id),
            position: Set(position),
            variant_code: Set(line.variant_code.clone()),
            description: Set(line.description.clone()),
            quantity: Set(line.quantity),
            unit_price: Set(line.unit_price),
            total: Set(total),
            price_source: Set(None),
            price_id: Set(None),
            customer_group_id: Set(None),
            customer_group_name: Set(None),
            created_at: Set(tx.now()),
        });
    }
    Ok((rows, sum(totals).ok_or_else(beyond)?))
}

fn row(
    tx: &WriteTx,
    order: Brought,
    id: OrderId,
    of_lines: Amount,
    organization: Option<organization::Model>,
) -> Result<sales_order::Model> {
    let bill_to = match (&order.customer, &order.contact) {
        (Some(customer), _) => OrderAddress::from(customer),
        (None, Some(contact)) => OrderAddress {
            first_name: contact.first_name.clone(),
            last_name: contact.last_name.clone(),
            email: contact.email.clone(),
            ..OrderAddress::default()
        },
        (None, None) => OrderAddress::default(),
    };
    let ship_to = match (&order.ship_to, &order.ship_to_text) {
        (Some(customer), _) => OrderAddress::from(customer),
        (None, Some(text)) => OrderAddress {
            line1: Some(text.clone()),
            ..OrderAddress::default()
        },
        (None, None) => bill_to.clone(),
    };
    let json = |address: &OrderAddress| serde_json::to_value(address).map_err(Error::internal);
    let subtotal = order.subtotal.unwrap_or(of_lines);
    let [discount, tax, shipping] =
        [order.discount, order.tax, order.shipping].map(Option::unwrap_or_default);
    let computed = i128::from(subtotal.0) - i128::from(discount.0)
        + i128::from(tax.0)
        + i128::from(shipping.0);
    let computed = || Some(Amount(i64::try_from(computed).ok()?));
    let total = order.total.or_else(computed);
    let total = total.filter(|total| (Amount(0)..Amount::END).contains(total));
    // Where it went in words is no ship-to.
    let usual = customer_of(&order);
    let ship_to_id = order.ship_to.as_ref().or(usual).map(|to| to.id);
    let contact = order.contact.as_ref();
    let customer = order.customer.as_ref();
    Ok(sales_order::Model {
        id,
        number_key: sort_key(&order.number),
        number: order.number,
        erp_number_key: optional_key(order.erp_number.as_deref()),
        erp_number: order.erp_number,
        status: order.status,
        placed_at: order.placed_at,
        customer_id: customer.map(|customer| customer.id),
        ship_to_id,
        organization_id: order.organization,
        organization_name: organization.map(|organization| organization.name),
        contact_id: contact.map(|contact| contact.id),
        contact_name: contact.map(|contact| contact.full_name.clone()),
        contact_email: contact.and_then(|contact| contact.email.clone()),
        account_id: None,
        placed_by: None,
        actor_id: None,
        actor: None,
        customer_group_id: None,
        customer_group_name: None,
        market_id: order.market.map(|market| market.id),
        currency: order.currency,
        bill_to: json(&bill_to)?,
        ship_to: json(&ship_to)?,
        po_number_key: optional_key(order.po_number.as_deref()),
        po_number: order.po_number,
        requested_on: order.requested_on,
        notes: order.notes,
        subtotal,
        discount,
        tax,
        shipping,
        total: total.ok_or_else(beyond)?,
        claimed_at: None,
        version: 1,
        created_at: tx.now(),
        updated_at: tx.now(),
    })
}

/// The customer itself, where nothing else is said of where the order went.
fn customer_of(order: &Brought) -> Option<&customer::Model> {
    let customer = order.customer.as_ref();
    customer.filter(|_| order.ship_to_text.is_none())
}
