//! Batches of prices.

use super::rules::Buyer;
use crate::access::page::{Sort, Window};
use crate::access::{Applying, Granted, PricesOf};
use crate::error::{Error, Result};
use crate::graphql::below::by_query;
use crate::graphql::loading::Batches;
use async_graphql::dataloader::Loader;
use chrono::{DateTime, Utc};
use entity::ids::{AccountId, ContactId, MarketId, PriceId};
use entity::price::{self, Quantity, buyer_key};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Most rows that are explained in one answer about a basket.
const MOST_EXPLAINED: u64 = 10_000;
/// Of one variant at least and at most so many, whatever the number of variants.
const OF_ONE_VARIANT: (u64, u64) = (50, 1_000);

/// A price by its id.
impl Loader<PriceId> for Batches {
    type Value = Granted<price::Entity>;
    type Error = Error;

    async fn load(&self, ids: &[PriceId]) -> Result<HashMap<PriceId, Self::Value>> {
        self.0.by_ids::<price::Entity>(ids).await
    }
}

/// The account of a contact that prices are asked for, hidden or not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PayingAccountOf(pub ContactId);

impl Loader<PayingAccountOf> for Batches {
    type Value = AccountId;
    type Error = Error;

    async fn load(&self, keys: &[PayingAccountOf]) -> Result<HashMap<PayingAccountOf, AccountId>> {
        let contacts: Vec<_> = keys.iter().map(|key| key.0).collect();
        let found = self.0.accounts_of_contacts(&contacts).await?;
        Ok(found
            .into_iter()
            .map(|(contact, account)| (PayingAccountOf(contact), account))
            .collect())
    }
}

/// What prices are asked of, whoever pays them: shared by all fields of one selection.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Basket {
    /// Each once, trimmed.
    pub codes: Vec<String>,
    pub market: MarketId,
    pub at: DateTime<Utc>,
    /// None for all quantities.
    pub quantity: Option<Quantity>,
}

/// Prices by the code of their variant.
pub type ByVariant = HashMap<String, Vec<Granted<price::Entity>>>;

/// The prices of a basket that apply to a buyer in a currency.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ApplyingTo {
    pub basket: Arc<Basket>,
    pub currency: Arc<str>,
    pub buyer: Buyer,
}

/// One statement for all buyers and currencies of a basket.
impl Loader<ApplyingTo> for Batches {
    type Value = Arc<ByVariant>;
    type Error = Error;

    async fn load(&self, keys: &[ApplyingTo]) -> Result<HashMap<ApplyingTo, Arc<ByVariant>>> {
        let mut found = HashMap::new();
        let asked = keys
            .iter()
            .map(|key| ((&key.currency, key.buyer), &key.basket));
        for (basket, askers) in by_query(asked) {
            if basket.codes.is_empty() {
                continue;
            }
            let buyers = keys_of(askers.iter().map(|(_, buyer)| *buyer));
            let mut currencies: Vec<String> = askers
                .iter()
                .map(|(currency, _)| currency.to_string())
                .collect();
            currencies.sort_unstable();
            currencies.dedup();
            let rows = self
                .0
                .prices_of_buyers(&PricesOf {
                    variant_codes: &basket.codes,
                    buyers: &buyers,
                    applying: Some(Applying {
                        market: basket.market,
                        currencies: &currencies,
                        at: basket.at,
                        quantity: basket.quantity,
                    }),
                    most: u64::from(u32::MAX),
                })
                .await?;
            let rows = by_buyer(rows);
            for (currency, buyer) in askers {
                let theirs = keys_of([buyer].into_iter());
                let theirs = theirs
                    .iter()
                    .flat_map(|key| rows.get(key).into_iter().flatten());
                let in_currency = theirs.filter(|row| *row.currency == **currency);
                let key = ApplyingTo {
                    basket: Arc::clone(basket),
                    currency: Arc::clone(currency),
                    buyer,
                };
                found.insert(key, Arc::new(by_variant(in_currency.cloned())));
            }
        }
        Ok(found)
    }
}

/// All prices of a basket's variants that the viewer may be shown when asking for a buyer, in whatever market and at whatever time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CandidatesFor {
    pub basket: Arc<Basket>,
    /// None for a viewer who may see prices: then these are all there are.
    pub buyer: Option<Buyer>,
}

/// Prices to be explained.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    pub rows: ByVariant,
    /// The variants that have more of them.
    pub more: HashSet<String>,
}

/// One statement for all variants of a basket; of each only so many.
impl Loader<CandidatesFor> for Batches {
    type Value = Arc<Candidates>;
    type Error = Error;

    async fn load(
        &self,
        keys: &[CandidatesFor],
    ) -> Result<HashMap<CandidatesFor, Arc<Candidates>>> {
        let mut found = HashMap::new();
        for (basket, buyers) in by_query(keys.iter().map(|key| (key.buyer, &key.basket))) {
            if basket.codes.is_empty() {
                continue;
            }
            let some: Vec<Buyer> = buyers.iter().copied().flatten().collect();
            if some.len() < buyers.len() {
                let key = CandidatesFor {
                    basket: Arc::clone(basket),
                    buyer: None,
                };
                found.insert(key, Arc::new(self.all_candidates(basket).await?));
            }
            if some.is_empty() {
                continue;
            }
            let asked = PricesOf {
                variant_codes: &basket.codes,
                buyers: &keys_of(some.iter().copied()),
                applying: None,
                most: MOST_EXPLAINED + 1,
            };
            let rows = self.0.prices_of_buyers(&asked).await?;
            let cut_off = rows.len() as u64 > MOST_EXPLAINED;
            let rows = by_buyer(rows);
            for buyer in some {
                let theirs = keys_of([buyer].into_iter());
                let theirs = theirs
                    .iter()
                    .flat_map(|key| rows.get(key).into_iter().flatten());
                let candidates = Candidates {
                    rows: by_variant(theirs.cloned()),
                    // It is not known whose were left out.
                    more: if cut_off {
                        basket.codes.iter().cloned().collect()
                    } else {
                        HashSet::new()
                    },
                };
                let key = CandidatesFor {
                    basket: Arc::clone(basket),
                    buyer: Some(buyer),
                };
                found.insert(key, Arc::new(candidates));
            }
        }
        Ok(found)
    }
}

impl Batches {
    async fn all_candidates(&self, basket: &Basket) -> Result<Candidates> {
        let (least, most) = OF_ONE_VARIANT;
        let window = Window {
            limit: (MOST_EXPLAINED / basket.codes.len().max(1) as u64).clamp(least, most),
            backward: false,
            after: None,
            before: None,
        };
        let oldest_first = Sort {
            columns: Vec::new(),
            descending: false,
        };
        let link = |code| Condition::all().add(price::Column::VariantCode.into_expr().eq(code));
        let pages = self
            .0
            .pages::<price::Entity, String>(
                &basket.codes,
                &link,
                Condition::all(),
                &oldest_first,
                &window,
            )
            .await?;
        let mut candidates = Candidates::default();
        for (code, page) in pages {
            if page.more {
                candidates.more.insert(code.clone());
            }
            candidates.rows.insert(code, page.rows);
        }
        Ok(candidates)
    }
}

/// Of everybody, and of each buyer's group and account; each once.
#[must_use]
pub fn keys_of(buyers: impl Iterator<Item = Buyer>) -> Vec<String> {
    let mut keys = vec![buyer_key(None, None)];
    for buyer in buyers {
        keys.extend(buyer.group.map(|group| buyer_key(Some(group), None)));
        keys.extend(buyer.account.map(|account| buyer_key(None, Some(account))));
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn by_buyer(rows: Vec<Granted<price::Entity>>) -> ByVariant {
    grouped(rows.into_iter(), price::Model::buyer_key)
}

/// Prices by the code of their variant.
pub fn by_variant(rows: impl Iterator<Item = Granted<price::Entity>>) -> ByVariant {
    grouped(rows, |row| row.variant_code.clone())
}

fn grouped(
    rows: impl Iterator<Item = Granted<price::Entity>>,
    by: impl Fn(&price::Model) -> String,
) -> ByVariant {
    let mut groups = ByVariant::new();
    for row in rows {
        groups.entry(by(&row)).or_default().push(row);
    }
    groups
}
