//! Why somebody may, or may not: the same answer as that of every request of theirs.

use crate::delegation::made;
use crate::roles::{ASSIGN, account_id, can, role_id};
use crate::support::build::contact_id;
use crate::support::world::organization_id;
use crate::support::{Person, World, code, each_engine};
use entity::role_assignment::{self, Scope};
use guildhall::access::Permission::{self, AccountView, HistoryView, OrganizationView};
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use sea_orm::Set;
use serde_json::{Value, json};

const EXPLAIN: &str = "query($account: ID!, $permission: Permission!, $over: ID) {
    accessExplanation(accountId: $account, permission: $permission, organizationId: $over) {
        allowed summary account { login } permission organization { name }
        through { id role { name } scope organization { name } } candidates { outcome assignment { id role { name } scope organization { name } } } } }";

async fn explained(
    world: &World,
    asker: &Person,
    about: &Person,
    permission: Permission,
    over: Option<&str>,
) -> Value {
    let asked =
        json!({ "account": account_id(about), "permission": permission.name(), "over": over });
    world.ask(asker, EXPLAIN, asked).await["accessExplanation"].clone()
}

fn outcomes(explanation: &Value) -> Vec<String> {
    let candidates = explanation["candidates"].as_array().expect("candidates");
    candidates
        .iter()
        .map(|one| {
            format!("{} {}", one["assignment"]["role"]["name"], one["outcome"]).replace('"', "")
        })
        .collect()
}

/// T-30: each kind of reason, in the answer and in the sentence.
#[tokio::test]
async fn an_explanation_names_the_assignment_that_gives_the_right_or_what_is_missing() {
    each_engine(async |world| {
        let (top, far) = (world.organization("Top", None).await, world.organization("Far", None).await);
        let contact = world.contact("Ada", Some(&top)).await;
        let ada = world.account("ada", Some(contact_id(&contact))).await;
        let said = async |over: Option<&str>| {
            let got = explained(&world, &world.admin, &ada, HistoryView, over).await;
            (got["allowed"].as_bool().expect("yes or no"), got["summary"].as_str().expect("a sentence").to_owned(), outcomes(&got))
        };
        let (allowed, summary, got) = said(None).await;
        assert!(!allowed);
        assert_eq!(summary, "ada does not hold HISTORY_VIEW: no role of the account has it.");
        assert_eq!(got, ["Everyone LACKS_PERMISSION", "Registered LACKS_PERMISSION"]);

        let readers = made(&world, "Readers", &[HistoryView]).await;
        let later = json!({ "accountId": account_id(&ada), "roleId": role_id(readers), "scope": "GLOBAL", "validFrom": "2027-01-01T00:00:00Z" });
        world.assign(&ada, readers, Scope::Node, Some(&far)).await;
        world.change(&world.admin, ASSIGN, later).await;
        let (allowed, summary, got) = said(Some(&top)).await;
        assert!(!allowed);
        assert_eq!(summary, "ada does not hold HISTORY_VIEW over Top: it comes with Readers, which is yet to begin.");
        assert_eq!(got[2..], ["Readers OTHER_PLACE", "Readers NOT_YET_VALID"]);

        let owners = made(&world, "Owners", &[HistoryView]).await;
        world.assign(&ada, owners, Scope::Own, None).await;
        world.assign(&ada, readers, Scope::Subtree, Some(&top)).await;
        world.assign(&ada, owners, Scope::Global, None).await;
        let (allowed, summary, got) = said(Some(&top)).await;
        assert!(allowed);
        let mut names: Vec<_> = summary.trim_start_matches("ada holds HISTORY_VIEW over Top through ").trim_end_matches('.').split(", ").collect();
        names.sort_unstable();
        assert_eq!(names, ["Owners", "Readers"], "each role once: {summary}");
        assert_eq!(got.iter().filter(|outcome| outcome.ends_with(" GIVES")).count(), 3);
    })
    .await;
}

#[tokio::test]
async fn whoever_cannot_use_the_account_may_do_nothing_and_the_explanation_says_so() {
    each_engine(async |world| {
        let person = world
            .holder("person", &[HistoryView], Scope::Global, None)
            .await;
        for (column, why) in [("active", "active"), ("approved", "approved")] {
            world
                .sql(&format!(
                    "UPDATE account SET {column} = false WHERE login = 'person'"
                ))
                .await;
            let got = explained(&world, &world.admin, &person, HistoryView, None).await;
            assert_eq!(
                (&got["allowed"], &got["through"]),
                (&json!(false), &json!([]))
            );
            assert_eq!(
                got["summary"],
                json!(format!("person may do nothing: the account is not {why}."))
            );
            world
                .sql(&format!(
                    "UPDATE account SET {column} = true WHERE login = 'person'"
                ))
                .await;
        }
        assert_eq!(
            explained(&world, &world.admin, &person, HistoryView, None).await["allowed"],
            json!(true)
        );
    })
    .await;
}

/// T-38, T-142: hidden and absent ones are answered alike.
#[tokio::test]
async fn what_one_may_not_see_is_not_explained() {
    each_engine(async |world| {
        let (mine, hidden) = (
            world.organization("Mine", None).await,
            world.organization("Hidden", None).await,
        );
        let near = world.contact("Near", Some(&mine)).await;
        let far = world.contact("Far", Some(&hidden)).await;
        let near = world.account("near", Some(contact_id(&near))).await;
        let far = world.account("far", Some(contact_id(&far))).await;
        let asker = world
            .holder(
                "asker",
                &[AccountView, OrganizationView],
                Scope::Subtree,
                Some(&mine),
            )
            .await;
        let ask = async |account: &str, over: Option<&str>| {
            let asked = json!({ "account": account, "permission": "HISTORY_VIEW", "over": over });
            world.send(&asker, EXPLAIN, asked).await
        };
        let nobody = "account:01900000-0000-7000-8000-00000000ffff";
        let nowhere = "organization:01900000-0000-7000-8000-00000000ffff";
        let absent = ask(nobody, None).await;
        assert_eq!(code(&absent), "NOT_FOUND");
        assert_eq!(ask(&account_id(&far), None).await, absent);
        let absent = ask(&account_id(&near), Some(nowhere)).await;
        assert_eq!(code(&absent), "NOT_FOUND");
        assert_eq!(ask(&account_id(&near), Some(&hidden)).await, absent);
        assert_eq!(code(&ask(&near_as_contact(), None).await), "BAD_REQUEST");

        // An assignment over what is hidden is told without its name.
        let readers = made(&world, "Readers", &[HistoryView]).await;
        world
            .assign(&near, readers, Scope::Subtree, Some(&hidden))
            .await;
        let got = explained(&world, &asker, &near, HistoryView, Some(&mine)).await;
        assert_eq!(got["candidates"][2]["outcome"], json!("OTHER_PLACE"));
        assert_eq!(
            got["candidates"][2]["assignment"]["organization"],
            json!(null)
        );
        assert!(!got.to_string().contains("Hidden"), "{got}");
        let anonymous = world
            .send(
                &Person::anonymous(),
                EXPLAIN,
                json!({ "account": nobody, "permission": "HISTORY_VIEW" }),
            )
            .await;
        assert_eq!(code(&anonymous), "UNAUTHENTICATED");
    })
    .await;
}

fn near_as_contact() -> String {
    "contact:01900000-0000-7000-8000-000000000001".to_owned()
}

/// T-30, T-197: for everybody, every permission, and every organization that they see.
#[tokio::test]
async fn explanations_agree_with_what_the_account_itself_is_told() {
    each_engine(async |world| {
        let mut compared = 0;
        let mut given = 0;
        let mut random = SmallRng::seed_from_u64(7);
        let mut organizations: Vec<String> = Vec::new();
        for number in 0..7 {
            let parent = organizations.choose(&mut random).cloned();
            organizations.push(
                world
                    .organization(&format!("O{number}"), parent.as_deref())
                    .await,
            );
        }
        for number in 0..8 {
            let place = organizations
                .choose(&mut random)
                .filter(|_| random.random_bool(0.8));
            let contact = world
                .contact(&format!("C{number}"), place.map(String::as_str))
                .await;
            let person = world
                .account(&format!("a{number}"), Some(contact_id(&contact)))
                .await;
            let held: Vec<_> = [OrganizationView, HistoryView, AccountView]
                .into_iter()
                .filter(|_| random.random_bool(0.7))
                .collect();
            let role = made(&world, &format!("R{number}"), &held).await;
            for _ in 0..3 {
                assign_anyhow(&world, &person, role, &organizations, &mut random).await;
            }
            let mut visible = vec![None];
            for id in &organizations {
                if can_see(&world, &person, id).await {
                    visible.push(Some(id.as_str()));
                }
            }
            for permission in [
                OrganizationView,
                HistoryView,
                AccountView,
                Permission::OrderPlace,
            ] {
                for &over in &visible {
                    let can = can(&world, &person, permission.name(), over).await;
                    for asker in [&world.admin, &person] {
                        let got = explained(&world, asker, &person, permission, over).await;
                        assert_eq!(
                            got["allowed"],
                            json!(can),
                            "{:?} {permission} {over:?}: {got}",
                            world.engine
                        );
                        assert_eq!(
                            got["through"]
                                .as_array()
                                .is_some_and(|through| !through.is_empty()),
                            can
                        );
                        compared += 1;
                    }
                    given += u32::from(can);
                }
            }
        }
        assert!(
            compared > 150 && given > 40,
            "{compared} compared, {given} of them allowed"
        );
    })
    .await;
}

async fn can_see(world: &World, person: &Person, organization: &str) -> bool {
    let data = world
        .ask(
            person,
            "query($id: ID!) { organization(id: $id) { id } }",
            json!({ "id": organization }),
        )
        .await;
    !data["organization"].is_null()
}

/// With any scope, over any organization, begun or not, over or not.
async fn assign_anyhow(
    world: &World,
    person: &Person,
    role: entity::ids::RoleId,
    organizations: &[String],
    random: &mut SmallRng,
) {
    let scope = *[Scope::Global, Scope::Subtree, Scope::Node, Scope::Own]
        .choose(random)
        .expect("a scope");
    let over = organizations
        .choose(random)
        .filter(|_| matches!(scope, Scope::Subtree | Scope::Node));
    let hour = chrono::TimeDelta::hours(1);
    let now = world.clock.now();
    let (from, until) = *[
        (None, None),
        (None, None),
        (Some(now + hour), None),
        (None, Some(now - hour)),
        (Some(now), Some(now + hour)),
    ]
    .choose(random)
    .expect("a time");
    let row = role_assignment::ActiveModel {
        account_id: Set(person.account.expect("an account")),
        role_id: Set(role),
        scope: Set(scope),
        organization_id: Set(over.map(|id| organization_id(id))),
        valid_from: Set(from),
        valid_until: Set(until),
        ..Default::default()
    };
    world.system.assign_role(row).await.expect("an assignment");
}
