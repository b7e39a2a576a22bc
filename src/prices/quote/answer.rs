//! What is answered to whoever asks what a variant costs.

use super::Quote;
use crate::access::{Granted, Permission};
use crate::customer_groups::loader::{group_on_edge, known_group};
use crate::customer_groups::object::CustomerGroup;
use crate::customer_groups::rules::Source as GroupSource;
use crate::error::Result;
use crate::graphql::at_once::{Asked, AtOnce, Quick};
use crate::graphql::context::Ask;
use crate::graphql::scalars::{Decimal, Money};
use crate::prices::list::PriceSource;
use crate::prices::loader::{Candidates, CandidatesFor};
use crate::prices::object::{Price, unit_price};
use crate::prices::rules::{Names, PriceOutcome, Verdict, judge, summary};
use async_graphql::{Context, Object, SimpleObject, Value};
use entity::price;
use std::sync::Arc;
use std::task::Poll;

/// What a variant costs a buyer.
#[derive(Clone)]
pub struct VariantPrice {
    pub(super) quote: Arc<Quote>,
    pub(super) asked: String,
    pub(super) chosen: Option<Granted<price::Entity>>,
}

/// What one unit of a variant costs a buyer, with the reason.
#[Object]
impl VariantPrice {
    /// The code of the variant, as it was asked for.
    async fn variant_code(&self) -> &str {
        &self.asked
    }

    /// What one unit costs: the lowest price that applies. Null when none does: never zero, and never another buyer's price.
    async fn unit_price(&self) -> Option<Quick<Money>> {
        self.chosen.as_deref().map(unit_price).map(Quick)
    }

    /// Whom the price that counts is for; null when none does.
    async fn source(&self) -> Option<PriceSource> {
        self.chosen.as_ref().map(|row| row.source.into())
    }

    /// The effective customer group that was used, whatever price won; null without one.
    async fn customer_group(&self, ctx: &Context<'_>) -> Option<Result<Quick<CustomerGroup>>> {
        let found = group_on_edge(ctx.scope(), self.quote.buyer.group?).await;
        found
            .map(|row| row.map(CustomerGroup).map(Quick))
            .transpose()
    }

    /// Why this is the price.
    async fn explanation(&self) -> PriceExplanation {
        PriceExplanation(self.clone())
    }
}

impl AtOnce for VariantPrice {
    fn at_once(&self, asked: &Asked<'_>) -> Option<Value> {
        Some(match asked.name() {
            "variantCode" => Value::String(self.asked.clone()),
            "unitPrice" => match &self.chosen {
                Some(row) => return asked.object(&unit_price(row)),
                None => Value::Null,
            },
            "source" => match &self.chosen {
                Some(row) => {
                    async_graphql::resolver_utils::enum_value(PriceSource::from(row.source))
                }
                None => Value::Null,
            },
            "customerGroup" => {
                let group = self.quote.buyer.group;
                let found = group.map(|group| known_group(asked.scope(), group));
                return asked.edge(found.unwrap_or(Poll::Ready(None)), CustomerGroup);
            }
            _ => return None,
        })
    }
}

/// Why the price of a variant is what it is.
pub struct PriceExplanation(VariantPrice);

/// Why the price of a variant is what it is. The function that chooses the price is the one that explains it.
#[Object]
impl PriceExplanation {
    /// The reason in one or two sentences for a person, naming only what you may see.
    async fn summary(&self, ctx: &Context<'_>) -> Result<String> {
        let group = match self.0.quote.buyer.group {
            Some(group) => group_on_edge(ctx.scope(), group).await?,
            None => None,
        };
        let explained = self.explained(ctx).await?;
        let names = Names {
            group: group.as_ref().map(|group| group.name.as_str()),
            more: explained.more,
        };
        Ok(summary(&explained.rows, &explained.verdict, names))
    }

    /// The effective customer group that was used; null without one.
    async fn customer_group(&self, ctx: &Context<'_>) -> Option<Result<Quick<CustomerGroup>>> {
        let found = group_on_edge(ctx.scope(), self.0.quote.buyer.group?).await;
        found
            .map(|row| row.map(CustomerGroup).map(Quick))
            .transpose()
    }

    /// Where that group comes from.
    async fn customer_group_source(&self) -> GroupSource {
        self.0.quote.source
    }

    /// All prices of the variant, each with what came of it: the one that counts first, then those that came closest. With PRICE_VIEW these are all there are, at most 1,000 and beside them all that apply, fewer where many variants are asked for; else those for everybody, for the contact's account and for its group. An operation shows 20,000 at most.
    async fn candidates(&self, ctx: &Context<'_>) -> Result<Vec<Quick<PriceCandidate>>> {
        let Explained { rows, verdict, .. } = self.explained(ctx).await?;
        ctx.scope().shows(rows.len())?;
        let group = self.0.quote.buyer.group;
        let mut candidates: Vec<_> = rows.into_iter().zip(verdict.outcomes).collect();
        candidates.sort_unstable_by_key(|(row, outcome)| {
            (std::cmp::Reverse(*outcome), row.amount, row.id)
        });
        let candidate = |(row, outcome)| {
            Quick(PriceCandidate {
                price: Quick(Price::explained(row, group)),
                outcome,
            })
        };
        Ok(candidates.into_iter().map(candidate).collect())
    }

    /// Whether the variant has more prices than the candidates.
    async fn has_more_candidates(&self, ctx: &Context<'_>) -> Result<bool> {
        Ok(self.explained(ctx).await?.more)
    }
}

/// All that is shown of a variant's prices, judged.
struct Explained {
    rows: Vec<Granted<price::Entity>>,
    verdict: Verdict,
    more: bool,
}

impl PriceExplanation {
    async fn explained(&self, ctx: &Context<'_>) -> Result<Explained> {
        let quote = &self.0.quote;
        let code = self.0.asked.trim();
        let sees_all = ctx.db().viewer().holds(Permission::PriceView);
        let found: Arc<Candidates> = ctx
            .load(CandidatesFor {
                basket: Arc::clone(&quote.basket),
                buyer: (!sees_all).then_some(quote.buyer),
            })
            .await?
            .unwrap_or_default();
        let applying = quote.applying(code);
        let others = found.rows.get(code).map_or(&[][..], Vec::as_slice);
        let judged = judge(others, &quote.question()).outcomes;
        // What applied when the price was chosen, and all that does not apply: a row that came in between has not decided anything.
        let others = others.iter().zip(judged).filter(|(row, outcome)| {
            *outcome < PriceOutcome::NotLowest && applying.iter().all(|known| known.id != row.id)
        });
        let others = others.map(|(row, _)| row);
        let rows: Vec<_> = applying.iter().chain(others).cloned().collect();
        let verdict = judge(&rows, &quote.question());
        Ok(Explained {
            verdict,
            more: found.more.contains(code),
            rows,
        })
    }
}

/// One price and what came of it.
#[derive(SimpleObject)]
pub struct PriceCandidate {
    /// The price. Those of other buyers show only to those with PRICE_VIEW.
    price: Quick<Price>,
    /// Why it counts, or why it does not.
    outcome: PriceOutcome,
}

impl AtOnce for PriceCandidate {
    fn at_once(&self, asked: &Asked<'_>) -> Option<Value> {
        Some(match asked.name() {
            "outcome" => async_graphql::resolver_utils::enum_value(self.outcome),
            "price" => return asked.object(&self.price.0),
            _ => return None,
        })
    }
}

/// What a variant costs a buyer, by quantity.
#[derive(SimpleObject)]
pub struct VariantPriceTiers {
    /// The code of the variant, as it was asked for.
    pub(super) variant_code: String,
    /// The steps, the smallest quantity first; empty when no price applies. A step that is not lower than the one before is left out.
    pub(super) tiers: Vec<PriceTier>,
}

/// A quantity from which on another price counts.
#[derive(SimpleObject)]
pub struct PriceTier {
    /// From how many on, this number included.
    pub(super) min_quantity: Decimal,
    /// What one unit costs then.
    pub(super) unit_price: Money,
    /// Whom that price is for.
    pub(super) source: PriceSource,
}
