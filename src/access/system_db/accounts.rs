//! Accounts and sessions before there is anybody to make them: the first administrator, the demo's sign-ins, the tests' people.

use super::SystemDb;
use crate::access::history::Journal;
use crate::access::new_account::NewAccount;
use crate::access::system_roles::ADMINISTRATORS;
use crate::access::token::{Token, TokenKind};
use crate::access::{Guarded, Viewer, refusal, viewer_of};
use crate::error::{Code, Error, Result};
use crate::text::login_key;
use chrono::TimeDelta;
use entity::ids::{AccountId, ContactId, HistoryEntryId, RoleAssignmentId, SessionId};
use entity::role_assignment::Scope;
use entity::{account, history_entry, role, role_assignment, session};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, Set, Statement,
};

/// What the history says instead of a request's id for what was done on the machine itself.
const COMMAND_LINE: &str = "command line";

impl SystemDb {
    /// A new account, approved and active, without a password.
    ///
    /// # Errors
    /// What the table refuses, such as a login that is taken.
    pub async fn create_account(
        &self,
        login: &str,
        contact: Option<ContactId>,
    ) -> Result<AccountId> {
        let tx = self.db.begin().await?;
        let account = NewAccount {
            login: login.to_owned(),
            contact,
            ..NewAccount::default()
        };
        let (account, _) = self.insert_account(&tx, account).await?;
        tx.commit().await?;
        Ok(account.id)
    }

    /// A new account that holds everything everywhere. Refused while somebody else does, unless it is `forced`; the history tells which.
    ///
    /// # Errors
    /// User errors: `CONFLICT` when there is an administrator, `TAKEN` for the login.
    pub async fn create_administrator(
        &self,
        account: NewAccount,
        forced: bool,
    ) -> Result<AccountId> {
        let tx = self.db.begin().await?;
        // Two runs at the same time take turns, so that they make one administrator and not two.
        role::Entity::update_many()
            .col_expr(role::Column::System, sea_orm::sea_query::Expr::value(true))
            .filter(role::Column::Id.eq(ADMINISTRATORS))
            .exec(&tx)
            .await?;
        if !forced && self.has_administrator(&tx).await? {
            let message = "there is an administrator already";
            return Err(Error::invalid(Code::Conflict, "login", message));
        }
        let (account, mut assignments) = self
            .insert_account(&tx, account)
            .await
            .map_err(refusal::as_user_error)?;
        let everything = role_assignment::ActiveModel {
            id: Set(RoleAssignmentId(self.clock.id())),
            account_id: Set(account.id),
            role_id: Set(ADMINISTRATORS),
            scope: Set(Scope::Global),
            organization_id: Set(None),
            valid_from: Set(None),
            valid_until: Set(None),
            created_at: Set(self.clock.now()),
        };
        assignments.push(
            role_assignment::Entity::insert(everything)
                .exec_with_returning(&tx)
                .await?,
        );
        let mutation = if forced {
            "adminCreate --force"
        } else {
            "adminCreate"
        };
        let mut journal = Journal::default();
        let id = account.id.to_string();
        journal.note(account::Entity::KIND, id, None, Some(&account));
        for assignment in &assignments {
            let id = assignment.id.to_string();
            journal.note(role_assignment::Entity::KIND, id, None, Some(assignment));
        }
        self.record(&tx, mutation, COMMAND_LINE, journal).await?;
        tx.commit().await?;
        Ok(account.id)
    }

    /// The viewer that an account of this login is; without a login the only administrator: for whoever is at the machine itself.
    ///
    /// # Errors
    /// A user error at `as` where nobody is meant, or nobody can use the account.
    pub async fn viewer_as(&self, login: Option<&str>) -> Result<Viewer> {
        let now = self.clock.now();
        let ids = match login {
            Some(login) => self.ids_of_login(login).await?,
            None => self.administrators().await?,
        };
        let refused = |message: &str| Error::invalid(Code::NotFound, "as", message);
        let [id] = ids.as_slice() else {
            return Err(refused(match login {
                Some(_) => "there is no account of this login",
                None if ids.is_empty() => {
                    "there is no administrator: say by --as whose rights count"
                }
                None => "there are several administrators: say by --as whose rights count",
            }));
        };
        let viewer = viewer_of(self.db.reader(), *id, now).await?;
        viewer.ok_or_else(|| refused("nobody can use this account"))
    }

    async fn ids_of_login(&self, login: &str) -> Result<Vec<AccountId>> {
        let sql = "SELECT id FROM account WHERE login_key = $1";
        self.ids(sql, vec![login_key(login).into()]).await
    }

    /// Those who hold everything everywhere now, by accounts that can be used.
    async fn administrators(&self) -> Result<Vec<AccountId>> {
        let sql = "SELECT DISTINCT account.id FROM role_assignment JOIN account ON account.id = role_assignment.account_id
             WHERE role_assignment.role_id = $1 AND role_assignment.scope = 'GLOBAL' AND account.active AND account.approved
               AND (role_assignment.valid_from IS NULL OR role_assignment.valid_from <= $2)
               AND (role_assignment.valid_until IS NULL OR role_assignment.valid_until > $2)";
        let values = vec![ADMINISTRATORS.into(), self.clock.now().into()];
        self.ids(sql, values).await
    }

    async fn ids(&self, sql: &str, values: Vec<sea_orm::Value>) -> Result<Vec<AccountId>> {
        let asked = Statement::from_sql_and_values(self.db.engine(), sql, values);
        let rows = self.db.reader().query_all_raw(asked).await?;
        let ids: Result<_, _> = rows.iter().map(|row| row.try_get_by_index(0)).collect();
        Ok(ids?)
    }

    async fn has_administrator(&self, tx: &DatabaseTransaction) -> Result<bool> {
        let sql = "SELECT 1 FROM role_assignment JOIN account ON account.id = role_assignment.account_id
             WHERE role_assignment.role_id = $1 AND role_assignment.scope = 'GLOBAL' AND account.active AND account.approved
               AND (role_assignment.valid_until IS NULL OR role_assignment.valid_until > $2) LIMIT 1";
        let values = [ADMINISTRATORS.into(), self.clock.now().into()];
        let asked = Statement::from_sql_and_values(self.db.engine(), sql, values);
        Ok(tx.query_one_raw(asked).await?.is_some())
    }

    async fn insert_account(
        &self,
        tx: &DatabaseTransaction,
        account: NewAccount,
    ) -> Result<(account::Model, Vec<role_assignment::Model>)> {
        let (account, held) = account.rows(&self.clock);
        let account = account::Entity::insert(account)
            .exec_with_returning(tx)
            .await?;
        let mut assignments = Vec::new();
        for assignment in held {
            assignments.push(
                role_assignment::Entity::insert(assignment)
                    .exec_with_returning(tx)
                    .await?,
            );
        }
        Ok((account, assignments))
    }

    /// Writes down what was done without a request.
    pub(super) async fn record(
        &self,
        tx: &DatabaseTransaction,
        mutation: &str,
        request_id: &str,
        journal: Journal,
    ) -> Result<()> {
        let entries = journal.entries().map(|entry| history_entry::ActiveModel {
            id: Set(HistoryEntryId(self.clock.id())),
            entity: Set(entry.entity.to_owned()),
            entity_id: Set(entry.entity_id),
            action: Set(entry.action),
            old_values: Set(entry.old_values),
            new_values: Set(entry.new_values),
            mutation: Set(mutation.to_owned()),
            actor_id: Set(None),
            on_behalf_of_id: Set(None),
            request_id: Set(request_id.to_owned()),
            created_at: Set(self.clock.now()),
        });
        history_entry::Entity::insert_many(entries)
            .exec_without_returning(tx)
            .await?;
        Ok(())
    }

    /// The account with this login.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn account_with_login(&self, login: &str) -> Result<Option<AccountId>> {
        #[expect(
            clippy::disallowed_methods,
            reason = "setting up happens before there is a viewer"
        )]
        let found = account::Entity::find()
            .filter(account::Column::LoginKey.eq(login_key(login)))
            .one(self.db.reader())
            .await?;
        Ok(found.map(|row| row.id))
    }

    /// Opens a session and answers its token, which is stored nowhere. Good for `lasting` from now.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn open_session(&self, account: AccountId, lasting: TimeDelta) -> Result<String> {
        let token = Token::fresh(TokenKind::Session);
        let now = self.clock.now();
        let row = session::ActiveModel {
            id: Set(SessionId(self.clock.id())),
            account_id: Set(account),
            actor_id: Set(None),
            token_hash: Set(token.hash()),
            created_at: Set(now),
            expires_at: Set(now + lasting),
        };
        session::Entity::insert(row)
            .exec_without_returning(self.db.writer())
            .await?;
        Ok(token.reveal().to_owned())
    }

    /// Ends all sessions of an account.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn close_sessions(&self, account: AccountId) -> Result<()> {
        session::Entity::delete_many()
            .filter(session::Column::AccountId.eq(account))
            .exec(self.db.writer())
            .await?;
        Ok(())
    }
}
