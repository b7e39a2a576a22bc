//! Organizations: a forest whose nodes may each carry a customer group of their own.
//!
//! Words: a *root* has no parent and is level 1; the *subtree* of an organization is itself with everything below it; a *limb* is an
//! organization's place in the tree. Invariants: no cycle, whatever runs at the same time (T-25); at most 32 levels unless configured
//! otherwise (T-27, T-173); parents never pass their group on (T-13); a move never changes a price (T-29).
//! Source: docs/domain.md.

pub mod list;
pub mod loader;
pub mod mutation;
pub mod object;
pub mod query;
pub mod rules;
pub mod service;
