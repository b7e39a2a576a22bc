//! Where in the tree a right is asked for, and which rows lie where it is held.

use super::Reach;
use super::policy::{everything, nothing, whole};
use entity::ids::OrganizationId;
use entity::organization_closure;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, DbBackend};

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

impl Reach {
    /// The rows whose organization, as `column` names it, lies within this reach.
    pub(super) fn over<C: ColumnTrait>(&self, column: C, engine: DbBackend) -> Condition {
        let Self::Within { subtrees, nodes } = self else {
            return everything();
        };
        let mut within = Condition::any();
        if !nodes.is_empty() {
            within = within.add(column.is_in(nodes.iter().copied()));
        }
        if !subtrees.is_empty() {
            within = within.add(below(column, subtrees, engine));
        }
        // An empty `any` would be read as anything.
        if self.is_nowhere() {
            nothing()
        } else {
            whole(within)
        }
    }
}

/// Each engine gets the form that it answers from an index.
fn below<C: ColumnTrait>(column: C, subtrees: &[OrganizationId], engine: DbBackend) -> Expr {
    let mut scoped = Query::select();
    scoped
        .from(organization_closure::Entity)
        .cond_where(organization_closure::Column::AncestorId.is_in(subtrees.iter().copied()));
    if engine == DbBackend::Postgres {
        scoped.expr(Expr::cust("1")).cond_where(
            organization_closure::Column::DescendantId
                .into_expr()
                .equals(column.as_column_ref()),
        );
        Expr::exists(scoped)
    } else {
        scoped.column(organization_closure::Column::DescendantId.as_column_ref());
        column.in_subquery(scoped)
    }
}
