//! Reading the tree's shape: ids and keys alone, in one statement however large it is.

use super::place::array;
use super::scoped_db::ScopedDb;
use crate::error::Result;
use entity::ids::OrganizationId;
use entity::organization::{self, Limb};
use entity::organization_closure as closure;
use sea_orm::sea_query::extension::postgres::PgFunc;
use sea_orm::sea_query::{ExprTrait, Order, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend};
use std::collections::HashMap;

impl ScopedDb {
    /// For each of `organizations`, the ids of its ancestors, nearest first, hidden ones too: whoever shows them cuts them off at the
    /// first that the viewer may not see (T-35).
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn ancestor_ids(
        &self,
        organizations: &[OrganizationId],
    ) -> Result<HashMap<OrganizationId, Vec<OrganizationId>>> {
        let statement = Query::select()
            .column(closure::Column::DescendantId.as_column_ref())
            .column(closure::Column::AncestorId.as_column_ref())
            .from(closure::Entity)
            .cond_where(self.is_one_of(closure::Column::DescendantId, organizations))
            .cond_where(closure::Column::Distance.gt(0))
            .order_by(closure::Column::Distance.as_column_ref(), Order::Asc)
            .take();
        let mut ancestors: HashMap<_, Vec<_>> = HashMap::new();
        for row in self.reader().query_all(&statement).await? {
            ancestors
                .entry(row.try_get_by_index(0)?)
                .or_default()
                .push(row.try_get_by_index(1)?);
        }
        Ok(ancestors)
    }

    /// What the viewer may see below any of `roots`, at most `max_depth` levels below one of them, in no order and each once. What lies
    /// below a hidden organization is in it too, if it is visible itself: whoever walks the limbs does not get there (T-198).
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn limbs_below(
        &self,
        roots: &[OrganizationId],
        max_depth: Option<u32>,
    ) -> Result<Vec<Limb>> {
        let Some(visible) = self.visible::<organization::Entity>() else {
            return Ok(Vec::new());
        };
        let mut below = Query::select();
        below
            .column(closure::Column::DescendantId.as_column_ref())
            .from(closure::Entity)
            .cond_where(self.is_one_of(closure::Column::AncestorId, roots))
            .cond_where(closure::Column::Distance.gt(0));
        if let Some(max_depth) = max_depth {
            let levels = i32::try_from(max_depth).unwrap_or(i32::MAX);
            below.cond_where(closure::Column::Distance.lte(levels));
        }
        let statement = Query::select()
            .column(organization::Column::Id.as_column_ref())
            .column(organization::Column::ParentId.as_column_ref())
            .column(organization::Column::NameKey.as_column_ref())
            .from(organization::Entity)
            .and_where(if self.engine() == DbBackend::Postgres {
                organization::Column::Id
                    .into_expr()
                    .eq(PgFunc::any(array(below)))
            } else {
                organization::Column::Id.in_subquery(below)
            })
            .cond_where(visible)
            .take();
        let rows = self.reader().query_all(&statement).await?;
        rows.iter()
            .map(|row| {
                Ok(Limb {
                    id: row.try_get_by_index(0)?,
                    parent_id: row.try_get_by_index(1)?,
                    name_key: row.try_get_by_index(2)?,
                })
            })
            .collect()
    }
}
