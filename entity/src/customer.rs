//! Customers as an ERP has them: those it bills, and the places that it ships to (T-82).

use super::ids::{ContactId, CustomerId, OrganizationId, SalesRepId};
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "customer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CustomerId,
    /// As the ERP writes it; leading zeros count. A bill-to and its ship-tos share it.
    pub number: String,
    #[serde(skip)]
    pub number_key: String,
    /// Empty for a bill-to, filled for a ship-to.
    pub sequence: String,
    /// Null for a bill-to.
    pub bill_to_id: Option<CustomerId>,
    /// Always for a filled sequence; for a bill-to when goods are sent there, too.
    pub is_ship_to: bool,
    pub company_name: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    #[serde(skip)]
    pub name_key: String,
    #[serde(skip)]
    pub search_key: String,
    pub attention: Option<String>,
    pub line1: Option<String>,
    pub line2: Option<String>,
    pub line3: Option<String>,
    pub line4: Option<String>,
    pub city: Option<String>,
    pub region: Option<String>,
    pub postal_code: Option<String>,
    pub country_code: Option<String>,
    pub phone: Option<String>,
    pub fax: Option<String>,
    pub email: Option<String>,
    #[serde(skip)]
    pub email_key: String,
    /// Nobody orders for one that is not (T-85).
    pub active: bool,
    /// Stands for shoppers without one of their own.
    pub guest: bool,
    pub currency: Option<String>,
    pub terms_code: Option<String>,
    pub price_code: Option<String>,
    /// The primary sales rep; a ship-to's is its bill-to's.
    pub sales_rep_id: Option<SalesRepId>,
    /// Where the rights on it are asked for, never inferred (T-84); a ship-to's is its bill-to's.
    pub organization_id: Option<OrganizationId>,
    /// The person it came into being for, with an order (T-62); a ship-to's is its bill-to's.
    pub contact_id: Option<ContactId>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl Model {
    /// Whether it is billed: what has no sequence.
    #[must_use]
    pub fn is_bill_to(&self) -> bool {
        self.bill_to_id.is_none()
    }

    /// What it is called: the company, else the person's first and last name.
    #[must_use]
    pub fn name(&self) -> String {
        if let Some(company) = &self.company_name {
            return company.clone();
        }
        let parts = [self.first_name.as_deref(), self.last_name.as_deref()];
        let person: Vec<&str> = parts.into_iter().flatten().collect();
        person.join(" ")
    }

    /// The bill-to: itself, if it is one.
    #[must_use]
    pub fn billed(&self) -> CustomerId {
        self.bill_to_id.unwrap_or(self.id)
    }
}

impl ActiveModelBehavior for ActiveModel {}
