//! Mappings that were saved under a name: which column of a file goes to which field.

use super::ids::ImportMappingId;
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "import_mapping")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportMappingId,
    /// What the rows are about, as in `import.kind`.
    pub kind: String,
    pub name: String,
    /// Unique within the kind.
    pub name_key: String,
    pub mapping: Json,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
