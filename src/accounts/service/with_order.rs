//! Registering with an order: the account comes into being with what it ordered (T-62), or nobody can tell that it was there already (T-151).

use super::person::Person;
use super::user::User;
use super::{Desk, Hashed, Registration, RegistrationMode};
use crate::access::{Note, Terms, WriteTx};
use crate::error::{Error, Mistakes, Result};
use crate::passwords::{self, Secret};
use crate::text::login_key;
use entity::account;
use entity::account::Origin;
use entity::ids::{AccountId, OrderId};
use entity::mail::Kind;
use sea_orm::ColumnTrait;
use serde::Serialize;

/// Somebody who orders and wants an account by it.
#[derive(Clone, Debug, Serialize)]
pub struct Newcomer {
    person: Person,
    hashed: Hashed,
    confirms: bool,
}

/// What became of the wish for an account.
#[derive(Debug)]
pub enum Arrival {
    /// A new user; without an approved account while a registration is to be confirmed.
    Came(User),
    /// The login has an account.
    WasThere(AccountId),
    /// The login has an account that nobody has confirmed yet.
    WasNotConfirmed(AccountId),
}

impl Newcomer {
    /// Checks what was said, and hashes the password before any transaction begins.
    ///
    /// # Errors
    /// User errors: those of a registration at its fields, `TOO_LONG` and `WEAK_PASSWORD` at `password`. `Unavailable` when too many hashes
    /// wait for their turn.
    pub async fn checked(
        desk: &Desk,
        said: Registration,
        password: &Secret,
        terms: &Terms,
    ) -> Result<Self> {
        let about = [
            Some(said.email.clone()),
            said.first_name.clone(),
            said.last_name.clone(),
        ];
        let about: Vec<_> = about.iter().flatten().map(String::as_str).collect();
        let mut mistakes = Mistakes::default();
        mistakes.check(passwords::check("password", password, &about));
        let person = Person::checked(said, mistakes)?;
        Ok(Self {
            person,
            hashed: desk.hash(password, terms).await?,
            confirms: desk.settings.registration == RegistrationMode::Confirm,
        })
    }

    /// Makes the user, unless the login is taken.
    ///
    /// # Errors
    /// `TAKEN` at `login` when somebody takes it at the same time.
    pub async fn arrive(&self, tx: &mut WriteTx) -> Result<Arrival> {
        let has_login = account::Column::LoginKey.eq(login_key(&self.person.email));
        if let Some(there) = tx.consequences::<account::Entity>(has_login).await?.pop() {
            return Ok(if there.awaits_confirmation {
                Arrival::WasNotConfirmed(there.id)
            } else {
                Arrival::WasThere(there.id)
            });
        }
        let user = self
            .person
            .come_in(tx, &self.hashed, self.confirms, Origin::Order);
        Ok(Arrival::Came(user.await?))
    }

    /// Puts the letter into the outbox that says what became of it: to whoever reads the mail of that login, and to nobody else.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn tell(&self, tx: &mut WriteTx, arrival: &Arrival, order: OrderId) -> Result<()> {
        let to_confirm = match arrival {
            Arrival::Came(user) if self.confirms => user.account,
            Arrival::Came(_) => return Ok(()),
            Arrival::WasNotConfirmed(account) => *account,
            Arrival::WasThere(account) => {
                let note = Note {
                    order: Some(order),
                    ..Note::about(Kind::OrderLoginTaken, *account)
                };
                return tx.post(note).await;
            }
        };
        let registration = serde_json::to_value(&self.person).map_err(Error::internal)?;
        let note = Note {
            password_hash: Some(self.hashed.hash()),
            registration: Some(registration),
            ..Note::about(Kind::RegistrationConfirm, to_confirm)
        };
        tx.post(note).await
    }
}
