//! Keeping the closure table beside `parent_id`, under the tree's lock and in the transaction of the change.

use super::write_tx::WriteTx;
use crate::error::{Error, Result};
use entity::ids::OrganizationId;
use entity::{organization, organization_closure as closure};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query, UnionType};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement, Value};

impl WriteTx {
    /// Waits for the turn to change the tree: two crossing moves could each pass the cycle check (T-25). On SQLite the transaction
    /// itself is the turn.
    ///
    /// # Errors
    /// Faults of the database, among them having waited too long, which is tried again.
    pub async fn lock_tree(&mut self) -> Result<()> {
        self.run_sql("UPDATE tree SET version = version + 1 WHERE id = 1", [])
            .await
    }

    /// Enters a new organization below `parent`.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn closure_enter(
        &mut self,
        organization: OrganizationId,
        parent: Option<OrganizationId>,
    ) -> Result<()> {
        self.run_sql("INSERT INTO organization_closure (ancestor_id, descendant_id, distance) VALUES ($1, $1, 0)", [organization.into()])
            .await?;
        self.closure_hang(organization, parent).await
    }

    /// Enters new organizations below their parents, none of which is among them.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn closure_enter_all(&mut self, organizations: &[OrganizationId]) -> Result<()> {
        if organizations.is_empty() {
            return Ok(());
        }
        let new = || {
            Query::select()
                .from(organization::Entity)
                .cond_where(self.is_one_of(organization::Column::Id, organizations))
                .take()
        };
        let id = organization::Column::Id.as_column_ref();
        let mut entered = new()
            .column(id.clone())
            .expr_as(Expr::col(id.clone()), Alias::new("descendant_id"))
            .expr(Expr::cust("0"))
            .take();
        let hung = new()
            .column(closure::Column::AncestorId.as_column_ref())
            .column(id)
            .expr(closure::Column::Distance.into_expr().add(1))
            .inner_join(
                closure::Entity,
                closure::Column::DescendantId
                    .into_expr()
                    .eq(organization::Column::ParentId.into_expr()),
            )
            .take();
        entered.union(UnionType::All, hung);
        let statement = Query::insert()
            .into_table(closure::Entity)
            .columns([
                closure::Column::AncestorId,
                closure::Column::DescendantId,
                closure::Column::Distance,
            ])
            .select_from(entered)
            .map_err(Error::internal)?
            .take();
        self.connection().execute(&statement).await?;
        Ok(())
    }

    /// Takes an organization, with everything below it, from where it hangs to below `parent`.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn closure_move(
        &mut self,
        organization: OrganizationId,
        parent: Option<OrganizationId>,
    ) -> Result<()> {
        self.run_sql(
            "DELETE FROM organization_closure
             WHERE descendant_id IN (SELECT descendant_id FROM organization_closure WHERE ancestor_id = $1)
               AND ancestor_id IN (SELECT ancestor_id FROM organization_closure WHERE descendant_id = $1 AND distance > 0)",
            [organization.into()],
        )
        .await?;
        self.closure_hang(organization, parent).await
    }

    /// Takes out an organization with nothing below it.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn closure_leave(&mut self, organization: OrganizationId) -> Result<()> {
        self.run_sql(
            "DELETE FROM organization_closure WHERE descendant_id = $1",
            [organization.into()],
        )
        .await
    }

    /// The same for many, none of which has anything below it.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn closure_leave_all(&mut self, organizations: &[OrganizationId]) -> Result<()> {
        if organizations.is_empty() {
            return Ok(());
        }
        closure::Entity::delete_many()
            .filter(self.is_one_of(closure::Column::DescendantId, organizations))
            .exec(self.connection())
            .await?;
        Ok(())
    }

    /// Whether `organization` is `ancestor` or lies below it.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn lies_within(
        &mut self,
        organization: OrganizationId,
        ancestor: OrganizationId,
    ) -> Result<bool> {
        let sql = "SELECT count(*) FROM organization_closure WHERE ancestor_id = $1 AND descendant_id = $2";
        Ok(self
            .number(sql, [ancestor.into(), organization.into()])
            .await?
            > 0)
    }

    /// The level of an organization: 1 for a root (T-173).
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn level(&mut self, organization: OrganizationId) -> Result<u32> {
        let sql = "SELECT count(*) FROM organization_closure WHERE descendant_id = $1";
        Ok(u32::try_from(self.number(sql, [organization.into()]).await?).unwrap_or(u32::MAX))
    }

    /// How many levels lie below an organization.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn height(&mut self, organization: OrganizationId) -> Result<u32> {
        let sql = "SELECT CAST(coalesce(max(distance), 0) AS bigint) FROM organization_closure WHERE ancestor_id = $1";
        Ok(u32::try_from(self.number(sql, [organization.into()]).await?).unwrap_or(u32::MAX))
    }

    /// An organization and everything below it, deepest first.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn subtree(&mut self, organization: OrganizationId) -> Result<Vec<OrganizationId>> {
        let sql = "SELECT descendant_id FROM organization_closure WHERE ancestor_id = $1 ORDER BY distance DESC, descendant_id";
        let rows = self
            .connection()
            .query_all_raw(self.statement(sql, [organization.into()]))
            .await?;
        rows.iter()
            .map(|row| Ok(row.try_get_by_index(0)?))
            .collect()
    }

    async fn closure_hang(
        &mut self,
        organization: OrganizationId,
        parent: Option<OrganizationId>,
    ) -> Result<()> {
        let Some(parent) = parent else { return Ok(()) };
        self.run_sql(
            "INSERT INTO organization_closure (ancestor_id, descendant_id, distance)
             SELECT above.ancestor_id, below.descendant_id, above.distance + below.distance + 1
             FROM organization_closure above CROSS JOIN organization_closure below
             WHERE above.descendant_id = $1 AND below.ancestor_id = $2",
            [parent.into(), organization.into()],
        )
        .await
    }

    fn statement<const N: usize>(&self, sql: &str, values: [Value; N]) -> Statement {
        Statement::from_sql_and_values(self.engine(), sql, values)
    }

    async fn run_sql<const N: usize>(&mut self, sql: &str, values: [Value; N]) -> Result<()> {
        self.connection()
            .execute_raw(self.statement(sql, values))
            .await?;
        Ok(())
    }

    async fn number<const N: usize>(&mut self, sql: &str, values: [Value; N]) -> Result<i64> {
        let row = self
            .connection()
            .query_one_raw(self.statement(sql, values))
            .await?;
        Ok(row
            .map(|row| row.try_get_by_index(0))
            .transpose()?
            .unwrap_or_default())
    }
}
