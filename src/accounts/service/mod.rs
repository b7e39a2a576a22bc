//! The use cases around accounts: coming in, passwords, registration, and looking after the accounts of others.
//!
//! Passwords are hashed before a transaction begins, never inside one, and only by [`Desk`], which does a few at a time.

mod manage;
mod on_behalf;
mod open;
mod password;
mod person;
mod register;
mod sign_in;
mod user;
mod with_order;

pub use manage::{
    CreateAccount, DeleteAccount, UnlockAccount, UpdateAccount, create_account, remove,
};
pub use on_behalf::{ON_BEHALF_FOR, SignInOnBehalf};
pub use open::open_account;
pub use password::{RequestReset, SetPassword, change_password, complete_reset, set_password};
pub use register::{Registered, Registration, confirm_registration, register};
pub use sign_in::{SignOut, Signed, sign_in};
pub use user::{NewUser, User, Whose, make_user};
pub use with_order::{Arrival, Newcomer};

use crate::access::{Change, Permission, Place, ScopedDb, Terms, WriteTx};
use crate::error::Result;
use crate::passwords::{Passwords, Secret};
use chrono::TimeDelta;
use entity::account;
use serde::{Serialize, Serializer};
use std::fmt;
use std::time::Duration;

/// Who may register (T-190).
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum RegistrationMode {
    /// Whoever gets mail at the address that they give; the answer tells nothing.
    Confirm,
    /// Everybody, at once.
    Instant,
}

/// What signing in and registering go by.
#[derive(Clone, Debug)]
pub struct AccountSettings {
    pub registration: RegistrationMode,
    /// How long a session lasts.
    pub session: TimeDelta,
    /// When registrations that tell nothing are answered, counted from when they came: later than any of them needs, so that the time tells
    /// nothing either.
    pub neutral_answer: Duration,
}

/// Where people are let in: the settings, and the passwords' hashing, which is bounded for the whole server.
#[derive(Clone)]
pub struct Desk {
    pub settings: AccountSettings,
    pub passwords: Passwords,
}

impl Desk {
    /// Hashes a checked password for an input with these terms.
    ///
    /// # Errors
    /// `Unavailable` when too many wait for their turn.
    pub async fn hash(&self, password: &Secret, terms: &Terms) -> Result<Hashed> {
        let fingerprint = match &terms.idempotency_key {
            Some(key) => Some(self.passwords.fingerprint(password, key).await?),
            None => None,
        };
        Ok(Hashed {
            hash: self.passwords.hash(password).await?,
            fingerprint,
        })
    }
}

/// A hashed password in an input. What is kept of the input tells it from another password, by a hash as slow as the other one.
#[derive(Clone)]
pub struct Hashed {
    hash: String,
    fingerprint: Option<String>,
}

impl Hashed {
    /// For asking whether a change would be refused anyway, before anything is hashed.
    fn none() -> Self {
        Self {
            hash: String::new(),
            fingerprint: None,
        }
    }

    /// For the database.
    #[must_use]
    pub fn hash(&self) -> String {
        self.hash.clone()
    }
}

impl fmt::Debug for Hashed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Hashed")
    }
}

impl Serialize for Hashed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.fingerprint.serialize(serializer)
    }
}

/// Refuses a change without hashing for it, where the viewer holds the permission for it nowhere: else every account could have the server hash.
///
/// # Errors
/// What the change is refused with.
async fn refused_unhashed<C: Change>(
    db: &ScopedDb,
    permission: Permission,
    change: impl FnOnce(Hashed) -> C,
) -> Result<()> {
    if db.viewer().holds(permission) {
        return Ok(());
    }
    let terms = Terms {
        validate_only: true,
        ..Terms::default()
    };
    db.write(change(Hashed::none()), terms).await.map(drop)
}

/// Where the rights on an account are asked for: at its contact's organization, without one everywhere (T-198).
async fn place_of(tx: &mut WriteTx, account: &account::Model) -> Result<Place> {
    Ok(Place::from(tx.own_organization_of(account.id).await?))
}
