//! What an entity must state before a request can reach its rows.

use super::place::Way;
use super::{Permission, Viewer};
use entity::reading::Placed;
use sea_orm::sea_query::{Expr, ValueType};
use sea_orm::{
    Condition, DbBackend, EntityTrait, IntoActiveModel, ModelTrait, TryIntoModel, Value,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Display;
use std::hash::Hash;
use std::str::FromStr;

/// What one may want to do with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    View,
    Create,
    Edit,
    Delete,
}

/// An entity with a stated access rule. Without this impl no request can read it.
pub trait Guarded:
    EntityTrait<
        Model: ModelTrait<Entity = Self>
                   + Placed
                   + IntoActiveModel<Self::ActiveModel>
                   + PartialEq
                   + Serialize
                   + Sync,
        ActiveModel: TryIntoModel<<Self as EntityTrait>::Model> + Send,
    >
{
    /// The type of its ids.
    type Id: Copy
        + Eq
        + Hash
        + Ord
        + Display
        + FromStr
        + Into<Value>
        + ValueType
        + Serialize
        + DeserializeOwned
        + Send
        + Sync
        + 'static;
    /// Its name, as in global ids, the history and messages.
    const KIND: &'static str;
    /// The column that holds the id.
    const ID: Self::Column;

    /// The id of a row.
    fn id_of(row: &Self::Model) -> Self::Id;

    /// The permission that `action` needs; none where signing in is enough.
    fn permission(action: Action) -> Option<Permission>;

    /// The rows on which `viewer` may carry out `action`: a condition that holds as a whole, so that more can be added to it. For an
    /// anonymous viewer this is never asked: they reach no rows.
    fn reached(viewer: &Viewer, action: Action, engine: DbBackend) -> Condition;

    /// The organization at which the right to see a row is asked for, as an expression over the row, where `reached` asks for it there and
    /// nowhere else: then rows can be told apart by the tree in memory as well ([`Self::is_own`] aside).
    #[must_use]
    fn place() -> Option<Expr> {
        None
    }

    /// Whether `viewer` sees the row because it is its own, wherever it lies.
    #[must_use]
    fn is_own(_viewer: &Viewer, _id: Self::Id) -> bool {
        false
    }

    /// Whether nothing is left of the row but its id: then it is neither changed nor referred to any more.
    #[must_use]
    fn is_erased(_row: &Self::Model) -> bool {
        false
    }

    /// The same rows as `reached` tells for viewing, in the form that `way` asks for: for lists of the whole table.
    #[must_use]
    fn listed(viewer: &Viewer, _way: Way, engine: DbBackend) -> Condition {
        Self::reached(viewer, Action::View, engine)
    }
}

/// An entity whose rows count their changes.
pub trait Versioned: Guarded {
    const VERSION: Self::Column;
    const UPDATED_AT: Self::Column;

    /// The version of a row: 1 when made, one more with every change (T-114).
    fn version_of(row: &Self::Model) -> i32;
}
