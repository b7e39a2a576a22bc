//! Accounts: sign-ins, each of at most one contact, which outlives them (T-69).

use super::ids::{AccountId, ContactId};
use sea_orm::entity::prelude::*;
use serde::Serialize;

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
