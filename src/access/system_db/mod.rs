//! What happens before there is a viewer: tables, the first accounts, sessions, the demo, self-checks. Features cannot name it.

mod accounts;
mod check;
mod forget;
mod outbox;
mod tidy_up;

pub use check::CheckReport;
pub use outbox::Due;

use crate::access::database::Database;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::text::sort_key;
use entity::ids::{RoleAssignmentId, RoleId};
use entity::{account, organization, organization_closure, role, role_assignment, setting};
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, QueryFilter,
    Set, Statement, TransactionTrait,
};
use std::time::Duration;

/// The whole database, without a viewer.
#[derive(Clone, Debug)]
pub struct SystemDb {
    db: Database,
    clock: Clock,
}

/// Rows to be put into an empty directory in one go.
#[derive(Debug, Default)]
pub struct Rows {
    pub customer_groups: Vec<entity::customer_group::ActiveModel>,
    pub business_categories: Vec<entity::business_category::ActiveModel>,
    /// Parents before children.
    pub organizations: Vec<organization::ActiveModel>,
    pub closure: Vec<organization_closure::ActiveModel>,
    pub contacts: Vec<entity::contact::ActiveModel>,
    pub addresses: Vec<entity::address::ActiveModel>,
    /// What refers back to rows further up: primary contacts and preferred addresses.
    pub primary_contacts: Vec<organization::ActiveModel>,
    pub preferred_addresses: Vec<entity::contact::ActiveModel>,
    pub accounts: Vec<account::ActiveModel>,
    pub role_assignments: Vec<role_assignment::ActiveModel>,
    pub markets: Vec<entity::market::ActiveModel>,
    pub prices: Vec<entity::price::ActiveModel>,
    /// Managers before those who report to them.
    pub sales_reps: Vec<entity::sales_rep::ActiveModel>,
    /// Bill-tos before their ship-tos.
    pub customers: Vec<entity::customer::ActiveModel>,
    pub customer_links: Vec<entity::customer_link::ActiveModel>,
    pub customer_link_ship_tos: Vec<entity::customer_link_ship_to::ActiveModel>,
    pub orders: Vec<entity::sales_order::ActiveModel>,
    pub order_lines: Vec<entity::order_line::ActiveModel>,
    /// The next number of each series that was drawn from.
    pub next_numbers: Vec<(&'static str, i64)>,
}

/// Any number: what takes turns at migrating agrees on it.
const MIGRATION_LOCK: i64 = 0x6775_696c_6468;
/// How often a SQLite file is tried to be brought up to date while others may be at it.
const MIGRATION_TRIES: u32 = 10;
const MIGRATION_PAUSE: Duration = Duration::from_millis(200);
/// Columns of the widest table; SQLite takes 32,766 values a statement.
const INSERT_BATCH: usize = 500;

impl SystemDb {
    /// For the process itself, never for a request.
    #[must_use]
    pub fn new(db: Database, clock: Clock) -> Self {
        Self { db, clock }
    }

    /// The clock it works by.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Brings the tables up to date. Several starting at once take turns on PostgreSQL.
    ///
    /// # Errors
    /// What the database refuses.
    pub async fn migrate(&self) -> Result<()> {
        let turn = match self.db.engine() {
            DbBackend::Postgres => {
                let turn = self.db.writer().begin().await?;
                turn.execute_unprepared("SET LOCAL statement_timeout = 0")
                    .await?;
                turn.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
                    .await?;
                Some(turn)
            }
            _ => None,
        };
        let done = match turn {
            Some(turn) => {
                let done = Migrator::up(self.db.writer(), None).await;
                turn.commit().await?;
                done
            }
            None => self.migrate_beside_others().await,
        };
        Ok(done?)
    }

    /// SQLite has no lock to take turns by. A step that another process carried out at the same time fails as a whole, and is found done by
    /// the next try.
    async fn migrate_beside_others(&self) -> Result<(), DbErr> {
        for _ in 1..MIGRATION_TRIES {
            if Migrator::up(self.db.writer(), None).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(MIGRATION_PAUSE).await;
        }
        Migrator::up(self.db.writer(), None).await
    }

    /// A fact about this database.
    ///
    /// # Errors
    /// Faults of the database, among them tables that are not there yet.
    pub async fn setting(&self, name: &str) -> Result<Option<String>> {
        #[expect(clippy::disallowed_methods, reason = "settings belong to no viewer")]
        let found = setting::Entity::find_by_id(name)
            .one(self.db.reader())
            .await?;
        Ok(found.map(|row| row.value))
    }

    /// Whether there is nothing in the directory but what it was seeded with.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn is_empty(&self) -> Result<bool> {
        let sql = "SELECT (SELECT count(*) FROM organization) + (SELECT count(*) FROM contact) + (SELECT count(*) FROM account)";
        Ok(self.number(sql).await? == 0)
    }

    /// Puts `rows` into the directory and notes the fact `setting`, in one transaction.
    ///
    /// # Errors
    /// What the tables refuse.
    pub async fn fill(&self, rows: Rows, setting: (&str, &str)) -> Result<()> {
        let tx = self.db.begin().await?;
        self.insert_rows(&tx, rows).await?;
        let (name, value) = setting;
        let fact = setting::ActiveModel {
            name: Set(name.to_owned()),
            value: Set(value.to_owned()),
        };
        setting::Entity::insert(fact)
            .exec_without_returning(&tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Puts `rows` into the directory, in one transaction: for what is too much to be held at once.
    ///
    /// # Errors
    /// What the tables refuse.
    pub async fn add(&self, rows: Rows) -> Result<()> {
        let tx = self.db.begin().await?;
        self.insert_rows(&tx, rows).await?;
        Ok(tx.commit().await?)
    }

    async fn insert_rows(&self, tx: &DatabaseTransaction, rows: Rows) -> Result<()> {
        insert_all::<entity::customer_group::Entity>(tx, rows.customer_groups).await?;
        insert_all::<entity::business_category::Entity>(tx, rows.business_categories).await?;
        insert_all::<organization::Entity>(tx, rows.organizations).await?;
        insert_all::<organization_closure::Entity>(tx, rows.closure).await?;
        insert_all::<entity::contact::Entity>(tx, rows.contacts).await?;
        insert_all::<entity::address::Entity>(tx, rows.addresses).await?;
        for organization in rows.primary_contacts {
            organization::Entity::update(organization).exec(tx).await?;
        }
        for contact in rows.preferred_addresses {
            entity::contact::Entity::update(contact).exec(tx).await?;
        }
        insert_all::<account::Entity>(tx, rows.accounts).await?;
        insert_all::<role_assignment::Entity>(tx, rows.role_assignments).await?;
        insert_all::<entity::market::Entity>(tx, rows.markets).await?;
        insert_all::<entity::price::Entity>(tx, rows.prices).await?;
        insert_all::<entity::sales_rep::Entity>(tx, rows.sales_reps).await?;
        insert_all::<entity::customer::Entity>(tx, rows.customers).await?;
        insert_all::<entity::customer_link::Entity>(tx, rows.customer_links).await?;
        insert_all::<entity::customer_link_ship_to::Entity>(tx, rows.customer_link_ship_tos)
            .await?;
        insert_all::<entity::sales_order::Entity>(tx, rows.orders).await?;
        insert_all::<entity::order_line::Entity>(tx, rows.order_lines).await?;
        for (series, next) in rows.next_numbers {
            let sql = "UPDATE number_series SET next_number = $1 WHERE name = $2";
            tx.execute_raw(Statement::from_sql_and_values(
                self.db.engine(),
                sql,
                [next.into(), series.into()],
            ))
            .await?;
        }
        Ok(())
    }

    /// A role with these permissions. For setting up; at run time roles are changed through the API.
    ///
    /// # Errors
    /// What the tables refuse, such as a name that is taken.
    pub async fn create_role(
        &self,
        name: &str,
        permissions: &[crate::access::Permission],
    ) -> Result<RoleId> {
        let tx = self.db.begin().await?;
        let sql = "UPDATE number_series SET next_number = next_number + 1 WHERE name = 'role' RETURNING next_number";
        let row = tx
            .query_one_raw(Statement::from_string(self.db.engine(), sql))
            .await?;
        let number: i64 = row
            .ok_or_else(|| Error::internal("no number series for roles"))?
            .try_get_by_index(0)?;
        let id = RoleId(number - 1);
        let now = self.clock.now();
        let role = role::ActiveModel {
            id: Set(id),
            name: Set(name.to_owned()),
            name_key: Set(sort_key(name)),
            description: Set(None),
            system: Set(false),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
        };
        role::Entity::insert(role)
            .exec_without_returning(&tx)
            .await?;
        let held = permissions
            .iter()
            .map(|permission| entity::role_permission::ActiveModel {
                role_id: Set(id),
                permission: Set(permission.name().to_owned()),
            });
        insert_all::<entity::role_permission::Entity>(&tx, held.collect()).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The role of this name.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn role_named(&self, name: &str) -> Result<Option<RoleId>> {
        #[expect(
            clippy::disallowed_methods,
            reason = "setting up happens before there is a viewer"
        )]
        let found = role::Entity::find()
            .filter(role::Column::NameKey.eq(sort_key(name)))
            .one(self.db.reader())
            .await?;
        Ok(found.map(|row| row.id))
    }

    /// Gives a role to an account.
    ///
    /// # Errors
    /// What the table refuses.
    pub async fn assign_role(
        &self,
        mut assignment: role_assignment::ActiveModel,
    ) -> Result<RoleAssignmentId> {
        let id = RoleAssignmentId(self.clock.id());
        assignment.id = Set(id);
        assignment.created_at = Set(self.clock.now());
        role_assignment::Entity::insert(assignment)
            .exec_without_returning(self.db.writer())
            .await?;
        Ok(id)
    }

    /// Takes a role away again.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn revoke_role(&self, id: RoleAssignmentId) -> Result<()> {
        role_assignment::Entity::delete_many()
            .filter(role_assignment::Column::Id.eq(id))
            .exec(self.db.writer())
            .await?;
        Ok(())
    }
}

async fn insert_all<E: EntityTrait>(
    tx: &DatabaseTransaction,
    rows: Vec<E::ActiveModel>,
) -> Result<()>
where
    E::ActiveModel: Send,
{
    for batch in rows.chunks(INSERT_BATCH) {
        E::insert_many(batch.to_vec())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}
