//! A person: the contact, and the rows that belong to it or once did.

use super::registry::{Owner, Table, tables};
use crate::access::write_tx::WriteTx;
use crate::error::Result;
use entity::ids::{AccountId, ContactId};
use sea_orm::sea_query::extension::postgres::PgFunc;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Values of one statement: SQLite takes some 32,000.
pub(super) const AT_ONCE: usize = 500;

/// What belongs to a person, by id: now, or as far as the history goes back.
#[derive(Clone, Debug)]
pub struct Subject {
    pub contact: ContactId,
    /// Ids as the history writes them, by the kind of their row.
    pub(super) rows: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Subject {
    /// The accounts that the person has or once had.
    pub(super) fn accounts(&self) -> Vec<AccountId> {
        let accounts = self.rows.get("account").into_iter().flatten();
        accounts.filter_map(|id| id.parse().ok()).collect()
    }

    /// The ids of the rows of a table, in lists that one statement takes.
    pub(super) fn rows_of(&self, table: &Table) -> Vec<Vec<String>> {
        let ids = self.rows.get(table.kind).into_iter().flatten();
        let ids: Vec<_> = ids.cloned().collect();
        ids.chunks(AT_ONCE).map(<[_]>::to_vec).collect()
    }

    fn add(&mut self, kind: &str, id: String) {
        if let Some(table) = tables().find(|table| table.kind == kind) {
            self.rows.entry(table.kind).or_default().insert(id);
        }
    }
}

impl WriteTx {
    /// Finds what belongs to a contact, which may be gone by now. Rows that others could still change must be locked before.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn subject(&self, contact: ContactId) -> Result<Subject> {
        let mut subject = Subject {
            contact,
            rows: BTreeMap::new(),
        };
        subject.add("contact", contact.to_string());
        self.add_what_belongs_to(&mut subject, &[contact.0], |owner| match owner {
            Owner::Contact(column) => Some(column),
            _ => None,
        })
        .await?;
        let accounts: Vec<_> = subject.accounts().iter().map(|id| id.0).collect();
        self.add_what_belongs_to(&mut subject, &accounts, |owner| match owner {
            Owner::Account(column) => Some(column),
            _ => None,
        })
        .await?;
        Ok(subject)
    }

    /// Whether there once was a contact of this id: the history knows.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn had_contact(&self, contact: ContactId) -> Result<bool> {
        let sql = "SELECT 1 FROM history_entry WHERE entity = 'contact' AND entity_id = $1 LIMIT 1";
        let values = [contact.to_string().into()];
        let statement = Statement::from_sql_and_values(self.engine(), sql, values);
        Ok(self.connection().query_one_raw(statement).await?.is_some())
    }

    /// Adds the rows that name one of `owners` in the column that `named_by` says: those of the tables, and of the history those that
    /// are gone.
    async fn add_what_belongs_to(
        &self,
        subject: &mut Subject,
        owners: &[Uuid],
        named_by: impl Fn(Owner) -> Option<&'static str>,
    ) -> Result<()> {
        let of_theirs = || tables().filter_map(|table| Some((table, named_by(table.owner)?)));
        if owners.is_empty() {
            return Ok(());
        }
        for batch in owners.chunks(AT_ONCE) {
            let ids: Vec<Value> = batch.iter().map(|id| (*id).into()).collect();
            for (table, column) in of_theirs() {
                let statement = sea_orm::sea_query::Query::select()
                    .column("id")
                    .from(table.name)
                    .and_where(self.is_any(Expr::col(column), ids.clone()))
                    .take();
                for row in self.connection().query_all(&statement).await? {
                    let id: Uuid = row.try_get_by_index(0)?;
                    subject.add(table.kind, id.to_string());
                }
            }
            let texts: Vec<Value> = batch.iter().map(|id| id.to_string().into()).collect();
            let kinds: Vec<Value> = of_theirs().map(|(table, _)| table.kind.into()).collect();
            // As the index has it, word for word.
            let owner = "coalesce(old_values ->> 'contact_id', old_values ->> 'account_id')";
            let gone = sea_orm::sea_query::Query::select()
                .columns(["entity", "entity_id"])
                .from("history_entry")
                .and_where(Expr::cust("action = 'DELETE'"))
                .and_where(Expr::cust(format!("{owner} IS NOT NULL")))
                .and_where(self.is_any(Expr::cust(owner), texts))
                .and_where(Expr::col("entity").is_in(kinds))
                .take();
            for row in self.connection().query_all(&gone).await? {
                let kind: String = row.try_get_by_index(0)?;
                subject.add(&kind, row.try_get_by_index(1)?);
            }
        }
        Ok(())
    }

    /// `expr` is one of `values`, of which there is one at least.
    pub(super) fn is_any(&self, expr: Expr, values: Vec<Value>) -> Expr {
        match (self.engine(), values.first()) {
            (DbBackend::Postgres, Some(first)) => {
                let array = Value::Array(first.array_type(), Some(Box::new(values)));
                expr.eq(PgFunc::any(Expr::val(array)))
            }
            _ => expr.is_in(values),
        }
    }
}
