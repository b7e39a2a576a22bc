//! Who may export and erase whom.

use super::{ERASE, EXPORT};
use crate::on_behalf::acting;
use crate::support::build::contact_id;
use crate::support::{Person, World, code, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission::{
    self, AccountDelete, AccountView, ContactErase, ContactExport, ContactView,
};
use serde_json::json;

async fn asked(world: &World, person: &Person, mutation: &str, id: &str) -> String {
    let input = json!({ "id": id, "validateOnly": true });
    let errors = user_errors(&world.attempt(person, mutation, input).await);
    errors.first().cloned().unwrap_or_default()
}

/// T-38, T-212, T-213: where the permission reaches, of contacts that one may see.
#[tokio::test]
async fn others_are_exported_and_erased_where_the_permission_reaches_and_one_sees_them() {
    each_engine(async |world| {
        let top = world.organization("Top", None).await;
        let part = world.organization("Part", Some(&top)).await;
        let far = world.organization("Far", None).await;
        let near = world.contact("Near", Some(&part)).await;
        let with_account = world.contact("With account", Some(&part)).await;
        world.account("near", Some(contact_id(&with_account))).await;
        let far = world.contact("Far", Some(&far)).await;
        let free = world.contact("Free", None).await;
        let all = [&near, &with_account, &far, &free];
        let both = [ContactView, ContactExport, ContactErase];
        let whole = [
            ContactView,
            ContactExport,
            ContactErase,
            AccountView,
            AccountDelete,
        ];
        let holder = async |name: &str, held: &[Permission], scope, at: Option<&str>| {
            world.holder(name, held, scope, at).await
        };
        let own = world.contact("Own", Some(&part)).await;
        let own = world.account("own", Some(contact_id(&own))).await;
        let role = world
            .system
            .create_role("own", &whole)
            .await
            .expect("a role");
        world.assign(&own, role, Scope::Own, None).await;
        let (ok, no, hidden) = ("", "FORBIDDEN at id", "NOT_FOUND at id");
        for (person, exports, erases) in [
            (
                &holder("subtree", &whole, Scope::Subtree, Some(&top)).await,
                [ok, ok, hidden, hidden],
                [ok, ok, hidden, hidden],
            ),
            (
                &holder("node", &whole, Scope::Node, Some(&part)).await,
                [ok, ok, hidden, hidden],
                [ok, ok, hidden, hidden],
            ),
            (
                &holder("above", &whole, Scope::Node, Some(&top)).await,
                [hidden; 4],
                [hidden; 4],
            ),
            (&own, [ok, ok, hidden, hidden], [ok, ok, hidden, hidden]),
            (
                &holder("no account", &both, Scope::Subtree, Some(&top)).await,
                [ok, ok, hidden, hidden],
                [ok, no, hidden, hidden],
            ),
            (
                &holder(
                    "blind",
                    &[ContactExport, ContactErase, AccountDelete],
                    Scope::Global,
                    None,
                )
                .await,
                [hidden; 4],
                [hidden; 4],
            ),
            (
                &holder(
                    "looker",
                    &[ContactView, AccountView, AccountDelete],
                    Scope::Global,
                    None,
                )
                .await,
                [no; 4],
                [no; 4],
            ),
            (
                &holder(
                    "exporter",
                    &[ContactView, ContactExport],
                    Scope::Global,
                    None,
                )
                .await,
                [ok; 4],
                [no; 4],
            ),
            (
                &holder(
                    "eraser",
                    &whole[..1]
                        .iter()
                        .chain(&whole[2..])
                        .copied()
                        .collect::<Vec<_>>(),
                    Scope::Global,
                    None,
                )
                .await,
                [no; 4],
                [ok; 4],
            ),
            (&world.admin, [ok; 4], [ok; 4]),
        ] {
            for ((contact, export), erase) in all.into_iter().zip(exports).zip(erases) {
                assert_eq!(asked(&world, person, EXPORT, contact).await, export);
                assert_eq!(asked(&world, person, ERASE, contact).await, erase);
            }
        }
    })
    .await;
}

/// T-212: whom it is about needs nobody's leave; to be erased, they ask somebody who may.
#[tokio::test]
async fn everybody_exports_themselves_and_nobody_else_does_it_for_them() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let (ann, bea) = (
            world.contact("Ann", Some(&acme)).await,
            world.contact("Bea", Some(&acme)).await,
        );
        let account = world.account("ann", Some(contact_id(&ann))).await;
        assert_eq!(asked(&world, &account, EXPORT, &ann).await, "");
        assert_eq!(
            asked(&world, &account, EXPORT, &bea).await,
            "NOT_FOUND at id"
        );
        assert_eq!(
            asked(&world, &account, ERASE, &ann).await,
            "FORBIDDEN at id"
        );
        let behalf = acting(&world, &world.admin, &account).await;
        assert_eq!(
            asked(&world, &behalf, EXPORT, &ann).await,
            "FORBIDDEN at id"
        );
        assert_eq!(asked(&world, &behalf, ERASE, &ann).await, "FORBIDDEN at id");
        for mutation in [EXPORT, ERASE] {
            let body = world
                .send(
                    &Person::anonymous(),
                    mutation,
                    json!({ "input": { "id": ann } }),
                )
                .await;
            assert_eq!(code(&body), "UNAUTHENTICATED");
            let body = world
                .send(&world.admin, mutation, json!({ "input": { "id": acme } }))
                .await;
            assert_eq!(code(&body), "BAD_REQUEST");
        }
    })
    .await;
}

/// T-04: the shipped roles that look after people have what they need, and others do not.
#[tokio::test]
async fn shipped_roles_may_do_with_personal_data_what_they_are_for() {
    each_engine(async |world| {
        let roles = world
            .ask(
                &world.admin,
                "{ roles(first: 50) { nodes { name permissions } } }",
                json!({}),
            )
            .await;
        let held = |name: &str| {
            let roles = roles["roles"]["nodes"].as_array().expect("roles");
            let role = roles
                .iter()
                .find(|role| role["name"] == json!(name))
                .expect("a role");
            let ours = [
                "CONTACT_EXPORT",
                "CONTACT_ERASE",
                "CONTACT_NOTE_VIEW",
                "CONTACT_NOTE_EDIT",
            ];
            let all = role["permissions"].as_array().expect("permissions");
            ours.map(|permission| all.contains(&json!(permission)))
        };
        assert_eq!(held("Administrators"), [true; 4]);
        assert_eq!(held("CommerceAdmins"), [true; 4]);
        assert_eq!(held("CustomerServiceReps"), [false, false, true, true]);
        assert_eq!(held("OrganizationAdmins"), [false; 4]);
        assert_eq!(held("Buyers"), [false; 4]);
    })
    .await;
}
