//! The order in which rows of an import are dealt with: what the tree is around what they name, and where each comes.

use super::guarded::{Action, Guarded};
use super::scoped_db::is_one_of;
use super::write_tx::WriteTx;
use crate::error::Result;
use entity::ids::{CustomerGroupId, ImportId, OrganizationId};
use entity::import_row::{self, State};
use entity::{
    address, contact, customer, organization, organization_closure as closure, role_assignment,
    sales_order,
};
use sea_orm::prelude::Json;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Func, Order, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend, Statement, Value};
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

/// Rows of one statement that says where each comes: some 20 bytes of text for each.
const PLACES_AT_ONCE: usize = 2_000;
/// Rows of one statement with a text for each.
const TEXTS_AT_ONCE: usize = 500;

/// A row of an import of which nothing was decided yet.
#[derive(Clone, Debug)]
pub struct StagedRow {
    pub number: i64,
    pub key: String,
    pub given: Json,
    /// Whether it is known already that it will be refused.
    pub faulty: bool,
}

/// An organization with what it hangs below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InTree {
    pub id: OrganizationId,
    pub parent_id: Option<OrganizationId>,
}

/// What an organization is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Called {
    pub id: OrganizationId,
    pub external_id: Option<String>,
    pub name: String,
}

impl WriteTx {
    /// The organizations of these external ids that the viewer sees.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn organizations_of(
        &mut self,
        external_ids: &[String],
    ) -> Result<HashMap<String, OrganizationId>> {
        let named = is_one_of(
            self.engine(),
            organization::Column::ExternalId,
            external_ids,
        );
        let found = self.seen(named, external_ids).await?.into_iter();
        Ok(found
            .filter_map(|named| Some((named.external_id?, named.id)))
            .collect())
    }

    /// The organizations of names with these keys that the viewer sees.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn organizations_named(&mut self, name_keys: &[String]) -> Result<Vec<Called>> {
        let named = is_one_of(self.engine(), organization::Column::NameKey, name_keys);
        self.seen(named, name_keys).await
    }

    /// The same for those without an external id alone.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn organizations_without_id(&mut self, name_keys: &[String]) -> Result<Vec<Called>> {
        let named = is_one_of(self.engine(), organization::Column::NameKey, name_keys)
            .add(organization::Column::ExternalId.is_null());
        self.seen(named, name_keys).await
    }

    async fn seen(&mut self, condition: Condition, texts: &[String]) -> Result<Vec<Called>> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let statement = Query::select()
            .columns(
                [
                    organization::Column::Id,
                    organization::Column::ExternalId,
                    organization::Column::Name,
                ]
                .map(|column| column.as_column_ref()),
            )
            .from(organization::Entity)
            .cond_where(organization::Entity::reached(
                self.viewer(),
                Action::View,
                self.engine(),
            ))
            .cond_where(condition)
            .take();
        let rows = self.connection().query_all(&statement).await?;
        let found = rows.iter().map(|row| {
            Ok(Called {
                id: row.try_get_by_index(0)?,
                external_id: row.try_get_by_index(1)?,
                name: row.try_get_by_index(2)?,
            })
        });
        found.collect()
    }

    /// These organizations and everything above them, hidden ones too: whoever asks must not tell what it learns by these.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn tree_above(&mut self, organizations: &[OrganizationId]) -> Result<Vec<InTree>> {
        if organizations.is_empty() {
            return Ok(Vec::new());
        }
        let above = Query::select()
            .column(closure::Column::AncestorId.as_column_ref())
            .from(closure::Entity)
            .cond_where(is_one_of(
                self.engine(),
                closure::Column::DescendantId,
                organizations,
            ))
            .take();
        let statement = Query::select()
            .column(organization::Column::Id.as_column_ref())
            .column(organization::Column::ParentId.as_column_ref())
            .from(organization::Entity)
            .cond_where(organization::Column::Id.in_subquery(above))
            .take();
        let rows = self.connection().query_all(&statement).await?;
        let found = rows.iter().map(|row| {
            Ok(InTree {
                id: row.try_get_by_index(0)?,
                parent_id: row.try_get_by_index(1)?,
            })
        });
        found.collect()
    }

    /// Of the organizations of these external ids, the external ids of everything above each, its own included and hidden ones too: they are
    /// looked up among the viewer's own rows, and told to nobody.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn external_ids_above(
        &mut self,
        external_ids: &[String],
    ) -> Result<HashMap<String, Vec<String>>> {
        let mut above: HashMap<String, Vec<String>> = HashMap::new();
        if external_ids.is_empty() {
            return Ok(above);
        }
        let upper = Alias::new("upper_organization");
        let statement = Query::select()
            .column(organization::Column::ExternalId.as_column_ref())
            .column((upper.clone(), organization::Column::ExternalId))
            .from(organization::Entity)
            .inner_join(
                closure::Entity,
                closure::Column::DescendantId
                    .into_expr()
                    .eq(organization::Column::Id.into_expr()),
            )
            .join_as(
                sea_orm::JoinType::InnerJoin,
                organization::Entity,
                upper.clone(),
                Expr::col((upper.clone(), organization::Column::Id))
                    .eq(closure::Column::AncestorId.into_expr()),
            )
            .cond_where(is_one_of(
                self.engine(),
                organization::Column::ExternalId,
                external_ids,
            ))
            .and_where(Expr::col((upper, organization::Column::ExternalId)).is_not_null())
            .take();
        for row in self.connection().query_all(&statement).await? {
            above
                .entry(row.try_get_by_index(0)?)
                .or_default()
                .push(row.try_get_by_index(1)?);
        }
        Ok(above)
    }

    /// Which of these organizations have something below them or in them, or are referred to, by hidden rows too: for not deleting what is in
    /// use.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn organizations_in_use(
        &mut self,
        organizations: &[OrganizationId],
    ) -> Result<HashSet<OrganizationId>> {
        if organizations.is_empty() {
            return Ok(HashSet::new());
        }
        let mut users = self.users(organization::Column::ParentId, organizations);
        let others = [
            self.users(contact::Column::OrganizationId, organizations),
            self.users(address::Column::OrganizationId, organizations),
            self.users(role_assignment::Column::OrganizationId, organizations),
            self.users(customer::Column::OrganizationId, organizations),
            self.users(sales_order::Column::OrganizationId, organizations),
        ];
        for other in others {
            users.union(UnionType::Distinct, other);
        }
        let rows = self.connection().query_all(&users).await?;
        rows.iter()
            .map(|row| Ok(row.try_get_by_index(0)?))
            .collect()
    }

    fn users<C: ColumnTrait>(&self, column: C, used: &[OrganizationId]) -> SelectStatement {
        Query::select()
            .column(column.as_column_ref())
            .from(column.entity_name())
            .cond_where(is_one_of(self.engine(), column, used))
            .take()
    }

    /// How many contacts that the viewer sees (T-37) belong to each of these organizations, by the group given to the contacts themselves.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn own_groups_within(
        &mut self,
        organizations: &[OrganizationId],
    ) -> Result<HashMap<OrganizationId, Vec<(Option<CustomerGroupId>, i64)>>> {
        let mut groups: HashMap<_, Vec<_>> = HashMap::new();
        if organizations.is_empty() {
            return Ok(groups);
        }
        let statement = Query::select()
            .column(contact::Column::OrganizationId.as_column_ref())
            .column(contact::Column::CustomerGroupId.as_column_ref())
            .expr(Func::count(Expr::cust("*")))
            .from(contact::Entity)
            .cond_where(is_one_of(
                self.engine(),
                contact::Column::OrganizationId,
                organizations,
            ))
            .cond_where(contact::Entity::reached(
                self.viewer(),
                Action::View,
                self.engine(),
            ))
            .group_by_columns([
                contact::Column::OrganizationId.as_column_ref(),
                contact::Column::CustomerGroupId.as_column_ref(),
            ])
            .take();
        for row in self.connection().query_all(&statement).await? {
            groups
                .entry(row.try_get_by_index(0)?)
                .or_default()
                .push((row.try_get_by_index(1)?, row.try_get_by_index(2)?));
        }
        Ok(groups)
    }

    /// The next rows of an import of which nothing was decided yet, by their numbers.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn staged_import_rows(
        &mut self,
        id: ImportId,
        after: i64,
        limit: u64,
    ) -> Result<Vec<StagedRow>> {
        let statement = Query::select()
            .columns(
                [
                    import_row::Column::Number,
                    import_row::Column::Key,
                    import_row::Column::Given,
                    import_row::Column::Problems,
                ]
                .map(|column| column.as_column_ref()),
            )
            .from(import_row::Entity)
            .cond_where(import_row::Column::ImportId.eq(id))
            .cond_where(import_row::Column::State.eq(State::Read))
            .cond_where(import_row::Column::Number.gt(after))
            .order_by(import_row::Column::Number.as_column_ref(), Order::Asc)
            .limit(limit)
            .take();
        let rows = self.connection().query_all(&statement).await?;
        let staged = rows.iter().map(|row| {
            let problems: Json = row.try_get_by_index(3)?;
            Ok(StagedRow {
                number: row.try_get_by_index(0)?,
                key: row.try_get_by_index(1)?,
                given: row.try_get_by_index(2)?,
                faulty: problems.as_array().is_some_and(|told| !told.is_empty()),
            })
        });
        staged.collect()
    }

    /// Says of rows of an import, by their numbers, at which stage and place they come.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn place_import_rows(
        &mut self,
        id: ImportId,
        places: &[(i64, i32, i64)],
    ) -> Result<()> {
        for some in places.chunks(PLACES_AT_ONCE) {
            let mut told = String::new();
            for (number, stage, place) in some {
                let comma = if told.is_empty() { "" } else { "," };
                let _ = write!(told, "{comma}({number},{stage},{place})");
            }
            let sql = format!(
                "UPDATE import_row SET stage = told.column2, place = told.column3
                 FROM (VALUES {told}) AS told WHERE import_id = $1 AND number = told.column1"
            );
            let statement = Statement::from_sql_and_values(self.engine(), sql, [id.into()]);
            self.connection().execute_raw(statement).await?;
        }
        Ok(())
    }

    /// Says of rows of an import, by their numbers, why they are refused.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn fault_import_rows(&mut self, id: ImportId, faults: &[(i64, Json)]) -> Result<()> {
        self.set_of_rows(id, "action = 'ERROR', problems", faults)
            .await
    }

    /// Says of rows of an import, by their numbers, what they are taken to give.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn correct_import_rows(&mut self, id: ImportId, given: &[(i64, Json)]) -> Result<()> {
        self.set_of_rows(id, "given", given).await
    }

    async fn set_of_rows(&mut self, id: ImportId, what: &str, rows: &[(i64, Json)]) -> Result<()> {
        let kind = match self.engine() {
            DbBackend::Postgres => "jsonb",
            _ => "text",
        };
        for some in rows.chunks(TEXTS_AT_ONCE) {
            let mut values: Vec<Value> = vec![id.into()];
            let mut told = String::new();
            for (number, text) in some {
                let comma = if told.is_empty() { "" } else { "," };
                values.push(text.to_string().into());
                let _ = write!(told, "{comma}({number}, CAST(${} AS text))", values.len());
            }
            let sql = format!(
                "UPDATE import_row SET {what} = CAST(told.column2 AS {kind})
                 FROM (VALUES {told}) AS told WHERE import_id = $1 AND number = told.column1"
            );
            let statement = Statement::from_sql_and_values(self.engine(), sql, values);
            self.connection().execute_raw(statement).await?;
        }
        Ok(())
    }
}
