//! The next number for each kind of row that is known by a number. Numbers only go up, so none is given out twice (T-18).

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "number_series")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub next_number: i64,
}

impl ActiveModelBehavior for ActiveModel {}
