//! The attacks that a server of this kind has fallen to, each refused before it costs anything.

use crate::support::{Engine, Person, World, code};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Longer than any refusal takes, even in a debug build on a busy machine; far shorter than what was let through would take.
const AT_ONCE: Duration = Duration::from_secs(2);

async fn refused(query: &str, variables: Value) -> String {
    let world = World::on(Engine::Sqlite).await;
    let begun = Instant::now();
    let body = world.send(&world.admin, query, variables).await;
    assert!(begun.elapsed() < AT_ONCE, "took {:?}", begun.elapsed());
    let text = body["errors"][0]["message"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert_eq!(code(&body), "LIMIT_EXCEEDED", "{text}");
    assert!(body.get("data").is_none());
    text
}

fn nested(open: &str, close: &str, depth: usize) -> String {
    format!("{}{}", open.repeat(depth), close.repeat(depth))
}

#[tokio::test]
async fn values_nested_by_the_thousand_do_not_reach_the_parser() {
    for depth in [41, 600, 1_600, 7_800, 20_000] {
        let lists = nested("[", "]", depth);
        let objects = format!("{}1{}", "{a:".repeat(depth), "}".repeat(depth));
        refused(&format!("{{ __typename(x: {lists}) }}"), json!({})).await;
        refused(&format!("{{ __typename(x: {objects}) }}"), json!({})).await;
        refused(&format!("{{ __typename @skip(if: {lists}) }}"), json!({})).await;
        refused(
            &format!("query($x: [Int] = {lists}) {{ __typename }}"),
            json!({}),
        )
        .await;
        refused(&nested("{ viewer ", "}", depth), json!({})).await;
    }
}

#[tokio::test]
async fn a_bomb_of_fragments_is_counted_without_being_expanded() {
    for used in [true, false] {
        let mut query = if used {
            "{ viewer { ...f0 } }"
        } else {
            "{ viewer { __typename } }"
        }
        .to_owned();
        for number in 0..31 {
            let next = number + 1;
            query += &format!(" fragment f{number} on Viewer {{ ...f{next} ...f{next} }}");
        }
        query += " fragment f31 on Viewer { __typename }";
        refused(&query, json!({})).await;
    }
}

#[tokio::test]
async fn a_circle_of_fragments_is_refused() {
    let world = World::on(Engine::Sqlite).await;
    let query = "{ viewer { ...a } } fragment a on Viewer { ...b } fragment b on Viewer { ...a }";
    let body = world.send(&world.admin, query, json!({})).await;
    assert_eq!(code(&body), "BAD_REQUEST");
}

#[tokio::test]
async fn cost_cannot_wrap_around() {
    let page = |first: &str| {
        let inner = format!(
            "children(first: {first}) {{ nodes {{ children(first: {first}) {{ nodes {{ id }} }} }} }}"
        );
        format!("{{ organizations(first: {first}) {{ nodes {{ {inner} }} }} }}")
    };
    for first in ["1073741824", "2147483647", "-1"] {
        refused(&page(first), json!({})).await;
    }
    let by_variable = page("$n").replacen('{', "query($n: Int!) {", 1);
    refused(&by_variable, json!({ "n": 1_073_741_824 })).await;
}

#[tokio::test]
async fn floods_of_aliases_directives_fields_and_root_fields_are_refused() {
    let many = |count: usize, one: &dyn Fn(usize) -> String| {
        (0..count).map(one).collect::<Vec<_>>().join(" ")
    };
    refused(
        &format!(
            "{{ {} }}",
            many(10_000, &|number| format!("a{number}: __typename"))
        ),
        json!({}),
    )
    .await;
    refused(
        &format!("{{ {} }}", many(5_000, &|_| "__typename".to_owned())),
        json!({}),
    )
    .await;
    refused(
        &format!(
            "{{ __typename {} }}",
            many(3_000, &|_| "@skip(if: false)".to_owned())
        ),
        json!({}),
    )
    .await;
    refused(
        &format!(
            "{{ {} }}",
            many(101, &|number| format!("a{number}: viewer {{ __typename }}"))
        ),
        json!({}),
    )
    .await;
    refused(
        &format!(
            "{{ {} }}",
            many(30, &|number| format!(
                "a{number}: __schema {{ description }}"
            ))
        ),
        json!({}),
    )
    .await;
}

#[tokio::test]
async fn an_anonymous_caller_gets_less_than_one_who_is_signed_in() {
    let world = World::on(Engine::Sqlite).await;
    let query = format!(
        "{{ {} }}",
        (0..16)
            .map(|number| format!("a{number}: __typename"))
            .collect::<Vec<_>>()
            .join(" ")
    );
    let anonymous = world.send(&Person::anonymous(), &query, json!({})).await;
    assert_eq!(code(&anonymous), "LIMIT_EXCEEDED");
    world.ask(&world.admin, &query, json!({})).await;
}

#[tokio::test]
async fn at_most_twenty_errors_come_back() {
    let world = World::on(Engine::Sqlite).await;
    let query = format!(
        "{{ viewer {{ {} }} }}",
        (0..300)
            .map(|number| format!("x{number}"))
            .collect::<Vec<_>>()
            .join(" ")
    );
    let body = world.send(&world.admin, &query, json!({})).await;
    assert_eq!(body["errors"].as_array().map(Vec::len), Some(20));
}

#[tokio::test]
async fn lists_and_nesting_in_variables_are_limited() {
    let by_ids = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let text = refused(by_ids, json!({ "ids": vec!["organization:x"; 501] })).await;
    assert!(text.contains("500"), "{text}");
    let mut deep = json!(1);
    for _ in 0..40 {
        deep = json!([deep]);
    }
    refused("query($x: Int) { __typename }", json!({ "x": deep })).await;
}

#[tokio::test]
async fn the_full_introspection_query_passes_and_a_deep_one_does_not() {
    let world = World::on(Engine::Sqlite).await;
    let type_ref = "kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }";
    let query = format!(
        "{{ __schema {{ queryType {{ name }} types {{ kind name fields(includeDeprecated: true) {{ name type {{ {type_ref} }}
           args(includeDeprecated: true) {{ name type {{ {type_ref} }} }} }} inputFields(includeDeprecated: true) {{ name }} }} }} }}"
    );
    world.ask(&Person::anonymous(), &query, json!({})).await;
    let circular =
        "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
    let body = world.send(&world.admin, circular, json!({})).await;
    assert_eq!(code(&body), "LIMIT_EXCEEDED");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// Whatever the text, scanning, parsing and measuring end, and without a panic.
    #[test]
    fn no_text_breaks_the_guard(text in r#"([{}()\[\]"$@!:#a-f0-9 \n\\.]|\.\.\.|"""|query|fragment|on|viewer){0,200}"#) {
        let limits = guildhall::http::Limits::default();
        let variables = async_graphql::Variables::default();
        if let Ok(document) = guildhall::http::guard::read(&text, &limits, true) {
            let _ = guildhall::http::guard::check(&document, None, &variables, &limits, true);
        }
    }
}
