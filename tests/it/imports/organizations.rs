//! Many organizations in one call.

mod files;
mod moves;
mod random;
mod real;
mod rights;

use crate::support::{Engine, World, code, each_engine, user_errors};
use serde_json::{Value, json};

pub const BULK: &str = "mutation($input: OrganizationBulkUpsertInput!) { organizationBulkUpsert(input: $input) {
    results { organization { externalId name version } action keptFields userErrors { code message path } } userErrors { code message path } } }";

pub fn told(payload: &Value) -> Vec<String> {
    let results = payload["results"].as_array().expect("results");
    let one = |result: &Value| {
        let organization = &result["organization"];
        let action = result["action"].as_str().unwrap_or("-");
        let errors = user_errors(result).join(" ");
        let key = organization["externalId"].as_str().unwrap_or("-");
        format!("{action} {key}@{} {errors}", organization["version"])
    };
    results.iter().map(one).collect()
}

/// What is wrong with each row, in words.
pub fn messages(payload: &Value) -> Vec<String> {
    let errors = payload["userErrors"].as_array().expect("errors");
    let one = |error: &Value| error["message"].as_str().expect("a message").to_owned();
    errors.iter().map(one).collect()
}

/// Every organization with its ancestors, nearest first, by external ids.
pub async fn tree(world: &World) -> Vec<String> {
    let query = "query($after: String) { organizations(first: 100, after: $after) {
        nodes { externalId ancestors { externalId } customerGroup { name } } pageInfo { hasNextPage endCursor } } }";
    let (mut lines, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = world
            .ask(&world.admin, query, json!({ "after": after }))
            .await;
        let page = &page["organizations"];
        for node in page["nodes"].as_array().expect("nodes") {
            let mut line = node["externalId"].as_str().unwrap_or("-").to_owned();
            for above in node["ancestors"].as_array().expect("ancestors") {
                line += " < ";
                line += above["externalId"].as_str().unwrap_or("-");
            }
            if let Some(group) = node["customerGroup"]["name"].as_str() {
                line = line + " in " + group;
            }
            lines.push(line);
        }
        if page["pageInfo"]["hasNextPage"] != true {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    lines.sort();
    lines
}

/// What is wrong with the tables.
pub async fn faults(world: &World) -> Vec<String> {
    world.system.check().await.expect("a report").faults
}

pub fn row(key: &str, parent: &str) -> Value {
    json!({ "externalId": key, "name": key, "parentExternalId": parent })
}

/// T-90, T-94, T-114, T-115, T-141: in one call, parents before or after what hangs below them.
#[tokio::test]
async fn organizations_are_made_and_changed_by_their_external_ids_in_any_order() {
    each_engine(async |world| {
        let group = world.group("Gold").await;
        world.organization_with(json!({ "name": "Acme", "externalId": "acme", "customerGroupId": group })).await;
        let rows = json!([
            { "externalId": "3", "name": "Three", "parentExternalId": "2", "customerGroup": " gold " },
            { "externalId": "2", "name": "Two", "parentExternalId": "1" },
            { "externalId": "acme", "name": "Acme Inc", "parentExternalId": "1", "customerGroup": null },
            { "externalId": "1", "name": "One", "parentExternalId": null },
            { "externalId": "4", "parentExternalId": "nowhere" },
            { "externalId": "5", "name": "Five", "parentExternalId": "4", "type": "?", "businessCategory": "?", "customerGroup": "?" },
            { "externalId": "1", "name": "One" },
        ]);
        let refused = world.attempt(&world.admin, BULK, json!({ "rows": rows })).await;
        let errors = [
            "NOT_FOUND at rows.4.parentExternalId",
            "REQUIRED at rows.4.name",
            "NOT_FOUND at rows.5.type",
            "NOT_FOUND at rows.5.businessCategory",
            "NOT_FOUND at rows.5.parentExternalId",
            "NOT_FOUND at rows.5.customerGroup",
            "CONFLICT at rows.6.externalId",
        ];
        assert_eq!(user_errors(&refused), errors);
        assert_eq!(messages(&refused)[4], "organization not found: row 4, which would create it, is refused or left out");
        assert_eq!(tree(&world).await, ["acme in Gold"], "nothing was written");
        let mut input = json!({ "rows": rows, "errorPolicy": "REJECT_FAILED_ROWS", "validateOnly": true });
        let checked = world.attempt(&world.admin, BULK, input.clone()).await;
        assert_eq!(told(&checked)[..4], ["CREATE -@null ", "CREATE -@null ", "UPDATE acme@2 ", "CREATE -@null "]);
        assert_eq!(tree(&world).await, ["acme in Gold"], "it was only looked at");
        input["validateOnly"] = json!(false);
        let written = world.attempt(&world.admin, BULK, input.clone()).await;
        assert_eq!(told(&written)[..4], ["CREATE 3@1 ", "CREATE 2@1 ", "UPDATE acme@2 ", "CREATE 1@1 "]);
        assert_eq!(tree(&world).await, ["1", "2 < 1", "3 < 2 < 1 in Gold", "acme < 1"]);
        let before = world.number("SELECT count(*) FROM history_entry").await;
        let again = world.attempt(&world.admin, BULK, input).await;
        assert_eq!(told(&again)[..4], ["UNCHANGED 3@1 ", "UNCHANGED 2@1 ", "UNCHANGED acme@2 ", "UNCHANGED 1@1 "]);
        assert_eq!(world.number("SELECT count(*) FROM history_entry").await, before);
        let many: Vec<_> = (0..501).map(|number| json!({ "externalId": number.to_string() })).collect();
        let sent = world.send(&world.admin, BULK, json!({ "input": { "rows": many } })).await;
        assert_eq!(code(&sent), "LIMIT_EXCEEDED");
        assert_eq!(faults(&world).await, Vec::<String>::new());
    })
    .await;
}

/// T-163: what is late is left out, and moves nothing: it makes no cycle with what came later.
#[tokio::test]
async fn an_older_version_of_an_organization_is_left_out() {
    each_engine(async |world| {
        let send = async |rows: Value| told(&world.attempt(&world.admin, BULK, json!({ "source": "erp", "rows": rows })).await);
        let sent = |key: &str, parent: Option<&str>, version: &str| json!({ "externalId": key, "name": key, "parentExternalId": parent, "sourceVersion": version });
        let first = json!([sent("a", None, "5"), sent("b", Some("a"), "5")]);
        assert_eq!(send(first).await, ["CREATE a@1 ", "CREATE b@1 "]);
        let late = json!([sent("b", None, "6"), sent("a", Some("b"), "5")]);
        assert_eq!(send(late).await, ["UPDATE b@2 ", "SKIP a@1 "], "the late row would hang a below b");
        let crossed = json!([sent("b", Some("a"), "6"), sent("a", Some("b"), "6")]);
        assert_eq!(send(crossed).await, ["SKIP b@2 ", "UPDATE a@2 "]);
        assert_eq!(tree(&world).await, ["a < b", "b"]);
    })
    .await;
}

/// T-162: a field that is looked after by hand stays as it is; the tree, too.
#[tokio::test]
async fn a_field_of_an_organization_that_is_looked_after_by_hand_is_not_overwritten() {
    const SET: &str = "mutation($input: FieldOwnersSetInput!) { fieldOwnersSet(input: $input) { fields userErrors { code message path } } }";
    each_engine(async |world| {
        world.organization_with(json!({ "name": "Top", "externalId": "top" })).await;
        let own = world.organization_with(json!({ "name": "Own", "externalId": "own" })).await;
        let set = json!({ "id": own, "fields": ["parentExternalId", "name"] });
        let fields = world.change(&world.admin, SET, set).await["fields"].clone();
        assert_eq!(fields, json!(["name", "parentExternalId"]));
        let rows = json!([{ "externalId": "own", "name": "Theirs", "parentExternalId": "top", "description": "D" }]);
        let sent = world.change(&world.admin, BULK, json!({ "rows": rows })).await;
        assert_eq!(sent["results"][0]["keptFields"], json!(["name", "parentExternalId"]));
        let query = "{ organizationByExternalId(externalId: \"own\") { name description ownedFields version parent { id } } }";
        let shown = world.ask(&world.admin, query, json!({})).await;
        let stays = json!({ "name": "Own", "description": "D", "ownedFields": ["name", "parentExternalId"], "version": 2, "parent": null });
        assert_eq!(shown["organizationByExternalId"], stays);
        for field in ["externalId", "status", "email"] {
            let refused = world.attempt(&world.admin, SET, json!({ "id": own, "fields": [field] })).await;
            assert_eq!(user_errors(&refused), ["INVALID at fields.0"]);
        }
    })
    .await;
}

/// As many statements for fifty rows of a tree as for five: it costs more only where there are more levels.
#[tokio::test]
async fn a_bulk_call_of_organizations_costs_as_many_statements_for_many_as_for_few() {
    each_engine(async |world| {
        world
            .organization_with(json!({ "name": "Top", "externalId": "top" }))
            .await;
        let mut counts = Vec::new();
        for (many, name) in [
            (5, "one"),
            (50, "two"),
            (500, "three"),
            (5, "other"),
            (50, "other"),
            (500, "other"),
        ] {
            let rows: Vec<_> = (0..many)
                .map(|number| {
                    let key = |number: i32| format!("{many}-{number}");
                    let parent = if number % 5 == 0 {
                        "top".to_owned()
                    } else {
                        key(number - number % 5)
                    };
                    json!({ "externalId": key(number), "name": name, "parentExternalId": parent })
                })
                .collect();
            let sent = world.change(&world.admin, BULK, json!({ "rows": rows }));
            counts.push(world.statements_of(sent).await.0);
        }
        let [few, many, most, changed_few, changed_many, changed_most] = counts[..] else {
            panic!("{counts:?}")
        };
        assert_eq!((few, changed_few), (many, changed_many), "{counts:?}");
        let limit = if world.engine == Engine::Sqlite {
            50
        } else {
            60
        };
        assert!(
            most.abs_diff(few) <= 1 && changed_most.abs_diff(changed_few) <= 1 && most <= limit,
            "{counts:?}"
        );
    })
    .await;
}
