//! The outbox from the other side: which letter is due, to whom it goes, and what became of it.
//!
//! A letter is taken by moving its time ahead, so that two servers never send one at the same time; when its server dies, it is due again
//! after [`LEASE`]. The token that a letter carries is made only now, so that the database never holds it.

use super::SystemDb;
use crate::access::outbox::ClaimedOrder;
use crate::access::token::{Token, TokenKind};
use crate::error::Result;
use crate::text::sort_key;
use chrono::{DateTime, TimeDelta, Utc};
use entity::account_token::Purpose;
use entity::ids::{AccountId, AccountTokenId, MailId, OrderId, OrderTokenId};
use entity::mail::Kind;
use entity::{account, account_token, mail, order_token, sales_order};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, FromQueryResult,
    PaginatorTrait, QueryFilter, QuerySelect, Set, Statement,
};

/// How long whoever takes a letter has for sending it.
const LEASE: TimeDelta = TimeDelta::minutes(2);
/// Letters of one kind that go to one address within an hour; more are dropped without a word.
const PER_HOUR: u64 = 3;
/// How long a confirmation can be waited for.
const CONFIRM_WITHIN: TimeDelta = TimeDelta::days(2);
/// How long somebody who was invited may take to set a password; after that they ask for another letter.
const INVITED_WITHIN: TimeDelta = TimeDelta::days(7);
/// How long a token to claim an order is good.
const CLAIM_WITHIN: TimeDelta = TimeDelta::days(2);

/// A letter that is due.
#[derive(Debug)]
pub struct Due {
    pub id: MailId,
    pub kind: Kind,
    pub recipient: String,
    pub login: String,
    /// The number of the order that it tells of.
    pub order: Option<String>,
    /// What it carries, and until when that is good.
    pub token: Option<(Token, DateTime<Utc>)>,
    /// How often sending was begun, this time included.
    pub attempts: i32,
}

impl SystemDb {
    /// Takes the next letter that is due. Letters that go to nobody are dropped on the way.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn next_letter(&self, reset_within: TimeDelta) -> Result<Option<Due>> {
        while let Some(row) = self.take_letter().await? {
            let id = row.id;
            match self.addressed(row, reset_within).await? {
                Some(due) => return Ok(Some(due)),
                None => self.drop_letter(id).await?,
            }
        }
        Ok(None)
    }

    async fn take_letter(&self) -> Result<Option<mail::Model>> {
        let lock = match self.db.engine() {
            DbBackend::Postgres => "FOR UPDATE SKIP LOCKED",
            _ => "",
        };
        let sql = format!(
            "UPDATE mail SET attempts = attempts + 1, due_at = $1 WHERE id = (
               SELECT id FROM mail WHERE sent_at IS NULL AND due_at <= $2 ORDER BY due_at, id LIMIT 1 {lock}
             ) RETURNING *"
        );
        let now = self.clock.now();
        let values = [(now + LEASE).into(), now.into()];
        let taken = Statement::from_sql_and_values(self.db.engine(), sql, values);
        match self.db.writer().query_one_raw(taken).await? {
            Some(row) => Ok(Some(mail::Model::from_query_result(&row, "")?)),
            None => Ok(None),
        }
    }

    /// Finds out to whom a letter goes, and makes its token. `None` when it goes to nobody.
    async fn addressed(&self, row: mail::Model, reset_within: TimeDelta) -> Result<Option<Due>> {
        let tx = self.db.begin().await?;
        let due = self.addressed_within(&tx, row, reset_within).await?;
        tx.commit().await?;
        Ok(due)
    }

    async fn addressed_within(
        &self,
        tx: &DatabaseTransaction,
        row: mail::Model,
        reset_within: TimeDelta,
    ) -> Result<Option<Due>> {
        let Some(account) = account_of(tx, &row).await? else {
            return Ok(None);
        };
        let order = self.order_told_of(tx, &row).await?;
        let recipient = match row.kind {
            Kind::SignInChanged => row.recipient.clone(),
            // Whoever reads the mail of the order decides who gets it (T-64).
            Kind::OrderClaim => order.as_ref().and_then(|order| order.contact_email.clone()),
            // The one of now, also when it was tried with another one before.
            _ => account.email.clone(),
        };
        let Some(recipient) = recipient.filter(|_| account.active) else {
            return Ok(None);
        };
        if self.has_enough(tx, &row, &recipient).await? {
            return Ok(None);
        }
        let within = match row.kind {
            Kind::PasswordReset => Some((TokenKind::Reset, Purpose::Reset, reset_within)),
            Kind::Invitation if account.password_hash.is_some() => return Ok(None),
            Kind::Invitation => Some((TokenKind::Reset, Purpose::Reset, INVITED_WITHIN)),
            Kind::RegistrationConfirm if !account.awaits_confirmation => return Ok(None),
            Kind::RegistrationConfirm => {
                Some((TokenKind::Confirm, Purpose::Confirm, CONFIRM_WITHIN))
            }
            Kind::LoginTaken
            | Kind::PasswordChanged
            | Kind::SignInChanged
            | Kind::OrderClaim
            | Kind::OrderLoginTaken => None,
        };
        let token = match within {
            Some((kind, purpose, lasting)) => {
                let until = self.clock.now() + lasting;
                let token = Token::fresh(kind);
                self.keep_token(tx, account.id, purpose, &token, until, &row)
                    .await?;
                Some((token, until))
            }
            None => match &order {
                Some(order) if row.kind == Kind::OrderClaim => {
                    Some(self.keep_claim(tx, account.id, order.id).await?)
                }
                _ => None,
            },
        };
        Ok(Some(Due {
            id: row.id,
            kind: row.kind,
            recipient,
            login: account.login,
            order: order.map(|order| order.number),
            token,
            attempts: row.attempts,
        }))
    }

    /// The order that a letter is about. One that somebody wants to claim is looked up only now: it was placed without signing in, by somebody
    /// who gave that address, and nobody has claimed it.
    #[expect(clippy::disallowed_methods, reason = "letters have no viewer")]
    async fn order_told_of(
        &self,
        tx: &DatabaseTransaction,
        row: &mail::Model,
    ) -> Result<Option<sales_order::Model>> {
        if row.kind != Kind::OrderClaim {
            return match row.order_id {
                Some(order) => Ok(sales_order::Entity::find_by_id(order).one(tx).await?),
                None => Ok(None),
            };
        }
        let asked: Option<ClaimedOrder> = row
            .registration
            .clone()
            .and_then(|asked| serde_json::from_value(asked).ok());
        let Some(asked) = asked else { return Ok(None) };
        let found = sales_order::Entity::find()
            .filter(sales_order::Column::Number.eq(&asked.number))
            .filter(sales_order::Column::ContactId.is_null())
            .filter(sales_order::Column::CustomerId.is_null())
            .filter(sales_order::Column::AccountId.is_null())
            .one(tx)
            .await?;
        Ok(found.filter(|order| {
            let address = order.contact_email.as_deref().map(sort_key);
            address.is_some_and(|address| address == asked.email_key)
        }))
    }

    /// Keeps the hash of a token by which `account` claims an order.
    async fn keep_claim(
        &self,
        tx: &DatabaseTransaction,
        account: AccountId,
        order: OrderId,
    ) -> Result<(Token, DateTime<Utc>)> {
        let (token, until) = (
            Token::fresh(TokenKind::Claim),
            self.clock.now() + CLAIM_WITHIN,
        );
        let row = order_token::ActiveModel {
            id: Set(OrderTokenId(self.clock.id())),
            order_id: Set(order),
            purpose: Set(order_token::Purpose::Claim),
            token_hash: Set(token.hash()),
            account_id: Set(Some(account)),
            created_at: Set(self.clock.now()),
            expires_at: Set(Some(until)),
        };
        order_token::Entity::insert(row)
            .exec_without_returning(tx)
            .await?;
        Ok((token, until))
    }

    /// Whether an address got as many letters as anybody may cause; else this one counts from now on, sent or on its way. What an account is
    /// told of its own changes is not counted.
    async fn has_enough(
        &self,
        tx: &DatabaseTransaction,
        row: &mail::Model,
        recipient: &str,
    ) -> Result<bool> {
        if matches!(row.kind, Kind::PasswordChanged | Kind::SignInChanged) {
            return Ok(false);
        }
        let lately = mail::Column::SentAt
            .gt(self.clock.now() - TimeDelta::hours(1))
            .or(mail::Column::SentAt.is_null());
        #[expect(clippy::disallowed_methods, reason = "letters have no viewer")]
        let others = mail::Entity::find()
            .filter(mail::Column::Recipient.eq(recipient))
            .filter(mail::Column::Kind.eq(row.kind))
            .filter(mail::Column::Id.ne(row.id))
            .filter(lately)
            .count(tx)
            .await?;
        if others >= PER_HOUR {
            return Ok(true);
        }
        mail::Entity::update_many()
            .col_expr(mail::Column::Recipient, Expr::value(recipient))
            .filter(mail::Column::Id.eq(row.id))
            .exec(tx)
            .await?;
        Ok(false)
    }

    /// Keeps the hash of a token. The newest one to set a password is the only one that counts (T-71); of those that confirm a registration
    /// each brings the password that was chosen with it.
    async fn keep_token(
        &self,
        tx: &DatabaseTransaction,
        account: AccountId,
        purpose: Purpose,
        token: &Token,
        until: DateTime<Utc>,
        letter: &mail::Model,
    ) -> Result<()> {
        if purpose == Purpose::Reset {
            account_token::Entity::delete_many()
                .filter(account_token::Column::AccountId.eq(account))
                .filter(account_token::Column::Purpose.eq(purpose))
                .exec(tx)
                .await?;
        }
        let row = account_token::ActiveModel {
            id: Set(AccountTokenId(self.clock.id())),
            account_id: Set(account),
            purpose: Set(purpose),
            token_hash: Set(token.hash()),
            password_hash: Set(letter.password_hash.clone()),
            registration: Set(letter.registration.clone()),
            created_at: Set(self.clock.now()),
            expires_at: Set(until),
        };
        account_token::Entity::insert(row)
            .exec_without_returning(tx)
            .await?;
        Ok(())
    }

    /// A letter was sent, and never will be again.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn letter_sent(&self, due: &Due) -> Result<()> {
        let row = mail::ActiveModel {
            recipient: Set(Some(due.recipient.clone())),
            login_key: Set(None),
            password_hash: Set(None),
            registration: Set(None),
            sent_at: Set(Some(self.clock.now())),
            ..Default::default()
        };
        mail::Entity::update_many()
            .set(row)
            .filter(mail::Column::Id.eq(due.id))
            .exec(self.db.writer())
            .await?;
        Ok(())
    }

    /// A letter could not be sent, and is due again at `at`.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn letter_waits(&self, id: MailId, at: DateTime<Utc>) -> Result<()> {
        let row = mail::ActiveModel {
            due_at: Set(at),
            ..Default::default()
        };
        mail::Entity::update_many()
            .set(row)
            .filter(mail::Column::Id.eq(id))
            .exec(self.db.writer())
            .await?;
        Ok(())
    }

    /// A letter is not sent at all.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn drop_letter(&self, id: MailId) -> Result<()> {
        mail::Entity::delete_many()
            .filter(mail::Column::Id.eq(id))
            .exec(self.db.writer())
            .await?;
        Ok(())
    }
}

/// The account that a letter is about, locked: of two letters at the same time the second one sees what the first one left.
async fn account_of(tx: &DatabaseTransaction, row: &mail::Model) -> Result<Option<account::Model>> {
    let is_it = match (&row.account_id, &row.login_key) {
        (Some(id), _) => account::Column::Id.eq(*id),
        (None, Some(login_key)) => account::Column::LoginKey.eq(login_key),
        (None, None) => return Ok(None),
    };
    #[expect(clippy::disallowed_methods, reason = "letters have no viewer")]
    Ok(account::Entity::find()
        .filter(is_it)
        .lock_exclusive()
        .one(tx)
        .await?)
}
