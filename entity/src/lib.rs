//! The rows of the directory, one module a table.
//!
//! A crate of its own, so that the rest of the product can be forbidden to reach for a row except through its `access` module.
//! Columns that end in `_key` hold the sort key of the column they are named after: NFKC, case-folded, compared by code point.

#![allow(
    clippy::disallowed_methods,
    reason = "what derives an entity calls its find; that is why entities are a crate of their own"
)]

pub mod account;
pub mod account_token;
pub mod address;
pub mod business_category;
pub mod contact;
pub mod contact_note;
pub mod customer;
pub mod customer_group;
pub mod customer_link;
pub mod customer_link_ship_to;
pub mod exact;
pub mod field_owner;
pub mod history_entry;
pub mod idempotency_key;
pub mod ids;
pub mod import;
pub mod import_chunk;
pub mod import_mapping;
pub mod import_row;
pub mod mail;
pub mod market;
pub mod number_series;
pub mod order_line;
pub mod order_token;
pub mod organization;
pub mod organization_closure;
pub mod organization_type;
pub mod price;
pub mod reading;
pub mod role;
pub mod role_assignment;
pub mod role_permission;
pub mod sales_order;
pub mod sales_rep;
pub mod session;
pub mod setting;
pub mod sign_in_budget;
pub mod source_version;
pub mod tree;
