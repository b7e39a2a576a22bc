//! Imports: what would come of a file, and what comes of it.

mod bulk;
mod command_line;
mod doors;
mod interrupted;
mod kinds;
mod organizations;
mod owners;
mod random;
mod undo;

use crate::support::{Person, World, each_engine, user_errors};
use serde_json::{Value, json};
use std::fmt::Write as _;

pub const CREATE: &str = "mutation($input: ImportCreateInput!) { importCreate(input: $input) { import { id status } uploadPath userErrors { code message path } } }";
pub const PLAN: &str = "mutation($input: ImportPlanInput!) { importPlan(input: $input) { import { id status totals { rows create update unchanged skip error contactsChangingEffectiveGroup } } userErrors { code message path } } }";
pub const APPLY: &str = "mutation($input: ImportApplyInput!) { importApply(input: $input) { import { id status totals { applied refused } } userErrors { code message path } } }";
const ROWS: &str = "query($id: ID!) { import(id: $id) { rows(first: 100) { totalCount nodes { number key action state keptFields changes { field from to } problems { field code message } } } } }";

/// The import of a file of JSON lines, sent.
pub async fn import(world: &World, person: &Person, settings: Value, lines: &[Value]) -> String {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let mut input = json!({ "kind": "CONTACTS", "name": "people.jsonl" });
    for (name, value) in settings.as_object().expect("settings") {
        input[name] = value.clone();
    }
    file(world, person, input, text.as_bytes()).await
}

/// The import of any file, sent and found fit to be read.
pub async fn file(world: &World, person: &Person, input: Value, bytes: &[u8]) -> String {
    let made = world.change(person, CREATE, input).await;
    let path = made["uploadPath"].as_str().expect("a path");
    let (status, said) = world.upload(path, bytes).await;
    assert_eq!(
        (status.as_u16(), &said["status"]),
        (200, &json!("UPLOADED")),
        "{said}"
    );
    made["import"]["id"].as_str().expect("an id").to_owned()
}

pub async fn plan(world: &World, person: &Person, id: &str) -> Value {
    world.change(person, PLAN, json!({ "id": id })).await["import"].clone()
}

pub async fn apply(world: &World, person: &Person, id: &str) -> Value {
    world.change(person, APPLY, json!({ "id": id })).await["import"].clone()
}

/// Each row: number, action, state, changes and problems.
pub async fn told(world: &World, person: &Person, id: &str) -> Vec<String> {
    let data = world.ask(person, ROWS, json!({ "id": id })).await;
    let rows = data["import"]["rows"]["nodes"]
        .as_array()
        .expect("rows")
        .clone();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let line = |row: &Value| {
        let mut line = format!(
            "{} {} {}",
            row["number"],
            text(&row["action"]),
            text(&row["state"])
        );
        for change in row["changes"].as_array().expect("changes") {
            let (from, to) = (text(&change["from"]), text(&change["to"]));
            let _ = write!(line, " {}:{from}>{to}", text(&change["field"]));
        }
        for problem in row["problems"].as_array().expect("problems") {
            let _ = write!(
                line,
                " {} at {}",
                text(&problem["code"]),
                text(&problem["field"])
            );
        }
        line
    };
    rows.iter().map(line).collect()
}

/// T-90, T-91, T-92, T-114, T-160: the plan says of each row what comes of it, applying does that, and the same file again does nothing.
#[tokio::test]
async fn a_plan_says_what_comes_of_each_row_and_applying_it_does_that() {
    each_engine(async |world| {
        world.organization_with(json!({ "name": "Acme", "externalId": "acme" })).await;
        world.contact_with(json!({ "externalId": "1", "firstName": "Ann", "phone": "123", "jobTitle": "Boss" })).await;
        let lines = [
            json!({ "externalId": "1", "firstName": "Anne", "phone": "", "jobTitle": null }),
            json!({ "externalId": "2", "lastName": "Bee", "email": "", "organizationExternalId": "acme", "customerGroup": "GOLD" }),
            json!({ "externalId": "3", "email": "no address", "organizationExternalId": "nowhere", "customerGroup": "?", "shoeSize": 43 }),
            json!({ "externalId": " 2 ", "lastName": "Bee again" }),
            json!({ "lastName": "Nobody" }),
            json!({ "externalId": "4" }),
        ];
        let group = world.ask(&world.admin, "{ customerGroup(id: \"customerGroup:1\") { name } }", json!({})).await;
        let group = group["customerGroup"]["name"].as_str().expect("a name").to_owned();
        let lines: Vec<_> = lines.into_iter().map(|mut line| {
            if line["customerGroup"] == "GOLD" {
                line["customerGroup"] = json!(group.to_uppercase());
            }
            line
        }).collect();
        let id = import(&world, &world.admin, json!({ "errorPolicy": "REJECT_FAILED_ROWS", "createMissing": false }), &lines).await;
        let planned = plan(&world, &world.admin, &id).await;
        assert_eq!(planned["status"], "PLANNED");
        assert_eq!(planned["totals"], json!({ "rows": 6, "create": 1, "update": 1, "unchanged": 0, "skip": 0, "error": 4, "contactsChangingEffectiveGroup": 0 }));
        let said = |state: &str| vec![
            format!("1 UPDATE {state} firstName:Ann>Anne jobTitle:Boss>-"),
            format!("2 CREATE {state} externalId:->2 lastName:->Bee organizationExternalId:->acme customerGroup:->{group}"),
            "3 ERROR PLANNED INVALID at email NOT_FOUND at organizationExternalId NOT_FOUND at customerGroup".to_owned(),
            "4 ERROR PLANNED CONFLICT at externalId".to_owned(),
            "5 ERROR PLANNED REQUIRED at externalId".to_owned(),
            "6 ERROR PLANNED REQUIRED at fullName".to_owned(),
        ];
        assert_eq!(told(&world, &world.admin, &id).await, said("PLANNED"));
        assert_eq!(world.number("SELECT count(*) FROM contact").await, 1, "a plan changes nothing");
        let applied = apply(&world, &world.admin, &id).await;
        assert_eq!((&applied["status"], &applied["totals"]["applied"]), (&json!("APPLIED"), &json!(2)));
        assert_eq!(told(&world, &world.admin, &id).await, said("APPLIED"));
        let ann = world.ask(&world.admin, "{ contactByExternalId(externalId: \"1\") { firstName phone jobTitle version } }", json!({})).await;
        assert_eq!(ann["contactByExternalId"], json!({ "firstName": "Anne", "phone": "123", "jobTitle": null, "version": 2 }));
        let again = import(&world, &world.admin, json!({ "errorPolicy": "REJECT_FAILED_ROWS", "createMissing": false }), &lines).await;
        let planned = plan(&world, &world.admin, &again).await;
        assert_eq!((&planned["totals"]["unchanged"], &planned["totals"]["error"]), (&json!(2), &json!(4)));
        let before = world.number("SELECT count(*) FROM history_entry").await;
        apply(&world, &world.admin, &again).await;
        assert_eq!(world.number("SELECT count(*) FROM history_entry").await, before);
        let refused = world.attempt(&world.admin, APPLY, json!({ "id": id })).await;
        assert_eq!(user_errors(&refused), ["CONFLICT at id"], "an import is applied once");
    })
    .await;
}

/// T-115: where everything is to be rejected when one row is, a plan with a refused row cannot be applied.
#[tokio::test]
async fn a_plan_with_a_refused_row_is_not_applied_unless_failed_rows_alone_are_rejected() {
    each_engine(async |world| {
        let lines = [
            json!({ "externalId": "1", "lastName": "A" }),
            json!({ "externalId": "2" }),
        ];
        let id = import(&world, &world.admin, json!({}), &lines).await;
        plan(&world, &world.admin, &id).await;
        let refused = world
            .attempt(&world.admin, APPLY, json!({ "id": id }))
            .await;
        assert_eq!(user_errors(&refused), ["CONFLICT at id"]);
        assert_eq!(world.number("SELECT count(*) FROM contact").await, 0);
    })
    .await;
}

/// T-92: what somebody else has changed since the plan was made is not overwritten; with REJECT_EVERYTHING nothing is written at all.
#[tokio::test]
async fn a_row_that_has_moved_on_since_the_plan_is_refused_and_says_which_field() {
    each_engine(async |world| {
        let update = "mutation($input: ContactUpdateInput!) { contactUpdate(input: $input) { contact { id } userErrors { code message path } } }";
        let mut ids = Vec::new();
        for number in 1..=4 {
            ids.push(world.contact_with(json!({ "externalId": number.to_string(), "firstName": "A", "phone": "1", "jobTitle": "X" })).await);
        }
        let lines: Vec<_> = (1..=5).map(|number| json!({ "externalId": number.to_string(), "firstName": "A", "phone": "9" })).collect();
        let careful = import(&world, &world.admin, json!({}), &lines).await;
        let other = import(&world, &world.admin, json!({ "errorPolicy": "REJECT_FAILED_ROWS" }), &lines).await;
        plan(&world, &world.admin, &careful).await;
        plan(&world, &world.admin, &other).await;
        // One changes what is planned to change, one something else, one does all of it, and one comes to be.
        world.change(&world.admin, update, json!({ "id": ids[0], "phone": "7" })).await;
        world.change(&world.admin, update, json!({ "id": ids[1], "jobTitle": "Y" })).await;
        world.change(&world.admin, update, json!({ "id": ids[2], "phone": "9" })).await;
        world.contact_with(json!({ "externalId": "5", "firstName": "E" })).await;
        let stopped = apply(&world, &world.admin, &careful).await;
        assert_eq!(stopped, json!({ "id": careful, "status": "OUTDATED", "totals": { "applied": 0, "refused": 2 } }));
        assert_eq!(world.number("SELECT count(*) FROM contact WHERE phone = '9'").await, 1);
        let applied = apply(&world, &world.admin, &other).await;
        assert_eq!(applied["totals"], json!({ "applied": 3, "refused": 2 }));
        assert_eq!(told(&world, &world.admin, &other).await, [
            "1 UPDATE REFUSED phone:1>9 MOVED_ON at phone",
            "2 UPDATE APPLIED phone:1>9",
            "3 UPDATE APPLIED phone:1>9",
            "4 UPDATE APPLIED phone:1>9",
            "5 CREATE REFUSED externalId:->5 firstName:->A phone:->9 MOVED_ON at -",
        ]);
        assert_eq!(world.number("SELECT count(*) FROM contact WHERE phone = '9'").await, 3);
        // Planned anew, it can be applied.
        plan(&world, &world.admin, &careful).await;
        assert_eq!(apply(&world, &world.admin, &careful).await["status"], "APPLIED");
        assert_eq!(world.number("SELECT count(*) FROM contact WHERE phone = '9'").await, 5);
    })
    .await;
}

/// T-10, T-141: how many contacts get another effective group is what really comes of it.
#[tokio::test]
async fn the_plan_counts_the_contacts_that_get_another_effective_group() {
    each_engine(async |world| {
        let names = world.ask(&world.admin, "{ customerGroups(first: 2) { nodes { id name } } }", json!({})).await;
        let (gold, silver) = (&names["customerGroups"]["nodes"][0], &names["customerGroups"]["nodes"][1]);
        world.organization_with(json!({ "name": "G", "externalId": "g", "customerGroupId": gold["id"] })).await;
        world.organization_with(json!({ "name": "N", "externalId": "n" })).await;
        let lines: Vec<_> = (0..24).map(|number| {
            let mut line = json!({ "externalId": number.to_string(), "lastName": "L" });
            if number % 3 > 0 { line["organizationExternalId"] = json!(["g", "n"][number % 3 - 1]); }
            if number % 2 > 0 { line["customerGroup"] = silver["name"].clone(); }
            line
        }).collect();
        let first = import(&world, &world.admin, json!({}), &lines).await;
        assert_eq!(plan(&world, &world.admin, &first).await["totals"]["contactsChangingEffectiveGroup"], 0);
        apply(&world, &world.admin, &first).await;
        let groups = async || {
            let data = world.ask(&world.admin, "{ contacts(first: 100) { nodes { externalId effectiveCustomerGroup { id } } } }", json!({})).await;
            let mut nodes = data["contacts"]["nodes"].as_array().expect("contacts").clone();
            nodes.sort_by_key(|node| node["externalId"].as_str().map(str::to_owned));
            nodes
        };
        let before = groups().await;
        let lines: Vec<_> = (0..24).map(|number| {
            let mut line = json!({ "externalId": number.to_string() });
            if number % 4 > 0 { line["organizationExternalId"] = json!([json!("g"), json!("n"), json!(null)][number % 4 - 1]); }
            if number % 5 > 2 { line["customerGroup"] = json!([gold["name"].clone(), json!(null)][number % 5 - 3]); }
            line
        }).collect();
        let second = import(&world, &world.admin, json!({}), &lines).await;
        let counted = plan(&world, &world.admin, &second).await["totals"]["contactsChangingEffectiveGroup"].clone();
        apply(&world, &world.admin, &second).await;
        let changed = groups().await.iter().zip(&before).filter(|(now, then)| now != then).count();
        assert!(changed > 3, "{changed}");
        assert_eq!(counted, json!(changed));
    })
    .await;
}

/// T-92, T-175: whatever stands in a file, each row says what is wrong with it.
#[tokio::test]
async fn a_hostile_file_is_refused_row_by_row() {
    each_engine(async |world| {
        let lines = [
            json!({ "externalId": "1", "firstName": "a\u{0}b" }),
            json!({ "externalId": "1\u{202E}", "firstName": "x" }),
            json!({ "externalId": "x".repeat(513), "firstName": "x" }),
            json!({ "externalId": "2", "firstName": "x".repeat(30_000), "organizationExternalId": "y".repeat(10_000), "customerGroup": "z".repeat(10_000) }),
            json!({ "externalId": "3", "birthDate": "2026-02-30", "acceptsMarketing": "perhaps", "preferredCurrency": "XQX" }),
        ];
        let id = import(&world, &world.admin, json!({}), &lines).await;
        assert_eq!(plan(&world, &world.admin, &id).await["totals"]["error"], 4);
        assert_eq!(
            told(&world, &world.admin, &id).await,
            [
                "1 CREATE PLANNED externalId:->1 firstName:->ab",
                "2 ERROR PLANNED CONFLICT at externalId",
                "3 ERROR PLANNED TOO_LONG at externalId",
                "4 ERROR PLANNED TOO_LONG at firstName NOT_FOUND at organizationExternalId NOT_FOUND at customerGroup",
                "5 ERROR PLANNED INVALID at birthDate INVALID at acceptsMarketing INVALID at preferredCurrency",
            ]
        );
        let nul = json!({ "rows": [{ "externalId": "1", "firstName": "x", "organizationExternalId": "a\u{0}", "customerGroup": "\u{0}" }] });
        let refused = world.attempt(&world.admin, bulk::BULK, nul).await;
        assert_eq!(
            user_errors(&refused),
            [
                "NOT_FOUND at rows.0.organizationExternalId",
                "NOT_FOUND at rows.0.customerGroup"
            ]
        );
    })
    .await;
}
