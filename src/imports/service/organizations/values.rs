//! Kinds and lines of business that a file brings with it.

use super::there::There;
use crate::access::{Change as _, Permission, WriteTx};
use crate::error::Result;
use crate::imports::rules::RowIn;
use crate::imports::service::new_groups::new_groups;
use crate::named_values::service::{CreateNamedValue, NamedValue};
use crate::text::{NAME, Rule, unique_key};
use entity::ids::{BusinessCategoryId, OrganizationTypeId};
use entity::{business_category, organization, organization_type};
use std::collections::HashMap;

/// Names that have to be added before an organization can have them.
#[derive(Default)]
pub(super) struct NewValues {
    pub of_type: Option<String>,
    pub category: Option<String>,
    pub group: Option<String>,
}

impl There {
    /// Kinds, lines of business and groups that rows name and that are not there, as they will be: whoever may add them does so by an import,
    /// too. Until they are written their ids are below 0.
    pub(super) fn add_new_values(&mut self, tx: &WriteTx, rows: &[RowIn]) {
        for group in new_groups(tx, rows, self.groups_named.keys()) {
            self.groups_named.insert(group.name_key.clone(), group.id);
            self.groups.insert(group.id, group);
        }
        if !tx.viewer().holds_everywhere(Permission::OrganizationEdit) {
            return;
        }
        let now = tx.now();
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
        let group = new.customer_group_id.and_then(|id| self.groups.get(&id));
        NewValues {
            group: group.filter(|row| row.id.0 < 0).map(|row| row.name.clone()),
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
