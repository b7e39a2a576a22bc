//! Somebody is always left who may administer the directory.

use crate::delegation::becoming::ACCOUNT_UPDATE;
use crate::roles::{ASSIGN, REVOKE, account_id, refused, reopened, reopened_for, role_id};
use crate::support::{Person, World, each_engine};
use chrono::TimeDelta;
use entity::ids::RoleAssignmentId;
use entity::role_assignment::Scope;
use futures_util::future::join;
use guildhall::access::ADMINISTRATORS;
use guildhall::access::Permission::{
    AccountDelete, AccountEdit, AccountView, RoleAssign, RoleView,
};
use serde_json::{Value, json};

const ACCOUNT_DELETE: &str = "mutation($input: AccountDeleteInput!) { accountDelete(input: $input) { deletedId userErrors { code path message } } }";

/// Usable accounts that hold Administrators everywhere.
const HOLDERS: &str = "SELECT count(DISTINCT account.id) FROM account JOIN role_assignment ON role_assignment.account_id = account.id
    WHERE role_id = 3 AND scope = 'GLOBAL' AND active AND approved";

/// The four ways in which a holder goes, with the field that a refusal names.
fn ways(account: &str, assignment: RoleAssignmentId) -> [(&'static str, Value, &'static str); 4] {
    [
        (
            REVOKE,
            json!({ "id": format!("roleAssignment:{assignment}") }),
            "id",
        ),
        (ACCOUNT_DELETE, json!({ "id": account }), "id"),
        (
            ACCOUNT_UPDATE,
            json!({ "id": account, "active": false }),
            "active",
        ),
        (
            ACCOUNT_UPDATE,
            json!({ "id": account, "approved": false }),
            "approved",
        ),
    ]
}

async fn administrator(world: &World, login: &str) -> (Person, RoleAssignmentId) {
    let person = world.account(login, None).await;
    let held = world
        .assign(&person, ADMINISTRATORS, Scope::Global, None)
        .await;
    (person, held)
}

/// The administrator's own assignment.
async fn the_one(world: &World) -> RoleAssignmentId {
    let data = world
        .ask(
            &world.admin,
            "{ viewer { account { roles { id role { name } } } } }",
            json!({}),
        )
        .await;
    let roles = data["viewer"]["account"]["roles"]
        .as_array()
        .expect("roles")
        .clone();
    let held = roles
        .iter()
        .find(|held| held["role"]["name"] == "Administrators")
        .expect("the role");
    held["id"]
        .as_str()
        .and_then(|id| id.trim_start_matches("roleAssignment:").parse().ok())
        .expect("an id")
}

/// Whether the administrator may go, and that every way answers alike. Nothing of it is carried out.
async fn may_go(world: &World, by: &Person, account: &str, held: RoleAssignmentId) -> bool {
    let mut outcomes = Vec::new();
    for (mutation, mut input, field) in ways(account, held) {
        input["validateOnly"] = json!(true);
        let got = refused(world, by, mutation, input).await.concat();
        assert!(
            got.is_empty() || got == format!("LAST_HOLDER at {field}"),
            "{got}"
        );
        outcomes.push(got.is_empty());
    }
    outcomes.dedup();
    assert_eq!(outcomes.len(), 1, "{outcomes:?}");
    outcomes[0]
}

/// T-193: nor by anybody else who has the right to.
#[tokio::test]
async fn the_last_administrator_is_not_removed_in_any_way() {
    each_engine(async |world| {
        let (id, held) = (account_id(&world.admin), the_one(&world).await);
        let all = [
            AccountView,
            AccountEdit,
            AccountDelete,
            RoleView,
            RoleAssign,
        ];
        let clerk = world.holder("clerk", &all, Scope::Global, None).await;
        for by in [&world.admin, &clerk] {
            assert!(!may_go(&world, by, &id, held).await);
        }
        // Everything below one organization, or with no account to use it, is no administration.
        let top = world.organization("Top", None).await;
        let (local, unused) = (
            world.account("local", None).await,
            administrator(&world, "unused").await.0,
        );
        world
            .assign(&local, ADMINISTRATORS, Scope::Subtree, Some(&top))
            .await;
        let off = json!({ "id": account_id(&unused), "active": false });
        assert_eq!(
            refused(&world, &world.admin, ACCOUNT_UPDATE, off).await,
            [""; 0]
        );
        assert!(!may_go(&world, &clerk, &id, held).await);
        world
            .sql("UPDATE account SET active = true, approved = false WHERE login = 'unused'")
            .await;
        assert!(!may_go(&world, &clerk, &id, held).await);
        world
            .sql("UPDATE account SET approved = true WHERE login = 'unused'")
            .await;
        assert!(may_go(&world, &clerk, &id, held).await);
    })
    .await;
}

/// T-70, T-193: strangers can lock an account by guessing, so who is locked is nobody to rely on, and still nobody to be got rid of.
#[tokio::test]
async fn an_administrator_who_is_locked_counts_for_nobody_who_goes_and_is_not_removed_as_the_last()
{
    each_engine(async |world| {
        let (id, held) = (account_id(&world.admin), the_one(&world).await);
        let (other, others) = administrator(&world, "other").await;
        let until = world.clock.now() + TimeDelta::minutes(15);
        let locked = |login: &str| {
            format!(
                "UPDATE account SET locked_until = '{}' WHERE login = '{login}'",
                until.to_rfc3339()
            )
        };
        world.sql(&locked("other")).await;
        assert!(!may_go(&world, &other, &id, held).await);
        assert!(may_go(&world, &world.admin, &account_id(&other), others).await);
        world.sql(&locked("administrator")).await;
        for (account, held) in [(id.clone(), held), (account_id(&other), others)] {
            assert!(!may_go(&world, &world.admin, &account, held).await);
        }
        world.clock.advance(TimeDelta::minutes(15));
        assert!(may_go(&world, &reopened(&world).await, &id, held).await);
    })
    .await;
}

/// T-193: whoever stays must stay for at least as long.
#[tokio::test]
async fn an_administrator_goes_only_if_another_one_stays_for_as_long() {
    each_engine(async |world| {
        let (id, held) = (account_id(&world.admin), the_one(&world).await);
        let mut ends = Vec::new();
        for (login, day) in [("june", "2026-06-01T00:00:00Z"), ("july", "2026-07-01T00:00:00Z")] {
            let person = world.account(login, None).await;
            let input = json!({ "accountId": account_id(&person), "roleId": role_id(ADMINISTRATORS), "scope": "GLOBAL", "validUntil": day });
            let made = world.change(&world.admin, ASSIGN, input).await;
            let assignment = made["roleAssignment"]["id"].as_str().map(|id| id.trim_start_matches("roleAssignment:").to_owned());
            ends.push((person, assignment.and_then(|id| id.parse().ok()).expect("an id")));
        }
        let (june, july) = (&ends[0], &ends[1]);
        assert!(!may_go(&world, &world.admin, &id, held).await, "the others end");
        for (person, assignment) in &ends {
            assert!(may_go(&world, &world.admin, &account_id(person), *assignment).await);
        }
        world.sql("UPDATE account SET active = false WHERE login = 'administrator'").await;
        assert!(may_go(&world, &july.0, &account_id(&june.0), june.1).await);
        assert!(!may_go(&world, &june.0, &account_id(&july.0), july.1).await);
        // One that has not begun is nobody to rely on yet.
        let later = world.account("later", None).await;
        let input = json!({ "accountId": account_id(&later), "roleId": role_id(ADMINISTRATORS), "scope": "GLOBAL",
            "validFrom": "2026-02-01T00:00:00Z", "validUntil": "2026-07-01T00:00:00Z" });
        world.change(&july.0, ASSIGN, input).await;
        assert!(!may_go(&world, &june.0, &account_id(&july.0), july.1).await);
        world.clock.advance(TimeDelta::days(31));
        let again = reopened_for(&world, &june.0).await;
        assert!(may_go(&world, &again, &account_id(&july.0), july.1).await);
    })
    .await;
}

/// T-193: the second assignment of one account is enough for the first to go, and not for the account.
#[tokio::test]
async fn who_holds_the_role_twice_may_lose_it_once() {
    each_engine(async |world| {
        let first = the_one(&world).await;
        let second = world
            .assign(&world.admin, ADMINISTRATORS, Scope::Global, None)
            .await;
        let revoke = |id: RoleAssignmentId| json!({ "id": format!("roleAssignment:{id}") });
        let off = json!({ "id": account_id(&world.admin), "active": false });
        assert_eq!(
            refused(&world, &world.admin, ACCOUNT_UPDATE, off).await,
            ["LAST_HOLDER at active"]
        );
        assert_eq!(
            refused(&world, &world.admin, REVOKE, revoke(first)).await,
            [""; 0]
        );
        assert_eq!(
            refused(&world, &world.admin, REVOKE, revoke(second)).await,
            ["LAST_HOLDER at id"]
        );
    })
    .await;
}

/// T-193: each would see the other one stay.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_administrators_who_remove_each_other_at_once_leave_one() {
    each_engine(async |world| removing_each_other(&world, 12).await).await;
}

/// The same, 100 times in each way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "400 races on each engine take half a minute; CI runs it"]
async fn two_administrators_who_remove_each_other_at_once_leave_one_in_400_races() {
    each_engine(async |world| removing_each_other(&world, 400).await).await;
}

async fn removing_each_other(world: &World, rounds: usize) {
    world
        .sql("UPDATE account SET active = false WHERE login = 'administrator'")
        .await;
    let mut both_tried = 0;
    for round in 0..rounds {
        let (one, ones) = administrator(world, &format!("one {round}")).await;
        let (two, twos) = administrator(world, &format!("two {round}")).await;
        let way = round % 4;
        let (removes_two, what_two, _) = ways(&account_id(&two), twos)[way].clone();
        let (removes_one, what_one, _) = ways(&account_id(&one), ones)[way].clone();
        let sent = |person: &Person, mutation: &'static str, input: Value| {
            let person = person.clone();
            async move {
                world
                    .send(&person, mutation, json!({ "input": input }))
                    .await
            }
        };
        let (first, second) = join(
            sent(&one, removes_two, what_two),
            sent(&two, removes_one, what_one),
        )
        .await;
        let done = |body: &Value| {
            body["data"].as_object().is_some_and(|data| {
                data.values()
                    .any(|payload| payload["userErrors"] == json!([]))
            })
        };
        assert!(
            done(&first) != done(&second),
            "{:?}, round {round}: {first} {second}",
            world.engine
        );
        both_tried += usize::from(first.get("errors").is_none() && second.get("errors").is_none());
        assert_eq!(world.number(HOLDERS).await, 1);
        world
            .sql("UPDATE account SET active = false; DELETE FROM role_assignment WHERE role_id = 3")
            .await;
    }
    eprintln!(
        "{:?}: {rounds} races, in {both_tried} both came as far as being refused by the rule",
        world.engine
    );
}
