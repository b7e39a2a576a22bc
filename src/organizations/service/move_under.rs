//! Moving an organization, with everything below it.

use super::super::rules;
use crate::access::{Change, Edit, Permission, Place, WriteTx};
use crate::error::{Code, Error, Result};
use crate::graphql::terms::given;
use async_graphql::MaybeUndefined;
use entity::ids::OrganizationId;
use entity::organization;
use sea_orm::Set;
use serde::Serialize;

/// Hangs an organization below `new_parent_id`, or makes it a root when that is null; it must be given (T-176).
///
/// Needs ORGANIZATION_EDIT over it, its old and its new parent, everywhere for a root: else one could pull a unit under oneself, or push
/// it out of another's sight (T-28). Needs every right over what is moved that somebody gains over it at the new place: else one could
/// move a unit to where one holds more (T-194). Effective groups stay: they never look up the tree (T-29).
#[derive(Debug, Serialize)]
pub struct MoveOrganization {
    pub id: OrganizationId,
    pub new_parent_id: MaybeUndefined<OrganizationId>,
}

impl Change for MoveOrganization {
    type Row = organization::Entity;
    const MUTATION: &'static str = "organizationMove";
    const GIVES_RIGHTS: bool = true;

    async fn apply(&self, tx: &mut WriteTx) -> Result<OrganizationId> {
        let new_parent_id = given("newParentId", self.new_parent_id)?;
        // Two crossing moves could each pass the cycle check, so moves take turns (T-25).
        tx.lock_tree().await?;
        let row = tx.target::<organization::Entity, Edit>(self.id).await?;
        if let Some(old_parent) = row.parent_id {
            tx.require(
                Permission::OrganizationEdit,
                Place::Organization(old_parent),
                "id",
            )
            .await?;
        }
        let parent_level = match new_parent_id {
            Some(parent) => {
                let parent = tx
                    .refer::<organization::Entity>(parent, "newParentId")
                    .await?;
                tx.require(
                    Permission::OrganizationEdit,
                    Place::Organization(parent.id),
                    "newParentId",
                )
                .await?;
                if tx.lies_within(parent.id, self.id).await? {
                    let message = if parent.id == self.id {
                        format!("{} cannot lie below itself", row.name)
                    } else {
                        format!("{} lies below {}", parent.name, row.name)
                    };
                    return Err(Error::invalid(Code::HierarchyCycle, "newParentId", message));
                }
                tx.level(parent.id).await?
            }
            None => {
                tx.require(
                    Permission::OrganizationEdit,
                    Place::Everywhere,
                    "newParentId",
                )
                .await?;
                0
            }
        };
        if row.parent_id == new_parent_id {
            return Ok(self.id);
        }
        let height = tx.height(self.id).await?;
        rules::check_depth(parent_level, height, tx.max_depth(), "newParentId")?;
        if let Some(parent) = new_parent_id {
            tx.require_what_moving_gives(self.id, parent, "newParentId")
                .await?;
        }
        tx.watch_effective_groups_below(self.id).await?;
        tx.save(row, |organization| {
            organization.parent_id = Set(new_parent_id);
        })
        .await?;
        tx.closure_move(self.id, new_parent_id).await?;
        Ok(self.id)
    }
}
