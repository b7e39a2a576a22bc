//! Which addresses a contact prefers, and when it prefers none.

use super::{CONTACT_UPDATE, DELETE, OWNED, address, owned, places};
use crate::support::{World, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission::ContactView;
use serde_json::{Value, json};

const ASSIGN: &str = "mutation($input: ContactAssignOrganizationInput!) { contactAssignOrganization(input: $input) {
    contact { version preferredBillingAddress { name } preferredShippingAddress { name } } userErrors { code message path } } }";

async fn prefer(world: &World, contact: &str, billing: &str, shipping: &str) -> Value {
    let input = json!({ "id": contact, "preferredBillingAddressId": billing, "preferredShippingAddressId": shipping });
    world.change(&world.admin, CONTACT_UPDATE, input).await["contact"].clone()
}

/// T-74.
#[tokio::test]
async fn a_contact_prefers_its_own_addresses_or_its_organizations_and_no_others() {
    each_engine(async |world| {
        let made = places(&world).await;
        let bob = world.contact("Bob", Some(&made.acme)).await;
        let of_bob = address(&world, &bob, "of Bob").await;
        let below = world.organization("Below", Some(&made.acme)).await;
        let of_below = address(&world, &below, "of Below").await;
        for field in ["preferredBillingAddressId", "preferredShippingAddressId"] {
            for stranger in [&made.of_other, &of_bob, &of_below] {
                let input = json!({ "id": made.ann, field: stranger });
                let got = user_errors(&world.attempt(&world.admin, CONTACT_UPDATE, input).await);
                assert_eq!(got, [format!("INVALID at {field}")]);
            }
            let input = json!({ "id": made.ann, field: "address:01900000-0000-7000-8000-00000000ffff" });
            let got = user_errors(&world.attempt(&world.admin, CONTACT_UPDATE, input).await);
            assert_eq!(got, [format!("NOT_FOUND at {field}")]);
        }
        let now = prefer(&world, &made.ann, &made.of_acme, &made.of_ann).await;
        let expected = json!({ "version": 2, "preferredBillingAddress": { "name": "of Acme" }, "preferredShippingAddress": { "name": "of Ann" } });
        assert_eq!(now, expected);
    })
    .await;
}

/// T-74: and a contact that preferred something else is not touched.
#[tokio::test]
async fn deleting_an_address_clears_the_preferences_for_it() {
    each_engine(async |world| {
        let made = places(&world).await;
        let bob = world.contact("Bob", Some(&made.acme)).await;
        prefer(&world, &made.ann, &made.of_acme, &made.of_acme).await;
        prefer(&world, &bob, &made.of_acme, &address(&world, &bob, "of Bob").await).await;
        let gone = world.change(&world.admin, DELETE, json!({ "id": made.of_acme })).await;
        assert_eq!(gone["deletedId"], made.of_acme);
        let now = owned(&world, &world.admin, &made).await;
        let ann = json!({ "addresses": [{ "name": "of Ann" }], "version": 3, "preferredBillingAddress": null, "preferredShippingAddress": null });
        assert_eq!(now, json!({ "organization": { "addresses": [] }, "contact": ann }));
        let now = world.ask(&world.admin, OWNED, json!({ "organization": made.acme, "contact": bob })).await;
        assert_eq!(now["contact"]["preferredBillingAddress"], json!(null));
        assert_eq!(now["contact"]["preferredShippingAddress"]["name"], "of Bob");
        let again = world.attempt(&world.admin, DELETE, json!({ "id": made.of_acme })).await;
        assert_eq!(user_errors(&again), ["NOT_FOUND at id"]);
        assert_eq!(world.system.check().await.expect("a report").faults, [""; 0]);
    })
    .await;
}

/// T-74.
#[tokio::test]
async fn leaving_an_organization_clears_the_preferences_for_its_addresses_only() {
    each_engine(async |world| {
        for to in [None, Some("Elsewhere")] {
            let made = places(&world).await;
            let to = match to {
                Some(name) => Some(world.organization(name, None).await),
                None => None,
            };
            prefer(&world, &made.ann, &made.of_acme, &made.of_ann).await;
            // Staying where one is clears nothing.
            let stay = json!({ "id": made.ann, "organizationId": made.acme });
            assert_eq!(world.change(&world.admin, ASSIGN, stay).await["contact"]["version"], 2);
            let left = world.change(&world.admin, ASSIGN, json!({ "id": made.ann, "organizationId": to })).await;
            let expected = json!({ "version": 3, "preferredBillingAddress": null, "preferredShippingAddress": { "name": "of Ann" } });
            assert_eq!(left["contact"], expected);
            assert_eq!(world.system.check().await.expect("a report").faults, [""; 0]);
        }
    })
    .await;
}

/// T-22, T-112: who may not see the organization does not see what the contact prefers of it.
#[tokio::test]
async fn a_preferred_address_of_a_hidden_organization_is_not_shown() {
    each_engine(async |world| {
        let made = places(&world).await;
        prefer(&world, &made.ann, &made.of_acme, &made.of_ann).await;
        let seer = world.holder("seer", &[ContactView], Scope::Global, None).await;
        let ann = json!({ "addresses": [{ "name": "of Ann" }], "version": 2, "preferredBillingAddress": null, "preferredShippingAddress": { "name": "of Ann" } });
        assert_eq!(owned(&world, &seer, &made).await, json!({ "organization": null, "contact": ann }));
    })
    .await;
}
