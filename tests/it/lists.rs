//! Pages: their arguments, their cursors, and that walking them shows every row once and in order.

mod prefix;
mod walk;

use crate::support::{World, code, each_engine};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// An organization with children, contacts and a root list: every connection there is, with `$args` to put in.
fn connections(id: &str) -> Vec<(&'static str, String)> {
    let below = |field: &str| {
        format!(
            "query {{ o: organization(id: {id:?}) {{ list: {field}(ARGS) {{ totalCount nodes {{ id }} PAGE_INFO }} }} }}"
        )
    };
    let root = |field: &str| {
        format!("query {{ list: {field}(ARGS) {{ totalCount nodes {{ id }} PAGE_INFO }} }}")
    };
    let page_info = "edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
    [
        ("organizations", root("organizations")),
        ("contacts", root("contacts")),
        ("customerGroups", root("customerGroups")),
        ("children", below("children")),
        ("descendants", below("descendants")),
        ("contacts of", below("contacts")),
        ("accounts", root("accounts")),
        ("roles", root("roles")),
    ]
    .map(|(name, query)| (name, query.replace("PAGE_INFO", page_info)))
    .into()
}

fn list(data: &Value) -> &Value {
    data.get("o").unwrap_or(data).get("list").expect("a list")
}

async fn page(world: &World, query: &str, args: &str) -> Value {
    list(
        &world
            .ask(&world.admin, &query.replace("ARGS", args), json!({}))
            .await,
    )
    .clone()
}

/// An organization with three children and three contacts; its id.
async fn small(world: &World) -> String {
    let root = world.organization("Root", None).await;
    for name in ["Beta", "alpha", "Gamma"] {
        world.organization(name, Some(&root)).await;
        world.contact(name, Some(&root)).await;
    }
    root
}

/// T-171.
#[tokio::test]
async fn one_of_first_and_last_is_required_and_may_be_0_to_100() {
    each_engine(async |world| {
        for (name, query) in connections(&small(&world).await) {
            let refused = ["orderBy: null", "first: 3, last: 3", "first: -1", "first: 101", "last: -1", "last: 101", "first: null, last: null", "first: 2147483647"];
            for args in refused {
                if matches!(name, "customerGroups" | "roles") && args.contains("orderBy") {
                    continue;
                }
                let body = world.send(&world.admin, &query.replace("ARGS", args), json!({})).await;
                assert_eq!(code(&body), "BAD_REQUEST", "{name}({args})");
            }
            let all = page(&world, &query, "first: 100").await;
            assert_eq!(all["nodes"].as_array().map(Vec::len), all["totalCount"].as_u64().map(|count| count as usize), "{name}");
            let none = page(&world, &query, "first: 0").await;
            let page_info = json!({ "hasNextPage": true, "hasPreviousPage": false, "startCursor": null, "endCursor": null });
            assert_eq!(none, json!({ "totalCount": all["totalCount"], "nodes": [], "edges": [], "pageInfo": page_info }), "{name}");
            if name != "descendants" {
                assert_eq!(page(&world, &query, "last: 100").await["nodes"], all["nodes"], "{name}");
                assert_eq!(page(&world, &query, "last: 0").await["nodes"], json!([]), "{name}");
            }
        }
    })
    .await;
}

/// T-171, T-172.
#[tokio::test]
async fn an_order_of_null_is_the_default_order() {
    each_engine(async |world| {
        small(&world).await;
        for (list, kind, field) in [("organizations", "Organization", "NAME"), ("contacts", "Contact", "FULL_NAME"), ("accounts", "Account", "LOGIN")] {
            let query = format!("query($order: {kind}Order) {{ asked: {list}(first: 9, orderBy: $order) {{ nodes {{ id }} }} plain: {list}(first: 9, orderBy: null) {{ nodes {{ id }} }}
                by: {list}(first: 9, orderBy: {{ field: {field}, direction: ASC }}) {{ nodes {{ id }} }} }}");
            let got = world.ask(&world.admin, &query, json!({ "order": null })).await;
            assert_eq!((&got["asked"], &got["plain"]), (&got["by"], &got["by"]));
            assert_eq!(got, world.ask(&world.admin, &query, json!({})).await);
        }
    })
    .await;
}

/// T-113, T-171.
#[tokio::test]
async fn a_cursor_is_good_for_its_own_list_and_order_alone() {
    each_engine(async |world| {
        let root = small(&world).await;
        let all = connections(&root);
        for (name, query) in &all {
            let cursor = page(&world, query, "first: 1").await["pageInfo"]["endCursor"]
                .as_str()
                .expect("a cursor")
                .to_owned();
            let own_kind = |other: &str| {
                matches!(
                    (*name, other),
                    ("organizations" | "children", "organizations" | "children")
                        | ("contacts" | "contacts of", "contacts" | "contacts of")
                )
            };
            for (other, query) in &all {
                if other == name || own_kind(other) {
                    continue;
                }
                let body = world
                    .send(
                        &world.admin,
                        &query.replace("ARGS", &format!("first: 1, after: {cursor:?}")),
                        json!({}),
                    )
                    .await;
                assert_eq!(code(&body), "BAD_REQUEST", "{name} in {other}");
            }
            let orders: &[&str] = match *name {
                "organizations" | "children" => &[
                    "{ field: NAME, direction: DESC }",
                    "{ field: CREATED_AT, direction: ASC }",
                    "{ field: UPDATED_AT, direction: ASC }",
                ],
                "contacts" | "contacts of" => &[
                    "{ field: FULL_NAME, direction: DESC }",
                    "{ field: LAST_NAME, direction: ASC }",
                    "{ field: EMAIL, direction: ASC }",
                ],
                "accounts" => &[
                    "{ field: LOGIN, direction: DESC }",
                    "{ field: CREATED_AT, direction: ASC }",
                ],
                _ => &[],
            };
            for order in orders {
                for side in ["first: 1, after", "last: 1, before"] {
                    let args = format!("orderBy: {order}, {side}: {cursor:?}");
                    let body = world
                        .send(&world.admin, &query.replace("ARGS", &args), json!({}))
                        .await;
                    assert_eq!(code(&body), "BAD_REQUEST", "{name}({args})");
                }
            }
            for garbled in [
                "",
                "x",
                "!",
                "bnVsbA",
                "W10",
                "e30",
                &cursor[1..],
                &format!("{cursor}="),
                &"A".repeat(100_000),
            ] {
                let body = world
                    .send(
                        &world.admin,
                        &query.replace("ARGS", &format!("first: 1, after: {garbled:?}")),
                        json!({}),
                    )
                    .await;
                assert_eq!(code(&body), "BAD_REQUEST", "{name} after {garbled:.50}");
            }
        }
    })
    .await;
}

fn parts_of(cursor: &str) -> Vec<String> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).expect("base64"))
        .expect("a list of texts")
}

/// T-113: whatever somebody writes into a cursor, it is a position or it is refused.
#[tokio::test]
async fn a_forged_cursor_never_is_a_fault_of_ours() {
    each_engine(async |world| {
        let poison = [
            "", "\u{0}", "x\u{0}y", "-9223372036854775808", "9223372036854775807", "9223372036854775808", "-6000000000000000000", "8000000000000000000",
            "-62135596800000001", "253402300800000000", "1.5", "NaN", "null", "'; DROP TABLE contact; --", "\u{10FFFF}", "ffffffff-ffff-ffff-ffff-ffffffffffff", "2147483648",
        ];
        let mut lists = connections(&small(&world).await);
        let with_order = |field: &'static str, order: &str| {
            let query = format!("{{ list: {field}(ARGS, orderBy: {{ field: {order}, direction: DESC }}) {{ totalCount nodes {{ id }} pageInfo {{ endCursor }} }} }}");
            (field, query)
        };
        lists.extend([with_order("contacts", "CREATED_AT"), with_order("organizations", "UPDATED_AT"), with_order("contacts", "EMAIL"), with_order("accounts", "CREATED_AT")]);
        for (name, query) in lists {
            let cursor = page(&world, &query, "first: 1").await["pageInfo"]["endCursor"].as_str().expect("a cursor").to_owned();
            let parts = parts_of(&cursor);
            let mut forged = vec![json!([]), json!([parts[0]]), json!([parts[0], "a", "b", "c", "d", "e"]), json!({ "a": 1 }), json!([1, 2]), json!([parts[0], null])];
            for place in 0..parts.len() {
                forged.extend(poison.iter().map(|poison| {
                    let mut parts = parts.clone();
                    (*poison).clone_into(&mut parts[place]);
                    json!(parts)
                }));
            }
            for parts in forged {
                let cursor = URL_SAFE_NO_PAD.encode(parts.to_string());
                let body = world.send(&world.admin, &query.replace("ARGS", &format!("first: 2, after: {cursor:?}")), json!({})).await;
                assert!(body.get("errors").is_none() || code(&body) == "BAD_REQUEST", "{name} after {parts}: {body}");
            }
        }
    })
    .await;
}

/// T-113: a cursor is a position, not a row.
#[tokio::test]
async fn a_cursor_stays_good_when_its_row_is_deleted() {
    each_engine(async |world| {
        let root = small(&world).await;
        for (name, query) in connections(&root) {
            if !matches!(name, "children" | "descendants") {
                continue;
            }
            let doomed = world.organization("Beta", Some(&root)).await;
            let all = page(&world, &query, "first: 9").await;
            let place = all["nodes"].as_array().expect("nodes").iter().position(|node| node["id"] == json!(doomed)).expect("the doomed one");
            let delete = "mutation($input: OrganizationDeleteInput!) { organizationDelete(input: $input) { deletedId userErrors { code } } }";
            world.change(&world.admin, delete, json!({ "id": doomed })).await;
            let rest = page(&world, &query, &format!("first: 9, after: {}", all["edges"][place]["cursor"])).await;
            assert_eq!(rest["nodes"].as_array().expect("nodes")[..], all["nodes"].as_array().expect("nodes")[place + 1..], "{name}");
            assert_eq!(rest["pageInfo"]["hasPreviousPage"], json!(true));
        }
    })
    .await;
}

/// T-171: both cursors at once are a window.
#[tokio::test]
async fn after_and_before_together_cut_out_a_window() {
    each_engine(async |world| {
        let root = small(&world).await;
        let (_, query) = connections(&root).swap_remove(3);
        let all = page(&world, &query, "first: 9").await;
        let (from, to) = (&all["edges"][0]["cursor"], &all["edges"][2]["cursor"]);
        for count in ["first: 5", "last: 5"] {
            let got = page(
                &world,
                &query,
                &format!("{count}, after: {from}, before: {to}"),
            )
            .await;
            assert_eq!(got["nodes"], json!([all["nodes"][1]]), "{count}");
        }
    })
    .await;
}

/// Names may be as long as they like: the cursors made from them come back.
#[tokio::test]
async fn the_cursor_of_a_deep_place_with_long_names_is_good() {
    each_engine(async |world| {
        let name = "長".repeat(512);
        let root = world.organization(&name, None).await;
        let mut parent = root.clone();
        for _ in 0..31 {
            parent = world.organization(&name, Some(&parent)).await;
        }
        let query = "query($id: ID!, $after: String) { organization(id: $id) { descendants(first: 100, after: $after) { nodes { id } pageInfo { endCursor } } } }";
        let all = world.ask(&world.admin, query, json!({ "id": root })).await["organization"]["descendants"].clone();
        assert_eq!(all["nodes"].as_array().map(Vec::len), Some(31));
        let rest = world.ask(&world.admin, query, json!({ "id": root, "after": all["pageInfo"]["endCursor"] })).await;
        assert_eq!(rest["organization"]["descendants"]["nodes"], json!([]));
    })
    .await;
}
