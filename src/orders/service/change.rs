//! What becomes of an order after it was placed: its status, and what others call it. Never what was ordered.

use crate::access::{Change, Edit, WriteTx};
use crate::error::{Code, Mistakes, Result};
use crate::graphql::terms::patch;
use crate::orders::rules::may_become;
use crate::text::{Rule, SHORT, optional_key};
use async_graphql::MaybeUndefined;
use chrono::NaiveDate;
use entity::ids::OrderId;
use entity::sales_order::{self, Status};
use sea_orm::Set;
use serde::Serialize;

/// Changes an order. Absent fields stay, null clears. Needs ORDER_EDIT over its organization, without one everywhere.
#[derive(Debug, Serialize)]
pub struct ChangeOrder {
    pub id: OrderId,
    pub status: MaybeUndefined<Status>,
    pub erp_number: MaybeUndefined<String>,
    pub requested_on: MaybeUndefined<NaiveDate>,
    pub notes: MaybeUndefined<String>,
}

impl Change for ChangeOrder {
    type Row = sales_order::Entity;
    const MUTATION: &'static str = "orderUpdate";

    async fn apply(&self, tx: &mut WriteTx) -> Result<OrderId> {
        let row = tx.target::<sales_order::Entity, Edit>(self.id).await?;
        let mut mistakes = Mistakes::default();
        let erp_number = patch(&mut mistakes, self.erp_number.clone(), |text| {
            Rule::identifier("erpNumber", SHORT).apply(text)
        });
        let notes = patch(&mut mistakes, self.notes.clone(), |text| {
            Rule::text("notes").apply(text)
        });
        let status = match self.status {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => {
                mistakes.note(Code::Invalid, "status", "status cannot be cleared");
                None
            }
            MaybeUndefined::Value(status) => {
                if !may_become(row.status, status) {
                    let message = format!(
                        "an order that is {} does not become {}",
                        sea_orm::ActiveEnum::to_value(&row.status),
                        sea_orm::ActiveEnum::to_value(&status)
                    );
                    mistakes.note(Code::Invalid, "status", message);
                }
                Some(status)
            }
        };
        mistakes.finish()?;
        tx.save(row, |order| {
            if let Some(status) = status {
                order.status = Set(status);
            }
            if let Some(number) = erp_number {
                order.erp_number_key = Set(optional_key(number.as_deref()));
                order.erp_number = Set(number);
            }
            if !self.requested_on.is_undefined() {
                order.requested_on = Set(self.requested_on.take());
            }
            if let Some(notes) = notes {
                order.notes = Set(notes);
            }
        })
        .await?;
        Ok(self.id)
    }
}
