//! Lists of contacts: how they are narrowed down and ordered.

use crate::access::ScopedDb;
use crate::access::page::Sort;
use crate::access::search::begins_with;
use crate::customer_groups::list::effective_group_is_one_of;
use crate::error::Result;
use crate::graphql::connection::PageArgs;
use crate::graphql::global_id;
use crate::graphql::order::OrderDirection;
use crate::organizations::list::visible_ids;
use crate::text;
use async_graphql::ID;
use entity::{account, contact, customer_group, organization};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, Condition};

/// Narrows a list of contacts down; all given fields must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, async_graphql::InputObject)]
pub struct ContactFilter {
    /// Part of the full name, the e-mail or the external id, without regard to case; below 3 characters the beginning of one of them.
    pub search: Option<String>,
    /// The beginning of the e-mail, without regard to case.
    pub email_prefix: Option<String>,
    /// One of these external ids, exactly. At most 500; an empty list matches nothing.
    pub external_ids: Option<Vec<String>>,
    /// In this organization itself. A hidden one has no contacts here.
    pub organization_id: Option<ID>,
    /// Given one of these customer groups itself. At most 500; an empty list matches nothing.
    pub customer_group_ids: Option<Vec<ID>>,
    /// With one of these effective customer groups. At most 500; an empty list matches nothing.
    pub effective_customer_group_ids: Option<Vec<ID>>,
    /// With or without an account that you may see.
    pub has_account: Option<bool>,
}

impl ContactFilter {
    /// The rows that pass.
    ///
    /// # Errors
    /// `BadRequest` for ids of a wrong kind.
    pub fn condition(&self, db: &ScopedDb) -> Result<Condition> {
        let mut all = Condition::all();
        if let Some(search) = &self.search {
            all = all.add(db.found_by::<contact::Entity>(search));
        }
        if let Some(prefix) = &self.email_prefix {
            let prefix = text::sort_key(prefix.trim());
            all = all.add(if prefix.contains('\0') {
                nothing()
            } else {
                begins_with(contact::Column::EmailKey, &prefix)
            });
        }
        if let Some(external_ids) = &self.external_ids {
            all = all.add(
                contact::Column::ExternalId
                    .is_in(external_ids.iter().filter(|id| !id.contains('\0'))),
            );
        }
        if let Some(organization) = &self.organization_id {
            let organization = global_id::decode::<organization::Entity>(organization)?;
            all = all.add(contact::Column::OrganizationId.eq(organization));
            let visible = visible_ids(db)
                .cond_where(organization::Column::Id.eq(organization))
                .take();
            all = all.add(contact::Column::OrganizationId.in_subquery(visible));
        }
        if let Some(groups) = &self.customer_group_ids {
            let groups = global_id::decode_all::<customer_group::Entity>(groups)?;
            all = all.add(contact::Column::CustomerGroupId.is_in(groups));
        }
        if let Some(groups) = &self.effective_customer_group_ids {
            let groups = global_id::decode_all::<customer_group::Entity>(groups)?;
            all = all.add(effective_group_is_one_of(&groups));
        }
        if let Some(has_account) = self.has_account {
            let visible = db.visible::<account::Entity>().unwrap_or_else(nothing);
            let owners = Query::select()
                .column(account::Column::ContactId.as_column_ref())
                .from(account::Entity)
                .cond_where(visible)
                .cond_where(account::Column::ContactId.is_not_null())
                .take();
            let with_account = contact::Column::Id.in_subquery(owners.clone());
            all = all.add(if has_account {
                with_account
            } else {
                contact::Column::Id.not_in_subquery(owners)
            });
        }
        Ok(all)
    }
}

fn nothing() -> Condition {
    Condition::all().add(Expr::cust("1 = 0"))
}

/// What contacts can be ordered by; ties by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum ContactOrderField {
    /// The full name, without regard to case.
    FullName,
    /// The last name, without regard to case; those without one are smallest.
    LastName,
    /// The e-mail, without regard to case; those without one are smallest.
    Email,
    /// When it was created.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
}

/// An order of contacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::InputObject)]
pub struct ContactOrder {
    /// What to compare.
    pub field: ContactOrderField,
    /// Which end comes first.
    pub direction: OrderDirection,
}

impl Default for ContactOrder {
    /// By full name, A first (T-172).
    fn default() -> Self {
        Self {
            field: ContactOrderField::FullName,
            direction: OrderDirection::Asc,
        }
    }
}

impl ContactOrder {
    /// What cursors of this order say first.
    #[must_use]
    pub fn tag(self) -> String {
        format!("contact {:?} {:?}", self.field, self.direction)
    }

    /// The order in SQL.
    #[must_use]
    pub fn sort(self) -> Sort<contact::Entity> {
        let column = match self.field {
            ContactOrderField::FullName => contact::Column::FullNameKey,
            ContactOrderField::LastName => contact::Column::LastNameKey,
            ContactOrderField::Email => contact::Column::EmailKey,
            ContactOrderField::CreatedAt => contact::Column::CreatedAt,
            ContactOrderField::UpdatedAt => contact::Column::UpdatedAt,
        };
        Sort {
            columns: vec![column],
            descending: self.direction == OrderDirection::Desc,
        }
    }
}

/// A part of the list of an organization's contacts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ContactsQuery {
    /// Also those of everything below it.
    pub include_descendants: bool,
    pub filter: ContactFilter,
    pub order: ContactOrder,
    pub args: PageArgs,
}
