//! Creating an organization.

use super::super::rules;
use super::keys;
use crate::access::{Change, Permission, Place, WriteTx};
use crate::customer_groups::service::assignable;
use crate::error::{Code, Error, Mistakes, Result};
use crate::text::{NAME, Rule};
use entity::ids::{BusinessCategoryId, CustomerGroupId, OrganizationId, OrganizationTypeId};
use entity::{business_category, organization, organization_type};
use sea_orm::{Condition, Set};
use serde::Serialize;

/// Creates an organization below `parent_id`, or a root.
///
/// Needs ORGANIZATION_CREATE over the parent, everywhere for a root; with a group also CUSTOMER_GROUP_ASSIGN over the new place.
#[derive(Debug, Serialize)]
pub struct CreateOrganization {
    pub external_id: Option<String>,
    pub name: String,
    pub description: Option<String>,
    /// The first type there is when `None`.
    pub type_id: Option<OrganizationTypeId>,
    pub business_category_id: Option<BusinessCategoryId>,
    pub parent_id: Option<OrganizationId>,
    pub customer_group_id: Option<CustomerGroupId>,
}

impl Change for CreateOrganization {
    type Row = organization::Entity;
    const MUTATION: &'static str = "organizationCreate";
    const CREATES: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<OrganizationId> {
        let mut mistakes = Mistakes::default();
        let external_id =
            mistakes.check(Rule::identifier("externalId", NAME).apply(self.external_id.clone()));
        let name = mistakes.check(super::name(Some(self.name.clone())));
        let description = mistakes.check(Rule::text("description").apply(self.description.clone()));
        mistakes.finish()?;

        tx.lock_tree().await?;
        let parent_level = match self.parent_id {
            Some(parent) => {
                tx.refer::<organization::Entity>(parent, "parentId").await?;
                tx.level(parent).await?
            }
            None => 0,
        };
        tx.require(
            Permission::OrganizationCreate,
            Place::from(self.parent_id),
            "parentId",
        )
        .await?;
        rules::check_depth(parent_level, 0, tx.max_depth(), "parentId")?;
        let type_id = self.type_or_first(tx).await?;
        if let Some(category) = self.business_category_id {
            tx.refer::<business_category::Entity>(category, "businessCategoryId")
                .await?;
        }
        if let Some(group) = self.customer_group_id {
            assignable(tx, group).await?;
        }

        let id = OrganizationId(tx.fresh_id());
        let (external_id_key, name_key, search_key) = keys(external_id.as_deref(), &name);
        let row = organization::ActiveModel {
            id: Set(id),
            external_id: Set(external_id),
            external_id_key: Set(external_id_key),
            name: Set(name),
            name_key: Set(name_key),
            search_key: Set(search_key),
            description: Set(description),
            type_id: Set(type_id),
            business_category_id: Set(self.business_category_id),
            parent_id: Set(self.parent_id),
            primary_contact_id: Set(None),
            customer_group_id: Set(self.customer_group_id),
            version: Set(1),
            created_at: Set(tx.now()),
            updated_at: Set(tx.now()),
        };
        tx.insert::<organization::Entity>(row).await?;
        tx.closure_enter(id, self.parent_id).await?;
        if self.customer_group_id.is_some() {
            // Asked at the new place: a right on the parent alone does not reach it.
            tx.require(
                Permission::CustomerGroupAssign,
                Place::Organization(id),
                "customerGroupId",
            )
            .await?;
        }
        Ok(id)
    }
}

impl CreateOrganization {
    async fn type_or_first(&self, tx: &mut WriteTx) -> Result<OrganizationTypeId> {
        if let Some(type_id) = self.type_id {
            return Ok(tx
                .refer::<organization_type::Entity>(type_id, "typeId")
                .await?
                .id);
        }
        let types = tx
            .consequences::<organization_type::Entity>(Condition::all())
            .await?;
        let first = types.iter().map(|row| row.id).min();
        first.ok_or_else(|| {
            Error::invalid(
                Code::Required,
                "typeId",
                "there is no organization type yet",
            )
        })
    }
}
