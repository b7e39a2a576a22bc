//! From a bearer token to a viewer, in two statements.

use super::database::Database;
use super::system_roles::HELD_BY_EVERY_ACCOUNT;
use super::{Grant, PermissionSet, Scope, Viewer};
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use entity::ids::{AccountId, ContactId, OrganizationId, RoleId};
use entity::{account, contact, role_assignment, role_permission, session};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, JoinType, QueryResult};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What a session is known by: the token's SHA-256 in lower-case hexadecimal. The token itself is stored nowhere.
#[must_use]
pub fn token_hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// Bytes as lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The viewer that `token` stands for at `now`; without a token the anonymous one.
///
/// # Errors
/// `Unauthenticated` for a token that means nothing: unknown, over, or of an account that is inactive or not approved (T-193).
pub async fn authenticate(
    db: &Database,
    token: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Viewer> {
    let Some(token) = token else {
        return Ok(Viewer::anonymous());
    };
    let found = db.reader().query_one(&account_of(token, now)).await?;
    let row = found.ok_or(Error::Unauthenticated)?;
    let account_id: AccountId = row.try_get_by_index(0)?;
    let contact_id: Option<ContactId> = row.try_get_by_index(1)?;
    let organization_id: Option<OrganizationId> = row.try_get_by_index(2)?;
    let held = db
        .reader()
        .query_all(&assignments_of(account_id, now))
        .await?;
    Ok(Viewer::new(
        account_id,
        contact_id,
        organization_id,
        grants(&held)?,
    ))
}

fn account_of(token: &str, now: DateTime<Utc>) -> SelectStatement {
    Query::select()
        .column(account::Column::Id.as_column_ref())
        .column(account::Column::ContactId.as_column_ref())
        .column(contact::Column::OrganizationId.as_column_ref())
        .from(session::Entity)
        .join(
            JoinType::InnerJoin,
            account::Entity,
            account::Column::Id
                .into_expr()
                .equals(session::Column::AccountId.as_column_ref()),
        )
        .join(
            JoinType::LeftJoin,
            contact::Entity,
            contact::Column::Id
                .into_expr()
                .equals(account::Column::ContactId.as_column_ref()),
        )
        .cond_where(session::Column::TokenHash.eq(token_hash(token)))
        .cond_where(session::Column::ExpiresAt.gt(now))
        .cond_where(account::Column::Active.eq(true))
        .cond_where(account::Column::Approved.eq(true))
        .take()
}

/// The account's assignments that count now, each with its role's permissions. Everyone and Registered count for every account
/// without being assigned (T-61).
fn assignments_of(account_id: AccountId, now: DateTime<Utc>) -> SelectStatement {
    let started = Condition::any()
        .add(role_assignment::Column::ValidFrom.is_null())
        .add(role_assignment::Column::ValidFrom.lte(now));
    let not_over = Condition::any()
        .add(role_assignment::Column::ValidUntil.is_null())
        .add(role_assignment::Column::ValidUntil.gt(now));
    let implied = Query::select()
        .expr(Expr::cust("NULL"))
        .column(role_permission::Column::RoleId.as_column_ref())
        .expr(Expr::cust("'OWN'"))
        .expr(Expr::cust("NULL"))
        .column(role_permission::Column::Permission.as_column_ref())
        .from(role_permission::Entity)
        .cond_where(role_permission::Column::RoleId.is_in(HELD_BY_EVERY_ACCOUNT))
        .take();
    Query::select()
        .column(role_assignment::Column::Id.as_column_ref())
        .column(role_assignment::Column::RoleId.as_column_ref())
        .column(role_assignment::Column::Scope.as_column_ref())
        .column(role_assignment::Column::OrganizationId.as_column_ref())
        .column(role_permission::Column::Permission.as_column_ref())
        .from(role_assignment::Entity)
        .join(
            JoinType::LeftJoin,
            role_permission::Entity,
            role_permission::Column::RoleId
                .into_expr()
                .equals(role_assignment::Column::RoleId.as_column_ref()),
        )
        .cond_where(role_assignment::Column::AccountId.eq(account_id))
        .cond_where(started)
        .cond_where(not_over)
        .union(sea_orm::sea_query::UnionType::All, implied)
        .take()
}

fn grants(rows: &[QueryResult]) -> Result<Vec<Grant>> {
    let mut held: BTreeMap<(RoleId, String, Option<OrganizationId>), PermissionSet> =
        BTreeMap::new();
    for row in rows {
        let role: RoleId = row.try_get_by_index(1)?;
        let scope: String = row.try_get_by_index(2)?;
        let organization: Option<OrganizationId> = row.try_get_by_index(3)?;
        let permission: Option<String> = row.try_get_by_index(4)?;
        held.entry((role, scope, organization))
            .or_default()
            .insert_of_role(role, permission.as_deref());
    }
    let known = held
        .into_iter()
        .filter_map(|((_, scope, organization), permissions)| {
            let scope = match (scope.as_str(), organization) {
                ("GLOBAL", _) => Scope::Global,
                ("SUBTREE", Some(organization)) => Scope::Subtree(organization),
                ("NODE", Some(organization)) => Scope::Node(organization),
                ("OWN", _) => Scope::Own,
                _ => return None,
            };
            Some(Grant { permissions, scope })
        });
    Ok(known.collect())
}
