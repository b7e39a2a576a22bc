//! Changing an organization's own fields.

use super::keys;
use crate::access::{Change, Edit, WriteTx};
use crate::error::{Code, Error, Mistakes, Result};
use crate::graphql::terms::patch;
use crate::text::{NAME, Rule};
use async_graphql::MaybeUndefined;
use entity::ids::{BusinessCategoryId, ContactId, OrganizationId, OrganizationTypeId};
use entity::{business_category, contact, organization, organization_type};
use sea_orm::Set;
use serde::Serialize;

/// Changes an organization. Absent fields stay, null clears. Needs ORGANIZATION_EDIT.
#[derive(Debug, Serialize)]
pub struct UpdateOrganization {
    pub id: OrganizationId,
    pub external_id: MaybeUndefined<String>,
    pub name: MaybeUndefined<String>,
    pub description: MaybeUndefined<String>,
    pub type_id: MaybeUndefined<OrganizationTypeId>,
    pub business_category_id: MaybeUndefined<BusinessCategoryId>,
    /// Must belong to this organization itself (T-33).
    pub primary_contact_id: MaybeUndefined<ContactId>,
}

impl Change for UpdateOrganization {
    type Row = organization::Entity;
    const MUTATION: &'static str = "organizationUpdate";

    async fn apply(&self, tx: &mut WriteTx) -> Result<OrganizationId> {
        let row = tx.target::<organization::Entity, Edit>(self.id).await?;

        let mut mistakes = Mistakes::default();
        let external_id = patch(&mut mistakes, self.external_id.clone(), |text| {
            Rule::identifier("externalId", NAME).apply(text)
        });
        let name = patch(&mut mistakes, self.name.clone(), |text| {
            super::name(text).map(Some)
        });
        let description = patch(&mut mistakes, self.description.clone(), |text| {
            Rule::text("description").apply(text)
        });
        if self.type_id.is_null() {
            mistakes.note(Code::Invalid, "typeId", "the type cannot be cleared");
        }
        mistakes.finish()?;

        if let MaybeUndefined::Value(type_id) = self.type_id {
            tx.refer::<organization_type::Entity>(type_id, "typeId")
                .await?;
        }
        if let MaybeUndefined::Value(category) = self.business_category_id {
            tx.refer::<business_category::Entity>(category, "businessCategoryId")
                .await?;
        }
        if let MaybeUndefined::Value(contact) = self.primary_contact_id {
            let contact = tx
                .refer::<contact::Entity>(contact, "primaryContactId")
                .await?;
            if contact.organization_id != Some(self.id) {
                let message = "the primary contact must be one of the organization's own contacts";
                return Err(Error::invalid(Code::Invalid, "primaryContactId", message));
            }
        }

        let external_id = external_id.unwrap_or_else(|| row.external_id.clone());
        let name = name.flatten().unwrap_or_else(|| row.name.clone());
        let (external_id_key, name_key, search_key) = keys(external_id.as_deref(), &name);
        tx.save(row, |organization| {
            organization.external_id = Set(external_id);
            organization.external_id_key = Set(external_id_key);
            organization.name = Set(name);
            organization.name_key = Set(name_key);
            organization.search_key = Set(search_key);
            if let Some(description) = description {
                organization.description = Set(description);
            }
            if let MaybeUndefined::Value(type_id) = self.type_id {
                organization.type_id = Set(type_id);
            }
            if !self.business_category_id.is_undefined() {
                organization.business_category_id = Set(self.business_category_id.take());
            }
            if !self.primary_contact_id.is_undefined() {
                organization.primary_contact_id = Set(self.primary_contact_id.take());
            }
        })
        .await?;
        Ok(self.id)
    }
}
