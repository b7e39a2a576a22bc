//! Consent to marketing: when it was said, and by whom it can be given and taken back.

use crate::on_behalf::acting;
use crate::sign_in::{PASSWORD, REGISTER};
use crate::support::build::contact_id;
use crate::support::{Person, code, each_engine, user_errors};
use chrono::TimeDelta;
use serde_json::{Value, json};

const CHANGE: &str = "mutation($input: ConsentChangeInput!) { consentChange(input: $input) {
    contact { acceptsMarketing consentUpdatedAt version } userErrors { code message path } } }";
const UPDATE: &str = "mutation($input: ContactUpdateInput!) { contactUpdate(input: $input) {
    contact { acceptsMarketing consentUpdatedAt version } userErrors { code message path } } }";

/// What the contact says, the second at which it was said, and its version.
fn said(payload: &Value) -> (bool, Option<&str>, i64) {
    let contact = &payload["contact"];
    let at = contact["consentUpdatedAt"].as_str();
    (
        contact["acceptsMarketing"].as_bool().expect("yes or no"),
        at.map(|at| &at[17..19]),
        contact["version"].as_i64().expect("a version"),
    )
}

/// T-114, T-210.
#[tokio::test]
async fn consent_is_dated_when_it_is_said_and_not_when_something_else_is() {
    each_engine(async |world| {
        let ann = world.contact("Ann", None).await;
        for (second, given, expected) in [
            (1, json!({ "phone": "1" }), (false, None, 2)),
            (
                2,
                json!({ "acceptsMarketing": false }),
                (false, Some("02"), 3),
            ),
            (
                3,
                json!({ "acceptsMarketing": false }),
                (false, Some("02"), 3),
            ),
            (
                4,
                json!({ "acceptsMarketing": true, "phone": "2" }),
                (true, Some("04"), 4),
            ),
            (5, json!({ "phone": null }), (true, Some("04"), 5)),
            (
                6,
                json!({ "acceptsMarketing": null }),
                (false, Some("06"), 6),
            ),
        ] {
            world.clock.advance(TimeDelta::seconds(1));
            let mut input = given;
            input["id"] = json!(ann);
            let payload = world.change(&world.admin, UPDATE, input).await;
            assert_eq!(said(&payload), expected, "second {second}");
        }
    })
    .await;
}

/// T-210: who was not asked has said nothing.
#[tokio::test]
async fn a_registration_dates_consent_only_where_it_says_something_of_it() {
    each_engine(async |world| {
        for (email, given, expected) in [
            ("a@example.com", json!({}), json!([false, null])),
            (
                "b@example.com",
                json!({ "acceptsMarketing": false }),
                json!([false, "2026-01-01T00:00:00.000000Z"]),
            ),
            (
                "c@example.com",
                json!({ "acceptsMarketing": true }),
                json!([true, "2026-01-01T00:00:00.000000Z"]),
            ),
        ] {
            let mut input = given;
            input["email"] = json!(email);
            input["password"] = json!(PASSWORD);
            let payload = world.change(&Person::anonymous(), REGISTER, input).await;
            let query =
                "query($id: ID!) { contact(id: $id) { acceptsMarketing consentUpdatedAt } }";
            let contact = world
                .ask(
                    &world.admin,
                    query,
                    json!({ "id": payload["contact"]["id"] }),
                )
                .await;
            assert_eq!(
                json!([
                    contact["contact"]["acceptsMarketing"],
                    contact["contact"]["consentUpdatedAt"]
                ]),
                expected
            );
        }
    })
    .await;
}

/// T-210: taking it back is as easy as giving it.
#[tokio::test]
async fn everybody_gives_and_withdraws_their_own_consent_and_nobody_elses() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let ann = world.contact("Ann", Some(&acme)).await;
        let account = world.account("ann", Some(contact_id(&ann))).await;
        let yes = world
            .change(
                &account,
                CHANGE,
                json!({ "acceptsMarketing": true, "idempotencyKey": "k" }),
            )
            .await;
        assert_eq!(said(&yes), (true, Some("00"), 2));
        world.clock.advance(TimeDelta::seconds(9));
        let shown = world
            .change(
                &account,
                CHANGE,
                json!({ "acceptsMarketing": false, "validateOnly": true }),
            )
            .await;
        assert_eq!(said(&shown), (false, Some("09"), 3));
        let stale = json!({ "acceptsMarketing": false, "expectedVersion": 1 });
        assert_eq!(
            user_errors(&world.attempt(&account, CHANGE, stale).await),
            ["STALE at expectedVersion"]
        );
        let no = world
            .change(&account, CHANGE, json!({ "acceptsMarketing": false }))
            .await;
        assert_eq!(said(&no), (false, Some("09"), 3));
        let again = world
            .change(&account, CHANGE, json!({ "acceptsMarketing": false }))
            .await;
        assert_eq!(said(&again), (false, Some("09"), 3));
        let entries = "SELECT count(*) FROM history_entry WHERE mutation = 'consentChange'";
        assert_eq!(world.number(entries).await, 2);

        let without = world
            .attempt(&world.admin, CHANGE, json!({ "acceptsMarketing": true }))
            .await;
        assert_eq!(user_errors(&without), ["NOT_FOUND at acceptsMarketing"]);
        let behalf = acting(&world, &world.admin, &account).await;
        let others = world
            .attempt(&behalf, CHANGE, json!({ "acceptsMarketing": true }))
            .await;
        assert_eq!(user_errors(&others), ["FORBIDDEN at acceptsMarketing"]);
        let nobody = world
            .send(
                &Person::anonymous(),
                CHANGE,
                json!({ "input": { "acceptsMarketing": true } }),
            )
            .await;
        assert_eq!(code(&nobody), "UNAUTHENTICATED");
        let other = json!({ "id": ann, "acceptsMarketing": true });
        assert_eq!(
            user_errors(&world.attempt(&account, UPDATE, other).await),
            ["FORBIDDEN at id"]
        );
    })
    .await;
}
