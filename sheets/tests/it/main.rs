//! Tests through the door of the crate: bytes in, rows out.

#![warn(clippy::pedantic)]

mod hostile;
mod mappings;
mod mutations;
mod real;
mod real_mappings;
mod support;
mod tables;
mod texts;
mod workbooks;
mod written;
