//! The door in: everything that a request reads.

use super::database::Database;
use super::granted::{Granted, View};
use super::guarded::{Action, Guarded};
use super::page::{self, Link, Planned, Slice, Sort, Window};
use super::place::Way;
use super::{Permission, Place, Reach, Viewer};
use crate::clock::Clock;
use crate::error::{Error, Result};
use chrono::{DateTime, Utc};
use entity::organization_closure;
use entity::reading::Placed;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseConnection, DbBackend, QueryResult,
    TryGetable, Value,
};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

/// One request's view of the database. The viewer's rules are in every statement that it runs.
#[derive(Clone, Debug)]
pub struct ScopedDb {
    pub(super) db: Database,
    pub(super) viewer: Arc<Viewer>,
    /// How far the viewer sees organizations, where they may be told from memory.
    pub(super) sight: Option<Arc<Reach>>,
    pub(super) clock: Clock,
    pub(super) now: DateTime<Utc>,
    pub(super) request_id: Arc<str>,
    pub(super) max_depth: u32,
}

impl ScopedDb {
    /// For one request of `viewer`. `max_depth` is the most levels of the tree (T-173).
    #[must_use]
    pub fn new(
        db: Database,
        viewer: Viewer,
        clock: Clock,
        request_id: &str,
        max_depth: u32,
    ) -> Self {
        let now = clock.now();
        Self {
            db,
            viewer: Arc::new(viewer),
            sight: None,
            clock,
            now,
            request_id: request_id.into(),
            max_depth,
        }
    }

    /// The same for a request that only reads: what is kept in memory need not be asked for.
    #[must_use]
    pub fn only_reading(mut self) -> Self {
        if self.viewer.is_signed_in() {
            self.sight = Some(Arc::new(self.viewer.reach(Permission::OrganizationView)));
        }
        self
    }

    /// Who is asking.
    #[must_use]
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// The request's one present (T-116).
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Which engine answers: for the few statements that differ.
    #[must_use]
    pub fn engine(&self) -> DbBackend {
        self.db.engine()
    }

    /// # Errors
    /// `Unauthenticated` for an anonymous viewer (T-181).
    pub fn signed_in(&self) -> Result<()> {
        if self.viewer.is_signed_in() {
            Ok(())
        } else {
            Err(Error::Unauthenticated)
        }
    }

    /// Lets a root list be opened (T-181, T-197).
    ///
    /// # Errors
    /// `Unauthenticated` for an anonymous viewer, `Forbidden` without `permission` in any scope.
    pub fn opens(&self, permission: Permission) -> Result<()> {
        self.signed_in()?;
        if self.viewer.holds(permission) {
            Ok(())
        } else {
            Err(Error::Forbidden {
                permission: permission.name(),
            })
        }
    }

    /// # Errors
    /// `Forbidden` for whoever acts on behalf of somebody else (T-73).
    pub fn in_person(&self) -> Result<()> {
        match self.viewer.actor_id() {
            None => Ok(()),
            Some(_) => Err(Error::OnBehalf),
        }
    }

    /// The rows among `ids` that exist for this viewer.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn by_ids<E: Guarded>(
        &self,
        ids: &[E::Id],
    ) -> Result<HashMap<E::Id, Granted<E, View>>> {
        let Some(visible) = self.visible::<E>() else {
            return Ok(HashMap::new());
        };
        let named = self.is_one_of(E::ID, ids);
        let rows = match self.told::<E>(&named).await? {
            Some(rows) => rows,
            None => find::<E, View>(self.steady_for::<E>(), visible.add(named)).await?,
        };
        Ok(rows.into_iter().map(|row| (row.id(), row)).collect())
    }

    /// All rows that satisfy `narrow` and exist for this viewer, in no order: for what is known to be few.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn all<E: Guarded>(&self, narrow: Condition) -> Result<Vec<Granted<E, View>>> {
        let Some(visible) = self.visible::<E>() else {
            return Ok(Vec::new());
        };
        match self.told::<E>(&narrow).await? {
            Some(rows) => Ok(rows),
            None => find(self.steady_for::<E>(), visible.add(narrow)).await,
        }
    }

    /// A page of the rows that satisfy `narrow` and exist for this viewer.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn page<E: Guarded>(
        &self,
        narrow: Condition,
        planned: Planned,
        sort: &Sort<E>,
        window: &Window,
    ) -> Result<Slice<E>> {
        if planned == Planned::Once
            && let Some(page) = self.told_page(&narrow, sort, window).await?
        {
            return Ok(page);
        }
        let Some(visible) = self.listed::<E>(Way::Each).await? else {
            return Ok(Slice {
                rows: Vec::new(),
                more: false,
            });
        };
        let db = match planned {
            Planned::Once => self.steady_for::<E>(),
            Planned::ByValues => self.reader(),
        };
        page::slice(db, visible, narrow, planned, sort, window).await
    }

    /// The same page below each of `parents`, in one statement. Parents without rows are absent.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn pages<E: Guarded, P>(
        &self,
        parents: &[P],
        link: Link<'_>,
        narrow: Condition,
        sort: &Sort<E>,
        window: &Window,
    ) -> Result<HashMap<P, Slice<E>>>
    where
        P: Clone + Eq + Hash + Into<Value> + TryGetable,
    {
        match self.visible::<E>() {
            Some(visible) if !parents.is_empty() => {
                page::slices(
                    self.reader(),
                    parents,
                    link,
                    visible.add(narrow),
                    sort,
                    window,
                )
                .await
            }
            _ => Ok(HashMap::new()),
        }
    }

    /// How many rows satisfy `narrow` and exist for this viewer (T-37).
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn count<E: Guarded>(&self, narrow: Condition) -> Result<i64> {
        match self.listed::<E>(Way::Walked).await? {
            Some(visible) => page::count::<E>(self.reader(), visible.add(narrow)).await,
            None => Ok(0),
        }
    }

    /// The same count below each of `parents`, in one statement.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn counts<E: Guarded, P>(
        &self,
        parents: &[P],
        link: Link<'_>,
        narrow: Condition,
    ) -> Result<HashMap<P, i64>>
    where
        P: Clone + Eq + Hash + Into<Value> + TryGetable,
    {
        match self.visible::<E>() {
            Some(visible) if !parents.is_empty() => {
                page::counts::<E, P>(self.reader(), parents, link, visible.add(narrow)).await
            }
            _ => Ok(HashMap::new()),
        }
    }

    /// Whether `permission` reaches `place`. Nothing is said of places that do not exist: they are reached by nobody but those who
    /// reach everywhere.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn reaches(&self, permission: Permission, place: Place) -> Result<bool> {
        reaches(self.reader(), &self.viewer, permission, place).await
    }

    /// The predicate by which rows of `E` exist for this viewer, for use inside other conditions. `None`: none do.
    #[must_use]
    pub fn visible<E: Guarded>(&self) -> Option<Condition> {
        self.viewer
            .is_signed_in()
            .then(|| Condition::all().add(E::reached(&self.viewer, Action::View, self.engine())))
    }

    /// `column` is one of `ids`: an array on PostgreSQL and a padded list on SQLite, so that the number of ids does not make a new
    /// statement each time.
    #[must_use]
    pub fn is_one_of<C: ColumnTrait, I: Clone + Into<Value>>(
        &self,
        column: C,
        ids: &[I],
    ) -> Condition {
        is_one_of(self.engine(), column, ids)
    }

    pub(super) fn reader(&self) -> &DatabaseConnection {
        self.db.reader()
    }

    /// The steady connections where the viewer's rule adds nothing to a statement; how much a scope holds is for the planner to see.
    fn steady_for<E: Guarded>(&self) -> &DatabaseConnection {
        let everywhere = E::permission(Action::View)
            .is_none_or(|permission| self.viewer.holds_everywhere(permission));
        if everywhere {
            self.db.steady()
        } else {
            self.db.reader()
        }
    }

    pub(super) async fn unscoped<E: Guarded>(
        &self,
        condition: Condition,
    ) -> Result<Vec<Granted<E, View>>> {
        find(self.db.steady(), condition).await
    }
}

/// Rows without a rule: for this folder only.
pub(super) async fn find<E: Guarded, R: super::Right>(
    db: &impl ConnectionTrait,
    condition: Condition,
) -> Result<Vec<Granted<E, R>>> {
    let statement = page::columns_of::<E>().cond_where(condition).take();
    let rows = db.query_all(&statement).await?;
    let rows: std::result::Result<Vec<_>, _> =
        rows.iter().map(|row| E::Model::read(row, 0)).collect();
    Ok(rows?.into_iter().map(Granted::new).collect())
}

pub(super) fn is_one_of<C: ColumnTrait, I: Clone + Into<Value>>(
    engine: DbBackend,
    column: C,
    ids: &[I],
) -> Condition {
    let values: Vec<Value> = ids.iter().map(|id| id.clone().into()).collect();
    Condition::all().add(match (engine, values.first()) {
        (DbBackend::Postgres, Some(first)) => {
            let array = Value::Array(first.array_type(), Some(Box::new(values)));
            column
                .into_expr()
                .eq(sea_orm::sea_query::extension::postgres::PgFunc::any(
                    Expr::val(array),
                ))
        }
        _ => column.into_expr().is_in(page::padded(values)),
    })
}

/// Whether `permission` of `viewer` reaches `place`.
pub(super) async fn reaches(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    permission: Permission,
    place: Place,
) -> Result<bool> {
    let (subtrees, nodes) = match viewer.reach(permission) {
        Reach::Everywhere => return Ok(true),
        Reach::Within { subtrees, nodes } => (subtrees, nodes),
    };
    let Place::Organization(organization) = place else {
        return Ok(false);
    };
    if nodes.contains(&organization) || subtrees.contains(&organization) {
        return Ok(true);
    }
    if subtrees.is_empty() {
        return Ok(false);
    }
    let statement = Query::select()
        .expr(Expr::cust("1"))
        .from(organization_closure::Entity)
        .cond_where(organization_closure::Column::DescendantId.eq(organization))
        .cond_where(organization_closure::Column::AncestorId.is_in(subtrees))
        .limit(1)
        .take();
    let found: Option<QueryResult> = db.query_one(&statement).await?;
    Ok(found.is_some())
}
