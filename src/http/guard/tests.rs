//! What the guard refuses and lets through, on small documents.

use std::fmt::Write as _;

use async_graphql::Value;
use serde_json::json;

use super::*;

fn check_with(query: &str, variables: serde_json::Value) -> Result<Checked, Refusal> {
    let variables = Variables::from_value(Value::from_json(variables).unwrap());
    check_all(query, None, &variables, &Limits::default(), false)
}

fn check_all(
    query: &str,
    name: Option<&str>,
    variables: &Variables,
    limits: &Limits,
    signed_in: bool,
) -> Result<Checked, Refusal> {
    check(
        &read(query, limits, signed_in)?,
        name,
        variables,
        limits,
        signed_in,
    )
}

fn anonymous(query: &str) -> Result<Checked, Refusal> {
    check_with(query, json!({}))
}

fn cost(query: &str, variables: serde_json::Value) -> u64 {
    check_with(query, variables).unwrap().cost
}

fn limit(query: &str) -> Option<Limit> {
    match anonymous(query) {
        Err(Refusal::Limit(limit)) => Some(limit),
        _ => None,
    }
}

#[test]
fn cost_counts_objects_and_pages_multiply() {
    let page = |first: &str| format!("{{ a(first: {first}) {{ edges {{ node {{ id }} }} }} }}");
    for (first, expected) in [
        ("0", 3),
        ("1", 3),
        ("50", 101),
        ("100", 201),
        ("null", 3),
        ("$unknown", 3),
    ] {
        assert_eq!(cost(&page(first), json!({})), expected, "{first}");
    }
    for whole_page in [
        "-1",
        "1073741824",
        "99999999999999999999",
        "1.5",
        "\"7\"",
        "[1]",
    ] {
        assert_eq!(cost(&page(whole_page), json!({})), 201, "{whole_page}");
    }
}

#[test]
fn cost_finds_pages_in_variables_and_defaults() {
    let query = "query($n: Int = 50) { a(last: $n) { b { id } } }";
    assert_eq!(cost(query, json!({})), 51);
    assert_eq!(cost(query, json!({ "n": 7 })), 8);
    assert_eq!(cost(query, json!({ "n": null })), 2);
    assert_eq!(cost(query, json!({ "n": "many" })), 101);
}

#[test]
fn looked_up_items_and_leaves_count_little_but_count() {
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { a { id } } }";
    assert_eq!(cost(query, json!({ "ids": vec!["x"; 10] })), 2);
    assert_eq!(cost(query, json!({ "ids": vec!["x"; 495] })), 51);
    assert_eq!(
        cost(
            "{ a(filter: { ids: [1 2 3 4 5 6 7 8 9 0 1] }) { b { id } } }",
            json!({})
        ),
        2
    );
    let rows = format!("{{ a(first: 100) {{ {} }} }}", "id ".repeat(251));
    assert_eq!(limit(&rows), Some(Limit::ResolvedFields(25_000)));
}

#[test]
fn cost_does_not_wrap_around() {
    let open = "a(first: 1073741824) {".repeat(11);
    let query = format!("{{ {open} id {} }}", "}".repeat(11));
    assert_eq!(limit(&query), Some(Limit::Cost(1_000)));
}

#[test]
fn fragments_count_each_time_but_are_walked_once() {
    let mut query = "{ ...f0 } ".to_owned();
    for n in 0..31 {
        let m = n + 1;
        let _ = write!(query, "fragment f{n} on Q {{ ...f{m} ...f{m} }} ");
    }
    query += "fragment f31 on Q { a }";
    assert_eq!(limit(&query), Some(Limit::ExpandedFields(500)));

    let mut chain = "{ a } ".to_owned();
    for n in 0..40 {
        let m = n + 1;
        let _ = write!(chain, "fragment f{n} on Q {{ ...f{m} }} ");
    }
    assert_eq!(limit(&chain), Some(Limit::Nesting(32)));
}

#[test]
fn circular_fragments_are_refused_used_or_not() {
    for query in [
        "{ ...a } fragment a on Q { ...a }",
        "{ a } fragment b on Q { a { ...c } } fragment c on Q { ... { ...b } }",
    ] {
        assert!(
            matches!(anonymous(query), Err(Refusal::Document { .. })),
            "{query}"
        );
    }
}

#[test]
fn introspection_has_a_depth_of_its_own_but_no_deep_lists() {
    let deep = |levels: usize| {
        format!(
            "{{ __type(name: \"A\") {{ {} name {} }} a {{ id }} }}",
            "ofType {".repeat(levels - 2),
            "}".repeat(levels - 2)
        )
    };
    assert!(anonymous(&deep(20)).unwrap().introspects);
    assert_eq!(limit(&deep(21)), Some(Limit::IntrospectionDepth(20)));
    let lists =
        "{ __schema { types { fields { type { fields { type { interfaces { name } } } } } } } }";
    assert_eq!(limit(lists), Some(Limit::IntrospectionLists(2)));
    let twice = "{ __schema { description } b: __schema { description } }";
    assert_eq!(limit(twice), Some(Limit::IntrospectionSchemas(1)));
}

#[test]
fn a_variable_weighs_as_often_as_it_is_used() {
    let query = format!("query($v: String) {{ a(x: [{}]) }}", "$v ".repeat(20));
    assert!(check_with(&query, json!({ "v": "x".repeat(200 * 1024) })).is_ok());
    let refused = check_with(&query, json!({ "v": "x".repeat(600 * 1024) }));
    assert_eq!(refused.err(), Some(Limit::InputValues(10_000).into()));
    let list = format!("{{ a(x: [{}]) }}", "1 ".repeat(501));
    assert_eq!(limit(&list), Some(Limit::ListInput(500)));
}

#[test]
fn every_operation_is_held_to_the_limits_and_one_is_chosen() {
    let limits = Limits::default();
    let run = |query: &str, name: Option<&str>| {
        check_all(query, name, &Variables::default(), &limits, false)
    };
    let query = "query a { x { id } } mutation b { y }";
    assert_eq!(
        run(query, Some("b")).unwrap().operation_type,
        OperationType::Mutation
    );
    assert!(matches!(run(query, None), Err(Refusal::Document { .. })));
    assert!(matches!(
        run(query, Some("c")),
        Err(Refusal::Document { .. })
    ));
    let many = format!("query a {{ x }} query b {{ {} }}", "y ".repeat(11));
    assert_eq!(
        run(&many, Some("a")).err(),
        Some(Limit::RootFields(10).into())
    );
}

#[test]
fn required_variables_are_demanded_of_the_operation_that_runs() {
    let query = "query($a: Int!, $b: Int! = 1, $c: Int) { x(a: $a, b: $b, c: $c) }";
    assert!(check_with(query, json!({ "a": 1 })).is_ok());
    for refused in [
        json!({}),
        json!({ "a": null }),
        json!({ "a": 1, "b": null }),
    ] {
        assert!(matches!(
            check_with(query, refused),
            Err(Refusal::Document { .. })
        ));
    }
}
