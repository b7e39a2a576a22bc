//! Prices of groups that are merged, deleted, renamed and archived.

use super::row;
use crate::support::{World, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::{Value, json};

const MERGE: &str = "mutation($input: CustomerGroupMergeInput!) { customerGroupMerge(input: $input) {
    customerGroup { name priceCount } prices { moved merged ended } userErrors { code message path } } }";
const DELETE: &str =
    "mutation($input: CustomerGroupDeleteInput!) { customerGroupDelete(input: $input) {
    deletedId prices { moved merged ended } userErrors { code message path } } }";
const LIST: &str = "query($groups: [ID!]) { priceList(first: 100, filter: { customerGroupIds: $groups }) { nodes { variantCode minQuantity unitPrice { amount } version } } }";

/// The prices of a group, sorted: variant, quantity, amount and version.
async fn prices_of(world: &World, group: &str) -> Vec<String> {
    let data = world
        .ask(&world.admin, LIST, json!({ "groups": [group] }))
        .await;
    let nodes = data["priceList"]["nodes"].as_array().expect("prices");
    let told = |price: &Value| {
        let texts = [
            &price["variantCode"],
            &price["minQuantity"],
            &price["unitPrice"]["amount"],
        ];
        let texts = texts.map(|text| text.as_str().expect("a text"));
        format!("{} {}", texts.join(" "), price["version"])
    };
    let mut all: Vec<_> = nodes.iter().map(told).collect();
    all.sort();
    all
}

/// Two groups with three prices each, of which two have the same keys.
async fn stage(world: &World) -> (String, String) {
    world.market("EU").await;
    let (gold, silver) = (world.group("Gold").await, world.group("Silver").await);
    for (group, variant, amount, from) in [
        (&gold, "Both", "5", 0),
        (&gold, "Lower", "6", 0),
        (&gold, "Gold", "7", 0),
        (&silver, "Both", "4", 0),
        (&silver, "Lower", "8", 0),
        (&silver, "Lower", "9", 10),
    ] {
        let input = json!({ "customerGroupId": group, "minQuantity": from, "validFrom": "2026-01-01T00:00:00Z" });
        world.price(variant, amount, input).await;
    }
    (gold, silver)
}

/// T-135, T-177: what both had at another amount costs the lower one, and the history has every row that changed or went.
#[tokio::test]
async fn the_prices_of_a_merged_group_are_the_other_groups_and_the_lower_of_two_stays() {
    each_engine(async |world| {
        let (gold, silver) = stage(&world).await;
        let before = prices_of(&world, &silver).await;
        assert_eq!(before, ["Both 0 4 1", "Lower 0 8 1", "Lower 10 9 1"]);
        let mut input = json!({ "id": gold, "intoId": silver, "validateOnly": true });
        let told = json!({ "moved": 1, "merged": 2, "ended": 0 });
        let validated = world.change(&world.admin, MERGE, input.clone()).await;
        assert_eq!(validated["prices"], told);
        assert_eq!(prices_of(&world, &silver).await, before);
        input["validateOnly"] = json!(false);
        input["idempotencyKey"] = json!("once");
        let merged = world.change(&world.admin, MERGE, input.clone()).await;
        assert_eq!(merged["prices"], told);
        assert_eq!(merged["customerGroup"], json!({ "name": "Silver", "priceCount": 4 }));
        assert_eq!(world.change(&world.admin, MERGE, input).await, merged, "the answer is remembered");
        let after = prices_of(&world, &silver).await;
        assert_eq!(after, ["Both 0 4 1", "Gold 0 7 2", "Lower 0 6 2", "Lower 10 9 1"]);
        let entries = "SELECT count(*) FROM history_entry WHERE mutation = 'customerGroupMerge' AND entity = 'price' AND action = ";
        assert_eq!(world.number(&format!("{entries}'UPDATE'")).await, 2);
        assert_eq!(world.number(&format!("{entries}'DELETE'")).await, 2);
    })
    .await;
}

/// T-18, T-135: prices alone are a use; with nothing in its place they end with the group.
#[tokio::test]
async fn a_group_with_prices_is_deleted_with_them_or_not_at_all() {
    each_engine(async |world| {
        let (gold, silver) = stage(&world).await;
        let delete = async |mut input: Value| {
            input["id"] = json!(gold);
            world.attempt(&world.admin, DELETE, input).await
        };
        let refused = delete(json!({})).await;
        assert_eq!(user_errors(&refused), ["IN_USE at id"]);
        let message = refused["userErrors"][0]["message"].as_str().expect("a text");
        assert!(message.contains("3 prices"), "{message}");
        let moved = delete(json!({ "replaceWithId": silver, "validateOnly": true })).await;
        assert_eq!(moved["prices"], json!({ "moved": 1, "merged": 2, "ended": 0 }));
        let ended = delete(json!({ "replaceWithNone": true })).await;
        assert_eq!(ended, json!({ "deletedId": gold, "prices": { "moved": 0, "merged": 0, "ended": 3 }, "userErrors": [] }));
        assert_eq!(world.number("SELECT count(*) FROM price").await, 3);
        let old = "SELECT count(*) FROM history_entry WHERE entity = 'price' AND action = 'DELETE' AND old_values IS NOT NULL";
        assert_eq!(world.number(old).await, 3);
    })
    .await;
}

/// Whoever replaces a group that has prices changes prices.
#[tokio::test]
async fn replacing_a_group_that_has_prices_needs_the_right_to_change_prices() {
    use Permission::{
        CustomerGroupAssign, CustomerGroupDelete, CustomerGroupView, PriceEdit, PriceView,
    };
    each_engine(async |world| {
        let (gold, silver) = stage(&world).await;
        let input = json!({ "id": gold, "intoId": silver });
        let some = [
            CustomerGroupView,
            CustomerGroupDelete,
            CustomerGroupAssign,
            PriceView,
        ];
        let holder = world.holder("some", &some, Scope::Global, None).await;
        let refused = world.attempt(&holder, MERGE, input.clone()).await;
        assert_eq!(user_errors(&refused), ["FORBIDDEN at id"]);
        assert_eq!(prices_of(&world, &gold).await.len(), 3);
        let all = [CustomerGroupView, CustomerGroupDelete, PriceView, PriceEdit];
        let holder = world.holder("all", &all, Scope::Global, None).await;
        let merged = world.attempt(&holder, MERGE, input).await;
        assert_eq!(user_errors(&merged), [] as [&str; 0], "nobody was given it");
    })
    .await;
}

/// T-17, T-20: a price knows its group by its number, and an archived group still prices, but gets no new rows.
#[tokio::test]
async fn a_renamed_group_and_an_archived_one_price_as_before() {
    each_engine(async |world| {
        let (gold, _) = stage(&world).await;
        let organization = json!({ "name": "Shop", "customerGroupId": gold });
        let organization = world.organization_with(organization).await;
        let contact = world.contact("Ann", Some(&organization)).await;
        let cost = async || {
            let question = json!({ "codes": ["Both"], "contact": contact });
            world.cost(&world.admin, question).await
        };
        assert_eq!(cost().await, "5 CUSTOMER_GROUP");
        for (mutation, input) in [
            ("customerGroupUpdate", json!({ "id": gold, "name": "Platinum" })),
            ("customerGroupArchive", json!({ "id": gold })),
        ] {
            let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
            let mutation = format!("mutation($input: {kind}!) {{ {mutation}(input: $input) {{ userErrors {{ code }} }} }}");
            world.change(&world.admin, &mutation, input).await;
            assert_eq!(cost().await, "5 CUSTOMER_GROUP");
        }
        let new = row("New", "1", json!({ "customerGroupId": gold }));
        let refused = world.attempt(&world.admin, super::UPSERT, new).await;
        assert_eq!(user_errors(&refused), ["ARCHIVED at customerGroupId"]);
    })
    .await;
}

/// T-180: what an earlier version remembered of a deletion, which was the id alone, is still an answer to the call that is repeated.
#[tokio::test]
async fn a_deletion_that_an_earlier_version_remembered_is_answered_as_then() {
    each_engine(async |world| {
        let group = world.group("Gone").await;
        let input = json!({ "id": group, "idempotencyKey": "once" });
        let first = world.change(&world.admin, DELETE, input.clone()).await;
        let number = &group["customerGroup:".len()..];
        let sql = format!("UPDATE idempotency_key SET answer = '{number}'");
        world.sql(&sql).await;
        assert_eq!(world.change(&world.admin, DELETE, input).await, first);
    })
    .await;
}
