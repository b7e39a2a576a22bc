//! Putting a contact into an organization, or taking it out.

use crate::access::{Change, Edit, Granted, Permission, Place, WriteTx, Writes};
use crate::error::{Code, Error, Result};
use entity::ids::{ContactId, OrganizationId};
use entity::{address, contact, organization};
use sea_orm::{ColumnTrait, Condition, Set};
use serde::Serialize;

/// Puts a contact into `organization_id`, or takes it out of its organization.
///
/// Needs CONTACT_EDIT at both places, and CUSTOMER_GROUP_ASSIGN there when the effective group changes (T-194). The contact's own group
/// stays stored, whether it counts or not (T-12). Refused for a primary contact (T-33).
#[derive(Debug, Serialize)]
pub struct AssignOrganization {
    pub id: ContactId,
    pub organization_id: Option<OrganizationId>,
}

impl Change for AssignOrganization {
    type Row = contact::Entity;
    const MUTATION: &'static str = "contactAssignOrganization";
    const GIVES_RIGHTS: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<ContactId> {
        let row = tx.target::<contact::Entity, Edit>(self.id).await?;
        if let Some(organization) = self.organization_id {
            tx.refer::<organization::Entity>(organization, "organizationId")
                .await?;
        }
        tx.require(
            Permission::ContactEdit,
            Place::from(self.organization_id),
            "organizationId",
        )
        .await?;
        if row.organization_id == self.organization_id {
            return Ok(self.id);
        }
        let primary_of = organization::Column::PrimaryContactId.eq(self.id);
        if tx.uses::<organization::Entity>(primary_of).await? > 0 {
            let message = "this is the organization's primary contact; set another one first";
            return Err(Error::invalid(Code::InUse, "id", message));
        }
        leave(tx, row, self.organization_id, "organizationId").await?;
        Ok(self.id)
    }
}

/// Takes a contact from its organization to `heir`, or out of all; preferences for the old organization's addresses are cleared (T-74).
///
/// # Errors
/// User errors at `field`: `FORBIDDEN` when its effective group would change and the viewer may not assign groups at both places,
/// `OUT_OF_SCOPE` when its account would gain a right there that the viewer does not hold there (T-194).
pub async fn leave<R: Writes>(
    tx: &mut WriteTx,
    contact: Granted<contact::Entity, R>,
    heir: Option<OrganizationId>,
    field: &str,
) -> Result<()> {
    let own = contact.customer_group_id;
    let before = group_given_to(tx, contact.organization_id).await?.or(own);
    let after = group_given_to(tx, heir).await?.or(own);
    if before != after {
        for place in [contact.organization_id, heir] {
            tx.require(Permission::CustomerGroupAssign, Place::from(place), field)
                .await?;
        }
    }
    if let Some(heir) = heir {
        tx.require_what_joining_gives(contact.id, heir, field)
            .await?;
    }
    let preferred = [
        contact.preferred_billing_address_id,
        contact.preferred_shipping_address_id,
    ];
    let preferred: Vec<_> = preferred.into_iter().flatten().collect();
    let mut lost = Vec::new();
    if let (Some(old), false) = (contact.organization_id, preferred.is_empty()) {
        let of_old = Condition::all()
            .add(address::Column::Id.is_in(preferred))
            .add(address::Column::OrganizationId.eq(old));
        lost.extend(
            tx.consequences::<address::Entity>(of_old)
                .await?
                .iter()
                .map(|address| address.id),
        );
    }
    let loses = |preference: Option<entity::ids::AddressId>| {
        preference.is_some_and(|id| lost.contains(&id))
    };
    let (billing, shipping) = (
        loses(contact.preferred_billing_address_id),
        loses(contact.preferred_shipping_address_id),
    );
    tx.save(contact, |contact| {
        contact.organization_id = Set(heir);
        if billing {
            contact.preferred_billing_address_id = Set(None);
        }
        if shipping {
            contact.preferred_shipping_address_id = Set(None);
        }
    })
    .await?;
    Ok(())
}

async fn group_given_to(
    tx: &mut WriteTx,
    organization: Option<OrganizationId>,
) -> Result<Option<entity::ids::CustomerGroupId>> {
    let Some(organization) = organization else {
        return Ok(None);
    };
    let rows = tx
        .decided_by::<organization::Entity>(organization::Column::Id.eq(organization))
        .await?;
    Ok(rows.first().and_then(|row| row.customer_group_id))
}
