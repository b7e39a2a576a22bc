//! Addresses of organizations and contacts, and which of them a contact prefers.

mod preferred;

use crate::support::{Person, World, code, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission::{ContactEdit, ContactView, OrganizationEdit, OrganizationView};
use serde_json::{Value, json};

pub const ADDRESS_CREATE: &str =
    "mutation($input: AddressCreateInput!) { addressCreate(input: $input) {
    address { id name kinds version } userErrors { code message path } } }";
pub const CONTACT_UPDATE: &str = "mutation($input: ContactUpdateInput!) { contactUpdate(input: $input) {
    contact { version preferredBillingAddress { name } preferredShippingAddress { name } } userErrors { code message path } } }";
const UPDATE: &str = "mutation($input: AddressUpdateInput!) { addressUpdate(input: $input) {
    address { name kinds firstName lastName organizationName line1 line2 city region postalCode countryCode phone email version }
    userErrors { code message path } } }";
const DELETE: &str = "mutation($input: AddressDeleteInput!) { addressDelete(input: $input) {
    deletedId userErrors { code message path } } }";
const OWNED: &str = "query($organization: ID!, $contact: ID!) {
    organization(id: $organization) { addresses { name } }
    contact(id: $contact) { addresses { name } version preferredBillingAddress { name } preferredShippingAddress { name } } }";

/// Acme with Ann in it, an address each, and another organization with an address.
struct Places {
    acme: String,
    ann: String,
    of_acme: String,
    of_ann: String,
    of_other: String,
}

async fn address(world: &World, owner: &str, name: &str) -> String {
    let field = if owner.starts_with("contact:") {
        "contactId"
    } else {
        "organizationId"
    };
    let input = json!({ field: owner, "name": name, "kinds": ["SHIPPING", "PUBLIC", "BILLING"] });
    let made = world.change(&world.admin, ADDRESS_CREATE, input).await["address"]["id"].clone();
    made.as_str().expect("an id").to_owned()
}

async fn places(world: &World) -> Places {
    let acme = world.organization("Acme", None).await;
    let ann = world.contact("Ann", Some(&acme)).await;
    let other = world.organization("Other", None).await;
    let of_acme = address(world, &acme, "of Acme").await;
    let of_ann = address(world, &ann, "of Ann").await;
    let of_other = address(world, &other, "of Other").await;
    Places {
        acme,
        ann,
        of_acme,
        of_ann,
        of_other,
    }
}

async fn owned(world: &World, person: &Person, made: &Places) -> Value {
    world
        .ask(
            person,
            OWNED,
            json!({ "organization": made.acme, "contact": made.ann }),
        )
        .await
}

/// T-74: kinds are a set, whatever their order.
#[tokio::test]
async fn an_address_keeps_what_it_was_given_until_that_is_changed_or_cleared() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let input = json!({ "organizationId": acme, "kinds": ["PUBLIC", "SHIPPING", "PUBLIC"], "countryCode": "no", "email": " a@b " });
        let made = world.change(&world.admin, ADDRESS_CREATE, input).await["address"].clone();
        assert_eq!(json!([made["kinds"], made["name"], made["version"]]), json!([["SHIPPING", "PUBLIC"], null, 1]));
        let all = json!({
            "name": "Dock", "kinds": ["BILLING"], "firstName": "Ann", "lastName": "Ash", "organizationName": "Acme",
            "line1": "Road 1", "line2": "Floor 2", "city": "Oslo", "region": "East", "postalCode": "0150", "countryCode": "NO",
            "phone": "+47 1", "email": "dock@acme.example",
        });
        let change = async |mut input: Value| {
            input["id"] = made["id"].clone();
            world.change(&world.admin, UPDATE, input).await["address"].clone()
        };
        let start = change(json!({})).await;
        assert_eq!(json!([start["countryCode"], start["email"], start["version"]]), json!(["NO", "a@b", 1]));
        let mut expected = all.clone();
        expected["version"] = json!(2);
        assert_eq!(change(all).await, expected);
        assert_eq!(change(json!({ "city": " Oslo ", "countryCode": "no" })).await, expected);
        expected["line2"] = json!(null);
        expected["region"] = json!(null);
        expected["version"] = json!(3);
        assert_eq!(change(json!({ "line2": null, "region": " " })).await, expected);
    })
    .await;
}

/// An address of two owners would be seen through either.
#[tokio::test]
async fn an_address_has_exactly_one_owner() {
    each_engine(async |world| {
        let made = places(&world).await;
        let attempt = async |owners: Value| {
            let mut input = owners;
            input["kinds"] = json!(["SHIPPING"]);
            user_errors(&world.attempt(&world.admin, ADDRESS_CREATE, input).await)
        };
        let both = json!({ "organizationId": made.acme, "contactId": made.ann });
        assert_eq!(attempt(both).await, ["INVALID at organizationId"]);
        assert_eq!(attempt(json!({})).await, ["INVALID at organizationId"]);
        let nobody = "01900000-0000-7000-8000-00000000ffff";
        assert_eq!(
            attempt(json!({ "organizationId": format!("organization:{nobody}") })).await,
            ["NOT_FOUND at organizationId"]
        );
        assert_eq!(
            attempt(json!({ "contactId": format!("contact:{nobody}") })).await,
            ["NOT_FOUND at contactId"]
        );
    })
    .await;
}

/// T-175, T-140.
#[tokio::test]
async fn an_address_is_checked_field_by_field() {
    each_engine(async |world| {
        let made = places(&world).await;
        let attempt = async |field: &str, value: Value| {
            let mut create = json!({ "organizationId": made.acme, "kinds": ["SHIPPING"] });
            create[field] = value.clone();
            let create = user_errors(&world.attempt(&world.admin, ADDRESS_CREATE, create).await);
            let update = json!({ "id": made.of_acme, field: value });
            assert_eq!(
                create,
                user_errors(&world.attempt(&world.admin, UPDATE, update).await),
                "{field}"
            );
            create.concat()
        };
        let fields = [
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
        ];
        for field in fields {
            assert_eq!(attempt(field, json!("é".repeat(255))).await, "");
            assert_eq!(
                attempt(field, json!("é".repeat(256))).await,
                format!("TOO_LONG at {field}")
            );
            for refused in ["a\0b", "a\nb", "a\tb"] {
                assert_eq!(
                    attempt(field, json!(refused)).await,
                    format!("INVALID at {field}")
                );
            }
        }
        assert_eq!(
            attempt("email", json!(format!("{}@b", "a".repeat(318)))).await,
            ""
        );
        assert_eq!(
            attempt("email", json!(format!("{}@b", "a".repeat(319)))).await,
            "TOO_LONG at email"
        );
        for email in ["a", "@b", "a@", "a@b@c", "a b@c", "a@b\u{200b}"] {
            assert_eq!(
                attempt("email", json!(email)).await,
                "INVALID at email",
                "{email}"
            );
        }
        for country in ["NOR", "N", "1A", "ÅÄ", "n o"] {
            assert_eq!(
                attempt("countryCode", json!(country)).await,
                "INVALID at countryCode",
                "{country}"
            );
        }
        assert_eq!(attempt("kinds", json!([])).await, "REQUIRED at kinds");
        let cleared = json!({ "id": made.of_acme, "kinds": null });
        assert_eq!(
            user_errors(&world.attempt(&world.admin, UPDATE, cleared).await),
            ["REQUIRED at kinds"]
        );
    })
    .await;
}

/// T-38: an address is seen and changed with its owner, and what is missing is named.
#[tokio::test]
async fn an_address_goes_with_the_rights_over_its_owner() {
    each_engine(async |world| {
        let made = places(&world).await;
        let acme = Some(made.acme.as_str());
        let blind = world
            .holder(
                "blind",
                &[OrganizationView, OrganizationEdit],
                Scope::Global,
                None,
            )
            .await;
        let got = owned(&world, &blind, &made).await;
        assert_eq!(
            got,
            json!({ "organization": { "addresses": [{ "name": "of Acme" }] }, "contact": null })
        );
        let message = |payload: Value| payload["userErrors"][0]["message"].clone();
        let attempt = async |person: &Person, id: &str| {
            let change = world
                .attempt(
                    person,
                    UPDATE,
                    json!({ "id": id, "name": "x", "validateOnly": true }),
                )
                .await;
            let delete = world
                .attempt(person, DELETE, json!({ "id": id, "validateOnly": true }))
                .await;
            assert_eq!(change["userErrors"], delete["userErrors"]);
            (user_errors(&change).concat(), message(change))
        };
        assert_eq!(attempt(&blind, &made.of_acme).await.0, "");
        assert_eq!(attempt(&blind, &made.of_ann).await.0, "NOT_FOUND at id");

        let seer = world
            .holder("seer", &[OrganizationView, ContactView], Scope::Node, acme)
            .await;
        assert_eq!(
            owned(&world, &seer, &made).await,
            owned(&world, &world.admin, &made).await
        );
        let needs = |permission: &str| {
            (
                "FORBIDDEN at id".to_owned(),
                json!(format!("this needs the permission {permission}")),
            )
        };
        assert_eq!(
            attempt(&seer, &made.of_acme).await,
            needs("ORGANIZATION_EDIT")
        );
        assert_eq!(attempt(&seer, &made.of_ann).await, needs("CONTACT_EDIT"));
        assert_eq!(attempt(&seer, &made.of_other).await.0, "NOT_FOUND at id");

        let people = world
            .holder(
                "people",
                &[OrganizationView, ContactView, ContactEdit],
                Scope::Node,
                acme,
            )
            .await;
        assert_eq!(
            attempt(&people, &made.of_acme).await,
            needs("ORGANIZATION_EDIT")
        );
        assert_eq!(attempt(&people, &made.of_ann).await.0, "");
        for (owner, id, error) in [
            ("organizationId", &made.acme, "FORBIDDEN at organizationId"),
            ("contactId", &made.ann, ""),
        ] {
            let input = json!({ owner: id, "kinds": ["BILLING"], "validateOnly": true });
            assert_eq!(
                user_errors(&world.attempt(&people, ADDRESS_CREATE, input).await).concat(),
                error
            );
        }
        let input = json!({ "input": { "id": made.of_acme } });
        assert_eq!(
            code(&world.send(&Person::anonymous(), DELETE, input).await),
            "UNAUTHENTICATED"
        );
    })
    .await;
}

/// The oldest first; made at one time, in the order in which they were made.
#[tokio::test]
async fn addresses_come_in_the_order_in_which_they_were_made() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let ann = world.contact("Ann", None).await;
        for name in ["c", "a", "b"] {
            address(&world, &acme, name).await;
            address(&world, &ann, &name.to_uppercase()).await;
        }
        let got = world
            .ask(
                &world.admin,
                OWNED,
                json!({ "organization": acme, "contact": ann }),
            )
            .await;
        assert_eq!(
            got["organization"]["addresses"],
            json!([{ "name": "c" }, { "name": "a" }, { "name": "b" }])
        );
        assert_eq!(
            got["contact"]["addresses"],
            json!([{ "name": "C" }, { "name": "A" }, { "name": "B" }])
        );
    })
    .await;
}
