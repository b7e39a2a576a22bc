//! The demo's files, row by row as they are written, built into the program.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;

pub const GROUPS: &str = include_str!("../../demo/customer_groups.csv");
pub const CATEGORIES: &str = include_str!("../../demo/business_categories.csv");
pub const ORGANIZATIONS: &str = include_str!("../../demo/organizations.csv");
pub const CONTACTS: &str = include_str!("../../demo/contacts.csv");
pub const ADDRESSES: &str = include_str!("../../demo/addresses.csv");
pub const ACCOUNTS: &str = include_str!("../../demo/accounts.csv");
pub const MARKETS: &str = include_str!("../../demo/markets.csv");
/// A row a variant, a column a market and currency.
pub const PRICES: &str = include_str!("../../demo/prices.csv");
pub const GROUP_PRICES: &str = include_str!("../../demo/group_prices.csv");
pub const SALES_REPS: &str = include_str!("../../demo/sales_reps.csv");
pub const CUSTOMERS: &str = include_str!("../../demo/customers.csv");
pub const CUSTOMER_LINKS: &str = include_str!("../../demo/customer_links.csv");
pub const ORDERS: &str = include_str!("../../demo/orders.csv");
/// In the order of the orders.
pub const ORDER_LINES: &str = include_str!("../../demo/order_lines.csv");

/// What is wrong with a file; a test loads them all, so nobody sees one.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("{0}")]
    Csv(#[from] csv::Error),
    #[error("{0}")]
    Text(#[from] crate::error::Error),
    #[error("there is no {0} named {1}")]
    Missing(&'static str, String),
}

#[derive(Deserialize)]
pub struct Group {
    pub name: String,
    pub rank: i32,
}

#[derive(Deserialize)]
pub struct Named {
    pub name: String,
}

#[derive(Deserialize)]
pub struct Organization {
    pub external_id: String,
    pub parent_external_id: Option<String>,
    pub name: String,
    pub description: Option<String>,
    #[serde(rename = "type")]
    pub kind: String,
    pub business_category: Option<String>,
    pub customer_group: Option<String>,
    pub primary_contact_external_id: Option<String>,
}

#[derive(Deserialize)]
pub struct Contact {
    pub external_id: String,
    pub organization_external_id: Option<String>,
    pub first_name: Option<String>,
    pub middle_name: Option<String>,
    pub last_name: Option<String>,
    pub full_name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub job_title: Option<String>,
    pub birth_date: Option<NaiveDate>,
    pub preferred_language: Option<String>,
    pub preferred_currency: Option<String>,
    pub registration_source: Option<String>,
    pub accepts_marketing: bool,
    pub customer_group: Option<String>,
}

#[derive(Deserialize)]
pub struct Address {
    pub owner_type: String,
    pub owner_external_id: String,
    pub name: Option<String>,
    pub kinds: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub organization_name: Option<String>,
    pub line1: Option<String>,
    pub line2: Option<String>,
    pub city: Option<String>,
    pub region: Option<String>,
    pub postal_code: Option<String>,
    pub country_code: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    pub preferred: String,
}

/// A sign-in of the demo.
#[derive(Deserialize)]
pub struct Account {
    pub login: String,
    pub email: Option<String>,
    pub contact_external_id: Option<String>,
    pub role: Option<String>,
    pub scope: Option<String>,
    pub scope_organization_external_id: Option<String>,
    pub title: String,
}

#[derive(Deserialize)]
pub struct Market {
    pub code: String,
    pub name: String,
    pub default_currency: String,
    /// Codes, a blank between them.
    pub countries: String,
}

/// What a group gets off the price for everybody.
#[derive(Deserialize)]
pub struct GroupPrice {
    pub customer_group: String,
    pub market: String,
    pub currency: String,
    pub min_quantity: String,
    pub percent_off: i64,
}

/// Managers stand before those who report to them.
#[derive(Deserialize)]
pub struct SalesRep {
    pub number: String,
    pub name: String,
    pub title: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub manager_number: Option<String>,
    pub account_login: Option<String>,
}

/// A bill-to, or with a sequence a ship-to of the one before.
#[derive(Deserialize)]
pub struct Customer {
    pub number: String,
    pub sequence: Option<String>,
    pub is_ship_to: bool,
    pub company_name: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub attention: Option<String>,
    pub line1: Option<String>,
    pub line2: Option<String>,
    pub city: Option<String>,
    pub region: Option<String>,
    pub postal_code: Option<String>,
    pub country_code: Option<String>,
    pub phone: Option<String>,
    pub fax: Option<String>,
    pub email: Option<String>,
    pub active: bool,
    pub currency: Option<String>,
    pub terms_code: Option<String>,
    pub sales_rep_number: Option<String>,
    pub organization_external_id: Option<String>,
    pub contact_external_id: Option<String>,
}

/// Which account orders for which customer.
#[derive(Deserialize)]
pub struct CustomerLink {
    /// An account that no sign-in has comes with the link, without a password.
    pub login: String,
    pub contact_external_id: String,
    pub customer_number: String,
    pub is_default: bool,
    /// Sequences, a bar between them; blank for all.
    pub ship_tos: Option<String>,
    pub default_ship_to: Option<String>,
}

/// An order of a person for itself, or for a customer.
#[derive(Deserialize)]
pub struct Order {
    pub number: String,
    pub status: String,
    pub placed_at: DateTime<Utc>,
    pub contact_external_id: String,
    pub customer_number: Option<String>,
    pub ship_to_sequence: Option<String>,
    pub market: Option<String>,
    pub currency: String,
    pub requested_on: Option<NaiveDate>,
    pub po_number: Option<String>,
    pub discount: String,
    pub shipping: String,
}

#[derive(Deserialize)]
pub struct OrderLine {
    pub order_number: String,
    pub variant_code: String,
    pub description: Option<String>,
    pub quantity: String,
    /// Blank where it is what the catalog says at that time.
    pub unit_price: Option<String>,
}

/// The rows of a file.
///
/// # Errors
/// For a row that does not fit; a test reads them all.
pub fn read<T: DeserializeOwned>(file: &str) -> Result<Vec<T>, csv::Error> {
    csv::Reader::from_reader(file.as_bytes())
        .deserialize()
        .collect()
}
