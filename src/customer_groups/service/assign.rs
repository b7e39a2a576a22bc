//! Giving a group to somebody, or taking it away.

use super::assignable;
use crate::access::{Change, Permission, Place, WriteTx};
use crate::error::Result;
use entity::ids::{ContactId, CustomerGroupId, OrganizationId};
use entity::{contact, organization};
use sea_orm::{ColumnTrait, Set};
use serde::Serialize;

/// Gives a group to an organization, or takes it away. Needs CUSTOMER_GROUP_ASSIGN over it.
#[derive(Debug, Serialize)]
pub struct AssignToOrganization {
    pub id: OrganizationId,
    pub customer_group_id: Option<CustomerGroupId>,
}

impl Change for AssignToOrganization {
    type Row = organization::Entity;
    const MUTATION: &'static str = "customerGroupAssign";

    async fn apply(&self, tx: &mut WriteTx) -> Result<OrganizationId> {
        let row = tx
            .affected::<organization::Entity>(self.id, "organizationId")
            .await?;
        tx.require(
            Permission::CustomerGroupAssign,
            Place::Organization(self.id),
            "organizationId",
        )
        .await?;
        // Having it already is no new assignment, even of an archived group.
        if row.customer_group_id != self.customer_group_id {
            if let Some(group) = self.customer_group_id {
                assignable(tx, group).await?;
            }
            tx.watch_effective_groups(contact::Column::OrganizationId.eq(self.id))
                .await?;
            tx.save(row, |organization| {
                organization.customer_group_id = Set(self.customer_group_id);
            })
            .await?;
        }
        Ok(self.id)
    }
}

/// Gives a group to a contact itself, or takes it away. Needs CUSTOMER_GROUP_ASSIGN over the contact's organization.
#[derive(Debug, Serialize)]
pub struct AssignToContact {
    pub id: ContactId,
    pub customer_group_id: Option<CustomerGroupId>,
}

impl Change for AssignToContact {
    type Row = contact::Entity;
    const MUTATION: &'static str = "customerGroupAssign";

    async fn apply(&self, tx: &mut WriteTx) -> Result<ContactId> {
        let row = tx.affected::<contact::Entity>(self.id, "contactId").await?;
        tx.require(
            Permission::CustomerGroupAssign,
            Place::from(row.organization_id),
            "contactId",
        )
        .await?;
        if row.customer_group_id != self.customer_group_id {
            if let Some(group) = self.customer_group_id {
                assignable(tx, group).await?;
            }
            tx.watch_effective_groups(contact::Column::Id.eq(self.id))
                .await?;
            tx.save(row, |contact| {
                contact.customer_group_id = Set(self.customer_group_id);
            })
            .await?;
        }
        Ok(self.id)
    }
}
