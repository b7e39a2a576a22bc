//! Organizations: decided about many at a time, level by level of the tree, and written like those that mutations write.
//!
//! Rows of one batch hang below organizations that are there, or that rows of lower stages have made by then. What moves is looked at one by
//! one, as it is rare: each costs some statements of its own.

mod cells;
mod decide;
mod order;
mod put_back;
mod there;
mod tree;
mod upon;
mod upsert;
mod values;

pub use order::order;
pub use put_back::put_back;
pub use upon::{blame, needs};
pub use upsert::UpsertOrganizations;

use super::batch::Judged;
use super::new_groups::added_group;
use crate::access::{Consequence, Granted, WriteTx};
use crate::error::Result;
use crate::imports::rules::{Given, Problem, RowIn};
use crate::text::{NAME, Rule, unique_key};
use entity::ids::OrganizationId;
use entity::{business_category, organization, organization_type};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use std::collections::HashMap;
use there::There;
use values::{NewValues, added};

/// The fields that a row may give, in the order in which changes are told.
pub const FIELDS: [&str; 10] = [
    "externalId",
    "name",
    "description",
    "type",
    "businessCategory",
    PARENT,
    PARENT_NAME,
    "customerGroup",
    STATUS,
    DELETED,
];
/// Those of them that can be looked after by hand.
pub const OWNABLE: [&str; 6] = [
    "name",
    "description",
    "type",
    "businessCategory",
    PARENT,
    "customerGroup",
];

/// What the key of a row begins with that has no externalId, and is told apart by its name: no externalId begins with a blank.
const BY_NAME: &str = " name:";
const PARENT: &str = "parentExternalId";
const PARENT_NAME: &str = "parentName";
const STATUS: &str = "status";
const DELETED: &str = "deleted";

/// An organization to be written.
pub struct Step {
    old: Option<Granted<organization::Entity, Consequence>>,
    new: organization::Model,
    values: NewValues,
}

/// What a row says of what its organization hangs below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says<'r> {
    /// Nothing: what is there stays where it is, and what is new becomes a root.
    Nothing,
    Root,
    /// The organization of this external id.
    Key(&'r str),
    /// The only organization of this name.
    Name(&'r str),
}

impl<'r> Says<'r> {
    /// What `row` says. The external id counts before the name.
    fn of(row: &'r RowIn) -> Self {
        let said = |field| match row.fields.get(field) {
            None | Some(Given::Absent | Given::Blank) => None,
            Some(Given::Clear) => Some(None),
            Some(Given::Text(_)) => Some(row.text(field)),
        };
        match (said(PARENT), said(PARENT_NAME)) {
            (Some(Some(key)), _) => Self::Key(key),
            (_, Some(Some(name))) => Self::Name(name),
            (None, None) => Self::Nothing,
            _ => Self::Root,
        }
    }
}

/// The key of a row: its externalId, else, in a file, its name.
///
/// # Errors
/// Why it is none.
pub fn key_of(row: &RowIn) -> Result<Option<String>, Problem> {
    let silent = matches!(
        row.fields.get("externalId"),
        None | Some(Given::Absent | Given::Blank)
    );
    match row.reference("name").filter(|_| silent) {
        Some(name) => Ok(Some(key_of_name(name))),
        None => Ok(Rule::identifier("externalId", NAME)
            .apply(row.text("externalId").map(str::to_owned))?),
    }
}

fn key_of_name(name: &str) -> String {
    format!("{BY_NAME}{}", unique_key(name))
}

/// What comes of these rows, as things are. None of them hangs below another one.
///
/// # Errors
/// Faults of the database only.
pub async fn judge(
    tx: &mut WriteTx,
    rows: &[RowIn],
    keys: &[Option<String>],
    adds: bool,
) -> Result<Vec<Judged<Step>>> {
    // Two crossing moves could each pass the cycle check, so changes to the tree take turns (T-25).
    tx.lock_tree().await?;
    let mut there = There::around(tx, rows, keys).await?;
    if adds {
        there.add_new_values(tx, rows);
    }
    let judged = rows.iter().zip(keys);
    Ok(judged
        .map(|(row, key)| decide::decide(row, key.as_deref(), &there))
        .collect())
}

/// Writes organizations, and answers the id and the version of each.
///
/// # Errors
/// What the table refuses.
pub async fn write(tx: &mut WriteTx, steps: Vec<Step>) -> Result<Vec<(String, i32)>> {
    let (mut types, mut categories) = (HashMap::new(), HashMap::new());
    let mut groups = HashMap::new();
    let (mut made, mut changed, mut written) = (Vec::new(), Vec::new(), Vec::new());
    let (mut entering, mut moving) = (Vec::new(), Vec::new());
    for mut step in steps {
        if step.old.is_none() {
            step.new.id = OrganizationId(tx.fresh_id());
        }
        if let Some(name) = step.values.of_type.take() {
            step.new.type_id = added::<organization_type::Entity>(tx, &mut types, name).await?;
        }
        if let Some(name) = step.values.category.take() {
            let id = added::<business_category::Entity>(tx, &mut categories, name).await?;
            step.new.business_category_id = Some(id);
        }
        if let Some(name) = step.values.group.take() {
            step.new.customer_group_id = Some(added_group(tx, &mut groups, name).await?);
        }
        let id = step.new.id;
        let version = step.old.as_ref().map_or(1, |old| old.version + 1);
        written.push((id.to_string(), version));
        let parent = step.new.parent_id;
        let new = step.new.into_active_model().reset_all();
        match step.old {
            Some(old) => {
                if old.parent_id != parent {
                    moving.push((id, parent));
                }
                changed.push((old, new));
            }
            None => {
                entering.push(id);
                made.push(new);
            }
        }
    }
    tx.insert_all::<organization::Entity>(made).await?;
    tx.closure_enter_all(&entering).await?;
    tx.save_all(changed).await?;
    for (id, parent) in moving {
        tx.closure_move(id, parent).await?;
    }
    Ok(written)
}
