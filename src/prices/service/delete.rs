//! Ending prices.

use crate::access::{Change, Delete, WriteTx};
use crate::error::Result;
use entity::ids::{AccountId, PriceId};
use entity::price;
use sea_orm::ColumnTrait;
use serde::Serialize;

/// Deletes a price. Needs PRICE_EDIT everywhere.
#[derive(Debug, Serialize)]
pub struct DeletePrice {
    pub id: PriceId,
}

impl Change for DeletePrice {
    type Row = price::Entity;
    const MUTATION: &'static str = "priceDelete";

    async fn apply(&self, tx: &mut WriteTx) -> Result<PriceId> {
        let row = tx.target::<price::Entity, Delete>(self.id).await?;
        tx.delete(row).await?;
        Ok(self.id)
    }
}

/// The prices of an account end with it; another account of the same contact inherits none (T-68, T-69).
///
/// # Errors
/// Faults of the database only.
pub async fn end_prices_of(tx: &mut WriteTx, account: AccountId) -> Result<()> {
    let rows = tx
        .consequences::<price::Entity>(price::Column::AccountId.eq(account))
        .await?;
    tx.delete_all(rows).await
}
