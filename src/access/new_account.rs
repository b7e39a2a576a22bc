//! The rows of a new account: the account itself and the two roles that every account holds (T-61), wherever it comes from.

use super::granted::{Consequence, Granted};
use super::system_roles::HELD_BY_EVERY_ACCOUNT;
use super::write_tx::WriteTx;
use crate::clock::Clock;
use crate::error::Result;
use crate::text::{login_key, search_key};
use entity::ids::{AccountId, ContactId, RoleAssignmentId};
use entity::role_assignment::Scope;
use entity::{account, role_assignment};
use sea_orm::Set;

/// What an account is made of. The texts are checked already.
#[derive(Clone, Debug, Default)]
pub struct NewAccount {
    pub login: String,
    pub email: Option<String>,
    pub contact: Option<ContactId>,
    pub password_hash: Option<String>,
    pub comment: Option<String>,
    /// Made by a registration that is still to be confirmed: not approved until then.
    pub awaits_confirmation: bool,
    /// How it comes into being.
    pub source: account::Origin,
}

impl NewAccount {
    /// Active, and approved unless it awaits confirmation.
    #[must_use]
    pub fn rows(self, clock: &Clock) -> (account::ActiveModel, [role_assignment::ActiveModel; 2]) {
        let (now, id) = (clock.now(), AccountId(clock.id()));
        let held = HELD_BY_EVERY_ACCOUNT.map(|role| role_assignment::ActiveModel {
            id: Set(RoleAssignmentId(clock.id())),
            account_id: Set(id),
            role_id: Set(role),
            scope: Set(Scope::Own),
            organization_id: Set(None),
            valid_from: Set(None),
            valid_until: Set(None),
            created_at: Set(now),
        });
        let account = account::ActiveModel {
            id: Set(id),
            login_key: Set(login_key(&self.login)),
            search_key: Set(account_search_key(&self.login, self.email.as_deref())),
            login: Set(self.login),
            email: Set(self.email),
            contact_id: Set(self.contact),
            password_hash: Set(self.password_hash),
            approved: Set(!self.awaits_confirmation),
            awaits_confirmation: Set(self.awaits_confirmation),
            registration_source: Set(self.source),
            active: Set(true),
            locked_until: Set(None),
            last_sign_in_at: Set(None),
            comment: Set(self.comment),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
        };
        (account, held)
    }
}

/// What accounts are searched by: login and e-mail.
#[must_use]
pub fn account_search_key(login: &str, email: Option<&str>) -> String {
    search_key(&[login, email.unwrap_or_default()])
}

impl WriteTx {
    /// Adds an account with what every account holds.
    ///
    /// # Errors
    /// What the tables refuse, such as a login that is taken.
    pub async fn insert_account(
        &mut self,
        account: NewAccount,
    ) -> Result<Granted<account::Entity, Consequence>> {
        let (account, held) = account.rows(self.clock());
        let account = self.insert::<account::Entity>(account).await?;
        for assignment in held {
            self.insert::<role_assignment::Entity>(assignment).await?;
        }
        Ok(account)
    }
}
