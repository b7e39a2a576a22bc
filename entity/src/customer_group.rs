//! Customer groups: flat (T-02), keyed by number, shared by contacts and organizations.

use super::ids::CustomerGroupId;
use sea_orm::entity::prelude::*;
use serde::Serialize;

/// Whether a group may be given to anyone new. Both count as groups (T-17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Status {
    #[sea_orm(string_value = "ACTIVE")]
    #[serde(rename = "ACTIVE")]
    Active,
    #[sea_orm(string_value = "ARCHIVED")]
    #[serde(rename = "ARCHIVED")]
    Archived,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "customer_group")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CustomerGroupId,
    pub name: String,
    #[serde(skip)]
    pub name_key: String,
    pub rank: i32,
    pub status: Status,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
