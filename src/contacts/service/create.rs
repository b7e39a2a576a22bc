//! Creating a contact.

use super::{Keys, currency, keys};
use crate::access::{Change, Permission, Place, WriteTx};
use crate::customer_groups::service::assignable;
use crate::error::{Mistakes, Result};
use crate::text::{NAME, Rule, SHORT, email};
use chrono::NaiveDate;
use entity::ids::{ContactId, CustomerGroupId, OrganizationId};
use entity::{contact, organization};
use sea_orm::Set;
use serde::Serialize;

/// Creates a contact in `organization_id`, or in none.
///
/// Needs CONTACT_CREATE over the organization, everywhere for none; with a group also CUSTOMER_GROUP_ASSIGN there.
#[derive(Debug, Serialize)]
pub struct CreateContact {
    pub external_id: Option<String>,
    pub first_name: Option<String>,
    pub middle_name: Option<String>,
    pub last_name: Option<String>,
    pub full_name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub job_title: Option<String>,
    pub birth_date: Option<NaiveDate>,
    pub preferred_language: Option<String>,
    pub preferred_currency: Option<String>,
    pub organization_id: Option<OrganizationId>,
    pub customer_group_id: Option<CustomerGroupId>,
}

impl Change for CreateContact {
    type Row = contact::Entity;
    const MUTATION: &'static str = "contactCreate";
    const CREATES: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<ContactId> {
        let mut mistakes = Mistakes::default();
        let texts = Keys {
            external_id: mistakes
                .check(Rule::identifier("externalId", NAME).apply(self.external_id.clone())),
            first_name: mistakes
                .check(Rule::line("firstName", NAME).apply(self.first_name.clone())),
            middle_name: mistakes
                .check(Rule::line("middleName", NAME).apply(self.middle_name.clone())),
            last_name: mistakes.check(Rule::line("lastName", NAME).apply(self.last_name.clone())),
            given_full_name: mistakes
                .check(Rule::line("fullName", NAME).apply(self.full_name.clone())),
            email: mistakes.check(email("email", self.email.clone())),
        };
        let phone = mistakes.check(Rule::line("phone", SHORT).apply(self.phone.clone()));
        let job_title = mistakes.check(Rule::line("jobTitle", SHORT).apply(self.job_title.clone()));
        let language = mistakes
            .check(Rule::line("preferredLanguage", SHORT).apply(self.preferred_language.clone()));
        let currency = mistakes.check(currency(
            "preferredCurrency",
            self.preferred_currency.clone(),
        ));
        mistakes.finish()?;
        let named = keys(texts)?;

        if let Some(organization) = self.organization_id {
            tx.refer::<organization::Entity>(organization, "organizationId")
                .await?;
        }
        let place = Place::from(self.organization_id);
        tx.require(Permission::ContactCreate, place, "organizationId")
            .await?;
        if let Some(group) = self.customer_group_id {
            assignable(tx, group).await?;
            tx.require(Permission::CustomerGroupAssign, place, "customerGroupId")
                .await?;
        }

        let id = ContactId(tx.fresh_id());
        let row = contact::ActiveModel {
            id: Set(id),
            phone: Set(phone),
            job_title: Set(job_title),
            birth_date: Set(self.birth_date),
            preferred_language: Set(language),
            preferred_currency: Set(currency),
            registration_source: Set(None),
            accepts_marketing: Set(false),
            consent_updated_at: Set(None),
            organization_id: Set(self.organization_id),
            customer_group_id: Set(self.customer_group_id),
            preferred_billing_address_id: Set(None),
            preferred_shipping_address_id: Set(None),
            erased_at: Set(None),
            version: Set(1),
            created_at: Set(tx.now()),
            updated_at: Set(tx.now()),
            ..named
        };
        tx.insert::<contact::Entity>(row).await?;
        Ok(id)
    }
}
