//! The tree for reading: one row for each organization and each of its ancestors, itself included at distance 0.

use super::ids::OrganizationId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organization_closure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub ancestor_id: OrganizationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub descendant_id: OrganizationId,
    /// Levels between the two: 0 for an organization and itself, 1 for a parent and its child.
    pub distance: i32,
}

impl ActiveModelBehavior for ActiveModel {}
