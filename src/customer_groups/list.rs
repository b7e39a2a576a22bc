//! Lists of customer groups, and contacts by their effective group.

use crate::access::page::Sort;
use crate::access::{ScopedDb, array};
use crate::text;
use entity::customer_group::{self, Status};
use entity::ids::CustomerGroupId;
use entity::{contact, organization};
use sea_orm::sea_query::extension::postgres::PgFunc;
use sea_orm::sea_query::{Expr, ExprTrait, LikeExpr, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, DbBackend};

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

/// The contacts whose effective group is one of `groups` (T-21), for lists: gone through in their order, and looked up in the organizations
/// with such a group, of which there may be many. Hidden organizations count too: the value is the contact's (T-22).
#[must_use]
pub fn effective_group_is_one_of(db: &ScopedDb, groups: &[CustomerGroupId]) -> Condition {
    let given_one = organizations()
        .cond_where(db.is_one_of(organization::Column::CustomerGroupId, groups))
        .take();
    let in_one = contact::Column::OrganizationId.in_subquery(given_one);
    let by_itself = Condition::all()
        .add(db.is_one_of(contact::Column::CustomerGroupId, groups))
        .add(is_given_none());
    // Part of an alternative with something that has no index: neither engine then tries to fetch all rows of the organizations.
    Condition::all().add(Expr::cust_with_expr(
        if db.engine() == DbBackend::Postgres {
            "($1) IS TRUE"
        } else {
            "+(?)"
        },
        Expr::from(Condition::any().add(in_one).add(by_itself)),
    ))
}

/// The contacts whose effective group is `group`, an expression, for counts: fetched from the organizations with the group, and from the
/// contacts with the group.
#[must_use]
pub fn effective_group_is(engine: DbBackend, group: Expr) -> Condition {
    let given_it = organizations()
        .and_where(
            organization::Column::CustomerGroupId
                .into_expr()
                .eq(group.clone()),
        )
        .take();
    let organization = contact::Column::OrganizationId;
    let in_one = if engine == DbBackend::Postgres {
        organization.into_expr().eq(PgFunc::any(array(given_it)))
    } else {
        organization.in_subquery(given_it)
    };
    let by_itself = Condition::all()
        .add(contact::Column::CustomerGroupId.into_expr().eq(group))
        .add(is_given_none());
    Condition::any().add(in_one).add(by_itself)
}

fn organizations() -> SelectStatement {
    Query::select()
        .column(organization::Column::Id.as_column_ref())
        .from(organization::Entity)
        .take()
}

/// Whether the contact's organization has no group, or there is no organization.
fn is_given_none() -> Expr {
    let given = Query::select()
        .column(organization::Column::CustomerGroupId.as_column_ref())
        .from(organization::Entity)
        .and_where(
            organization::Column::Id
                .into_expr()
                .equals(contact::Column::OrganizationId.as_column_ref()),
        )
        .take();
    Expr::SubQuery(None, Box::new(given.into())).is_null()
}
