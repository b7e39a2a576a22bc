//! Named values that are extended while the system runs: types of organization and business categories.
//!
//! Every signed-in viewer sees them; they are changed with ORGANIZATION_EDIT everywhere. One that is in use is not deleted.
//! Source: docs/domain.md.

pub mod loader;
pub mod mutation;
pub mod object;
pub mod query;
pub mod service;
