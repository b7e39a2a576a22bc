//! The use cases that change contacts, one file each.

mod assign_organization;
mod consent;
mod create;
mod delete;
mod keys;
mod update;

pub use assign_organization::{AssignOrganization, leave};
pub use consent::ChangeConsent;
pub use create::CreateContact;
pub use delete::{DeleteContact, not_primary, remove};
pub use keys::{Keys, keys};
pub use update::UpdateContact;

use crate::error::{Code, UserError};

/// A currency that ISO 4217 knows.
///
/// # Errors
/// `INVALID` at `field`.
pub fn currency(field: &'static str, code: Option<String>) -> Result<Option<String>, UserError> {
    match code {
        Some(code) if iso_currency::Currency::from_code(&code).is_none() => Err(UserError::new(
            Code::Invalid,
            field,
            format!("{code} is not a currency of ISO 4217"),
        )),
        known => Ok(known),
    }
}
