//! The use cases that change customer groups and give them to contacts and organizations.

use crate::access::{Change, Delete, Edit, Granted, Permission, Place, View, WriteTx};
use crate::error::{Code, Error, Mistakes, Result};
use crate::graphql::terms::patch;
use crate::text::{NAME, Rule, unique_key};
use async_graphql::MaybeUndefined;
use entity::customer_group::Status;
use entity::ids::{ContactId, CustomerGroupId, OrganizationId};
use entity::{contact, customer_group, organization};
use sea_orm::{ColumnTrait, Condition, Set};
use serde::Serialize;

/// Steps between the ranks of groups that are added without one.
const RANK_STEP: i32 = 10;

/// A group that may be given to someone: visible and not archived.
///
/// # Errors
/// User errors at `customerGroupId`: `NOT_FOUND`, `ARCHIVED` (T-17).
pub async fn assignable(
    tx: &mut WriteTx,
    group: CustomerGroupId,
) -> Result<Granted<customer_group::Entity, View>> {
    not_archived(
        tx.refer::<customer_group::Entity>(group, "customerGroupId")
            .await?,
        "customerGroupId",
    )
}

fn not_archived(
    group: Granted<customer_group::Entity, View>,
    field: &str,
) -> Result<Granted<customer_group::Entity, View>> {
    if group.status == Status::Archived {
        let message = format!(
            "the customer group {} is archived and goes to nobody new",
            group.name
        );
        return Err(Error::invalid(Code::Archived, field, message));
    }
    Ok(group)
}

/// Adds a group, last in rank unless told otherwise. Needs CUSTOMER_GROUP_CREATE everywhere.
#[derive(Debug, Serialize)]
pub struct CreateCustomerGroup {
    pub name: String,
    pub rank: Option<i32>,
}

impl Change for CreateCustomerGroup {
    type Row = customer_group::Entity;
    const MUTATION: &'static str = "customerGroupCreate";
    const CREATES: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<CustomerGroupId> {
        tx.require(Permission::CustomerGroupCreate, Place::Everywhere, "name")
            .await?;
        let mut mistakes = Mistakes::default();
        let name = mistakes.check(Rule::line("name", NAME).apply(Some(self.name.clone())));
        mistakes.finish()?;
        let name = name.ok_or_else(|| {
            Error::invalid(Code::Required, "name", "a customer group needs a name")
        })?;
        let rank = match self.rank {
            Some(rank) => rank,
            None => {
                let groups = tx
                    .consequences::<customer_group::Entity>(Condition::all())
                    .await?;
                groups
                    .iter()
                    .map(|group| group.rank)
                    .max()
                    .unwrap_or_default()
                    .saturating_add(RANK_STEP)
            }
        };
        let id = CustomerGroupId(tx.next_number("customerGroup").await?);
        let row = customer_group::ActiveModel {
            id: Set(id),
            name_key: Set(unique_key(&name)),
            name: Set(name),
            rank: Set(rank),
            status: Set(Status::Active),
            version: Set(1),
            created_at: Set(tx.now()),
            updated_at: Set(tx.now()),
        };
        tx.insert::<customer_group::Entity>(row).await?;
        Ok(id)
    }
}

/// Renames a group or gives it another rank; reprices nobody, as prices know the group by its number (T-20). Needs CUSTOMER_GROUP_EDIT.
#[derive(Debug, Serialize)]
pub struct UpdateCustomerGroup {
    pub id: CustomerGroupId,
    pub name: MaybeUndefined<String>,
    pub rank: MaybeUndefined<i32>,
}

impl Change for UpdateCustomerGroup {
    type Row = customer_group::Entity;
    const MUTATION: &'static str = "customerGroupUpdate";

    async fn apply(&self, tx: &mut WriteTx) -> Result<CustomerGroupId> {
        let row = tx.target::<customer_group::Entity, Edit>(self.id).await?;
        let mut mistakes = Mistakes::default();
        let name = patch(&mut mistakes, self.name.clone(), |text| {
            Rule::line("name", NAME).apply(text)
        });
        if self.rank.is_null() {
            mistakes.note(Code::Invalid, "rank", "the rank cannot be cleared");
        }
        mistakes.finish()?;
        if name == Some(None) {
            return Err(Error::invalid(
                Code::Required,
                "name",
                "a customer group needs a name",
            ));
        }
        tx.save(row, |group| {
            if let Some(name) = name.flatten() {
                group.name_key = Set(unique_key(&name));
                group.name = Set(name);
            }
            if let MaybeUndefined::Value(rank) = self.rank {
                group.rank = Set(rank);
            }
        })
        .await?;
        Ok(self.id)
    }
}

/// Archives a group: it goes to nobody new, and counts where it is (T-17). Needs CUSTOMER_GROUP_EDIT.
#[derive(Debug, Serialize)]
pub struct ArchiveCustomerGroup {
    pub id: CustomerGroupId,
}

impl Change for ArchiveCustomerGroup {
    type Row = customer_group::Entity;
    const MUTATION: &'static str = "customerGroupArchive";

    async fn apply(&self, tx: &mut WriteTx) -> Result<CustomerGroupId> {
        set_status(tx, self.id, Status::Archived).await
    }
}

/// Makes an archived group assignable again. Needs CUSTOMER_GROUP_EDIT.
#[derive(Debug, Serialize)]
pub struct RestoreCustomerGroup {
    pub id: CustomerGroupId,
}

impl Change for RestoreCustomerGroup {
    type Row = customer_group::Entity;
    const MUTATION: &'static str = "customerGroupRestore";

    async fn apply(&self, tx: &mut WriteTx) -> Result<CustomerGroupId> {
        set_status(tx, self.id, Status::Active).await
    }
}

async fn set_status(
    tx: &mut WriteTx,
    id: CustomerGroupId,
    status: Status,
) -> Result<CustomerGroupId> {
    let row = tx.target::<customer_group::Entity, Edit>(id).await?;
    tx.save(row, |group| group.status = Set(status)).await?;
    Ok(id)
}

/// What takes the place of a deleted group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Replacement {
    /// Nothing is said: a group in use is not deleted.
    Refused,
    /// Whoever had it has none.
    Nothing,
    /// Whoever had it has this one.
    Group(CustomerGroupId),
}

/// Deletes a group (T-18). Needs CUSTOMER_GROUP_DELETE, and with a replacement CUSTOMER_GROUP_ASSIGN everywhere.
#[derive(Debug, Serialize)]
pub struct DeleteCustomerGroup {
    pub id: CustomerGroupId,
    pub replacement: Replacement,
}

impl Change for DeleteCustomerGroup {
    type Row = customer_group::Entity;
    const MUTATION: &'static str = "customerGroupDelete";

    async fn apply(&self, tx: &mut WriteTx) -> Result<CustomerGroupId> {
        if self.replacement == Replacement::Group(self.id) {
            return Err(Error::invalid(
                Code::Invalid,
                "replaceWithId",
                "a group cannot replace itself",
            ));
        }
        let row = tx.target::<customer_group::Entity, Delete>(self.id).await?;
        let heir = match self.replacement {
            Replacement::Group(heir) => {
                let heir = tx
                    .refer::<customer_group::Entity>(heir, "replaceWithId")
                    .await?;
                Some(not_archived(heir, "replaceWithId")?.id)
            }
            Replacement::Nothing | Replacement::Refused => None,
        };
        let contacts = tx
            .consequences::<contact::Entity>(contact::Column::CustomerGroupId.eq(self.id))
            .await?;
        let given = organization::Column::CustomerGroupId.eq(self.id);
        let organizations = tx.consequences::<organization::Entity>(given).await?;
        if !contacts.is_empty() || !organizations.is_empty() {
            if self.replacement == Replacement::Refused {
                return Err(in_use(tx, self.id, contacts.len(), organizations.len()).await?);
            }
            tx.require(Permission::CustomerGroupAssign, Place::Everywhere, "id")
                .await?;
        }
        for contact in contacts {
            tx.save(contact, |contact| contact.customer_group_id = Set(heir))
                .await?;
        }
        for organization in organizations {
            tx.save(organization, |organization| {
                organization.customer_group_id = Set(heir);
            })
            .await?;
        }
        tx.delete(row).await?;
        Ok(self.id)
    }
}

/// Says how often a group is used where the viewer may see all of it, else only that it is (T-18).
async fn in_use(
    tx: &mut WriteTx,
    id: CustomerGroupId,
    contacts: usize,
    organizations: usize,
) -> Result<Error> {
    use crate::access::Action::View;
    let sees_contacts = tx
        .reaches_all::<contact::Entity>(contact::Column::CustomerGroupId.eq(id), View)
        .await?;
    let given = organization::Column::CustomerGroupId.eq(id);
    let sees_organizations = tx.reaches_all::<organization::Entity>(given, View).await?;
    let message = if sees_contacts && sees_organizations {
        format!(
            "the group is given to {contacts} contacts and {organizations} organizations; say what replaces it"
        )
    } else {
        "the group is in use; say what replaces it".to_owned()
    };
    Ok(Error::invalid(Code::InUse, "id", message))
}

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
            tx.save(row, |contact| {
                contact.customer_group_id = Set(self.customer_group_id);
            })
            .await?;
        }
        Ok(self.id)
    }
}
