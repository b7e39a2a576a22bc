//! Who may do what with customers and links, and that nobody gives away what they lack.

use super::changing::UPDATE;
use super::links::{UNLINK, UPSERT};
use super::{CREATE, account_of};
use crate::delegation::becoming::SET_PASSWORD;
use crate::on_behalf::ON_BEHALF;
use crate::sales_reps::rep;
use crate::support::build::contact_id;
use crate::support::{Person, each_engine, user_errors};
use entity::role_assignment::Scope;
use guildhall::access::Permission::{
    self, AccountSetPassword, AccountSignInOnBehalf, AccountView, CustomerCreate, CustomerEdit,
    CustomerView, OrderPlace, OrderView, OrganizationView,
};
use serde_json::{Value, json};

const GIVES: [Permission; 7] = [
    OrganizationView,
    AccountView,
    CustomerView,
    CustomerEdit,
    CustomerCreate,
    OrderView,
    OrderPlace,
];

fn without(permission: Permission) -> Vec<Permission> {
    GIVES.into_iter().filter(|one| *one != permission).collect()
}

/// T-30, T-198: at the customer's organization, everywhere for one without; hidden is NOT_FOUND, seen only is FORBIDDEN.
#[tokio::test]
async fn rights_on_a_customer_are_asked_for_at_its_organization() {
    each_engine(async |world| {
        let (near, far) = (
            world.organization("Near", None).await,
            world.organization("Far", None).await,
        );
        let below = world.organization("Below", Some(&near)).await;
        let here = world.bill_to("1", Some(&below)).await;
        let there = world.bill_to("2", Some(&far)).await;
        let nowhere = world.bill_to("3", None).await;
        let editor = world
            .holder("editor", &GIVES, Scope::Subtree, Some(&near))
            .await;
        let reader = world
            .holder("reader", &[CustomerView], Scope::Subtree, Some(&near))
            .await;
        let change = async |person: &Person, id: &str| {
            let answer = world
                .attempt(person, UPDATE, json!({ "id": id, "city": "Bern" }))
                .await;
            user_errors(&answer).pop().unwrap_or_default()
        };
        assert_eq!(change(&editor, &here).await, "");
        assert_eq!(change(&reader, &here).await, "FORBIDDEN at id");
        for hidden in [&there, &nowhere] {
            assert_eq!(change(&editor, hidden).await, "NOT_FOUND at id");
        }
        let create = async |input: Value| {
            let answer = world.attempt(&editor, CREATE, input).await;
            user_errors(&answer).pop().unwrap_or_default()
        };
        assert_eq!(
            create(json!({ "number": "1", "sequence": "1", "lastName": "A" })).await,
            ""
        );
        assert_eq!(
            create(json!({ "number": "2", "sequence": "1", "lastName": "A" })).await,
            "NOT_FOUND at number"
        );
        assert_eq!(
            create(json!({ "number": "4", "lastName": "A", "organizationId": near })).await,
            ""
        );
        assert_eq!(
            create(json!({ "number": "5", "lastName": "A" })).await,
            "FORBIDDEN at organizationId"
        );
        let away = json!({ "id": here, "organizationId": null });
        let answer = world.attempt(&editor, UPDATE, away).await;
        assert_eq!(user_errors(&answer), ["FORBIDDEN at organizationId"]);
    })
    .await;
}

/// T-194, T-195: whoever links an account must hold over the customer what the account gains, for as long; ending a link takes less.
#[tokio::test]
async fn nobody_opens_a_customer_without_holding_what_that_gives() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let contact = world.contact("Buyer", Some(&acme)).await;
        let buyer = account_of(&world.account("buyer", Some(contact_id(&contact))).await);
        let (here, nowhere) = (world.bill_to("1", Some(&acme)).await, world.bill_to("2", None).await);
        let input = json!({ "accountId": buyer, "customerId": here });
        let link = async |person: &Person, input: &Value| {
            let answer = world.attempt(person, UPSERT, input.clone()).await;
            user_errors(&answer).pop().unwrap_or_default()
        };
        for lacking in [OrderView, OrderPlace] {
            let name = format!("without {lacking}");
            let giver = world.holder(&name, &without(lacking), Scope::Subtree, Some(&acme)).await;
            assert_eq!(link(&giver, &input).await, "OUT_OF_SCOPE at customerId");
        }
        let blind = world.holder("blind", &without(AccountView), Scope::Node, Some(&acme)).await;
        assert_eq!(link(&blind, &input).await, "NOT_FOUND at accountId");
        let viewer = world.holder("viewer", &without(CustomerEdit), Scope::Node, Some(&acme)).await;
        assert_eq!(link(&viewer, &input).await, "FORBIDDEN at customerId");
        let giver = world.holder("giver", &GIVES, Scope::Node, Some(&acme)).await;
        assert_eq!(link(&giver, &json!({ "accountId": buyer, "customerId": nowhere })).await, "NOT_FOUND at customerId");
        assert_eq!(link(&giver, &input).await, "");
        world.sql("UPDATE role_assignment SET valid_until = '2026-02-01T00:00:00+00:00' WHERE account_id = (SELECT id FROM account WHERE login = 'giver') AND scope = 'NODE'").await;
        assert_eq!(link(&giver, &input).await, "OUT_OF_SCOPE at customerId");
        let shorter = json!({ "accountId": buyer, "customerId": here, "validUntil": "2026-02-01T00:00:00Z" });
        assert_eq!(link(&giver, &shorter).await, "");
        let editor = world.holder("editor", &[CustomerEdit, CustomerView, AccountView], Scope::Node, Some(&acme)).await;
        let of_buyer = "query($id: ID!) { account(id: $id) { customers(first: 1) { nodes { id } } } }";
        let found = world.ask(&editor, of_buyer, json!({ "id": buyer })).await;
        let id = &found["account"]["customers"]["nodes"][0]["id"];
        for (person, outcome) in [(&viewer, vec!["FORBIDDEN at id"]), (&editor, vec![]), (&editor, vec!["NOT_FOUND at id"])] {
            let answer = world.attempt(person, UNLINK, json!({ "id": id })).await;
            assert_eq!(user_errors(&answer), outcome);
        }
    })
    .await;
}

/// T-194: neither by giving the customer a sales rep nor by putting it where others hold more over customers.
#[tokio::test]
async fn nobody_lets_others_have_a_customer_by_moving_it_or_giving_it_a_rep() {
    each_engine(async |world| {
        let top = world.organization("Top", None).await;
        let (from, to) = (world.organization("From", Some(&top)).await, world.organization("To", Some(&top)).await);
        let customer = world.bill_to("1", Some(&from)).await;
        let ann = rep(&world, "R1", json!({})).await;
        let mover = world.holder("mover", &without(OrderView), Scope::Subtree, Some(&top)).await;
        let change = async |person: &Person, input: Value| {
            let answer = world.attempt(person, UPDATE, input).await;
            user_errors(&answer).pop().unwrap_or_default()
        };
        let gives = json!({ "id": customer, "primarySalesRepId": ann });
        assert_eq!(change(&mover, gives.clone()).await, "OUT_OF_SCOPE at primarySalesRepId");
        assert_eq!(change(&mover, json!({ "id": customer, "organizationId": to })).await, "");
        let accomplice = [OrderView];
        for (name, scope) in [("node", Scope::Node), ("above", Scope::Subtree)] {
            world.change(&world.admin, UPDATE, json!({ "id": customer, "organizationId": from })).await;
            world.holder(name, &accomplice, scope, Some(&to)).await;
            assert_eq!(change(&mover, json!({ "id": customer, "organizationId": to })).await, "OUT_OF_SCOPE at organizationId");
            world.sql("DELETE FROM role_assignment WHERE account_id IN (SELECT id FROM account WHERE login IN ('node', 'above'))").await;
        }
        world.holder("both", &accomplice, Scope::Subtree, Some(&top)).await;
        assert_eq!(change(&mover, json!({ "id": customer, "organizationId": to })).await, "");
        assert_eq!(change(&world.admin, gives).await, "");
    })
    .await;
}

/// T-73, T-196: to become an account, or to act for it, takes what it reaches by links and as a sales rep, now or later.
#[tokio::test]
async fn what_an_account_may_order_for_counts_as_held_by_it() {
    each_engine(async |world| {
        let acme = world.organization("Acme", None).await;
        let contact = world.contact("Buyer", Some(&acme)).await;
        let buyer = world.account("buyer", Some(contact_id(&contact))).await;
        let account = account_of(&buyer);
        let customer = world.bill_to("1", None).await;
        let (reader, keeper) = (
            vec![AccountSetPassword, AccountSignInOnBehalf],
            [CustomerView, OrderView, OrderPlace],
        );
        let mut all = reader.clone();
        all.extend(
            Permission::ALL
                .iter()
                .filter(|one| one.name().ends_with("_VIEW")),
        );
        let actor = world.holder("actor", &all, Scope::Global, None).await;
        let taken = async |person: &Person| {
            let password =
                json!({ "id": account, "newPassword": "Rebstock 7 am Hang", "validateOnly": true });
            let password = world.attempt(person, SET_PASSWORD, password).await;
            let acting = world
                .attempt(person, ON_BEHALF, json!({ "id": account }))
                .await;
            let code = |answer: &Value| user_errors(answer).pop().unwrap_or_default();
            (code(&password), code(&acting), acting["token"].clone())
        };
        let later = json!({ "validFrom": "2027-01-01T00:00:00Z" });
        let base = taken(&actor).await;
        world.link(&account, &customer, later).await;
        let (password, acting, _) = taken(&actor).await;
        assert_eq!(
            (password.as_str(), acting),
            ("OUT_OF_SCOPE at id", base.1.clone())
        );
        world.link(&account, &customer, json!({})).await;
        let (_, acting, _) = taken(&actor).await;
        assert_eq!(acting, "OUT_OF_SCOPE at id");
        let role = world
            .system
            .create_role("keepers", &keeper)
            .await
            .expect("a role");
        let given = world.assign(&actor, role, Scope::Global, None).await;
        let (password, acting, token) = taken(&actor).await;
        assert_eq!((password, acting), (base.0, base.1));
        let session = Person {
            token: token.as_str().map(str::to_owned),
            account: buyer.account,
        };
        if session.token.is_some() {
            assert!(world.sees_customer(&session, &customer).await);
            let input = json!({ "accountId": account, "customerId": customer });
            let answer = world.attempt(&session, UPSERT, input).await;
            assert_eq!(user_errors(&answer).len(), 1);
            world
                .sql(&format!(
                    "DELETE FROM role_assignment WHERE role_id = {} AND scope = 'GLOBAL'",
                    role.0
                ))
                .await;
            let asked = json!({ "query": "{ viewer { onBehalf } }" });
            let (_, body) = world.post(&session, asked).await;
            assert_eq!(crate::support::code(&body), "UNAUTHENTICATED", "{given}");
        }
    })
    .await;
}
