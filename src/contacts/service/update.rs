//! Changing a contact's own fields.

use super::super::rules::consent;
use super::{Keys, currency, keys};
use crate::access::{Change, Edit, WriteTx};
use crate::error::{Code, Error, Mistakes, Result};
use crate::graphql::terms::patch;
use crate::text::{NAME, Rule, SHORT, email};
use async_graphql::MaybeUndefined;
use chrono::NaiveDate;
use entity::ids::{AddressId, ContactId};
use entity::{address, contact};
use sea_orm::Set;
use serde::Serialize;

/// Changes a contact. Absent fields stay, null clears. Needs CONTACT_EDIT.
#[derive(Debug, Serialize)]
pub struct UpdateContact {
    pub id: ContactId,
    pub external_id: MaybeUndefined<String>,
    pub first_name: MaybeUndefined<String>,
    pub middle_name: MaybeUndefined<String>,
    pub last_name: MaybeUndefined<String>,
    /// Stays until cleared; without it the name follows its parts (T-179).
    pub full_name: MaybeUndefined<String>,
    pub email: MaybeUndefined<String>,
    pub phone: MaybeUndefined<String>,
    pub job_title: MaybeUndefined<String>,
    pub birth_date: MaybeUndefined<NaiveDate>,
    pub preferred_language: MaybeUndefined<String>,
    pub preferred_currency: MaybeUndefined<String>,
    /// Null means no.
    pub accepts_marketing: MaybeUndefined<bool>,
    pub preferred_billing_address_id: MaybeUndefined<AddressId>,
    pub preferred_shipping_address_id: MaybeUndefined<AddressId>,
}

impl Change for UpdateContact {
    type Row = contact::Entity;
    const MUTATION: &'static str = "contactUpdate";

    async fn apply(&self, tx: &mut WriteTx) -> Result<ContactId> {
        let row = tx.target::<contact::Entity, Edit>(self.id).await?;

        let mut mistakes = Mistakes::default();
        let mut line = |value: &MaybeUndefined<String>, rule: Rule| {
            patch(&mut mistakes, value.clone(), |text| rule.apply(text))
        };
        let external_id = line(&self.external_id, Rule::identifier("externalId", NAME));
        let first_name = line(&self.first_name, Rule::line("firstName", NAME));
        let middle_name = line(&self.middle_name, Rule::line("middleName", NAME));
        let last_name = line(&self.last_name, Rule::line("lastName", NAME));
        let full_name = line(&self.full_name, Rule::line("fullName", NAME));
        let phone = line(&self.phone, Rule::line("phone", SHORT));
        let job_title = line(&self.job_title, Rule::line("jobTitle", SHORT));
        let language = line(
            &self.preferred_language,
            Rule::line("preferredLanguage", SHORT),
        );
        let email = patch(&mut mistakes, self.email.clone(), |text| {
            email("email", text)
        });
        let currency = patch(&mut mistakes, self.preferred_currency.clone(), |code| {
            currency("preferredCurrency", code)
        });
        mistakes.finish()?;
        let named = keys(Keys {
            external_id: external_id.unwrap_or_else(|| row.external_id.clone()),
            first_name: first_name.unwrap_or_else(|| row.first_name.clone()),
            middle_name: middle_name.unwrap_or_else(|| row.middle_name.clone()),
            last_name: last_name.unwrap_or_else(|| row.last_name.clone()),
            given_full_name: full_name.unwrap_or_else(|| row.given_full_name.clone()),
            email: email.unwrap_or_else(|| row.email.clone()),
        })?;
        self.check_preferred(tx, &row).await?;
        let consent = (!self.accepts_marketing.is_undefined()).then(|| {
            consent(
                &row,
                self.accepts_marketing.take().unwrap_or_default(),
                tx.now(),
            )
        });

        tx.save(row, |contact| {
            let old = std::mem::take(contact);
            *contact = contact::ActiveModel {
                id: old.id,
                phone: phone.map_or(old.phone, Set),
                job_title: job_title.map_or(old.job_title, Set),
                birth_date: if self.birth_date.is_undefined() {
                    old.birth_date
                } else {
                    Set(self.birth_date.take())
                },
                preferred_language: language.map_or(old.preferred_language, Set),
                preferred_currency: currency.map_or(old.preferred_currency, Set),
                registration_source: old.registration_source,
                accepts_marketing: consent.map_or(old.accepts_marketing, |said| Set(said.0)),
                consent_updated_at: consent.map_or(old.consent_updated_at, |said| Set(said.1)),
                organization_id: old.organization_id,
                customer_group_id: old.customer_group_id,
                preferred_billing_address_id: preferred(
                    old.preferred_billing_address_id,
                    self.preferred_billing_address_id,
                ),
                preferred_shipping_address_id: preferred(
                    old.preferred_shipping_address_id,
                    self.preferred_shipping_address_id,
                ),
                erased_at: old.erased_at,
                version: old.version,
                created_at: old.created_at,
                updated_at: old.updated_at,
                ..named
            };
        })
        .await?;
        Ok(self.id)
    }
}

impl UpdateContact {
    /// A preferred address is the contact's own or its organization's (T-74).
    async fn check_preferred(&self, tx: &mut WriteTx, contact: &contact::Model) -> Result<()> {
        let preferences = [
            (
                "preferredBillingAddressId",
                self.preferred_billing_address_id,
            ),
            (
                "preferredShippingAddressId",
                self.preferred_shipping_address_id,
            ),
        ];
        for (field, wanted) in preferences {
            let MaybeUndefined::Value(wanted) = wanted else {
                continue;
            };
            let address = tx.refer::<address::Entity>(wanted, field).await?;
            let own = address.contact_id == Some(contact.id);
            let organizations = address.organization_id.is_some()
                && address.organization_id == contact.organization_id;
            if !own && !organizations {
                let message = "a preferred address must be the contact's own or its organization's";
                return Err(Error::invalid(Code::Invalid, field, message));
            }
        }
        Ok(())
    }
}

type Preference = sea_orm::ActiveValue<Option<AddressId>>;

fn preferred(old: Preference, wanted: MaybeUndefined<AddressId>) -> Preference {
    if wanted.is_undefined() {
        old
    } else {
        Set(wanted.take())
    }
}
