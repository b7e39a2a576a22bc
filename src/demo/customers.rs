//! The demo's sales reps, the customers that they look after, and who orders for these.

use super::data::find;
use super::files::{
    CUSTOMER_LINKS, CUSTOMERS, Customer, CustomerLink, Fault, SALES_REPS, SalesRep, read,
};
use crate::access::{NewAccount, Rows, SystemDb};
use crate::customers::service::with_keys;
use crate::text::{search_key, sort_key};
use entity::account::Origin;
use entity::ids::{
    AccountId, ContactId, CustomerId, CustomerLinkId, CustomerLinkShipToId, OrganizationId,
    SalesRepId,
};
use entity::{customer, customer_link, customer_link_ship_to, sales_rep};
use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
use std::collections::HashMap;

/// What stands already, by the names that the files use.
pub struct Known<'a> {
    pub organizations: &'a HashMap<String, OrganizationId>,
    pub contacts: &'a HashMap<String, ContactId>,
    pub accounts: &'a mut HashMap<String, AccountId>,
}

/// Customers by number and sequence.
pub type Customers = HashMap<(String, String), customer::Model>;

/// Adds sales reps, customers and links to `rows`.
///
/// # Errors
/// For a file that does not fit; a test reads them all.
pub fn add(rows: &mut Rows, system: &SystemDb, known: &mut Known<'_>) -> Result<Customers, Fault> {
    let reps = sales_reps(rows, system, known)?;
    let customers = customers(rows, system, known, &reps)?;
    links(rows, system, known, &customers)?;
    Ok(customers)
}

fn sales_reps(
    rows: &mut Rows,
    system: &SystemDb,
    known: &Known<'_>,
) -> Result<HashMap<String, SalesRepId>, Fault> {
    let now = system.clock().now();
    let mut reps = HashMap::new();
    for row in read::<SalesRep>(SALES_REPS)? {
        let id = SalesRepId(system.clock().id());
        let login = row.account_login.as_deref();
        rows.sales_reps.push(sales_rep::ActiveModel {
            id: Set(id),
            name_key: Set(sort_key(&row.name)),
            search_key: Set(search_key(&[
                &row.name,
                &row.number,
                row.email.as_deref().unwrap_or_default(),
            ])),
            name: Set(row.name),
            title: Set(row.title),
            email: Set(row.email),
            phone: Set(row.phone),
            account_id: Set(find("account", known.accounts, login)?),
            manager_id: Set(find("sales rep", &reps, row.manager_number.as_deref())?),
            number: Set(row.number.clone()),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
        });
        reps.insert(row.number, id);
    }
    Ok(reps)
}

fn customers(
    rows: &mut Rows,
    system: &SystemDb,
    known: &Known<'_>,
    reps: &HashMap<String, SalesRepId>,
) -> Result<Customers, Fault> {
    let now = system.clock().now();
    let mut customers = Customers::new();
    // What stands on the bill-to counts for its ship-tos.
    let mut billed = None;
    for row in read::<Customer>(CUSTOMERS)? {
        let id = CustomerId(system.clock().id());
        let sequence = row.sequence.unwrap_or_default();
        if sequence.is_empty() {
            let rep = find("sales rep", reps, row.sales_rep_number.as_deref())?;
            let organization = row.organization_external_id.as_deref();
            let contact = row.contact_external_id.as_deref();
            billed = Some((
                id,
                rep,
                find("organization", known.organizations, organization)?,
                find("contact", known.contacts, contact)?,
            ));
        }
        let (bill_to, rep, organization, contact) =
            billed.ok_or_else(|| Fault::Missing("bill-to", row.number.clone()))?;
        let model = with_keys(customer::Model {
            id,
            number_key: String::new(),
            number: row.number.clone(),
            sequence: sequence.clone(),
            bill_to_id: (bill_to != id).then_some(bill_to),
            is_ship_to: row.is_ship_to,
            company_name: row.company_name,
            first_name: row.first_name,
            last_name: row.last_name,
            name_key: String::new(),
            search_key: String::new(),
            attention: row.attention,
            line1: row.line1,
            line2: row.line2,
            line3: None,
            line4: None,
            city: row.city,
            region: row.region,
            postal_code: row.postal_code,
            country_code: row.country_code,
            phone: row.phone,
            fax: row.fax,
            email: row.email,
            email_key: String::new(),
            active: row.active,
            guest: false,
            currency: row.currency,
            terms_code: row.terms_code,
            price_code: None,
            sales_rep_id: rep,
            organization_id: organization,
            contact_id: contact,
            version: 1,
            created_at: now,
            updated_at: now,
        });
        customers.insert((row.number, sequence), model.clone());
        rows.customers.push(model.into_active_model().reset_all());
    }
    Ok(customers)
}

fn links(
    rows: &mut Rows,
    system: &SystemDb,
    known: &mut Known<'_>,
    customers: &Customers,
) -> Result<(), Fault> {
    let clock = system.clock();
    let now = clock.now();
    for row in read::<CustomerLink>(CUSTOMER_LINKS)? {
        let customer = |sequence: &str| {
            let key = (row.customer_number.clone(), sequence.to_owned());
            let found = customers.get(&key).map(|row| row.id);
            found.ok_or_else(|| Fault::Missing("customer", format!("{} {sequence}", key.0)))
        };
        let account = match known.accounts.get(&row.login) {
            Some(account) => *account,
            None => {
                let contact = Some(row.contact_external_id.as_str());
                let invited = NewAccount {
                    login: row.login.clone(),
                    email: Some(row.login.clone()),
                    contact: find("contact", known.contacts, contact)?,
                    source: Origin::Import,
                    ..NewAccount::default()
                };
                let (account, held) = invited.rows(clock);
                let id = account.id.try_as_ref().copied();
                let id = id.ok_or_else(|| Fault::Missing("account", row.login.clone()))?;
                rows.accounts.push(account);
                rows.role_assignments.extend(held);
                known.accounts.insert(row.login.clone(), id);
                id
            }
        };
        let link = CustomerLinkId(clock.id());
        rows.customer_links.push(customer_link::ActiveModel {
            id: Set(link),
            account_id: Set(account),
            customer_id: Set(customer("")?),
            is_default: Set(row.is_default),
            rank: Set(i32::from(!row.is_default)),
            all_ship_tos: Set(row.ship_tos.is_none()),
            default_ship_to_id: Set(row.default_ship_to.as_deref().map(&customer).transpose()?),
            valid_from: Set(None),
            valid_until: Set(None),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
        });
        for sequence in row.ship_tos.iter().flat_map(|some| some.split('|')) {
            rows.customer_link_ship_tos
                .push(customer_link_ship_to::ActiveModel {
                    id: Set(CustomerLinkShipToId(clock.id())),
                    link_id: Set(link),
                    ship_to_id: Set(customer(sequence)?),
                    created_at: Set(now),
                });
        }
    }
    Ok(())
}
