//! Notes that the staff keeps on contacts.
//!
//! They belong to their contact and go with it, but are not the contact's to see (T-211). Who wrote a note is kept as an account, and as the
//! login of then, as accounts come and go.
//! Source: docs/domain.md.

pub mod list;
pub mod loader;
pub mod mutation;
pub mod object;
pub mod service;
