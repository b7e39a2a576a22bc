//! Changing notes: decoding what was asked and handing it over.

use super::object::ContactNote;
use super::service::{CreateNote, DeleteNote, UpdateNote};
use crate::error::Result;
use crate::graphql::context::Ask;
use crate::graphql::global_id::decode;
use crate::graphql::terms::{ChangeTerms, CreateTerms, or_user_errors};
use crate::{deletion, payload};
use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};
use entity::{contact, contact_note};

/// A new note on a contact. Whoever writes it is its author.
#[derive(InputObject)]
pub struct ContactNoteCreateInput {
    /// Whom it is about.
    contact_id: ID,
    /// What it is about, 1 to 255 characters.
    title: String,
    /// What there is to say, at most 10,000 characters; may have several lines.
    text: Option<String>,
    #[graphql(flatten)]
    terms: CreateTerms,
}

/// A change of a note. Absent leaves a field as it is, null clears it. Contact and author stay.
#[derive(InputObject)]
pub struct ContactNoteUpdateInput {
    /// Which note.
    id: ID,
    /// What it is about, 1 to 255 characters. Cannot be cleared.
    title: MaybeUndefined<String>,
    /// What there is to say, at most 10,000 characters; may have several lines.
    text: MaybeUndefined<String>,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

/// A deletion of a note.
#[derive(InputObject)]
pub struct ContactNoteDeleteInput {
    /// Which note.
    id: ID,
    #[graphql(flatten)]
    terms: ChangeTerms,
}

payload!(ContactNoteCreatePayload, contact_note: ContactNote, "note", "contactNoteCreate");
payload!(ContactNoteUpdatePayload, contact_note: ContactNote, "note", "contactNoteUpdate");
deletion!(ContactNoteDeletePayload, "contactNoteDelete");

/// The mutations of notes.
#[derive(Default)]
pub struct ContactNoteMutation;

#[Object]
impl ContactNoteMutation {
    /// Writes a note on a contact. Needs CONTACT_NOTE_EDIT over the contact's organization, without one everywhere. Codes: REQUIRED, INVALID, TOO_LONG, NOT_FOUND, FORBIDDEN, IDEMPOTENCY_MISMATCH.
    async fn contact_note_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to note.")] input: ContactNoteCreateInput,
    ) -> Option<Result<ContactNoteCreatePayload>> {
        Some(create(ctx, input).await)
    }

    /// Changes a note, whoever wrote it. Needs CONTACT_NOTE_EDIT. Codes: REQUIRED, INVALID, TOO_LONG, NOT_FOUND, FORBIDDEN, STALE, IDEMPOTENCY_MISMATCH.
    async fn contact_note_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to change.")] input: ContactNoteUpdateInput,
    ) -> Option<Result<ContactNoteUpdatePayload>> {
        Some(update(ctx, input).await)
    }

    /// Deletes a note, whoever wrote it. Needs CONTACT_NOTE_EDIT. Codes: NOT_FOUND, FORBIDDEN, STALE, IDEMPOTENCY_MISMATCH.
    async fn contact_note_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to delete.")] input: ContactNoteDeleteInput,
    ) -> Option<Result<ContactNoteDeletePayload>> {
        Some(delete(ctx, input).await)
    }
}

async fn create(
    ctx: &Context<'_>,
    input: ContactNoteCreateInput,
) -> Result<ContactNoteCreatePayload> {
    let change = CreateNote {
        contact_id: decode::<contact::Entity>(&input.contact_id)?,
        title: input.title,
        text: input.text,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(ContactNoteCreatePayload {
        contact_note: outcome.row().map(ContactNote),
        user_errors: outcome.user_errors,
    })
}

async fn update(
    ctx: &Context<'_>,
    input: ContactNoteUpdateInput,
) -> Result<ContactNoteUpdatePayload> {
    let change = UpdateNote {
        id: decode::<contact_note::Entity>(&input.id)?,
        title: input.title,
        text: input.text,
    };
    let outcome = or_user_errors(ctx.write(change, input.terms).await)?;
    Ok(ContactNoteUpdatePayload {
        contact_note: outcome.row().map(ContactNote),
        user_errors: outcome.user_errors,
    })
}

async fn delete(
    ctx: &Context<'_>,
    input: ContactNoteDeleteInput,
) -> Result<ContactNoteDeletePayload> {
    let id = decode::<contact_note::Entity>(&input.id)?;
    let outcome = or_user_errors(ctx.write(DeleteNote { id }, input.terms).await)?;
    Ok(ContactNoteDeletePayload {
        deleted_id: outcome.deleted_id(),
        user_errors: outcome.user_errors,
    })
}
