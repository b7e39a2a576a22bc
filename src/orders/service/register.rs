//! Registering with an order: who wants an account, and the customer that comes into being for them (T-62).

use super::input::PlaceOrder;
use super::place::{Ends, Wish};
use super::whom::Whom;
use crate::access::{Terms, WriteTx};
use crate::accounts::service::{Arrival, Desk, Newcomer, Registration, User};
use crate::customers::service::with_keys;
use crate::error::{Error, Mistakes, Result};
use crate::orders::rules::OrderAddress;
use crate::passwords;
use entity::ids::{CustomerId, CustomerLinkId};
use entity::{contact, customer, customer_link};
use sea_orm::{ActiveModelTrait, ColumnTrait, IntoActiveModel, Set};

/// Checks the wish and hashes its password, before the order's transaction begins. What can be said about the input by itself is said here, so
/// that nothing is hashed for an order that would be refused anyway.
///
/// # Errors
/// User errors of the order, and `WEAK_PASSWORD` and `TOO_LONG` at `password` in `register`.
pub(super) async fn wished(
    desk: &Desk,
    order: &PlaceOrder,
    wish: Wish,
    terms: &Terms,
) -> Result<Newcomer> {
    let mut mistakes = Mistakes::default();
    let bill_to = order.check(&mut mistakes).bill_to.unwrap_or_default();
    let about = [&bill_to.email, &bill_to.first_name, &bill_to.last_name];
    let about: Vec<_> = about.into_iter().flatten().map(String::as_str).collect();
    let weak = passwords::check("password", &wish.password, &about);
    if let Err(mistake) = weak {
        mistakes.add(Error::Invalid(vec![mistake]).below(&["register"]));
    }
    mistakes.finish()?;
    let said = Registration {
        email: bill_to.email.unwrap_or_default(),
        first_name: bill_to.first_name,
        last_name: bill_to.last_name,
        phone: bill_to.phone,
        registration_source: None,
        accepts_marketing: wish.accepts_marketing,
    };
    let checked = Newcomer::checked(desk, said, &wish.password, terms).await;
    checked.map_err(|refused| refused.below(&["billTo"]))
}

/// Makes the customer that pays, another one where the goods go elsewhere, and the link by which the new account orders for them. Nothing
/// for somebody who was there already: then it stays a guest's order.
pub(super) async fn new_customer(
    tx: &mut WriteTx,
    arrival: &Arrival,
    number: &str,
    currency: &str,
    ends: &Ends,
    whom: &mut Whom,
) -> Result<()> {
    let Arrival::Came(user) = arrival else {
        return Ok(());
    };
    let Some(contact) = user.contact else {
        return Ok(());
    };
    let elsewhere = ends.ship_to != ends.bill_to;
    let bill_to = customer::Model {
        is_ship_to: !elsewhere,
        currency: Some(currency.to_owned()),
        ..blank(tx, user, &format!("WEB-{number}"), &ends.bill_to)
    };
    let bill_to = add(tx, bill_to).await?;
    let ship_to = if elsewhere {
        let ship_to = customer::Model {
            sequence: "1".to_owned(),
            bill_to_id: Some(bill_to.id),
            is_ship_to: true,
            ..blank(tx, user, &bill_to.number, &ends.ship_to)
        };
        add(tx, ship_to).await?
    } else {
        bill_to.clone()
    };
    let link = customer_link::ActiveModel {
        id: Set(CustomerLinkId(tx.fresh_id())),
        account_id: Set(user.account),
        customer_id: Set(bill_to.id),
        is_default: Set(true),
        rank: Set(0),
        all_ship_tos: Set(true),
        default_ship_to_id: Set(Some(ship_to.id)),
        valid_from: Set(None),
        valid_until: Set(None),
        version: Set(1),
        created_at: Set(tx.now()),
        updated_at: Set(tx.now()),
    };
    tx.insert::<customer_link::Entity>(link).await?;
    let is_it = contact::Column::Id.eq(contact);
    whom.contact = tx.decided_by::<contact::Entity>(is_it).await?.pop();
    whom.customers = Some((bill_to, ship_to));
    Ok(())
}

fn blank(tx: &WriteTx, user: &User, number: &str, at: &OrderAddress) -> customer::Model {
    let at = at.clone();
    customer::Model {
        id: CustomerId(tx.fresh_id()),
        number: number.to_owned(),
        sequence: String::new(),
        bill_to_id: None,
        is_ship_to: false,
        company_name: at.company_name,
        first_name: at.first_name,
        last_name: at.last_name,
        number_key: String::new(),
        name_key: String::new(),
        search_key: String::new(),
        attention: at.attention,
        line1: at.line1,
        line2: at.line2,
        line3: at.line3,
        line4: at.line4,
        city: at.city,
        region: at.region,
        postal_code: at.postal_code,
        country_code: at.country_code,
        phone: at.phone,
        fax: None,
        email: at.email,
        email_key: String::new(),
        active: true,
        guest: false,
        currency: None,
        terms_code: None,
        price_code: None,
        sales_rep_id: None,
        organization_id: None,
        contact_id: user.contact,
        version: 1,
        created_at: tx.now(),
        updated_at: tx.now(),
    }
}

async fn add(tx: &mut WriteTx, row: customer::Model) -> Result<customer::Model> {
    // Nobody who gave an address alone is without a name.
    let nameless = row.name().is_empty();
    let row = customer::Model {
        last_name: row
            .last_name
            .clone()
            .or_else(|| row.email.clone().filter(|_| nameless)),
        ..row
    };
    let row = tx
        .insert::<customer::Entity>(with_keys(row).into_active_model().reset_all())
        .await?;
    Ok((*row).clone())
}
