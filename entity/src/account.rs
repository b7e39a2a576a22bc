//! Accounts: sign-ins, each of at most one contact, which outlives them (T-69).

use super::ids::{AccountId, ContactId};
use sea_orm::entity::prelude::*;
use serde::Serialize;

/// How an account came into being.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, EnumIter, DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Origin {
    /// Somebody registered.
    #[sea_orm(string_value = "REGISTRATION")]
    #[serde(rename = "REGISTRATION")]
    Registration,
    /// Somebody who may made it.
    #[default]
    #[sea_orm(string_value = "MANUAL")]
    #[serde(rename = "MANUAL")]
    Manual,
    /// An import brought it.
    #[sea_orm(string_value = "IMPORT")]
    #[serde(rename = "IMPORT")]
    Import,
    /// A new customer placed an order.
    #[sea_orm(string_value = "ORDER")]
    #[serde(rename = "ORDER")]
    Order,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountId,
    pub login: String,
    #[serde(skip)]
    pub login_key: String,
    /// Login and e-mail, for searching.
    #[serde(skip)]
    pub search_key: String,
    pub email: Option<String>,
    pub contact_id: Option<ContactId>,
    /// Null while nobody can sign in by password.
    #[serde(skip)]
    pub password_hash: Option<String>,
    pub approved: bool,
    /// Made by a registration that nobody has confirmed yet.
    pub awaits_confirmation: bool,
    pub registration_source: Origin,
    pub active: bool,
    pub locked_until: Option<DateTimeUtc>,
    #[serde(skip)]
    pub last_sign_in_at: Option<DateTimeUtc>,
    pub comment: Option<String>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    #[serde(skip)]
    #[sea_orm(belongs_to, from = "contact_id", to = "id")]
    pub contact: BelongsTo<Option<super::contact::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
