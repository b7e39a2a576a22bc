//! A price as clients see it.

use super::list::PriceSource;
use crate::access::Granted;
use crate::accounts::object::Account;
use crate::connection;
use crate::customer_groups::loader::{GroupById, group_on_edge};
use crate::customer_groups::object::CustomerGroup;
use crate::error::Result;
use crate::graphql::at_once::{Asked, AtOnce, Quick};
use crate::graphql::context::Ask;
use crate::graphql::global_id;
use crate::graphql::scalars::{CurrencyCode, DateTime, Decimal, Money};
use crate::markets::loader::MarketOfPrice;
use async_graphql::{Context, ID, Object, Value};
use entity::ids::CustomerGroupId;
use entity::price;

/// A row of a price as an object of the schema.
#[derive(Clone)]
pub struct Price {
    row: Granted<price::Entity>,
    /// The effective group of the contact whose prices are explained, which shows on every contact that one may see (T-199).
    asked_for: Option<CustomerGroupId>,
}

impl From<Granted<price::Entity>> for Price {
    fn from(row: Granted<price::Entity>) -> Self {
        Self {
            row,
            asked_for: None,
        }
    }
}

impl Price {
    /// The row as it is shown in an explanation for a buyer of this effective group.
    #[must_use]
    pub fn explained(row: Granted<price::Entity>, group: Option<CustomerGroupId>) -> Self {
        Self {
            row,
            asked_for: group,
        }
    }
}

connection!(PriceConnection, PriceEdge, Price, "prices");

/// What one unit of a variant costs everybody, an account or a customer group, in one market, from a quantity on, for a time. Visible with PRICE_VIEW in any scope; in explanations also to those whom it is for.
#[Object]
impl Price {
    /// The global id.
    pub async fn id(&self) -> ID {
        global_id::encode::<price::Entity>(self.row.id)
    }

    /// The code of the variant, case-sensitive.
    async fn variant_code(&self) -> &str {
        &self.row.variant_code
    }

    /// The code of the market.
    async fn market(&self, ctx: &Context<'_>) -> Result<String> {
        let market = ctx.load(MarketOfPrice(self.row.market_id)).await?;
        // No market is ever deleted.
        Ok(market.map(|row| row.code.clone()).unwrap_or_default())
    }

    /// Whom it is for.
    async fn source(&self) -> PriceSource {
        self.row.source.into()
    }

    /// The customer group that it is for; null also where you may not see that one.
    async fn customer_group(&self, ctx: &Context<'_>) -> Option<Result<Quick<CustomerGroup>>> {
        let group = self.row.customer_group_id?;
        let found = if self.asked_for == Some(group) {
            group_on_edge(ctx.scope(), group).await
        } else {
            ctx.load(GroupById(group)).await
        };
        found
            .map(|row| row.map(CustomerGroup).map(Quick))
            .transpose()
    }

    /// The account that it is for; null also where you may not see that one.
    async fn account(&self, ctx: &Context<'_>) -> Option<Result<Quick<Account>>> {
        let found = ctx.load(self.row.account_id?).await;
        found.map(|row| row.map(Account).map(Quick)).transpose()
    }

    /// From how many on it counts, this number included; at most 9 decimals.
    async fn min_quantity(&self) -> Decimal {
        Decimal::written(self.row.min_quantity)
    }

    /// What one unit costs.
    async fn unit_price(&self) -> Quick<Money> {
        Quick(unit_price(&self.row))
    }

    /// From when on it counts, this instant included.
    async fn valid_from(&self) -> DateTime {
        DateTime(self.row.valid_from)
    }

    /// Until when it counts, this instant excluded; null for ever.
    async fn valid_until(&self) -> Option<DateTime> {
        self.row.valid_until.map(DateTime)
    }

    /// 1 when created, one more with every change; for expectedVersion.
    async fn version(&self) -> i32 {
        self.row.version
    }
}

/// What one unit costs by `row`.
#[must_use]
pub fn unit_price(row: &price::Model) -> Money {
    Money {
        amount: Decimal::written(row.amount),
        currency_code: CurrencyCode(row.currency.clone()),
    }
}

impl AtOnce for Price {
    fn at_once(&self, asked: &Asked<'_>) -> Option<Value> {
        use async_graphql::ScalarType;
        Some(match asked.name() {
            "id" => Value::String(global_id::encode::<price::Entity>(self.row.id).0),
            "variantCode" => Value::String(self.row.variant_code.clone()),
            "minQuantity" => Decimal::written(self.row.min_quantity).to_value(),
            "unitPrice" => return asked.object(&unit_price(&self.row)),
            "version" => self.row.version.into(),
            _ => return None,
        })
    }
}
