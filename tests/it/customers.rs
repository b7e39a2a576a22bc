//! Customers of the ERP: bill-tos and ship-tos, and which accounts order for which of them.

mod links;

use crate::support::{Person, World, each_engine, user_errors};
use serde_json::{Value, json};

pub const CREATE: &str = "mutation($input: CustomerCreateInput!) { customerCreate(input: $input) {
    customer { id number sequence isBillTo isShipTo name version organization { id } primarySalesRep { number } billTo { id number } }
    userErrors { code message path } } }";

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
        for (sequence, refused) in [("0", "TAKEN at number"), ("1", "TAKEN at number")] {
            let again = json!({ "number": "007", "sequence": sequence, "lastName": "Again" });
            let answer = world.attempt(&world.admin, CREATE, again).await;
            assert_eq!(user_errors(&answer), [refused]);
        }
        let orphan = json!({ "number": "7", "sequence": "1", "lastName": "Nobody's" });
        let answer = world.attempt(&world.admin, CREATE, orphan).await;
        assert_eq!(user_errors(&answer), ["NOT_FOUND at number"]);
    })
    .await;
}
