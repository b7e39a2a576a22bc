//! What a change asks for beside the rows that it holds: versions, rights over places, and over many rows at once.

use super::granted::{Granted, Right};
use super::guarded::{Action, Guarded, Versioned};
use super::scoped_db::reaches;
use super::write_tx::WriteTx;
use super::{Permission, Place, page};
use crate::error::{Code, Error, Result};
use sea_orm::Condition;
use sea_orm::sea_query::IntoCondition;

impl WriteTx {
    /// # Errors
    /// User error `STALE` at `expectedVersion` when the caller expects another version of `row`.
    pub fn expect_version<E: Versioned, R: Right>(&self, row: &Granted<E, R>) -> Result<()> {
        let version = E::version_of(row);
        match self.expected_version() {
            Some(expected) if expected != version => {
                let message = format!("the {} is at version {version}, not {expected}", E::KIND);
                Err(Error::invalid(Code::Stale, "expectedVersion", message))
            }
            _ => Ok(()),
        }
    }

    /// The same for a row that only comes and goes: it is at version 1 for as long as it is there.
    ///
    /// # Errors
    /// User error `STALE` at `expectedVersion`.
    pub fn expect_unchanged(&self) -> Result<()> {
        match self.expected_version() {
            None | Some(1) => Ok(()),
            Some(expected) => {
                let message = format!("this is at version 1, not {expected}");
                Err(Error::invalid(Code::Stale, "expectedVersion", message))
            }
        }
    }

    /// The same where nothing is there yet: whoever expects a version has seen something that is gone.
    ///
    /// # Errors
    /// User error `STALE` at `expectedVersion` when the caller expects any.
    pub fn expect_none(&self, kind: &str) -> Result<()> {
        match self.expected_version() {
            None => Ok(()),
            Some(expected) => {
                let message = format!("there is no such {kind} at version {expected}");
                Err(Error::invalid(Code::Stale, "expectedVersion", message))
            }
        }
    }

    /// # Errors
    /// User error `FORBIDDEN` at `field` unless `permission` reaches `place`.
    pub async fn require(
        &mut self,
        permission: Permission,
        place: Place,
        field: &str,
    ) -> Result<()> {
        if reaches(self.connection(), self.viewer(), permission, place).await? {
            Ok(())
        } else {
            Err(Error::invalid(
                Code::Forbidden,
                field,
                format!("this needs the permission {permission}"),
            ))
        }
    }

    /// How many rows satisfy `condition`, hidden ones too: for refusing to delete what is in use.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn uses<E: Guarded>(&mut self, condition: impl IntoCondition) -> Result<i64> {
        page::count::<E>(self.connection(), condition.into_condition()).await
    }

    /// Whether the viewer may carry out `action` on every row that satisfies `condition`.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn reaches_all<E: Guarded>(
        &mut self,
        condition: impl IntoCondition,
        action: Action,
    ) -> Result<bool> {
        let condition = condition.into_condition();
        let reached = E::reached(self.viewer(), action, self.engine());
        let all = page::count::<E>(self.connection(), condition.clone()).await?;
        Ok(all
            == page::count::<E>(
                self.connection(),
                Condition::all().add(condition).add(reached),
            )
            .await?)
    }
}

/// What was erased is neither changed nor referred to (T-213).
pub(super) fn not_erased<E: Guarded>(row: &E::Model, field: &str) -> Result<()> {
    if E::is_erased(row) {
        let message = format!("the {} was erased", E::KIND);
        return Err(Error::invalid(Code::Invalid, field, message));
    }
    Ok(())
}

/// Why a visible row may not be changed (T-38).
pub(super) fn forbidden<E: Guarded>(action: Action, field: &str) -> Error {
    let message = E::permission(action).map_or_else(
        || "you may not do this".to_owned(),
        |permission| format!("this needs the permission {permission}"),
    );
    Error::invalid(Code::Forbidden, field, message)
}
