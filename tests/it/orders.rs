//! Orders: what they cost, what they keep, and whose they are.

mod bad_input;
mod claims;
mod customers;
mod deletes;
mod guests;

use crate::support::build::contact_id;
use crate::support::{Person, World, each_engine, user_errors};
use serde_json::{Value, json};

pub const PLACE: &str = "mutation($input: OrderPlaceInput!) { orderPlace(input: $input) {
    order { id number status contactName contactEmail placedByLogin actorLogin customerGroupName market currency organizationName
        billTo { number sequence companyName firstName lastName line1 city countryCode email }
        shipTo { number sequence companyName firstName lastName line1 city countryCode email }
        poNumber requestedOn notes subtotal { amount } discount { amount } tax { amount } shipping { amount } total { amount currencyCode }
        lines { position variantCode quantity unitPrice { amount currencyCode } total { amount } priceSource customerGroupName } version }
    lookUpToken userErrors { code message path } } }";
pub const ORDER: &str = "query($id: ID!) { order(id: $id) { number contactName customerGroupName billTo { line1 } total { amount }
    contact { id } placedBy { id } placedByLogin organizationName organization { id } lines { variantCode unitPrice { amount } total { amount } customerGroupName price { id } } } }";
const UPDATE: &str = "mutation($input: OrderUpdateInput!) { orderUpdate(input: $input) {
    order { status erpNumber requestedOn notes version } userErrors { code message path } } }";

impl World {
    /// The market EU, where `V` costs everybody 10 and the first customer group 8.
    pub async fn shop(&self) {
        self.market("EU").await;
        self.price("V", "10", json!({})).await;
        let group = json!({ "customerGroupId": "customerGroup:1" });
        self.price("V", "8", group).await;
    }

    /// An order of `person`, with whatever else `input` says: its number, id and token.
    pub async fn ordered(&self, person: &Person, input: Value) -> Value {
        self.change(person, PLACE, order(input)).await
    }
}

/// The input of an order for one V at an address, with whatever else `input` says; null takes a field away.
pub fn order(input: Value) -> Value {
    let mut whole = json!({
        "market": "EU",
        "lines": [{ "variantCode": "V", "quantity": "1" }],
        "billTo": { "firstName": "Ann", "lastName": "Lee", "line1": "1 Main St", "city": "Bern", "countryCode": "ch", "email": "ann@example.com" },
    });
    for (field, value) in input.as_object().expect("an input") {
        whole[field] = value.clone();
    }
    whole
}

pub fn id_of(payload: &Value) -> String {
    payload["order"]["id"].as_str().expect("an id").to_owned()
}

/// Somebody with an account, in an organization with the first group.
pub async fn buyer(world: &World, name: &str) -> (Person, String, String) {
    let shop = json!({ "name": format!("{name} Ltd"), "customerGroupId": "customerGroup:1" });
    let shop = world.organization_with(shop).await;
    let input =
        json!({ "fullName": name, "email": format!("{name}@example.com"), "organizationId": shop });
    let contact = world.contact_with(input).await;
    let person = world.account(name, Some(contact_id(&contact))).await;
    (person, contact, shop)
}

/// T-44, T-51, T-86, T-150: each line by its own quantity at the price of this moment, and who had to do with it by name.
#[tokio::test]
async fn an_order_costs_what_prices_say_and_keeps_who_had_to_do_with_it() {
    each_engine(async |world| {
        world.shop().await;
        world.price("V", "7.335", json!({ "minQuantity": "3" })).await;
        world.price("W", "0.1", json!({})).await;
        let (ann, contact, _) = buyer(&world, "ann").await;
        let lines = json!([
            { "variantCode": " V ", "quantity": "1" }, { "variantCode": "V", "quantity": 3 }, { "variantCode": "W", "quantity": "0.25" },
        ]);
        let input = json!({ "lines": lines, "poNumber": "PO 7", "requestedOn": "2026-02-01", "notes": "a\nb" });
        let placed = world.ordered(&ann, input).await;
        assert_eq!(placed["lookUpToken"], Value::Null);
        let order = &placed["order"];
        let line = |at: usize| {
            let line = &order["lines"][at];
            let total = &line["total"]["amount"];
            json!([line["position"], line["variantCode"], line["quantity"], line["unitPrice"]["amount"], total, line["priceSource"], line["customerGroupName"]])
        };
        assert_eq!(line(0), json!([1, "V", "1", "8", "8", "CUSTOMER_GROUP", "Customer"]));
        assert_eq!(line(1), json!([2, "V", "3", "7.335", "22.01", "EVERYBODY", null]));
        assert_eq!(line(2), json!([3, "W", "0.25", "0.1", "0.03", "EVERYBODY", null]));
        assert_eq!(order["total"], json!({ "amount": "30.04", "currencyCode": "EUR" }));
        assert_eq!(order["subtotal"]["amount"], json!("30.04"));
        let kept = ["contactName", "contactEmail", "placedByLogin", "actorLogin", "customerGroupName", "market", "organizationName", "status", "notes"];
        let kept: Vec<_> = kept.iter().map(|field| &order[*field]).collect();
        assert_eq!(json!(kept), json!(["ann", "ann@example.com", "ann", null, "Customer", "EU", "ann Ltd", "SUBMITTED", "a\nb"]));
        assert_eq!(order["shipTo"], order["billTo"]);
        assert_eq!(order["billTo"]["countryCode"], json!("CH"));
        let seen = world.ask(&ann, ORDER, json!({ "id": order["id"] })).await;
        assert_eq!(seen["order"]["contact"]["id"], json!(contact));
    })
    .await;
}

/// T-46, T-51: totals have the decimals of their currency: none, two, three.
#[tokio::test]
async fn a_total_has_the_decimals_of_its_currency() {
    each_engine(async |world| {
        world.market("EU").await;
        for (currency, total) in [("JPY", "2"), ("EUR", "1.23"), ("BHD", "1.235")] {
            let price = json!({ "currency": currency });
            world.price("V", "0.823", price).await;
            let input = json!({ "currency": currency, "lines": [{ "variantCode": "V", "quantity": "1.5" }] });
            let placed = world.ordered(&world.admin, input).await;
            let expected = if currency == "JPY" { "1" } else { total };
            assert_eq!(placed["order"]["total"]["amount"], json!(expected));
        }
    })
    .await;
}

/// T-53, T-86: whatever becomes of groups, prices, contacts and accounts, an order says what it said.
#[tokio::test]
async fn nothing_that_changes_later_changes_an_order() {
    each_engine(async |world| {
        world.shop().await;
        let (ann, contact, shop) = buyer(&world, "ann").await;
        let placed = world.ordered(&ann, json!({})).await;
        let id = id_of(&placed);
        let asked = || world.ask(&world.admin, ORDER, json!({ "id": id }));
        let mut before = asked().await["order"].clone();
        let price = before["lines"][0]["price"]["id"].as_str().expect("a price").to_owned();
        for (mutation, input) in [
            ("customerGroupUpdate(input: $input)", json!({ "id": "customerGroup:1", "name": "Renamed" })),
            ("customerGroupAssign(input: $input)", json!({ "organizationId": shop, "customerGroupId": "customerGroup:2" })),
            ("contactUpdate(input: $input)", json!({ "id": contact, "fullName": "Bea", "email": "bea@example.com" })),
            ("organizationUpdate(input: $input)", json!({ "id": shop, "name": "Renamed" })),
            ("customerGroupMerge(input: $input)", json!({ "id": "customerGroup:1", "intoId": "customerGroup:3" })),
            ("priceDelete(input: $input)", json!({ "id": price })),
            ("accountDelete(input: $input)", json!({ "id": format!("account:{}", ann.account.expect("an account")) })),
        ] {
            let kind = mutation.split('(').next().expect("a name");
            let kind = format!("{}{}Input", kind[..1].to_uppercase(), &kind[1..]);
            let query = format!("mutation($input: {kind}!) {{ {mutation} {{ userErrors {{ code message path }} }} }}");
            world.change(&world.admin, &query, input).await;
        }
        let after = asked().await["order"].clone();
        before["placedBy"] = Value::Null;
        before["lines"][0]["price"] = Value::Null;
        assert_eq!(after, before);
        assert_eq!(after["placedByLogin"], json!("ann"));
    })
    .await;
}

/// T-30, T-38, T-198: with the right over the organization, for oneself, and nobody else; the newest first.
#[tokio::test]
async fn an_order_shows_to_whom_it_is_for_and_where_it_may_be_seen() {
    each_engine(async |world| {
        world.shop().await;
        let (ann, contact, shop) = buyer(&world, "ann").await;
        let (bob, ..) = buyer(&world, "bob").await;
        let first = id_of(&world.ordered(&ann, json!({})).await);
        world.clock.advance(chrono::TimeDelta::minutes(1));
        let second = id_of(&world.ordered(&ann, json!({ "poNumber": "Pö-2" })).await);
        let own = "{ viewer { orders(first: 9) { totalCount nodes { id } } } }";
        let ids = |ids: &[&String]| json!({ "totalCount": ids.len(), "nodes": ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>() });
        assert_eq!(world.ask(&ann, own, json!({})).await["viewer"]["orders"], ids(&[&second, &first]));
        assert_eq!(world.ask(&bob, own, json!({})).await["viewer"]["orders"], ids(&[]));
        let by_id = "query($id: ID!, $number: String!) { order(id: $id) { id } orderByNumber(number: $number) { id } node(id: $id) { id } }";
        let number = world.ask(&ann, "query($id: ID!) { order(id: $id) { number } }", json!({ "id": first })).await["order"]["number"].clone();
        let asked = json!({ "id": first, "number": format!(" {} ", number.as_str().expect("a number").to_lowercase()) });
        for (person, seen) in [(&ann, true), (&world.admin, true), (&bob, false), (&Person::anonymous(), false)] {
            let data = world.ask(person, by_id, asked.clone()).await;
            let it = if seen { json!({ "id": first }) } else { Value::Null };
            assert_eq!(data, json!({ "order": it, "orderByNumber": it, "node": it }));
        }
        let below = "query($org: ID!, $contact: ID!) { organization(id: $org) { orders(first: 9) { totalCount nodes { id } } }
            contact(id: $contact) { orders(first: 9, filter: { search: \"pÖ-\" }) { totalCount nodes { id } } } }";
        let data = world.ask(&world.admin, below, json!({ "org": shop, "contact": contact })).await;
        assert_eq!(data["organization"]["orders"], ids(&[&second, &first]));
        assert_eq!(data["contact"]["orders"], ids(&[&second]));
        let list = "query($filter: OrderFilter) { orders(first: 9, filter: $filter) { totalCount nodes { id } } }";
        for (filter, found) in [
            (json!({}), vec![&second, &first]),
            (json!({ "statuses": [] }), vec![]),
            (json!({ "statuses": ["SUBMITTED", "SHIPPED"], "contactIds": [contact] }), vec![&second, &first]),
            (json!({ "organizationId": shop, "placedFrom": "2026-01-01T00:00:01Z" }), vec![&second]),
            (json!({ "placedUntil": "2026-01-01T00:01:00Z" }), vec![&first]),
            (json!({ "search": number }), vec![&first]),
        ] {
            let data = world.ask(&world.admin, list, json!({ "filter": filter })).await;
            assert_eq!(data["orders"], ids(&found), "{filter}");
        }
        let refused = world.send(&bob, list, json!({})).await;
        assert_eq!(crate::support::code(&refused), "FORBIDDEN");
    })
    .await;
}

/// T-114: forward, and called off until it is on its way; what was ordered has no field to change.
#[tokio::test]
async fn an_order_goes_forward_and_keeps_its_erp_number_to_itself() {
    each_engine(async |world| {
        world.shop().await;
        let (ann, ..) = buyer(&world, "ann").await;
        let (one, other) = (id_of(&world.ordered(&ann, json!({})).await), id_of(&world.ordered(&ann, json!({})).await));
        let change = json!({ "id": one, "status": "PROCESSING", "erpNumber": "E1", "requestedOn": "2026-03-01", "expectedVersion": 1 });
        let changed = world.change(&world.admin, UPDATE, change).await;
        assert_eq!(changed["order"], json!({ "status": "PROCESSING", "erpNumber": "E1", "requestedOn": "2026-03-01", "notes": null, "version": 2 }));
        for (input, refused) in [
            (json!({ "id": other, "erpNumber": "E1" }), "TAKEN at erpNumber"),
            (json!({ "id": one, "status": "SUBMITTED" }), "INVALID at status"),
            (json!({ "id": one, "status": null }), "INVALID at status"),
            (json!({ "id": one, "expectedVersion": 1 }), "STALE at expectedVersion"),
        ] {
            assert_eq!(user_errors(&world.attempt(&world.admin, UPDATE, input).await), [refused]);
        }
        world.change(&world.admin, UPDATE, json!({ "id": one, "status": "SHIPPED" })).await;
        let refused = world.attempt(&world.admin, UPDATE, json!({ "id": one, "status": "CANCELLED" })).await;
        assert_eq!(user_errors(&refused), ["INVALID at status"]);
        let refused = world.attempt(&ann, UPDATE, json!({ "id": one, "notes": "x" })).await;
        assert_eq!(user_errors(&refused), ["FORBIDDEN at id"]);
        let same = world.change(&world.admin, UPDATE, json!({ "id": one, "status": "SHIPPED" })).await;
        assert_eq!(same["order"]["version"], json!(3));
    })
    .await;
}
