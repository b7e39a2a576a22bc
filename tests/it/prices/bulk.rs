//! Many prices at once.

use super::row;
use crate::support::{World, code, each_engine, user_errors};
use serde_json::{Value, json};

pub const BULK: &str = "mutation($input: PriceBulkUpsertInput!) { priceBulkUpsert(input: $input) {
    results { price { variantCode unitPrice { amount } version } created warnings { code path } userErrors { code message path } } userErrors { code message path } } }";

/// Five rows, of which the second and the fourth cannot be.
fn mixed(policy: Option<&str>) -> Value {
    let rows = [
        row("A", "1", json!({})),
        row("B", "-1", json!({ "currency": "XQX" })),
        row("V", "7", json!({})),
        row("A", "2", json!({})),
        row("C", "9", json!({ "customerGroupId": "customerGroup:1" })),
    ];
    let mut input = json!({ "rows": rows });
    if let Some(policy) = policy {
        input["errorPolicy"] = json!(policy);
    }
    input
}

fn told(payload: &Value) -> Vec<String> {
    let results = payload["results"].as_array().expect("results");
    let one = |result: &Value| {
        let price = &result["price"];
        let amount = price["unitPrice"]["amount"].as_str().unwrap_or("-");
        let errors = user_errors(result).join(" ");
        format!(
            "{amount}@{} {} {errors}",
            price["version"], result["created"]
        )
    };
    results.iter().map(one).collect()
}

async fn fill(world: &World) {
    world.market("EU").await;
    world.price("V", "5", json!({})).await;
    world.price("C", "8", json!({})).await;
}

const REFUSED: [&str; 3] = [
    "INVALID at rows.1.currency",
    "INVALID at rows.1.amount",
    "CONFLICT at rows.3.variantCode",
];

/// T-115, T-140: by default nothing is written when one row is refused, and every mistake is told where it stands.
#[tokio::test]
async fn nothing_is_written_when_one_row_is_refused_and_the_policy_says_so() {
    each_engine(async |world| {
        fill(&world).await;
        for policy in [None, Some("REJECT_EVERYTHING")] {
            let payload = world.attempt(&world.admin, BULK, mixed(policy)).await;
            assert_eq!(user_errors(&payload), REFUSED);
            assert_eq!(
                told(&payload),
                [
                    "-@null false ",
                    "-@null false INVALID at rows.1.currency INVALID at rows.1.amount",
                    "-@null false ",
                    "-@null false CONFLICT at rows.3.variantCode",
                    "-@null false "
                ]
            );
        }
        assert_eq!(world.number("SELECT count(*) FROM price").await, 2);
        assert_eq!(
            world
                .number("SELECT CAST(max(version) AS bigint) FROM price")
                .await,
            1
        );
        assert_eq!(
            world
                .number("SELECT count(*) FROM history_entry WHERE mutation = 'priceBulkUpsert'")
                .await,
            0
        );
    })
    .await;
}

/// T-48, T-115, T-141, T-180: the good rows are written when the policy says so, once for one key.
#[tokio::test]
async fn the_good_rows_are_written_when_the_policy_says_so() {
    each_engine(async |world| {
        fill(&world).await;
        let mut input = mixed(Some("REJECT_FAILED_ROWS"));
        input["validateOnly"] = json!(true);
        let checked = world.attempt(&world.admin, BULK, input.clone()).await;
        let outcome = |first: &str, last: &str| {
            vec![
                format!("{first} true "),
                "-@null false INVALID at rows.1.currency INVALID at rows.1.amount".to_owned(),
                "7@2 false ".to_owned(),
                "-@null false CONFLICT at rows.3.variantCode".to_owned(),
                format!("{last} true "),
            ]
        };
        assert_eq!(told(&checked), outcome("-@null", "-@null"));
        assert_eq!(world.number("SELECT count(*) FROM price").await, 2);
        input["validateOnly"] = json!(false);
        input["idempotencyKey"] = json!("one");
        let first = world.attempt(&world.admin, BULK, input.clone()).await;
        assert_eq!(told(&first), outcome("1@1", "9@1"));
        assert_eq!(user_errors(&first), REFUSED);
        assert_eq!(
            first["results"][4]["warnings"],
            json!([{ "code": "PRICE_NEVER_APPLIES", "path": ["rows", "4", "amount"] }])
        );
        assert_eq!(first, world.attempt(&world.admin, BULK, input).await);
        assert_eq!(world.number("SELECT count(*) FROM price").await, 4);
        assert_eq!(
            world
                .number("SELECT count(*) FROM history_entry WHERE mutation = 'priceBulkUpsert'")
                .await,
            3
        );
        let none =
            json!({ "rows": [row("A", "-1", json!({}))], "errorPolicy": "REJECT_FAILED_ROWS" });
        assert_eq!(
            user_errors(&world.attempt(&world.admin, BULK, none).await),
            ["INVALID at rows.0.amount"]
        );
        let empty = world
            .attempt(&world.admin, BULK, json!({ "rows": [] }))
            .await;
        assert_eq!(empty, json!({ "results": [], "userErrors": [] }));
    })
    .await;
}

/// T-134: 500 rows are one call; warnings count those beside them; a second call changes them.
#[tokio::test]
async fn five_hundred_rows_are_one_call() {
    each_engine(async |world| {
        world.market("EU").await;
        let rows = |count: usize, amount: usize| -> Vec<Value> {
            let of = |number: usize| row(&format!("V{}", number / 2), &(amount + number % 2).to_string(), json!({ "customerGroupId": format!("customerGroup:{}", 1 + number % 2),
                "minQuantity": "0.5", "validFrom": "2026-01-01T00:00:00Z", "validUntil": "2026-02-01T00:00:00Z" }));
            (0..count).map(of).collect()
        };
        let first = world.change(&world.admin, BULK, json!({ "rows": rows(500, 5) })).await;
        assert_eq!(first["results"].as_array().map(Vec::len), Some(500));
        let again = world.change(&world.admin, BULK, json!({ "rows": rows(500, 6) })).await;
        assert_eq!(again["results"][499]["price"], json!({ "variantCode": "V249", "unitPrice": { "amount": "7" }, "version": 2 }));
        assert_eq!(world.number("SELECT count(*) FROM price").await, 500);
        assert_eq!(world.number("SELECT count(*) FROM history_entry WHERE entity = 'price'").await, 1000);
        let body = world.send(&world.admin, BULK, json!({ "input": { "rows": rows(501, 6) } })).await;
        assert_eq!(code(&body), "LIMIT_EXCEEDED");
    })
    .await;
}
