//! Orders of another system from files.

use super::{carried_out, planned, undone};
use crate::support::{World, each_engine};
use entity::role_assignment::Scope;
use guildhall::access::Permission::{
    CustomerView, ImportRun, OrderEdit, OrderPlace, OrderView, OrganizationView,
};
use serde_json::{Value, json};

async fn order(world: &World, number: &str) -> Value {
    let query = "query($number: String!) { orderByNumber(number: $number) { status placedAt requestedOn notes subtotal { amount } discount { amount } tax { amount } shipping { amount } total { amount currencyCode } customer { number } organization { externalId } contact { externalId } shipTo { line1 number sequence } lines { position variantCode quantity unitPrice { amount } total { amount } } } }";
    let data = world
        .ask(&world.admin, query, json!({ "number": number }))
        .await;
    data["orderByNumber"].clone()
}

async fn with_customers(world: &World) {
    let acme = world
        .organization_with(json!({ "name": "Acme", "externalId": "acme" }))
        .await;
    world.bill_to("1", Some(&acme)).await;
    world.ship_to("1", "2").await;
    world.bill_to("9", None).await;
    world
        .contact_with(json!({ "externalId": "c", "fullName": "Cy", "organizationId": acme }))
        .await;
}

/// T-51, T-53, T-86, T-164: rows of one number are one order with what the other system says of it; afterwards only its status, day and notes change.
#[tokio::test]
async fn orders_keep_what_the_other_system_says_of_them() {
    each_engine(async |world| {
        with_customers(&world).await;
        let head = json!({ "number": "77", "orderedAt": "1996-07-04", "status": "shipped", "customerNumber": "1", "contactExternalId": "c", "shipToSequence": "2", "currency": "USD", "freight": "32.38" });
        let line = |number: &str, line: &str, variant: &str, quantity: &str, price: &str| json!({ "number": number, "line": line, "variantCode": variant, "quantity": quantity, "unitPrice": price });
        let with = |mut row: Value, other: &Value| {
            for (name, value) in other.as_object().expect("fields") {
                row[name] = value.clone();
            }
            row
        };
        let lines = [
            with(line("77", "1", "NW-11", "12", "14"), &head),
            line("78", "1", "NW-1", "2", "1.335"),
            line("77", "2", "NW-42", "10", "9.8"),
            json!({ "number": "79", "orderedAt": "1996-07-05T10:00:00Z", "organizationExternalId": "acme", "currency": "EUR", "subtotal": "100", "discount": "10", "tax": "7", "total": "97.5", "shipToText": "Somewhere 1" }),
            with(line("80", "1", "", "-1", ""), &with(head.clone(), &json!({ "number": "80" }))),
            line("80", "2", "A", "1", "1"),
            line("77", "2", "NW-42", "10", "9.8"),
        ];
        let (_, rows) = planned(&world, &world.admin, "ORDERS", &lines).await;
        assert_eq!(
            rows,
            [
                "1 ERROR PLANNED CONFLICT at -",
                "2 ERROR PLANNED REQUIRED at customerNumber REQUIRED at orderedAt REQUIRED at currency",
                "3 ERROR PLANNED CONFLICT at -",
                "4 CREATE PLANNED number:->79 orderedAt:->1996-07-05T10:00:00Z shipToText:->Somewhere 1 organizationExternalId:->acme currency:->EUR subtotal:->100 discount:->10 tax:->7 total:->97.5",
                "5 ERROR PLANNED INVALID at quantity REQUIRED at variantCode REQUIRED at unitPrice",
                "6 ERROR PLANNED CONFLICT at -",
                "7 ERROR PLANNED CONFLICT at number",
            ]
        );
        let good = [lines[0].clone(), lines[3].clone(), lines[2].clone()];
        let (id, rows) = carried_out(&world, &world.admin, "ORDERS", &good).await;
        assert_eq!(rows[2], "3 CREATE PLANNED line:->2 variantCode:->NW-42 quantity:->10 unitPrice:->9.8");
        assert_eq!(
            order(&world, "77").await,
            json!({
                "status": "SHIPPED", "placedAt": "1996-07-04T00:00:00.000000Z", "requestedOn": null, "notes": null,
                "subtotal": { "amount": "266" }, "discount": { "amount": "0" }, "tax": { "amount": "0" }, "shipping": { "amount": "32.38" }, "total": { "amount": "298.38", "currencyCode": "USD" },
                "customer": { "number": "1" }, "organization": { "externalId": "acme" }, "contact": { "externalId": "c" },
                "shipTo": { "line1": null, "number": "1", "sequence": "2" },
                "lines": [
                    { "position": 1, "variantCode": "NW-11", "quantity": "12", "unitPrice": { "amount": "14" }, "total": { "amount": "168" } },
                    { "position": 2, "variantCode": "NW-42", "quantity": "10", "unitPrice": { "amount": "9.8" }, "total": { "amount": "98" } },
                ],
            })
        );
        let other = order(&world, "79").await;
        assert_eq!((&other["total"]["amount"], &other["shipTo"]["line1"]), (&json!("97.5"), &json!("Somewhere 1")));
        let (_, again) = planned(&world, &world.admin, "ORDERS", &good).await;
        assert_eq!(again, ["1 UNCHANGED PLANNED", "2 UNCHANGED PLANNED", "3 UNCHANGED PLANNED"]);
        let changed = [
            json!({ "number": "77", "status": "COMPLETED", "notes": "done", "requestedDate": "1996-08-01" }),
            json!({ "number": "79", "status": "CANCELLED", "total": "1", "customerNumber": "9" }),
        ];
        let (second, rows) = carried_out(&world, &world.admin, "ORDERS", &changed).await;
        assert_eq!(
            rows,
            ["1 UPDATE PLANNED requestedDate:->1996-08-01 status:SHIPPED>COMPLETED notes:->done", "2 ERROR PLANNED CONFLICT at customerNumber CONFLICT at total"]
        );
        let other_lines = [line("77", "1", "NW-11", "12", "15"), line("77", "2", "NW-42", "10", "9.8")];
        let (_, rows) = planned(&world, &world.admin, "ORDERS", &other_lines).await;
        assert_eq!(rows, ["1 ERROR PLANNED CONFLICT at variantCode", "2 ERROR PLANNED CONFLICT at -"]);
        assert_eq!(undone(&world, &world.admin, &second).await, (0, vec!["1 UPDATE NOT_UNDONE requestedDate:->1996-08-01 status:SHIPPED>COMPLETED notes:->done INVALID at status".to_owned()]));
        let (undone, left) = undone(&world, &world.admin, &id).await;
        assert_eq!((undone, left.len()), (0, 2), "{left:?}");
        assert!(left[0].ends_with("MOVED_ON at -") && left[1].ends_with("CONFLICT at -"), "{left:?}");
    })
    .await;
}

/// T-39, T-93, T-150: orders of another system take ORDER_PLACE and ORDER_EDIT where they belong, and name nobody who is hidden.
#[tokio::test]
async fn orders_take_rights_where_they_belong() {
    each_engine(async |world| {
        with_customers(&world).await;
        let line = |number: &str, customer: &str| json!({ "number": number, "orderedAt": "2025-01-01", "currency": "EUR", "customerNumber": customer, "variantCode": "A", "quantity": 1, "unitPrice": "2" });
        carried_out(&world, &world.admin, "ORDERS", &[line("1", "9")]).await;
        let acme = world.ask(&world.admin, "{ organizationByExternalId(externalId: \"acme\") { id } }", json!({})).await;
        let acme = acme["organizationByExternalId"]["id"].as_str().expect("an id").to_owned();
        let all = [ImportRun, OrderView, OrderPlace, OrderEdit, CustomerView, OrganizationView];
        let clerk = world.holder("clerk", &all, Scope::Subtree, Some(&acme)).await;
        let mut nobodys = line("5", "1");
        nobodys["contactExternalId"] = json!("c");
        let lines = [line("1", "1"), line("2", "1"), line("3", "9"), nobodys];
        let (_, rows) = planned(&world, &clerk, "ORDERS", &lines).await;
        assert_eq!(rows[0], "1 ERROR PLANNED TAKEN at number");
        assert!(rows[1].starts_with("2 CREATE"), "{}", rows[1]);
        assert_eq!(rows[2..], ["3 ERROR PLANNED NOT_FOUND at customerNumber", "4 ERROR PLANNED NOT_FOUND at contactExternalId"]);
        let placer = world.holder("placer", &[ImportRun, OrderView, OrderPlace, CustomerView], Scope::Global, None).await;
        let (_, rows) = planned(&world, &placer, "ORDERS", &[line("6", "1")]).await;
        assert_eq!(rows, ["1 ERROR PLANNED FORBIDDEN at organizationExternalId"]);
    })
    .await;
}

/// Rows of one order are dealt with together, wherever they stand in the file; an order of too many is refused as a whole.
#[tokio::test]
async fn rows_of_an_order_are_put_beside_each_other() {
    each_engine(async |world| {
        let line = |number: usize| json!({ "number": (["b", "a", "big"][number % 3]), "variantCode": "A", "quantity": 1, "unitPrice": 1 });
        let mut lines: Vec<_> = (0..60).map(line).collect();
        lines.extend((0..500).map(|_| line(2)));
        lines.push(json!({ "variantCode": "A" }));
        let (id, _) = planned(&world, &world.admin, "ORDERS", &lines).await;
        let totals = "query($id: ID!) { import(id: $id) { totals { rows planned error } } }";
        let totals = world.ask(&world.admin, totals, json!({ "id": id })).await;
        assert_eq!(totals["import"]["totals"]["rows"], totals["import"]["totals"]["planned"]);
        let numbers = "(SELECT count(*) FROM import_row later, import_row earlier WHERE later.place = earlier.place + 1 AND substr(later.key, 1, 2) <> substr(earlier.key, 1, 2))";
        assert_eq!(world.number(&format!("SELECT {numbers}")).await, 3, "b, a, big, and the row without a number");
        assert_eq!(world.number("SELECT min(place) FROM import_row WHERE key LIKE 'a%'").await, 21);
        assert_eq!(world.number("SELECT count(*) FROM import_row WHERE action = 'ERROR' AND state = 'PLANNED' AND key LIKE 'big%'").await, 520);
    })
    .await;
}
