//! From a bearer token to a viewer, by a share of one statement; by some more for somebody who acts on behalf of another.

use super::assigned::{Assigned, assignments, grants_of};
use super::callers::Held;
use super::customer_grants::{Linked, opened_to};
use super::database::Database;
use super::grants::lacking_of;
use super::token::token_hash;
use super::{Grant, Permission, Place, Scope, Viewer};
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use entity::ids::AccountId;
use entity::{account, contact};
use sea_orm::sea_query::{ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, JoinType, QueryResult};

/// The viewer that `token` stands for at `now`; without a token the anonymous one.
///
/// # Errors
/// `Unauthenticated` for a token that means nothing: unknown, over, of an account that is inactive or not approved (T-193), or of somebody
/// who acts on behalf of an account and may not do so any more (T-73).
pub async fn authenticate(
    db: &Database,
    token: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Viewer> {
    let Some(token) = token else {
        return Ok(Viewer::anonymous());
    };
    let hash = token_hash(token);
    let arrivals = db.callers().find(db, &hash).await?;
    let caller = arrivals
        .callers
        .get(&hash)
        .filter(|caller| caller.expires_at > now)
        .ok_or(Error::Unauthenticated)?;
    db.memory().catch_up(db, arrivals.revisions).await?;
    let viewer = Viewer {
        account_id: Some(caller.account),
        contact_id: caller.contact,
        organization_id: caller.organization,
        session_id: Some(caller.session),
        actor_id: caller.actor,
        grants: grants_held(db, &caller.held, now),
        as_of: now,
    };
    if let Some(actor) = viewer.actor_id() {
        let actor = viewer_of(db.reader(), actor, now)
            .await?
            .ok_or(Error::Unauthenticated)?;
        if may_not_act_for(db.reader(), &actor, &viewer, now).await? {
            return Err(Error::Unauthenticated);
        }
    }
    Ok(viewer)
}

/// What `account` would be as a viewer; none when nobody can use it.
pub(super) async fn viewer_of(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<Viewer>> {
    let mut one = holders();
    one.cond_where(account::Column::Id.eq(account));
    match db.query_one(&one).await? {
        Some(row) => Ok(Some(viewer_from(db, &row, now).await?)),
        None => Ok(None),
    }
}

/// Whether `actor` lacks what acting on behalf of `subject` takes: the permission over it, every right that it holds beyond OWN, and what it
/// may do with customers (T-196).
async fn may_not_act_for(
    db: &impl ConnectionTrait,
    actor: &Viewer,
    subject: &Viewer,
    now: DateTime<Utc>,
) -> Result<bool> {
    let place = Place::from(subject.organization_id());
    let permission = Permission::AccountSignInOnBehalf;
    if !super::scoped_db::reaches(db, actor, permission, place).await? {
        return Ok(true);
    }
    let beyond_own = subject
        .grants
        .iter()
        .filter(|grant| grant.scope != Scope::Own);
    // Only for now: the check comes again with every request.
    let for_now = beyond_own.map(|grant| Grant {
        until: Some(now),
        ..grant.clone()
    });
    let mut held: Vec<_> = for_now.collect();
    if let Some(account) = subject.account_id() {
        let opened = opened_to(db, account, Linked::Counting, now).await?;
        held.extend(opened.into_iter().map(|grant| Grant {
            until: Some(now),
            ..grant
        }));
    }
    Ok(lacking_of(db, actor, &held).await?.is_some())
}

/// What the assignments that count at `now` come to; what roles hold is in memory.
fn grants_held(db: &Database, held: &[Held], now: DateTime<Utc>) -> Vec<Grant> {
    held.iter()
        .filter(|held| held.from.is_none_or(|from| from <= now))
        .filter(|held| held.until.is_none_or(|until| until > now))
        .filter_map(|held| {
            Some(Grant {
                permissions: db.memory().permissions_of(held.role),
                scope: Scope::stored(&held.scope, held.organization)?,
                until: held.until,
            })
        })
        .collect()
}

/// Accounts that can be used, with their contact's organization.
fn holders() -> SelectStatement {
    usable_accounts()
        .column(account::Column::Id.as_column_ref())
        .column(account::Column::ContactId.as_column_ref())
        .column(contact::Column::OrganizationId.as_column_ref())
        .take()
}

/// Accounts that can be used, beside their contacts; nothing selected yet.
pub(super) fn usable_accounts() -> SelectStatement {
    Query::select()
        .from(account::Entity)
        .join(
            JoinType::LeftJoin,
            contact::Entity,
            contact::Column::Id
                .into_expr()
                .equals(account::Column::ContactId.as_column_ref()),
        )
        .cond_where(account::Column::Active.eq(true))
        .cond_where(account::Column::Approved.eq(true))
        .take()
}

/// A viewer from a row of [`holders`], with what the account holds now.
async fn viewer_from(
    db: &impl ConnectionTrait,
    row: &QueryResult,
    now: DateTime<Utc>,
) -> Result<Viewer> {
    let account_id: AccountId = row.try_get_by_index(0)?;
    let held = assignments(Assigned::to(account_id).add(Assigned::counting_at(now)));
    Ok(Viewer {
        account_id: Some(account_id),
        contact_id: row.try_get_by_index(1)?,
        organization_id: row.try_get_by_index(2)?,
        session_id: None,
        actor_id: None,
        grants: grants_of(&db.query_all(&held).await?)?,
        as_of: now,
    })
}
