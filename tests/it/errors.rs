//! Top-level errors: each has a code, and nothing of the inside gets out.

use crate::support::{Person, code, each_engine};
use serde_json::json;

/// T-170.
#[tokio::test]
async fn parsing_validation_coercion_and_wrong_ids_are_bad_requests() {
    each_engine(async |world| {
        let faulty = [
            "{",
            "{ nothing }",
            "query($id: ID!) { organization(id: $id) { id } }",
            "{ organizations(first: \"x\") { totalCount } }",
            "{ organizations(first: 99999999999) { totalCount } }",
            "{ organization(id: \"contact:1\") { id } }",
            "{ organization(id: \"rubbish\") { id } }",
            "{ node(id: \"planet:1\") { id } }",
            "mutation { contactCreate(input: { fullName: \"A\", birthDate: \"31.12.1999\" }) { contact { id } } }",
            "mutation { contactCreate(input: { fullName: \"A\", preferredCurrency: \"euro\" }) { contact { id } } }",
        ];
        for query in faulty {
            let body = world.send(&world.admin, query, json!({})).await;
            assert_eq!(code(&body), "BAD_REQUEST", "{query}: {body}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_fault_of_the_database_is_internal_and_tells_nothing() {
    each_engine(async |world| {
        world
            .sql("ALTER TABLE business_category RENAME TO gone")
            .await;
        let body = world
            .send(&world.admin, "{ businessCategories { id } }", json!({}))
            .await;
        assert_eq!(code(&body), "INTERNAL");
        let text = body["errors"][0]["message"].to_string().to_lowercase();
        for inside in [
            "sql",
            "select",
            "table",
            "column",
            "business_category",
            "sqlx",
            "panick",
        ] {
            assert!(!text.contains(inside), "{text}");
        }
    })
    .await;
}

/// T-119: names that a caller may not use are not suggested.
#[tokio::test]
async fn a_misspelt_name_is_not_answered_with_similar_ones() {
    each_engine(async |world| {
        let body = world
            .send(&Person::anonymous(), "{ organisations { id } }", json!({}))
            .await;
        assert_eq!(code(&body), "BAD_REQUEST");
        assert!(!body.to_string().contains("Did you mean"), "{body}");
    })
    .await;
}

/// T-112: an error stays with its own field.
#[tokio::test]
async fn a_garbled_id_in_one_root_field_keeps_the_others() {
    each_engine(async |world| {
        let id = world.organization("Acme", None).await;
        let query = "query($id: ID!) { good: organization(id: $id) { name } bad: organization(id: \"x\") { name } }";
        let body = world.send(&world.admin, query, json!({ "id": id })).await;
        assert_eq!(body["data"], json!({ "good": { "name": "Acme" }, "bad": null }));
        assert_eq!(body["errors"][0]["path"], json!(["bad"]));
        assert_eq!(code(&body), "BAD_REQUEST");
    })
    .await;
}
