//! Which account may order for which customer, to where, and for how long (T-80).

use super::ids::{AccountId, CustomerId, CustomerLinkId};
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "customer_link")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CustomerLinkId,
    pub account_id: AccountId,
    /// A bill-to.
    pub customer_id: CustomerId,
    /// Whether an order that names no customer is for this one; at most one an account.
    pub is_default: bool,
    /// 0 for the default, 1 for the others: lists begin with it.
    #[serde(skip)]
    pub rank: i32,
    /// Else only those in `customer_link_ship_to`.
    pub all_ship_tos: bool,
    /// Where an order goes that names no ship-to.
    pub default_ship_to_id: Option<CustomerId>,
    /// Inclusive; null is since ever.
    pub valid_from: Option<DateTimeUtc>,
    /// Exclusive; null is for ever.
    pub valid_until: Option<DateTimeUtc>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
