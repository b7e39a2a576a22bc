//! The demo: what a newcomer sees first.

use crate::support::{Person, World, passwords};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use guildhall::access::{Database, SystemDb};
use guildhall::clock::Clock;
use guildhall::{demo, graphiql};
use serde_json::{Value, json};

async fn demo_world() -> (World, Vec<demo::SignIn>) {
    let world = World::empty().await;
    demo::load_once(&world.system, &passwords())
        .await
        .expect("the demo's data");
    let sign_ins = demo::sign_ins(&world.system)
        .await
        .expect("the demo's sign-ins");
    (world, sign_ins)
}

fn somebody(sign_in: &demo::SignIn) -> Person {
    Person {
        token: Some(sign_in.token.clone()),
        account: None,
    }
}

#[tokio::test]
async fn the_demo_holds_a_tree_five_levels_deep_with_people_in_it() {
    let (world, sign_ins) = demo_world().await;
    let query = "{ organizations(first: 0) { totalCount } contacts(first: 0) { totalCount }
        organizationByExternalId(externalId: \"eu-management\") { name ancestors { name } } }";
    let data = world.ask(&somebody(&sign_ins[0]), query, json!({})).await;
    assert!(
        data["organizations"]["totalCount"].as_i64() >= Some(40),
        "{data}"
    );
    assert!(
        data["contacts"]["totalCount"].as_i64() >= Some(500),
        "{data}"
    );
    assert_eq!(
        data["organizationByExternalId"],
        json!({ "name": "EU Management", "ancestors": [{ "name": "EU Headquarters" }, { "name": "Administration" }] })
    );
    assert!(
        world
            .number("SELECT max(distance) FROM organization_closure")
            .await
            >= 4
    );
    let report = world.system.check().await.expect("a report");
    assert_eq!(report.faults, Vec::<String>::new());
}

#[tokio::test]
async fn the_demo_covers_every_row_of_the_truth_table() {
    let (world, _) = demo_world().await;
    let with =
        "organization_id IN (SELECT id FROM organization WHERE customer_group_id IS NOT NULL)";
    let without =
        "organization_id IN (SELECT id FROM organization WHERE customer_group_id IS NULL)";
    let below = "organization_id IN (SELECT k.descendant_id FROM organization_closure k JOIN organization a ON a.id = k.ancestor_id
        WHERE k.distance > 0 AND a.customer_group_id IS NOT NULL)";
    let own = "customer_group_id IS NOT NULL";
    let rows = [
        format!("organization_id IS NULL AND NOT {own}"),
        format!("organization_id IS NULL AND {own}"),
        format!("{with} AND {own}"),
        format!("{with} AND NOT {own}"),
        format!("{without} AND {own}"),
        format!("{without} AND {below} AND NOT {own}"),
    ];
    for row in rows {
        let count = world
            .number(&format!("SELECT count(*) FROM contact WHERE {row}"))
            .await;
        assert!(count > 0, "{row}");
    }
}

#[tokio::test]
async fn each_sign_in_sees_what_its_title_says() {
    let (world, sign_ins) = demo_world().await;
    let logins: Vec<_> = sign_ins
        .iter()
        .map(|sign_in| sign_in.login.as_str())
        .collect();
    assert_eq!(logins, ["administrator", "eu.manager", "buyer"]);
    let manager = world.ask(&somebody(&sign_ins[1]), "{ organizations(first: 1, filter: { rootsOnly: true }) { totalCount nodes { name parent { name } } } }", json!({})).await;
    assert_eq!(
        manager["organizations"],
        json!({ "totalCount": 1, "nodes": [{ "name": "EU Headquarters", "parent": null }] })
    );
    let query = "{ viewer { contact { organization { name } effectiveCustomerGroup { name } } } }";
    let buyer = world.ask(&somebody(&sign_ins[2]), query, json!({})).await;
    assert_eq!(
        buyer["viewer"]["contact"]["effectiveCustomerGroup"]["name"],
        "Gold"
    );
}

#[tokio::test]
async fn starting_again_keeps_what_was_changed_and_brings_nothing_back() {
    let (world, sign_ins) = demo_world().await;
    let admin = somebody(&sign_ins[0]);
    let rename = "mutation { customerGroupUpdate(input: { id: \"customerGroup:4\", name: \"Platinum\" }) { userErrors { code } } }";
    world.ask(&admin, rename, json!({})).await;
    demo::load_once(&world.system, &passwords())
        .await
        .expect("nothing to do");
    world.system.migrate().await.expect("nothing to do");
    let again = demo::sign_ins(&world.system)
        .await
        .expect("the demo's sign-ins");
    assert_eq!(
        world
            .number("SELECT count(*) FROM customer_group WHERE name IN ('Gold', 'Platinum')")
            .await,
        1
    );
    // The tokens of the earlier start are over.
    let (status, _) = world
        .post(&admin, json!({ "query": "{ __typename }" }))
        .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    world
        .ask(&somebody(&again[0]), "{ __typename }", json!({}))
        .await;
}

#[tokio::test]
async fn the_demo_does_not_load_into_a_directory_of_somebody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = Database::connect(&format!(
        "sqlite:{}",
        folder.path().join("theirs.db").display()
    ))
    .await
    .expect("a database");
    let system = SystemDb::new(db, Clock::system());
    system.migrate().await.expect("tables");
    system
        .create_account("somebody", None)
        .await
        .expect("an account");
    assert!(demo::load_once(&system, &passwords()).await.is_err());
}

#[tokio::test]
async fn every_example_of_the_page_runs() {
    let (world, sign_ins) = demo_world().await;
    let admin = somebody(&sign_ins[0]);
    for tab in graphiql::demo_tabs() {
        let variables: Value = tab
            .variables
            .map_or(json!({}), |text| serde_json::from_str(&text).expect("JSON"));
        let data = world.ask(&admin, &tab.query, variables).await;
        let fields = data.as_object().expect("an object").values();
        let codes: Vec<_> = fields
            .flat_map(|field| field["userErrors"].as_array().cloned().unwrap_or_default())
            .map(|error| error["code"].clone())
            .collect();
        // One of them is there to show what a refusal looks like.
        let expected = if tab.name == "TryRename" {
            vec![json!("TAKEN")]
        } else {
            Vec::new()
        };
        assert_eq!(codes, expected, "{}: {data:#}", tab.name);
    }
}

#[tokio::test]
async fn the_page_is_for_this_machine_only_and_names_no_other() {
    let (world, sign_ins) = demo_world().await;
    let page = graphiql::Page {
        endpoint: "/graphql",
        token: Some(sign_ins[0].token.clone()),
        tabs: graphiql::demo_tabs(),
        notice: "</script><b>".to_owned(),
    };
    let router = demo::for_this_machine_only(world.router.clone().merge(graphiql::routes(page)));
    let get = async |host: &str| {
        let request = Request::get("/graphiql")
            .header(header::HOST, host)
            .body(Body::empty())
            .expect("a request");
        let response = tower::ServiceExt::oneshot(router.clone(), request)
            .await
            .expect("an answer");
        let status = response.status();
        let bytes = http_body_util::BodyExt::collect(response.into_body())
            .await
            .expect("a body")
            .to_bytes();
        (status, String::from_utf8_lossy(&bytes).into_owned())
    };
    let (status, html) = get("localhost:8080").await;
    assert_eq!(status, StatusCode::OK);
    assert!(!html.contains("</script><b>"));
    let foreign = html.replace("http://www.w3.org/2000/svg", "");
    assert!(
        !foreign.contains("http://") && !foreign.contains("https://"),
        "{html}"
    );
    let (status, html) = get("evil.example:8080").await;
    assert_eq!(status, StatusCode::MISDIRECTED_REQUEST);
    assert!(!html.contains(&sign_ins[0].token));
}
