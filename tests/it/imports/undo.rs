//! Putting back what an import changed.

use super::{apply, import, plan, told};
use crate::support::build::contact_id;
use crate::support::{World, each_engine, user_errors};
use serde_json::{Value, json};

const UNDO: &str = "mutation($input: ImportUndoInput!) { importUndo(input: $input) { import { status totals { undone notUndone } } userErrors { code message path } } }";
const UPDATE: &str = "mutation($input: ContactUpdateInput!) { contactUpdate(input: $input) { contact { id } userErrors { code message path } } }";

/// All contacts as they are stored, but for their versions and times.
async fn contacts(world: &World) -> Vec<Value> {
    let query = "{ contacts(first: 100) { nodes { id externalId fullName firstName phone birthDate acceptsMarketing organization { id } customerGroup { id } preferredBillingAddress { id } } } }";
    let data = world.ask(&world.admin, query, json!({})).await;
    let mut nodes = data["contacts"]["nodes"]
        .as_array()
        .expect("contacts")
        .clone();
    nodes.sort_by_key(|node| node["id"].to_string());
    nodes
}

async fn undo(world: &World, id: &str) -> Value {
    world.change(&world.admin, UNDO, json!({ "id": id })).await["import"].clone()
}

/// T-164: where nobody else changed anything, everything is as it was.
#[tokio::test]
async fn an_import_that_is_undone_leaves_everything_as_it_was() {
    each_engine(async |world| {
        let old = world.organization_with(json!({ "name": "Old", "customerGroupId": "customerGroup:1" })).await;
        world.organization_with(json!({ "name": "New", "externalId": "new" })).await;
        let address = "mutation($input: AddressCreateInput!) { addressCreate(input: $input) { address { id } userErrors { code message path } } }";
        let address = world.change(&world.admin, address, json!({ "organizationId": old, "kinds": ["BILLING"], "city": "Bern" })).await;
        let ann = world.contact_with(json!({ "externalId": "1", "firstName": "Ann", "phone": "1", "birthDate": "1990-01-31", "organizationId": old, "customerGroupId": "customerGroup:2" })).await;
        world.contact_with(json!({ "externalId": "2", "firstName": "Bo" })).await;
        world.change(&world.admin, UPDATE, json!({ "id": ann, "preferredBillingAddressId": address["address"]["id"] })).await;
        let before = contacts(&world).await;
        let lines = [
            json!({ "externalId": "1", "firstName": null, "lastName": "Ann", "phone": "2", "birthDate": null, "acceptsMarketing": true, "organizationExternalId": "new", "customerGroup": null }),
            json!({ "externalId": "2", "firstName": "Bo" }),
            json!({ "externalId": "3", "firstName": "Cy" }),
        ];
        let id = import(&world, &world.admin, json!({}), &lines).await;
        plan(&world, &world.admin, &id).await;
        apply(&world, &world.admin, &id).await;
        assert_ne!(contacts(&world).await, before);
        assert_eq!(undo(&world, &id).await, json!({ "status": "UNDONE", "totals": { "undone": 2, "notUndone": 0 } }));
        assert_eq!(contacts(&world).await, before);
        assert_eq!(world.number("SELECT count(*) FROM history_entry WHERE mutation = 'importUndo'").await, 2);
        let twice = world.attempt(&world.admin, UNDO, json!({ "id": id })).await;
        assert_eq!(user_errors(&twice), ["CONFLICT at id"]);
    })
    .await;
}

/// T-164: what something else has happened to stays, and says why.
#[tokio::test]
async fn what_somebody_changed_since_is_not_undone_and_says_why() {
    each_engine(async |world| {
        let mut ids = Vec::new();
        for number in 1..=3 {
            ids.push(world.contact_with(json!({ "externalId": number.to_string(), "firstName": "A" })).await);
        }
        let lines: Vec<_> = (1..=6).map(|number| json!({ "externalId": number.to_string(), "firstName": "B" })).collect();
        let id = import(&world, &world.admin, json!({}), &lines).await;
        plan(&world, &world.admin, &id).await;
        apply(&world, &world.admin, &id).await;
        let made = async |key: &str| {
            let query = "query($key: String!) { contactByExternalId(externalId: $key) { id } }";
            let data = world.ask(&world.admin, query, json!({ "key": key })).await;
            data["contactByExternalId"]["id"].as_str().expect("an id").to_owned()
        };
        world.change(&world.admin, UPDATE, json!({ "id": ids[1], "phone": "1" })).await;
        let delete = "mutation($input: ContactDeleteInput!) { contactDelete(input: $input) { userErrors { code message path } } }";
        world.change(&world.admin, delete, json!({ "id": ids[2] })).await;
        world.account("five", Some(contact_id(&made("5").await))).await;
        world.change(&world.admin, UPDATE, json!({ "id": made("6").await, "externalId": "other" })).await;
        assert_eq!(undo(&world, &id).await["totals"], json!({ "undone": 2, "notUndone": 4 }));
        assert_eq!(told(&world, &world.admin, &id).await, [
            "1 UPDATE UNDONE firstName:A>B",
            "2 UPDATE NOT_UNDONE firstName:A>B MOVED_ON at -",
            "3 UPDATE NOT_UNDONE firstName:A>B NOT_FOUND at -",
            "4 CREATE UNDONE externalId:->4 firstName:->B",
            "5 CREATE NOT_UNDONE externalId:->5 firstName:->B IN_USE at -",
            "6 CREATE NOT_UNDONE externalId:->6 firstName:->B MOVED_ON at -",
        ]);
    })
    .await;
}
