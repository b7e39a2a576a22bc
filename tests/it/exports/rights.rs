//! Who may have a file, and what is in it for them.

use super::{Fields, fields};
use crate::on_behalf::acting;
use crate::support::build::contact_id;
use crate::support::{Person, World, code, each_engine};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use entity::role_assignment::Scope;
use guildhall::access::Permission::{
    AccountSignInOnBehalf, AccountView, ContactList, ContactView, CustomerGroupView,
    OrganizationList, OrganizationView, PriceView,
};
use serde_json::{Value, json};
use sheets::mapping::Target;

/// The status and the code of a refusal.
async fn refused(world: &World, person: &Person, path: &str) -> (StatusCode, String) {
    let (status, _, bytes) = world.fetch(person, path).await;
    let body: Value = serde_json::from_slice(&bytes).expect("JSON");
    (status, code(&body).to_owned())
}

fn names(rows: &[Fields], field: &str) -> Vec<String> {
    let names = rows.iter().filter_map(|row| row.get(field).cloned());
    names.collect()
}

/// T-168, T-181, T-197: whoever may open the list may have it as a file.
#[tokio::test]
async fn a_file_takes_what_its_list_takes() {
    each_engine(async |world| {
        let nobody = Person::anonymous();
        let plain = world.account("plain", None).await;
        for (kind, permission) in [
            ("organizations", OrganizationList),
            ("contacts", ContactList),
            ("prices", PriceView),
        ] {
            let path = format!("/export/{kind}.csv");
            assert_eq!(
                refused(&world, &nobody, &path).await,
                (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED".into())
            );
            assert_eq!(
                refused(&world, &plain, &path).await,
                (StatusCode::FORBIDDEN, "FORBIDDEN".into())
            );
            let holder = world.holder(kind, &[permission], Scope::Global, None).await;
            let file = world.exported(&holder, &format!("{kind}.csv")).await;
            assert_eq!(file.split(|byte| *byte == b'\n').count(), 2, "the headings");
        }
        let wrong = Person {
            token: Some("gh_wrong".into()),
            account: None,
        };
        assert_eq!(
            refused(&world, &wrong, "/export/contacts.csv").await.0,
            StatusCode::UNAUTHORIZED
        );
    })
    .await;
}

/// T-35, T-37, T-38, T-168: what is hidden is in no row and no cell.
#[tokio::test]
async fn a_file_holds_what_its_viewer_sees_and_nothing_more() {
    each_engine(async |world| {
        let top = world
            .organization_with(json!({ "name": "Top", "externalId": "top" }))
            .await;
        let part = world
            .organization_with(json!({ "name": "Part", "externalId": "part", "parentId": top }))
            .await;
        world
            .organization_with(json!({ "name": "Below", "externalId": "below", "parentId": part }))
            .await;
        world
            .organization_with(json!({ "name": "Far", "externalId": "far" }))
            .await;
        world
            .contact_with(
                json!({ "externalId": "near", "fullName": "Near", "organizationId": part }),
            )
            .await;
        world
            .contact_with(json!({ "externalId": "up", "fullName": "Up", "organizationId": top }))
            .await;
        world
            .contact_with(json!({ "externalId": "free", "fullName": "Free" }))
            .await;
        let lists = [OrganizationList, OrganizationView, ContactList, ContactView];
        let holder = world
            .holder("part", &lists, Scope::Subtree, Some(&part))
            .await;
        let organizations = world.exported_rows(&holder, Target::Organizations).await;
        assert_eq!(names(&organizations, "externalId"), ["part", "below"]);
        assert_eq!(
            names(&organizations, "parentExternalId"),
            ["part"],
            "not who is above"
        );
        let contacts = world.exported_rows(&holder, Target::Contacts).await;
        assert_eq!(names(&contacts, "externalId"), ["near"]);
        // Seen, but not the organization that it is in.
        let people = world
            .holder("people", &[ContactList, ContactView], Scope::Global, None)
            .await;
        let contacts = world.exported_rows(&people, Target::Contacts).await;
        assert_eq!(names(&contacts, "externalId"), ["near", "up", "free"]);
        assert!(names(&contacts, "organizationExternalId").is_empty());
    })
    .await;
}

/// T-168: without its buyer a price would be one for everybody.
#[tokio::test]
async fn prices_of_hidden_buyers_are_left_out() {
    each_engine(async |world| {
        world.market("EU").await;
        let gold = world.group("Gold").await;
        let ada = world.account("ada", None).await;
        let ada = format!("account:{}", ada.account.expect("an account"));
        world
            .price("ALL", "1", json!({ "source": "EVERYBODY" }))
            .await;
        world
            .price(
                "GOLD",
                "2",
                json!({ "source": "CUSTOMER_GROUP", "customerGroupId": gold }),
            )
            .await;
        world
            .price("ADA", "3", json!({ "source": "ACCOUNT", "accountId": ada }))
            .await;
        let seen = async |login: &str, more: &[_]| {
            let held = [&[PriceView], more].concat();
            let holder = world.holder(login, &held, Scope::Global, None).await;
            names(
                &world.exported_rows(&holder, Target::Prices).await,
                "variantCode",
            )
        };
        assert_eq!(seen("prices", &[]).await, ["ALL"]);
        assert_eq!(seen("groups", &[CustomerGroupView]).await, ["ALL", "GOLD"]);
        assert_eq!(
            seen("all", &[CustomerGroupView, AccountView]).await,
            ["ALL", "GOLD", "ADA"]
        );
    })
    .await;
}

/// T-213: nothing is left of them that could be in a file.
#[tokio::test]
async fn people_who_were_erased_are_in_no_file() {
    each_engine(async |world| {
        world.contact_with(json!({ "externalId": "stays", "fullName": "Stays" })).await;
        let goes = world.contact_with(json!({ "externalId": "goes", "fullName": "Goes" })).await;
        let erase = "mutation($input: ContactEraseInput!) { contactErase(input: $input) { userErrors { code message path } } }";
        world.change(&world.admin, erase, json!({ "id": goes })).await;
        let rows = world.exported_rows(&world.admin, Target::Contacts).await;
        assert_eq!(rows, [fields(&[("externalId", "stays"), ("fullName", "Stays")])]);
    })
    .await;
}

/// T-73.
#[tokio::test]
async fn nothing_is_exported_on_behalf_of_somebody() {
    each_engine(async |world| {
        let contact = world.contact("Ada", None).await;
        let ada = world.account("ada", Some(contact_id(&contact))).await;
        let held = [ContactList, ContactView];
        let role = world
            .system
            .create_role("lists", &held)
            .await
            .expect("a role");
        world.assign(&ada, role, Scope::Global, None).await;
        let acts = [AccountView, AccountSignInOnBehalf, ContactList, ContactView];
        let actor = world.holder("actor", &acts, Scope::Global, None).await;
        let session = acting(&world, &actor, &ada).await;
        world.exported(&ada, "contacts.csv").await;
        let got = refused(&world, &session, "/export/contacts.csv").await;
        assert_eq!(got, (StatusCode::FORBIDDEN, "FORBIDDEN".into()));
    })
    .await;
}

/// Security A13: a foreign page can make a browser ask, but it has no token to send, and nothing else counts.
#[tokio::test]
async fn a_token_counts_in_its_header_alone_and_a_file_is_never_shown_in_a_page() {
    let world = World::on(crate::support::Engine::Sqlite).await;
    let token = world.admin.token.clone().expect("a token");
    let path = "/export/contacts.csv";
    for request in [
        Request::get(path).header(header::COOKIE, format!("token={token}; session={token}")),
        Request::get(format!("{path}?token={token}&access_token={token}")),
        Request::get(path).header("x-token", &token),
    ] {
        let request = request.body(Body::empty()).expect("a request");
        let (status, body) = world.raw(request).await;
        assert_eq!(
            (status, code(&body)),
            (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED")
        );
    }
    let (_, headers, _) = world.fetch(&world.admin, path).await;
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok());
    assert_eq!(
        said("content-type"),
        Some("text/csv; charset=utf-8; header=present")
    );
    assert_eq!(
        said("content-disposition"),
        Some("attachment; filename=\"contacts-2026-01-01.csv\"")
    );
    assert_eq!(said("cache-control"), Some("no-store"));
    assert_eq!(said("x-content-type-options"), Some("nosniff"));
    assert_eq!(said("access-control-allow-origin"), None);
    assert!(said("x-request-id").is_some());
    for method in ["POST", "HEAD", "OPTIONS", "DELETE"] {
        let request = Request::builder().method(method).uri(path);
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        let (status, _) = world
            .raw(request.body(Body::empty()).expect("a request"))
            .await;
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
    for path in [
        "/export/contacts",
        "/export/contacts.CSV",
        "/export/contacts.pdf",
        "/export/accounts.csv",
        "/export/.csv",
    ] {
        assert_eq!(
            refused(&world, &world.admin, path).await,
            (StatusCode::NOT_FOUND, "NOT_FOUND".into()),
            "{path}"
        );
    }
}
