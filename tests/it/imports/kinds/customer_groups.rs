//! Customer groups from files.

use super::{carried_out, nothing, planned, undone};
use crate::support::{World, each_engine};
use entity::role_assignment::Scope;
use guildhall::access::Permission::{CustomerGroupView, ImportRun};
use serde_json::{Value, json};

async fn groups(world: &World) -> Vec<Value> {
    let query = "{ customerGroups(first: 100) { nodes { name rank status } } }";
    let data = world.ask(&world.admin, query, json!({})).await;
    let nodes = data["customerGroups"]["nodes"].as_array();
    nodes.expect("groups").clone()
}

/// T-17, T-20, T-90, T-91, T-164: a group is known by its name, whatever the case; not to be active is to be archived.
#[tokio::test]
async fn groups_are_made_ranked_archived_and_put_back() {
    each_engine(async |world| {
        world.group("Retail").await;
        let before = groups(&world).await;
        let lines = [
            json!({ "name": "retail", "rank": "7", "active": "false" }),
            json!({ "name": "Wholesale", "rank": "5" }),
            json!({ "name": "WHOLESALE", "rank": "6" }),
            json!({ "name": "Old", "active": false }),
            json!({ "name": "New", "rank": "" }),
            json!({ "name": "Odd", "rank": "1.5", "active": "perhaps", "colour": "red" }),
            json!({ "rank": "1" }),
            json!({ "name": "GOLD", "rank": null }),
            json!({ "name": "Gold" }),
        ];
        let (id, rows) = carried_out(&world, &world.admin, "CUSTOMER_GROUPS", &lines).await;
        assert_eq!(
            rows,
            [
                "1 UPDATE PLANNED rank:40>7 active:true>false",
                "2 CREATE PLANNED name:->Wholesale rank:->5",
                "3 ERROR PLANNED CONFLICT at name",
                "4 CREATE PLANNED name:->Old active:->false",
                "5 CREATE PLANNED name:->New",
                "6 ERROR PLANNED INVALID at active INVALID at rank",
                "7 ERROR PLANNED REQUIRED at name",
                "8 CREATE PLANNED name:->GOLD",
                "9 ERROR PLANNED CONFLICT at name",
            ]
        );
        let again = [&lines[..2], &[json!({ "name": "Old", "rank": null })]].concat();
        let (_, again) = planned(&world, &world.admin, "CUSTOMER_GROUPS", &again).await;
        assert_eq!(
            again,
            [
                "1 UNCHANGED PLANNED",
                "2 UNCHANGED PLANNED",
                "3 ERROR PLANNED INVALID at rank"
            ]
        );
        assert_eq!(undone(&world, &world.admin, &id).await, (5, nothing()));
        assert_eq!(groups(&world).await, before);
    })
    .await;
}

/// T-93, T-161: rows take what the mutations take; what changes nothing takes nothing.
#[tokio::test]
async fn groups_take_the_rights_of_their_mutations() {
    each_engine(async |world| {
        world.group("Retail").await;
        let lines = [
            json!({ "name": "Retail", "rank": "7" }),
            json!({ "name": "New" }),
            json!({ "name": "Retail " }),
        ];
        let clerk = world
            .holder(
                "clerk",
                &[ImportRun, CustomerGroupView],
                Scope::Global,
                None,
            )
            .await;
        let (_, rows) = planned(&world, &clerk, "CUSTOMER_GROUPS", &lines[..2]).await;
        assert_eq!(
            rows,
            [
                "1 ERROR PLANNED FORBIDDEN at name",
                "2 ERROR PLANNED FORBIDDEN at name"
            ]
        );
        let (_, rows) = planned(&world, &clerk, "CUSTOMER_GROUPS", &lines[2..]).await;
        assert_eq!(rows, ["1 UNCHANGED PLANNED"]);
        let blind = world
            .holder("blind", &[ImportRun], Scope::Global, None)
            .await;
        let (_, rows) = planned(&world, &blind, "CUSTOMER_GROUPS", &lines[..2]).await;
        assert_eq!(
            rows,
            [
                "1 ERROR PLANNED TAKEN at name",
                "2 ERROR PLANNED FORBIDDEN at name"
            ]
        );
    })
    .await;
}
