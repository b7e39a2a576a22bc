//! Furnishing a world through its own mutations, as the administrator. Everything is named by its global id.

use super::world::World;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use entity::ids::ContactId;
use serde_json::{Value, json};

pub const ORGANIZATION_CREATE: &str = "mutation($input: OrganizationCreateInput!) {
    organizationCreate(input: $input) { organization { id version } userErrors { code message path } } }";
pub const CONTACT_CREATE: &str = "mutation($input: ContactCreateInput!) {
    contactCreate(input: $input) { contact { id version } userErrors { code message path } } }";
pub const GROUP_CREATE: &str = "mutation($input: CustomerGroupCreateInput!) {
    customerGroupCreate(input: $input) { customerGroup { id version } userErrors { code message path } } }";
pub const ASSIGN: &str = "mutation($input: CustomerGroupAssignInput!) {
    customerGroupAssign(input: $input) { contact { id } organization { id } userErrors { code message path } } }";

impl World {
    /// A new organization below `parent`.
    pub async fn organization(&self, name: &str, parent: Option<&str>) -> String {
        self.organization_with(json!({ "name": name, "parentId": parent }))
            .await
    }

    /// A new organization from the whole input.
    pub async fn organization_with(&self, input: Value) -> String {
        id_of(&self.change(&self.admin, ORGANIZATION_CREATE, input).await["organization"])
    }

    /// A new contact of that full name in `organization`.
    pub async fn contact(&self, full_name: &str, organization: Option<&str>) -> String {
        self.contact_with(json!({ "fullName": full_name, "organizationId": organization }))
            .await
    }

    /// A new contact from the whole input.
    pub async fn contact_with(&self, input: Value) -> String {
        id_of(&self.change(&self.admin, CONTACT_CREATE, input).await["contact"])
    }

    /// A new customer group.
    pub async fn group(&self, name: &str) -> String {
        id_of(
            &self
                .change(&self.admin, GROUP_CREATE, json!({ "name": name }))
                .await["customerGroup"],
        )
    }

    /// Sends the file of an import to where it goes, and answers what is said of it.
    pub async fn upload(&self, path: &str, bytes: &[u8]) -> (StatusCode, Value) {
        let request = Request::post(path).body(Body::from(bytes.to_vec()));
        self.raw(request.expect("a request")).await
    }

    /// Gives `group` to the contact or organization `to`, or takes it away.
    pub async fn give_group(&self, to: &str, group: Option<&str>) {
        let target = if to.starts_with("contact:") {
            "contactId"
        } else {
            "organizationId"
        };
        self.change(
            &self.admin,
            ASSIGN,
            json!({ target: to, "customerGroupId": group }),
        )
        .await;
    }
}

fn id_of(thing: &Value) -> String {
    thing["id"]
        .as_str()
        .unwrap_or_else(|| panic!("nothing with an id: {thing}"))
        .to_owned()
}

/// The id behind a contact's global id.
pub fn contact_id(global: &str) -> ContactId {
    global
        .strip_prefix("contact:")
        .and_then(|id| id.parse().ok())
        .expect("the id of a contact")
}
