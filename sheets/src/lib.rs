//! Reads what people send: spreadsheets, CSV and JSON lines, as plain tables of text; hostile files are refused.
//!
//! [`read`] finds out what a file is, from what is inside and not from its name, and gives a [`Book`]: [`Sheet`]s of [`Row`]s of
//! [`Cell`]s, one row at a time, with the numbers that a spreadsheet program shows. [`Options`] say what is known already and
//! how much is read at most; a file that is more, or broken, or something else is [`Refused`] with the reason.
//!
//! - [`table`] finds the table in a sheet: the headings wherever they are, and for each row whether it is data, and why not.
//! - [`mapping`] takes its columns to the fields of what is imported: proposed with reasons, corrected, saved, used again.
//! - [`clean`] makes values of cells, tells every change, and refuses what could mean two things.
//! - [`mod@write`] writes .xlsx and .csv in which nothing is a formula, and templates that say what belongs where.
//!
//! It knows nothing of the directory: no database, no network, no clock. Everything in it can be called again with the same
//! answer.

#![warn(clippy::pedantic)]
// What people send must not be able to panic.
#![cfg_attr(
    not(test),
    warn(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic
    )
)]

mod book;
mod cell;
pub mod clean;
mod detect;
mod json;
pub mod mapping;
mod options;
mod refused;
mod source;
pub mod table;
mod text;
pub mod write;
mod xlsx;

pub use book::{Area, Book, Detected, Layout, LineEnds, Note, Rows, Sheet, Visibility};
pub use cell::{Cell, Kind, Row, letters};
pub use detect::read;
pub use options::{Encoding, Limits, Macros, Options, Quote};
pub use refused::{Quantity, Refused, Unsupported};
pub use source::Source;
pub use xlsx::number::DateSystem;
