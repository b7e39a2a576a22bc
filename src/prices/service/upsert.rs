//! Making and changing prices, one or many at a time.

use super::plan::{Plan, Step};
use super::row::PriceRow;
use super::warning::PriceWarning;
use crate::access::{Act, Granted, Permission, Place, WriteTx};
use crate::error::{Error, Result, UserError};
use entity::ids::PriceId;
use entity::price;
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Most rows of one call.
const MOST_ROWS: usize = 500;
/// How often rows are looked at again that somebody else has changed in between.
const LOOKS: usize = 3;

/// What becomes of the others when a row of a bulk call is refused (T-115).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, async_graphql::Enum,
)]
pub enum ErrorPolicy {
    /// Nothing is written.
    #[default]
    RejectEverything,
    /// The others are written.
    RejectFailedRows,
}

/// Makes a price, or changes the one of this id or this key (T-134). Needs PRICE_EDIT everywhere.
#[derive(Debug, Serialize)]
pub struct UpsertPrice(pub PriceRow);

/// The same with up to 500 prices at once, in a number of statements that does not depend on theirs.
#[derive(Debug, Serialize)]
pub struct BulkUpsertPrices {
    pub rows: Vec<PriceRow>,
    pub policy: ErrorPolicy,
}

/// What became of a row, as it is remembered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RowAnswer {
    id: Option<PriceId>,
    created: bool,
    mistakes: Vec<UserError>,
    warnings: Vec<PriceWarning>,
}

/// What became of a row.
#[derive(Default)]
pub struct ShownRow {
    /// None when it was refused, or is new and was only validated (T-141).
    pub price: Option<Granted<price::Entity>>,
    pub created: bool,
    pub mistakes: Vec<UserError>,
    pub warnings: Vec<PriceWarning>,
}

/// What rows come to as things are, written or not: the price that is there, if any, and what it shall be; else what stands in the way.
///
/// # Errors
/// Faults of the database only.
pub async fn planned_prices(
    tx: &mut WriteTx,
    rows: &[PriceRow],
) -> Result<Vec<Result<(Option<price::Model>, price::Model), Vec<UserError>>>> {
    let plan = Plan::of(tx, rows).await?;
    let steps = plan.steps.into_iter();
    Ok(steps
        .map(|step| step.map(|step| (step.old, step.new)))
        .collect())
}

/// Writes those of `rows` that nothing stands in the way of, in a number of statements that does not depend on theirs, and answers the id of
/// each. Whoever calls this has looked whether the viewer may: it takes PRICE_EDIT everywhere.
///
/// # Errors
/// `Unavailable` where others stayed in the way.
pub async fn write_prices(
    tx: &mut WriteTx,
    rows: &[PriceRow],
) -> Result<Vec<Result<Option<PriceId>, Vec<UserError>>>> {
    let written = write(tx, rows).await?.into_iter();
    Ok(written
        .map(|outcome| outcome.map(|answer| answer.id))
        .collect())
}

impl Act for UpsertPrice {
    type Answer = RowAnswer;
    type Shown = ShownRow;
    const MUTATION: &'static str = "priceUpsert";

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<RowAnswer> {
        tx.require(Permission::PriceEdit, Place::Everywhere, "variantCode")
            .await?;
        let written = write(tx, std::slice::from_ref(&self.0)).await?;
        match written.into_iter().next() {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(mistakes)) => Err(Error::Invalid(mistakes)),
            None => Err(Error::internal("a price that came to nothing")),
        }
    }

    async fn show(tx: &WriteTx, answer: RowAnswer, validate_only: bool) -> Result<ShownRow> {
        let mut shown = show_all(tx, vec![answer], validate_only).await?;
        Ok(shown.pop().unwrap_or_default())
    }
}

impl Act for BulkUpsertPrices {
    type Answer = Vec<RowAnswer>;
    type Shown = Vec<ShownRow>;
    const MUTATION: &'static str = "priceBulkUpsert";

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<Vec<RowAnswer>> {
        tx.require(Permission::PriceEdit, Place::Everywhere, "rows")
            .await?;
        if self.rows.len() > MOST_ROWS {
            return Err(Error::LimitExceeded(format!(
                "prices are written {MOST_ROWS} at a time"
            )));
        }
        let mut answers = Vec::with_capacity(self.rows.len());
        let (mut all, mut written) = (Vec::new(), 0);
        for (place, outcome) in write(tx, &self.rows).await?.into_iter().enumerate() {
            let place = ["rows", &place.to_string()];
            let answer = match outcome {
                Ok(answer) => {
                    written += 1;
                    answer
                }
                Err(mistakes) => RowAnswer::refused(mistakes),
            };
            let answer = answer.below(place);
            all.extend(answer.mistakes.clone());
            answers.push(answer);
        }
        let nothing = self.policy == ErrorPolicy::RejectEverything || written == 0;
        if nothing && !all.is_empty() {
            return Err(Error::Invalid(all));
        }
        Ok(answers)
    }

    async fn show(
        tx: &WriteTx,
        answer: Vec<RowAnswer>,
        validate_only: bool,
    ) -> Result<Vec<ShownRow>> {
        show_all(tx, answer, validate_only).await
    }
}

impl RowAnswer {
    fn refused(mistakes: Vec<UserError>) -> Self {
        Self {
            id: None,
            created: false,
            mistakes,
            warnings: Vec::new(),
        }
    }

    /// The same with paths that begin where the row stands.
    fn below(mut self, place: [&str; 2]) -> Self {
        let paths = self.mistakes.iter_mut().map(|mistake| &mut mistake.path);
        let paths = paths.chain(self.warnings.iter_mut().map(|warning| &mut warning.path));
        for path in paths {
            path.splice(0..0, place.map(str::to_owned));
        }
        self
    }
}

/// Writes those of `rows` that nothing stands in the way of.
async fn write(
    tx: &mut WriteTx,
    rows: &[PriceRow],
) -> Result<Vec<Result<RowAnswer, Vec<UserError>>>> {
    for _ in 0..LOOKS {
        let plan = Plan::of(tx, rows).await?;
        let ids: Vec<PriceId> = plan.old().map(|old| old.id).collect();
        let held = tx.hold_all::<price::Entity>(&ids).await?;
        let unchanged = plan
            .old()
            .all(|old| held.get(&old.id).is_some_and(|held| **held == *old));
        if unchanged {
            return carry_out(tx, plan, held).await;
        }
    }
    Err(Error::Unavailable)
}

async fn carry_out(
    tx: &mut WriteTx,
    plan: Plan,
    mut held: HashMap<PriceId, Granted<price::Entity, crate::access::Consequence>>,
) -> Result<Vec<Result<RowAnswer, Vec<UserError>>>> {
    let (mut made, mut changed) = (Vec::new(), Vec::new());
    let mut answers = Vec::with_capacity(plan.steps.len());
    for (place, step) in plan.steps.iter().enumerate() {
        answers.push(match step {
            Err(mistakes) => Err(mistakes.clone()),
            Ok(Step { old, new }) => {
                let row = new.clone().into_active_model().reset_all();
                match held.remove(&new.id) {
                    Some(old) => {
                        tx.expect_version(&old)?;
                        changed.push((old, row));
                    }
                    None => {
                        tx.expect_none("price")?;
                        made.push(row);
                    }
                }
                Ok(RowAnswer {
                    id: Some(new.id),
                    created: old.is_none(),
                    mistakes: Vec::new(),
                    warnings: plan.warnings(place),
                })
            }
        });
    }
    tx.insert_all::<price::Entity>(made).await?;
    tx.save_all(changed).await?;
    Ok(answers)
}

async fn show_all(
    tx: &WriteTx,
    answers: Vec<RowAnswer>,
    validate_only: bool,
) -> Result<Vec<ShownRow>> {
    let ids: Vec<PriceId> = answers.iter().filter_map(|answer| answer.id).collect();
    let rows = tx.reread_all::<price::Entity>(&ids).await?;
    let shown = |answer: RowAnswer| ShownRow {
        price: answer
            .id
            .filter(|_| !(answer.created && validate_only))
            .and_then(|id| rows.get(&id).cloned()),
        created: answer.created,
        mistakes: answer.mistakes,
        warnings: answer.warnings,
    };
    Ok(answers.into_iter().map(shown).collect())
}
