//! Accounts: what one signs in with, who is signed in, and how one comes to be.
//!
//! Words: the *viewer* is whoever sends the request; a viewer without an account is *anonymous*. A contact has at most one account, and
//! outlives it (T-69). An account that is not *approved*, not *active* or *locked* cannot be signed in with: three different facts (T-70).
//! Invariant: what is answered to a stranger, and when, tells nothing about whether an account exists (T-191).
//! Source: docs/domain.md.

pub mod list;
pub mod loader;
pub mod mutation;
pub mod object;
pub mod query;
pub mod rules;
pub mod service;
