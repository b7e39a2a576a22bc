//! Fields that are looked after by hand: imports and feeds leave them alone.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "field_owner")]
pub struct Model {
    /// The kind of the row, as in global ids.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub row_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub field: String,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
