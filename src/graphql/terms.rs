//! What every mutation's input says beside its own fields.

use crate::access::{Guarded, Terms, Written};
use crate::error::{Code, Error, Mistakes, Result, UserError};
use async_graphql::{Context, ID, MaybeUndefined};

/// The part of an input that makes a call repeatable and testable.
#[derive(Clone, Debug, async_graphql::InputObject)]
pub struct CreateTerms {
    /// A key of your own making, at most 255 characters: repeating the call with the same key and input carries it out once and answers the same. Kept 7 days.
    pub idempotency_key: Option<String>,
    /// Check everything and change nothing: the answer has the userErrors that the real call would have.
    #[graphql(default = false)]
    pub validate_only: bool,
}

/// The same for a change of something that exists.
#[derive(Clone, Debug, async_graphql::InputObject)]
pub struct ChangeTerms {
    /// A key of your own making, at most 255 characters: repeating the call with the same key and input carries it out once and answers the same. Kept 7 days.
    pub idempotency_key: Option<String>,
    /// Check everything and change nothing: the answer shows the thing's own fields and relations as they would be (what hangs below or is counted stays as it is), with the userErrors that the real call would have.
    #[graphql(default = false)]
    pub validate_only: bool,
    /// The version that you have seen; the change is refused as STALE when the thing has another one by now.
    pub expected_version: Option<i32>,
}

impl From<CreateTerms> for Terms {
    fn from(terms: CreateTerms) -> Self {
        Self {
            idempotency_key: terms.idempotency_key,
            validate_only: terms.validate_only,
            expected_version: None,
            impact: false,
        }
    }
}

impl From<ChangeTerms> for Terms {
    fn from(terms: ChangeTerms) -> Self {
        Self {
            idempotency_key: terms.idempotency_key,
            validate_only: terms.validate_only,
            expected_version: terms.expected_version,
            impact: false,
        }
    }
}

impl ChangeTerms {
    /// These terms for a mutation whose payload has the field `impact`: it costs something only where it is selected.
    #[must_use]
    pub fn with_impact(self, ctx: &Context<'_>) -> Terms {
        Terms {
            impact: ctx.look_ahead().field("impact").exists(),
            ..self.into()
        }
    }
}

/// What a payload is made of.
pub struct Outcome<E: Guarded> {
    /// What was written; none when it was refused.
    pub written: Option<Written<E>>,
    pub user_errors: Vec<UserError>,
}

/// Separates what a client can mend, which belongs into the payload, from what it cannot.
///
/// # Errors
/// Everything but [`Error::Invalid`].
pub fn or_user_errors<E: Guarded>(written: Result<Written<E>>) -> Result<Outcome<E>> {
    match written {
        Ok(written) => Ok(Outcome {
            written: Some(written),
            user_errors: Vec::new(),
        }),
        Err(Error::Invalid(user_errors)) => Ok(Outcome {
            written: None,
            user_errors,
        }),
        Err(other) => Err(other),
    }
}

impl<E: Guarded> Outcome<E> {
    /// The row as it is now, where the viewer may see it.
    #[must_use]
    pub fn row(&self) -> Option<crate::access::Granted<E>> {
        self.written
            .as_ref()
            .and_then(|written| written.row.clone())
    }

    /// The id of what was deleted.
    #[must_use]
    pub fn deleted_id(&self) -> Option<ID> {
        self.written
            .as_ref()
            .map(|written| super::global_id::encode::<E>(written.id))
    }

    /// Whether the change took the row out of the viewer's sight (T-111).
    #[must_use]
    pub fn removed_from_view(&self) -> bool {
        self.written
            .as_ref()
            .is_some_and(|written| written.row.is_none())
    }
}

/// An input field that must be given although null has a meaning of its own (T-176).
///
/// # Errors
/// User error `REQUIRED` when it is absent.
pub fn given<T>(field: &str, value: MaybeUndefined<T>) -> Result<Option<T>> {
    match value {
        MaybeUndefined::Undefined => Err(Error::invalid(
            Code::Required,
            field,
            format!("{field} must be given; null has a meaning of its own"),
        )),
        MaybeUndefined::Null => Ok(None),
        MaybeUndefined::Value(value) => Ok(Some(value)),
    }
}

/// A field of an update after checking: left alone, or set to a value or to nothing.
pub type Patch<T> = Option<Option<T>>;

/// Turns the three states of an input field into a patch, checked by `check`.
pub fn patch<T, U>(
    mistakes: &mut Mistakes,
    value: MaybeUndefined<T>,
    check: impl FnOnce(Option<T>) -> Result<Option<U>, UserError>,
) -> Patch<U> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(mistakes.check(check(None))),
        MaybeUndefined::Value(value) => Some(mistakes.check(check(Some(value)))),
    }
}
