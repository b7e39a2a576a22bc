//! The index that accounts are searched by keeps up with what becomes of them.

use crate::support::{World, each_engine};
use serde_json::{Value, json};

const CHANGE_LOGIN: &str = "mutation($input: AccountUpdateInput!) { accountUpdate(input: $input) { account { login } userErrors { code message path } } }";
const DELETE: &str = "mutation($input: AccountDeleteInput!) { accountDelete(input: $input) { deletedId userErrors { code message path } } }";

async fn found(world: &World, search: &str) -> Value {
    let query = "query($search: String!) { accounts(first: 10, filter: { search: $search }) { totalCount nodes { login } } }";
    let data = world
        .ask(&world.admin, query, json!({ "search": search }))
        .await;
    let logins = data["accounts"]["nodes"].as_array().expect("nodes");
    assert_eq!(data["accounts"]["totalCount"], json!(logins.len()));
    logins.iter().map(|node| node["login"].clone()).collect()
}

/// T-65, T-174: an account is found by its login of today, and not when it is gone.
#[tokio::test]
async fn an_account_is_found_by_what_its_login_is_now() {
    each_engine(async |world| {
        let person = world.account("Mary.Smith", None).await;
        world.account("smithereens", None).await;
        let id = format!("account:{}", person.account.expect("an account"));
        assert_eq!(
            found(&world, "SMITH").await,
            json!(["Mary.Smith", "smithereens"])
        );
        assert_eq!(found(&world, "y.s").await, json!(["Mary.Smith"]));
        assert_eq!(found(&world, "y%s").await, json!([]));
        assert_eq!(found(&world, "y.").await, json!(["Mary.Smith"]));
        world
            .change(
                &world.admin,
                CHANGE_LOGIN,
                json!({ "id": id, "login": "mary.jones" }),
            )
            .await;
        assert_eq!(found(&world, "smith").await, json!(["smithereens"]));
        assert_eq!(found(&world, "jones").await, json!(["mary.jones"]));
        world
            .change(&world.admin, DELETE, json!({ "id": id }))
            .await;
        assert_eq!(found(&world, "jones").await, json!([]));
        world.account("jones again", None).await;
        assert_eq!(found(&world, "jones").await, json!(["jones again"]));
    })
    .await;
}
