//! Organizations: a forest by `parent_id`, with [`organization_closure`](super::organization_closure) beside it for reading.

use super::ids::{
    BusinessCategoryId, ContactId, CustomerGroupId, OrganizationId, OrganizationTypeId,
};
use sea_orm::entity::prelude::*;
use serde::Serialize;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "organization")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrganizationId,
    pub external_id: Option<String>,
    #[serde(skip)]
    pub external_id_key: String,
    pub name: String,
    #[serde(skip)]
    pub name_key: String,
    #[serde(skip)]
    pub search_key: String,
    pub description: Option<String>,
    pub type_id: OrganizationTypeId,
    pub business_category_id: Option<BusinessCategoryId>,
    pub parent_id: Option<OrganizationId>,
    pub primary_contact_id: Option<ContactId>,
    pub customer_group_id: Option<CustomerGroupId>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    #[serde(skip)]
    #[sea_orm(
        self_ref,
        relation_enum = "Parent",
        relation_reverse = "Children",
        from = "parent_id",
        to = "id"
    )]
    pub parent: BelongsTo<Option<Entity>>,
    #[serde(skip)]
    #[sea_orm(self_ref, relation_enum = "Children", relation_reverse = "Parent")]
    pub children: HasMany<Entity>,
    #[serde(skip)]
    #[sea_orm(belongs_to, from = "type_id", to = "id")]
    pub organization_type: BelongsTo<super::organization_type::Entity>,
    #[serde(skip)]
    #[sea_orm(belongs_to, from = "business_category_id", to = "id")]
    pub business_category: BelongsTo<Option<super::business_category::Entity>>,
    #[serde(skip)]
    #[sea_orm(belongs_to, from = "customer_group_id", to = "id")]
    pub customer_group: BelongsTo<Option<super::customer_group::Entity>>,
    #[serde(skip)]
    #[sea_orm(has_many)]
    pub contacts: HasMany<super::contact::Entity>,
    #[serde(skip)]
    #[sea_orm(has_many)]
    pub addresses: HasMany<super::address::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

/// An organization's place below another one: all that is needed to walk the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limb {
    pub id: OrganizationId,
    pub parent_id: OrganizationId,
    /// Siblings stand in the order of their names, ties by id.
    pub name_key: String,
}
