//! Lists of customers: whoever asks, and however few of them they see.

use super::Asker;
use super::fill::{CUSTOMER, SALES_REP, id};
use crate::customers::account_of;
use serde_json::json;

pub const LISTS: &[(&str, &str)] = &[
    ("customers", ""),
    ("customers", "filter: { search: \"shop 19\" }"),
    ("customers", "filter: { search: \"k1\" }"),
    ("customers", "filter: { numbers: [\"k40\", \"k44\"] }"),
    ("customers", "filter: { organizationId: $organization }"),
    (
        "customers",
        "filter: { organizationId: $organization, includeDescendants: true }",
    ),
    ("customers", "filter: { salesRepIds: [$rep] }"),
    ("customers", "filter: { active: true }"),
    ("customers", "filter: { isBillTo: true }"),
    ("customers", "filter: { isShipTo: true }"),
];

pub const OTHERS: &[&str] = &[
    OWN,
    "{ viewer { customers(first: 20, search: \"shop\") { nodes { name } } } }",
    "{ customers(first: 20) { nodes { primarySalesRep { name } billTo { name } shipTos(first: 5) { totalCount nodes { name } } accounts(first: 5) { nodes { account { login } shipTos(first: 3) { nodes { name } } } } } } }",
    "{ accounts(first: 20) { nodes { customers(first: 3) { nodes { customer { name } } } } } }",
    "query($organization: ID!) { organization(id: $organization) { customers(first: 20) { nodes { name } } } }",
    "query($organization: ID!) { organization(id: $organization) { customers(first: 20, includeDescendants: true) { nodes { name } } } }",
    "query($rep: ID!) { salesRep(id: $rep) { customers(first: 20) { nodes { name } } } }",
    "{ customerByNumber(number: \"k44\", sequence: \"45\") { name } }",
];
const OWN: &str = "{ viewer { customers(first: 20) { totalCount nodes { name } } } }";

impl Asker<'_> {
    /// What somebody without any permission sees: by a link, and then also as a sales rep.
    pub async fn own_customers(&self) {
        let account = account_of(self.person);
        let customer = format!("customer:{}", id(CUSTOMER, 400));
        self.world.link(&account, &customer, json!({})).await;
        let single = format!(
            "{{ node(id: {customer:?}) {{ id ... on Customer {{ shipTos(first: 5) {{ nodes {{ id }} }} }} }} }}"
        );
        for _ in 0..2 {
            self.ask(OWN).await;
            self.ask(&single).await;
            self.ask("{ viewer { account { customers(first: 5) { nodes { shipTos(first: 5) { totalCount nodes { id } } } } } } }").await;
            let rep = "mutation($input: SalesRepUpdateInput!) { salesRepUpdate(input: $input) { userErrors { code } } }";
            let rep_id = format!("salesRep:{}", id(SALES_REP, 2));
            let input = json!({ "id": rep_id, "accountId": account });
            self.world.change(&self.world.admin, rep, input).await;
        }
    }
}
