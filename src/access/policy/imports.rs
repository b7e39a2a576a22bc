//! The rules about imports: their reports show what whoever runs them may see, so nobody else sees them.

use super::{everything, nothing};
use crate::access::guarded::{Action, Guarded, Versioned};
use crate::access::predicate::ids_of;
use crate::access::{Permission, Viewer};
use entity::ids::{ImportId, ImportMappingId, ImportRowId};
use entity::{import, import_mapping, import_row};
use sea_orm::{ColumnTrait, Condition, DbBackend};

/// Imports: one's own, for as long as one may run any.
impl Guarded for import::Entity {
    type Id = ImportId;
    const KIND: &'static str = "import";
    const ID: import::Column = import::Column::Id;

    fn id_of(row: &import::Model) -> ImportId {
        row.id
    }

    fn permission(_: Action) -> Option<Permission> {
        Some(Permission::ImportRun)
    }

    fn reached(viewer: &Viewer, _: Action, _: DbBackend) -> Condition {
        match viewer.account_id() {
            Some(own) if viewer.holds(Permission::ImportRun) => {
                Condition::all().add(import::Column::AccountId.eq(own))
            }
            _ => nothing(),
        }
    }
}

/// Rows of imports: with their import.
impl Guarded for import_row::Entity {
    type Id = ImportRowId;
    const KIND: &'static str = "importRow";
    const ID: import_row::Column = import_row::Column::Id;

    fn id_of(row: &import_row::Model) -> ImportRowId {
        row.id
    }

    fn permission(_: Action) -> Option<Permission> {
        Some(Permission::ImportRun)
    }

    fn reached(viewer: &Viewer, action: Action, engine: DbBackend) -> Condition {
        let own = import::Entity::reached(viewer, action, engine);
        Condition::all()
            .add(import_row::Column::ImportId.in_subquery(ids_of::<import::Entity>(own)))
    }
}

/// Saved mappings: whoever may import anything shares them, as they say nothing of anybody.
impl Guarded for import_mapping::Entity {
    type Id = ImportMappingId;
    const KIND: &'static str = "importMapping";
    const ID: import_mapping::Column = import_mapping::Column::Id;

    fn id_of(row: &import_mapping::Model) -> ImportMappingId {
        row.id
    }

    fn permission(_: Action) -> Option<Permission> {
        Some(Permission::ImportRun)
    }

    fn reached(viewer: &Viewer, _: Action, _: DbBackend) -> Condition {
        if viewer.holds(Permission::ImportRun) {
            everything()
        } else {
            nothing()
        }
    }
}

impl Versioned for import_mapping::Entity {
    const VERSION: import_mapping::Column = import_mapping::Column::Version;
    const UPDATED_AT: import_mapping::Column = import_mapping::Column::UpdatedAt;

    fn version_of(row: &import_mapping::Model) -> i32 {
        row.version
    }
}
