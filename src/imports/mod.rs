//! Imports from files, and bulk upserts: many rows that another system knows by its own ids.
//!
//! - A **row** gives fields by name: absent, blank, cleared, or a text (T-90). Rows are numbered as a spreadsheet program does (T-160).
//! - A **decision** says what comes of a row: create, update with the fields that change, unchanged, skip, or error with the field. It is made
//!   by a pure function of the row and of what is there, as the viewer sees it (T-93).
//! - A **plan** is the decisions of a whole file, written down. To **apply** it is to decide again and to carry out what has not moved on. A
//!   bulk upsert is the same for one call, in one transaction. There is no other path (T-92).
//! - **Undo** puts back what an import changed where nobody changed it since.
//!
//! Invariant: an import runs in batches, each one transaction that changes the rows and says so in the import's own rows. Wherever it is
//! interrupted, nothing is done twice, and it can be gone on with.

pub mod list;
pub mod loader;
pub mod mutation;
pub mod object;
pub mod query;
pub mod rules;
pub mod service;
