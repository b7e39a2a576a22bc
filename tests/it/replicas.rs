//! Two servers over one database: what is taken away through one is gone at the other, with its next answer.

use crate::support::build::contact_id;
use crate::support::world::Engine;
use crate::support::{Person, Postgres, World};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::TimeDelta;
use entity::role_assignment::Scope;
use guildhall::access::Permission;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

const REVOKE: &str =
    "mutation($input: RoleRevokeInput!) { roleRevoke(input: $input) { userErrors { code } } }";
const JOIN: &str = "mutation($input: ContactAssignOrganizationInput!) {
    contactAssignOrganization(input: $input) { userErrors { code } } }";
const UPDATE: &str = "mutation($input: AccountUpdateInput!) { accountUpdate(input: $input) { userErrors { code } } }";
const SIGN_OUT: &str =
    "mutation($input: SignOutInput!) { signOut(input: $input) { userErrors { code } } }";

/// Somebody with a right over one organization, who reads at the other server.
struct Reader<'w> {
    world: &'w World,
    other: Router,
    person: Person,
    contact: String,
    home: String,
    granted: String,
}

impl Reader<'_> {
    /// The names of the organization granted and of the own one; none when the token is refused.
    async fn reads(&self) -> Option<[Value; 2]> {
        let query = "query($granted: ID!) { organization(id: $granted) { name } viewer { contact { organization { name } } } }";
        let body = json!({ "query": query, "variables": { "granted": self.granted } });
        let token = self.person.token.as_deref().unwrap_or_default();
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::from(body.to_string()));
        let response = self
            .other
            .clone()
            .oneshot(request.expect("a request"))
            .await;
        let response = response.expect("an answer");
        if response.status() == StatusCode::UNAUTHORIZED {
            return None;
        }
        let bytes = response
            .into_body()
            .collect()
            .await
            .expect("a body")
            .to_bytes();
        let body: Value = serde_json::from_slice(&bytes).expect("JSON");
        assert!(body.get("errors").is_none(), "{body}");
        let own = &body["data"]["viewer"]["contact"]["organization"]["name"];
        Some([body["data"]["organization"]["name"].clone(), own.clone()])
    }

    async fn opens_a_session(&mut self) {
        let account = self.person.account.expect("an account");
        let opened = self
            .world
            .system
            .open_session(account, TimeDelta::hours(1))
            .await;
        self.person.token = Some(opened.expect("a session"));
    }

    async fn admin(&self, mutation: &str, input: Value) {
        self.world.change(&self.world.admin, mutation, input).await;
    }
}

/// T-193: who holds what is read from the database with every request; what is kept in memory is as of that statement.
#[tokio::test]
async fn what_is_taken_away_at_one_server_is_gone_at_the_other_with_the_next_answer() {
    take_away(100).await;
}

/// At length.
#[tokio::test]
#[ignore = "half a minute; CI runs it"]
async fn what_is_taken_away_at_one_server_is_gone_at_the_other_a_thousand_times() {
    take_away(1_000).await;
}

async fn take_away(rounds: usize) {
    if Postgres::of_this_run().is_none() {
        return;
    }
    let world = World::on(Engine::Postgres).await;
    let home = world.organization("Home", None).await;
    let granted = world.organization("Granted", None).await;
    let contact = world.contact("Reader", Some(&home)).await;
    let person = world.account("reader", Some(contact_id(&contact))).await;
    let role = world
        .system
        .create_role("viewing", &[Permission::OrganizationView])
        .await;
    let role = role.expect("a role");
    let account = format!("account:{}", person.account.expect("an account"));
    let mut reader = Reader {
        other: world.replica().await,
        world: &world,
        person,
        contact,
        home,
        granted,
    };
    let mut given = world
        .assign(&reader.person, role, Scope::Node, Some(&reader.granted))
        .await;
    let everything = Some([json!("Granted"), json!("Home")]);
    for round in 0..rounds {
        assert_eq!(reader.reads().await, everything, "round {round}, before");
        match round % 4 {
            0 => {
                reader
                    .admin(REVOKE, json!({ "id": format!("roleAssignment:{given}") }))
                    .await;
                assert_eq!(
                    reader.reads().await,
                    Some([Value::Null, json!("Home")]),
                    "round {round}"
                );
                given = world
                    .assign(&reader.person, role, Scope::Node, Some(&reader.granted))
                    .await;
            }
            1 => {
                reader
                    .admin(
                        JOIN,
                        json!({ "id": reader.contact, "organizationId": null }),
                    )
                    .await;
                assert_eq!(
                    reader.reads().await,
                    Some([json!("Granted"), Value::Null]),
                    "round {round}"
                );
                reader
                    .admin(
                        JOIN,
                        json!({ "id": reader.contact, "organizationId": reader.home }),
                    )
                    .await;
            }
            2 => {
                reader
                    .admin(UPDATE, json!({ "id": account, "active": false }))
                    .await;
                assert_eq!(reader.reads().await, None, "round {round}");
                reader
                    .admin(UPDATE, json!({ "id": account, "active": true }))
                    .await;
                assert_eq!(
                    reader.reads().await,
                    None,
                    "round {round}, its session came back"
                );
                reader.opens_a_session().await;
            }
            _ => {
                world
                    .change(
                        &reader.person,
                        SIGN_OUT,
                        json!({ "everywhere": round % 8 == 7 }),
                    )
                    .await;
                assert_eq!(reader.reads().await, None, "round {round}");
                reader.opens_a_session().await;
            }
        }
    }
}
