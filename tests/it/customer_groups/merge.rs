//! Merging one group into another.

use super::{ARCHIVE, DELETE, GROUP_CREATE, groups_of};
use crate::support::world::Engine;
use crate::support::{Person, code, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::{Value, json};

const MERGE: &str = "mutation($input: CustomerGroupMergeInput!) { customerGroupMerge(input: $input) {
    customerGroup { id name version contactCount organizationCount effectiveContactCount } deletedId userErrors { code message path } } }";

/// T-18, T-177: everything that had the one has the other, each row one version and one entry of the history on.
#[tokio::test]
async fn everything_that_has_a_merged_group_gets_the_other_one() {
    each_engine(async |world| {
        let (gold, silver) = (world.group("Gold").await, world.group("Silver").await);
        let acme = world
            .organization_with(json!({ "name": "Acme", "customerGroupId": gold }))
            .await;
        let member = json!({ "fullName": "Member", "organizationId": acme, "customerGroupId": gold });
        let member = world.contact_with(member).await;
        let owner = world
            .contact_with(json!({ "fullName": "Owner", "customerGroupId": gold }))
            .await;
        let other = world
            .contact_with(json!({ "fullName": "Other", "customerGroupId": silver }))
            .await;
        world.change(&world.admin, ARCHIVE, json!({ "id": gold })).await;
        let all = [acme.as_str(), &member, &owner, &other];
        let before = groups_of(&world, &all).await;
        let input = json!({ "id": gold, "intoId": silver });
        let mut only = input.clone();
        only["validateOnly"] = json!(true);
        let validated = world.change(&world.admin, MERGE, only).await;
        assert_eq!((&validated["deletedId"], &validated["customerGroup"]["id"]), (&json!(gold), &json!(silver)));
        assert_eq!(groups_of(&world, &all).await, before);
        let mut with_key = input;
        with_key["idempotencyKey"] = json!("once");
        let merged = world.change(&world.admin, MERGE, with_key.clone()).await;
        let stays = json!({ "id": silver, "name": "Silver", "version": 1, "contactCount": 3, "organizationCount": 1, "effectiveContactCount": 3 });
        assert_eq!(merged, json!({ "customerGroup": stays, "deletedId": gold, "userErrors": [] }));
        assert_eq!(world.change(&world.admin, MERGE, with_key).await, merged);
        let expected = json!([
            ["Silver", null, 2],
            ["Silver", "Silver", 2],
            ["Silver", "Silver", 2],
            ["Silver", "Silver", 1]
        ]);
        assert_eq!(groups_of(&world, &all).await, expected);
        let entries = async |what: &str| {
            let sql = format!("SELECT count(*) FROM history_entry WHERE mutation = 'customerGroupMerge' AND {what}");
            world.number(&sql).await
        };
        assert_eq!(entries("true").await, 4);
        assert_eq!(entries("entity = 'customerGroup' AND action = 'DELETE'").await, 1);
        let (old, new) = (&gold["customerGroup:".len()..], &silver["customerGroup:".len()..]);
        let values = match world.engine {
            Engine::Sqlite => format!("old_values = '{{\"customer_group_id\":{old}}}' AND new_values = '{{\"customer_group_id\":{new}}}'"),
            Engine::Postgres => format!("old_values = '{{\"customer_group_id\":{old}}}'::jsonb AND new_values = '{{\"customer_group_id\":{new}}}'::jsonb"),
        };
        assert_eq!(entries(&values).await, 3);
        let next = world.change(&world.admin, GROUP_CREATE, json!({ "name": "Gold" })).await;
        assert_eq!(next["customerGroup"]["id"], "customerGroup:6", "no number comes twice");
    })
    .await;
}

/// T-18, T-176.
#[tokio::test]
async fn a_merge_that_means_nothing_or_is_not_allowed_changes_nothing() {
    use Permission::{CustomerGroupAssign, CustomerGroupDelete, CustomerGroupView};
    each_engine(async |world| {
        let (gold, silver, old) = (
            world.group("Gold").await,
            world.group("Silver").await,
            world.group("Old").await,
        );
        let owner = world
            .contact_with(json!({ "fullName": "Owner", "customerGroupId": gold }))
            .await;
        world
            .change(&world.admin, ARCHIVE, json!({ "id": old }))
            .await;
        let merge = async |person: &Person, input: Value| {
            let payload = world.attempt(person, MERGE, input).await;
            assert_eq!(
                (&payload["customerGroup"], &payload["deletedId"]),
                (&Value::Null, &Value::Null)
            );
            user_errors(&payload)
        };
        for (input, expected) in [
            (json!({ "id": gold, "intoId": gold }), "INVALID at intoId"),
            (json!({ "id": gold, "intoId": old }), "ARCHIVED at intoId"),
            (
                json!({ "id": gold, "intoId": "customerGroup:99" }),
                "NOT_FOUND at intoId",
            ),
            (
                json!({ "id": "customerGroup:99", "intoId": silver }),
                "NOT_FOUND at id",
            ),
            (
                json!({ "id": gold, "intoId": silver, "expectedVersion": 2 }),
                "STALE at expectedVersion",
            ),
        ] {
            assert_eq!(
                merge(&world.admin, input.clone()).await,
                [expected],
                "{input}"
            );
        }
        let input = json!({ "id": gold, "intoId": silver });
        let seer = world
            .holder(
                "seer",
                &[CustomerGroupView, CustomerGroupAssign],
                Scope::Global,
                None,
            )
            .await;
        assert_eq!(merge(&seer, input.clone()).await, ["FORBIDDEN at id"]);
        let deleter = world
            .holder(
                "deleter",
                &[CustomerGroupView, CustomerGroupDelete],
                Scope::Global,
                None,
            )
            .await;
        assert_eq!(
            merge(&deleter, input.clone()).await,
            ["FORBIDDEN at id"],
            "somebody has it"
        );
        let hidden = world
            .holder(
                "hidden",
                &[CustomerGroupDelete, CustomerGroupAssign],
                Scope::Global,
                None,
            )
            .await;
        assert_eq!(merge(&hidden, input.clone()).await, ["NOT_FOUND at id"]);
        let stranger = world
            .send(&Person::anonymous(), MERGE, json!({ "input": input }))
            .await;
        assert_eq!(code(&stranger), "UNAUTHENTICATED");
        let garbled = world
            .send(
                &world.admin,
                MERGE,
                json!({ "input": { "id": gold, "intoId": owner } }),
            )
            .await;
        assert_eq!(code(&garbled), "BAD_REQUEST");
        assert_eq!(
            groups_of(&world, &[&owner]).await,
            json!([["Gold", "Gold", 1]])
        );
        let unused = world
            .change(&deleter, MERGE, json!({ "id": silver, "intoId": gold }))
            .await;
        assert_eq!(unused["deletedId"], json!(silver), "nobody has it");
    })
    .await;
}

/// T-18: more rows than are written at a time.
#[tokio::test]
async fn a_group_of_thousands_goes_over_whole_with_its_history() {
    each_engine(async |world| {
        let gold = world.group("Gold").await;
        let (fresh, series) = match world.engine {
            Engine::Sqlite => ("randomblob(16)", "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2100)"),
            Engine::Postgres => ("gen_random_uuid()", "WITH n(i) AS (SELECT generate_series(1, 2100))"),
        };
        let table = "id, external_id_key, last_name_key, full_name, full_name_key, email_key, search_key, accepts_marketing,
            customer_group_id, version, created_at, updated_at";
        let number = &gold["customerGroup:".len()..];
        let sql = format!(
            "{series} INSERT INTO contact ({table}) SELECT {fresh}, '', '', 'Person ' || i, 'person ' || i, '', 'person ' || i, false,
                {number}, 1, '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00' FROM n"
        );
        world.sql(&sql).await;
        let input = json!({ "id": gold, "replaceWithId": "customerGroup:1" });
        world.change(&world.admin, DELETE, input).await;
        let moved = "SELECT count(*) FROM contact WHERE customer_group_id = 1 AND version = 2";
        assert_eq!(world.number(moved).await, 2_100);
        let told = "SELECT count(*) FROM history_entry WHERE entity = 'contact' AND mutation = 'customerGroupDelete'";
        assert_eq!(world.number(told).await, 2_100);
    })
    .await;
}
