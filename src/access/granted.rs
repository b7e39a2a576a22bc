//! Rows with the proof of a right on them.

use super::guarded::{Action, Guarded};
use sea_orm::EntityTrait;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

/// A right, as a type.
pub trait Right: Send + Sync + 'static {
    /// What it lets one do.
    const ACTION: Action;
}

/// A right that lets one change the row.
pub trait Writes: Right {}

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident => $action:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Right for $name {
            const ACTION: Action = Action::$action;
        }
    )+};
}

rights! {
    /// The row may be seen.
    View => View,
    /// The row may be made.
    Create => Create,
    /// The row may be changed.
    Edit => Edit,
    /// The row may be deleted.
    Delete => Delete,
    /// The row changes because another row did, whose change was allowed: no right on this one is asked for.
    Consequence => View,
}

impl Writes for Edit {}
impl Writes for Delete {}
impl Writes for Consequence {}

/// A row of `E` on which the viewer holds the right `R`. Only `access` makes one. Clones share the row.
#[derive(Debug)]
pub struct Granted<E: EntityTrait, R: Right = View>(Arc<E::Model>, PhantomData<R>);

impl<E: EntityTrait, R: Right> Granted<E, R> {
    pub(super) fn new(model: E::Model) -> Self {
        Self(Arc::new(model), PhantomData)
    }

    /// The same row, held with another right.
    pub(super) fn seen<O: Right>(other: &Granted<E, O>) -> Self {
        Self(Arc::clone(&other.0), PhantomData)
    }

    pub(super) fn into_model(self) -> E::Model {
        Arc::unwrap_or_clone(self.0)
    }
}

impl<E: Guarded, R: Right> Granted<E, R> {
    /// The row's id.
    #[must_use]
    pub fn id(&self) -> E::Id {
        E::id_of(&self.0)
    }
}

impl<E: EntityTrait, R: Right> Clone for Granted<E, R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0), PhantomData)
    }
}

impl<E: EntityTrait, R: Right> Deref for Granted<E, R> {
    type Target = E::Model;

    fn deref(&self) -> &E::Model {
        &self.0
    }
}
