//! The tree's one row: changes to the tree take turns on it (T-25), and it counts them.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tree")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Goes up by one with every change to the tree's shape.
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}
