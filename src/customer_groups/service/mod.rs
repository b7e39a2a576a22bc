//! The use cases that change customer groups and give them to contacts and organizations.

mod assign;
mod edit;
mod replace;

pub use assign::{AssignToContact, AssignToOrganization};
pub use edit::{
    ArchiveCustomerGroup, CreateCustomerGroup, RestoreCustomerGroup, UpdateCustomerGroup,
};
pub use replace::{DeleteCustomerGroup, MergeCustomerGroup, Replaced, Replacement};

use crate::access::{Granted, View, WriteTx};
use crate::error::{Code, Error, Result};
use entity::customer_group::{self, Status};
use entity::ids::CustomerGroupId;

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
