//! What stands in the cells of a row about a contact.

use super::ORGANIZATION_NAME;
use super::there::There;
use crate::error::{Code, UserError};
use crate::text::{sort_key, unique_key};
use chrono::NaiveDate;
use entity::ids::{CustomerGroupId, OrganizationId};

pub(super) fn birth_date(text: Option<&str>) -> Result<Option<NaiveDate>, UserError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d");
    let message = "birthDate is a day such as 1970-12-31";
    day.map(Some)
        .map_err(|_| UserError::new(Code::Invalid, "birthDate", message))
}

pub(super) fn yes_or_no(field: &str, text: Option<&str>) -> Result<bool, UserError> {
    match text.map(str::trim).map(str::to_lowercase).as_deref() {
        None | Some("" | "false" | "no" | "0") => Ok(false),
        Some("true" | "yes" | "1") => Ok(true),
        Some(_) => {
            let message = format!("{field} is true or false");
            Err(UserError::new(Code::Invalid, field, message))
        }
    }
}

pub(super) fn named_organization(
    field: &str,
    named: Option<&str>,
    there: &There,
) -> Result<Option<OrganizationId>, UserError> {
    let Some(named) = named.map(str::trim).filter(|named| !named.is_empty()) else {
        return Ok(None);
    };
    let missing = || UserError::new(Code::NotFound, field, "organization not found");
    if field != ORGANIZATION_NAME {
        let found = there.organizations.get(named).copied();
        return found.map(Some).ok_or_else(missing);
    }
    match there.organizations_named.get(&sort_key(named)) {
        None => Err(missing()),
        Some((1, id)) => Ok(Some(*id)),
        Some((several, _)) => {
            let message =
                format!("{several} organizations have this name; give organizationExternalId");
            Err(UserError::new(Code::Conflict, field, message))
        }
    }
}

pub(super) fn named_group(
    named: Option<&str>,
    there: &There,
) -> Result<Option<CustomerGroupId>, UserError> {
    let Some(named) = named.map(str::trim).filter(|named| !named.is_empty()) else {
        return Ok(None);
    };
    let found = there.groups_named.get(&unique_key(named)).copied();
    let missing = || UserError::new(Code::NotFound, "customerGroup", "customerGroup not found");
    found.map(Some).ok_or_else(missing)
}
