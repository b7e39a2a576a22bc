//! What the cells of a row about an organization name.

use super::there::There;
use super::{PARENT, PARENT_NAME, Says};
use crate::error::{Code, UserError};
use crate::imports::rules::Problem;
use crate::text::unique_key;
use entity::ids::{BusinessCategoryId, CustomerGroupId, OrganizationId, OrganizationTypeId};

fn nonblank(named: Option<&str>) -> Option<&str> {
    named.map(str::trim).filter(|named| !named.is_empty())
}

fn not_found(field: &str) -> UserError {
    UserError::new(Code::NotFound, field, format!("{field} not found"))
}

pub(super) fn first_type(there: &There) -> Option<OrganizationTypeId> {
    // What is only going to be added comes after what is there.
    let there = there.types.values().map(|row| row.id);
    there.filter(|id| id.0 > 0).min()
}

pub(super) fn named_type(
    named: Option<&str>,
    creating: bool,
    there: &There,
) -> Result<Option<OrganizationTypeId>, UserError> {
    match nonblank(named) {
        None if creating => Ok(None),
        None => {
            let message = "the type cannot be cleared";
            Err(UserError::new(Code::Invalid, "type", message))
        }
        Some(named) => match there.types.get(&unique_key(named)) {
            Some(found) => Ok(Some(found.id)),
            None => Err(not_found("type")),
        },
    }
}

pub(super) fn type_name(id: OrganizationTypeId, there: &There) -> Option<String> {
    let mut types = there.types.values();
    types.find(|row| row.id == id).map(|row| row.name.clone())
}

pub(super) fn named_category(
    named: Option<&str>,
    there: &There,
) -> Result<Option<BusinessCategoryId>, UserError> {
    let Some(named) = nonblank(named) else {
        return Ok(None);
    };
    match there.categories.get(&unique_key(named)) {
        Some(found) => Ok(Some(found.id)),
        None => Err(not_found("businessCategory")),
    }
}

pub(super) fn category_name(id: BusinessCategoryId, there: &There) -> Option<String> {
    let mut categories = there.categories.values();
    let found = categories.find(|row| row.id == id);
    found.map(|row| row.name.clone())
}

pub(super) fn named_group(
    named: Option<&str>,
    there: &There,
) -> Result<Option<CustomerGroupId>, UserError> {
    let Some(named) = nonblank(named) else {
        return Ok(None);
    };
    let found = there.groups_named.get(&unique_key(named)).copied();
    found.map(Some).ok_or_else(|| not_found("customerGroup"))
}

pub(super) fn parent(says: Says<'_>, there: &There) -> Result<Option<OrganizationId>, UserError> {
    match says {
        Says::Nothing | Says::Root => Ok(None),
        Says::Key(key) => {
            let missing = || UserError::new(Code::NotFound, PARENT, "organization not found");
            there.parents.of_key(key).map(Some).ok_or_else(missing)
        }
        Says::Name(name) => match there.parents.of_name(name) {
            [only] => Ok(Some(*only)),
            found => Err(misnamed(found.len()).into()),
        },
    }
}

/// Why a name means no organization, where so many are called that.
pub(super) fn misnamed(found: usize) -> Problem {
    match found {
        0 => Problem::new(Code::NotFound, PARENT_NAME, "organization not found"),
        found => {
            let message = format!("{found} organizations are called that; give a parentExternalId");
            Problem::new(Code::Conflict, PARENT_NAME, message)
        }
    }
}
