//! Registering: a contact and an account of somebody who was a stranger, in one transaction (T-60, T-190).

use super::password::token_expired;
use super::sign_in::{Signed, open};
use super::{Desk, Hashed, RegistrationMode};
use crate::access::{Change, NewAccount, Note, ScopedDb, Terms, Token, TokenKind, WriteTx};
use crate::contacts::service::{Keys, keys};
use crate::error::{Code, Error, Mistakes, Result};
use crate::passwords::{self, Secret};
use crate::text::{NAME, Rule, SHORT, email, login_key};
use chrono::TimeDelta;
use entity::account_token::Purpose;
use entity::ids::{AccountId, ContactId};
use entity::mail::Kind;
use entity::{account, contact};
use sea_orm::{ColumnTrait, Set};
use serde::Serialize;
use tokio::time::{Instant, sleep_until};

/// Where contacts come from that say nothing else.
const SOURCE: &str = "registration";

/// What a stranger says. There is no organization, group or role in it: those are given.
#[derive(Clone, Debug)]
pub struct Registration {
    pub email: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub phone: Option<String>,
    pub registration_source: Option<String>,
    pub accepts_marketing: bool,
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
    let until = db.now() + desk.settings.session;
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
    let signed = match db.signed_in_as(&token).await {
        Ok(signed_in) => Some(Signed {
            token,
            expires_at: until,
            db: signed_in,
        }),
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
    let until = db.now() + desk.settings.session;
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
    match db.signed_in_as(&session).await {
        Ok(signed_in) => Ok(Registered {
            signed: Some(Signed {
                token: session,
                expires_at: until,
                db: signed_in,
            }),
        }),
        // A repeated call: the session was opened by the first one.
        Err(Error::Unauthenticated) => Err(token_expired()),
        Err(fault) => Err(fault),
    }
}

/// The checked texts of a registration.
#[derive(Clone, Debug, Serialize)]
struct Person {
    email: String,
    first_name: Option<String>,
    last_name: Option<String>,
    phone: Option<String>,
    registration_source: String,
    accepts_marketing: bool,
}

impl Person {
    fn checked(given: Registration, mut mistakes: Mistakes) -> Result<Self> {
        let address = mistakes.check(email("email", Some(given.email.clone())));
        if given.email.trim().is_empty() {
            mistakes.note(Code::Required, "email", "a registration needs an e-mail");
        }
        let first_name = mistakes.check(Rule::line("firstName", NAME).apply(given.first_name));
        let last_name = mistakes.check(Rule::line("lastName", NAME).apply(given.last_name));
        let phone = mistakes.check(Rule::line("phone", SHORT).apply(given.phone));
        let source = mistakes
            .check(Rule::line("registrationSource", SHORT).apply(given.registration_source));
        mistakes.finish()?;
        Ok(Self {
            email: address.unwrap_or_default(),
            first_name,
            last_name,
            phone,
            registration_source: source.unwrap_or_else(|| SOURCE.to_owned()),
            accepts_marketing: given.accepts_marketing,
        })
    }

    /// Adds the contact and its account.
    async fn come_in(
        &self,
        tx: &mut WriteTx,
        hashed: &Hashed,
        awaits_confirmation: bool,
    ) -> Result<AccountId> {
        let named = keys(Keys {
            external_id: None,
            first_name: self.first_name.clone(),
            middle_name: None,
            last_name: self.last_name.clone(),
            given_full_name: None,
            email: Some(self.email.clone()),
        })?;
        let contact = ContactId(tx.fresh_id());
        let row = contact::ActiveModel {
            id: Set(contact),
            phone: Set(self.phone.clone()),
            job_title: Set(None),
            birth_date: Set(None),
            preferred_language: Set(None),
            preferred_currency: Set(None),
            registration_source: Set(Some(self.registration_source.clone())),
            accepts_marketing: Set(self.accepts_marketing),
            organization_id: Set(None),
            customer_group_id: Set(None),
            preferred_billing_address_id: Set(None),
            preferred_shipping_address_id: Set(None),
            version: Set(1),
            created_at: Set(tx.now()),
            updated_at: Set(tx.now()),
            ..named
        };
        tx.insert::<contact::Entity>(row).await?;
        let account = NewAccount {
            login: self.email.clone(),
            email: Some(self.email.clone()),
            contact: Some(contact),
            password_hash: Some(hashed.hash()),
            comment: None,
            awaits_confirmation,
        };
        Ok(tx.insert_account(account).await?.id)
    }
}

/// In instant mode: the account is there and signed in.
#[derive(Debug, Serialize)]
struct Register {
    person: Person,
    hashed: Hashed,
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
        let account = self.person.come_in(tx, &self.hashed, false).await?;
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
                let account = self.person.come_in(tx, &self.hashed, true).await?;
                (account, Kind::RegistrationConfirm)
            }
        };
        let mut note = Note::about(kind, account);
        if kind == Kind::RegistrationConfirm {
            note.password_hash = Some(self.hashed.hash());
        }
        tx.post(note).await?;
        Ok(account)
    }
}

#[derive(Debug, Serialize)]
struct ConfirmRegistration {
    token: Token,
    session: Token,
    #[serde(skip)]
    lasting: TimeDelta,
}

impl Change for ConfirmRegistration {
    type Row = account::Entity;
    const MUTATION: &'static str = "registrationConfirm";
    const PUBLIC: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<AccountId> {
        let (account, password_hash) = tx
            .take_token(&self.token, Purpose::Confirm)
            .await?
            .ok_or_else(token_expired)?;
        let is_it = account::Column::Id.eq(account);
        let row = tx.consequences::<account::Entity>(is_it).await?.pop();
        let row = row
            .filter(|row| row.awaits_confirmation && row.active)
            .ok_or_else(token_expired)?;
        tx.save(row, |account| {
            account.approved = Set(true);
            account.awaits_confirmation = Set(false);
            if password_hash.is_some() {
                account.password_hash = Set(password_hash);
            }
        })
        .await?;
        tx.note_sign_in(account).await?;
        tx.open_session(account, None, &self.session, self.lasting)
            .await?;
        Ok(account)
    }
}
