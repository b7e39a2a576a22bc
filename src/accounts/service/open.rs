//! Making an account for somebody else.

use super::user::{NewUser, User, make_user};
use crate::access::{Permission, Place, WriteTx};
use crate::error::Result;
use entity::ids::OrganizationId;

/// Makes a user whose contact is, or will be, in `organization`. Needs ACCOUNT_CREATE there, without one everywhere, and there what every
/// account holds.
///
/// # Errors
/// User errors `FORBIDDEN` and `OUT_OF_SCOPE` at `field`, and what the tables refuse.
pub async fn open_account(
    tx: &mut WriteTx,
    user: NewUser,
    organization: Option<OrganizationId>,
    field: &str,
) -> Result<User> {
    let place = Place::from(organization);
    tx.require(Permission::AccountCreate, place, field).await?;
    tx.require_what_every_account_holds(organization, field)
        .await?;
    make_user(tx, user).await
}
