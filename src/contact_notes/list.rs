//! The one order of a contact's notes.

use crate::access::page::Sort;
use crate::graphql::connection::PageArgs;
use entity::contact_note;

/// What cursors of the order say first.
pub const TAG: &str = "contactNote CreatedAt Desc";

/// The newest first, ties by id.
#[must_use]
pub fn sort() -> Sort<contact_note::Entity> {
    Sort {
        columns: vec![contact_note::Column::CreatedAt],
        descending: true,
    }
}

/// A part of the list of a contact's notes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NotesQuery {
    pub args: PageArgs,
}
