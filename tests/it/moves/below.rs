//! Reading everything below an organization, page by page, while it moves.

use super::{chain, move_as, names};
use crate::organizations::UPDATE;
use crate::support::{World, code, each_engine};
use serde_json::{Value, json};

const BELOW: &str = "query($id: ID!, $depth: Int, $first: Int, $after: String) { organization(id: $id) {
    descendants(maxDepth: $depth, first: $first, after: $after) {
        totalCount nodes { name } edges { cursor } pageInfo { hasNextPage hasPreviousPage endCursor } } } }";

/// T-172: depth first, siblings by name without regard to case.
#[tokio::test]
async fn everything_below_comes_depth_first_by_name_to_the_depth_asked_for() {
    each_engine(async |world| {
        let (top, _) = furnished(&world).await;
        let below = async |depth: Option<i32>| {
            let variables = json!({ "id": top, "depth": depth, "first": 100 });
            let got =
                world.ask(&world.admin, BELOW, variables).await["organization"]["descendants"]
                    .clone();
            json!([names(&got["nodes"]), got["totalCount"]])
        };
        assert_eq!(below(None).await, json!(["a a1 A1x a2 B b1 c", 7]));
        assert_eq!(below(Some(1)).await, json!(["a B c", 3]));
        assert_eq!(below(Some(2)).await, json!(["a a1 a2 B b1 c", 6]));
        assert_eq!(below(Some(i32::MAX)).await, below(None).await);
        for wrong in [
            json!({ "depth": 0, "first": 1 }),
            json!({ "depth": -1, "first": 1 }),
            json!({}),
            json!({ "first": 101 }),
        ] {
            let mut wrong = wrong;
            wrong["id"] = json!(top);
            assert_eq!(
                code(&world.send(&world.admin, BELOW, wrong.clone()).await),
                "BAD_REQUEST",
                "{wrong}"
            );
        }
    })
    .await;
}

/// T-113, T-172.
#[tokio::test]
async fn everything_below_comes_in_pages_of_any_size() {
    each_engine(async |world| {
        let (top, _) = furnished(&world).await;
        for first in 1..=8 {
            let (mut seen, mut after) = (Vec::new(), Value::Null);
            loop {
                let variables = json!({ "id": top, "first": first, "after": after });
                let page =
                    world.ask(&world.admin, BELOW, variables).await["organization"]["descendants"]
                        .clone();
                assert_eq!(page["pageInfo"]["hasPreviousPage"], !after.is_null());
                seen.push(names(&page["nodes"]));
                after = page["pageInfo"]["endCursor"].clone();
                if page["pageInfo"]["hasNextPage"] == false {
                    break;
                }
            }
            assert_eq!(seen.len(), 7_usize.div_ceil(first));
            assert_eq!(seen.join(" "), "a a1 A1x a2 B b1 c", "pages of {first}");
        }
    })
    .await;
}

/// T-113: a cursor is a position, not a row.
#[tokio::test]
async fn a_page_goes_on_where_the_last_one_ended_though_its_end_was_renamed_moved_or_deleted() {
    each_engine(async |world| {
        let (top, ended_at) = furnished(&world).await;
        let page = async |after: &Value| {
            let variables = json!({ "id": top, "first": 3, "after": after });
            let got =
                world.ask(&world.admin, BELOW, variables).await["organization"]["descendants"]
                    .clone();
            (names(&got["nodes"]), got["pageInfo"]["endCursor"].clone())
        };
        let (first, end) = page(&Value::Null).await;
        assert_eq!(
            (first.as_str(), page(&end).await.0.as_str()),
            ("a a1 A1x", "a2 B b1")
        );
        world
            .change(
                &world.admin,
                UPDATE,
                json!({ "id": ended_at, "name": "zz" }),
            )
            .await;
        assert_eq!(page(&end).await.0, "zz a2 B");
        assert_eq!(
            move_as(&world, &world.admin, &ended_at, None).await,
            [""; 0]
        );
        assert_eq!(page(&end).await.0, "a2 B b1");
        world
            .change(
                &world.admin,
                crate::deletes::DELETE,
                json!({ "id": ended_at }),
            )
            .await;
        assert_eq!(page(&end).await.0, "a2 B b1");
        let garbled = json!({ "id": top, "first": 3, "after": "bm90IG91cnM" });
        assert_eq!(
            code(&world.send(&world.admin, BELOW, garbled).await),
            "BAD_REQUEST"
        );
    })
    .await;
}

/// T-113, T-175: names may be long, and levels many.
#[tokio::test]
async fn the_deepest_of_the_longest_names_has_a_cursor_that_is_taken_back() {
    each_engine(async |world| {
        let name = "\u{20000}".repeat(512);
        let ids = chain(&world, &[name.as_str(); 32]).await;
        let all = json!({ "id": ids[0], "first": 100 });
        let page = world.ask(&world.admin, BELOW, all).await["organization"]["descendants"].clone();
        for (at, left) in [(29, 1), (30, 0)] {
            let after = json!({ "id": ids[0], "first": 100, "after": page["edges"][at]["cursor"] });
            let rest =
                world.ask(&world.admin, BELOW, after).await["organization"]["descendants"].clone();
            assert_eq!(rest["nodes"].as_array().map(Vec::len), Some(left));
        }
    })
    .await;
}

/// A top with seven below it: a (a1 (A1x), a2), B (b1), c. And A1x.
async fn furnished(world: &World) -> (String, String) {
    let top = world.organization("Top", None).await;
    world.organization("c", Some(&top)).await;
    let b = world.organization("B", Some(&top)).await;
    world.organization("b1", Some(&b)).await;
    let a = world.organization("a", Some(&top)).await;
    world.organization("a2", Some(&a)).await;
    let a1 = world.organization("a1", Some(&a)).await;
    let deepest = world.organization("A1x", Some(&a1)).await;
    (top, deepest)
}
