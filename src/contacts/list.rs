//! Lists of contacts: how they are narrowed down and ordered.

use crate::access::ScopedDb;
use crate::access::page::{Planned, Sort};
use crate::access::search::begins_with;
use crate::customer_groups::list::effective_group_is_one_of;
use crate::error::Result;
use crate::graphql::connection::PageArgs;
use crate::graphql::global_id;
use crate::graphql::order::OrderDirection;
use crate::text;
use async_graphql::ID;
use entity::{account, contact, customer_group, organization};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, Value};

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
            let wanted: Vec<_> = external_ids
                .iter()
                .filter(|id| !id.contains('\0'))
                .cloned()
                .collect();
            all = all.add(db.is_one_of(contact::Column::ExternalId, &wanted));
        }
        if let Some(organization) = &self.organization_id {
            let organization = global_id::decode::<organization::Entity>(organization)?;
            all = all
                .add(contact::Column::OrganizationId.eq(organization))
                .add(db.in_sight(contact::Column::OrganizationId.into_expr()));
        }
        if let Some(groups) = &self.customer_group_ids {
            let groups = global_id::decode_all::<customer_group::Entity>(groups)?;
            all = all.add(db.is_one_of(contact::Column::CustomerGroupId, &groups));
        }
        if let Some(groups) = &self.effective_customer_group_ids {
            let groups = global_id::decode_all::<customer_group::Entity>(groups)?;
            all = all.add(effective_group_is_one_of(db, &groups));
        }
        if let Some(has_account) = self.has_account {
            let with_account = has_visible_account(db);
            all = all.add(if has_account {
                with_account
            } else {
                with_account.not()
            });
        }
        Ok(all)
    }
}

impl ContactFilter {
    /// The same rows behind `after`, a position in `order`. Where that order is the one of e-mails and the position has the prefix, one end
    /// of the prefix's range is known to be passed; said again, a database might begin there and read up to the position.
    ///
    /// # Errors
    /// As [`Self::condition`].
    pub fn condition_behind(
        &self,
        db: &ScopedDb,
        order: ContactOrder,
        after: Option<&[Value]>,
    ) -> Result<Condition> {
        let prefix = self.email_prefix.as_deref().map(str::trim);
        let (Some(prefix), Some([Value::String(Some(key)), _]), ContactOrderField::Email) =
            (prefix.map(text::sort_key), after, order.field)
        else {
            return self.condition(db);
        };
        if prefix.is_empty() || !key.starts_with(&prefix) {
            return self.condition(db);
        }
        let others = Self {
            email_prefix: None,
            ..self.clone()
        };
        let others = others.condition(db)?;
        Ok(match (order.direction, text::after_prefix(&prefix)) {
            (OrderDirection::Asc, Some(end)) => others.add(contact::Column::EmailKey.lt(end)),
            (OrderDirection::Asc, None) => others,
            (OrderDirection::Desc, _) => others.add(contact::Column::EmailKey.gte(prefix)),
        })
    }

    /// Once for all without a filter, and for the beginning of an e-mail in the order of e-mails: that is a range of the order itself.
    #[must_use]
    pub fn planned(&self, order: ContactOrder) -> Planned {
        let nothing_else = Self {
            email_prefix: self.email_prefix.clone(),
            ..Self::default()
        };
        let in_order = self.email_prefix.is_none() || order.field == ContactOrderField::Email;
        if *self == nothing_else && in_order {
            Planned::Once
        } else {
            Planned::ByValues
        }
    }
}

/// Looked up for each contact: most have one.
fn has_visible_account(db: &ScopedDb) -> Condition {
    let own = Query::select()
        .expr(Expr::cust("1"))
        .from(account::Entity)
        .and_where(
            account::Column::ContactId
                .into_expr()
                .equals(contact::Column::Id.as_column_ref()),
        )
        .cond_where(db.visible::<account::Entity>().unwrap_or_else(nothing))
        .limit(1)
        .take();
    Condition::all().add(Expr::SubQuery(None, Box::new(own.into())).is_not_null())
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
