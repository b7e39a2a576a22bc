//! Deleting organizations: four modes, and what becomes of what hangs on the deleted one.

mod rights;

use crate::addresses::{ADDRESS_CREATE, CONTACT_UPDATE};
use crate::organizations::UPDATE;
use crate::support::build::contact_id;
use crate::support::{Person, World, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::{Value, json};

pub const DELETE: &str =
    "mutation($input: OrganizationDeleteInput!) { organizationDelete(input: $input) {
    deletedId userErrors { code message path } } }";
const ALL: &str = "{
    organizations(first: 100) { nodes { name version parent { name } } }
    contacts(first: 100) { nodes { fullName version organization { name } preferredBillingAddress { name }
        preferredShippingAddress { name } } } }";

async fn delete_as(world: &World, person: &Person, id: &str, mode: &str) -> Vec<String> {
    user_errors(
        &world
            .attempt(person, DELETE, json!({ "id": id, "mode": mode }))
            .await,
    )
}

async fn delete(world: &World, id: &str, mode: &str) {
    let payload = world
        .change(&world.admin, DELETE, json!({ "id": id, "mode": mode }))
        .await;
    assert_eq!(payload["deletedId"], id);
    assert_eq!(
        world.system.check().await.expect("a report").faults,
        [""; 0]
    );
}

/// Every organization and contact, with what it hangs on and its version.
async fn all(world: &World) -> Vec<String> {
    let data = world.ask(&world.admin, ALL, json!({})).await;
    let line = |node: &Value, name: &str, above: &str| {
        let above = node[above]["name"].as_str().unwrap_or("nothing");
        format!(
            "{} < {above} v{}",
            node[name].as_str().expect("a name"),
            node["version"]
        )
    };
    let nodes = |list: &str| data[list]["nodes"].as_array().expect("a list").clone();
    let organizations = nodes("organizations")
        .into_iter()
        .map(|node| line(&node, "name", "parent"));
    let contacts = nodes("contacts")
        .into_iter()
        .map(|node| line(&node, "fullName", "organization"));
    organizations.chain(contacts).collect()
}

async fn preferences(world: &World, contact: &str) -> Value {
    let data = world.ask(&world.admin, ALL, json!({})).await;
    let nodes = data["contacts"]["nodes"]
        .as_array()
        .expect("a list")
        .clone();
    let found = nodes
        .iter()
        .find(|node| node["fullName"] == contact)
        .expect("the contact");
    json!([
        found["preferredBillingAddress"]["name"],
        found["preferredShippingAddress"]["name"]
    ])
}

/// Acme with Sales below it; below that North, South and the contacts Ann (who is the primary one) and Bob.
struct Company {
    acme: String,
    sales: String,
    north: String,
    south: String,
    ann: String,
}

async fn company(world: &World) -> Company {
    let acme = world.organization("Acme", None).await;
    let sales = world.organization("Sales", Some(&acme)).await;
    let north = world.organization("North", Some(&sales)).await;
    let south = world.organization("South", Some(&sales)).await;
    let ann = world.contact("Ann", Some(&sales)).await;
    world.contact("Bob", Some(&sales)).await;
    world
        .change(
            &world.admin,
            UPDATE,
            json!({ "id": sales, "primaryContactId": ann }),
        )
        .await;
    Company {
        acme,
        sales,
        north,
        south,
        ann,
    }
}

/// T-31, T-37, T-176: what is in use stays, and how much of it there is is not said.
#[tokio::test]
async fn what_is_in_use_is_not_deleted_unless_asked_for() {
    each_engine(async |world| {
        let made = company(&world).await;
        let before = all(&world).await;
        let empty = world.organization("Empty", None).await;
        world.holder("somebody", &[Permission::OrganizationView], Scope::Node, Some(&empty)).await;
        world.holder("other", &[Permission::OrganizationView], Scope::Node, Some(&made.sales)).await;
        let in_use = [
            (&made.acme, "the organization has organizations below it"),
            (&made.sales, "the organization has organizations below it and contacts and role assignments on it"),
            (&empty, "the organization has role assignments on it"),
        ];
        for (id, message) in in_use {
            let errors = json!([{ "code": "IN_USE", "message": message, "path": ["id"] }]);
            for input in [json!({ "id": id }), json!({ "id": id, "mode": "REFUSE" })] {
                let got = world.attempt(&world.admin, DELETE, input).await;
                assert_eq!(got, json!({ "deletedId": null, "userErrors": errors }));
            }
        }
        delete(&world, &made.north, "REFUSE").await;
        let gone: Vec<_> = before.into_iter().filter(|line| !line.starts_with("North")).collect();
        assert_eq!(all(&world).await.into_iter().filter(|line| !line.starts_with("Empty")).collect::<Vec<_>>(), gone);
    })
    .await;
}

/// T-31, T-177: children and contacts go up by one, and each change counts.
#[tokio::test]
async fn reparent_hands_children_and_contacts_to_the_parent() {
    each_engine(async |world| {
        let made = company(&world).await;
        world.organization("Oslo", Some(&made.north)).await;
        delete(&world, &made.sales, "REPARENT").await;
        let expected = [
            "Acme < nothing v1",
            "North < Acme v2",
            "Oslo < North v1",
            "South < Acme v2",
            "Ann < Acme v2",
            "Bob < Acme v2",
        ];
        assert_eq!(all(&world).await, expected);
    })
    .await;
}

/// T-31.
#[tokio::test]
async fn reparent_at_a_root_makes_children_roots_and_contacts_free() {
    each_engine(async |world| {
        let made = company(&world).await;
        world.contact("Chief", Some(&made.acme)).await;
        delete(&world, &made.acme, "REPARENT").await;
        let expected = [
            "North < Sales v1",
            "Sales < nothing v3",
            "South < Sales v1",
            "Ann < Sales v1",
            "Bob < Sales v1",
            "Chief < nothing v2",
        ];
        assert_eq!(all(&world).await, expected);
    })
    .await;
}

/// T-32, T-143, T-177.
#[tokio::test]
async fn detach_makes_children_roots_and_contacts_free() {
    each_engine(async |world| {
        let made = company(&world).await;
        world.organization("Oslo", Some(&made.north)).await;
        delete(&world, &made.sales, "DETACH").await;
        let expected = [
            "Acme < nothing v1",
            "North < nothing v2",
            "Oslo < North v1",
            "South < nothing v2",
            "Ann < nothing v2",
            "Bob < nothing v2",
        ];
        assert_eq!(all(&world).await, expected);
    })
    .await;
}

/// T-31: the whole subtree with its contacts, primary or not, and nothing else.
#[tokio::test]
async fn cascade_deletes_everything_below_and_everybody_in_it() {
    each_engine(async |world| {
        let made = company(&world).await;
        world.organization("Oslo", Some(&made.north)).await;
        world.contact("Cyd", Some(&made.south)).await;
        world.contact("Chief", Some(&made.acme)).await;
        delete(&world, &made.sales, "CASCADE").await;
        assert_eq!(all(&world).await, ["Acme < nothing v1", "Chief < Acme v1"]);
    })
    .await;
}

/// T-31, T-176: an account is more than a contact.
#[tokio::test]
async fn cascade_is_refused_while_anybody_below_has_an_account() {
    each_engine(async |world| {
        let made = company(&world).await;
        let cyd = world.contact("Cyd", Some(&made.south)).await;
        world.account("cyd", Some(contact_id(&cyd))).await;
        let before = all(&world).await;
        let got = world.attempt(&world.admin, DELETE, json!({ "id": made.acme, "mode": "CASCADE" })).await;
        let error = json!({ "code": "IN_USE", "message": "something still belongs to some of the contacts, such as an account", "path": ["id"] });
        assert_eq!(got, json!({ "deletedId": null, "userErrors": [error] }));
        assert_eq!(all(&world).await, before);
        delete(&world, &made.north, "CASCADE").await;
    })
    .await;
}

/// T-32, T-12: contacts get the group of their new place, or their own back.
#[tokio::test]
async fn reparent_and_detach_change_effective_groups_as_a_move_would() {
    const GROUP: &str = "query($id: ID!) { contact(id: $id) { effectiveCustomerGroup { name } } }";
    each_engine(async |world| {
        let (gold, own) = (world.group("Gold").await, world.group("Own").await);
        for (mode, expected) in [("REPARENT", json!("Gold")), ("DETACH", json!("Own"))] {
            let acme = world
                .organization_with(json!({ "name": "Acme", "customerGroupId": gold }))
                .await;
            let below =
                json!({ "name": "Sales", "parentId": acme, "customerGroupId": "customerGroup:1" });
            let sales = world.organization_with(below).await;
            let input =
                json!({ "fullName": "Ann", "organizationId": sales, "customerGroupId": own });
            let ann = world.contact_with(input).await;
            delete(&world, &sales, mode).await;
            let data = world.ask(&world.admin, GROUP, json!({ "id": ann })).await;
            assert_eq!(
                data["contact"]["effectiveCustomerGroup"]["name"], expected,
                "{mode}"
            );
        }
    })
    .await;
}

/// T-74, T-31: its addresses go with it in every mode, and nobody prefers one of them any more.
#[tokio::test]
async fn an_organizations_addresses_go_with_it_and_so_do_preferences_for_them() {
    each_engine(async |world| {
        for mode in ["REPARENT", "DETACH"] {
            let made = company(&world).await;
            let address = async |owner: &str, id: &str, name: &str| {
                let input = json!({ owner: id, "name": name, "kinds": ["BILLING"] });
                world.change(&world.admin, ADDRESS_CREATE, input).await["address"]["id"].clone()
            };
            let of_sales = address("organizationId", &made.sales, "of Sales").await;
            let of_ann = address("contactId", &made.ann, "of Ann").await;
            let prefer = json!({ "id": made.ann, "preferredBillingAddressId": of_sales, "preferredShippingAddressId": of_ann });
            world.change(&world.admin, CONTACT_UPDATE, prefer).await;
            assert_eq!(preferences(&world, "Ann").await, json!(["of Sales", "of Ann"]));
            delete(&world, &made.sales, mode).await;
            assert_eq!(preferences(&world, "Ann").await, json!([null, "of Ann"]));
            assert_eq!(world.number("SELECT count(*) FROM address").await, 1);
            for contact in [made.ann.as_str(), &the_contact(&world, "Bob").await] {
                world.change(&world.admin, CONTACT_DELETE, json!({ "id": contact })).await;
            }
            for rest in [&made.north, &made.south, &made.acme] {
                delete(&world, rest, "REFUSE").await;
            }
            assert_eq!(world.number("SELECT count(*) FROM address").await, 0);
        }
        let made = company(&world).await;
        for (owner, id) in [("organizationId", &made.north), ("contactId", &made.ann)] {
            world.change(&world.admin, ADDRESS_CREATE, json!({ owner: id, "kinds": ["PUBLIC"] })).await;
        }
        delete(&world, &made.acme, "CASCADE").await;
        assert_eq!(world.number("SELECT count(*) FROM address").await, 0);
    })
    .await;
}

const CONTACT_DELETE: &str =
    "mutation($input: ContactDeleteInput!) { contactDelete(input: $input) {
    deletedId userErrors { code message path } } }";

async fn the_contact(world: &World, name: &str) -> String {
    const FIND: &str =
        "query($name: String!) { contacts(filter: { search: $name }, first: 1) { nodes { id } } }";
    let found = world.ask(&world.admin, FIND, json!({ "name": name })).await;
    found["contacts"]["nodes"][0]["id"]
        .as_str()
        .expect("a contact")
        .to_owned()
}

/// T-31: a grant on what is gone must not come alive again.
#[tokio::test]
async fn role_assignments_on_a_deleted_organization_go_with_it() {
    each_engine(async |world| {
        for mode in ["REPARENT", "DETACH", "CASCADE"] {
            let made = company(&world).await;
            let login = |place: &str| format!("{mode} {place}");
            let view = [Permission::OrganizationView];
            let on = world
                .holder(&login("on"), &view, Scope::Subtree, Some(&made.sales))
                .await;
            world
                .holder(&login("below"), &view, Scope::Node, Some(&made.north))
                .await;
            let held = world.number("SELECT count(*) FROM role_assignment").await;
            delete(&world, &made.sales, mode).await;
            let lost = if mode == "CASCADE" { 2 } else { 1 };
            assert_eq!(
                world.number("SELECT count(*) FROM role_assignment").await,
                held - lost,
                "{mode}"
            );
            let seen = world
                .ask(
                    &on,
                    "query($id: ID!) { organization(id: $id) { name } }",
                    json!({ "id": made.north }),
                )
                .await;
            assert_eq!(seen["organization"], json!(null));
        }
    })
    .await;
}

/// T-141, T-173.
#[tokio::test]
async fn a_deletion_can_be_tried_out_and_can_expect_a_version() {
    each_engine(async |world| {
        let made = company(&world).await;
        let before = all(&world).await;
        for mode in ["REPARENT", "DETACH", "CASCADE"] {
            let tried = json!({ "id": made.sales, "mode": mode, "validateOnly": true });
            world.change(&world.admin, DELETE, tried).await;
            let late = json!({ "id": made.sales, "mode": mode, "expectedVersion": 1 });
            assert_eq!(
                user_errors(&world.attempt(&world.admin, DELETE, late).await),
                ["STALE at expectedVersion"]
            );
        }
        assert_eq!(all(&world).await, before);
        let right = json!({ "id": made.sales, "mode": "CASCADE", "expectedVersion": 2 });
        world.change(&world.admin, DELETE, right).await;
    })
    .await;
}
