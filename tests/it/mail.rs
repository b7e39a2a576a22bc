//! The outbox: what goes out of it, once, and what does not.

use crate::sign_in::{ACCOUNT_UPDATE, OTHER, PASSWORD, REGISTER, account_of, customer, signed_in};
use crate::support::{Person, World, each_engine};
use chrono::TimeDelta;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use guildhall::access::Database;
use guildhall::mail::{Fault, Letter, Links, Office, Sender};
use serde_json::json;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const RESET: &str = "mutation($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) { userErrors { code } } }";
const CHANGE: &str = "mutation($input: PasswordChangeInput!) { passwordChange(input: $input) { userErrors { code } } }";

/// Keeps what it is handed, and answers as it is told.
#[derive(Default)]
struct Postman {
    letters: Mutex<Vec<Letter>>,
    faults: Mutex<Vec<Fault>>,
}

impl Sender for Postman {
    fn send<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Result<(), Fault>> {
        async move {
            // Long enough for another office to come by.
            tokio::time::sleep(Duration::from_millis(1)).await;
            self.letters.lock().expect("letters").push(letter.clone());
            self.faults
                .lock()
                .expect("faults")
                .pop()
                .map_or(Ok(()), Err)
        }
        .boxed()
    }
}

impl Postman {
    fn seen(&self) -> usize {
        self.letters.lock().expect("letters").len()
    }
}

async fn office(world: &World, postman: &Arc<Postman>, links: Links) -> Office {
    let db = Database::connect(&world.url).await.expect("a database");
    Office::new(
        db,
        world.clock.clone(),
        Some(Arc::clone(postman) as Arc<dyn Sender>),
        links,
        TimeDelta::minutes(60),
    )
}

async fn forgets(world: &World, login: &str) {
    world
        .change(&Person::anonymous(), RESET, json!({ "login": login }))
        .await;
}

/// With the change or not at all.
#[tokio::test]
async fn a_refused_change_leaves_no_letter() {
    each_engine(async |world| {
        let ann = customer(&world, "ann@example.com").await;
        for input in [
            json!({ "currentPassword": OTHER, "newPassword": OTHER }),
            json!({ "currentPassword": PASSWORD, "newPassword": OTHER, "expectedVersion": 9 }),
            json!({ "currentPassword": PASSWORD, "newPassword": OTHER, "validateOnly": true }),
        ] {
            world.attempt(&ann, CHANGE, input).await;
        }
        customer(&world, "bob@example.com").await;
        let taken = json!({ "id": account_of(&ann), "login": "bob@example.com" });
        world.attempt(&world.admin, ACCOUNT_UPDATE, taken).await;
        assert_eq!(world.number("SELECT count(*) FROM mail").await, 0);
        let done = json!({ "currentPassword": PASSWORD, "newPassword": OTHER });
        world.change(&ann, CHANGE, done).await;
        assert_eq!(world.number("SELECT count(*) FROM mail").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_letter_is_tried_again_later_and_never_after_it_went_out() {
    each_engine(async |world| {
        customer(&world, "ann@example.com").await;
        forgets(&world, "ann@example.com").await;
        let postman = Arc::new(Postman::default());
        let later = || Fault::Later("the server is away".to_owned());
        *postman.faults.lock().expect("faults") = vec![later(), later()];
        let office = office(&world, &postman, Links::default()).await;
        for (passes, seen, sent) in [
            (0, 1, 0),
            (29, 1, 0),
            (1, 2, 0),
            (59, 2, 0),
            (1, 3, 1),
            (3600, 3, 0),
        ] {
            world.clock.advance(TimeDelta::seconds(passes));
            assert_eq!(office.send_due().await.expect("a round"), sent, "{passes}");
            assert_eq!(postman.seen(), seen);
        }
        // Each time with a token of its own, of which the last one counts.
        assert_eq!(world.number("SELECT count(*) FROM account_token").await, 1);
        let letters = postman.letters.lock().expect("letters");
        assert!(letters.iter().all(|letter| letter.id == letters[0].id));
        assert_ne!(letters[0].text, letters[2].text);
    })
    .await;
}

/// T-192: a letter that waits follows the account to its new address.
#[tokio::test]
async fn a_letter_that_could_not_go_goes_to_the_address_of_now() {
    each_engine(async |world| {
        let ann = customer(&world, "ann@example.com").await;
        forgets(&world, "ann@example.com").await;
        let postman = Arc::new(Postman::default());
        *postman.faults.lock().expect("faults") = vec![Fault::Later("away".to_owned())];
        let office = office(&world, &postman, Links::default()).await;
        office.send_due().await.expect("a round");
        let email = json!({ "id": account_of(&ann), "email": "new@example.com" });
        world.change(&world.admin, ACCOUNT_UPDATE, email).await;
        world.clock.advance(TimeDelta::minutes(1));
        assert_eq!(office.send_due().await.expect("a round"), 2);
        let letters = postman.letters.lock().expect("letters");
        let with_token = letters.iter().filter(|letter| letter.text.contains("ghr_"));
        let to: Vec<_> = with_token.map(|letter| letter.to.as_str()).collect();
        assert_eq!(to, ["ann@example.com", "new@example.com"]);
    })
    .await;
}

#[tokio::test]
async fn what_can_never_be_sent_is_dropped_and_holds_nothing_up() {
    each_engine(async |world| {
        customer(&world, "ann@example.com").await;
        customer(&world, "bob@example.com").await;
        forgets(&world, "ann@example.com").await;
        forgets(&world, "bob@example.com").await;
        let postman = Arc::new(Postman::default());
        *postman.faults.lock().expect("faults") =
            vec![Fault::Never("the address is none".to_owned())];
        let office = office(&world, &postman, Links::default()).await;
        assert_eq!(office.send_due().await.expect("a round"), 1);
        world.clock.advance(TimeDelta::hours(1));
        assert_eq!(office.send_due().await.expect("a round"), 0);
        assert_eq!(postman.seen(), 2);
        assert_eq!(world.number("SELECT count(*) FROM mail").await, 1);
    })
    .await;
}

/// A server that dies while sending keeps its letter for two minutes, and not for ever.
#[tokio::test]
async fn a_letter_whose_server_died_goes_out_after_its_lease() {
    each_engine(async |world| {
        customer(&world, "ann@example.com").await;
        forgets(&world, "ann@example.com").await;
        let taken = world.system.next_letter(TimeDelta::minutes(60)).await;
        assert!(taken.expect("a letter").is_some());
        assert_eq!(world.letters().await.len(), 0);
        world.clock.advance(TimeDelta::seconds(119));
        assert_eq!(world.letters().await.len(), 0);
        world.clock.advance(TimeDelta::seconds(1));
        assert_eq!(world.letters().await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_offices_send_each_of_two_hundred_letters_once() {
    each_engine(async |world| {
        let logins: Vec<_> = (0..200).map(|at| format!("c{at}@example.com")).collect();
        for login in &logins {
            world.account(login, None).await;
        }
        world
            .sql("UPDATE account SET email = login WHERE login LIKE 'c%'")
            .await;
        for login in &logins {
            forgets(&world, login).await;
        }
        let postman = Arc::new(Postman::default());
        let (one, other) = (
            office(&world, &postman, Links::default()).await,
            office(&world, &postman, Links::default()).await,
        );
        let (one, other) = tokio::join!(
            tokio::spawn(async move { one.send_due().await }),
            tokio::spawn(async move { other.send_due().await })
        );
        let sent = [one, other].map(|round| round.expect("an end").expect("a round"));
        assert_eq!(sent[0] + sent[1], 200);
        assert!(sent[0] > 0 && sent[1] > 0, "{sent:?}");
        let mut to: Vec<_> = postman
            .letters
            .lock()
            .expect("letters")
            .iter()
            .map(|letter| letter.to.clone())
            .collect();
        to.sort();
        to.dedup();
        assert_eq!((to.len(), postman.seen()), (200, 200));
    })
    .await;
}

/// T-71: two letters to one account at the same moment do not hold two tokens that count.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_offices_leave_one_token_of_an_account() {
    each_engine(async |world| {
        customer(&world, "ann@example.com").await;
        for _ in 0..8 {
            forgets(&world, "ann@example.com").await;
        }
        let postman = Arc::new(Postman::default());
        let mut offices = Vec::new();
        for _ in 0..4 {
            offices.push(office(&world, &postman, Links::default()).await);
        }
        join_all(offices.iter().map(Office::send_due)).await;
        assert_eq!(world.number("SELECT count(*) FROM account_token").await, 1);
        assert_eq!(postman.seen(), 3);
    })
    .await;
}

/// What somebody typed can neither add a header nor an address, and the link is the one that was configured.
#[tokio::test]
async fn letters_hold_what_is_configured_and_no_header_of_a_strangers() {
    each_engine(async |world| {
        let name = "x\u{85}Bcc: evil@example.com";
        let input =
            json!({ "email": "\"b c\"@example.com", "password": PASSWORD, "firstName": name });
        world.attempt(&Person::anonymous(), REGISTER, input).await;
        customer(&world, "ann,evil@example.com").await;
        customer(&world, "Ann<ann@example.com>").await;
        customer(&world, "ann@example.com").await;
        for login in [
            "ann,evil@example.com",
            "Ann<ann@example.com>",
            "ann@example.com",
        ] {
            forgets(&world, login).await;
        }
        let letters = world.letters().await;
        assert_eq!(letters.len(), 1, "{letters:#?}");
        assert!(letters.iter().all(|letter| !letter.contains("Bcc")));
        let postman = Arc::new(Postman::default());
        let links = Links {
            password_reset: Some("https://shop.example/new?t={token}".to_owned()),
            ..Links::default()
        };
        forgets(&world, "ann@example.com").await;
        office(&world, &postman, links)
            .await
            .send_due()
            .await
            .expect("a round");
        let letters = postman.letters.lock().expect("letters");
        assert!(letters[0].text.contains("https://shop.example/new?t=ghr_"));
        assert!(!letters[0].subject.contains("ann"));
    })
    .await;
}

/// T-68, T-69: what was to be told about an account goes with it.
#[tokio::test]
async fn nothing_is_sent_about_an_account_that_is_gone_or_out_of_use() {
    each_engine(async |world| {
        let ann = customer(&world, "ann@example.com").await;
        let bob = customer(&world, "bob@example.com").await;
        let bob = Person { token: signed_in(&world, "bob@example.com", PASSWORD).await.token, ..bob };
        for (person, login) in [(&ann, "ann@example.com"), (&bob, "bob@example.com")] {
            forgets(&world, login).await;
            let input = json!({ "currentPassword": PASSWORD, "newPassword": OTHER });
            world.change(person, CHANGE, input).await;
        }
        let delete = "mutation($input: AccountDeleteInput!) { accountDelete(input: $input) { deletedId userErrors { code path } } }";
        world.change(&world.admin, delete, json!({ "id": account_of(&ann) })).await;
        let inactive = json!({ "id": account_of(&bob), "active": false });
        world.change(&world.admin, ACCOUNT_UPDATE, inactive).await;
        assert_eq!(world.letters().await, Vec::<String>::new());
        assert_eq!(world.number("SELECT count(*) FROM mail").await, 0);
    })
    .await;
}

/// A server without a way out keeps its letters for a day, and then no longer.
#[tokio::test]
async fn letters_of_yesterday_are_forgotten() {
    each_engine(async |world| {
        customer(&world, "ann@example.com").await;
        forgets(&world, "ann@example.com").await;
        world
            .clock
            .advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
        world.system.tidy_up().await.expect("an end");
        assert_eq!(world.number("SELECT count(*) FROM mail").await, 1);
        world.clock.advance(TimeDelta::seconds(1));
        world.system.tidy_up().await.expect("an end");
        assert_eq!(world.number("SELECT count(*) FROM mail").await, 0);
    })
    .await;
}
