//! Prices as they were before an import.

use super::{forbidden, may_edit};
use crate::access::WriteTx;
use crate::error::{Code, Error, Result};
use crate::graphql::scalars::Decimal;
use crate::imports::rules::{Change, Problem};
use entity::ids::PriceId;
use entity::import_row::{self, Action};
use entity::price::{self, Amount};
use sea_orm::{IntoActiveModel, Set};

/// Puts prices back, and answers for each why not; none where it was.
///
/// # Errors
/// Faults of the database only.
pub async fn put_back(
    tx: &mut WriteTx,
    rows: &[import_row::Model],
) -> Result<Vec<Option<Vec<Problem>>>> {
    if !may_edit(tx).await? {
        return Ok(rows.iter().map(|_| Some(vec![forbidden()])).collect());
    }
    let id = |row: &import_row::Model| row.target_id.as_deref()?.parse::<PriceId>().ok();
    let ids: Vec<_> = rows.iter().filter_map(id).collect();
    let mut held = tx.hold_all::<price::Entity>(&ids).await?;
    let (mut gone, mut changed, mut outcomes) = (Vec::new(), Vec::new(), Vec::new());
    let whole = |code, message: &str| {
        let message = message.to_owned();
        let field = None;
        Some(vec![Problem {
            field,
            code,
            message,
        }])
    };
    for row in rows {
        let Some(now) = id(row).and_then(|id| held.remove(&id)) else {
            outcomes.push(whole(Code::NotFound, "price not found"));
            continue;
        };
        if Some(now.version) != row.version_after {
            outcomes.push(whole(Code::MovedOn, "it has been changed since"));
            continue;
        }
        outcomes.push(None);
        if row.action == Action::Create {
            gone.push(now);
            continue;
        }
        let changes: Vec<Change> =
            serde_json::from_value(row.changes.clone()).map_err(Error::internal)?;
        let mut was = (*now).clone().into_active_model();
        let mut amounts = changes.iter().filter(|change| change.field == "amount");
        let amount = amounts.find_map(|change| Decimal::read(change.from.as_deref()?));
        if let Some(amount) = amount.and_then(|amount| amount.parts(Amount::PLACES)) {
            was.amount = Set(Amount(amount));
        }
        changed.push((now, was));
    }
    tx.save_all(changed).await?;
    tx.delete_all(gone).await?;
    Ok(outcomes)
}
