//! Imports: a file, what would come of it, and how far carrying that out has come.

use super::ids::{AccountId, ImportId};
use sea_orm::entity::prelude::*;
use serde::Serialize;

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(
    rs_type = "String",
    db_type = "Text",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Created,
    Uploaded,
    Refused,
    Planning,
    Planned,
    Checking,
    Outdated,
    Held,
    Applying,
    Stopped,
    Applied,
    Undoing,
    Undone,
    Cancelled,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "import")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportId,
    pub kind: String,
    pub status: Status,
    pub account_id: AccountId,
    /// What the file was called.
    pub name: String,
    pub settings: Json,
    pub mapping: Option<Json>,
    pub detected: Option<Json>,
    pub totals: Json,
    /// Why the file or its mapping is refused.
    pub failure: Option<String>,
    #[serde(skip)]
    pub upload_token_hash: Option<String>,
    pub upload_expires_at: Option<DateTimeUtc>,
    pub file_bytes: i64,
    pub uploaded_at: Option<DateTimeUtc>,
    /// The place of the row that was dealt with last.
    pub position: i64,
    /// Who works on it, and until when nobody else may.
    pub leased_by: Option<Uuid>,
    pub leased_until: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub planned_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
