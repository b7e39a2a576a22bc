//! Looking after the accounts of others.

use super::open::open_account;
use super::user::{NewUser, Whose};
use super::{Desk, Hashed, place_of, refused_unhashed};
use crate::access::{
    Change, Delete, Edit, Granted, Leaving, Note, Permission, ScopedDb, Terms, WriteTx, Writes,
    Written, account_search_key,
};
use crate::accounts::rules;
use crate::customers::service::end_links_of;
use crate::error::{Code, Error, Mistakes, Result};
use crate::graphql::terms::patch;
use crate::passwords::{self, Secret};
use crate::prices::service::end_prices_of;
use crate::sales_reps::service::release;
use crate::text::{Rule, email, login_key};
use async_graphql::MaybeUndefined;
use entity::account::Origin;
use entity::ids::{AccountId, ContactId};
use entity::mail::Kind;
use entity::{account, contact, role_assignment};
use sea_orm::{ColumnTrait, Set};
use serde::Serialize;

/// Creates an account, approved and active, for a contact or for nobody. Without a password nobody can sign in until one is set by mail.
///
/// Needs ACCOUNT_CREATE over the contact's organization, without one everywhere, and there what every account holds.
#[derive(Clone, Debug, Serialize)]
pub struct CreateAccount {
    pub contact_id: Option<ContactId>,
    pub login: String,
    pub email: Option<String>,
    pub hashed: Option<Hashed>,
    pub comment: Option<String>,
}

/// Checks and hashes the password of a new account before its transaction begins.
///
/// # Errors
/// User errors: `TOO_LONG` and `WEAK_PASSWORD` at `password`, and those of [`CreateAccount`].
pub async fn create_account(
    db: &ScopedDb,
    desk: &Desk,
    account: CreateAccount,
    password: Option<&Secret>,
    terms: Terms,
) -> Result<Written<account::Entity>> {
    db.signed_in()?;
    let Some(password) = password else {
        return db.write(account, terms).await;
    };
    let about = [
        account.login.as_str(),
        account.email.as_deref().unwrap_or_default(),
    ];
    passwords::check("password", password, &about)
        .map_err(|mistake| Error::Invalid(vec![mistake]))?;
    let with = |hashed| CreateAccount {
        hashed: Some(hashed),
        ..account.clone()
    };
    refused_unhashed(db, Permission::AccountCreate, with).await?;
    let hashed = desk.hash(password, &terms).await?;
    db.write(with(hashed), terms).await
}

impl Change for CreateAccount {
    type Row = account::Entity;
    const MUTATION: &'static str = "accountCreate";
    const CREATES: bool = true;
    const GIVES_RIGHTS: bool = true;
    const NOT_ON_BEHALF: Option<&'static str> = Some("login");

    async fn apply(&self, tx: &mut WriteTx) -> Result<AccountId> {
        let mut mistakes = Mistakes::default();
        let login = mistakes.check(rules::login(Some(self.login.clone())));
        let email = mistakes.check(email("email", self.email.clone()));
        let comment = mistakes.check(Rule::text("comment").apply(self.comment.clone()));
        mistakes.finish()?;

        let organization = match self.contact_id {
            Some(contact) => {
                let contact = tx.refer::<contact::Entity>(contact, "contactId").await?;
                contact.organization_id
            }
            None => None,
        };
        let user = NewUser {
            whose: self.contact_id.map_or(Whose::Nobodys, Whose::Theirs),
            login: login.unwrap_or_default(),
            email,
            password_hash: self.hashed.as_ref().map(Hashed::hash),
            comment,
            awaits_confirmation: false,
            source: Origin::Manual,
        };
        let user = open_account(tx, user, organization, "contactId").await?;
        Ok(user.account)
    }
}

/// Changes an account. Needs ACCOUNT_EDIT over it.
///
/// To change its login or e-mail, and to bring it back, is as good as becoming it: these need everything that it holds, the first two also
/// ACCOUNT_SET_PASSWORD (T-192, T-196). Withdrawing approval and deactivating end its sessions at once (T-193).
#[derive(Debug, Serialize)]
pub struct UpdateAccount {
    pub id: AccountId,
    pub login: MaybeUndefined<String>,
    pub email: MaybeUndefined<String>,
    pub approved: MaybeUndefined<bool>,
    pub active: MaybeUndefined<bool>,
    pub comment: MaybeUndefined<String>,
}

impl Change for UpdateAccount {
    type Row = account::Entity;
    const MUTATION: &'static str = "accountUpdate";
    const GIVES_RIGHTS: bool = true;
    const NOT_ON_BEHALF: Option<&'static str> = Some("id");

    async fn apply(&self, tx: &mut WriteTx) -> Result<AccountId> {
        let row = tx.target::<account::Entity, Edit>(self.id).await?;
        let mut mistakes = Mistakes::default();
        let login = patch(&mut mistakes, self.login.clone(), rules::login).flatten();
        let email = patch(&mut mistakes, self.email.clone(), |text| {
            email("email", text)
        });
        let comment = patch(&mut mistakes, self.comment.clone(), |text| {
            Rule::text("comment").apply(text)
        });
        for (field, value) in [("approved", self.approved), ("active", self.active)] {
            if value.is_null() {
                mistakes.note(Code::Invalid, field, format!("{field} cannot be cleared"));
            }
        }
        mistakes.finish()?;

        let approved = self.approved.take().unwrap_or(row.approved);
        let active = self.active.take().unwrap_or(row.active);
        let login = login.unwrap_or_else(|| row.login.clone());
        let email = email.unwrap_or_else(|| row.email.clone());
        let signs_in_otherwise = login != row.login || email != row.email;
        let goes = (row.approved && !approved) || (row.active && !active);
        let comes_back = (approved && !row.approved) || (active && !row.active);

        if signs_in_otherwise {
            let field = if login == row.login { "email" } else { "login" };
            let place = place_of(tx, &row).await?;
            tx.require(Permission::AccountSetPassword, place, field)
                .await?;
            tx.require_all_that_is_held_by(self.id, field).await?;
        }
        if comes_back {
            let field = if approved == row.approved {
                "active"
            } else {
                "approved"
            };
            tx.require_all_that_is_held_by(self.id, field).await?;
        }
        if goes {
            let field = if approved == row.approved {
                "active"
            } else {
                "approved"
            };
            tx.keep_an_administrator(Leaving::Account(self.id), field)
                .await?;
        }
        if signs_in_otherwise && let Some(address) = row.email.clone() {
            // To where the mail went before: whoever reads it there may not know of this.
            let note = Note {
                recipient: Some(address),
                ..Note::about(Kind::SignInChanged, self.id)
            };
            tx.post(note).await?;
        }
        if goes || signs_in_otherwise {
            tx.close_sessions(self.id, None).await?;
        }
        if goes || comes_back || signs_in_otherwise {
            tx.void_tokens(self.id).await?;
        }
        let approval_is_settled = self.approved.is_value();
        tx.save(row, |account| {
            account.search_key = Set(account_search_key(&login, email.as_deref()));
            account.login_key = Set(login_key(&login));
            account.login = Set(login);
            account.email = Set(email);
            account.approved = Set(approved);
            account.active = Set(active);
            if approval_is_settled {
                account.awaits_confirmation = Set(false);
            }
            if let Some(comment) = comment {
                account.comment = Set(comment);
            }
        })
        .await?;
        Ok(self.id)
    }
}

/// Lets an account that was locked after wrong passwords be signed in with again. Needs ACCOUNT_UNLOCK over it, and nothing else (T-196).
#[derive(Debug, Serialize)]
pub struct UnlockAccount {
    pub id: AccountId,
}

impl Change for UnlockAccount {
    type Row = account::Entity;
    const MUTATION: &'static str = "accountUnlock";
    const NOT_ON_BEHALF: Option<&'static str> = Some("id");

    async fn apply(&self, tx: &mut WriteTx) -> Result<AccountId> {
        let row = tx.affected::<account::Entity>(self.id, "id").await?;
        let place = place_of(tx, &row).await?;
        tx.require(Permission::AccountUnlock, place, "id").await?;
        tx.forget_failures(&row.login_key).await?;
        tx.save(row, |account| account.locked_until = Set(None))
            .await?;
        Ok(self.id)
    }
}

/// Deletes an account with its roles, sessions, prices and links to customers; a sales rep has none then, the contact stays, and the login is free again (T-68, T-69). Needs ACCOUNT_DELETE.
#[derive(Debug, Serialize)]
pub struct DeleteAccount {
    pub id: AccountId,
}

impl Change for DeleteAccount {
    type Row = account::Entity;
    const MUTATION: &'static str = "accountDelete";
    const GIVES_RIGHTS: bool = true;
    const NOT_ON_BEHALF: Option<&'static str> = Some("id");

    async fn apply(&self, tx: &mut WriteTx) -> Result<AccountId> {
        let row = tx.target::<account::Entity, Delete>(self.id).await?;
        remove(tx, row, "id").await?;
        Ok(self.id)
    }
}

/// Deletes an account with its roles, sessions, letters, tokens and prices, and forgets the wrong passwords that its login was tried with.
///
/// # Errors
/// User error `LAST_HOLDER` at `field`.
pub async fn remove<R: Writes>(
    tx: &mut WriteTx,
    account: Granted<account::Entity, R>,
    field: &str,
) -> Result<()> {
    let id = account.id;
    tx.keep_an_administrator(Leaving::Account(id), field)
        .await?;
    tx.close_sessions(id, None).await?;
    tx.void_tokens(id).await?;
    tx.withdraw_mail(id).await?;
    tx.forget_failures(&account.login_key).await?;
    let held = role_assignment::Column::AccountId.eq(id);
    let held = tx.consequences::<role_assignment::Entity>(held).await?;
    tx.delete_all(held).await?;
    end_prices_of(tx, id).await?;
    end_links_of(tx, id).await?;
    release(tx, id).await?;
    tx.delete(account).await
}
