//! Every door of the schema for one viewer, and everything within three steps behind it.

use super::model::Thing;
use super::sight::Sight;
use super::ways::{KINDS, Walk, kind};
use crate::support::{Person, World, code};
use guildhall::access::Permission;
use rand::RngExt;
use rand::rngs::SmallRng;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// How many objects were compared.
pub async fn compare(
    world: &World,
    sight: &Sight<'_>,
    person: &Person,
    random: &mut SmallRng,
    label: &str,
) -> u64 {
    nodes(world, sight, person, random, label).await
        + one_by_one(world, sight, person, label).await
        + lists(world, sight, person, random, label).await
        + viewer(world, sight, person, random, label).await
        + explanations(world, sight, person, random, label).await
}

/// Objects with an id, and gaps where one was hidden.
fn objects(value: &Value) -> u64 {
    match value {
        Value::Null => 1,
        Value::Array(items) => items.iter().map(objects).sum(),
        Value::Object(fields) => {
            u64::from(fields.contains_key("id"))
                + fields
                    .values()
                    .filter(|field| field.is_object() || field.is_array())
                    .map(objects)
                    .sum::<u64>()
        }
        _ => 0,
    }
}

async fn nodes(
    world: &World,
    sight: &Sight<'_>,
    person: &Person,
    random: &mut SmallRng,
    label: &str,
) -> u64 {
    let walks: Vec<_> = (0..KINDS.len())
        .map(|kind| Walk::all(kind, 3, random))
        .collect();
    let selected = walks.iter().zip(KINDS).enumerate().fold(
        String::new(),
        |mut all, (kind, (walk, (name, _)))| {
            let _ = write!(all, "... on {name} {{ {} }} ", walk.selection(kind));
            all
        },
    );
    let things = sight.model.things();
    let ids: Vec<_> = things.iter().map(|thing| sight.model.id(*thing)).collect();
    let query = format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ {selected} }} }}");
    let got = world.ask(person, &query, json!({ "ids": ids })).await;
    let mut compared = 0;
    for (nth, thing) in things.iter().enumerate() {
        let expected = if sight.sees(*thing) {
            walks[kind(*thing)].shown(sight, *thing)
        } else {
            Value::Null
        };
        assert_eq!(got["nodes"][nth], expected, "{thing:?} in nodes, {label}");
        compared += objects(&expected);
    }
    compared
}

async fn one_by_one(world: &World, sight: &Sight<'_>, person: &Person, label: &str) -> u64 {
    let things = sight.model.things();
    let fields = things
        .iter()
        .enumerate()
        .fold(String::new(), |mut all, (nth, thing)| {
            let field = match thing {
                Thing::Org(_) => "organization",
                Thing::Human(_) => "contact",
                Thing::Account(_) => "account",
                Thing::Role(_) => "role",
                Thing::Group(_) => "customerGroup",
                Thing::Given(_) | Thing::Address(_) => "node",
            };
            let _ = write!(
                all,
                "f{nth}: {field}(id: {:?}) {{ id }} ",
                sight.model.id(*thing)
            );
            all
        });
    let got = world
        .ask(person, &format!("{{ {fields} }}"), json!({}))
        .await;
    for (nth, thing) in things.iter().enumerate() {
        let expected = if sight.sees(*thing) {
            json!({ "id": sight.model.id(*thing) })
        } else {
            Value::Null
        };
        assert_eq!(
            got[format!("f{nth}")],
            expected,
            "{thing:?} by its id, {label}"
        );
    }
    things.len() as u64
}

/// A list by its field: what opens it, its kind, and each filter with what passes it.
type List = (&'static str, Permission, usize, Vec<(String, Vec<Thing>)>);

fn all_lists(sight: &Sight<'_>) -> Vec<List> {
    let model = sight.model;
    let (one, two) = (&model.groups[0], &model.groups[1]);
    let mut orgs = vec![
        (String::new(), sight.orgs(|_| true)),
        (
            "rootsOnly: true".to_owned(),
            sight.orgs(|org| {
                model.orgs[org]
                    .parent
                    .is_none_or(|parent| !sight.sees(Thing::Org(parent)))
            }),
        ),
        (
            "rootsOnly: false, customerGroupIds: []".to_owned(),
            Vec::new(),
        ),
        (
            format!("customerGroupIds: [{one:?}, {two:?}]"),
            sight.orgs(|org| matches!(model.orgs[org].group, Some(0 | 1))),
        ),
        (
            "search: \"Org 1\"".to_owned(),
            sight.orgs(|org| model.orgs[org].name == "Org 1"),
        ),
    ];
    let mut humans = vec![
        (String::new(), sight.humans(|_| true)),
        (
            format!("customerGroupIds: [{two:?}]"),
            sight.humans(|human| model.humans[human].group == Some(1)),
        ),
        (
            format!("effectiveCustomerGroupIds: [{two:?}]"),
            sight.humans(|human| model.effective(human) == Some(1)),
        ),
        (
            "hasAccount: true".to_owned(),
            sight.humans(|human| sight.sees_account_of(human)),
        ),
        (
            "hasAccount: false".to_owned(),
            sight.humans(|human| !sight.sees_account_of(human)),
        ),
        (
            "search: \"person 2\"".to_owned(),
            sight.humans(|human| model.humans[human].name == "Person 2"),
        ),
    ];
    for (org, row) in model.orgs.iter().enumerate() {
        let seen = sight.sees(Thing::Org(org));
        orgs.push((
            format!("parentId: {:?}", row.id),
            sight.orgs(|child| seen && model.orgs[child].parent == Some(org)),
        ));
        humans.push((
            format!("organizationId: {:?}", row.id),
            sight.humans(|human| seen && model.humans[human].org == Some(org)),
        ));
    }
    let mut accounts = vec![
        (String::new(), sight.accounts(|_| true)),
        (
            "search: \"GIN 3\"".to_owned(),
            sight.accounts(|account| model.accounts[account].login.contains("gin 3")),
        ),
        (
            "search: \"administrator\"".to_owned(),
            sight.accounts(|account| account == 0),
        ),
    ];
    for wanted in [true, false] {
        accounts.push((
            format!("approved: {wanted}"),
            sight.accounts(|account| model.accounts[account].approved == wanted),
        ));
        accounts.push((
            format!("active: {wanted}"),
            sight.accounts(|account| model.accounts[account].active == wanted),
        ));
        accounts.push((
            format!("locked: {wanted}"),
            sight.accounts(|account| model.accounts[account].locked == wanted),
        ));
    }
    let mut roles: Vec<_> = (0..model.roles.len()).collect();
    roles.sort_by_key(|role| model.roles[*role].name.to_lowercase());
    let roles = sight.seen(roles.into_iter().map(Thing::Role));
    // Partner, Distributor and Customer are seeded with ranks that go by their numbers.
    let groups = sight.seen((0..model.groups.len()).map(Thing::Group));
    vec![
        ("organizations", Permission::OrganizationList, 0, orgs),
        ("contacts", Permission::ContactList, 1, humans),
        ("accounts", Permission::AccountView, 2, accounts),
        (
            "roles",
            Permission::RoleView,
            3,
            vec![(String::new(), roles)],
        ),
        (
            "customerGroups",
            Permission::CustomerGroupView,
            5,
            vec![(String::new(), groups)],
        ),
    ]
}

async fn lists(
    world: &World,
    sight: &Sight<'_>,
    person: &Person,
    random: &mut SmallRng,
    label: &str,
) -> u64 {
    let mut compared = 0;
    for (field, opens, kind, filters) in all_lists(sight) {
        let walk = Walk::one(kind, 3, random);
        let selected = walk.selection(kind);
        let fields = filters.iter().enumerate().fold(
            String::new(),
            |mut all, (nth, (filter, _))| {
                let filter = if filter.is_empty() {
                    String::new()
                } else {
                    format!(", filter: {{ {filter} }}")
                };
                let _ = write!(
                    all,
                    "l{nth}: {field}(first: 100{filter}) {{ totalCount nodes {{ {selected} }} }} "
                );
                all
            },
        );
        let body = world
            .send(person, &format!("{{ {fields} }}"), json!({}))
            .await;
        if !sight.holds(opens) {
            assert_eq!(
                (code(&body), &body["data"]),
                ("FORBIDDEN", &Value::Null),
                "{field}, {label}"
            );
            compared += 1;
            continue;
        }
        for (nth, (filter, things)) in filters.iter().enumerate() {
            let expected = walk.page(sight, things);
            assert_eq!(
                body["data"][format!("l{nth}")],
                expected,
                "{field} {filter}, {label}: {:?}",
                body["errors"]
            );
            compared += objects(&expected);
        }
    }
    compared
}

async fn viewer(
    world: &World,
    sight: &Sight<'_>,
    person: &Person,
    random: &mut SmallRng,
    label: &str,
) -> u64 {
    let (account, contact) = (Walk::all(2, 3, random), Walk::all(1, 3, random));
    let orgs = sight.orgs(|_| true);
    let checked = [
        Permission::OrganizationView,
        Permission::ContactView,
        Permission::AccountView,
    ];
    let mut can = String::new();
    let own = sight.model.accounts[sight.account].human;
    let held = Permission::ALL
        .iter()
        .filter(|permission| sight.holds(**permission));
    let mut expected = json!({
        "permissions": held.map(|permission| permission.name()).collect::<Value>(),
        "account": account.shown(sight, Thing::Account(sight.account)),
        "contact": own.map_or(Value::Null, |own| contact.shown(sight, Thing::Human(own))),
    });
    for (nth, org) in orgs.iter().enumerate() {
        let Thing::Org(place) = org else { continue };
        for permission in checked {
            let alias = format!("c{nth}{}", permission.name());
            let _ = write!(
                can,
                "{alias}: can(permission: {}, organizationId: {:?}) ",
                permission.name(),
                sight.model.id(*org)
            );
            expected[alias] = json!(sight.reaches(permission, Some(*place)));
        }
    }
    let query = format!(
        "{{ viewer {{ permissions account {{ {} }} contact {{ {} }} {can} }} }}",
        account.selection(2),
        contact.selection(1)
    );
    let got = world.ask(person, &query, json!({})).await;
    assert_eq!(got["viewer"], expected, "viewer, {label}");
    objects(&expected)
}

/// The reason agrees with what the account in question gets, and is told only to whoever sees account and place.
async fn explanations(
    world: &World,
    sight: &Sight<'_>,
    person: &Person,
    random: &mut SmallRng,
    label: &str,
) -> u64 {
    let model = sight.model;
    for _ in 0..6 {
        let account = random.random_range(0..model.accounts.len());
        let org = random
            .random_bool(0.7)
            .then(|| random.random_range(0..model.orgs.len()));
        let permission = [
            Permission::OrganizationView,
            Permission::AccountView,
            Permission::RoleView,
        ][random.random_range(0..3)];
        let at = org.map_or(String::new(), |org| {
            format!(", organizationId: {:?}", model.orgs[org].id)
        });
        let query = format!(
            "{{ accessExplanation(accountId: {:?}, permission: {}{at}) {{ allowed account {{ id }} through {{ id }} candidates {{ assignment {{ id }} }} }} }}",
            model.accounts[account].id,
            permission.name()
        );
        let body = world.send(person, &query, json!({})).await;
        let seen = sight.sees(Thing::Account(account))
            && org.is_none_or(|org| sight.sees(Thing::Org(org)));
        if !seen {
            assert_eq!(code(&body), "NOT_FOUND", "{query}, {label}");
            continue;
        }
        let whose = Sight::of(model, account);
        let usable = model.accounts[account].active && model.accounts[account].approved;
        let allowed = usable
            && org.map_or_else(
                || whose.holds(permission),
                |org| whose.reaches(permission, Some(org)),
            );
        let got = &body["data"]["accessExplanation"];
        assert_eq!(got["allowed"], json!(allowed), "{query}, {label}: {body}");
        assert_eq!(
            got["through"] == json!([]),
            !allowed,
            "{query}, {label}: {body}"
        );
        let held = model
            .given
            .iter()
            .filter(|given| given.account == account && !given.gone)
            .count();
        assert_eq!(
            got["candidates"].as_array().map(Vec::len),
            Some(held),
            "{query}, {label}"
        );
    }
    6
}
