//! Lists of customers: filters, orders, and whose they are.

use super::account_of;
use crate::sales_reps::rep;
use crate::support::{Person, World, code, each_engine};
use entity::role_assignment::Scope;
use guildhall::access::Permission::{CustomerView, OrganizationView};
use serde_json::{Value, json};

async fn numbers(world: &World, person: &Person, arguments: &str) -> Vec<String> {
    let query = format!(
        "{{ customers(first: 50, {arguments}) {{ totalCount nodes {{ number sequence }} }} }}"
    );
    let found = world.ask(person, &query, json!({})).await;
    keys(&found["customers"])
}

fn keys(connection: &Value) -> Vec<String> {
    let nodes = connection["nodes"].as_array().expect("nodes");
    assert_eq!(connection["totalCount"], json!(nodes.len()));
    let key = |node: &Value| format!("{}/{}", node["number"], node["sequence"]).replace('"', "");
    nodes.iter().map(key).collect()
}

/// T-174: each filter alone.
#[tokio::test]
async fn customers_are_found_by_each_filter() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let part = world.organization("Part", Some(&acme)).await;
        let ann = rep(&world, "R1", json!({})).await;
        world.customer(json!({ "number": "A100", "companyName": "Müller AG", "isShipTo": true, "organizationId": acme })).await;
        world.customer(json!({ "number": "A100", "sequence": "1", "companyName": "Depot", "city": "Bern" })).await;
        world.customer(json!({ "number": "B7", "firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com", "organizationId": part, "active": false })).await;
        world.customer(json!({ "number": "009", "companyName": "Zero", "guest": true, "primarySalesRepId": ann })).await;
        let rep_filter = format!("filter: {{ salesRepIds: [{ann:?}] }}");
        let cases = [
            ("filter: { search: \"MÜLL\" }".to_owned(), vec!["A100/"]),
            ("filter: { search: \"a lovel\" }".to_owned(), vec!["B7/"]),
            ("filter: { search: \"A@EXAMPLE\" }".to_owned(), vec!["B7/"]),
            ("filter: { search: \"a1\" }".to_owned(), vec!["A100/1", "A100/"]),
            ("filter: { search: \"00\" }".to_owned(), vec!["009/"]),
            ("filter: { search: \"%\" }".to_owned(), vec![]),
            ("filter: { numbers: [\"A100\", \"9\"] }".to_owned(), vec!["A100/1", "A100/"]),
            ("filter: { numbers: [] }".to_owned(), vec![]),
            (format!("filter: {{ organizationId: {acme:?} }}"), vec!["A100/1", "A100/"]),
            (format!("filter: {{ organizationId: {acme:?}, includeDescendants: true }}"), vec!["B7/", "A100/1", "A100/"]),
            (rep_filter, vec!["009/"]),
            ("filter: { active: false }".to_owned(), vec!["B7/"]),
            ("filter: { isBillTo: false }".to_owned(), vec!["A100/1"]),
            ("filter: { isShipTo: true, isBillTo: true }".to_owned(), vec!["A100/"]),
            ("filter: { guest: true }".to_owned(), vec!["009/"]),
            ("orderBy: { field: NUMBER, direction: ASC }".to_owned(), vec!["009/", "A100/", "A100/1", "B7/"]),
            ("orderBy: { field: NAME, direction: DESC }".to_owned(), vec!["009/", "A100/", "A100/1", "B7/"]),
        ];
        for (arguments, expected) in cases {
            assert_eq!(numbers(&world, &world.admin, &arguments).await, expected, "{arguments}");
        }
        let below = "query($id: ID!) { organization(id: $id) { customers(includeDescendants: true, first: 9, filter: { active: true }) { totalCount nodes { number sequence } } } }";
        let found = world.ask(&world.admin, below, json!({ "id": acme })).await;
        assert_eq!(keys(&found["organization"]["customers"]), ["A100/1", "A100/"]);
    })
    .await;
}

/// T-197: CUSTOMER_VIEW opens the list; what one may order for is listed by the viewer without it.
#[tokio::test]
async fn everybody_lists_the_customers_that_they_order_for() {
    each_engine(async |world| {
        let (acme, far) = (world.organization("Acme", None).await, world.organization("Far", None).await);
        let linked = world.bill_to("1", Some(&far)).await;
        world.ship_to("1", "1").await;
        world.bill_to("2", Some(&acme)).await;
        let over = world.bill_to("3", None).await;
        let buyer = world.account("buyer", None).await;
        let viewer = world.holder("viewer", &[CustomerView, OrganizationView], Scope::Node, Some(&acme)).await;
        let ann = rep(&world, "R1", json!({ "accountId": account_of(&viewer) })).await;
        world.customer(json!({ "number": "4", "companyName": "Ann's", "primarySalesRepId": ann })).await;
        for person in [&buyer, &viewer] {
            world.link(&account_of(person), &linked, json!({})).await;
            world.link(&account_of(person), &over, json!({ "validUntil": "2026-01-01T00:00:00Z" })).await;
        }
        let mine = async |person: &Person, arguments: &str| {
            let query = format!("{{ viewer {{ customers(first: 9{arguments}) {{ totalCount nodes {{ number sequence }} }} }} }}");
            keys(&world.ask(person, &query, json!({})).await["viewer"]["customers"])
        };
        assert_eq!(mine(&buyer, "").await, ["1/"]);
        assert_eq!(mine(&buyer, ", search: \"mer 1\"").await, ["1/"]);
        assert_eq!(mine(&buyer, ", search: \"mer 2\"").await, [""; 0]);
        assert_eq!(mine(&viewer, "").await, ["4/", "1/"]);
        assert_eq!(mine(&world.admin, "").await, [""; 0]);
        assert_eq!(numbers(&world, &viewer, "").await, ["4/", "1/", "1/1", "2/"]);
        assert_eq!(numbers(&world, &viewer, &format!("filter: {{ organizationId: {far:?} }}")).await, [""; 0]);
        let list = json!({ "query": "{ customers(first: 1) { totalCount } }" });
        assert_eq!(code(&world.post(&buyer, list).await.1), "FORBIDDEN");
        let mine = json!({ "query": "{ viewer { customers(first: 1) { totalCount } } }" });
        assert_eq!(code(&world.post(&Person::anonymous(), mine).await.1), "UNAUTHENTICATED");
    })
    .await;
}

/// The number of statements does not depend on how many customers a page has.
#[tokio::test]
async fn a_page_of_customers_costs_as_many_statements_for_many_as_for_few() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let ann = rep(&world, "R1", json!({})).await;
        let (buyer, other) = (world.account("buyer", None).await, world.account("other", None).await);
        for number in 0..12 {
            let number = number.to_string();
            let input = json!({ "number": number, "companyName": "C", "organizationId": acme, "primarySalesRepId": ann, "isShipTo": true });
            let customer = world.customer(input).await;
            world.ship_to(&number, "1").await;
            for person in [&buyer, &other] {
                world.link(&account_of(person), &customer, json!({ "shipToIds": [] })).await;
            }
        }
        let query = "query($first: Int!) { customers(first: $first, filter: { isBillTo: true }) { totalCount nodes { name organization { name } primarySalesRep { name manager { name } }
            billTo { id } shipTos(first: 5) { totalCount nodes { billTo { number } } }
            accounts(first: 5) { totalCount nodes { account { login customers(first: 5) { nodes { customer { name } } } } shipTos(first: 5) { nodes { id } } defaultShipTo { id } } } } } }";
        let cost = async |first: i32| {
            let asked = world.ask(&world.admin, query, json!({ "first": first }));
            let (count, found) = world.statements_of(asked).await;
            assert_eq!(found["customers"]["nodes"].as_array().expect("nodes").len(), usize::try_from(first).expect("a size"));
            count
        };
        // What is kept in memory is caught up with first.
        cost(6).await;
        let few = cost(6).await;
        assert_eq!(cost(12).await, few);
        assert!(few < 16, "{few}");
    })
    .await;
}
