//! Lists of customer groups, and contacts by their effective group.

use crate::access::page::Sort;
use crate::text;
use entity::customer_group::{self, Status};
use entity::ids::CustomerGroupId;
use entity::{contact, organization};
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, Query};
use sea_orm::{ColumnTrait, Condition};

/// Whether a group may be given to anyone new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum CustomerGroupStatus {
    /// It may be given to contacts and organizations.
    Active,
    /// It may not be given to anyone new; those who have it keep it, and it counts.
    Archived,
}

impl From<Status> for CustomerGroupStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Active => Self::Active,
            Status::Archived => Self::Archived,
        }
    }
}

/// Narrows a list of customer groups down; all given fields must hold.
#[derive(Clone, Debug, Default, async_graphql::InputObject)]
pub struct CustomerGroupFilter {
    /// Part of the name, without regard to case.
    pub search: Option<String>,
    /// Of this status.
    pub status: Option<CustomerGroupStatus>,
}

impl CustomerGroupFilter {
    /// The rows that pass.
    #[must_use]
    pub fn condition(&self) -> Condition {
        let mut all = Condition::all();
        if let Some(search) = &self.search {
            let wanted = text::fold(search.trim()).replace('\0', "\u{FFFD}");
            let escaped = wanted
                .replace('\\', r"\\")
                .replace('%', r"\%")
                .replace('_', r"\_");
            // No name's key is longer, and SQLite takes no pattern of any length.
            all = if wanted.len() > text::KEY_BYTES {
                all.add(Expr::cust("1 = 0"))
            } else {
                let anywhere = LikeExpr::new(format!("%{escaped}%")).escape('\\');
                all.add(customer_group::Column::NameKey.like(anywhere))
            };
        }
        if let Some(status) = self.status {
            let status = if status == CustomerGroupStatus::Active {
                Status::Active
            } else {
                Status::Archived
            };
            all = all.add(customer_group::Column::Status.eq(status));
        }
        all
    }
}

/// What cursors of groups say first.
pub const BY_RANK: &str = "customerGroup rank";

/// By rank, then name, then id (T-172).
#[must_use]
pub fn by_rank() -> Sort<customer_group::Entity> {
    Sort {
        columns: vec![
            customer_group::Column::Rank,
            customer_group::Column::NameKey,
        ],
        descending: false,
    }
}

/// The contacts whose effective group is one of `groups` (T-21).
#[must_use]
pub fn effective_group_is_one_of(groups: &[CustomerGroupId]) -> Condition {
    effective_group(|column| column.is_in(groups.iter().copied()))
}

/// The contacts whose effective group is `group`, an expression.
#[must_use]
#[expect(
    clippy::needless_pass_by_value,
    reason = "this is how a link to a parent looks"
)]
pub fn effective_group_is(group: Expr) -> Condition {
    effective_group(|column| column.eq(group.clone()))
}

/// Contacts in an organization with such a group, or with such a group of their own and in no organization with a group. Hidden
/// organizations count too: the value is the contact's (T-22).
fn effective_group(is_such: impl Fn(Expr) -> Expr) -> Condition {
    let given_one = Query::select()
        .column(organization::Column::Id.as_column_ref())
        .from(organization::Entity)
        .and_where(is_such(organization::Column::CustomerGroupId.into_expr()))
        .take();
    let given_any = Query::select()
        .expr(Expr::cust("1"))
        .from(organization::Entity)
        .and_where(organization::Column::CustomerGroupId.is_not_null())
        .and_where(
            organization::Column::Id
                .into_expr()
                .equals(contact::Column::OrganizationId.as_column_ref()),
        )
        .take();
    let by_itself = Condition::all()
        .add(is_such(contact::Column::CustomerGroupId.into_expr()))
        .add(Expr::exists(given_any).not());
    Condition::any()
        .add(contact::Column::OrganizationId.in_subquery(given_one))
        .add(by_itself)
}
