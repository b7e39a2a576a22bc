//! The matrix of orders: its rows, and what each kind of viewer gets.

use super::{Objects, edges_of, rows_of, table};
use crate::support::each_engine;

pub const ROWS: &[(&str, &str)] = &[
    ("order", "id: @ORDER"),
    ("order", "id: @FAR_ORDER"),
    ("orderByNumber", "number: @NUMBER"),
    ("orderByNumber", "number: @FAR_NUMBER"),
    ("orderByToken", "token: \"gho_x\""),
    ("orders", "first: 50"),
    (
        "orderPlace",
        "market: \"EU\", lines: [{ variantCode: \"V\", quantity: 1 }], billTo: { email: \"a@example.com\" }",
    ),
    (
        "orderPlace",
        "market: \"EU\", lines: [{ variantCode: \"V\", quantity: 1 }], billTo: { email: \"a@example.com\" }, contactId: @CONTACT",
    ),
    (
        "orderPlace",
        "market: \"EU\", lines: [{ variantCode: \"V\", quantity: 1 }], billTo: { email: \"a@example.com\" }, contactId: @FAR_CONTACT",
    ),
    ("orderUpdate", "id: @ORDER, status: PROCESSING"),
    ("orderUpdate", "id: @FAR_ORDER, status: PROCESSING"),
    (
        "orderClaimRequest",
        "number: \"00000-00000\", email: \"a@example.com\"",
    ),
    ("orderClaim", "token: \"ghk_x\""),
];

pub const EDGES: &[(&str, &str)] = &[
    ("Viewer.orders", "viewer { @@ }"),
    ("Contact.orders", "contact(id: @CUSTOMER) { @@ }"),
    ("Contact.orders", "viewer { contact { @@ } }"),
    ("Organization.orders", "organization(id: @ORG) { @@ }"),
    ("Organization.orders", "organization(id: @FAR_ORG) { @@ }"),
    (
        "Customer.orders",
        "node(id: @FAR_ORDER) { ... on Order { customer { @@ } } }",
    ),
    ("Order.organization", "order(id: @ORDER) { @@ }"),
    ("Order.customer", "order(id: @ORDER) { @@ }"),
    ("Order.shipToCustomer", "order(id: @ORDER) { @@ }"),
    ("Order.contact", "order(id: @ORDER) { @@ }"),
    ("Order.contact", "order(id: @FAR_ORDER) { @@ }"),
    ("Order.placedBy", "order(id: @ORDER) { @@ }"),
    ("Order.billTo", "order(id: @ORDER) { @@ }"),
    ("Order.shipTo", "order(id: @ORDER) { @@ }"),
    ("Order.lines", "order(id: @ORDER) { @@ }"),
    ("Order.lines", "order(id: @FAR_ORDER) { @@ }"),
    ("Order.subtotal", "order(id: @ORDER) { @@ }"),
    ("Order.discount", "order(id: @ORDER) { @@ }"),
    ("Order.tax", "order(id: @ORDER) { @@ }"),
    ("Order.shipping", "order(id: @ORDER) { @@ }"),
    ("Order.total", "order(id: @ORDER) { @@ }"),
    ("OrderLine.unitPrice", "order(id: @ORDER) { lines { @@ } }"),
    ("OrderLine.total", "order(id: @ORDER) { lines { @@ } }"),
    ("OrderLine.price", "order(id: @ORDER) { lines { @@ } }"),
];

/// T-38, T-64, T-80, T-117: who may ask what about orders, and where each gets from one.
#[tokio::test]
async fn what_each_viewer_gets_of_orders_is_as_written_here() {
    each_engine(async |world| {
        let objects = Objects::of_schema();
        let rows = rows_of(&objects, ROWS.iter()).chain(edges_of(&objects, EDGES.iter()));
        let lines = table(&world, rows).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(lines, @r#"
            | anonymous        | customer         | on behalf of it  | grant expired    | node viewer      | subtree editor   | subtree contacts | subtree accounts | global roles     | global viewer    | administrator    |
            | null             | ORDER            | ORDER            | null             | null             | ORDER            | null             | null             | null             | null             | ORDER            | order(id: @ORDER)
            | null             | null             | null             | null             | null             | null             | null             | null             | null             | null             | FAR_ORDER        | order(id: @FAR_ORDER)
            | null             | ORDER            | ORDER            | null             | null             | ORDER            | null             | null             | null             | null             | ORDER            | orderByNumber(number: @NUMBER)
            | null             | null             | null             | null             | null             | null             | null             | null             | null             | null             | FAR_ORDER        | orderByNumber(number: @FAR_NUMBER)
            | null             | null             | null             | null             | null             | null             | null             | null             | null             | null             | null             | orderByToken(token: "gho_x")
            | UNAUTHENTICATED  | ORDER            | ORDER            | FORBIDDEN        | FORBIDDEN        | ORDER            | FORBIDDEN        | FORBIDDEN        | FORBIDDEN        | FORBIDDEN        | FAR_ORDER+ORDER  | orders(first: 50)
            | ok               | ok               | ok               | ok               | ok               | ok               | ok               | ok               | ok               | ok               | ok               | orderPlace(market: "EU", lines: [{ variantCode: "V", quantity: 1 }], billTo: { email: "a@example.com" })
            | not_found        | not_found        | not_found        | not_found        | forbidden        | ok               | forbidden        | not_found        | not_found        | forbidden        | ok               | orderPlace(market: "EU", lines: [{ variantCode: "V", quantity: 1 }], billTo: { email: "a@example.com" }, contactId: @CONTACT)
            | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | forbidden        | ok               | orderPlace(market: "EU", lines: [{ variantCode: "V", quantity: 1 }], billTo: { email: "a@example.com" }, contactId: @FAR_CONTACT)
            | UNAUTHENTICATED  | forbidden        | forbidden        | not_found        | not_found        | ok ORDER         | not_found        | not_found        | not_found        | not_found        | ok ORDER         | orderUpdate(id: @ORDER, status: PROCESSING)
            | UNAUTHENTICATED  | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | ok FAR_ORDER     | orderUpdate(id: @FAR_ORDER, status: PROCESSING)
            | UNAUTHENTICATED  | ok               | forbidden        | invalid          | invalid          | invalid          | invalid          | invalid          | invalid          | invalid          | invalid          | orderClaimRequest(number: "00000-00000", email: "a@example.com")
            | UNAUTHENTICATED  | token_expired    | forbidden        | invalid          | invalid          | invalid          | invalid          | invalid          | invalid          | invalid          | invalid          | orderClaim(token: "ghk_x")
            | UNAUTHENTICATED  | ORDER            | ORDER            | none             | none             | none             | none             | none             | none             | none             | none             | Viewer.orders of viewer
            | ·                | ORDER            | ORDER            | ·                | none             | ORDER            | none             | ·                | ·                | none             | ORDER            | Contact.orders of contact(id: @CUSTOMER)
            | ·                | ORDER            | ORDER            | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | Contact.orders of viewer { contact }
            | ·                | ORDER            | ORDER            | ·                | none             | ORDER            | ·                | ·                | ·                | none             | ORDER            | Organization.orders of organization(id: @ORG)
            | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | none             | FAR_ORDER        | Organization.orders of organization(id: @FAR_ORG)
            | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | Customer.orders of node(id: @FAR_ORDER) { ... on Order { customer } }
            | ·                | ORG              | ORG              | ·                | ·                | ORG              | ·                | ·                | ·                | ·                | ORG              | Order.organization of order(id: @ORDER)
            | ·                | null             | null             | ·                | ·                | null             | ·                | ·                | ·                | ·                | null             | Order.customer of order(id: @ORDER)
            | ·                | null             | null             | ·                | ·                | null             | ·                | ·                | ·                | ·                | null             | Order.shipToCustomer of order(id: @ORDER)
            | ·                | CUSTOMER         | CUSTOMER         | ·                | ·                | CUSTOMER         | ·                | ·                | ·                | ·                | CUSTOMER         | Order.contact of order(id: @ORDER)
            | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | FAR_CONTACT      | Order.contact of order(id: @FAR_ORDER)
            | ·                | ACCOUNT          | ACCOUNT          | ·                | ·                | ACCOUNT          | ·                | ·                | ·                | ·                | ACCOUNT          | Order.placedBy of order(id: @ORDER)
            | ·                | Bill Ltd         | Bill Ltd         | ·                | ·                | Bill Ltd         | ·                | ·                | ·                | ·                | Bill Ltd         | Order.billTo of order(id: @ORDER)
            | ·                | Bill Ltd         | Bill Ltd         | ·                | ·                | Bill Ltd         | ·                | ·                | ·                | ·                | Bill Ltd         | Order.shipTo of order(id: @ORDER)
            | ·                | 1                | 1                | ·                | ·                | 1                | ·                | ·                | ·                | ·                | 1                | Order.lines of order(id: @ORDER)
            | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | ·                | 1                | Order.lines of order(id: @FAR_ORDER)
            | ·                | 4                | 4                | ·                | ·                | 4                | ·                | ·                | ·                | ·                | 4                | Order.subtotal of order(id: @ORDER)
            | ·                | 0                | 0                | ·                | ·                | 0                | ·                | ·                | ·                | ·                | 0                | Order.discount of order(id: @ORDER)
            | ·                | 0                | 0                | ·                | ·                | 0                | ·                | ·                | ·                | ·                | 0                | Order.tax of order(id: @ORDER)
            | ·                | 0                | 0                | ·                | ·                | 0                | ·                | ·                | ·                | ·                | 0                | Order.shipping of order(id: @ORDER)
            | ·                | 4                | 4                | ·                | ·                | 4                | ·                | ·                | ·                | ·                | 4                | Order.total of order(id: @ORDER)
            | ·                | 4                | 4                | ·                | ·                | 4                | ·                | ·                | ·                | ·                | 4                | OrderLine.unitPrice of order(id: @ORDER) { lines }
            | ·                | 4                | 4                | ·                | ·                | 4                | ·                | ·                | ·                | ·                | 4                | OrderLine.total of order(id: @ORDER) { lines }
            | ·                | -                | -                | ·                | ·                | PRICE            | ·                | ·                | ·                | ·                | PRICE            | OrderLine.price of order(id: @ORDER) { lines }
            "#);
        }
    })
    .await;
}
