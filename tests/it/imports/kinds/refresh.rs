//! Full refreshes of customers: what is there and not in the file.

use super::undone;
use crate::imports::{APPLY, import, plan};
use crate::support::{Person, World, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission::{CustomerEdit, CustomerView, ImportRun};
use serde_json::{Value, json};

/// A full refresh, planned: its id, where it stands, and how many it would deactivate.
async fn refresh(
    world: &World,
    person: &Person,
    kind: &str,
    lines: &[Value],
) -> (String, Value, Value) {
    let settings = json!({ "kind": kind, "errorPolicy": "REJECT_FAILED_ROWS", "fullRefresh": true, "mostDeactivatedPercent": 60 });
    let id = import(world, person, settings, lines).await;
    plan(world, person, &id).await;
    let query = "query($id: ID!) { import(id: $id) { status totals { deactivate deactivated } } }";
    let told = world.ask(person, query, json!({ "id": id })).await["import"].clone();
    (
        id,
        told["status"].clone(),
        told["totals"]["deactivate"].clone(),
    )
}

/// T-96: what is active, may be changed and is not in the file is deactivated, unless that is looked after by hand; where that is too much,
/// only if somebody confirms it.
#[tokio::test]
async fn a_full_refresh_deactivates_what_is_not_in_the_file() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        for number in ["1", "2", "3", "4"] {
            world.bill_to(number, (number < "3").then_some(acme.as_str())).await;
            world.ship_to(number, "1").await;
        }
        world.customer(json!({ "number": "5", "companyName": "Gone", "active": false })).await;
        world.customer(json!({ "number": "6", "companyName": "Guests", "guest": true })).await;
        let kept = world.bill_to("7", None).await;
        let own = "mutation($input: FieldOwnersSetInput!) { fieldOwnersSet(input: $input) { userErrors { code message path } } }";
        world.change(&world.admin, own, json!({ "id": kept, "fields": ["active"] })).await;
        let clerk = world.holder("clerk", &[ImportRun, CustomerView, CustomerEdit], Scope::Subtree, Some(&acme)).await;
        let active = "SELECT count(*) FROM customer WHERE active";
        let before = world.number(active).await;
        let ship_tos = [json!({ "customerNumber": "1", "sequence": "1" })];
        let (id, status, going) = refresh(&world, &clerk, "SHIP_TOS", &ship_tos).await;
        assert_eq!((&status, &going), (&json!("PLANNED"), &json!(1)), "1 of 2");
        world.change(&clerk, APPLY, json!({ "id": id })).await;
        assert_eq!(world.number("SELECT count(*) FROM customer WHERE active AND number = '2' AND sequence = '1'").await, 0);
        let lines = [json!({ "number": "1" }), json!({ "number": "1", "sequence": "0" }), json!({ "number": "2", "sequence": "1" }), json!({ "number": "3", "email": "wrong" })];
        let (id, status, going) = refresh(&world, &clerk, "CUSTOMERS", &lines).await;
        assert_eq!((&status, &going), (&json!("HELD"), &json!(2)), "2 of 3");
        let refused = world.attempt(&clerk, APPLY, json!({ "id": id })).await;
        assert_eq!(user_errors(&refused), ["CONFLICT at confirmDeactivations"]);
        world.change(&clerk, APPLY, json!({ "id": id, "confirmDeactivations": true })).await;
        assert_eq!(world.number("SELECT count(*) FROM customer WHERE active AND organization_id IS NOT NULL").await, 1);
        let (all, _, _) = refresh(&world, &world.admin, "CUSTOMERS", &lines).await;
        world.change(&world.admin, APPLY, json!({ "id": all, "confirmDeactivations": true })).await;
        assert_eq!(world.number(active).await, 4);
        // What was deactivated is put back like everything else.
        for (person, import) in [(&world.admin, all), (&clerk, id)] {
            assert_eq!(undone(&world, person, &import).await.1, Vec::<String>::new());
        }
        assert_eq!(world.number(active).await, before - 1);
    })
    .await;
}
