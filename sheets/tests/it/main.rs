//! Tests through the door of the crate: bytes in, rows out.

#![warn(clippy::pedantic)]

mod hostile;
mod real;
mod real_mappings;
mod support;
mod texts;
mod workbooks;
