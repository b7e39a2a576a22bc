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
        let lines = table_of(&world, &stage, rows_of(&Objects::of_schema(), ROWS)).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(lines, @"");
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
        let lines = table_of(&world, &stage, super::edges_of(&objects, EDGES)).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(lines, @"");
        }
    })
    .await;
}
