//! What a call comes to: which rows are made, which are changed, and what stands in the way, compared with what there is.

use super::row::{Checked, PriceRow};
use super::warning::{PriceWarning, PriceWarningCode};
use crate::access::{Granted, WriteTx};
use crate::error::{Code, Result, UserError};
use crate::prices::rules::{never_applies, overlap};
use chrono::{DateTime, Utc};
use entity::customer_group::Status;
use entity::ids::{AccountId, CustomerGroupId, MarketId, PriceId};
use entity::price::{self, Model, Quantity, buyer_key};
use entity::{account, customer_group, market};
use sea_orm::sea_query::{Alias, Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Keys of one statement.
const KEYS_AT_ONCE: usize = 100;

/// What is done for a row.
pub(super) struct Step {
    /// The price that is changed; none for a new one.
    pub old: Option<Model>,
    pub new: Model,
}

/// What is done for each row of a call.
pub(super) struct Plan {
    pub steps: Vec<Result<Step, Vec<UserError>>>,
    /// The prices as they will be, beside each other.
    after: HashMap<Place, Vec<Model>>,
}

/// A variant in a market, in a currency.
type Place = (String, MarketId, String);

/// What no two prices share (T-134).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    place: Place,
    buyer: String,
    min_quantity: Quantity,
    from: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
}

impl Key {
    fn of(row: &Model) -> Self {
        Self {
            place: place_of(row),
            buyer: row.buyer_key(),
            min_quantity: row.min_quantity,
            from: row.valid_from,
            until: row.valid_until,
        }
    }
}

fn place_of(row: &Model) -> Place {
    (
        row.variant_code.clone(),
        row.market_id,
        row.currency.clone(),
    )
}

/// What rows refer to, as far as it is there and the viewer may see it.
struct References {
    prices: HashMap<PriceId, Granted<price::Entity>>,
    markets: HashMap<String, MarketId>,
    groups: HashMap<CustomerGroupId, Granted<customer_group::Entity>>,
    accounts: HashMap<AccountId, Granted<account::Entity>>,
}

impl References {
    async fn of(tx: &mut WriteTx, rows: &[PriceRow]) -> Result<Self> {
        let ids: Vec<_> = rows.iter().filter_map(|row| row.id).collect();
        let groups: Vec<_> = rows
            .iter()
            .filter_map(|row| row.customer_group_id.value().copied())
            .collect();
        let accounts: Vec<_> = rows
            .iter()
            .filter_map(|row| row.account_id.value().copied())
            .collect();
        // No code has a NUL, and PostgreSQL takes none to look for.
        let codes: BTreeSet<_> = rows.iter().map(|row| row.market.trim()).collect();
        let codes = codes.into_iter().filter(|code| !code.contains('\0'));
        let named = Condition::all().add(market::Column::Code.is_in(codes));
        let markets = tx.looked_at::<market::Entity>(named).await?;
        Ok(Self {
            prices: if ids.is_empty() {
                HashMap::new()
            } else {
                tx.reread_all::<price::Entity>(&ids).await?
            },
            markets: markets
                .into_iter()
                .map(|market| (market.code, market.id))
                .collect(),
            groups: tx.refer_to_all::<customer_group::Entity>(&groups).await?,
            accounts: tx.refer_to_all::<account::Entity>(&accounts).await?,
        })
    }

    /// A checked row with its market, where everything that it names is there.
    fn check(&self, row: &PriceRow) -> Result<(Checked, MarketId), Vec<UserError>> {
        let not_found = |field: &str, kind: &str| {
            UserError::new(Code::NotFound, field, format!("{kind} not found"))
        };
        let mut missing = Vec::new();
        let old = row.id.and_then(|id| self.prices.get(&id));
        if row.id.is_some() && old.is_none() {
            missing.push(not_found("id", "price"));
        }
        let market = self.markets.get(row.market.trim()).copied();
        if market.is_none() {
            missing.push(not_found("market", "market"));
        }
        let group = row.customer_group_id.value();
        if group.is_some_and(|group| !self.groups.contains_key(group)) {
            missing.push(not_found("customerGroupId", "customerGroup"));
        }
        let account = row.account_id.value();
        if account.is_some_and(|account| !self.accounts.contains_key(account)) {
            missing.push(not_found("accountId", "account"));
        }
        let checked = row.check(old.map(|old| &**old));
        match (checked, market) {
            (Ok(checked), Some(market)) if missing.is_empty() => Ok((checked, market)),
            (Ok(_), _) => Err(missing),
            (Err(mut mistakes), _) => {
                mistakes.extend(missing);
                Err(mistakes)
            }
        }
    }

    /// An archived group takes no new prices; those that it has can be changed (T-135).
    fn takes_new_ones(&self, step: &Step) -> Result<(), Vec<UserError>> {
        let had = step.old.as_ref().and_then(|old| old.customer_group_id);
        let group = step.new.customer_group_id.filter(|new| had != Some(*new));
        match group.and_then(|group| self.groups.get(&group)) {
            Some(group) if group.status == Status::Archived => {
                let message = format!(
                    "the customer group {} is archived and takes no new prices",
                    group.name
                );
                Err(vec![UserError::new(
                    Code::Archived,
                    "customerGroupId",
                    message,
                )])
            }
            _ => Ok(()),
        }
    }
}

impl Plan {
    /// What `rows` come to, as things are.
    ///
    /// # Errors
    /// Faults of the database only.
    pub(super) async fn of(tx: &mut WriteTx, rows: &[PriceRow]) -> Result<Self> {
        let references = References::of(tx, rows).await?;
        let checked: Vec<_> = rows.iter().map(|row| references.check(row)).collect();
        let there = There::of(neighbours(tx, checked.iter().flatten()).await?);
        let mut taken = Taken::default();
        let mut steps = Vec::with_capacity(rows.len());
        for (at, checked) in checked.into_iter().enumerate() {
            let step = checked.and_then(|(checked, market)| {
                let by_id = checked.id.and_then(|id| references.prices.get(&id));
                let old = by_id
                    .map(|old| (**old).clone())
                    .or_else(|| there.found(&checked, market, tx.now()));
                let id = old
                    .as_ref()
                    .map_or_else(|| PriceId(tx.fresh_id()), |old| old.id);
                let new = checked.row(market, old.as_ref(), id, tx.now())?;
                let step = Step { old, new };
                references.takes_new_ones(&step)?;
                taken.take(&there, &step.new, at)?;
                Ok(step)
            });
            steps.push(step);
        }
        Ok(Self {
            after: after(there.rows, &steps),
            steps,
        })
    }

    /// The prices that are changed.
    pub(super) fn old(&self) -> impl Iterator<Item = &Model> {
        self.steps
            .iter()
            .flatten()
            .filter_map(|step| step.old.as_ref())
    }

    /// What is odd about the row at `place` of the call, among the prices as they will be.
    pub(super) fn warnings(&self, place: usize) -> Vec<PriceWarning> {
        let Some(Ok(Step { new, .. })) = self.steps.get(place) else {
            return Vec::new();
        };
        let beside = self
            .after
            .get(&place_of(new))
            .map_or(&[][..], Vec::as_slice);
        let warning = |code, field: &str, message: &str| PriceWarning {
            code,
            message: message.to_owned(),
            path: vec![field.to_owned()],
        };
        let mut warnings = Vec::new();
        if never_applies(new, beside.iter()) {
            let message =
                "this price never counts: whenever it could, the price for everybody is lower";
            warnings.push(warning(
                PriceWarningCode::PriceNeverApplies,
                "amount",
                message,
            ));
        }
        if beside.iter().any(|other| overlap(new, other)) {
            let message = "another price of the same buyer and quantity counts at the same time; the lower one wins";
            warnings.push(warning(PriceWarningCode::Overlaps, "validFrom", message));
        }
        warnings
    }
}

/// Keys and prices that rows of the call have taken already.
#[derive(Default)]
struct Taken {
    keys: HashMap<Key, usize>,
    ids: HashSet<PriceId>,
}

impl Taken {
    fn take(&mut self, there: &There, new: &Model, at: usize) -> Result<(), Vec<UserError>> {
        let key = Key::of(new);
        let conflict =
            |message: String| vec![UserError::new(Code::Conflict, "variantCode", message)];
        if let Some(earlier) = self.keys.get(&key) {
            return Err(conflict(format!(
                "row {earlier} is for the same variant, market, currency, buyer, quantity and time"
            )));
        }
        if there.keys.get(&key).is_some_and(|other| *other != new.id) {
            return Err(conflict(
                "there is a price of this variant, market, currency, buyer, quantity and time"
                    .to_owned(),
            ));
        }
        if !self.ids.insert(new.id) {
            return Err(conflict("an earlier row changes the same price".to_owned()));
        }
        self.keys.insert(key, at);
        Ok(())
    }
}

/// The prices that are there beside those of the call.
struct There {
    rows: HashMap<PriceId, Model>,
    keys: HashMap<Key, PriceId>,
    steps: HashMap<(Place, String, Quantity), Vec<PriceId>>,
}

impl There {
    fn of(rows: HashMap<PriceId, Model>) -> Self {
        let keys = rows.values().map(|row| (Key::of(row), row.id)).collect();
        let mut steps: HashMap<_, Vec<_>> = HashMap::new();
        for row in rows.values() {
            let step = (place_of(row), row.buyer_key(), row.min_quantity);
            steps.entry(step).or_default().push(row.id);
        }
        Self { rows, keys, steps }
    }

    /// The price that a row without an id means: the one of its key, and without a beginning the one of the rest of its key that counts
    /// since the latest beginning (T-134).
    fn found(&self, wanted: &Checked, market: MarketId, now: DateTime<Utc>) -> Option<Model> {
        let nobody = PriceId(uuid::Uuid::nil());
        let new = wanted.row(market, None, nobody, now).ok()?;
        if wanted.from.is_some() {
            let id = self.keys.get(&Key::of(&new))?;
            return self.rows.get(id).cloned();
        }
        let step = (place_of(&new), new.buyer_key(), new.min_quantity);
        let known = self.steps.get(&step)?.iter();
        let known = known.filter_map(|id| self.rows.get(id));
        known
            .filter(|row| row.valid_until == new.valid_until && row.valid_from <= now)
            .max_by_key(|row| row.valid_from)
            .cloned()
    }
}

/// All prices for the buyers of these rows and for everybody, of the same variants, in the same markets and currencies.
async fn neighbours<'c>(
    tx: &mut WriteTx,
    rows: impl Iterator<Item = &'c (Checked, MarketId)>,
) -> Result<HashMap<PriceId, Model>> {
    let wanted: BTreeSet<_> = rows
        .map(|(row, market)| {
            let buyer = buyer_key(row.group, row.account);
            (
                row.variant_code.clone(),
                *market,
                row.currency.clone(),
                buyer,
            )
        })
        .collect();
    let wanted: Vec<_> = wanted.into_iter().collect();
    let mut found = HashMap::new();
    for keys in wanted.chunks(KEYS_AT_ONCE) {
        let mut any = Condition::any();
        for (variant, market, currency, buyer) in keys {
            let column = Expr::col((price::Entity, Alias::new("buyer_key")));
            any = any.add(
                Condition::all()
                    .add(price::Column::VariantCode.eq(variant.clone()))
                    .add(column.is_in([String::new(), buyer.clone()]))
                    .add(price::Column::MarketId.eq(*market))
                    .add(price::Column::Currency.eq(currency.clone())),
            );
        }
        let rows = tx.looked_at::<price::Entity>(any).await?;
        found.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    Ok(found)
}

fn after(
    mut there: HashMap<PriceId, Model>,
    steps: &[Result<Step, Vec<UserError>>],
) -> HashMap<Place, Vec<Model>> {
    for step in steps.iter().flatten() {
        there.insert(step.new.id, step.new.clone());
    }
    let mut after: HashMap<Place, Vec<Model>> = HashMap::new();
    for row in there.into_values() {
        after.entry(place_of(&row)).or_default().push(row);
    }
    after
}
