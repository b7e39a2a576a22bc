//! Whom orders name, as far as they are there and seen.

use crate::access::WriteTx;
use crate::customers::rules::sequence;
use crate::error::{Code, Result};
use crate::imports::rules::{Reading, RowIn};
use crate::imports::service::one_by_one::named;
use crate::text::{Rule, SHORT};
use entity::ids::OrganizationId;
use entity::sales_order::Model;
use entity::{contact, customer, market, organization};
use sea_orm::{ColumnTrait, Condition};

/// For whom an order was, who paid, where it went, and where it was placed.
#[derive(Default)]
pub(super) struct Whom {
    pub customer: Option<customer::Model>,
    pub ship_to: Option<customer::Model>,
    pub ship_to_text: Option<String>,
    pub contact: Option<contact::Model>,
    pub organization: Option<OrganizationId>,
    pub market: Option<market::Model>,
}

/// Reads a field that names something by a word: it stays where it names what is there already.
fn refer<I: Copy + PartialEq>(
    reading: &mut Reading<'_>,
    row: &RowIn,
    field: &'static str,
    kind: &'static str,
    had: Option<I>,
    found: Option<I>,
) -> Option<I> {
    let read = |text: Option<&str>| named(field, kind, text, found);
    let show = |id: &Option<I>| {
        let given = row.text(field).filter(|_| *id == found);
        id.and(given).map(str::to_owned)
    };
    reading.field(field, had, read, show)
}

pub(super) async fn read_whom(
    tx: &mut WriteTx,
    reading: &mut Reading<'_>,
    row: &RowIn,
    old: Option<&Model>,
) -> Result<Whom> {
    let mut whom = found(tx, row).await?;
    let id = whom.customer.as_ref().map(|customer| customer.id);
    let had = old.and_then(|old| old.customer_id);
    refer(reading, row, "customerNumber", "customer", had, id);
    let id = whom.contact.as_ref().map(|contact| contact.id);
    let had = old.and_then(|old| old.contact_id);
    refer(reading, row, "contactExternalId", "contact", had, id);
    let had = old.and_then(|old| old.organization_id);
    let given = whom.organization;
    refer(
        reading,
        row,
        "organizationExternalId",
        "organization",
        had,
        given,
    );
    let id = whom.market.as_ref().map(|market| market.id);
    let had = old.and_then(|old| old.market_id);
    refer(reading, row, "market", "market", had, id);
    if old.is_some() {
        // Where it went is told apart by what it was then, and stays.
        return Ok(whom);
    }
    read_ship_to(tx, reading, row, &mut whom).await?;
    let of_customer = whom
        .customer
        .as_ref()
        .and_then(|customer| customer.organization_id);
    let of_contact = whom
        .contact
        .as_ref()
        .and_then(|contact| contact.organization_id);
    if given.is_some() && of_customer.is_some() && given != of_customer {
        let message = "the customer belongs to another organization";
        reading.refuse(Code::Conflict, "organizationExternalId", message);
    }
    whom.organization = of_customer.or(given).or(of_contact);
    let nobody = whom.customer.is_none() && whom.contact.is_none() && given.is_none();
    let names = [
        "customerNumber",
        "contactExternalId",
        "organizationExternalId",
    ];
    if nobody && !names.iter().any(|field| reading.refuses(field)) {
        let message = "an order needs a customer, a contact or an organization";
        reading.refuse(Code::Required, "customerNumber", message);
    }
    Ok(whom)
}

async fn found(tx: &mut WriteTx, row: &RowIn) -> Result<Whom> {
    let mut whom = Whom::default();
    if let Some(number) = row.reference("customerNumber") {
        whom.customer = customer_named(tx, number, "").await?;
    }
    if let Some(external_id) = row.reference("contactExternalId") {
        let is_it = Condition::all()
            .add(contact::Column::ExternalId.eq(external_id))
            .add(contact::Column::ErasedAt.is_null());
        let found = tx.refer_where::<contact::Entity>(is_it).await?.pop();
        whom.contact = found.map(|found| (*found).clone());
    }
    if let Some(external_id) = row.reference("organizationExternalId") {
        let is_it = organization::Column::ExternalId.eq(external_id);
        let found = tx.refer_where::<organization::Entity>(is_it).await?.pop();
        whom.organization = found.map(|found| found.id);
    }
    if let Some(code) = row.reference("market") {
        let is_it = Condition::all().add(market::Column::Code.eq(code));
        whom.market = tx.looked_at::<market::Entity>(is_it).await?.pop();
    }
    Ok(whom)
}

async fn customer_named(
    tx: &mut WriteTx,
    number: &str,
    sequence: &str,
) -> Result<Option<customer::Model>> {
    let is_it = Condition::all()
        .add(customer::Column::Number.eq(number))
        .add(customer::Column::Sequence.eq(sequence));
    let found = tx.refer_where::<customer::Entity>(is_it).await?.pop();
    Ok(found.map(|found| (*found).clone()))
}

async fn read_ship_to(
    tx: &mut WriteTx,
    reading: &mut Reading<'_>,
    row: &RowIn,
    whom: &mut Whom,
) -> Result<()> {
    whom.ship_to_text = reading.text("shipToText", None, |text| {
        Rule::line("shipToText", SHORT).apply(text)
    });
    let given = row.reference("shipToSequence");
    let found = match (given, &whom.customer) {
        (Some(given), Some(customer)) => {
            customer_named(tx, &customer.number.clone(), sequence(given)).await?
        }
        _ => None,
    };
    let id = found.as_ref().map(|found| found.id);
    refer(reading, row, "shipToSequence", "ship-to", None, id);
    whom.ship_to = found;
    Ok(())
}
