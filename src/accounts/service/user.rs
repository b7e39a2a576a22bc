//! How a user comes into being: by registration, by hand, by an import, with an order. All of them by one function (T-60).

use crate::access::{NewAccount, WriteTx};
use crate::error::Result;
use entity::account::Origin;
use entity::contact;
use entity::ids::{AccountId, ContactId};
use sea_orm::Set;

/// Whose account it is.
pub enum Whose {
    /// Of nobody: for programs, and for people whom the directory does not keep.
    Nobodys,
    /// Of a contact that is there.
    Theirs(ContactId),
    /// Of a contact that is made with it: its own texts, with all that follows from them.
    Newcomers(Box<contact::ActiveModel>),
}

/// A user to be. The texts are checked already.
pub struct NewUser {
    pub whose: Whose,
    pub login: String,
    pub email: Option<String>,
    pub password_hash: Option<String>,
    pub comment: Option<String>,
    /// Nobody can sign in until a registration is confirmed.
    pub awaits_confirmation: bool,
    pub source: Origin,
}

/// A user who has come into being.
#[derive(Clone, Copy, Debug)]
pub struct User {
    pub account: AccountId,
    pub contact: Option<ContactId>,
}

/// Makes a user: the account with what every account holds, and the contact where there is none yet.
///
/// # Errors
/// What the tables refuse, such as a login that is taken, or a contact that has an account.
pub async fn make_user(tx: &mut WriteTx, user: NewUser) -> Result<User> {
    let contact = match user.whose {
        Whose::Nobodys => None,
        Whose::Theirs(contact) => Some(contact),
        Whose::Newcomers(texts) => Some(make_contact(tx, *texts, user.source).await?),
    };
    let account = NewAccount {
        login: user.login,
        email: user.email,
        contact,
        password_hash: user.password_hash,
        comment: user.comment,
        awaits_confirmation: user.awaits_confirmation,
        source: user.source,
    };
    let account = tx.insert_account(account).await?.id;
    Ok(User { account, contact })
}

/// A contact that says nothing else came from where its account did; in an organization where the texts say so.
async fn make_contact(
    tx: &mut WriteTx,
    texts: contact::ActiveModel,
    source: Origin,
) -> Result<ContactId> {
    let id = ContactId(tx.fresh_id());
    let said = texts.registration_source.try_as_ref();
    let said = said.and_then(Option::as_deref);
    let organization = texts.organization_id.try_as_ref().copied().flatten();
    let row = contact::ActiveModel {
        id: Set(id),
        registration_source: Set(Some(came_from(said, source))),
        job_title: Set(None),
        birth_date: Set(None),
        preferred_language: Set(None),
        preferred_currency: Set(None),
        organization_id: Set(organization),
        customer_group_id: Set(None),
        preferred_billing_address_id: Set(None),
        preferred_shipping_address_id: Set(None),
        erased_at: Set(None),
        version: Set(1),
        created_at: Set(tx.now()),
        updated_at: Set(tx.now()),
        ..texts
    };
    tx.insert::<contact::Entity>(row).await?;
    Ok(id)
}

/// What `Contact.registrationSource` says: what somebody said, else how the account came into being.
pub(super) fn came_from(said: Option<&str>, source: Origin) -> String {
    let word = match source {
        Origin::Registration => "registration",
        Origin::Manual => "manual",
        Origin::Import => "import",
        Origin::Order => "order",
    };
    said.unwrap_or(word).to_owned()
}
