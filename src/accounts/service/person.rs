//! Who registers, and the contact and account that come of it.

use super::user::{NewUser, User, Whose, came_from, make_user};
use super::{Hashed, Registration};
use crate::access::WriteTx;
use crate::contacts::rules::consent;
use crate::contacts::service::{Keys, keys};
use crate::error::{Code, Mistakes, Result};
use crate::text::{NAME, Rule, SHORT, email};
use entity::account::Origin;
use entity::contact;
use entity::ids::ContactId;
use sea_orm::{ColumnTrait, Set};
use serde::{Deserialize, Serialize};

/// The checked texts of a registration.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Person {
    pub(super) email: String,
    first_name: Option<String>,
    last_name: Option<String>,
    phone: Option<String>,
    registration_source: Option<String>,
    /// None where nobody was asked.
    accepts_marketing: Option<bool>,
}

impl Person {
    pub(super) fn checked(given: Registration, mut mistakes: Mistakes) -> Result<Self> {
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
            registration_source: source,
            accepts_marketing: given.accepts_marketing,
        })
    }

    /// What the registration says of its contact.
    fn contact(&self) -> Result<contact::ActiveModel> {
        let named = keys(Keys {
            external_id: None,
            first_name: self.first_name.clone(),
            middle_name: None,
            last_name: self.last_name.clone(),
            given_full_name: None,
            email: Some(self.email.clone()),
        })?;
        Ok(contact::ActiveModel {
            phone: Set(self.phone.clone()),
            registration_source: Set(self.registration_source.clone()),
            accepts_marketing: Set(self.accepts_marketing.unwrap_or_default()),
            ..named
        })
    }

    /// Adds the contact and its account.
    pub(super) async fn come_in(
        &self,
        tx: &mut WriteTx,
        hashed: &Hashed,
        awaits_confirmation: bool,
        source: Origin,
    ) -> Result<User> {
        let texts = contact::ActiveModel {
            consent_updated_at: Set(self.accepts_marketing.map(|_| tx.now())),
            ..self.contact()?
        };
        let user = NewUser {
            whose: Whose::Newcomers(Box::new(texts)),
            login: self.email.clone(),
            email: Some(self.email.clone()),
            password_hash: Some(hashed.hash()),
            comment: None,
            awaits_confirmation,
            source,
        };
        make_user(tx, user).await
    }

    /// Puts what this registration said of the contact into the place of what another one of the same address did, unless somebody has
    /// looked after the contact since.
    pub(super) async fn speak_for(
        &self,
        tx: &mut WriteTx,
        contact: ContactId,
        source: Origin,
    ) -> Result<()> {
        let mut said = self.contact()?;
        said.registration_source =
            Set(Some(came_from(self.registration_source.as_deref(), source)));
        let is_theirs = contact::Column::Id.eq(contact);
        for contact in tx.consequences::<contact::Entity>(is_theirs).await? {
            if contact.version == 1 {
                let consent = self
                    .accepts_marketing
                    .map(|accepts| consent(&contact, accepts, tx.now()).1);
                tx.save(contact, |contact| {
                    put(contact, said.clone());
                    contact.consent_updated_at = Set(consent.flatten());
                })
                .await?;
            }
        }
        Ok(())
    }
}

fn put(contact: &mut contact::ActiveModel, said: contact::ActiveModel) {
    contact.first_name = said.first_name;
    contact.last_name = said.last_name;
    contact.last_name_key = said.last_name_key;
    contact.full_name = said.full_name;
    contact.full_name_key = said.full_name_key;
    contact.email = said.email;
    contact.email_key = said.email_key;
    contact.search_key = said.search_key;
    contact.phone = said.phone;
    contact.registration_source = said.registration_source;
    contact.accepts_marketing = said.accepts_marketing;
}
