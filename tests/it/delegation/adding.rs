//! Adding a permission to a role gives it to everybody who has the role.

use super::{assign_until, made};
use crate::roles::{ASSIGN, UPDATE, account_id, refused, role};
use crate::support::build::contact_id;
use crate::support::each_engine;
use chrono::TimeDelta;
use entity::ids::RoleId;
use entity::role_assignment::Scope;
use guildhall::access::Permission::{HistoryView, RoleEdit, RoleView};
use serde_json::json;

/// T-195: who adds a permission to a role gives it to everybody who has the role, where and for as long as they have it.
#[tokio::test]
async fn a_permission_is_added_to_a_role_only_by_whoever_holds_it_wherever_the_role_is_held() {
    each_engine(async |world| {
        let top = world.organization("Top", None).await;
        let low = world.organization("Low", Some(&top)).await;
        let far = world.organization("Far", None).await;
        let contact = world.contact("Ada", Some(&low)).await;
        let ada = world.account("ada", Some(contact_id(&contact))).await;
        let editor = world
            .holder("editor", &[RoleView, RoleEdit], Scope::Global, None)
            .await;
        let historians = made(&world, "historians", &[HistoryView]).await;
        world
            .assign(&editor, historians, Scope::Subtree, Some(&top))
            .await;
        for (scope, over, expected) in [
            (Scope::Node, Some(&low), ""),
            (Scope::Subtree, Some(&top), ""),
            (Scope::Own, None, ""),
            (Scope::Node, Some(&far), "OUT_OF_SCOPE at permissions"),
            (Scope::Subtree, Some(&far), "OUT_OF_SCOPE at permissions"),
            (Scope::Global, None, "OUT_OF_SCOPE at permissions"),
        ] {
            let id = role(&world, &format!("{scope:?} {over:?}"), &[]).await;
            let number = RoleId(id.trim_start_matches("role:").parse().expect("a number"));
            world
                .assign(&ada, number, scope, over.map(String::as_str))
                .await;
            let add = json!({ "id": id, "permissions": ["HISTORY_VIEW"] });
            assert_eq!(
                refused(&world, &editor, UPDATE, add).await.concat(),
                expected,
                "{scope:?} {over:?}"
            );
        }
        // Nobody has it yet, so nobody gains.
        let id = role(&world, "Unused", &[]).await;
        assert_eq!(
            refused(
                &world,
                &editor,
                UPDATE,
                json!({ "id": id, "permissions": ["HISTORY_VIEW"] })
            )
            .await,
            [""; 0]
        );
    })
    .await;
}

/// T-195: the ends of those who have the role count, also where they are yet to begin, and an account that is not in use as well.
#[tokio::test]
async fn adding_to_a_role_counts_those_who_are_yet_to_have_it_and_for_how_long() {
    each_engine(async |world| {
        let end = world.clock.now() + TimeDelta::days(10);
        let editor = world
            .holder("editor", &[RoleView, RoleEdit], Scope::Global, None)
            .await;
        let historians = made(&world, "historians", &[HistoryView]).await;
        assign_until(&world, &editor, historians, end).await;
        let person = world.account("person", None).await;
        world
            .sql("UPDATE account SET active = false WHERE login = 'person'")
            .await;
        for (from, until, expected) in [
            (None, Some(end), ""),
            (Some(end - TimeDelta::hours(1)), Some(end), ""),
            (
                None,
                Some(end + TimeDelta::seconds(1)),
                "OUT_OF_SCOPE at permissions",
            ),
            (
                Some(end - TimeDelta::hours(1)),
                None,
                "OUT_OF_SCOPE at permissions",
            ),
        ] {
            let id = role(&world, &format!("{from:?} {until:?}"), &[]).await;
            let mut input =
                json!({ "accountId": account_id(&person), "roleId": id, "scope": "GLOBAL" });
            input["validFrom"] = json!(from.map(|at| at.to_rfc3339()));
            input["validUntil"] = json!(until.map(|at| at.to_rfc3339()));
            world.change(&world.admin, ASSIGN, input).await;
            let add = json!({ "id": id, "permissions": ["HISTORY_VIEW"], "validateOnly": true });
            assert_eq!(
                refused(&world, &editor, UPDATE, add).await.concat(),
                expected,
                "{from:?} {until:?}"
            );
        }
    })
    .await;
}
