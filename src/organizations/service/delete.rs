//! Deleting an organization, in four ways.

use crate::access::{Action, Change, Consequence, Delete, Granted, Permission, Place, WriteTx};
use crate::contacts::service::{leave, remove};
use crate::customers::service::hand_over_customers;
use crate::error::{Code, Error, Result};
use crate::orders::service::{orders_go_to, refuse_with_orders};
use entity::ids::OrganizationId;
use entity::{account, address, contact, customer, organization, role_assignment, sales_order};
use sea_orm::sea_query::{IntoCondition, Query};
use sea_orm::{ColumnTrait, Condition, Set};
use serde::Serialize;

/// What becomes of an organization's children and contacts when it is deleted (T-31, T-32, T-143).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, async_graphql::Enum)]
#[graphql(name = "OrganizationDeleteMode")]
pub enum DeleteMode {
    /// Nothing: with children, contacts, customers or role assignments on it, the organization is not deleted (IN_USE).
    Refuse,
    /// They go to the deleted organization's parent, and customers do, too; at a root, children become roots, and contacts and customers lose their organization. Needs CUSTOMER_EDIT over customers and at the parent. May change effective customer groups.
    Reparent,
    /// Children become roots, and contacts and customers lose their organization. Needs ORGANIZATION_EDIT and CONTACT_EDIT everywhere, and with customers CUSTOMER_EDIT everywhere.
    Detach,
    /// They are deleted too, with everything below. Needs the right to delete each; refused (IN_USE) while one of the contacts has an account or orders, or one of the organizations a customer.
    Cascade,
}

/// Deletes an organization with its addresses and the role assignments on it; its orders go to its parent (T-34). Needs ORGANIZATION_DELETE, and by mode more.
#[derive(Debug, Serialize)]
pub struct DeleteOrganization {
    pub id: OrganizationId,
    pub mode: DeleteMode,
}

impl Change for DeleteOrganization {
    type Row = organization::Entity;
    const MUTATION: &'static str = "organizationDelete";
    const GIVES_RIGHTS: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<OrganizationId> {
        tx.lock_tree().await?;
        let row = tx.target::<organization::Entity, Delete>(self.id).await?;
        match self.mode {
            DeleteMode::Refuse => refuse_if_used(tx, self.id).await?,
            DeleteMode::Reparent => hand_over(tx, self.id, row.parent_id).await?,
            DeleteMode::Detach => hand_over(tx, self.id, None).await?,
            DeleteMode::Cascade => return Box::pin(cascade(tx, self.id, row.parent_id)).await,
        }
        orders_go_to(tx, &[self.id], row.parent_id).await?;
        // Read again: handing over may have changed it.
        for row in tx
            .consequences::<organization::Entity>(organization::Column::Id.eq(self.id))
            .await?
        {
            remove_one(tx, row).await?;
        }
        Ok(self.id)
    }
}

async fn refuse_if_used(tx: &mut WriteTx, id: OrganizationId) -> Result<()> {
    let children = tx
        .uses::<organization::Entity>(organization::Column::ParentId.eq(id))
        .await?;
    let contacts = tx
        .uses::<contact::Entity>(contact::Column::OrganizationId.eq(id))
        .await?;
    let assignments = tx
        .uses::<role_assignment::Entity>(role_assignment::Column::OrganizationId.eq(id))
        .await?;
    let customers = tx
        .uses::<customer::Entity>(customer::Column::OrganizationId.eq(id))
        .await?;
    if children + contacts + assignments + customers == 0 {
        return Ok(());
    }
    // No numbers: some of them may be hidden from the viewer (T-37).
    let used_by = [
        (children, "organizations below it"),
        (contacts, "contacts"),
        (assignments, "role assignments on it"),
        (customers, "customers"),
    ];
    let used_by: Vec<_> = used_by
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(_, what)| *what)
        .collect();
    Err(Error::invalid(
        Code::InUse,
        "id",
        format!("the organization has {}", used_by.join(" and ")),
    ))
}

/// Gives children and contacts to `heir`, or sets them free.
async fn hand_over(
    tx: &mut WriteTx,
    id: OrganizationId,
    heir: Option<OrganizationId>,
) -> Result<()> {
    let children_of = organization::Column::ParentId.eq(id);
    let contacts_of = contact::Column::OrganizationId.eq(id);
    let children = tx
        .consequences::<organization::Entity>(children_of.clone())
        .await?;
    if !children.is_empty() {
        tx.require(Permission::OrganizationEdit, Place::from(heir), "mode")
            .await?;
        require_all::<organization::Entity>(tx, children_of, Action::Edit).await?;
    }
    let contacts = tx
        .consequences::<contact::Entity>(contacts_of.clone())
        .await?;
    if !contacts.is_empty() {
        tx.require(Permission::ContactEdit, Place::from(heir), "mode")
            .await?;
        require_all::<contact::Entity>(tx, contacts_of.clone(), Action::Edit).await?;
    }
    hand_over_customers(tx, id, heir, "mode").await?;
    tx.watch_effective_groups(contacts_of.clone()).await?;
    clear_primary_contact(tx, id).await?;
    for child in children {
        let child_id = child.id;
        tx.save(child, |child| child.parent_id = Set(heir)).await?;
        tx.closure_move(child_id, heir).await?;
    }
    if contacts.is_empty() {
        return Ok(());
    }
    leave(tx, contacts, contacts_of, Some(id), heir, "mode").await
}

async fn cascade(
    tx: &mut WriteTx,
    id: OrganizationId,
    above: Option<OrganizationId>,
) -> Result<OrganizationId> {
    let organizations = tx.subtree(id).await?;
    let inside = tx.is_one_of(organization::Column::Id, &organizations);
    let people = tx.is_one_of(contact::Column::OrganizationId, &organizations);
    require_all::<organization::Entity>(tx, inside, Action::Delete).await?;
    require_all::<contact::Entity>(tx, people.clone(), Action::Delete).await?;
    let of_people = Query::select()
        .column(contact::Column::Id.as_column_ref())
        .from(contact::Entity)
        .cond_where(people.clone())
        .take();
    let with_order = sales_order::Column::ContactId.in_subquery(of_people.clone());
    let message = "there are orders of some of the contacts, which stay";
    refuse_with_orders(tx, with_order, message).await?;
    let with_account = account::Column::ContactId.in_subquery(of_people);
    if tx.uses::<account::Entity>(with_account).await? > 0 {
        return Err(Error::invalid(
            Code::InUse,
            "id",
            "something still belongs to some of the contacts, such as an account",
        ));
    }
    let with_customers = tx.is_one_of(customer::Column::OrganizationId, &organizations);
    if tx.uses::<customer::Entity>(with_customers).await? > 0 {
        let message = "some of the organizations have customers; these are not deleted with them";
        return Err(Error::invalid(Code::InUse, "id", message));
    }
    tx.watch_effective_groups(people.clone()).await?;
    for organization in &organizations {
        clear_primary_contact(tx, *organization).await?;
    }
    for contact in tx.consequences::<contact::Entity>(people).await? {
        Box::pin(remove(tx, contact)).await?;
    }
    orders_go_to(tx, &organizations, above).await?;
    // Deepest first, so that none still has children.
    for organization in organizations {
        for row in tx
            .consequences::<organization::Entity>(organization::Column::Id.eq(organization))
            .await?
        {
            remove_one(tx, row).await?;
        }
    }
    Ok(id)
}

/// Deletes one organization that has no children and no contacts any more.
async fn remove_one(
    tx: &mut WriteTx,
    row: Granted<organization::Entity, Consequence>,
) -> Result<()> {
    let id = row.id;
    let owned = address::Column::OrganizationId.eq(id);
    for address in tx.consequences::<address::Entity>(owned).await? {
        crate::addresses::service::remove(tx, address).await?;
    }
    let over_it = role_assignment::Column::OrganizationId.eq(id);
    for assignment in tx.consequences::<role_assignment::Entity>(over_it).await? {
        tx.delete(assignment).await?;
    }
    tx.closure_leave(id).await?;
    tx.delete(row).await
}

async fn clear_primary_contact(tx: &mut WriteTx, id: OrganizationId) -> Result<()> {
    let with_one = Condition::all()
        .add(organization::Column::Id.eq(id))
        .add(organization::Column::PrimaryContactId.is_not_null());
    for row in tx.consequences::<organization::Entity>(with_one).await? {
        tx.save(row, |organization| {
            organization.primary_contact_id = Set(None);
        })
        .await?;
    }
    Ok(())
}

async fn require_all<E: crate::access::Guarded>(
    tx: &mut WriteTx,
    rows: impl IntoCondition,
    action: Action,
) -> Result<()> {
    if tx.reaches_all::<E>(rows, action).await? {
        return Ok(());
    }
    let needed = E::permission(action).map_or("it", Permission::name);
    Err(Error::invalid(
        Code::Forbidden,
        "mode",
        format!("this needs the permission {needed} over everything it changes"),
    ))
}
