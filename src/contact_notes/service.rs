//! The use cases that change notes.

use crate::access::{Change, Delete, Edit, Permission, Place, WriteTx};
use crate::error::{Code, Mistakes, Result};
use crate::graphql::terms::patch;
use crate::text::{Rule, SHORT};
use async_graphql::MaybeUndefined;
use entity::ids::{AccountId, ContactId, ContactNoteId};
use entity::{account, contact, contact_note};
use sea_orm::{ColumnTrait, Condition, Set};
use serde::Serialize;

/// Writes a note on a contact. Needs CONTACT_NOTE_EDIT over the contact's organization, without one everywhere.
#[derive(Debug, Serialize)]
pub struct CreateNote {
    pub contact_id: ContactId,
    pub title: String,
    pub text: Option<String>,
}

impl Change for CreateNote {
    type Row = contact_note::Entity;
    const MUTATION: &'static str = "contactNoteCreate";
    const CREATES: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<ContactNoteId> {
        let mut mistakes = Mistakes::default();
        let title = mistakes.check(Rule::line("title", SHORT).apply(Some(self.title.clone())));
        if self.title.trim().is_empty() {
            mistakes.note(Code::Required, "title", "a note needs a title");
        }
        let text = mistakes.check(Rule::text("text").apply(self.text.clone()));
        mistakes.finish()?;

        let contact = tx
            .refer::<contact::Entity>(self.contact_id, "contactId")
            .await?;
        let place = Place::from(contact.organization_id);
        tx.require(Permission::ContactNoteEdit, place, "contactId")
            .await?;
        let author = tx.viewer().account_id();
        let id = ContactNoteId(tx.fresh_id());
        let row = contact_note::ActiveModel {
            id: Set(id),
            contact_id: Set(self.contact_id),
            title: Set(title.unwrap_or_default()),
            text: Set(text),
            author_id: Set(author),
            author_login: Set(login_of(tx, author).await?),
            version: Set(1),
            created_at: Set(tx.now()),
            updated_at: Set(tx.now()),
        };
        tx.insert::<contact_note::Entity>(row).await?;
        Ok(id)
    }
}

async fn login_of(tx: &mut WriteTx, account: Option<AccountId>) -> Result<Option<String>> {
    let Some(account) = account else {
        return Ok(None);
    };
    let is_it = Condition::all().add(account::Column::Id.eq(account));
    let found = tx.looked_at::<account::Entity>(is_it).await?.pop();
    Ok(found.map(|row| row.login))
}

/// Changes a note; whoever wrote it stays its author. Absent fields stay, null clears. Needs CONTACT_NOTE_EDIT.
#[derive(Debug, Serialize)]
pub struct UpdateNote {
    pub id: ContactNoteId,
    pub title: MaybeUndefined<String>,
    pub text: MaybeUndefined<String>,
}

impl Change for UpdateNote {
    type Row = contact_note::Entity;
    const MUTATION: &'static str = "contactNoteUpdate";

    async fn apply(&self, tx: &mut WriteTx) -> Result<ContactNoteId> {
        let row = tx.target::<contact_note::Entity, Edit>(self.id).await?;
        let mut mistakes = Mistakes::default();
        let title = patch(&mut mistakes, self.title.clone(), |text| {
            Rule::line("title", SHORT).apply(text)
        });
        if title == Some(None) && !mistakes.has("title") {
            mistakes.note(Code::Required, "title", "a note needs a title");
        }
        let text = patch(&mut mistakes, self.text.clone(), |text| {
            Rule::text("text").apply(text)
        });
        mistakes.finish()?;
        tx.save(row, |note| {
            if let Some(title) = title.flatten() {
                note.title = Set(title);
            }
            if let Some(text) = text {
                note.text = Set(text);
            }
        })
        .await?;
        Ok(self.id)
    }
}

/// Deletes a note. Needs CONTACT_NOTE_EDIT.
#[derive(Debug, Serialize)]
pub struct DeleteNote {
    pub id: ContactNoteId,
}

impl Change for DeleteNote {
    type Row = contact_note::Entity;
    const MUTATION: &'static str = "contactNoteDelete";

    async fn apply(&self, tx: &mut WriteTx) -> Result<ContactNoteId> {
        let row = tx.target::<contact_note::Entity, Delete>(self.id).await?;
        tx.delete(row).await?;
        Ok(self.id)
    }
}
