//! Sales reps: who in the house looks after which customers, and to whom they report.
//!
//! Words: a customer's *primary* sales rep is the one named on its bill-to; a rep's *reports* are those that name it as their manager. Whoever
//! signs in with a rep's account sees and orders for its customers, and for those of all who report to it, directly or through others
//! (T-83). Invariant: nobody reports to themselves, directly or through others.
//! Source: docs/domain.md.

pub mod list;
pub mod loader;
pub mod mutation;
pub mod object;
pub mod query;
pub mod service;
