//! Lists of imports and of their rows.

use super::object::{ImportAction, ImportRowState};
use crate::access::page::Sort;
use entity::ids::ImportId;
use entity::import_row::{Action, Column, State};
use entity::{import, import_mapping, import_row};
use sea_orm::{ColumnTrait, Condition};

/// Narrows the rows of an import down; all given fields must hold.
#[derive(Clone, Debug, Default, async_graphql::InputObject)]
pub struct ImportRowFilter {
    /// Those of which one of these would come. An empty list matches nothing.
    pub actions: Option<Vec<ImportAction>>,
    /// Those of which one of these came. An empty list matches nothing.
    pub states: Option<Vec<ImportRowState>>,
}

impl ImportRowFilter {
    /// The rows of the import that pass.
    #[must_use]
    pub fn condition(&self, id: ImportId) -> Condition {
        let mut all = Condition::all().add(Column::ImportId.eq(id));
        if let Some(actions) = &self.actions {
            all = all.add(Column::Action.is_in(actions.iter().copied().map(Action::from)));
        }
        if let Some(states) = &self.states {
            all = all.add(Column::State.is_in(states.iter().copied().map(State::from)));
        }
        all
    }
}

impl From<ImportRowState> for State {
    fn from(state: ImportRowState) -> Self {
        match state {
            ImportRowState::Read => Self::Read,
            ImportRowState::Planned => Self::Planned,
            ImportRowState::Applied => Self::Applied,
            ImportRowState::Refused => Self::Refused,
            ImportRowState::Undone => Self::Undone,
            ImportRowState::NotUndone => Self::NotUndone,
        }
    }
}

/// The order of an import's rows: by their numbers.
pub struct ImportRowOrder;

impl ImportRowOrder {
    /// What cursors of this order say first.
    pub const TAG: &'static str = "importRow Number";

    /// The order in SQL.
    #[must_use]
    pub fn sort() -> Sort<import_row::Entity> {
        Sort {
            columns: vec![Column::Number],
            descending: false,
        }
    }
}

/// The order of imports: the latest first.
pub struct ImportOrder;

impl ImportOrder {
    /// What cursors of this order say first.
    pub const TAG: &'static str = "import CreatedAt";

    /// The order in SQL.
    #[must_use]
    pub fn sort() -> Sort<import::Entity> {
        Sort {
            columns: vec![import::Column::CreatedAt],
            descending: true,
        }
    }
}

/// The order of saved mappings: by their names.
pub struct ImportMappingOrder;

impl ImportMappingOrder {
    /// What cursors of this order say first.
    pub const TAG: &'static str = "importMapping Name";

    /// The order in SQL.
    #[must_use]
    pub fn sort() -> Sort<import_mapping::Entity> {
        Sort {
            columns: vec![import_mapping::Column::NameKey],
            descending: false,
        }
    }
}
