//! Fields that are looked after by hand.

use super::bulk::BULK;
use super::{apply, import, plan};
use crate::support::{each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::json;

const SET: &str = "mutation($input: FieldOwnersSetInput!) { fieldOwnersSet(input: $input) { fields userErrors { code message path } } }";
const ANN: &str =
    "{ contactByExternalId(externalId: \"1\") { firstName phone ownedFields version } }";

/// T-162: imports and bulk upserts leave it alone and say so; by hand it is changed as ever.
#[tokio::test]
async fn a_field_that_is_looked_after_by_hand_is_not_overwritten() {
    each_engine(async |world| {
        let input = json!({ "externalId": "1", "firstName": "Ann", "phone": "1" });
        let ann = world.contact_with(input).await;
        let set = json!({ "id": ann, "fields": ["phone", "customerGroup", "phone"] });
        let fields = world.change(&world.admin, SET, set).await["fields"].clone();
        assert_eq!(fields, json!(["customerGroup", "phone"]));
        let row = json!({ "externalId": "1", "firstName": "Anne", "phone": "2" });
        let lines = [row.clone()];
        let id = import(&world, &world.admin, json!({}), &lines).await;
        plan(&world, &world.admin, &id).await;
        apply(&world, &world.admin, &id).await;
        let query = "query($id: ID!) { import(id: $id) { rows(first: 1) { nodes { keptFields changes { field } } } } }";
        let told = world.ask(&world.admin, query, json!({ "id": id })).await;
        assert_eq!(
            told["import"]["rows"]["nodes"][0],
            json!({ "keptFields": ["phone"], "changes": [{ "field": "firstName" }] })
        );
        let again = world.change(&world.admin, BULK, json!({ "rows": [row] })).await;
        assert_eq!(again["results"][0]["action"], "UNCHANGED");
        assert_eq!(again["results"][0]["keptFields"], json!(["phone"]));
        assert_eq!(
            world.ask(&world.admin, ANN, json!({})).await["contactByExternalId"],
            json!({ "firstName": "Anne", "phone": "1", "ownedFields": ["customerGroup", "phone"], "version": 2 })
        );
        let back = json!({ "id": ann, "fields": [] });
        world.change(&world.admin, SET, back).await;
        world.change(&world.admin, BULK, json!({ "rows": lines })).await;
        let ann = world.ask(&world.admin, ANN, json!({})).await;
        assert_eq!(ann["contactByExternalId"]["phone"], "2");
    })
    .await;
}

/// T-38, T-162: who may not change the contact does not say who looks after it, and the key is nobody's.
#[tokio::test]
async fn to_say_which_fields_are_looked_after_takes_the_right_to_change_them() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let ann = world.contact("Ann", Some(&acme)).await;
        let far = world.contact("Far", None).await;
        let seeing = [Permission::ContactView];
        let person = world
            .holder("vi", &seeing, Scope::Subtree, Some(&acme))
            .await;
        let attempt = async |id: &str, field: &str| {
            let input = json!({ "id": id, "fields": ["phone", field] });
            user_errors(&world.attempt(&person, SET, input).await)
        };
        assert_eq!(attempt(&ann, "email").await, ["FORBIDDEN at id"]);
        assert_eq!(attempt(&far, "email").await, ["NOT_FOUND at id"]);
        for field in ["externalId", "shoeSize"] {
            let input = json!({ "id": ann, "fields": ["phone", field] });
            let refused = world.attempt(&world.admin, SET, input).await;
            assert_eq!(user_errors(&refused), ["INVALID at fields.1"]);
        }
    })
    .await;
}
