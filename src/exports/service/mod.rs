//! Makes a file, piece by piece.

mod contacts;
mod organizations;
mod prices;

use super::rules::Exported;
use crate::access::page::{Planned, Slice, Sort, Window, position};
use crate::access::{Granted, Guarded, ScopedDb};
use crate::error::{Error, Result};
use entity::{contact, organization, price};
use sea_orm::{Condition, Value};
use sheets::write::{Format, Out, ROWS, Unwritable, Writer};
use std::collections::HashMap;

/// Rows that are read at once.
pub const PAGE: u64 = 1_000;

/// A file that is being made.
pub struct Export {
    kind: Exported,
    /// None once the end was written.
    writer: Option<Writer>,
    /// Behind which row the next page begins.
    after: Option<Vec<Value>>,
    rows: u64,
    left_out: u64,
}

/// The rows of a page as they are written, and where the next one begins.
struct Page {
    rows: Vec<Vec<Out>>,
    read: usize,
    /// None where there is nothing more.
    next: Option<Vec<Value>>,
}

impl Export {
    /// Begins a file, if the viewer may have it (T-168).
    ///
    /// # Errors
    /// `Unauthenticated`; `Forbidden` as the list, and for whoever acts on behalf of another; `LimitExceeded` when a workbook has no place
    /// for so many rows.
    pub async fn begin(db: &ScopedDb, kind: Exported, format: Format) -> Result<Self> {
        may_be_exported(db, kind)?;
        if format == Format::Xlsx {
            let rows = match kind {
                Exported::Organizations => db.count::<organization::Entity>(Condition::all()).await,
                Exported::Contacts => db.count::<contact::Entity>(Condition::all()).await,
                Exported::Prices => db.count::<price::Entity>(Condition::all()).await,
            };
            if usize::try_from(rows?).is_ok_and(|rows| rows >= ROWS) {
                return Err(Error::LimitExceeded(Unwritable::TooManyRows.to_string()));
            }
        }
        let writer = Writer::new(format, kind.name(), kind.columns()).map_err(Error::internal)?;
        Ok(Self {
            kind,
            writer: Some(writer),
            after: None,
            rows: 0,
            left_out: 0,
        })
    }

    /// The next piece of the file, as `db`'s viewer sees the rows; none behind the end. A piece may be empty.
    ///
    /// # Errors
    /// As [`Self::begin`]: rights may have been taken since.
    pub async fn next(&mut self, db: &ScopedDb) -> Result<Option<Vec<u8>>> {
        let Some(mut writer) = self.writer.take() else {
            return Ok(None);
        };
        may_be_exported(db, self.kind)?;
        let after = self.after.take();
        let page = match self.kind {
            Exported::Organizations => {
                let slice = read::<organization::Entity>(db, after).await?;
                page(&slice, organizations::rows(db, &slice.rows).await?)
            }
            Exported::Contacts => {
                let slice = read::<contact::Entity>(db, after).await?;
                page(&slice, contacts::rows(db, &slice.rows).await?)
            }
            Exported::Prices => {
                let slice = read::<price::Entity>(db, after).await?;
                page(&slice, prices::rows(db, &slice.rows).await?)
            }
        };
        self.rows += page.rows.len() as u64;
        self.left_out += (page.read - page.rows.len()) as u64;
        for row in &page.rows {
            writer.row(row).map_err(unwritable)?;
        }
        if page.next.is_none() {
            return writer.finish().map(Some).map_err(unwritable);
        }
        self.after = page.next;
        let piece = writer.take();
        self.writer = Some(writer);
        Ok(Some(piece))
    }

    /// Whether the end was written.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.writer.is_none()
    }

    /// The rows so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The rows so far that a file has no words for: of people who were erased, and prices of hidden buyers.
    #[must_use]
    pub fn left_out(&self) -> u64 {
        self.left_out
    }
}

/// As the list, and never on behalf of somebody (T-73).
fn may_be_exported(db: &ScopedDb, kind: Exported) -> Result<()> {
    db.opens(kind.permission())?;
    db.in_person()
}

/// By id, which no change moves: a row is in the file once, whatever happens meanwhile to others.
async fn read<E: Guarded>(db: &ScopedDb, after: Option<Vec<Value>>) -> Result<Slice<E>> {
    let window = Window {
        limit: PAGE,
        backward: false,
        after,
        before: None,
    };
    let by_id = Sort {
        columns: Vec::new(),
        descending: false,
    };
    db.page::<E>(Condition::all(), Planned::Once, &by_id, &window)
        .await
}

fn page<E: Guarded>(slice: &Slice<E>, rows: Vec<Vec<Out>>) -> Page {
    let last = slice.rows.last().filter(|_| slice.more);
    Page {
        rows,
        read: slice.rows.len(),
        next: last.map(|row| position::<E>(row, &[])),
    }
}

fn unwritable(fault: Unwritable) -> Error {
    match fault {
        Unwritable::TooManyRows | Unwritable::CellTooLong { .. } | Unwritable::TooLarge => {
            Error::LimitExceeded(fault.to_string())
        }
        fault => Error::internal(fault),
    }
}

fn text(text: Option<&str>) -> Out {
    match text {
        Some(text) if !text.is_empty() => Out::Text(text.to_owned()),
        _ => Out::Blank,
    }
}

/// Each once.
fn distinct<I: Ord>(ids: impl Iterator<Item = Option<I>>) -> Vec<I> {
    let mut ids: Vec<I> = ids.flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The row of an id, where the viewer may see it.
fn named<I: Eq + std::hash::Hash, E: Guarded>(
    rows: &HashMap<I, Granted<E>>,
    id: Option<I>,
) -> Option<&E::Model> {
    id.and_then(|id| rows.get(&id)).map(|row| &**row)
}
