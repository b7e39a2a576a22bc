//! Reading the tree's shape: ids and keys alone, in one statement however large it is.

use super::scoped_db::ScopedDb;
use crate::error::Result;
use entity::ids::OrganizationId;
use entity::{organization, organization_closure as closure};
use sea_orm::sea_query::{ExprTrait, Order, Query};
use sea_orm::{ColumnTrait, ConnectionTrait};
use std::collections::HashMap;

/// An organization's place below some root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limb {
    pub id: OrganizationId,
    pub parent_id: OrganizationId,
    /// Siblings stand in the order of their names (T-172).
    pub name_key: String,
}

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

    /// For each of `roots`, what the viewer may see below it, at most `max_depth` levels down, in no order. What lies below a hidden
    /// organization is in it too, if it is visible itself: whoever walks the limbs does not get there (T-198).
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn limbs_below(
        &self,
        roots: &[OrganizationId],
        max_depth: Option<u32>,
    ) -> Result<HashMap<OrganizationId, Vec<Limb>>> {
        let Some(visible) = self.visible::<organization::Entity>() else {
            return Ok(HashMap::new());
        };
        let mut statement = Query::select();
        statement
            .column(closure::Column::AncestorId.as_column_ref())
            .column(organization::Column::Id.as_column_ref())
            .column(organization::Column::ParentId.as_column_ref())
            .column(organization::Column::NameKey.as_column_ref())
            .from(closure::Entity)
            .inner_join(
                organization::Entity,
                organization::Column::Id
                    .into_expr()
                    .equals(closure::Column::DescendantId.as_column_ref()),
            )
            .cond_where(self.is_one_of(closure::Column::AncestorId, roots))
            .cond_where(closure::Column::Distance.gt(0))
            .cond_where(visible);
        if let Some(max_depth) = max_depth {
            statement.cond_where(
                closure::Column::Distance.lte(i32::try_from(max_depth).unwrap_or(i32::MAX)),
            );
        }
        let mut limbs: HashMap<_, Vec<_>> = HashMap::new();
        for row in self.reader().query_all(&statement).await? {
            let limb = Limb {
                id: row.try_get_by_index(1)?,
                parent_id: row.try_get_by_index(2)?,
                name_key: row.try_get_by_index(3)?,
            };
            limbs
                .entry(row.try_get_by_index(0)?)
                .or_default()
                .push(limb);
        }
        Ok(limbs)
    }
}
