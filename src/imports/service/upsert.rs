//! Making and changing many things that another system knows by its own ids, in one call.

use super::batch::{Asked, Batch, MOST_ROWS};
use super::kind::Kind;
use crate::access::{Act, Granted, Guarded, WriteTx};
use crate::error::{Error, Result, UserError};
use crate::imports::rules::{Decision, RowIn};
use crate::prices::service::ErrorPolicy;
use entity::contact;
use entity::import_row::Action;
use serde::{Deserialize, Serialize};

/// What is sent in one call.
#[derive(Debug, Serialize)]
pub struct Upsert {
    /// Numbered by their positions.
    pub rows: Vec<RowIn>,
    pub policy: ErrorPolicy,
    /// Who sends them, where it numbers its versions.
    pub source: Option<String>,
}

/// What became of a row, as it is remembered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RowAnswer {
    id: Option<String>,
    action: Action,
    kept: Vec<String>,
    mistakes: Vec<UserError>,
}

/// What became of a row.
pub struct ShownRow<E: Guarded> {
    /// None when it was refused or left out, or is new and was only validated (T-141).
    pub row: Option<Granted<E>>,
    pub action: Action,
    pub kept: Vec<String>,
    pub mistakes: Vec<UserError>,
}

/// Makes and changes contacts by their external ids, 500 at most.
///
/// Each row needs what contactCreate, contactUpdate, contactAssignOrganization and customerGroupAssign need for what it changes.
#[derive(Debug, Serialize)]
pub struct UpsertContacts(pub Upsert);

impl Act for UpsertContacts {
    type Answer = Vec<RowAnswer>;
    type Shown = Vec<ShownRow<contact::Entity>>;
    const MUTATION: &'static str = "contactBulkUpsert";
    const FINDS_WHAT_IS_TAKEN: bool = true;
    const GIVES_RIGHTS: bool = true;

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<Vec<RowAnswer>> {
        carry_out(tx, Kind::Contacts, &self.0).await
    }

    async fn show(
        tx: &WriteTx,
        answer: Vec<RowAnswer>,
        validate_only: bool,
    ) -> Result<Self::Shown> {
        show(tx, answer, validate_only).await
    }
}

async fn carry_out(tx: &mut WriteTx, kind: Kind, upsert: &Upsert) -> Result<Vec<RowAnswer>> {
    upsert.check_size(kind)?;
    let source = upsert.source.as_deref();
    let asked = Asked {
        source,
        adds: false,
    };
    let mut batch = Batch::judge(tx, kind, &upsert.rows, asked).await?;
    let decisions = batch.decisions.iter().enumerate();
    let mut answers: Vec<_> = decisions
        .map(|(place, decision)| RowAnswer::of(place, decision))
        .collect();
    upsert.check_answers(&answers)?;
    let written = batch.write(tx, |_| true).await?;
    for (answer, written) in answers.iter_mut().zip(written) {
        answer.note_written(written);
    }
    if let Some(source) = source {
        batch.note_versions(tx, &upsert.rows, source).await?;
    }
    Ok(answers)
}

impl Upsert {
    /// # Errors
    /// `LimitExceeded` for more rows than a call may have.
    pub(super) fn check_size(&self, kind: Kind) -> Result<()> {
        if self.rows.len() <= MOST_ROWS {
            return Ok(());
        }
        let message = format!("{} are written {MOST_ROWS} at a time", kind.name());
        Err(Error::LimitExceeded(message))
    }

    /// # Errors
    /// Why rows are refused, where nothing is to be written because of them, or nothing is left.
    pub(super) fn check_answers(&self, answers: &[RowAnswer]) -> Result<()> {
        let refused = answers.iter().filter(|answer| !answer.mistakes.is_empty());
        let nothing = self.policy == ErrorPolicy::RejectEverything
            || refused.clone().count() == answers.len();
        let all: Vec<_> = refused.flat_map(|answer| answer.mistakes.clone()).collect();
        if nothing && !all.is_empty() {
            return Err(Error::Invalid(all));
        }
        Ok(())
    }
}

impl RowAnswer {
    /// What is decided about the row at this place.
    pub(super) fn of(place: usize, decision: &Decision) -> Self {
        let mistakes = decision.problems.iter().cloned().map(|problem| {
            let mut mistake = UserError::from(problem);
            let place = ["rows".to_owned(), place.to_string()];
            mistake.path.splice(0..0, place);
            mistake
        });
        Self {
            id: decision.target.clone(),
            action: decision.action,
            kept: decision.kept.clone(),
            mistakes: mistakes.collect(),
        }
    }

    pub(super) fn note_written(&mut self, written: Option<(String, i32)>) {
        if let Some((id, _)) = written {
            self.id = Some(id);
        }
    }
}

pub(super) async fn show<E: Guarded>(
    tx: &WriteTx,
    answers: Vec<RowAnswer>,
    validate_only: bool,
) -> Result<Vec<ShownRow<E>>> {
    let id = |answer: &RowAnswer| answer.id.as_ref().and_then(|id| id.parse::<E::Id>().ok());
    let ids: Vec<E::Id> = answers.iter().filter_map(id).collect();
    let rows = if ids.is_empty() {
        std::collections::HashMap::new()
    } else {
        tx.reread_all::<E>(&ids).await?
    };
    let shown = |answer: RowAnswer| ShownRow {
        row: id(&answer)
            .filter(|_| !(validate_only && answer.action == Action::Create))
            .and_then(|id| rows.get(&id).cloned()),
        action: answer.action,
        kept: answer.kept,
        mistakes: answer.mistakes,
    };
    Ok(answers.into_iter().map(shown).collect())
}
