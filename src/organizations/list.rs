//! Lists of organizations: how they are narrowed down and ordered.

use crate::access::page::Sort;
use crate::access::{Permission, Reach, ScopedDb};
use crate::error::Result;
use crate::graphql::connection::PageArgs;
use crate::graphql::global_id;
use crate::graphql::order::OrderDirection;
use async_graphql::ID;
use entity::{customer_group, organization, organization_type};
use sea_orm::{ColumnTrait, Condition};

/// Narrows a list of organizations down; all given fields must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, async_graphql::InputObject)]
pub struct OrganizationFilter {
    /// Part of the name or the external id, without regard to case; below 3 characters the beginning of one of them.
    pub search: Option<String>,
    /// One of these external ids, exactly. At most 500; an empty list matches nothing.
    pub external_ids: Option<Vec<String>>,
    /// Directly below this organization. A hidden one has no visible children here.
    pub parent_id: Option<ID>,
    /// Only those whose parent is absent or hidden from you: the tops of what you may see.
    pub roots_only: Option<bool>,
    /// Given one of these customer groups itself. At most 500; an empty list matches nothing.
    pub customer_group_ids: Option<Vec<ID>>,
    /// Of one of these types. At most 500; an empty list matches nothing.
    pub type_ids: Option<Vec<ID>>,
}

impl OrganizationFilter {
    /// The rows that pass.
    ///
    /// # Errors
    /// `BadRequest` for ids of a wrong kind.
    pub fn condition(&self, db: &ScopedDb) -> Result<Condition> {
        let mut all = Condition::all();
        if let Some(search) = &self.search {
            all = all.add(db.found_by::<organization::Entity>(search));
        }
        if let Some(external_ids) = &self.external_ids {
            let wanted: Vec<_> = external_ids
                .iter()
                .filter(|id| !id.contains('\0'))
                .cloned()
                .collect();
            all = all.add(db.is_one_of(organization::Column::ExternalId, &wanted));
        }
        if let Some(parent) = &self.parent_id {
            let parent = global_id::decode::<organization::Entity>(parent)?;
            all = all
                .add(organization::Column::ParentId.eq(parent))
                .add(db.in_sight(organization::Column::ParentId.into_expr()));
        }
        if self.roots_only == Some(true) {
            all = all.add(tops(db));
        }
        if let Some(groups) = &self.customer_group_ids {
            let groups = global_id::decode_all::<customer_group::Entity>(groups)?;
            all = all.add(db.is_one_of(organization::Column::CustomerGroupId, &groups));
        }
        if let Some(types) = &self.type_ids {
            let types = global_id::decode_all::<organization_type::Entity>(types)?;
            all = all.add(db.is_one_of(organization::Column::TypeId, &types));
        }
        Ok(all)
    }
}

/// Organizations whose parent is absent or hidden: those that a grant names are the only ones to whom that can happen, beside the roots.
fn tops(db: &ScopedDb) -> Condition {
    let is_root = organization::Column::ParentId.is_null();
    match db.viewer().reach(Permission::OrganizationView) {
        Reach::Everywhere => Condition::all().add(is_root),
        Reach::Within { subtrees, nodes } => {
            let named: Vec<_> = subtrees.into_iter().chain(nodes).collect();
            Condition::all()
                .add(db.is_one_of(organization::Column::Id, &named))
                .add(
                    Condition::any().add(is_root).add(
                        db.in_sight(organization::Column::ParentId.into_expr())
                            .not(),
                    ),
                )
        }
    }
}

/// What organizations can be ordered by; ties by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum OrganizationOrderField {
    /// The name, without regard to case.
    Name,
    /// When it was created.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
}

/// An order of organizations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::InputObject)]
pub struct OrganizationOrder {
    /// What to compare.
    pub field: OrganizationOrderField,
    /// Which end comes first.
    pub direction: OrderDirection,
}

impl Default for OrganizationOrder {
    /// By name, A first (T-172).
    fn default() -> Self {
        Self {
            field: OrganizationOrderField::Name,
            direction: OrderDirection::Asc,
        }
    }
}

impl OrganizationOrder {
    /// What cursors of this order say first.
    #[must_use]
    pub fn tag(self) -> String {
        format!("organization {:?} {:?}", self.field, self.direction)
    }

    /// The order in SQL.
    #[must_use]
    pub fn sort(self) -> Sort<organization::Entity> {
        let column = match self.field {
            OrganizationOrderField::Name => organization::Column::NameKey,
            OrganizationOrderField::CreatedAt => organization::Column::CreatedAt,
            OrganizationOrderField::UpdatedAt => organization::Column::UpdatedAt,
        };
        Sort {
            columns: vec![column],
            descending: self.direction == OrderDirection::Desc,
        }
    }
}

/// A part of the list of an organization's children.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChildrenQuery {
    pub order: OrganizationOrder,
    pub args: PageArgs,
}

/// A part of everything below an organization, in depth-first order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DescendantsQuery {
    /// How many levels down; none for all.
    pub max_depth: Option<u32>,
    pub args: PageArgs,
}
