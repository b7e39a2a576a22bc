//! Prices: what a variant costs whom, in a market and a currency, from a quantity on, for a time; and why.
//!
//! Words: a *row* is one such statement, for everybody, for one account or for one customer group; it *applies* when all of it fits; the
//! *price* is the lowest that applies. Invariants: groups and accounts are known by their numbers and ids, never by their names (T-20, T-42);
//! the effective group is the one of this very request (T-23); the function that chooses is the one that explains (`rules::judge`).
//! Source: docs/domain.md.

pub mod list;
pub mod loader;
pub mod mutation;
pub mod object;
pub mod query;
pub mod quote;
pub mod rules;
pub mod service;
