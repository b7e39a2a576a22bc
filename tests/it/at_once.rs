//! What is answered at once is what the executor answers when it goes its own way, as it does wherever there is a directive.

use crate::support::build::contact_id;
use crate::support::world::Engine;
use crate::support::{Postgres, World};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::{Value, json};

/// Selections with a `%` behind each field: nothing, or a directive that changes nothing.
const SELECTIONS: &[&str] = &[
    "{ contacts(first: 20) { nodes % { id % externalId % firstName % lastName % fullName % email % phone % version %
        organization % { id % externalId % name % description % version % parent % { name % } ancestors % { id % name % } customerGroup % { name % } }
        customerGroup % { id % name % rank % version % } effectiveCustomerGroup % { id % name % }
        account % { id % login % email % approved % active % version %
            roles % { id % scope % organization % { name % } role % { id % name % description % system % version % } } } }
        pageInfo % { hasNextPage % hasPreviousPage % startCursor % endCursor % } totalCount % } }",
    "{ organizations(first: 3) { edges % { cursor % node % { name % __typename % children(first: 2) % { nodes % { name % contacts(first: 2) % { nodes % { fullName % } } } pageInfo % { hasNextPage % } }
        descendants(first: 3) % { totalCount % nodes % { name % parent % { id % } } pageInfo % { endCursor % } } } } } }",
    "{ contacts(first: 5) { nodes % { one: fullName % two: fullName % ...named ... on Contact { email % } ... { version % } __typename % } } }
     fragment named on Contact { id % organization % { ...placed } } fragment placed on Organization { name % kind: type % { name % } }",
    // Keys that come twice are one: their objects are merged.
    "{ contacts(first: 5) { nodes % { organization % { id % } organization % { name % } fullName % fullName % } } }",
    "{ accounts(first: 5) { nodes % { contact % { fullName % account % { login % } } roles % { role % { name % permissions % } account % { login % } } } } }",
    "{ contacts(first: 5) { nodes % { fullName % prices(variantCodes: [\"V\", \"W\"], market: \"EU\") % { variantCode % unitPrice % { amount % currencyCode % } source %
        customerGroup % { name % } explanation % { summary % customerGroupSource % hasMoreCandidates % customerGroup % { name % } candidates % { outcome % price % { id % variantCode % market %
        source % minQuantity % unitPrice % { amount % } validFrom % validUntil % version % customerGroup % { name % } account % { login % } } } } } } } }",
    "{ contacts(first: 5) { nodes % { notes(first: 2) % { totalCount % nodes % { id % title % text % authorLogin % version % author % { login % } contact % { fullName % } } } } } }",
    "{ contacts(first: 5) { nodes % { fullName % orders(first: 3) % { totalCount % nodes % { id % number % erpNumber % poNumber % contactName % status % version %
        total % { amount % currencyCode % } contact % { fullName % } lines % { position % variantCode % quantity % priceSource % unitPrice % { amount % currencyCode % } total % { amount % } } } } } } }",
    "{ viewer { account % { login % roles % { scope % } } contact % { fullName % organization % { name % } } } }",
];

async fn fill(world: &World) {
    let top = world
        .organization_with(json!({ "name": "Top", "externalId": "T", "description": "Above", "customerGroupId": "customerGroup:1" }))
        .await;
    let hidden = world.organization("Hidden", None).await;
    world.market("EU").await;
    world.price("V", "5", json!({})).await;
    world
        .price("V", "4.5", json!({ "customerGroupId": "customerGroup:2" }))
        .await;
    for (number, home) in [Some(&top), Some(&hidden), None].into_iter().enumerate() {
        let below = json!({ "name": format!("Part {number}"), "parentId": home });
        let part = world.organization_with(below).await;
        let input = json!({ "firstName": "Ann", "lastName": format!("Number {number}"), "email": format!("ann{number}@example.com"),
            "phone": "1", "externalId": format!("A-{number}"), "organizationId": part, "customerGroupId": "customerGroup:2" });
        let contact = world.contact_with(input).await;
        crate::contact_notes::note(world, &contact, "Called").await;
        let account = world
            .account(&format!("ann{number}"), Some(contact_id(&contact)))
            .await;
        let order = json!({ "contactId": contact, "poNumber": format!("PO {number}") });
        world.ordered(&world.admin, order).await;
        let name = format!("Role {number}");
        let role = world.system.create_role(
            &name,
            &[
                Permission::OrganizationView,
                Permission::ContactView,
                Permission::ContactList,
                Permission::AccountView,
            ],
        );
        let role = role.await.expect("a role");
        world
            .assign(&account, role, Scope::Subtree, Some(&top))
            .await;
        world
            .contact(&format!("Nobody {number}"), home.map(String::as_str))
            .await;
    }
}

#[tokio::test]
async fn what_is_answered_at_once_is_what_the_executor_answers() {
    let mut engines = vec![Engine::Sqlite];
    engines.extend(Postgres::of_this_run().map(|_| Engine::Postgres));
    for engine in engines {
        let world = World::with(engine, |settings| settings.limits.directives = 200).await;
        fill(&world).await;
        let top = top(&world).await;
        let holder = world.holder(
            "scoped",
            &[
                Permission::OrganizationView,
                Permission::OrganizationList,
                Permission::ContactView,
                Permission::ContactList,
                Permission::AccountView,
                Permission::ContactNoteView,
            ],
            Scope::Subtree,
            Some(&top),
        );
        let viewers = [world.admin.clone(), holder.await];
        let by_database = world
            .replica_with(|settings| settings.organizations_in_memory = 0)
            .await;
        for selection in SELECTIONS {
            let at_once = selection.replace('%', "");
            let slowly = selection.replace('%', "@include(if: true)");
            for viewer in &viewers {
                let answer = world.send(viewer, &at_once, json!({})).await;
                assert_eq!(
                    answer,
                    world.send(viewer, &slowly, json!({})).await,
                    "{at_once}"
                );
                // The order of keys is part of the answer.
                let again = world.send(viewer, &slowly, json!({})).await;
                assert_eq!(answer.to_string(), again.to_string(), "{at_once}");
                if answer.get("errors").is_none() {
                    let told = world
                        .ask_at(&by_database, viewer, &at_once, json!({}))
                        .await;
                    assert_eq!(answer["data"], told, "{at_once}");
                }
            }
        }
    }
}

async fn top(world: &World) -> String {
    let found = world
        .ask(
            &world.admin,
            "{ organizationByExternalId(externalId: \"T\") { id } }",
            json!({}),
        )
        .await;
    match &found["organizationByExternalId"]["id"] {
        Value::String(id) => id.clone(),
        none => panic!("no organization: {none}"),
    }
}
