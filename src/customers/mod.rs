//! The ERP's customers: those it bills and the places that it ships to, and which accounts order for which of them.
//!
//! Words: a *bill-to* is a customer without a sequence; a *ship-to* is one with a sequence, of the bill-to with the same number; goods may
//! go to a bill-to itself, too, where it says so (T-81, T-82). A *link* lets an account order for a bill-to, and have sent to all or some
//! of its ship-tos, from when and until when (T-80).
//! Invariant: organization, primary sales rep and contact stand on the bill-to, and its ship-tos always have the same.
//! Source: docs/domain.md.

pub mod list;
pub mod loader;
pub mod mutation;
pub mod object;
pub mod query;
pub mod rules;
pub mod service;
