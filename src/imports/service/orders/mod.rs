//! Orders of other systems: rows of one number are one order, whose first row says what it is, and each of them a line. They keep their own
//! prices, days and sums (T-53, T-86), and an order that is there changes only as `orderUpdate` lets it.

mod deal;
mod put_back;
mod read;
mod whom;

pub use put_back::put_back;

use super::batch::Judged;
use crate::access::{WriteTx, refusals};
use crate::error::{Code, Error, Result, UserError};
use crate::imports::rules::{Problem, RowIn};
use crate::text::{Rule, SHORT};
use deal::deal;
use entity::import_row;
use entity::sales_order;
use sea_orm::ColumnTrait;
use std::collections::HashMap;

/// Most rows of one order.
pub const MOST_LINES: usize = 500;

/// The fields that a row may give, in the order in which changes are told: first what the order says, then its lines.
pub const FIELDS: [&str; 25] = [
    "number",
    "orderedAt",
    "requestedDate",
    "status",
    "customerNumber",
    "shipToSequence",
    "shipToText",
    "contactExternalId",
    "organizationExternalId",
    "market",
    "poNumber",
    "erpNumber",
    "currency",
    "subtotal",
    "discount",
    "tax",
    "freight",
    "total",
    "notes",
    "line",
    "variantCode",
    "description",
    "quantity",
    "unitPrice",
    "lineTotal",
];

/// What stands between the number of an order and its line in a key: no number has one.
const BETWEEN: char = '\t';

/// By what a row is known: the number of its order with that of the line, where it has one, else with that of the row.
///
/// # Errors
/// What is wrong with it.
pub fn key(row: &RowIn) -> Result<Option<String>, Problem> {
    let text = |field| row.text(field).map(str::to_owned);
    let number = Rule::identifier("number", SHORT).apply(text("number"))?;
    let line = Rule::identifier("line", SHORT).apply(text("line"))?;
    let own = line.unwrap_or_else(|| format!("row {}", row.number));
    Ok(number.map(|number| format!("{number}{BETWEEN}{own}")))
}

/// The number of the order in a key.
fn number_in(key: &str) -> &str {
    key.split_once(BETWEEN).map_or(key, |(number, _)| number)
}

/// Whether two rows belong to one order, which is never dealt with in part.
#[must_use]
pub fn same_unit(one: &import_row::Model, other: &import_row::Model) -> bool {
    !one.key.is_empty() && number_in(&one.key) == number_in(&other.key)
}

/// Puts the rows of each order beside each other, where its first one stands; orders of too many rows are refused, and how many rows that
/// are is answered.
///
/// # Errors
/// Faults of the database only.
pub async fn order(tx: &mut WriteTx, import: entity::ids::ImportId) -> Result<i32> {
    let message = format!("an order has {MOST_LINES} rows at most");
    let problem = Problem::new(Code::Invalid, "number", message);
    let refused = serde_json::to_value([problem]).map_err(Error::internal)?;
    tx.group_import_rows(import, BETWEEN, MOST_LINES, refused)
        .await
}

/// An order to be written: all of its rows, under the first of them.
pub struct Step(Vec<RowIn>);

/// What comes of these rows, as things are: found out by doing it, and taken back.
///
/// # Errors
/// Faults of the database only.
pub async fn judge(
    tx: &mut WriteTx,
    rows: &[RowIn],
    keys: &[Option<String>],
) -> Result<Vec<Judged<Step>>> {
    let mut orders: Vec<Vec<usize>> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    let mut judged: Vec<Option<Judged<Step>>> = Vec::with_capacity(rows.len());
    for (at, (row, key)) in rows.iter().zip(keys).enumerate() {
        judged.push(None);
        let Some(key) = key else {
            let missing = || Problem::new(Code::Required, "number", "a row needs number");
            let problem = self::key(row).err().unwrap_or_else(missing);
            judged.pop();
            judged.push(Some(Judged::refused(vec![problem])));
            continue;
        };
        let order = *known.entry(number_in(key)).or_insert(orders.len());
        match orders.get_mut(order) {
            Some(order) => order.push(at),
            None => orders.push(vec![at]),
        }
    }
    let whole = tx.try_out().await?;
    for places in orders {
        let of_order: Vec<RowIn> = places
            .iter()
            .filter_map(|at| rows.get(*at).cloned())
            .collect();
        let trial = tx.try_out().await?;
        let told = match deal(tx, &of_order).await {
            Ok(dealt) => {
                let decisions = dealt.decisions;
                if decisions.iter().any(|told| !told.problems.is_empty()) {
                    tx.take_back(trial).await?;
                } else {
                    tx.keep(trial).await?;
                }
                decisions.into_iter().map(Judged::settled).collect()
            }
            Err(refused) => {
                tx.take_back(trial).await?;
                refused_whole(&of_order, refusals(refused)?)
            }
        };
        let mut step = Some(Step(of_order));
        for (at, mut told) in places.into_iter().zip(told) {
            // The first row carries the order.
            let first = step.take();
            if told.decision.action.writes() {
                told.step = first;
            }
            if let Some(place) = judged.get_mut(at) {
                *place = Some(told);
            }
        }
    }
    tx.take_back(whole).await?;
    let nothing = || Judged::refused(Vec::new());
    Ok(judged
        .into_iter()
        .map(|judged| judged.unwrap_or_else(nothing))
        .collect())
}

/// Why all rows of an order are refused: said at the first, to which the others point.
fn refused_whole(rows: &[RowIn], mistakes: Vec<UserError>) -> Vec<Judged<Step>> {
    let first = rows.first().map_or(0, |row| row.number);
    let problems = mistakes.into_iter().map(problem).collect();
    let others = rows
        .iter()
        .skip(1)
        .map(|_| Judged::refused(vec![beside(first)]));
    std::iter::once(Judged::refused(problems))
        .chain(others)
        .collect()
}

/// Why a row with which nothing is wrong is refused.
fn beside(row: i64) -> Problem {
    Problem {
        field: None,
        code: Code::Conflict,
        message: format!("row {row} of the same order is refused"),
    }
}

/// What a use case refuses, at the fields of the row.
fn problem(mistake: UserError) -> Problem {
    let mut problem = Problem::from(mistake);
    problem.field = problem.field.map(|field| {
        let field = match field.as_str() {
            "organizationId" => "organizationExternalId",
            "contactId" => "contactExternalId",
            "requestedOn" => "requestedDate",
            other => other,
        };
        let known = FIELDS.iter().find(|known| **known == field);
        known.map_or_else(|| "number".to_owned(), |known| (*known).to_owned())
    });
    problem
}

/// Writes orders, and answers the id and the version of each.
///
/// # Errors
/// What stands in the way.
pub async fn write(tx: &mut WriteTx, steps: Vec<Step>) -> Result<Vec<(String, i32)>> {
    let mut ids = Vec::with_capacity(steps.len());
    for Step(rows) in steps {
        let dealt = deal(tx, &rows).await?;
        let problems = dealt.decisions.iter().flat_map(|told| &told.problems);
        let problems: Vec<_> = problems.cloned().map(UserError::from).collect();
        match dealt.id {
            Some(id) if problems.is_empty() => ids.push(id),
            _ => return Err(Error::Invalid(problems)),
        }
    }
    let written = tx.is_one_of(sales_order::Column::Id, &ids);
    let written = tx.looked_at::<sales_order::Entity>(written).await?;
    let versions: HashMap<_, _> = written.iter().map(|row| (row.id, row.version)).collect();
    let version = |id| versions.get(id).copied().unwrap_or_default();
    Ok(ids.iter().map(|id| (id.to_string(), version(id))).collect())
}

/// What an order is found by.
fn numbered(number: &str) -> sea_orm::sea_query::Expr {
    sales_order::Column::Number.eq(number)
}
