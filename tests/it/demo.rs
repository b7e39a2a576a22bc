//! The demo: what a newcomer sees first.

use crate::support::{Person, World, code, passwords};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use guildhall::access::{Database, SystemDb};
use guildhall::clock::Clock;
use guildhall::{demo, graphiql};
use serde_json::{Value, json};

async fn demo_world() -> (World, Vec<demo::SignIn>) {
    let (world, sign_ins, _) = first_start().await;
    (world, sign_ins)
}

async fn first_start() -> (World, Vec<demo::SignIn>, demo::Passwords) {
    let world = World::empty().await;
    let passwords = demo::load_once(&world.system, &passwords())
        .await
        .expect("the demo's data");
    let sign_ins = demo::sign_ins(&world.system)
        .await
        .expect("the demo's sign-ins");
    (world, sign_ins, passwords)
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
    let query = "{
        viewer { account { login } unlocks: can(permission: ACCOUNT_UNLOCK) edits: can(permission: CONTACT_EDIT)
          contact { organization { name } effectiveCustomerGroup { name } } }
        gold: organizationByExternalId(externalId: \"club-gold\") { parent { name } contacts(first: 0) { totalCount } }
        euSales: organizationByExternalId(externalId: \"eu-sales\") { ancestors { name } }
        sweden: organizationByExternalId(externalId: \"customers-se\") { ancestors { name } } }";
    let mut seen = Vec::new();
    for sign_in in &sign_ins {
        let data = world.ask(&somebody(sign_in), query, json!({})).await;
        let of = |field: &str| data[field].to_string();
        let viewer = &data["viewer"];
        seen.push(format!(
            "{} unlocks {} edits {} {} gold {} euSales {} sweden {}",
            viewer["account"]["login"],
            viewer["unlocks"],
            viewer["edits"],
            viewer["contact"],
            of("gold"),
            of("euSales"),
            of("sweden")
        ));
    }
    insta::assert_snapshot!(seen.join("\n"), @r#"
    "administrator" unlocks true edits true {"effectiveCustomerGroup":null,"organization":{"name":"Administration"}} gold {"contacts":{"totalCount":50},"parent":{"name":"Loyalty Club"}} euSales {"ancestors":[{"name":"EU Headquarters"},{"name":"Administration"}]} sweden {"ancestors":[{"name":"Customers"}]}
    "eu.manager" unlocks true edits true {"effectiveCustomerGroup":null,"organization":{"name":"EU Management"}} gold null euSales {"ancestors":[{"name":"EU Headquarters"}]} sweden null
    "sales.rep" unlocks true edits false {"effectiveCustomerGroup":null,"organization":{"name":"US Sales East"}} gold null euSales null sweden {"ancestors":[{"name":"Customers"}]}
    "buyer" unlocks false edits false {"effectiveCustomerGroup":{"name":"Gold"},"organization":{"name":"Gold level"}} gold {"contacts":{"totalCount":1},"parent":null} euSales null sweden null
    "store.buyer" unlocks false edits false {"effectiveCustomerGroup":{"name":"Distributor"},"organization":{"name":"Save-a-lot Markets"}} gold null euSales null sweden null
    "customer" unlocks false edits false {"effectiveCustomerGroup":null,"organization":null} gold null euSales null sweden null
    "#);
    // The representative also sees where she works herself.
    let roots = "{ organizations(first: 9, filter: { rootsOnly: true }) { nodes { name parent { name } } } }";
    let alone = |name| json!({ "name": name, "parent": null });
    for (sign_in, expected) in [
        (&sign_ins[1], json!([alone("EU Headquarters")])),
        (
            &sign_ins[2],
            json!([alone("Customers"), alone("US Sales East")]),
        ),
    ] {
        let data = world.ask(&somebody(sign_in), roots, json!({})).await;
        assert_eq!(
            data["organizations"]["nodes"], expected,
            "{}",
            sign_in.login
        );
    }
    let contacts = "{ contacts(first: 2) { nodes { fullName } } }";
    for sign_in in &sign_ins[3..] {
        let body = world.send(&somebody(sign_in), contacts, json!({})).await;
        assert_eq!(code(&body), "FORBIDDEN", "{}", sign_in.login);
    }
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
async fn every_example_of_the_page_runs_with_the_sign_in_of_its_tab() {
    let (world, sign_ins, passwords) = first_start().await;
    let tabs = demo::tabs(&sign_ins, &passwords);
    let own = |tab: &&graphiql::Tab| tab.name.starts_with("As") && tab.token.is_some();
    assert_eq!(tabs.iter().filter(own).count(), sign_ins.len());
    for tab in &tabs {
        let variables: Value = tab
            .variables
            .as_ref()
            .map_or(json!({}), |text| serde_json::from_str(text).expect("JSON"));
        let person = Person {
            token: tab
                .token
                .clone()
                .or_else(|| sign_ins[0].token.clone().into())
                .filter(|token| !token.is_empty()),
            account: None,
        };
        let data = world.ask(&person, &tab.query, variables).await;
        let fields = data.as_object().expect("an object").values();
        let codes: Vec<_> = fields
            .flat_map(|field| field["userErrors"].as_array().cloned().unwrap_or_default())
            .map(|error| error["code"].clone())
            .collect();
        // One is there to show what a refusal looks like, and one waits for the token of a letter.
        let expected = match &*tab.name {
            "TryRename" => vec![json!("TAKEN")],
            "SetNewPassword" => vec![json!("TOKEN_EXPIRED")],
            _ => Vec::new(),
        };
        assert_eq!(codes, expected, "{}: {data:#}", tab.name);
        if let Some(sign_in) = sign_ins
            .iter()
            .find(|sign_in| Some(&sign_in.token) == tab.token.as_ref())
            .filter(|_| tab.name.starts_with("As"))
        {
            assert_eq!(data["viewer"]["account"]["login"], sign_in.login);
        }
    }
}

/// T-41, T-133: Gold pays 15 % less than everybody and Silver 10 %, and nobody learns from the prices what others pay.
#[tokio::test]
async fn the_same_basket_costs_gold_silver_and_anybody_something_else() {
    let (world, sign_ins, passwords) = first_start().await;
    let basket = async |name: &str| {
        let tabs = demo::tabs(&sign_ins, &passwords);
        let tab = tabs.into_iter().find(|tab| tab.name == name);
        let tab = tab.expect("an example");
        let token = tab.token.unwrap_or_else(|| sign_ins[0].token.clone());
        let person = Person {
            token: Some(token).filter(|token| !token.is_empty()),
            account: None,
        };
        let data = world.ask(&person, &tab.query, json!({})).await;
        let prices = &data["prices"];
        if prices.is_null() {
            data["contactByExternalId"]["prices"].clone()
        } else {
            prices.clone()
        }
    };
    let mut told = Vec::new();
    for name in ["BasketOfGold", "BasketOfSilver", "BasketOfAnybody"] {
        for price in basket(name).await.as_array().expect("prices") {
            let candidates = price["explanation"]["candidates"].as_array();
            told.push(format!(
                "{name}: {} {} of {} candidates: {}",
                price["variantCode"],
                price["unitPrice"]["amount"],
                candidates.expect("candidates").len(),
                price["explanation"]["summary"]
            ));
        }
    }
    insta::assert_snapshot!(told.join("\n"), @r#"
    BasketOfGold: "SKU-40797394" "10.2" of 17 candidates: "10.20 USD for Gold; the price for everybody is 12.00 USD."
    BasketOfGold: "SKU-36069850" "11.9" of 17 candidates: "11.90 USD for Gold; the price for everybody is 14.00 USD."
    BasketOfGold: "SKU-22471494" "11.05" of 17 candidates: "11.05 USD for Gold; the price for everybody is 13.00 USD."
    BasketOfSilver: "SKU-40797394" "10.8" of 27 candidates: "10.80 USD for Silver; the price for everybody is 12.00 USD."
    BasketOfSilver: "SKU-36069850" "12.6" of 27 candidates: "12.60 USD for Silver; the price for everybody is 14.00 USD."
    BasketOfSilver: "SKU-22471494" "11.7" of 27 candidates: "11.70 USD for Silver; the price for everybody is 13.00 USD."
    BasketOfAnybody: "SKU-40797394" "12" of 14 candidates: "12.00 USD for everybody."
    BasketOfAnybody: "SKU-36069850" "14" of 14 candidates: "14.00 USD for everybody."
    BasketOfAnybody: "SKU-22471494" "13" of 14 candidates: "13.00 USD for everybody."
    "#);
}

/// The files as they are: prices for everybody in every market, those of three groups in three markets, and steps of a fourth.
#[tokio::test]
async fn the_demo_has_the_prices_of_a_catalog_and_of_groups() {
    let (world, _) = demo_world().await;
    let count = async |of: &str| world.number(&format!("SELECT count(*) FROM {of}")).await;
    assert_eq!(count("market").await, 13);
    assert_eq!(count("price WHERE source = 'EVERYBODY'").await, 9_282);
    assert_eq!(
        count("(SELECT DISTINCT variant_code FROM price) AS variant").await,
        663
    );
    assert_eq!(
        count("price WHERE source = 'CUSTOMER_GROUP'").await,
        663 * (9 + 4)
    );
}

/// T-71: end to end, with the letter that the demo writes into its folder.
#[tokio::test]
async fn a_forgotten_password_of_the_demo_can_be_replaced_by_its_letter() {
    let (world, sign_ins, passwords) = first_start().await;
    let stranger = Person::anonymous();
    let tab = |name: &str| {
        let tabs = demo::tabs(&sign_ins, &passwords);
        let found = tabs.into_iter().find(|tab| tab.name == name);
        found.expect("an example").query
    };
    world
        .ask(&stranger, &tab("ForgotPassword"), json!({}))
        .await;
    let letters = world.letters().await;
    let token = letters[0].lines().find(|line| line.starts_with("ghr_"));
    let new = json!({ "token": token, "newPassword": "harbour lamp tuesday" });
    let done = world.ask(&stranger, &tab("SetNewPassword"), new).await;
    assert_eq!(done["passwordResetComplete"]["userErrors"], json!([]));
    let login = json!({ "login": "buyer", "password": "harbour lamp tuesday" });
    let signed = world.ask(&stranger, &tab("SignIn"), login).await;
    assert_eq!(signed["signIn"]["viewer"]["account"]["login"], "buyer");
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
