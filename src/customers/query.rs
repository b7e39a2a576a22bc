//! Asking for customers.

use super::object::Customer;
use super::rules;
use crate::error::Result;
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use async_graphql::{Context, ID, Object};
use entity::customer;
use sea_orm::{ColumnTrait, Condition};

/// The root fields about customers.
#[derive(Default)]
pub struct CustomerQuery;

#[Object]
impl CustomerQuery {
    /// The customer with this id; null when there is none that you may see.
    async fn customer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<Customer>> {
        let found = match global_id::decode::<customer::Entity>(&id) {
            Ok(id) => ctx.load(id).await,
            Err(refused) => Err(refused),
        };
        found.map(|row| row.map(Customer)).transpose()
    }

    /// The customer with this key of the ERP, exactly as written; null when there is none that you may see.
    async fn customer_by_number(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number; leading zeros count.")] number: String,
        #[graphql(
            desc = "The sequence of a ship-to; for the bill-to absent, empty or 0.",
            default
        )]
        sequence: String,
    ) -> Option<Result<Customer>> {
        if number.contains('\0') || sequence.contains('\0') {
            return None;
        }
        let named = Condition::all()
            .add(customer::Column::Number.eq(number.trim()))
            .add(customer::Column::Sequence.eq(rules::sequence(&sequence)));
        let found = ctx.db().all::<customer::Entity>(named).await;
        found.map(|mut rows| rows.pop().map(Customer)).transpose()
    }
}
