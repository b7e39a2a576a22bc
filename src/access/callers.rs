//! Who is asking: sessions with their accounts and what these hold, read for all requests together that wait to be told.
//!
//! Every request is looked up afresh, by a statement that begins after it came in. While one such statement is under way, the requests
//! that arrive share the next one: the more there are, the less each costs, and one alone waits for nobody.

use super::database::Database;
use super::memory::{REVISIONS, Revisions, revision_of};
use super::scoped_db::is_one_of;
use crate::error::Result;
use chrono::{DateTime, Utc};
use entity::ids::{AccountId, ContactId, OrganizationId, RoleId, SessionId};
use entity::reading::cell;
use entity::{account, contact, role_assignment, session};
use futures_util::future::{BoxFuture, FutureExt, Shared};
use sea_orm::sea_query::{ExprTrait, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, JoinType, QueryResult};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A session whose account can be used, whether it is over or not.
#[derive(Debug)]
pub(super) struct Caller {
    pub account: AccountId,
    pub contact: Option<ContactId>,
    pub organization: Option<OrganizationId>,
    pub session: SessionId,
    pub actor: Option<AccountId>,
    pub expires_at: DateTime<Utc>,
    pub held: Vec<Held>,
}

/// A role that an account was given, whether it counts at the moment or not.
#[derive(Debug)]
pub(super) struct Held {
    pub role: RoleId,
    pub scope: String,
    pub organization: Option<OrganizationId>,
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
}

/// What one statement found: callers by the hash of their token, and how often what memory keeps had changed by then.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    pub callers: HashMap<String, Caller>,
    pub revisions: Revisions,
}

/// Requests that wait to be told who sent them.
#[derive(Default)]
pub(super) struct Callers(Mutex<Line>);

#[derive(Default)]
struct Line {
    /// Whose statement has not begun yet.
    waiting: Option<(Vec<String>, Group)>,
    /// Whose statement was begun last.
    under_way: Option<Group>,
}

/// Whoever belongs to a group drives it, so it goes on when others hang up.
type Group = Shared<BoxFuture<'static, Result<Arc<Arrivals>>>>;

impl fmt::Debug for Callers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Callers")
    }
}

impl Callers {
    /// What a statement that begins from now on finds for `token_hash`, and for whoever else waits.
    ///
    /// # Errors
    /// Faults of the database only.
    pub(super) async fn find(&self, db: &Database, token_hash: &str) -> Result<Arc<Arrivals>> {
        self.join(db, token_hash).await
    }

    fn join(&self, db: &Database, token_hash: &str) -> Group {
        let mut line = self.line();
        if let Some((hashes, group)) = &mut line.waiting {
            if !hashes.iter().any(|hash| hash == token_hash) {
                hashes.push(token_hash.to_owned());
            }
            return group.clone();
        }
        let (db, before) = (db.clone(), line.under_way.clone());
        let group = async move {
            if let Some(before) = before {
                // How it ended is not ours.
                let _ = before.await;
            }
            let hashes = db.callers().depart();
            read(&db, &hashes).await.map(Arc::new)
        };
        let group = group.boxed().shared();
        line.waiting = Some((vec![token_hash.to_owned()], group.clone()));
        group
    }

    /// Closes the group that waits, since its statement begins.
    fn depart(&self) -> Vec<String> {
        let mut line = self.line();
        match line.waiting.take() {
            Some((hashes, group)) => {
                line.under_way = Some(group);
                hashes
            }
            None => Vec::new(),
        }
    }

    fn line(&self) -> std::sync::MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn read(db: &Database, token_hashes: &[String]) -> Result<Arrivals> {
    let rows = db
        .steady()
        .query_all(&statement(db.engine(), token_hashes))
        .await?;
    let mut arrivals = Arrivals::default();
    if let Some(row) = rows.first() {
        arrivals.revisions = Revisions::read(row, 12)?;
    }
    for row in &rows {
        let token_hash: String = cell(row, 0)?;
        let caller = match arrivals.callers.entry(token_hash) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => new.insert(caller_of(row)?),
        };
        if let Some(role) = cell(row, 7)? {
            caller.held.push(Held {
                role,
                scope: cell(row, 8)?,
                organization: cell(row, 9)?,
                from: cell(row, 10)?,
                until: cell(row, 11)?,
            });
        }
    }
    Ok(arrivals)
}

fn caller_of(row: &QueryResult) -> Result<Caller> {
    Ok(Caller {
        session: cell(row, 1)?,
        actor: cell(row, 2)?,
        expires_at: cell(row, 3)?,
        account: cell(row, 4)?,
        contact: cell(row, 5)?,
        organization: cell(row, 6)?,
        held: Vec::new(),
    })
}

fn statement(engine: DbBackend, token_hashes: &[String]) -> SelectStatement {
    let mut statement = super::authenticate::usable_accounts();
    statement
        .column(session::Column::TokenHash.as_column_ref())
        .column(session::Column::Id.as_column_ref())
        .column(session::Column::ActorId.as_column_ref())
        .column(session::Column::ExpiresAt.as_column_ref())
        .column(account::Column::Id.as_column_ref())
        .column(account::Column::ContactId.as_column_ref())
        .column(contact::Column::OrganizationId.as_column_ref())
        .column(role_assignment::Column::RoleId.as_column_ref())
        .column(role_assignment::Column::Scope.as_column_ref())
        .column(role_assignment::Column::OrganizationId.as_column_ref())
        .column(role_assignment::Column::ValidFrom.as_column_ref())
        .column(role_assignment::Column::ValidUntil.as_column_ref())
        .join(
            JoinType::InnerJoin,
            session::Entity,
            session::Column::AccountId
                .into_expr()
                .equals(account::Column::Id.as_column_ref()),
        )
        .join(
            JoinType::LeftJoin,
            role_assignment::Entity,
            role_assignment::Column::AccountId
                .into_expr()
                .equals(account::Column::Id.as_column_ref()),
        )
        .cond_where(is_one_of(engine, session::Column::TokenHash, token_hashes));
    for kind in REVISIONS {
        statement.expr(revision_of(kind));
    }
    statement
}
