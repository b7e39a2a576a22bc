//! Where in the tree a right is asked for, and which rows lie where it is held.

use super::guarded::{Action, Guarded};
use super::page::padded;
use super::predicate::{everything, nothing, whole};
use super::scoped_db::ScopedDb;
use super::{Permission, Reach};
use crate::error::Result;
use entity::ids::OrganizationId;
use entity::organization_closure as closure;
use sea_orm::sea_query::extension::postgres::PgFunc;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend, Value};

/// A place that a permission may or may not reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Outside every organization: only GLOBAL scope reaches it (T-198).
    Everywhere,
    /// One organization.
    Organization(OrganizationId),
}

impl From<Option<OrganizationId>> for Place {
    fn from(organization: Option<OrganizationId>) -> Self {
        organization.map_or(Self::Everywhere, Self::Organization)
    }
}

/// How the rows within a reach are found. All ways find the same rows; what each costs depends on how many organizations there are in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Something else finds rows, and each is looked up in the tree: right for few rows, and for a reach over much of the table.
    Each,
    /// Rows are fetched organization by organization, and sorted: right for few organizations.
    Fetched,
    /// Rows are gone through in the order asked for, and looked up in the set of all organizations within: right in between.
    Walked,
}

/// Up to so many organizations, to fetch their rows is quicker than to walk past those of all others.
const FEW: u64 = 100;
/// From so many organizations on, one is met so often that collecting all of them first does not pay.
const MANY: u64 = 3_000;

impl ScopedDb {
    /// The rows of `E` that exist for this viewer, in the form that suits a list of the whole table, `beyond_many` where the viewer sees
    /// much of it. `None`: none do.
    ///
    /// # Errors
    /// Faults of the database only.
    pub(super) async fn listed<E: Guarded>(&self, beyond_many: Way) -> Result<Option<Condition>> {
        if !self.viewer.is_signed_in() {
            return Ok(None);
        }
        let way = match E::permission(Action::View) {
            Some(permission) => match self.breadth(&self.viewer.reach(permission)).await? {
                ..=FEW => Way::Fetched,
                organizations if organizations < MANY => Way::Walked,
                _ => beyond_many,
            },
            None => beyond_many,
        };
        Ok(Some(E::listed(&self.viewer, way, self.engine())))
    }

    /// The rows whose organization, as `column` names it, the viewer may see: to be looked up for each row.
    #[must_use]
    pub fn in_sight(&self, column: Expr) -> Condition {
        self.viewer
            .reach(Permission::OrganizationView)
            .over(column, Way::Each, self.engine())
    }

    /// How many organizations lie within `reach`; in SQL counted up to [`MANY`].
    async fn breadth(&self, reach: &Reach) -> Result<u64> {
        let (subtrees, nodes) = match reach {
            Reach::Everywhere => return Ok(MANY),
            Reach::Within { subtrees, nodes } => (subtrees, nodes.len() as u64),
        };
        if subtrees.is_empty() {
            return Ok(nodes);
        }
        if let Some(memory) = self.remembered() {
            return Ok(nodes + memory.count_within(subtrees));
        }
        let some = within(subtrees, self.engine())
            .expr(Expr::cust("1"))
            .limit(MANY)
            .take();
        let counted = Query::select()
            .expr(Func::count(Expr::cust("*")))
            .from_subquery(some, Alias::new("within"))
            .take();
        let row = self.reader().query_one(&counted).await?;
        let counted: Option<i64> = row.map(|row| row.try_get_by_index(0)).transpose()?;
        Ok(nodes + u64::try_from(counted.unwrap_or_default()).unwrap_or_default())
    }
}

impl Reach {
    /// The rows whose organization, as `column` names it, lies within this reach.
    pub(super) fn over(&self, column: Expr, way: Way, engine: DbBackend) -> Condition {
        let Self::Within { subtrees, nodes } = self else {
            return everything();
        };
        let mut reached = Condition::any();
        if !nodes.is_empty() {
            reached = reached.add(is_any_of(engine, column.clone(), nodes));
        }
        if !subtrees.is_empty() {
            reached = reached.add(below(column, subtrees, way, engine));
        }
        // An empty `any` would be read as anything.
        if self.is_nowhere() {
            nothing()
        } else {
            whole(reached)
        }
    }
}

fn is_any_of(engine: DbBackend, column: Expr, organizations: &[OrganizationId]) -> Expr {
    let values: Vec<Value> = organizations.iter().map(|id| (*id).into()).collect();
    match (engine, values.first()) {
        (DbBackend::Postgres, Some(first)) => {
            let array = Value::Array(first.array_type(), Some(Box::new(values)));
            column.eq(PgFunc::any(Expr::val(array)))
        }
        _ => column.is_in(padded(values)),
    }
}

/// The rows of the closure below `subtrees`.
fn within(subtrees: &[OrganizationId], engine: DbBackend) -> SelectStatement {
    Query::select()
        .from(closure::Entity)
        .and_where(is_any_of(
            engine,
            closure::Column::AncestorId.into_expr(),
            subtrees,
        ))
        .take()
}

/// Each way in a form that leaves the planner no other one.
fn below(column: Expr, subtrees: &[OrganizationId], way: Way, engine: DbBackend) -> Expr {
    let mut within = within(subtrees, engine);
    if way == Way::Each {
        // Not EXISTS, which both engines may turn into a join with all of the subtrees.
        within
            .expr(Expr::cust("1"))
            .and_where(closure::Column::DescendantId.into_expr().eq(column))
            .limit(1);
        return subselect(within).is_not_null();
    }
    within.column(closure::Column::DescendantId.as_column_ref());
    match (way, engine) {
        (Way::Walked, DbBackend::Postgres) => {
            Expr::cust_with_expr("($1) IS TRUE", column.in_subquery(within))
        }
        (Way::Walked, _) => Expr::cust_with_expr("+?", column).in_subquery(within),
        (_, DbBackend::Postgres) => column.eq(PgFunc::any(array(within))),
        _ => column.in_subquery(within),
    }
}

/// What `select` answers, as one value.
#[must_use]
pub fn subselect(select: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(select.into()))
}

/// What `select` answers, as an array: PostgreSQL collects it once, and looks each of its values up in an index.
#[must_use]
pub fn array(select: SelectStatement) -> Expr {
    Func::cust("ARRAY").arg(subselect(select)).into()
}
