//! Sales reps: what they see, to whom they report, and what ends when one goes.

use crate::customers::account_of;
use crate::support::{Person, World, each_engine, user_errors};
use entity::role_assignment::Scope;
use futures_util::future::join_all;
use guildhall::access::Permission::{
    AccountView, CustomerCreate, CustomerDelete, CustomerEdit, CustomerView,
};
use serde_json::{Value, json};

const CREATE: &str = "mutation($input: SalesRepCreateInput!) { salesRepCreate(input: $input) { salesRep { id number name } userErrors { code message path } } }";
const UPDATE: &str = "mutation($input: SalesRepUpdateInput!) { salesRepUpdate(input: $input) { salesRep { id version manager { number } account { id } } userErrors { code message path } } }";
pub const DELETE: &str = "mutation($input: SalesRepDeleteInput!) { salesRepDelete(input: $input) { deletedId userErrors { code message path } } }";

/// A sales rep of this number made by the administrator, as `more` says: its id.
pub async fn rep(world: &World, number: &str, more: Value) -> String {
    let mut input = json!({ "number": number, "name": format!("Rep {number}") });
    if let (Some(input), Some(more)) = (input.as_object_mut(), more.as_object()) {
        input.extend(more.clone());
    }
    let made = world.change(&world.admin, CREATE, input).await;
    let id = &made["salesRep"]["id"];
    id.as_str().expect("an id").to_owned()
}

/// A rep with an account, reporting to `manager`.
async fn with_account(world: &World, number: &str, manager: Option<&str>) -> (String, Person) {
    let person = world.account(&format!("rep {number}"), None).await;
    let more = json!({ "accountId": account_of(&person), "managerId": manager });
    (rep(world, number, more).await, person)
}

async fn refused(world: &World, person: &Person, mutation: &str, input: Value) -> String {
    let answer = world.attempt(person, mutation, input).await;
    user_errors(&answer).pop().unwrap_or_default()
}

/// T-83: the primary rep, and the manager's manager; nobody beside or below them; gone with the rep, at once.
#[tokio::test]
async fn a_rep_sees_their_own_customers_and_those_of_whoever_reports_to_them() {
    each_engine(async |world| {
        let (top, boss) = with_account(&world, "0", None).await;
        let middle = rep(&world, "1", json!({ "managerId": top })).await;
        let (own, clerk) = with_account(&world, "2", Some(&middle)).await;
        let (_beside, other) = with_account(&world, "3", Some(&middle)).await;
        let customer = world.customer(json!({ "number": "1", "lastName": "A", "primarySalesRepId": own })).await;
        let ship_to = world.ship_to("1", "1").await;
        let of_middle = world.customer(json!({ "number": "2", "lastName": "B", "primarySalesRepId": middle })).await;
        let sees = async |person: &Person| {
            (world.sees_customer(person, &customer).await, world.sees_customer(person, &ship_to).await, world.sees_customer(person, &of_middle).await)
        };
        assert_eq!(sees(&boss).await, (true, true, true));
        assert_eq!(sees(&clerk).await, (true, true, false));
        assert_eq!(sees(&other).await, (false, false, false));
        let chain = "query($id: ID!) { salesRep(id: $id) { number reports(first: 9) { nodes { number reports(first: 9) { nodes { number } } } } customers(first: 9) { totalCount } } }";
        let seen = async |person: &Person| world.ask(person, chain, json!({ "id": top })).await["salesRep"].clone();
        let two = json!([{ "number": "2" }, { "number": "3" }]);
        assert_eq!(seen(&boss).await, json!({ "number": "0", "customers": { "totalCount": 0 }, "reports": { "nodes": [{ "number": "1", "reports": { "nodes": two } }] } }));
        assert_eq!(seen(&clerk).await, Value::Null);
        let edge = "query($id: ID!) { customer(id: $id) { primarySalesRep { number manager { number } } } }";
        let found = world.ask(&clerk, edge, json!({ "id": customer })).await;
        assert_eq!(found["customer"]["primarySalesRep"], json!({ "number": "2", "manager": null }));
        world.change(&world.admin, DELETE, json!({ "id": own })).await;
        assert_eq!(sees(&boss).await, (false, false, true));
        assert_eq!(sees(&clerk).await, (false, false, false));
    })
    .await;
}

/// T-83, T-150: customers and reports go to the replacement, also to one from further down, or the reports to the manager.
#[tokio::test]
async fn whoever_takes_the_place_of_a_rep_gets_customers_and_reports() {
    each_engine(async |world| {
        let (top, _) = with_account(&world, "0", None).await;
        let going = rep(&world, "1", json!({ "managerId": top })).await;
        let below = rep(&world, "2", json!({ "managerId": going })).await;
        let heir = rep(&world, "3", json!({ "managerId": below })).await;
        let customer = world.customer(json!({ "number": "1", "lastName": "A", "primarySalesRepId": going })).await;
        let ship_to = world.ship_to("1", "1").await;
        assert_eq!(refused(&world, &world.admin, DELETE, json!({ "id": going, "replaceWithId": going })).await, "INVALID at replaceWithId");
        world.change(&world.admin, DELETE, json!({ "id": going, "replaceWithId": heir })).await;
        let managers = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on SalesRep { manager { number } } ... on Customer { primarySalesRep { number } } } }";
        let found = async |ids: &[&str]| world.ask(&world.admin, managers, json!({ "ids": ids })).await["nodes"].clone();
        let to = |number: &str| json!({ "manager": { "number": number } });
        let of = |number: &str| json!({ "primarySalesRep": { "number": number } });
        assert_eq!(found(&[&below, &heir, &customer, &ship_to]).await, json!([to("3"), to("0"), of("3"), of("3")]));
        world.change(&world.admin, DELETE, json!({ "id": heir })).await;
        assert_eq!(found(&[&below, &customer]).await, json!([to("0"), { "primarySalesRep": null }]));
    })
    .await;
}

/// T-83: nobody reports to themselves, directly or through others, also when two are changed at once.
#[tokio::test]
async fn reps_never_report_in_a_circle() {
    each_engine(async |world| {
        let first = rep(&world, "1", json!({})).await;
        let second = rep(&world, "2", json!({ "managerId": first })).await;
        let third = rep(&world, "3", json!({ "managerId": second })).await;
        for manager in [&first, &second, &third] {
            let input = json!({ "id": first, "managerId": manager });
            assert_eq!(
                refused(&world, &world.admin, UPDATE, input).await,
                "HIERARCHY_CYCLE at managerId"
            );
        }
        for round in 0..4 {
            let (one, other) = (
                rep(&world, &format!("a{round}"), json!({})).await,
                rep(&world, &format!("b{round}"), json!({})).await,
            );
            let both = [
                json!({ "id": one, "managerId": other }),
                json!({ "id": other, "managerId": one }),
            ];
            let mut outcomes =
                join_all(both.map(|input| refused(&world, &world.admin, UPDATE, input))).await;
            outcomes.sort();
            assert_eq!(outcomes, ["", "HIERARCHY_CYCLE at managerId"]);
        }
    })
    .await;
}

/// T-150, T-194: an account belongs to one rep at most; what it gains, whoever gives it must hold everywhere.
#[tokio::test]
async fn what_reps_gain_is_held_everywhere_by_whoever_gives_it() {
    each_engine(async |world| {
        let (_, taken) = with_account(&world, "1", None).await;
        let account = account_of(&taken);
        let again = json!({ "number": "2", "name": "B", "accountId": account });
        assert_eq!(
            refused(&world, &world.admin, CREATE, again).await,
            "TAKEN at accountId"
        );
        assert_eq!(
            refused(
                &world,
                &world.admin,
                CREATE,
                json!({ "number": "1", "name": "B" })
            )
            .await,
            "TAKEN at number"
        );
        assert_eq!(
            refused(
                &world,
                &world.admin,
                CREATE,
                json!({ "number": "2", "name": " " })
            )
            .await,
            "REQUIRED at name"
        );
        assert_eq!(
            refused(
                &world,
                &world.admin,
                CREATE,
                json!({ "number": " ", "name": "B" })
            )
            .await,
            "REQUIRED at number"
        );
        let held = [
            CustomerView,
            CustomerCreate,
            CustomerEdit,
            CustomerDelete,
            AccountView,
        ];
        let clerk = world.holder("clerk", &held, Scope::Global, None).await;
        let acme = world.organization("Acme", None).await;
        let local = world
            .holder("local", &held, Scope::Subtree, Some(&acme))
            .await;
        let free = account_of(&world.account("free", None).await);
        let (one, other) = (
            rep(&world, "3", json!({})).await,
            rep(&world, "4", json!({})).await,
        );
        let cases = [
            (&clerk, CREATE, json!({ "number": "5", "name": "E" }), ""),
            (
                &clerk,
                CREATE,
                json!({ "number": "6", "name": "E", "accountId": free }),
                "OUT_OF_SCOPE at accountId",
            ),
            (
                &clerk,
                UPDATE,
                json!({ "id": one, "accountId": free }),
                "OUT_OF_SCOPE at accountId",
            ),
            (
                &clerk,
                UPDATE,
                json!({ "id": one, "managerId": other }),
                "OUT_OF_SCOPE at managerId",
            ),
            (
                &clerk,
                UPDATE,
                json!({ "id": one, "title": "Head", "managerId": null, "accountId": null }),
                "",
            ),
            (
                &clerk,
                DELETE,
                json!({ "id": one, "replaceWithId": other }),
                "OUT_OF_SCOPE at replaceWithId",
            ),
            (
                &local,
                CREATE,
                json!({ "number": "7", "name": "E" }),
                "FORBIDDEN at number",
            ),
            (
                &local,
                UPDATE,
                json!({ "id": one, "name": "E" }),
                "FORBIDDEN at id",
            ),
            (&local, DELETE, json!({ "id": one }), "FORBIDDEN at id"),
            (
                &taken,
                UPDATE,
                json!({ "id": one, "name": "E" }),
                "NOT_FOUND at id",
            ),
            (&clerk, DELETE, json!({ "id": one }), ""),
        ];
        for (person, mutation, input, outcome) in cases {
            assert_eq!(
                refused(&world, person, mutation, input.clone()).await,
                outcome,
                "{input}"
            );
        }
    })
    .await;
}

/// T-69: the rep stays, without an account.
#[tokio::test]
async fn a_rep_outlives_their_account() {
    each_engine(async |world| {
        let (own, person) = with_account(&world, "1", None).await;
        let gone = "mutation($input: AccountDeleteInput!) { accountDelete(input: $input) { deletedId userErrors { code path message } } }";
        world.change(&world.admin, gone, json!({ "id": account_of(&person) })).await;
        let found = world.ask(&world.admin, "query($id: ID!) { salesRep(id: $id) { version account { id } } }", json!({ "id": own })).await;
        assert_eq!(found["salesRep"], json!({ "version": 2, "account": null }));
    })
    .await;
}
