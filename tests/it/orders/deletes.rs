//! What becomes of orders when what they name is deleted.

use super::{buyer, id_of};
use crate::support::{World, each_engine, user_errors};
use serde_json::{Value, json};

const DELETE: &str = "mutation($input: OrganizationDeleteInput!) { organizationDelete(input: $input) { userErrors { code message path } } }";
const WITH: &str = "query($id: ID!) { order(id: $id) { organization { name } organizationName contactName version } }";

/// An organization below another one, with an order of a contact in it that has left since.
async fn left_behind(world: &World, above: Option<&str>) -> (String, String, String) {
    let (ann, contact, shop) = buyer(world, "ann").await;
    let to = "mutation($input: OrganizationMoveInput!) { organizationMove(input: $input) { userErrors { code message path } } }";
    if above.is_some() {
        world
            .change(
                &world.admin,
                to,
                json!({ "id": shop, "newParentId": above }),
            )
            .await;
    }
    let order = id_of(&world.ordered(&ann, json!({})).await);
    let leave = "mutation($input: ContactAssignOrganizationInput!) { contactAssignOrganization(input: $input) { userErrors { code message path } } }";
    world
        .change(
            &world.admin,
            leave,
            json!({ "id": contact, "organizationId": null }),
        )
        .await;
    (shop, order, contact)
}

/// T-31, T-34: in every mode the orders go to the organization above, and keep the name of their own.
#[tokio::test]
async fn orders_go_to_the_organization_above_the_one_that_is_deleted() {
    for mode in ["REFUSE", "REPARENT", "DETACH", "CASCADE"] {
        each_engine(async |world| {
            world.shop().await;
            let top = world.organization("Top", None).await;
            let (shop, order, _) = left_behind(&world, Some(&top)).await;
            world.change(&world.admin, DELETE, json!({ "id": shop, "mode": mode })).await;
            let asked = async || world.ask(&world.admin, WITH, json!({ "id": order })).await["order"].clone();
            let kept = json!({ "organization": { "name": "Top" }, "organizationName": "ann Ltd", "contactName": "ann", "version": 2 });
            assert_eq!(asked().await, kept);
            world.change(&world.admin, DELETE, json!({ "id": top, "mode": mode })).await;
            let kept = json!({ "organization": null, "organizationName": "ann Ltd", "contactName": "ann", "version": 3 });
            assert_eq!(asked().await, kept);
        })
        .await;
    }
}

/// T-31, T-34: a contact that was ordered for stays, also where everything goes.
#[tokio::test]
async fn a_contact_with_orders_is_not_deleted() {
    each_engine(async |world| {
        world.shop().await;
        let (ann, contact, shop) = buyer(&world, "ann").await;
        world.ordered(&ann, json!({})).await;
        let account = format!("account:{}", ann.account.expect("an account"));
        let delete = "mutation($input: AccountDeleteInput!) { accountDelete(input: $input) { userErrors { code message path } } }";
        world.change(&world.admin, delete, json!({ "id": account })).await;
        let delete = "mutation($input: ContactDeleteInput!) { contactDelete(input: $input) { userErrors { code message path } } }";
        let refused = world.attempt(&world.admin, delete, json!({ "id": contact })).await;
        assert_eq!(user_errors(&refused), ["IN_USE at id"]);
        assert!(refused["userErrors"][0]["message"].as_str().is_some_and(|text| text.contains("orders")));
        let refused = world.attempt(&world.admin, DELETE, json!({ "id": shop, "mode": "CASCADE" })).await;
        assert_eq!(user_errors(&refused), ["IN_USE at id"]);
        assert_eq!(world.number("SELECT count(*) FROM sales_order WHERE organization_id IS NOT NULL").await, 1);
    })
    .await;
}

/// A subtree with many orders goes in as many statements as one with few.
#[tokio::test]
async fn many_orders_move_in_few_statements() {
    each_engine(async |world| {
        world.shop().await;
        let mut taken = Vec::new();
        for (name, orders) in [("ann", 1), ("bob", 12)] {
            let (person, contact, shop) = buyer(&world, name).await;
            for _ in 0..orders {
                world.ordered(&person, json!({})).await;
            }
            let leave = "mutation($input: ContactAssignOrganizationInput!) { contactAssignOrganization(input: $input) { userErrors { code message path } } }";
            world.change(&world.admin, leave, json!({ "id": contact, "organizationId": Value::Null })).await;
            let gone = world.change(&world.admin, DELETE, json!({ "id": shop }));
            taken.push(world.statements_of(gone).await.0);
        }
        assert_eq!(taken[0], taken[1]);
    })
    .await;
}
