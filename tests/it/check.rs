//! The directory's check of itself: that it finds what only a fault can do.

use crate::addresses::ADDRESS_CREATE;
use crate::organizations::UPDATE;
use crate::support::{Engine, World, each_engine};
use serde_json::json;

/// Acme with Sales below it and Ann in Sales, another root, and an address of each organization, named as its owner.
async fn furnish(world: &World) {
    let acme = world.organization("Acme", None).await;
    let sales = world.organization("Sales", Some(&acme)).await;
    let other = world.organization("Other", None).await;
    let ann = world.contact("Ann", Some(&sales)).await;
    world
        .change(
            &world.admin,
            UPDATE,
            json!({ "id": sales, "primaryContactId": ann }),
        )
        .await;
    for (name, id) in [("Acme", acme), ("Sales", sales), ("Other", other)] {
        let input = json!({ "organizationId": id, "name": name, "kinds": ["BILLING"] });
        world.change(&world.admin, ADDRESS_CREATE, input).await;
    }
}

/// The faults found, sorted, with organizations called by their names: their ids count from 1 in the order they are made.
async fn faults(world: &World) -> Vec<String> {
    let mut found = world.system.check().await.expect("a report").faults;
    const NAMES: &str = "{ organizations(first: 100) { nodes { id name } } }";
    let data = world.ask(&world.admin, NAMES, json!({})).await;
    for node in data["organizations"]["nodes"].as_array().expect("a list") {
        let id = node["id"]
            .as_str()
            .and_then(|id| id.strip_prefix("organization:"))
            .expect("an id");
        let name = node["name"].as_str().expect("a name");
        for fault in &mut found {
            *fault = fault.replace(id, name);
        }
    }
    found.sort();
    found
}

fn id_of(name: &str) -> String {
    format!("(SELECT id FROM organization WHERE name = '{name}')")
}

/// A report says how much was looked at, so that an empty directory is not taken for a sound one.
#[tokio::test]
async fn a_sound_directory_has_no_faults() {
    each_engine(async |world| {
        furnish(&world).await;
        let report = world.system.check().await.expect("a report");
        assert_eq!(
            (report.organizations, report.closure_rows, report.contacts),
            (3, 4, 1)
        );
        assert_eq!(report.faults, [""; 0]);
    })
    .await;
}

/// T-25: what reading relies on is the same as what moving relies on.
#[tokio::test]
async fn a_closure_that_disagrees_with_the_tree_is_found() {
    each_engine(async |world| {
        furnish(&world).await;
        let lacks = "the closure lacks Acme above Sales at 1";
        world
            .sql("UPDATE organization_closure SET distance = 7 WHERE distance = 1")
            .await;
        assert_eq!(
            faults(&world).await,
            ["the closure has Acme above Sales at 7", lacks]
        );
        world
            .sql("DELETE FROM organization_closure WHERE distance = 7")
            .await;
        assert_eq!(faults(&world).await, [lacks]);
        world
            .sql(&format!(
                "DELETE FROM organization_closure WHERE ancestor_id = {}",
                id_of("Other")
            ))
            .await;
        assert_eq!(
            faults(&world).await,
            [lacks, "the closure lacks Other above Other at 0"]
        );
        let surplus = format!(
            "INSERT INTO organization_closure VALUES ({}, {}, 1)",
            id_of("Other"),
            id_of("Acme")
        );
        world.sql(&surplus).await;
        let all = [
            "the closure has Other above Acme at 1",
            lacks,
            "the closure lacks Other above Other at 0",
        ];
        assert_eq!(faults(&world).await, all);
    })
    .await;
}

/// T-25.
#[tokio::test]
async fn a_parent_that_the_closure_does_not_know_is_found() {
    each_engine(async |world| {
        furnish(&world).await;
        world
            .sql(&format!(
                "UPDATE organization SET parent_id = {} WHERE name = 'Acme'",
                id_of("Other")
            ))
            .await;
        let expected = [
            "the closure lacks Other above Acme at 1",
            "the closure lacks Other above Sales at 2",
        ];
        assert_eq!(faults(&world).await, expected);
    })
    .await;
}

/// T-25: and the check comes to an end.
#[tokio::test]
async fn a_cycle_is_found() {
    each_engine(async |world| {
        furnish(&world).await;
        world
            .sql(&format!(
                "UPDATE organization SET parent_id = {} WHERE name = 'Acme'",
                id_of("Sales")
            ))
            .await;
        let expected = [
            "organization Acme lies below itself",
            "organization Sales lies below itself",
            "the closure lacks Sales above Acme at 1",
        ];
        assert_eq!(faults(&world).await, expected);
    })
    .await;
}

/// T-74.
#[tokio::test]
async fn a_preferred_address_of_somebody_else_is_found() {
    each_engine(async |world| {
        furnish(&world).await;
        let prefer = |kind: &str, owner: &str| {
            format!("UPDATE contact SET preferred_{kind}_address_id = (SELECT id FROM address WHERE name = '{owner}')")
        };
        world.sql(&prefer("billing", "Sales")).await;
        assert_eq!(faults(&world).await, [""; 0]);
        for kind in ["billing", "shipping"] {
            world.sql(&prefer(kind, "Acme")).await;
            assert_eq!(faults(&world).await, ["1 preferred addresses of others"]);
            world.sql(&prefer(kind, "Sales")).await;
        }
        // Ann leaves Sales behind the product's back.
        world.sql(&unguarded(world.engine, "UPDATE contact SET organization_id = NULL")).await;
        let expected = ["1 preferred addresses of others", "1 primary contacts outside their organization"];
        assert_eq!(without_references(&world).await, expected);
    })
    .await;
}

/// T-33: only with the constraints switched off can it happen.
#[tokio::test]
async fn a_primary_contact_of_another_organization_is_found() {
    each_engine(async |world| {
        furnish(&world).await;
        let moved = format!("UPDATE contact SET organization_id = {}", id_of("Acme"));
        world.sql(&unguarded(world.engine, &moved)).await;
        assert_eq!(
            without_references(&world).await,
            ["1 primary contacts outside their organization"]
        );
    })
    .await;
}

/// T-18, T-114: versions start at 1, and a number is never given out twice.
#[tokio::test]
async fn versions_and_numbers_that_the_product_never_gives_are_found() {
    each_engine(async |world| {
        furnish(&world).await;
        for table in ["organization", "contact", "customer_group"] {
            world.sql(&format!("UPDATE {table} SET version = 0")).await;
        }
        world
            .sql("UPDATE number_series SET next_number = 3 WHERE name = 'customerGroup'")
            .await;
        let expected = [
            "1 contacts with a version below 1",
            "1 customer groups numbered beyond their series",
            "3 customer groups with a version below 1",
            "3 organizations with a version below 1",
        ];
        assert_eq!(faults(&world).await, expected);
    })
    .await;
}

/// On PostgreSQL the constraints cannot be broken by a fault of ours; a SQLite file can be written by others.
#[tokio::test]
async fn a_reference_to_nothing_is_found() {
    let world = World::on(Engine::Sqlite).await;
    furnish(&world).await;
    world
        .sql(&unguarded(
            Engine::Sqlite,
            "UPDATE contact SET customer_group_id = 99",
        ))
        .await;
    assert_eq!(faults(&world).await, ["a row of contact refers to nothing"]);
}

/// `sql` without the constraints between tables.
fn unguarded(engine: Engine, sql: &str) -> String {
    match engine {
        Engine::Sqlite => format!("PRAGMA foreign_keys = OFF; {sql}"),
        Engine::Postgres => format!("SET session_replication_role = replica; {sql}"),
    }
}

/// The faults, without those that only SQLite tells.
async fn without_references(world: &World) -> Vec<String> {
    let mut found = faults(world).await;
    found.retain(|fault| !fault.ends_with("refers to nothing"));
    found
}

/// T-80, T-82, T-83.
#[tokio::test]
async fn customers_and_reps_that_break_their_rules_are_found() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let bill_to = world.bill_to("1", Some(&acme)).await;
        let ship_to = world.ship_to("1", "1").await;
        world.bill_to("2", None).await;
        world.ship_to("2", "1").await;
        let buyer = crate::customers::account_of(&world.account("buyer", None).await);
        let more = json!({ "shipToIds": [ship_to], "defaultShipToId": ship_to });
        world.link(&buyer, &bill_to, more).await;
        let top = crate::sales_reps::rep(&world, "1", json!({})).await;
        crate::sales_reps::rep(&world, "2", json!({ "managerId": top })).await;
        assert_eq!(faults(&world).await, [""; 0]);
        world.sql("UPDATE customer SET organization_id = NULL WHERE number = '1' AND sequence = '1'").await;
        world.sql("UPDATE customer_link SET default_ship_to_id = (SELECT id FROM customer WHERE number = '2' AND sequence = '1')").await;
        world.sql("UPDATE sales_rep SET manager_id = (SELECT id FROM sales_rep WHERE number = '2') WHERE number = '1'").await;
        assert_eq!(faults(&world).await, ["1 links to ship-tos of others", "1 ship-tos that do not follow their bill-to", "2 sales reps who report to themselves"]);
    })
    .await;
}
