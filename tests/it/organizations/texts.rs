//! What an organization's texts may hold, and how long they may be.

use super::{BY_EXTERNAL_ID, UPDATE, both, neither, refused, whole, with};
use crate::support::build::ORGANIZATION_CREATE;
use crate::support::{each_engine, user_errors};
use serde_json::json;

/// T-175: characters are counted, not bytes.
#[tokio::test]
async fn texts_are_as_long_as_their_limit_and_no_longer() {
    each_engine(async |world| {
        let id = world.organization("Acme", None).await;
        for (field, limit) in [("name", 512), ("externalId", 512), ("description", 10_000)] {
            let long = refused(&world, &id, json!({ field: "\u{20000}".repeat(limit + 1) })).await;
            assert_eq!(long, both(&format!("TOO_LONG at {field}")));
            // Different ones, because external ids are unique.
            let fitting = json!({ field: format!("  {}  ", "\u{20000}".repeat(limit)) });
            world
                .change(&world.admin, UPDATE, with(&fitting, "id", &id))
                .await;
            let other = json!({ "name": "Another", field: "\u{20001}".repeat(limit) });
            world.change(&world.admin, ORGANIZATION_CREATE, other).await;
            assert_eq!(whole(&world, &id).await[field], "\u{20000}".repeat(limit));
        }
    })
    .await;
}

/// T-172, T-175: some characters come to eighteen when compared, and an index has its limit too.
#[tokio::test]
async fn a_name_that_is_compared_by_far_more_characters_than_it_has_is_kept_and_found() {
    each_engine(async |world| {
        let name: String = (0..512_u32)
            .map(|at| {
                char::from_u32(0x3300 + (at * 37 + at * at) % 88).expect("a square of katakana")
            })
            .collect();
        let id = world.organization(&name, None).await;
        world
            .change(
                &world.admin,
                UPDATE,
                json!({ "id": id, "externalId": name }),
            )
            .await;
        let found = world
            .ask(&world.admin, BY_EXTERNAL_ID, json!({ "id": name }))
            .await;
        assert_eq!(found["organizationByExternalId"]["name"], name);
    })
    .await;
}

/// T-175: NUL, which PostgreSQL cannot store, is refused like the others.
#[tokio::test]
async fn control_characters_are_refused_except_newlines_and_tabs_in_descriptions() {
    each_engine(async |world| {
        let id = world.organization("Acme", None).await;
        for control in ['\0', '\u{1}', '\u{1b}', '\u{7f}', '\u{85}'] {
            for field in ["name", "externalId", "description"] {
                let got = refused(&world, &id, json!({ field: format!("a{control}b") })).await;
                assert_eq!(got, both(&format!("INVALID at {field}")), "{control:?}");
            }
        }
        for kept in ['\n', '\t', '\r'] {
            for field in ["name", "externalId"] {
                let got = refused(&world, &id, json!({ field: format!("a{kept}b") })).await;
                assert_eq!(got, both(&format!("INVALID at {field}")), "{kept:?}");
            }
            let text = json!({ "description": format!("a{kept}b") });
            assert_eq!(refused(&world, &id, text).await, neither(), "{kept:?}");
        }
        let payload = world
            .attempt(&world.admin, UPDATE, json!({ "id": id, "name": "a\0b" }))
            .await;
        let message = "name may not contain the character U+0000";
        assert_eq!(
            payload["userErrors"],
            json!([{ "code": "INVALID", "message": message, "path": ["name"] }])
        );
    })
    .await;
}

/// T-175: two ids that look alike must not differ.
#[tokio::test]
async fn external_ids_refuse_what_cannot_be_seen_and_names_do_not() {
    each_engine(async |world| {
        let id = world.organization("Acme", None).await;
        for unseen in [
            '\u{200b}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{202e}', '\u{2066}', '\u{ad}',
        ] {
            for text in [
                format!("a{unseen}b"),
                format!("{unseen}a"),
                format!("a{unseen}"),
            ] {
                let got = refused(&world, &id, json!({ "externalId": text })).await;
                assert_eq!(got, both("INVALID at externalId"), "{unseen:?}");
                assert_eq!(
                    refused(&world, &id, json!({ "name": text })).await,
                    neither(),
                    "{unseen:?}"
                );
            }
        }
    })
    .await;
}

/// T-175, T-176.
#[tokio::test]
async fn a_name_cannot_be_blank_and_neither_name_nor_type_can_be_cleared() {
    each_engine(async |world| {
        let id = world.organization("Acme", None).await;
        for blank in ["", "  ", " \n\u{a0}"] {
            assert_eq!(
                refused(&world, &id, json!({ "name": blank })).await,
                both("REQUIRED at name")
            );
        }
        let clear = json!({ "id": id, "name": null });
        assert_eq!(
            user_errors(&world.attempt(&world.admin, UPDATE, clear).await),
            ["REQUIRED at name"]
        );
        let clear = json!({ "id": id, "typeId": null });
        assert_eq!(
            user_errors(&world.attempt(&world.admin, UPDATE, clear).await),
            ["INVALID at typeId"]
        );
        assert_eq!(whole(&world, &id).await["version"], 1);
    })
    .await;
}

/// All at once, so that a form can show all.
#[tokio::test]
async fn every_mistake_of_an_input_is_told_at_once() {
    each_engine(async |world| {
        let id = world.organization("Acme", None).await;
        let input = json!({ "id": id, "name": " ", "externalId": "a\0", "description": "x".repeat(10_001), "typeId": null });
        let got = user_errors(&world.attempt(&world.admin, UPDATE, input).await);
        let all = ["INVALID at externalId", "REQUIRED at name", "TOO_LONG at description", "INVALID at typeId"];
        assert_eq!(got, all);
        let input = json!({ "name": "", "externalId": "a\0", "description": "x".repeat(10_001) });
        let got = user_errors(&world.attempt(&world.admin, ORGANIZATION_CREATE, input).await);
        assert_eq!(got, all[..3]);
    })
    .await;
}
