//! Who may delete an organization, and what else that takes in each mode.

use super::{DELETE, all, company, delete_as};
use crate::support::{Person, code, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use serde_json::json;

/// T-38.
#[tokio::test]
async fn deleting_needs_the_right_over_the_deleted_one() {
    each_engine(async |world| {
        let made = company(&world).await;
        let seer = world
            .holder(
                "seer",
                &[Permission::OrganizationView],
                Scope::Node,
                Some(&made.north),
            )
            .await;
        for mode in ["REFUSE", "REPARENT", "DETACH", "CASCADE"] {
            let attempt = async |id: &str| {
                world
                    .attempt(&seer, DELETE, json!({ "id": id, "mode": mode }))
                    .await
            };
            let message = "this needs the permission ORGANIZATION_DELETE";
            let error = json!({ "code": "FORBIDDEN", "message": message, "path": ["id"] });
            assert_eq!(
                attempt(&made.north).await,
                json!({ "deletedId": null, "userErrors": [error] })
            );
            let hidden = attempt(&made.sales).await;
            assert_eq!(user_errors(&hidden), ["NOT_FOUND at id"]);
            assert_eq!(
                attempt("organization:01900000-0000-7000-8000-00000000ffff").await,
                hidden
            );
        }
        let body = world
            .send(
                &Person::anonymous(),
                DELETE,
                json!({ "input": { "id": made.north } }),
            )
            .await;
        assert_eq!(code(&body), "UNAUTHENTICATED");
    })
    .await;
}

/// T-28, T-31, T-143, T-194: handing over is moving, and needs what moving needs.
#[tokio::test]
async fn reparent_and_detach_need_the_right_to_change_what_they_change() {
    use Permission::{
        ContactEdit, ContactView, CustomerGroupAssign, OrganizationDelete, OrganizationEdit,
        OrganizationView,
    };
    each_engine(async |world| {
        let made = company(&world).await;
        world.give_group(&made.acme, Some("customerGroup:1")).await;
        let all = [
            OrganizationView,
            OrganizationDelete,
            OrganizationEdit,
            ContactView,
            ContactEdit,
            CustomerGroupAssign,
        ];
        let attempt =
            async |login: &str, without: Option<Permission>, scope: Scope, at: Option<&str>| {
                let held: Vec<_> = all
                    .into_iter()
                    .filter(|permission| Some(*permission) != without)
                    .collect();
                let person = world.holder(login, &held, scope, at).await;
                let input =
                    |mode: &str| json!({ "id": made.sales, "mode": mode, "validateOnly": true });
                let reparent = world.attempt(&person, DELETE, input("REPARENT")).await;
                let detach = world.attempt(&person, DELETE, input("DETACH")).await;
                [
                    user_errors(&reparent).concat(),
                    user_errors(&detach).concat(),
                ]
            };
        let over_acme = Some(made.acme.as_str());
        let no = "FORBIDDEN at mode";
        assert_eq!(attempt("global", None, Scope::Global, None).await, ["", ""]);
        assert_eq!(
            attempt("acme", None, Scope::Subtree, over_acme).await,
            ["", no]
        );
        assert_eq!(
            attempt("sales", None, Scope::Subtree, Some(&made.sales)).await,
            [no, no]
        );
        assert_eq!(
            attempt("no move", Some(OrganizationEdit), Scope::Global, None).await,
            [no, no]
        );
        assert_eq!(
            attempt("no contacts", Some(ContactEdit), Scope::Global, None).await,
            [no, no]
        );
        assert_eq!(
            attempt("blind", Some(ContactView), Scope::Global, None).await,
            ["", ""]
        );
        // In Acme they would get its group; set free, they have none as before.
        assert_eq!(
            attempt("no groups", Some(CustomerGroupAssign), Scope::Global, None).await,
            [no, ""]
        );
        // A child beyond reach stays where it is.
        let some = world.holder("some", &all, Scope::Node, over_acme).await;
        let role = world
            .system
            .create_role("more", &all)
            .await
            .expect("a role");
        for place in [&made.sales, &made.north] {
            world.assign(&some, role, Scope::Node, Some(place)).await;
        }
        assert_eq!(
            delete_as(&world, &some, &made.sales, "REPARENT").await,
            [no]
        );
        world
            .assign(&some, role, Scope::Node, Some(&made.south))
            .await;
        assert_eq!(
            delete_as(&world, &some, &made.sales, "REPARENT").await,
            [""; 0]
        );
    })
    .await;
}

/// T-31: nothing is deleted through somebody who could not delete it himself.
#[tokio::test]
async fn cascade_needs_the_right_to_delete_everything_it_deletes() {
    use Permission::{ContactDelete, ContactView, OrganizationDelete, OrganizationView};
    each_engine(async |world| {
        let made = company(&world).await;
        let before = all(&world).await;
        let message = |permission: &str| {
            format!("this needs the permission {permission} over everything it changes")
        };
        let attempt = async |person: &Person| {
            let payload = world
                .attempt(
                    person,
                    DELETE,
                    json!({ "id": made.sales, "mode": "CASCADE" }),
                )
                .await;
            (
                user_errors(&payload),
                payload["userErrors"][0]["message"].clone(),
            )
        };
        let no = || vec!["FORBIDDEN at mode".to_owned()];
        let node = world
            .holder(
                "node",
                &[
                    OrganizationView,
                    OrganizationDelete,
                    ContactView,
                    ContactDelete,
                ],
                Scope::Node,
                Some(&made.sales),
            )
            .await;
        assert_eq!(
            attempt(&node).await,
            (no(), json!(message("ORGANIZATION_DELETE")))
        );
        let subtree = world
            .holder(
                "subtree",
                &[OrganizationView, OrganizationDelete],
                Scope::Subtree,
                Some(&made.sales),
            )
            .await;
        assert_eq!(
            attempt(&subtree).await,
            (no(), json!(message("CONTACT_DELETE")))
        );
        assert_eq!(all(&world).await, before);
        let role = world
            .system
            .create_role("contacts too", &[ContactDelete])
            .await
            .expect("a role");
        world
            .assign(&subtree, role, Scope::Subtree, Some(&made.sales))
            .await;
        assert_eq!(attempt(&subtree).await.0, [""; 0]);
        assert_eq!(all(&world).await, ["Acme < nothing v1"]);
    })
    .await;
}
