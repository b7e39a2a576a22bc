//! What an answer costs in statements: the same for few rows and for many.

use crate::support::build::contact_id;
use crate::support::world::Engine;
use crate::support::{Postgres, World};
use entity::ids::RoleId;
use entity::role_assignment::Scope;
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::sync::Arc;

/// A tree of `width` organizations below each of three levels' first ones, each with a child, contacts, groups, addresses, accounts and roles.
struct Filled {
    root: String,
    nodes: Vec<String>,
}

async fn fill(world: &World, width: usize) -> Filled {
    let id = |value: &Value| value.as_str().expect("an id").to_owned();
    world.shop().await;
    let root = world
        .organization_with(json!({ "name": "Root", "customerGroupId": "customerGroup:1" }))
        .await;
    let address = "mutation($input: AddressCreateInput!) { addressCreate(input: $input) { address { id } userErrors { code message path } } }";
    let mut nodes = vec![root.clone()];
    for index in 0..width {
        let group = format!("customerGroup:{}", index % 3 + 1);
        let part = world.organization_with(json!({ "name": format!("Part {index}"), "parentId": root, "customerGroupId": group })).await;
        let leaf = world
            .organization_with(json!({ "name": format!("Leaf {index}"), "parentId": part }))
            .await;
        for (name, organization) in [("Ann", &part), ("Bea", &leaf)] {
            let contact = world.contact_with(json!({ "fullName": format!("{name} {index}"), "organizationId": organization, "customerGroupId": group })).await;
            let address = world
                .change(
                    &world.admin,
                    address,
                    json!({ "contactId": contact, "kinds": ["BILLING"], "city": "Bern" }),
                )
                .await;
            let primary = "mutation($input: OrganizationUpdateInput!) { organizationUpdate(input: $input) { organization { id } userErrors { code message path } } }";
            world
                .change(
                    &world.admin,
                    primary,
                    json!({ "id": organization, "primaryContactId": contact }),
                )
                .await;
            let account = world
                .account(&format!("{name} {index}"), Some(contact_id(&contact)))
                .await;
            if name == "Ann" {
                let customer = json!({ "number": format!("C{index}"), "companyName": "Acme", "isShipTo": true, "organizationId": part });
                let customer = world.customer(customer).await;
                let order = json!({ "customerId": customer, "contactId": contact, "billTo": null });
                let order = world.ordered(&world.admin, order).await;
                // All that are asked for by id are 450 at most.
                if index < 5 {
                    nodes.push(id(&order["order"]["id"]));
                }
            }
            let role = RoleId(4 + i64::try_from(index % 4).expect("a number"));
            for holder in [&account, &world.admin] {
                let given = world
                    .assign(holder, role, Scope::Node, Some(organization))
                    .await;
                nodes.push(format!("roleAssignment:{given}"));
            }
            nodes.extend([contact, id(&address["address"]["id"])]);
        }
        nodes.extend([part, leaf]);
    }
    Filled { root, nodes }
}

const SHAPES: &[(&str, &str)] = &[
    ("viewer", "{ viewer { permissions account { login } } }"),
    ("one organization", "query($root: ID!) { organization(id: $root) { name } }"),
    ("children with their types and groups", "query($root: ID!) { organization(id: $root) { children(first: 100) { totalCount nodes { name type { name } customerGroup { name } } } } }"),
    ("contacts with their organizations", "{ contacts(first: 100) { totalCount nodes { fullName organization { name } customerGroup { name } } } }"),
    ("effective groups, explained", "{ contacts(first: 100) { nodes { effectiveCustomerGroup { name }
        effectiveCustomerGroupExplanation { source customerGroup { name } organization { name } shadowed { name } summary } } } }"),
    ("addresses and accounts", "{ contacts(first: 100) { nodes { addresses { city } account { login } preferredBillingAddress { city } } } }"),
    ("primary contacts and parents", "{ organizations(first: 100) { nodes { primaryContact { fullName organization { name } } parent { name } addresses { city } } } }"),
    ("ancestors", "{ organizations(first: 100) { nodes { ancestors { name } } } }"),
    ("descendants of each", "{ organizations(first: 50) { nodes { descendants(first: 20) { totalCount nodes { name } } } } }"),
    ("contacts below each", "{ organizations(first: 50) { nodes { contacts(includeDescendants: true, first: 10) { totalCount nodes { fullName } } } } }"),
    ("three levels", "query($root: ID!) { organization(id: $root) { children(first: 50) { totalCount nodes { name
        children(first: 10) { totalCount nodes { name contacts(first: 3) { totalCount nodes { fullName effectiveCustomerGroup { name } } } } } } } } }"),
    ("groups with their counts", "{ customerGroups(first: 10) { totalCount nodes { name contactCount organizationCount effectiveContactCount } } }"),
    ("viewer with roles", "{ viewer { account { roles { scope role { name permissions } organization { name } } } } }"),
    ("accounts with what they hold", "{ accounts(first: 100) { totalCount nodes { login contact { fullName organization { name } account { login } }
        roles { scope role { name permissions } organization { name } account { login } } } } }"),
    ("found accounts", "{ accounts(first: 100, filter: { search: \"ann\", locked: false }) { totalCount nodes { login } } }"),
    ("roles with what they hold", "{ roles(first: 50) { totalCount nodes { name permissions } } }"),
    ("why somebody may", "query($admin: ID!, $root: ID!) { accessExplanation(accountId: $admin, permission: CONTACT_VIEW, organizationId: $root) {
        summary candidates { outcome assignment { role { name } organization { name } } } through { id } } }"),
    ("orders with all that hangs on them", "{ orders(first: 100) { totalCount nodes { number billTo { city } market organizationName organization { name }
        customer { number } shipToCustomer { number } contact { fullName } placedBy { login } lines { quantity total { amount } price { id } } } } }"),
    ("orders of contacts", "{ contacts(first: 100) { nodes { orders(first: 3) { totalCount nodes { number lines { variantCode } } } } } }"),
    ("orders below each", "{ organizations(first: 50) { nodes { orders(includeDescendants: true, first: 10) { totalCount nodes { number } } } } }"),
    ("one's own orders", "{ viewer { orders(first: 10) { totalCount nodes { number } } } }"),
    ("nodes of all kinds", "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Contact { organization { name } } ... on Organization { parent { name } }
        ... on RoleAssignment { role { name } organization { name } account { login } } ... on Order { contact { fullName } } } }"),
];

async fn statements(world: &World, filled: &Filled, query: &str) -> u64 {
    let ids: Vec<_> = filled.nodes.iter().take(450).collect();
    let mut variables = json!({});
    if query.contains("$root") {
        variables["root"] = json!(filled.root);
    }
    if query.contains("$admin") {
        variables["admin"] = json!(format!(
            "account:{}",
            world.admin.account.expect("an account")
        ));
    }
    if query.contains("$ids") {
        variables["ids"] = json!(ids);
    }
    world
        .statements_of(world.ask(&world.admin, query, variables))
        .await
        .0
}

/// A world whose tree is in memory, or never is.
async fn world(engine: Engine, in_memory: bool) -> World {
    World::with(engine, |settings| {
        if !in_memory {
            settings.organizations_in_memory = 0;
        }
    })
    .await
}

async fn table(engine: Engine, width: usize, in_memory: bool) -> Vec<(&'static str, u64)> {
    let world = world(engine, in_memory).await;
    let filled = fill(&world, width).await;
    // What has changed is read into memory by the first request that comes.
    world
        .ask(&world.admin, "{ viewer { permissions } }", json!({}))
        .await;
    let mut rows = Vec::new();
    for (name, query) in SHAPES {
        rows.push((*name, statements(&world, &filled, query).await));
    }
    rows
}

/// What each takes of the database alone, and with the tree in memory. The first statement of each is the session's.
const EXPECTED: &[(&str, u64, u64)] = &[
    ("viewer", 2, 2),
    ("one organization", 2, 1),
    ("children with their types and groups", 6, 2),
    ("contacts with their organizations", 5, 3),
    ("effective groups, explained", 5, 2),
    ("addresses and accounts", 4, 4),
    ("primary contacts and parents", 6, 4),
    ("ancestors", 4, 2),
    ("descendants of each", 4, 2),
    ("contacts below each", 4, 4),
    ("three levels", 10, 3),
    ("groups with their counts", 6, 6),
    ("viewer with roles", 6, 4),
    ("accounts with what they hold", 10, 8),
    ("found accounts", 3, 3),
    ("roles with what they hold", 4, 4),
    ("why somebody may", 8, 7),
    ("orders with all that hangs on them", 10, 9),
    ("orders of contacts", 5, 5),
    ("orders below each", 4, 4),
    ("one's own orders", 3, 3),
    ("nodes of all kinds", 8, 6),
];

fn engines() -> Vec<Engine> {
    let mut engines = vec![Engine::Sqlite];
    engines.extend(Postgres::of_this_run().map(|_| Engine::Postgres));
    engines
}

async fn compare(engine: Engine) {
    for width in [3, 44] {
        let by_database = table(engine, width, false).await;
        let in_memory = table(engine, width, true).await;
        let both: Vec<_> = by_database
            .into_iter()
            .zip(in_memory)
            .map(|((name, by_database), (_, in_memory))| (name, by_database, in_memory))
            .collect();
        assert_eq!(both, EXPECTED, "rows of {width} on {engine:?}");
    }
}

/// No answer runs a statement per row.
#[tokio::test]
async fn an_answer_costs_as_many_statements_for_many_rows_as_for_few_on_sqlite() {
    compare(Engine::Sqlite).await;
}

/// As on SQLite.
#[tokio::test]
async fn an_answer_costs_as_many_statements_for_many_rows_as_for_few_on_postgres() {
    if Postgres::of_this_run().is_some() {
        compare(Engine::Postgres).await;
    }
}

/// What they need in common is fetched together where they meet, and never costs more than asking twice.
#[tokio::test]
async fn two_lists_side_by_side_cost_no_more_than_one_after_the_other() {
    for engine in engines() {
        let world = world(engine, false).await;
        let filled = fill(&world, 6).await;
        let lists = [
            "a: organizations(first: 20) { nodes { type { name } customerGroup { name } } } ",
            "b: contacts(first: 20) { nodes { customerGroup { name } organization { name } } } ",
        ];
        let mut apart = 0;
        for list in lists {
            // Without the statement of the session.
            apart += statements(&world, &filled, &format!("{{ {list} }}")).await - 1;
        }
        let together = statements(&world, &filled, &format!("{{ {} }}", lists.concat())).await - 1;
        assert_eq!(apart, 6);
        assert!((5..=6).contains(&together), "{together}");
    }
}

/// Batches stay whole when many requests run on several threads: a batch cut in two would be two statements.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_requests_at_once_cost_sixteen_times_as_much_as_one() {
    for engine in engines() {
        let world = Arc::new(world(engine, false).await);
        let filled = Arc::new(fill(&world, 12).await);
        for ((name, query), (_, one, _)) in SHAPES.iter().zip(EXPECTED) {
            let before = world.db.statements();
            let requests = (0..16).map(|_| {
                let (world, filled) = (world.clone(), filled.clone());
                tokio::spawn(async move { statements(&world, &filled, query).await })
            });
            for done in join_all(requests).await {
                done.expect("an answer");
            }
            // They find out together who is asking, in one statement at the least.
            let statements = world.db.statements() - before;
            let others = 16 * (one - 1);
            assert!(
                (others + 1..=others + 16).contains(&statements),
                "{name}: {statements}"
            );
        }
    }
}
