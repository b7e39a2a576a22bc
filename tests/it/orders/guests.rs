//! Orders that are placed without signing in, and accounts that come with them.

use super::{PLACE, buyer, order};
use crate::support::world::Engine;
use crate::support::{Person, Postgres, World, each_engine, user_errors};
use guildhall::accounts::service::RegistrationMode;
use serde_json::{Value, json};

pub const BY_TOKEN: &str = "query($token: String!) { orderByToken(token: $token) { id number contactEmail contactName placedByLogin customerGroupName organizationName
    contact { id } placedBy { id } claimedAt status version lines { variantCode unitPrice { amount } } total { amount } market billTo { number email } } }";
const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) { token viewer { account { registrationSource
    contact { registrationSource firstName acceptsMarketing orders(first: 9) { nodes { number } } } } orders(first: 9) { nodes { number } } } userErrors { code message path } } }";
const PASSWORD: &str = "a fine long phrase";

/// The token of a guest order.
pub fn token_of(payload: &Value) -> String {
    payload["lookUpToken"].as_str().expect("a token").to_owned()
}

/// What a token looks up.
pub async fn looked_up(world: &World, token: &str) -> Value {
    let guest = Person::anonymous();
    let asked = world.ask(&guest, BY_TOKEN, json!({ "token": token }));
    asked.await["orderByToken"].clone()
}

/// T-62, T-117: prices for everybody, no contact, and nothing to look it up by but the token.
#[tokio::test]
async fn a_guest_order_is_a_snapshot_that_only_its_token_looks_up() {
    each_engine(async |world| {
        world.shop().await;
        let contacts = "SELECT count(*) FROM contact";
        let before = world.number(contacts).await;
        let guest = Person::anonymous();
        let placed = world.ordered(&guest, json!({ "shipTo": { "lastName": "Poe", "city": "Rome" } })).await;
        let order = &placed["order"];
        assert_eq!(order["contactName"], json!("Ann Lee"));
        assert_eq!(order["total"]["amount"], json!("10"));
        assert_eq!(order["shipTo"]["city"], json!("Rome"));
        assert_eq!(order["placedByLogin"], Value::Null);
        assert_eq!(world.number(contacts).await, before);
        let found = looked_up(&world, &token_of(&placed)).await;
        assert_eq!(found["number"], order["number"]);
        assert_eq!(found["lines"], json!([{ "variantCode": "V", "unitPrice": { "amount": "10" } }]));
        for token in ["", "gho_", "x\u{0}", &token_of(&placed)[1..], guest.token.as_deref().unwrap_or_default()] {
            assert_eq!(looked_up(&world, token).await, Value::Null);
        }
        let (ann, ..) = buyer(&world, "ann").await;
        let by_id = "query($id: ID!) { order(id: $id) { id } viewer { orders(first: 9) { totalCount } contact { orders(first: 9) { totalCount } } } }";
        let seen = world.ask(&ann, by_id, json!({ "id": order["id"] })).await;
        assert_eq!(seen, json!({ "order": null, "viewer": { "orders": { "totalCount": 0 }, "contact": { "orders": { "totalCount": 0 } } } }));
    })
    .await;
}

/// T-62, T-140: the mailbox is what a guest is known by; customers, contacts and rights are not for guests.
#[tokio::test]
async fn a_guest_needs_a_mailbox_and_names_nobody_else() {
    each_engine(async |world| {
        world.shop().await;
        let (_, contact, _) = buyer(&world, "ann").await;
        let customer = world.bill_to("C1", None).await;
        for (input, expected) in [
            (
                json!({ "billTo": { "city": "Bern" } }),
                "REQUIRED at billTo.email",
            ),
            (json!({ "billTo": null }), "REQUIRED at billTo"),
            (json!({ "contactId": contact }), "NOT_FOUND at contactId"),
            (json!({ "customerId": customer }), "NOT_FOUND at customerId"),
            (
                json!({ "register": { "password": "short" } }),
                "WEAK_PASSWORD at register.password",
            ),
            (
                json!({ "idempotencyKey": "short" }),
                "INVALID at idempotencyKey",
            ),
        ] {
            let answer = world
                .attempt(&Person::anonymous(), PLACE, order(input))
                .await;
            assert_eq!(user_errors(&answer), [expected]);
        }
        assert_eq!(world.number("SELECT count(*) FROM sales_order").await, 0);
    })
    .await;
}

/// An operation holds one guess at most, whatever it is called.
#[tokio::test]
async fn an_operation_places_one_order_or_tries_one_token() {
    let world = World::on(Engine::Sqlite).await;
    for query in [
        "{ a: orderByToken(token: \"x\") { id } b: orderByToken(token: \"y\") { id } }",
        "mutation { orderClaim(input: { token: \"x\" }) { userErrors { code } } signIn(input: { login: \"a\", password: \"b\" }) { token } }",
    ] {
        let body = world.send(&Person::anonymous(), query, json!({})).await;
        assert_eq!(crate::support::code(&body), "LIMIT_EXCEEDED");
    }
}

/// T-144, T-180: one key places one order, however many call at once; each answer has a token that works.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_key_places_one_order_however_often_it_is_sent_at_once() {
    let mut engines = vec![Engine::Sqlite];
    engines.extend(Postgres::of_this_run().map(|_| Engine::Postgres));
    for engine in engines {
        let world = std::sync::Arc::new(World::on(engine).await);
        world.shop().await;
        let (ann, ..) = buyer(&world, "ann").await;
        for (person, keys) in [(ann, 1), (Person::anonymous(), 1)] {
            let before = world.number("SELECT count(*) FROM sales_order").await;
            let calls = (0..8).map(|_| {
                let (world, person) = (world.clone(), person.clone());
                let input = order(json!({ "idempotencyKey": "the very same key" }));
                tokio::spawn(async move { world.change(&person, PLACE, input).await })
            });
            let mut numbers = std::collections::BTreeSet::new();
            for call in futures_util::future::join_all(calls).await {
                let placed = call.expect("an answer");
                numbers.insert(placed["order"]["number"].to_string());
                if person.token.is_none() {
                    let found = looked_up(&world, &token_of(&placed)).await;
                    assert_eq!(found["number"], placed["order"]["number"]);
                }
            }
            assert_eq!(numbers.len(), keys, "{engine:?}");
            let made = world.number("SELECT count(*) FROM sales_order").await - before;
            assert_eq!(made, 1, "{engine:?}");
            let other =
                order(json!({ "idempotencyKey": "the very same key", "poNumber": "other" }));
            let answer = world.attempt(&person, PLACE, other).await;
            // Without an account a key belongs to its input: another input is another order.
            let refused = if person.token.is_some() {
                vec!["IDEMPOTENCY_MISMATCH at idempotencyKey"]
            } else {
                vec![]
            };
            assert_eq!(user_errors(&answer), refused);
        }
        for _ in 0..20 {
            let input = order(json!({ "idempotencyKey": "the very same key" }));
            world.change(&Person::anonymous(), PLACE, input).await;
        }
        let tokens = "SELECT max(n) FROM (SELECT count(*) AS n FROM order_token GROUP BY order_id) AS counted";
        assert_eq!(world.number(tokens).await, 10, "{engine:?}");
    }
}

async fn worlds(mode: RegistrationMode, test: impl AsyncFn(World)) {
    let mut engines = vec![Engine::Sqlite];
    engines.extend(Postgres::of_this_run().map(|_| Engine::Postgres));
    for engine in engines {
        test(World::with(engine, |settings| settings.accounts.registration = mode).await).await;
    }
}

fn registering(input: Value) -> Value {
    let mut whole = json!({ "register": { "password": PASSWORD, "acceptsMarketing": true } });
    for (field, value) in input.as_object().expect("an input") {
        whole[field] = value.clone();
    }
    whole
}

/// T-60, T-62, T-150: contact, account, customer and ship-to at once; the account orders for that customer from then on.
#[tokio::test]
async fn a_new_customer_comes_into_being_with_their_first_order() {
    worlds(RegistrationMode::Instant, async |world| {
        world.shop().await;
        let elsewhere = json!({ "shipTo": { "lastName": "Poe", "city": "Rome" } });
        let placed = world.ordered(&Person::anonymous(), registering(elsewhere)).await;
        let number = placed["order"]["number"].clone();
        assert_eq!(placed["order"]["billTo"]["number"], Value::Null);
        let signed = world.change(&Person::anonymous(), SIGN_IN, json!({ "login": "ann@example.com", "password": PASSWORD })).await;
        let viewer = &signed["viewer"];
        let contact = json!({ "registrationSource": "order", "firstName": "Ann", "acceptsMarketing": true, "orders": { "nodes": [{ "number": number }] } });
        assert_eq!(viewer["account"], json!({ "registrationSource": "ORDER", "contact": contact }));
        assert_eq!(viewer["orders"]["nodes"], json!([{ "number": number }]));
        let ann = Person { token: signed["token"].as_str().map(str::to_owned), account: None };
        let again = json!({ "market": "EU", "lines": [{ "variantCode": "V", "quantity": 2 }] });
        let again = world.change(&ann, PLACE, again).await;
        let web = format!("WEB-{}", number.as_str().expect("a number"));
        assert_eq!(again["order"]["billTo"]["number"], json!(web));
        assert_eq!(again["order"]["shipTo"], json!({ "number": web, "sequence": "1", "companyName": null, "firstName": null, "lastName": "Poe",
            "line1": null, "city": "Rome", "countryCode": null, "email": null }));
        assert_eq!(again["order"]["contactName"], json!("Ann Lee"));
        assert_eq!(world.letters().await.len(), 0);
    })
    .await;
}

/// T-62, T-190: where registrations are confirmed by mail the order is placed at once, and nobody signs in before the mail is read.
#[tokio::test]
async fn an_account_that_came_with_an_order_waits_to_be_confirmed() {
    worlds(RegistrationMode::Confirm, async |world| {
        world.shop().await;
        let guest = Person::anonymous();
        world.ordered(&guest, registering(json!({}))).await;
        let sign_in = json!({ "login": "ann@example.com", "password": PASSWORD });
        let refused = world.attempt(&guest, SIGN_IN, sign_in).await;
        assert_eq!(user_errors(&refused), ["NOT_APPROVED at login"]);
        let letters = world.letters().await;
        assert_eq!(letters.len(), 1);
        let token = letters[0].split_whitespace().find(|word| word.starts_with("ghc_")).expect("a token");
        let confirm = "mutation($input: RegistrationConfirmInput!) { registrationConfirm(input: $input) {
            account { registrationSource contact { registrationSource orders(first: 9) { totalCount } } } userErrors { code message path } } }";
        let confirmed = world.change(&guest, confirm, json!({ "token": token })).await;
        let contact = json!({ "registrationSource": "order", "orders": { "totalCount": 1 } });
        assert_eq!(confirmed["account"], json!({ "registrationSource": "ORDER", "contact": contact }));
    })
    .await;
}

/// T-151: for a login that is taken it stays a guest order, answered like any other; the owner alone is told, by mail.
#[tokio::test]
async fn a_login_that_is_taken_changes_nothing_that_a_stranger_sees() {
    for mode in [RegistrationMode::Instant, RegistrationMode::Confirm] {
        worlds(mode, async |world| {
            world.shop().await;
            let (_, contact, _) = buyer(&world, "victim").await;
            world.sql("UPDATE account SET email = 'victim@example.com', login = 'Victim@example.com', login_key = 'victim@example.com' WHERE login = 'victim'").await;
            let guest = Person::anonymous();
            let mut told = Vec::new();
            let to = |email: &str| json!({ "billTo": { "lastName": "Lee", "city": "Bern", "email": email } });
            for email in ["VICTIM@example.com", "nobody@example.com"] {
                let mut placed = world.ordered(&guest, registering(to(email))).await;
                let mut found = looked_up(&world, &token_of(&placed)).await;
                for one in [&mut placed["order"], &mut found] {
                    for field in ["id", "number"] {
                        one[field] = Value::Null;
                    }
                    one["contactEmail"] = Value::Null;
                    one["billTo"]["email"] = Value::Null;
                }
                assert!(placed["lookUpToken"].as_str().is_some_and(|token| token.starts_with("gho_")));
                placed["order"]["shipTo"]["email"] = Value::Null;
                placed["lookUpToken"] = Value::Null;
                told.push((placed, found));
            }
            assert_eq!(told[0], told[1]);
            let orders = "query($id: ID!) { contact(id: $id) { registrationSource acceptsMarketing orders(first: 9) { totalCount } } }";
            let seen = world.ask(&world.admin, orders, json!({ "id": contact })).await;
            assert_eq!(seen["contact"], json!({ "registrationSource": null, "acceptsMarketing": false, "orders": { "totalCount": 0 } }));
            let refused = world.attempt(&guest, SIGN_IN, json!({ "login": "victim@example.com", "password": PASSWORD })).await;
            assert_eq!(user_errors(&refused), ["BAD_CREDENTIALS at login"]);
            let letters = world.letters().await;
            let to_victim: Vec<_> = letters.iter().filter(|letter| letter.contains("To: victim@example.com")).collect();
            assert_eq!(to_victim.len(), 1);
            assert!(to_victim[0].contains("An order with your address") && !to_victim[0].contains("gho_"));
        })
        .await;
    }
}

/// T-62, T-190: what nobody confirms within a week is forgotten with all that came into being, and the order is a guest's again.
#[tokio::test]
async fn an_order_outlives_a_registration_that_nobody_confirmed() {
    worlds(RegistrationMode::Confirm, async |world| {
        world.shop().await;
        let elsewhere = json!({ "shipTo": { "lastName": "Poe", "city": "Rome" } });
        let placed = world
            .ordered(&Person::anonymous(), registering(elsewhere))
            .await;
        world.clock.advance(chrono::TimeDelta::days(8));
        world.system.tidy_up().await.expect("an end");
        for table in ["customer", "customer_link"] {
            assert_eq!(
                world.number(&format!("SELECT count(*) FROM {table}")).await,
                0,
                "{table}"
            );
        }
        assert_eq!(
            world
                .number("SELECT count(*) FROM account WHERE registration_source = 'ORDER'")
                .await,
            0
        );
        assert_eq!(
            world
                .number("SELECT count(*) FROM contact WHERE email = 'ann@example.com'")
                .await,
            0
        );
        let found = looked_up(&world, &token_of(&placed)).await;
        assert_eq!(found["number"], placed["order"]["number"]);
        assert_eq!(found["contactName"], json!("Ann Lee"));
    })
    .await;
}
