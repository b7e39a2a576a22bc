//! Tests through the door of the crate: bytes in, rows out.

#![warn(clippy::pedantic)]

mod hostile;
mod real;
mod support;
mod texts;
mod workbooks;
