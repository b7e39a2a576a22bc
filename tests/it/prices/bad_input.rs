//! What cannot be a price.

use super::bulk::BULK;
use super::{UPSERT, row};
use crate::support::{code, each_engine, user_errors};
use serde_json::{Value, json};

/// T-40, T-43, T-131, T-132, T-140, T-175: each mistake at its field, alone and in a list, and nothing is written.
#[tokio::test]
async fn what_cannot_be_a_price_is_refused_at_its_field_and_changes_nothing() {
    each_engine(async |world| {
        world.market("EU").await;
        let id = world.price("V", "5", json!({})).await;
        let nobody = "account:01900000-0000-7000-8000-00000000ffff";
        let table: Vec<(Value, &[&str])> = vec![
            (json!({ "variantCode": " " }), &["REQUIRED at variantCode"]),
            (json!({ "variantCode": "x".repeat(256) }), &["TOO_LONG at variantCode"]),
            (json!({ "variantCode": "a\u{200B}" }), &["INVALID at variantCode"]),
            (json!({ "variantCode": "a\u{0}" }), &["INVALID at variantCode"]),
            (json!({ "market": "US" }), &["NOT_FOUND at market"]),
            (json!({ "market": "E\u{0}U" }), &["NOT_FOUND at market"]),
            (json!({ "currency": "XQX" }), &["INVALID at currency"]),
            (json!({ "amount": "-0.000001" }), &["INVALID at amount"]),
            (json!({ "amount": "0.0000001" }), &["INVALID at amount"]),
            (json!({ "amount": "1000000000000" }), &["INVALID at amount"]),
            (json!({ "amount": "99999999999999999999999999999999999999999" }), &["INVALID at amount"]),
            (json!({ "minQuantity": "-1" }), &["INVALID at minQuantity"]),
            (json!({ "minQuantity": "0.0000000001" }), &["INVALID at minQuantity"]),
            (json!({ "minQuantity": "1000000000" }), &["INVALID at minQuantity"]),
            (json!({ "source": "CUSTOMER_GROUP" }), &["REQUIRED at customerGroupId"]),
            (json!({ "source": "ACCOUNT", "customerGroupId": "customerGroup:1" }), &["INVALID at customerGroupId", "REQUIRED at accountId"]),
            (json!({ "customerGroupId": "customerGroup:1" , "source": "EVERYBODY" }), &["INVALID at customerGroupId"]),
            (json!({ "customerGroupId": "customerGroup:99" }), &["NOT_FOUND at customerGroupId"]),
            (json!({ "accountId": nobody }), &["NOT_FOUND at accountId"]),
            (json!({ "validFrom": "2026-02-01T00:00:00Z", "validUntil": "2026-01-01T00:00:00Z" }), &["INVALID at validUntil"]),
            (json!({ "validFrom": "2026-02-01T00:00:00Z", "validUntil": "2026-02-01T00:00:00Z" }), &["INVALID at validUntil"]),
            (json!({ "validUntil": "2025-02-01T00:00:00Z" }), &["INVALID at validUntil"]),
            (json!({ "validFrom": "0000-02-01T00:00:00Z" }), &["INVALID at validFrom"]),
            (json!({ "id": "price:01900000-0000-7000-8000-00000000ffff" }), &["NOT_FOUND at id"]),
            (json!({ "id": id, "validFrom": null }), &["INVALID at validFrom"]),
            (json!({ "currency": "XQX", "amount": "-1", "market": "US" }), &["INVALID at currency", "INVALID at amount", "NOT_FOUND at market"]),
        ];
        for (input, expected) in table {
            let input = row("V", "7", input);
            assert_eq!(user_errors(&world.attempt(&world.admin, UPSERT, input.clone()).await), expected, "{input}");
            let many = json!({ "rows": [row("W", "7", json!({})), input] });
            let below: Vec<_> = expected.iter().map(|error| error.replace(" at ", " at rows.1.")).collect();
            assert_eq!(user_errors(&world.attempt(&world.admin, BULK, many.clone()).await), below, "{many}");
        }
        for (field, value) in [("amount", json!("1e3")), ("amount", json!("")), ("amount", json!(1.5)), ("amount", json!(true)), ("minQuantity", json!("one")),
            ("currency", json!("eur")), ("validFrom", json!("yesterday")), ("id", json!("account:1")), ("id", json!("price:1")), ("customerGroupId", json!("group:1")),
            ("source", json!("SOMEBODY"))] {
            let mut input = row("V", "7", json!({}));
            input[field] = value;
            let body = world.send(&world.admin, UPSERT, json!({ "input": input })).await;
            assert_eq!(code(&body), "BAD_REQUEST", "{input}");
        }
        assert_eq!(world.number("SELECT count(*) FROM price").await, 1);
        assert_eq!(world.number("SELECT count(*) FROM history_entry WHERE entity = 'price'").await, 1);
    })
    .await;
}

/// T-131: the largest and the smallest come back as they were written.
#[tokio::test]
async fn the_largest_and_the_smallest_numbers_are_kept_exactly() {
    each_engine(async |world| {
        world.market("EU").await;
        for (variant, amount, quantity) in [
            ("A", "999999999999.999999", "999999999.999999999"),
            ("B", "0.000001", "0.000000001"),
            ("C", "0", "0"),
        ] {
            let input = row(variant, amount, json!({ "minQuantity": quantity }));
            let price = &world.change(&world.admin, UPSERT, input).await["price"];
            assert_eq!(
                (&price["unitPrice"]["amount"], &price["minQuantity"]),
                (&json!(amount), &json!(quantity))
            );
            let question = json!({ "codes": [variant], "quantity": quantity });
            assert_eq!(
                world.cost(&world.admin, question).await,
                format!("{amount} EVERYBODY")
            );
        }
    })
    .await;
}
