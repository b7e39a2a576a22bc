//! Tokens that come by mail and are good for one thing, once. Only their SHA-256 is stored.

use super::ids::{AccountId, AccountTokenId};
use sea_orm::entity::prelude::*;

/// What a token is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Purpose {
    /// To set a new password.
    #[sea_orm(string_value = "RESET")]
    Reset,
    /// To confirm a registration.
    #[sea_orm(string_value = "CONFIRM")]
    Confirm,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account_token")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountTokenId,
    pub account_id: AccountId,
    pub purpose: Purpose,
    /// Lower-case hexadecimal SHA-256 of the token.
    pub token_hash: String,
    /// The password chosen by the registration that this token confirms, hashed.
    pub password_hash: Option<String>,
    /// What else that registration said.
    pub registration: Option<Json>,
    pub created_at: DateTimeUtc,
    /// Exclusive.
    pub expires_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
