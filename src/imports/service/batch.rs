//! Some rows at a time: decided about together, and written together.

use super::kind::Kind;
use super::{contacts, one_by_one, orders, organizations, prices};
use crate::access::WriteTx;
use crate::error::{Code, Result};
use crate::imports::rules::{Decision, Problem, RowIn};
use std::collections::HashMap;

/// Rows of a batch, and of a call.
pub const MOST_ROWS: usize = 500;

/// How rows are decided about.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// Where they come from, where it numbers its versions.
    pub source: Option<&'a str>,
    /// Whether names of types, lines of business and customer groups that are not there yet are added, by whoever may.
    pub adds: bool,
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
    Organizations(Vec<Option<organizations::Step>>),
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
    /// Decides about `rows`, as things are and as the viewer sees them.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn judge(
        tx: &mut WriteTx,
        kind: Kind,
        rows: &[RowIn],
        asked: Asked<'_>,
    ) -> Result<Self> {
        tx.take_turns(kind.name()).await?;
        let keys: Vec<_> = rows
            .iter()
            .map(|row| kind.key_of(row).ok().flatten())
            .collect();
        let (decisions, steps) = match kind {
            Kind::Contacts => {
                let judged = contacts::judge(tx, rows, &keys, asked.adds).await?;
                let (told, steps) = split(judged);
                (told, Steps::Contacts(steps))
            }
            Kind::Organizations => {
                let judged = organizations::judge(tx, rows, &keys, asked.adds).await?;
                let (told, steps) = split(judged);
                (told, Steps::Organizations(steps))
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
        if let Some(source) = asked.source {
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
            Steps::Organizations(steps) => {
                let steps = take(steps, writes, &mut places);
                organizations::write(tx, steps).await?
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
    let message = format!("row {first} has the same {}", kind.known_by());
    Decision::refused(vec![Problem::new(Code::Conflict, field, message)])
}

/// What is wrong with the key of a row that has none.
pub fn key_problems(kind: Kind, row: &RowIn) -> Vec<Problem> {
    let field = kind.key_field();
    let missing = || {
        Problem::new(
            Code::Required,
            field,
            format!("a row needs {}", kind.known_by()),
        )
    };
    vec![kind.key_of(row).err().unwrap_or_else(missing)]
}
