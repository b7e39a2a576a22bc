//! Asking for prices.

use super::list::{PriceFilter, PriceOrder};
use super::object::{Price, PriceConnection};
use super::quote::{self, Asking, VariantPrice, VariantPriceTiers};
use crate::access::{Granted, Permission};
use crate::error::{Error, Result};
use crate::graphql::at_once::Quick;
use crate::graphql::connection::{Page, PageArgs};
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use crate::graphql::scalars::{CurrencyCode, DateTime, Decimal};
use async_graphql::{Context, ID, Object};
use entity::{contact, price};

/// The root fields about prices.
#[derive(Default)]
pub struct PriceQuery;

#[Object]
impl PriceQuery {
    /// What one unit of each variant costs a contact: one answer for each code, in the order asked. At most 200 codes. Without contactId it is your own contact; somebody who is not signed in gets prices for everybody. A market that is not there and a contact that you may not see are NOT_FOUND.
    #[expect(clippy::too_many_arguments, reason = "what a price depends on")]
    async fn prices(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The codes of the variants, at most 200; repeated ones count, and are answered in their places."
        )]
        variant_codes: Vec<String>,
        #[graphql(desc = "The code of the market.")] market: String,
        #[graphql(
            desc = "The currency; the contact's preferred one when absent, else the market's. Nothing is ever converted."
        )]
        currency: Option<CurrencyCode>,
        #[graphql(
            desc = "How many are bought, from 0 on, with at most 9 decimals; 1 when absent."
        )]
        quantity: Option<Decimal>,
        #[graphql(desc = "Who buys; your own contact when absent.")] contact_id: Option<ID>,
        #[graphql(
            desc = "When; now when absent. It moves the validity alone: the prices and the effective group are those of now."
        )]
        at: Option<DateTime>,
    ) -> Result<Vec<Quick<VariantPrice>>> {
        let asking = Asking {
            variant_codes,
            market,
            currency,
            at,
        };
        let contact = contact_of(ctx, contact_id).await?;
        quote::prices(ctx, asking, quantity, contact.as_deref()).await
    }

    /// From which quantity on each variant costs a contact how much: one answer for each code, in the order asked. At most 200 codes. Who buys is as for prices.
    async fn price_tiers(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The codes of the variants, at most 200; repeated ones count, and are answered in their places."
        )]
        variant_codes: Vec<String>,
        #[graphql(desc = "The code of the market.")] market: String,
        #[graphql(
            desc = "The currency; the contact's preferred one when absent, else the market's. Nothing is ever converted."
        )]
        currency: Option<CurrencyCode>,
        #[graphql(desc = "Who buys; your own contact when absent.")] contact_id: Option<ID>,
        #[graphql(
            desc = "When; now when absent. It moves the validity alone: the prices and the effective group are those of now."
        )]
        at: Option<DateTime>,
    ) -> Result<Vec<VariantPriceTiers>> {
        let asking = Asking {
            variant_codes,
            market,
            currency,
            at,
        };
        let contact = contact_of(ctx, contact_id).await?;
        quote::price_tiers(ctx, asking, contact.as_deref()).await
    }

    /// The price with this id; null when there is none that you may see.
    async fn price(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Option<Result<Quick<Price>>> {
        let found = match global_id::decode::<price::Entity>(&id) {
            Ok(id) => ctx.load(id).await,
            Err(refused) => Err(refused),
        };
        found.map(|row| row.map(Price::from).map(Quick)).transpose()
    }

    /// The prices as they are stored, by variant unless ordered otherwise. Needs PRICE_VIEW. One of first and last is required, from 0 to 100.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn price_list(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which of them.")] filter: Option<PriceFilter>,
        #[graphql(desc = "The order; by variant when absent.")] order_by: Option<PriceOrder>,
        #[graphql(desc = "How many from the start, 0 to 100.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<PriceConnection> {
        let db = ctx.db();
        db.opens(Permission::PriceView)?;
        let condition = filter.unwrap_or_default().condition(db)?;
        let order = order_by.unwrap_or_default();
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let page = Page::of_list(ctx, condition, &order.tag(), &order.sort(), &args).await?;
        Ok(PriceConnection(page))
    }
}

/// Who buys: the contact that is named, else the viewer's own; none for one without.
async fn contact_of(
    ctx: &Context<'_>,
    contact_id: Option<ID>,
) -> Result<Option<Granted<contact::Entity>>> {
    match contact_id {
        Some(id) => {
            let contact = ctx.load(global_id::decode::<contact::Entity>(&id)?).await?;
            contact.map(Some).ok_or(Error::NotFound { kind: "contact" })
        }
        None => match ctx.db().viewer().contact_id() {
            Some(own) => ctx.load(own).await,
            None => Ok(None),
        },
    }
}
