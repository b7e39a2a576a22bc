//! A directory with one of everything near and far, and the kinds of viewers that there are.

use crate::contact_notes::note;
use crate::support::build::contact_id;
use crate::support::world::now;
use crate::support::{Person, World};
use entity::ids::RoleId;
use entity::role_assignment::{self, Scope};
use guildhall::access::Permission;
use sea_orm::Set;
use serde_json::{Value, json};

/// May look at everything that hides.
const SEEING: [Permission; 7] = [
    Permission::OrganizationView,
    Permission::OrganizationList,
    Permission::ContactView,
    Permission::ContactList,
    Permission::AccountView,
    Permission::CustomerGroupView,
    Permission::CustomerView,
];
const ABOUT_CONTACTS: [Permission; 3] = [
    Permission::ContactView,
    Permission::ContactList,
    Permission::ContactEdit,
];
const ABOUT_ACCOUNTS: [Permission; 7] = [
    Permission::AccountView,
    Permission::AccountCreate,
    Permission::AccountEdit,
    Permission::AccountDelete,
    Permission::AccountUnlock,
    Permission::AccountSetPassword,
    Permission::AccountSignInOnBehalf,
];
const ABOUT_ROLES: [Permission; 6] = [
    Permission::RoleView,
    Permission::RoleCreate,
    Permission::RoleEdit,
    Permission::RoleDelete,
    Permission::RoleAssign,
    Permission::AccountView,
];
const BUYERS: RoleId = RoleId(7);

/// Who looks, and what the placeholders stand for.
pub struct Stage {
    pub viewers: Vec<(&'static str, Person)>,
    names: Vec<(&'static str, String)>,
}

impl Stage {
    /// `TOP` over `ORG` over `PART`, and `FAR` beside them; all scopes are over `ORG`.
    pub async fn set(world: &World) -> Self {
        let mut names = Vec::new();
        let top = world.organization("Top Ltd", None).await;
        let org = world
            .organization_with(json!({ "name": "Near Ltd", "externalId": "near-ltd", "parentId": top, "customerGroupId": "customerGroup:1" }))
            .await;
        let part = world.organization("Part Ltd", Some(&org)).await;
        let empty = world.organization("Empty Ltd", Some(&part)).await;
        let far = world
            .organization_with(json!({ "name": "Far Ltd", "externalId": "far-ltd" }))
            .await;
        let person = async |name: &str, org: &str| {
            let input = json!({ "fullName": name, "externalId": name, "organizationId": org, "customerGroupId": "customerGroup:2" });
            world.contact_with(input).await
        };
        let contact = person("near-ltd", &org).await;
        let customers = person("customer-ltd", &org).await;
        let free = person("free-ltd", &part).await;
        let far_contact = person("far-ltd", &far).await;
        let far_free = person("far free-ltd", &far).await;
        let customer = world
            .account("customer-ltd", Some(contact_id(&customers)))
            .await;
        let fellow = world
            .account("fellow-ltd", Some(contact_id(&contact)))
            .await;
        let stranger = world
            .account("far-ltd", Some(contact_id(&far_contact)))
            .await;
        let idles = world.contact("Idle Ltd", Some(&org)).await;
        let idle = world.account("idle-ltd", Some(contact_id(&idles))).await;
        world
            .sql("UPDATE account SET active = false WHERE login = 'idle-ltd'")
            .await;
        for (name, holder, scope, over) in [
            ("ASSIGNMENT", &customer, Scope::Own, None),
            ("PARTS_ASSIGNMENT", &fellow, Scope::Node, Some(&part)),
            ("FELLOWS_ASSIGNMENT", &fellow, Scope::Node, Some(&far)),
            ("FAR_ASSIGNMENT", &stranger, Scope::Own, None),
        ] {
            let given = world
                .assign(holder, BUYERS, scope, over.map(String::as_str))
                .await;
            names.push((name, format!("roleAssignment:{given}")));
        }
        for (name, person) in [
            ("ACCOUNT", &customer),
            ("FELLOW", &fellow),
            ("IDLE", &idle),
            ("FAR_ACCOUNT", &stranger),
        ] {
            let account = person.account.expect("an account");
            names.push((name, format!("account:{account}")));
        }
        for (name, owner) in [
            ("ADDRESS", json!({ "organizationId": org })),
            ("OWN_ADDRESS", json!({ "contactId": contact })),
            ("FAR_ADDRESS", json!({ "organizationId": far })),
        ] {
            names.push((name, address(world, owner).await));
        }
        for (name, about) in [
            ("NOTE", &contact),
            ("CUSTOMERS_NOTE", &customers),
            ("FAR_NOTE", &far_contact),
        ] {
            names.push((name, note(world, about, "Called Ltd").await));
        }
        let category = "mutation($input: BusinessCategoryCreateInput!) { it: businessCategoryCreate(input: $input) { it: businessCategory { id } userErrors { code } } }";
        names.push((
            "CATEGORY",
            made(world, category, json!({ "name": "Trade" })).await,
        ));
        let spare = made(world, category, json!({ "name": "Spare" })).await;
        names.push(("SPARE", spare));
        let input = json!({ "kind": "CONTACTS" });
        let file = br#"{"externalId":"imported","email":"x","shoeSize":43}"#;
        let import = crate::imports::file(world, &world.admin, input, file).await;
        let map = "mutation($input: ImportMapInput!) { importMap(input: $input) { userErrors { code message path } } }";
        let save = json!({ "id": import, "saveAs": "theirs" });
        world.change(&world.admin, map, save).await;
        crate::imports::plan(world, &world.admin, &import).await;
        let mappings = "{ importMappings(first: 1) { nodes { id } } }";
        let mappings = world.ask(&world.admin, mappings, json!({})).await;
        let mapping = mappings["importMappings"]["nodes"][0]["id"].as_str();
        names.push(("MAPPING", mapping.expect("a mapping").to_owned()));
        names.push(("IMPORT", import));
        world.market("EU").await;
        world.price("V", "5", json!({})).await;
        let group = json!({ "customerGroupId": "customerGroup:1" });
        names.push(("PRICE", world.price("V", "4", group).await));
        let account = format!("account:{}", stranger.account.expect("an account"));
        let account = json!({ "accountId": account });
        names.push(("FAR_PRICE", world.price("V", "3", account).await));
        for (names_of, placed_by) in [
            (["ORDER", "NUMBER"], &customer),
            (["FAR_ORDER", "FAR_NUMBER"], &stranger),
        ] {
            let to = json!({ "billTo": { "companyName": "Bill Ltd", "email": "ltd@example.com" } });
            let order = world.ordered(placed_by, to).await["order"].clone();
            for (name, field) in names_of.into_iter().zip(["id", "number"]) {
                names.push((name, order[field].as_str().expect("a text").to_owned()));
            }
        }
        for (name, id) in [
            ("TOP", &top),
            ("ORG", &org),
            ("PART", &part),
            ("EMPTY", &empty),
            ("FAR_ORG", &far),
            ("CONTACT", &contact),
            ("CUSTOMER", &customers),
            ("FREE", &free),
            ("IDLES", &idles),
            ("FAR_CONTACT", &far_contact),
            ("FAR_FREE", &far_free),
        ] {
            names.push((name, id.clone()));
        }
        // The longest first, as some begin like others.
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        let mut stage = Self {
            viewers: Vec::new(),
            names,
        };
        stage.furnish(world).await;
        stage.viewers = viewers(world, &org, &customer).await;
        stage
    }

    /// What hangs between things that are there.
    async fn furnish(&self, world: &World) {
        let organization = "mutation($input: OrganizationUpdateInput!) { it: organizationUpdate(input: $input) { it: organization { id } userErrors { code } } }";
        let input = json!({ "id": self.id("ORG"), "primaryContactId": self.id("CONTACT"), "businessCategoryId": self.id("CATEGORY") });
        made(world, organization, input).await;
        let contact = "mutation($input: ContactUpdateInput!) { it: contactUpdate(input: $input) { it: contact { id } userErrors { code } } }";
        let input = json!({ "id": self.id("CONTACT"), "preferredBillingAddressId": self.id("ADDRESS"), "preferredShippingAddressId": self.id("OWN_ADDRESS") });
        made(world, contact, input).await;
    }

    /// `text` with ids in the place of their names.
    pub fn fill(&self, text: &str) -> String {
        let text = text.replace("@PASSWORD", "\"Rebstock 7 am Hang\"");
        self.names.iter().fold(text, |text, (name, id)| {
            text.replace(&format!("@{name}"), &format!("{id:?}"))
        })
    }

    /// The name of a thing, or its kind.
    pub fn name_of<'i>(&'i self, id: &'i str) -> &'i str {
        let named = self.names.iter().find(|(_, known)| known == id);
        let kind = id.split_once(':').map_or(id, |(kind, _)| kind);
        named.map_or(
            if kind == "customerGroup" { id } else { kind },
            |(name, _)| name,
        )
    }

    /// Whether a text holds an id or a name of something there.
    pub fn is_told_of_in(&self, text: &str) -> bool {
        let told = text.to_lowercase();
        told.contains("ltd")
            || self
                .names
                .iter()
                .any(|(_, id)| told.contains(id.as_str()) && !id.contains("customerGroup"))
    }

    /// Gives a thing a name.
    pub fn name(&mut self, name: &'static str, id: String) {
        self.names.push((name, id));
        // The longest first, as some begin like others.
        self.names
            .sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    }

    /// The id behind a name.
    pub fn id(&self, name: &str) -> &str {
        let named = self.names.iter().find(|(known, _)| *known == name);
        named.map(|(_, id)| id).expect("a name of the stage")
    }
}

async fn viewers(world: &World, org: &str, customer: &Person) -> Vec<(&'static str, Person)> {
    let expired = world.account("expired", None).await;
    let role = world.system.create_role("gone", Permission::ALL).await;
    let over = role_assignment::ActiveModel {
        account_id: Set(expired.account.expect("an account")),
        role_id: Set(role.expect("a role")),
        scope: Set(Scope::Global),
        valid_until: Set(Some(now())),
        ..Default::default()
    };
    world.system.assign_role(over).await.expect("an assignment");
    let on_behalf = "mutation($input: AccountSignInOnBehalfInput!) { accountSignInOnBehalf(input: $input) { token userErrors { code } } }";
    let account = customer.account.expect("an account");
    let opened = world
        .change(
            &world.admin,
            on_behalf,
            json!({ "id": format!("account:{account}") }),
        )
        .await;
    let for_customer = Person {
        token: opened["token"].as_str().map(str::to_owned),
        account: customer.account,
    };
    let holder = async |login, held: &[Permission], scope| {
        let over = (scope == Scope::Subtree || scope == Scope::Node).then_some(org);
        world.holder(login, held, scope, over).await
    };
    vec![
        ("anonymous", Person::anonymous()),
        ("customer", customer.clone()),
        ("on behalf of it", for_customer),
        ("grant expired", expired),
        ("node viewer", holder("node", &SEEING, Scope::Node).await),
        (
            "subtree editor",
            holder("subtree", Permission::ALL, Scope::Subtree).await,
        ),
        (
            "subtree contacts",
            holder("contacts", &ABOUT_CONTACTS, Scope::Subtree).await,
        ),
        (
            "subtree accounts",
            holder("accounts", &ABOUT_ACCOUNTS, Scope::Subtree).await,
        ),
        (
            "global roles",
            holder("roles", &ABOUT_ROLES, Scope::Global).await,
        ),
        (
            "global viewer",
            holder("global", &SEEING, Scope::Global).await,
        ),
        ("administrator", world.admin.clone()),
    ]
}

async fn address(world: &World, mut input: Value) -> String {
    input["kinds"] = json!(["BILLING", "SHIPPING"]);
    input["city"] = json!("Bern Ltd");
    let query = "mutation($input: AddressCreateInput!) { it: addressCreate(input: $input) { it: address { id } userErrors { code } } }";
    made(world, query, input).await
}

async fn made(world: &World, query: &str, input: Value) -> String {
    let payload = world.change(&world.admin, query, input).await;
    payload["it"]["id"].as_str().expect("an id").to_owned()
}
