//! Orders: what was ordered, for whom, where it goes and what it cost, as it was then.
//!
//! Words: an order is *placed* by whoever is signed in, *for* a contact, and *for a customer* that pays; a *guest* order was placed without
//! signing in, and is looked up by a token until somebody *claims* it. A *snapshot* is what an order keeps of rows that may change.
//! Invariants: lines and snapshots never change; the price of a line is what `prices` would have said at that moment; a guest order becomes
//! somebody's by a letter to the address in it, and in no other way.
//! Source: docs/domain.md.

pub mod list;
pub mod loader;
pub mod mutation;
pub mod object;
pub mod query;
pub mod rules;
pub mod service;
