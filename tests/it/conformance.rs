//! What the executor must do by the specification. Its version is pinned because others do not: before moving the pin, these must pass.

use async_graphql::{
    EmptySubscription, InputObject, MaybeUndefined, Object, Request, Schema, Variables, value,
};
use serde_json::json;

struct Query;

#[derive(InputObject)]
struct Patch {
    name: MaybeUndefined<String>,
}

struct Inner;

#[Object]
impl Inner {
    async fn fails(&self) -> Result<i32, String> {
        Err("no".to_owned())
    }

    async fn works(&self) -> i32 {
        1
    }
}

#[Object]
impl Query {
    async fn inner(&self) -> Option<Inner> {
        Some(Inner)
    }

    async fn nullable(&self) -> Option<Result<i32, String>> {
        Some(Err("no".to_owned()))
    }

    async fn sibling(&self) -> i32 {
        2
    }

    async fn name(&self, input: Patch) -> &'static str {
        match input.name {
            MaybeUndefined::Undefined => "absent",
            MaybeUndefined::Null => "null",
            MaybeUndefined::Value(_) => "value",
        }
    }
}

fn schema() -> Schema<Query, async_graphql::EmptyMutation, EmptySubscription> {
    Schema::new(Query, async_graphql::EmptyMutation, EmptySubscription)
}

#[tokio::test]
async fn a_failing_non_null_field_makes_its_parent_null_and_spares_the_rest() {
    let answer = schema().execute("{ inner { works fails } sibling }").await;
    assert_eq!(answer.data, value!({ "inner": null, "sibling": 2 }));
    assert_eq!(answer.errors.len(), 1);
}

#[tokio::test]
async fn a_failing_nullable_field_is_null_itself() {
    let answer = schema().execute("{ nullable sibling }").await;
    assert_eq!(answer.data, value!({ "nullable": null, "sibling": 2 }));
    assert_eq!(answer.errors.len(), 1);
}

/// Otherwise an update whose variable is left out would erase the field.
#[tokio::test]
async fn an_omitted_variable_in_an_input_object_is_absent_and_not_null() {
    let query = "query($name: String) { name(input: { name: $name }) }";
    let ask = async |variables| {
        let request = Request::new(query).variables(Variables::from_json(variables));
        schema().execute(request).await.data
    };
    assert_eq!(ask(json!({})).await, value!({ "name": "absent" }));
    assert_eq!(
        ask(json!({ "name": null })).await,
        value!({ "name": "null" })
    );
    assert_eq!(
        ask(json!({ "name": "x" })).await,
        value!({ "name": "value" })
    );
}

#[tokio::test]
async fn the_answer_keeps_the_order_of_the_selection() {
    let answer = schema()
        .execute("{ b: sibling a: sibling inner { works } c: sibling }")
        .await;
    let text = serde_json::to_string(&answer.data).expect("an answer");
    assert_eq!(text, r#"{"b":2,"a":2,"inner":{"works":1},"c":2}"#);
}
