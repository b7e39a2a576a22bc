//! Guildhall: a customer directory for commerce. One binary, one database, one GraphQL API.
//!
//! In reading order, from the command line down to the rows:
//!
//! - [`run`] does what a command asks for, by the [`config`]; [`demo`] fills a directory to look around in, and [`graphiql`] is the page
//!   to look around with.
//! - [`app`] is a running server; [`http`] takes requests, checks them before they cost anything, and hands them on.
//! - [`schema`] puts the features together: [`organizations`], [`contacts`], [`contact_notes`], [`addresses`], [`customer_groups`],
//!   [`accounts`], [`roles`], [`named_values`], [`markets`], [`prices`], [`customers`], [`sales_reps`], [`orders`], [`personal_data`], [`exports`], and
//!   [`node`] over all of them. Each says what it is in its own `mod.rs`.
//! - [`graphql`] holds the building blocks that know no feature, [`error`] and [`text`] the words they share.
//! - [`access`] stands between everything and the database: who may see and change what is decided there, and nowhere else.

#![warn(clippy::pedantic)]
// What a request can reach must not be able to panic.
#![cfg_attr(
    not(test),
    warn(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic
    )
)]
#![allow(
    clippy::doc_markdown,
    reason = "descriptions of the schema are read by clients as they are"
)]
#![allow(
    clippy::single_match_else,
    clippy::similar_names,
    reason = "what reads best is decided at the place"
)]

pub mod run;

pub mod config;
pub mod demo;
pub mod graphiql;
pub mod telemetry;

pub mod app;
pub mod http;
pub mod schema;

pub mod accounts;
pub mod addresses;
pub mod contact_notes;
pub mod contacts;
pub mod customer_groups;
pub mod customers;
pub mod exports;
pub mod imports;
pub mod markets;
pub mod named_values;
pub mod node;
pub mod orders;
pub mod organizations;
pub mod personal_data;
pub mod prices;
pub mod roles;
pub mod sales_reps;

pub mod graphql;

pub mod mail;
pub mod passwords;

pub mod access;

pub mod clock;
pub mod error;
pub mod text;
