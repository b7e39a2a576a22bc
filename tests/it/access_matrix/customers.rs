//! The same for customers, links and sales reps.

use super::stage::Stage;
use super::{Objects, rows_of, table_of};

use crate::sales_reps::rep;
use crate::support::{World, each_engine};
use serde_json::json;

/// As in [`super::rows::ROWS`]. `FREE_REP` has neither customers nor an account.
pub const ROWS: &[(&str, &str)] = &[
    ("customer", "id: @BILL_TO"),
    ("customer", "id: @SHIP_TO"),
    ("customer", "id: @LINKED"),
    ("customer", "id: @FAR_BILL_TO"),
    ("customerByNumber", "number: \"near-ltd\""),
    ("customerByNumber", "number: \"far-ltd\""),
    ("customers", "first: 50"),
    ("node", "id: @LINK"),
    ("node", "id: @FAR_LINK"),
    ("salesRep", "id: @REP"),
    ("salesReps", "first: 50"),
    (
        "accessExplanation",
        "accountId: @ACCOUNT, permission: ORDER_PLACE, customerId: @LINKED",
    ),
    (
        "accessExplanation",
        "accountId: @ACCOUNT, permission: ORDER_PLACE, customerId: @FAR_BILL_TO",
    ),
    (
        "customerCreate",
        "number: \"x\", lastName: \"X\", organizationId: @ORG",
    ),
    ("customerCreate", "number: \"x\", lastName: \"X\""),
    (
        "customerCreate",
        "number: \"near-ltd\", sequence: \"9\", lastName: \"X\"",
    ),
    (
        "customerCreate",
        "number: \"far-ltd\", sequence: \"9\", lastName: \"X\"",
    ),
    ("customerUpdate", "id: @BILL_TO, city: \"X\""),
    ("customerUpdate", "id: @LINKED, city: \"X\""),
    ("customerUpdate", "id: @BILL_TO, primarySalesRepId: @REP"),
    ("customerUpdate", "id: @BILL_TO, organizationId: @PART"),
    ("customerDelete", "id: @FREE_BILL_TO"),
    ("customerDelete", "id: @FAR_BILL_TO"),
    (
        "customerLinkUpsert",
        "accountId: @ACCOUNT, customerId: @BILL_TO",
    ),
    (
        "customerLinkUpsert",
        "accountId: @ACCOUNT, customerId: @LINKED",
    ),
    (
        "customerLinkUpsert",
        "accountId: @FAR_ACCOUNT, customerId: @BILL_TO",
    ),
    ("customerLinkDelete", "id: @LINK"),
    ("customerLinkDelete", "id: @FAR_LINK"),
    ("salesRepCreate", "number: \"x\", name: \"X\""),
    ("salesRepUpdate", "id: @FREE_REP, name: \"X\""),
    ("salesRepUpdate", "id: @FREE_REP, accountId: @ACCOUNT"),
    ("salesRepDelete", "id: @FREE_REP"),
];

/// As in [`super::rows::EDGES`].
pub const EDGES: &[(&str, &str)] = &[
    ("Viewer.customers", "viewer { @@ }"),
    ("Account.customers", "account(id: @ACCOUNT) { @@ }"),
    ("Organization.customers", "organization(id: @ORG) { @@ }"),
    ("Customer.organization", "customer(id: @BILL_TO) { @@ }"),
    ("Customer.organization", "customer(id: @LINKED) { @@ }"),
    ("Customer.contact", "customer(id: @BILL_TO) { @@ }"),
    ("Customer.primarySalesRep", "customer(id: @BILL_TO) { @@ }"),
    ("Customer.primarySalesRep", "customer(id: @LINKED) { @@ }"),
    ("Customer.billTo", "customer(id: @SHIP_TO) { @@ }"),
    ("Customer.shipTos", "customer(id: @BILL_TO) { @@ }"),
    ("Customer.shipTos", "customer(id: @LINKED) { @@ }"),
    ("Customer.accounts", "customer(id: @LINKED) { @@ }"),
    ("Customer.accounts", "customer(id: @BILL_TO) { @@ }"),
    (
        "CustomerLink.account",
        "node(id: @LINK) { ... on CustomerLink { @@ } }",
    ),
    (
        "CustomerLink.customer",
        "node(id: @LINK) { ... on CustomerLink { @@ } }",
    ),
    (
        "CustomerLink.shipTos",
        "node(id: @LINK) { ... on CustomerLink { @@ } }",
    ),
    (
        "CustomerLink.defaultShipTo",
        "node(id: @LINK) { ... on CustomerLink { @@ } }",
    ),
    ("SalesRep.account", "salesRep(id: @REP) { @@ }"),
    (
        "SalesRep.account",
        "customer(id: @LINKED) { primarySalesRep { @@ } }",
    ),
    ("SalesRep.manager", "salesRep(id: @REP) { @@ }"),
    (
        "SalesRep.manager",
        "customer(id: @LINKED) { primarySalesRep { @@ } }",
    ),
    ("SalesRep.reports", "salesRep(id: @HEAD_REP) { @@ }"),
    ("SalesRep.customers", "salesRep(id: @REP) { @@ }"),
    (
        "SalesRep.customers",
        "customer(id: @LINKED) { primarySalesRep { @@ } }",
    ),
    (
        "AccessExplanation.customer",
        "accessExplanation(accountId: @ACCOUNT, permission: ORDER_PLACE, customerId: @LINKED) { @@ }",
    ),
    (
        "AccessExplanation.customerAccess",
        "accessExplanation(accountId: @ACCOUNT, permission: ORDER_PLACE, customerId: @LINKED) { @@ }",
    ),
    (
        "CustomerAccess.link",
        "accessExplanation(accountId: @ACCOUNT, permission: ORDER_PLACE, customerId: @LINKED) { customerAccess { @@ } }",
    ),
    (
        "CustomerAccess.salesReps",
        "accessExplanation(accountId: @FELLOW, permission: ORDER_PLACE, customerId: @LINKED) { customerAccess { @@ } }",
    ),
];

/// A bill-to with a ship-to near, one that nothing refers to, one far, and one in no organization, with which `ACCOUNT` is linked for one of
/// two ship-tos and after which `FELLOW` looks.
pub async fn furnish(world: &World, stage: &mut Stage) {
    let account = stage.id("ACCOUNT").to_owned();
    let (fellow, far) = (
        stage.id("FELLOW").to_owned(),
        stage.id("FAR_ACCOUNT").to_owned(),
    );
    let head = rep(world, "head-ltd", json!({})).await;
    let more = json!({ "accountId": fellow, "managerId": head });
    let own = rep(world, "rep-ltd", more).await;
    let free = rep(world, "free-ltd", json!({})).await;
    let customer = async |number: &str, organization: Option<&str>, rep: Option<&str>| {
        let input = json!({ "number": number, "companyName": "Shop Ltd", "organizationId": organization, "primarySalesRepId": rep });
        world.customer(input).await
    };
    let (org, far_org) = (stage.id("ORG").to_owned(), stage.id("FAR_ORG").to_owned());
    let bill_to = customer("near-ltd", Some(&org), None).await;
    let ship_to = world.ship_to("near-ltd", "1").await;
    let free_bill_to = customer("free-ltd", Some(&org), None).await;
    let far_bill_to = customer("far-ltd", Some(&far_org), None).await;
    let linked = customer("linked-ltd", None, Some(&own)).await;
    let allowed = world.ship_to("linked-ltd", "1").await;
    let other = world.ship_to("linked-ltd", "2").await;
    let more = json!({ "shipToIds": [allowed], "defaultShipToId": allowed, "isDefault": true });
    let link = world.link(&account, &linked, more).await;
    let far_link = world.link(&far, &far_bill_to, json!({})).await;
    for (name, id) in [
        ("HEAD_REP", head),
        ("REP", own),
        ("FREE_REP", free),
        ("BILL_TO", bill_to),
        ("SHIP_TO", ship_to),
        ("FREE_BILL_TO", free_bill_to),
        ("FAR_BILL_TO", far_bill_to),
        ("LINKED", linked),
        ("ALLOWED", allowed),
        ("OTHER", other),
        ("LINK", link),
        ("FAR_LINK", far_link),
    ] {
        stage.name(name, id);
    }
}

/// T-30, T-38, T-80 to T-85, T-117, T-181: refusals in small letters stand in the payload.
#[tokio::test]
async fn who_may_ask_and_change_what_about_customers_is_as_written_here() {
    each_engine(async |world| {
        let mut stage = Stage::set(&world).await;
        furnish(&world, &mut stage).await;
        let lines = table_of(&world, &stage, rows_of(&Objects::of_schema(), ROWS.iter())).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(lines, @r#"
            | anonymous        | customer         | on behalf of it  | grant expired    | node viewer      | subtree editor   | subtree contacts | subtree accounts | global roles     | global viewer    | administrator    |
            | null             | BILL_TO          | BILL_TO          | null             | BILL_TO          | BILL_TO          | null             | null             | null             | BILL_TO          | BILL_TO          | customer(id: @BILL_TO)
            | null             | SHIP_TO          | SHIP_TO          | null             | SHIP_TO          | SHIP_TO          | null             | null             | null             | SHIP_TO          | SHIP_TO          | customer(id: @SHIP_TO)
            | null             | LINKED           | LINKED           | null             | null             | null             | null             | null             | null             | LINKED           | LINKED           | customer(id: @LINKED)
            | null             | null             | null             | null             | null             | null             | null             | null             | null             | FAR_BILL_TO      | FAR_BILL_TO      | customer(id: @FAR_BILL_TO)
            | null             | BILL_TO          | BILL_TO          | null             | BILL_TO          | BILL_TO          | null             | null             | null             | BILL_TO          | BILL_TO          | customerByNumber(number: "near-ltd")
            | null             | null             | null             | null             | null             | null             | null             | null             | null             | FAR_BILL_TO      | FAR_BILL_TO      | customerByNumber(number: "far-ltd")
            | UNAUTHENTICATED  | 5 rows           | 5 rows           | FORBIDDEN        | 3 rows           | 3 rows           | FORBIDDEN        | FORBIDDEN        | FORBIDDEN        | 7 rows           | 7 rows           | customers(first: 50)
            | null             | LINK             | LINK             | null             | null             | null             | null             | null             | null             | LINK             | LINK             | node(id: @LINK)
            | null             | null             | null             | null             | null             | null             | null             | null             | null             | FAR_LINK         | FAR_LINK         | node(id: @FAR_LINK)
            | null             | null             | null             | null             | null             | REP              | null             | null             | null             | REP              | REP              | salesRep(id: @REP)
            | UNAUTHENTICATED  | none             | none             | FORBIDDEN        | none             | 3 rows           | FORBIDDEN        | FORBIDDEN        | FORBIDDEN        | 3 rows           | 3 rows           | salesReps(first: 50)
            | UNAUTHENTICATED  | true             | true             | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | true             | true             | accessExplanation(accountId: @ACCOUNT, permission: ORDER_PLACE, customerId: @LINKED)
            | UNAUTHENTICATED  | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | false            | false            | accessExplanation(accountId: @ACCOUNT, permission: ORDER_PLACE, customerId: @FAR_BILL_TO)
            | UNAUTHENTICATED  | forbidden        | forbidden        | not_found        | forbidden        | ok               | not_found        | not_found        | not_found        | forbidden        | ok               | customerCreate(number: "x", lastName: "X", organizationId: @ORG)
            | UNAUTHENTICATED  | forbidden        | forbidden        | forbidden        | forbidden        | forbidden        | forbidden        | forbidden        | forbidden        | forbidden        | ok               | customerCreate(number: "x", lastName: "X")
            | UNAUTHENTICATED  | forbidden        | forbidden        | not_found        | forbidden        | ok               | not_found        | not_found        | not_found        | forbidden        | ok               | customerCreate(number: "near-ltd", sequence: "9", lastName: "X")
            | UNAUTHENTICATED  | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | forbidden        | ok               | customerCreate(number: "far-ltd", sequence: "9", lastName: "X")
            | UNAUTHENTICATED  | forbidden        | forbidden        | not_found        | forbidden        | ok BILL_TO       | not_found        | not_found        | not_found        | forbidden        | ok BILL_TO       | customerUpdate(id: @BILL_TO, city: "X")
            | UNAUTHENTICATED  | forbidden        | forbidden        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | forbidden        | ok LINKED        | customerUpdate(id: @LINKED, city: "X")
            | UNAUTHENTICATED  | forbidden        | forbidden        | not_found        | forbidden        | ok BILL_TO       | not_found        | not_found        | not_found        | forbidden        | ok BILL_TO       | customerUpdate(id: @BILL_TO, primarySalesRepId: @REP)
            | UNAUTHENTICATED  | forbidden        | forbidden        | not_found        | forbidden        | ok BILL_TO       | not_found        | not_found        | not_found        | forbidden        | ok BILL_TO       | customerUpdate(id: @BILL_TO, organizationId: @PART)
            | UNAUTHENTICATED  | forbidden        | forbidden        | not_found        | forbidden        | ok               | not_found        | not_found        | not_found        | forbidden        | ok               | customerDelete(id: @FREE_BILL_TO)
            | UNAUTHENTICATED  | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | forbidden        | in_use           | customerDelete(id: @FAR_BILL_TO)
            | UNAUTHENTICATED  | forbidden        | forbidden        | not_found        | forbidden        | ok customerLink  | not_found        | not_found        | not_found        | forbidden        | ok customerLink  | customerLinkUpsert(accountId: @ACCOUNT, customerId: @BILL_TO)
            | UNAUTHENTICATED  | forbidden        | forbidden        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | forbidden        | ok LINK          | customerLinkUpsert(accountId: @ACCOUNT, customerId: @LINKED)
            | UNAUTHENTICATED  | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | forbidden        | ok customerLink  | customerLinkUpsert(accountId: @FAR_ACCOUNT, customerId: @BILL_TO)
            | UNAUTHENTICATED  | forbidden        | forbidden        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | forbidden        | ok               | customerLinkDelete(id: @LINK)
            | UNAUTHENTICATED  | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | not_found        | forbidden        | ok               | customerLinkDelete(id: @FAR_LINK)
            | UNAUTHENTICATED  | forbidden        | forbidden        | forbidden        | forbidden        | forbidden        | forbidden        | forbidden        | forbidden        | forbidden        | ok               | salesRepCreate(number: "x", name: "X")
            | UNAUTHENTICATED  | not_found        | not_found        | not_found        | not_found        | forbidden        | not_found        | not_found        | not_found        | forbidden        | ok FREE_REP      | salesRepUpdate(id: @FREE_REP, name: "X")
            | UNAUTHENTICATED  | not_found        | not_found        | not_found        | not_found        | forbidden        | not_found        | not_found        | not_found        | forbidden        | ok FREE_REP      | salesRepUpdate(id: @FREE_REP, accountId: @ACCOUNT)
            | UNAUTHENTICATED  | not_found        | not_found        | not_found        | not_found        | forbidden        | not_found        | not_found        | not_found        | forbidden        | ok               | salesRepDelete(id: @FREE_REP)
            "#);
        }
    })
    .await;
}

/// T-22, T-38, T-80, T-83: a dot is where the beginning of the edge is hidden already.
#[tokio::test]
async fn who_gets_where_from_a_customer_is_as_written_here() {
    each_engine(async |world| {
        let mut stage = Stage::set(&world).await;
        furnish(&world, &mut stage).await;
        let objects = Objects::of_schema();
        let lines = table_of(&world, &stage, super::edges_of(&objects, EDGES.iter())).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(lines, @r#"
            | anonymous        | customer         | on behalf of it  | grant expired    | node viewer      | subtree editor   | subtree contacts | subtree accounts | global roles     | global viewer    | administrator    |
            | UNAUTHENTICATED  | LINKED           | LINKED           | none             | none             | none             | none             | none             | none             | none             | none             | Viewer.customers of viewer
            | ·                | LINK             | LINK             | ·                | none             | none             | ·                | none             | none             | LINK             | LINK             | Account.customers of account(id: @ACCOUNT)
            | ·                | 3 rows           | 3 rows           | ·                | 3 rows           | 3 rows           | ·                | ·                | ·                | 3 rows           | 3 rows           | Organization.customers of organization(id: @ORG)
            | ·                | ORG              | ORG              | ·                | ORG              | ORG              | ·                | ·                | ·                | ORG              | ORG              | Customer.organization of customer(id: @BILL_TO)
            | ·                | null             | null             | ·                | ·                | ·                | ·                | ·                | ·                | null             | null             | Customer.organization of customer(id: @LINKED)
            | ·                | null             | null             | ·                | null             | null             | ·                | ·                | ·                | null             | null             | Customer.contact of customer(id: @BILL_TO)
            | ·                | null             | null             | ·                | null             | null             | ·                | ·                | ·                | null             | null             | Customer.primarySalesRep of customer(id: @BILL_TO)
            | ·                | REP              | REP              | ·                | ·                | ·                | ·                | ·                | ·                | REP              | REP              | Customer.primarySalesRep of customer(id: @LINKED)
            | ·                | BILL_TO          | BILL_TO          | ·                | BILL_TO          | BILL_TO          | ·                | ·                | ·                | BILL_TO          | BILL_TO          | Customer.billTo of customer(id: @SHIP_TO)
            | ·                | SHIP_TO          | SHIP_TO          | ·                | SHIP_TO          | SHIP_TO          | ·                | ·                | ·                | SHIP_TO          | SHIP_TO          | Customer.shipTos of customer(id: @BILL_TO)
            | ·                | ALLOWED          | ALLOWED          | ·                | ·                | ·                | ·                | ·                | ·                | ALLOWED+OTHER    | ALLOWED+OTHER    | Customer.shipTos of customer(id: @LINKED)
            | ·                | LINK             | LINK             | ·                | ·                | ·                | ·                | ·                | ·                | LINK             | LINK             | Customer.accounts of customer(id: @LINKED)
            | ·                | none             | none             | ·                | none             | none             | ·                | ·                | ·                | none             | none             | Customer.accounts of customer(id: @BILL_TO)
            | ·                | ACCOUNT          | ACCOUNT          | ·                | ·                | ·                | ·                | ·                | ·                | ACCOUNT          | ACCOUNT          | CustomerLink.account of node(id: @LINK) { ... on CustomerLink }
            | ·                | LINKED           | LINKED           | ·                | ·                | ·                | ·                | ·                | ·                | LINKED           | LINKED           | CustomerLink.customer of node(id: @LINK) { ... on CustomerLink }
            | ·                | ALLOWED          | ALLOWED          | ·                | ·                | ·                | ·                | ·                | ·                | ALLOWED          | ALLOWED          | CustomerLink.shipTos of node(id: @LINK) { ... on CustomerLink }
            | ·                | ALLOWED          | ALLOWED          | ·                | ·                | ·                | ·                | ·                | ·                | ALLOWED          | ALLOWED          | CustomerLink.defaultShipTo of node(id: @LINK) { ... on CustomerLink }
            | ·                | ·                | ·                | ·                | ·                | FELLOW           | ·                | ·                | ·                | FELLOW           | FELLOW           | SalesRep.account of salesRep(id: @REP)
            | ·                | null             | null             | ·                | ·                | ·                | ·                | ·                | ·                | FELLOW           | FELLOW           | SalesRep.account of customer(id: @LINKED) { primarySalesRep }
            | ·                | ·                | ·                | ·                | ·                | HEAD_REP         | ·                | ·                | ·                | HEAD_REP         | HEAD_REP         | SalesRep.manager of salesRep(id: @REP)
            | ·                | null             | null             | ·                | ·                | ·                | ·                | ·                | ·                | HEAD_REP         | HEAD_REP         | SalesRep.manager of customer(id: @LINKED) { primarySalesRep }
            | ·                | ·                | ·                | ·                | ·                | REP              | ·                | ·                | ·                | REP              | REP              | SalesRep.reports of salesRep(id: @HEAD_REP)
            | ·                | ·                | ·                | ·                | ·                | none             | ·                | ·                | ·                | 3 rows           | 3 rows           | SalesRep.customers of salesRep(id: @REP)
            | ·                | ALLOWED+LINKED   | ALLOWED+LINKED   | ·                | ·                | ·                | ·                | ·                | ·                | 3 rows           | 3 rows           | SalesRep.customers of customer(id: @LINKED) { primarySalesRep }
            | UNAUTHENTICATED  | LINKED           | LINKED           | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | LINKED           | LINKED           | AccessExplanation.customer of accessExplanation(accountId: @ACCOUNT, permission: ORDER_PLACE, customerId: @LINKED)
            | UNAUTHENTICATED  | GIVES            | GIVES            | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | GIVES            | GIVES            | AccessExplanation.customerAccess of accessExplanation(accountId: @ACCOUNT, permission: ORDER_PLACE, customerId: @LINKED)
            | UNAUTHENTICATED  | LINK             | LINK             | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | LINK             | LINK             | CustomerAccess.link of accessExplanation(accountId: @ACCOUNT, permission: ORDER_PLACE, customerId: @LINKED) { customerAccess }
            | UNAUTHENTICATED  | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | NOT_FOUND        | REP              | REP              | CustomerAccess.salesReps of accessExplanation(accountId: @FELLOW, permission: ORDER_PLACE, customerId: @LINKED) { customerAccess }
            "#);
        }
    })
    .await;
}
