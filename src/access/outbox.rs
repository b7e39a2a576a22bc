//! Letters to be sent, put down in the transaction of what they tell of.

use super::write_tx::WriteTx;
use crate::error::Result;
use entity::ids::{AccountId, MailId, OrderId};
use entity::mail::{self, Kind};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set, Statement};
use serde::{Deserialize, Serialize};

/// The order that somebody asks to claim, as they know it; whether there is such an order is looked up only when the letter goes out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClaimedOrder {
    pub number: String,
    /// The folded address.
    pub email_key: String,
}

/// A letter before it has an id and a time.
#[derive(Clone, Debug)]
pub struct Note {
    pub kind: Kind,
    /// The login that was asked for, where nobody has looked yet whether there is such an account.
    pub login_key: Option<String>,
    pub account: Option<AccountId>,
    /// Where it goes; `None` for the address that the account has when it goes out.
    pub recipient: Option<String>,
    /// The registration to be confirmed: its password, hashed, and what else it said.
    pub password_hash: Option<String>,
    pub registration: Option<serde_json::Value>,
    /// The order that it tells of.
    pub order: Option<OrderId>,
}

impl Note {
    /// To the address of `account`.
    #[must_use]
    pub fn about(kind: Kind, account: AccountId) -> Self {
        Self {
            kind,
            login_key: None,
            account: Some(account),
            recipient: None,
            password_hash: None,
            registration: None,
            order: None,
        }
    }
}

impl WriteTx {
    /// Puts a letter into the outbox.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn post(&mut self, note: Note) -> Result<()> {
        let row = mail::ActiveModel {
            id: Set(MailId(self.fresh_id())),
            kind: Set(note.kind),
            login_key: Set(note.login_key),
            account_id: Set(note.account),
            recipient: Set(note.recipient),
            password_hash: Set(note.password_hash),
            registration: Set(note.registration),
            order_id: Set(note.order),
            attempts: Set(0),
            created_at: Set(self.now()),
            due_at: Set(self.now()),
            sent_at: Set(None),
        };
        mail::Entity::insert(row)
            .exec_without_returning(self.connection())
            .await?;
        self.has_posted();
        Ok(())
    }

    /// How many letters wait to be sent.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn waiting_mail(&mut self) -> Result<i64> {
        let sql = "SELECT count(*) FROM mail WHERE sent_at IS NULL";
        let asked = Statement::from_string(self.engine(), sql);
        match self.connection().query_one_raw(asked).await? {
            Some(row) => Ok(row.try_get_by_index(0)?),
            None => Ok(0),
        }
    }

    /// Takes back what is to be sent about an account that goes.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn withdraw_mail(&mut self, account: AccountId) -> Result<()> {
        mail::Entity::delete_many()
            .filter(mail::Column::AccountId.eq(account))
            .exec(self.connection())
            .await?;
        Ok(())
    }
}
