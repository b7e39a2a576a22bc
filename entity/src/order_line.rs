//! The lines of orders, as they were priced then.

use super::exact::{Amount, Quantity};
use super::ids::{CustomerGroupId, OrderId, OrderLineId, PriceId};
use super::price::Source;
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "order_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderLineId,
    pub order_id: OrderId,
    /// From 1 on, in the order in which they were given.
    pub position: i32,
    pub variant_code: String,
    pub description: Option<String>,
    pub quantity: Quantity,
    pub unit_price: Amount,
    /// Quantity times price, rounded to the currency.
    pub total: Amount,
    /// Whom the price was for; null for an order that came with its prices.
    pub price_source: Option<Source>,
    /// The price; may be gone.
    pub price_id: Option<PriceId>,
    /// The group that the price was for; may be gone.
    pub customer_group_id: Option<CustomerGroupId>,
    pub customer_group_name: Option<String>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
