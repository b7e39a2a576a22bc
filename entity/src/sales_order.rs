//! Orders. The table is named so because `order` is a word of SQL.

use super::exact::Amount;
use super::ids::{
    AccountId, ContactId, CustomerGroupId, CustomerId, MarketId, OrderId, OrganizationId,
};
use sea_orm::entity::prelude::*;
use serde::Serialize;

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Status {
    #[sea_orm(string_value = "SUBMITTED")]
    #[serde(rename = "SUBMITTED")]
    Submitted,
    #[sea_orm(string_value = "PROCESSING")]
    #[serde(rename = "PROCESSING")]
    Processing,
    #[sea_orm(string_value = "SHIPPED")]
    #[serde(rename = "SHIPPED")]
    Shipped,
    #[sea_orm(string_value = "COMPLETED")]
    #[serde(rename = "COMPLETED")]
    Completed,
    #[sea_orm(string_value = "CANCELLED")]
    #[serde(rename = "CANCELLED")]
    Cancelled,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "sales_order")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderId,
    pub number: String,
    #[serde(skip)]
    pub number_key: String,
    pub erp_number: Option<String>,
    #[serde(skip)]
    pub erp_number_key: String,
    pub status: Status,
    pub placed_at: DateTimeUtc,
    /// The bill-to; null for an order without a customer.
    pub customer_id: Option<CustomerId>,
    pub ship_to_id: Option<CustomerId>,
    /// Where the right to see it is asked for; moves up when that organization is deleted.
    pub organization_id: Option<OrganizationId>,
    pub organization_name: Option<String>,
    /// For whom it was placed.
    pub contact_id: Option<ContactId>,
    pub contact_name: Option<String>,
    pub contact_email: Option<String>,
    /// Who placed it; may be of an account that is gone.
    pub account_id: Option<AccountId>,
    /// The login of that account then.
    pub placed_by: Option<String>,
    /// Who acted on behalf of that account (T-73).
    pub actor_id: Option<AccountId>,
    pub actor: Option<String>,
    /// The effective group whose prices counted; may be gone.
    pub customer_group_id: Option<CustomerGroupId>,
    pub customer_group_name: Option<String>,
    pub market_id: Option<MarketId>,
    pub currency: String,
    /// The address as it was.
    pub bill_to: Json,
    /// The address as it was.
    pub ship_to: Json,
    pub po_number: Option<String>,
    #[serde(skip)]
    pub po_number_key: String,
    pub requested_on: Option<Date>,
    pub notes: Option<String>,
    pub subtotal: Amount,
    pub discount: Amount,
    pub tax: Amount,
    pub shipping: Amount,
    pub total: Amount,
    /// When whoever reads its mail made it their own; it was placed without signing in then (T-64).
    pub claimed_at: Option<DateTimeUtc>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
