//! The statements about orders.

use super::Asker;
use super::fill::{CONTACT, ORGANIZATION, id};

/// Each filter of the list alone, then some together.
fn filters() -> Vec<String> {
    let contact = |number| format!("\"contact:{}\"", id(CONTACT, number));
    let filters = [
        String::new(),
        "search: \"n19\"".to_owned(),
        "search: \"po 1\"".to_owned(),
        "statuses: [SHIPPED]".to_owned(),
        "statuses: [SUBMITTED, CANCELLED]".to_owned(),
        format!("contactIds: [{}]", contact(7)),
        format!(
            "contactIds: [{}, {}, {}]",
            contact(7),
            contact(8),
            contact(9)
        ),
        "customerIds: []".to_owned(),
        format!("organizationId: \"organization:{}\"", id(ORGANIZATION, 74)),
        "placedFrom: \"2020-01-03T00:00:00Z\", placedUntil: \"2020-01-04T00:00:00Z\"".to_owned(),
    ];
    filters.into()
}

/// Orders on edges.
const EDGES: &[&str] = &[
    "{ viewer { orders(first: 20) { nodes { number lines { variantCode price { id } } } } } }",
    "{ contacts(first: 20) { nodes { orders(first: 5) { nodes { number } } } } }",
    "query($contact: ID!) { contact(id: $contact) { orders(first: 5) { totalCount nodes { number lines { variantCode } } } } }",
    "query($organization: ID!) { organization(id: $organization) { orders(first: 20) { nodes { number } } } }",
    "query($organization: ID!) { organization(id: $organization) { orders(first: 20, includeDescendants: true) { nodes { number } } } }",
    "{ orderByNumber(number: \"N19\") { number contact { fullName } placedBy { login } organization { name } lines { position } } }",
    "{ orderByToken(token: \"gho_x\") { number } }",
];

impl Asker<'_> {
    pub async fn orders(&self) {
        for filter in filters() {
            let orders = [
                ("PLACED_AT", "DESC", "first: 30"),
                ("PLACED_AT", "ASC", "last: 20"),
                ("NUMBER", "ASC", "first: 30"),
            ];
            // What narrows a list down is looked up alike in any order.
            let asked = if filter.contains(':') {
                1
            } else {
                orders.len()
            };
            for (field, direction, part) in &orders[..asked] {
                let filter = format!("filter: {{ {filter} }}");
                let order = format!("orderBy: {{ field: {field}, direction: {direction} }}");
                self.ask(&format!("{{ orders({filter}, {order}, {part}) {{ nodes {{ id }} pageInfo {{ endCursor }} }} }}")).await;
            }
        }
        for query in EDGES {
            self.ask(query).await;
        }
    }
}
