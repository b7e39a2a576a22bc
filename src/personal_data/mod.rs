//! What the directory holds about a person: all of it in one document, or nothing of it any more.
//!
//! What is personal, and where, is listed in `access::personal`; here is who may have it exported or erased, and in which order that is
//! done. Invariants: an export leaves an entry in the history that says nothing about the person (T-212); of an erased contact there stays
//! a row without anything personal, which nothing can be done with any more (T-213).
//! Source: docs/domain.md.

pub mod mutation;
pub mod service;
