//! Ids that name their kind: `organization:0190f3a2-...`, `customerGroup:3`.
//!
//! Decoding only tells the kind and the number; whether there is such a row, and for whom, is for `access` to say.

use crate::access::Guarded;
use crate::error::{Error, Result};
use async_graphql::{ID, MaybeUndefined};
use std::fmt::Write as _;

/// Characters of a UUID, the longest that comes after a kind.
const LONGEST_OWN: usize = 36;

/// The global id of a row of `E`.
#[must_use]
pub fn encode<E: Guarded>(id: E::Id) -> ID {
    let mut text = String::with_capacity(E::KIND.len() + 1 + LONGEST_OWN);
    text.push_str(E::KIND);
    text.push(':');
    // Writing into a String does not fail.
    let _ = write!(text, "{id}");
    ID(text)
}

/// The id of a row of `E`.
///
/// # Errors
/// `BadRequest` for an id of another kind or a garbled one (T-170).
pub fn decode<E: Guarded>(id: &ID) -> Result<E::Id> {
    let refused = || {
        Error::BadRequest(format!(
            "this is not the id of a {}: ids look like \"{}:...\"",
            E::KIND,
            E::KIND
        ))
    };
    let (kind, own) = id.split_once(':').ok_or_else(refused)?;
    if kind != E::KIND {
        return Err(refused());
    }
    own.parse().map_err(|_| refused())
}

/// The ids of several rows of `E`, in the order given.
///
/// # Errors
/// `BadRequest` for the first that is of another kind or garbled.
pub fn decode_all<E: Guarded>(ids: &[ID]) -> Result<Vec<E::Id>> {
    ids.iter().map(decode::<E>).collect()
}

/// An optional id.
///
/// # Errors
/// As [`decode`].
pub fn decode_optional<E: Guarded>(id: Option<&ID>) -> Result<Option<E::Id>> {
    id.map(decode::<E>).transpose()
}

/// An id that may be left out (`Undefined`) or cleared (`Null`).
///
/// # Errors
/// As [`decode`].
pub fn decode_maybe<E: Guarded>(id: &MaybeUndefined<ID>) -> Result<MaybeUndefined<E::Id>> {
    Ok(match id {
        MaybeUndefined::Undefined => MaybeUndefined::Undefined,
        MaybeUndefined::Null => MaybeUndefined::Null,
        MaybeUndefined::Value(id) => MaybeUndefined::Value(decode::<E>(id)?),
    })
}

/// The kind that an id names, before anything else is known of it.
#[must_use]
pub fn kind(id: &ID) -> &str {
    id.split_once(':').map_or("", |(kind, _)| kind)
}
