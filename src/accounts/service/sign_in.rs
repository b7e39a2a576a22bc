//! Signing in and out.

use super::Desk;
use crate::access::{Change, ScopedDb, SignIn, Terms, Token, TokenKind, WriteTx};
use crate::accounts::rules::{Verdict, judge};
use crate::error::{Code, Error, Result};
use crate::passwords::{Secret, is_too_long};
use crate::text::{EMAIL, login_key};
use chrono::{DateTime, TimeDelta, Utc};
use entity::account;
use entity::ids::AccountId;
use sea_orm::ColumnTrait;
use serde::Serialize;

/// A session that was opened.
#[derive(Debug)]
pub struct Signed {
    pub token: Token,
    pub expires_at: DateTime<Utc>,
    /// The request from here on.
    pub db: ScopedDb,
}

impl Signed {
    /// By the session that `token` stands for, which was opened just now.
    ///
    /// # Errors
    /// `Unauthenticated` when there is none, such as after a repeated call, whose session was the first one's.
    pub(super) async fn by(db: &ScopedDb, desk: &Desk, token: Token) -> Result<Self> {
        Ok(Self {
            db: db.signed_in_as(&token).await?,
            expires_at: db.now() + desk.settings.session,
            token,
        })
    }
}

/// Lets somebody in by login and password. With `validate_only` nothing is opened, and `None` is answered.
///
/// Every refusal runs the same statements and one hash, whether the login is unknown, locked or inactive, so that neither text nor time
/// tells them apart (T-70, T-191).
///
/// # Errors
/// User errors at `login`: `BAD_CREDENTIALS`, and `NOT_APPROVED` for a right password only. `Unavailable` when too many try at once.
pub async fn sign_in(
    db: &ScopedDb,
    desk: &Desk,
    login: &str,
    password: &Secret,
    validate_only: bool,
) -> Result<Option<Signed>> {
    // Longer than any of them can be, whoever they belong to.
    if is_too_long(password) || login.chars().count() > EMAIL {
        return Err(refused());
    }
    let key = login_key(login);
    let attempt = db.attempt(&key).await?;
    let looked_up = async {
        let account = db.sign_in_of_login(&key).await?;
        let stored = account
            .as_ref()
            .and_then(|account| account.password_hash.as_deref());
        let right = desk.passwords.verify(password, stored).await?;
        Ok((account, right))
    };
    let (account, right) = match looked_up.await {
        Ok(found) => found,
        Err(fault) => {
            attempt.given_up().await?;
            return Err(fault);
        }
    };
    match (
        judge(account.as_ref(), right, attempt.is_locked(), db.now()),
        account,
    ) {
        (Verdict::Welcome(_), Some(account)) => {
            attempt.succeeded().await?;
            if validate_only {
                return Ok(None);
            }
            open(db, desk, account).await.map(Some)
        }
        (Verdict::NotApproved, _) => {
            attempt.succeeded().await?;
            let message = "the account has not been approved yet";
            Err(Error::invalid(Code::NotApproved, "login", message))
        }
        _ => {
            attempt.failed().await?;
            Err(refused())
        }
    }
}

/// Opens a session for somebody whose password was right.
///
/// # Errors
/// User error `BAD_CREDENTIALS` when the account has changed since.
pub(super) async fn open(db: &ScopedDb, desk: &Desk, account: SignIn) -> Result<Signed> {
    let token = Token::fresh(TokenKind::Session);
    let change = OpenSession {
        account: account.id,
        password_hash: account.password_hash,
        token: token.clone(),
        lasting: desk.settings.session,
    };
    db.write(change, Terms::default()).await?;
    Signed::by(db, desk, token).await
}

fn refused() -> Error {
    let message = "login and password do not go together, or the account cannot be used now";
    Error::invalid(Code::BadCredentials, "login", message)
}

/// A session for an account whose password was found right a moment ago.
#[derive(Debug, Serialize)]
struct OpenSession {
    account: AccountId,
    #[serde(skip)]
    password_hash: Option<String>,
    #[serde(skip)]
    token: Token,
    #[serde(skip)]
    lasting: TimeDelta,
}

impl Change for OpenSession {
    type Row = account::Entity;
    const MUTATION: &'static str = "signIn";
    const PUBLIC: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<AccountId> {
        let rows = tx
            .consequences::<account::Entity>(account::Column::Id.eq(self.account))
            .await?;
        let as_it_was = rows.first().is_some_and(|row| {
            row.active && row.approved && row.password_hash == self.password_hash
        });
        if !as_it_was {
            return Err(refused());
        }
        tx.note_sign_in(self.account).await?;
        tx.open_session(self.account, None, &self.token, self.lasting)
            .await?;
        Ok(self.account)
    }
}

/// Ends the session that the request came with, or all of the account.
#[derive(Debug, Serialize)]
pub struct SignOut {
    pub everywhere: bool,
}

impl Change for SignOut {
    type Row = account::Entity;
    const MUTATION: &'static str = "signOut";

    async fn apply(&self, tx: &mut WriteTx) -> Result<AccountId> {
        let account = tx.viewer().account_id().ok_or(Error::Unauthenticated)?;
        if self.everywhere && tx.viewer().actor_id().is_some() {
            let message = "whoever acts on behalf of an account ends that session only";
            return Err(Error::invalid(Code::Forbidden, "everywhere", message));
        }
        if self.everywhere {
            tx.close_sessions(account, None).await?;
        } else if let Some(session) = tx.viewer().session_id() {
            tx.close_session(session).await?;
        }
        Ok(account)
    }
}
