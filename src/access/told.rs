//! Which rows exist for a viewer of a part of the tree, told by the tree in memory: the database is spared a look-up in the tree for each row.
//!
//! The rule is the one in `policy`. So that it is asked of one state, as a predicate in SQL would be, the statement that reads the rows also
//! reads how often organizations had changed; where memory is of another state, the answer is `None`, and SQL decides.

use super::Reach;
use super::granted::{Granted, View};
use super::guarded::{Action, Guarded};
use super::memory::revision_of;
use super::page::{Slice, Sort, Window, arrange, columns_of, ids_of};
use super::scoped_db::ScopedDb;
use crate::error::{Error, Result};
use entity::ids::OrganizationId;
use entity::reading::{Placed, cell};
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{Expr, Func, SelectStatement, ValueType};
use sea_orm::{Condition, ConnectionTrait, DbBackend, Iterable, Statement};

/// Rows that are gone through for a page at most; beyond, the database had better look for itself.
const MOST: u64 = 4_096;
const STEP: u64 = 128;
/// No organization: an array of ids has no nulls.
const NOWHERE: Uuid = Uuid::nil();

impl ScopedDb {
    /// All rows that satisfy `narrow` and exist for this viewer, in no order: for what is known to be few.
    pub(super) async fn told<E: Guarded>(
        &self,
        narrow: &Condition,
    ) -> Result<Option<Vec<Granted<E, View>>>> {
        let Some((reach, place)) = self.can_tell::<E>() else {
            return Ok(None);
        };
        let statement = columns_of::<E>()
            .expr(place)
            .expr(revision_of("organization"))
            .cond_where(narrow.clone())
            .take();
        let rows = self.db.steady().query_all(&statement).await?;
        let Some(memory) = self.remembered_within(&reach) else {
            return Ok(None);
        };
        let after = E::Column::iter().count();
        let mut seen = Vec::with_capacity(rows.len());
        for row in rows {
            if !memory.is_of(cell(&row, after + 1)?) {
                return Ok(None);
            }
            let place: Option<OrganizationId> = cell(&row, after)?;
            let model = E::Model::read(&row, 0)?;
            if place.is_some_and(|place| memory.sees(place))
                || E::is_own(&self.viewer, E::id_of(&model))
            {
                seen.push(Granted::new(model));
            }
        }
        Ok(Some(seen))
    }

    /// A page of the rows that satisfy `narrow` and exist for this viewer: ids are gone through in order, and told apart. For PostgreSQL,
    /// where looking a row up in the tree costs much more than reading it in an index.
    pub(super) async fn told_page<E: Guarded>(
        &self,
        narrow: &Condition,
        sort: &Sort<E>,
        window: &Window,
    ) -> Result<Option<Slice<E>>> {
        let Some((reach, place)) = self.can_tell::<E>() else {
            return Ok(None);
        };
        let Some(most) = self.to_be_gone_through(&reach, window) else {
            return Ok(None);
        };
        let mut ids = ids_of::<E>();
        ids.expr_as(Func::coalesce([place, Expr::val(NOWHERE)]), "place");
        arrange(ids.cond_where(narrow.clone()), sort, window);
        let limit = usize::try_from(window.limit).unwrap_or(usize::MAX);
        let Some(Passed { mut seen, is_all }) = self.pass::<E>(&reach, &ids, most, limit).await?
        else {
            return Ok(None);
        };
        let more = seen.len() > limit;
        if !more && !is_all {
            return Ok(None);
        }
        seen.truncate(limit);
        let mut rows = self.by_ids::<E>(&seen).await?;
        if rows.len() < seen.len() {
            // Something went since, and a page may not miss a row.
            return Ok(None);
        }
        if window.backward {
            seen.reverse();
        }
        let rows = seen.iter().filter_map(|id| rows.remove(id)).collect();
        Ok(Some(Slice { rows, more }))
    }

    /// Goes through the first `most` of `ids`, until one more than `limit` were seen.
    async fn pass<E: Guarded>(
        &self,
        reach: &Reach,
        ids: &SelectStatement,
        most: u64,
        limit: usize,
    ) -> Result<Option<Passed<E>>> {
        let statement = collected(ids, most);
        let Some(row) = self.db.steady().query_one_raw(statement).await? else {
            return Ok(None);
        };
        let ids: Vec<Uuid> = row.try_get_by_index::<Option<_>>(0)?.unwrap_or_default();
        let places: Vec<Uuid> = row.try_get_by_index::<Option<_>>(1)?.unwrap_or_default();
        let Some(memory) = self.remembered_within(reach) else {
            return Ok(None);
        };
        if !memory.is_of(row.try_get_by_index(2)?) {
            return Ok(None);
        }
        let within = memory.within();
        let is_all = (ids.len() as u64) < most;
        let mut seen = Vec::new();
        for (id, place) in ids.into_iter().zip(places) {
            let id = <E::Id as ValueType>::try_from(id.into()).map_err(Error::internal)?;
            if within.contains(OrganizationId(place)) || E::is_own(&self.viewer, id) {
                seen.push(id);
                if seen.len() > limit {
                    break;
                }
            }
        }
        Ok(Some(Passed { seen, is_all }))
    }

    /// What decides which rows of `E` the viewer sees, where memory can tell: a reach over a part of the tree.
    fn can_tell<E: Guarded>(&self) -> Option<(Reach, Expr)> {
        let place = E::place()?;
        let reach = self.viewer.reach(E::permission(Action::View)?);
        if reach == Reach::Everywhere {
            return None;
        }
        self.remembered_within(&reach)?;
        Some((reach, place))
    }

    /// In how many rows a page is likely to be found; in steps, so that there are few texts of statements. None where it is too many.
    fn to_be_gone_through(&self, reach: &Reach, window: &Window) -> Option<u64> {
        let (Reach::Within { subtrees, nodes }, DbBackend::Postgres) = (reach, self.engine())
        else {
            return None;
        };
        let memory = self.remembered_within(reach)?;
        let within = memory.count_within(subtrees) + nodes.len() as u64;
        let likely = (window.limit + 1) * memory.count() / within.max(1);
        // A quarter more, as they do not lie evenly.
        let most = (likely + likely / 4).next_multiple_of(STEP) + STEP;
        (most <= MOST).then_some(most)
    }
}

/// What was seen on the way.
struct Passed<E: Guarded> {
    seen: Vec<E::Id>,
    /// Whether nothing comes behind what was gone through.
    is_all: bool,
}

/// The first `most` of `ids`, which are pairs of an id and its place, as two arrays in one row: that costs much less than a row for each.
fn collected(ids: &SelectStatement, most: u64) -> Statement {
    let mut statement = DbBackend::Postgres.build(ids);
    statement.sql = format!(
        "SELECT array_agg(page.id), array_agg(page.place), (SELECT number FROM revision WHERE kind = 'organization') \
         FROM ({} LIMIT {most}) AS page",
        statement.sql
    );
    statement
}
