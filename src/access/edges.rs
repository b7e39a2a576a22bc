//! The few places where a row is reached without its own rule, by name, because the rulings say so.

use super::granted::{Granted, View};
use super::scoped_db::ScopedDb;
use crate::error::Result;
use entity::ids::{ContactId, CustomerGroupId, OrganizationId};
use entity::{contact, customer_group, organization};
use sea_orm::sea_query::{ExprTrait, Func, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait};
use std::collections::HashMap;

impl ScopedDb {
    /// The group given to each organization, whether the viewer may see the organization or not: what a contact pays must be right,
    /// and explicable, also where its organization is hidden (T-22). Nothing else of the organization comes out.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn groups_given_to(
        &self,
        organizations: &[OrganizationId],
    ) -> Result<HashMap<OrganizationId, CustomerGroupId>> {
        let statement = Query::select()
            .column(organization::Column::Id.as_column_ref())
            .column(organization::Column::CustomerGroupId.as_column_ref())
            .from(organization::Entity)
            .cond_where(self.is_one_of(organization::Column::Id, organizations))
            .cond_where(organization::Column::CustomerGroupId.is_not_null())
            .take();
        let mut groups = HashMap::new();
        for row in self.reader().query_all(&statement).await? {
            groups.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        }
        Ok(groups)
    }

    /// The organization of a contact, whether the viewer may see either or not: OWN scope counts there, which whoever sees the account may
    /// have explained. Nothing else of the contact comes out, and of the organization only whether it is the one that was asked for.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn organization_of_contact(
        &self,
        contact: ContactId,
    ) -> Result<Option<OrganizationId>> {
        let statement = Query::select()
            .column(contact::Column::OrganizationId.as_column_ref())
            .from(contact::Entity)
            .cond_where(contact::Column::Id.eq(contact))
            .take();
        match self.reader().query_one(&statement).await? {
            Some(row) => Ok(row.try_get_by_index(0)?),
            None => Ok(None),
        }
    }

    /// The groups of rows that the viewer holds: whoever may see a contact or an organization may see its group (T-199).
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn groups_on_edges(
        &self,
        groups: &[CustomerGroupId],
    ) -> Result<HashMap<CustomerGroupId, Granted<customer_group::Entity, View>>> {
        let condition = self.is_one_of(customer_group::Column::Id, groups);
        let rows = self.unscoped::<customer_group::Entity>(condition).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

/// The group that prices are made for, of one contact: its organization's, else its own.
pub(super) fn effective_group_of(contact: ContactId) -> SelectStatement {
    let organizations_own = organization::Column::CustomerGroupId.into_expr();
    Query::select()
        .expr(Func::coalesce([
            organizations_own,
            contact::Column::CustomerGroupId.into_expr(),
        ]))
        .from(contact::Entity)
        .left_join(
            organization::Entity,
            organization::Column::Id
                .into_expr()
                .equals(contact::Column::OrganizationId.as_column_ref()),
        )
        .cond_where(contact::Column::Id.eq(contact))
        .take()
}
