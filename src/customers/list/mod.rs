//! Lists of customers: how they are narrowed down and ordered.

mod below;

pub use below::{
    CustomersOfOrganization, CustomersOfRep, LinksOfAccount, LinksOfCustomer, ShipTosOfCustomer,
    ShipTosOfLink,
};

use crate::access::ScopedDb;
use crate::access::page::Sort;
use crate::contacts::loader::within_organization;
use crate::error::Result;
use crate::graphql::global_id;
use crate::graphql::order::OrderDirection;
use async_graphql::ID;
use entity::{customer, organization, sales_rep};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition};

/// Narrows a list of customers down; all given fields must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, async_graphql::InputObject)]
pub struct CustomerFilter {
    /// Part of the number, the company, the person's name or the e-mail, without regard to case; below 3 characters the beginning of the number, the name or the e-mail.
    pub search: Option<String>,
    /// One of these numbers, exactly: bill-tos with their ship-tos. At most 500; an empty list matches nothing.
    pub numbers: Option<Vec<String>>,
    /// Of this organization. A hidden one has no customers here.
    pub organization_id: Option<ID>,
    /// With organizationId: also those of everything below it.
    pub include_descendants: Option<bool>,
    /// Looked after by one of these sales reps. At most 500; an empty list matches nothing.
    pub sales_rep_ids: Option<Vec<ID>>,
    /// Whether anybody may order for it.
    pub active: Option<bool>,
    /// Whether it is billed: what has no sequence.
    pub is_bill_to: Option<bool>,
    /// Whether goods may be sent there.
    pub is_ship_to: Option<bool>,
    /// Whether it stands for shoppers who have no customer of their own.
    pub guest: Option<bool>,
}

impl CustomerFilter {
    /// The rows that pass.
    ///
    /// # Errors
    /// `BadRequest` for ids of a wrong kind.
    pub fn condition(&self, db: &ScopedDb) -> Result<Condition> {
        let mut all = Condition::all();
        if let Some(search) = &self.search {
            all = all.add(db.found_by::<customer::Entity>(search));
        }
        if let Some(numbers) = &self.numbers {
            let wanted: Vec<_> = numbers
                .iter()
                .filter(|number| !number.contains('\0'))
                .cloned()
                .collect();
            all = all.add(db.is_one_of(customer::Column::Number, &wanted));
        }
        if let Some(organization) = &self.organization_id {
            let organization = global_id::decode::<organization::Entity>(organization)?;
            let column = customer::Column::OrganizationId;
            let descendants = self.include_descendants.unwrap_or_default();
            let link = within_organization(db, column, descendants);
            all = all
                .add(link(Expr::val(organization)))
                .add(db.in_sight(Expr::val(organization)));
        }
        if let Some(reps) = &self.sales_rep_ids {
            let reps = global_id::decode_all::<sales_rep::Entity>(reps)?;
            all = all.add(db.is_one_of(customer::Column::SalesRepId, &reps));
        }
        if let Some(is_bill_to) = self.is_bill_to {
            let column = customer::Column::BillToId;
            all = all.add(if is_bill_to {
                column.is_null()
            } else {
                column.is_not_null()
            });
        }
        let flags = [
            (customer::Column::Active, self.active),
            (customer::Column::IsShipTo, self.is_ship_to),
            (customer::Column::Guest, self.guest),
        ];
        for (column, wanted) in flags {
            if let Some(wanted) = wanted {
                all = all.add(column.eq(wanted));
            }
        }
        Ok(all)
    }
}

/// What customers can be ordered by; ties by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum CustomerOrderField {
    /// The company, else the person's first and last name, without regard to case.
    Name,
    /// The number, without regard to case and as text, so that 10 comes before 9; a bill-to before its ship-tos, these by sequence.
    Number,
    /// When it was created.
    CreatedAt,
    /// When it was last changed.
    UpdatedAt,
}

/// An order of customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::InputObject)]
pub struct CustomerOrder {
    /// What to compare.
    pub field: CustomerOrderField,
    /// Which end comes first.
    pub direction: OrderDirection,
}

impl Default for CustomerOrder {
    /// By name, A first (T-172).
    fn default() -> Self {
        Self {
            field: CustomerOrderField::Name,
            direction: OrderDirection::Asc,
        }
    }
}

impl CustomerOrder {
    /// What cursors of this order say first.
    #[must_use]
    pub fn tag(self) -> String {
        format!("customer {:?} {:?}", self.field, self.direction)
    }

    /// The order in SQL.
    #[must_use]
    pub fn sort(self) -> Sort<customer::Entity> {
        let columns = match self.field {
            CustomerOrderField::Name => vec![customer::Column::NameKey],
            CustomerOrderField::Number => {
                vec![customer::Column::NumberKey, customer::Column::Sequence]
            }
            CustomerOrderField::CreatedAt => vec![customer::Column::CreatedAt],
            CustomerOrderField::UpdatedAt => vec![customer::Column::UpdatedAt],
        };
        Sort {
            columns,
            descending: self.direction == OrderDirection::Desc,
        }
    }
}
