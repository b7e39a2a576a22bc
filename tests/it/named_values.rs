//! Organization types and business categories.

use crate::support::{Person, World, code, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::{Value, json};

/// The same three mutations and one list for each kind.
struct Kind {
    /// As in inputs.
    type_name: &'static str,
    /// As in mutations, payloads and ids.
    field: &'static str,
    list: &'static str,
    /// Where organizations refer to it.
    reference: &'static str,
    seeded: &'static [&'static str],
    first_id: usize,
}

const KINDS: [Kind; 2] = [
    Kind {
        type_name: "OrganizationType",
        field: "organizationType",
        list: "organizationTypes",
        reference: "typeId",
        seeded: &["Organization", "Organization Unit"],
        first_id: 3,
    },
    Kind {
        type_name: "BusinessCategory",
        field: "businessCategory",
        list: "businessCategories",
        reference: "businessCategoryId",
        seeded: &[],
        first_id: 1,
    },
];

impl Kind {
    fn mutation(&self, verb: &str) -> String {
        let answer = if verb == "Delete" {
            "deletedId".to_owned()
        } else {
            format!("{} {{ id name version }}", self.field)
        };
        format!(
            "mutation($input: {}{verb}Input!) {{ {}{verb}(input: $input) {{ {answer} userErrors {{ code message path }} }} }}",
            self.type_name, self.field
        )
    }

    async fn attempt(&self, world: &World, person: &Person, verb: &str, input: Value) -> Value {
        world.attempt(person, &self.mutation(verb), input).await
    }

    async fn names(&self, world: &World, person: &Person) -> Vec<String> {
        let data = world
            .ask(
                person,
                &format!("{{ {} {{ name }} }}", self.list),
                json!({}),
            )
            .await;
        let named = data[self.list].as_array().expect("a list").iter();
        named
            .map(|value| value["name"].as_str().expect("a name").to_owned())
            .collect()
    }
}

/// The whole life of a value; numbers are never given out twice (T-18).
#[tokio::test]
async fn named_values_are_added_renamed_and_deleted_and_listed_by_name() {
    each_engine(async |world| {
        for kind in KINDS {
            let Kind {
                field, first_id, ..
            } = kind;
            let made = kind
                .attempt(&world, &world.admin, "Create", json!({ "name": "  Zoo  " }))
                .await;
            let id = format!("{field}:{first_id}");
            assert_eq!(
                made,
                json!({ field: { "id": id, "name": "Zoo", "version": 1 }, "userErrors": [] })
            );
            assert_eq!(
                kind.names(&world, &world.admin).await,
                [kind.seeded, &["Zoo"]].concat()
            );
            let renamed = kind
                .attempt(
                    &world,
                    &world.admin,
                    "Update",
                    json!({ "id": id, "name": "aquarium" }),
                )
                .await;
            assert_eq!(
                renamed,
                json!({ field: { "id": id, "name": "aquarium", "version": 2 }, "userErrors": [] })
            );
            assert_eq!(
                kind.names(&world, &world.admin).await,
                [&["aquarium"], kind.seeded].concat()
            );
            let deleted = kind
                .attempt(&world, &world.admin, "Delete", json!({ "id": id }))
                .await;
            assert_eq!(deleted, json!({ "deletedId": id, "userErrors": [] }));
            assert_eq!(kind.names(&world, &world.admin).await, kind.seeded);
            let next = kind
                .attempt(&world, &world.admin, "Create", json!({ "name": "Zoo" }))
                .await;
            assert_eq!(next[field]["id"], format!("{field}:{}", first_id + 1));
        }
    })
    .await;
}

/// T-176.
#[tokio::test]
async fn a_named_value_in_use_is_not_deleted() {
    each_engine(async |world| {
        for kind in KINDS {
            let made = kind.attempt(&world, &world.admin, "Create", json!({ "name": "Zoo" })).await;
            let id = &made[kind.field]["id"];
            let organization = world.organization_with(json!({ "name": "Acme", kind.reference: id })).await;
            let refused = kind.attempt(&world, &world.admin, "Delete", json!({ "id": id })).await;
            assert_eq!(refused, json!({ "deletedId": null, "userErrors": [{
                "code": "IN_USE", "path": ["id"], "message": "there are organizations with it",
            }]}));
            let delete = "mutation($input: OrganizationDeleteInput!) { organizationDelete(input: $input) { userErrors { code path } } }";
            world.change(&world.admin, delete, json!({ "id": organization })).await;
            let deleted = kind.attempt(&world, &world.admin, "Delete", json!({ "id": id })).await;
            assert_eq!(deleted, json!({ "deletedId": id, "userErrors": [] }));
        }
    })
    .await;
}

/// Names are compared folded (T-172) and checked like all names (T-175).
#[tokio::test]
async fn a_named_values_name_is_there_and_unlike_the_others() {
    each_engine(async |world| {
        for kind in KINDS {
            let made = kind
                .attempt(&world, &world.admin, "Create", json!({ "name": "Straße" }))
                .await;
            let other = kind
                .attempt(&world, &world.admin, "Create", json!({ "name": "Weg" }))
                .await;
            for (name, expected) in [
                ("STRASSE", "TAKEN at name"),
                ("\u{FF33}trasse", "TAKEN at name"),
                (" ", "REQUIRED at name"),
                ("a\nb", "INVALID at name"),
            ] {
                let refused = kind
                    .attempt(&world, &world.admin, "Create", json!({ "name": name }))
                    .await;
                assert_eq!(user_errors(&refused), [expected], "{name:?}");
                assert_eq!(refused[kind.field], Value::Null);
                let input = json!({ "id": other[kind.field]["id"], "name": name });
                let refused = kind.attempt(&world, &world.admin, "Update", input).await;
                assert_eq!(user_errors(&refused), [expected], "{name:?}");
            }
            let long = kind
                .attempt(
                    &world,
                    &world.admin,
                    "Create",
                    json!({ "name": "a".repeat(513) }),
                )
                .await;
            assert_eq!(user_errors(&long), ["TOO_LONG at name"]);
            for (end, expected) in [("x", vec![]), ("y", vec![]), ("X", vec!["TAKEN at name"])] {
                let name = "ä".repeat(511) + end;
                let payload = kind
                    .attempt(&world, &world.admin, "Create", json!({ "name": name }))
                    .await;
                assert_eq!(
                    user_errors(&payload),
                    expected,
                    "told apart by the last of 512 letters"
                );
            }
            let input = json!({ "id": made[kind.field]["id"], "name": "STRASSE" });
            let same = kind.attempt(&world, &world.admin, "Update", input).await;
            assert_eq!(
                same[kind.field]["name"], "STRASSE",
                "one's own name in other letters"
            );
        }
    })
    .await;
}

/// Every signed-in viewer sees them; they change with ORGANIZATION_EDIT everywhere.
#[tokio::test]
async fn everybody_with_an_account_sees_named_values_and_few_change_them() {
    each_engine(async |world| {
        let organization = world.organization("Acme", None).await;
        let reader = world.account("reader", None).await;
        let local = world
            .holder(
                "local",
                &[Permission::OrganizationEdit],
                Scope::Subtree,
                Some(&organization),
            )
            .await;
        let editor = world
            .holder(
                "editor",
                &[Permission::OrganizationEdit],
                Scope::Global,
                None,
            )
            .await;
        for kind in KINDS {
            let made = kind
                .attempt(&world, &editor, "Create", json!({ "name": "Zoo" }))
                .await;
            assert_eq!(made["userErrors"], json!([]));
            let id = &made[kind.field]["id"];
            assert_eq!(
                kind.names(&world, &reader).await,
                [kind.seeded, &["Zoo"]].concat()
            );
            for person in [&reader, &local] {
                let input = json!({ "name": "Park" });
                assert_eq!(
                    user_errors(&kind.attempt(&world, person, "Create", input).await),
                    ["FORBIDDEN at name"]
                );
                let input = json!({ "id": id, "name": "Park" });
                assert_eq!(
                    user_errors(&kind.attempt(&world, person, "Update", input).await),
                    ["FORBIDDEN at id"]
                );
                assert_eq!(
                    user_errors(
                        &kind
                            .attempt(&world, person, "Delete", json!({ "id": id }))
                            .await
                    ),
                    ["FORBIDDEN at id"]
                );
            }
            let gone = format!("{}:99", kind.field);
            assert_eq!(
                user_errors(
                    &kind
                        .attempt(&world, &editor, "Delete", json!({ "id": gone }))
                        .await
                ),
                ["NOT_FOUND at id"]
            );
            let body = world
                .send(
                    &Person::anonymous(),
                    &format!("{{ {} {{ name }} }}", kind.list),
                    json!({}),
                )
                .await;
            assert_eq!(code(&body), "UNAUTHENTICATED");
            let body = world
                .send(
                    &Person::anonymous(),
                    &kind.mutation("Create"),
                    json!({ "input": { "name": "Park" } }),
                )
                .await;
            assert_eq!(code(&body), "UNAUTHENTICATED");
        }
    })
    .await;
}
