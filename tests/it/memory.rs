//! Organizations, customer groups and roles are told from memory, and nobody ever notices by what they say.

use crate::support::{Person, World, each_engine};
use axum::body::Body;
use axum::http::{Request, header};
use chrono::TimeDelta;
use entity::role_assignment::Scope;
use futures_util::poll;
use guildhall::access::Permission;
use serde_json::{Value, json};
use std::pin::pin;
use tower::ServiceExt;

/// All that is told from memory, of one organization and one contact.
const ALL: &str = "query($organization: ID!, $contact: ID!) {
    organization(id: $organization) {
        name externalId version customerGroup { name } parent { name } ancestors { name } primaryContact { fullName }
        children(first: 10) { totalCount nodes { name } }
        backwards: children(last: 2, orderBy: { field: NAME, direction: DESC }) { nodes { name } pageInfo { hasPreviousPage hasNextPage } }
        descendants(first: 10) { totalCount nodes { name customerGroup { name } } }
    }
    contact(id: $contact) {
        organization { name parent { name } } customerGroup { name } effectiveCustomerGroup { name }
        effectiveCustomerGroupExplanation { source summary organization { name } shadowed { name } }
        account { roles { scope role { name permissions } organization { name } } }
    }
}";

/// A small tree, somebody in it, and a second server over the same database.
struct Stage<'w> {
    world: &'w World,
    other: axum::Router,
    top: String,
    middle: String,
    leaf: String,
    contact: String,
    reader: Person,
}

impl<'w> Stage<'w> {
    async fn set(world: &'w World) -> Self {
        let top = world.organization("Top", None).await;
        let middle = world.organization("Middle", Some(&top)).await;
        let leaf = world.organization("Leaf", Some(&middle)).await;
        let contact = world.contact("Ann", Some(&middle)).await;
        let account = crate::support::build::contact_id(&contact);
        let holder = world.account("ann", Some(account)).await;
        let role = world
            .system
            .create_role("Reader", &[Permission::OrganizationView]);
        let role = role.await.expect("a role");
        world
            .assign(&holder, role, Scope::Subtree, Some(&middle))
            .await;
        let reader = world.holder(
            "reader",
            &[
                Permission::OrganizationView,
                Permission::ContactView,
                Permission::AccountView,
            ],
            Scope::Subtree,
            Some(&top),
        );
        Self {
            reader: reader.await,
            other: world.replica_with(|_| {}).await,
            world,
            top,
            middle,
            leaf,
            contact,
        }
    }

    async fn told_by(&self, server: &axum::Router) -> Value {
        let variables = json!({ "organization": self.middle, "contact": self.contact });
        self.world
            .ask_at(server, &self.reader, ALL, variables)
            .await
    }

    /// What both servers say, which must be what the database alone says.
    async fn told(&self) -> Value {
        let by_database = self
            .world
            .replica_with(|settings| settings.organizations_in_memory = 0);
        let by_database = self.told_by(&by_database.await).await;
        assert_eq!(self.told_by(&self.world.router).await, by_database);
        assert_eq!(self.told_by(&self.other).await, by_database);
        by_database
    }

    async fn change(&self, mutation: &str, input: &str, fields: Value) {
        let mutation = format!(
            "mutation($input: {input}!) {{ {mutation}(input: $input) {{ userErrors {{ code message path }} }} }}"
        );
        self.world
            .change(&self.world.admin, &mutation, fields)
            .await;
    }
}

/// T-193, T-22, T-35: what one server changed, both tell with their next answer.
#[tokio::test]
async fn whatever_changes_is_told_at_once_by_every_server() {
    each_engine(async |world| {
        let stage = Stage::set(&world).await;
        let (top, middle, leaf) = (&stage.top, &stage.middle, &stage.leaf);
        let mut before = stage.told().await;
        let steps = [
            (
                "organizationUpdate",
                "OrganizationUpdateInput",
                json!({ "id": middle, "name": "Centre", "externalId": "M-1" }),
            ),
            (
                "organizationUpdate",
                "OrganizationUpdateInput",
                json!({ "id": middle, "primaryContactId": stage.contact }),
            ),
            (
                "organizationCreate",
                "OrganizationCreateInput",
                json!({ "name": "Another leaf", "parentId": middle }),
            ),
            (
                "organizationCreate",
                "OrganizationCreateInput",
                json!({ "name": "Below the leaf", "parentId": leaf }),
            ),
            (
                "customerGroupAssign",
                "CustomerGroupAssignInput",
                json!({ "organizationId": leaf, "customerGroupId": "customerGroup:1" }),
            ),
            (
                "customerGroupAssign",
                "CustomerGroupAssignInput",
                json!({ "contactId": stage.contact, "customerGroupId": "customerGroup:2" }),
            ),
            (
                "customerGroupAssign",
                "CustomerGroupAssignInput",
                json!({ "organizationId": middle, "customerGroupId": "customerGroup:3" }),
            ),
            (
                "customerGroupUpdate",
                "CustomerGroupUpdateInput",
                json!({ "id": "customerGroup:3", "name": "Renamed" }),
            ),
            (
                "roleUpdate",
                "RoleUpdateInput",
                json!({ "id": role(&world, "Reader").await, "permissions": ["CONTACT_VIEW"] }),
            ),
            (
                "organizationMove",
                "OrganizationMoveInput",
                json!({ "id": leaf, "newParentId": top }),
            ),
        ];
        for (mutation, input, fields) in steps {
            stage.change(mutation, input, fields).await;
            let after = stage.told().await;
            assert_ne!(before, after, "{mutation}");
            before = after;
        }
    })
    .await;
}

async fn role(world: &World, name: &str) -> String {
    let roles = world
        .ask(
            &world.admin,
            "{ roles(first: 50) { nodes { id name } } }",
            json!({}),
        )
        .await;
    let nodes = roles["roles"]["nodes"].as_array().expect("roles");
    let found = nodes
        .iter()
        .find(|role| role["name"] == name)
        .expect("the role");
    found["id"].as_str().expect("an id").to_owned()
}

/// Triggers notice what is changed past the product.
#[tokio::test]
async fn what_is_changed_by_hand_in_the_database_is_told_at_once() {
    each_engine(async |world| {
        let stage = Stage::set(&world).await;
        stage.told().await;
        world.sql("UPDATE organization SET name = 'By hand' WHERE name = 'Middle'").await;
        assert_eq!(stage.told().await["organization"]["name"], "By hand");
        world.sql("UPDATE organization SET customer_group_id = 2 WHERE name = 'By hand'").await;
        world.sql("UPDATE customer_group SET name = 'Also by hand' WHERE id = 2").await;
        assert_eq!(stage.told().await["contact"]["effectiveCustomerGroup"]["name"], "Also by hand");
        world.sql("DELETE FROM role_permission WHERE role_id = (SELECT id FROM role WHERE name = 'role of reader')").await;
        assert_eq!(stage.told().await, json!({ "organization": null, "contact": null }));
    })
    .await;
}

/// A server may sleep through more changes than are written down.
#[tokio::test]
async fn a_server_that_missed_what_is_not_written_down_any_more_reads_everything() {
    each_engine(async |world| {
        let stage = Stage::set(&world).await;
        stage.told().await;
        for name in ["One", "Two", "Three"] {
            world.sql(&format!("UPDATE organization SET name = '{name}' WHERE parent_id IS NULL")).await;
        }
        world.sql("DELETE FROM organization_change WHERE revision < (SELECT max(revision) FROM organization_change)").await;
        assert_eq!(stage.told().await["organization"]["parent"]["name"], "Three");
        // Nothing at all written down, and nothing changed since.
        world
            .sql("UPDATE organization SET name = 'Four' WHERE parent_id IS NULL")
            .await;
        world.sql("DELETE FROM organization_change").await;
        let told = stage.told().await;
        assert_eq!(told["organization"]["parent"]["name"], "Four");
        world.sql("DELETE FROM organization_change").await;
        world.organization("Leaf two", Some(&stage.middle)).await;
        assert_eq!(stage.told().await["organization"]["children"]["totalCount"], 2);
    })
    .await;
}

/// Beyond a number that is set, the database is asked.
#[tokio::test]
async fn more_organizations_than_are_kept_are_told_by_the_database() {
    each_engine(async |world| {
        let stage = Stage::set(&world).await;
        let narrow = world
            .replica_with(|settings| settings.organizations_in_memory = 3)
            .await;
        let told = stage.told_by(&narrow).await;
        assert_eq!(told, stage.told().await);
        world
            .organization("A fourth one", Some(&stage.middle))
            .await;
        for _ in 0..2 {
            let told = stage.told_by(&narrow).await;
            assert_eq!(told["organization"]["children"]["totalCount"], 2);
            assert_eq!(told, stage.told().await);
        }
        let never = world
            .replica_with(|settings| settings.organizations_in_memory = 2)
            .await;
        assert_eq!(stage.told_by(&never).await, stage.told().await);
    })
    .await;
}

/// Requests that come together find out together who sent them: nobody is taken for somebody else, and nobody waits for those who left.
#[tokio::test]
async fn requests_at_the_same_time_are_each_answered_for_whoever_sent_them_also_when_some_hang_up()
{
    each_engine(async |world| {
        let mut people = Vec::new();
        for number in 0..20 {
            let contact = world.contact(&format!("Person {number}"), None).await;
            let contact = crate::support::build::contact_id(&contact);
            people.push(
                world
                    .account(&format!("person{number}"), Some(contact))
                    .await,
            );
        }
        for round in 0..5 {
            for (number, person) in people.iter().enumerate() {
                if (number + round) % 3 == 0 {
                    // Begun, and dropped wherever it got to.
                    let mut left =
                        pin!(world.send(person, "{ viewer { contact { fullName } } }", json!({})));
                    let _ = poll!(&mut left);
                }
            }
            let ask = |person| world.ask(person, "{ viewer { contact { fullName } } }", json!({}));
            let answers = futures_util::future::join_all(people.iter().map(ask)).await;
            for (number, answer) in answers.iter().enumerate() {
                assert_eq!(
                    answer["viewer"]["contact"]["fullName"],
                    format!("Person {number}")
                );
            }
        }
    })
    .await;
}

/// T-193: however many share a statement, a token that means nothing is refused, and one that is over as well.
#[tokio::test]
async fn a_token_that_is_over_is_refused_among_others_that_are_good() {
    each_engine(async |world| {
        let account = world.admin.account.expect("an account");
        let short = world
            .system
            .open_session(account, TimeDelta::minutes(1))
            .await
            .expect("a session");
        let tokens = [
            world.admin.token.clone().expect("a token"),
            short,
            "gh_nonsense".to_owned(),
        ];
        let statuses = async || {
            let send = |token: &String| {
                let request = Request::post("/graphql")
                    .header(header::CONTENT_TYPE, "application/json")
                    .header(header::AUTHORIZATION, format!("Bearer {token}"))
                    .body(Body::from(
                        r#"{"query":"{ viewer { account { login } } }"}"#,
                    ));
                world.router.clone().oneshot(request.expect("a request"))
            };
            let answers = futures_util::future::join_all(tokens.iter().map(send)).await;
            answers
                .into_iter()
                .map(|answer| answer.expect("an answer").status().as_u16())
                .collect::<Vec<_>>()
        };
        assert_eq!(statuses().await, [200, 200, 401]);
        world.clock.advance(TimeDelta::minutes(1));
        assert_eq!(statuses().await, [200, 401, 401]);
    })
    .await;
}
