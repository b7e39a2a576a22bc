//! Batches of notes.

use super::list::{NotesQuery, TAG, sort};
use crate::access::Granted;
use crate::access::page::Slice;
use crate::error::{Error, Result};
use crate::graphql::below::{Below, CountBelow, by_query};
use crate::graphql::loading::Batches;
use async_graphql::dataloader::Loader;
use entity::contact_note;
use entity::ids::{ContactId, ContactNoteId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition};
use std::collections::HashMap;

/// A note by its id.
impl Loader<ContactNoteId> for Batches {
    type Value = Granted<contact_note::Entity>;
    type Error = Error;

    async fn load(&self, ids: &[ContactNoteId]) -> Result<HashMap<ContactNoteId, Self::Value>> {
        self.0.by_ids::<contact_note::Entity>(ids).await
    }
}

/// A page of the notes on a contact.
impl Loader<Below<ContactId, NotesQuery>> for Batches {
    type Value = Slice<contact_note::Entity>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[Below<ContactId, NotesQuery>],
    ) -> Result<HashMap<Below<ContactId, NotesQuery>, Self::Value>> {
        let mut found = HashMap::new();
        for (query, parents) in by_query(keys.iter().map(|key| (key.parent, &key.query))) {
            let window = query.args.window(TAG, &sort())?;
            let all = Condition::all();
            let pages = self.0.pages(&parents, &of, all, &sort(), &window).await?;
            found.extend(pages.into_iter().map(|(parent, slice)| {
                let query = query.clone();
                (Below { parent, query }, slice)
            }));
        }
        Ok(found)
    }
}

/// How many notes there are on a contact.
impl Loader<CountBelow<ContactId, NotesQuery>> for Batches {
    type Value = i64;
    type Error = Error;

    async fn load(
        &self,
        keys: &[CountBelow<ContactId, NotesQuery>],
    ) -> Result<HashMap<CountBelow<ContactId, NotesQuery>, i64>> {
        let mut found = HashMap::new();
        for (query, parents) in by_query(keys.iter().map(|key| (key.parent, &key.query))) {
            let all = Condition::all();
            let counts = self
                .0
                .counts::<contact_note::Entity, _>(&parents, &of, all)
                .await?;
            found.extend(counts.into_iter().map(|(parent, count)| {
                let query = query.clone();
                (CountBelow { parent, query }, count)
            }));
        }
        Ok(found)
    }
}

fn of(contact: Expr) -> Condition {
    Condition::all().add(contact_note::Column::ContactId.into_expr().eq(contact))
}
