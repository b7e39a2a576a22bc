//! What rows about organizations take.

use super::{BULK, messages, row, told};
use crate::support::{each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::json;

/// T-38, T-39, T-93: what a viewer may not see is as good as unknown, in the same words; a hidden key is taken and nothing more.
#[tokio::test]
async fn a_hidden_parent_is_reported_like_one_that_is_not_there() {
    each_engine(async |world| {
        let far = world
            .organization_with(json!({ "name": "Far", "externalId": "far" }))
            .await;
        let near = world
            .organization_with(json!({ "name": "Near", "externalId": "near", "parentId": far }))
            .await;
        let person = world
            .holder("ed", Permission::ALL, Scope::Subtree, Some(&near))
            .await;
        let ask = async |parent: &str| {
            world
                .attempt(&person, BULK, json!({ "rows": [row("new", parent)] }))
                .await
        };
        assert_eq!(ask("far").await, ask("never heard of").await);
        assert_eq!(
            user_errors(&ask("far").await),
            ["NOT_FOUND at rows.0.parentExternalId"]
        );
        let taken = world
            .attempt(&person, BULK, json!({ "rows": [row("far", "near")] }))
            .await;
        assert_eq!(
            (user_errors(&taken), messages(&taken)),
            (
                vec!["TAKEN at rows.0.externalId".to_owned()],
                vec!["externalId is taken".to_owned()]
            )
        );
        let root = world
            .attempt(
                &person,
                BULK,
                json!({ "rows": [{ "externalId": "new", "name": "N" }] }),
            )
            .await;
        assert_eq!(user_errors(&root), ["FORBIDDEN at rows.0.parentExternalId"]);
        let rows = json!([row("below", "new"), row("new", "near")]);
        world.change(&person, BULK, json!({ "rows": rows })).await;
        let out = world
            .attempt(
                &person,
                BULK,
                json!({ "rows": [{ "externalId": "new", "parentExternalId": null }] }),
            )
            .await;
        assert_eq!(user_errors(&out), ["FORBIDDEN at rows.0.parentExternalId"]);
        let top = world
            .attempt(&person, BULK, json!({ "rows": [row("near", "below")] }))
            .await;
        assert_eq!(
            user_errors(&top),
            ["HIERARCHY_CYCLE at rows.0.parentExternalId"]
        );
        let seeing = world
            .holder(
                "vi",
                &[Permission::OrganizationView],
                Scope::Subtree,
                Some(&near),
            )
            .await;
        let change = json!({ "rows": [{ "externalId": "new", "name": "Changed" }] });
        assert_eq!(
            user_errors(&world.attempt(&seeing, BULK, change).await),
            ["FORBIDDEN at rows.0.externalId"]
        );
        let nothing = world
            .attempt(&seeing, BULK, json!({ "rows": [row("new", "near")] }))
            .await;
        assert_eq!(
            told(&nothing),
            ["UNCHANGED new@1 "],
            "what changes nothing takes nothing"
        );
    })
    .await;
}

/// T-28: at the old place and at the new one.
#[tokio::test]
async fn a_row_that_moves_takes_the_right_at_both_places() {
    each_engine(async |world| {
        let one = world
            .organization_with(json!({ "name": "One", "externalId": "one" }))
            .await;
        let two = world
            .organization_with(json!({ "name": "Two", "externalId": "two" }))
            .await;
        let unit = world
            .organization_with(json!({ "name": "Unit", "externalId": "unit", "parentId": one }))
            .await;
        let editing = [Permission::OrganizationView, Permission::OrganizationEdit];
        let seeing = [Permission::OrganizationView];
        let attempts = [
            ("a", &one, &editing[..], &two, &seeing[..]),
            ("b", &unit, &editing, &two, &editing),
            ("c", &one, &editing, &two, &editing),
        ];
        for (login, first, held, second, also) in attempts {
            let person = world.holder(login, held, Scope::Subtree, Some(first)).await;
            let role = world
                .system
                .create_role(&format!("also {login}"), also)
                .await
                .expect("a role");
            world
                .assign(&person, role, Scope::Subtree, Some(second))
                .await;
            let moved = world
                .attempt(
                    &person,
                    BULK,
                    json!({ "rows": [row("unit", "two")], "validateOnly": true }),
                )
                .await;
            let refused: &[&str] = if login == "c" {
                &[]
            } else {
                &["FORBIDDEN at rows.0.parentExternalId"]
            };
            assert_eq!(user_errors(&moved), refused, "{login}");
        }
    })
    .await;
}

/// T-194: nobody moves a unit to where somebody gains what the mover does not hold.
#[tokio::test]
async fn nobody_hands_out_by_a_row_what_they_do_not_hold() {
    each_engine(async |world| {
        let top = world
            .organization_with(json!({ "name": "Top", "externalId": "top" }))
            .await;
        let into = world
            .organization_with(json!({ "name": "Into", "externalId": "into", "parentId": top }))
            .await;
        world
            .organization_with(json!({ "name": "Unit", "externalId": "unit", "parentId": top }))
            .await;
        let rich = [Permission::PriceView, Permission::OrganizationView];
        world
            .holder("rich", &rich, Scope::Subtree, Some(&into))
            .await;
        let editing = [Permission::OrganizationView, Permission::OrganizationEdit];
        let person = world
            .holder("ed", &editing, Scope::Subtree, Some(&top))
            .await;
        let moved = world
            .attempt(&person, BULK, json!({ "rows": [row("unit", "into")] }))
            .await;
        assert_eq!(
            user_errors(&moved),
            ["OUT_OF_SCOPE at rows.0.parentExternalId"]
        );
        let role = world
            .system
            .create_role("more", &rich)
            .await
            .expect("a role");
        world
            .assign(&person, role, Scope::Subtree, Some(&top))
            .await;
        world
            .change(&person, BULK, json!({ "rows": [row("unit", "into")] }))
            .await;
    })
    .await;
}

/// T-17, T-20: a group is given with the right over the organization itself, over a new one by what reaches everything below its parent.
#[tokio::test]
async fn a_row_gives_a_group_with_the_right_to_give_it_and_never_an_archived_one() {
    each_engine(async |world| {
        let near = world.organization_with(json!({ "name": "Near", "externalId": "near" })).await;
        let group = world.group("Gold").await;
        let held = [Permission::OrganizationView, Permission::OrganizationCreate, Permission::CustomerGroupView, Permission::CustomerGroupAssign];
        let reaching = world.holder("sub", &held, Scope::Subtree, Some(&near)).await;
        let here = world.holder("node", &held, Scope::Node, Some(&near)).await;
        let new = json!({ "rows": [{ "externalId": "new", "name": "N", "parentExternalId": "near", "customerGroup": "GOLD" }], "validateOnly": true });
        let ask = async |person, input| user_errors(&world.attempt(person, BULK, input).await);
        assert_eq!(ask(&here, new.clone()).await, ["FORBIDDEN at rows.0.customerGroup"]);
        assert_eq!(ask(&reaching, new.clone()).await, Vec::<String>::new());
        let old = json!({ "rows": [{ "externalId": "near", "customerGroup": "gold" }], "validateOnly": true });
        assert_eq!(ask(&here, old.clone()).await, Vec::<String>::new());
        let blind = world.holder("blind", &[Permission::OrganizationView, Permission::CustomerGroupAssign], Scope::Subtree, Some(&near)).await;
        assert_eq!(ask(&blind, old.clone()).await, ["NOT_FOUND at rows.0.customerGroup"]);
        let archive = "mutation($input: CustomerGroupArchiveInput!) { customerGroupArchive(input: $input) { userErrors { code message path } } }";
        world.change(&world.admin, archive, json!({ "id": group })).await;
        assert_eq!(ask(&reaching, new).await, ["ARCHIVED at rows.0.customerGroup"]);
        assert_eq!(ask(&here, old).await, ["ARCHIVED at rows.0.customerGroup"]);
    })
    .await;
}
