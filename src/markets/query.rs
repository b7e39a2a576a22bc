//! Asking for markets.

use super::object::Market;
use crate::error::Result;
use crate::graphql::context::Ask;
use async_graphql::{Context, Object};
use entity::market;
use sea_orm::{ColumnTrait, Condition};

/// The root fields about markets.
#[derive(Default)]
pub struct MarketQuery;

#[Object]
impl MarketQuery {
    /// The market of this code, exactly as written; null when there is none that you may see. Needs a sign-in.
    async fn market(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its code.")] code: String,
    ) -> Option<Result<Market>> {
        // No code has a NUL, and PostgreSQL takes none to look for.
        if code.contains('\0') {
            return None;
        }
        let named = Condition::all().add(market::Column::Code.eq(code));
        let found = ctx.db().all::<market::Entity>(named).await;
        found.map(|mut rows| rows.pop().map(Market)).transpose()
    }

    /// All markets, by code. Needs a sign-in.
    async fn markets(&self, ctx: &Context<'_>) -> Result<Vec<Market>> {
        ctx.db().signed_in()?;
        let mut rows = ctx.db().all::<market::Entity>(Condition::all()).await?;
        rows.sort_by(|one, other| one.code.cmp(&other.code));
        Ok(rows.into_iter().map(Market).collect())
    }
}
