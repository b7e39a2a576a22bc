//! What holds for every write: versions, idempotency keys, validation, and being whole or absent.

mod keys;
mod together;

use crate::support::build::{CONTACT_CREATE, GROUP_CREATE, ORGANIZATION_CREATE};
use crate::support::{World, code, each_engine, user_errors};
use serde_json::{Value, json};

const CONTACT_UPDATE: &str =
    "mutation($input: ContactUpdateInput!) { contactUpdate(input: $input) {
    contact { fullName phone jobTitle version } userErrors { code message path } } }";
const CONTACT_DELETE: &str = "mutation($input: ContactDeleteInput!) { contactDelete(input: $input) { deletedId userErrors { code path } } }";

/// A mutation that is asked for its mistakes alone.
fn mutation(field: &str) -> String {
    let input = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
    format!(
        "mutation($input: {input}!) {{ {field}(input: $input) {{ userErrors {{ code message path }} }} }}"
    )
}

async fn attempt(world: &World, field: &str, input: Value) -> Value {
    world.attempt(&world.admin, &mutation(field), input).await
}

/// One of each kind that can be changed, by the name that inputs and ids give it.
struct Things {
    organization: String,
    contact: String,
    group: String,
    organization_type: String,
    category: String,
    address: String,
}

impl Things {
    async fn in_world(world: &World) -> Self {
        let organization = world.organization("Acme", None).await;
        let id = async |field: &str, shown: &str, input: Value| {
            let query =
                mutation(field).replace("userErrors", &format!("{shown} {{ id }} userErrors"));
            let made = world.change(&world.admin, &query, input).await;
            made[shown]["id"].as_str().expect("an id").to_owned()
        };
        let address =
            json!({ "organizationId": organization, "kinds": ["SHIPPING"], "city": "Ulm" });
        Self {
            contact: world.contact("Somebody", None).await,
            group: world.group("Gold").await,
            organization_type: id(
                "organizationTypeCreate",
                "organizationType",
                json!({ "name": "Club" }),
            )
            .await,
            category: id(
                "businessCategoryCreate",
                "businessCategory",
                json!({ "name": "Zoo" }),
            )
            .await,
            address: id("addressCreate", "address", address).await,
            organization,
        }
    }

    /// Every mutation of something that exists, with a change, deletions last.
    fn changes(&self) -> Vec<(&'static str, Value)> {
        let Self {
            organization,
            contact,
            group,
            organization_type,
            category,
            address,
        } = self;
        vec![
            (
                "organizationUpdate",
                json!({ "id": organization, "name": "Bolt" }),
            ),
            (
                "organizationMove",
                json!({ "id": organization, "newParentId": null }),
            ),
            ("contactUpdate", json!({ "id": contact, "phone": "1" })),
            (
                "contactAssignOrganization",
                json!({ "id": contact, "organizationId": organization }),
            ),
            (
                "customerGroupAssign",
                json!({ "contactId": contact, "customerGroupId": "customerGroup:1" }),
            ),
            (
                "customerGroupAssign",
                json!({ "organizationId": organization, "customerGroupId": "customerGroup:1" }),
            ),
            (
                "customerGroupUpdate",
                json!({ "id": group, "name": "Platinum" }),
            ),
            ("customerGroupArchive", json!({ "id": group })),
            ("customerGroupRestore", json!({ "id": group })),
            (
                "organizationTypeUpdate",
                json!({ "id": organization_type, "name": "Guild" }),
            ),
            (
                "businessCategoryUpdate",
                json!({ "id": category, "name": "Park" }),
            ),
            ("addressUpdate", json!({ "id": address, "city": "Bern" })),
            ("addressDelete", json!({ "id": address })),
            ("contactDelete", json!({ "id": contact })),
            ("organizationDelete", json!({ "id": organization })),
            ("customerGroupDelete", json!({ "id": group })),
            ("organizationTypeDelete", json!({ "id": organization_type })),
            ("businessCategoryDelete", json!({ "id": category })),
        ]
    }
}

/// The sum of all versions, and how long the history is.
async fn marks(world: &World) -> (i64, i64) {
    let tables = [
        "organization",
        "contact",
        "customer_group",
        "organization_type",
        "business_category",
        "address",
    ];
    let sums: Vec<_> = tables
        .iter()
        .map(|table| format!("coalesce((SELECT sum(version) FROM {table}), 0)"))
        .collect();
    let versions = world
        .number(&format!("SELECT CAST({} AS bigint)", sums.join(" + ")))
        .await;
    (
        versions,
        world.number("SELECT count(*) FROM history_entry").await,
    )
}

/// T-114.
#[tokio::test]
async fn a_change_that_comes_to_nothing_bumps_no_version_and_leaves_no_history() {
    each_engine(async |world| {
        let things = Things::in_world(&world).await;
        for (field, input) in things.changes() {
            if field.ends_with("Delete") {
                continue;
            }
            world
                .change(&world.admin, &mutation(field), input.clone())
                .await;
            let before = marks(&world).await;
            world.change(&world.admin, &mutation(field), input).await;
            assert_eq!(marks(&world).await, before, "{field} twice");
        }
    })
    .await;
}

/// T-173: whoever says which version it has seen is refused when there is another; nothing else is checked for those who do not.
#[tokio::test]
async fn every_change_of_something_that_exists_is_refused_as_stale_for_another_version() {
    each_engine(async |world| {
        let things = Things::in_world(&world).await;
        for (field, mut input) in things.changes() {
            let before = marks(&world).await;
            input["expectedVersion"] = json!(99);
            let refused = attempt(&world, field, input.clone()).await;
            assert_eq!(
                user_errors(&refused),
                ["STALE at expectedVersion"],
                "{field}"
            );
            assert_eq!(marks(&world).await, before, "{field}");
            let message = refused["userErrors"][0]["message"]
                .as_str()
                .expect("a message");
            let version = message
                .strip_suffix(", not 99")
                .and_then(|said| said.rsplit(' ').next());
            input["expectedVersion"] = json!(
                version
                    .and_then(|version| version.parse::<i32>().ok())
                    .expect("a version")
            );
            assert_eq!(
                user_errors(&attempt(&world, field, input).await),
                [""; 0],
                "{field}"
            );
        }
    })
    .await;
}

/// T-141.
#[tokio::test]
async fn validation_shows_a_change_as_it_would_be_a_new_thing_not_at_all_and_changes_nothing() {
    each_engine(async |world| {
        let things = Things::in_world(&world).await;
        let before = marks(&world).await;
        for (query, input, shown) in [
            (CONTACT_CREATE, json!({ "fullName": "New" }), "contact"),
            (GROUP_CREATE, json!({ "name": "New" }), "customerGroup"),
            (ORGANIZATION_CREATE, json!({ "name": "New" }), "organization"),
        ] {
            let mut input = input;
            input["validateOnly"] = json!(true);
            assert_eq!(world.attempt(&world.admin, query, input).await, json!({ shown: null, "userErrors": [] }));
        }
        for (field, mut input) in things.changes() {
            input["validateOnly"] = json!(true);
            assert_eq!(user_errors(&attempt(&world, field, input).await), [""; 0], "{field}");
            assert_eq!(marks(&world).await, before, "{field}");
        }
        let update = json!({ "id": things.contact, "fullName": "Other", "validateOnly": true });
        let shown = world.attempt(&world.admin, CONTACT_UPDATE, update).await;
        assert_eq!(shown, json!({ "contact": { "fullName": "Other", "phone": null, "jobTitle": null, "version": 2 }, "userErrors": [] }));
        let stale = json!({ "id": things.contact, "fullName": "Other", "validateOnly": true, "expectedVersion": 5 });
        assert_eq!(user_errors(&world.attempt(&world.admin, CONTACT_UPDATE, stale).await), ["STALE at expectedVersion"]);
        let taken = json!({ "name": "gold", "validateOnly": true });
        assert_eq!(user_errors(&world.attempt(&world.admin, GROUP_CREATE, taken).await), ["TAKEN at name"]);
        assert_eq!(marks(&world).await, before);
        assert_eq!(world.group("Next").await, "customerGroup:5", "no number was used up");
    })
    .await;
}

/// T-140, T-170: what its scalar refuses is the request's fault, everything else the input's, all mistakes at once.
#[tokio::test]
async fn mistakes_name_the_inputs_own_fields_all_at_once() {
    each_engine(async |world| {
        let input = json!({ "firstName": "a\nb", "email": "nobody", "externalId": "x".repeat(513), "preferredCurrency": "QQQ" });
        let payload = world.attempt(&world.admin, CONTACT_CREATE, input).await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(payload, @r#"
        {
          "contact": null,
          "userErrors": [
            {
              "code": "TOO_LONG",
              "message": "externalId is longer than 512 characters",
              "path": [
                "externalId"
              ]
            },
            {
              "code": "INVALID",
              "message": "firstName may not contain the character U+000A",
              "path": [
                "firstName"
              ]
            },
            {
              "code": "INVALID",
              "message": "email is not an e-mail address",
              "path": [
                "email"
              ]
            },
            {
              "code": "INVALID",
              "message": "QQQ is not a currency of ISO 4217",
              "path": [
                "preferredCurrency"
              ]
            }
          ]
        }
        "#) }
        for id in ["", "contact", "contact:", "contact:x", "customerGroup:1"] {
            let body = world.send(&world.admin, CONTACT_DELETE, json!({ "input": { "id": id } })).await;
            assert_eq!((code(&body), &body["data"]["contactDelete"]), ("BAD_REQUEST", &Value::Null), "{id:?}");
        }
    })
    .await;
}
