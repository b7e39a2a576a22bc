//! Every explanation against a scan that knows nothing of how it is made.

use super::bulk::BULK;
use super::{MARKET, row};
use crate::support::build::contact_id;
use crate::support::{Person, World, each_engine};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

const ASK: &str = "query($codes: [String!]!, $market: String!, $currency: CurrencyCode!, $quantity: Decimal!, $contact: ID, $at: DateTime!) {
    prices(variantCodes: $codes, market: $market, currency: $currency, quantity: $quantity, contactId: $contact, at: $at) {
        variantCode unitPrice { amount currencyCode } source explanation { summary hasMoreCandidates candidates { outcome price { id } } } } }";
const BARE: &str = "query($codes: [String!]!, $market: String!, $currency: CurrencyCode!, $quantity: Decimal!, $contact: ID, $at: DateTime!) {
    prices(variantCodes: $codes, market: $market, currency: $currency, quantity: $quantity, contactId: $contact, at: $at) {
        variantCode unitPrice { amount currencyCode } source } }";

const OF_CONTACT: &str = "query($codes: [String!]!, $market: String!, $currency: CurrencyCode!, $quantity: Decimal!, $contact: ID!, $at: DateTime!) {
    contact(id: $contact) { prices(variantCodes: $codes, market: $market, currency: $currency, quantity: $quantity, at: $at) {
        variantCode unitPrice { amount currencyCode } source } } }";

/// A price as it was written.
#[derive(Debug)]
struct Row {
    id: String,
    variant: usize,
    market: &'static str,
    currency: &'static str,
    /// Empty for everybody, else the id of a group or an account.
    whom: String,
    step: i64,
    cents: i64,
    from: i64,
    until: Option<i64>,
}

struct Asked<'a> {
    market: &'a str,
    currency: &'a str,
    group: &'a str,
    account: &'a str,
    quantity: i64,
    day: i64,
}

/// By the words of the ruling, one after the other (T-133).
fn why_not(row: &Row, asked: &Asked<'_>) -> Option<&'static str> {
    let is_group = row.whom.starts_with("customerGroup:");
    if row.market != asked.market {
        Some("OTHER_MARKET")
    } else if row.currency != asked.currency {
        Some("OTHER_CURRENCY")
    } else if is_group && row.whom != asked.group {
        Some("OTHER_GROUP")
    } else if !is_group && !row.whom.is_empty() && row.whom != asked.account {
        Some("OTHER_ACCOUNT")
    } else if asked.day < row.from {
        Some("NOT_YET_VALID")
    } else if row.until.is_some_and(|until| asked.day >= until) {
        Some("NO_LONGER_VALID")
    } else if asked.quantity < row.step {
        Some("QUANTITY_TOO_SMALL")
    } else {
        None
    }
}

fn kind(row: &Row) -> i64 {
    match row.whom.split_once(':') {
        Some(("account", _)) => 0,
        Some(_) => 1,
        None => 2,
    }
}

/// The id of the one that counts: whichever no other one beats.
fn winner<'r>(rows: &[&'r Row], asked: &Asked<'_>) -> Option<&'r Row> {
    let applying: Vec<_> = rows
        .iter()
        .filter(|row| why_not(row, asked).is_none())
        .collect();
    let beats = |one: &Row, other: &Row| {
        let of = |row: &Row| (row.cents, kind(row), -row.step, -row.from, row.id.clone());
        of(one) < of(other)
    };
    let best = applying
        .iter()
        .find(|row| !applying.iter().any(|other| beats(other, row)));
    best.map(|row| **row)
}

fn day(day: i64) -> String {
    let day = crate::support::world::now() + chrono::TimeDelta::days(day);
    day.to_rfc3339()
}

async fn fill(world: &World, random: &mut SmallRng, buyers: &[String]) -> Vec<Row> {
    for code in ["EU", "US"] {
        let input = json!({ "code": code, "name": code, "defaultCurrency": "EUR" });
        world.change(&world.admin, MARKET, input).await;
    }
    let mut rows: Vec<Row> = Vec::new();
    let mut inputs: Vec<Value> = Vec::new();
    for _ in 0..300 {
        let from = random.random_range(0..6);
        let row_ = Row {
            id: String::new(),
            variant: random.random_range(0..6),
            market: if random.random_bool(0.8) { "EU" } else { "US" },
            currency: if random.random_bool(0.8) {
                "EUR"
            } else {
                "USD"
            },
            whom: if random.random_bool(0.4) {
                String::new()
            } else {
                buyers[random.random_range(0..buyers.len())].clone()
            },
            step: random.random_range(0..3),
            cents: random.random_range(100..106),
            from,
            until: random
                .random_bool(0.6)
                .then(|| from + random.random_range(1..4)),
        };
        let mut input = json!({ "market": row_.market, "currency": row_.currency, "minQuantity": row_.step.to_string(), "validFrom": day(row_.from), "validUntil": row_.until.map(day) });
        match row_.whom.split_once(':') {
            Some(("account", _)) => input["accountId"] = json!(row_.whom),
            Some(_) => input["customerGroupId"] = json!(row_.whom),
            None => {}
        }
        let amount = format!("{}.{:02}", row_.cents / 100, row_.cents % 100);
        inputs.push(row(&format!("V{}", row_.variant), &amount, input));
        rows.push(row_);
    }
    let query = BULK.replace("variantCode unitPrice", "id variantCode unitPrice");
    let payload = world
        .attempt(
            &world.admin,
            &query,
            json!({ "rows": inputs, "errorPolicy": "REJECT_FAILED_ROWS" }),
        )
        .await;
    let results = payload["results"].as_array().expect("results");
    for (row, result) in rows.iter_mut().zip(results) {
        row.id = result["price"]["id"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
    }
    // Those of a key that was there already.
    rows.retain(|row| !row.id.is_empty());
    assert!(rows.len() > 200);
    rows
}

/// T-44, T-45, T-133: each candidate's outcome, the price itself with the explanation and without it, for those who see all and those who
/// see their own.
#[tokio::test]
async fn every_candidate_is_explained_as_a_plain_scan_says() {
    each_engine(async |world| {
        let mut random = SmallRng::seed_from_u64(7);
        let input = json!({ "name": "Shop", "customerGroupId": "customerGroup:1" });
        let shop = world.organization_with(input).await;
        let mut contacts = vec![("customerGroup:1", world.contact("Ann", Some(&shop)).await), ("", world.contact("Bob", None).await)];
        let third = json!({ "fullName": "Cid", "customerGroupId": "customerGroup:2" });
        contacts.push(("customerGroup:2", world.contact_with(third).await));
        let mut people = Vec::new();
        for (group, contact) in &contacts {
            let person = world.account(contact, Some(contact_id(contact))).await;
            let account = format!("account:{}", person.account.expect("an account"));
            people.push((*group, account, contact.as_str(), person));
        }
        let mut buyers: Vec<String> = people.iter().map(|(_, account, ..)| account.clone()).collect();
        buyers.extend(["customerGroup:1", "customerGroup:2", "customerGroup:3"].map(str::to_owned));
        let rows = fill(&world, &mut random, &buyers).await;
        let mut compared = 0;
        for _ in 0..8 {
            let (group, account, contact, person) = &people[random.random_range(0..people.len())];
            let asked = Asked {
                market: if random.random_bool(0.9) { "EU" } else { "US" },
                currency: if random.random_bool(0.9) { "EUR" } else { "USD" },
                group,
                account,
                quantity: random.random_range(0..4),
                day: random.random_range(-1..9),
            };
            let nobody = Asked { group: "", account: "", ..asked };
            for (viewer, contact, asked, sees_all) in [(&world.admin, Some(*contact), &asked, true), (person, None, &asked, false), (&Person::anonymous(), None, &nobody, false)] {
                let variables = json!({ "codes": ["V0", "V1", "V2", "V3", "V4", "V5"], "market": asked.market, "currency": asked.currency, "quantity": asked.quantity.to_string(),
                    "contact": contact, "at": day(asked.day) });
                let data = world.ask(viewer, ASK, variables.clone()).await;
                let bare = world.ask(viewer, BARE, variables.clone()).await;
                    if sees_all {
                        let of_contact = world.ask(viewer, OF_CONTACT, variables).await;
                        assert_eq!(of_contact["contact"]["prices"], bare["prices"]);
                    }
                for variant in 0..6 {
                    let candidates: Vec<&Row> = rows.iter().filter(|row| row.variant == variant)
                        .filter(|row| sees_all || row.whom.is_empty() || row.whom == asked.group || row.whom == asked.account).collect();
                    let chosen = winner(&candidates, asked);
                    let mut expected: Vec<_> = candidates.iter().map(|row| {
                        let lost = if chosen.is_some_and(|chosen| chosen.id == row.id) { "CHOSEN" } else { "NOT_LOWEST" };
                        (row.id.clone(), why_not(row, asked).unwrap_or(lost).to_owned())
                    }).collect();
                    expected.sort();
                    let price = &data["prices"][variant];
                    let told = price["explanation"]["candidates"].as_array().expect("candidates").iter();
                    let mut told: Vec<_> = told.map(|candidate| (candidate["price"]["id"].as_str().expect("an id").to_owned(), candidate["outcome"].as_str().expect("an outcome").to_owned())).collect();
                    compared += told.len();
                    told.sort();
                    assert_eq!(told, expected, "V{variant}");
                    let amount = chosen.map(|row| format!("{}.{:02}", row.cents / 100, row.cents % 100).trim_end_matches('0').trim_end_matches('.').to_owned());
                    assert_eq!(price["unitPrice"]["amount"].as_str(), amount.as_deref());
                    for field in ["unitPrice", "source", "variantCode"] {
                        assert_eq!(price[field], bare["prices"][variant][field]);
                    }
                    let summary = price["explanation"]["summary"].as_str().expect("a summary");
                    assert_eq!(chosen.is_none(), summary.starts_with("No price: "), "{summary}");
                }
            }
        }
        assert!(compared > 500, "{compared}");
    })
    .await;
}

/// T-50, T-133: no price, in words.
#[tokio::test]
async fn no_price_is_explained_in_words() {
    each_engine(async |world| {
        world.market("EU").await;
        let us = json!({ "code": "US", "name": "US", "defaultCurrency": "USD" });
        world.change(&world.admin, MARKET, us).await;
        let summary = async |person: &Person, code: &str| {
            let query = "query($code: String!) { prices(variantCodes: [$code], market: \"EU\") { unitPrice { amount } explanation { summary } } }";
            let data = world.ask(person, query, json!({ "code": code })).await;
            assert_eq!(data["prices"][0]["unitPrice"], Value::Null);
            data["prices"][0]["explanation"]["summary"].as_str().expect("a summary").to_owned()
        };
        assert_eq!(summary(&world.admin, "V").await, "No price: there is none for this variant that could be for this buyer.");
        for step in 0..3 {
            let input = json!({ "market": "US", "minQuantity": step });
            world.price("V", "5", input).await;
        }
        assert_eq!(summary(&world.admin, "V").await, "No price: 3 rows, all for another market.");
        world.price("V", "5", json!({ "customerGroupId": "customerGroup:1" })).await;
        assert_eq!(summary(&world.admin, "V").await, "No price: 4 rows, 1 for another customer group, 3 for another market.");
        assert_eq!(summary(&Person::anonymous(), "V").await, "No price: 3 rows, all for another market.");
        world.price("W", "5", json!({ "minQuantity": "12" })).await;
        assert_eq!(summary(&Person::anonymous(), "W").await, "No price: 1 row, for larger quantities.");
    })
    .await;
}
