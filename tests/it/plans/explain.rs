//! Asking both engines how they answer a statement, and what of that would grow with the tables.

#![expect(
    clippy::disallowed_types,
    reason = "plans are asked for past the product"
)]

use sea_orm::sea_query::ArrayType;
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, Statement, Value};

/// Tables that grow, under all names that statements give them.
const LARGE: [&str; 12] = [
    "contact",
    "account",
    "organization",
    "organization_closure",
    "role_assignment",
    "session",
    "price",
    "customer",
    "customer_link",
    "page",
    "above",
    "below",
];

/// What prices of one buyer are looked up by: a variant alone may have one for each of very many.
const BUYER: &str = "buyer_key";

/// A connection to ask about plans on: one, as what is prepared stays on it.
pub async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let raw = sea_orm::Database::connect(options)
        .await
        .expect("a connection");
    if raw.get_database_backend() == DbBackend::Postgres {
        raw.execute_unprepared("SET plan_cache_mode = force_generic_plan")
            .await
            .expect("a setting");
    }
    raw
}

/// What each plan of `statement` goes through from end to end, and where it passes over the prices of others.
pub async fn scans(raw: &DatabaseConnection, statement: &Statement) -> Vec<String> {
    match raw.get_database_backend() {
        DbBackend::Sqlite => sqlite(raw, statement).await,
        _ => {
            let mut found = postgres(raw, statement, false).await;
            found.extend(postgres(raw, statement, true).await);
            found
        }
    }
}

async fn sqlite(raw: &DatabaseConnection, statement: &Statement) -> Vec<String> {
    let mut asked = statement.clone();
    asked.sql = format!("EXPLAIN QUERY PLAN {}", asked.sql);
    let mut lines: Vec<(i64, String)> = Vec::new();
    for row in raw.query_all_raw(asked.clone()).await.expect("a plan") {
        lines.push((
            row.try_get_by_index(1).expect("a parent"),
            row.try_get_by_index(3).expect("a line"),
        ));
    }
    let sorted = |parent| {
        let sorts = |(of, line): &(i64, String)| *of == parent && line.contains("FOR ORDER BY");
        lines.iter().any(sorts)
    };
    // An index that is made for the one statement is made of the whole table.
    let is_made = |(_, line): &&(i64, String)| {
        let table = line.split(' ').nth(1).unwrap_or_default();
        line.contains(" AUTOMATIC ") && LARGE.contains(&table)
            || line.starts_with("BLOOM FILTER ON price")
    };
    let is_scan = |(parent, line): &&(i64, String)| {
        let mut words = line.split(' ');
        words.next() == Some("SCAN")
            && words.next().is_some_and(|table| LARGE.contains(&table))
            && !line.contains("VIRTUAL TABLE")
            // In the order of an index, with a limit, it ends when the page is full.
            && (!line.contains(" USING ") || sorted(*parent))
    };
    let others = |(_, line): &&(i64, String)| {
        line.starts_with("SEARCH price ")
            && asked.sql.contains(BUYER)
            && !line.contains("buyer_key=")
    };
    let found = lines.iter();
    found
        .filter(|line| is_scan(line) || is_made(line) || others(line))
        .map(|(_, line)| line.clone())
        .collect()
}

/// With the values at hand, or as PostgreSQL plans when it has run the statement some times: for all values at once.
async fn postgres(raw: &DatabaseConnection, statement: &Statement, generic: bool) -> Vec<String> {
    let row = if generic {
        let values = statement.values.iter().flat_map(|values| values.iter());
        let types: Vec<_> = values.map(type_of).collect();
        let nulls = vec!["NULL"; types.len()].join(", ");
        let (of, with) = if types.is_empty() {
            (String::new(), String::new())
        } else {
            (format!("({})", types.join(", ")), format!("({nulls})"))
        };
        let prepare = format!("PREPARE looked_at{of} AS {}", statement.sql);
        raw.execute_unprepared(&prepare).await.expect(&prepare);
        let sql = format!("EXPLAIN (FORMAT JSON) EXECUTE looked_at{with}");
        let asked = Statement::from_string(DbBackend::Postgres, sql);
        let row = raw.query_one_raw(asked).await;
        raw.execute_unprepared("DEALLOCATE looked_at")
            .await
            .expect("an end");
        row
    } else {
        let mut asked = statement.clone();
        asked.sql = format!("EXPLAIN (FORMAT JSON) {}", asked.sql);
        raw.query_one_raw(asked).await
    };
    let plan: serde_json::Value = row
        .expect("a plan")
        .expect("a row")
        .try_get_by_index(0)
        .expect("JSON");
    let mut found = Vec::new();
    walk(&plan[0]["Plan"], false, generic, &mut found);
    // For all values at once it has to suppose that most organizations have one of the groups asked for. Such statements go to connections
    // that plan each time.
    let by_group = r#""organization"."customer_group_id" = ANY"#;
    if generic && statement.sql.contains(by_group) {
        found.retain(|line| !line.contains(" on organization,"));
    }
    found
}

fn walk(node: &serde_json::Value, may_end_early: bool, generic: bool, found: &mut Vec<String>) {
    let kind = node["Node Type"].as_str().unwrap_or_default();
    let table = node["Relation Name"].as_str().unwrap_or_default();
    let whole = kind.contains("Seq Scan")
        || kind.starts_with("Index") && node.get("Index Cond").is_none() && !may_end_early;
    if whole && LARGE.contains(&table) {
        found.push(format!(
            "{kind} on {table}{}",
            if generic { ", whatever the values" } else { "" }
        ));
    }
    let others = node["Filter"].as_str().unwrap_or_default();
    if table == "price" && others.contains(BUYER) {
        found.push(format!("{kind} on price, past those of other buyers"));
    }
    // A sort, a hash and an aggregate want all rows; what only looks rows up passes them on as they come.
    let may_end_early = match kind {
        "Limit" => true,
        "Sort" | "Hash" | "Aggregate" | "Materialize" | "Memoize" => false,
        _ => may_end_early,
    };
    for child in node["Plans"].as_array().into_iter().flatten() {
        let early = may_end_early && child["Parent Relationship"] != "InitPlan";
        walk(child, early, generic, found);
    }
}

fn type_of(value: &Value) -> String {
    match value {
        Value::Array(of, _) => format!("{}[]", name_of(of)),
        other => name_of(&other.array_type()).to_owned(),
    }
}

fn name_of(kind: &ArrayType) -> &'static str {
    match kind {
        ArrayType::Uuid => "uuid",
        ArrayType::String => "text",
        ArrayType::Int => "int4",
        ArrayType::BigInt | ArrayType::BigUnsigned => "int8",
        ArrayType::Bool => "bool",
        ArrayType::ChronoDateTimeUtc => "timestamptz",
        other => panic!("no name for {other:?}"),
    }
}
