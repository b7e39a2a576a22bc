//! Handing out rights: nobody gives what they do not hold, there and for as long.

mod adding;
pub mod becoming;
mod model;
mod moving;
mod oracle;
mod races;
mod random;

use crate::roles::{ASSIGN, account_id, can, refused, reopened_for, role_id};
use crate::support::build::contact_id;
use crate::support::{Person, World, each_engine};
use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::RoleId;
use entity::role_assignment::{self, Scope};
use guildhall::access::Permission::{
    self, AccountView, ContactView, HistoryView, OrganizationView, RoleAssign, RoleView,
};
use sea_orm::Set;
use serde_json::{Value, json};

/// What it takes to see accounts, roles and organizations, and to give roles.
const GIVING: [Permission; 4] = [AccountView, RoleView, OrganizationView, RoleAssign];

pub async fn made(world: &World, name: &str, permissions: &[Permission]) -> RoleId {
    world
        .system
        .create_role(name, permissions)
        .await
        .expect("a role")
}

/// Somebody who sees everything that can be named in an assignment.
async fn seer(world: &World, login: &str) -> Person {
    world
        .holder(
            login,
            &[AccountView, RoleView, OrganizationView],
            Scope::Global,
            None,
        )
        .await
}

async fn assign_until(world: &World, person: &Person, role: RoleId, until: DateTime<Utc>) {
    let row = role_assignment::ActiveModel {
        account_id: Set(person.account.expect("an account")),
        role_id: Set(role),
        scope: Set(Scope::Global),
        organization_id: Set(None),
        valid_from: Set(None),
        valid_until: Set(Some(until)),
        ..Default::default()
    };
    world.system.assign_role(row).await.expect("an assignment");
}

fn giving(to: &Person, role: RoleId, scope: &str, over: Option<&str>) -> Value {
    json!({ "accountId": account_id(to), "roleId": role_id(role), "scope": scope, "organizationId": over })
}

/// T-195: a matrix of where the giver holds the role's permission, and over what the role is given.
#[tokio::test]
async fn a_role_is_given_only_over_what_the_giver_holds_all_of_it_over() {
    each_engine(async |world| {
        let top = world.organization("Top", None).await;
        let middle = world.organization("Middle", Some(&top)).await;
        let low = world.organization("Low", Some(&middle)).await;
        let far = world.organization("Far", None).await;
        let person = world.account("person", None).await;
        let assigns = made(&world, "assigns", &GIVING).await;
        let historians = made(&world, "historians", &[HistoryView]).await;
        let targets = [
            ("GLOBAL", None),
            ("SUBTREE", Some(&top)),
            ("SUBTREE", Some(&middle)),
            ("SUBTREE", Some(&low)),
            ("NODE", Some(&top)),
            ("NODE", Some(&middle)),
            ("NODE", Some(&low)),
            ("NODE", Some(&far)),
            ("OWN", None),
        ];
        for (at, (scope, over, expected)) in [
            (Scope::Global, None, "111111111"),
            (Scope::Subtree, Some(&top), "011111100"),
            (Scope::Subtree, Some(&middle), "001101100"),
            (Scope::Node, Some(&middle), "000001000"),
            (Scope::Subtree, Some(&far), "000000010"),
            (Scope::Own, None, "000000000"),
        ]
        .into_iter()
        .enumerate()
        {
            let giver = world.account(&format!("giver{at}"), None).await;
            world.assign(&giver, assigns, Scope::Global, None).await;
            world
                .assign(&giver, historians, scope, over.map(String::as_str))
                .await;
            let mut got = String::new();
            for (target, place) in targets {
                let mut input = giving(&person, historians, target, place.map(String::as_str));
                input["validateOnly"] = json!(true);
                match refused(&world, &giver, ASSIGN, input)
                    .await
                    .concat()
                    .as_str()
                {
                    "" => got.push('1'),
                    "OUT_OF_SCOPE at roleId" => got.push('0'),
                    other => panic!("{other}"),
                }
            }
            assert_eq!(got, expected, "held with {scope:?} over {over:?}");
        }
    })
    .await;
}

/// T-195: to give takes ROLE_ASSIGN over the scope, beside what the role holds; an empty role takes only that.
#[tokio::test]
async fn giving_needs_the_right_to_assign_over_the_scope_even_for_an_empty_role() {
    each_engine(async |world| {
        let (top, far) = (
            world.organization("Top", None).await,
            world.organization("Far", None).await,
        );
        let person = world.account("person", None).await;
        let empty = made(&world, "empty", &[]).await;
        let seer = seer(&world, "seer").await;
        let input = giving(&person, empty, "NODE", Some(&top));
        assert_eq!(
            refused(&world, &seer, ASSIGN, input.clone()).await,
            ["FORBIDDEN at scope"]
        );
        let assigns = made(&world, "assigns", &[RoleAssign]).await;
        world
            .assign(&seer, assigns, Scope::Subtree, Some(&top))
            .await;
        assert_eq!(refused(&world, &seer, ASSIGN, input).await, [""; 0]);
        for (scope, over) in [
            ("NODE", Some(&far)),
            ("SUBTREE", Some(&far)),
            ("GLOBAL", None),
            ("OWN", None),
        ] {
            let input = giving(&person, empty, scope, over.map(String::as_str));
            assert_eq!(
                refused(&world, &seer, ASSIGN, input).await,
                ["OUT_OF_SCOPE at scope"],
                "{scope}"
            );
        }
    })
    .await;
}

/// T-195: rights over every organization of a subtree are not the right over the subtree, which is there for those of tomorrow.
#[tokio::test]
async fn nodes_never_add_up_to_a_subtree() {
    each_engine(async |world| {
        let top = world.organization("Top", None).await;
        let low = world.organization("Low", Some(&top)).await;
        let person = world.account("person", None).await;
        let giver = world.account("giver", None).await;
        let assigns = made(&world, "assigns", &GIVING).await;
        let historians = made(&world, "historians", &[HistoryView]).await;
        world.assign(&giver, assigns, Scope::Global, None).await;
        for place in [&top, &low] {
            world
                .assign(&giver, historians, Scope::Node, Some(place))
                .await;
        }
        let over_all = giving(&person, historians, "SUBTREE", Some(&top));
        assert_eq!(
            refused(&world, &giver, ASSIGN, over_all).await,
            ["OUT_OF_SCOPE at roleId"]
        );
        let over_leaf = giving(&person, historians, "SUBTREE", Some(&low));
        assert_eq!(
            refused(&world, &giver, ASSIGN, over_leaf).await,
            ["OUT_OF_SCOPE at roleId"]
        );
        for place in [&top, &low] {
            let one = giving(&person, historians, "NODE", Some(place));
            assert_eq!(refused(&world, &giver, ASSIGN, one).await, [""; 0]);
        }
    })
    .await;
}

/// T-195: each permission of the role counts, and they may come from several roles of the giver.
#[tokio::test]
async fn every_permission_of_the_role_must_be_held_over_the_scope_whatever_roles_it_comes_from() {
    each_engine(async |world| {
        let top = world.organization("Top", None).await;
        let person = world.account("person", None).await;
        let giver = world.account("giver", None).await;
        let assigns = made(&world, "assigns", &GIVING).await;
        world.assign(&giver, assigns, Scope::Global, None).await;
        let both = made(&world, "both", &[HistoryView, ContactView]).await;
        let input = giving(&person, both, "NODE", Some(&top));
        for permission in [HistoryView, ContactView] {
            let payload = world.attempt(&giver, ASSIGN, input.clone()).await;
            assert_eq!(payload["userErrors"][0]["code"], "OUT_OF_SCOPE");
            let one = made(&world, permission.name(), &[permission]).await;
            world.assign(&giver, one, Scope::Node, Some(&top)).await;
        }
        assert_eq!(refused(&world, &giver, ASSIGN, input).await, [""; 0]);
        // Nobody hands out what makes an administrator by holding some of it.
        let all = giving(
            &person,
            guildhall::access::ADMINISTRATORS,
            "NODE",
            Some(&top),
        );
        assert_eq!(
            refused(&world, &giver, ASSIGN, all).await,
            ["OUT_OF_SCOPE at roleId"]
        );
    })
    .await;
}

/// T-195: a grant does not outlast the giver's own, to the microsecond.
#[tokio::test]
async fn a_role_is_not_given_for_longer_than_the_giver_holds_it() {
    each_engine(async |world| {
        let person = world.account("person", None).await;
        let historians = made(&world, "historians", &[HistoryView]).await;
        let assigns = made(&world, "assigns", &GIVING).await;
        let end = world.clock.now() + TimeDelta::days(10);
        let (shorter, longer) = (seer(&world, "shorter").await, seer(&world, "longer").await);
        assign_until(&world, &shorter, historians, end).await;
        world.assign(&shorter, assigns, Scope::Global, None).await;
        // Here it is the right to assign that ends.
        world.assign(&longer, historians, Scope::Global, None).await;
        assign_until(&world, &longer, assigns, end).await;
        for (giver, field) in [(&shorter, "roleId"), (&longer, "scope")] {
            for (until, refusal) in [
                (Some(end - TimeDelta::microseconds(1)), None),
                (Some(end), None),
                (Some(end + TimeDelta::microseconds(1)), Some("OUT_OF_SCOPE")),
                (None, Some("OUT_OF_SCOPE")),
            ] {
                let mut input = giving(&person, historians, "GLOBAL", None);
                input["validUntil"] = json!(until.map(|at| at.to_rfc3339()));
                input["validateOnly"] = json!(true);
                let expected: Vec<_> = refusal
                    .map(|code| format!("{code} at {field}"))
                    .into_iter()
                    .collect();
                assert_eq!(
                    refused(&world, giver, ASSIGN, input).await,
                    expected,
                    "{until:?}"
                );
            }
        }
    })
    .await;
}

/// T-195: what one is to hold tomorrow cannot be given today.
#[tokio::test]
async fn what_is_yet_to_begin_cannot_be_given_away() {
    each_engine(async |world| {
        let person = world.account("person", None).await;
        let giver = seer(&world, "giver").await;
        let assigns = made(&world, "assigns", &GIVING).await;
        world.assign(&giver, assigns, Scope::Global, None).await;
        let historians = made(&world, "historians", &[HistoryView]).await;
        let mut input = giving(&giver, historians, "GLOBAL", None);
        input["validFrom"] = json!("2026-01-02T00:00:00Z");
        world.change(&world.admin, ASSIGN, input).await;
        let mut onward = giving(&person, historians, "GLOBAL", None);
        onward["validFrom"] = json!("2026-01-03T00:00:00Z");
        assert_eq!(
            refused(&world, &giver, ASSIGN, onward.clone()).await,
            ["OUT_OF_SCOPE at roleId"]
        );
        world.clock.advance(TimeDelta::days(1));
        let giver = reopened_for(&world, &giver).await;
        assert_eq!(refused(&world, &giver, ASSIGN, onward).await, [""; 0]);
    })
    .await;
}

/// T-195, T-198: OWN is the holder's organization; for an account without one it takes GLOBAL scope, as it may come to be anywhere.
#[tokio::test]
async fn own_scope_is_given_by_whoever_holds_the_role_at_the_holders_organization() {
    each_engine(async |world| {
        let (mine, far) = (
            world.organization("Mine", None).await,
            world.organization("Far", None).await,
        );
        let mut people = Vec::new();
        for (login, place) in [("near", Some(&mine)), ("far", Some(&far)), ("free", None)] {
            let contact = world.contact(login, place.map(String::as_str)).await;
            people.push(world.account(login, Some(contact_id(&contact))).await);
        }
        people.push(world.account("nobody's", None).await);
        let giver = seer(&world, "giver").await;
        let both = made(&world, "both", &[RoleAssign, HistoryView]).await;
        world.assign(&giver, both, Scope::Node, Some(&mine)).await;
        let historians = made(&world, "historians", &[HistoryView]).await;
        for (person, expected) in people.iter().zip([
            "",
            "OUT_OF_SCOPE at scope",
            "OUT_OF_SCOPE at scope",
            "OUT_OF_SCOPE at scope",
        ]) {
            let input = giving(person, historians, "OWN", None);
            assert_eq!(
                refused(&world, &giver, ASSIGN, input).await.concat(),
                expected
            );
        }
        assert!(can(&world, &people[0], "HISTORY_VIEW", None).await);
    })
    .await;
}

/// T-193: what is taken away is gone with the next request, also what was given on.
#[tokio::test]
async fn who_has_lost_a_right_cannot_give_it_any_more() {
    each_engine(async |world| {
        let person = world.account("person", None).await;
        let giver = seer(&world, "giver").await;
        let assigns = made(&world, "assigns", &GIVING).await;
        let historians = made(&world, "historians", &[HistoryView]).await;
        world.assign(&giver, assigns, Scope::Global, None).await;
        let held = world.assign(&giver, historians, Scope::Global, None).await;
        let input = giving(&person, historians, "GLOBAL", None);
        assert_eq!(
            refused(&world, &giver, ASSIGN, input.clone()).await,
            [""; 0]
        );
        world
            .change(
                &world.admin,
                crate::roles::REVOKE,
                json!({ "id": format!("roleAssignment:{held}") }),
            )
            .await;
        assert_eq!(
            refused(&world, &giver, ASSIGN, input).await,
            ["OUT_OF_SCOPE at roleId"]
        );
        assert!(
            can(&world, &person, "HISTORY_VIEW", None).await,
            "what was given stays given"
        );
    })
    .await;
}
