//! Finding things by part of a text: the same on both engines, and never anything but plain text.

use crate::support::{World, each_engine};
use guildhall::text::sort_key;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use std::fmt::Write as _;

async fn found(world: &World, list: &str, name: &str, filter: Value) -> Vec<String> {
    let kind = if list == "contacts" {
        "ContactFilter"
    } else {
        "OrganizationFilter"
    };
    let query = format!(
        "query($filter: {kind}) {{ list: {list}(first: 100, filter: $filter) {{ totalCount nodes {{ {name} }} }} }}"
    );
    let data = world
        .ask(&world.admin, &query, json!({ "filter": filter }))
        .await;
    let nodes = data["list"]["nodes"].as_array().expect("nodes");
    assert_eq!(data["list"]["totalCount"], json!(nodes.len()), "{filter}");
    nodes
        .iter()
        .map(|node| node[name].as_str().expect("a name").to_owned())
        .collect()
}

async fn organizations(world: &World, search: &str) -> Vec<String> {
    found(world, "organizations", "name", json!({ "search": search })).await
}

/// T-174.
#[tokio::test]
async fn three_characters_are_found_anywhere_and_fewer_only_at_the_beginning() {
    each_engine(async |world| {
        for (name, external) in [
            ("Müller & Söhne", Some("ERP-77")),
            ("Obermüller", None),
            ("Zimmer", Some("müll")),
            ("ſtraße 7", None),
        ] {
            world
                .organization_with(json!({ "name": name, "externalId": external }))
                .await;
        }
        let rows: [(&str, &[&str]); 16] = [
            ("MÜL", &["Müller & Söhne", "Obermüller", "Zimmer"]),
            ("mu\u{308}ller", &["Müller & Söhne", "Obermüller"]),
            ("mü", &["Müller & Söhne", "Zimmer"]),
            ("M", &["Müller & Söhne", "Zimmer"]),
            ("  obermüller  ", &["Obermüller"]),
            ("STRASSE", &["ſtraße 7"]),
            ("ße 7", &["ſtraße 7"]),
            ("p-7", &["Müller & Söhne"]),
            ("er", &["Müller & Söhne"]),
            ("7", &[]),
            ("söhneerp", &[]),
            ("söhne\nerp", &[]),
            ("muller", &[]),
            ("mul", &[]),
            (" ", &["Müller & Söhne", "Obermüller", "ſtraße 7", "Zimmer"]),
            ("", &["Müller & Söhne", "Obermüller", "ſtraße 7", "Zimmer"]),
        ];
        for (search, expected) in rows {
            let mut expected = expected.to_vec();
            expected.sort_by_key(|name| sort_key(name));
            assert_eq!(organizations(&world, search).await, expected, "{search:?}");
        }
    })
    .await;
}

/// T-174: none of them means anything to the engines.
#[tokio::test]
async fn wildcards_quotes_and_operators_are_plain_text() {
    let names = [
        "100% wool",
        "100 wool",
        "snake_case",
        "snakeXcase",
        r"back\slash",
        "backslash",
        r#"say "hello""#,
        "say hello",
        "O'Neill",
        "ONeill",
        "a*b*c",
        "aabbc",
        "this OR that",
        "this",
        "NEAR(one two)",
        "col:umn",
        "x AND NOT y",
        "^start",
        "(paren)",
        "[abc]",
        "a-b-c",
        "a;b;c",
        "--comment",
        "/*x*/",
        "$1 ?1 :a",
        "\u{FF05}full",
        "%%%",
        "___",
        r"\\\",
        "\"\"\"",
        "'''",
        "***",
    ];
    each_engine(async |world| {
        for name in names {
            world.organization(name, None).await;
        }
        let searches = names.iter().copied().chain([
            "%",
            "_",
            "\\",
            "\"",
            "'",
            "*",
            "0%",
            "e_c",
            "k\\s",
            "\"he",
            "O'N",
            "a*b",
            " OR ",
            "NEAR(",
            "col:",
            "search_key:this",
            "AND NOT",
            "^st",
            "(pa",
            "[ab",
            "a-b",
            ";b;",
            "--c",
            "/*x",
            "$1 ",
            "?1",
            "this that",
            "th*",
            "\"this\" OR \"that\"",
            "{x y}: z",
            "+ +",
            "NOT this",
            "\u{0}",
            "a\u{0}b",
            "thi\u{0}",
            "\t",
            "a\tb",
            "\u{7f}",
            "\u{10FFFF}",
            "\u{10FFFF}\u{10FFFF}\u{10FFFF}",
        ]);
        for search in searches {
            let wanted = sort_key(search.trim());
            let short = wanted.chars().count() < 3;
            let mut expected: Vec<_> = names
                .iter()
                .filter(|name| {
                    let key = sort_key(name);
                    if short {
                        key.starts_with(&wanted)
                    } else {
                        key.contains(&wanted)
                    }
                })
                .map(|name| (*name).to_owned())
                .collect();
            let mut got = organizations(&world, search).await;
            got.sort();
            expected.sort();
            assert_eq!(got, expected, "{search:?}");
        }
    })
    .await;
}

/// Longer than any name: nothing is found, and nothing breaks.
#[tokio::test]
async fn a_search_for_a_very_long_text_finds_nothing() {
    each_engine(async |world| {
        world.organization("Acme", None).await;
        world
            .contact_with(json!({ "email": "x@example.org" }))
            .await;
        for search in [
            "x".repeat(200_000),
            "\"".repeat(100_000),
            "ab ".repeat(60_000),
            "\u{FDFA}".repeat(10_000),
        ] {
            assert_eq!(organizations(&world, &search).await, Vec::<String>::new());
            let filter = json!({ "search": search, "emailPrefix": search });
            assert_eq!(
                found(&world, "contacts", "fullName", filter).await,
                Vec::<String>::new()
            );
        }
    })
    .await;
}

const ALPHABET: [char; 24] = [
    'a',
    'A',
    'b',
    'ä',
    'Ä',
    'ß',
    'ı',
    'İ',
    'i',
    'Σ',
    'ς',
    'é',
    '\u{301}',
    ' ',
    '%',
    '_',
    '\\',
    '"',
    '\'',
    '*',
    '(',
    '日',
    '\u{1F600}',
    'ﬁ',
];

fn random_text(random: &mut SmallRng, length: std::ops::Range<usize>) -> String {
    let length = random.random_range(length);
    (0..length)
        .map(|_| ALPHABET[random.random_range(0..ALPHABET.len())])
        .collect()
}

/// What the search ought to find among the texts of each row.
fn scan(rows: &[(String, Vec<String>)], search: &str) -> Vec<String> {
    let wanted = sort_key(search.trim());
    let short = wanted.chars().count() < 3;
    let matches = |text: &String| {
        let key = sort_key(text);
        if short {
            key.starts_with(&wanted)
        } else {
            key.contains(&wanted)
        }
    };
    let mut found: Vec<_> = rows
        .iter()
        .filter(|(_, texts)| texts.iter().any(matches))
        .map(|(name, _)| name.clone())
        .collect();
    found.sort();
    found
}

/// T-174.
#[tokio::test]
async fn searching_random_texts_finds_what_a_plain_scan_finds() {
    each_engine(async |world| {
        let random = &mut SmallRng::seed_from_u64(7);
        let mut rows = Vec::new();
        for index in 0..60 {
            let name = format!("{}{}", random_text(random, 0..9), ["x", "A", "日"][index % 3]);
            let external = (index % 4 == 0).then(|| format!("{}k{index}", random_text(random, 0..5).trim()));
            let email = (index % 3 == 0).then(|| format!("a{index}b@Ärger.example"));
            world.contact_with(json!({ "fullName": name, "externalId": external, "email": email })).await;
            let mut texts = vec![name.trim().to_owned()];
            texts.extend(external.map(|text| text.trim().to_owned()));
            texts.extend(email);
            rows.push((name.trim().to_owned(), texts));
        }
        for round in 0..8 {
            let searches: Vec<String> = (0..40).map(|nth| {
                if nth % 2 == 0 {
                    return random_text(random, 1..6);
                }
                let (_, texts) = &rows[random.random_range(0..rows.len())];
                let text: Vec<char> = texts[random.random_range(0..texts.len())].chars().collect();
                let start = random.random_range(0..text.len());
                let end = random.random_range(start..text.len()) + 1;
                let part = text[start..end].iter().collect::<String>();
                if nth % 4 == 1 { part.to_uppercase() } else { part }
            }).collect();
            let mut query = String::from("query(");
            let mut fields = String::new();
            let mut variables = json!({});
            for (nth, search) in searches.iter().enumerate() {
                let _ = write!(query, "$s{nth}: String ");
                let _ = write!(fields, "f{nth}: contacts(first: 100, filter: {{ search: $s{nth} }}) {{ nodes {{ fullName }} }} ");
                variables[format!("s{nth}")] = json!(search);
            }
            let data = world.ask(&world.admin, &format!("{query}) {{ {fields} }}"), variables).await;
            for (nth, search) in searches.iter().enumerate() {
                let nodes = data[format!("f{nth}")]["nodes"].as_array().expect("nodes");
                let mut got: Vec<_> = nodes.iter().map(|node| node["fullName"].as_str().expect("a name").to_owned()).collect();
                got.sort();
                assert_eq!(got, scan(&rows, search), "round {round}, {search:?}");
            }
        }
    })
    .await;
}

/// T-174: an index that lags behind would find the old name.
#[tokio::test]
async fn what_is_renamed_or_deleted_is_found_by_what_it_is_now() {
    each_engine(async |world| {
        let ann = world.contact_with(json!({ "fullName": "Ann Archer", "email": "ann@old.example", "externalId": "E-1" })).await;
        let search = async |text: &str| found(&world, "contacts", "fullName", json!({ "search": text })).await;
        let update = "mutation($input: ContactUpdateInput!) { contactUpdate(input: $input) { contact { id } userErrors { code } } }";
        world.change(&world.admin, update, json!({ "id": ann, "fullName": "Bea Baker", "email": null, "externalId": "F-2" })).await;
        for gone in ["archer", "ann", "old.example", "e-1"] {
            assert_eq!(search(gone).await, Vec::<String>::new(), "{gone}");
        }
        for now in ["bea b", "BAKER", "f-2"] {
            assert_eq!(search(now).await, ["Bea Baker"], "{now}");
        }
        let delete = "mutation($input: ContactDeleteInput!) { contactDelete(input: $input) { deletedId userErrors { code } } }";
        world.change(&world.admin, delete, json!({ "id": ann })).await;
        assert_eq!(search("baker").await, Vec::<String>::new());
    })
    .await;
}

/// T-174.
#[tokio::test]
async fn an_email_prefix_is_the_beginning_of_the_email_in_any_case() {
    each_engine(async |world| {
        for (name, email) in [
            ("A", Some("Max.Muster@Example.org")),
            ("B", Some("max@example.org")),
            ("C", Some("m_x@example.org")),
            ("D", Some("Ägir@example.org")),
            ("E", None),
        ] {
            world
                .contact_with(json!({ "fullName": name, "email": email }))
                .await;
        }
        let rows: [(&str, &[&str]); 10] = [
            ("MAX", &["A", "B"]),
            ("max.", &["A"]),
            ("max@EXAMPLE.ORG", &["B"]),
            ("m_", &["C"]),
            ("m%", &[]),
            ("äg", &["D"]),
            ("xample", &[]),
            (" max ", &["A", "B"]),
            ("max\u{0}", &[]),
            ("\u{10FFFF}", &[]),
        ];
        for (prefix, expected) in rows {
            assert_eq!(
                found(
                    &world,
                    "contacts",
                    "fullName",
                    json!({ "emailPrefix": prefix })
                )
                .await,
                expected,
                "{prefix:?}"
            );
        }
    })
    .await;
}

/// T-174: several filters at once must all hold, empty lists match nothing.
#[tokio::test]
async fn filters_narrow_each_other_and_an_empty_list_matches_nothing() {
    each_engine(async |world| {
        for (name, external) in [("Alpha", "one"), ("Alphabet", "two"), ("Beta", "three")] {
            world.organization_with(json!({ "name": name, "externalId": external })).await;
        }
        let rows: [(Value, &[&str]); 6] = [
            (json!({ "search": "alpha", "externalIds": ["two", "three"] }), &["Alphabet"]),
            (json!({ "externalIds": [] }), &[]),
            (json!({ "customerGroupIds": [] }), &[]),
            (json!({ "typeIds": [] }), &[]),
            (json!({ "externalIds": ["ONE", "t\u{0}wo", "", "three"] }), &["Beta"]),
            (json!({ "search": null, "externalIds": null, "parentId": null, "rootsOnly": null, "customerGroupIds": null, "typeIds": null }), &["Alpha", "Alphabet", "Beta"]),
        ];
        for (filter, expected) in rows {
            assert_eq!(found(&world, "organizations", "name", filter.clone()).await, expected, "{filter}");
        }
    })
    .await;
}
