//! Prices: known by variant, market, currency, buyer, quantity and time (T-134); decided about and written many at a time, by the use case
//! that does so for `priceBulkUpsert`.

mod put_back;
mod read;

pub use put_back::put_back;
pub use read::{FIELDS, key};

use super::batch::Judged;
use crate::access::{Permission, Place, WriteTx};
use crate::error::{Code, Error, Result, UserError};
use crate::imports::rules::{Change, Decision, Problem, Reading, RowIn};
use crate::prices::service::{PriceRow, planned_prices, write_prices};
use entity::ids::PriceId;
use entity::import_row::Action;
use entity::price::{self, Model};
use read::{Named, read};
use std::collections::HashMap;

/// A price to be written.
pub struct Step(PriceRow);

/// What comes of these rows, as things are.
///
/// # Errors
/// Faults of the database only.
pub async fn judge(
    tx: &mut WriteTx,
    rows: &[RowIn],
    keys: &[Option<String>],
) -> Result<Vec<Judged<Step>>> {
    let may_edit = may_edit(tx).await?;
    let may_see = tx.viewer().holds(Permission::PriceView);
    let named = Named::of(tx, rows).await?;
    let mut met = std::collections::HashSet::new();
    let (mut wanted, mut outcomes) = (Vec::new(), Vec::new());
    for (row, key) in rows.iter().zip(keys) {
        let mut reading = Reading::of(row, &FIELDS, true, None);
        let price = read(&mut reading, row, &named);
        let repeated = key.as_ref().is_some_and(|key| !met.insert(key.as_str()));
        outcomes.push(match price {
            // T-91: whoever judges the batch says which row is repeated.
            _ if repeated => Err(Vec::new()),
            Some(price) if reading.problems.is_empty() => {
                wanted.push(price);
                Ok((wanted.len() - 1, reading.changes))
            }
            _ => Err(reading.problems),
        });
    }
    let planned = planned_prices(tx, &wanted).await?;
    let judged = outcomes.into_iter().map(|outcome| {
        let (at, given) = match outcome {
            Ok(outcome) => outcome,
            Err(problems) => return Judged::refused(problems),
        };
        let decision = match planned.get(at) {
            // Who may not see prices learns nothing of them, not even that one is as the row says.
            _ if !may_edit && !may_see => Decision::refused(vec![forbidden()]),
            Some(Ok((old, new))) => decide(old.as_ref(), new, given, may_edit),
            Some(Err(mistakes)) => Decision::refused(problems(mistakes)),
            None => Decision::refused(Vec::new()),
        };
        let step = wanted.get(at).filter(|_| decision.action.writes());
        Judged {
            step: step.cloned().map(Step),
            ..Judged::settled(decision)
        }
    });
    Ok(judged.collect())
}

fn decide(old: Option<&Model>, new: &Model, given: Vec<Change>, may_edit: bool) -> Decision {
    let changes = match old {
        None => given,
        Some(old) => differing(old, new),
    };
    let action = match old {
        None => Action::Create,
        Some(_) if changes.is_empty() => Action::Unchanged,
        Some(_) => Action::Update,
    };
    if action.writes() && !may_edit {
        return Decision::refused(vec![forbidden()]);
    }
    Decision {
        action,
        target: old.map(|old| old.id.to_string()),
        changes,
        kept: Vec::new(),
        problems: Vec::new(),
    }
}

/// What a price is found by is the same in both, but for a beginning that the row leaves open.
fn differing(old: &Model, new: &Model) -> Vec<Change> {
    let change = |field: &str, from: String, to: String| Change {
        field: field.to_owned(),
        from: Some(from),
        to: Some(to),
    };
    let mut changes = Vec::new();
    if old.amount != new.amount {
        let (from, to) = (old.amount.to_string(), new.amount.to_string());
        changes.push(change("amount", from, to));
    }
    changes
}

fn forbidden() -> Problem {
    let message = format!("this needs the permission {}", Permission::PriceEdit);
    Problem::new(Code::Forbidden, "variantCode", message)
}

async fn may_edit(tx: &mut WriteTx) -> Result<bool> {
    let required = tx.require(Permission::PriceEdit, Place::Everywhere, "variantCode");
    match required.await {
        Ok(()) => Ok(true),
        Err(Error::Invalid(_)) => Ok(false),
        Err(fault) => Err(fault),
    }
}

/// What is wrong with a price, at the fields of its row.
fn problems(mistakes: &[UserError]) -> Vec<Problem> {
    let told = |mistake: &UserError| {
        let mut problem = Problem::from(mistake.clone());
        problem.field = problem.field.map(|field| match field.as_str() {
            "customerGroupId" => "customerGroup".to_owned(),
            "accountId" => "account".to_owned(),
            _ => field,
        });
        problem
    };
    mistakes.iter().map(told).collect()
}

/// Writes prices, and answers the id and the version of each.
///
/// # Errors
/// What stands in the way.
pub async fn write(tx: &mut WriteTx, steps: Vec<Step>) -> Result<Vec<(String, i32)>> {
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    let place = Place::Everywhere;
    tx.require(Permission::PriceEdit, place, "variantCode")
        .await?;
    let rows: Vec<_> = steps.into_iter().map(|Step(row)| row).collect();
    let mut ids: Vec<PriceId> = Vec::with_capacity(rows.len());
    for outcome in write_prices(tx, &rows).await? {
        let id = outcome.map_err(Error::Invalid)?;
        ids.push(id.ok_or_else(|| Error::internal("a price that came to nothing"))?);
    }
    let written = tx.is_one_of(price::Column::Id, &ids);
    let written = tx.looked_at::<price::Entity>(written).await?;
    let versions: HashMap<_, _> = written.iter().map(|row| (row.id, row.version)).collect();
    let version = |id| versions.get(id).copied().unwrap_or_default();
    Ok(ids.iter().map(|id| (id.to_string(), version(id))).collect())
}
