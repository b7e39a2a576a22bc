//! Sessions and the tokens that come by mail, inside the transaction of the change that they belong to.

use super::attempts::budget_key;
use super::scoped_db::ScopedDb;
use super::token::Token;
use super::write_tx::WriteTx;
use super::{authenticate, viewer_of};
use crate::error::{Error, Result};
use chrono::{DateTime, TimeDelta, Utc};
use entity::account_token::Purpose;
use entity::ids::{AccountId, SessionId};
use entity::{account, account_token, session, sign_in_budget};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set, Statement};
use std::sync::Arc;

/// What an account signs in with.
#[derive(Clone, Debug)]
pub struct SignIn {
    pub id: AccountId,
    pub login: String,
    pub login_key: String,
    pub email: Option<String>,
    pub password_hash: Option<String>,
    pub approved: bool,
    pub active: bool,
    pub locked_until: Option<DateTime<Utc>>,
}

impl ScopedDb {
    /// What the account of that login signs in with, whoever asks. Nothing of it may be answered.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn sign_in_of_login(&self, login_key: &str) -> Result<Option<SignIn>> {
        self.sign_in_where(account::Column::LoginKey.eq(login_key))
            .await
    }

    /// What an account signs in with, whoever asks. Nothing of it may be answered.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn sign_in_of(&self, account: AccountId) -> Result<Option<SignIn>> {
        self.sign_in_where(account::Column::Id.eq(account)).await
    }

    /// What the viewer's own account signs in with.
    ///
    /// # Errors
    /// `Unauthenticated` for an anonymous viewer.
    pub async fn own_sign_in(&self) -> Result<SignIn> {
        let own = self.viewer.account_id().ok_or(Error::Unauthenticated)?;
        self.sign_in_where(account::Column::Id.eq(own))
            .await?
            .ok_or(Error::Unauthenticated)
    }

    async fn sign_in_where(&self, condition: sea_orm::sea_query::Expr) -> Result<Option<SignIn>> {
        let rows = self
            .unscoped::<account::Entity>(sea_orm::Condition::all().add(condition))
            .await?;
        Ok(rows.first().map(|row| SignIn::of(row)))
    }

    /// The account that a token out of a mail belongs to; `None` for one that is over, used or replaced. Nothing of it may be answered.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn sign_in_of_token(
        &self,
        token: &Token,
        purpose: Purpose,
    ) -> Result<Option<SignIn>> {
        let of_token = Query::select()
            .column(account_token::Column::AccountId.as_column_ref())
            .from(account_token::Entity)
            .cond_where(account_token::Column::TokenHash.eq(token.hash()))
            .cond_where(account_token::Column::Purpose.eq(purpose))
            .cond_where(account_token::Column::ExpiresAt.gt(self.now))
            .take();
        self.sign_in_where(account::Column::Id.in_subquery(of_token))
            .await
    }

    /// The same request, asked by whoever the fresh session `token` belongs to.
    ///
    /// # Errors
    /// `Unauthenticated` when the session is gone already.
    pub async fn signed_in_as(&self, token: &Token) -> Result<Self> {
        let viewer = authenticate(&self.db, Some(token.reveal()), self.now).await?;
        Ok(Self {
            viewer: Arc::new(viewer),
            ..self.clone()
        })
    }
}

/// What a token out of a mail stood for.
#[derive(Debug)]
pub struct Taken {
    pub account: AccountId,
    /// The registration that it confirms: its password, hashed, and what else it said.
    pub password_hash: Option<String>,
    pub registration: Option<serde_json::Value>,
}

impl SignIn {
    fn of(row: &account::Model) -> Self {
        Self {
            id: row.id,
            login: row.login.clone(),
            login_key: row.login_key.clone(),
            email: row.email.clone(),
            password_hash: row.password_hash.clone(),
            approved: row.approved,
            active: row.active,
            locked_until: row.locked_until,
        }
    }
}

impl WriteTx {
    /// Opens a session that `token` stands for. `actor` is who acts on behalf of the account.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn open_session(
        &mut self,
        account: AccountId,
        actor: Option<AccountId>,
        token: &Token,
        lasting: TimeDelta,
    ) -> Result<()> {
        let row = session::ActiveModel {
            id: Set(SessionId(self.fresh_id())),
            account_id: Set(account),
            actor_id: Set(actor),
            token_hash: Set(token.hash()),
            created_at: Set(self.now()),
            expires_at: Set(self.now() + lasting),
        };
        session::Entity::insert(row)
            .exec_without_returning(self.connection())
            .await?;
        // Those that are over go when a new one comes.
        session::Entity::delete_many()
            .filter(session::Column::AccountId.eq(account))
            .filter(session::Column::ExpiresAt.lte(self.now()))
            .exec(self.connection())
            .await?;
        Ok(())
    }

    /// Notes that somebody has signed in; no change of the account's own (T-114), so no version and no history.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn note_sign_in(&mut self, account: AccountId) -> Result<()> {
        let sql = "UPDATE account SET last_sign_in_at = $1, locked_until = NULL WHERE id = $2";
        let values = [self.now().into(), account.into()];
        let statement = Statement::from_sql_and_values(self.engine(), sql, values);
        self.connection().execute_raw(statement).await?;
        Ok(())
    }

    /// Ends one session.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn close_session(&mut self, session: SessionId) -> Result<()> {
        session::Entity::delete_many()
            .filter(session::Column::Id.eq(session))
            .exec(self.connection())
            .await?;
        Ok(())
    }

    /// Ends all sessions of an account, those in which others act on its behalf and in which it acts for others included, but for `kept`.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn close_sessions(
        &mut self,
        account: AccountId,
        kept: Option<SessionId>,
    ) -> Result<()> {
        let theirs = sea_orm::Condition::any()
            .add(session::Column::AccountId.eq(account))
            .add(session::Column::ActorId.eq(account));
        let mut others = sea_orm::Condition::all().add(theirs);
        if let Some(kept) = kept {
            others = others.add(session::Column::Id.ne(kept));
        }
        session::Entity::delete_many()
            .filter(others)
            .exec(self.connection())
            .await?;
        Ok(())
    }

    /// Uses up a token out of a mail. `None` for one that is over, used or replaced; of two at the same time one gets it. All other tokens of the account mean nothing afterwards.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn take_token(&mut self, token: &Token, purpose: Purpose) -> Result<Option<Taken>> {
        let sql = "DELETE FROM account_token WHERE token_hash = $1 AND expires_at > $2 AND purpose = $3 RETURNING account_id, password_hash, registration";
        let purpose = sea_orm::ActiveEnum::to_value(&purpose);
        let values = [token.hash().into(), self.now().into(), purpose.into()];
        let statement = Statement::from_sql_and_values(self.engine(), sql, values);
        let Some(row) = self.connection().query_one_raw(statement).await? else {
            return Ok(None);
        };
        let account: AccountId = row.try_get_by_index(0)?;
        let (password_hash, registration) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        self.void_tokens(account).await?;
        Ok(Some(Taken {
            account,
            password_hash,
            registration,
        }))
    }

    /// Makes all tokens that were mailed to an account mean nothing, as any change of what it signs in with does.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn void_tokens(&mut self, account: AccountId) -> Result<()> {
        account_token::Entity::delete_many()
            .filter(account_token::Column::AccountId.eq(account))
            .exec(self.connection())
            .await?;
        Ok(())
    }

    /// Forgets the wrong passwords that a login was tried with.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn forget_failures(&mut self, login_key: &str) -> Result<()> {
        sign_in_budget::Entity::delete_many()
            .filter(sign_in_budget::Column::Key.eq(budget_key(login_key)))
            .exec(self.connection())
            .await?;
        Ok(())
    }

    /// Reads again what the viewer holds: it may be less than when the request began, and what follows gives rights away.
    ///
    /// # Errors
    /// `Unauthenticated` when nobody can use the account any more.
    pub(super) async fn reread_rights(&mut self) -> Result<()> {
        let Some(account) = self.viewer().account_id() else {
            return Ok(());
        };
        let fresh = viewer_of(self.connection(), account, self.now())
            .await?
            .ok_or(Error::Unauthenticated)?;
        self.replace_viewer(super::Viewer {
            session_id: self.viewer().session_id,
            actor_id: self.viewer().actor_id,
            ..fresh
        });
        Ok(())
    }
}
