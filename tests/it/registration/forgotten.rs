//! Registrations that nobody confirms do not stay for ever.

use super::{confirm, each_confirming, register};
use crate::sign_in::{PASSWORD, gets_in, token_in};
use chrono::TimeDelta;
use serde_json::json;

const CONTACT_UPDATE: &str = "mutation($input: ContactUpdateInput!) { contactUpdate(input: $input) { contact { id } userErrors { code } } }";

/// T-190: after a week account and contact are gone, the history knows of them, and the login is free.
#[tokio::test]
async fn what_nobody_confirms_within_a_week_is_forgotten() {
    each_confirming(async |world| {
        let before = world.number("SELECT count(*) FROM account").await;
        register(&world, "ann@example.com", PASSWORD).await;
        world.letters().await;
        world.clock.advance(TimeDelta::days(7) - TimeDelta::seconds(1));
        world.system.tidy_up().await.expect("a tidy directory");
        assert_eq!(world.number("SELECT count(*) FROM account").await, before + 1);
        world.clock.advance(TimeDelta::seconds(1));
        world.system.tidy_up().await.expect("a tidy directory");
        assert_eq!(world.number("SELECT count(*) FROM account").await, before);
        assert_eq!(world.number("SELECT count(*) FROM contact").await, 0);
        let gone = "SELECT count(*) FROM history_entry WHERE mutation = 'registrationForgotten' AND action = 'DELETE'";
        assert_eq!(world.number(gone).await, 4);
        register(&world, "ann@example.com", PASSWORD).await;
        let letters = world.letters().await;
        let token = token_in(letters.last().expect("a letter"));
        assert_eq!(confirm(&world, &token).await["account"]["approved"], true);
        world.clock.advance(TimeDelta::days(30));
        world.system.tidy_up().await.expect("a tidy directory");
        assert!(gets_in(&world, "ann@example.com", PASSWORD).await);
    })
    .await;
}

/// T-69: a contact that somebody has looked after since is somebody's, and stays.
#[tokio::test]
async fn a_contact_that_was_looked_after_outlives_its_forgotten_registration() {
    each_confirming(async |world| {
        register(&world, "ann@example.com", PASSWORD).await;
        let found = world
            .ask(
                &world.admin,
                "{ contacts(first: 1) { nodes { id } } }",
                json!({}),
            )
            .await;
        let change = json!({ "id": found["contacts"]["nodes"][0]["id"], "jobTitle": "Buyer" });
        world.change(&world.admin, CONTACT_UPDATE, change).await;
        world.clock.advance(TimeDelta::days(8));
        world.system.tidy_up().await.expect("a tidy directory");
        assert_eq!(world.number("SELECT count(*) FROM contact").await, 1);
        let waiting = "SELECT count(*) FROM account WHERE awaits_confirmation";
        assert_eq!(world.number(waiting).await, 0);
    })
    .await;
}

/// T-69: what was priced for it in the meantime ends, too.
#[tokio::test]
async fn the_prices_of_a_forgotten_registration_end_with_it() {
    each_confirming(async |world| {
        register(&world, "ann@example.com", PASSWORD).await;
        let query = "{ accounts(first: 1, filter: { search: \"ann@\" }) { nodes { id } } }";
        let found = world.ask(&world.admin, query, json!({})).await;
        world.market("EU").await;
        let account = json!({ "accountId": found["accounts"]["nodes"][0]["id"] });
        world.price("V", "5", account).await;
        world.clock.advance(TimeDelta::days(8));
        world.system.tidy_up().await.expect("a tidy directory");
        assert_eq!(world.number("SELECT count(*) FROM price").await, 0);
        let gone =
            "SELECT count(*) FROM history_entry WHERE entity = 'price' AND action = 'DELETE'";
        assert_eq!(world.number(gone).await, 1);
    })
    .await;
}
