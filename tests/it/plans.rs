//! How the database answers lists: from indexes, whoever asks and however large the tables are.

#![expect(
    clippy::disallowed_types,
    reason = "plans are asked for past the product"
)]

mod customers;
pub mod explain;
pub mod fill;
mod found;
mod growth;
mod orders;
mod prices;

use crate::support::world::Engine;
use crate::support::{Person, Postgres, World, each_engine};
use entity::role_assignment::Scope;
use explain::scans;
use fill::{CONTACT, HOT, ORGANIZATION, SALES_REP, buyer, fill, id, viewer};
use sea_orm::{DatabaseConnection, Statement};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::mem::take;
use std::sync::{Arc, Mutex};

/// Root lists with each filter alone.
fn lists() -> Vec<(&'static str, &'static str)> {
    vec![
        ("contacts", ""),
        ("contacts", "filter: { search: \"pers\" }"),
        ("contacts", "filter: { search: \"person 19\" }"),
        ("contacts", "filter: { search: \"p1\" }"),
        ("contacts", "filter: { emailPrefix: \"p19\" }"),
        (
            "contacts",
            "filter: { externalIds: [\"c1\", \"c2\", \"c3\"] }",
        ),
        ("contacts", "filter: { externalIds: [] }"),
        ("contacts", "filter: { organizationId: $organization }"),
        (
            "contacts",
            "filter: { customerGroupIds: [\"customerGroup:1\"] }",
        ),
        (
            "contacts",
            "filter: { customerGroupIds: [\"customerGroup:1\", \"customerGroup:3\"] }",
        ),
        (
            "contacts",
            "filter: { effectiveCustomerGroupIds: [\"customerGroup:1\"] }",
        ),
        (
            "contacts",
            "filter: { effectiveCustomerGroupIds: [\"customerGroup:1\", \"customerGroup:3\"] }",
        ),
        ("contacts", "filter: { hasAccount: true }"),
        ("contacts", "filter: { hasAccount: false }"),
        ("organizations", ""),
        ("organizations", "filter: { search: \"unit 19\" }"),
        ("organizations", "filter: { search: \"un\" }"),
        ("organizations", "filter: { externalIds: [\"o1\", \"o2\"] }"),
        ("organizations", "filter: { parentId: $organization }"),
        ("organizations", "filter: { rootsOnly: true }"),
        (
            "organizations",
            "filter: { customerGroupIds: [\"customerGroup:1\"] }",
        ),
        (
            "organizations",
            "filter: { typeIds: [\"organizationType:1\"] }",
        ),
        ("accounts", ""),
        ("accounts", "filter: { search: \"u1\" }"),
        ("accounts", "filter: { search: \"u1999\" }"),
        ("accounts", "filter: { locked: false }"),
        ("accounts", "filter: { approved: true }"),
        ("accounts", "filter: { active: true }"),
    ]
    .into_iter()
    .chain(customers::LISTS.iter().copied())
    .collect()
}

fn orders(list: &str) -> &'static [&'static str] {
    match list {
        "contacts" => &[
            "FULL_NAME",
            "LAST_NAME",
            "EMAIL",
            "CREATED_AT",
            "UPDATED_AT",
        ],
        "organizations" => &["NAME", "CREATED_AT", "UPDATED_AT"],
        "priceList" => &["VARIANT_CODE", "UPDATED_AT"],
        "customers" => &["NAME", "NUMBER", "CREATED_AT", "UPDATED_AT"],
        _ => &["LOGIN", "CREATED_AT"],
    }
}

/// Everything else that answers with many rows.
const OTHERS: &[&str] = &[
    "{ customerGroups(first: 10) { nodes { name } } }",
    "{ contacts(first: 20) { nodes { account { login roles { role { name } } } organization { name parent { name } } } } }",
    "{ accounts(first: 20) { nodes { roles { role { name } } contact { fullName } } } }",
    "{ contacts(first: 20) { nodes { addresses { city } effectiveCustomerGroup { name } } } }",
    "{ contacts(first: 20) { nodes { notes(first: 2) { totalCount nodes { title author { login } } } } } }",
    "query($organization: ID!) { organization(id: $organization) { contacts(first: 20) { nodes { fullName } } } }",
    "query($organization: ID!) { organization(id: $organization) { contacts(first: 20, includeDescendants: true) { nodes { fullName } } } }",
    "query($organization: ID!) { organization(id: $organization) { ancestors { name } children(first: 10) { nodes { name } } descendants(first: 10) { nodes { name } } } }",
    "query($organization: ID!) { nodes(ids: [$organization]) { id ... on Organization { contacts(first: 3) { nodes { fullName } } } } }",
];

/// How many of the orders and pages of each list are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Looking {
    /// One of each form of statement: a list's first page in every order, and with each filter the first page and the one behind it.
    Quickly,
    /// All directions and ends of a page, in two orders with each filter.
    Thoroughly,
}

struct Asker<'w> {
    looking: Looking,
    world: &'w World,
    raw: &'w DatabaseConnection,
    person: &'w Person,
    /// The number of their contact.
    number: u32,
    name: &'static str,
    heard: Arc<Mutex<Vec<Statement>>>,
    looked_at: &'w Mutex<HashSet<String>>,
    found: &'w Mutex<Vec<String>>,
}

impl Asker<'_> {
    async fn ask(&self, query: &str) -> Value {
        let variables = json!({
            "organization": format!("organization:{}", id(ORGANIZATION, 74)),
            "contact": format!("contact:{}", id(CONTACT, self.number)),
            "rep": format!("salesRep:{}", id(SALES_REP, 7)),
            "codes": ["v1", "v2", "v3", "v4", "v5", HOT],
        });
        self.heard.lock().expect("the statements").clear();
        let data = self.world.ask(self.person, query, variables).await;
        self.look_at_what_was_heard(query).await;
        data
    }

    async fn look_at_what_was_heard(&self, query: &str) {
        let heard = take(&mut *self.heard.lock().expect("the statements"));
        for statement in heard {
            let key = format!("{} {}", self.name, statement.sql);
            if self.looked_at.lock().expect("a set").insert(key) {
                for scan in scans(self.raw, &statement).await {
                    let line = format!("{} ({}): {scan}\n  in {}", query, self.name, statement.sql);
                    self.found.lock().expect("a list").push(line);
                }
            }
        }
    }

    async fn list(&self, list: &str, filter: &str) {
        let declared = if filter.contains("$rep") {
            "($rep: ID!)"
        } else if filter.contains('$') {
            "($organization: ID!)"
        } else {
            ""
        };
        let orders = match filter {
            "" => orders(list),
            // One by which a filter may also find its rows, and one by which it cannot.
            _ if self.looking == Looking::Thoroughly => &orders(list)[..2],
            _ => &orders(list)[..1],
        };
        for field in orders {
            let page = |direction: &str, part: &str| {
                format!(
                    "query{declared} {{ {list}({filter} orderBy: {{ field: {field}, direction: {direction} }} {part}) {{ nodes {{ id }} pageInfo {{ endCursor }} }} }}"
                )
            };
            let first = self.ask(&page("ASC", "first: 30")).await;
            if self.looking == Looking::Quickly {
                if let Some(cursor) = first[list]["pageInfo"]["endCursor"].as_str() {
                    let behind = format!("first: 30, after: \"{cursor}\"");
                    self.ask(&page("ASC", &behind)).await;
                }
                continue;
            }
            self.ask(&page("ASC", "last: 50")).await;
            if let Some(cursor) = first[list]["pageInfo"]["endCursor"].as_str() {
                self.ask(&page("ASC", &format!("first: 50, after: \"{cursor}\"")))
                    .await;
                self.ask(&page("ASC", &format!("last: 20, before: \"{cursor}\"")))
                    .await;
            }
            self.ask(&page("DESC", "first: 30")).await;
        }
    }
}

async fn look(engine: Engine, organizations_in_memory: u32, looking: Looking) {
    let world = World::with(engine, |settings| {
        settings.organizations_in_memory = organizations_in_memory;
    })
    .await;
    fill(&world, 5_000, 20_000).await;
    let heard: Arc<Mutex<Vec<Statement>>> = Arc::default();
    let ear = heard.clone();
    world.db.listen(move |statement| {
        ear.lock().expect("the statements").push(statement.clone());
    });
    let raw = explain::connect(&world.url).await;
    let (looked_at, found) = (Mutex::default(), Mutex::default());
    let viewers = [
        ("GLOBAL", Scope::Global, None),
        ("SUBTREE of some 100", Scope::Subtree, Some(20)),
        ("SUBTREE of some 900", Scope::Subtree, Some(2)),
        ("SUBTREE of everything", Scope::Subtree, Some(1)),
        ("OWN", Scope::Own, None),
    ];
    for (number, (name, scope, top)) in viewers.into_iter().enumerate() {
        let number = u32::try_from(number).expect("a number") * 20 + 5;
        let person = viewer(&world, name, scope, top, number).await;
        let asker = Asker {
            looking,
            world: &world,
            raw: &raw,
            person: &person,
            number,
            name,
            heard: heard.clone(),
            looked_at: &looked_at,
            found: &found,
        };
        for (list, filter) in lists() {
            asker.list(list, filter).await;
        }
        for query in OTHERS.iter().chain(customers::OTHERS) {
            asker.ask(query).await;
        }
        asker.prices().await;
        asker.prices_of_a_page().await;
        asker.orders().await;
        if matches!(scope, Scope::Global | Scope::Own) {
            asker.price_lists().await;
        }
    }
    let number = 105;
    let asker = Asker {
        looking,
        world: &world,
        raw: &raw,
        person: &buyer(&world, "a buyer", number).await,
        number,
        name: "a buyer",
        heard: heard.clone(),
        looked_at: &looked_at,
        found: &found,
    };
    asker.prices().await;
    asker.own_customers().await;
    let asker = Asker {
        person: &world.admin,
        name: "an administrator",
        ..asker
    };
    asker.price_changes().await;
    for mutation in ["contactExport", "contactErase"] {
        let query =
            "mutation($contact: ID!) { it: @@(input: { id: $contact }) { userErrors { code } } }";
        let done = asker.ask(&query.replace("@@", mutation)).await;
        assert_eq!(done["it"]["userErrors"], json!([]));
    }
    let looked_at = looked_at.into_inner().expect("a set").len();
    let least = match looking {
        Looking::Quickly => 200,
        Looking::Thoroughly => 400,
    };
    assert!(
        looked_at > least,
        "only {looked_at} statements were looked at"
    );
    let found: Vec<String> = found.into_inner().expect("a list");
    assert!(
        found.is_empty(),
        "{} of {looked_at}:\n{}",
        found.len(),
        found.join("\n")
    );
}

/// T-30, T-35, T-171, T-174: whoever asks for whatever list, in whatever order and from wherever: no large table is gone through.
#[tokio::test]
async fn no_list_goes_through_a_table_on_sqlite() {
    look(Engine::Sqlite, 200_000, Looking::Quickly).await;
}

/// As on SQLite, with the values at hand and for all values at once.
#[tokio::test]
async fn no_list_goes_through_a_table_on_postgres() {
    if Postgres::of_this_run().is_some() {
        look(Engine::Postgres, 0, Looking::Quickly).await;
    }
}

/// The same in every order, and from both ends.
#[tokio::test]
#[ignore = "half a minute; CI runs it"]
async fn no_list_goes_through_a_table_in_any_order_and_from_either_end() {
    look(Engine::Sqlite, 200_000, Looking::Thoroughly).await;
    if Postgres::of_this_run().is_some() {
        look(Engine::Postgres, 0, Looking::Thoroughly).await;
    }
}

/// What finds nothing in thousands of plans must find something where there is something.
#[tokio::test]
async fn a_table_that_is_gone_through_is_noticed() {
    each_engine(async |world| {
        fill(&world, 100, 1_000).await;
        let raw = explain::connect(&world.url).await;
        for sql in [
            "SELECT id FROM contact WHERE phone = '1'",
            "SELECT id FROM contact ORDER BY job_title LIMIT 1",
            "SELECT contact_id FROM account WHERE id IN (SELECT account_id FROM session WHERE token_hash < 'i')",
            "SELECT id FROM price WHERE amount = 1",
            "SELECT id FROM price WHERE variant_code = 'hot' AND buyer_key || '' = 'G1'",
        ] {
            let statement = Statement::from_string(raw.get_database_backend(), sql);
            assert!(!scans(&raw, &statement).await.is_empty(), "{sql}");
        }
        let by_name = "SELECT id FROM contact ORDER BY full_name_key, id LIMIT 10";
        let statement = Statement::from_string(raw.get_database_backend(), by_name);
        assert_eq!(scans(&raw, &statement).await, Vec::<String>::new());
        raw.close().await.expect("an end");
    })
    .await;
}
