//! A note as clients see it.

use super::list::{NotesQuery, TAG, sort};
use crate::access::Granted;
use crate::access::page::Slice;
use crate::accounts::object::Account;
use crate::connection;
use crate::contacts::object::Contact;
use crate::error::Result;
use crate::graphql::at_once::{Asked, AtOnce, Quick, text};
use crate::graphql::below::{Below, CountBelow};
use crate::graphql::connection::{Page, PageArgs, Total};
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, ID, Object, Value};
use entity::contact_note;
use entity::ids::ContactId;
use std::sync::Arc;

/// A row of a note as an object of the schema.
#[derive(Clone)]
pub struct ContactNote(pub Granted<contact_note::Entity>);

impl From<Granted<contact_note::Entity>> for ContactNote {
    fn from(row: Granted<contact_note::Entity>) -> Self {
        Self(row)
    }
}

connection!(
    ContactNoteConnection,
    ContactNoteEdge,
    ContactNote,
    "notes on a contact"
);

/// What somebody of the staff noted on a contact. Visible with CONTACT_NOTE_VIEW over the contact's organization, to those who may see the contact.
#[Object]
impl ContactNote {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode::<contact_note::Entity>(self.0.id)
    }

    /// Whom it is about.
    async fn contact(&self, ctx: &Context<'_>) -> Option<Result<Quick<Contact>>> {
        let found = ctx.load(self.0.contact_id).await;
        found.map(|row| row.map(Contact).map(Quick)).transpose()
    }

    /// What it is about, in a line.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What there is to say; may have several lines.
    async fn text(&self) -> Option<&str> {
        self.0.text.as_deref()
    }

    /// The account that wrote it; null also where you may not see that one, and when it is gone.
    async fn author(&self, ctx: &Context<'_>) -> Option<Result<Quick<Account>>> {
        let found = ctx.load(self.0.author_id?).await;
        found.map(|row| row.map(Account).map(Quick)).transpose()
    }

    /// What the author signed in with when it was written; stays when the account goes. Null once the author was erased.
    async fn author_login(&self) -> Option<&str> {
        self.0.author_login.as_deref()
    }

    /// 1 when created, one more with every change; for expectedVersion.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was written.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}

impl AtOnce for ContactNote {
    fn at_once(&self, asked: &Asked<'_>) -> Option<Value> {
        Some(match asked.name() {
            "id" => Value::String(global_id::encode::<contact_note::Entity>(self.0.id).0),
            "title" => Value::String(self.0.title.clone()),
            "text" => text(self.0.text.as_deref()),
            "authorLogin" => text(self.0.author_login.as_deref()),
            "version" => self.0.version.into(),
            _ => return None,
        })
    }
}

/// A page of the notes on one contact, loaded together with those of others.
///
/// # Errors
/// `BadRequest` for arguments of the page that mean nothing.
pub async fn notes_of(
    ctx: &Context<'_>,
    contact: ContactId,
    args: PageArgs,
) -> Result<Quick<ContactNoteConnection>> {
    // Checked here, so that one field's mistake does not spoil the whole batch.
    args.window(TAG, &sort())?;
    let query = Arc::new(NotesQuery { args });
    let parent = contact;
    let below = Below {
        parent,
        query: query.clone(),
    };
    let slice = ctx.load(below).await?.unwrap_or(Slice {
        rows: Vec::new(),
        more: false,
    });
    let counted = query.clone();
    let total: Total = Arc::new(move |ctx: &Context<'_>| {
        let query = counted.clone();
        Box::pin(async move {
            let count = ctx.load(CountBelow { parent, query }).await?;
            Ok(count.unwrap_or_default())
        })
    });
    let page = Page::of(slice, &query.args, TAG, &sort(), total);
    Ok(Quick(ContactNoteConnection(page)))
}
