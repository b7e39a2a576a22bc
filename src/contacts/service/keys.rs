//! What is derived from a contact's texts whenever they change.

use super::super::rules::full_name;
use crate::error::{Code, Error, Result};
use crate::text::{optional_key, search_key, sort_key};
use entity::contact;
use sea_orm::Set;

/// The texts that other columns follow.
#[derive(Clone, Debug)]
pub struct Keys {
    pub external_id: Option<String>,
    pub first_name: Option<String>,
    pub middle_name: Option<String>,
    pub last_name: Option<String>,
    pub given_full_name: Option<String>,
    pub email: Option<String>,
}

/// Fills in the texts with all that follows from them.
///
/// # Errors
/// User error `REQUIRED` at `fullName` when there is nothing to call the contact by (T-179).
pub fn keys(texts: Keys) -> Result<contact::ActiveModel> {
    let parts = [
        texts.first_name.as_deref(),
        texts.middle_name.as_deref(),
        texts.last_name.as_deref(),
    ];
    let named = texts.given_full_name.is_some()
        || texts.first_name.is_some()
        || texts.last_name.is_some()
        || texts.email.is_some();
    let shown = full_name(
        texts.given_full_name.as_deref(),
        parts,
        texts.email.as_deref(),
    )
    .filter(|_| named);
    let shown = shown.ok_or_else(|| {
        Error::invalid(
            Code::Required,
            "fullName",
            "a contact needs a name or an e-mail",
        )
    })?;
    let searched = [
        Some(shown.as_str()),
        texts.email.as_deref(),
        texts.external_id.as_deref(),
    ];
    Ok(contact::ActiveModel {
        external_id_key: Set(optional_key(texts.external_id.as_deref())),
        last_name_key: Set(optional_key(texts.last_name.as_deref())),
        search_key: Set(search_key(&searched.map(Option::unwrap_or_default))),
        full_name_key: Set(sort_key(&shown)),
        full_name: Set(shown),
        email_key: Set(optional_key(texts.email.as_deref())),
        external_id: Set(texts.external_id),
        first_name: Set(texts.first_name),
        middle_name: Set(texts.middle_name),
        last_name: Set(texts.last_name),
        given_full_name: Set(texts.given_full_name),
        email: Set(texts.email),
        ..Default::default()
    })
}
