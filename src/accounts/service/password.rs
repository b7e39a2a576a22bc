//! Passwords: one's own, forgotten ones, and those of others.

use super::{Desk, Hashed, place_of, refused_unhashed};
use crate::access::{
    Change, Consequence, Granted, Note, Permission, ScopedDb, Terms, Token, WriteTx, Written,
};
use crate::error::{Code, Error, Result};
use crate::passwords::{self, Secret};
use entity::account;
use entity::account_token::Purpose;
use entity::ids::{AccountId, SessionId};
use entity::mail::Kind;
use sea_orm::{ColumnTrait, Set};
use serde::Serialize;
use std::fmt;
use uuid::Uuid;

/// Letters that may wait to be sent before requests for more come to nothing.
const MOST_WAITING: i64 = 10_000;

/// Changes the viewer's own password. All other sessions of the account end, and it is told by mail (T-72).
///
/// # Errors
/// User errors: `BAD_CREDENTIALS` and `LOCKED` at `currentPassword`, which counts as an attempt to sign in; `TOO_LONG` and `WEAK_PASSWORD`
/// at `newPassword`.
pub async fn change_password(
    db: &ScopedDb,
    desk: &Desk,
    current: &Secret,
    new: &Secret,
    terms: Terms,
) -> Result<Written<account::Entity>> {
    db.signed_in()?;
    db.not_on_behalf("currentPassword")?;
    let own = db.own_sign_in().await?;
    let about = [own.login.as_str(), own.email.as_deref().unwrap_or_default()];
    passwords::check("newPassword", new, &about)
        .map_err(|mistake| Error::Invalid(vec![mistake]))?;
    let wrong = |code, message: &str| Error::invalid(code, "currentPassword", message);
    if passwords::is_too_long(current) {
        return Err(wrong(Code::BadCredentials, "this is not your password"));
    }
    let attempt = db.attempt(&own.login_key).await?;
    let locked = attempt.is_locked() || own.locked_until.is_some_and(|until| until > db.now());
    let stored = own.password_hash.as_deref();
    match desk.passwords.verify(current, stored).await {
        Ok(true) if !locked => attempt.succeeded().await?,
        Ok(_) => {
            let refusal = if locked {
                let message = "too many wrong passwords; try later, or reset it by mail";
                wrong(Code::Locked, message)
            } else {
                wrong(Code::BadCredentials, "this is not your password")
            };
            let done = done_before(db, desk, new, terms, refusal).await;
            // Whoever repeats what was done has guessed nothing.
            match done {
                Ok(_) => attempt.given_up().await?,
                Err(_) => attempt.failed().await?,
            }
            return done;
        }
        Err(fault) => {
            attempt.given_up().await?;
            return Err(fault);
        }
    }
    let change = ChangePassword {
        proof: Proof(Ok(own.password_hash)),
        hashed: desk.hash(new, &terms).await?,
    };
    db.write(change, terms).await
}

/// The answer of the first call when this one repeats it, else `refusal`.
async fn done_before(
    db: &ScopedDb,
    desk: &Desk,
    new: &Secret,
    terms: Terms,
    refusal: Error,
) -> Result<Written<account::Entity>> {
    if terms.idempotency_key.is_none() {
        return Err(refusal);
    }
    let change = ChangePassword {
        proof: Proof(Err(refusal)),
        hashed: desk.hash(new, &terms).await?,
    };
    db.write(change, terms).await
}

/// The stored password that the present one was found to be, or why it was refused. No part of what was asked for.
struct Proof(Result<Option<String>>);

impl fmt::Debug for Proof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Proof")
    }
}

#[derive(Debug, Serialize)]
struct ChangePassword {
    #[serde(skip)]
    proof: Proof,
    hashed: Hashed,
}

impl Change for ChangePassword {
    type Row = account::Entity;
    const MUTATION: &'static str = "passwordChange";
    const NOT_ON_BEHALF: Option<&'static str> = Some("currentPassword");

    async fn apply(&self, tx: &mut WriteTx) -> Result<AccountId> {
        let own = tx.viewer().account_id().ok_or(Error::Unauthenticated)?;
        let was = self.proof.0.as_ref().map_err(Clone::clone)?;
        let row = locked(tx, own).await?;
        tx.expect_version(&row)?;
        if row.password_hash != *was {
            let message = "the password was changed by somebody else in the meantime";
            return Err(Error::invalid(Code::Conflict, "currentPassword", message));
        }
        let kept = tx.viewer().session_id();
        replace(tx, row, &self.hashed, After::Change { kept }).await
    }
}

/// Asks for a mail by which a new password can be set. The same for every login: whether there is such an account is looked up only when the
/// mail goes out, and it goes to the address of the account and nowhere else (T-71, T-192).
#[derive(Debug, Serialize)]
pub struct RequestReset {
    pub login_key: String,
}

impl Change for RequestReset {
    type Row = account::Entity;
    const MUTATION: &'static str = "passwordResetRequest";
    const PUBLIC: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<AccountId> {
        if tx.waiting_mail().await? < MOST_WAITING {
            tx.post(Note {
                kind: Kind::PasswordReset,
                login_key: Some(self.login_key.clone()),
                account: None,
                recipient: None,
                password_hash: None,
                registration: None,
                order: None,
            })
            .await?;
        }
        // Of no account: there is nothing to be shown.
        Ok(AccountId(Uuid::nil()))
    }
}

/// Sets a new password by a token out of a mail. All sessions of the account end, and it is no longer locked (T-71).
///
/// # Errors
/// User errors: `TOKEN_EXPIRED` at `token` for one that is over, used or replaced; `TOO_LONG` and `WEAK_PASSWORD` at `newPassword`.
pub async fn complete_reset(
    db: &ScopedDb,
    desk: &Desk,
    token: Token,
    new: &Secret,
    terms: Terms,
) -> Result<Written<account::Entity>> {
    let account = db.sign_in_of_token(&token, Purpose::Reset).await?;
    // With a key it may be a call that was answered before.
    if account.is_none() && terms.idempotency_key.is_none() {
        return Err(token_expired());
    }
    let about: Vec<_> = account
        .iter()
        .flat_map(|account| [Some(account.login.as_str()), account.email.as_deref()])
        .flatten()
        .collect();
    passwords::check("newPassword", new, &about)
        .map_err(|mistake| Error::Invalid(vec![mistake]))?;
    let hashed = desk.hash(new, &terms).await?;
    db.write(CompleteReset { token, hashed }, terms).await
}

#[derive(Debug, Serialize)]
struct CompleteReset {
    token: Token,
    hashed: Hashed,
}

impl Change for CompleteReset {
    type Row = account::Entity;
    const MUTATION: &'static str = "passwordResetComplete";
    const PUBLIC: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<AccountId> {
        let taken = tx
            .take_token(&self.token, Purpose::Reset)
            .await?
            .ok_or_else(token_expired)?;
        let row = locked(tx, taken.account).await?;
        tx.forget_failures(&row.login_key).await?;
        replace(tx, row, &self.hashed, After::Reset).await
    }
}

/// A token out of a mail that means nothing (any more).
pub(super) fn token_expired() -> Error {
    let message = "the token is over, used or replaced by a newer one";
    Error::invalid(Code::TokenExpired, "token", message)
}

/// Sets the password of another account. Needs ACCOUNT_SET_PASSWORD over it, and everything that it holds: it is becoming the account (T-196).
#[derive(Debug, Serialize)]
pub struct SetPassword {
    pub id: AccountId,
    pub hashed: Hashed,
}

/// Checks and hashes the password before anything is looked up.
///
/// # Errors
/// User errors: `TOO_LONG` and `WEAK_PASSWORD` at `newPassword`, and those of [`SetPassword`].
pub async fn set_password(
    db: &ScopedDb,
    desk: &Desk,
    id: AccountId,
    new: &Secret,
    terms: Terms,
) -> Result<Written<account::Entity>> {
    db.signed_in()?;
    let seen = db.by_ids::<account::Entity>(&[id]).await?;
    let about: Vec<_> = seen
        .values()
        .flat_map(|row| [Some(row.login.as_str()), row.email.as_deref()])
        .flatten()
        .collect();
    passwords::check("newPassword", new, &about)
        .map_err(|mistake| Error::Invalid(vec![mistake]))?;
    let set = |hashed| SetPassword { id, hashed };
    refused_unhashed(db, Permission::AccountSetPassword, set).await?;
    let hashed = desk.hash(new, &terms).await?;
    db.write(set(hashed), terms).await
}

impl Change for SetPassword {
    type Row = account::Entity;
    const MUTATION: &'static str = "accountSetPassword";
    const GIVES_RIGHTS: bool = true;
    const NOT_ON_BEHALF: Option<&'static str> = Some("id");

    async fn apply(&self, tx: &mut WriteTx) -> Result<AccountId> {
        let row = tx.affected::<account::Entity>(self.id, "id").await?;
        let place = place_of(tx, &row).await?;
        tx.require(Permission::AccountSetPassword, place, "id")
            .await?;
        if tx.viewer().account_id() == Some(self.id) {
            let message =
                "this is your own account: use passwordChange, which asks for the present password";
            return Err(Error::invalid(Code::Invalid, "id", message));
        }
        tx.require_all_that_is_held_by(self.id, "id").await?;
        replace(tx, row, &self.hashed, After::Change { kept: None }).await
    }
}

/// How a new password came about.
enum After {
    /// Knowing the old one, or having the right to; the session `kept` goes on.
    Change { kept: Option<SessionId> },
    /// By mail, which ends a lock too.
    Reset,
}

/// Puts a new password into the place of the old one: whatever was opened or mailed by the old one ends, and the account is told.
async fn replace(
    tx: &mut WriteTx,
    row: Granted<account::Entity, Consequence>,
    hashed: &Hashed,
    after: After,
) -> Result<AccountId> {
    let (kept, unlocks) = match after {
        After::Change { kept } => (kept, false),
        After::Reset => (None, true),
    };
    let row = tx
        .save(row, |account| {
            account.password_hash = Set(Some(hashed.hash()));
            if unlocks {
                account.locked_until = Set(None);
            }
        })
        .await?;
    tx.close_sessions(row.id, kept).await?;
    tx.void_tokens(row.id).await?;
    tx.post(Note::about(Kind::PasswordChanged, row.id)).await?;
    Ok(row.id)
}

/// An account that the viewer has shown to be theirs.
async fn locked(tx: &mut WriteTx, id: AccountId) -> Result<Granted<account::Entity, Consequence>> {
    tx.consequences::<account::Entity>(account::Column::Id.eq(id))
        .await?
        .pop()
        .ok_or(Error::Unauthenticated)
}
