//! The same for customers, links and sales reps.

use super::cases::{Case, Stage};
use crate::customers::account_of;
use crate::sales_reps::rep;
use crate::support::{Person, World};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::json;

pub struct Part {
    /// May change all customers, and sees only their own.
    packer: Person,
    own_rep: String,
    own: String,
    pub near: String,
    pub far: String,
    link: String,
    rep: String,
}

pub async fn part(world: &World, ours: &str, theirs: &str, account: &str) -> Part {
    let held = [
        Permission::CustomerCreate,
        Permission::CustomerEdit,
        Permission::CustomerDelete,
    ];
    let packer = world.holder("packer", &held, Scope::Global, None).await;
    let more = json!({ "accountId": account_of(&packer) });
    let own_rep = rep(world, "own", more).await;
    let own = json!({ "number": "own", "lastName": "A", "primarySalesRepId": own_rep });
    let own = world.customer(own).await;
    let near = world.bill_to("near", Some(ours)).await;
    let far = world.bill_to("far", Some(theirs)).await;
    let link = world.link(account, &far, json!({})).await;
    Part {
        rep: rep(world, "other", json!({})).await,
        packer,
        own_rep,
        own,
        near,
        far,
        link,
    }
}

pub fn cases(stage: &Stage) -> Vec<Case<'_>> {
    let Part {
        packer,
        own_rep,
        own,
        near,
        far,
        link,
        rep,
    } = &stage.customers;
    let (editor, [_, _, mine]) = (&stage.editor, &stage.own);
    let [theirs, _, _, _, account, _, _] = stage.hidden.each_ref().map(String::as_str);
    let new = |field: &str| json!({ "number": "new", "lastName": "A", field: "@" });
    let linked = |field: &str| {
        let mut input = json!({ "accountId": mine, "customerId": near });
        input[field] = json!("@");
        input
    };
    let named = |field: &str| json!({ "number": "new", "name": "A", field: "@" });
    vec![
        (editor, "customerCreate", theirs, new("organizationId")),
        (packer, "customerCreate", rep, new("primarySalesRepId")),
        (
            editor,
            "customerUpdate",
            far,
            json!({ "id": "@", "city": "X" }),
        ),
        (
            editor,
            "customerUpdate",
            theirs,
            json!({ "id": near, "organizationId": "@" }),
        ),
        (
            packer,
            "customerUpdate",
            rep,
            json!({ "id": own, "primarySalesRepId": "@" }),
        ),
        (editor, "customerDelete", far, json!({ "id": "@" })),
        (editor, "customerLinkUpsert", account, linked("accountId")),
        (editor, "customerLinkUpsert", far, linked("customerId")),
        (editor, "customerLinkUpsert", far, linked("shipToIds")),
        (editor, "customerLinkUpsert", far, linked("defaultShipToId")),
        (editor, "customerLinkDelete", link, json!({ "id": "@" })),
        (packer, "salesRepCreate", account, named("accountId")),
        (packer, "salesRepCreate", rep, named("managerId")),
        (
            packer,
            "salesRepUpdate",
            rep,
            json!({ "id": "@", "name": "A" }),
        ),
        (
            packer,
            "salesRepUpdate",
            account,
            json!({ "id": own_rep, "accountId": "@" }),
        ),
        (
            packer,
            "salesRepUpdate",
            rep,
            json!({ "id": own_rep, "managerId": "@" }),
        ),
        (packer, "salesRepDelete", rep, json!({ "id": "@" })),
        (
            packer,
            "salesRepDelete",
            rep,
            json!({ "id": own_rep, "replaceWithId": "@" }),
        ),
    ]
}
