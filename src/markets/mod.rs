//! Markets: where prices are made, each with a default currency (T-46, T-132).
//!
//! Words: a market is known by its *code*, which never changes. Invariants: there are no prices without a market, and a market is not
//! deleted.
//! Source: docs/domain.md.

pub mod loader;
pub mod mutation;
pub mod object;
pub mod query;
pub mod service;
