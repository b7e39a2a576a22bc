//! Contacts: people, each in at most one organization (T-10), with or without an account.
//!
//! Words: the *own* group of a contact is the one given to it; its *effective* group is its organization's, else its own, and is
//! computed by `customer_groups`. Invariants: an organization's primary contact stays in it (T-33); a preferred address is the contact's
//! own or its organization's (T-74).
//! Source: docs/domain.md.

pub mod list;
pub mod loader;
pub mod mutation;
pub mod object;
pub mod query;
pub mod rules;
pub mod service;
