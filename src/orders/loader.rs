//! Batches of orders and their lines.

use crate::access::Granted;
use crate::error::{Error, Result};
use crate::graphql::loading::Batches;
use async_graphql::dataloader::Loader;
use entity::ids::OrderId;
use entity::order_line;
use entity::sales_order::{self, Column};
use std::collections::HashMap;

/// An order by its id.
impl Loader<OrderId> for Batches {
    type Value = Granted<sales_order::Entity>;
    type Error = Error;

    async fn load(&self, ids: &[OrderId]) -> Result<HashMap<OrderId, Self::Value>> {
        self.0.by_ids::<sales_order::Entity>(ids).await
    }
}

/// An order by its number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OrderNumbered(pub String);

impl Loader<OrderNumbered> for Batches {
    type Value = Granted<sales_order::Entity>;
    type Error = Error;

    async fn load(&self, keys: &[OrderNumbered]) -> Result<HashMap<OrderNumbered, Self::Value>> {
        // PostgreSQL takes no NUL to look for, and no number has one.
        let numbers: Vec<_> = keys
            .iter()
            .map(|key| key.0.clone())
            .filter(|number| !number.contains('\0'))
            .collect();
        if numbers.is_empty() {
            return Ok(HashMap::new());
        }
        let numbered = self.0.is_one_of(Column::Number, &numbers);
        let found = self.0.all::<sales_order::Entity>(numbered).await?;
        Ok(found
            .into_iter()
            .map(|row| (OrderNumbered(row.number.clone()), row))
            .collect())
    }
}

/// The lines of an order that the viewer is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LinesOf(pub OrderId);

/// In the order in which they were given.
impl Loader<LinesOf> for Batches {
    type Value = Vec<Granted<order_line::Entity>>;
    type Error = Error;

    async fn load(&self, keys: &[LinesOf]) -> Result<HashMap<LinesOf, Self::Value>> {
        let orders: Vec<_> = keys.iter().map(|key| key.0).collect();
        let mut rows = self.0.lines_of_orders(&orders).await?;
        rows.sort_by_key(|row| row.position);
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for row in rows {
            found.entry(LinesOf(row.order_id)).or_default().push(row);
        }
        Ok(found)
    }
}
