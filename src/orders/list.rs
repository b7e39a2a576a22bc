//! Lists of orders: how they are narrowed down and ordered.

use crate::access::page::Sort;
use crate::access::search::begins_with;
use crate::access::{Guarded, ScopedDb, Viewer};
use crate::contacts::loader::within_organization;
use crate::error::Result;
use crate::graphql::below::{Nested, OwnedLink};
use crate::graphql::connection::PageArgs;
use crate::graphql::global_id;
use crate::graphql::order::OrderDirection;
use crate::graphql::scalars::DateTime;
use crate::text;
use async_graphql::ID;
use entity::ids::{ContactId, CustomerId, OrganizationId};
use entity::sales_order::{self, Column, Status};
use entity::{contact, customer, organization};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition};

/// How far an order is. It goes forward, leaving steps out if need be; it is cancelled until it is shipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum OrderStatus {
    /// It was placed.
    Submitted,
    /// Somebody is at work on it.
    Processing,
    /// It is on its way.
    Shipped,
    /// Everything is done. It stays so.
    Completed,
    /// It was called off. It stays so.
    Cancelled,
}

impl From<Status> for OrderStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Submitted => Self::Submitted,
            Status::Processing => Self::Processing,
            Status::Shipped => Self::Shipped,
            Status::Completed => Self::Completed,
            Status::Cancelled => Self::Cancelled,
        }
    }
}

impl From<OrderStatus> for Status {
    fn from(status: OrderStatus) -> Self {
        match status {
            OrderStatus::Submitted => Self::Submitted,
            OrderStatus::Processing => Self::Processing,
            OrderStatus::Shipped => Self::Shipped,
            OrderStatus::Completed => Self::Completed,
            OrderStatus::Cancelled => Self::Cancelled,
        }
    }
}

/// Narrows a list of orders down; all given fields must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, async_graphql::InputObject)]
pub struct OrderFilter {
    /// The beginning of the number, the ERP's number or the PO number, without regard to case.
    pub search: Option<String>,
    /// In one of these states. An empty list matches nothing.
    pub statuses: Option<Vec<OrderStatus>>,
    /// Billed to one of these customers, as far as you may see them. At most 500; an empty list matches nothing.
    pub customer_ids: Option<Vec<ID>>,
    /// Placed for one of these contacts, as far as you may see them. At most 500; an empty list matches nothing.
    pub contact_ids: Option<Vec<ID>>,
    /// Of this organization itself. A hidden one has no orders here.
    pub organization_id: Option<ID>,
    /// Placed at this instant or later.
    pub placed_from: Option<DateTime>,
    /// Placed before this instant.
    pub placed_until: Option<DateTime>,
}

impl OrderFilter {
    /// The rows that pass.
    ///
    /// # Errors
    /// `BadRequest` for ids of a wrong kind.
    pub fn condition(&self, db: &ScopedDb) -> Result<Condition> {
        let mut all = Condition::all();
        if let Some(search) = &self.search {
            let prefix = text::sort_key(search.trim());
            all = all.add(if prefix.contains('\0') {
                Condition::all().add(Expr::cust("1 = 0"))
            } else {
                Condition::any()
                    .add(begins_with(Column::NumberKey, &prefix))
                    .add(begins_with(Column::ErpNumberKey, &prefix))
                    .add(begins_with(Column::PoNumberKey, &prefix))
            });
        }
        if let Some(statuses) = &self.statuses {
            let statuses: Vec<_> = statuses.iter().copied().map(Status::from).collect();
            let names: Vec<String> = statuses.iter().map(sea_orm::ActiveEnum::to_value).collect();
            all = all.add(db.is_one_of(Column::Status, &names));
        }
        if let Some(customers) = &self.customer_ids {
            let customers = global_id::decode_all::<customer::Entity>(customers)?;
            all = all.add(seen::<customer::Entity>(db, Column::CustomerId, &customers));
        }
        if let Some(contacts) = &self.contact_ids {
            let contacts = global_id::decode_all::<contact::Entity>(contacts)?;
            all = all.add(seen::<contact::Entity>(db, Column::ContactId, &contacts));
        }
        if let Some(organization) = &self.organization_id {
            let organization = global_id::decode::<organization::Entity>(organization)?;
            all = all
                .add(Column::OrganizationId.eq(organization))
                .add(db.in_sight(Column::OrganizationId.into_expr()));
        }
        if let Some(from) = self.placed_from {
            all = all.add(Column::PlacedAt.gte(from.0));
        }
        if let Some(until) = self.placed_until {
            all = all.add(Column::PlacedAt.lt(until.0));
        }
        Ok(all)
    }
}

/// The rows whose `column` names one of those that are `wanted` and that the viewer may see: what cannot be read cannot be filtered by
/// (T-110).
fn seen<E: Guarded>(db: &ScopedDb, column: Column, wanted: &[E::Id]) -> Expr {
    let visible = db.visible::<E>().filter(|_| !wanted.is_empty());
    let Some(visible) = visible else {
        return Expr::cust("1 = 0");
    };
    let ids = Query::select()
        .column(E::ID.as_column_ref())
        .from(E::default())
        .cond_where(visible)
        .cond_where(db.is_one_of(E::ID, wanted))
        .take();
    column.in_subquery(ids)
}

/// The orders that the viewer placed, and those that were placed for the viewer's contact.
#[must_use]
pub fn own_orders(viewer: &Viewer) -> Condition {
    let Some(account) = viewer.account_id() else {
        return Condition::all().add(Expr::cust("1 = 0"));
    };
    let mut own = Condition::any().add(Column::AccountId.eq(account));
    if let Some(contact) = viewer.contact_id() {
        own = own.add(Column::ContactId.eq(contact));
    }
    own
}

/// What orders can be ordered by; ties by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum OrderOrderField {
    /// When it was placed.
    PlacedAt,
    /// The number, compared by code point.
    Number,
    /// When it was last changed.
    UpdatedAt,
}

/// An order of orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::InputObject)]
pub struct OrderOrder {
    /// What to compare.
    pub field: OrderOrderField,
    /// Which end comes first.
    pub direction: OrderDirection,
}

impl Default for OrderOrder {
    /// The newest first.
    fn default() -> Self {
        Self {
            field: OrderOrderField::PlacedAt,
            direction: OrderDirection::Desc,
        }
    }
}

impl OrderOrder {
    /// What cursors of this order say first.
    #[must_use]
    pub fn tag(self) -> String {
        format!("order {:?} {:?}", self.field, self.direction)
    }

    /// The order in SQL.
    #[must_use]
    pub fn sort(self) -> Sort<sales_order::Entity> {
        let column = match self.field {
            OrderOrderField::PlacedAt => Column::PlacedAt,
            OrderOrderField::Number => Column::Number,
            OrderOrderField::UpdatedAt => Column::UpdatedAt,
        };
        Sort {
            columns: vec![column],
            descending: self.direction == OrderDirection::Desc,
        }
    }
}

/// Which part of a list of orders is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    pub filter: OrderFilter,
    pub order: OrderOrder,
    pub args: PageArgs,
}

impl Part {
    /// As the arguments of a field say it.
    #[must_use]
    pub fn new(filter: Option<OrderFilter>, order: Option<OrderOrder>, args: PageArgs) -> Self {
        Self {
            filter: filter.unwrap_or_default(),
            order: order.unwrap_or_default(),
            args,
        }
    }
}

macro_rules! nested {
    ($($(#[$doc:meta])* $name:ident($($field:ident: $type:ty),*) below $parent:ty, |$db:ident, $query:ident| $link:expr);+ $(;)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name {
            $(pub $field: $type,)*
            pub part: Part,
        }

        impl Nested for $name {
            type Parent = $parent;
            type Row = sales_order::Entity;

            fn link(&self, $db: &ScopedDb) -> OwnedLink {
                let $query = self;
                $link
            }

            fn narrow(&self, db: &ScopedDb) -> Result<Condition> {
                self.part.filter.condition(db)
            }

            fn tag(&self) -> String {
                self.part.order.tag()
            }

            fn sort(&self) -> Sort<sales_order::Entity> {
                self.part.order.sort()
            }

            fn args(&self) -> &PageArgs {
                &self.part.args
            }
        }
    )+};
}

nested! {
    /// The orders that were placed for a contact.
    OfContact() below ContactId, |_db, _query| by(Column::ContactId);
    /// The orders of a customer: of a bill-to those that are billed to it, of a ship-to those that go there.
    OfCustomer(is_bill_to: bool) below CustomerId, |_db, query| by(if query.is_bill_to { Column::CustomerId } else { Column::ShipToId });
    /// The orders that are with an organization.
    OfOrganization(include_descendants: bool) below OrganizationId, |db, query|
        within_organization(db, Column::OrganizationId, query.include_descendants);
}

fn by(column: Column) -> OwnedLink {
    Box::new(move |parent| Condition::all().add(column.into_expr().eq(parent)))
}
