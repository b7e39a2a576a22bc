//! The doors between the product and its database. Nothing reaches a row but through here.
//!
//! - [`Viewer`] is who asks, with what they hold, read fresh for every request ([`authenticate`]).
//! - `callers` and `memory` make that cheap: one statement for all that wait, and what every answer names kept, never stale.
//! - `policy` says, on one page, which rows of which table each right reaches.
//! - [`ScopedDb`] is the door in: it adds the policy to every statement, so what a viewer may not see does not exist (T-38).
//! - [`write`] is the door out: one transaction, history, versions, idempotency, retries.
//! - `impact` tells what a change that is only validated would do to effective customer groups.
//! - `grants` decides what may be given away: nobody makes anyone gain what they do not hold themselves (T-194 to T-196).
//! - [`personal`] knows what is personal in every table, and how it is exported and erased.
//! - `attempts`, `sessions` and `token` let people in; `outbox` keeps the letters that a change brings with it.
//! - [`SystemDb`] is for what happens before there is a viewer: migrating, seeding, the demo, self-checks. Features cannot name it.
//!
//! Invariant: a [`Granted`] row can only be made here, so holding one is the proof that the viewer has the right in its type.

#![allow(
    clippy::disallowed_types,
    reason = "the one folder in which connections live"
)]

mod assigned;
mod attempts;
mod authenticate;
mod callers;
mod closure;
mod customer_grants;
mod customers;
mod database;
mod edges;
mod feeds;
mod granted;
mod grants;
mod guarded;
mod history;
mod impact;
mod import_doors;
mod import_groups;
mod import_refresh;
mod imports;
mod imports_order;
mod lane;
mod last_holder;
mod memory;
mod new_account;
mod orders;
mod outbox;
pub mod page;
mod permission;
pub mod personal;
mod place;
mod policy;
mod predicate;
mod refusal;
mod require;
mod rights_of_many;
mod roles;
mod scoped_db;
pub mod search;
mod sessions;
mod system_db;
mod system_roles;
mod token;
mod told;
mod tree;
mod trial;
mod viewer;
mod write;
mod write_many;
mod write_tx;

pub use attempts::Attempt;
pub use authenticate::authenticate;
use authenticate::viewer_of;
pub use customers::links_count_at;
pub use database::{ConnectError, Database};
pub use edges::{Applying, PricesOf};
pub use feeds::Owned;
pub use granted::{Consequence, Create, Delete, Edit, Granted, Right, View, Writes};
pub use guarded::{Action, Guarded, Versioned};
pub use impact::{ChangedContact, GroupChange, Impact};
pub use import_doors::{Interrupted, import_of_token, interrupted_imports};
pub use imports::CHUNK_BYTES;
pub use imports_order::{Called, InTree, StagedRow};
pub use last_holder::Leaving;
pub use memory::{MOST_ORGANIZATIONS, Remembered};
pub use new_account::{NewAccount, account_search_key};
pub use outbox::{ClaimedOrder, Note};
pub use permission::{Permission, PermissionSet};
pub use place::{Place, Way, array, subselect};
pub use refusal::refusals;
pub use rights_of_many::Places;
pub use scoped_db::ScopedDb;
pub use sessions::{SignIn, Taken};
pub use system_db::{CheckReport, Due, Rows, SystemDb};
pub use system_roles::{ADMINISTRATORS, EVERYONE, HELD_BY_EVERY_ACCOUNT, REGISTERED};
pub use token::{Token, TokenKind, token_hash};
pub use trial::Trial;
pub use viewer::{Grant, Reach, Scope, Viewer};
pub use write::{Act, Change, Terms, Written};
pub use write_tx::WriteTx;
