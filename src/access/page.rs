//! Pages in keyset order, in SQL: a page costs the same anywhere in the table (never an offset).
//!
//! One statement answers one page, or the same page of many parents at once.

use super::granted::{Granted, View};
use super::guarded::Guarded;
use super::place::array;
use crate::error::Result;
use entity::reading::Placed;
use sea_orm::sea_query::extension::postgres::PgFunc;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Order, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, Iterable, JoinType,
    ModelTrait, Value,
};
use std::collections::HashMap;

/// A total order: by `columns`, ties by id, all in one direction.
#[derive(Debug)]
pub struct Sort<E: EntityTrait> {
    pub columns: Vec<E::Column>,
    pub descending: bool,
}

/// Which part of the order is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// Most rows.
    pub limit: u64,
    /// Counted from the end.
    pub backward: bool,
    /// Only what comes after this position: the sort columns' values, then the id.
    pub after: Option<Vec<Value>>,
    /// Only what comes before this position.
    pub before: Option<Vec<Value>>,
}

/// When PostgreSQL plans the statement of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planned {
    /// Once for all: what narrows the list down is spread evenly, as a position or a prefix is.
    Once,
    /// Each time: some values have many rows and others few.
    ByValues,
}

impl Planned {
    /// For a list that is narrowed down by `condition`.
    #[must_use]
    pub fn with(condition: &Condition) -> Self {
        if condition.is_empty() {
            Self::Once
        } else {
            Self::ByValues
        }
    }
}

/// A page of rows, in order.
#[derive(Clone, Debug)]
pub struct Slice<E: Guarded> {
    pub rows: Vec<Granted<E, View>>,
    /// Whether there are more rows in the direction that was read.
    pub more: bool,
}

/// How rows belong to a parent, told for an expression that holds the parent's id.
pub type Link<'a> = &'a (dyn Fn(Expr) -> Condition + Send + Sync);

const PARENT: &str = "parent";
const PARENTS: &str = "parents";
const PAGE: &str = "page";

/// One page of the rows that satisfy `visible` and `narrow`.
pub(super) async fn slice<E: Guarded>(
    db: &impl ConnectionTrait,
    visible: Condition,
    narrow: Condition,
    planned: Planned,
    sort: &Sort<E>,
    window: &Window,
) -> Result<Slice<E>> {
    let mut statement = columns_of::<E>();
    let mut most = String::new();
    if visible.is_empty() && planned == Planned::Once {
        arrange(statement.cond_where(narrow), sort, window);
        // A number in the text, not a value: PostgreSQL, which plans this once for all values, shall plan for so few rows.
        most = format!(" LIMIT {}", window.limit + 1);
    } else {
        // The ids first: rows that are passed over are then only looked at in an index, which holds what viewers are told apart by.
        let mut ids = ids_of::<E>();
        cut(ids.cond_where(visible).cond_where(narrow), sort, window);
        // An array, and not a join: PostgreSQL looks its values up in any case.
        statement.and_where(match db.get_database_backend() {
            DbBackend::Postgres => E::ID.into_expr().eq(PgFunc::any(array(ids))),
            _ => E::ID.in_subquery(ids),
        });
        for (column, order) in ordered(sort, window) {
            statement.order_by(column.as_column_ref(), order);
        }
    }
    let mut statement = db.get_database_backend().build(&statement);
    statement.sql.push_str(&most);
    let mut rows = Vec::new();
    for row in db.query_all_raw(statement).await? {
        rows.push(E::Model::read(&row, 0)?);
    }
    Ok(finish(rows, window))
}

/// The same page for each of `parents`, in one statement. Parents without rows are absent.
pub(super) async fn slices<E: Guarded, P>(
    db: &impl ConnectionTrait,
    parents: &[P],
    link: Link<'_>,
    condition: Condition,
    sort: &Sort<E>,
    window: &Window,
) -> Result<HashMap<P, Slice<E>>>
where
    P: Clone + Eq + std::hash::Hash + Into<Value> + sea_orm::TryGetable,
{
    let engine = db.get_database_backend();
    let parent = parent_column(engine);
    let mut statement = Query::select();
    statement.expr_as(parent.clone(), PARENT);
    for column in E::Column::iter() {
        statement.column((PAGE, column));
    }
    from_parents(&mut statement, parents, engine);
    if engine == DbBackend::Postgres {
        let mut one = columns_of::<E>();
        cut(
            one.cond_where(link(parent)).cond_where(condition),
            sort,
            window,
        );
        statement.join_lateral(JoinType::InnerJoin, one, PAGE, Expr::cust("TRUE"));
    } else {
        // SQLite has no LATERAL; a sub-select that depends on the parent does the same.
        let mut ids = ids_of::<E>();
        cut(
            ids.cond_where(link(parent)).cond_where(condition),
            sort,
            window,
        );
        statement.join_as(
            JoinType::InnerJoin,
            E::default(),
            PAGE,
            Expr::col((PAGE, E::ID)).in_subquery(ids),
        );
    }
    for (column, order) in ordered(sort, window) {
        statement.order_by((PAGE, column), order);
    }
    let mut found: HashMap<P, Vec<E::Model>> = HashMap::new();
    for row in db.query_all(&statement).await? {
        let parent = row.try_get_by_index(0)?;
        found
            .entry(parent)
            .or_default()
            .push(E::Model::read(&row, 1)?);
    }
    Ok(found
        .into_iter()
        .map(|(parent, rows)| (parent, finish(rows, window)))
        .collect())
}

/// How many rows satisfy `condition`.
pub(super) async fn count<E: Guarded>(
    db: &impl ConnectionTrait,
    condition: Condition,
) -> Result<i64> {
    let statement = counting::<E>().cond_where(condition).take();
    let row = db.query_one(&statement).await?;
    Ok(row
        .map(|row| row.try_get_by_index(0))
        .transpose()?
        .unwrap_or_default())
}

/// How many rows of each of `parents` satisfy `condition`, in one statement.
pub(super) async fn counts<E: Guarded, P>(
    db: &impl ConnectionTrait,
    parents: &[P],
    link: Link<'_>,
    condition: Condition,
) -> Result<HashMap<P, i64>>
where
    P: Clone + Eq + std::hash::Hash + Into<Value> + sea_orm::TryGetable,
{
    let engine = db.get_database_backend();
    let parent = parent_column(engine);
    let mut one = counting::<E>();
    one.cond_where(link(parent.clone())).cond_where(condition);
    let mut statement = Query::select();
    statement.expr_as(parent, PARENT);
    statement.expr_as(Expr::SubQuery(None, Box::new(one.into())), "count");
    from_parents(&mut statement, parents, engine);
    let mut found = HashMap::new();
    for row in db.query_all(&statement).await? {
        found.insert(row.try_get("", PARENT)?, row.try_get("", "count")?);
    }
    Ok(found)
}

/// Where a row stands in the order by `columns`: what a cursor holds.
pub fn position<E: Guarded>(row: &E::Model, columns: &[E::Column]) -> Vec<Value> {
    columns
        .iter()
        .copied()
        .chain([E::ID])
        .map(|column| row.get(column))
        .collect()
}

pub(super) fn columns_of<E: Guarded>() -> SelectStatement {
    Query::select()
        .columns(E::Column::iter().map(|column| column.as_column_ref()))
        .from(E::default())
        .take()
}

pub(super) fn ids_of<E: Guarded>() -> SelectStatement {
    Query::select()
        .column(E::ID.as_column_ref())
        .from(E::default())
        .take()
}

fn counting<E: Guarded>() -> SelectStatement {
    Query::select()
        .expr(Func::count(Expr::cust("*")))
        .from(E::default())
        .take()
}

/// `FROM` the parents' ids: one array on PostgreSQL, so that the statement's text does not depend on how many there are, and rows of
/// values on SQLite, filled up to a power of two with nobody, so that few texts are ever prepared.
fn from_parents<P: Clone + Into<Value>>(
    statement: &mut SelectStatement,
    parents: &[P],
    engine: DbBackend,
) {
    let values: Vec<Value> = parents.iter().cloned().map(Into::into).collect();
    if engine == DbBackend::Postgres {
        let array = values
            .first()
            .map(|first| Value::Array(first.array_type(), Some(Box::new(values.clone()))));
        if let Some(array) = array {
            statement.from_function(Func::cust("unnest").arg(Expr::val(array)), PARENTS);
        }
    } else {
        let nobody = values.first().map(Value::as_null);
        statement
            .from_values(filled(values, nobody), PARENTS)
            .and_where(parent_column(engine).is_not_null());
    }
}

fn parent_column(engine: DbBackend) -> Expr {
    if engine == DbBackend::Postgres {
        Expr::col((PARENTS, Alias::new(PARENTS)))
    } else {
        // As SQLite names it.
        Expr::col((PARENTS, Alias::new("column1")))
    }
}

/// `values` filled up to a power of two with the last one again.
pub(super) fn padded(values: Vec<Value>) -> Vec<Value> {
    let last = values.last().cloned();
    filled(values, last)
}

/// `values` filled up to a power of two.
pub(super) fn filled(mut values: Vec<Value>, with: Option<Value>) -> Vec<Value> {
    let length = values.len().next_power_of_two();
    if let Some(with) = with {
        values.resize(length, with);
    }
    values
}

fn cut<E: Guarded>(statement: &mut SelectStatement, sort: &Sort<E>, window: &Window) {
    arrange(statement, sort, window);
    statement.limit(window.limit + 1);
}

/// Orders by `sort`, between the positions of `window`.
pub(super) fn arrange<E: Guarded>(
    statement: &mut SelectStatement,
    sort: &Sort<E>,
    window: &Window,
) {
    let bounds = [
        (&window.after, !sort.descending),
        (&window.before, sort.descending),
    ];
    for (position, above) in bounds {
        if let Some(position) = position {
            let columns = sort
                .columns
                .iter()
                .copied()
                .chain([E::ID])
                .map(|column| Expr::col(column.as_column_ref()));
            let left = Expr::tuple(columns);
            let right = Expr::tuple(position.iter().cloned().map(Expr::val));
            statement.and_where(if above {
                left.gt(right)
            } else {
                left.lt(right)
            });
        }
    }
    for (column, order) in ordered(sort, window) {
        statement.order_by(column.as_column_ref(), order);
    }
}

fn ordered<E: Guarded>(
    sort: &Sort<E>,
    window: &Window,
) -> impl Iterator<Item = (E::Column, Order)> {
    let order = if sort.descending == window.backward {
        Order::Asc
    } else {
        Order::Desc
    };
    sort.columns
        .iter()
        .copied()
        .chain([E::ID])
        .map(move |column| (column, order.clone()))
}

fn finish<E: Guarded>(rows: Vec<E::Model>, window: &Window) -> Slice<E> {
    Slice::of(rows.into_iter().map(Granted::new).collect(), window)
}

impl<E: Guarded> Slice<E> {
    /// From rows in the direction that was read: one more than the window's limit, where there is one more.
    pub(super) fn of(mut rows: Vec<Granted<E>>, window: &Window) -> Self {
        let limit = usize::try_from(window.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        if window.backward {
            rows.reverse();
        }
        Self { rows, more }
    }
}
