//! What changed, append-only: one entry for each changed row of each write.

use super::ids::{AccountId, HistoryEntryId};
use sea_orm::entity::prelude::*;

/// What happened to the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Action {
    #[sea_orm(string_value = "CREATE")]
    Create,
    #[sea_orm(string_value = "UPDATE")]
    Update,
    #[sea_orm(string_value = "DELETE")]
    Delete,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "history_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: HistoryEntryId,
    /// The kind of the row, as in global ids: `organization`.
    pub entity: String,
    pub entity_id: String,
    pub action: Action,
    /// The columns that changed, before. Null for a created row.
    pub old_values: Option<Json>,
    /// The columns that changed, after. Null for a deleted row.
    pub new_values: Option<Json>,
    /// The mutation that did it.
    pub mutation: String,
    pub actor_id: Option<AccountId>,
    pub on_behalf_of_id: Option<AccountId>,
    pub request_id: String,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
