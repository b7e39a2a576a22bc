//! What rows do to the tree.

use super::{BULK, faults, messages, row, told, tree};
use crate::support::{each_engine, user_errors};
use serde_json::{Value, json};

fn root(key: &str) -> Value {
    json!({ "externalId": key, "name": key, "parentExternalId": null })
}

/// T-25, T-94: the tree turned upside down, in any order of rows.
#[tokio::test]
async fn rows_may_hang_what_is_above_below_what_is_below_in_any_order() {
    each_engine(async |world| {
        let rows = [root("a"), row("b", "a"), row("c", "b"), row("d", "c")];
        world
            .change(&world.admin, BULK, json!({ "rows": rows }))
            .await;
        let turned = [row("a", "b"), row("b", "c"), root("c"), row("d", "c")];
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
            let rows = order.map(|place| turned[place].clone());
            world
                .change(&world.admin, BULK, json!({ "rows": rows }))
                .await;
            assert_eq!(tree(&world).await, ["a < b < c", "b < c", "c", "d < c"]);
            let back = [root("a"), row("b", "a"), row("c", "b"), row("d", "c")];
            let rows = order.map(|place| back[place].clone());
            world
                .change(&world.admin, BULK, json!({ "rows": rows }))
                .await;
            assert_eq!(
                tree(&world).await,
                ["a", "b < a", "c < b < a", "d < c < b < a"]
            );
        }
        // By way of what no row is about: c moves out with d, and a goes below d.
        let rows = [row("a", "d"), root("c")];
        world
            .change(&world.admin, BULK, json!({ "rows": rows }))
            .await;
        assert_eq!(
            tree(&world).await,
            ["a < d < c", "b < a < d < c", "c", "d < c"]
        );
        assert_eq!(faults(&world).await, Vec::<String>::new());
    })
    .await;
}

/// T-25, T-94: a cycle names its rows, and what hangs on it the row above.
#[tokio::test]
async fn a_cycle_within_a_call_names_its_rows() {
    each_engine(async |world| {
        let rows = [root("p"), row("q", "p")];
        world
            .change(&world.admin, BULK, json!({ "rows": rows }))
            .await;
        let rows = json!([
            row("x", "y"),
            row("y", "z"),
            row("z", "x"),
            row("below", "y"),
            row("self", "self"),
            row("p", "q"),
            row("fine", "q"),
        ]);
        let input = json!({ "rows": rows, "errorPolicy": "REJECT_FAILED_ROWS" });
        let written = world.attempt(&world.admin, BULK, input).await;
        let at = |place: usize| format!("HIERARCHY_CYCLE at rows.{place}.parentExternalId");
        assert_eq!(user_errors(&written), [0, 1, 2, 3, 4, 5, 6].map(at));
        let round = "it would lie below itself, by way of the rows 0, 1 and 2";
        let itself = "it would lie below itself";
        let below = |row: u8| format!("row {row}, below which it would come, is refused");
        assert_eq!(
            messages(&written),
            [round, round, round, &below(1), itself, itself, &below(5)]
        );
        assert_eq!(tree(&world).await, ["p", "q < p"]);
        let alone = world
            .attempt(&world.admin, BULK, json!({ "rows": [row("p", "q")] }))
            .await;
        assert_eq!(user_errors(&alone), [at(0)]);
    })
    .await;
}

/// T-27, T-173: as deep as the limit and no deeper, of what is made and of what is moved with everything below it.
#[tokio::test]
async fn a_row_that_would_lie_too_deep_is_refused() {
    each_engine(async |world| {
        let chain = |name: &str, long: usize| -> Vec<Value> {
            (1..=long)
                .map(|level| match level {
                    1 => root(&format!("{name}1")),
                    _ => row(&format!("{name}{level}"), &format!("{name}{}", level - 1)),
                })
                .rev()
                .collect()
        };
        let deep = world
            .attempt(&world.admin, BULK, json!({ "rows": chain("a", 33) }))
            .await;
        assert_eq!(
            user_errors(&deep),
            ["HIERARCHY_DEPTH at rows.0.parentExternalId"]
        );
        world
            .change(&world.admin, BULK, json!({ "rows": chain("a", 32) }))
            .await;
        world
            .change(&world.admin, BULK, json!({ "rows": chain("b", 2) }))
            .await;
        let hang = async |parent: &str| {
            let rows = json!({ "rows": [row("b1", parent)] });
            user_errors(&world.attempt(&world.admin, BULK, rows).await)
        };
        assert_eq!(
            hang("a31").await,
            ["HIERARCHY_DEPTH at rows.0.parentExternalId"]
        );
        assert_eq!(hang("a30").await, Vec::<String>::new());
    })
    .await;
}

/// T-94, T-115: what a refused row would have made is not there for those below it; what is there anyway is.
#[tokio::test]
async fn what_hangs_below_a_refused_row_is_refused_unless_its_parent_is_there() {
    each_engine(async |world| {
        world
            .change(&world.admin, BULK, json!({ "rows": [root("there")] }))
            .await;
        let rows = json!([
            row("grandchild", "child"),
            row("child", "new"),
            { "externalId": "new", "name": "" },
            { "externalId": "there", "name": null },
            row("other", "there"),
        ]);
        let input = json!({ "rows": rows, "errorPolicy": "REJECT_FAILED_ROWS" });
        let written = world.attempt(&world.admin, BULK, input).await;
        assert_eq!(
            told(&written),
            [
                "ERROR -@null NOT_FOUND at rows.0.parentExternalId",
                "ERROR -@null NOT_FOUND at rows.1.parentExternalId",
                "ERROR -@null REQUIRED at rows.2.name",
                "ERROR -@null REQUIRED at rows.3.name",
                "CREATE other@1 ",
            ]
        );
        assert_eq!(
            messages(&written)[0],
            "organization not found: row 1, which would create it, is refused or left out"
        );
    })
    .await;
}

/// T-10, T-29: moving changes nobody's prices, a group does, and what is there of the tree is as if each had been moved by hand.
#[tokio::test]
async fn a_level_is_entered_in_the_tree_as_one_by_one() {
    each_engine(async |world| {
        let rows: Vec<_> = (1..300)
            .map(|number: u32| row(&number.to_string(), &(number / 3).to_string()))
            .chain([root("0")])
            .collect();
        world
            .change(&world.admin, BULK, json!({ "rows": rows }))
            .await;
        assert_eq!(world.number("SELECT count(*) FROM organization").await, 300);
        assert_eq!(faults(&world).await, Vec::<String>::new());
        let rows: Vec<_> = (1..300)
            .filter(|number| number % 7 == 0)
            .map(|number: u32| row(&number.to_string(), "0"))
            .collect();
        world
            .change(&world.admin, BULK, json!({ "rows": rows }))
            .await;
        assert_eq!(faults(&world).await, Vec::<String>::new());
    })
    .await;
}
