//! Orders as they were before an import, as far as orders can be: they are never deleted, and no status goes back.

use super::deal::{made, restore};
use super::problem;
use crate::access::{Action, WriteTx, refusals};
use crate::error::{Code, Error, Result, UserError};
use crate::imports::rules::{Change, Given, Problem, RowIn};
use entity::ids::OrderId;
use entity::import_row;
use entity::sales_order;
use sea_orm::ColumnTrait;

/// Puts orders back, and answers for each why not; none where it was.
///
/// # Errors
/// Faults of the database only.
pub async fn put_back(
    tx: &mut WriteTx,
    rows: &[import_row::Model],
) -> Result<Vec<Option<Vec<Problem>>>> {
    let mut outcomes = Vec::with_capacity(rows.len());
    for row in rows {
        let trial = tx.try_out().await?;
        outcomes.push(match back(tx, row).await {
            Ok(()) => {
                tx.keep(trial).await?;
                None
            }
            Err(why) => {
                tx.take_back(trial).await?;
                Some(refusals(why)?.into_iter().map(problem).collect())
            }
        });
    }
    Ok(outcomes)
}

async fn back(tx: &mut WriteTx, row: &import_row::Model) -> Result<()> {
    let whole = |code, message: &str| {
        Error::Invalid(vec![UserError {
            code,
            message: message.to_owned(),
            path: Vec::new(),
        }])
    };
    let missing = || whole(Code::NotFound, "order not found");
    let id = row.target_id.as_deref().and_then(|id| id.parse().ok());
    let id: OrderId = id.ok_or_else(missing)?;
    let seen = tx
        .reached_among::<sales_order::Entity>(&[id], Action::View)
        .await?;
    let is_it = sales_order::Column::Id.eq(id);
    let now = tx.decided_by::<sales_order::Entity>(is_it).await?.pop();
    let now = now.filter(|_| seen.contains(&id)).ok_or_else(missing)?;
    if Some(now.version) != row.version_after {
        return Err(whole(Code::MovedOn, "it has been changed since"));
    }
    if made(row) {
        return Err(whole(
            Code::Conflict,
            "orders are not deleted; it can be cancelled",
        ));
    }
    let changes: Vec<Change> =
        serde_json::from_value(row.changes.clone()).map_err(Error::internal)?;
    let fields = changes.into_iter().map(|change| {
        let given = change.from.map_or(Given::Clear, Given::Text);
        (change.field, given)
    });
    let before = RowIn {
        number: row.number,
        fields: fields.collect(),
        version: None,
    };
    Box::pin(restore(tx, &now, &before)).await
}
