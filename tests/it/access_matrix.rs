//! Every root field for every kind of viewer: a field without a row here fails the build.

use crate::support::build::contact_id;
use crate::support::{Person, World, each_engine};
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Root field, its arguments (those of mutations: its input). `ORG`, `CONTACT` and the like stand for ids inside the scope of everybody who
/// has one, `FAR_` for ids outside of it.
const ROWS: &[(&str, &str)] = &[
    ("viewer", ""),
    ("node", "id: ORG"),
    ("node", "id: FAR_ORG"),
    ("nodes", "ids: [ORG, FAR_ORG]"),
    ("organization", "id: ORG"),
    ("organization", "id: FAR_ORG"),
    ("organizationByExternalId", "externalId: \"near\""),
    ("organizationByExternalId", "externalId: \"far\""),
    ("organizations", "first: 10"),
    ("contact", "id: CONTACT"),
    ("contact", "id: FAR_CONTACT"),
    ("contactByExternalId", "externalId: \"near\""),
    ("contactByExternalId", "externalId: \"far\""),
    ("contacts", "first: 10"),
    ("account", "id: ACCOUNT"),
    ("accounts", "first: 10"),
    ("role", "id: \"role:1\""),
    ("roles", "first: 10"),
    ("permissionCatalogue", ""),
    (
        "accessExplanation",
        "accountId: ACCOUNT, permission: CONTACT_VIEW",
    ),
    ("register", "email: \"a@example.com\", password: PASSWORD"),
    ("registrationConfirm", "token: \"ghc_x\""),
    ("signIn", "login: \"nobody\", password: PASSWORD"),
    ("signOut", "everywhere: true"),
    (
        "passwordChange",
        "currentPassword: \"x\", newPassword: PASSWORD",
    ),
    ("passwordResetRequest", "login: \"nobody\""),
    (
        "passwordResetComplete",
        "token: \"ghr_x\", newPassword: PASSWORD",
    ),
    ("accountCreate", "login: \"x\", contactId: CONTACT"),
    ("accountCreate", "login: \"x\""),
    ("accountUpdate", "id: ACCOUNT, comment: \"x\""),
    ("accountUpdate", "id: ACCOUNT, active: false"),
    ("accountSetPassword", "id: ACCOUNT, newPassword: PASSWORD"),
    ("accountUnlock", "id: ACCOUNT"),
    ("accountDelete", "id: ACCOUNT"),
    ("accountSignInOnBehalf", "id: ACCOUNT"),
    ("roleCreate", "name: \"X\", permissions: [CONTACT_VIEW]"),
    ("roleUpdate", "id: \"role:7\", permissions: [CONTACT_VIEW]"),
    ("roleDelete", "id: \"role:7\""),
    (
        "roleAssign",
        "accountId: ACCOUNT, roleId: \"role:7\", scope: OWN",
    ),
    (
        "roleAssign",
        "accountId: ACCOUNT, roleId: \"role:3\", scope: GLOBAL",
    ),
    ("roleRevoke", "id: ASSIGNMENT"),
    ("customerGroup", "id: \"customerGroup:1\""),
    ("customerGroups", "first: 10"),
    ("organizationTypes", ""),
    ("businessCategories", ""),
    ("organizationCreate", "name: \"X\", parentId: ORG"),
    ("organizationCreate", "name: \"X\", parentId: FAR_ORG"),
    ("organizationCreate", "name: \"X\""),
    ("organizationUpdate", "id: ORG, name: \"X\""),
    ("organizationUpdate", "id: FAR_ORG, name: \"X\""),
    ("organizationMove", "id: PART, newParentId: null"),
    ("organizationDelete", "id: PART"),
    ("contactCreate", "fullName: \"X\", organizationId: ORG"),
    ("contactCreate", "fullName: \"X\""),
    ("contactUpdate", "id: CONTACT, firstName: \"X\""),
    ("contactUpdate", "id: FAR_CONTACT, firstName: \"X\""),
    (
        "contactAssignOrganization",
        "id: CONTACT, organizationId: PART",
    ),
    ("contactDelete", "id: CONTACT"),
    (
        "addressCreate",
        "organizationId: ORG, kinds: [BILLING], city: \"X\"",
    ),
    ("addressUpdate", "id: ADDRESS, city: \"X\""),
    ("addressDelete", "id: ADDRESS"),
    ("customerGroupCreate", "name: \"X\""),
    (
        "customerGroupUpdate",
        "id: \"customerGroup:1\", name: \"X\"",
    ),
    ("customerGroupArchive", "id: \"customerGroup:1\""),
    ("customerGroupRestore", "id: \"customerGroup:1\""),
    ("customerGroupDelete", "id: \"customerGroup:2\""),
    (
        "customerGroupAssign",
        "organizationId: ORG, customerGroupId: null",
    ),
    (
        "customerGroupAssign",
        "contactId: CONTACT, customerGroupId: \"customerGroup:2\"",
    ),
    ("organizationTypeCreate", "name: \"X\""),
    (
        "organizationTypeUpdate",
        "id: \"organizationType:2\", name: \"X\"",
    ),
    ("organizationTypeDelete", "id: \"organizationType:2\""),
    ("businessCategoryCreate", "name: \"X\""),
    ("businessCategoryUpdate", "id: CATEGORY, name: \"X\""),
    ("businessCategoryDelete", "id: CATEGORY"),
];

struct RootField {
    name: String,
    returns: String,
    mutation: bool,
}

fn root_fields() -> Vec<RootField> {
    let document = parse_schema(guildhall::schema::sdl()).expect("the schema");
    let mut found = Vec::new();
    for definition in document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else {
            continue;
        };
        let mutation = definition.node.name.node == "Mutation";
        if let (true, TypeKind::Object(object)) = (
            mutation || definition.node.name.node == "Query",
            definition.node.kind,
        ) {
            found.extend(object.fields.into_iter().map(|field| RootField {
                name: field.node.name.node.to_string(),
                returns: field.node.ty.node.to_string().replace(['!', '[', ']'], ""),
                mutation,
            }));
        }
    }
    found
}

/// T-117, T-181: nothing can be asked or changed that nobody thought about.
#[test]
fn every_root_field_has_a_row_in_the_matrix() {
    let fields: BTreeSet<_> = root_fields().into_iter().map(|field| field.name).collect();
    let rows: BTreeSet<_> = ROWS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(fields, rows);
}

fn query(field: &RootField, arguments: &str) -> String {
    let name = &field.name;
    if field.mutation {
        return format!(
            "mutation {{ it: {name}(input: {{ {arguments}, validateOnly: true }}) {{ __typename userErrors {{ code }} }} }}"
        );
    }
    let arguments = if arguments.is_empty() {
        String::new()
    } else {
        format!("({arguments})")
    };
    let selection = match field.returns.as_str() {
        "Viewer" => "permissions",
        returns if returns.ends_with("Connection") => "totalCount",
        _ => "id",
    };
    format!("{{ it: {name}{arguments} {{ {selection} }} }}")
}

/// Errors of the operation in capitals, those of a payload in small letters.
fn outcome(body: &Value) -> String {
    if let Some(error) = body["errors"].get(0) {
        return error["extensions"]["code"]
            .as_str()
            .unwrap_or("NO CODE")
            .to_owned();
    }
    let it = &body["data"]["it"];
    match (it, it.get("userErrors"), it.get("totalCount")) {
        (Value::Null, ..) => "null".to_owned(),
        (_, Some(errors), _) if errors == &json!([]) => "ok".to_owned(),
        (_, Some(errors), _) => errors[0]["code"]
            .as_str()
            .unwrap_or("NO CODE")
            .to_lowercase(),
        (_, _, Some(count)) => format!("{count} rows"),
        (Value::Array(items), ..) => {
            let seen: Vec<_> = items
                .iter()
                .map(|item| if item.is_null() { "null" } else { "ok" })
                .collect();
            seen.join("+")
        }
        _ if it.get("permissions").is_some() => {
            format!("holds {}", it["permissions"].as_array().map_or(0, Vec::len))
        }
        _ => "ok".to_owned(),
    }
}

async fn matrix(world: &World) -> String {
    let id = async |query: &str, input: Value, thing: &str| {
        let payload = world.change(&world.admin, query, input).await;
        payload[thing]["id"].as_str().expect("an id").to_owned()
    };
    let org = world
        .organization_with(
            json!({ "name": "Near", "externalId": "near", "customerGroupId": "customerGroup:1" }),
        )
        .await;
    let part = world.organization("Part", Some(&org)).await;
    let far = world
        .organization_with(json!({ "name": "Far", "externalId": "far" }))
        .await;
    let contact = world
        .contact_with(json!({ "fullName": "Near", "externalId": "near", "organizationId": org }))
        .await;
    let far_contact = world
        .contact_with(json!({ "fullName": "Far", "externalId": "far", "organizationId": far }))
        .await;
    let customers = world.contact("Customer", Some(&org)).await;
    let address = "mutation($input: AddressCreateInput!) { addressCreate(input: $input) { address { id } userErrors { code } } }";
    let address = id(
        address,
        json!({ "organizationId": org, "kinds": ["BILLING"], "city": "Bern" }),
        "address",
    )
    .await;
    let category = "mutation($input: BusinessCategoryCreateInput!) { businessCategoryCreate(input: $input) { businessCategory { id } userErrors { code } } }";
    let category = id(category, json!({ "name": "Trade" }), "businessCategory").await;

    let seeing = [
        Permission::OrganizationView,
        Permission::OrganizationList,
        Permission::ContactView,
        Permission::ContactList,
        Permission::AccountView,
        Permission::CustomerGroupView,
    ];
    let customer = world
        .account("customer", Some(contact_id(&customers)))
        .await;
    let viewers: Vec<(&str, Person)> = vec![
        ("anonymous", Person::anonymous()),
        ("customer", customer.clone()),
        (
            "node viewer",
            world.holder("node", &seeing, Scope::Node, Some(&org)).await,
        ),
        (
            "subtree editor",
            world
                .holder("subtree", Permission::ALL, Scope::Subtree, Some(&org))
                .await,
        ),
        (
            "global viewer",
            world.holder("global", &seeing, Scope::Global, None).await,
        ),
        ("administrator", world.admin.clone()),
    ];
    let account = format!("account:{}", customer.account.expect("an account"));
    let ids = [
        ("FAR_ORG", &far),
        ("FAR_CONTACT", &far_contact),
        ("ORG", &org),
        ("CONTACT", &contact),
        ("PART", &part),
        ("ADDRESS", &address),
        ("CATEGORY", &category),
        ("ACCOUNT", &account),
    ];
    let fields = root_fields();
    let mut lines = String::from("|");
    for (who, _) in &viewers {
        let _ = write!(lines, " {who:15} |");
    }
    for (name, arguments) in ROWS {
        let field = fields
            .iter()
            .find(|field| field.name == *name)
            .expect("a root field");
        let filled = ids
            .iter()
            .fold((*arguments).to_owned(), |text, (name, id)| {
                text.replace(name, &format!("{id:?}"))
            });
        lines.push_str("\n|");
        for (_, person) in &viewers {
            let body = world.send(person, &query(field, &filled), json!({})).await;
            let _ = write!(lines, " {:15} |", outcome(&body));
        }
        let _ = write!(lines, " {name}({arguments})");
    }
    lines
}

/// T-38, T-117, T-118, T-181, T-197, T-198, T-199.
#[tokio::test]
async fn who_gets_what_at_the_roots_is_as_written_here() {
    each_engine(async |world| {
        let lines = matrix(&world).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(lines, @r#"
            | anonymous       | customer        | node viewer     | subtree editor  | global viewer   | administrator   |
            | holds 0         | holds 1         | holds 6         | holds 40        | holds 6         | holds 40        | viewer()
            | null            | ok              | ok              | ok              | ok              | ok              | node(id: ORG)
            | null            | null            | null            | null            | ok              | ok              | node(id: FAR_ORG)
            | null+null       | ok+null         | ok+null         | ok+null         | ok+ok           | ok+ok           | nodes(ids: [ORG, FAR_ORG])
            | null            | ok              | ok              | ok              | ok              | ok              | organization(id: ORG)
            | null            | null            | null            | null            | ok              | ok              | organization(id: FAR_ORG)
            | null            | ok              | ok              | ok              | ok              | ok              | organizationByExternalId(externalId: "near")
            | null            | null            | null            | null            | ok              | ok              | organizationByExternalId(externalId: "far")
            | UNAUTHENTICATED | FORBIDDEN       | 1 rows          | 2 rows          | 3 rows          | 3 rows          | organizations(first: 10)
            | null            | null            | ok              | ok              | ok              | ok              | contact(id: CONTACT)
            | null            | null            | null            | null            | ok              | ok              | contact(id: FAR_CONTACT)
            | null            | null            | ok              | ok              | ok              | ok              | contactByExternalId(externalId: "near")
            | null            | null            | null            | null            | ok              | ok              | contactByExternalId(externalId: "far")
            | UNAUTHENTICATED | FORBIDDEN       | 2 rows          | 2 rows          | 3 rows          | 3 rows          | contacts(first: 10)
            | null            | ok              | ok              | ok              | ok              | ok              | account(id: ACCOUNT)
            | null            | ok              | ok              | ok              | ok              | ok              | customerGroup(id: "customerGroup:1")
            | UNAUTHENTICATED | FORBIDDEN       | 3 rows          | 3 rows          | 3 rows          | 3 rows          | customerGroups(first: 10)
            | UNAUTHENTICATED | ok+ok           | ok+ok           | ok+ok           | ok+ok           | ok+ok           | organizationTypes()
            | UNAUTHENTICATED | ok              | ok              | ok              | ok              | ok              | businessCategories()
            | UNAUTHENTICATED | forbidden       | forbidden       | ok              | forbidden       | ok              | organizationCreate(name: "X", parentId: ORG)
            | UNAUTHENTICATED | not_found       | not_found       | not_found       | forbidden       | ok              | organizationCreate(name: "X", parentId: FAR_ORG)
            | UNAUTHENTICATED | forbidden       | forbidden       | forbidden       | forbidden       | ok              | organizationCreate(name: "X")
            | UNAUTHENTICATED | forbidden       | forbidden       | ok              | forbidden       | ok              | organizationUpdate(id: ORG, name: "X")
            | UNAUTHENTICATED | not_found       | not_found       | not_found       | forbidden       | ok              | organizationUpdate(id: FAR_ORG, name: "X")
            | UNAUTHENTICATED | not_found       | not_found       | forbidden       | forbidden       | ok              | organizationMove(id: PART, newParentId: null)
            | UNAUTHENTICATED | not_found       | not_found       | ok              | forbidden       | ok              | organizationDelete(id: PART)
            | UNAUTHENTICATED | forbidden       | forbidden       | ok              | forbidden       | ok              | contactCreate(fullName: "X", organizationId: ORG)
            | UNAUTHENTICATED | forbidden       | forbidden       | forbidden       | forbidden       | ok              | contactCreate(fullName: "X")
            | UNAUTHENTICATED | not_found       | forbidden       | ok              | forbidden       | ok              | contactUpdate(id: CONTACT, firstName: "X")
            | UNAUTHENTICATED | not_found       | not_found       | not_found       | forbidden       | ok              | contactUpdate(id: FAR_CONTACT, firstName: "X")
            | UNAUTHENTICATED | not_found       | forbidden       | ok              | forbidden       | ok              | contactAssignOrganization(id: CONTACT, organizationId: PART)
            | UNAUTHENTICATED | not_found       | forbidden       | ok              | forbidden       | ok              | contactDelete(id: CONTACT)
            | UNAUTHENTICATED | forbidden       | forbidden       | ok              | forbidden       | ok              | addressCreate(organizationId: ORG, kinds: [BILLING], city: "X")
            | UNAUTHENTICATED | forbidden       | forbidden       | ok              | forbidden       | ok              | addressUpdate(id: ADDRESS, city: "X")
            | UNAUTHENTICATED | forbidden       | forbidden       | ok              | forbidden       | ok              | addressDelete(id: ADDRESS)
            | UNAUTHENTICATED | forbidden       | forbidden       | forbidden       | forbidden       | ok              | customerGroupCreate(name: "X")
            | UNAUTHENTICATED | forbidden       | forbidden       | forbidden       | forbidden       | ok              | customerGroupUpdate(id: "customerGroup:1", name: "X")
            | UNAUTHENTICATED | forbidden       | forbidden       | forbidden       | forbidden       | ok              | customerGroupArchive(id: "customerGroup:1")
            | UNAUTHENTICATED | forbidden       | forbidden       | forbidden       | forbidden       | ok              | customerGroupRestore(id: "customerGroup:1")
            | UNAUTHENTICATED | not_found       | forbidden       | forbidden       | forbidden       | ok              | customerGroupDelete(id: "customerGroup:2")
            | UNAUTHENTICATED | forbidden       | forbidden       | ok              | forbidden       | ok              | customerGroupAssign(organizationId: ORG, customerGroupId: null)
            | UNAUTHENTICATED | not_found       | forbidden       | ok              | forbidden       | ok              | customerGroupAssign(contactId: CONTACT, customerGroupId: "customerGroup:2")
            | UNAUTHENTICATED | forbidden       | forbidden       | forbidden       | forbidden       | ok              | organizationTypeCreate(name: "X")
            | UNAUTHENTICATED | forbidden       | forbidden       | forbidden       | forbidden       | ok              | organizationTypeUpdate(id: "organizationType:2", name: "X")
            | UNAUTHENTICATED | forbidden       | forbidden       | forbidden       | forbidden       | ok              | organizationTypeDelete(id: "organizationType:2")
            | UNAUTHENTICATED | forbidden       | forbidden       | forbidden       | forbidden       | ok              | businessCategoryCreate(name: "X")
            | UNAUTHENTICATED | forbidden       | forbidden       | forbidden       | forbidden       | ok              | businessCategoryUpdate(id: CATEGORY, name: "X")
            | UNAUTHENTICATED | forbidden       | forbidden       | forbidden       | forbidden       | ok              | businessCategoryDelete(id: CATEGORY)
            "#);
        }
    })
    .await;
}
