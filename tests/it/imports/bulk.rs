//! Many contacts in one call.

use crate::support::{Engine, World, code, each_engine, user_errors};
use entity::role_assignment::Scope;
use futures_util::future::join_all;
use guildhall::access::Permission;
use serde_json::{Value, json};
use std::sync::Arc;

pub const BULK: &str = "mutation($input: ContactBulkUpsertInput!) { contactBulkUpsert(input: $input) {
    results { contact { externalId fullName version organization { name } } action keptFields userErrors { code message path } } userErrors { code message path } } }";

fn told(payload: &Value) -> Vec<String> {
    let results = payload["results"].as_array().expect("results");
    let one = |result: &Value| {
        let contact = &result["contact"];
        let action = result["action"].as_str().unwrap_or("-");
        let errors = user_errors(result).join(" ");
        format!(
            "{action} {}@{} {errors}",
            contact["externalId"].as_str().unwrap_or("-"),
            contact["version"]
        )
    };
    results.iter().map(one).collect()
}

/// T-90, T-91, T-114, T-115, T-141: in one call by the other system's ids.
#[tokio::test]
async fn contacts_are_made_and_changed_by_their_external_ids() {
    each_engine(async |world| {
        world
            .organization_with(json!({ "name": "Acme", "externalId": "acme" }))
            .await;
        world
            .contact_with(json!({ "externalId": "1", "firstName": "Ann" }))
            .await;
        let rows = json!([
            { "externalId": "1", "firstName": "Anne", "organizationExternalId": "acme" },
            { "externalId": "2", "fullName": "Bo" },
            { "externalId": "3", "email": "x" },
            { "externalId": "2", "fullName": "Bo" },
        ]);
        let refused = world
            .attempt(&world.admin, BULK, json!({ "rows": rows }))
            .await;
        let errors = ["INVALID at rows.2.email", "CONFLICT at rows.3.externalId"];
        assert_eq!(user_errors(&refused), errors);
        assert_eq!(
            told(&refused),
            [
                "- -@null ",
                "- -@null ",
                "ERROR -@null INVALID at rows.2.email",
                "ERROR -@null CONFLICT at rows.3.externalId"
            ]
        );
        assert_eq!(world.number("SELECT count(*) FROM contact").await, 1);
        let mut input =
            json!({ "rows": rows, "errorPolicy": "REJECT_FAILED_ROWS", "validateOnly": true });
        let checked = world.attempt(&world.admin, BULK, input.clone()).await;
        assert_eq!(told(&checked)[..2], ["UPDATE 1@2 ", "CREATE -@null "]);
        input["validateOnly"] = json!(false);
        let written = world.attempt(&world.admin, BULK, input.clone()).await;
        assert_eq!(told(&written)[..2], ["UPDATE 1@2 ", "CREATE 2@1 "]);
        assert_eq!(
            written["results"][0]["contact"]["organization"]["name"],
            "Acme"
        );
        let again = world.attempt(&world.admin, BULK, input).await;
        assert_eq!(told(&again)[..2], ["UNCHANGED 1@2 ", "UNCHANGED 2@1 "]);
        let many: Vec<_> = (0..501)
            .map(|number| json!({ "externalId": number.to_string() }))
            .collect();
        assert_eq!(
            code(
                &world
                    .send(&world.admin, BULK, json!({ "input": { "rows": many } }))
                    .await
            ),
            "LIMIT_EXCEEDED"
        );
    })
    .await;
}

/// T-38, T-39, T-93: what a viewer may not see is as good as unknown, in the same words; a hidden key is taken and nothing more.
#[tokio::test]
async fn a_hidden_organization_is_reported_like_one_that_is_not_there() {
    each_engine(async |world| {
        let near = world.organization_with(json!({ "name": "Near", "externalId": "near" })).await;
        let far = world.organization_with(json!({ "name": "Far", "externalId": "far" })).await;
        world.contact_with(json!({ "externalId": "hidden", "firstName": "H", "organizationId": far })).await;
        let person = world.holder("ed", Permission::ALL, Scope::Subtree, Some(&near)).await;
        let ask = async |organization: &str| {
            let row = json!({ "externalId": "n", "firstName": "N", "organizationExternalId": organization });
            world.attempt(&person, BULK, json!({ "rows": [row] })).await
        };
        assert_eq!(ask("far").await, ask("never heard of").await);
        assert_eq!(user_errors(&ask("far").await), ["NOT_FOUND at rows.0.organizationExternalId"]);
        let taken = world.attempt(&person, BULK, json!({ "rows": [{ "externalId": "hidden", "firstName": "X" }] })).await;
        assert_eq!(user_errors(&taken), ["TAKEN at rows.0.externalId"]);
        let nowhere = world.attempt(&person, BULK, json!({ "rows": [{ "externalId": "n", "firstName": "N" }] })).await;
        assert_eq!(user_errors(&nowhere), ["FORBIDDEN at rows.0.organizationExternalId"]);
        let here = json!({ "externalId": "n", "firstName": "N", "organizationExternalId": "near" });
        world.change(&person, BULK, json!({ "rows": [here] })).await;
        let seeing = world.holder("vi", &[Permission::ContactView], Scope::Subtree, Some(&near)).await;
        let change = world.attempt(&seeing, BULK, json!({ "rows": [{ "externalId": "n", "firstName": "M" }] })).await;
        assert_eq!(user_errors(&change), ["FORBIDDEN at rows.0.externalId"]);
    })
    .await;
}

/// T-33, T-194: putting contacts elsewhere takes what contactAssignOrganization takes.
#[tokio::test]
async fn nobody_hands_out_by_a_bulk_call_what_they_do_not_hold() {
    each_engine(async |world| {
        let group = json!("customerGroup:1");
        world.organization_with(json!({ "name": "From", "externalId": "from", "customerGroupId": group })).await;
        let from = world.organization_with(json!({ "name": "Top", "externalId": "top" })).await;
        let into = world.organization_with(json!({ "name": "Into", "externalId": "into", "parentId": from })).await;
        let contact = world.contact_with(json!({ "externalId": "1", "firstName": "A", "organizationId": from })).await;
        let primary = world.contact_with(json!({ "externalId": "2", "firstName": "B", "organizationId": from })).await;
        world.contact_with(json!({ "externalId": "3", "firstName": "C", "organizationId": from, "customerGroupId": group })).await;
        let update = "mutation($input: OrganizationUpdateInput!) { organizationUpdate(input: $input) { organization { id } userErrors { code message path } } }";
        world.change(&world.admin, update, json!({ "id": from, "primaryContactId": primary })).await;
        let ann = world.account("a", Some(crate::support::build::contact_id(&contact))).await;
        let role = world.system.create_role("of their own", &[Permission::OrganizationEdit]).await.expect("a role");
        world.assign(&ann, role, Scope::Own, None).await;
        world.sql("UPDATE organization SET customer_group_id = 2 WHERE external_id = 'into'").await;
        let held = [Permission::ContactView, Permission::ContactEdit, Permission::OrganizationView];
        let person = world.holder("ed", &held, Scope::Subtree, Some(&from)).await;
        let rows: Vec<_> = (1..=3).map(|number| json!({ "externalId": number.to_string(), "organizationExternalId": "into" })).collect();
        let refused = world.attempt(&person, BULK, json!({ "rows": rows })).await;
        assert_eq!(user_errors(&refused), ["FORBIDDEN at rows.0.organizationExternalId", "IN_USE at rows.1.organizationExternalId", "FORBIDDEN at rows.2.organizationExternalId"]);
        world.sql("UPDATE organization SET customer_group_id = NULL WHERE external_id = 'into'").await;
        let one = world.attempt(&person, BULK, json!({ "rows": rows, "errorPolicy": "REJECT_FAILED_ROWS" })).await;
        assert_eq!(user_errors(&one), ["OUT_OF_SCOPE at rows.0.organizationExternalId", "IN_USE at rows.1.organizationExternalId"]);
        assert_eq!(one["results"][2]["contact"]["organization"]["name"], "Into");
        let _ = into;
    })
    .await;
}

/// T-163: what is late is left out and says so, for each source by itself.
#[tokio::test]
async fn an_older_version_of_a_source_is_left_out() {
    each_engine(async |world| {
        let send = async |source: &str, version: &str, name: &str| {
            let row = json!({ "externalId": "1", "fullName": name, "sourceVersion": version });
            told(
                &world
                    .attempt(
                        &world.admin,
                        BULK,
                        json!({ "source": source, "rows": [row] }),
                    )
                    .await,
            )
        };
        assert_eq!(send("erp", "5", "Five").await, ["CREATE 1@1 "]);
        assert_eq!(send("erp", "5", "Five again").await, ["SKIP 1@1 "]);
        assert_eq!(send("erp", "4", "Four").await, ["SKIP 1@1 "]);
        assert_eq!(send("crm", "1", "One").await, ["UPDATE 1@2 "]);
        assert_eq!(send("erp", "6", "One").await, ["UNCHANGED 1@2 "]);
        assert_eq!(send("erp", "6", "Six").await, ["SKIP 1@2 "]);
        assert_eq!(
            send("erp", "-1", "X").await,
            ["ERROR -@null INVALID at rows.0.sourceVersion"]
        );
        let without = json!({ "rows": [{ "externalId": "1", "sourceVersion": "9" }] });
        assert_eq!(
            user_errors(&world.attempt(&world.admin, BULK, without).await),
            ["REQUIRED at source"]
        );
    })
    .await;
}

/// T-163: a thousand messages, shuffled over eight workers, end at the newest of each.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_come_in_any_order_end_at_the_newest() {
    each_engine(async |world| {
        let world = Arc::new(world);
        let mut messages: Vec<(usize, usize)> = (0..10).flat_map(|key| (1..=100).map(move |version| (key, version))).collect();
        // Any order will do, as long as it is the same each time.
        messages.sort_by_key(|(key, version)| (key * 7919 + version * 104_729) % 1_009);
        let worker = |part: Vec<(usize, usize)>, world: Arc<World>| async move {
            for some in part.chunks(5) {
                let rows: Vec<_> = some.iter().map(|(key, version)| json!({ "externalId": key.to_string(), "fullName": format!("v{version}"), "sourceVersion": version.to_string() })).collect();
                // Two messages about one contact cannot be in one call: the later is sent after it.
                let (mut first, mut later) = (Vec::<Value>::new(), Vec::new());
                for row in rows {
                    if first.iter().any(|other| other["externalId"] == row["externalId"]) { later.push(row) } else { first.push(row) }
                }
                for rows in std::iter::once(first).chain(later.into_iter().map(|row| vec![row])) {
                    world.change(&world.admin, BULK, json!({ "source": "erp", "rows": rows })).await;
                }
            }
        };
        let parts: Vec<Vec<_>> = (0..8).map(|part| messages.iter().copied().skip(part).step_by(8).collect()).collect();
        let workers = parts.into_iter().map(|part| tokio::spawn(worker(part, world.clone())));
        for done in join_all(workers).await {
            done.expect("a worker that ends");
        }
        assert_eq!(world.number("SELECT count(*) FROM contact WHERE full_name = 'v100'").await, 10);
        assert_eq!(world.number("SELECT count(*) FROM contact").await, 10);
    })
    .await;
}

/// 500 rows cost as many statements as 3, but for what is written by the five hundred.
#[tokio::test]
async fn a_bulk_call_costs_as_many_statements_for_many_as_for_few() {
    each_engine(async |world| {
        world.organization_with(json!({ "name": "A", "externalId": "a" })).await;
        world.organization_with(json!({ "name": "B", "externalId": "b", "customerGroupId": "customerGroup:1" })).await;
        let mut counts = Vec::new();
        for (many, organization) in [(3, "a"), (500, "a"), (3, "b"), (500, "b")] {
            let rows: Vec<_> = (0..many).map(|number| json!({ "externalId": format!("{many}-{number}"), "fullName": "N", "organizationExternalId": organization })).collect();
            let sent = world.change(&world.admin, BULK, json!({ "rows": rows }));
            counts.push(world.statements_of(sent).await.0);
        }
        let [few, many, moved_few, moved_many] = counts[..] else { panic!("{counts:?}") };
        let most = if world.engine == Engine::Sqlite { 22 } else { 24 };
        assert!(few.abs_diff(many) <= 1 && moved_few.abs_diff(moved_many) <= 1 && moved_many <= most, "{counts:?}");
    })
    .await;
}

/// T-39: what somebody creates at the same time is found and changed, by a bulk call too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bulk_call_finds_what_is_created_at_the_same_time() {
    each_engine(async |world| {
        let world = Arc::new(world);
        let create = "mutation($input: ContactCreateInput!) { contactCreate(input: $input) { userErrors { code message path } } }";
        for key in 0..5 {
            let sent = (0..8).map(|number| {
                let world = world.clone();
                tokio::spawn(async move {
                    let row = json!({ "externalId": format!("k{key}"), "fullName": format!("N{number}") });
                    if number % 2 == 0 {
                        world.attempt(&world.admin, create, row).await;
                        return Vec::new();
                    }
                    user_errors(&world.attempt(&world.admin, BULK, json!({ "rows": [row] })).await)
                })
            });
            for done in join_all(sent.collect::<Vec<_>>()).await {
                assert_eq!(done.expect("an answer"), Vec::<String>::new());
            }
        }
        assert_eq!(world.number("SELECT count(*) FROM contact").await, 5);
    })
    .await;
}
