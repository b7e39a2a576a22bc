//! What the rules on the policy page are made of.

use super::guarded::{Action, Guarded};
use super::place::subselect;
use super::{Reach, Viewer};
use entity::{contact, organization};
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition};

/// The organization of a contact.
pub(super) fn organization_of(contact: Expr) -> Expr {
    let own = Query::select()
        .column(contact::Column::OrganizationId.as_column_ref())
        .from(contact::Entity)
        .and_where(contact::Column::Id.into_expr().eq(contact))
        .take();
    subselect(own)
}

/// Whether the row of `E` that `column` names satisfies `condition`: looked up for each row.
pub(super) fn belongs_to<E: Guarded, C: ColumnTrait>(column: C, condition: Condition) -> Condition {
    let owner = Query::select()
        .expr(Expr::cust("1"))
        .from(E::default())
        .and_where(E::ID.into_expr().eq(column.into_expr()))
        .cond_where(condition)
        .limit(1)
        .take();
    Condition::all().add(subselect(owner).is_not_null())
}

pub(super) fn ids_of<E: Guarded>(condition: Condition) -> SelectStatement {
    Query::select()
        .column(E::ID.as_column_ref())
        .from(E::default())
        .cond_where(condition)
        .take()
}

pub(super) fn reach_of<E: Guarded>(viewer: &Viewer, action: Action) -> Reach {
    let nowhere = Reach::Within {
        subtrees: Vec::new(),
        nodes: Vec::new(),
    };
    E::permission(action).map_or(nowhere, |permission| viewer.reach(permission))
}

pub(super) fn everywhere_or_nothing<E: Guarded>(viewer: &Viewer, action: Action) -> Condition {
    if reach_of::<E>(viewer, action) == Reach::Everywhere {
        everything()
    } else {
        nothing()
    }
}

/// Alternatives in brackets: what is added to them later must hold beside them, and not be one more of them.
pub(super) fn whole(alternatives: Condition) -> Condition {
    Condition::all().add(alternatives)
}

pub(super) fn everything() -> Condition {
    Condition::all()
}

pub(super) fn nothing() -> Condition {
    Condition::all().add(Expr::cust("1 = 0"))
}

/// The group that prices are made for, of a contact joined with its organization: that one's, else its own (T-10 to T-13).
pub(super) fn effective_group() -> Expr {
    Func::coalesce([
        organization::Column::CustomerGroupId.into_expr(),
        contact::Column::CustomerGroupId.into_expr(),
    ])
    .into()
}

/// Joins the organization of each contact.
pub(super) fn with_organization(statement: &mut SelectStatement) {
    statement.left_join(
        organization::Entity,
        organization::Column::Id
            .into_expr()
            .eq(contact::Column::OrganizationId.into_expr()),
    );
}
