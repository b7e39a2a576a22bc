//! Giving and taking roles: scopes, beginnings and ends, and what is shown of them.

use super::{ASSIGN, REVOKE, account_id, can, refused, reopened_for, role};
use crate::support::build::contact_id;
use crate::support::each_engine;
use chrono::TimeDelta;
use entity::role_assignment::Scope;
use guildhall::access::Permission::{AccountView, OrganizationView, RoleAssign, RoleView};
use serde_json::json;

/// T-30: GLOBAL counts everywhere, SUBTREE in an organization and all below, NODE on one, OWN on the holder's own.
#[tokio::test]
async fn a_role_counts_where_its_scope_says_and_nowhere_after_it_is_taken() {
    each_engine(async |world| {
        let top = world.organization("Top", None).await;
        let middle = world.organization("Middle", Some(&top)).await;
        let low = world.organization("Low", Some(&middle)).await;
        let contact = world.contact("Ada", Some(&low)).await;
        let ada = world.account("ada", Some(contact_id(&contact))).await;
        // Sees all, so that every place can be asked about.
        let sees = world.system.create_role("sees", &[OrganizationView]).await.expect("a role");
        world.assign(&ada, sees, Scope::Global, None).await;
        let id = role(&world, "Historians", &["HISTORY_VIEW"]).await;
        let places = [&top, &middle, &low];
        for (scope, over, expected) in [
            ("GLOBAL", None, [true, true, true]),
            ("SUBTREE", Some(&middle), [false, true, true]),
            ("NODE", Some(&middle), [false, true, false]),
            ("OWN", None, [false, false, true]),
        ] {
            let input = json!({ "accountId": account_id(&ada), "roleId": id, "scope": scope, "organizationId": over });
            let made = world.change(&world.admin, ASSIGN, input).await;
            for (place, expected) in places.into_iter().zip(expected) {
                assert_eq!(can(&world, &ada, "HISTORY_VIEW", Some(place)).await, expected, "{scope}");
            }
            assert!(can(&world, &ada, "HISTORY_VIEW", None).await);
            world.change(&world.admin, REVOKE, json!({ "id": made["roleAssignment"]["id"] })).await;
            for place in places {
                assert!(!can(&world, &ada, "HISTORY_VIEW", Some(place)).await, "{scope}");
            }
            assert!(!can(&world, &ada, "HISTORY_VIEW", None).await);
        }
    })
    .await;
}

/// T-198: OWN is nothing for an account without an organization.
#[tokio::test]
async fn own_scope_gives_nothing_to_whoever_has_no_organization_and_follows_the_contact() {
    each_engine(async |world| {
        let (one, two) = (world.organization("One", None).await, world.organization("Two", None).await);
        let contact = world.contact("Ada", None).await;
        let ada = world.account("ada", Some(contact_id(&contact))).await;
        let id = role(&world, "Historians", &["HISTORY_VIEW"]).await;
        let input = json!({ "accountId": account_id(&ada), "roleId": id, "scope": "OWN" });
        world.change(&world.admin, ASSIGN, input).await;
        assert!(!can(&world, &ada, "HISTORY_VIEW", None).await);
        let put = "mutation($input: ContactAssignOrganizationInput!) { contactAssignOrganization(input: $input) { userErrors { code path } } }";
        for place in [&one, &two] {
            world.change(&world.admin, put, json!({ "id": contact, "organizationId": place })).await;
            assert!(can(&world, &ada, "HISTORY_VIEW", Some(place)).await);
        }
        world.change(&world.admin, put, json!({ "id": contact, "organizationId": null })).await;
        assert!(!can(&world, &ada, "HISTORY_VIEW", None).await);
    })
    .await;
}

/// T-30, T-198: from its beginning, inclusive, up to its end, exclusive; before and after it is shown and gives nothing.
#[tokio::test]
async fn what_is_yet_to_come_or_over_is_shown_and_gives_nothing() {
    each_engine(async |world| {
        let person = world.account("person", None).await;
        let id = role(&world, "Historians", &["HISTORY_VIEW"]).await;
        let hour = json!({ "accountId": account_id(&person), "roleId": id, "scope": "GLOBAL",
            "validFrom": "2026-01-01T01:00:00Z", "validUntil": "2026-01-01T03:00:00+01:00" });
        world.change(&world.admin, ASSIGN, hour).await;
        let micro = TimeDelta::microseconds(1);
        for (later, expected) in [
            (TimeDelta::zero(), false),
            (TimeDelta::hours(1) - micro, false),
            (micro, true),
            (TimeDelta::hours(1) - micro, true),
            (micro, false),
            (TimeDelta::days(400), false),
        ] {
            world.clock.advance(later);
            let person = reopened_for(&world, &person).await;
            assert_eq!(can(&world, &person, "HISTORY_VIEW", None).await, expected, "after {later} more");
            let query = "{ viewer { permissions account { roles { validFrom validUntil role { name } } } } }";
            let viewer = world.ask(&person, query, json!({})).await["viewer"].clone();
            let shown = json!({ "validFrom": "2026-01-01T01:00:00.000000Z", "validUntil": "2026-01-01T02:00:00.000000Z", "role": { "name": "Historians" } });
            assert_eq!(viewer["account"]["roles"][2], shown);
            assert_eq!(!viewer["permissions"].as_array().expect("permissions").is_empty(), expected);
        }
    })
    .await;
}

/// T-140: a shape that means nothing is told at the field that is wrong.
#[tokio::test]
async fn an_assignment_of_the_wrong_shape_is_refused_at_the_field() {
    each_engine(async |world| {
        let top = world.organization("Top", None).await;
        let person = world.account("person", None).await;
        let id = role(&world, "Historians", &["HISTORY_VIEW"]).await;
        for (scope, rest, expected) in [
            ("SUBTREE", json!({}), "REQUIRED at organizationId"),
            ("NODE", json!({ "organizationId": null }), "REQUIRED at organizationId"),
            ("GLOBAL", json!({ "organizationId": top }), "INVALID at organizationId"),
            ("OWN", json!({ "organizationId": top }), "INVALID at organizationId"),
            ("GLOBAL", json!({ "validUntil": "2026-01-01T00:00:00Z" }), "INVALID at validUntil"),
            ("GLOBAL", json!({ "validFrom": "2026-02-01T00:00:00Z", "validUntil": "2026-02-01T00:00:00Z" }), "INVALID at validUntil"),
            ("GLOBAL", json!({ "accountId": "account:01900000-0000-7000-8000-00000000ffff" }), "NOT_FOUND at accountId"),
            ("GLOBAL", json!({ "roleId": "role:999999" }), "NOT_FOUND at roleId"),
            ("NODE", json!({ "organizationId": "organization:01900000-0000-7000-8000-00000000ffff" }), "NOT_FOUND at organizationId"),
        ] {
            let mut input = json!({ "accountId": account_id(&person), "roleId": id, "scope": scope });
            input.as_object_mut().expect("an object").extend(rest.as_object().expect("an object").clone());
            assert_eq!(refused(&world, &world.admin, ASSIGN, input.clone()).await, [expected], "{input}");
            input["validateOnly"] = json!(true);
            assert_eq!(refused(&world, &world.admin, ASSIGN, input).await, [expected], "validated");
        }
        let both = json!({ "accountId": account_id(&person), "roleId": id, "scope": "NODE", "validUntil": "2020-01-01T00:00:00Z" });
        let got = refused(&world, &world.admin, ASSIGN, both).await;
        assert_eq!(got, ["REQUIRED at organizationId", "INVALID at validUntil"]);
        assert_eq!(world.number("SELECT count(*) FROM role_assignment WHERE role_id > 3").await, 0);
    })
    .await;
}

/// T-141, T-177, T-180.
#[tokio::test]
async fn assignments_take_keys_and_validation_and_are_always_at_version_1() {
    each_engine(async |world| {
        let person = world.account("person", None).await;
        let id = role(&world, "Historians", &["HISTORY_VIEW"]).await;
        let mut input = json!({ "accountId": account_id(&person), "roleId": id, "scope": "GLOBAL", "validateOnly": true });
        let validated = world.change(&world.admin, ASSIGN, input.clone()).await;
        assert_eq!(validated["roleAssignment"], json!(null));
        assert!(!can(&world, &person, "HISTORY_VIEW", None).await);
        input["validateOnly"] = json!(false);
        input["idempotencyKey"] = json!("once");
        let made = world.change(&world.admin, ASSIGN, input.clone()).await;
        assert_eq!(world.change(&world.admin, ASSIGN, input).await, made);
        assert_eq!(world.number("SELECT count(*) FROM role_assignment WHERE role_id > 3").await, 1);
        let id = &made["roleAssignment"]["id"];
        let stale = json!({ "id": id, "expectedVersion": 2 });
        assert_eq!(refused(&world, &world.admin, REVOKE, stale).await, ["STALE at expectedVersion"]);
        let validated = json!({ "id": id, "expectedVersion": 1, "validateOnly": true });
        assert_eq!(refused(&world, &world.admin, REVOKE, validated).await, [""; 0]);
        assert!(can(&world, &person, "HISTORY_VIEW", None).await);
        let revoked = json!({ "id": id, "expectedVersion": 1 });
        assert_eq!(refused(&world, &world.admin, REVOKE, revoked.clone()).await, [""; 0]);
        assert_eq!(refused(&world, &world.admin, REVOKE, revoked).await, ["NOT_FOUND at id"]);
    })
    .await;
}

/// T-140, T-195: roleRevoke has one field of its own, which its refusals name.
#[tokio::test]
async fn taking_a_role_needs_the_right_over_its_scope_and_says_so_at_the_assignment() {
    each_engine(async |world| {
        let top = world.organization("Top", None).await;
        let (near, far) = (
            world.organization("Near", Some(&top)).await,
            world.organization("Far", None).await,
        );
        let person = world.account("person", None).await;
        let historians = world
            .system
            .create_role("Historians", &[guildhall::access::Permission::HistoryView])
            .await
            .expect("a role");
        let seer = world
            .holder("seer", &[AccountView, RoleView], Scope::Global, None)
            .await;
        let taker = world
            .holder("taker", &[AccountView, RoleView], Scope::Global, None)
            .await;
        let takes = world
            .system
            .create_role("takes", &[RoleAssign])
            .await
            .expect("a role");
        world
            .assign(&taker, takes, Scope::Subtree, Some(&top))
            .await;
        for (scope, over, expected) in [
            (Scope::Global, None, "OUT_OF_SCOPE at id"),
            (Scope::Own, None, "OUT_OF_SCOPE at id"),
            (Scope::Node, Some(&far), "OUT_OF_SCOPE at id"),
            (Scope::Subtree, Some(&top), ""),
            (Scope::Node, Some(&near), ""),
        ] {
            let id = world
                .assign(&person, historians, scope, over.map(String::as_str))
                .await;
            let input = json!({ "id": format!("roleAssignment:{id}") });
            assert_eq!(
                refused(&world, &seer, REVOKE, input.clone()).await,
                ["FORBIDDEN at id"],
                "{scope:?}"
            );
            assert_eq!(
                refused(&world, &taker, REVOKE, input).await.concat(),
                expected,
                "{scope:?}"
            );
        }
        // Of an account that one may not see there is nothing to take.
        let id = world
            .assign(&person, historians, Scope::Node, Some(&near))
            .await;
        let blind = world
            .holder("blind", &[RoleView, RoleAssign], Scope::Global, None)
            .await;
        let input = json!({ "id": format!("roleAssignment:{id}") });
        assert_eq!(
            refused(&world, &blind, REVOKE, input).await,
            ["NOT_FOUND at id"]
        );
    })
    .await;
}

/// T-35, T-112: the place of an assignment may be hidden from whoever sees the account.
#[tokio::test]
async fn the_organization_of_an_assignment_is_null_where_it_is_hidden() {
    each_engine(async |world| {
        let (mine, other) = (world.organization("Mine", None).await, world.organization("Other", None).await);
        let contact = world.contact("Ada", Some(&mine)).await;
        let ada = world.account("ada", Some(contact_id(&contact))).await;
        let historians = world.system.create_role("Historians", &[]).await.expect("a role");
        world.assign(&ada, historians, Scope::Subtree, Some(&mine)).await;
        world.assign(&ada, historians, Scope::Node, Some(&other)).await;
        let seer = world.holder("seer", &[AccountView, OrganizationView], Scope::Subtree, Some(&mine)).await;
        let query = "query($id: ID!) { account(id: $id) { roles { scope organization { name } } } }";
        let data = world.ask(&seer, query, json!({ "id": account_id(&ada) })).await;
        assert_eq!(data["account"]["roles"], json!([
            { "scope": "OWN", "organization": null }, { "scope": "OWN", "organization": null },
            { "scope": "SUBTREE", "organization": { "name": "Mine" } }, { "scope": "NODE", "organization": null },
        ]));
    })
    .await;
}
