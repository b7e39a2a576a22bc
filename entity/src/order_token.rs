//! Tokens for one order each. Only their SHA-256 is stored.

use super::ids::{AccountId, OrderId, OrderTokenId};
use sea_orm::entity::prelude::*;

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Purpose {
    /// To look the order up without signing in.
    #[sea_orm(string_value = "LOOK_UP")]
    LookUp,
    /// To make the order one's own: comes by mail to the address in the order (T-64).
    #[sea_orm(string_value = "CLAIM")]
    Claim,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_token")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderTokenId,
    pub order_id: OrderId,
    pub purpose: Purpose,
    /// Lower-case hexadecimal SHA-256 of the token.
    pub token_hash: String,
    /// Who asked to claim the order: nobody else can use the token.
    pub account_id: Option<AccountId>,
    pub created_at: DateTimeUtc,
    /// Exclusive; null is for ever.
    pub expires_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
