//! Orders that come to nothing, with where and why.

use super::{PLACE, buyer, order};
use crate::support::{Person, World, each_engine, user_errors};
use serde_json::{Value, json};

async fn refused(world: &World, person: &Person, input: Value) -> Vec<String> {
    user_errors(&world.attempt(person, PLACE, order(input)).await)
}

/// T-50, T-131, T-132, T-140: each mistake at its line, all that can be told together, and nothing written.
#[tokio::test]
async fn a_mistake_is_named_by_its_line_and_nothing_is_written() {
    each_engine(async |world| {
        world.shop().await;
        let (ann, ..) = buyer(&world, "ann").await;
        let line = |code: &str, quantity: &str| json!({ "variantCode": code, "quantity": quantity });
        for (input, expected) in [
            (json!({ "lines": [line("V", "1"), line("v", "1"), line("X", "2")] }), vec!["INVALID at lines.1.variantCode", "INVALID at lines.2.variantCode"]),
            (json!({ "lines": [line("V", "0"), line(" ", "-1"), line("V", "0.0000000001")] }), vec![
                "INVALID at lines.0.quantity", "REQUIRED at lines.1.variantCode", "INVALID at lines.1.quantity", "INVALID at lines.2.quantity"]),
            (json!({ "lines": [] }), vec!["REQUIRED at lines"]),
            (json!({ "lines": vec![line("V", "1"); 201] }), vec!["INVALID at lines"]),
            (json!({ "market": "XX", "billTo": null }), vec!["NOT_FOUND at market", "REQUIRED at billTo"]),
            (json!({ "market": "X\u{0}" }), vec!["NOT_FOUND at market"]),
            (json!({ "currency": "XQX" }), vec!["INVALID at currency", "INVALID at lines.0.variantCode"]),
            (json!({ "currency": "CHF" }), vec!["INVALID at lines.0.variantCode"]),
            (json!({ "billTo": {} }), vec!["REQUIRED at billTo"]),
            (json!({ "billTo": { "city": "x".repeat(256), "email": "no", "countryCode": "CHE" } }), vec![
                "TOO_LONG at billTo.city", "INVALID at billTo.countryCode", "INVALID at billTo.email"]),
            (json!({ "shipTo": { "line1": "a\u{0}" }, "poNumber": "a\nb" }), vec!["INVALID at shipTo.line1", "INVALID at poNumber"]),
            (json!({ "register": { "password": "a fine long phrase" } }), vec!["INVALID at register"]),
            (json!({ "shipToId": "customer:01900000-0000-7000-8000-000000000001" }), vec!["INVALID at shipToId"]),
            (json!({ "customerId": "customer:01900000-0000-7000-8000-000000000001" }), vec!["NOT_FOUND at customerId"]),
            (json!({ "contactId": "contact:01900000-0000-7000-8000-000000000001" }), vec!["NOT_FOUND at contactId"]),
        ] {
            let told = refused(&world, &ann, input.clone()).await;
            assert_eq!(told, expected, "{input}");
        }
        let at_most = json!({ "lines": vec![line("V", "1"); 200] });
        assert_eq!(refused(&world, &ann, at_most).await, Vec::<String>::new());
        assert_eq!(world.number("SELECT count(*) FROM sales_order").await, 1);
        assert_eq!(world.number("SELECT count(*) FROM order_line").await, 200);
    })
    .await;
}

/// T-131: an order costs less than 10^12, exactly, or is refused as a whole.
#[tokio::test]
async fn an_order_that_costs_more_than_an_amount_can_be_is_refused() {
    each_engine(async |world| {
        world.market("EU").await;
        world.price("V", "999999999999.99", json!({})).await;
        let line = |quantity: &str| json!({ "variantCode": "V", "quantity": quantity });
        for lines in [json!([line("1"), line("0.01")]), json!([line("999999999")])] {
            let told = refused(&world, &world.admin, json!({ "lines": lines })).await;
            assert_eq!(told, ["INVALID at lines"]);
        }
        let told = refused(&world, &world.admin, json!({ "lines": [line("1")] })).await;
        assert_eq!(told, Vec::<String>::new());
    })
    .await;
}

/// T-141: the verdict of the real call, and nothing of it happens.
#[tokio::test]
async fn an_order_that_is_only_validated_leaves_nothing() {
    each_engine(async |world| {
        world.shop().await;
        let (ann, ..) = buyer(&world, "ann").await;
        for person in [&ann, &Person::anonymous()] {
            let input = order(json!({ "validateOnly": true }));
            let payload = world.change(person, PLACE, input).await;
            assert_eq!(payload["order"], Value::Null);
            assert_eq!(payload["lookUpToken"], Value::Null);
            let told = refused(
                &world,
                person,
                json!({ "validateOnly": true, "market": "XX" }),
            )
            .await;
            assert_eq!(told, ["NOT_FOUND at market"]);
        }
        assert_eq!(world.number("SELECT count(*) FROM sales_order").await, 0);
        assert_eq!(world.number("SELECT count(*) FROM order_token").await, 0);
    })
    .await;
}

/// Nobody is asked about each line.
#[tokio::test]
async fn an_order_takes_as_many_statements_for_many_lines_as_for_few() {
    each_engine(async |world| {
        world.market("EU").await;
        for number in 0..60 {
            world.price(&format!("V{number}"), "1", json!({})).await;
        }
        let (ann, ..) = buyer(&world, "ann").await;
        for person in [&ann, &Person::anonymous()] {
            let mut taken = Vec::new();
            for lines in [2, 60] {
                let lines: Vec<_> = (0..lines)
                    .map(|number| json!({ "variantCode": format!("V{number}"), "quantity": 1 }))
                    .collect();
                let placed = world
                    .statements_of(world.ordered(person, json!({ "lines": lines })))
                    .await;
                taken.push(placed.0);
            }
            assert_eq!(taken[0], taken[1]);
            assert!(taken[0] <= 16, "{taken:?}");
        }
    })
    .await;
}
