//! Kinds and lines of business that a file brings with it.

use super::there::There;
use crate::access::{Change as _, WriteTx};
use crate::error::Result;
use crate::imports::rules::RowIn;
use crate::named_values::service::{CreateNamedValue, NamedValue};
use crate::text::{NAME, Rule, unique_key};
use chrono::{DateTime, Utc};
use entity::ids::{BusinessCategoryId, OrganizationTypeId};
use entity::{business_category, organization, organization_type};
use std::collections::HashMap;

/// Names that have to be added before an organization can have them.
#[derive(Default)]
pub(super) struct NewValues {
    pub of_type: Option<String>,
    pub category: Option<String>,
}

impl There {
    /// Kinds and lines of business that rows name and that are not there, as they will be: whoever may change organizations everywhere may
    /// add them, and so does their import. Until they are written their ids are below 0.
    pub(super) fn add_new_values(&mut self, rows: &[RowIn], now: DateTime<Utc>) {
        let mut next = 0;
        for row in rows {
            if let Some((key, name)) = new_value(row, "type")
                && !self.types.contains_key(&key)
            {
                next -= 1;
                let new = organization_type::Model {
                    id: OrganizationTypeId(next),
                    name,
                    name_key: key.clone(),
                    version: 1,
                    created_at: now,
                    updated_at: now,
                };
                self.types.insert(key, new);
            }
            if let Some((key, name)) = new_value(row, "businessCategory")
                && !self.categories.contains_key(&key)
            {
                next -= 1;
                let new = business_category::Model {
                    id: BusinessCategoryId(next),
                    name,
                    name_key: key.clone(),
                    version: 1,
                    created_at: now,
                    updated_at: now,
                };
                self.categories.insert(key, new);
            }
        }
    }

    /// The name of the kind, and of the line of business, that have to be added for an organization.
    pub(super) fn new_values_of(&self, new: &organization::Model) -> NewValues {
        let of_type = self.types.values().find(|row| row.id == new.type_id);
        let category = self
            .categories
            .values()
            .find(|row| Some(row.id) == new.business_category_id);
        NewValues {
            of_type: of_type
                .filter(|row| row.id.0 < 0)
                .map(|row| row.name.clone()),
            category: category
                .filter(|row| row.id.0 < 0)
                .map(|row| row.name.clone()),
        }
    }
}

/// The key and the name of a value that a row names, where it is fit to be one.
fn new_value(row: &RowIn, field: &'static str) -> Option<(String, String)> {
    let name = row.reference(field)?.to_owned();
    let name = Rule::line(field, NAME).apply(Some(name)).ok().flatten()?;
    Some((unique_key(&name), name))
}

/// The value of a name, which is added where it was not yet.
pub(super) async fn added<E: NamedValue + Sync + 'static>(
    tx: &mut WriteTx,
    known: &mut HashMap<String, E::Id>,
    name: String,
) -> Result<E::Id> {
    if let Some(id) = known.get(&name) {
        return Ok(*id);
    }
    let create = CreateNamedValue::<E> {
        name: name.clone(),
        kind: std::marker::PhantomData,
    };
    let id = create.apply(tx).await?;
    known.insert(name, id);
    Ok(id)
}
