//! The house rules that a reader relies on, read off the sources themselves.

use std::fs;
use std::path::{Path, PathBuf};

/// Longer files have more than one reason to change.
const LONGEST: usize = 400;
const FEATURES: [&str; 15] = [
    "accounts",
    "addresses",
    "contact_notes",
    "contacts",
    "customer_groups",
    "customers",
    "exports",
    "imports",
    "markets",
    "named_values",
    "orders",
    "organizations",
    "personal_data",
    "prices",
    "sales_reps",
];
/// What a feature folder may hold; `mutation`, `service` and the like may grow into folders of the same name.
const LAYERS: [&str; 11] = [
    "mod",
    "object",
    "list",
    "query",
    "mutation",
    "loader",
    "service",
    "rules",
    "effective",
    "impact",
    "quote",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut waiting = vec![root().join(folder)];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(
                fs::read_dir(&path)
                    .expect("a folder")
                    .map(|entry| entry.expect("an entry").path()),
            );
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let name = path
                .strip_prefix(root())
                .expect("a path of ours")
                .display()
                .to_string();
            found.push((name, fs::read_to_string(&path).expect("a text")));
        }
    }
    found.sort();
    found
}

fn all() -> Vec<(String, String)> {
    let folders = [
        "src",
        "entity/src",
        "migration/src",
        "sheets/src",
        "sheets/tests/it",
        "tests/it",
    ];
    folders.into_iter().flat_map(sources).collect()
}

#[test]
fn no_file_is_too_long_for_one_reason_to_change() {
    let long: Vec<_> = all()
        .into_iter()
        .map(|(name, text)| (name, text.lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .collect();
    assert_eq!(long, Vec::new());
}

#[test]
fn every_file_says_first_what_it_is() {
    let silent: Vec<_> = all()
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//!"))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn feature_folders_use_the_fixed_file_names() {
    for feature in FEATURES {
        for entry in fs::read_dir(root().join("src").join(feature)).expect("a feature") {
            let path = entry.expect("an entry").path();
            let stem = path
                .file_stem()
                .and_then(|stem| stem.to_str())
                .expect("a name")
                .to_owned();
            assert!(LAYERS.contains(&stem.as_str()), "{}", path.display());
        }
    }
}

/// It could be used by itself: no database, no network, no clock, and nothing of the directory.
#[test]
fn the_crate_that_reads_files_knows_nothing_of_the_directory() {
    let foreign = [
        "entity::",
        "guildhall",
        "sea_orm",
        "tokio",
        "async fn",
        "std::net",
        "SystemTime",
        "Utc::now",
    ];
    let mut wrong = Vec::new();
    for (name, text) in sources("sheets/src") {
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let named = code.filter(|line| foreign.iter().any(|word| line.contains(word)));
        wrong.extend(named.map(|line| format!("{name}: {}", line.trim())));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// What a file of `folder` may not name, by the direction in which calls go.
fn forbidden(path: &Path) -> Vec<String> {
    let mut parts = path
        .components()
        .skip(1)
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    let folder = parts.next().unwrap_or_default();
    let layer = parts.next().unwrap_or_default();
    let layer = layer.trim_end_matches(".rs");
    let mut refused: Vec<String> = Vec::new();
    let roof = [
        "crate::schema",
        "crate::app",
        "crate::run",
        "crate::config",
        "crate::demo",
        "crate::graphiql",
    ];
    let below_the_roof = FEATURES.contains(&folder.as_str())
        || [
            "access", "graphql", "node.rs", "error.rs", "text.rs", "clock.rs",
        ]
        .contains(&folder.as_str());
    if below_the_roof {
        refused.extend(roof.map(str::to_owned));
        refused.push("crate::http".to_owned());
        refused.push("SystemDb".to_owned());
    }
    if ["access", "graphql", "error.rs", "text.rs", "clock.rs"].contains(&folder.as_str()) {
        refused.extend(FEATURES.map(|feature| format!("crate::{feature}")));
    }
    if folder == "access" {
        refused.push("crate::graphql".to_owned());
        refused.retain(|name| name != "SystemDb");
    }
    if FEATURES.contains(&folder.as_str()) {
        // Another feature's loader, list, object, service and rules may be used; what faces the client may not.
        for feature in FEATURES.iter().filter(|feature| **feature != folder) {
            refused.extend(["query", "mutation"].map(|layer| format!("crate::{feature}::{layer}")));
        }
        if layer == "rules" {
            refused.extend(
                [
                    "sea_orm",
                    "async fn",
                    "crate::graphql",
                    "ScopedDb",
                    "WriteTx",
                ]
                .map(str::to_owned),
            );
        }
        if ["service", "loader", "list", "rules"].contains(&layer) {
            refused.extend([
                format!("crate::{folder}::query"),
                format!("crate::{folder}::mutation"),
                "async_graphql::Context".to_owned(),
            ]);
        }
    }
    refused
}

#[test]
fn calls_go_downwards_only() {
    let mut wrong = Vec::new();
    for (name, text) in sources("src") {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for line in lines {
            for refused in forbidden(Path::new(&name)) {
                if line.contains(&refused) {
                    wrong.push(format!("{name}: {}", line.trim()));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// T-113 and the like are only worth something where somebody can look them up.
#[test]
fn every_ruling_that_the_code_cites_stands_in_the_domain_document() {
    let domain = fs::read_to_string(root().join("docs/domain.md")).expect("docs/domain.md");
    let mut unknown: Vec<String> = Vec::new();
    for (name, text) in all() {
        for (at, _) in text.match_indices("T-") {
            let digits: String = text[at + 2..]
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            let starts_a_word = !text[..at].ends_with(|before: char| before.is_alphanumeric());
            let cited = format!("T-{digits}");
            if starts_a_word && digits.len() >= 2 && !domain.contains(&cited) {
                unknown.push(format!("{name}: {cited}"));
            }
        }
    }
    unknown.dedup();
    assert_eq!(unknown, Vec::<String>::new());
}
