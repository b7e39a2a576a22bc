//! Customers of the ERP: bill-tos and ship-tos, and which accounts order for which of them.

pub mod changing;
mod explained;
pub mod links;
mod lists;
mod rights;

use crate::support::{Person, World, each_engine, user_errors};
use serde_json::{Value, json};

pub const CREATE: &str = "mutation($input: CustomerCreateInput!) { customerCreate(input: $input) {
    customer { id number sequence isBillTo isShipTo name version organization { id } primarySalesRep { number } billTo { id number } }
    userErrors { code message path } } }";
const CUSTOMER: &str = "query($id: ID!) { customer(id: $id) { id } }";

impl World {
    /// A customer made by the administrator: its id.
    pub async fn customer(&self, input: Value) -> String {
        let made = self.change(&self.admin, CREATE, input).await;
        made["customer"]["id"].as_str().expect("an id").to_owned()
    }

    /// A bill-to of this number: its id.
    pub async fn bill_to(&self, number: &str, organization: Option<&str>) -> String {
        let name = format!("Customer {number}");
        let input =
            json!({ "number": number, "companyName": name, "organizationId": organization });
        self.customer(input).await
    }

    /// A ship-to of the bill-to of this number: its id.
    pub async fn ship_to(&self, number: &str, sequence: &str) -> String {
        let name = format!("Customer {number} at {sequence}");
        let input = json!({ "number": number, "sequence": sequence, "companyName": name });
        self.customer(input).await
    }

    /// Whether somebody sees the customer of this id.
    pub async fn sees_customer(&self, person: &Person, id: &str) -> bool {
        let found = self.ask(person, CUSTOMER, json!({ "id": id })).await;
        !found["customer"].is_null()
    }
}

/// The global id of somebody's account.
pub fn account_of(person: &Person) -> String {
    format!("account:{}", person.account.expect("an account"))
}

/// T-82: blanks and a lone zero are no sequence; text is compared, and zeros in front count.
#[tokio::test]
async fn a_customer_is_known_by_number_and_sequence() {
    each_engine(async |world| {
        let bill_to = world.bill_to("007", None).await;
        let ship_to = world.ship_to("007", "1").await;
        let by = "query($number: String!, $sequence: String! = \"\") { it: customerByNumber(number: $number, sequence: $sequence) { id sequence isBillTo billTo { id } } }";
        let found = async |number: &str, sequence: &str| {
            let asked = json!({ "number": number, "sequence": sequence });
            world.ask(&world.admin, by, asked).await["it"]["id"].clone()
        };
        for none in ["", "0", " ", " 0 "] {
            assert_eq!(found("007", none).await, json!(bill_to));
        }
        assert_eq!(found("007", "1").await, json!(ship_to));
        assert_eq!(found("7", "").await, Value::Null);
        assert_eq!(found("007", "01").await, Value::Null);
        assert_eq!(found("00\u{0}7", "").await, Value::Null);
        for sequence in ["0", "1"] {
            let again = json!({ "number": "007", "sequence": sequence, "lastName": "Again" });
            let answer = world.attempt(&world.admin, CREATE, again).await;
            assert_eq!(user_errors(&answer), ["TAKEN at number"]);
        }
        let orphan = json!({ "number": "7", "sequence": "1", "lastName": "Nobody's" });
        let answer = world.attempt(&world.admin, CREATE, orphan).await;
        assert_eq!(user_errors(&answer), ["NOT_FOUND at number"]);
    })
    .await;
}

/// T-82: every mistake of one input at once, each with its code and field; nothing is made.
#[tokio::test]
async fn what_makes_no_customer_is_refused_field_by_field() {
    each_engine(async |world| {
        world.bill_to("1", None).await;
        let long = "x".repeat(256);
        let organization = world.organization("Acme", None).await;
        let cases = [
            (json!({ "number": "2" }), vec!["REQUIRED at companyName"]),
            (json!({ "number": "2", "companyName": "  " }), vec!["REQUIRED at companyName"]),
            (json!({ "number": " ", "lastName": "A" }), vec!["REQUIRED at number"]),
            (json!({ "number": "a\u{200B}b", "sequence": "1\u{0}", "lastName": "A" }), vec!["INVALID at number", "INVALID at sequence"]),
            (json!({ "number": long, "lastName": "A" }), vec!["TOO_LONG at number"]),
            (
                json!({ "number": "2", "lastName": "A\nB", "line3": long, "countryCode": "DEU", "email": "a", "currency": "XYZ" }),
                vec!["INVALID at lastName", "TOO_LONG at line3", "INVALID at countryCode", "INVALID at email", "INVALID at currency"],
            ),
            (json!({ "number": "1", "sequence": "1", "lastName": "A", "isShipTo": false }), vec!["INVALID at isShipTo"]),
            (json!({ "number": "1", "sequence": "1", "lastName": "A", "organizationId": organization }), vec!["INVALID at organizationId"]),
            (json!({ "number": "2", "lastName": "A", "organizationId": "organization:01900000-0000-7000-8000-000000000000" }), vec!["NOT_FOUND at organizationId"]),
            (json!({ "number": "2", "lastName": "A", "primarySalesRepId": "salesRep:01900000-0000-7000-8000-000000000000" }), vec!["NOT_FOUND at primarySalesRepId"]),
        ];
        for (input, refused) in cases {
            let answer = world.attempt(&world.admin, CREATE, input.clone()).await;
            assert_eq!(user_errors(&answer), refused, "{input}");
            assert_eq!(answer["customer"], Value::Null);
        }
        assert_eq!(world.number("SELECT count(*) FROM customer").await, 1);
    })
    .await;
}

/// T-114, T-141, T-180: a key places one, a try leaves nothing.
#[tokio::test]
async fn a_customer_is_created_once_with_one_key_and_not_at_all_to_validate() {
    each_engine(async |world| {
        let tried = json!({ "number": "1", "lastName": "A", "validateOnly": true });
        let answer = world.change(&world.admin, CREATE, tried).await;
        assert_eq!(answer["customer"], Value::Null);
        let input = json!({ "number": "1", "lastName": "A", "idempotencyKey": "k" });
        let first = world.change(&world.admin, CREATE, input.clone()).await;
        assert_eq!(first, world.change(&world.admin, CREATE, input).await);
        let other = json!({ "number": "2", "lastName": "A", "idempotencyKey": "k" });
        let answer = world.attempt(&world.admin, CREATE, other).await;
        assert_eq!(
            user_errors(&answer),
            ["IDEMPOTENCY_MISMATCH at idempotencyKey"]
        );
        let kept =
            "SELECT count(*) FROM history_entry WHERE entity = 'customer' AND action = 'CREATE'";
        assert_eq!(world.number(kept).await, 1);
    })
    .await;
}
