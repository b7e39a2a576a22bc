//! Moving an organization or a contact is granting what counts at the new place.

use super::made;
use crate::roles::{ASSIGN, account_id, can, refused, role_id};
use crate::support::build::contact_id;
use crate::support::{Person, World, each_engine};
use entity::ids::RoleId;
use entity::role_assignment::Scope;
use guildhall::access::Permission::{
    self, ContactEdit, ContactView, HistoryView, OrganizationDelete, OrganizationEdit,
    OrganizationView,
};
use serde_json::json;

pub const MOVE: &str = "mutation($input: OrganizationMoveInput!) { organizationMove(input: $input) { userErrors { code path message } } }";
pub const JOIN: &str = "mutation($input: ContactAssignOrganizationInput!) { contactAssignOrganization(input: $input) { userErrors { code path message } } }";
pub const DELETE: &str = "mutation($input: OrganizationDeleteInput!) { organizationDelete(input: $input) { deletedId userErrors { code path message } } }";

const MOVING: [Permission; 5] = [
    OrganizationView,
    OrganizationEdit,
    OrganizationDelete,
    ContactView,
    ContactEdit,
];

/// Somebody who may move everything anywhere, and holds nothing else.
async fn mover(world: &World) -> Person {
    world.holder("mover", &MOVING, Scope::Global, None).await
}

async fn historians(world: &World) -> RoleId {
    made(world, "historians", &[HistoryView]).await
}

/// T-194: also what begins later, and what an account holds that is not in use now.
#[tokio::test]
async fn a_move_counts_those_who_are_yet_to_gain_by_it() {
    each_engine(async |world| {
        let (old, new) = (world.organization("Old", None).await, world.organization("New", None).await);
        let unit = world.organization("Unit", Some(&old)).await;
        let mover = mover(&world).await;
        let person = world.account("person", None).await;
        world.sql("UPDATE account SET active = false WHERE login = 'person'").await;
        let historians = historians(&world).await;
        let later = json!({ "accountId": account_id(&person), "roleId": role_id(historians), "scope": "SUBTREE",
            "organizationId": new, "validFrom": "2027-01-01T00:00:00Z" });
        world.change(&world.admin, ASSIGN, later).await;
        let to_new = json!({ "id": unit, "newParentId": new });
        assert_eq!(refused(&world, &mover, MOVE, to_new.clone()).await, ["OUT_OF_SCOPE at newParentId"]);
        // Over the unit alone is not over all that moves.
        world.assign(&mover, historians, Scope::Node, Some(&unit)).await;
        assert_eq!(refused(&world, &mover, MOVE, to_new.clone()).await, ["OUT_OF_SCOPE at newParentId"]);
        world.assign(&mover, historians, Scope::Subtree, Some(&unit)).await;
        assert_eq!(refused(&world, &mover, MOVE, to_new).await, [""; 0]);
    })
    .await;
}

/// T-194: what is over, what counts on single organizations, and what is held over the moved one already gives nobody anything.
#[tokio::test]
async fn a_move_by_which_nobody_gains_needs_no_more_than_the_right_to_move() {
    each_engine(async |world| {
        let top = world.organization("Top", None).await;
        let (old, new) = (world.organization("Old", Some(&top)).await, world.organization("New", Some(&top)).await);
        let unit = world.organization("Unit", Some(&old)).await;
        let mover = mover(&world).await;
        let person = world.account("person", None).await;
        let historians = historians(&world).await;
        world.assign(&person, historians, Scope::Node, Some(&new)).await;
        world.assign(&person, historians, Scope::Subtree, Some(&top)).await;
        world.assign(&person, historians, Scope::Subtree, Some(&unit)).await;
        let brief = json!({ "accountId": account_id(&person), "roleId": role_id(historians), "scope": "SUBTREE",
            "organizationId": new, "validUntil": "2026-01-01T00:30:00Z" });
        world.change(&world.admin, ASSIGN, brief).await;
        let to_new = json!({ "id": unit, "newParentId": new });
        assert_eq!(refused(&world, &mover, MOVE, to_new.clone()).await, ["OUT_OF_SCOPE at newParentId"]);
        world.clock.advance(chrono::TimeDelta::minutes(30));
        assert_eq!(refused(&world, &mover, MOVE, to_new).await, [""; 0]);
        assert_eq!(refused(&world, &mover, MOVE, json!({ "id": unit, "newParentId": null })).await, [""; 0]);
    })
    .await;
}

/// T-194: one cannot be pulled to where oneself would gain, nor pull a unit under oneself.
#[tokio::test]
async fn nobody_pulls_a_unit_or_themselves_to_where_they_hold_more() {
    each_engine(async |world| {
        let (mine, other) = (
            world.organization("Mine", None).await,
            world.organization("Other", None).await,
        );
        let unit = world.organization("Unit", Some(&other)).await;
        let contact = world.contact("Ada", Some(&other)).await;
        let mover = world.account("mover", Some(contact_id(&contact))).await;
        let moves = made(&world, "moves", &MOVING).await;
        let historians = historians(&world).await;
        world.assign(&mover, moves, Scope::Global, None).await;
        world
            .assign(&mover, historians, Scope::Subtree, Some(&mine))
            .await;
        world.assign(&mover, historians, Scope::Own, None).await;
        let pull = json!({ "id": unit, "newParentId": mine });
        assert_eq!(
            refused(&world, &mover, MOVE, pull).await,
            ["OUT_OF_SCOPE at newParentId"]
        );
        let third = world.organization("Third", None).await;
        let go = async |to: &str| {
            refused(
                &world,
                &mover,
                JOIN,
                json!({ "id": contact, "organizationId": to }),
            )
            .await
        };
        assert_eq!(go(&third).await, ["OUT_OF_SCOPE at organizationId"]);
        assert!(!can(&world, &mover, "HISTORY_VIEW", Some(&third)).await);
        assert_eq!(go(&mine).await, [""; 0], "there it holds that already");
    })
    .await;
}

/// T-31, T-194: who is handed over to the parent joins it.
#[tokio::test]
async fn deleting_an_organization_hands_nobody_a_right_that_the_deleter_lacks() {
    each_engine(async |world| {
        let top = world.organization("Top", None).await;
        let unit = world.organization("Unit", Some(&top)).await;
        let contact = world.contact("Ada", Some(&unit)).await;
        let ada = world.account("ada", Some(contact_id(&contact))).await;
        let mover = mover(&world).await;
        let historians = historians(&world).await;
        world.assign(&ada, historians, Scope::Own, None).await;
        let delete = json!({ "id": unit, "mode": "REPARENT" });
        assert_eq!(
            refused(&world, &mover, DELETE, delete.clone()).await,
            ["OUT_OF_SCOPE at mode"]
        );
        assert!(
            !can(&world, &ada, "HISTORY_VIEW", Some(&unit)).await
                || world.number("SELECT count(*) FROM organization").await == 2
        );
        world
            .assign(&mover, historians, Scope::Node, Some(&top))
            .await;
        assert_eq!(refused(&world, &mover, DELETE, delete).await, [""; 0]);
        assert!(can(&world, &ada, "HISTORY_VIEW", Some(&top)).await);
    })
    .await;
}

/// T-194: OWN given to an account without an organization comes to something only when its contact joins one, and is asked for then.
#[tokio::test]
async fn what_own_scope_comes_to_is_asked_for_when_the_contact_joins() {
    each_engine(async |world| {
        let top = world.organization("Top", None).await;
        let contact = world.contact("Ada", None).await;
        let ada = world.account("ada", Some(contact_id(&contact))).await;
        let historians = historians(&world).await;
        let mover = mover(&world).await;
        let join = json!({ "id": contact, "organizationId": top });
        let later = json!({ "accountId": account_id(&ada), "roleId": role_id(historians), "scope": "OWN", "validFrom": "2027-01-01T00:00:00Z" });
        let given = world.change(&world.admin, ASSIGN, later).await;
        assert_eq!(refused(&world, &mover, JOIN, join.clone()).await, ["OUT_OF_SCOPE at organizationId"]);
        world.change(&world.admin, crate::roles::REVOKE, json!({ "id": given["roleAssignment"]["id"] })).await;
        let empty = made(&world, "empty", &[]).await;
        world.assign(&ada, empty, Scope::Own, None).await;
        // The role is given while it is empty, filled while the account is nowhere, and only then put somewhere.
        let filled = json!({ "id": role_id(empty), "permissions": ["HISTORY_VIEW"] });
        world.change(&world.admin, crate::roles::UPDATE, filled).await;
        assert_eq!(refused(&world, &mover, JOIN, join.clone()).await, ["OUT_OF_SCOPE at organizationId"]);
        world.assign(&mover, historians, Scope::Node, Some(&top)).await;
        assert_eq!(refused(&world, &mover, JOIN, join).await, [""; 0]);
    })
    .await;
}
