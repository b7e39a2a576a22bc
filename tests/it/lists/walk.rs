//! Walking a list from end to end.

use crate::support::{World, each_engine};
use guildhall::text::sort_key;
use serde_json::{Value, json};

/// The fields to order by, with what they compare, from the answer itself.
type Key = fn(&Value) -> String;

fn text(value: &Value) -> String {
    sort_key(value.as_str().unwrap_or_default())
}

fn instant(value: &Value) -> String {
    value.as_str().expect("an instant").to_owned()
}

async fn walk(world: &World, list: &str, order: &str, backward: bool, size: usize) -> Vec<Value> {
    let (count, from, cursor, more) = if backward {
        ("last", "before", "startCursor", "hasPreviousPage")
    } else {
        ("first", "after", "endCursor", "hasNextPage")
    };
    let (order_type, fields) = match list {
        "contacts" => (
            "ContactOrder",
            "id fullName lastName email createdAt updatedAt",
        ),
        "accounts" => ("AccountOrder", "id login createdAt"),
        _ => ("OrganizationOrder", "id name createdAt updatedAt"),
    };
    let query = format!("query($order: {order_type}, $cursor: String) {{ list: {list}({count}: {size}, {from}: $cursor, orderBy: $order) {{
        totalCount nodes {{ {fields} }} edges {{ cursor }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}");
    let (field, direction) = order.split_once(' ').expect("a field and a direction");
    let mut all: Vec<Value> = Vec::new();
    let mut position = Value::Null;
    loop {
        let variables =
            json!({ "order": { "field": field, "direction": direction }, "cursor": position });
        let page = world.ask(&world.admin, &query, variables).await["list"].clone();
        let mut nodes = page["nodes"].as_array().expect("nodes").clone();
        let info = &page["pageInfo"];
        assert_eq!(
            info[if backward {
                "hasNextPage"
            } else {
                "hasPreviousPage"
            }],
            json!(!all.is_empty()),
            "{list} by {order}"
        );
        assert_eq!(
            (&info["startCursor"], &info["endCursor"]),
            (
                &page["edges"][0]["cursor"],
                &page["edges"][nodes.len() - 1]["cursor"]
            )
        );
        if backward {
            nodes.append(&mut all);
            all = nodes;
        } else {
            all.append(&mut nodes);
        }
        position = info[cursor].clone();
        if info[more] == json!(false) {
            assert_eq!(page["totalCount"], json!(all.len()));
            return all;
        }
        assert!(all.len() < 1_000, "{list} by {order} never ends");
    }
}

/// Rows that tie, differ in case, have umlauts, or lack what they are ordered by, made at instants that differ below the millisecond.
async fn varied(world: &World) {
    let names = [
        "Ärger",
        "arger",
        "Zoë",
        "zoe",
        "ZOË",
        "Öl",
        "ol",
        "ß",
        "ss",
        "Straße",
        "STRASSE",
        "a",
        "A",
        "á",
        "\u{1F600}",
        "ﬁn",
        "fin",
        "_",
        "%",
        "日本",
        "Ｚ",
    ];
    for (index, name) in names.iter().enumerate() {
        world
            .organization_with(json!({ "name": name, "externalId": format!("k{index}") }))
            .await;
        let email = (index % 3 != 0)
            .then(|| format!("{}@{}.example", ["Max", "max", "Åsa"][index % 3], index % 4));
        let last = (index % 4 != 0).then_some(names[index * 5 % names.len()]);
        if index > 0 {
            // With the administrator's as many as there are of the others.
            world.account(&format!("{name} {index}"), None).await;
        }
        world.contact_with(json!({ "fullName": name, "lastName": last, "email": email, "externalId": format!("k{index}") })).await;
    }
    for (index, instant) in [
        "00.500",
        "00.500001",
        "00",
        "00.000001",
        "01",
        "00.500",
        "00.490",
    ]
    .iter()
    .enumerate()
    {
        for table in ["contact", "organization"] {
            world.sql(&format!("UPDATE {table} SET created_at = '2025-06-01T00:00:{instant}+00:00', updated_at = '2025-07-01T00:00:{instant}+00:00'
                WHERE external_id = 'k{}'", index * 2)).await;
        }
        world.sql(&format!("UPDATE account SET created_at = '2025-06-01T00:00:{instant}+00:00' WHERE login LIKE '% {}'", index * 2)).await;
    }
}

/// T-172, T-113.
#[tokio::test]
async fn walking_a_list_in_any_order_and_direction_shows_every_row_once_in_order() {
    each_engine(async |world| {
        varied(&world).await;
        let orders: [(&str, &str, Key); 10] = [
            ("contacts", "FULL_NAME", |row| text(&row["fullName"])),
            ("contacts", "LAST_NAME", |row| text(&row["lastName"])),
            ("contacts", "EMAIL", |row| text(&row["email"])),
            ("contacts", "CREATED_AT", |row| instant(&row["createdAt"])),
            ("contacts", "UPDATED_AT", |row| instant(&row["updatedAt"])),
            ("accounts", "LOGIN", |row| text(&row["login"])),
            ("accounts", "CREATED_AT", |row| instant(&row["createdAt"])),
            ("organizations", "NAME", |row| text(&row["name"])),
            ("organizations", "CREATED_AT", |row| {
                instant(&row["createdAt"])
            }),
            ("organizations", "UPDATED_AT", |row| {
                instant(&row["updatedAt"])
            }),
        ];
        for (list, field, key) in orders {
            for direction in ["ASC", "DESC"] {
                let order = format!("{field} {direction}");
                let forward = walk(&world, list, &order, false, 4).await;
                let mut expected = forward.clone();
                expected.sort_by_key(|row| (key(row), row["id"].to_string()));
                if direction == "DESC" {
                    expected.reverse();
                }
                assert_eq!(forward, expected, "{list} by {order}");
                assert_eq!(forward.len(), 21);
                assert_eq!(
                    walk(&world, list, &order, true, 5).await,
                    expected,
                    "{list} by {order}, backward"
                );
            }
        }
    })
    .await;
}

/// T-172: the order itself, in so many words.
#[tokio::test]
async fn names_are_ordered_without_regard_to_case_by_code_point() {
    each_engine(async |world| {
        varied(&world).await;
        let names: Vec<_> = walk(&world, "organizations", "NAME ASC", false, 50)
            .await
            .iter()
            .map(|row| row["name"].as_str().expect("a name").to_owned())
            .collect();
        assert_eq!(
            names.join(" "),
            "% _ a A arger ﬁn fin ol ß ss Straße STRASSE Ｚ zoe Zoë ZOË á Ärger Öl 日本 \u{1F600}"
        );
    })
    .await;
}
