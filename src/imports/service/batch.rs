//! Some rows at a time: decided about together, and written together.

use super::{contacts, one_by_one, orders, prices};
use crate::access::WriteTx;
use crate::error::{Code, Error, Result};
use crate::imports::rules::{Decision, Problem, RowIn};
use crate::text::{NAME, Rule};
use entity::import;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Rows of a batch, and of a call.
pub const MOST_ROWS: usize = 500;

/// What rows are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, async_graphql::Enum)]
#[graphql(name = "ImportKind")]
pub enum Kind {
    /// Contacts, known by their externalId.
    Contacts,
    /// Accounts, known by their login, or without one by their email: invited, never with a password in clear.
    Accounts,
    /// Customer groups, known by their name.
    CustomerGroups,
    /// Customers of an ERP, known by number and sequence: bill-tos and ship-tos.
    Customers,
    /// Ship-tos alone, known by customerNumber and sequence.
    ShipTos,
    /// Prices, known by everything that they give but the amount.
    Prices,
    /// Orders of another system, known by their number: rows of one number are one order, and each of them a line.
    Orders,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Contacts,
        Self::Accounts,
        Self::CustomerGroups,
        Self::Customers,
        Self::ShipTos,
        Self::Prices,
        Self::Orders,
    ];

    /// Its name in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Accounts => "accounts",
            Self::CustomerGroups => "customerGroups",
            Self::Customers => "customers",
            Self::ShipTos => "shipTos",
            Self::Prices => "prices",
            Self::Orders => "orders",
        }
    }

    /// The field by which rows are told apart.
    #[must_use]
    pub fn key_field(self) -> &'static str {
        match self {
            Self::Contacts => "externalId",
            Self::Accounts => "login",
            Self::CustomerGroups => "name",
            Self::Customers | Self::Orders => "number",
            Self::ShipTos => "customerNumber",
            Self::Prices => "variantCode",
        }
    }

    /// The fields that its rows may give.
    #[must_use]
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Contacts => &contacts::FIELDS,
            Self::Prices => &prices::FIELDS,
            Self::Orders => &orders::FIELDS,
            kind => one_by_one::fields(kind),
        }
    }

    /// What an import is about.
    ///
    /// # Errors
    /// An internal one where that is nothing known.
    pub fn of_import(import: &import::Model) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == import.kind)
            .ok_or_else(|| Error::internal("an import of an unknown kind"))
    }
}

/// What comes of a row.
pub struct Judged<S> {
    pub decision: Decision,
    /// How many contacts would get another effective group by it.
    pub regrouped: i64,
    /// What is to be written.
    pub step: Option<S>,
}

impl<S> Judged<S> {
    pub fn settled(decision: Decision) -> Self {
        Self {
            decision,
            regrouped: 0,
            step: None,
        }
    }

    pub fn refused(problems: Vec<Problem>) -> Self {
        Self::settled(Decision::refused(problems))
    }
}

enum Steps {
    Contacts(Vec<Option<contacts::Step>>),
    OneByOne(Vec<Option<one_by_one::Step>>),
    Prices(Vec<Option<prices::Step>>),
    Orders(Vec<Option<orders::Step>>),
}

/// Rows with what comes of them.
pub struct Batch {
    pub decisions: Vec<Decision>,
    pub regrouped: Vec<i64>,
    pub keys: Vec<Option<String>>,
    pub ways: one_by_one::Ways,
    kind: Kind,
    steps: Steps,
}

impl Batch {
    /// Decides about `rows`, as things are and as the viewer sees them. `source` is where they come from, where it numbers its versions.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn judge(
        tx: &mut WriteTx,
        kind: Kind,
        rows: &[RowIn],
        source: Option<&str>,
    ) -> Result<Self> {
        tx.take_turns(kind.name()).await?;
        let key = |row| match kind {
            Kind::Contacts => key_of(row),
            Kind::Prices => Ok(prices::key(row)),
            Kind::Orders => orders::key(row),
            kind => one_by_one::key_of(kind, row),
        };
        let keys: Vec<_> = rows.iter().map(|row| key(row).ok().flatten()).collect();
        let (decisions, steps) = match kind {
            Kind::Contacts => {
                let judged = contacts::judge(tx, rows, &keys).await?;
                let (told, steps) = split(judged);
                (told, Steps::Contacts(steps))
            }
            Kind::Prices => {
                let judged = prices::judge(tx, rows, &keys).await?;
                let (told, steps) = split(judged);
                (told, Steps::Prices(steps))
            }
            Kind::Orders => {
                let judged = orders::judge(tx, rows, &keys).await?;
                let (told, steps) = split(judged);
                (told, Steps::Orders(steps))
            }
            kind => {
                let judged = one_by_one::judge(tx, kind, rows, &keys).await?;
                let (told, steps) = split(judged);
                (told, Steps::OneByOne(steps))
            }
        };
        let (decisions, regrouped) = decisions.into_iter().unzip();
        let mut batch = Self {
            decisions,
            regrouped,
            keys,
            ways: one_by_one::Ways::default(),
            kind,
            steps,
        };
        batch.refuse_repeated(rows);
        if let Some(source) = source {
            batch.leave_out_older(tx, rows, source).await?;
        }
        Ok(batch)
    }

    /// T-91: of rows with one key the first counts.
    fn refuse_repeated(&mut self, rows: &[RowIn]) {
        let mut first: HashMap<&str, i64> = HashMap::new();
        let repeated = rows.iter().zip(&self.keys).zip(&mut self.decisions);
        for ((row, key), decision) in repeated {
            let Some(key) = key else { continue };
            match first.get(key.as_str()) {
                Some(first) => *decision = repeats(self.kind, *first),
                None => {
                    first.insert(key, row.number);
                }
            }
        }
    }

    /// What the source has sent already, or something newer than this, is left out. Hidden rows stay as they are: TAKEN tells no more.
    async fn leave_out_older(
        &mut self,
        tx: &mut WriteTx,
        rows: &[RowIn],
        source: &str,
    ) -> Result<()> {
        let numbered: Vec<_> = rows
            .iter()
            .zip(&self.keys)
            .filter(|(row, _)| row.version.is_some())
            .filter_map(|(_, key)| key.clone())
            .collect();
        if numbered.is_empty() {
            return Ok(());
        }
        let known = tx
            .source_versions(self.kind.name(), source, &numbered)
            .await?;
        for ((row, key), decision) in rows.iter().zip(&self.keys).zip(&mut self.decisions) {
            let known = key.as_ref().and_then(|key| known.get(key));
            let older = known
                .zip(row.version)
                .is_some_and(|(known, sent)| sent <= *known);
            let settled = decision
                .problems
                .iter()
                .any(|problem| matches!(problem.code, Code::Taken | Code::Conflict));
            if older && !settled {
                *decision = Decision::older(decision.target.take());
            }
        }
        Ok(())
    }

    /// Writes the chosen rows that change something, and answers id and version of each.
    ///
    /// # Errors
    /// What the tables refuse.
    pub async fn write(
        &mut self,
        tx: &mut WriteTx,
        chosen: impl Fn(usize) -> bool,
    ) -> Result<Vec<Option<(String, i32)>>> {
        let writes = |at: usize| {
            let decision = self.decisions.get(at);
            chosen(at) && decision.is_some_and(|decision| decision.action.writes())
        };
        let mut places = Vec::new();
        let written = match &mut self.steps {
            Steps::Contacts(steps) => {
                let steps = take(steps, writes, &mut places);
                contacts::write(tx, steps).await?
            }
            Steps::Prices(steps) => {
                let steps = take(steps, writes, &mut places);
                prices::write(tx, steps).await?
            }
            Steps::Orders(steps) => {
                let steps = take(steps, writes, &mut places);
                orders::write(tx, steps).await?
            }
            Steps::OneByOne(steps) => {
                let steps = take(steps, writes, &mut places);
                one_by_one::write(tx, self.kind, steps, self.ways).await?
            }
        };
        let mut answers = vec![None; self.decisions.len()];
        for (place, written) in places.into_iter().zip(written) {
            if let Some(answer) = answers.get_mut(place) {
                *answer = Some(written);
            }
        }
        Ok(answers)
    }

    /// Writes down how far `source` has come with the chosen rows.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn note_versions(
        &self,
        tx: &mut WriteTx,
        rows: &[RowIn],
        source: &str,
    ) -> Result<()> {
        use entity::import_row::Action;
        let done = rows.iter().zip(&self.keys).zip(&self.decisions);
        let done = done.filter(|(_, decision)| {
            matches!(
                decision.action,
                Action::Create | Action::Update | Action::Unchanged
            )
        });
        let done = done.filter_map(|((row, key), _)| Some((key.clone()?, row.version?)));
        tx.note_source_versions(self.kind.name(), source, done.collect())
            .await
    }
}

fn split<S>(judged: Vec<Judged<S>>) -> (Vec<(Decision, i64)>, Vec<Option<S>>) {
    judged
        .into_iter()
        .map(|judged| ((judged.decision, judged.regrouped), judged.step))
        .unzip()
}

fn take<S>(
    steps: &mut [Option<S>],
    chosen: impl Fn(usize) -> bool,
    places: &mut Vec<usize>,
) -> Vec<S> {
    let mut taken = Vec::new();
    for (place, step) in steps.iter_mut().enumerate() {
        if chosen(place)
            && let Some(step) = step.take()
        {
            places.push(place);
            taken.push(step);
        }
    }
    taken
}

/// The row with the same key as the row `first`.
pub fn repeats(kind: Kind, first: i64) -> Decision {
    let field = kind.key_field();
    let message = format!("row {first} has the same {field}");
    Decision::refused(vec![Problem::new(Code::Conflict, field, message)])
}

/// The key of a row.
fn key_of(row: &RowIn) -> Result<Option<String>, Problem> {
    let text = row.text("externalId").map(str::to_owned);
    Ok(Rule::identifier("externalId", NAME).apply(text)?)
}

/// What is wrong with the key of a row that has none.
pub fn key_problems(row: &RowIn) -> Vec<Problem> {
    let missing = || Problem::new(Code::Required, "externalId", "a row needs an externalId");
    vec![key_of(row).err().unwrap_or_else(missing)]
}
