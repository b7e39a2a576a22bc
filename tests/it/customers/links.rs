//! Which accounts order for which customers.

use super::account_of;
use crate::support::{World, each_engine};
use serde_json::{Value, json};

pub const UPSERT: &str = "mutation($input: CustomerLinkUpsertInput!) { customerLinkUpsert(input: $input) {
    customerLink { id isDefault allShipTos defaultShipTo { number sequence } validFrom validUntil version account { id } customer { id } }
    userErrors { code message path } } }";
const CUSTOMER: &str = "query($id: ID!) { customer(id: $id) { id } }";

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

/// T-80: a link shows the customer, and those of its ship-tos that it names.
#[tokio::test]
async fn whoever_is_linked_with_a_customer_sees_it() {
    each_engine(async |world| {
        let bill_to = world.bill_to("1", None).await;
        let near = world.ship_to("1", "1").await;
        let far = world.ship_to("1", "2").await;
        let buyer = world.account("buyer", None).await;
        let seen = async |id: &str| {
            let found = world.ask(&buyer, CUSTOMER, json!({ "id": id })).await;
            !found["customer"].is_null()
        };
        assert!(!seen(&bill_to).await);
        let account = account_of(&buyer);
        world
            .link(&account, &bill_to, json!({ "shipToIds": [near] }))
            .await;
        assert!(seen(&bill_to).await && seen(&near).await && !seen(&far).await);
        world.link(&account, &bill_to, json!({})).await;
        assert!(seen(&far).await);
        world
            .link(
                &account,
                &bill_to,
                json!({ "validUntil": "2026-01-01T00:00:00Z" }),
            )
            .await;
        assert!(!seen(&bill_to).await && !seen(&near).await);
    })
    .await;
}
