//! Notes that the staff keeps on contacts.

use super::ids::{AccountId, ContactId, ContactNoteId};
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "contact_note")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactNoteId,
    pub contact_id: ContactId,
    pub title: String,
    pub text: Option<String>,
    /// Who wrote it: an account that may be gone by now.
    pub author_id: Option<AccountId>,
    /// What the author signed in with then. It is about the author and not about the contact, so the history does not hold it.
    #[serde(skip)]
    pub author_login: Option<String>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
