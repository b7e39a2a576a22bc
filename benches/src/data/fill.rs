//! Filling an empty database.

use super::prices::{markets, of_variant};
use super::rows::{
    account_row, assignment_row, closure_row, contact_row, has_account, organization_id,
    organization_row,
};
use super::{Size, Tree, mixed};
use crate::fault::{Fault, told};
use crate::sql;
use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::RoleId;
use entity::role_assignment::{self, Scope};
use guildhall::access::{Database, HELD_BY_EVERY_ACCOUNT, Rows, SystemDb, token_hash};
use guildhall::clock::Clock;
use sea_orm::Set;
use std::time::Instant;

/// Who asks: an account made for measuring, signed in for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Viewer {
    /// Holds CommerceAdmins everywhere.
    Global,
    /// Holds CommerceAdmins over one organization and all below it.
    Subtree,
}

impl Viewer {
    pub const ALL: [Self; 2] = [Self::Global, Self::Subtree];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Subtree => "subtree",
        }
    }

    /// The token of its session.
    pub const fn token(self) -> &'static str {
        match self {
            Self::Global => "gh_benchmark-of-a-viewer-with-a-global-grant",
            Self::Subtree => "gh_benchmark-of-a-viewer-with-a-subtree-grant",
        }
    }
}

/// The setting that names the set in a database that was filled to the end.
const SETTING: &str = "benchmark_set";
/// The one that names the set when its prices are there, too: they came later.
const PRICES_SETTING: &str = "benchmark_prices";
/// Contacts of one transaction.
const CHUNK: u64 = 20_000;
/// Variants of one transaction.
const VARIANTS: u64 = 500;
const ROLE_OF_VIEWERS: &str = "CommerceAdmins";
const ROLE_OF_PEOPLE: &str = "Buyers";

/// Whether the database at `url` holds the set of this size.
///
/// # Errors
/// Faults of the database.
pub async fn is_there(url: &str, size: Size) -> Result<bool, Fault> {
    let db = Database::connect_existing(url).await?;
    let system = SystemDb::new(db.clone(), Clock::system());
    let mut is_there = true;
    for setting in [SETTING, PRICES_SETTING] {
        // Without tables there is no setting either.
        let found = system.setting(setting).await.unwrap_or_default();
        is_there &= found.as_deref() == Some(size.name());
    }
    db.close().await?;
    Ok(is_there)
}

/// Makes the tables of an empty database and fills them. One that holds the set without prices gets its prices.
///
/// # Errors
/// A database that is not empty, and faults of it.
pub async fn fill(url: &str, size: Size) -> Result<(), Fault> {
    let began = Instant::now();
    let db = Database::connect(url).await?;
    let now = DateTime::<Utc>::from_timestamp(1_750_000_000, 0).unwrap_or_default();
    let system = SystemDb::new(db.clone(), Clock::fixed(now));
    system.migrate().await?;
    let tree = Tree::of(size);
    let mut hashes = Vec::new();
    if system.setting(SETTING).await?.as_deref() != Some(size.name()) {
        if !system.is_empty().await? {
            return Err(told("this database is not empty"));
        }
        organizations(&system, &tree).await?;
        people(&system, size, &tree, began).await?;
        for viewer in Viewer::ALL {
            hashes.push((
                sign_in(&system, viewer, &tree).await?,
                token_hash(viewer.token()),
            ));
        }
        system.fill(Rows::default(), (SETTING, size.name())).await?;
    } else if system.setting(PRICES_SETTING).await?.is_some() {
        return Err(told("this database holds the set already"));
    }
    // Tokens are random; those that measure are fixed.
    for (made, fixed) in hashes {
        let renamed =
            format!("UPDATE session SET token_hash = '{fixed}' WHERE token_hash = '{made}'");
        sql::run(url, &[&renamed]).await?;
    }
    // Of an attempt that did not come to its end.
    sql::run(url, &["DELETE FROM price", "DELETE FROM market"]).await?;
    prices(&system, size, began).await?;
    db.close().await?;
    eprintln!("gathering statistics ({} s)", began.elapsed().as_secs());
    sql::settle(url).await?;
    eprintln!("done ({} s)", began.elapsed().as_secs());
    Ok(())
}

async fn organizations(system: &SystemDb, tree: &Tree) -> Result<(), Fault> {
    let now = system.clock().now();
    let mut rows = Rows::default();
    for (number, parent) in (0_u64..).zip(&tree.parents) {
        rows.organizations
            .push(organization_row(number, *parent, now));
        for (ancestor, distance) in tree.line(number).zip(0..) {
            rows.closure.push(closure_row(ancestor, number, distance));
        }
    }
    Ok(system.add(rows).await?)
}

async fn people(system: &SystemDb, size: Size, tree: &Tree, began: Instant) -> Result<(), Fault> {
    let now = system.clock().now();
    let buyers = role(system, ROLE_OF_PEOPLE).await?;
    for first in (0..size.contacts()).step_by(CHUNK as usize) {
        let mut rows = Rows::default();
        for number in first..(first + CHUNK).min(size.contacts()) {
            rows.contacts.push(contact_row(number, tree.len(), now));
            if !has_account(number) {
                continue;
            }
            rows.accounts.push(account_row(number, now));
            // Every second account holds one role beside those that all hold.
            let own = mixed(number ^ 0xB0B).is_multiple_of(2).then_some(buyers);
            for (role, nth) in HELD_BY_EVERY_ACCOUNT.into_iter().chain(own).zip(0..) {
                rows.role_assignments
                    .push(assignment_row(number, nth, role, now));
            }
        }
        system.add(rows).await?;
        let done = (first + CHUNK).min(size.contacts());
        eprintln!("{done} contacts ({} s)", began.elapsed().as_secs());
    }
    Ok(())
}

async fn prices(system: &SystemDb, size: Size, began: Instant) -> Result<(), Fault> {
    let now = system.clock().now();
    let markets = markets(now);
    let next = i64::try_from(markets.len())? + 1;
    let rows = Rows {
        markets,
        next_numbers: vec![("market", next)],
        ..Rows::default()
    };
    system.add(rows).await?;
    for first in (0..size.variants()).step_by(VARIANTS as usize) {
        let chunk = first..(first + VARIANTS).min(size.variants());
        let rows = Rows {
            prices: chunk
                .flat_map(|variant| of_variant(variant, size, now))
                .collect(),
            ..Rows::default()
        };
        system.add(rows).await?;
    }
    system
        .fill(Rows::default(), (PRICES_SETTING, size.name()))
        .await?;
    eprintln!(
        "prices of {} variants ({} s)",
        size.variants(),
        began.elapsed().as_secs()
    );
    Ok(())
}

/// An account that holds its role where `viewer` says, with a session; answers the hash of its token.
async fn sign_in(system: &SystemDb, viewer: Viewer, tree: &Tree) -> Result<String, Fault> {
    let login = format!("benchmark-{}", viewer.name());
    let account = system.create_account(&login, None).await?;
    let (scope, organization) = match viewer {
        Viewer::Global => (Scope::Global, None),
        Viewer::Subtree => (Scope::Subtree, Some(organization_id(tree.scope.start))),
    };
    let held = role_assignment::ActiveModel {
        account_id: Set(account),
        role_id: Set(role(system, ROLE_OF_VIEWERS).await?),
        scope: Set(scope),
        organization_id: Set(organization),
        valid_from: Set(None),
        valid_until: Set(None),
        ..Default::default()
    };
    system.assign_role(held).await?;
    let token = system
        .open_session(account, TimeDelta::days(36_500))
        .await?;
    Ok(token_hash(&token))
}

async fn role(system: &SystemDb, name: &str) -> Result<RoleId, Fault> {
    let found = system.role_named(name).await?;
    found.ok_or_else(|| told(format!("there is no role {name}")))
}
