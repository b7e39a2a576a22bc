//! Registering: a contact and an account of somebody who was a stranger, in one transaction (T-60, T-190).

use super::password::token_expired;
use super::person::Person;
use super::sign_in::{Signed, open};
use super::{Desk, Hashed, RegistrationMode};
use crate::access::{Change, Note, ScopedDb, Terms, Token, TokenKind, WriteTx};
use crate::error::{Code, Error, Mistakes, Result};
use crate::passwords::{self, Secret};
use crate::text::login_key;
use chrono::TimeDelta;
use entity::account;
use entity::account::Origin;
use entity::account_token::Purpose;
use entity::ids::AccountId;
use entity::mail::Kind;
use sea_orm::{ColumnTrait, Set};
use serde::Serialize;
use tokio::time::{Instant, sleep_until};

/// What a stranger says. There is no organization, group or role in it: those are given.
#[derive(Clone, Debug)]
pub struct Registration {
    pub email: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub phone: Option<String>,
    pub registration_source: Option<String>,
    /// None where nobody was asked.
    pub accepts_marketing: Option<bool>,
}

/// What a registration came to. Nothing of it is there in confirm mode, and for what was only validated.
#[derive(Debug, Default)]
pub struct Registered {
    pub signed: Option<Signed>,
}

/// Registers somebody: the e-mail is the login (T-67).
///
/// # Errors
/// User errors: `REQUIRED`, `INVALID`, `TOO_LONG` at the fields, `WEAK_PASSWORD` at `password`, and in instant mode `TAKEN` at `email`.
/// `Unavailable` when too many hashes wait for their turn.
pub async fn register(
    db: &ScopedDb,
    desk: &Desk,
    registration: Registration,
    password: &Secret,
    terms: Terms,
) -> Result<Registered> {
    let began = Instant::now();
    let about = [
        Some(registration.email.as_str()),
        registration.first_name.as_deref(),
        registration.last_name.as_deref(),
    ];
    let about: Vec<_> = about.into_iter().flatten().collect();
    let mut mistakes = Mistakes::default();
    mistakes.check(passwords::check("password", password, &about));
    let person = Person::checked(registration, mistakes)?;
    let hashed = desk.hash(password, &terms).await?;
    match desk.settings.registration {
        RegistrationMode::Confirm => {
            let done = register_unconfirmed(db, person, hashed, terms).await;
            sleep_until(began + desk.settings.neutral_answer).await;
            done.map(|()| Registered::default())
        }
        RegistrationMode::Instant => {
            register_at_once(db, desk, person, hashed, password, terms).await
        }
    }
}

async fn register_at_once(
    db: &ScopedDb,
    desk: &Desk,
    person: Person,
    hashed: Hashed,
    password: &Secret,
    terms: Terms,
) -> Result<Registered> {
    let token = Token::fresh(TokenKind::Session);
    let change = Register {
        person,
        hashed,
        token: token.clone(),
        lasting: desk.settings.session,
    };
    let validate_only = terms.validate_only;
    let written = db.write(change, terms).await.map_err(at_email)?;
    if validate_only {
        return Ok(Registered::default());
    }
    let signed = match Signed::by(db, desk, token).await {
        Ok(signed) => Some(signed),
        // A repeated call finds the account of the first one, whose token is told to nobody twice.
        Err(Error::Unauthenticated) => sign_in_again(db, desk, written.id, password).await?,
        Err(fault) => return Err(fault),
    };
    Ok(Registered { signed })
}

/// Opens another session for whoever repeats their registration, as long as the password is still the one that they chose.
async fn sign_in_again(
    db: &ScopedDb,
    desk: &Desk,
    account: AccountId,
    password: &Secret,
) -> Result<Option<Signed>> {
    let Some(account) = db.sign_in_of(account).await? else {
        return Ok(None);
    };
    let stored = account.password_hash.as_deref();
    if !desk.passwords.verify(password, stored).await? {
        return Ok(None);
    }
    match open(db, desk, account).await {
        Ok(signed) => Ok(Some(signed)),
        Err(Error::Invalid(_)) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// A login that is taken is the e-mail of a registration.
fn at_email(error: Error) -> Error {
    match error {
        Error::Invalid(mut mistakes) => {
            for mistake in &mut mistakes {
                if mistake.path == ["login"] {
                    "email is taken".clone_into(&mut mistake.message);
                    mistake.path = vec!["email".to_owned()];
                }
            }
            Error::Invalid(mistakes)
        }
        other => other,
    }
}

async fn register_unconfirmed(
    db: &ScopedDb,
    person: Person,
    hashed: Hashed,
    terms: Terms,
) -> Result<()> {
    let change = RegisterUnconfirmed { person, hashed };
    match db.write(change.clone(), terms.clone()).await {
        // Somebody registered the same login at the same time: now it is there to be found.
        Err(Error::Invalid(mistakes))
            if mistakes.iter().any(|mistake| mistake.code == Code::Taken) =>
        {
            db.write(change, terms).await
        }
        done => done,
    }
    .map(drop)
}

/// Confirms a registration by the token out of its mail, and signs in.
///
/// # Errors
/// User error `TOKEN_EXPIRED` at `token`.
pub async fn confirm_registration(
    db: &ScopedDb,
    desk: &Desk,
    token: Token,
    terms: Terms,
) -> Result<Registered> {
    let session = Token::fresh(TokenKind::Session);
    let change = ConfirmRegistration {
        token,
        session: session.clone(),
        lasting: desk.settings.session,
    };
    let validate_only = terms.validate_only;
    db.write(change, terms).await?;
    if validate_only {
        return Ok(Registered::default());
    }
    match Signed::by(db, desk, session).await {
        Ok(signed) => Ok(Registered {
            signed: Some(signed),
        }),
        // A repeated call: the session was opened by the first one.
        Err(Error::Unauthenticated) => Err(token_expired()),
        Err(fault) => Err(fault),
    }
}

/// In instant mode: the account is there and signed in.
#[derive(Debug, Serialize)]
struct Register {
    person: Person,
    hashed: Hashed,
    #[serde(skip)]
    token: Token,
    #[serde(skip)]
    lasting: TimeDelta,
}

impl Change for Register {
    type Row = account::Entity;
    const MUTATION: &'static str = "register";
    const CREATES: bool = true;
    const PUBLIC: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<AccountId> {
        let user = self
            .person
            .come_in(tx, &self.hashed, false, Origin::Registration)
            .await?;
        let account = user.account;
        tx.note_sign_in(account).await?;
        tx.open_session(account, None, &self.token, self.lasting)
            .await?;
        Ok(account)
    }
}

/// In confirm mode: whatever is true of the login, a letter goes out that says it, and nothing else is told.
#[derive(Clone, Debug, Serialize)]
struct RegisterUnconfirmed {
    person: Person,
    hashed: Hashed,
}

impl Change for RegisterUnconfirmed {
    type Row = account::Entity;
    const MUTATION: &'static str = "register";
    const CREATES: bool = true;
    const PUBLIC: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<AccountId> {
        let has_login = account::Column::LoginKey.eq(login_key(&self.person.email));
        let there = tx.consequences::<account::Entity>(has_login).await?.pop();
        let (account, kind) = match there {
            Some(row) if !row.awaits_confirmation => (row.id, Kind::LoginTaken),
            // Not the first to try. Whoever reads the mail decides which registration it was, and gets the password chosen with that one.
            Some(row) => (row.id, Kind::RegistrationConfirm),
            None => {
                let user = self
                    .person
                    .come_in(tx, &self.hashed, true, Origin::Registration);
                (user.await?.account, Kind::RegistrationConfirm)
            }
        };
        let mut note = Note::about(kind, account);
        if kind == Kind::RegistrationConfirm {
            note.password_hash = Some(self.hashed.hash());
            note.registration = serde_json::to_value(&self.person).ok();
        }
        tx.post(note).await?;
        Ok(account)
    }
}

#[derive(Debug, Serialize)]
struct ConfirmRegistration {
    token: Token,
    #[serde(skip)]
    session: Token,
    #[serde(skip)]
    lasting: TimeDelta,
}

impl Change for ConfirmRegistration {
    type Row = account::Entity;
    const MUTATION: &'static str = "registrationConfirm";
    const PUBLIC: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<AccountId> {
        let taken = tx
            .take_token(&self.token, Purpose::Confirm)
            .await?
            .ok_or_else(token_expired)?;
        let account = taken.account;
        let is_it = account::Column::Id.eq(account);
        let row = tx.consequences::<account::Entity>(is_it).await?.pop();
        let row = row
            .filter(|row| row.awaits_confirmation && row.active)
            .ok_or_else(token_expired)?;
        // Others may have registered the same address: what counts is what the one who reads its mail has said.
        if let (Some(contact), Some(said)) = (row.contact_id, taken.registration) {
            let person: Person = serde_json::from_value(said).map_err(Error::internal)?;
            person
                .speak_for(tx, contact, row.registration_source)
                .await?;
        }
        tx.save(row, |account| {
            account.approved = Set(true);
            account.awaits_confirmation = Set(false);
            if taken.password_hash.is_some() {
                account.password_hash = Set(taken.password_hash);
            }
        })
        .await?;
        tx.note_sign_in(account).await?;
        tx.open_session(account, None, &self.session, self.lasting)
            .await?;
        Ok(account)
    }
}
