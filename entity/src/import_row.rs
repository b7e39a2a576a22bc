//! Rows of imports: what was given, what would come of it, and what came of it.

use super::ids::{ImportId, ImportRowId};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// What would come of a row.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumIter, DeriveActiveEnum,
)]
#[sea_orm(
    rs_type = "String",
    db_type = "Text",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Action {
    Create,
    Update,
    Unchanged,
    Skip,
    Error,
}

/// What came of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(
    rs_type = "String",
    db_type = "Text",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// Nothing was decided about it yet.
    Read,
    Planned,
    Applied,
    Refused,
    Undone,
    NotUndone,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "import_row")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportRowId,
    pub import_id: ImportId,
    /// As a spreadsheet program shows it (T-160).
    pub number: i64,
    /// Rows of one stage do not depend on each other, only on rows of lower ones: of organizations the levels of the tree.
    pub stage: i32,
    /// The order in which rows are dealt with: by stage, and within one so that what belongs together lies together.
    pub place: i64,
    pub key: String,
    pub given: Json,
    pub action: Action,
    /// The id of the row that it is about.
    pub target_id: Option<String>,
    pub changes: Json,
    pub kept: Json,
    pub problems: Json,
    pub cleanings: Json,
    pub state: State,
    /// The version that the import left; none where it changed nothing.
    pub version_after: Option<i32>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Action {
    /// Whether it changes anything.
    #[must_use]
    pub fn writes(self) -> bool {
        matches!(self, Self::Create | Self::Update)
    }
}
