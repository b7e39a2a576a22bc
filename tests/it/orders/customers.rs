//! Orders for customers: who may place them, for whom, and where they go.

use super::{PLACE, buyer, id_of};
use crate::customers::account_of;
use crate::support::{Person, World, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::{Value, json};

const REP: &str = "mutation($input: SalesRepCreateInput!) { salesRepCreate(input: $input) { salesRep { id } userErrors { code message path } } }";

/// A sales rep who signs in as `person` and reports to another one: its id.
async fn rep(world: &World, number: &str, person: &Person, manager: Option<&str>) -> String {
    let input = json!({ "number": number, "name": number, "accountId": account_of(person), "managerId": manager });
    let made = world.change(&world.admin, REP, input).await;
    made["salesRep"]["id"].as_str().expect("an id").to_owned()
}

/// The input of an order for one V, with whatever else `input` says.
fn order(input: Value) -> Value {
    let mut whole = json!({ "market": "EU", "lines": [{ "variantCode": "V", "quantity": "1" }] });
    for (field, value) in input.as_object().expect("an input") {
        whole[field] = value.clone();
    }
    whole
}

/// The numbers and sequences that an order is billed to and goes to, or why it was refused.
async fn place(world: &World, person: &Person, input: Value) -> Vec<String> {
    let answer = world.attempt(person, PLACE, order(input)).await;
    if answer["order"].is_null() {
        return user_errors(&answer);
    }
    ["billTo", "shipTo"]
        .map(|end| {
            let end = &answer["order"][end];
            let text = |field: &str| end[field].as_str().unwrap_or("-").to_owned();
            format!("{}/{}", text("number"), text("sequence"))
        })
        .to_vec()
}

async fn update(world: &World, customer: &str, mut input: Value) {
    let update = "mutation($input: CustomerUpdateInput!) { customerUpdate(input: $input) { userErrors { code message path } } }";
    input["id"] = json!(customer);
    world.change(&world.admin, update, input).await;
}

/// T-80, T-81, T-150: one customer by default, several by name, and the ship-tos that the link allows.
#[tokio::test]
async fn a_buyer_orders_for_the_customers_that_their_account_is_linked_with() {
    each_engine(async |world| {
        world.shop().await;
        let (ann, ..) = buyer(&world, "ann").await;
        let account = account_of(&ann);
        let one = world.bill_to("C1", None).await;
        let two = world.bill_to("C2", None).await;
        assert_eq!(place(&world, &ann, json!({})).await, ["REQUIRED at billTo"]);
        assert_eq!(
            place(&world, &ann, json!({ "customerId": one })).await,
            ["NOT_FOUND at customerId"]
        );
        world
            .link(&account, &one, json!({ "isDefault": true }))
            .await;
        assert_eq!(
            place(&world, &ann, json!({})).await,
            ["REQUIRED at shipToId"]
        );
        let near = world.ship_to("C1", "1").await;
        assert_eq!(place(&world, &ann, json!({})).await, ["C1/-", "C1/1"]);
        let far = world.ship_to("C1", "2").await;
        assert_eq!(
            place(&world, &ann, json!({})).await,
            ["REQUIRED at shipToId"]
        );
        assert_eq!(
            place(&world, &ann, json!({ "shipToId": far })).await,
            ["C1/-", "C1/2"]
        );
        world
            .link(
                &account,
                &one,
                json!({ "isDefault": true, "shipToIds": [near] }),
            )
            .await;
        assert_eq!(place(&world, &ann, json!({})).await, ["C1/-", "C1/1"]);
        assert_eq!(
            place(&world, &ann, json!({ "shipToId": far })).await,
            ["NOT_FOUND at shipToId"]
        );
        assert_eq!(
            place(&world, &ann, json!({ "shipToId": one })).await,
            ["INVALID at shipToId"]
        );
        update(&world, &one, json!({ "isShipTo": true })).await;
        assert_eq!(place(&world, &ann, json!({})).await, ["C1/-", "C1/-"]);
        assert_eq!(
            place(&world, &ann, json!({ "shipToId": one })).await,
            ["C1/-", "C1/-"]
        );
        world
            .link(
                &account,
                &one,
                json!({ "isDefault": true, "defaultShipToId": far }),
            )
            .await;
        assert_eq!(place(&world, &ann, json!({})).await, ["C1/-", "C1/2"]);
        let others = world.ship_to("C2", "1").await;
        world.link(&account, &two, json!({})).await;
        assert_eq!(
            place(&world, &ann, json!({ "customerId": two })).await,
            ["C2/-", "C2/1"]
        );
        assert_eq!(
            place(&world, &ann, json!({ "shipToId": others })).await,
            ["INVALID at shipToId"]
        );
        assert_eq!(
            place(&world, &ann, json!({ "customerId": others })).await,
            ["INVALID at customerId"]
        );
        let address = json!({ "city": "Bern" });
        assert_eq!(
            place(
                &world,
                &ann,
                json!({ "billTo": address, "shipTo": address })
            )
            .await,
            ["INVALID at billTo", "INVALID at shipTo"]
        );
        assert_eq!(
            place(
                &world,
                &ann,
                json!({ "customerId": null, "billTo": address })
            )
            .await,
            ["-/-", "-/-"]
        );
    })
    .await;
}

/// T-80, T-85: a link that is over or yet to come, a customer and a ship-to that are out of use.
#[tokio::test]
async fn nobody_orders_by_a_closed_link_or_for_what_is_out_of_use() {
    each_engine(async |world| {
        world.shop().await;
        let (ann, ..) = buyer(&world, "ann").await;
        let account = account_of(&ann);
        let one = world.bill_to("C1", None).await;
        let (near, far) = (world.ship_to("C1", "1").await, world.ship_to("C1", "2").await);
        for window in [json!({ "validUntil": "2026-01-01T00:00:00Z" }), json!({ "validFrom": "2026-01-01T00:00:01Z" })] {
            world.link(&account, &one, window).await;
            assert_eq!(place(&world, &ann, json!({ "customerId": one })).await, ["NOT_FOUND at customerId"]);
            assert_eq!(place(&world, &ann, json!({})).await, ["REQUIRED at billTo"]);
        }
        world.link(&account, &one, json!({ "isDefault": true, "defaultShipToId": near, "validFrom": null, "validUntil": null })).await;
        assert_eq!(place(&world, &ann, json!({})).await, ["C1/-", "C1/1"]);
        update(&world, &near, json!({ "active": false })).await;
        assert_eq!(place(&world, &ann, json!({ "shipToId": near })).await, ["INVALID at shipToId"]);
        assert_eq!(place(&world, &ann, json!({ "shipToId": far })).await, ["C1/-", "C1/2"]);
        update(&world, &one, json!({ "active": false })).await;
        assert_eq!(place(&world, &ann, json!({ "customerId": one, "shipToId": far })).await, ["INVALID at customerId"]);
        assert_eq!(place(&world, &world.admin, json!({ "customerId": one, "shipToId": far })).await, ["INVALID at customerId"]);
        assert_eq!(world.number("SELECT count(*) FROM sales_order").await, 2);
    })
    .await;
}

/// T-83: a sales rep and whoever that one reports to order for their customers, and for the buyers of these; nobody else does.
#[tokio::test]
async fn a_sales_rep_orders_for_customers_and_their_buyers() {
    each_engine(async |world| {
        world.shop().await;
        let (ann, contact, _) = buyer(&world, "ann").await;
        let (_, strangers, _) = buyer(&world, "bob").await;
        let holds = [Permission::ContactView];
        let seller = world.holder("rep", &holds, Scope::Global, None).await;
        let boss = world.holder("boss", &holds, Scope::Global, None).await;
        let above = rep(&world, "R1", &boss, None).await;
        let below = rep(&world, "R2", &seller, Some(&above)).await;
        let one = world.customer(json!({ "number": "C1", "companyName": "One", "isShipTo": true, "primarySalesRepId": below })).await;
        world.link(&account_of(&ann), &one, json!({})).await;
        for person in [&seller, &boss] {
            let answer = world.change(person, PLACE, order(json!({ "customerId": one, "contactId": contact }))).await;
            let line = &answer["order"]["lines"][0];
            assert_eq!(json!([line["unitPrice"]["amount"], line["customerGroupName"]]), json!(["8", "Customer"]));
            assert_eq!(answer["order"]["contactName"], json!("ann"));
            let seen = world.ask(&ann, super::ORDER, json!({ "id": id_of(&answer) })).await;
            assert_eq!(seen["order"]["contact"]["id"], json!(contact));
            let refused = place(&world, person, json!({ "customerId": one, "contactId": strangers })).await;
            assert_eq!(refused, ["FORBIDDEN at contactId"]);
            assert_eq!(place(&world, person, json!({ "customerId": one })).await, ["C1/-", "C1/-"]);
        }
        update(&world, &one, json!({ "primarySalesRepId": null })).await;
        assert_eq!(place(&world, &seller, json!({ "customerId": one })).await, ["NOT_FOUND at customerId"]);
        let buyers = place(&world, &ann, json!({ "customerId": one, "contactId": strangers })).await;
        assert_eq!(buyers, ["NOT_FOUND at contactId"]);
    })
    .await;
}

/// T-30, T-38: ORDER_PLACE counts where the customer's organization lies, and the contact's; seeing is not enough.
#[tokio::test]
async fn the_right_to_place_orders_counts_where_it_is_held() {
    each_engine(async |world| {
        world.shop().await;
        let (_, contact, shop) = buyer(&world, "ann").await;
        let far = world.organization("Far", None).await;
        let near = world.customer(json!({ "number": "C1", "companyName": "Near", "isShipTo": true, "organizationId": shop })).await;
        let other = world.customer(json!({ "number": "C2", "companyName": "Far", "isShipTo": true, "organizationId": far })).await;
        let views = [Permission::CustomerView, Permission::ContactView, Permission::OrderView];
        let viewer = world.holder("viewer", &views, Scope::Global, None).await;
        let places = [Permission::OrderPlace, Permission::CustomerView, Permission::ContactView];
        let clerk = world.holder("clerk", &places, Scope::Subtree, Some(&shop)).await;
        assert_eq!(place(&world, &viewer, json!({ "customerId": near })).await, ["FORBIDDEN at customerId"]);
        assert_eq!(place(&world, &clerk, json!({ "customerId": other })).await, ["NOT_FOUND at customerId"]);
        assert_eq!(place(&world, &clerk, json!({ "customerId": near, "contactId": contact })).await, ["C1/-", "C1/-"]);
        let private = json!({ "contactId": contact, "billTo": { "lastName": "Lee" } });
        assert_eq!(place(&world, &clerk, private.clone()).await, ["-/-", "-/-"]);
        assert_eq!(place(&world, &viewer, private).await, ["FORBIDDEN at contactId"]);
        let below = "query($customer: ID!, $shop: ID!) { customer(id: $customer) { orders(first: 9) { totalCount } } organization(id: $shop) { orders(first: 9) { totalCount } }
            orders(first: 9) { nodes { customer { id } shipToCustomer { id } organization { id } organizationName } } }";
        let seen = world.ask(&world.admin, below, json!({ "customer": near, "shop": shop })).await;
        assert_eq!(json!([seen["customer"], seen["organization"]]), json!([{ "orders": { "totalCount": 1 } }, { "orders": { "totalCount": 2 } }]));
        let billed = json!({ "customer": { "id": near }, "shipToCustomer": { "id": near }, "organization": { "id": shop }, "organizationName": "ann Ltd" });
        assert!(seen["orders"]["nodes"].as_array().expect("orders").contains(&billed));
        // The viewer sees the order, but not the organization that it is with.
        let seen = world.ask(&viewer, "{ orders(first: 9) { nodes { organization { id } organizationName } } }", json!({})).await;
        assert_eq!(seen["orders"]["nodes"][0], json!({ "organization": null, "organizationName": null }));
    })
    .await;
}

/// T-86: customers and ship-tos change and go out of use, an order says what it said; one that has orders stays.
#[tokio::test]
async fn an_order_keeps_the_addresses_of_its_customer() {
    each_engine(async |world| {
        world.shop().await;
        let one = world.customer(json!({ "number": "C1", "companyName": "Acme", "line1": "1 Main St", "isShipTo": true })).await;
        let placed = world.change(&world.admin, PLACE, order(json!({ "customerId": one }))).await;
        update(&world, &one, json!({ "companyName": "Other", "line1": "2 Side St", "active": false })).await;
        let asked = "query($id: ID!) { order(id: $id) { billTo { number companyName line1 } shipTo { line1 } customer { companyName } } }";
        let seen = world.ask(&world.admin, asked, json!({ "id": id_of(&placed) })).await;
        assert_eq!(seen["order"], json!({ "billTo": { "number": "C1", "companyName": "Acme", "line1": "1 Main St" }, "shipTo": { "line1": "1 Main St" },
            "customer": { "companyName": "Other" } }));
        let delete = "mutation($input: CustomerDeleteInput!) { customerDelete(input: $input) { userErrors { code message path } } }";
        let refused = world.attempt(&world.admin, delete, json!({ "id": one })).await;
        assert_eq!(user_errors(&refused), ["IN_USE at id"]);
    })
    .await;
}

/// T-80: one who is linked for some ship-tos sees the orders that go there, and no others of the customer.
#[tokio::test]
async fn orders_show_to_whoever_orders_for_where_they_go() {
    each_engine(async |world| {
        world.shop().await;
        let one = world.bill_to("C1", None).await;
        let (near, far) = (world.ship_to("C1", "1").await, world.ship_to("C1", "2").await);
        let mut ids = Vec::new();
        for ship_to in [&near, &far] {
            let placed = world.change(&world.admin, PLACE, order(json!({ "customerId": one, "shipToId": ship_to }))).await;
            ids.push(id_of(&placed));
        }
        let (ann, ..) = buyer(&world, "ann").await;
        let (bob, ..) = buyer(&world, "bob").await;
        world.link(&account_of(&ann), &one, json!({})).await;
        world.link(&account_of(&bob), &one, json!({ "shipToIds": [far] })).await;
        let asked = "query($ids: [ID!]!, $one: ID!, $far: ID!) { nodes(ids: $ids) { id } of: customer(id: $one) { orders(first: 9) { totalCount } } to: customer(id: $far) { orders(first: 9) { nodes { id } } } }";
        let asked = async |person: &Person| world.ask(person, asked, json!({ "ids": ids, "one": one, "far": far })).await;
        let id = |at: usize| json!({ "id": ids[at] });
        let there = json!({ "orders": { "nodes": [id(1)] } });
        assert_eq!(asked(&ann).await, json!({ "nodes": [id(0), id(1)], "of": { "orders": { "totalCount": 2 } }, "to": there }));
        assert_eq!(asked(&bob).await, json!({ "nodes": [null, id(1)], "of": { "orders": { "totalCount": 1 } }, "to": there }));
        world.link(&account_of(&bob), &one, json!({ "validUntil": "2026-01-01T00:00:00Z" })).await;
        assert_eq!(asked(&bob).await["nodes"], json!([null, null]));
    })
    .await;
}
