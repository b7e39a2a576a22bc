//! What prices cost in statements: the same for few and for many.

use super::bulk::BULK;
use super::{MARKET, row};
use crate::support::build::contact_id;
use crate::support::{World, code, each_engine};
use serde_json::{Value, json};

async fn fill(world: &World, variants: usize) {
    let input = json!({ "code": "EU", "name": "EU", "defaultCurrency": "EUR" });
    world.change(&world.admin, MARKET, input).await;
    let rows = |input: Value| {
        (0..variants).map(move |number| row(&format!("V{number}"), "5", input.clone()))
    };
    let rows: Vec<_> = rows(json!({}))
        .chain(rows(json!({ "customerGroupId": "customerGroup:1" })))
        .collect();
    world
        .change(&world.admin, BULK, json!({ "rows": rows }))
        .await;
}

fn codes(count: usize) -> Value {
    (0..count)
        .map(|number| format!("V{number}"))
        .collect::<Vec<_>>()
        .into()
}

const BASKET: &str = "query($codes: [String!]!, $contact: ID!) { prices(variantCodes: $codes, market: \"EU\", contactId: $contact) { unitPrice { amount } source customerGroup { name } } }";
const WITH_REASONS: &str = "query($codes: [String!]!, $contact: ID!) { prices(variantCodes: $codes, market: \"EU\", contactId: $contact) { unitPrice { amount } explanation { summary
    candidates { outcome price { market customerGroup { name } account { login } } } } } }";
const PAGE: &str = "query($codes: [String!]!) { contacts(first: 50) { nodes { prices(variantCodes: $codes, market: \"EU\") { unitPrice { amount } source customerGroup { name } }
    priceTiers(variantCodes: $codes, market: \"EU\") { tiers { minQuantity unitPrice { amount } } } } } }";

const LIST: &str = "query($first: Int!) { priceList(first: $first) { totalCount nodes { market unitPrice { amount } customerGroup { name } account { login } } } }";

/// T-136: a basket of 200, with reasons or without, and a page of 50 contacts; the first statement of each is the session's.
#[tokio::test]
async fn prices_cost_as_many_statements_for_many_as_for_few() {
    each_engine(async |world| {
        fill(&world, 200).await;
        let mut contacts = Vec::new();
        for number in 0..50 {
            let shop = world.organization_with(json!({ "name": format!("Shop {number}"), "customerGroupId": format!("customerGroup:{}", number % 3 + 1) })).await;
            let contact = world.contact(&format!("Ann {number}"), Some(&shop)).await;
            world.account(&format!("ann{number}"), Some(contact_id(&contact))).await;
            contacts.push(contact);
        }
        let account = format!("account:{}", world.account("bob", None).await.account.expect("an account"));
        world.price("V0", "9", json!({ "accountId": account })).await;
        // What has changed is read into memory by the first request that comes.
        world.ask(&world.admin, "{ viewer { permissions } }", json!({})).await;
        let mut counts = Vec::new();
        for count in [3, 200] {
            for query in [BASKET, WITH_REASONS] {
                let asked = world.ask(&world.admin, query, json!({ "codes": codes(count), "contact": contacts[0] }));
                counts.push(world.statements_of(asked).await.0);
            }
        }
        // Session, contact, market, account, prices; candidates, their markets and their accounts.
        assert_eq!(counts, [5, 8, 5, 8]);
        let mut counts = Vec::new();
        for first in ["first: 3", "first: 50"] {
            let page = PAGE.replace("first: 50", first);
            let asked = world.ask(&world.admin, &page, json!({ "codes": codes(10) }));
            counts.push(world.statements_of(asked).await.0);
        }
        // Session, contacts, market, accounts, prices and steps.
        assert_eq!(counts, [6, 6]);
        let mut counts = Vec::new();
        for first in [3, 100] {
            let asked = world.ask(&world.admin, LIST, json!({ "first": first }));
            counts.push(world.statements_of(asked).await.0);
        }
        // Session, prices, how many, markets, groups, accounts.
        assert_eq!(counts, [6, 6]);
        let page = world.ask(&world.admin, PAGE, json!({ "codes": codes(10) })).await;
        let sources: Vec<_> = page["contacts"]["nodes"].as_array().expect("contacts").iter().map(|contact| &contact["prices"][9]["source"]).collect();
        assert_eq!(sources.iter().filter(|source| ***source == "CUSTOMER_GROUP").count(), 17);
    })
    .await;
}

/// 500 rows are written in as many statements as 100, but for those that look up their keys, 100 at a time.
#[tokio::test]
async fn a_bulk_call_costs_few_statements() {
    each_engine(async |world| {
        fill(&world, 1).await;
        let mut counts = Vec::new();
        for (prefix, count) in [("A", 3), ("B", 500), ("B", 500)] {
            let rows: Vec<_> = (0..count)
                .map(|number| {
                    row(
                        &format!("{prefix}{number}"),
                        &counts.len().to_string(),
                        json!({ "customerGroupId": "customerGroup:1" }),
                    )
                })
                .collect();
            let write = world.change(&world.admin, BULK, json!({ "rows": rows }));
            counts.push(world.statements_of(write).await.0);
        }
        let most = counts.iter().max();
        assert!(most.is_some_and(|most| *most <= 20), "{counts:?}");
        assert!(counts[1] <= counts[0] + 4, "{counts:?}");
    })
    .await;
}

/// A variant with more prices than anybody reads: all that apply are there, and it is said that there are more.
#[tokio::test]
async fn an_explanation_of_very_many_prices_is_cut_off_and_says_so() {
    each_engine(async |world| {
        fill(&world, 1).await;
        for part in 0..3 {
            let rows: Vec<_> = (0..400).map(|number| row("V0", "4", json!({ "minQuantity": (2 + part * 400 + number).to_string() }))).collect();
            world.change(&world.admin, BULK, json!({ "rows": rows })).await;
        }
        let query = "query($quantity: Decimal, $codes: [String!]!) { prices(variantCodes: $codes, market: \"EU\", quantity: $quantity) { unitPrice { amount } explanation { hasMoreCandidates candidates { outcome } } } }";
        let ask = async |quantity: &str, codes: usize| {
            let codes: Vec<_> = (0..codes).map(|number| format!("V{number}")).collect();
            let data = world.ask(&world.admin, query, json!({ "quantity": quantity, "codes": codes })).await;
            let price = &data["prices"][0];
            (price["unitPrice"]["amount"].clone(), price["explanation"]["hasMoreCandidates"].clone(), price["explanation"]["candidates"].as_array().map_or(0, Vec::len))
        };
        assert_eq!(ask("1", 1).await, (json!("5"), json!(true), 1_000));
        assert_eq!(ask("1", 200).await, (json!("5"), json!(true), 50));
        assert_eq!(ask("1", 20).await, (json!("5"), json!(true), 500));
        let (amount, more, count) = ask("2000", 1).await;
        assert_eq!((amount, more), (json!("4"), json!(true)));
        assert_eq!(count, 1_202);
        let many: String = (0..20).map(|number| format!("p{number}: prices(variantCodes: [\"V0\"], market: \"EU\", quantity: \"2000\") {{ explanation {{ candidates {{ outcome }} }} }} ")).collect();
        assert_eq!(code(&world.send(&world.admin, &format!("{{ {many} }}"), json!({})).await), "LIMIT_EXCEEDED");
    })
    .await;
}
