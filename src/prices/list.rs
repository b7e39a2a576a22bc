//! Lists of prices: how they are narrowed down and ordered.

use crate::access::page::Sort;
use crate::access::{Guarded, ScopedDb};
use crate::error::Result;
use crate::graphql::global_id;
use crate::graphql::order::OrderDirection;
use crate::graphql::scalars::{CurrencyCode, DateTime};
use async_graphql::ID;
use entity::price::{self, Source};
use entity::{account, customer_group, market};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition};

/// Whom a price is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum PriceSource {
    /// Everybody, signed in or not.
    Everybody,
    /// One account.
    Account,
    /// Everybody whose effective customer group it is.
    CustomerGroup,
}

impl From<Source> for PriceSource {
    fn from(source: Source) -> Self {
        match source {
            Source::Everybody => Self::Everybody,
            Source::Account => Self::Account,
            Source::CustomerGroup => Self::CustomerGroup,
        }
    }
}

impl From<PriceSource> for Source {
    fn from(source: PriceSource) -> Self {
        match source {
            PriceSource::Everybody => Self::Everybody,
            PriceSource::Account => Self::Account,
            PriceSource::CustomerGroup => Self::CustomerGroup,
        }
    }
}

/// Narrows a list of prices down; all given fields must hold.
#[derive(Clone, Debug, Default, async_graphql::InputObject)]
pub struct PriceFilter {
    /// Of one of these variants, exactly. At most 500; an empty list matches nothing.
    pub variant_codes: Option<Vec<String>>,
    /// In the market of this code.
    pub market: Option<String>,
    /// In this currency.
    pub currency: Option<CurrencyCode>,
    /// For everybody, for accounts, or for customer groups.
    pub source: Option<PriceSource>,
    /// For one of these customer groups, as far as you may see them. At most 500; an empty list matches nothing.
    pub customer_group_ids: Option<Vec<ID>>,
    /// For one of these accounts, as far as you may see them. At most 500; an empty list matches nothing.
    pub account_ids: Option<Vec<ID>>,
    /// Counting at this instant.
    pub valid_at: Option<DateTime>,
}

impl PriceFilter {
    /// The rows that pass.
    ///
    /// # Errors
    /// `BadRequest` for ids of a wrong kind.
    pub fn condition(&self, db: &ScopedDb) -> Result<Condition> {
        let mut all = Condition::all();
        if let Some(codes) = &self.variant_codes {
            // No code has a NUL, and PostgreSQL takes none to look for.
            let codes: Vec<_> = codes
                .iter()
                .map(|code| code.trim().to_owned())
                .filter(|code| !code.contains('\0'))
                .collect();
            all = all.add(db.is_one_of(price::Column::VariantCode, &codes));
        }
        if let Some(code) = &self.market {
            let named = Query::select()
                .column(market::Column::Id.as_column_ref())
                .from(market::Entity)
                .cond_where(market::Column::Code.eq(code.replace('\0', "\u{FFFD}")))
                .take();
            // One value, not a join: how many prices a market has is for the index of the market to tell.
            let market = Expr::SubQuery(None, Box::new(named.into()));
            all = all.add(price::Column::MarketId.into_expr().eq(market));
        }
        if let Some(currency) = &self.currency {
            all = all.add(price::Column::Currency.eq(currency.0.clone()));
        }
        if let Some(source) = self.source {
            all = all.add(price::Column::Source.eq(Source::from(source)));
        }
        if let Some(groups) = &self.customer_group_ids {
            let groups = global_id::decode_all::<customer_group::Entity>(groups)?;
            let wanted = db.is_one_of(customer_group::Column::Id, &groups);
            let group = price::Column::CustomerGroupId;
            all = all.add(seen::<customer_group::Entity, _>(db, group, wanted));
        }
        if let Some(accounts) = &self.account_ids {
            let accounts = global_id::decode_all::<account::Entity>(accounts)?;
            let wanted = db.is_one_of(account::Column::Id, &accounts);
            let account = price::Column::AccountId;
            all = all.add(seen::<account::Entity, _>(db, account, wanted));
        }
        if let Some(at) = self.valid_at {
            all = all.add(price::Column::ValidFrom.lte(at.0)).add(
                Condition::any()
                    .add(price::Column::ValidUntil.is_null())
                    .add(price::Column::ValidUntil.gt(at.0)),
            );
        }
        Ok(all)
    }
}

/// The rows whose `column` names one of those that are `wanted` and that the viewer may see: what cannot be read cannot be filtered by
/// (T-110).
fn seen<E: Guarded, C: ColumnTrait>(db: &ScopedDb, column: C, wanted: Condition) -> Expr {
    let Some(visible) = db.visible::<E>() else {
        return Expr::cust("1 = 0");
    };
    let ids = Query::select()
        .column(E::ID.as_column_ref())
        .from(E::default())
        .cond_where(visible)
        .cond_where(wanted)
        .take();
    column.in_subquery(ids)
}

/// What prices can be ordered by; ties by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::Enum)]
pub enum PriceOrderField {
    /// The code of the variant, compared by code point.
    VariantCode,
    /// When it was last changed.
    UpdatedAt,
}

/// An order of prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, async_graphql::InputObject)]
pub struct PriceOrder {
    /// What to compare.
    pub field: PriceOrderField,
    /// Which end comes first.
    pub direction: OrderDirection,
}

impl Default for PriceOrder {
    /// By variant, the smallest code first.
    fn default() -> Self {
        Self {
            field: PriceOrderField::VariantCode,
            direction: OrderDirection::Asc,
        }
    }
}

impl PriceOrder {
    /// What cursors of this order say first.
    #[must_use]
    pub fn tag(self) -> String {
        format!("price {:?} {:?}", self.field, self.direction)
    }

    /// The order in SQL.
    #[must_use]
    pub fn sort(self) -> Sort<price::Entity> {
        let column = match self.field {
            PriceOrderField::VariantCode => price::Column::VariantCode,
            PriceOrderField::UpdatedAt => price::Column::UpdatedAt,
        };
        Sort {
            columns: vec![column],
            descending: self.direction == OrderDirection::Desc,
        }
    }
}
