//! Filling a random directory, in the world and in the model alike.

use super::model::{Account, Address, Given, Human, Model, Org, Role, SEEING, WATCHERS};
use crate::support::World;
use crate::support::build::contact_id;
use crate::support::world::{now, organization_id};
use chrono::TimeDelta;
use entity::ids::RoleId;
use entity::role_assignment::{self, Scope};
use guildhall::access::Permission;
use rand::RngExt;
use rand::rngs::SmallRng;
use sea_orm::Set;
use serde_json::{Value, json};

pub fn some_of(permissions: &[Permission], random: &mut SmallRng) -> Vec<Permission> {
    permissions
        .iter()
        .copied()
        .filter(|_| random.random_bool(0.5))
        .collect()
}

/// Those that are there from the start, and a few that let one see this and that.
pub async fn roles(model: &mut Model, world: &World, random: &mut SmallRng) {
    for number in 0..5 {
        let held = some_of(&SEEING, random);
        let made = world
            .system
            .create_role(&format!("Made {number}"), &held)
            .await;
        made.expect("a role");
    }
    let query = "{ roles(first: 50) { nodes { id name permissions } } }";
    let found = world.ask(&world.admin, query, json!({})).await;
    for role in found["roles"]["nodes"].as_array().expect("roles") {
        let names: Vec<&str> = role["permissions"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let held = Permission::ALL
            .iter()
            .copied()
            .filter(|known| names.contains(&known.name()));
        model.roles.push(Role {
            id: text(&role["id"]),
            name: text(&role["name"]),
            permissions: held.collect(),
        });
    }
    model.roles.sort_by_key(|role| number_of(&role.id));
}

pub async fn organization(model: &mut Model, world: &World, random: &mut SmallRng) {
    // Few names for many, so that ties are frequent.
    let name = format!("Org {}", random.random_range(0..6));
    let parent = (random.random_bool(0.8) && !model.orgs.is_empty())
        .then(|| random.random_range(0..model.orgs.len()));
    let group = random.random_bool(0.4).then(|| random.random_range(0..3));
    let input = json!({
        "name": name,
        "parentId": parent.map(|index| &model.orgs[index].id),
        "customerGroupId": group.map(|index: usize| &model.groups[index]),
    });
    let id = world.organization_with(input).await;
    model.orgs.push(Org {
        id,
        name,
        parent,
        group,
        primary: None,
    });
}

pub async fn contact(model: &mut Model, world: &World, random: &mut SmallRng) {
    let name = format!("Person {}", random.random_range(0..6));
    let org = random
        .random_bool(0.85)
        .then(|| random.random_range(0..model.orgs.len()));
    let group = random.random_bool(0.5).then(|| random.random_range(0..3));
    let input = json!({
        "fullName": name,
        "organizationId": org.map(|index| &model.orgs[index].id),
        "customerGroupId": group.map(|index: usize| &model.groups[index]),
    });
    let id = world.contact_with(input).await;
    model.humans.push(Human {
        id,
        name,
        org,
        group,
        account: None,
        bills_to: None,
    });
}

/// Addresses, where bills go, and whom to turn to.
pub async fn references(model: &mut Model, world: &World, random: &mut SmallRng) {
    let create = "mutation($input: AddressCreateInput!) { addressCreate(input: $input) { address { id } userErrors { code message path } } }";
    for _ in 0..6 {
        let human = random
            .random_bool(0.5)
            .then(|| random.random_range(0..model.humans.len()));
        let org = human
            .is_none()
            .then(|| random.random_range(0..model.orgs.len()));
        let input = json!({ "kinds": ["BILLING"], "city": "Bern",
            "contactId": human.map(|human| &model.humans[human].id), "organizationId": org.map(|org| &model.orgs[org].id) });
        let made = world.change(&world.admin, create, input).await;
        model.addresses.push(Address {
            id: text(&made["address"]["id"]),
            org,
            human,
        });
    }
    let prefer = "mutation($input: ContactUpdateInput!) { contactUpdate(input: $input) { contact { id } userErrors { code message path } } }";
    let lead = "mutation($input: OrganizationUpdateInput!) { organizationUpdate(input: $input) { organization { id } userErrors { code message path } } }";
    for human in 0..model.humans.len() {
        let own = model.humans[human].org;
        let usable = model.addresses.iter().position(|address| {
            address.human == Some(human) || (address.org.is_some() && address.org == own)
        });
        if let Some(address) = usable {
            let input = json!({ "id": model.humans[human].id, "preferredBillingAddressId": model.addresses[address].id });
            world.change(&world.admin, prefer, input).await;
            model.humans[human].bills_to = Some(address);
        }
        if let Some(org) = own.filter(|_| random.random_bool(0.3)) {
            let input =
                json!({ "id": model.orgs[org].id, "primaryContactId": model.humans[human].id });
            world.change(&world.admin, lead, input).await;
            model.orgs[org].primary = Some(human);
        }
    }
}

/// The administrator's first, then those of the watchers: the first of these is nobody's and the second a contact's.
pub async fn account(model: &mut Model, world: &World, random: &mut SmallRng) {
    let number = model.accounts.len();
    if number == 0 {
        let id = world.admin.account.expect("an account");
        model.accounts.push(fresh(
            format!("account:{id}"),
            "administrator".to_owned(),
            None,
        ));
        return known_assignments(model, world, 0).await;
    }
    let taken = number == 2 || (number > 2 && random.random_bool(0.7));
    let human = taken.then_some(number);
    let login = format!("login {}", number % 5 * 10 + number);
    let contact = human.map(|human| contact_id(&model.humans[human].id));
    let person = world.account(&login, contact).await;
    let id = person.account.expect("an account");
    model
        .accounts
        .push(fresh(format!("account:{id}"), login, human));
    if let Some(human) = human {
        model.humans[human].account = Some(number);
    }
    if number <= WATCHERS {
        model.watchers.push((person, number));
    } else {
        let account = &mut model.accounts[number];
        (account.approved, account.active, account.locked) = (
            random.random_bool(0.5),
            random.random_bool(0.5),
            random.random_bool(0.5),
        );
    }
    known_assignments(model, world, number).await;
}

fn fresh(id: String, login: String, human: Option<usize>) -> Account {
    Account {
        id,
        login,
        human,
        approved: true,
        active: true,
        locked: false,
        gone: false,
    }
}

/// What every account holds from the start, and the administrator beyond it.
async fn known_assignments(model: &mut Model, world: &World, account: usize) {
    let query = "query($id: ID!) { account(id: $id) { roles { id role { id } scope } } }";
    let found = world
        .ask(
            &world.admin,
            query,
            json!({ "id": model.accounts[account].id }),
        )
        .await;
    for assignment in found["account"]["roles"].as_array().expect("assignments") {
        let scope = if assignment["scope"] == json!("GLOBAL") {
            Scope::Global
        } else {
            Scope::Own
        };
        let role = text(&assignment["role"]["id"]);
        let role = model
            .roles
            .iter()
            .position(|known| known.id == role)
            .expect("a role");
        model.given.push(Given {
            id: text(&assignment["id"]),
            account,
            role,
            scope,
            org: None,
            valid: (None, None),
            gone: false,
        });
    }
}

/// A role for somebody; the first two watchers hold nothing beyond what everybody has.
pub async fn assignment(model: &mut Model, world: &World, random: &mut SmallRng) {
    const SCOPES: [Scope; 6] = [
        Scope::Subtree,
        Scope::Node,
        Scope::Own,
        Scope::Subtree,
        Scope::Node,
        Scope::Global,
    ];
    // The edges are the present itself: valid from now on, and valid until now.
    const VALID: [(Option<i64>, Option<i64>); 7] = [
        (None, None),
        (None, None),
        (Some(-1), Some(1)),
        (Some(0), None),
        (None, Some(0)),
        (Some(1), None),
        (Some(-2), Some(-1)),
    ];
    let account = random.random_range(3..model.accounts.len());
    let role = random.random_range(7..model.roles.len());
    let scope = SCOPES[random.random_range(0..SCOPES.len())];
    let org = matches!(scope, Scope::Subtree | Scope::Node)
        .then(|| random.random_range(0..model.orgs.len()));
    let valid = VALID[random.random_range(0..VALID.len())];
    let hour = |hours: Option<i64>| hours.map(|hours| now() + TimeDelta::hours(hours));
    let row = role_assignment::ActiveModel {
        account_id: Set(model.accounts[account]
            .id
            .trim_start_matches("account:")
            .parse()
            .expect("an id")),
        role_id: Set(RoleId(number_of(&model.roles[role].id))),
        scope: Set(scope),
        organization_id: Set(org.map(|org| organization_id(&model.orgs[org].id))),
        valid_from: Set(hour(valid.0)),
        valid_until: Set(hour(valid.1)),
        ..Default::default()
    };
    let id = world.system.assign_role(row).await.expect("an assignment");
    model.given.push(Given {
        id: format!("roleAssignment:{id}"),
        account,
        role,
        scope,
        org,
        valid,
        gone: false,
    });
}

/// Writes down who is approved, active and locked.
pub async fn states(model: &Model, world: &World) {
    let sql: String = model.accounts.iter().map(|account| {
        let until = if account.locked { "'2026-01-01T01:00:00+00:00'" } else { "NULL" };
        format!("UPDATE account SET approved = {}, active = {}, locked_until = {until} WHERE login = '{}'; ", account.approved, account.active, account.login)
    }).collect();
    world.sql(&sql).await;
}

pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no text: {value}"))
        .to_owned()
}

pub fn number_of(id: &str) -> i64 {
    id.split_once(':')
        .and_then(|(_, number)| number.parse().ok())
        .expect("a number")
}
