//! Contacts: decided about many at a time, and written like those that mutations write.

mod cells;
mod decide;
mod put_back;
mod there;

pub use put_back::put_back;

use super::batch::Judged;
use super::new_groups::{added_group, new_groups};
use crate::access::{Consequence, Granted, WriteTx};
use crate::error::Result;
use crate::imports::rules::{Problem, RowIn};
use crate::text::{NAME, Rule, email, optional_key};
use entity::contact;
use entity::ids::ContactId;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use std::collections::HashMap;
use there::There;

/// The fields that a row may give, in the order in which changes are told.
pub const FIELDS: [&str; 15] = [
    "externalId",
    "fullName",
    "firstName",
    "middleName",
    "lastName",
    "email",
    "phone",
    "jobTitle",
    "birthDate",
    "preferredLanguage",
    "preferredCurrency",
    "acceptsMarketing",
    "organizationExternalId",
    "organizationName",
    "customerGroup",
];

/// What the key of a row begins with that has no externalId, and is told apart by its e-mail.
const BY_EMAIL: &str = "mailto:";
/// The field that names the organization where no external id does.
const ORGANIZATION_NAME: &str = "organizationName";

/// The key of a row: its externalId, else its e-mail.
///
/// # Errors
/// Why it is none.
pub fn key_of(row: &RowIn) -> Result<Option<String>, Problem> {
    let text = row.text("externalId").map(str::to_owned);
    if text.is_some() || row.text("email").is_none() {
        return Ok(Rule::identifier("externalId", NAME).apply(text)?);
    }
    let email = email("email", row.text("email").map(str::to_owned))?;
    Ok(email.map(|email| format!("{BY_EMAIL}{}", optional_key(Some(&email)))))
}

/// A contact to be written.
pub struct Step {
    old: Option<Granted<contact::Entity, Consequence>>,
    new: contact::Model,
    /// A group that has to be added before the contact can have it.
    group: Option<String>,
}

/// What comes of these rows, as things are.
///
/// # Errors
/// Faults of the database only.
pub async fn judge(
    tx: &mut WriteTx,
    rows: &[RowIn],
    keys: &[Option<String>],
    adds: bool,
) -> Result<Vec<Judged<Step>>> {
    let mut there = There::around(tx, rows, keys).await?;
    if adds {
        for group in new_groups(tx, rows, there.groups_named.keys()) {
            there.groups_named.insert(group.name_key.clone(), group.id);
            there.groups.insert(group.id, group);
        }
    }
    let judged = rows.iter().zip(keys);
    Ok(judged
        .map(|(row, key)| decide::decide(row, key.as_deref(), &there))
        .collect())
}

/// Writes contacts, and answers the id and the version of each.
///
/// # Errors
/// What the table refuses.
pub async fn write(tx: &mut WriteTx, steps: Vec<Step>) -> Result<Vec<(String, i32)>> {
    let (mut made, mut changed, mut written) = (Vec::new(), Vec::new(), Vec::new());
    let mut groups = HashMap::new();
    for mut step in steps {
        if let Some(name) = step.group.take() {
            step.new.customer_group_id = Some(added_group(tx, &mut groups, name).await?);
        }
        if step.old.is_none() {
            step.new.id = ContactId(tx.fresh_id());
        }
        let version = step.old.as_ref().map_or(1, |old| old.version + 1);
        written.push((step.new.id.to_string(), version));
        let new = step.new.into_active_model().reset_all();
        match step.old {
            Some(old) => changed.push((old, new)),
            None => made.push(new),
        }
    }
    tx.insert_all::<contact::Entity>(made).await?;
    tx.save_all(changed).await?;
    Ok(written)
}

impl RowIn {
    /// The field by which the row says where the contact belongs: the name counts where it gives no external id.
    fn place_field(&self) -> &'static str {
        let given = self.wanted("organizationExternalId").is_some();
        if !given && self.text(ORGANIZATION_NAME).is_some() {
            ORGANIZATION_NAME
        } else {
            "organizationExternalId"
        }
    }
}
