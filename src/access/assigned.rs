//! Assignments of roles as they are stored, and what they come to.

use super::PermissionSet;
use super::viewer::{Grant, Scope};
use crate::error::Result;
use chrono::{DateTime, Utc};
use entity::ids::{AccountId, OrganizationId, RoleId};
use entity::{role_assignment, role_permission};
use sea_orm::sea_query::{ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, JoinType, QueryResult};
use std::collections::BTreeMap;

/// Which assignments are meant.
pub(super) struct Assigned;

impl Assigned {
    /// Those of one account.
    pub(super) fn to(account: AccountId) -> Condition {
        Condition::all().add(role_assignment::Column::AccountId.eq(account))
    }

    /// Those that count at `now`.
    pub(super) fn counting_at(now: DateTime<Utc>) -> Condition {
        let started = Condition::any()
            .add(role_assignment::Column::ValidFrom.is_null())
            .add(role_assignment::Column::ValidFrom.lte(now));
        Condition::all().add(started).add(Self::not_over_at(now))
    }

    /// Those that count at `now` or will.
    pub(super) fn not_over_at(now: DateTime<Utc>) -> Condition {
        let not_over = Condition::any()
            .add(role_assignment::Column::ValidUntil.is_null())
            .add(role_assignment::Column::ValidUntil.gt(now));
        Condition::all().add(not_over)
    }
}

/// Role, scope, organization, end and one permission of each assignment that satisfies `which`; no permission for a role without any.
pub(super) fn assignments(which: Condition) -> SelectStatement {
    Query::select()
        .distinct()
        .column(role_assignment::Column::RoleId.as_column_ref())
        .column(role_assignment::Column::Scope.as_column_ref())
        .column(role_assignment::Column::OrganizationId.as_column_ref())
        .column(role_assignment::Column::ValidUntil.as_column_ref())
        .column(role_permission::Column::Permission.as_column_ref())
        .from(role_assignment::Entity)
        .join(
            JoinType::LeftJoin,
            role_permission::Entity,
            role_permission::Column::RoleId
                .into_expr()
                .equals(role_assignment::Column::RoleId.as_column_ref()),
        )
        .cond_where(which)
        .take()
}

/// What the rows of [`assignments`] come to, one grant for each role, scope and end.
pub(super) fn grants_of(rows: &[QueryResult]) -> Result<Vec<Grant>> {
    type Key = (
        RoleId,
        String,
        Option<OrganizationId>,
        Option<DateTime<Utc>>,
    );
    let mut held: BTreeMap<Key, PermissionSet> = BTreeMap::new();
    for row in rows {
        let role: RoleId = row.try_get_by_index(0)?;
        let key = (
            role,
            row.try_get_by_index(1)?,
            row.try_get_by_index(2)?,
            row.try_get_by_index(3)?,
        );
        let permission: Option<String> = row.try_get_by_index(4)?;
        held.entry(key)
            .or_default()
            .insert_of_role(role, permission.as_deref());
    }
    let known = held
        .into_iter()
        .filter_map(|((_, scope, organization, until), permissions)| {
            Some(Grant {
                permissions,
                scope: Scope::stored(&scope, organization)?,
                until,
            })
        });
    Ok(known.collect())
}
