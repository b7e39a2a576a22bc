//! Contacts: creating, changing, putting into organizations, deleting.

mod organization;

use crate::support::build::CONTACT_CREATE;
use crate::support::{World, code, each_engine, user_errors};
use serde_json::{Value, json};

const FIELDS: &str = "externalId firstName middleName lastName fullName email phone jobTitle birthDate preferredLanguage
    preferredCurrency acceptsMarketing version";
const ASSIGN_ORGANIZATION: &str =
    "mutation($input: ContactAssignOrganizationInput!) { contactAssignOrganization(input: $input) {
    contact { organization { name } customerGroup { name } effectiveCustomerGroup { name } version }
    removedFromView userErrors { code message path } } }";
const DELETE: &str = "mutation($input: ContactDeleteInput!) {
    contactDelete(input: $input) { deletedId userErrors { code message path } } }";
const ORGANIZATION_UPDATE: &str = "mutation($input: OrganizationUpdateInput!) {
    organizationUpdate(input: $input) { organization { version } userErrors { code message path } } }";

fn update() -> String {
    format!(
        "mutation($input: ContactUpdateInput!) {{ contactUpdate(input: $input) {{
        contact {{ {FIELDS} }} userErrors {{ code message path }} }} }}"
    )
}

async fn read(world: &World, contact: &str) -> Value {
    let query = format!("query($id: ID!) {{ contact(id: $id) {{ {FIELDS} }} }}");
    world
        .ask(&world.admin, &query, json!({ "id": contact }))
        .await["contact"]
        .clone()
}

async fn updated(world: &World, contact: &str, mut fields: Value) -> Value {
    fields["id"] = json!(contact);
    world.change(&world.admin, &update(), fields).await["contact"].clone()
}

async fn refused(world: &World, contact: &str, mut fields: Value) -> Vec<String> {
    fields["id"] = json!(contact);
    let payload = world.attempt(&world.admin, &update(), fields).await;
    assert_eq!(
        payload["contact"],
        Value::Null,
        "T-177: a refused mutation's thing is null"
    );
    user_errors(&payload)
}

/// T-76, T-179.
#[tokio::test]
async fn a_full_name_given_stays_until_cleared_and_otherwise_follows_the_parts_else_the_e_mail() {
    each_engine(async |world| {
        let ada = world
            .contact_with(json!({ "firstName": "Ada", "middleName": "King", "lastName": "Lovelace", "email": "ada@example.com" }))
            .await;
        let name = async |fields: Value| updated(&world, &ada, fields).await["fullName"].clone();
        assert_eq!(read(&world, &ada).await["fullName"], "Ada King Lovelace");
        assert_eq!(name(json!({ "middleName": null })).await, "Ada Lovelace");
        assert_eq!(name(json!({ "fullName": "The Countess" })).await, "The Countess");
        assert_eq!(name(json!({ "lastName": "Byron" })).await, "The Countess");
        assert_eq!(name(json!({ "fullName": null })).await, "Ada Byron");
        assert_eq!(name(json!({ "fullName": "  " })).await, "Ada Byron");
        assert_eq!(name(json!({ "firstName": null, "lastName": "" })).await, "ada@example.com");
        assert_eq!(name(json!({ "email": "countess@example.com" })).await, "countess@example.com");
        assert_eq!(refused(&world, &ada, json!({ "email": null })).await, ["REQUIRED at fullName"]);
        assert_eq!(name(json!({ "email": null, "firstName": "Ada" })).await, "Ada");
    })
    .await;
}

/// T-179.
#[tokio::test]
async fn a_contact_needs_a_full_name_a_first_name_a_last_name_or_an_e_mail() {
    each_engine(async |world| {
        let create = async |input: Value| {
            user_errors(&world.attempt(&world.admin, CONTACT_CREATE, input).await)
        };
        assert_eq!(create(json!({})).await, ["REQUIRED at fullName"]);
        assert_eq!(
            create(json!({ "middleName": "King" })).await,
            ["REQUIRED at fullName"]
        );
        assert_eq!(
            create(json!({ "fullName": " \u{3000}\t" })).await,
            ["REQUIRED at fullName"]
        );
        for named in [
            json!({ "fullName": "A" }),
            json!({ "firstName": "A" }),
            json!({ "lastName": "A" }),
            json!({ "email": "a@b" }),
        ] {
            assert_eq!(create(named).await, [""; 0]);
        }
    })
    .await;
}

/// T-66, T-179.
#[tokio::test]
async fn an_e_mail_may_be_shared_and_an_external_id_may_not_until_it_is_free_again() {
    each_engine(async |world| {
        let one = json!({ "email": "info@example.com", "externalId": "C-1" });
        let first = world.contact_with(one.clone()).await;
        world
            .contact_with(json!({ "email": "info@example.com" }))
            .await;
        let second = world
            .attempt(&world.admin, CONTACT_CREATE, one.clone())
            .await;
        insta::allow_duplicates! { insta::assert_json_snapshot!(second, @r#"
        {
          "contact": null,
          "userErrors": [
            {
              "code": "TAKEN",
              "message": "externalId is taken",
              "path": [
                "externalId"
              ]
            }
          ]
        }
        "#) }
        let other = world.contact("Other", None).await;
        assert_eq!(
            refused(&world, &other, json!({ "externalId": "C-1" })).await,
            ["TAKEN at externalId"]
        );
        world
            .contact_with(json!({ "email": "info@example.com", "externalId": "c-1" }))
            .await;
        world
            .change(&world.admin, DELETE, json!({ "id": first }))
            .await;
        world.contact_with(one).await;
    })
    .await;
}

/// T-175: limits count characters, outer blanks are trimmed, and all mistakes come at once.
#[tokio::test]
async fn texts_are_trimmed_and_refused_when_too_long_or_with_control_characters() {
    each_engine(async |world| {
        let contact = world.contact("Somebody", None).await;
        let long = |count: usize| "ä".repeat(count);
        let at_limit = json!({
            "fullName": long(512), "firstName": long(512), "externalId": long(512), "jobTitle": long(255), "phone": format!("  {}\n", long(255)),
            "preferredLanguage": " en ", "email": format!("{}@b", "a".repeat(318)),
        });
        let shown = updated(&world, &contact, at_limit).await;
        assert_eq!(shown["phone"], json!(long(255)));
        assert_eq!(shown["preferredLanguage"], "en");
        let above = json!({
            "fullName": long(513), "firstName": long(513), "middleName": long(513), "lastName": long(513), "externalId": long(513),
            "jobTitle": long(256), "phone": long(256), "preferredLanguage": long(256), "email": format!("{}@b", "a".repeat(319)),
        });
        let mut mistakes = refused(&world, &contact, above).await;
        mistakes.sort();
        insta::allow_duplicates! { insta::assert_json_snapshot!(mistakes, @r#"
        [
          "TOO_LONG at email",
          "TOO_LONG at externalId",
          "TOO_LONG at firstName",
          "TOO_LONG at fullName",
          "TOO_LONG at jobTitle",
          "TOO_LONG at lastName",
          "TOO_LONG at middleName",
          "TOO_LONG at phone",
          "TOO_LONG at preferredLanguage"
        ]
        "#) }
        for (field, text) in [
            ("fullName", "a\nb"), ("firstName", "a\tb"), ("lastName", "a\0b"), ("phone", "1\r2"), ("jobTitle", "a\u{85}b"),
            ("externalId", "a\u{200b}b"), ("externalId", "a\u{202e}b"), ("email", "a\u{feff}@b"), ("email", "no at sign"),
            ("email", "a@"), ("email", "@b"), ("email", "a@b@c"), ("email", "a b@c"),
        ] {
            assert_eq!(refused(&world, &contact, json!({ field: text })).await, [format!("INVALID at {field}")], "{text:?}");
        }
        assert_eq!(read(&world, &contact).await["version"], 2, "nothing that was refused changed anything");
    })
    .await;
}

/// A value of every field that has one, and another.
fn every_field(number: usize) -> Value {
    let pick = |one: &str, two: &str| json!([one, two][number]);
    json!({
        "externalId": pick("C-1", "C-2"), "firstName": pick("Ada", "Grace"), "middleName": pick("King", "Brewster"),
        "lastName": pick("Lovelace", "Hopper"), "fullName": pick("A. L.", "G. H."), "email": pick("a@b", "g@h"),
        "phone": pick("1", "2"), "jobTitle": pick("Analyst", "Admiral"), "birthDate": pick("1815-12-10", "1906-12-09"),
        "preferredLanguage": pick("en", "de"), "preferredCurrency": pick("EUR", "JPY"), "acceptsMarketing": true,
    })
}

/// What every field shows when it holds nothing.
fn cleared(field: &str) -> Value {
    if field == "acceptsMarketing" {
        json!(false)
    } else {
        Value::Null
    }
}

/// Absent leaves, null clears, a value sets; each field by itself.
#[tokio::test]
async fn each_field_of_an_update_has_three_states() {
    each_engine(async |world| {
        let contact = world.contact("Somebody", None).await;
        let before = updated(&world, &contact, every_field(0)).await;
        for (field, value) in every_field(0).as_object().expect("fields") {
            assert_eq!(&before[field], value, "a value sets {field}");
        }
        for (field, value) in every_field(1).as_object().expect("fields") {
            let changed = |value: Value, version: i32| {
                let mut expected = before.clone();
                expected[field] = if field == "fullName" && value.is_null() {
                    json!("Ada King Lovelace")
                } else {
                    value
                };
                expected["version"] = json!(version);
                expected
            };
            let version = i32::try_from(
                read(&world, &contact).await["version"]
                    .as_i64()
                    .expect("a version"),
            )
            .expect("a small one");
            let set = updated(&world, &contact, json!({ field: value })).await;
            let set_version = version + i32::from(field != "acceptsMarketing");
            assert_eq!(set, changed(value.clone(), set_version), "{field} set");
            let emptied = updated(&world, &contact, json!({ field: null })).await;
            assert_eq!(
                emptied,
                changed(cleared(field), set_version + 1),
                "{field} cleared"
            );
            let restored = updated(&world, &contact, json!({ field: before[field] })).await;
            assert_eq!(
                restored,
                changed(before[field].clone(), set_version + 2),
                "{field} set again"
            );
        }
    })
    .await;
}

/// GraphQL: a variable that is declared but not given is as good as a field that is not written.
#[tokio::test]
async fn an_omitted_variable_inside_an_input_object_leaves_its_field_alone() {
    each_engine(async |world| {
        let contact = world.contact("Somebody", None).await;
        let before = updated(&world, &contact, every_field(0)).await;
        let query = format!("mutation($id: ID!, $phone: String, $email: String, $birthDate: Date, $currency: CurrencyCode, $marketing: Boolean,
            $full: String, $external: String) {{
            contactUpdate(input: {{ id: $id, phone: $phone, email: $email, birthDate: $birthDate, preferredCurrency: $currency,
                acceptsMarketing: $marketing, fullName: $full, externalId: $external }}) {{ contact {{ {FIELDS} }} userErrors {{ code }} }} }}");
        let ask = async |variables: Value| world.ask(&world.admin, &query, variables).await["contactUpdate"]["contact"].clone();
        assert_eq!(ask(json!({ "id": contact })).await, before, "nothing given, nothing changed");
        let mut expected = before.clone();
        expected["phone"] = Value::Null;
        expected["version"] = json!(3);
        assert_eq!(ask(json!({ "id": contact, "phone": null })).await, expected, "null given, that field cleared");
    })
    .await;
}

/// T-140: a value that its scalar refuses is a bad request, one that means nothing a user error.
#[tokio::test]
async fn a_malformed_currency_or_day_is_a_bad_request_and_an_unknown_currency_a_user_error() {
    each_engine(async |world| {
        let contact = world.contact("Somebody", None).await;
        assert_eq!(
            refused(&world, &contact, json!({ "preferredCurrency": "QQQ" })).await,
            ["INVALID at preferredCurrency"]
        );
        let created = world
            .attempt(
                &world.admin,
                CONTACT_CREATE,
                json!({ "fullName": "A", "preferredCurrency": "QQQ" }),
            )
            .await;
        assert_eq!(user_errors(&created), ["INVALID at preferredCurrency"]);
        for (field, value) in [
            ("preferredCurrency", json!("eur")),
            ("preferredCurrency", json!("EURO")),
            ("preferredCurrency", json!(978)),
            ("birthDate", json!("1984-02-30")),
            ("birthDate", json!("84-3-31")),
            ("birthDate", json!("1984-03-31T00:00:00Z")),
            ("acceptsMarketing", json!("yes")),
            ("id", json!("contact:7")),
            (
                "id",
                json!("organization:01900000-0000-7000-8000-000000000001"),
            ),
        ] {
            let mut input = json!({ "id": contact });
            input[field] = value;
            let body = world
                .send(&world.admin, &update(), json!({ "input": input }))
                .await;
            assert_eq!(code(&body), "BAD_REQUEST", "{input}");
        }
        assert_eq!(read(&world, &contact).await["version"], 1);
    })
    .await;
}
