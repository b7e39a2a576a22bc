//! What becomes of the prices of a customer group when another one, or nothing, takes its place.

use crate::access::{Consequence, Granted, WriteTx};
use crate::error::Result;
use chrono::{DateTime, Utc};
use entity::ids::{CustomerGroupId, MarketId};
use entity::price::{self, Column, Quantity};
use sea_orm::sea_query::{BinOper, Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, IntoActiveModel, Set};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What became of the prices of a customer group that is replaced.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, async_graphql::SimpleObject,
)]
pub struct ReplacedPrices {
    /// How many are now for the group that takes its place.
    moved: i32,
    /// How many went where that group had a price of the same variant, market, currency, minQuantity and time already: the lower amount of the two stays.
    merged: i32,
    /// How many ended, as nothing takes its place.
    ended: i32,
}

/// What tells one price of a buyer from another (T-134).
type Key = (
    String,
    MarketId,
    String,
    Quantity,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
);

/// Gives the prices of `group` to `heir`, or ends them. Where both have one of the same key, the lower amount stays (T-135).
///
/// # Errors
/// Faults of the database only.
pub async fn hand_over_prices(
    tx: &mut WriteTx,
    group: CustomerGroupId,
    heir: Option<CustomerGroupId>,
) -> Result<ReplacedPrices> {
    let going = tx
        .consequences::<price::Entity>(Column::CustomerGroupId.eq(group))
        .await?;
    let Some(heir) = heir else {
        let ended = count(going.len());
        tx.delete_all(going).await?;
        return Ok(ReplacedPrices {
            ended,
            ..ReplacedPrices::default()
        });
    };
    let doubles = tx
        .consequences::<price::Entity>(doubles(group, heir))
        .await?;
    let mut doubles: HashMap<Key, Granted<price::Entity, Consequence>> =
        doubles.into_iter().map(|row| (key(&row), row)).collect();
    let (mut moved, mut merged, mut lowered) = (Vec::new(), Vec::new(), Vec::new());
    for row in going {
        match doubles.remove(&key(&row)) {
            None => moved.push(row),
            Some(staying) => {
                if row.amount < staying.amount {
                    let mut lower = (*staying).clone().into_active_model();
                    lower.amount = Set(row.amount);
                    lowered.push((staying, lower));
                }
                merged.push(row);
            }
        }
    }
    let told = ReplacedPrices {
        moved: count(moved.len()),
        merged: count(merged.len()),
        ended: 0,
    };
    tx.delete_all(merged).await?;
    tx.save_all(lowered).await?;
    tx.set_all(moved, &[(Column::CustomerGroupId, Some(heir).into())])
        .await?;
    Ok(told)
}

/// The prices of `heir` of whose key `group` has one, too.
fn doubles(group: CustomerGroupId, heir: CustomerGroupId) -> Condition {
    let other = |column: Column| Expr::col(("going", column));
    let mut same = Query::select();
    same.expr(Expr::cust("1"))
        .from_as(price::Entity, "going")
        .and_where(other(Column::CustomerGroupId).eq(group));
    for column in [
        Column::VariantCode,
        Column::MarketId,
        Column::Currency,
        Column::MinQuantity,
        Column::ValidFrom,
    ] {
        same.and_where(other(column).eq(column.into_expr()));
    }
    same.and_where(other(Column::ValidUntil).binary(
        BinOper::Custom("IS NOT DISTINCT FROM"),
        Column::ValidUntil.into_expr(),
    ));
    Condition::all()
        .add(Column::CustomerGroupId.eq(heir))
        .add(Expr::exists(same))
}

fn key(row: &price::Model) -> Key {
    (
        row.variant_code.clone(),
        row.market_id,
        row.currency.clone(),
        row.min_quantity,
        row.valid_from,
        row.valid_until,
    )
}

fn count(rows: usize) -> i32 {
    i32::try_from(rows).unwrap_or(i32::MAX)
}
