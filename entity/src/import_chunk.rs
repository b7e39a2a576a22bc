//! The file of an import, in pieces.

use super::ids::ImportId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_chunk")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: ImportId,
    /// Counted from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    pub bytes: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
