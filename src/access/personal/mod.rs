//! What the directory holds about people: where it is, how it is exported, and how nothing of it is left (T-212, T-213).
//!
//! - `registry`, with `others`, is the list that everything here goes by: each column of each table, and what is personal in it.
//! - `subject` finds a person's rows, those that are there and those that only the history still knows.
//! - `export` puts into words what there is.
//! - `forget` overwrites the history and deletes what else speaks of a person.

mod blank;
mod export;
mod forget;
mod history;
mod imports;
mod others;
mod registry;
mod subject;

pub use blank::{Blank, blanks};
pub use export::{Exported, MOST_EXPORTED};
pub(super) use forget::TO_BE_MERGED;
pub(super) use history::overwritten;
pub use registry::{ERASED_NAME, Fate, Nature, Owner, Table, tables};
pub use subject::Subject;
