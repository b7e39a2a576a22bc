//! A life in the directory, with a word of its own in every text that it leaves.

use crate::addresses::ADDRESS_CREATE;
use crate::contact_notes::{NOTE_CREATE, NOTE_DELETE, NOTE_UPDATE, note};
use crate::sign_in::{PASSWORD, REGISTER, SIGN_IN, WRONG, signed_in, token_in};
use crate::support::Engine;
use crate::support::{Person, World};
use entity::role_assignment::Scope;
use guildhall::access::Permission::{ContactNoteEdit, ContactNoteView, ContactView};
use guildhall::accounts::service::RegistrationMode;
use sea_orm::{DbBackend, FromQueryResult, JsonValue, Statement};
use serde_json::{Value, json};
use std::cell::Cell;

const CONFIRM: &str = "mutation($input: RegistrationConfirmInput!) { registrationConfirm(input: $input) { contact { id } account { id } token userErrors { code message path } } }";
const CONTACT_UPDATE: &str = "mutation($input: ContactUpdateInput!) { contactUpdate(input: $input) { contact { version } userErrors { code message path } } }";
const ADDRESS_UPDATE: &str = "mutation($input: AddressUpdateInput!) { addressUpdate(input: $input) { address { id } userErrors { code message path } } }";
const ADDRESS_DELETE: &str = "mutation($input: AddressDeleteInput!) { addressDelete(input: $input) { deletedId userErrors { code message path } } }";
const ACCOUNT_CREATE: &str = "mutation($input: AccountCreateInput!) { accountCreate(input: $input) { account { id } userErrors { code message path } } }";
const ACCOUNT_UPDATE: &str = "mutation($input: AccountUpdateInput!) { accountUpdate(input: $input) { account { id } userErrors { code message path } } }";
const ACCOUNT_DELETE: &str = "mutation($input: AccountDeleteInput!) { accountDelete(input: $input) { deletedId userErrors { code message path } } }";
const CONSENT: &str = "mutation($input: ConsentChangeInput!) { consentChange(input: $input) { contact { id } userErrors { code message path } } }";
const RESET: &str = "mutation($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) { userErrors { code message path } } }";

/// A day of birth that nothing else has.
pub const BIRTH: &str = "1815-12-10";

/// A world in which registrations are confirmed by letter.
pub async fn world(engine: Engine) -> World {
    World::with(engine, |settings| {
        settings.accounts.registration = RegistrationMode::Confirm;
    })
    .await
}

/// Somebody who has left a word everywhere.
pub struct Life {
    pub contact: String,
    /// With an open session.
    pub person: Person,
    /// All words that they left: the mark, with a number behind it.
    pub words: Vec<String>,
}

/// Words that begin with `mark`, each used once.
struct Words<'m> {
    mark: &'m str,
    count: Cell<usize>,
}

impl Words<'_> {
    fn next(&self) -> String {
        self.count.set(self.count.get() + 1);
        format!("{}{:03}", self.mark, self.count.get())
    }

    /// `fields`, each with a word.
    fn put(&self, mut input: Value, fields: &[&str]) -> Value {
        for field in fields {
            let word = self.next();
            let email = ["email", "login"].contains(field);
            input[*field] = json!(if email {
                format!("{word}@example.com")
            } else {
                word
            });
        }
        input
    }
}

const ADDRESS: [&str; 11] = [
    "name",
    "firstName",
    "lastName",
    "organizationName",
    "line1",
    "line2",
    "city",
    "region",
    "postalCode",
    "phone",
    "email",
];
const CONTACT: [&str; 9] = [
    "externalId",
    "firstName",
    "middleName",
    "lastName",
    "fullName",
    "email",
    "phone",
    "jobTitle",
    "preferredLanguage",
];

impl Life {
    /// Lives it, in `organization`, where there is a market EU. `mark` is in small letters, and of a length of its own.
    pub async fn live(world: &World, mark: &str, organization: &str) -> Self {
        let words = Words {
            mark,
            count: Cell::new(0),
        };
        let (contact, account, login) = registered(world, &words).await;
        let admin = &world.admin;
        let assign = "mutation($input: ContactAssignOrganizationInput!) { contactAssignOrganization(input: $input) { contact { id } userErrors { code message path } } }";
        world
            .change(
                admin,
                assign,
                json!({ "id": contact, "organizationId": organization }),
            )
            .await;
        for _ in 0..2 {
            let input = words.put(
                json!({ "id": contact, "birthDate": BIRTH, "acceptsMarketing": true }),
                &CONTACT,
            );
            world
                .change(admin, CONTACT_UPDATE, words.put(input, &["idempotencyKey"]))
                .await;
        }
        let mut addresses = Vec::new();
        for _ in 0..2 {
            let input = words.put(
                json!({ "contactId": contact, "kinds": ["BILLING"] }),
                &ADDRESS,
            );
            let made = world
                .change(admin, ADDRESS_CREATE, words.put(input, &["idempotencyKey"]))
                .await;
            addresses.push(made["address"]["id"].clone());
        }
        world
            .change(
                admin,
                ADDRESS_UPDATE,
                words.put(json!({ "id": addresses[0] }), &ADDRESS),
            )
            .await;
        world
            .change(admin, ADDRESS_DELETE, json!({ "id": addresses[1] }))
            .await;
        world
            .change(
                admin,
                CONTACT_UPDATE,
                json!({ "id": contact, "preferredBillingAddressId": addresses[0] }),
            )
            .await;
        let mut notes = Vec::new();
        for _ in 0..2 {
            // Longer than a page of SQLite.
            let text = words.next().repeat(900);
            let input = words.put(json!({ "contactId": contact, "text": text }), &["title"]);
            notes.push(world.change(admin, NOTE_CREATE, input).await["contactNote"]["id"].clone());
        }
        world
            .change(
                admin,
                NOTE_UPDATE,
                words.put(json!({ "id": notes[0] }), &["title", "text"]),
            )
            .await;
        world
            .change(admin, NOTE_DELETE, json!({ "id": notes[1] }))
            .await;
        let account = with_another_account(world, &words, &contact, &account, &login).await;
        let login = words.put(json!({ "id": account }), &["login", "email", "comment"]);
        world.change(admin, ACCOUNT_UPDATE, login.clone()).await;
        let login = login["login"].as_str().expect("a login").to_owned();
        let mut person = signed_in(world, &login, PASSWORD).await;
        person.account = account
            .strip_prefix("account:")
            .and_then(|id| id.parse().ok());
        world
            .attempt(
                &Person::anonymous(),
                SIGN_IN,
                json!({ "login": login, "password": WRONG }),
            )
            .await;
        let input = words.put(json!({ "acceptsMarketing": false }), &["idempotencyKey"]);
        world.change(&person, CONSENT, input).await;
        writes_about_others(world, &person, mark).await;
        world.price("V", "4", json!({ "accountId": account })).await;
        world
            .change(&Person::anonymous(), RESET, json!({ "login": login }))
            .await;
        let words = (1..=words.count.get()).map(|number| format!("{mark}{number:03}"));
        Self {
            contact,
            person,
            words: words.collect(),
        }
    }
}

/// Registers twice and confirms the second: the first letter holds words that never became a contact's.
async fn registered(world: &World, words: &Words<'_>) -> (String, String, String) {
    let stranger = Person::anonymous();
    let login = format!("{}@example.com", words.next());
    for _ in 0..2 {
        let said = ["firstName", "lastName", "phone", "registrationSource"];
        let input = words.put(
            json!({ "email": login, "password": PASSWORD, "acceptsMarketing": true }),
            &said,
        );
        let key = format!("{} sixteen letters", words.next());
        let mut input = input;
        input["idempotencyKey"] = json!(key);
        world.change(&stranger, REGISTER, input).await;
    }
    let letters = world.letters().await;
    let token = token_in(letters.last().expect("a letter"));
    let confirmed = world
        .change(&stranger, CONFIRM, json!({ "token": token }))
        .await;
    // Now it is taken, which its owner is told.
    let input = json!({ "email": login, "password": PASSWORD });
    world.change(&stranger, REGISTER, input).await;
    let id = |of: &str| confirmed[of]["id"].as_str().expect("an id").to_owned();
    (id("contact"), id("account"), login)
}

/// Deletes the account, after a letter was sent to it that names nobody, and gives the contact another one.
async fn with_another_account(
    world: &World,
    words: &Words<'_>,
    contact: &str,
    account: &str,
    login: &str,
) -> String {
    let admin = &world.admin;
    world
        .change(&Person::anonymous(), RESET, json!({ "login": login }))
        .await;
    world.letters().await;
    world
        .change(
            admin,
            ACCOUNT_UPDATE,
            words.put(json!({ "id": account }), &["comment"]),
        )
        .await;
    world
        .change(admin, ACCOUNT_DELETE, json!({ "id": account }))
        .await;
    // Nobody has this login any more: nobody will be written to, and no password is right.
    world
        .attempt(
            &Person::anonymous(),
            SIGN_IN,
            json!({ "login": login, "password": WRONG }),
        )
        .await;
    world
        .change(&Person::anonymous(), RESET, json!({ "login": login }))
        .await;
    let input = json!({ "contactId": contact, "password": PASSWORD });
    let made = world
        .change(
            admin,
            ACCOUNT_CREATE,
            words.put(input, &["login", "email", "comment"]),
        )
        .await;
    made["account"]["id"].as_str().expect("an id").to_owned()
}

/// A note on somebody else holds the login of who wrote it.
async fn writes_about_others(world: &World, person: &Person, mark: &str) {
    let other = world.contact("Other", None).await;
    note(world, &other, "by somebody else").await;
    let held = [ContactView, ContactNoteView, ContactNoteEdit];
    let role = world
        .system
        .create_role(&format!("staff {}", mark.len()), &held)
        .await
        .expect("a role");
    world.assign(person, role, Scope::Global, None).await;
    world
        .change(
            person,
            NOTE_CREATE,
            json!({ "contactId": other, "title": "by the person" }),
        )
        .await;
}

/// Every row of every table, as text, with the table in front.
pub async fn rows(world: &World) -> Vec<String> {
    let raw = sea_orm::Database::connect(&world.url)
        .await
        .expect("a connection");
    let engine = raw.get_database_backend();
    let names = match engine {
        DbBackend::Postgres => {
            "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
        }
        _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    };
    let all = async |sql: String| {
        let statement = Statement::from_string(engine, sql);
        JsonValue::find_by_statement(statement)
            .all(&raw)
            .await
            .expect("rows")
    };
    let mut rows = Vec::new();
    for table in all(names.to_owned()).await {
        let name = table["name"].as_str().expect("a name");
        let sql = match engine {
            DbBackend::Postgres => {
                format!("SELECT row_to_json(t)::text AS row FROM \"{name}\" AS t")
            }
            _ => format!("SELECT * FROM \"{name}\""),
        };
        rows.extend(
            all(sql)
                .await
                .into_iter()
                .map(|row| format!("{name}: {row}")),
        );
    }
    raw.close().await.expect("an end");
    rows.sort();
    rows
}
