//! What is the same for all kinds: finding the thing that a row is about, trying the row out, carrying it out, putting it back.

use super::{Step, Ways, key_problems};
use crate::access::{Action, Guarded, Versioned, WriteTx, refusals};
use crate::error::{Code, Error, Result, UserError};
use crate::imports::rules::{Change, Decision, Given, Problem, Reading, RowIn};
use crate::imports::service::batch::Judged;
use crate::imports::service::kind::Kind;
use entity::import_row;
use sea_orm::{ColumnTrait, Condition, EntityTrait};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// A row of the table of a kind.
pub type ModelOf<T> = <<T as Thing>::Entity as EntityTrait>::Model;
/// Its id.
pub type IdOf<T> = <<T as Thing>::Entity as Guarded>::Id;

/// What a row asks for, of a kind that goes the way of single mutations.
pub trait Thing: Sized + Send {
    type Entity: Versioned;
    /// The fields that a row may give, in the order in which changes are told.
    const FIELDS: &'static [&'static str];
    /// The field that tells rows apart; what is wrong with the thing as a whole is told there.
    const KEY: &'static str;
    /// Fields that name other things: what they were is put back by ids, as the viewer may not see their names.
    const REFERENCES: &'static [&'static str] = &[];

    /// The row in one manner, where the same can be said in several.
    #[must_use]
    fn prepared(row: &RowIn) -> Cow<'_, RowIn> {
        Cow::Borrowed(row)
    }

    /// The thing that the row is about, hidden or not, held still.
    fn find(
        tx: &mut WriteTx,
        row: &RowIn,
    ) -> impl Future<Output = Result<Option<ModelOf<Self>>>> + Send;

    /// What the row asks for, compared with what there is.
    fn read(
        tx: &mut WriteTx,
        reading: &mut Reading<'_>,
        old: Option<&ModelOf<Self>>,
        row: &RowIn,
    ) -> impl Future<Output = Result<Self>> + Send;

    /// Does it, by the mutations' own use cases.
    fn carry_out(
        self,
        tx: &mut WriteTx,
        old: Option<&ModelOf<Self>>,
        ways: Ways,
    ) -> impl Future<Output = Result<IdOf<Self>>> + Send;

    /// Deletes what a row created; `changes` is what it gave.
    fn remove(
        tx: &mut WriteTx,
        id: IdOf<Self>,
        changes: &[Change],
    ) -> impl Future<Output = Result<()>> + Send;

    /// The same with those of [`Self::REFERENCES`] that changed as they were; `was` are columns of before.
    #[must_use]
    fn referring(self, _changes: &[Change], _was: &Value) -> Self {
        self
    }
}

/// A row that was dealt with.
struct Dealt<I> {
    decision: Decision,
    id: Option<I>,
}

/// Deals with a row as things are. What is refused on the way is an error, and has to be taken back by whoever calls this.
async fn deal<T: Thing>(tx: &mut WriteTx, row: &RowIn, ways: Ways) -> Result<Dealt<IdOf<T>>> {
    let row = T::prepared(row);
    let old = T::find(tx, &row).await?;
    let id = old.as_ref().map(T::Entity::id_of);
    let mut owned = HashMap::new();
    if let Some(id) = id {
        let seen = tx.reached_among::<T::Entity>(&[id], Action::View).await?;
        if !seen.contains(&id) {
            let message = format!("{} is taken", T::KEY);
            return Err(Error::invalid(Code::Taken, T::KEY, message));
        }
        owned = tx.owned_fields::<T::Entity>(&[id]).await?;
    }
    let owned = id.and_then(|id| owned.remove(&id.to_string()));
    let mut reading = Reading::of(&row, T::FIELDS, old.is_none(), owned.as_ref());
    let wanted = Box::pin(T::read(tx, &mut reading, old.as_ref(), &row)).await?;
    let place = |change: &Change| T::FIELDS.iter().position(|field| *field == change.field);
    reading.changes.sort_by_key(place);
    let decision = reading.decide(id.map(|id| id.to_string()));
    let id = if decision.action.writes() {
        Some(Box::pin(wanted.carry_out(tx, old.as_ref(), ways)).await?)
    } else {
        id
    };
    Ok(Dealt { decision, id })
}

/// Tries rows out, one after the other, so that later ones find what earlier ones have made; then takes all of it back.
pub async fn judge<T: Thing>(
    tx: &mut WriteTx,
    kind: Kind,
    rows: &[RowIn],
    keys: &[Option<String>],
) -> Result<Vec<Judged<Step>>> {
    let whole = tx.try_out().await?;
    let mut judged = Vec::with_capacity(rows.len());
    let mut met: HashSet<&str> = HashSet::new();
    for (row, key) in rows.iter().zip(keys) {
        judged.push(match key {
            None => Judged::refused(key_problems(kind, row)),
            // T-91: whoever judges the batch says which row is repeated.
            Some(key) if !met.insert(key) => Judged::refused(Vec::new()),
            Some(_) => try_out::<T>(tx, row).await?,
        });
    }
    tx.take_back(whole).await?;
    Ok(judged)
}

async fn try_out<T: Thing>(tx: &mut WriteTx, row: &RowIn) -> Result<Judged<Step>> {
    let trial = tx.try_out().await?;
    match deal::<T>(tx, row, Ways::default()).await {
        Ok(Dealt { decision, .. }) => {
            tx.keep(trial).await?;
            let step = decision.action.writes().then(|| Step(row.clone()));
            Ok(Judged {
                step,
                ..Judged::settled(decision)
            })
        }
        Err(refused) => {
            tx.take_back(trial).await?;
            Ok(Judged::refused(problems::<T>(refusals(refused)?)))
        }
    }
}

/// Carries rows out.
pub async fn write<T: Thing>(
    tx: &mut WriteTx,
    steps: Vec<Step>,
    ways: Ways,
) -> Result<Vec<(String, i32)>> {
    let mut ids = Vec::with_capacity(steps.len());
    for Step(row) in steps {
        let dealt = deal::<T>(tx, &row, ways).await?;
        let id = dealt.id.filter(|_| dealt.decision.problems.is_empty());
        ids.push(id.ok_or_else(|| refused(&dealt.decision.problems))?);
    }
    // Read at the end: rows change what other rows are about, too.
    let rows = tx.is_one_of(T::Entity::ID, &ids);
    let rows = tx.looked_at::<T::Entity>(rows).await?;
    let versions: HashMap<_, _> = rows
        .iter()
        .map(|row| (T::Entity::id_of(row), T::Entity::version_of(row)))
        .collect();
    let version = |id| versions.get(id).copied().unwrap_or_default();
    Ok(ids.iter().map(|id| (id.to_string(), version(id))).collect())
}

fn refused(problems: &[Problem]) -> Error {
    Error::Invalid(problems.iter().cloned().map(UserError::from).collect())
}

/// Puts things back.
pub async fn put_back<T: Thing>(
    tx: &mut WriteTx,
    request_id: &str,
    rows: &[import_row::Model],
) -> Result<Vec<Option<Vec<Problem>>>> {
    let targets = rows.iter().filter_map(|row| row.target_id.clone());
    let targets: Vec<String> = targets.collect();
    let was = tx
        .changed_by_request::<T::Entity>(request_id, &targets)
        .await?;
    let mut outcomes: Vec<Option<Vec<Problem>>> = vec![None; rows.len()];
    for (row, outcome) in rows.iter().zip(&mut outcomes).rev() {
        let was = row.target_id.as_ref().and_then(|id| was.get(id));
        let trial = tx.try_out().await?;
        match back::<T>(tx, row, was.unwrap_or(&Value::Null)).await {
            Ok(()) => tx.keep(trial).await?,
            Err(why) => {
                tx.take_back(trial).await?;
                *outcome = Some(problems::<T>(refusals(why)?));
            }
        }
    }
    Ok(outcomes)
}

async fn back<T: Thing>(tx: &mut WriteTx, row: &import_row::Model, was: &Value) -> Result<()> {
    let (id, now) = unmoved::<T>(tx, row).await?;
    let changes: Vec<Change> =
        serde_json::from_value(row.changes.clone()).map_err(Error::internal)?;
    if row.action == import_row::Action::Create {
        return Box::pin(T::remove(tx, id, &changes)).await;
    }
    let named = |change: &&Change| !T::REFERENCES.contains(&change.field.as_str());
    let before = RowIn {
        number: row.number,
        fields: changes
            .iter()
            .filter(named)
            .map(|change| {
                let given = change.from.clone().map_or(Given::Clear, Given::Text);
                (change.field.clone(), given)
            })
            .collect(),
        version: None,
    };
    let mut reading = Reading::of(&before, T::FIELDS, false, None);
    let wanted = Box::pin(T::read(tx, &mut reading, Some(&now), &before)).await?;
    if !reading.problems.is_empty() {
        return Err(refused(&reading.problems));
    }
    let wanted = wanted.referring(&changes, was);
    Box::pin(wanted.carry_out(tx, Some(&now), Ways::default())).await?;
    Ok(())
}

/// The thing that an import left, where it is seen and nobody has changed it since.
async fn unmoved<T: Thing>(
    tx: &mut WriteTx,
    row: &import_row::Model,
) -> Result<(IdOf<T>, ModelOf<T>)> {
    let kind = <T::Entity as Guarded>::KIND;
    let missing = || Error::Invalid(vec![whole(Code::NotFound, format!("{kind} not found"))]);
    let id = row.target_id.as_deref().and_then(|id| id.parse().ok());
    let id: IdOf<T> = id.ok_or_else(missing)?;
    let is_it = Condition::all().add(T::Entity::ID.eq(id));
    let seen = tx.reached_among::<T::Entity>(&[id], Action::View).await?;
    let found = tx.decided_by::<T::Entity>(is_it).await?.pop();
    let found = found.filter(|_| seen.contains(&id)).ok_or_else(missing)?;
    if Some(T::Entity::version_of(&found)) != row.version_after {
        let message = "it has been changed since".to_owned();
        return Err(Error::Invalid(vec![whole(Code::MovedOn, message)]));
    }
    Ok((id, found))
}

/// A mistake of the row as a whole.
fn whole(code: Code, message: String) -> UserError {
    UserError {
        code,
        message,
        path: Vec::new(),
    }
}

/// What a mutation refuses, at the fields of the row.
fn problems<T: Thing>(mistakes: Vec<UserError>) -> Vec<Problem> {
    let told = |mistake: UserError| {
        let mut problem = Problem::from(mistake);
        problem.field = problem.field.map(|field| field_of::<T>(&field).to_owned());
        problem
    };
    mistakes.into_iter().map(told).collect()
}

fn field_of<T: Thing>(path: &str) -> &'static str {
    let field = match path {
        "organizationId" => "organizationExternalId",
        "contactId" => "contactExternalId",
        "primarySalesRepId" => "salesRepNumber",
        "customerGroupId" => "customerGroup",
        "accountId" => "account",
        "roleId" | "scope" => "role",
        other => other,
    };
    let mut known = T::FIELDS.iter();
    known
        .find(|known| **known == field)
        .copied()
        .unwrap_or(T::KEY)
}
