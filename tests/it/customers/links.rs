//! Which accounts order for which customers.

use super::account_of;
use crate::support::{World, each_engine, user_errors};
use futures_util::future::join_all;
use serde_json::{Value, json};

pub const UPSERT: &str = "mutation($input: CustomerLinkUpsertInput!) { customerLinkUpsert(input: $input) {
    customerLink { id isDefault allShipTos defaultShipTo { number sequence } validFrom validUntil version account { id } customer { id } }
    userErrors { code message path } } }";
pub const UNLINK: &str = "mutation($input: CustomerLinkDeleteInput!) { customerLinkDelete(input: $input) { deletedId userErrors { code message path } } }";
const OF_ACCOUNT: &str = "query($id: ID!) { account(id: $id) { customers(first: 9) { totalCount nodes { isDefault customer { number }
    shipTos(first: 9) { totalCount nodes { sequence } } } } } }";

impl World {
    /// Links an account with a customer, as `more` says: the link's id.
    pub async fn link(&self, account: &str, customer: &str, more: Value) -> String {
        let mut input = json!({ "accountId": account, "customerId": customer });
        if let (Some(input), Some(more)) = (input.as_object_mut(), more.as_object()) {
            input.extend(more.clone());
        }
        let made = self.change(&self.admin, UPSERT, input).await;
        let id = &made["customerLink"]["id"];
        id.as_str().expect("an id").to_owned()
    }
}

/// T-80: a link shows the customer, and those of its ship-tos that it names, from when and until when it says; ended, nothing, at once.
#[tokio::test]
async fn whoever_is_linked_with_a_customer_sees_it() {
    each_engine(async |world| {
        let bill_to = world.bill_to("1", None).await;
        let near = world.ship_to("1", "1").await;
        let far = world.ship_to("1", "2").await;
        let buyer = world.account("buyer", None).await;
        let seen = async |id: &str| world.sees_customer(&buyer, id).await;
        assert!(!seen(&bill_to).await);
        let account = account_of(&buyer);
        let link = world
            .link(&account, &bill_to, json!({ "shipToIds": [near] }))
            .await;
        assert!(seen(&bill_to).await && seen(&near).await && !seen(&far).await);
        world.link(&account, &bill_to, json!({})).await;
        assert!(seen(&far).await);
        for over in [
            json!({ "validUntil": "2026-01-01T00:00:00Z" }),
            json!({ "validFrom": "2026-01-01T00:00:01Z" }),
        ] {
            world.link(&account, &bill_to, over).await;
            assert!(!seen(&bill_to).await && !seen(&near).await);
        }
        world
            .link(
                &account,
                &bill_to,
                json!({ "validFrom": "2026-01-01T00:00:00Z" }),
            )
            .await;
        assert!(seen(&bill_to).await && seen(&far).await);
        world
            .change(&world.admin, UNLINK, json!({ "id": link }))
            .await;
        assert!(!seen(&bill_to).await && !seen(&far).await);
    })
    .await;
}

/// T-81, T-150: a bill-to that goods may be sent to stands first and cannot be left out; the second default takes the place of the first.
#[tokio::test]
async fn an_account_lists_its_default_customer_first_and_the_bill_to_first_among_the_ship_tos() {
    each_engine(async |world| {
        let first = world.customer(json!({ "number": "1", "lastName": "A", "isShipTo": true })).await;
        let (near, _far) = (world.ship_to("1", "1").await, world.ship_to("1", "2").await);
        let second = world.bill_to("2", None).await;
        let _elsewhere = world.ship_to("2", "7").await;
        let account = account_of(&world.account("buyer", None).await);
        world.link(&account, &first, json!({ "isDefault": true, "shipToIds": [near, first], "defaultShipToId": first })).await;
        world.link(&account, &second, json!({ "shipToIds": [] })).await;
        let listed = async || {
            let found = world.ask(&world.admin, OF_ACCOUNT, json!({ "id": account })).await;
            found["account"]["customers"].clone()
        };
        let of = |number: &str, is_default: bool, sequences: &[&str]| {
            let nodes: Vec<_> = sequences.iter().map(|sequence| json!({ "sequence": sequence })).collect();
            json!({ "isDefault": is_default, "customer": { "number": number }, "shipTos": { "totalCount": nodes.len(), "nodes": nodes } })
        };
        let both = [of("1", true, &["", "1"]), of("2", false, &[])];
        assert_eq!(listed().await, json!({ "totalCount": 2, "nodes": both }));
        world.link(&account, &second, json!({ "isDefault": true })).await;
        let both = [of("2", true, &["7"]), of("1", false, &["", "1"])];
        assert_eq!(listed().await, json!({ "totalCount": 2, "nodes": both }));
        let kept = "SELECT count(*) FROM history_entry WHERE entity = 'customerLink' AND action = 'UPDATE'";
        assert_eq!(world.number(kept).await, 2);
    })
    .await;
}

/// T-80, T-82: a table of what a link cannot be; nothing is written.
#[tokio::test]
async fn what_makes_no_link_is_refused_with_its_path() {
    each_engine(async |world| {
        let bill_to = world.bill_to("1", None).await;
        let (near, far) = (world.ship_to("1", "1").await, world.ship_to("1", "2").await);
        world.bill_to("2", None).await;
        let other = world.ship_to("2", "1").await;
        let account = account_of(&world.account("buyer", None).await);
        let nobody = "customer:01900000-0000-7000-8000-000000000000";
        let cases = [
            (json!({ "customerId": near }), "INVALID at customerId"),
            (json!({ "customerId": nobody }), "NOT_FOUND at customerId"),
            (json!({ "accountId": "account:01900000-0000-7000-8000-000000000000" }), "NOT_FOUND at accountId"),
            (json!({ "shipToIds": [near, far, other] }), "INVALID at shipToIds.2"),
            (json!({ "shipToIds": [nobody, near] }), "NOT_FOUND at shipToIds.0"),
            (json!({ "shipToIds": [bill_to] }), "INVALID at shipToIds.0"),
            (json!({ "defaultShipToId": other }), "INVALID at defaultShipToId"),
            (json!({ "defaultShipToId": bill_to }), "INVALID at defaultShipToId"),
            (json!({ "defaultShipToId": far, "shipToIds": [near] }), "INVALID at defaultShipToId"),
            (json!({ "validFrom": "2026-02-01T00:00:00Z", "validUntil": "2026-02-01T00:00:00Z" }), "INVALID at validUntil"),
            (json!({ "expectedVersion": 1 }), "STALE at expectedVersion"),
        ];
        for (more, refused) in cases {
            let mut input = json!({ "accountId": account, "customerId": bill_to });
            input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            let answer = world.attempt(&world.admin, UPSERT, input.clone()).await;
            assert_eq!(user_errors(&answer), [refused], "{input}");
        }
        assert_eq!(world.number("SELECT count(*) FROM customer_link").await, 0);
    })
    .await;
}

/// T-114: other ship-tos make another version; the same ones once more change nothing.
#[tokio::test]
async fn a_link_counts_a_change_of_its_ship_tos() {
    each_engine(async |world| {
        let bill_to = world.bill_to("1", None).await;
        let (near, far) = (world.ship_to("1", "1").await, world.ship_to("1", "2").await);
        let account = account_of(&world.account("buyer", None).await);
        let version = async |ship_tos: &[&str]| {
            let input =
                json!({ "accountId": account, "customerId": bill_to, "shipToIds": ship_tos });
            world.change(&world.admin, UPSERT, input).await["customerLink"]["version"].clone()
        };
        assert_eq!(version(&[&near]).await, 1);
        assert_eq!(version(&[&near, &near]).await, 1);
        assert_eq!(version(&[&far]).await, 2);
        assert_eq!(version(&[&far, &near]).await, 3);
        let kept = "SELECT count(*) FROM history_entry WHERE entity = 'customerLinkShipTo'";
        assert_eq!(world.number(kept).await, 4);
    })
    .await;
}

/// T-150: also when both are given at once, and one link where both are the same.
#[tokio::test]
async fn an_account_has_one_default_and_one_link_to_a_customer_whatever_happens_at_once() {
    each_engine(async |world| {
        let account = account_of(&world.account("buyer", None).await);
        let mut customers = Vec::new();
        for number in ["1", "2", "3"] {
            customers.push(world.bill_to(number, None).await);
        }
        let calls = (0..9).map(|call| {
            let input = json!({ "accountId": account, "customerId": customers[call % 3], "isDefault": true });
            world.change(&world.admin, UPSERT, input)
        });
        join_all(calls).await;
        assert_eq!(world.number("SELECT count(*) FROM customer_link").await, 3);
        assert_eq!(world.number("SELECT count(*) FROM customer_link WHERE is_default").await, 1);
    })
    .await;
}
