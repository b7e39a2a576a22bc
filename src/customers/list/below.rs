//! Nested lists of customers and of links: below organizations, sales reps, customers, accounts and links.

use super::{CustomerFilter, CustomerOrder};
use crate::access::page::Sort;
use crate::access::{Guarded, ScopedDb, subselect};
use crate::contacts::loader::within_organization;
use crate::error::Result;
use crate::graphql::below::{Nested, OwnedLink};
use crate::graphql::connection::PageArgs;
use entity::ids::{AccountId, CustomerId, CustomerLinkId, OrganizationId, SalesRepId};
use entity::{customer, customer_link, customer_link_ship_to};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query};
use sea_orm::{ColumnTrait, Condition};

/// A part of the list of an organization's customers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CustomersOfOrganization {
    /// Also those of everything below it.
    pub include_descendants: bool,
    pub filter: CustomerFilter,
    pub order: CustomerOrder,
    pub args: PageArgs,
}

impl Nested for CustomersOfOrganization {
    type Parent = OrganizationId;
    type Row = customer::Entity;

    fn link(&self, db: &ScopedDb) -> OwnedLink {
        let column = customer::Column::OrganizationId;
        within_organization(db, column, self.include_descendants)
    }

    fn narrow(&self, db: &ScopedDb) -> Result<Condition> {
        self.filter.condition(db)
    }

    fn tag(&self) -> String {
        self.order.tag()
    }

    fn sort(&self) -> Sort<customer::Entity> {
        self.order.sort()
    }

    fn args(&self) -> &PageArgs {
        &self.args
    }
}

/// A part of the list of a sales rep's customers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CustomersOfRep {
    pub filter: CustomerFilter,
    pub order: CustomerOrder,
    pub args: PageArgs,
}

impl Nested for CustomersOfRep {
    type Parent = SalesRepId;
    type Row = customer::Entity;

    fn link(&self, _: &ScopedDb) -> OwnedLink {
        Box::new(|rep| Condition::all().add(customer::Column::SalesRepId.into_expr().eq(rep)))
    }

    fn narrow(&self, db: &ScopedDb) -> Result<Condition> {
        self.filter.condition(db)
    }

    fn tag(&self) -> String {
        self.order.tag()
    }

    fn sort(&self) -> Sort<customer::Entity> {
        self.order.sort()
    }

    fn args(&self) -> &PageArgs {
        &self.args
    }
}

/// By sequence: the bill-to, whose sequence is empty, first.
fn by_sequence() -> Sort<customer::Entity> {
    Sort {
        columns: vec![customer::Column::Sequence],
        descending: false,
    }
}

const BY_SEQUENCE: &str = "customer Sequence Asc";

/// The bill-to of a row, itself if it is one: as the index of ship-tos has it.
fn billed() -> Expr {
    let bill_to = customer::Column::BillToId.into_expr();
    Func::coalesce([bill_to, customer::Column::Id.into_expr()]).into()
}

fn is_sent_to() -> Condition {
    Condition::all().add(customer::Column::IsShipTo.eq(true))
}

/// A part of the list of a bill-to's ship-tos, itself among them where goods may go there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ShipTosOfCustomer {
    pub args: PageArgs,
}

impl Nested for ShipTosOfCustomer {
    type Parent = CustomerId;
    type Row = customer::Entity;

    fn link(&self, _: &ScopedDb) -> OwnedLink {
        Box::new(|bill_to| Condition::all().add(billed().eq(bill_to)))
    }

    fn narrow(&self, _: &ScopedDb) -> Result<Condition> {
        Ok(is_sent_to())
    }

    fn tag(&self) -> String {
        BY_SEQUENCE.to_owned()
    }

    fn sort(&self) -> Sort<customer::Entity> {
        by_sequence()
    }

    fn args(&self) -> &PageArgs {
        &self.args
    }
}

/// A part of the list of the ship-tos that a link allows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ShipTosOfLink {
    pub args: PageArgs,
}

impl Nested for ShipTosOfLink {
    type Parent = CustomerLinkId;
    type Row = customer::Entity;

    fn link(&self, _: &ScopedDb) -> OwnedLink {
        Box::new(|link| {
            let of_link = |column: customer_link::Column| {
                let one = Query::select()
                    .column(column.as_column_ref())
                    .from(customer_link::Entity)
                    .and_where(customer_link::Entity::ID.into_expr().eq(link.clone()))
                    .take();
                subselect(one)
            };
            let chosen = Query::select()
                .column(customer_link_ship_to::Column::ShipToId.as_column_ref())
                .from(customer_link_ship_to::Entity)
                .and_where(
                    customer_link_ship_to::Column::LinkId
                        .into_expr()
                        .eq(link.clone()),
                )
                .take();
            let allowed = Condition::any()
                .add(customer::Column::BillToId.is_null())
                .add(of_link(customer_link::Column::AllShipTos))
                .add(customer::Column::Id.in_subquery(chosen));
            Condition::all()
                .add(billed().eq(of_link(customer_link::Column::CustomerId)))
                .add(allowed)
        })
    }

    fn narrow(&self, _: &ScopedDb) -> Result<Condition> {
        Ok(is_sent_to())
    }

    fn tag(&self) -> String {
        BY_SEQUENCE.to_owned()
    }

    fn sort(&self) -> Sort<customer::Entity> {
        by_sequence()
    }

    fn args(&self) -> &PageArgs {
        &self.args
    }
}

/// A part of the list of the accounts that order for a customer, the oldest link first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LinksOfCustomer {
    pub args: PageArgs,
}

impl Nested for LinksOfCustomer {
    type Parent = CustomerId;
    type Row = customer_link::Entity;

    fn link(&self, _: &ScopedDb) -> OwnedLink {
        Box::new(|customer| {
            Condition::all().add(customer_link::Column::CustomerId.into_expr().eq(customer))
        })
    }

    fn narrow(&self, _: &ScopedDb) -> Result<Condition> {
        Ok(Condition::all())
    }

    fn tag(&self) -> String {
        "customerLink CreatedAt Asc".to_owned()
    }

    fn sort(&self) -> Sort<customer_link::Entity> {
        Sort {
            columns: vec![customer_link::Column::CreatedAt],
            descending: false,
        }
    }

    fn args(&self) -> &PageArgs {
        &self.args
    }
}

/// A part of the list of the customers that an account orders for, the default first, then the oldest link.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LinksOfAccount {
    pub args: PageArgs,
}

impl Nested for LinksOfAccount {
    type Parent = AccountId;
    type Row = customer_link::Entity;

    fn link(&self, _: &ScopedDb) -> OwnedLink {
        Box::new(|account| {
            Condition::all().add(customer_link::Column::AccountId.into_expr().eq(account))
        })
    }

    fn narrow(&self, _: &ScopedDb) -> Result<Condition> {
        Ok(Condition::all())
    }

    fn tag(&self) -> String {
        "customerLink Default Asc".to_owned()
    }

    fn sort(&self) -> Sort<customer_link::Entity> {
        Sort {
            columns: vec![
                customer_link::Column::Rank,
                customer_link::Column::CreatedAt,
            ],
            descending: false,
        }
    }

    fn args(&self) -> &PageArgs {
        &self.args
    }
}
