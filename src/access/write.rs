//! The one door out: every mutation runs through [`ScopedDb::write`], which owns the transaction.

use super::granted::{Granted, View};
use super::guarded::Guarded;
use super::impact::{Impact, Watch};
use super::lane;
use super::refusal;
use super::scoped_db::ScopedDb;
use super::token::hex;
use super::write_tx::WriteTx;
use crate::error::{Code, Error, Result};
use chrono::TimeDelta;
use entity::idempotency_key;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, Unchanged};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::fmt;
use std::time::Duration;

/// How often a transaction is tried before the caller is told that the server is busy.
const TRIES: u32 = 5;
/// Waited before the second try; doubled for each further one.
const FIRST_WAIT: Duration = Duration::from_millis(10);
/// How long an answer is kept for a repeated call (T-180).
pub(super) const KEPT: TimeDelta = TimeDelta::days(7);

/// Characters of a key that comes without an account.
const ANONYMOUS_KEY: usize = 16;

/// A use case that changes things: its fields are what the caller asked for, decoded.
pub trait Change: fmt::Debug + Serialize + Send + Sync + 'static {
    /// What the mutation answers with.
    type Row: Guarded;
    /// The mutation's name in the schema.
    const MUTATION: &'static str;
    /// Whether the row is new: then `validateOnly` has nothing to show (T-141).
    const CREATES: bool = false;
    /// Whether it can be asked for without signing in.
    const PUBLIC: bool = false;
    /// Whether it changes who may do what, so that what the viewer holds is read again inside the transaction.
    const GIVES_RIGHTS: bool = false;
    /// The input's field that a refusal names, where whoever acts on behalf of somebody else may not do this (T-73).
    const NOT_ON_BEHALF: Option<&'static str> = None;

    /// Carries it out; may run several times, each in a transaction of its own. Answers with the id of the row.
    fn apply(
        &self,
        tx: &mut WriteTx,
    ) -> impl Future<Output = Result<<Self::Row as Guarded>::Id>> + Send;
}

/// A use case whose answer is more than one row: what [`Change`] is for one that changes a single thing.
pub trait Act: fmt::Debug + Serialize + Send + Sync + 'static {
    /// What is remembered of it, for a call that is repeated (T-180).
    type Answer: Serialize + DeserializeOwned + Send + Sync;
    /// What the caller is shown.
    type Shown: Send + 'static;
    /// The mutation's name in the schema.
    const MUTATION: &'static str;
    /// As for [`Change`].
    const PUBLIC: bool = false;
    /// As for [`Change`].
    const GIVES_RIGHTS: bool = false;
    /// As for [`Change`].
    const NOT_ON_BEHALF: Option<&'static str> = None;
    /// Whether it changes what is there already: then what somebody else has just made under the same key is looked for once more.
    const FINDS_WHAT_IS_TAKEN: bool = false;

    /// Carries it out; may run several times, each in a transaction of its own.
    fn carry_out(&self, tx: &mut WriteTx) -> impl Future<Output = Result<Self::Answer>> + Send;

    /// What the viewer is shown of `answer`, read inside the transaction; also for a call that is repeated.
    fn show(
        tx: &WriteTx,
        answer: Self::Answer,
        validate_only: bool,
    ) -> impl Future<Output = Result<Self::Shown>> + Send;
}

impl<C: Change> Act for C {
    type Answer = <C::Row as Guarded>::Id;
    type Shown = Written<C::Row>;
    const MUTATION: &'static str = <C as Change>::MUTATION;
    const PUBLIC: bool = <C as Change>::PUBLIC;
    const GIVES_RIGHTS: bool = <C as Change>::GIVES_RIGHTS;
    const NOT_ON_BEHALF: Option<&'static str> = <C as Change>::NOT_ON_BEHALF;

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<Self::Answer> {
        self.apply(tx).await
    }

    async fn show(tx: &WriteTx, id: Self::Answer, validate_only: bool) -> Result<Self::Shown> {
        let mut written = tx.written(id).await?;
        if validate_only && C::CREATES {
            written.row = None;
        }
        Ok(written)
    }
}

impl WriteTx {
    /// The row of this id as the viewer would see it if the transaction ended here, and what the change does to effective groups.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn written<E: Guarded>(&self, id: E::Id) -> Result<Written<E>> {
        Ok(Written {
            id,
            row: self.reread(id).await?,
            impact: self.impact().await?,
        })
    }
}

/// What every mutation's input may say beside its own fields.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    pub idempotency_key: Option<String>,
    pub validate_only: bool,
    pub expected_version: Option<i32>,
    /// Whether the answer tells what a change that is only validated would do to effective groups (T-141).
    pub impact: bool,
}

/// What a write came to.
#[derive(Clone, Debug)]
pub struct Written<E: Guarded> {
    pub id: E::Id,
    /// The row as the viewer now sees it: none when it is gone, out of sight, or was only validated as new.
    pub row: Option<Granted<E, View>>,
    /// What it would do to effective groups, where that was asked for and the change was only validated.
    pub impact: Option<Impact>,
}

impl ScopedDb {
    /// Carries out `change` in one transaction: whole, with its history, or not at all.
    ///
    /// It runs in a task of its own, so that a client hanging up neither cancels it nor leaves an open transaction in the pool. What
    /// other transactions make impossible is tried again a few times. A repeated `idempotencyKey` is answered as the first time (T-180);
    /// `validateOnly` rolls back at the end, with the same errors as if it had not.
    ///
    /// # Errors
    /// `Unauthenticated` for an anonymous viewer, unless the change is public; `Invalid` for what the input or the rules refuse, `Unavailable` when other writers
    /// stayed in the way.
    pub async fn write<A: Act>(&self, change: A, terms: Terms) -> Result<A::Shown> {
        if !A::PUBLIC {
            self.signed_in()?;
        }
        if let Some(field) = A::NOT_ON_BEHALF {
            self.not_on_behalf(field)?;
        }
        let scope = self.clone();
        let task = tokio::spawn(async move { scope.try_write(&change, &terms).await });
        task.await
            .map_err(|fault| Error::internal(format!("a write did not finish: {fault}")))?
    }

    /// # Errors
    /// User error `FORBIDDEN` at `field` for whoever acts on behalf of an account (T-73).
    pub fn not_on_behalf(&self, field: &str) -> Result<()> {
        if self.viewer.actor_id().is_none() {
            return Ok(());
        }
        let message = "whoever acts on behalf of an account may not do this";
        Err(Error::invalid(Code::Forbidden, field, message))
    }

    async fn try_write<A: Act>(&self, change: &A, terms: &Terms) -> Result<A::Shown> {
        let key = Key::of(self, change, terms)?;
        let mut wait = FIRST_WAIT;
        for _ in 0..TRIES {
            match self.write_once(change, terms, key.as_ref()).await {
                Err(error)
                    if may_be_tried_again(&error)
                        || (A::FINDS_WHAT_IS_TAKEN && refusal::is_taken(&error)) =>
                {
                    tracing::debug!(mutation = A::MUTATION, "a write is tried again");
                    tokio::time::sleep(wait + jitter(wait)).await;
                    wait *= 2;
                }
                Err(error) => return Err(refusal::as_user_error(error)),
                done => return done,
            }
        }
        Err(Error::Unavailable)
    }

    async fn write_once<A: Act>(
        &self,
        change: &A,
        terms: &Terms,
        key: Option<&Key>,
    ) -> Result<A::Shown> {
        let turn = self.db.turn().await?;
        let mut tx = WriteTx::new(turn, self.clone(), terms.expected_version);
        if terms.validate_only && terms.impact {
            tx.watch = Watch::Asked;
        }
        match Self::answer(change, terms, key, &mut tx).await {
            Ok(written) if terms.validate_only => {
                tx.roll_back().await?;
                Ok(written)
            }
            Ok(written) => {
                tx.commit(A::MUTATION).await?;
                Ok(written)
            }
            Err(error) => match tx.roll_back().await {
                Ok(()) => Err(error),
                // What it was refused for may never have been.
                Err(fault) if may_be_tried_again(&fault) => Err(fault),
                Err(fault) => {
                    // Why nothing was written is what the caller must learn; a connection that cannot even roll back is closed.
                    tracing::warn!(mutation = A::MUTATION, %fault, "a refused write was not rolled back");
                    Err(error)
                }
            },
        }
    }

    async fn answer<A: Act>(
        change: &A,
        terms: &Terms,
        key: Option<&Key>,
        tx: &mut WriteTx,
    ) -> Result<A::Shown> {
        if A::GIVES_RIGHTS {
            tx.reread_rights().await?;
        }
        if let Some(key) = key
            && let Some(answer) = key.first_answer::<A>(tx).await?
        {
            return A::show(tx, answer, terms.validate_only).await;
        }
        let answer = change.carry_out(tx).await?;
        if let Some(key) = key {
            key.remember::<A>(tx, &answer).await?;
        }
        A::show(tx, answer, terms.validate_only).await
    }
}

/// An idempotency key with what it was used for.
struct Key {
    owner: String,
    text: String,
    input_hash: String,
}

impl Key {
    fn of<A: Act>(scope: &ScopedDb, change: &A, terms: &Terms) -> Result<Option<Self>> {
        let Some(key) = terms
            .idempotency_key
            .clone()
            .filter(|_| !terms.validate_only)
        else {
            return Ok(None);
        };
        let rule = crate::text::Rule::identifier("idempotencyKey", crate::text::SHORT);
        let key = rule
            .apply(Some(key))
            .map_err(|mistake| Error::Invalid(vec![mistake]))?;
        let key = key.ok_or_else(|| {
            Error::invalid(
                Code::Invalid,
                "idempotencyKey",
                "idempotencyKey may not be empty",
            )
        })?;
        // Both forms: the serialized one has everything but takes an absent field for a null one, the other tells these two apart.
        let told_apart = format!("{change:?}");
        let input = serde_json::to_vec(&(change, told_apart, terms.expected_version))
            .map_err(Error::internal)?;
        let input_hash = hex(&Sha256::digest(input));
        let owner = match scope.viewer.account_id() {
            Some(account) => account.to_string(),
            // A key without an account belongs to what was asked, and must be beyond guessing (T-144).
            None if key.chars().count() < ANONYMOUS_KEY => {
                let message =
                    format!("without signing in, idempotencyKey needs {ANONYMOUS_KEY} characters");
                return Err(Error::invalid(Code::Invalid, "idempotencyKey", message));
            }
            None => format!("{} {input_hash}", A::MUTATION),
        };
        Ok(Some(Self {
            owner,
            text: key,
            input_hash,
        }))
    }

    /// What the first call with this key was answered with.
    async fn first_answer<A: Act>(&self, tx: &WriteTx) -> Result<Option<A::Answer>> {
        let oldest = tx.now() - KEPT;
        idempotency_key::Entity::delete_many()
            .filter(idempotency_key::Column::CreatedAt.lt(oldest))
            .exec(tx.connection())
            .await?;
        #[expect(
            clippy::disallowed_methods,
            reason = "keys belong to their account alone"
        )]
        let found = idempotency_key::Entity::find_by_id((self.owner.clone(), self.text.clone()))
            .one(tx.connection())
            .await?;
        let Some(first) = found else {
            self.reserve::<A>(tx).await?;
            return Ok(None);
        };
        if first.mutation != A::MUTATION || first.input_hash != self.input_hash {
            let message = "this idempotencyKey was used for another mutation or another input";
            return Err(Error::invalid(
                Code::IdempotencyMismatch,
                "idempotencyKey",
                message,
            ));
        }
        serde_json::from_value(first.answer)
            .map(Some)
            .map_err(Error::internal)
    }

    /// Takes the key before anything is done. A second call with it waits here until the first has ended, and then, refused, tries again
    /// and finds the answer: later on it could trip over what the first one made, such as a unique name.
    async fn reserve<A: Act>(&self, tx: &WriteTx) -> Result<()> {
        let row = idempotency_key::ActiveModel {
            owner: Set(self.owner.clone()),
            key: Set(self.text.clone()),
            mutation: Set(A::MUTATION.to_owned()),
            input_hash: Set(self.input_hash.clone()),
            answer: Set(serde_json::Value::Null),
            created_at: Set(tx.now()),
        };
        idempotency_key::Entity::insert(row)
            .exec_without_returning(tx.connection())
            .await?;
        Ok(())
    }

    async fn remember<A: Act>(&self, tx: &WriteTx, answer: &A::Answer) -> Result<()> {
        let row = idempotency_key::ActiveModel {
            owner: Unchanged(self.owner.clone()),
            key: Unchanged(self.text.clone()),
            answer: Set(serde_json::to_value(answer).map_err(Error::internal)?),
            ..Default::default()
        };
        idempotency_key::Entity::update(row)
            .exec(tx.connection())
            .await?;
        Ok(())
    }
}

/// Whether nothing has happened, and nothing says that it would be so the next time.
fn may_be_tried_again(error: &Error) -> bool {
    refusal::is_transient(error) || lane::is_lost(error)
}

/// Up to half of `wait`, so that writers that collided do not meet again.
fn jitter(wait: Duration) -> Duration {
    wait.mul_f64(rand::random_range(0.0..0.5))
}
