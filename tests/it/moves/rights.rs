//! Who may move what to where, and what they are shown of it.

use super::{MOVE, move_as, place};
use crate::support::each_engine;
use entity::role_assignment::Scope;
use guildhall::access::Permission::{ContactView, OrganizationEdit, OrganizationView};
use serde_json::json;

/// T-28: else one could pull a foreign unit under oneself, or push one out of another's sight.
#[tokio::test]
async fn a_move_needs_the_right_over_the_moved_one_and_both_parents() {
    each_engine(async |world| {
        let old = world.organization("Old", None).await;
        let unit = world.organization("Unit", Some(&old)).await;
        let new = world.organization("New", None).await;
        let role = world
            .system
            .create_role("mover", &[OrganizationEdit])
            .await
            .expect("a role");
        for held in 0..8 {
            let mover = world
                .holder(
                    &format!("mover{held}"),
                    &[OrganizationView],
                    Scope::Global,
                    None,
                )
                .await;
            for (bit, place) in [&unit, &old, &new].into_iter().enumerate() {
                if held & (1 << bit) != 0 {
                    world.assign(&mover, role, Scope::Node, Some(place)).await;
                }
            }
            let got = move_as(&world, &mover, &unit, Some(&new)).await;
            let expected: &[&str] = match held {
                7 => &[],
                3 => &["FORBIDDEN at newParentId"],
                _ => &["FORBIDDEN at id"],
            };
            assert_eq!(
                got, expected,
                "unit, old parent and new parent as bits: {held:03b}"
            );
        }
    })
    .await;
}

/// T-28.
#[tokio::test]
async fn making_a_root_needs_the_right_everywhere_and_a_root_has_no_old_parent_to_ask() {
    each_engine(async |world| {
        let (old, new) = (
            world.organization("Old", None).await,
            world.organization("New", None).await,
        );
        let unit = world.organization("Unit", Some(&old)).await;
        let both = [OrganizationView, OrganizationEdit];
        let local = world
            .holder("local", &both, Scope::Subtree, Some(&old))
            .await;
        let payload = world
            .attempt(&local, MOVE, json!({ "id": unit, "newParentId": null }))
            .await;
        let message = "this needs the permission ORGANIZATION_EDIT";
        let error = json!({ "code": "FORBIDDEN", "message": message, "path": ["newParentId"] });
        assert_eq!(
            payload,
            json!({ "organization": null, "removedFromView": false, "userErrors": [error] })
        );
        let role = world
            .system
            .create_role("also", &both)
            .await
            .expect("a role");
        world.assign(&local, role, Scope::Node, Some(&new)).await;
        assert_eq!(move_as(&world, &local, &old, Some(&new)).await, [""; 0]);
        let global = world.holder("global", &both, Scope::Global, None).await;
        assert_eq!(move_as(&world, &global, &unit, None).await, [""; 0]);
    })
    .await;
}

/// T-38.
#[tokio::test]
async fn a_hidden_organization_is_neither_moved_nor_a_place_to_move_to() {
    each_engine(async |world| {
        let (mine, hidden) = (
            world.organization("Mine", None).await,
            world.organization("Hidden", None).await,
        );
        let unit = world.organization("Unit", Some(&mine)).await;
        let mover = world
            .holder(
                "mover",
                &[OrganizationView, OrganizationEdit],
                Scope::Subtree,
                Some(&mine),
            )
            .await;
        assert_eq!(
            move_as(&world, &mover, &unit, Some(&hidden)).await,
            ["NOT_FOUND at newParentId"]
        );
        assert_eq!(
            move_as(&world, &mover, &hidden, Some(&mine)).await,
            ["NOT_FOUND at id"]
        );
        let nowhere = "organization:01900000-0000-7000-8000-00000000ffff";
        assert_eq!(
            move_as(&world, &mover, &unit, Some(nowhere)).await,
            ["NOT_FOUND at newParentId"]
        );
        assert_eq!(
            move_as(&world, &mover, nowhere, Some(&mine)).await,
            ["NOT_FOUND at id"]
        );
    })
    .await;
}

/// T-194: one cannot move a unit to where oneself, or anybody else, gains a right over it that one does not hold there already.
#[tokio::test]
async fn a_move_gives_nobody_a_right_over_the_moved_ones_that_the_mover_lacks_there() {
    each_engine(async |world| {
        let (old, new) = (
            world.organization("Old", None).await,
            world.organization("New", None).await,
        );
        let unit = world.organization("Unit", Some(&old)).await;
        let both = [OrganizationView, OrganizationEdit];
        let mover = world.holder("mover", &both, Scope::Global, None).await;
        let watcher = world
            .holder(
                "watcher",
                &[OrganizationView, ContactView],
                Scope::Subtree,
                Some(&new),
            )
            .await;
        assert_eq!(
            move_as(&world, &mover, &unit, Some(&new)).await,
            ["OUT_OF_SCOPE at newParentId"]
        );
        let seer = world
            .system
            .create_role("seer", &[ContactView])
            .await
            .expect("a role");
        world.assign(&mover, seer, Scope::Node, Some(&unit)).await;
        assert_eq!(
            move_as(&world, &mover, &unit, Some(&new)).await,
            ["OUT_OF_SCOPE at newParentId"]
        );
        world
            .assign(&mover, seer, Scope::Subtree, Some(&unit))
            .await;
        assert_eq!(place(&world, &watcher, &unit).await, json!(null));
        assert_eq!(move_as(&world, &mover, &unit, Some(&new)).await, [""; 0]);
        assert_eq!(
            place(&world, &watcher, &unit).await["parent"]["name"],
            "New"
        );
    })
    .await;
}

/// T-111.
#[tokio::test]
async fn what_is_moved_out_of_ones_sight_is_not_shown_and_that_is_said() {
    each_engine(async |world| {
        let (old, new) = (
            world.organization("Old", None).await,
            world.organization("New", None).await,
        );
        let unit = world.organization("Unit", Some(&old)).await;
        let both = [OrganizationView, OrganizationEdit];
        let mover = world
            .holder("mover", &both, Scope::Subtree, Some(&old))
            .await;
        let role = world
            .system
            .create_role("also", &both)
            .await
            .expect("a role");
        world.assign(&mover, role, Scope::Node, Some(&new)).await;
        let got = world
            .attempt(&mover, MOVE, json!({ "id": unit, "newParentId": new }))
            .await;
        assert_eq!(
            got,
            json!({ "organization": null, "removedFromView": true, "userErrors": [] })
        );
        assert_eq!(
            place(&world, &world.admin, &unit).await["parent"]["name"],
            "New"
        );
    })
    .await;
}
