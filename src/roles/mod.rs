//! Roles: named sets of permissions, and who holds them where and for how long.
//!
//! Words: a *role* holds permissions; an *assignment* gives a role to an account with a scope, and what it comes to is a *grant*. Rights only
//! add up: nothing takes away what an assignment gives (T-30). Nobody gives what they do not hold themselves (T-195).
//! Source: docs/domain.md.

pub mod customer_access;
pub mod explanation;
pub mod list;
pub mod loader;
pub mod mutation;
pub mod object;
pub mod query;
pub mod rules;
pub mod service;
