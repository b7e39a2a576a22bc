//! GraphQL over HTTP: methods, media types and bodies. The 61 audits of the npm package graphql-http run beside this, in tests/http_audit.

use crate::support::{Engine, Person, World, code};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

fn post(kind: &str, body: impl Into<Body>) -> Request<Body> {
    Request::post("/graphql")
        .header(header::CONTENT_TYPE, kind)
        .body(body.into())
        .expect("a request")
}

#[tokio::test]
async fn only_json_is_executed() {
    let world = World::on(Engine::Sqlite).await;
    let body = r#"{"query":"{ __typename }"}"#;
    let kinds = [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "",
    ];
    for kind in kinds {
        let (status, answer) = world.raw(post(kind, body)).await;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
        assert_eq!(code(&answer), "BAD_REQUEST");
    }
    let (status, _) = world
        .raw(post("application/json; charset=utf-8", body))
        .await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_mutation_does_not_run_by_get() {
    let world = World::on(Engine::Sqlite).await;
    let mutation =
        "mutation%7BorganizationCreate(input:%7Bname:%22A%22%7D)%7BuserErrors%7Bcode%7D%7D%7D";
    let request = |uri: String| {
        let token = world.admin.token.clone().expect("a token");
        Request::get(uri)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::empty())
            .expect("a request")
    };
    let response = world
        .router
        .clone()
        .oneshot(request(format!("/graphql?query={mutation}")))
        .await
        .expect("an answer");
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.headers()[header::ALLOW], "POST");
    assert_eq!(world.number("SELECT count(*) FROM organization").await, 0);
    let (status, body) = world
        .raw(request("/graphql?query=%7B__typename%7D".to_owned()))
        .await;
    assert_eq!(
        (status, &body["data"]["__typename"]),
        (StatusCode::OK, &json!("Query"))
    );
    let named =
        "/graphql?query=query%20A%7Ba:__typename%7Dquery%20B%7Bb:__typename%7D&operationName=B";
    let (_, body) = world.raw(request(named.to_owned())).await;
    assert_eq!(body["data"], json!({ "b": "Query" }));
}

#[tokio::test]
async fn batches_and_bodies_that_mean_nothing_are_bad_requests() {
    let world = World::on(Engine::Sqlite).await;
    let bodies = [
        "",
        "{",
        "null",
        "[]",
        r#"[{"query":"{ __typename }"}]"#,
        "{}",
        r#"{"query":7}"#,
        r#"{"query":"{ __typename }","variables":"x"}"#,
        r#"{"query":"{ __typename }","operationName":7}"#,
        r#"{"query":"{ __typename }","extensions":7}"#,
    ];
    for body in bodies {
        let (status, answer) = world.raw(post("application/json", body)).await;
        assert_eq!(
            (status, code(&answer)),
            (StatusCode::BAD_REQUEST, "BAD_REQUEST"),
            "{body}"
        );
    }
    let deep = format!(
        r#"{{"query":"{{ __typename }}","variables":{{"x":{}1{}}}}}"#,
        "[".repeat(200),
        "]".repeat(200)
    );
    assert_eq!(
        world.raw(post("application/json", deep)).await.0,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_not_read_to_its_end() {
    let world = World::on(Engine::Sqlite).await;
    let (status, answer) = world
        .raw(post("application/json", vec![b' '; 2 * 1024 * 1024]))
        .await;
    assert_eq!(
        (status, code(&answer)),
        (StatusCode::PAYLOAD_TOO_LARGE, "LIMIT_EXCEEDED")
    );
}

#[tokio::test]
async fn the_answer_comes_in_the_media_type_that_was_asked_for() {
    let world = World::on(Engine::Sqlite).await;
    let ask = async |accept: &str, query: &str| {
        let body = json!({ "query": query }).to_string();
        let mut request = post("application/json", body);
        request
            .headers_mut()
            .insert(header::ACCEPT, accept.parse().expect("a header"));
        let response = world
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let kind = response.headers()[header::CONTENT_TYPE]
            .to_str()
            .expect("text")
            .to_owned();
        let status = response.status().as_u16();
        let bytes = response
            .into_body()
            .collect()
            .await
            .expect("a body")
            .to_bytes();
        let body: Value = serde_json::from_slice(&bytes).expect("JSON");
        (status, kind, body.get("data").is_some())
    };
    let new = "application/graphql-response+json; charset=utf-8".to_owned();
    let old = "application/json; charset=utf-8".to_owned();
    assert_eq!(
        ask("application/graphql-response+json", "{ __typename }").await,
        (200, new.clone(), true)
    );
    assert_eq!(
        ask("application/graphql-response+json", "{ nothing }").await,
        (400, new, false)
    );
    assert_eq!(
        ask("application/json", "{ nothing }").await,
        (200, old.clone(), false)
    );
    assert_eq!(ask("*/*", "{ __typename }").await, (200, old, true));
    assert_eq!(ask("text/html", "{ __typename }").await.0, 406);
}

/// T-193.
#[tokio::test]
async fn a_token_that_means_nothing_is_unauthenticated_whatever_is_asked() {
    let world = World::on(Engine::Sqlite).await;
    let stranger = Person {
        token: Some("gh_nothing".to_owned()),
        account: None,
    };
    let (status, body) = world
        .post(&stranger, json!({ "query": "{ __typename }" }))
        .await;
    assert_eq!(
        (status, code(&body)),
        (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED")
    );
}

#[tokio::test]
async fn other_methods_and_paths_are_refused_in_json() {
    let world = World::on(Engine::Sqlite).await;
    let ask = async |method: Method, path: &str| {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::empty())
            .expect("a request");
        world.raw(request).await
    };
    assert_eq!(
        ask(Method::PUT, "/graphql").await.0,
        StatusCode::METHOD_NOT_ALLOWED
    );
    let (status, body) = ask(Method::GET, "/nowhere").await;
    assert_eq!((status, code(&body)), (StatusCode::NOT_FOUND, "NOT_FOUND"));
    assert_eq!(ask(Method::GET, "/healthz").await.0, StatusCode::OK);
    assert_eq!(ask(Method::GET, "/readyz").await.0, StatusCode::OK);
    // A server that is not the demo has no page to explore with.
    assert_eq!(ask(Method::GET, "/graphiql").await.0, StatusCode::NOT_FOUND);
}

/// T-119.
#[tokio::test]
async fn introspection_can_be_kept_for_those_who_are_signed_in() {
    let world = World::with(Engine::Sqlite, |settings| {
        settings.introspection = guildhall::config::Introspection::SignedIn
    })
    .await;
    let query = "{ __schema { queryType { name } } }";
    assert_eq!(
        code(&world.send(&Person::anonymous(), query, json!({})).await),
        "BAD_REQUEST"
    );
    world.ask(&world.admin, query, json!({})).await;
}

/// Over a real socket: what hyper and our own loop do with slow and broken clients.
#[tokio::test]
async fn half_a_head_and_half_a_body_are_given_up_on() {
    let world = World::with(Engine::Sqlite, |settings| {
        settings.limits.header_ms = 300;
        settings.limits.body_ms = 300;
    })
    .await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (router, limits) = (world.router.clone(), world.app.limits().clone());
    let server = tokio::spawn(async move {
        guildhall::http::serve(listener, router, &limits, std::future::pending::<()>()).await
    });
    let answer = async |sent: &str| {
        let mut socket = TcpStream::connect(address).await.expect("a connection");
        socket.write_all(sent.as_bytes()).await.expect("to send");
        let mut answer = String::new();
        let _ = socket.read_to_string(&mut answer).await;
        answer
    };
    assert!(
        !answer("POST /graphql HTTP/1.1\r\nHost: x\r\nContent-")
            .await
            .contains("200 OK")
    );
    let half = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"query\"";
    assert!(answer(half).await.starts_with("HTTP/1.1 408"));
    let body = r#"{"query":"{ __typename }"}"#;
    let whole = format!(
        "POST /graphql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    assert!(answer(&whole).await.starts_with("HTTP/1.1 200"));
    server.abort();
}
