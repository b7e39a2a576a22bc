//! Changing customers, and what follows.

use super::account_of;
use crate::sales_reps::rep;
use crate::support::{World, each_engine, user_errors};
use serde_json::{Value, json};

pub const UPDATE: &str = "mutation($input: CustomerUpdateInput!) { customerUpdate(input: $input) {
    customer { id version active isShipTo organization { id } primarySalesRep { number } } removedFromView userErrors { code message path } } }";
const DELETE: &str = "mutation($input: CustomerDeleteInput!) { customerDelete(input: $input) { deletedId userErrors { code message path } } }";

async fn shown(world: &World, id: &str) -> Value {
    let query = "query($id: ID!) { customer(id: $id) { version organization { id } primarySalesRep { number } } }";
    world.ask(&world.admin, query, json!({ "id": id })).await["customer"].clone()
}

/// T-82: a ship-to has what its bill-to has, from the beginning and after each change; it is refused one of its own.
#[tokio::test]
async fn ship_tos_follow_their_bill_to() {
    each_engine(async |world| {
        let (acme, other) = (world.organization("Acme", None).await, world.organization("Other", None).await);
        let ann = rep(&world, "R1", json!({})).await;
        let input = json!({ "number": "1", "lastName": "A", "organizationId": acme, "primarySalesRepId": ann });
        let bill_to = world.customer(input).await;
        let ship_to = world.ship_to("1", "1").await;
        let had = json!({ "version": 1, "organization": { "id": acme }, "primarySalesRep": { "number": "R1" } });
        assert_eq!(shown(&world, &ship_to).await, had);
        let change = json!({ "id": bill_to, "organizationId": other, "primarySalesRepId": null });
        world.change(&world.admin, UPDATE, change).await;
        let has = json!({ "version": 2, "organization": { "id": other }, "primarySalesRep": null });
        assert_eq!(shown(&world, &ship_to).await, has);
        let kept = "SELECT count(*) FROM history_entry WHERE entity = 'customer' AND action = 'UPDATE'";
        assert_eq!(world.number(kept).await, 2);
        let own = json!({ "id": ship_to, "organizationId": acme, "primarySalesRepId": null, "isShipTo": null });
        let answer = world.attempt(&world.admin, UPDATE, own).await;
        assert_eq!(user_errors(&answer), ["INVALID at isShipTo"]);
        let own = json!({ "id": ship_to, "organizationId": acme, "primarySalesRepId": null });
        let answer = world.attempt(&world.admin, UPDATE, own).await;
        assert_eq!(user_errors(&answer), ["INVALID at primarySalesRepId", "INVALID at organizationId"]);
        let nothing = json!({ "id": ship_to, "companyName": null });
        let answer = world.attempt(&world.admin, UPDATE, nothing).await;
        assert_eq!(user_errors(&answer), ["REQUIRED at companyName"]);
        let stale = json!({ "id": ship_to, "city": "Bern", "expectedVersion": 1 });
        let answer = world.attempt(&world.admin, UPDATE, stale).await;
        assert_eq!(user_errors(&answer), ["STALE at expectedVersion"]);
        assert_eq!(shown(&world, &ship_to).await, has);
    })
    .await;
}

/// T-85: default links and default ship-tos are taken back, each with its history; the links stay.
#[tokio::test]
async fn a_customer_that_is_deactivated_is_nobodys_default_any_more() {
    each_engine(async |world| {
        let bill_to = world.bill_to("1", None).await;
        let ship_to = world.ship_to("1", "1").await;
        let buyer = world.account("buyer", None).await;
        let account = account_of(&buyer);
        let more = json!({ "isDefault": true, "defaultShipToId": ship_to });
        let link = world.link(&account, &bill_to, more).await;
        let query = "query($id: ID!) { node(id: $id) { ... on CustomerLink { isDefault version defaultShipTo { id } } } }";
        let of_link = async || world.ask(&world.admin, query, json!({ "id": link })).await["node"].clone();
        world.change(&world.admin, UPDATE, json!({ "id": ship_to, "active": false })).await;
        assert_eq!(of_link().await, json!({ "isDefault": true, "version": 2, "defaultShipTo": null }));
        world.change(&world.admin, UPDATE, json!({ "id": bill_to, "active": false })).await;
        assert_eq!(of_link().await, json!({ "isDefault": false, "version": 3, "defaultShipTo": null }));
        assert!(world.sees_customer(&buyer, &bill_to).await);
        let kept = "SELECT count(*) FROM history_entry WHERE entity = 'customerLink' AND action = 'UPDATE'";
        assert_eq!(world.number(kept).await, 2);
        let mine = "{ viewer { customers(first: 9) { totalCount } } }";
        let mine = world.ask(&buyer, mine, json!({})).await;
        assert_eq!(mine["viewer"]["customers"]["totalCount"], 0);
        let again = json!({ "accountId": account, "customerId": bill_to, "isDefault": true });
        let answer = world.attempt(&world.admin, super::links::UPSERT, again).await;
        assert_eq!(user_errors(&answer), ["INVALID at isDefault"]);
    })
    .await;
}

/// T-85: what is in use stays.
#[tokio::test]
async fn a_customer_is_deleted_only_when_nothing_refers_to_it() {
    each_engine(async |world| {
        let bill_to = world.bill_to("1", None).await;
        let ship_to = world.ship_to("1", "1").await;
        let buyer = world.account("buyer", None).await;
        let delete = async |id: &str| {
            let answer = world.attempt(&world.admin, DELETE, json!({ "id": id })).await;
            user_errors(&answer)
        };
        assert_eq!(delete(&bill_to).await, ["IN_USE at id"]);
        let more = json!({ "shipToIds": [ship_to] });
        world.link(&account_of(&buyer), &bill_to, more).await;
        assert_eq!(delete(&ship_to).await, ["IN_USE at id"]);
        world.link(&account_of(&buyer), &bill_to, json!({ "shipToIds": [] })).await;
        assert_eq!(delete(&ship_to).await, [""; 0]);
        assert_eq!(delete(&bill_to).await, ["IN_USE at id"]);
        let gone = "mutation($input: AccountDeleteInput!) { accountDelete(input: $input) { deletedId userErrors { code path message } } }";
        world.change(&world.admin, gone, json!({ "id": account_of(&buyer) })).await;
        assert_eq!(delete(&bill_to).await, [""; 0]);
        assert_eq!(world.number("SELECT count(*) FROM customer_link").await, 0);
        let kept = "SELECT count(*) FROM history_entry WHERE entity = 'customerLink' AND action = 'DELETE'";
        assert_eq!(world.number(kept).await, 1);
    })
    .await;
}

/// T-31, T-32, T-143: customers are no contacts: they are handed on or set free, never deleted with an organization.
#[tokio::test]
async fn customers_outlive_their_organization() {
    each_engine(async |world| {
        let delete = "mutation($input: OrganizationDeleteInput!) { organizationDelete(input: $input) { deletedId userErrors { code message path } } }";
        let top = world.organization("Top", None).await;
        let part = world.organization("Part", Some(&top)).await;
        let bill_to = world.bill_to("1", Some(&part)).await;
        let ship_to = world.ship_to("1", "1").await;
        for (mode, refused) in [("REFUSE", "IN_USE at id"), ("CASCADE", "IN_USE at id")] {
            let answer = world.attempt(&world.admin, delete, json!({ "id": part, "mode": mode })).await;
            assert_eq!(user_errors(&answer), [refused]);
        }
        world.change(&world.admin, delete, json!({ "id": part, "mode": "REPARENT" })).await;
        for customer in [&bill_to, &ship_to] {
            assert_eq!(shown(&world, customer).await["organization"]["id"], json!(top));
        }
        world.change(&world.admin, delete, json!({ "id": top, "mode": "DETACH" })).await;
        for customer in [&bill_to, &ship_to] {
            assert_eq!(shown(&world, customer).await["organization"], Value::Null);
        }
    })
    .await;
}
