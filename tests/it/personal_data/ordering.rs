//! What is left of an erased person who ordered, and who looked after customers.

use super::story::rows;
use super::{ERASE, EXPORT};
use crate::moves::engines;
use crate::orders::{ORDER, order};
use crate::support::{Person, World, user_errors};
use serde_json::{Value, json};

const MARK: &str = "zqxmark";
const CONTACTS: &str = "query($word: String!) { contacts(first: 9, filter: { emailPrefix: $word }) { nodes { id account { id } } }
    customers(first: 9, filter: { search: $word }) { nodes { id number } } }";
const REP: &str = "mutation($input: SalesRepCreateInput!) { salesRepCreate(input: $input) { salesRep { id } userErrors { code message path } } }";
const CUSTOMER: &str = "query($id: ID!, $rep: ID!) { customer(id: $id) { name active line1 email organization { id } accounts(first: 9) { totalCount }
    shipTos(first: 9) { nodes { name city } } orders(first: 9) { totalCount } } salesRep(id: $rep) { number name email account { id } } }";

/// A person who registered with an order, to another place than they are billed at, and became a sales rep.
struct Orderer {
    contact: String,
    customer: String,
    order: Value,
    rep: Value,
}

impl Orderer {
    async fn come(world: &World) -> Self {
        let address = |part: &str| {
            let mut address =
                json!({ "email": format!("{MARK}@example.com"), "countryCode": "CH" });
            for field in [
                "companyName",
                "firstName",
                "lastName",
                "attention",
                "line1",
                "line2",
                "line3",
                "line4",
                "city",
                "region",
                "postalCode",
                "phone",
            ] {
                address[field] = json!(format!("{MARK} {part} {field}"));
            }
            address
        };
        let wish = json!({
            "billTo": address("bill"), "shipTo": address("ship"), "poNumber": format!("{MARK} po"), "notes": format!("{MARK} notes"),
            "register": { "password": "a fine long phrase" }, "idempotencyKey": format!("{MARK} sixteen letters"),
        });
        let placed = world.ordered(&Person::anonymous(), wish).await;
        let found = world
            .ask(&world.admin, CONTACTS, json!({ "word": MARK }))
            .await;
        let customers = found["customers"]["nodes"].as_array().expect("a list");
        let bill_to = customers.iter().min_by_key(|row| row["number"].to_string());
        let contact = &found["contacts"]["nodes"][0];
        let rep = json!({ "number": "7", "name": format!("{MARK} rep"), "title": format!("{MARK} title"), "email": format!("{MARK}.rep@example.com"),
            "phone": format!("{MARK} phone"), "accountId": contact["account"]["id"] });
        let rep = world.change(&world.admin, REP, rep).await;
        Self {
            contact: contact["id"].as_str().expect("an id").to_owned(),
            customer: bill_to.expect("a customer")["id"]
                .as_str()
                .expect("an id")
                .to_owned(),
            order: placed["order"]["id"].clone(),
            rep: rep["salesRep"]["id"].clone(),
        }
    }
}

/// T-34, T-213: orders keep what they said; customers that came with them, and the sales rep that the person was, say nothing any more.
#[tokio::test]
async fn an_erased_person_is_left_in_their_orders_alone() {
    for engine in engines() {
        let world = World::on(engine).await;
        world.shop().await;
        let gone = Orderer::come(&world).await;
        let exported = world
            .change(&world.admin, EXPORT, json!({ "id": gone.contact }))
            .await;
        let told = &exported["export"];
        let count = |part: &str| told[part].as_array().map(Vec::len);
        let counts = [
            "customers",
            "orders",
            "orderLines",
            "customerLinks",
            "salesReps",
        ]
        .map(count);
        assert_eq!(counts, [2, 1, 1, 1, 1].map(Some));
        let before = world
            .ask(&world.admin, ORDER, json!({ "id": gone.order }))
            .await;

        world
            .change(&world.admin, ERASE, json!({ "id": gone.contact }))
            .await;
        let mut after = world
            .ask(&world.admin, ORDER, json!({ "id": gone.order }))
            .await;
        assert_eq!(after["order"]["contact"]["id"], json!(gone.contact));
        after["order"]["placedBy"] = before["order"]["placedBy"].clone();
        assert_eq!(after, before);
        let input = json!({ "id": gone.customer, "rep": gone.rep });
        assert_eq!(
            world.ask(&world.admin, CUSTOMER, input).await,
            json!({
                "customer": { "name": "Erased customer", "active": false, "line1": null, "email": null, "organization": null,
                    "accounts": { "totalCount": 0 }, "shipTos": { "nodes": [{ "name": "Erased customer", "city": null }] },
                    "orders": { "totalCount": 1 } },
                "salesRep": { "number": "7", "name": "Erased sales rep", "email": null, "account": null },
            })
        );
        let found = world
            .ask(&world.admin, CONTACTS, json!({ "word": MARK }))
            .await;
        assert_eq!(
            found,
            json!({ "contacts": { "nodes": [] }, "customers": { "nodes": [] } })
        );
        world.system.tidy_up().await.expect("a tidy database");
        let left: Vec<_> = rows(&world).await;
        let left = left.iter().filter(|row| row.to_lowercase().contains(MARK));
        let (orders, others): (Vec<_>, Vec<_>) = left.partition(|row| {
            row.starts_with("sales_order: ")
                || (row.starts_with("history_entry: ")
                    && row.contains("orderPlace")
                    && row.contains("contact_email"))
        });
        assert_eq!((orders.len(), others), (2, Vec::new()));
    }
}

/// T-85, T-213: nobody orders for whom is erased.
#[tokio::test]
async fn nothing_is_ordered_for_an_erased_person() {
    for engine in engines() {
        let world = World::on(engine).await;
        world.shop().await;
        let gone = Orderer::come(&world).await;
        world
            .change(&world.admin, ERASE, json!({ "id": gone.contact }))
            .await;
        for (input, expected) in [
            (json!({ "contactId": gone.contact }), "INVALID at contactId"),
            (
                json!({ "customerId": gone.customer, "billTo": null }),
                "INVALID at customerId",
            ),
        ] {
            let refused = world
                .attempt(&world.admin, crate::orders::PLACE, order(input))
                .await;
            assert_eq!(user_errors(&refused), [expected]);
        }
    }
}
