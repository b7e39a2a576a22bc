//! Accounts: what one signs in with, and who is signed in.
//!
//! Words: the *viewer* is whoever sends the request; a viewer without an account is *anonymous*. A contact has at most one account, and
//! outlives it (T-69).
//! Source: docs/domain.md.

pub mod loader;
pub mod object;
pub mod query;
