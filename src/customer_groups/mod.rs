//! Customer groups: named values shared by contacts and organizations, which decide prices.
//!
//! Words: a group is *given* to a contact or an organization; the *effective* group of a contact is its own organization's if that has
//! one, else its own, else none, and parents never count. An *archived* group goes to nobody new and counts where it is (T-17).
//! Invariants: a group is known by its number, never by its name, and no number is given out twice (T-18, T-20); the effective group is
//! computed, never stored.
//! Source: docs/domain.md.

pub mod effective;
pub mod impact;
pub mod list;
pub mod loader;
pub mod mutation;
pub mod object;
pub mod query;
pub mod rules;
pub mod service;
