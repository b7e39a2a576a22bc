//! Roles that the directory starts with, the catalogue of permissions, and who sees roles.

use super::{ASSIGN, CREATE, DELETE, REVOKE, UPDATE, account_id, can, refused, role, role_id};
use crate::support::{World, each_engine};
use entity::role_assignment::Scope;
use guildhall::access::Permission::{self, OrganizationView, RoleAssign, RoleEdit, RoleView};
use guildhall::access::{ADMINISTRATORS, EVERYONE, REGISTERED};
use serde_json::{Value, json};

const ROLES: &str = "{ roles(first: 100) { nodes { id name system permissions } } }";

async fn names(world: &World) -> Vec<String> {
    let data = world.ask(&world.admin, ROLES, json!({})).await;
    let nodes = data["roles"]["nodes"].as_array().expect("roles").clone();
    nodes
        .iter()
        .map(|role| role["name"].as_str().expect("a name").to_owned())
        .collect()
}

async fn id_of(world: &World, name: &str) -> Value {
    let data = world.ask(&world.admin, ROLES, json!({})).await;
    let nodes = data["roles"]["nodes"].as_array().expect("roles").clone();
    nodes
        .iter()
        .find(|role| role["name"] == name)
        .expect("a role of that name")["id"]
        .clone()
}

/// T-03, T-04: roles to begin with are roles like any other.
#[tokio::test]
async fn shipped_roles_are_there_and_stay_renamed_and_deleted() {
    each_engine(async |world| {
        let shipped = [
            "Administrators",
            "Buyers",
            "CommerceAdmins",
            "CustomerServiceReps",
            "Everyone",
            "OrganizationAdmins",
            "Registered",
        ];
        assert_eq!(names(&world).await, shipped);
        let data = world.ask(&world.admin, ROLES, json!({})).await;
        for role in data["roles"]["nodes"].as_array().expect("roles") {
            let held: Vec<_> = role["permissions"]
                .as_array()
                .expect("permissions")
                .iter()
                .filter_map(Value::as_str)
                .collect();
            let system = ["Administrators", "Everyone", "Registered"]
                .contains(&role["name"].as_str().expect("a name"));
            assert_eq!(role["system"], json!(system));
            let all_views_are_in = Permission::ALL
                .iter()
                .filter(|permission| held.contains(&permission.name()))
                .filter_map(|permission| permission.implied())
                .all(|view| held.contains(&view.name()));
            assert!(all_views_are_in, "as if saved: {role}");
            let touches_roles = held
                .iter()
                .any(|name| ["ROLE_CREATE", "ROLE_EDIT", "ROLE_DELETE"].contains(name));
            assert_eq!(touches_roles, role["name"] == "Administrators", "{role}");
            let everything = held.len() == Permission::ALL.len();
            assert_eq!(everything, role["name"] == "Administrators", "{role}");
        }
        let buyers = id_of(&world, "Buyers").await;
        world
            .change(
                &world.admin,
                UPDATE,
                json!({ "id": buyers, "name": "Customers" }),
            )
            .await;
        let reps = id_of(&world, "CustomerServiceReps").await;
        world
            .change(&world.admin, DELETE, json!({ "id": reps }))
            .await;
        world.system.migrate().await.expect("nothing left to do");
        assert_eq!(
            names(&world).await,
            [
                "Administrators",
                "CommerceAdmins",
                "Customers",
                "Everyone",
                "OrganizationAdmins",
                "Registered"
            ]
        );
        role(&world, "One more", &[]).await;
    })
    .await;
}

/// T-61: every account lists them, with OWN scope.
#[tokio::test]
async fn every_account_has_everyone_and_registered_and_nobody_gives_or_takes_them() {
    each_engine(async |world| {
        let person = world.account("person", None).await;
        let query = "{ viewer { account { roles { id scope validFrom validUntil organization { id } role { name } } } } }";
        let data = world.ask(&person, query, json!({})).await;
        let roles = data["viewer"]["account"]["roles"].as_array().expect("roles").clone();
        let own = |role: &str| json!({ "scope": "OWN", "validFrom": null, "validUntil": null, "organization": null, "role": { "name": role } });
        for (held, name) in roles.iter().zip(["Everyone", "Registered"]) {
            let mut expected = own(name);
            expected["id"] = held["id"].clone();
            assert_eq!(held, &expected);
            let got = refused(&world, &world.admin, REVOKE, json!({ "id": held["id"] })).await;
            assert_eq!(got, ["FORBIDDEN at id"]);
        }
        assert_eq!(roles.len(), 2);
        for role in [EVERYONE, REGISTERED] {
            for scope in ["OWN", "GLOBAL"] {
                let input = json!({ "accountId": account_id(&person), "roleId": role_id(role), "scope": scope });
                assert_eq!(refused(&world, &world.admin, ASSIGN, input).await, ["FORBIDDEN at roleId"]);
            }
        }
    })
    .await;
}

/// T-61, T-195: accounts of tomorrow have them as well, so it takes the right everywhere.
#[tokio::test]
async fn what_every_account_holds_is_changed_by_whoever_holds_it_everywhere() {
    each_engine(async |world| {
        let top = world.organization("Top", None).await;
        let contact = world.contact("Ada", Some(&top)).await;
        let ada = world
            .account("ada", Some(crate::support::build::contact_id(&contact)))
            .await;
        let editor = world
            .holder("editor", &[RoleView, RoleEdit], Scope::Global, None)
            .await;
        let seer = world
            .system
            .create_role("seer", &[Permission::ContactView])
            .await
            .expect("a role");
        world
            .assign(&editor, seer, Scope::Subtree, Some(&top))
            .await;
        for role in [EVERYONE, REGISTERED] {
            let held = if role == REGISTERED {
                json!(["ORGANIZATION_VIEW", "CONTACT_VIEW"])
            } else {
                json!(["CONTACT_VIEW"])
            };
            let add = json!({ "id": role_id(role), "permissions": held });
            assert_eq!(
                refused(&world, &editor, UPDATE, add.clone()).await,
                ["OUT_OF_SCOPE at permissions"]
            );
            assert!(!can(&world, &ada, "CONTACT_VIEW", Some(&top)).await);
            assert_eq!(refused(&world, &world.admin, UPDATE, add).await, [""; 0]);
            assert!(can(&world, &ada, "CONTACT_VIEW", Some(&top)).await);
            let back = if role == REGISTERED {
                json!(["ORGANIZATION_VIEW"])
            } else {
                json!([])
            };
            assert_eq!(
                refused(
                    &world,
                    &editor,
                    UPDATE,
                    json!({ "id": role_id(role), "permissions": back })
                )
                .await,
                [""; 0]
            );
        }
    })
    .await;
}

/// T-61: system roles keep their names and stay; Administrators keeps what it holds, too.
#[tokio::test]
async fn roles_of_the_system_are_neither_renamed_nor_deleted() {
    each_engine(async |world| {
        for (role, name) in [
            (EVERYONE, "Everyone"),
            (REGISTERED, "Registered"),
            (ADMINISTRATORS, "Administrators"),
        ] {
            let id = role_id(role);
            assert_eq!(
                refused(
                    &world,
                    &world.admin,
                    UPDATE,
                    json!({ "id": id, "name": "Mine" })
                )
                .await,
                ["FORBIDDEN at name"]
            );
            assert_eq!(
                refused(
                    &world,
                    &world.admin,
                    UPDATE,
                    json!({ "id": id, "name": name.to_uppercase() })
                )
                .await,
                ["FORBIDDEN at name"]
            );
            assert_eq!(
                refused(
                    &world,
                    &world.admin,
                    UPDATE,
                    json!({ "id": id, "name": name, "description": "Told anew." })
                )
                .await,
                [""; 0]
            );
            assert_eq!(
                refused(&world, &world.admin, DELETE, json!({ "id": id })).await,
                ["FORBIDDEN at id"]
            );
        }
        let all: Vec<_> = Permission::ALL
            .iter()
            .map(|permission| permission.name())
            .collect();
        let less = json!({ "id": role_id(ADMINISTRATORS), "permissions": [] });
        assert_eq!(
            refused(&world, &world.admin, UPDATE, less).await,
            ["FORBIDDEN at permissions"]
        );
        let same = json!({ "id": role_id(ADMINISTRATORS), "permissions": all });
        assert_eq!(refused(&world, &world.admin, UPDATE, same).await, [""; 0]);
        // Rows that somebody left behind neither add to it nor take from it.
        world
            .sql("INSERT INTO role_permission (role_id, permission) VALUES (3, 'ROLE_VIEW')")
            .await;
        assert!(can(&world, &world.admin, "HISTORY_VIEW", None).await);
    })
    .await;
}

#[tokio::test]
async fn a_permission_that_the_product_does_not_know_gives_nothing() {
    each_engine(async |world| {
        let person = world.account("person", None).await;
        let id = role(&world, "Odd", &["CONTACT_VIEW"]).await;
        let number = id.trim_start_matches("role:");
        world.sql(&format!("INSERT INTO role_permission (role_id, permission) VALUES ({number}, 'EVERYTHING'), ({number}, 'contact_edit')")).await;
        let input = json!({ "accountId": account_id(&person), "roleId": id, "scope": "GLOBAL" });
        assert_eq!(refused(&world, &world.admin, ASSIGN, input).await, [""; 0]);
        let data = world.ask(&person, "{ viewer { permissions account { roles { role { permissions } } } } }", json!({})).await;
        assert_eq!(data["viewer"]["permissions"], json!(["CONTACT_VIEW"]));
        assert_eq!(data["viewer"]["account"]["roles"][2]["role"]["permissions"], json!(["CONTACT_VIEW"]));
        let changed = world.change(&world.admin, UPDATE, json!({ "id": id, "permissions": ["CONTACT_LIST"] })).await;
        assert_eq!(changed["role"]["permissions"], json!(["CONTACT_LIST"]));
        assert_eq!(world.number(&format!("SELECT count(*) FROM role_permission WHERE role_id = {number}")).await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_catalogue_has_every_permission_of_the_schema_with_what_it_lets_one_do() {
    let world = World::on(crate::support::Engine::Sqlite).await;
    let person = world.account("person", None).await;
    let query = r#"{ permissionCatalogue { permission description area implies } __type(name: "Permission") { enumValues { name description } } }"#;
    let data = world.ask(&person, query, json!({})).await;
    let catalogue = data["permissionCatalogue"].as_array().expect("entries");
    let schema = data["__type"]["enumValues"].as_array().expect("values");
    assert_eq!(catalogue.len(), schema.len());
    for entry in catalogue {
        let name = entry["permission"].as_str().expect("a name");
        let described = schema
            .iter()
            .find(|value| value["name"] == name)
            .expect("a value of the schema");
        assert_eq!(entry["description"], described["description"]);
        assert!(
            entry["description"]
                .as_str()
                .is_some_and(|text| text.ends_with('.') && text.len() > 8),
            "{entry}"
        );
        let area = entry["area"].as_str().expect("an area");
        let rest = name.strip_prefix(area).expect("the permission's beginning");
        assert!(!area.is_empty() && rest.starts_with('_'), "{entry}");
        let changes = ["_EDIT", "_CREATE", "_DELETE", "_ASSIGN"]
            .iter()
            .any(|verb| name.ends_with(verb));
        let view = if changes {
            json!(format!("{area}_VIEW"))
        } else {
            json!(null)
        };
        assert_eq!(entry["implies"], view);
    }
}

/// T-198: a role shows on every assignment that one may see, by id and in lists only with ROLE_VIEW.
#[tokio::test]
async fn a_role_shows_on_ones_own_assignment_and_by_id_only_with_the_right_to_see_roles() {
    each_engine(async |world| {
        let person = world
            .holder("person", &[OrganizationView], Scope::Global, None)
            .await;
        let query = "{ viewer { account { roles { role { id name permissions } } } } }";
        let data = world.ask(&person, query, json!({})).await;
        let role = data["viewer"]["account"]["roles"][2]["role"].clone();
        assert_eq!(
            (&role["name"], &role["permissions"]),
            (&json!("role of person"), &json!(["ORGANIZATION_VIEW"]))
        );
        let by_id = "query($id: ID!) { role(id: $id) { name } node(id: $id) { id } }";
        let asked = json!({ "id": role["id"] });
        assert_eq!(
            world.ask(&person, by_id, asked.clone()).await,
            json!({ "role": null, "node": null })
        );
        let absent = world
            .ask(&person, by_id, json!({ "id": "role:999999" }))
            .await;
        assert_eq!(absent, json!({ "role": null, "node": null }));
        let list = world.send(&person, ROLES, json!({})).await;
        assert_eq!(crate::support::code(&list), "FORBIDDEN");

        let top = world.organization("Top", None).await;
        let seer = world
            .holder("seer", &[RoleView], Scope::Node, Some(&top))
            .await;
        let seen = world.ask(&seer, by_id, asked).await;
        assert_eq!(
            seen,
            json!({ "role": { "name": "role of person" }, "node": { "id": role["id"] } })
        );
        assert_eq!(
            world.ask(&seer, ROLES, json!({})).await["roles"]["nodes"]
                .as_array()
                .map(Vec::len),
            Some(9)
        );
    })
    .await;
}

/// T-198: to hand out what one does not see is refused as if it were not there.
#[tokio::test]
async fn a_role_that_one_may_not_see_cannot_be_named() {
    each_engine(async |world| {
        let id = role(&world, "Hidden", &[]).await;
        let person = world.account("person", None).await;
        let blind = world
            .holder(
                "blind",
                &[RoleAssign, Permission::AccountView],
                Scope::Global,
                None,
            )
            .await;
        for role in [id.as_str(), "role:999999"] {
            let input =
                json!({ "accountId": account_id(&person), "roleId": role, "scope": "GLOBAL" });
            let payload = world.attempt(&blind, ASSIGN, input).await;
            let error =
                json!([{ "code": "NOT_FOUND", "path": ["roleId"], "message": "role not found" }]);
            assert_eq!(payload["userErrors"], error);
        }
        let input = json!({ "name": "x", "permissions": ["NO_SUCH_RIGHT"] });
        let body = world
            .send(&world.admin, CREATE, json!({ "input": input }))
            .await;
        assert_eq!(crate::support::code(&body), "BAD_REQUEST");
    })
    .await;
}
