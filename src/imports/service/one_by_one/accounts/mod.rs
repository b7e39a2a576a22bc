//! Accounts: known by their logins, or where rows have none by their e-mails. They come without a password, invited (T-97).

mod read;

pub use read::{FIELDS, key};

use super::Ways;
use super::deal::Thing;
use crate::access::{Change as UseCase, Note, Permission, Place, WriteTx};
use crate::accounts::service::{DeleteAccount, NewUser, UpdateAccount, Whose, open_account};
use crate::contacts::service::{DeleteContact, Keys, keys};
use crate::error::{Code, Error, Result};
use crate::imports::rules::{Change, Given, Reading, RowIn};
use crate::roles::service::{AssignRole, RevokeRole};
use crate::text::login_key;
use async_graphql::MaybeUndefined;
use entity::account::{self, Model, Origin};
use entity::ids::{AccountId, ContactId, OrganizationId, RoleId};
use entity::mail::Kind;
use entity::role_assignment::Scope;
use entity::{contact, role_assignment};
use sea_orm::{ColumnTrait, Condition, Set};
use serde_json::Value;
use std::borrow::Cow;

/// An account as it shall be, as far as its row says so.
#[derive(Default)]
pub struct Accounts {
    login: String,
    email: MaybeUndefined<String>,
    comment: MaybeUndefined<String>,
    active: MaybeUndefined<bool>,
    /// The roles that it does not hold yet.
    roles: Vec<RoleId>,
    /// Those that are to be taken away again, by name.
    revoked: Vec<String>,
    password_hash: Option<String>,
    /// Whose it is, where that is a contact that is there.
    contact: Option<ContactId>,
    /// The contact to be made with it.
    newcomer: Option<Keys>,
    /// Where that one is, or shall be.
    organization: Option<OrganizationId>,
}

impl Thing for Accounts {
    type Entity = account::Entity;
    const FIELDS: &'static [&'static str] = &FIELDS;
    const KEY: &'static str = "login";
    const REFERENCES: &'static [&'static str] = &["role"];

    fn prepared(row: &RowIn) -> Cow<'_, RowIn> {
        match (row.text("login"), row.text("email")) {
            (None, Some(email)) => {
                let login = Given::Text(email.to_owned());
                let mut row = row.clone();
                row.fields.insert("login".to_owned(), login);
                Cow::Owned(row)
            }
            _ => Cow::Borrowed(row),
        }
    }

    async fn find(tx: &mut WriteTx, row: &RowIn) -> Result<Option<Model>> {
        let login = login_key(row.text("login").unwrap_or_default());
        let is_it = account::Column::LoginKey.eq(login);
        let found = tx.consequences::<account::Entity>(is_it).await?.pop();
        Ok(found.map(|found| (*found).clone()))
    }

    async fn read(
        tx: &mut WriteTx,
        reading: &mut Reading<'_>,
        old: Option<&Model>,
        row: &RowIn,
    ) -> Result<Self> {
        read::read(tx, reading, old, row).await
    }

    async fn carry_out(
        self,
        tx: &mut WriteTx,
        old: Option<&Model>,
        ways: Ways,
    ) -> Result<AccountId> {
        not_on_behalf(tx)?;
        let revoked = self.revoked.clone();
        let roles = self.roles.clone();
        let id = match old {
            Some(old) => self.change(tx, old).await?,
            None => self.make(tx, ways).await?,
        };
        for role in roles {
            let assign = AssignRole {
                account_id: id,
                role_id: role,
                scope: Scope::Own,
                organization_id: None,
                valid_from: None,
                valid_until: None,
            };
            assign.apply(tx).await?;
        }
        for (assignment, _) in held(tx, id, &revoked).await? {
            RevokeRole { id: assignment }.apply(tx).await?;
        }
        Ok(id)
    }

    async fn remove(tx: &mut WriteTx, id: AccountId, changes: &[Change]) -> Result<()> {
        not_on_behalf(tx)?;
        let is_it = account::Column::Id.eq(id);
        let found = tx.decided_by::<account::Entity>(is_it).await?.pop();
        let contact = found.and_then(|found| found.contact_id);
        DeleteAccount { id }.apply(tx).await?;
        let named = changes
            .iter()
            .any(|change| change.field == "contactExternalId");
        let Some(contact) = contact.filter(|_| !named) else {
            return Ok(());
        };
        // The contact came with it.
        let is_it = contact::Column::Id.eq(contact);
        let found = tx.decided_by::<contact::Entity>(is_it).await?.pop();
        if found.is_some_and(|found| found.version != 1) {
            let message = "the contact that came with it has been changed since";
            return Err(Error::invalid(Code::MovedOn, "fullName", message));
        }
        DeleteContact { id: contact }.apply(tx).await.map(drop)
    }

    fn referring(mut self, changes: &[Change], _: &Value) -> Self {
        let given = changes.iter().filter(|change| change.field == "role");
        let names = given.filter_map(|change| change.to.as_deref());
        self.revoked = names.flat_map(read::role_names).collect();
        self
    }
}

impl Accounts {
    async fn change(self, tx: &mut WriteTx, old: &Model) -> Result<AccountId> {
        let nothing =
            self.email.is_undefined() && self.comment.is_undefined() && self.active.is_undefined();
        if nothing {
            return Ok(old.id);
        }
        let update = UpdateAccount {
            id: old.id,
            login: MaybeUndefined::Undefined,
            email: self.email,
            approved: MaybeUndefined::Undefined,
            active: self.active,
            comment: self.comment,
        };
        update.apply(tx).await
    }

    async fn make(self, tx: &mut WriteTx, ways: Ways) -> Result<AccountId> {
        let whose = match (self.contact, self.newcomer) {
            (Some(contact), _) => Whose::Theirs(contact),
            (None, Some(texts)) => {
                let place = Place::from(self.organization);
                tx.require(Permission::ContactCreate, place, "organizationId")
                    .await?;
                Whose::Newcomers(Box::new(contact::ActiveModel {
                    phone: Set(None),
                    registration_source: Set(None),
                    accepts_marketing: Set(false),
                    consent_updated_at: Set(None),
                    organization_id: Set(self.organization),
                    ..keys(texts)?
                }))
            }
            (None, None) => Whose::Nobodys,
        };
        let email = self.email.take();
        let invited = ways.send_invitations && email.is_some() && self.password_hash.is_none();
        let user = NewUser {
            whose,
            login: self.login,
            email,
            password_hash: self.password_hash,
            comment: self.comment.take(),
            awaits_confirmation: false,
            source: Origin::Import,
        };
        let user = open_account(tx, user, self.organization, "organizationId").await?;
        if self.active == MaybeUndefined::Value(false) {
            let update = UpdateAccount {
                id: user.account,
                login: MaybeUndefined::Undefined,
                email: MaybeUndefined::Undefined,
                approved: MaybeUndefined::Undefined,
                active: self.active,
                comment: MaybeUndefined::Undefined,
            };
            update.apply(tx).await?;
        } else if invited {
            tx.post(Note::about(Kind::Invitation, user.account)).await?;
        }
        Ok(user.account)
    }
}

/// What `accountCreate` and its kin refuse at once (T-73).
fn not_on_behalf(tx: &WriteTx) -> Result<()> {
    if tx.viewer().actor_id().is_none() {
        return Ok(());
    }
    let message = "whoever acts on behalf of an account may not do this";
    Err(Error::invalid(Code::Forbidden, "login", message))
}

/// The assignments of these roles over the organization of the account's own contact that are not over.
async fn held(
    tx: &mut WriteTx,
    account: AccountId,
    names: &[String],
) -> Result<Vec<(entity::ids::RoleAssignmentId, RoleId)>> {
    let wanted = read::roles_named(tx, names).await?;
    let wanted: Vec<_> = wanted.into_values().collect();
    let not_over = Condition::any()
        .add(role_assignment::Column::ValidUntil.is_null())
        .add(role_assignment::Column::ValidUntil.gt(tx.now()));
    let theirs = Condition::all()
        .add(role_assignment::Column::AccountId.eq(account))
        .add(role_assignment::Column::Scope.eq(Scope::Own))
        .add(tx.is_one_of(role_assignment::Column::RoleId, &wanted))
        .add(not_over);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let rows = tx.looked_at::<role_assignment::Entity>(theirs).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.role_id)).collect())
}
