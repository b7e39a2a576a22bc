//! What it costs to tell an impact.

use super::preview;
use crate::support::world::{Engine, organization_id};
use crate::support::{Postgres, World, user_errors};
use serde_json::{Value, json};
use std::time::Instant;

/// An organization with a group below another one, `members` in each, and as many who were given the group themselves.
struct Filled {
    top: String,
    acme: String,
    one: String,
    group: String,
}

async fn fill(world: &World, members: usize) -> Filled {
    let group = world.group("Gold").await;
    let top = world.organization("Top", None).await;
    let acme = world
        .organization_with(json!({ "name": "Acme", "parentId": top, "customerGroupId": group }))
        .await;
    let one = world.contact("One", Some(&acme)).await;
    for index in 0..members {
        world.contact(&format!("{index:02} in"), Some(&acme)).await;
        let given = json!({ "fullName": format!("{index:02} given"), "customerGroupId": group });
        world.contact_with(given).await;
        let organization = json!({ "name": format!("Given {index}"), "customerGroupId": group });
        world.organization_with(organization).await;
    }
    Filled {
        top,
        acme,
        one,
        group,
    }
}

fn shapes(filled: &Filled) -> Vec<(&'static str, Value)> {
    let Filled {
        top,
        acme,
        one,
        group,
    } = filled;
    vec![
        (
            "customerGroupAssign",
            json!({ "organizationId": acme, "customerGroupId": null }),
        ),
        (
            "customerGroupAssign",
            json!({ "contactId": one, "customerGroupId": "customerGroup:1" }),
        ),
        (
            "organizationMove",
            json!({ "id": acme, "newParentId": null }),
        ),
        (
            "contactAssignOrganization",
            json!({ "id": one, "organizationId": top }),
        ),
        ("customerGroupArchive", json!({ "id": group })),
        (
            "customerGroupMerge",
            json!({ "id": group, "intoId": "customerGroup:1" }),
        ),
        (
            "customerGroupDelete",
            json!({ "id": group, "replaceWithNone": true }),
        ),
        (
            "organizationDelete",
            json!({ "id": acme, "mode": "REPARENT" }),
        ),
    ]
}

/// Statements of each preview.
async fn statements(engine: Engine, members: usize) -> Vec<(&'static str, u64)> {
    let world = World::on(engine).await;
    let filled = fill(&world, members).await;
    let mut found = Vec::new();
    for (mutation, input) in shapes(&filled) {
        let sent = preview(&world, &world.admin, mutation, &input);
        let (statements, payload) = world.statements_of(sent).await;
        assert_eq!(user_errors(&payload), [""; 0]);
        found.push((mutation, statements));
    }
    found
}

fn engines() -> Vec<Engine> {
    let mut engines = vec![Engine::Sqlite];
    engines.extend(Postgres::of_this_run().map(|_| Engine::Postgres));
    engines
}

/// T-141: neither an impact nor a merge runs a statement per contact or organization.
#[tokio::test]
async fn an_impact_costs_as_many_statements_for_many_contacts_as_for_few() {
    for engine in engines() {
        let few = statements(engine, 5).await;
        assert_eq!(few, statements(engine, 14).await, "{engine:?}");
    }
}

/// T-141: those of an organization, one by one in the tables alone.
#[tokio::test]
#[ignore = "prints how long 100,000 contacts take; by hand"]
async fn an_impact_over_100_000_contacts() {
    for engine in engines() {
        let world = World::with(engine, |settings| settings.limits.request_ms = 300_000).await;
        let filled = fill(&world, 0).await;
        let acme = organization_id(&filled.acme);
        let (fresh, acme, series) = match world.engine {
            Engine::Sqlite => (
                "randomblob(16)",
                format!("x'{}'", acme.0.simple()),
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
                    .to_owned(),
            ),
            Engine::Postgres => (
                "gen_random_uuid()",
                format!("'{acme}'"),
                "WITH n(i) AS (SELECT generate_series(1, 100000))".to_owned(),
            ),
        };
        let table = "id, external_id_key, last_name_key, full_name, full_name_key, email_key, search_key, accepts_marketing,
            organization_id, version, created_at, updated_at";
        let sql = format!(
            "{series} INSERT INTO contact ({table}) SELECT {fresh}, '', '', 'Person ' || i, 'person ' || i, '', 'person ' || i, false,
                {acme}, 1, '2026-01-01 00:00:00+00:00', '2026-01-01 00:00:00+00:00' FROM n"
        );
        world.sql(&sql).await;
        for (mutation, input) in shapes(&filled) {
            let begun = Instant::now();
            let payload = preview(&world, &world.admin, mutation, &input).await;
            let count = &payload["impact"]["contactsChangingEffectiveGroup"];
            println!(
                "{:?} {mutation}: {count} contacts in {:?}",
                world.engine,
                begun.elapsed()
            );
            assert_eq!(user_errors(&payload), [""; 0]);
        }
    }
}
