//! Exporting and erasing: decoding what was asked and handing it over.

use super::service::{EraseContact, ExportContact};
use crate::access::Terms;
use crate::contacts::object::Contact;
use crate::error::{Error, Result, UserError};
use crate::graphql::context::Ask;
use crate::graphql::global_id::decode;
use crate::graphql::terms::{ChangeTerms, or_user_errors};
use async_graphql::{Context, ID, InputObject, Json, Object, SimpleObject};
use entity::contact;

/// Whom to export.
#[derive(InputObject)]
pub struct ContactExportInput {
    /// Which contact.
    id: ID,
    /// Check everything, export nothing and leave no entry in the history: the answer has the userErrors that the real call would have.
    #[graphql(default = false)]
    validate_only: bool,
}

/// Whom to erase.
#[derive(InputObject)]
pub struct ContactEraseInput {
    /// Which contact.
    id: ID,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// What contactExport answers.
#[derive(SimpleObject)]
pub struct ContactExportPayload {
    /// One object with a part for each kind of thing; null when the export was refused or only validated. The parts: contact, addresses, notes, account, roleAssignments, prices, sessions, tokens, letters, signInAttempts, history; where the contact has no account, those of it are absent. Lists are newest first, with 1,000 items at most, and truncated names those that have more. Names, ids and times are those of the schema. No password and no token is in it, and who did something is told only where it was the person.
    export: Option<Json<serde_json::Value>>,
    /// Why nothing was exported; empty when it was.
    user_errors: Vec<UserError>,
}

/// What contactErase answers.
#[derive(SimpleObject)]
pub struct ContactErasePayload {
    /// What is left of the contact; null when it was refused, and where the contact had been deleted before.
    contact: Option<Contact>,
    /// Why nothing was changed; empty when it was.
    user_errors: Vec<UserError>,
}

/// The mutations about all that is known of a person.
#[derive(Default)]
pub struct PersonalDataMutation;

#[Object]
impl PersonalDataMutation {
    /// Answers with everything that the directory holds about a contact, as one document; the history says who asked for it. One's own needs no permission, another one's CONTACT_EXPORT over its organization, without one everywhere; it then shows also what other permissions are asked for elsewhere, such as notes and the account. Refused to those who act on behalf of somebody. Codes: NOT_FOUND, FORBIDDEN.
    async fn contact_export(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to export.")] input: ContactExportInput,
    ) -> Option<Result<ContactExportPayload>> {
        Some(export(ctx, input).await)
    }

    /// Erases a person for good: this cannot be undone. The contact stays as a row without anything personal, which can only be seen and deleted; its addresses, the notes on it and its account go, with sessions, roles, letters and prices; the history keeps that something happened, and not what it said. Needs CONTACT_ERASE over the contact's organization, without one everywhere, and where it has an account ACCOUNT_DELETE; the last administrator and primary contacts stay. A contact that was deleted before can be erased from the history with CONTACT_ERASE and CONTACT_VIEW everywhere. Refused to those who act on behalf of somebody. Codes: NOT_FOUND, FORBIDDEN, IN_USE, LAST_HOLDER, STALE, IDEMPOTENCY_MISMATCH.
    async fn contact_erase(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to erase.")] input: ContactEraseInput,
    ) -> Option<Result<ContactErasePayload>> {
        Some(erase(ctx, input).await)
    }
}

async fn export(ctx: &Context<'_>, input: ContactExportInput) -> Result<ContactExportPayload> {
    let change = ExportContact {
        id: decode::<contact::Entity>(&input.id)?,
    };
    // No key: what is kept for repeated calls must not be a document about a person, and asking again is another export.
    let terms = Terms {
        validate_only: input.validate_only,
        ..Terms::default()
    };
    let (export, user_errors) = match ctx.write(change, terms).await {
        Ok(export) => (export, Vec::new()),
        Err(Error::Invalid(user_errors)) => (None, user_errors),
        Err(other) => return Err(other),
    };
    Ok(ContactExportPayload {
        export: export.map(Json),
        user_errors,
    })
}

async fn erase(ctx: &Context<'_>, input: ContactEraseInput) -> Result<ContactErasePayload> {
    let change = EraseContact {
        id: decode::<contact::Entity>(&input.id)?,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(ContactErasePayload {
        contact: outcome.row().map(Contact),
        user_errors: outcome.user_errors,
    })
}
