//! Customers and ship-tos from files.

use super::{carried_out, nothing, planned, undone};
use crate::support::{World, each_engine};
use entity::role_assignment::Scope;
use guildhall::access::Permission::{
    CustomerCreate, CustomerEdit, CustomerView, ImportRun, OrganizationView,
};
use serde_json::{Value, json};

const REP: &str = "mutation($input: SalesRepCreateInput!) { salesRepCreate(input: $input) { salesRep { id } userErrors { code message path } } }";
const OWN: &str = "mutation($input: FieldOwnersSetInput!) { fieldOwnersSet(input: $input) { fields userErrors { code message path } } }";

async fn customers(world: &World) -> Vec<Value> {
    let query = "{ customers(first: 100) { nodes { number sequence companyName firstName lastName city countryCode email active isShipTo guest currency termsCode organization { externalId } primarySalesRep { number } } } }";
    let data = world.ask(&world.admin, query, json!({})).await;
    let nodes = data["customers"]["nodes"].as_array();
    nodes.expect("customers").clone()
}

/// T-82, T-84, T-85, T-90, T-164: bill-tos and ship-tos from one file, deactivated by the mark of deletion, and put back as they were.
#[tokio::test]
async fn customers_come_with_their_ship_tos_and_go_back() {
    each_engine(async |world| {
        let acme = world.organization_with(json!({ "name": "Acme", "externalId": "acme" })).await;
        let nameless = world.organization("Nameless", None).await;
        world.change(&world.admin, REP, json!({ "number": "7", "name": "Rita" })).await;
        world.bill_to("1", Some(&nameless)).await;
        world.ship_to("1", "9").await;
        world.bill_to("2", None).await;
        let before = customers(&world).await;
        let lines = [
            json!({ "number": "1", "companyName": "One", "organizationExternalId": "acme", "salesRepNumber": "7", "deleted": "true", "city": "" }),
            json!({ "number": "1", "sequence": "9", "city": "Bern", "isShipTo": "yes" }),
            json!({ "number": "1", "sequence": "09", "companyName": "Nine", "salesRepNumber": "7", "organizationExternalId": "acme" }),
            json!({ "number": "3", "sequence": "0", "lastName": "Three", "countryCode": "ch", "currency": "CHF", "active": "false", "isShipTo": true }),
            json!({ "number": "3", "sequence": "1", "companyName": "Store" }),
            json!({ "number": "2", "companyName": "Customer 2", "deleted": false }),
            json!({ "number": "4", "sequence": "1", "companyName": "Orphan" }),
            json!({ "number": "3", "sequence": "", "companyName": "Again" }),
            json!({ "number": "5", "email": "nowhere", "currency": "XQX", "organizationExternalId": "none", "salesRepNumber": "8", "deleted": "perhaps" }),
            json!({ "number": "6" }),
            json!({ "number": "3", "sequence": "2", "companyName": "Two", "salesRepNumber": "7" }),
            json!({ "number": "x".repeat(256), "companyName": "Long" }),
            json!({ "companyName": "None" }),
        ];
        let (id, rows) = carried_out(&world, &world.admin, "CUSTOMERS", &lines).await;
        assert_eq!(
            rows,
            [
                "1 UPDATE PLANNED companyName:Customer 1>One active:true>false salesRepNumber:->7 organizationExternalId:->acme",
                "2 UPDATE PLANNED city:->Bern",
                "3 CREATE PLANNED number:->1 sequence:->09 companyName:->Nine",
                "4 CREATE PLANNED number:->3 lastName:->Three countryCode:->CH active:->false isShipTo:->true currency:->CHF",
                "5 CREATE PLANNED number:->3 sequence:->1 companyName:->Store",
                "6 UNCHANGED PLANNED",
                "7 ERROR PLANNED NOT_FOUND at number",
                "8 ERROR PLANNED CONFLICT at number",
                "9 ERROR PLANNED INVALID at email INVALID at deleted INVALID at currency NOT_FOUND at salesRepNumber NOT_FOUND at organizationExternalId",
                "10 ERROR PLANNED REQUIRED at companyName",
                "11 ERROR PLANNED INVALID at salesRepNumber",
                "12 ERROR PLANNED TOO_LONG at number",
                "13 ERROR PLANNED REQUIRED at number",
            ]
        );
        let nine = world.ask(&world.admin, "{ customerByNumber(number: \"1\", sequence: \"9\") { city organization { id } primarySalesRep { number } } }", json!({})).await;
        assert_eq!(nine["customerByNumber"], json!({ "city": "Bern", "organization": { "id": acme }, "primarySalesRep": { "number": "7" } }));
        let (_, again) = planned(&world, &world.admin, "CUSTOMERS", &lines[..6]).await;
        assert!(again.iter().all(|row| row.contains("UNCHANGED")), "{again:?}");
        assert_eq!(undone(&world, &world.admin, &id).await, (5, nothing()));
        assert_eq!(customers(&world).await, before);
    })
    .await;
}

/// T-82: a file of ship-tos calls the number of the bill-to customerNumber, and has no bill-tos.
#[tokio::test]
async fn a_file_of_ship_tos_has_no_bill_tos() {
    each_engine(async |world| {
        world.bill_to("1", None).await;
        let lines = [
            json!({ "customerNumber": "1", "sequence": "1", "companyName": "Store", "fax": "1" }),
            json!({ "customerNumber": "1", "sequence": "0", "companyName": "Head office" }),
            json!({ "customerNumber": "1", "companyName": "Head office" }),
            json!({ "customerNumber": "2", "sequence": "1", "companyName": "Nowhere" }),
            json!({ "customerNumber": "1", "sequence": "2", "companyName": "Other", "termsCode": "30" }),
        ];
        let (id, rows) = carried_out(&world, &world.admin, "SHIP_TOS", &lines).await;
        assert_eq!(
            rows,
            [
                "1 CREATE PLANNED customerNumber:->1 sequence:->1 companyName:->Store fax:->1",
                "2 ERROR PLANNED REQUIRED at sequence",
                "3 ERROR PLANNED REQUIRED at sequence",
                "4 ERROR PLANNED NOT_FOUND at customerNumber",
                "5 CREATE PLANNED customerNumber:->1 sequence:->2 companyName:->Other",
            ]
        );
        let (_, again) = planned(&world, &world.admin, "SHIP_TOS", &lines[..1]).await;
        assert_eq!(again, ["1 UNCHANGED PLANNED"]);
        world.sql("UPDATE customer SET version = 9 WHERE sequence = '1'").await;
        assert_eq!(undone(&world, &world.admin, &id).await, (1, vec!["1 CREATE NOT_UNDONE customerNumber:->1 sequence:->1 companyName:->Store fax:->1 MOVED_ON at -".to_owned()]));
    })
    .await;
}

/// T-39, T-93, T-161, T-194: rows take what the mutations take, over the same places; what is hidden is as good as absent, but its key is taken.
#[tokio::test]
async fn customers_take_the_rights_of_their_mutations() {
    each_engine(async |world| {
        let acme = world.organization_with(json!({ "name": "Acme", "externalId": "acme" })).await;
        world.organization_with(json!({ "name": "Beta", "externalId": "beta" })).await;
        world.change(&world.admin, REP, json!({ "number": "7", "name": "Rita" })).await;
        world.bill_to("1", Some(&acme)).await;
        world.bill_to("2", None).await;
        let lines = [
            json!({ "number": "1", "companyName": "One" }),
            json!({ "number": "2", "companyName": "Two" }),
            json!({ "number": "3", "companyName": "Three", "organizationExternalId": "acme" }),
            json!({ "number": "4", "companyName": "Four" }),
            json!({ "number": "5", "companyName": "Five", "organizationExternalId": "beta" }),
            json!({ "number": "1", "sequence": "1", "companyName": "Store" }),
            json!({ "number": "2", "sequence": "1", "companyName": "Store" }),
            json!({ "number": "6", "companyName": "Six", "organizationExternalId": "acme", "salesRepNumber": "7" }),
        ];
        let all = [ImportRun, CustomerView, CustomerEdit, CustomerCreate, OrganizationView];
        let clerk = world.holder("clerk", &all, Scope::Subtree, Some(&acme)).await;
        let (_, rows) = planned(&world, &clerk, "CUSTOMERS", &lines).await;
        assert_eq!(
            rows,
            [
                "1 UPDATE PLANNED companyName:Customer 1>One",
                "2 ERROR PLANNED TAKEN at number",
                "3 CREATE PLANNED number:->3 companyName:->Three organizationExternalId:->acme",
                "4 ERROR PLANNED FORBIDDEN at organizationExternalId",
                "5 ERROR PLANNED NOT_FOUND at organizationExternalId",
                "6 CREATE PLANNED number:->1 sequence:->1 companyName:->Store",
                "7 ERROR PLANNED NOT_FOUND at number",
                "8 ERROR PLANNED OUT_OF_SCOPE at salesRepNumber",
            ]
        );
        let reader = world.holder("reader", &[ImportRun, CustomerView], Scope::Global, None).await;
        let (_, rows) = planned(&world, &reader, "CUSTOMERS", &lines[..2]).await;
        assert_eq!(rows, ["1 ERROR PLANNED FORBIDDEN at number", "2 ERROR PLANNED FORBIDDEN at number"]);
        let same = [json!({ "number": "2", "companyName": "Customer 2" })];
        let (_, rows) = planned(&world, &reader, "CUSTOMERS", &same).await;
        assert_eq!(rows, ["1 UNCHANGED PLANNED"]);
    })
    .await;
}

/// T-162: what somebody looks after by hand stays, and the row says so.
#[tokio::test]
async fn fields_of_customers_that_are_looked_after_by_hand_are_left_alone() {
    each_engine(async |world| {
        let one = world.bill_to("1", None).await;
        let own = json!({ "id": one, "fields": ["companyName", "active"] });
        let owned = world.change(&world.admin, OWN, own).await;
        assert_eq!(owned["fields"], json!(["active", "companyName"]));
        for unknown in ["number", "sequence", "deleted", "jobTitle"] {
            let answer = world
                .attempt(
                    &world.admin,
                    OWN,
                    json!({ "id": one, "fields": ["city", unknown] }),
                )
                .await;
            assert_eq!(
                crate::support::user_errors(&answer),
                ["INVALID at fields.1"]
            );
        }
        let lines =
            [json!({ "number": "1", "companyName": "Uno", "city": "Bern", "deleted": true })];
        let (id, rows) = carried_out(&world, &world.admin, "CUSTOMERS", &lines).await;
        assert_eq!(rows, ["1 UPDATE PLANNED city:->Bern"]);
        let kept = world
            .ask(
                &world.admin,
                "query($id: ID!) { import(id: $id) { rows(first: 1) { nodes { keptFields } } } }",
                json!({ "id": id }),
            )
            .await;
        assert_eq!(
            kept["import"]["rows"]["nodes"][0]["keptFields"],
            json!(["companyName", "active"])
        );
    })
    .await;
}
