//! Why an account may order for a customer, or not: the same as what it sees.

use super::account_of;
use super::changing::UPDATE;
use crate::sales_reps::{DELETE, rep};
use crate::support::{Person, World, code, each_engine};
use entity::role_assignment::Scope;
use guildhall::access::Permission::CustomerView;
use serde_json::{Value, json};

const EXPLAIN: &str = "query($account: ID!, $permission: Permission!, $over: ID, $customer: ID) {
    accessExplanation(accountId: $account, permission: $permission, organizationId: $over, customerId: $customer) {
        allowed summary customer { id } through { id } customerAccess { way outcome link { id } salesReps { number } } } }";

async fn explained(world: &World, about: &Person, permission: &str, customer: &str) -> Value {
    let asked =
        json!({ "account": account_of(about), "permission": permission, "customer": customer });
    world.ask(&world.admin, EXPLAIN, asked).await["accessExplanation"].clone()
}

fn ways(explanation: &Value) -> Vec<String> {
    let ways = explanation["customerAccess"].as_array().expect("ways");
    let way = |way: &Value| {
        let reps = way["salesReps"].as_array().expect("reps").iter();
        let chain: Vec<_> = reps.filter_map(|rep| rep["number"].as_str()).collect();
        format!("{} {} {}", way["way"], way["outcome"], chain.join(">"))
            .replace('"', "")
            .trim()
            .to_owned()
    };
    ways.iter().map(way).collect()
}

/// T-80, T-83: each way and each reason, in the answer and in the sentence, and the same as what the account sees.
#[tokio::test]
async fn an_explanation_names_the_link_and_the_chain_of_sales_reps() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let (boss, clerk) = (world.account("boss", None).await, world.account("clerk", None).await);
        let top = rep(&world, "R0", json!({ "accountId": account_of(&boss), "name": "Bo" })).await;
        let middle = rep(&world, "R1", json!({ "managerId": top, "name": "Mid" })).await;
        let own = rep(&world, "R2", json!({ "managerId": middle, "accountId": account_of(&clerk), "name": "Cy" })).await;
        let customer = world.customer(json!({ "number": "1", "companyName": "Shop", "organizationId": acme, "primarySalesRepId": own })).await;
        let (near, far) = (world.ship_to("1", "1").await, world.ship_to("1", "2").await);
        let buyer = world.account("buyer", None).await;
        let said = async |about: &Person, id: &str| {
            let got = explained(&world, about, "ORDER_PLACE", id).await;
            let seen = explained(&world, about, "CUSTOMER_VIEW", id).await;
            assert_eq!(seen["allowed"], json!(world.sees_customer(about, id).await), "{seen}");
            assert_eq!(seen["allowed"], got["allowed"]);
            (ways(&got), got["summary"].as_str().expect("a sentence").to_owned())
        };
        assert_eq!(said(&boss, &customer).await, (vec!["MANAGER_OF_SALES_REP GIVES R2>R1>R0".to_owned()], "boss holds ORDER_PLACE over Shop through its sales rep, up the chain Cy, Mid, Bo.".to_owned()));
        assert_eq!(said(&clerk, &near).await.0, ["PRIMARY_SALES_REP GIVES R2"]);
        assert_eq!(said(&buyer, &customer).await, (vec![], "buyer does not hold ORDER_PLACE over Shop: no role of the account has it.".to_owned()));
        let account = account_of(&buyer);
        let cases = [
            (json!({ "shipToIds": [near] }), &customer, "LINK GIVES", "through a link with the customer."),
            (json!({ "shipToIds": [near] }), &near, "LINK GIVES", "through a link with the customer."),
            (json!({ "shipToIds": [near] }), &far, "LINK OTHER_PLACE", "which is for other ship-tos."),
            (json!({ "validFrom": "2026-01-01T00:00:01Z" }), &far, "LINK NOT_YET_VALID", "which is yet to begin."),
            (json!({ "validUntil": "2026-01-01T00:00:00Z" }), &near, "LINK NO_LONGER_VALID", "which is over."),
        ];
        for (more, id, way, sentence) in cases {
            world.link(&account, &customer, more).await;
            let (got, summary) = said(&buyer, id).await;
            assert_eq!(got, [way]);
            assert!(summary.ends_with(sentence), "{summary}");
        }
        assert_eq!(ways(&explained(&world, &boss, "CUSTOMER_EDIT", &customer).await), [""; 0]);
        let both = json!({ "account": account, "permission": "ORDER_VIEW", "customer": customer, "over": acme });
        assert_eq!(code(&world.send(&world.admin, EXPLAIN, both).await), "BAD_REQUEST");
        let hidden = json!({ "account": account, "permission": "ORDER_VIEW", "customer": customer });
        assert_eq!(code(&world.send(&buyer, EXPLAIN, hidden).await), "NOT_FOUND");
        let gone = json!({ "id": middle });
        world.change(&world.admin, DELETE, gone).await;
        assert_eq!(said(&boss, &customer).await.0, ["MANAGER_OF_SALES_REP GIVES R2>R0"]);
    })
    .await;
}

/// T-198: a customer without an organization is reached by roles everywhere only.
#[tokio::test]
async fn roles_count_at_the_customers_organization() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let near = world
            .holder("near", &[CustomerView], Scope::Subtree, Some(&acme))
            .await;
        let all = world
            .holder("all", &[CustomerView], Scope::Global, None)
            .await;
        let customer = world.bill_to("1", Some(&acme)).await;
        let allowed = async |about: &Person| {
            let got = explained(&world, about, "CUSTOMER_VIEW", &customer).await;
            assert_eq!(
                got["allowed"],
                json!(world.sees_customer(about, &customer).await)
            );
            got["allowed"].as_bool().expect("yes or no")
        };
        assert!(allowed(&near).await && allowed(&all).await);
        world
            .change(
                &world.admin,
                UPDATE,
                json!({ "id": customer, "organizationId": null }),
            )
            .await;
        assert!(!allowed(&near).await && allowed(&all).await);
    })
    .await;
}
