//! Imports that are interrupted, and who works on them.

use super::{APPLY, PLAN, apply, import, plan};
use crate::support::{Engine, each_engine, user_errors};
use serde_json::{Value, json};

fn lines(count: usize) -> Vec<Value> {
    (0..count)
        .map(|number| json!({ "externalId": number.to_string(), "lastName": format!("L{number}") }))
        .collect()
}

/// T-165: whatever stops it, it goes on where it stopped, and nothing is done twice.
#[tokio::test]
async fn an_import_that_was_interrupted_goes_on_where_it_stopped() {
    each_engine(async |world| {
        let id = import(&world, &world.admin, json!({}), &lines(1_200)).await;
        assert_eq!(plan(&world, &world.admin, &id).await["totals"]["create"], 1_200);
        // The second batch of writing fails, as on a full disk.
        let (fault, mended) = match world.engine {
            Engine::Sqlite => (
                "CREATE TRIGGER full BEFORE INSERT ON contact WHEN NEW.external_id = '700' BEGIN SELECT RAISE(ABORT, 'full'); END",
                "DROP TRIGGER full",
            ),
            Engine::Postgres => (
                "ALTER TABLE contact ADD CONSTRAINT no_space CHECK (external_id <> '700')",
                "ALTER TABLE contact DROP CONSTRAINT no_space",
            ),
        };
        world.sql(fault).await;
        let body = world.send(&world.admin, APPLY, json!({ "input": { "id": id } })).await;
        assert!(body.get("errors").is_some(), "{body}");
        assert_eq!(world.number("SELECT count(*) FROM contact").await, 500);
        world.sql(mended).await;
        let done = apply(&world, &world.admin, &id).await;
        assert_eq!(done, json!({ "id": id, "status": "APPLIED", "totals": { "applied": 1200, "refused": 0 } }));
        assert_eq!(world.number("SELECT count(*) FROM contact").await, 1_200);
        assert_eq!(world.number("SELECT count(*) FROM history_entry WHERE entity = 'contact'").await, 1_200);
    })
    .await;
}

/// T-165: while somebody works on an import nobody else does; who was killed is not waited for longer than some seconds.
#[tokio::test]
async fn somebody_who_was_killed_is_not_waited_for_long() {
    each_engine(async |world| {
        let id = import(&world, &world.admin, json!({}), &lines(3)).await;
        plan(&world, &world.admin, &id).await;
        let until = |instant: &str| match world.engine {
            Engine::Sqlite => format!("UPDATE import SET status = 'APPLYING', position = 0, leased_by = X'00000000000000000000000000000001', leased_until = '{instant}+00:00'"),
            Engine::Postgres => format!("UPDATE import SET status = 'APPLYING', position = 0, leased_by = '00000000-0000-0000-0000-000000000001', leased_until = '{instant}Z'"),
        };
        world.sql(&until("2026-01-01T00:00:30")).await;
        let refused = world.attempt(&world.admin, PLAN, json!({ "id": id })).await;
        assert_eq!(user_errors(&refused), ["CONFLICT at id"]);
        let waits = apply(&world, &world.admin, &id).await;
        assert_eq!((&waits["status"], &waits["totals"]["applied"]), (&json!("APPLYING"), &json!(0)));
        world.sql(&until("2026-01-01T00:00:00")).await;
        assert_eq!(apply(&world, &world.admin, &id).await["totals"]["applied"], 3);
    })
    .await;
}

/// T-180: a repeated call is answered as before, and does no work twice.
#[tokio::test]
async fn a_repeated_call_does_nothing_again() {
    each_engine(async |world| {
        let id = import(&world, &world.admin, json!({}), &lines(3)).await;
        plan(&world, &world.admin, &id).await;
        let once = json!({ "id": id, "idempotencyKey": "k" });
        let first = world.change(&world.admin, APPLY, once.clone()).await;
        assert_eq!(world.change(&world.admin, APPLY, once).await, first);
        let validated = json!({ "id": id, "validateOnly": true });
        assert_eq!(
            user_errors(&world.attempt(&world.admin, PLAN, validated).await),
            ["CONFLICT at id"]
        );
    })
    .await;
}
