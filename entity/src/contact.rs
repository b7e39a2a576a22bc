//! Contacts: people, each in at most one organization (T-10).

use super::ids::{AddressId, ContactId, CustomerGroupId, OrganizationId};
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "contact")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactId,
    pub external_id: Option<String>,
    #[serde(skip)]
    pub external_id_key: String,
    pub first_name: Option<String>,
    pub middle_name: Option<String>,
    pub last_name: Option<String>,
    #[serde(skip)]
    pub last_name_key: String,
    /// The full name as somebody gave it; without one, `full_name` follows the parts, else the e-mail (T-179).
    pub given_full_name: Option<String>,
    pub full_name: String,
    #[serde(skip)]
    pub full_name_key: String,
    pub email: Option<String>,
    #[serde(skip)]
    pub email_key: String,
    #[serde(skip)]
    pub search_key: String,
    pub phone: Option<String>,
    pub job_title: Option<String>,
    pub birth_date: Option<Date>,
    pub preferred_language: Option<String>,
    pub preferred_currency: Option<String>,
    pub registration_source: Option<String>,
    pub accepts_marketing: bool,
    /// When that was last said; null when nobody was ever asked.
    pub consent_updated_at: Option<DateTimeUtc>,
    pub organization_id: Option<OrganizationId>,
    pub customer_group_id: Option<CustomerGroupId>,
    pub preferred_billing_address_id: Option<AddressId>,
    pub preferred_shipping_address_id: Option<AddressId>,
    /// Set once nothing is left of the person but this row.
    pub erased_at: Option<DateTimeUtc>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    #[serde(skip)]
    #[sea_orm(belongs_to, from = "organization_id", to = "id")]
    pub organization: BelongsTo<Option<super::organization::Entity>>,
    #[serde(skip)]
    #[sea_orm(belongs_to, from = "customer_group_id", to = "id")]
    pub customer_group: BelongsTo<Option<super::customer_group::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
