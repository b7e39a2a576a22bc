//! Prices from files.

use super::{carried_out, nothing, planned, undone};
use crate::support::{World, each_engine};
use entity::role_assignment::Scope;
use guildhall::access::Permission::{CustomerGroupView, ImportRun, PriceEdit, PriceView};
use serde_json::{Value, json};

const UPSERT: &str = "mutation($input: PriceUpsertInput!) { priceUpsert(input: $input) { price { id } userErrors { code message path } } }";
const MARKET: &str = "mutation($input: MarketUpsertInput!) { marketUpsert(input: $input) { market { code } userErrors { code message path } } }";

async fn prices(world: &World) -> Vec<Value> {
    let query = "{ priceList(first: 100) { nodes { variantCode source customerGroup { name } account { login } minQuantity unitPrice { amount currencyCode } validFrom validUntil } } }";
    let data = world.ask(&world.admin, query, json!({})).await;
    let mut nodes = data["priceList"]["nodes"]
        .as_array()
        .expect("prices")
        .clone();
    nodes.sort_by_key(Value::to_string);
    nodes
}

async fn with_market(world: &World) {
    let market = json!({ "code": "CH", "name": "Switzerland", "defaultCurrency": "CHF", "countries": ["CH"] });
    world.change(&world.admin, MARKET, market).await;
    let price = json!({ "variantCode": "A", "market": "CH", "source": "EVERYBODY", "amount": "10", "currency": "CHF", "validFrom": "2025-01-01T00:00:00Z" });
    world.change(&world.admin, UPSERT, price).await;
}

/// T-40, T-131, T-134, T-164: prices are found by all that they give but the amount; a day is its beginning in UTC.
#[tokio::test]
async fn prices_are_made_and_changed_by_their_natural_keys_and_put_back() {
    each_engine(async |world| {
        with_market(&world).await;
        world.group("Retail").await;
        world.account("ann", None).await;
        let before = prices(&world).await;
        let lines = [
            json!({ "variantCode": "A", "market": "CH", "currency": "CHF", "amount": "9.50", "validFrom": "2025-01-01" }),
            json!({ "variantCode": "A", "market": "CH", "currency": "CHF", "amount": "8", "validFrom": "2025-01-01T00:00:00Z", "minQuantity": "10", "customerGroup": "retail" }),
            json!({ "variantCode": "A", "market": "CH", "currency": "CHF", "amount": "7", "account": "Ann", "validUntil": "2026-06-30" }),
            json!({ "variantCode": "A", "market": "CH", "currency": "CHF", "amount": "6", "validFrom": "2025-01-01T01:00:00+01:00" }),
            json!({ "variantCode": "B", "market": "CH", "currency": "CHF", "amount": "1.1234567", "customerGroup": "none" }),
            json!({ "variantCode": "B", "market": "FR", "currency": "XQX", "amount": "-1", "minQuantity": "many", "validFrom": "soon", "validUntil": "2024-01-01" }),
            json!({ "variantCode": "B", "market": "CH", "currency": "CHF", "amount": "1", "customerGroup": "Retail", "account": "ann" }),
            json!({ "variantCode": "B", "market": "CH", "currency": "CHF" }),
            json!({ "amount": "1", "market": "CH", "currency": "CHF" }),
            json!({ "variantCode": "B", "market": "CH", "currency": "CHF", "amount": "1", "validFrom": "2025-01-02", "validUntil": "2025-01-01" }),
        ];
        let (id, rows) = carried_out(&world, &world.admin, "PRICES", &lines).await;
        assert_eq!(
            rows,
            [
                "1 UPDATE PLANNED amount:10>9.5",
                "2 CREATE PLANNED variantCode:->A market:->CH customerGroup:->retail currency:->CHF minQuantity:->10 amount:->8 validFrom:->2025-01-01T00:00:00Z",
                "3 CREATE PLANNED variantCode:->A market:->CH account:->Ann currency:->CHF amount:->7 validUntil:->2026-06-30T00:00:00Z",
                "4 ERROR PLANNED CONFLICT at variantCode",
                "5 ERROR PLANNED NOT_FOUND at customerGroup",
                "6 ERROR PLANNED INVALID at minQuantity INVALID at validFrom INVALID at currency INVALID at amount NOT_FOUND at market",
                "7 ERROR PLANNED INVALID at account",
                "8 ERROR PLANNED REQUIRED at amount",
                "9 ERROR PLANNED REQUIRED at variantCode",
                "10 ERROR PLANNED INVALID at validUntil",
            ]
        );
        let wrong = [json!({ "variantCode": "B", "market": "FR", "currency": "XQX", "amount": "-1" })];
        let (_, rows) = planned(&world, &world.admin, "PRICES", &wrong).await;
        assert_eq!(rows, ["1 ERROR PLANNED INVALID at currency INVALID at amount NOT_FOUND at market"]);
        let (_, again) = planned(&world, &world.admin, "PRICES", &lines[..3]).await;
        assert_eq!(again, ["1 UNCHANGED PLANNED", "2 UNCHANGED PLANNED", "3 UNCHANGED PLANNED"]);
        assert_eq!(undone(&world, &world.admin, &id).await, (3, nothing()));
        assert_eq!(prices(&world).await, before);
    })
    .await;
}

/// T-41, T-93, T-161: prices take PRICE_EDIT; who may not even see them learns nothing of them.
#[tokio::test]
async fn prices_take_the_rights_of_their_mutations() {
    each_engine(async |world| {
        with_market(&world).await;
        let lines = [
            json!({ "variantCode": "A", "market": "CH", "currency": "CHF", "amount": "10", "validFrom": "2025-01-01" }),
            json!({ "variantCode": "B", "market": "CH", "currency": "CHF", "amount": "10" }),
        ];
        let (forbidden, unchanged) = ("ERROR PLANNED FORBIDDEN at variantCode", "UNCHANGED PLANNED");
        for (login, held, first) in [("blind", &[ImportRun][..], forbidden), ("reader", &[ImportRun, PriceView, CustomerGroupView], unchanged)] {
            let person = world.holder(login, held, Scope::Global, None).await;
            let (_, rows) = planned(&world, &person, "PRICES", &lines).await;
            assert_eq!(rows, [format!("1 {first}"), format!("2 {forbidden}")]);
        }
        let editor = world.holder("editor", &[ImportRun, PriceView, PriceEdit], Scope::Global, None).await;
        let (id, _) = carried_out(&world, &editor, "PRICES", &lines).await;
        assert_eq!(undone(&world, &editor, &id).await, (1, nothing()));
    })
    .await;
}

/// Many prices cost as many statements as few.
#[tokio::test]
async fn planning_prices_costs_as_many_statements_for_many_as_for_few() {
    each_engine(async |world| {
        with_market(&world).await;
        let lines = |count: usize| -> Vec<Value> {
            let line = |number| json!({ "variantCode": format!("V{number}"), "market": "CH", "currency": "CHF", "amount": "1", "validFrom": "2025-01-01" });
            (0..count).map(line).collect()
        };
        planned(&world, &world.admin, "PRICES", &lines(1)).await;
        let (few, _) = world.statements_of(planned(&world, &world.admin, "PRICES", &lines(3))).await;
        let (many, _) = world.statements_of(planned(&world, &world.admin, "PRICES", &lines(90))).await;
        assert_eq!(few, many);
    })
    .await;
}
