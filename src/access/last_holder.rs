//! Somebody must be left who may administer the directory (LAST_HOLDER).
//!
//! A holder is an account that has the role Administrators with GLOBAL scope now and that can be used: approved and active, and who is to be
//! relied on is not locked either (T-193).

use super::ADMINISTRATORS;
use super::write_tx::WriteTx;
use crate::error::{Code, Error, Result};
use entity::ids::{AccountId, RoleAssignmentId};
use entity::role;
use sea_orm::{ColumnTrait, ConnectionTrait, Statement, Value};

/// What is about to end.
#[derive(Clone, Copy, Debug)]
pub enum Leaving {
    /// The account, or its use.
    Account(AccountId),
    /// One assignment.
    Assignment(RoleAssignmentId),
}

/// Who holds Administrators everywhere now, by an account in use.
const HOLDERS: &str = "SELECT 1 FROM role_assignment AS held JOIN account ON account.id = held.account_id
     WHERE held.role_id = $1 AND held.scope = 'GLOBAL'
       AND (held.valid_from IS NULL OR held.valid_from <= $2) AND (held.valid_until IS NULL OR held.valid_until > $2)
       AND account.approved AND account.active";

impl WriteTx {
    /// Lets a holder go, if another one stays for at least as long. Whoever lets one go takes turns: two administrators who remove each
    /// other at the same time would each see the other one stay.
    ///
    /// # Errors
    /// User error `LAST_HOLDER` at `field`.
    pub async fn keep_an_administrator(&mut self, leaving: Leaving, field: &str) -> Result<()> {
        self.consequences::<role::Entity>(role::Column::Id.eq(ADMINISTRATORS))
            .await?;
        let (column, id): (&str, Value) = match leaving {
            Leaving::Account(account) => ("account_id", account.into()),
            Leaving::Assignment(assignment) => ("id", assignment.into()),
        };
        // One that leaves, and nobody who stays for as long. Strangers can lock an account, so a lock makes nobody worth less who leaves,
        // and nobody is relied on who is locked.
        let sql = format!(
            "SELECT 1 FROM role_assignment AS going WHERE going.{column} = $3
               AND EXISTS ({HOLDERS} AND held.id = going.id)
               AND NOT EXISTS ({HOLDERS} AND held.{column} <> $3 AND (account.locked_until IS NULL OR account.locked_until <= $2)
                 AND (held.valid_until IS NULL OR held.valid_until >= going.valid_until)) LIMIT 1"
        );
        let values: [Value; 3] = [ADMINISTRATORS.into(), self.now().into(), id];
        let statement = Statement::from_sql_and_values(self.engine(), sql, values);
        if self.connection().query_one_raw(statement).await?.is_some() {
            let message = "nobody would be left who may administer the directory";
            return Err(Error::invalid(Code::LastHolder, field, message));
        }
        Ok(())
    }
}
