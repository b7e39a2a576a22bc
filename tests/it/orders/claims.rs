//! Making a guest order one's own, and all the ways in which a stranger does not.

use super::guests::{looked_up, token_of};
use super::{ORDER, buyer};
use crate::support::{Person, World, each_engine, user_errors};
use serde_json::{Value, json};

const REQUEST: &str = "mutation($input: OrderClaimRequestInput!) { orderClaimRequest(input: $input) { userErrors { code message path } } }";
const CLAIM: &str = "mutation($input: OrderClaimInput!) { orderClaim(input: $input) {
    order { id number contactName contactEmail contact { id } placedByLogin claimedAt version } userErrors { code message path } } }";

/// A guest order of that mailbox: its number, id and token.
async fn guest_order(world: &World, email: &str) -> (String, String, String) {
    let to = json!({ "billTo": { "lastName": "Lee", "line1": "1 Main St", "email": email } });
    let placed = world.ordered(&Person::anonymous(), to).await;
    let order = &placed["order"];
    let text = |field: &str| order[field].as_str().expect("a text").to_owned();
    (text("number"), text("id"), token_of(&placed))
}

/// The claim tokens that ever went out to an address, the oldest first.
async fn tokens_to(world: &World, email: &str) -> Vec<String> {
    let letters = world.letters().await;
    let to = format!("To: {email}");
    let theirs = letters.iter().filter(|letter| letter.contains(&to));
    let tokens = theirs.flat_map(|letter| {
        letter
            .split_whitespace()
            .filter(|word| word.starts_with("ghk_"))
    });
    tokens.map(str::to_owned).collect()
}

async fn request(world: &World, person: &Person, number: &str, email: &str) {
    let input = json!({ "number": number, "email": email });
    let answer = world.attempt(person, REQUEST, input).await;
    assert_eq!(answer, json!({ "userErrors": [] }));
}

/// T-64: by the letter that the account itself asked for, once; what the order says stays, and its tokens mean nothing any more.
#[tokio::test]
async fn whoever_reads_the_mail_of_an_order_makes_it_their_own_once() {
    each_engine(async |world| {
        world.shop().await;
        let (ann, contact, _) = buyer(&world, "ann").await;
        let (bob, ..) = buyer(&world, "bob").await;
        let (number, id, look_up) = guest_order(&world, "Lee@Example.com").await;
        request(&world, &ann, &format!(" {} ", number.to_lowercase()), "LEE@example.com ").await;
        let letters = world.letters().await;
        assert!(letters[0].contains("To: Lee@Example.com") && letters[0].contains("ann") && letters[0].contains(&number));
        let tokens = tokens_to(&world, "Lee@Example.com").await;
        let expired = ["TOKEN_EXPIRED at token"];
        for (person, token) in [(&bob, tokens[0].as_str()), (&ann, look_up.as_str()), (&ann, ""), (&ann, "x\u{0}")] {
            let refused = world.attempt(person, CLAIM, json!({ "token": token })).await;
            assert_eq!(user_errors(&refused), expired);
        }
        let only = world.attempt(&ann, CLAIM, json!({ "token": tokens[0], "validateOnly": true })).await;
        assert_eq!(user_errors(&only), Vec::<String>::new());
        assert_eq!(looked_up(&world, &look_up).await["claimedAt"], Value::Null);
        let claimed = world.change(&ann, CLAIM, json!({ "token": tokens[0] })).await;
        assert_eq!(claimed["order"], json!({ "id": id, "number": number, "contactName": "Lee", "contactEmail": "Lee@Example.com", "contact": { "id": contact },
            "placedByLogin": null, "claimedAt": "2026-01-01T00:00:00.000000Z", "version": 2 }));
        let refused = world.attempt(&ann, CLAIM, json!({ "token": tokens[0] })).await;
        assert_eq!(user_errors(&refused), expired);
        assert_eq!(looked_up(&world, &look_up).await, Value::Null);
        request(&world, &bob, &number, "lee@example.com").await;
        assert_eq!(tokens_to(&world, "Lee@Example.com").await, tokens);
    })
    .await;
}

/// T-64: a token is over after two days, when its account is gone, and when another one took the order.
#[tokio::test]
async fn a_token_to_claim_an_order_is_over_with_time_account_and_order() {
    each_engine(async |world| {
        world.shop().await;
        let (ann, ..) = buyer(&world, "ann").await;
        let (bob, ..) = buyer(&world, "bob").await;
        let (number, ..) = guest_order(&world, "lee@example.com").await;
        request(&world, &ann, &number, "lee@example.com").await;
        request(&world, &bob, &number, "lee@example.com").await;
        let tokens = tokens_to(&world, "lee@example.com").await;
        assert_eq!(tokens.len(), 2);
        let delete = "mutation($input: AccountDeleteInput!) { accountDelete(input: $input) { userErrors { code message path } } }";
        let account = format!("account:{}", bob.account.expect("an account"));
        world.change(&world.admin, delete, json!({ "id": account })).await;
        assert_eq!(world.number("SELECT count(*) FROM order_token WHERE purpose = 'CLAIM'").await, 1);
        world.sql("UPDATE session SET expires_at = '2027-01-01T00:00:00+00:00'").await;
        world.clock.advance(chrono::TimeDelta::days(2));
        let refused = world.attempt(&ann, CLAIM, json!({ "token": tokens[0] })).await;
        assert_eq!(user_errors(&refused), ["TOKEN_EXPIRED at token"]);
        world.system.tidy_up().await.expect("an end");
        assert_eq!(world.number("SELECT count(*) FROM order_token").await, 1);
    })
    .await;
}

/// T-64: neither the address, nor the number, nor anything that one says of oneself makes a stranger's order one's own.
#[tokio::test]
async fn nothing_but_its_letter_gives_an_order_to_a_stranger() {
    each_engine(async |world| {
        world.shop().await;
        let (eve, contact, _) = buyer(&world, "eve").await;
        let (number, id, _) = guest_order(&world, "victim@example.com").await;
        let (_, evil, _) = guest_order(&world, "eve@example.com").await;
        let (victim, ..) = buyer(&world, "victim").await;
        let at_work = super::id_of(&world.ordered(&victim, json!({})).await);
        // Saying that the address is one's own.
        let update = "mutation($input: ContactUpdateInput!) { contactUpdate(input: $input) { userErrors { code message path } } }";
        world.change(&world.admin, update, json!({ "id": contact, "email": "victim@example.com" })).await;
        // Another order with it, signed in and not.
        let to = json!({ "billTo": { "lastName": "Lee", "email": "victim@example.com" } });
        world.ordered(&eve, to.clone()).await;
        world.ordered(&Person::anonymous(), to.clone()).await;
        // Registering with it, alone and with an order.
        let register = "mutation($input: RegisterInput!) { register(input: $input) { token userErrors { code message path } } }";
        let phrase = "a fine long phrase";
        let registered = world.change(&Person::anonymous(), register, json!({ "email": "victim@example.com", "password": phrase })).await;
        let stranger = Person { token: registered["token"].as_str().map(str::to_owned), account: None };
        let mut with_password = to;
        with_password["register"] = json!({ "password": phrase });
        world.ordered(&Person::anonymous(), with_password).await;
        // Asking for it with the right address, and with one's own; for orders that are no guest's; for all that can be thought up.
        for (number, email) in [(number.as_str(), "eve@example.com"), ("00000-00000", "victim@example.com"), ("\u{0}", "\u{0}"), ("", "")] {
            request(&world, &eve, number, email).await;
        }
        let own = world.ask(&victim, ORDER, json!({ "id": at_work })).await["order"]["number"].clone();
        request(&world, &stranger, own.as_str().expect("a number"), "victim@example.com").await;
        request(&world, &stranger, &number, "victim@example.com").await;
        assert_eq!(tokens_to(&world, "victim@example.com").await.len(), 1);
        assert_eq!(tokens_to(&world, "eve@example.com").await, Vec::<String>::new());
        let seen = "query($id: ID!) { order(id: $id) { id } viewer { orders(first: 50) { nodes { id } } contact { orders(first: 50) { nodes { id } } } } }";
        for person in [&eve, &stranger] {
            for order in [&id, &evil, &at_work] {
                let seen = world.ask(person, seen, json!({ "id": order })).await;
                assert_eq!(seen["order"], Value::Null);
                assert!(!seen.to_string().contains(order.as_str()));
            }
        }
        assert_eq!(world.number("SELECT count(*) FROM sales_order WHERE claimed_at IS NOT NULL").await, 0);
    })
    .await;
}

/// T-64, T-192: letters about one order, and letters that one account asks for, are few an hour; the answer tells nothing of it.
#[tokio::test]
async fn nobody_fills_a_mailbox_by_claiming() {
    each_engine(async |world| {
        world.shop().await;
        let (number, ..) = guest_order(&world, "lee@example.com").await;
        for name in ["ann", "bob"] {
            let (person, ..) = buyer(&world, name).await;
            for _ in 0..4 {
                request(&world, &person, &number, "lee@example.com").await;
            }
        }
        assert_eq!(tokens_to(&world, "lee@example.com").await.len(), 3);
        let (eve, ..) = buyer(&world, "eve").await;
        for _ in 0..9 {
            request(&world, &eve, "00000-00000", "lee@example.com").await;
        }
        assert_eq!(
            world
                .number("SELECT count(*) FROM mail WHERE sent_at IS NULL")
                .await,
            5
        );
    })
    .await;
}

/// T-73, T-181: for oneself alone, with an account that has a contact.
#[tokio::test]
async fn nobody_claims_for_somebody_else() {
    each_engine(async |world| {
        world.shop().await;
        let (ann, ..) = buyer(&world, "ann").await;
        let on_behalf = "mutation($input: AccountSignInOnBehalfInput!) { accountSignInOnBehalf(input: $input) { token userErrors { code message path } } }";
        let account = format!("account:{}", ann.account.expect("an account"));
        let acting = world.change(&world.admin, on_behalf, json!({ "id": account })).await;
        let acting = Person { token: acting["token"].as_str().map(str::to_owned), account: None };
        let ask = json!({ "number": "00000-00000", "email": "lee@example.com" });
        for (person, refused) in [(&acting, "FORBIDDEN at number"), (&world.admin, "INVALID at number")] {
            assert_eq!(user_errors(&world.attempt(person, REQUEST, ask.clone()).await), [refused]);
        }
        for (person, refused) in [(&acting, "FORBIDDEN at token"), (&world.admin, "INVALID at token")] {
            assert_eq!(user_errors(&world.attempt(person, CLAIM, json!({ "token": "x" })).await), [refused]);
        }
        let body = world.send(&Person::anonymous(), REQUEST, json!({ "input": ask })).await;
        assert_eq!(crate::support::code(&body), "UNAUTHENTICATED");
        let placed = world.ordered(&acting, json!({})).await;
        assert_eq!(placed["order"]["placedByLogin"], json!("ann"));
        assert_eq!(placed["order"]["actorLogin"], json!("administrator"));
    })
    .await;
}
