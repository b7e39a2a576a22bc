//! Random changes of a directory, through its own mutations and in the model alike.

use super::making::{some_of, text};
use super::model::{Given, Model, SEEING, WATCHERS};
use crate::support::World;
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use rand::RngExt;
use rand::rngs::SmallRng;
use serde_json::{Value, json};

/// One change of any kind; a few come to nothing.
pub async fn change(model: &mut Model, world: &World, random: &mut SmallRng) {
    match random.random_range(0..9) {
        0 | 1 => move_organization(model, world, random).await,
        2 | 3 => move_contact(model, world, random).await,
        4 => revoke(model, world, random).await,
        5 => assign(model, world, random).await,
        6 => edit_role(model, world, random).await,
        7 => give_group(model, world, random).await,
        _ => settle_account(model, world, random).await,
    }
}

async fn send(world: &World, mutation: &str, input: Value) -> Value {
    let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let thing = match mutation {
        "roleAssign" => "roleAssignment { id }",
        _ => "",
    };
    let query = format!(
        "mutation($input: {kind}!) {{ {mutation}(input: $input) {{ {thing} userErrors {{ code message path }} }} }}"
    );
    world.change(&world.admin, &query, input).await
}

async fn move_organization(model: &mut Model, world: &World, random: &mut SmallRng) {
    let moved = random.random_range(0..model.orgs.len());
    let to = random
        .random_bool(0.8)
        .then(|| random.random_range(0..model.orgs.len()));
    if to.is_some_and(|to| to == moved || model.above(to).contains(&moved)) {
        return;
    }
    let input =
        json!({ "id": model.orgs[moved].id, "newParentId": to.map(|to| &model.orgs[to].id) });
    send(world, "organizationMove", input).await;
    model.orgs[moved].parent = to;
}

async fn move_contact(model: &mut Model, world: &World, random: &mut SmallRng) {
    let human = random.random_range(0..model.humans.len());
    if model.orgs.iter().any(|org| org.primary == Some(human)) {
        return;
    }
    let to = random
        .random_bool(0.8)
        .then(|| random.random_range(0..model.orgs.len()));
    let input =
        json!({ "id": model.humans[human].id, "organizationId": to.map(|to| &model.orgs[to].id) });
    send(world, "contactAssignOrganization", input).await;
    let contact = &mut model.humans[human];
    if contact.org != to {
        // What was its organization's is not preferred any more; its own still is.
        contact.bills_to = contact
            .bills_to
            .filter(|address| model.addresses[*address].human.is_some());
    }
    contact.org = to;
}

async fn revoke(model: &mut Model, world: &World, random: &mut SmallRng) {
    let nth = random.random_range(0..model.given.len());
    let given = &mut model.given[nth];
    if given.gone || given.role < 3 {
        return;
    }
    send(world, "roleRevoke", json!({ "id": given.id })).await;
    given.gone = true;
}

async fn assign(model: &mut Model, world: &World, random: &mut SmallRng) {
    let (scope, name) = [
        (Scope::Subtree, "SUBTREE"),
        (Scope::Node, "NODE"),
        (Scope::Own, "OWN"),
        (Scope::Global, "GLOBAL"),
    ][random.random_range(0..4)];
    let account = random.random_range(3..model.accounts.len());
    let role = random.random_range(7..model.roles.len());
    if model.accounts[account].gone {
        return;
    }
    let org = matches!(scope, Scope::Subtree | Scope::Node)
        .then(|| random.random_range(0..model.orgs.len()));
    let input = json!({ "accountId": model.accounts[account].id, "roleId": model.roles[role].id, "scope": name,
        "organizationId": org.map(|org| &model.orgs[org].id) });
    let made = send(world, "roleAssign", input).await;
    let id = text(&made["roleAssignment"]["id"]);
    model.given.push(Given {
        id,
        account,
        role,
        scope,
        org,
        valid: (None, None),
        gone: false,
    });
}

/// Also of the two roles that everybody holds.
async fn edit_role(model: &mut Model, world: &World, random: &mut SmallRng) {
    let all: Vec<_> = (0..2).chain(7..model.roles.len()).collect();
    let role = all[random.random_range(0..all.len())];
    let mut held = some_of(&SEEING, random);
    held.sort();
    let names: Vec<_> = held.iter().copied().map(Permission::name).collect();
    send(
        world,
        "roleUpdate",
        json!({ "id": model.roles[role].id, "permissions": names }),
    )
    .await;
    model.roles[role].permissions = held;
}

async fn give_group(model: &mut Model, world: &World, random: &mut SmallRng) {
    let group = random.random_bool(0.7).then(|| random.random_range(0..3));
    let id = group.map(|group: usize| &model.groups[group]);
    if random.random_bool(0.5) {
        let org = random.random_range(0..model.orgs.len());
        send(
            world,
            "customerGroupAssign",
            json!({ "organizationId": model.orgs[org].id, "customerGroupId": id }),
        )
        .await;
        model.orgs[org].group = group;
    } else {
        let human = random.random_range(0..model.humans.len());
        send(
            world,
            "customerGroupAssign",
            json!({ "contactId": model.humans[human].id, "customerGroupId": id }),
        )
        .await;
        model.humans[human].group = group;
    }
}

/// Approved or not, active or not, or gone; never somebody who looks.
async fn settle_account(model: &mut Model, world: &World, random: &mut SmallRng) {
    let nth = random.random_range(WATCHERS + 1..model.accounts.len());
    let account = &mut model.accounts[nth];
    if account.gone {
        return;
    }
    if random.random_bool(0.3) {
        send(world, "accountDelete", json!({ "id": account.id })).await;
        account.gone = true;
        if let Some(human) = account.human {
            model.humans[human].account = None;
        }
        model
            .given
            .iter_mut()
            .filter(|given| given.account == nth)
            .for_each(|given| given.gone = true);
        return;
    }
    (account.approved, account.active) = (random.random_bool(0.5), random.random_bool(0.5));
    let input = json!({ "id": account.id, "approved": account.approved, "active": account.active });
    send(world, "accountUpdate", input).await;
}
