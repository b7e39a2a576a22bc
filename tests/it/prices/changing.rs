//! Making and changing one price, and markets.

use super::{MARKET, UPSERT, row};
use crate::support::world::Engine;
use crate::support::{Postgres, World, each_engine, user_errors};
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::sync::Arc;

/// The price of a payload as `amount@version`, and whether it is new.
fn told(payload: &Value) -> String {
    let price = &payload["price"];
    let new = if payload["created"] == json!(true) {
        " new"
    } else {
        ""
    };
    format!(
        "{}@{}{new}",
        price["unitPrice"]["amount"].as_str().unwrap_or("-"),
        price["version"]
    )
}

fn warnings(payload: &Value) -> Vec<&str> {
    let warnings = payload["warnings"].as_array().expect("warnings");
    warnings
        .iter()
        .filter_map(|warning| warning["code"].as_str())
        .collect()
}

/// T-114, T-134: the same key is the same price; another key, even by its end alone, is another one.
#[tokio::test]
async fn a_price_of_the_same_key_is_changed_and_one_of_another_key_is_made() {
    each_engine(async |world| {
        world.market("EU").await;
        let put = async |amount: &str, input: Value| told(&world.change(&world.admin, UPSERT, row("V", amount, input)).await);
        let since = json!({ "validFrom": "2026-01-01T00:00:00Z", "validUntil": "2027-01-01T00:00:00Z", "minQuantity": "2" });
        let but = |field: &str, value: Value| {
            let mut input = since.clone();
            input[field] = value;
            input
        };
        assert_eq!(put("5", since.clone()).await, "5@1 new");
        assert_eq!(put("5.0", since.clone()).await, "5@1");
        assert_eq!(put("6", since.clone()).await, "6@2");
        for other in [but("validUntil", json!(null)), but("validFrom", json!("2026-01-01T00:00:00.000001Z")), but("minQuantity", json!("2.000000001")),
            but("currency", json!("USD")), but("variantCode", json!("v")), but("customerGroupId", json!("customerGroup:1"))] {
            assert_eq!(put("7", other).await, "7@1 new");
        }
        assert_eq!(put("8", but("variantCode", json!(" V "))).await, "8@3");
        assert_eq!(world.number("SELECT count(*) FROM price").await, 7);
        let history = "SELECT count(*) FROM history_entry WHERE entity = 'price'";
        assert_eq!(world.number(history).await, 9);
    })
    .await;
}

/// T-134: without a beginning a price that has begun is changed; else one begins now.
#[tokio::test]
async fn without_a_beginning_the_price_that_has_begun_is_changed_else_one_begins_now() {
    each_engine(async |world| {
        world.market("EU").await;
        let put = async |amount: &str, input: Value| {
            world
                .change(&world.admin, UPSERT, row("V", amount, input))
                .await
        };
        put("9", json!({ "validFrom": "2026-06-01T00:00:00Z" })).await;
        let first = put("5", json!({})).await;
        assert_eq!(
            (told(&first), &first["price"]["validFrom"]),
            ("5@1 new".to_owned(), &json!("2026-01-01T00:00:00.000000Z"))
        );
        world.clock.advance(TimeDelta::minutes(1));
        assert_eq!(told(&put("6", json!({})).await), "6@2");
        let ending = json!({ "validUntil": "2026-02-01T00:00:00Z" });
        assert_eq!(told(&put("4", ending).await), "4@1 new");
    })
    .await;
}

/// T-134, T-141, T-180: by its id a price keeps what is not given; a second one of a key is a conflict; versions and keys of calls count.
#[tokio::test]
async fn a_price_is_changed_by_its_id_and_two_never_share_a_key() {
    each_engine(async |world| {
        world.market("EU").await;
        let since = json!({ "validFrom": "2026-01-01T00:00:00Z", "validUntil": "2027-01-01T00:00:00Z", "minQuantity": "2", "customerGroupId": "customerGroup:1" });
        let id = world.price("V", "5", since).await;
        let other = world.price("V", "5", json!({ "validFrom": "2026-01-01T00:00:00Z" })).await;
        let source = json!({ "id": id, "source": "CUSTOMER_GROUP" });
        let kept = world.change(&world.admin, UPSERT, row("V", "4", source.clone())).await;
        assert_eq!((told(&kept), &kept["price"]["minQuantity"], &kept["price"]["validUntil"]), ("4@2".to_owned(), &json!("2"), &json!("2027-01-01T00:00:00.000000Z")));
        let refused = async |input: Value| user_errors(&world.attempt(&world.admin, UPSERT, row("V", "3", input)).await);
        let same_key = json!({ "id": id, "validUntil": null, "minQuantity": null });
        assert_eq!(refused(same_key).await, ["CONFLICT at variantCode"]);
        assert_eq!(refused(json!({ "id": id, "source": "CUSTOMER_GROUP", "validUntil": "2026-01-01T00:00:00Z" })).await, ["INVALID at validUntil"]);
        assert_eq!(refused(json!({ "id": id, "source": "CUSTOMER_GROUP", "expectedVersion": 1 })).await, ["STALE at expectedVersion"]);
        assert_eq!(refused(json!({ "validUntil": "2026-09-01T00:00:00Z", "expectedVersion": 1 })).await, ["STALE at expectedVersion"]);
        let for_all = json!({ "id": id, "expectedVersion": 2 });
        let for_all = world.change(&world.admin, UPSERT, row("V", "4", for_all)).await;
        assert_eq!((told(&for_all), &for_all["price"]["source"]), ("4@3".to_owned(), &json!("EVERYBODY")));
        let checked = world.change(&world.admin, UPSERT, row("V", "2", json!({ "id": other, "validateOnly": true }))).await;
        assert_eq!(told(&checked), "2@2");
        let checked = world.change(&world.admin, UPSERT, row("W", "2", json!({ "validateOnly": true }))).await;
        assert_eq!(told(&checked), "-@null new");
        let keyed = row("W", "2", json!({ "idempotencyKey": "one" }));
        let first = world.change(&world.admin, UPSERT, keyed.clone()).await;
        assert_eq!(first, world.change(&world.admin, UPSERT, keyed).await);
        let again = row("W", "3", json!({ "idempotencyKey": "one" }));
        assert_eq!(user_errors(&world.attempt(&world.admin, UPSERT, again).await), ["IDEMPOTENCY_MISMATCH at idempotencyKey"]);
        assert_eq!(world.number("SELECT count(*) FROM price").await, 3);
    })
    .await;
}

/// T-48, T-49: what is odd is written, and said.
#[tokio::test]
async fn a_price_that_never_counts_and_one_that_overlaps_are_written_with_a_warning() {
    each_engine(async |world| {
        world.market("EU").await;
        let put = async |amount: &str, input: Value| world.change(&world.admin, UPSERT, row("V", amount, input)).await;
        let year = json!({ "validFrom": "2026-01-01T00:00:00Z", "validUntil": "2027-01-01T00:00:00Z" });
        let group = |from: &str, until: &str| json!({ "validFrom": from, "validUntil": until, "customerGroupId": "customerGroup:1" });
        assert_eq!(warnings(&put("10", year).await), Vec::<&str>::new());
        let within = group("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z");
        assert_eq!(warnings(&put("11", within.clone()).await), ["PRICE_NEVER_APPLIES"]);
        assert_eq!(warnings(&put("10", within).await), Vec::<&str>::new());
        let beyond = group("2026-02-15T00:00:00Z", "2027-01-01T00:00:00.000001Z");
        assert_eq!(warnings(&put("11", beyond).await), ["OVERLAPS"]);
        let behind = group("2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z");
        assert_eq!(warnings(&put("99", behind).await), Vec::<&str>::new());
        let both = group("2026-02-28T00:00:00Z", "2026-04-01T00:00:00Z");
        assert_eq!(warnings(&put("12", both).await), ["PRICE_NEVER_APPLIES", "OVERLAPS"]);
    })
    .await;
}

/// T-17, T-135: an archived group takes no new prices, and keeps those that it has.
#[tokio::test]
async fn an_archived_group_takes_no_new_prices() {
    each_engine(async |world| {
        world.market("EU").await;
        let gold = world.group("Gold").await;
        let id = world.price("V", "8", json!({ "customerGroupId": gold })).await;
        let free = world.price("W", "8", json!({ "customerGroupId": "customerGroup:1" })).await;
        let archive = "mutation($input: CustomerGroupArchiveInput!) { customerGroupArchive(input: $input) { userErrors { code } } }";
        world.change(&world.admin, archive, json!({ "id": gold })).await;
        let put = async |variant: &str, input: Value| user_errors(&world.attempt(&world.admin, UPSERT, row(variant, "7", input)).await);
        assert_eq!(put("X", json!({ "customerGroupId": gold })).await, ["ARCHIVED at customerGroupId"]);
        assert_eq!(put("W", json!({ "id": free, "customerGroupId": gold })).await, ["ARCHIVED at customerGroupId"]);
        assert_eq!(put("V", json!({ "id": id, "customerGroupId": gold })).await, Vec::<String>::new());
        assert_eq!(put("V", json!({ "customerGroupId": gold })).await, Vec::<String>::new());
    })
    .await;
}

/// T-134: whoever comes second changes what the first has made.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_write_one_price_at_once_make_one() {
    for engine in [
        Some(Engine::Sqlite),
        Postgres::of_this_run().map(|_| Engine::Postgres),
    ]
    .into_iter()
    .flatten()
    {
        let world = Arc::new(World::on(engine).await);
        world.market("EU").await;
        let writes = (1..=8).map(|amount| {
            let world = Arc::clone(&world);
            tokio::spawn(async move {
                let input = row(
                    "V",
                    &amount.to_string(),
                    json!({ "validFrom": "2026-01-01T00:00:00Z" }),
                );
                world.change(&world.admin, UPSERT, input).await
            })
        });
        for done in join_all(writes).await {
            done.expect("an answer");
        }
        assert_eq!(world.number("SELECT count(*) FROM price").await, 1);
        assert_eq!(
            world
                .number("SELECT CAST(version AS bigint) FROM price")
                .await,
            8
        );
    }
}

/// T-132: a market is made and changed by its code.
#[tokio::test]
async fn a_market_is_made_and_changed_by_its_code() {
    each_engine(async |world| {
        let put = async |input: Value| world.attempt(&world.admin, MARKET, input).await;
        let made = put(json!({ "code": " US ", "name": "America", "defaultCurrency": "USD", "countries": ["US", "CA", "US"] })).await;
        assert_eq!(made["market"], json!({ "id": "market:1", "code": "US", "name": "America", "defaultCurrency": "USD", "countries": ["US", "CA"], "version": 1 }));
        assert_eq!(made["created"], json!(true));
        let changed = put(json!({ "code": "US", "countries": null, "expectedVersion": 1 })).await;
        assert_eq!((&changed["market"]["countries"], &changed["market"]["version"], &changed["created"]), (&json!([]), &json!(2), &json!(false)));
        let new = json!({ "code": "EU", "name": "Europe", "defaultCurrency": "EUR", "validateOnly": true });
        let new = put(new).await;
        assert_eq!((&new["market"], &new["created"], user_errors(&new).len()), (&json!(null), &json!(true), 0));
        for (input, expected) in [
            (json!({ "code": "us" }), vec!["REQUIRED at name", "REQUIRED at defaultCurrency"]),
            (json!({ "code": " ", "name": "X", "defaultCurrency": "EUR" }), vec!["REQUIRED at code"]),
            (json!({ "code": "US", "name": null }), vec!["REQUIRED at name"]),
            (json!({ "code": "US", "name": "x".repeat(513) }), vec!["TOO_LONG at name"]),
            (json!({ "code": "US", "defaultCurrency": "XQX" }), vec!["INVALID at defaultCurrency"]),
            (json!({ "code": "US", "countries": ["US", "usa"] }), vec!["INVALID at countries.1"]),
            (json!({ "code": "US", "expectedVersion": 1 }), vec!["STALE at expectedVersion"]),
            (json!({ "code": "EU", "name": "X", "defaultCurrency": "EUR", "expectedVersion": 1 }), vec!["STALE at expectedVersion"]),
        ] {
            assert_eq!(user_errors(&put(input.clone()).await), expected, "{input}");
        }
        world.market("AU").await;
        let all = world.ask(&world.account("x", None).await, "{ markets { code } market(code: \"US\") { name } other: market(code: \"us\") { name } }", json!({})).await;
        assert_eq!(all, json!({ "markets": [{ "code": "AU" }, { "code": "US" }], "market": { "name": "America" }, "other": null }));
    })
    .await;
}
