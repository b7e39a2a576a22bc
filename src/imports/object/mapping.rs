//! Saved mappings as clients see them.

use super::file::{ImportFieldMapping, fields};
use crate::access::Granted;
use crate::connection;
use crate::error::Result;
use crate::graphql::at_once::{Asked, AtOnce};
use crate::graphql::global_id;
use crate::graphql::scalars::DateTime;
use crate::imports::service::Kind;
use async_graphql::{ID, Object, Value};
use entity::import_mapping;

/// Which column of a file goes to which field, saved under a name. Visible with IMPORT_RUN, whoever saved it.
#[derive(Clone)]
pub struct ImportMapping(pub Granted<import_mapping::Entity>);

impl From<Granted<import_mapping::Entity>> for ImportMapping {
    fn from(row: Granted<import_mapping::Entity>) -> Self {
        Self(row)
    }
}

connection!(
    ImportMappingConnection,
    ImportMappingEdge,
    ImportMapping,
    "saved mappings"
);

/// Which column of a file goes to which field, saved under a name. Visible with IMPORT_RUN, whoever saved it.
#[Object]
impl ImportMapping {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode::<import_mapping::Entity>(self.0.id)
    }

    /// What the rows of its files are about.
    fn kind(&self) -> Result<Kind> {
        Kind::named(&self.0.kind)
    }

    /// Its name, which no other of its kind has, at most 512 characters.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Where each field comes from.
    async fn fields(&self) -> Vec<ImportFieldMapping> {
        let mapping = serde_json::from_value(self.0.mapping.clone()).ok();
        mapping.map_or_else(Vec::new, |mapping| fields(&mapping, None))
    }

    /// When it was saved last.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}

impl AtOnce for ImportMapping {
    fn at_once(&self, asked: &Asked<'_>) -> Option<Value> {
        match asked.name() {
            "id" => Some(Value::String(
                global_id::encode::<import_mapping::Entity>(self.0.id).0,
            )),
            "name" => Some(Value::String(self.0.name.clone())),
            _ => None,
        }
    }
}
