//! The statements about prices.

use super::Asker;
use super::fill::{ACCOUNT, HOT, id};
use crate::prices::bulk::BULK;
use crate::prices::{UPSERT, row};
use serde_json::{Value, json};

/// What variants cost somebody, and why.
const QUOTES: &[&str] = &[
    "query($codes: [String!]!) { prices(variantCodes: $codes, market: \"EU\") { unitPrice { amount } source customerGroup { name } } }",
    "query($codes: [String!]!, $contact: ID!) { prices(variantCodes: $codes, market: \"EU\", currency: \"USD\", quantity: 5, contactId: $contact) { unitPrice { amount } } }",
    "query($codes: [String!]!, $contact: ID!) { prices(variantCodes: $codes, market: \"EU\", contactId: $contact) { explanation { summary
        candidates { outcome price { market customerGroup { name } account { login } } } } } }",
    "query($codes: [String!]!) { priceTiers(variantCodes: $codes, market: \"EU\") { tiers { minQuantity unitPrice { amount } } } }",
];

/// The same of a page of contacts.
const OF_A_PAGE: &str = "query($codes: [String!]!) { contacts(first: 20) { nodes { prices(variantCodes: $codes, market: \"EU\") { unitPrice { amount } explanation { summary } }
        priceTiers(variantCodes: $codes, market: \"EU\") { tiers { minQuantity } } } } }";

/// Each filter of the list alone, then some together.
fn filters() -> Vec<String> {
    let account = |number| format!("\"account:{}\"", id(ACCOUNT, number));
    let filters = [
        String::new(),
        "variantCodes: [\"v1\"]".to_owned(),
        format!("variantCodes: [\"v1\", \"{HOT}\", \"v3\"]"),
        "variantCodes: []".to_owned(),
        "market: \"EU\"".to_owned(),
        "market: \"nowhere\"".to_owned(),
        "currency: \"USD\"".to_owned(),
        "source: ACCOUNT".to_owned(),
        "customerGroupIds: [\"customerGroup:1\"]".to_owned(),
        "customerGroupIds: [\"customerGroup:1\", \"customerGroup:3\"]".to_owned(),
        format!("accountIds: [{}]", account(7)),
        format!(
            "accountIds: [{}, {}, {}]",
            account(7),
            account(8),
            account(9)
        ),
        "validAt: \"2026-01-01T00:00:00Z\"".to_owned(),
        format!("variantCodes: [\"{HOT}\"], accountIds: [{}]", account(7)),
        "market: \"EU\", customerGroupIds: [\"customerGroup:1\"], currency: \"EUR\"".to_owned(),
    ];
    filters.into()
}

const DELETE: &str = "mutation($input: PriceDeleteInput!) { priceDelete(input: $input) { deletedId userErrors { code message path } } }";

impl Asker<'_> {
    pub async fn prices(&self) {
        for query in QUOTES {
            self.ask(query).await;
        }
    }

    pub async fn price_lists(&self) {
        for filter in filters() {
            self.list("priceList", &format!("filter: {{ {filter} }}"))
                .await;
        }
    }

    pub async fn prices_of_a_page(&self) {
        self.ask(OF_A_PAGE).await;
    }

    /// Prices made, changed by their key and by their id, and deleted, one and several at a time.
    pub async fn price_changes(&self) {
        let group = json!({ "customerGroupId": "customerGroup:2", "minQuantity": "7" });
        let account =
            json!({ "accountId": format!("account:{}", id(ACCOUNT, 7)), "minQuantity": "7" });
        let mut last = Value::Null;
        for amount in ["5", "4"] {
            let rows = [
                row("v2", amount, json!({ "minQuantity": "7" })),
                row("v3", amount, group.clone()),
                row(HOT, amount, account.clone()),
            ];
            self.write(BULK, json!({ "rows": rows })).await;
            let payload = self.write(UPSERT, row("v1", amount, group.clone())).await;
            last = payload["price"]["id"].clone();
        }
        self.write(DELETE, json!({ "id": last })).await;
    }

    async fn write(&self, mutation: &str, input: Value) -> Value {
        self.heard.lock().expect("the statements").clear();
        let payload = self.world.change(self.person, mutation, input).await;
        // How a transaction begins and ends has no plan.
        let about_prices = |sql: &str| sql.contains("\"price\"");
        self.heard
            .lock()
            .expect("the statements")
            .retain(|statement| about_prices(&statement.sql));
        self.look_at_what_was_heard(mutation).await;
        payload
    }
}
