//! Roles given to accounts, each over a part of the tree and for a time (T-30).

use super::ids::{AccountId, OrganizationId, RoleAssignmentId, RoleId};
use sea_orm::entity::prelude::*;
use serde::Serialize;

/// How far an assignment reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Scope {
    /// Everywhere.
    #[sea_orm(string_value = "GLOBAL")]
    Global,
    /// The named organization and everything below it.
    #[sea_orm(string_value = "SUBTREE")]
    Subtree,
    /// The named organization alone.
    #[sea_orm(string_value = "NODE")]
    Node,
    /// The organization of the holder's own contact, alone.
    #[sea_orm(string_value = "OWN")]
    Own,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, DeriveEntityModel)]
#[sea_orm(table_name = "role_assignment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RoleAssignmentId,
    pub account_id: AccountId,
    pub role_id: RoleId,
    pub scope: Scope,
    /// Set exactly for `SUBTREE` and `NODE`.
    pub organization_id: Option<OrganizationId>,
    /// Inclusive; null is since ever.
    pub valid_from: Option<DateTimeUtc>,
    /// Exclusive; null is for ever.
    pub valid_until: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    #[serde(skip)]
    #[sea_orm(belongs_to, from = "account_id", to = "id")]
    pub account: BelongsTo<super::account::Entity>,
    #[serde(skip)]
    #[sea_orm(belongs_to, from = "role_id", to = "id")]
    pub role: BelongsTo<super::role::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
