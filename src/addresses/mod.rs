//! Addresses, each of one organization or of one contact, and changed with the right to change that owner.
//!
//! Words: the *kinds* of an address are what it may be used for, tested for membership and never for equality (T-74).
//! Invariant: a contact's preference for an address goes when the address goes.
//! Source: docs/domain.md.

pub mod loader;
pub mod mutation;
pub mod object;
pub mod rules;
pub mod service;
