//! The use cases that change organizations, one file each.

mod create;
mod delete;
mod move_under;
mod update;

pub use create::CreateOrganization;
pub use delete::{DeleteMode, DeleteOrganization};
pub use move_under::MoveOrganization;
pub use update::UpdateOrganization;

use crate::error::{Code, UserError};
use crate::text::{NAME, Rule, search_key, sort_key};

/// The name that an organization must have.
///
/// # Errors
/// `REQUIRED`, and what a line of text refuses.
pub fn name(text: Option<String>) -> Result<String, UserError> {
    let name = Rule::line("name", NAME).apply(text)?;
    name.ok_or_else(|| UserError::new(Code::Required, "name", "an organization needs a name"))
}

/// The keys of an organization's texts: of the external id, of the name, and of both for searching.
#[must_use]
pub fn keys(external_id: Option<&str>, name: &str) -> (String, String, String) {
    let external_id_key = crate::text::optional_key(external_id);
    let name_key = sort_key(name);
    let searched = search_key(&[name, external_id.unwrap_or_default()]);
    (external_id_key, name_key, searched)
}
