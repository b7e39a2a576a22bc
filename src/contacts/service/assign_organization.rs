//! Putting a contact into an organization, or taking it out.

use crate::access::{Change, Edit, Granted, Permission, Place, WriteTx, Writes};
use crate::error::Result;
use entity::ids::{AddressId, ContactId, OrganizationId};
use entity::{address, contact, organization};
use sea_orm::sea_query::{IntoCondition, Query};
use sea_orm::{ColumnTrait, Condition};
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};

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
        super::not_primary(tx, self.id).await?;
        tx.watch_effective_groups(contact::Column::Id.eq(self.id))
            .await?;
        let (from, heir) = (row.organization_id, self.organization_id);
        let own = contact::Column::Id.eq(self.id);
        leave(tx, vec![row], own, from, heir, "organizationId").await?;
        Ok(self.id)
    }
}

/// Takes contacts from one organization to `heir`, or out of all; `which` tells the same contacts to the database. Preferences for the
/// old organization's addresses are cleared (T-74). It takes as many statements for many as for one, but that rows are written by the
/// thousand.
///
/// # Errors
/// User errors at `field`: `FORBIDDEN` when an effective group would change and the viewer may not assign groups at both places,
/// `OUT_OF_SCOPE` when an account would gain a right there that the viewer does not hold there (T-194).
pub async fn leave<R: Writes>(
    tx: &mut WriteTx,
    contacts: Vec<Granted<contact::Entity, R>>,
    which: impl IntoCondition,
    from: Option<OrganizationId>,
    heir: Option<OrganizationId>,
    field: &str,
) -> Result<()> {
    let which = which.into_condition();
    let (before, after) = (
        group_given_to(tx, from).await?,
        group_given_to(tx, heir).await?,
    );
    let changes = |own| before.or(own) != after.or(own);
    if contacts
        .iter()
        .any(|contact| changes(contact.customer_group_id))
    {
        for place in [from, heir] {
            tx.require(Permission::CustomerGroupAssign, Place::from(place), field)
                .await?;
        }
    }
    if let Some(heir) = heir {
        tx.require_what_joining_gives(which.clone(), heir, field)
            .await?;
    }
    let lost = lost_preferences(tx, &contacts, which, from).await?;
    let loses = |preference: Option<AddressId>| preference.is_some_and(|id| lost.contains(&id));
    let mut alike: BTreeMap<(bool, bool), Vec<_>> = BTreeMap::new();
    for contact in contacts {
        let losses = (
            loses(contact.preferred_billing_address_id),
            loses(contact.preferred_shipping_address_id),
        );
        alike.entry(losses).or_default().push(contact);
    }
    for ((billing, shipping), contacts) in alike {
        let mut values = vec![(contact::Column::OrganizationId, heir.into())];
        if billing {
            values.push((
                contact::Column::PreferredBillingAddressId,
                NO_ADDRESS.into(),
            ));
        }
        if shipping {
            values.push((
                contact::Column::PreferredShippingAddressId,
                NO_ADDRESS.into(),
            ));
        }
        tx.set_all(contacts, &values).await?;
    }
    Ok(())
}

const NO_ADDRESS: Option<AddressId> = None;

/// The addresses of the old organization that some of the contacts prefer.
async fn lost_preferences<R: Writes>(
    tx: &mut WriteTx,
    contacts: &[Granted<contact::Entity, R>],
    which: Condition,
    from: Option<OrganizationId>,
) -> Result<HashSet<AddressId>> {
    let prefers_any = contacts.iter().any(|contact| {
        contact.preferred_billing_address_id.is_some()
            || contact.preferred_shipping_address_id.is_some()
    });
    let (Some(old), true) = (from, prefers_any) else {
        return Ok(HashSet::new());
    };
    let preferred = |column: contact::Column| {
        let chosen = Query::select()
            .column(column.as_column_ref())
            .from(contact::Entity)
            .cond_where(which.clone())
            .take();
        address::Column::Id.in_subquery(chosen)
    };
    let preferred = Condition::any()
        .add(preferred(contact::Column::PreferredBillingAddressId))
        .add(preferred(contact::Column::PreferredShippingAddressId));
    let of_old = Condition::all()
        .add(address::Column::OrganizationId.eq(old))
        .add(preferred);
    let lost = tx.consequences::<address::Entity>(of_old).await?;
    Ok(lost.iter().map(|address| address.id).collect())
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
