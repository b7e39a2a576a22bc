//! The ship-tos of a customer that one account may have sent to, where these are not all of them (T-80).

use super::ids::{CustomerId, CustomerLinkId, CustomerLinkShipToId};
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "customer_link_ship_to")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CustomerLinkShipToId,
    pub link_id: CustomerLinkId,
    pub ship_to_id: CustomerId,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
