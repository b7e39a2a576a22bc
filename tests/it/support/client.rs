//! Sending requests, and reading answers.

use super::world::{Person, World};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

impl World {
    /// Sends a GraphQL request as `person` and answers the whole body.
    pub async fn send(&self, person: &Person, query: &str, variables: Value) -> Value {
        self.post(person, json!({ "query": query, "variables": variables }))
            .await
            .1
    }

    /// Sends a request that must succeed without errors, and answers its data.
    pub async fn ask(&self, person: &Person, query: &str, variables: Value) -> Value {
        let body = self.send(person, query, variables).await;
        assert!(body.get("errors").is_none(), "{body:#}");
        body["data"].clone()
    }

    /// Sends a mutation of one field that must change something, and answers its payload.
    pub async fn change(&self, person: &Person, query: &str, input: Value) -> Value {
        let payload = self.attempt(person, query, input).await;
        assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
        payload
    }

    /// Sends a mutation of one field and answers its payload.
    pub async fn attempt(&self, person: &Person, query: &str, input: Value) -> Value {
        let data = self.ask(person, query, json!({ "input": input })).await;
        let fields = data.as_object().expect("an object");
        fields.values().next().expect("a payload").clone()
    }

    /// Posts a JSON body.
    pub async fn post(&self, person: &Person, body: Value) -> (StatusCode, Value) {
        let mut request =
            Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
        if let Some(token) = &person.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        self.raw(
            request
                .body(Body::from(body.to_string()))
                .expect("a request"),
        )
        .await
    }

    /// Asks another server than the world's own, and answers the data.
    pub async fn ask_at(
        &self,
        server: &Router,
        person: &Person,
        query: &str,
        variables: Value,
    ) -> Value {
        let body = json!({ "query": query, "variables": variables });
        let token = person.token.as_deref().unwrap_or_default();
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::from(body.to_string()));
        let (_, body) = answer(server, request.expect("a request")).await;
        assert!(body.get("errors").is_none(), "{body:#}");
        body["data"].clone()
    }

    /// Sends any request; a body that is not JSON is null.
    pub async fn raw(&self, request: Request<Body>) -> (StatusCode, Value) {
        answer(&self.router, request).await
    }
}

async fn answer(server: &Router, request: Request<Body>) -> (StatusCode, Value) {
    let response = server.clone().oneshot(request).await.expect("an answer");
    let status = response.status();
    let bytes = response
        .into_body()
        .collect()
        .await
        .expect("a body")
        .to_bytes();
    (
        status,
        serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    )
}

/// The code of the first top-level error.
pub fn code(body: &Value) -> &str {
    body["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or_else(|| panic!("no error with a code: {body:#}"))
}

/// A payload's user errors as `CODE at path`.
pub fn user_errors(payload: &Value) -> Vec<String> {
    let errors = payload["userErrors"].as_array().expect("user errors");
    let one = |error: &Value| {
        let path: Vec<_> = error["path"]
            .as_array()
            .expect("a path")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        format!(
            "{} at {}",
            error["code"].as_str().expect("a code"),
            path.join(".")
        )
    };
    errors.iter().map(one).collect()
}
