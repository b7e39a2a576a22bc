//! Roles: named sets of permissions.

use super::ids::RoleId;
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "role")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RoleId,
    pub name: String,
    #[serde(skip)]
    pub name_key: String,
    pub description: Option<String>,
    /// Neither renamed nor deleted: Everyone, Registered, Administrators.
    pub system: bool,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    #[serde(skip)]
    #[sea_orm(has_many)]
    pub permissions: HasMany<super::role_permission::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
