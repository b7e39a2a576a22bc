//! Roles: making, changing and deleting them, what comes back, and what is written down.

mod assignments;
mod system;

use crate::support::{Person, World, each_engine, user_errors};
use entity::ids::RoleId;
use entity::role_assignment::Scope;
use guildhall::access::Permission::{
    ContactView, HistoryView, OrganizationView, RoleAssign, RoleCreate, RoleDelete, RoleEdit,
    RoleView,
};
use serde_json::{Value, json};

pub const CREATE: &str = "mutation($input: RoleCreateInput!) { roleCreate(input: $input) {
    role { id name description system permissions version } userErrors { code path message } } }";
pub const UPDATE: &str = "mutation($input: RoleUpdateInput!) { roleUpdate(input: $input) {
    role { id name description system permissions version } userErrors { code path message } } }";
pub const DELETE: &str = "mutation($input: RoleDeleteInput!) { roleDelete(input: $input) {
    deletedId userErrors { code path message } } }";
pub const ASSIGN: &str = "mutation($input: RoleAssignInput!) { roleAssign(input: $input) {
    roleAssignment { id } userErrors { code path message } } }";
pub const REVOKE: &str = "mutation($input: RoleRevokeInput!) { roleRevoke(input: $input) {
    deletedId userErrors { code path message } } }";

/// What a mutation was refused with; nothing when it was not.
pub async fn refused(world: &World, person: &Person, mutation: &str, input: Value) -> Vec<String> {
    user_errors(&world.attempt(person, mutation, input).await)
}

/// The global id of somebody's account.
pub fn account_id(person: &Person) -> String {
    format!("account:{}", person.account.expect("an account"))
}

/// The global id of a role.
pub fn role_id(role: RoleId) -> String {
    format!("role:{role}")
}

/// Whether `person` holds a permission: anywhere, or over an organization that they may see.
pub async fn can(world: &World, person: &Person, permission: &str, over: Option<&str>) -> bool {
    let query = "query($permission: Permission!, $over: ID) {
        viewer { can(permission: $permission, organizationId: $over) } }";
    let asked = json!({ "permission": permission, "over": over });
    let data = world.ask(person, query, asked).await;
    data["viewer"]["can"].as_bool().expect("yes or no")
}

/// A new role, made through the API by the administrator.
pub async fn role(world: &World, name: &str, permissions: &[&str]) -> String {
    let input = json!({ "name": name, "permissions": permissions });
    let payload = world.change(&world.admin, CREATE, input).await;
    payload["role"]["id"].as_str().expect("an id").to_owned()
}

async fn entries(world: &World) -> i64 {
    world.number("SELECT count(*) FROM history_entry").await
}

/// T-195: what may be changed must be seen, so the views come along when the role is saved.
#[tokio::test]
async fn a_role_is_made_changed_and_deleted_and_brings_the_views_along() {
    each_engine(async |world| {
        let input = json!({ "name": " Keepers ", "description": "Keep.", "permissions": ["CONTACT_EDIT", "CONTACT_EDIT"] });
        let made = world.change(&world.admin, CREATE, input).await["role"].clone();
        let mut expected = json!({ "id": made["id"], "name": "Keepers", "description": "Keep.", "system": false,
            "permissions": ["CONTACT_VIEW", "CONTACT_EDIT"], "version": 1 });
        assert_eq!(made, expected);
        let input = json!({ "id": made["id"], "description": null, "permissions": ["ROLE_ASSIGN"] });
        let changed = world.change(&world.admin, UPDATE, input).await["role"].clone();
        expected["description"] = json!(null);
        expected["permissions"] = json!(["ROLE_VIEW", "ROLE_ASSIGN"]);
        expected["version"] = json!(2);
        assert_eq!(changed, expected);
        let gone = world.change(&world.admin, DELETE, json!({ "id": made["id"] })).await;
        assert_eq!(gone["deletedId"], made["id"]);
        let asked = world.ask(&world.admin, "query($id: ID!) { role(id: $id) { name } }", json!({ "id": made["id"] })).await;
        assert_eq!(asked, json!({ "role": null }));
        // The number is not given out again.
        assert_ne!(json!(role(&world, "Keepers", &[]).await), made["id"]);
    })
    .await;
}

/// T-175, T-20 for roles: names are unique without regard to case, and refused by field.
#[tokio::test]
async fn what_a_role_cannot_be_called_is_told_at_the_field() {
    each_engine(async |world| {
        let keepers = role(&world, "Keepers", &[]).await;
        let other = role(&world, "Others", &[]).await;
        let long = "x".repeat(513);
        for (name, expected) in [
            (" ", "REQUIRED at name"),
            (long.as_str(), "TOO_LONG at name"),
            ("a\u{7}b", "INVALID at name"),
            ("KEEPERS", "TAKEN at name"),
            ("everyone", "TAKEN at name"),
        ] {
            let input = json!({ "name": name, "permissions": [] });
            let got = refused(&world, &world.admin, CREATE, input.clone()).await;
            assert_eq!(got, [expected], "making {name:.10}");
            let mut validated = input;
            validated["validateOnly"] = json!(true);
            let got = refused(&world, &world.admin, CREATE, validated).await;
            assert_eq!(got, [expected], "validating {name:.10}");
            let input = json!({ "id": other, "name": name });
            let got = refused(&world, &world.admin, UPDATE, input).await;
            assert_eq!(got, [expected], "renaming to {name:.10}");
        }
        let text = json!({ "id": other, "description": "x".repeat(10_001) });
        assert_eq!(
            refused(&world, &world.admin, UPDATE, text).await,
            ["TOO_LONG at description"]
        );
        let nulls = json!({ "id": other, "name": null });
        assert_eq!(
            refused(&world, &world.admin, UPDATE, nulls).await,
            ["REQUIRED at name"]
        );
        let nulls = json!({ "id": other, "permissions": null });
        assert_eq!(
            refused(&world, &world.admin, UPDATE, nulls).await,
            ["INVALID at permissions"]
        );
        let own = json!({ "id": keepers, "name": "KEEPERS" });
        assert_eq!(
            refused(&world, &world.admin, UPDATE, own).await,
            [""; 0],
            "its own name is not taken"
        );
    })
    .await;
}

/// T-195: the three rights count with GLOBAL scope only, and nobody makes a role of what they lack.
#[tokio::test]
async fn roles_are_made_and_changed_by_whoever_may_everywhere_and_only_of_what_they_hold() {
    each_engine(async |world| {
        let top = world.organization("Top", None).await;
        let held = [
            RoleView,
            RoleCreate,
            RoleEdit,
            RoleDelete,
            OrganizationView,
            ContactView,
        ];
        let local = world
            .holder("local", &held, Scope::Subtree, Some(&top))
            .await;
        let seer = world.holder("seer", &[RoleView], Scope::Global, None).await;
        let blind = world.account("blind", None).await;
        let id = role(&world, "Keepers", &["CONTACT_VIEW"]).await;
        let create = json!({ "name": "Mine", "permissions": ["CONTACT_VIEW"] });
        let update = json!({ "id": id, "permissions": [] });
        for (person, at_id) in [
            (&local, "FORBIDDEN at id"),
            (&seer, "FORBIDDEN at id"),
            (&blind, "NOT_FOUND at id"),
        ] {
            assert_eq!(
                refused(&world, person, CREATE, create.clone()).await,
                ["FORBIDDEN at name"]
            );
            assert_eq!(
                refused(&world, person, UPDATE, update.clone()).await,
                [at_id]
            );
            assert_eq!(
                refused(&world, person, DELETE, json!({ "id": id })).await,
                [at_id]
            );
        }
        let absent = json!({ "id": "role:999999" });
        assert_eq!(
            refused(&world, &local, DELETE, absent).await,
            ["NOT_FOUND at id"]
        );

        let global = world.holder("global", &held, Scope::Global, None).await;
        let more = json!({ "name": "More", "permissions": ["CONTACT_VIEW", "HISTORY_VIEW"] });
        assert_eq!(
            refused(&world, &global, CREATE, more).await,
            ["OUT_OF_SCOPE at permissions"]
        );
        // The view that comes along counts like any other.
        let implied = json!({ "name": "More", "permissions": ["ACCOUNT_EDIT"] });
        assert_eq!(
            refused(&world, &global, CREATE, implied).await,
            ["OUT_OF_SCOPE at permissions"]
        );
        let more = json!({ "id": id, "permissions": ["CONTACT_VIEW", "HISTORY_VIEW"] });
        assert_eq!(
            refused(&world, &global, UPDATE, more).await,
            ["OUT_OF_SCOPE at permissions"]
        );
        assert_eq!(refused(&world, &global, CREATE, create).await, [""; 0]);
        assert_eq!(refused(&world, &global, UPDATE, update).await, [""; 0]);
        assert_eq!(
            refused(&world, &global, DELETE, json!({ "id": id })).await,
            [""; 0]
        );
    })
    .await;
}

/// T-195: what somebody else has put into a role stays in it; only what is added must be one's own.
#[tokio::test]
async fn a_role_that_holds_more_than_its_editor_can_still_be_renamed_and_cut_down() {
    each_engine(async |world| {
        let editor = world
            .holder("editor", &[RoleView, RoleEdit], Scope::Global, None)
            .await;
        let id = role(&world, "Keepers", &["CONTACT_EDIT", "HISTORY_VIEW"]).await;
        let kept =
            json!({ "id": id, "name": "Guards", "permissions": ["CONTACT_VIEW", "HISTORY_VIEW"] });
        assert_eq!(refused(&world, &editor, UPDATE, kept).await, [""; 0]);
        let back = json!({ "id": id, "permissions": ["CONTACT_EDIT", "HISTORY_VIEW"] });
        assert_eq!(
            refused(&world, &editor, UPDATE, back).await,
            ["OUT_OF_SCOPE at permissions"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_role_that_somebody_holds_or_will_is_not_deleted() {
    each_engine(async |world| {
        let person = world.account("person", None).await;
        let id = role(&world, "Keepers", &["CONTACT_VIEW"]).await;
        let year = json!({ "accountId": account_id(&person), "roleId": id, "scope": "GLOBAL",
            "validFrom": "2026-06-01T00:00:00Z", "validUntil": "2027-01-01T00:00:00Z" });
        world.change(&world.admin, ASSIGN, year).await;
        let delete = json!({ "id": id });
        for days in [0, 200, 164] {
            world.clock.advance(chrono::TimeDelta::days(days));
            world.number("SELECT count(*) FROM role").await;
            let admin = reopened(&world).await;
            assert_eq!(
                refused(&world, &admin, DELETE, delete.clone()).await,
                ["IN_USE at id"],
                "after {days} days more"
            );
        }
        world.clock.advance(chrono::TimeDelta::days(1));
        let admin = reopened(&world).await;
        let validated = json!({ "id": id, "validateOnly": true });
        assert_eq!(refused(&world, &admin, DELETE, validated).await, [""; 0]);
        assert_eq!(
            world
                .number("SELECT count(*) FROM role_assignment WHERE valid_until IS NOT NULL")
                .await,
            1
        );
        assert_eq!(refused(&world, &admin, DELETE, delete).await, [""; 0]);
        assert_eq!(
            world
                .number("SELECT count(*) FROM role_assignment WHERE valid_until IS NOT NULL")
                .await,
            0
        );
    })
    .await;
}

/// The administrator with a session that has not run out since.
pub async fn reopened(world: &World) -> Person {
    reopened_for(world, &world.admin).await
}

/// Somebody with a session that has not run out, or been ended, since.
pub async fn reopened_for(world: &World, person: &Person) -> Person {
    let account = person.account.expect("an account");
    let token = world
        .system
        .open_session(account, chrono::TimeDelta::hours(1))
        .await;
    Person {
        token: Some(token.expect("a session")),
        account: Some(account),
    }
}

/// T-114, T-141, T-180: as for any other change.
#[tokio::test]
async fn versions_keys_and_validation_hold_for_roles_as_for_everything() {
    each_engine(async |world| {
        let keyed = json!({ "name": "Keyed", "permissions": ["CONTACT_VIEW"], "idempotencyKey": "one" });
        let first = world.change(&world.admin, CREATE, keyed.clone()).await;
        let again = world.change(&world.admin, CREATE, keyed.clone()).await;
        assert_eq!(first, again);
        let mut other = keyed;
        other["permissions"] = json!([]);
        assert_eq!(refused(&world, &world.admin, CREATE, other).await, ["IDEMPOTENCY_MISMATCH at idempotencyKey"]);

        let id = &first["role"]["id"];
        let seen = entries(&world).await;
        let validated = json!({ "id": id, "permissions": ["HISTORY_VIEW"], "validateOnly": true });
        let shown = world.change(&world.admin, UPDATE, validated).await;
        assert_eq!((&shown["role"]["permissions"], &shown["role"]["version"]), (&json!(["HISTORY_VIEW"]), &json!(2)));
        let nothing = json!({ "id": id, "name": "Keyed", "permissions": ["CONTACT_VIEW"], "expectedVersion": 1 });
        let same = world.change(&world.admin, UPDATE, nothing).await;
        assert_eq!((&same["role"]["permissions"], &same["role"]["version"]), (&json!(["CONTACT_VIEW"]), &json!(1)));
        assert_eq!(entries(&world).await, seen, "neither changed anything");
        let created = json!({ "name": "Never", "permissions": [], "validateOnly": true });
        assert_eq!(world.change(&world.admin, CREATE, created).await["role"], json!(null));

        for (mutation, rest) in [(UPDATE, json!({ "name": "Newer" })), (DELETE, json!({}))] {
            let mut input = json!({ "id": id, "expectedVersion": 7 });
            input.as_object_mut().expect("an object").extend(rest.as_object().expect("an object").clone());
            assert_eq!(refused(&world, &world.admin, mutation, input).await, ["STALE at expectedVersion"]);
        }
    })
    .await;
}

/// What a role holds stands in a table of its own, but changes with the role: in one version and one entry.
#[tokio::test]
async fn the_history_tells_what_a_role_held_before_and_after_in_one_entry() {
    each_engine(async |world| {
        let id = role(&world, "Keepers", &["CONTACT_EDIT"]).await;
        let seen = entries(&world).await;
        let change = json!({ "id": id, "name": "Guards", "permissions": ["CONTACT_VIEW", "HISTORY_VIEW"] });
        world.change(&world.admin, UPDATE, change).await;
        assert_eq!(entries(&world).await, seen + 1);
        let old = r#"{"name":"Keepers","permissions":["CONTACT_VIEW","CONTACT_EDIT"]}"#;
        let new = r#"{"name":"Guards","permissions":["CONTACT_VIEW","HISTORY_VIEW"]}"#;
        assert_eq!(noted(&world, "roleUpdate", "old_values", old).await, 1);
        assert_eq!(noted(&world, "roleUpdate", "new_values", new).await, 1);
        let number = id.trim_start_matches("role:");
        let named = format!("SELECT count(*) FROM history_entry WHERE mutation = 'roleUpdate' AND entity = 'role' AND entity_id = '{number}' AND action = 'UPDATE'");
        assert_eq!(world.number(&named).await, 1);
        world.change(&world.admin, DELETE, json!({ "id": id })).await;
        let kept = "SELECT count(*) FROM history_entry WHERE mutation = 'roleDelete' AND CAST(old_values AS text) LIKE '%HISTORY_VIEW%' AND new_values IS NULL";
        assert_eq!(world.number(kept).await, 1);
    })
    .await;
}

/// How many entries of `mutation` hold all of `values` in `column`, in whatever order the engine keeps its keys.
async fn noted(world: &World, mutation: &str, column: &str, values: &str) -> i64 {
    let values: serde_json::Map<String, Value> = serde_json::from_str(values).expect("JSON");
    let parts = values.iter().map(|(key, value)| {
        let value = value.to_string();
        format!("replace(CAST({column} AS text), ' ', '') LIKE '%\"{key}\":{value}%'")
    });
    let parts: Vec<_> = parts.collect();
    let sql = format!(
        "SELECT count(*) FROM history_entry WHERE mutation = '{mutation}' AND {}",
        parts.join(" AND ")
    );
    world.number(&sql).await
}

/// T-195: deleting a role, too, takes nothing but the right to.
#[tokio::test]
async fn whoever_may_delete_roles_need_not_hold_what_they_hold() {
    each_engine(async |world| {
        let deleter = world
            .holder("deleter", &[RoleView, RoleDelete], Scope::Global, None)
            .await;
        let id = role(&world, "Historians", &["HISTORY_VIEW"]).await;
        assert!(!can(&world, &deleter, HistoryView.name(), None).await);
        assert_eq!(
            refused(&world, &deleter, DELETE, json!({ "id": id })).await,
            [""; 0]
        );
        let assigner = world
            .holder("assigner", &[RoleView, RoleAssign], Scope::Global, None)
            .await;
        let id = role(&world, "Historians", &["HISTORY_VIEW"]).await;
        assert_eq!(
            refused(&world, &assigner, DELETE, json!({ "id": id })).await,
            ["FORBIDDEN at id"]
        );
    })
    .await;
}
