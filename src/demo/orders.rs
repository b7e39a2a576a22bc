//! The demo's orders: of people for themselves, at what the catalog says, and of companies, at the prices that they came with.

use super::customers::Customers;
use super::data::find;
use super::files::{
    ADDRESSES, Address, CONTACTS, Contact, Fault, ORDER_LINES, ORDERS, ORGANIZATIONS, Order,
    OrderLine, Organization, read,
};
use super::prices::parts;
use crate::access::{Rows, SystemDb};
use crate::orders::rules::{OrderAddress, decimals_of, line_total, sum};
use crate::prices::rules::{Buyer, Question, judge};
use crate::text::{optional_key, sort_key};
use entity::ids::{ContactId, CustomerGroupId, MarketId, OrderId, OrderLineId, OrganizationId};
use entity::price::{Amount, Quantity};
use entity::sales_order::Status;
use entity::{customer, order_line, price, sales_order};
use sea_orm::{ActiveEnum, Set, TryIntoModel};
use std::collections::HashMap;

/// What stands already, by the names that the files use.
pub struct Known<'a> {
    pub organizations: &'a HashMap<String, OrganizationId>,
    pub contacts: &'a HashMap<String, ContactId>,
    pub groups: &'a HashMap<String, i64>,
    pub markets: &'a HashMap<String, MarketId>,
    pub customers: &'a Customers,
}

/// What orders say of the people whom they are for.
struct People {
    contacts: HashMap<String, Contact>,
    organizations: HashMap<String, Organization>,
    addresses: HashMap<String, Address>,
    lines: HashMap<String, Vec<OrderLine>>,
    catalog: HashMap<String, Vec<price::Model>>,
}

/// Adds orders to `rows`, which hold the catalog already.
///
/// # Errors
/// For a file that does not fit; a test reads them all.
pub fn add(rows: &mut Rows, system: &SystemDb, known: &Known<'_>) -> Result<(), Fault> {
    let people = people(rows)?;
    for row in read::<Order>(ORDERS)? {
        let (order, lines) = order(system, known, &people, row)?;
        rows.orders.push(order);
        rows.order_lines.extend(lines);
    }
    Ok(())
}

fn people(rows: &Rows) -> Result<People, Fault> {
    let contacts = read::<Contact>(CONTACTS)?.into_iter();
    let organizations = read::<Organization>(ORGANIZATIONS)?.into_iter();
    let addresses = read::<Address>(ADDRESSES)?.into_iter();
    let mut lines: HashMap<String, Vec<OrderLine>> = HashMap::new();
    for line in read::<OrderLine>(ORDER_LINES)? {
        let of = lines.entry(line.order_number.clone()).or_default();
        of.push(line);
    }
    let mut catalog: HashMap<String, Vec<price::Model>> = HashMap::new();
    for row in &rows.prices {
        if let Ok(row) = row.clone().try_into_model() {
            let of = catalog.entry(row.variant_code.clone()).or_default();
            of.push(row);
        }
    }
    Ok(People {
        contacts: contacts.map(|row| (row.external_id.clone(), row)).collect(),
        organizations: organizations
            .map(|row| (row.external_id.clone(), row))
            .collect(),
        addresses: addresses
            .filter(|row| row.owner_type == "contact")
            .map(|row| (row.owner_external_id.clone(), row))
            .collect(),
        lines,
        catalog,
    })
}

type Made = (sales_order::ActiveModel, Vec<order_line::ActiveModel>);

fn order(system: &SystemDb, known: &Known<'_>, people: &People, row: Order) -> Result<Made, Fault> {
    let id = OrderId(system.clock().id());
    let name = row.contact_external_id.as_str();
    let contact = people.contacts.get(name);
    let contact = contact.ok_or_else(|| Fault::Missing("contact", name.to_owned()))?;
    let home = contact.organization_external_id.as_deref();
    let home = home.and_then(|name| people.organizations.get(name));
    let group = home.and_then(|organization| organization.customer_group.as_deref());
    let group = group.or(contact.customer_group.as_deref());
    let buyer = Whom {
        market: find("market", known.markets, row.market.as_deref())?,
        group: find("customer group", known.groups, group)?.map(CustomerGroupId),
        group_name: group,
    };
    let customer = |sequence: Option<&str>| {
        let number = row.customer_number.clone()?;
        let key = (number, sequence.unwrap_or_default().to_owned());
        known.customers.get(&key)
    };
    let (bill_to, ship_to) = (customer(None), customer(row.ship_to_sequence.as_deref()));
    let theirs = people.addresses.get(name).map(|row| at_home(contact, row));
    let snapshot = |customer: Option<&customer::Model>| {
        let address = customer.map(OrderAddress::from).or(theirs.clone());
        serde_json::to_value(address.unwrap_or_default()).unwrap_or_default()
    };
    let (lines, subtotal) = lines(system, people, &row, id, &buyer)?;
    let discount = Amount(parts(&row.discount, Amount::PLACES)?);
    let shipping = Amount(parts(&row.shipping, Amount::PLACES)?);
    let status = Status::try_from_value(&row.status)
        .map_err(|_| Fault::Missing("status", row.status.clone()))?;
    // A company's orders are for its own contact, so both belong to the same organization.
    let home = home.map(|home| home.external_id.as_str());
    let order = sales_order::ActiveModel {
        id: Set(id),
        number_key: Set(sort_key(&row.number)),
        erp_number: Set(None),
        erp_number_key: Set(String::new()),
        po_number_key: Set(optional_key(row.po_number.as_deref())),
        claimed_at: Set(None),
        status: Set(status),
        placed_at: Set(row.placed_at),
        customer_id: Set(bill_to.map(|customer| customer.id)),
        ship_to_id: Set(ship_to.map(|customer| customer.id)),
        organization_id: Set(find("organization", known.organizations, home)?),
        organization_name: Set(home
            .and_then(|home| people.organizations.get(home))
            .map(|organization| organization.name.clone())),
        contact_id: Set(find("contact", known.contacts, Some(name))?),
        contact_name: Set(Some(full_name(contact))),
        contact_email: Set(contact.email.clone()),
        account_id: Set(None),
        placed_by: Set(None),
        actor_id: Set(None),
        actor: Set(None),
        customer_group_id: Set(buyer.group),
        customer_group_name: Set(group.map(str::to_owned)),
        market_id: Set(buyer.market),
        bill_to: Set(snapshot(bill_to)),
        ship_to: Set(snapshot(ship_to.or(bill_to))),
        po_number: Set(row.po_number),
        requested_on: Set(row.requested_on),
        notes: Set(None),
        subtotal: Set(subtotal),
        discount: Set(discount),
        tax: Set(Amount(0)),
        shipping: Set(shipping),
        total: Set(Amount(subtotal.0 - discount.0 + shipping.0)),
        version: Set(1),
        created_at: Set(row.placed_at),
        updated_at: Set(row.placed_at),
        number: Set(row.number),
        currency: Set(row.currency),
    };
    Ok((order, lines))
}

/// At whose prices an order is.
struct Whom<'n> {
    market: Option<MarketId>,
    /// The effective group.
    group: Option<CustomerGroupId>,
    group_name: Option<&'n str>,
}

/// The lines of an order, with what they come to.
fn lines(
    system: &SystemDb,
    people: &People,
    order: &Order,
    id: OrderId,
    whom: &Whom<'_>,
) -> Result<(Vec<order_line::ActiveModel>, Amount), Fault> {
    let beyond = || Fault::Missing("total", order.number.clone());
    let (mut lines, mut totals) = (Vec::new(), Vec::new());
    let given = people.lines.get(&order.number).into_iter().flatten();
    for (line, position) in given.zip(1..) {
        let quantity = Quantity(parts(&line.quantity, Quantity::PLACES)?);
        let (unit_price, price) = match &line.unit_price {
            Some(given) => (Amount(parts(given, Amount::PLACES)?), None),
            None => {
                let price = of_catalog(people, order, line, quantity, whom)?;
                (price.amount, Some(price))
            }
        };
        let total = line_total(quantity, unit_price, decimals_of(&order.currency));
        let total = total.ok_or_else(beyond)?;
        totals.push(total);
        let group = price.and_then(|price| price.customer_group_id);
        lines.push(order_line::ActiveModel {
            id: Set(OrderLineId(system.clock().id())),
            order_id: Set(id),
            position: Set(position),
            variant_code: Set(line.variant_code.clone()),
            description: Set(line.description.clone()),
            quantity: Set(quantity),
            unit_price: Set(unit_price),
            total: Set(total),
            price_source: Set(price.map(|price| price.source)),
            price_id: Set(price.map(|price| price.id)),
            customer_group_id: Set(group),
            customer_group_name: Set(group.and(whom.group_name).map(str::to_owned)),
            created_at: Set(order.placed_at),
        });
    }
    Ok((lines, sum(totals).ok_or_else(beyond)?))
}

/// What the catalog asks for a line, by the rule that decides every price.
fn of_catalog<'p>(
    people: &'p People,
    order: &Order,
    line: &OrderLine,
    quantity: Quantity,
    whom: &Whom<'_>,
) -> Result<&'p price::Model, Fault> {
    let none = || Fault::Missing("price", line.variant_code.clone());
    let rows = people.catalog.get(&line.variant_code);
    let rows: Vec<_> = rows.into_iter().flatten().collect();
    let question = Question {
        market: whom.market.ok_or_else(none)?,
        currency: &order.currency,
        buyer: Buyer {
            account: None,
            group: whom.group,
        },
        quantity,
        at: order.placed_at,
    };
    let chosen = judge(&rows, &question).chosen;
    chosen
        .and_then(|place| rows.get(place).copied())
        .ok_or_else(none)
}

fn full_name(contact: &Contact) -> String {
    contact.full_name.clone().unwrap_or_else(|| {
        let parts = [
            &contact.first_name,
            &contact.middle_name,
            &contact.last_name,
        ];
        let parts: Vec<_> = parts.into_iter().flatten().map(String::as_str).collect();
        parts.join(" ")
    })
}

/// Where a person without a customer of its own is billed, and gets what it ordered.
fn at_home(contact: &Contact, address: &Address) -> OrderAddress {
    OrderAddress {
        first_name: contact.first_name.clone(),
        last_name: contact.last_name.clone(),
        line1: address.line1.clone(),
        line2: address.line2.clone(),
        city: address.city.clone(),
        region: address.region.clone(),
        postal_code: address.postal_code.clone(),
        country_code: address.country_code.clone(),
        phone: address.phone.clone(),
        email: contact.email.clone(),
        ..OrderAddress::default()
    }
}
