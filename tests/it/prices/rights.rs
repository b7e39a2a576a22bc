//! Who sees which prices, and who may change them.

use super::{MARKET, UPSERT, buyer, row};
use crate::support::{Person, World, code, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::{Value, json};

const EXPLAINED: &str = "query($contact: ID) { prices(variantCodes: [\"V\"], market: \"EU\", contactId: $contact) { unitPrice { amount } customerGroup { name }
    explanation { summary customerGroup { name } customerGroupSource hasMoreCandidates
        candidates { outcome price { source customerGroup { name } account { login } unitPrice { amount } } } } } }";

/// For everybody, for two groups and for two accounts. Answers the buyer of the first group and account, and their contact.
async fn fill(world: &World) -> (Person, String, String) {
    world.market("EU").await;
    let (person, contact, account) = buyer(world, Some("customerGroup:1")).await;
    let other = world.account("other", None).await;
    let others = format!("account:{}", other.account.expect("an account"));
    world.price("V", "21", json!({})).await;
    for (group, amount) in [("customerGroup:1", "18"), ("customerGroup:2", "17")] {
        world
            .price("V", amount, json!({ "customerGroupId": group }))
            .await;
    }
    for (account, amount) in [(&account, "19"), (&others, "16")] {
        world
            .price("V", amount, json!({ "accountId": account }))
            .await;
    }
    (person, contact, account)
}

fn candidates(data: &Value) -> Vec<String> {
    let candidates = data["prices"][0]["explanation"]["candidates"].as_array();
    let told = |candidate: &Value| {
        let (price, outcome) = (&candidate["price"], &candidate["outcome"]);
        let whom = [&price["customerGroup"]["name"], &price["account"]["login"]];
        let whom: Vec<_> = whom.into_iter().filter_map(Value::as_str).collect();
        format!(
            "{} {} {}",
            outcome.as_str().expect("an outcome"),
            price["unitPrice"]["amount"].as_str().expect("an amount"),
            whom.concat()
        )
    };
    candidates.expect("candidates").iter().map(told).collect()
}

/// T-41, T-117, T-133: others learn what everybody pays; a buyer their own besides; whoever may see prices, all.
#[tokio::test]
async fn an_explanation_shows_what_counts_for_the_buyer_and_all_to_those_who_may_see_prices() {
    each_engine(async |world| {
        let (person, contact, _) = fill(&world).await;
        let ask = async |person: &Person, contact: Option<&str>| {
            world
                .ask(person, EXPLAINED, json!({ "contact": contact }))
                .await
        };
        let anonymous = ask(&Person::anonymous(), None).await;
        assert_eq!(candidates(&anonymous), ["CHOSEN 21 "]);
        let explanation = &anonymous["prices"][0]["explanation"];
        assert_eq!(explanation["summary"], "21.00 EUR for everybody.");
        assert_eq!(explanation["customerGroupSource"], "NONE");
        let own = ask(&person, None).await;
        assert_eq!(
            candidates(&own),
            ["CHOSEN 18 Customer", "NOT_LOWEST 19 ann", "NOT_LOWEST 21 "]
        );
        let explanation = &own["prices"][0]["explanation"];
        assert_eq!(
            explanation["summary"],
            "18.00 EUR for Customer; the price for everybody is 21.00 EUR."
        );
        assert_eq!(explanation["customerGroupSource"], "ORGANIZATION");
        assert_eq!(explanation["customerGroup"]["name"], "Customer");
        let all = ask(&world.admin, Some(&contact)).await;
        assert_eq!(
            candidates(&all),
            [
                "CHOSEN 18 Customer",
                "NOT_LOWEST 19 ann",
                "NOT_LOWEST 21 ",
                "OTHER_GROUP 17 Partner",
                "OTHER_ACCOUNT 16 other"
            ]
        );
        assert_eq!(
            all["prices"][0]["explanation"]["summary"],
            explanation["summary"]
        );
    })
    .await;
}

/// T-22, T-112, T-199: the price is right where organization, account and groups are hidden, and names none of them but the contact's group.
#[tokio::test]
async fn a_price_is_right_where_what_it_comes_from_is_hidden() {
    each_engine(async |world| {
        let (_, contact, account) = fill(&world).await;
        let sees = [Permission::ContactView, Permission::ContactList];
        let clerk = world.holder("clerk", &sees, Scope::Global, None).await;
        let data = world
            .ask(&clerk, EXPLAINED, json!({ "contact": contact }))
            .await;
        assert_eq!(
            candidates(&data),
            ["CHOSEN 18 Customer", "NOT_LOWEST 19 ", "NOT_LOWEST 21 "]
        );
        let lower = row("V", "15", json!({ "accountId": account }));
        world.change(&world.admin, UPSERT, lower).await;
        let data = world
            .ask(&clerk, EXPLAINED, json!({ "contact": contact }))
            .await;
        assert_eq!(
            data["prices"][0]["explanation"]["summary"],
            "15.00 EUR for this account alone; the price for everybody is 21.00 EUR."
        );
        // Whoever may see prices and no groups sees whose they are only where the contact shows it.
        let seller = [Permission::ContactView, Permission::PriceView];
        let seller = world.holder("seller", &seller, Scope::Global, None).await;
        let data = world
            .ask(&seller, EXPLAINED, json!({ "contact": contact }))
            .await;
        assert_eq!(
            candidates(&data),
            [
                "CHOSEN 15 ",
                "NOT_LOWEST 18 Customer",
                "NOT_LOWEST 21 ",
                "OTHER_GROUP 17 ",
                "OTHER_ACCOUNT 16 "
            ]
        );
    })
    .await;
}

/// T-38, T-41, T-110, T-197: by id and in the list with PRICE_VIEW, in whatever scope; filters find nothing by what is hidden.
#[tokio::test]
async fn prices_are_listed_to_those_who_may_see_them_and_not_by_what_they_may_not_see() {
    each_engine(async |world| {
        fill(&world).await;
        let list = "query($filter: PriceFilter) { priceList(filter: $filter, first: 50) { totalCount nodes { unitPrice { amount } } } }";
        for (person, expected) in [(&Person::anonymous(), "UNAUTHENTICATED"), (&world.account("x", None).await, "FORBIDDEN")] {
            assert_eq!(code(&world.send(person, list, json!({})).await), expected);
        }
        let top = world.organization("Top", None).await;
        let seller = world.holder("seller", &[Permission::PriceView], Scope::Node, Some(&top)).await;
        let amounts = async |person: &Person, filter: Value| {
            let data = world.ask(person, list, json!({ "filter": filter })).await;
            let nodes = data["priceList"]["nodes"].as_array().expect("prices").clone();
            assert_eq!(data["priceList"]["totalCount"], nodes.len());
            let mut amounts: Vec<_> = nodes.iter().map(|node| node["unitPrice"]["amount"].as_str().expect("an amount").to_owned()).collect();
            amounts.sort();
            amounts.join(" ")
        };
        let account = world.ask(&world.admin, "{ accounts(first: 1, filter: { search: \"ann\" }) { nodes { id } } }", json!({})).await;
        let account = &account["accounts"]["nodes"][0]["id"];
        for (filter, admins, sellers) in [
            (json!(null), "16 17 18 19 21", "16 17 18 19 21"),
            (json!({ "source": "ACCOUNT" }), "16 19", "16 19"),
            (json!({ "customerGroupIds": ["customerGroup:2", "customerGroup:9"] }), "17", ""),
            (json!({ "customerGroupIds": [] }), "", ""),
            (json!({ "accountIds": [account] }), "19", ""),
            (json!({ "variantCodes": ["V ", "\u{0}"], "market": "EU", "currency": "EUR" }), "16 17 18 19 21", "16 17 18 19 21"),
            (json!({ "variantCodes": ["v"] }), "", ""),
            (json!({ "market": "US" }), "", ""),
            (json!({ "validAt": "2025-12-31T23:59:59Z" }), "", ""),
            (json!({ "validAt": "2026-01-01T00:00:00Z" }), "16 17 18 19 21", "16 17 18 19 21"),
        ] {
            assert_eq!(amounts(&world.admin, filter.clone()).await, admins, "{filter}");
            assert_eq!(amounts(&seller, filter.clone()).await, sellers, "{filter}");
        }
        let id = world.price("W", "3", json!({})).await;
        let by_id = "query($id: ID!) { price(id: $id) { market } node(id: $id) { id ... on Price { variantCode } } }";
        let seen = world.ask(&seller, by_id, json!({ "id": id })).await;
        assert_eq!(seen, json!({ "price": { "market": "EU" }, "node": { "id": id, "variantCode": "W" } }));
        let unseen = world.ask(&Person::anonymous(), by_id, json!({ "id": id })).await;
        assert_eq!(unseen, json!({ "price": null, "node": null }));
    })
    .await;
}

/// T-38: prices and markets are changed with PRICE_EDIT everywhere; less is refused, and what is hidden is not there.
#[tokio::test]
async fn prices_and_markets_are_changed_with_the_right_to_do_so_everywhere() {
    each_engine(async |world| {
        world.market("EU").await;
        let top = world.organization("Top", None).await;
        let id = world.price("V", "3", json!({})).await;
        let both = [Permission::PriceView, Permission::PriceEdit];
        let within = world.holder("within", &both, Scope::Subtree, Some(&top)).await;
        let everywhere = world.holder("everywhere", &both, Scope::Global, None).await;
        let blind = world.holder("blind", &[Permission::PriceEdit], Scope::Global, None).await;
        let delete = "mutation($input: PriceDeleteInput!) { priceDelete(input: $input) { deletedId userErrors { code message path } } }";
        let nobody = world.account("nobody", None).await;
        let attempts = [
            (UPSERT, row("V", "4", json!({ "validateOnly": true }))),
            (UPSERT, row("V", "4", json!({ "id": id, "validateOnly": true }))),
            (MARKET, json!({ "code": "EU", "name": "X", "validateOnly": true })),
            (delete, json!({ "id": id, "validateOnly": true })),
        ];
        let mut told = Vec::new();
        for person in [&nobody, &within, &blind, &everywhere] {
            for (mutation, input) in &attempts {
                let payload = world.attempt(person, mutation, input.clone()).await;
                told.push(user_errors(&payload).join(" "));
            }
        }
        assert_eq!(told, [
            "FORBIDDEN at variantCode", "FORBIDDEN at variantCode", "FORBIDDEN at code", "NOT_FOUND at id",
            "FORBIDDEN at variantCode", "FORBIDDEN at variantCode", "FORBIDDEN at code", "FORBIDDEN at id",
            "", "NOT_FOUND at id", "", "NOT_FOUND at id",
            "", "", "", "",
        ]);
        let body = world.send(&Person::anonymous(), UPSERT, json!({ "input": attempts[0].1 })).await;
        assert_eq!(code(&body), "UNAUTHENTICATED");
        let gone = world.change(&everywhere, delete, json!({ "id": id })).await;
        assert_eq!(gone["deletedId"], json!(id));
    })
    .await;
}
