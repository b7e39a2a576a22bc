//! What variants cost whom.

mod bad_input;
pub mod bulk;
mod changing;
mod counts;
mod explained;
mod groups;
mod million;
mod rights;

use crate::support::build::contact_id;
use crate::support::{Person, World, code, each_engine};
use chrono::TimeDelta;
use serde_json::{Value, json};

pub const MARKET: &str = "mutation($input: MarketUpsertInput!) { marketUpsert(input: $input) {
    market { id code name defaultCurrency countries version } created userErrors { code message path } } }";
pub const UPSERT: &str = "mutation($input: PriceUpsertInput!) { priceUpsert(input: $input) {
    price { id variantCode market source minQuantity unitPrice { amount currencyCode } validFrom validUntil version }
    created warnings { code path } userErrors { code message path } } }";
const PRICES: &str = "query($codes: [String!]!, $market: String! = \"EU\", $currency: CurrencyCode, $quantity: Decimal, $contact: ID, $at: DateTime) {
    prices(variantCodes: $codes, market: $market, currency: $currency, quantity: $quantity, contactId: $contact, at: $at) {
        variantCode unitPrice { amount currencyCode } source customerGroup { name } } }";
const TIERS: &str = "query($codes: [String!]!, $contact: ID, $at: DateTime) { priceTiers(variantCodes: $codes, market: \"EU\", contactId: $contact, at: $at) {
    variantCode tiers { minQuantity unitPrice { amount currencyCode } source } } }";

impl World {
    /// A market with euros.
    pub async fn market(&self, code: &str) {
        let input = json!({ "code": code, "name": code, "defaultCurrency": "EUR" });
        self.change(&self.admin, MARKET, input).await;
    }

    /// A price in euros in the market EU, with whatever else `input` says, and its id.
    pub async fn price(&self, variant: &str, amount: &str, input: Value) -> String {
        let payload = self
            .change(&self.admin, UPSERT, row(variant, amount, input))
            .await;
        payload["price"]["id"].as_str().expect("an id").to_owned()
    }

    /// What one variant costs: its amount, for whom, or null.
    pub async fn cost(&self, person: &Person, mut question: Value) -> Value {
        if question.get("codes").is_none() {
            question["codes"] = json!(["V"]);
        }
        let data = self.ask(person, PRICES, question).await;
        let price = &data["prices"][0];
        match price["unitPrice"]["amount"].as_str() {
            Some(amount) => {
                json!(format!(
                    "{amount} {}",
                    price["source"].as_str().expect("a source")
                ))
            }
            None => Value::Null,
        }
    }
}

/// The input of a price: for everybody, unless `input` names a group or an account.
pub fn row(variant: &str, amount: &str, input: Value) -> Value {
    let source = if input.get("customerGroupId").is_some() {
        "CUSTOMER_GROUP"
    } else if input.get("accountId").is_some() {
        "ACCOUNT"
    } else {
        "EVERYBODY"
    };
    let mut row = json!({ "variantCode": variant, "market": "EU", "source": source, "amount": amount, "currency": "EUR" });
    for (field, value) in input.as_object().expect("an input") {
        row[field] = value.clone();
    }
    row
}

/// Somebody with an account, in an organization with the group, and the ids of the three.
async fn buyer(world: &World, group: Option<&str>) -> (Person, String, String) {
    let input = json!({ "name": "Shop", "customerGroupId": group });
    let organization = world.organization_with(input).await;
    let contact = world.contact("Ann", Some(&organization)).await;
    let person = world.account("ann", Some(contact_id(&contact))).await;
    let account = format!("account:{}", person.account.expect("an account"));
    (person, contact, account)
}

/// T-41, T-44, T-45, T-117: the lowest that applies, from whomever it comes; among equals the account's own, then the group's.
#[tokio::test]
async fn the_lowest_price_that_applies_counts_and_equals_are_told_apart_by_whom_they_are_for() {
    each_engine(async |world| {
        world.market("EU").await;
        let (person, contact, account) = buyer(&world, Some("customerGroup:1")).await;
        let anonymous = Person::anonymous();
        assert_eq!(world.cost(&person, json!({})).await, Value::Null);
        world.price("V", "21", json!({})).await;
        assert_eq!(world.cost(&person, json!({})).await, "21 EVERYBODY");
        let other = json!({ "customerGroupId": "customerGroup:2" });
        world.price("V", "1", other).await;
        assert_eq!(world.cost(&person, json!({})).await, "21 EVERYBODY");
        let group = json!({ "customerGroupId": "customerGroup:1" });
        world.price("V", "18.50", group).await;
        assert_eq!(world.cost(&person, json!({})).await, "18.5 CUSTOMER_GROUP");
        let own = world
            .price("V", "20", json!({ "accountId": account }))
            .await;
        assert_eq!(world.cost(&person, json!({})).await, "18.5 CUSTOMER_GROUP");
        let lower = row("V", "18.5", json!({ "accountId": account, "id": own }));
        world.change(&world.admin, UPSERT, lower).await;
        assert_eq!(world.cost(&person, json!({})).await, "18.5 ACCOUNT");
        let of_contact = json!({ "contact": contact });
        assert_eq!(world.cost(&world.admin, of_contact).await, "18.5 ACCOUNT");
        assert_eq!(world.cost(&world.admin, json!({})).await, "21 EVERYBODY");
        assert_eq!(world.cost(&anonymous, json!({})).await, "21 EVERYBODY");
    })
    .await;
}

/// T-40, T-130: from the first instant on, up to but not including the last.
#[tokio::test]
async fn a_price_counts_from_its_first_instant_up_to_the_one_before_its_last() {
    each_engine(async |world| {
        world.market("EU").await;
        let window =
            json!({ "validFrom": "2026-03-01T00:00:00Z", "validUntil": "2026-04-01T00:00:00Z" });
        world.price("V", "5", window).await;
        let cost = async |at: &str| world.cost(&world.admin, json!({ "at": at })).await;
        assert_eq!(cost("2026-02-28T23:59:59.999999Z").await, Value::Null);
        assert_eq!(cost("2026-03-01T00:00:00Z").await, "5 EVERYBODY");
        assert_eq!(cost("2026-03-31T23:59:59.999999Z").await, "5 EVERYBODY");
        assert_eq!(cost("2026-04-01T00:00:00Z").await, Value::Null);
        assert_eq!(cost("2026-04-01T01:30:00+02:00").await, "5 EVERYBODY");
        assert_eq!(world.cost(&world.admin, json!({})).await, Value::Null);
        world.clock.advance(TimeDelta::days(59));
        // Everybody else's session is over by now.
        let present = world.cost(&Person::anonymous(), json!({})).await;
        assert_eq!(present, "5 EVERYBODY");
    })
    .await;
}

/// T-44, T-136: a step counts from its quantity on; one that is not lower is left out of the steps.
#[tokio::test]
async fn steps_count_from_their_quantity_on_and_pointless_ones_are_left_out() {
    each_engine(async |world| {
        world.market("EU").await;
        let (person, contact, _) = buyer(&world, Some("customerGroup:1")).await;
        world.price("V", "10", json!({})).await;
        world.price("V", "9", json!({ "minQuantity": "2.5" })).await;
        world.price("V", "9.5", json!({ "minQuantity": 5 })).await;
        let for_group = json!({ "minQuantity": "10", "customerGroupId": "customerGroup:1" });
        world.price("V", "8.000001", for_group).await;
        let cost = async |quantity: Value| world.cost(&person, json!({ "quantity": quantity })).await;
        assert_eq!(cost(Value::Null).await, "10 EVERYBODY");
        assert_eq!(cost(json!("0")).await, "10 EVERYBODY");
        assert_eq!(cost(json!("2.499999999")).await, "10 EVERYBODY");
        assert_eq!(cost(json!("2.5")).await, "9 EVERYBODY");
        assert_eq!(cost(json!("9.999999999")).await, "9 EVERYBODY");
        assert_eq!(cost(json!("10")).await, "8.000001 CUSTOMER_GROUP");
        let steps = world.ask(&world.admin, TIERS, json!({ "codes": ["V", "W", "V"], "contact": contact }));
        let steps = steps.await;
        let tier = |from: &str, amount: &str, source: &str| json!({ "minQuantity": from, "unitPrice": { "amount": amount, "currencyCode": "EUR" }, "source": source });
        let of_v = json!({ "variantCode": "V", "tiers": [tier("0", "10", "EVERYBODY"), tier("2.5", "9", "EVERYBODY"), tier("10", "8.000001", "CUSTOMER_GROUP")] });
        assert_eq!(steps["priceTiers"], json!([of_v, { "variantCode": "W", "tiers": [] }, of_v]));
        let of_everybody = world.ask(&Person::anonymous(), TIERS, json!({ "codes": ["V"] })).await;
        assert_eq!(of_everybody["priceTiers"][0]["tiers"].as_array().map(Vec::len), Some(2));
    })
    .await;
}

/// T-46: the currency that is named, else the contact's, else the market's; nothing is converted.
#[tokio::test]
async fn the_currency_is_the_one_named_else_the_contacts_else_the_markets() {
    each_engine(async |world| {
        world.market("EU").await;
        for (currency, amount) in [("EUR", "10"), ("USD", "12"), ("CHF", "1")] {
            world
                .price("V", amount, json!({ "currency": currency }))
                .await;
        }
        let input = json!({ "fullName": "Ann", "preferredCurrency": "USD" });
        let ann = world.contact_with(input).await;
        let bob = world.contact("Bob", None).await;
        let cost = async |question: Value| world.cost(&world.admin, question).await;
        assert_eq!(cost(json!({})).await, "10 EVERYBODY");
        assert_eq!(cost(json!({ "contact": ann })).await, "12 EVERYBODY");
        assert_eq!(cost(json!({ "contact": bob })).await, "10 EVERYBODY");
        let francs = json!({ "contact": ann, "currency": "CHF" });
        assert_eq!(cost(francs).await, "1 EVERYBODY");
        assert_eq!(cost(json!({ "currency": "JPY" })).await, Value::Null);
    })
    .await;
}

/// T-23, T-24, T-29: a group that is given or taken counts with the next request; a move changes no price.
#[tokio::test]
async fn the_effective_group_is_the_one_of_this_very_request() {
    each_engine(async |world| {
        world.market("EU").await;
        world.price("V", "10", json!({})).await;
        for (group, amount) in [("customerGroup:1", "8"), ("customerGroup:2", "7")] {
            world
                .price("V", amount, json!({ "customerGroupId": group }))
                .await;
        }
        let above = json!({ "name": "Above", "customerGroupId": "customerGroup:2" });
        let above = world.organization_with(above).await;
        let shop = world.organization("Shop", Some(&above)).await;
        let contact = world.contact("Ann", Some(&shop)).await;
        let person = world.account("ann", Some(contact_id(&contact))).await;
        assert_eq!(world.cost(&person, json!({})).await, "10 EVERYBODY");
        world.give_group(&contact, Some("customerGroup:1")).await;
        assert_eq!(world.cost(&person, json!({})).await, "8 CUSTOMER_GROUP");
        world.give_group(&shop, Some("customerGroup:2")).await;
        assert_eq!(world.cost(&person, json!({})).await, "7 CUSTOMER_GROUP");
        let to_top = "mutation($input: OrganizationMoveInput!) { organizationMove(input: $input) { userErrors { code } } }";
        let input = json!({ "id": shop, "newParentId": null });
        world.change(&world.admin, to_top, input).await;
        assert_eq!(world.cost(&person, json!({})).await, "7 CUSTOMER_GROUP");
        world.give_group(&shop, None).await;
        world.give_group(&contact, None).await;
        assert_eq!(world.cost(&person, json!({})).await, "10 EVERYBODY");
    })
    .await;
}

/// T-17, T-20, T-135: neither a new name nor the archive changes what a group pays.
#[tokio::test]
async fn a_group_pays_the_same_whatever_it_is_called_and_when_it_is_archived() {
    each_engine(async |world| {
        world.market("EU").await;
        let gold = world.group("Gold").await;
        world
            .price("V", "8", json!({ "customerGroupId": gold }))
            .await;
        let (person, ..) = buyer(&world, Some(&gold)).await;
        for mutation in [
            "customerGroupUpdate(input: { id: $id, name: \"Silver\" })",
            "customerGroupArchive(input: { id: $id })",
        ] {
            let query = format!("mutation($id: ID!) {{ {mutation} {{ userErrors {{ code }} }} }}");
            world.ask(&world.admin, &query, json!({ "id": gold })).await;
            assert_eq!(world.cost(&person, json!({})).await, "8 CUSTOMER_GROUP");
        }
    })
    .await;
}

/// T-68, T-69: the prices of an account end with it, and are in the history.
#[tokio::test]
async fn the_prices_of_an_account_end_with_it() {
    each_engine(async |world| {
        world.market("EU").await;
        let (_, contact, account) = buyer(&world, None).await;
        for step in 0..3 {
            let input = json!({ "accountId": account, "minQuantity": step });
            world.price("V", "8", input).await;
        }
        let cost = async || world.cost(&world.admin, json!({ "contact": contact })).await;
        assert_eq!(cost().await, "8 ACCOUNT");
        let delete = "mutation($input: AccountDeleteInput!) { accountDelete(input: $input) { userErrors { code } } }";
        world.change(&world.admin, delete, json!({ "id": account })).await;
        assert_eq!(cost().await, Value::Null);
        assert_eq!(world.number("SELECT count(*) FROM price").await, 0);
        let ended = "SELECT count(*) FROM history_entry WHERE entity = 'price' AND action = 'DELETE' AND mutation = 'accountDelete'";
        assert_eq!(world.number(ended).await, 3);
    })
    .await;
}

/// T-132, T-136, T-142: codes in their places; an unknown market, a hidden contact and too many codes are refused as a whole.
#[tokio::test]
async fn a_basket_is_answered_in_the_order_asked_or_refused_as_a_whole() {
    each_engine(async |world| {
        world.market("EU").await;
        world.price("V", "8", json!({})).await;
        let asked = json!({ "codes": ["v", "V", "W", " V ", "V", "\u{0}"] });
        let data = world.ask(&world.admin, PRICES, asked).await;
        let told: Vec<_> = data["prices"]
            .as_array()
            .expect("prices")
            .iter()
            .map(|price| &price["unitPrice"]["amount"])
            .collect();
        assert_eq!(
            told,
            [
                &Value::Null,
                &json!("8"),
                &Value::Null,
                &json!("8"),
                &json!("8"),
                &Value::Null
            ]
        );
        let none = world
            .ask(&world.admin, PRICES, json!({ "codes": [] }))
            .await;
        assert_eq!(none["prices"], json!([]));
        let codes = |count: usize| vec!["V"; count];
        let many = world
            .ask(&world.admin, PRICES, json!({ "codes": codes(200) }))
            .await;
        assert_eq!(many["prices"].as_array().map(Vec::len), Some(200));
        let contact = world.contact("Ann", None).await;
        let absent = "contact:01900000-0000-7000-8000-000000ffffff";
        for (person, question, expected) in [
            (
                &world.admin,
                json!({ "codes": codes(201) }),
                "LIMIT_EXCEEDED",
            ),
            (
                &world.admin,
                json!({ "codes": [], "market": "eu" }),
                "NOT_FOUND",
            ),
            (
                &world.admin,
                json!({ "codes": ["V"], "market": "E\u{0}U" }),
                "NOT_FOUND",
            ),
            (
                &world.admin,
                json!({ "codes": ["V"], "contact": absent }),
                "NOT_FOUND",
            ),
            (
                &Person::anonymous(),
                json!({ "codes": ["V"], "contact": contact }),
                "NOT_FOUND",
            ),
            (
                &world.admin,
                json!({ "codes": ["V"], "contact": "account:1" }),
                "BAD_REQUEST",
            ),
            (
                &world.admin,
                json!({ "codes": ["V"], "quantity": "-1" }),
                "BAD_REQUEST",
            ),
            (
                &world.admin,
                json!({ "codes": ["V"], "quantity": "0.0000000001" }),
                "BAD_REQUEST",
            ),
            (
                &world.admin,
                json!({ "codes": ["V"], "quantity": "1000000000" }),
                "BAD_REQUEST",
            ),
            (
                &world.admin,
                json!({ "codes": ["V"], "at": "0000-01-01T00:00:00Z" }),
                "BAD_REQUEST",
            ),
        ] {
            let body = world.send(person, PRICES, question.clone()).await;
            assert_eq!(code(&body), expected, "{question}");
        }
    })
    .await;
}
