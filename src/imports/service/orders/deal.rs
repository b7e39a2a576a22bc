//! One order: what its rows come to, done as things are.

use super::read::{Header, read_header, read_line};
use super::{FIELDS, beside, numbered};
use crate::access::{Action, Change as UseCase, WriteTx};
use crate::error::{Code, Error, Result};
use crate::imports::rules::{Decision, Problem, Reading, RowIn};
use crate::orders::service::{Brought, BroughtLine, ChangeOrder, bring_order};
use async_graphql::MaybeUndefined;
use entity::ids::OrderId;
use entity::sales_order::Model;
use entity::{import_row, order_line, sales_order};
use sea_orm::{ColumnTrait, Condition};
use std::collections::HashMap;

/// Fields of an order that is there that may change.
const MAY_CHANGE: [&str; 4] = ["requestedDate", "status", "erpNumber", "notes"];

/// What came of an order.
pub(super) struct Dealt {
    /// One for each row.
    pub decisions: Vec<Decision>,
    pub id: Option<OrderId>,
}

/// Deals with the rows of an order. What is refused on the way is an error, and has to be taken back by whoever calls this.
pub(super) async fn deal(tx: &mut WriteTx, rows: &[RowIn]) -> Result<Dealt> {
    let Some(first) = rows.first() else {
        return Err(Error::internal("an order without a row"));
    };
    let number = first.text("number").unwrap_or_default();
    let old = tx
        .consequences::<sales_order::Entity>(numbered(number))
        .await?
        .pop();
    let old = old.map(|old| (*old).clone());
    if let Some(old) = &old {
        let seen = tx
            .reached_among::<sales_order::Entity>(&[old.id], Action::View)
            .await?;
        if !seen.contains(&old.id) {
            return Err(Error::invalid(Code::Taken, "number", "number is taken"));
        }
    }
    let mut reading = Reading::of(first, &FIELDS, old.is_none(), None);
    let header = Box::pin(read_header(tx, &mut reading, first, old.as_ref())).await?;
    if old.is_some() {
        refuse_other_changes(&mut reading);
    }
    let mut readings = vec![reading];
    for row in rows.iter().skip(1) {
        readings.push(Reading::of(row, &FIELDS, true, None));
    }
    let lines = read_lines(rows, &mut readings, old.is_some());
    if let Some(old) = &old {
        compare_lines(tx, old, &lines, &mut readings).await?;
    }
    Box::pin(finish(tx, rows, readings, header, lines, old)).await
}

/// An order keeps what it was placed with (T-86).
fn refuse_other_changes(reading: &mut Reading<'_>) {
    let changes = std::mem::take(&mut reading.changes);
    for change in changes {
        if MAY_CHANGE.contains(&change.field.as_str()) {
            reading.changes.push(change);
        } else {
            let message = "an order that is there keeps what it was placed with";
            reading.refuse(Code::Conflict, &change.field, message);
        }
    }
}

/// The lines with the places of their rows. A first row without one says nothing but what the order is.
fn read_lines(
    rows: &[RowIn],
    readings: &mut [Reading<'_>],
    there: bool,
) -> Vec<(usize, BroughtLine)> {
    let mut lines = Vec::new();
    let mut met: HashMap<String, i64> = HashMap::new();
    for (at, (row, reading)) in rows.iter().zip(readings).enumerate() {
        if let Some(line) = row.text("line") {
            if let Some(first) = met.get(line) {
                let message = format!("row {first} has the same number and line");
                reading.refuse(Code::Conflict, "line", message);
                continue;
            }
            met.insert(line.to_owned(), row.number);
        }
        let says_line = ["variantCode", "quantity", "unitPrice"]
            .iter()
            .any(|field| row.text(field).is_some());
        if at == 0 && !says_line {
            continue;
        }
        if let Some(line) = read_line(reading, row, there) {
            lines.push((at, line));
        }
    }
    lines
}

/// Lines of an order that is there have to be among those that it has.
async fn compare_lines(
    tx: &mut WriteTx,
    old: &Model,
    lines: &[(usize, BroughtLine)],
    readings: &mut [Reading<'_>],
) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let of_order = Condition::all().add(order_line::Column::OrderId.eq(old.id));
    let mut there = tx.looked_at::<order_line::Entity>(of_order).await?;
    for (at, line) in lines {
        let same = |row: &order_line::Model| {
            row.variant_code == line.variant_code
                && row.quantity == line.quantity
                && row.unit_price == line.unit_price
        };
        match there.iter().position(same) {
            Some(place) => drop(there.swap_remove(place)),
            None => {
                if let Some(reading) = readings.get_mut(*at) {
                    let message = "an order that is there keeps its lines, and has no such line";
                    reading.refuse(Code::Conflict, "variantCode", message);
                }
            }
        }
    }
    Ok(())
}

async fn finish(
    tx: &mut WriteTx,
    rows: &[RowIn],
    mut readings: Vec<Reading<'_>>,
    header: Header,
    lines: Vec<(usize, BroughtLine)>,
    old: Option<Model>,
) -> Result<Dealt> {
    let faulty = readings
        .iter()
        .position(|reading| !reading.problems.is_empty());
    if let Some(faulty) = faulty {
        let number = rows.get(faulty).map_or(0, |row| row.number);
        for reading in &mut readings {
            if reading.problems.is_empty() {
                reading.problems.push(beside(number));
            }
        }
    }
    let place = |change: &crate::imports::rules::Change| {
        FIELDS.iter().position(|field| *field == change.field)
    };
    let target = old.as_ref().map(|old| old.id.to_string());
    let mut decisions: Vec<Decision> = Vec::with_capacity(readings.len());
    for (at, mut reading) in readings.into_iter().enumerate() {
        reading.changes.sort_by_key(place);
        if old.is_some() && at > 0 {
            reading.changes.clear();
        }
        decisions.push(reading.decide(target.clone()));
    }
    let writes = decisions.first().is_some_and(|told| told.action.writes());
    let id = match old {
        _ if faulty.is_some() => None,
        Some(old) if writes => Some(Box::pin(change(tx, &old, &header)).await?),
        Some(old) => Some(old.id),
        None => {
            let lines = lines.into_iter().map(|(_, line)| line).collect();
            let order: Brought = header.into_order(lines);
            Some(Box::pin(bring_order(tx, order)).await?)
        }
    };
    Ok(Dealt { decisions, id })
}

/// What becomes of an order that is there, by the use case of `orderUpdate`.
pub(super) async fn change(tx: &mut WriteTx, old: &Model, header: &Header) -> Result<OrderId> {
    let given = |new: &Option<String>, had: &Option<String>| match new {
        new if new == had => MaybeUndefined::Undefined,
        None => MaybeUndefined::Null,
        Some(new) => MaybeUndefined::Value(new.clone()),
    };
    let change = ChangeOrder {
        id: old.id,
        status: if header.status == old.status {
            MaybeUndefined::Undefined
        } else {
            MaybeUndefined::Value(header.status)
        },
        erp_number: given(&header.erp_number, &old.erp_number),
        requested_on: match header.requested_on {
            new if new == old.requested_on => MaybeUndefined::Undefined,
            None => MaybeUndefined::Null,
            Some(day) => MaybeUndefined::Value(day),
        },
        notes: given(&header.notes, &old.notes),
    };
    change.apply(tx).await
}

/// Reads the fields that an import changed as they were, and puts them back.
pub(super) async fn restore(tx: &mut WriteTx, old: &Model, before: &RowIn) -> Result<()> {
    let mut reading = Reading::of(before, &FIELDS, false, None);
    let header = Box::pin(read_header(tx, &mut reading, before, Some(old))).await?;
    if !reading.problems.is_empty() {
        let problems: Vec<Problem> = reading.problems;
        return Err(Error::Invalid(
            problems.into_iter().map(Into::into).collect(),
        ));
    }
    change(tx, old, &header).await.map(drop)
}

/// Whether a row of an import made an order.
pub(super) fn made(row: &import_row::Model) -> bool {
    row.action == import_row::Action::Create
}
