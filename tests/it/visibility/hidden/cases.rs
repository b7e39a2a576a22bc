//! Editors of one part, and each mutation with something that is hidden from them.

use crate::prices::row;
use crate::support::build::contact_id;
use crate::support::{Person, World};
use entity::ids::RoleId;
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::{Value, json};

pub struct Stage {
    /// May do everything to their own part, but sees no groups.
    pub editor: Person,
    /// The same, but sees no roles.
    pub clerk: Person,
    /// May delete the group that counts for them, and sees no other; may change prices, and sees none.
    pub seller: Person,
    pub own: [String; 3],
    pub hidden: [String; 7],
    pub price: String,
    pub note: String,
    pub order: String,
    pub import: String,
    pub customers: super::customers::Part,
}

pub async fn stage(world: &World) -> Stage {
    let address = async |owner: Value| {
        let query = "mutation($input: AddressCreateInput!) { addressCreate(input: $input) { address { id } userErrors { code message path } } }";
        let payload = world.change(&world.admin, query, owner).await;
        payload["address"]["id"].as_str().expect("an id").to_owned()
    };
    let ours = world
        .organization_with(json!({ "name": "Ours", "customerGroupId": "customerGroup:3" }))
        .await;
    let theirs = world
        .organization_with(json!({ "name": "Theirs", "externalId": "theirs" }))
        .await;
    let me = world.contact("Mine", Some(&ours)).await;
    let sellers = world.contact("Seller", Some(&ours)).await;
    let other = world
        .contact_with(
            json!({ "fullName": "Other", "organizationId": theirs, "externalId": "other" }),
        )
        .await;
    let others_address =
        address(json!({ "organizationId": theirs, "kinds": ["BILLING"], "city": "Bern" })).await;
    let others_account = world.account("other", Some(contact_id(&other))).await;
    let others_role = world
        .assign(&others_account, RoleId(7), Scope::Own, None)
        .await;
    let all_but = |missing| {
        let held = Permission::ALL.iter().copied();
        held.filter(|permission| *permission != missing)
            .collect::<Vec<_>>()
    };
    let own = async |login: &str, held: Vec<Permission>| {
        world
            .holder(login, &held, Scope::Subtree, Some(&ours))
            .await
    };
    let seller = world.account("seller", Some(contact_id(&sellers))).await;
    let deleting = world
        .system
        .create_role(
            "deleting",
            &[Permission::CustomerGroupDelete, Permission::PriceEdit],
        )
        .await;
    world.market("EU").await;
    let price = world.price("V", "5", json!({})).await;
    let note = crate::contact_notes::note(world, &other, "Called").await;
    let import = json!({ "kind": "CONTACTS" });
    let import = crate::imports::file(world, &world.admin, import, b"{\"externalId\":\"i\"}").await;
    world
        .assign(&seller, deleting.expect("a role"), Scope::Global, None)
        .await;
    let account = |person: &Person| format!("account:{}", person.account.expect("an account"));
    let mine = account(&world.account("mine", Some(contact_id(&me))).await);
    let others = account(&others_account);
    let order = world.ordered(&others_account, json!({})).await;
    let order = crate::orders::id_of(&order);
    let customers = super::customers::part(world, &ours, &theirs, &others).await;
    Stage {
        customers,
        editor: own("editor", all_but(Permission::CustomerGroupView)).await,
        clerk: own("clerk", all_but(Permission::RoleView)).await,
        seller,
        own: [ours, me, mine],
        hidden: [
            theirs,
            other,
            others_address,
            "customerGroup:2".to_owned(),
            account(&others_account),
            "role:7".to_owned(),
            format!("roleAssignment:{others_role}"),
        ],
        price,
        note,
        import,
        order,
    }
}

pub type Case<'s> = (&'s Person, &'static str, &'s str, Value);

/// Each mutation with each id that it takes: `@` is what is hidden.
pub fn cases(stage: &Stage) -> Vec<Case<'_>> {
    let Stage {
        editor,
        clerk,
        seller,
        own: [ours, me, mine],
        hidden,
        price,
        note,
        ..
    } = stage;
    let priced = |named: Value| row("V", "5", named);
    let [theirs, other, address, group, account, role, assignment] =
        hidden.each_ref().map(String::as_str);
    vec![
        (seller, "priceUpsert", price, priced(json!({ "id": "@" }))),
        (
            seller,
            "priceUpsert",
            group,
            priced(json!({ "customerGroupId": "@" })),
        ),
        (
            seller,
            "priceUpsert",
            account,
            priced(json!({ "accountId": "@" })),
        ),
        (seller, "priceDelete", price, json!({ "id": "@" })),
        (
            editor,
            "organizationUpdate",
            theirs,
            json!({ "id": "@", "name": "X" }),
        ),
        (
            editor,
            "organizationUpdate",
            other,
            json!({ "id": ours, "primaryContactId": "@" }),
        ),
        (
            editor,
            "organizationMove",
            theirs,
            json!({ "id": "@", "newParentId": null }),
        ),
        (
            editor,
            "organizationMove",
            theirs,
            json!({ "id": "@", "newParentId": ours }),
        ),
        (
            editor,
            "organizationMove",
            theirs,
            json!({ "id": ours, "newParentId": "@" }),
        ),
        (editor, "organizationDelete", theirs, json!({ "id": "@" })),
        (
            editor,
            "organizationDelete",
            theirs,
            json!({ "id": "@", "mode": "CASCADE" }),
        ),
        (
            editor,
            "organizationCreate",
            theirs,
            json!({ "name": "X", "parentId": "@" }),
        ),
        (
            editor,
            "organizationCreate",
            group,
            json!({ "name": "X", "parentId": ours, "customerGroupId": "@" }),
        ),
        (
            editor,
            "contactCreate",
            theirs,
            json!({ "fullName": "X", "organizationId": "@" }),
        ),
        (
            editor,
            "contactCreate",
            group,
            json!({ "fullName": "X", "organizationId": ours, "customerGroupId": "@" }),
        ),
        (
            editor,
            "contactUpdate",
            other,
            json!({ "id": "@", "firstName": "X" }),
        ),
        (
            editor,
            "contactUpdate",
            address,
            json!({ "id": me, "preferredBillingAddressId": "@" }),
        ),
        (
            editor,
            "contactUpdate",
            address,
            json!({ "id": me, "preferredShippingAddressId": "@" }),
        ),
        (
            editor,
            "contactAssignOrganization",
            other,
            json!({ "id": "@", "organizationId": ours }),
        ),
        (
            editor,
            "contactAssignOrganization",
            theirs,
            json!({ "id": me, "organizationId": "@" }),
        ),
        (editor, "contactDelete", other, json!({ "id": "@" })),
        (editor, "contactErase", other, json!({ "id": "@" })),
        (editor, "contactExport", other, json!({ "id": "@" })),
        (
            editor,
            "contactNoteCreate",
            other,
            json!({ "contactId": "@", "title": "X" }),
        ),
        (
            editor,
            "contactNoteUpdate",
            note,
            json!({ "id": "@", "title": "X" }),
        ),
        (editor, "contactNoteDelete", note, json!({ "id": "@" })),
        (
            editor,
            "addressCreate",
            theirs,
            json!({ "organizationId": "@", "kinds": ["BILLING"], "city": "X" }),
        ),
        (
            editor,
            "addressCreate",
            other,
            json!({ "contactId": "@", "kinds": ["BILLING"], "city": "X" }),
        ),
        (
            editor,
            "addressUpdate",
            address,
            json!({ "id": "@", "city": "X" }),
        ),
        (editor, "addressDelete", address, json!({ "id": "@" })),
        (
            editor,
            "customerGroupAssign",
            theirs,
            json!({ "organizationId": "@", "customerGroupId": null }),
        ),
        (
            editor,
            "customerGroupAssign",
            other,
            json!({ "contactId": "@", "customerGroupId": null }),
        ),
        (
            editor,
            "customerGroupAssign",
            group,
            json!({ "contactId": me, "customerGroupId": "@" }),
        ),
        (
            editor,
            "customerGroupUpdate",
            group,
            json!({ "id": "@", "name": "X" }),
        ),
        (editor, "customerGroupArchive", group, json!({ "id": "@" })),
        (editor, "customerGroupRestore", group, json!({ "id": "@" })),
        (editor, "customerGroupDelete", group, json!({ "id": "@" })),
        (
            editor,
            "customerGroupDelete",
            group,
            json!({ "id": "@", "replaceWithNone": true }),
        ),
        (
            seller,
            "customerGroupDelete",
            group,
            json!({ "id": "customerGroup:3", "replaceWithId": "@" }),
        ),
        (
            editor,
            "customerGroupMerge",
            group,
            json!({ "id": "@", "intoId": "customerGroup:3" }),
        ),
        (
            seller,
            "customerGroupMerge",
            group,
            json!({ "id": "customerGroup:3", "intoId": "@" }),
        ),
        (
            editor,
            "accountCreate",
            other,
            json!({ "login": "x", "contactId": "@" }),
        ),
        (
            editor,
            "accountUpdate",
            account,
            json!({ "id": "@", "comment": "X" }),
        ),
        (
            editor,
            "accountUpdate",
            account,
            json!({ "id": "@", "login": "x", "active": false }),
        ),
        (editor, "accountUnlock", account, json!({ "id": "@" })),
        (
            editor,
            "accountSetPassword",
            account,
            json!({ "id": "@", "newPassword": "Rebstock 7 am Hang" }),
        ),
        (
            editor,
            "accountSetPassword",
            account,
            json!({ "id": "@", "newPassword": "other" }),
        ),
        (editor, "accountDelete", account, json!({ "id": "@" })),
        (
            editor,
            "accountSignInOnBehalf",
            account,
            json!({ "id": "@" }),
        ),
        (
            editor,
            "roleAssign",
            account,
            json!({ "accountId": "@", "roleId": role, "scope": "OWN" }),
        ),
        (
            editor,
            "roleAssign",
            theirs,
            json!({ "accountId": mine, "roleId": role, "scope": "NODE", "organizationId": "@" }),
        ),
        (
            clerk,
            "roleAssign",
            role,
            json!({ "accountId": mine, "roleId": "@", "scope": "OWN" }),
        ),
        (editor, "roleRevoke", assignment, json!({ "id": "@" })),
        (
            clerk,
            "roleUpdate",
            role,
            json!({ "id": "@", "permissions": [] }),
        ),
        (clerk, "roleDelete", role, json!({ "id": "@" })),
    ]
}

/// What every signed-in viewer sees, so that it cannot be hidden.
pub const NEVER_HIDDEN: [&str; 9] = [
    "importMappingDelete.id",
    "organizationCreate.typeId",
    "organizationCreate.businessCategoryId",
    "organizationUpdate.typeId",
    "organizationUpdate.businessCategoryId",
    "organizationTypeUpdate.id",
    "organizationTypeDelete.id",
    "businessCategoryUpdate.id",
    "businessCategoryDelete.id",
];
