//! The effective customer group: the truth table, and what happens to it.

use crate::support::{World, each_engine};
use serde_json::{Value, json};

const EFFECTIVE: &str = "query($id: ID!) { contact(id: $id) {
    customerGroup { name }
    effectiveCustomerGroup { name }
    effectiveCustomerGroupExplanation { source organization { name } shadowed { name } summary }
} }";

async fn effective(world: &World, contact: &str) -> Value {
    let data = world
        .ask(&world.admin, EFFECTIVE, json!({ "id": contact }))
        .await;
    let explanation = &data["contact"]["effectiveCustomerGroupExplanation"];
    json!([
        data["contact"]["effectiveCustomerGroup"]["name"],
        explanation["source"],
        explanation["shadowed"]["name"]
    ])
}

/// T-13, T-14 and the truth table.
#[tokio::test]
async fn a_contact_has_its_organizations_group_else_its_own_and_never_one_from_above() {
    each_engine(async |world| {
        let (o, c) = (world.group("O").await, world.group("C").await);
        let above = world.organization_with(json!({ "name": "Above", "customerGroupId": o })).await;
        let with = world.organization_with(json!({ "name": "With", "parentId": above, "customerGroupId": o })).await;
        let without = world.organization_with(json!({ "name": "Without", "parentId": above })).await;
        let row = async |organization: Option<&str>, group: Option<&str>| {
            let input = json!({ "fullName": "Somebody", "organizationId": organization, "customerGroupId": group });
            effective(&world, &world.contact_with(input).await).await
        };
        assert_eq!(row(None, None).await, json!([null, "NONE", null]));
        assert_eq!(row(None, Some(&c)).await, json!(["C", "CONTACT", null]));
        assert_eq!(row(Some(&with), None).await, json!(["O", "ORGANIZATION", null]));
        assert_eq!(row(Some(&with), Some(&c)).await, json!(["O", "ORGANIZATION", "C"]));
        assert_eq!(row(Some(&with), Some(&o)).await, json!(["O", "ORGANIZATION", "O"]));
        assert_eq!(row(Some(&without), Some(&c)).await, json!(["C", "CONTACT", null]));
        assert_eq!(row(Some(&without), None).await, json!([null, "NONE", null]));
    })
    .await;
}
