//! Acting on behalf of an account (T-73).

use super::place_of;
use crate::access::{Change, Permission, Token, WriteTx};
use crate::error::{Code, Error, Result};
use chrono::TimeDelta;
use entity::account;
use entity::ids::AccountId;
use serde::Serialize;

/// How long one can act on behalf of an account before asking again.
pub const ON_BEHALF_FOR: TimeDelta = TimeDelta::hours(1);

/// Opens a session in which the viewer is the account, and the history names both. Needs ACCOUNT_SIGN_IN_ON_BEHALF over the account and every
/// right that it holds beyond OWN (T-196); looked at again with every request.
#[derive(Debug, Serialize)]
pub struct SignInOnBehalf {
    pub id: AccountId,
    #[serde(skip)]
    pub token: Token,
}

impl Change for SignInOnBehalf {
    type Row = account::Entity;
    const MUTATION: &'static str = "accountSignInOnBehalf";
    const GIVES_RIGHTS: bool = true;
    const NOT_ON_BEHALF: Option<&'static str> = Some("id");

    async fn apply(&self, tx: &mut WriteTx) -> Result<AccountId> {
        let row = tx.affected::<account::Entity>(self.id, "id").await?;
        let place = place_of(tx, &row).await?;
        tx.require(Permission::AccountSignInOnBehalf, place, "id")
            .await?;
        let actor = tx.viewer().account_id().ok_or(Error::Unauthenticated)?;
        if actor == self.id {
            return Err(Error::invalid(
                Code::Invalid,
                "id",
                "this is your own account",
            ));
        }
        if !row.active || !row.approved {
            let message = "the account is not in use: nobody can sign in with it";
            return Err(Error::invalid(Code::Invalid, "id", message));
        }
        tx.require_all_beyond_own_of(self.id, "id").await?;
        tx.open_session(self.id, Some(actor), &self.token, ON_BEHALF_FOR)
            .await?;
        tx.record(&row);
        Ok(self.id)
    }
}
