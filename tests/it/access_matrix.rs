//! Every root field and every edge for every kind of viewer: a field without a row here fails the build.

mod customers;
mod edges;
mod imports;
mod orders;
mod people;
mod roots;
mod rows;
mod stage;

use crate::support::{World, each_engine};
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use serde_json::{Value, json};
use stage::Stage;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What is asked: a field, and how.
type Row = &'static (&'static str, &'static str);

/// What payloads have beside the thing that they are about.
const BESIDE: [&str; 3] = ["results", "userErrors", "warnings"];

/// What is asked at the roots.
fn asked() -> impl Iterator<Item = Row> {
    rows::ROWS.iter().chain(people::ROWS)
}

/// From where to where one looks.
fn ways() -> impl Iterator<Item = Row> {
    rows::EDGES.iter().chain(people::EDGES)
}

/// The object types of the schema: the fields of each with the name of what they lead to.
struct Objects(BTreeMap<String, BTreeMap<String, String>>);

impl Objects {
    fn of_schema() -> Self {
        let document = parse_schema(guildhall::schema::sdl()).expect("the schema");
        let mut objects = BTreeMap::new();
        for definition in document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else {
                continue;
            };
            let name = definition.node.name.node.to_string();
            let fields = match definition.node.kind {
                TypeKind::Object(object) => object.fields,
                TypeKind::Interface(interface) => interface.fields,
                _ => continue,
            };
            let fields = fields.into_iter().map(|field| {
                let leads_to = field.node.ty.node.to_string().replace(['!', '[', ']'], "");
                (field.node.name.node.to_string(), leads_to)
            });
            objects.insert(name, fields.collect());
        }
        Self(objects)
    }

    fn is_object(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// What tells the things apart that a field leads to.
    fn selection(&self, leads_to: &str) -> &'static str {
        match leads_to {
            "Viewer" => "{ permissions }",
            "AccessExplanation" => "{ allowed }",
            "AccessCandidate" | "CustomerAccess" => "{ outcome }",
            "PermissionEntry" => "{ permission }",
            "EffectiveCustomerGroupExplanation" => "{ source }",
            "Impact" => "{ contactsChangingEffectiveGroup }",
            "EffectiveGroupChange" => "{ contacts }",
            "ImpactSample" => "{ from { id } }",
            "ImportTotals" => "{ rows }",
            "ImportFile" => "{ format }",
            "ImportFieldMapping" => "{ field }",
            "ImportLeftColumn" => "{ heading }",
            "ImportSkippedRows" => "{ first }",
            "ImportCleaning" => "{ rule }",
            "ImportChange" => "{ field }",
            "ImportProblem" => "{ code }",
            "Money" => "{ amount }",
            "OrderAddress" => "{ companyName }",
            "OrderLine" => "{ position }",
            "ReplacedPrices" => "{ moved }",
            "PriceCandidate" => "{ outcome }",
            "PriceExplanation" => "{ customerGroupSource }",
            "PriceTier" => "{ minQuantity }",
            "VariantPrice" => "{ source }",
            "VariantPriceTiers" => "{ variantCode }",
            _ if leads_to.ends_with("Connection") => "{ totalCount nodes { id } }",
            _ if self.is_object(leads_to) => "{ id }",
            _ => "",
        }
    }

    /// The whole document of a row about a root field.
    fn ask(&self, field: &str, arguments: &str) -> String {
        if let Some(leads_to) = self.0["Query"].get(field) {
            let arguments = if arguments.is_empty() {
                String::new()
            } else {
                format!("({arguments})")
            };
            return format!("{{ it: {field}{arguments} {} }}", self.selection(leads_to));
        }
        let things = self.0[&self.0["Mutation"][field]].iter();
        let things = things.filter(|(name, leads_to)| {
            !BESIDE.contains(&name.as_str()) && self.is_object(leads_to)
        });
        let shown = things.fold(String::new(), |all, (name, leads_to)| {
            format!("{all} {name} {}", self.selection(leads_to))
        });
        format!(
            "mutation {{ it: {field}(input: {{ {arguments}, validateOnly: true }}) {{ userErrors {{ code }}{shown} }} }}"
        )
    }
}

/// T-117, T-181: nothing can be asked or changed that nobody thought about.
#[test]
fn every_root_field_has_a_row_in_the_matrix() {
    let objects = Objects::of_schema();
    let fields = objects.0["Query"]
        .keys()
        .chain(objects.0["Mutation"].keys());
    let rows = asked()
        .chain(customers::ROWS)
        .chain(imports::ROWS)
        .chain(orders::ROWS);
    let rows: BTreeSet<_> = rows.map(|(name, _)| *name).collect();
    assert_eq!(fields.map(String::as_str).collect::<BTreeSet<_>>(), rows);
}

/// T-112: nothing leads from one thing to another that nobody thought about. What payloads lead to is shown by the rows of the roots.
#[test]
fn every_edge_has_a_row_in_the_matrix() {
    let objects = Objects::of_schema();
    let mut edges = BTreeSet::new();
    for (name, fields) in &objects.0 {
        let names: Vec<_> = fields.keys().map(String::as_str).collect();
        if name.ends_with("Connection") {
            assert_eq!(
                names,
                ["edges", "nodes", "pageInfo", "totalCount"],
                "{name}"
            );
        } else if name.ends_with("Edge") {
            assert_eq!(names, ["cursor", "node"], "{name}");
        } else if !["Query", "Mutation"].contains(&name.as_str()) && !name.ends_with("Payload") {
            let leading = fields
                .iter()
                .filter(|(_, leads_to)| objects.is_object(leads_to));
            edges.extend(leading.map(|(field, _)| format!("{name}.{field}")));
        }
    }
    let rows = ways()
        .chain(customers::EDGES)
        .chain(imports::EDGES)
        .chain(orders::EDGES);
    let rows: BTreeSet<_> = rows.map(|(edge, _)| (*edge).to_owned()).collect();
    assert_eq!(edges, rows);
}

/// Errors of the operation in capitals, those of a payload in small letters.
fn outcome(stage: &Stage, it: &Value, body: &Value) -> String {
    if let Some(error) = body["errors"].get(0) {
        let code = error["extensions"]["code"].as_str();
        return code.unwrap_or("NO CODE").to_owned();
    }
    if let Some(errors) = it.get("userErrors") {
        let refused = errors[0]["code"].as_str().map(str::to_lowercase);
        let things = it.as_object().expect("a payload").iter();
        let shown: Vec<_> = things
            .filter(|(name, thing)| *name != "userErrors" && !thing.is_null())
            .map(|(_, thing)| shown(stage, thing))
            .collect();
        return match refused {
            Some(code) => format!("{code}{}", shown.join("+")),
            None => ["ok".to_owned()]
                .into_iter()
                .chain(shown)
                .collect::<Vec<_>>()
                .join(" "),
        };
    }
    shown(stage, it)
}

fn shown(stage: &Stage, it: &Value) -> String {
    if let Some(nodes) = it["nodes"].as_array() {
        assert_eq!(
            it["totalCount"],
            json!(nodes.len()),
            "a count of what is hidden"
        );
        return shown(stage, &it["nodes"]);
    }
    if let Some(permissions) = it["permissions"].as_array() {
        return format!("holds {}", permissions.len());
    }
    match it {
        Value::Null => "null".to_owned(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) if items.iter().any(Value::is_null) => items
            .iter()
            .map(|item| if item.is_null() { '-' } else { 'x' })
            .collect(),
        Value::Array(items)
            if items.len() > 2
                || (items.len() == 2 && items[0]["id"] == json!("organizationType:1")) =>
        {
            format!("{} rows", items.len())
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| shown(stage, item)).collect();
            items.join("+")
        }
        _ => {
            let fields: Vec<_> = it
                .as_object()
                .into_iter()
                .flat_map(|it| it.values())
                .collect();
            match fields.as_slice() {
                [Value::String(text)] => stage.name_of(text).to_owned(),
                [other] => other.to_string(),
                _ => panic!("more than one field: {it}"),
            }
        }
    }
}

/// What stands at `it`, however deep, where there is only one way to it; else everything there.
fn found(data: &Value) -> Option<Value> {
    match data {
        Value::Object(fields) => fields
            .get("it")
            .cloned()
            .or_else(|| fields.values().find_map(found)),
        Value::Array(items) => {
            let items: Option<Vec<_>> = items.iter().map(found).collect();
            items.map(Value::from)
        }
        _ => None,
    }
}

/// Each row: what it is called, and the document.
fn root_rows(objects: &Objects) -> impl Iterator<Item = (String, String)> {
    rows_of(objects, asked())
}

fn edge_rows(objects: &Objects) -> impl Iterator<Item = (String, String)> {
    edges_of(objects, ways())
}

fn rows_of(
    objects: &Objects,
    rows: impl Iterator<Item = Row>,
) -> impl Iterator<Item = (String, String)> {
    rows.map(|(field, arguments)| {
        (
            format!("{field}({arguments})"),
            objects.ask(field, arguments),
        )
    })
}

fn edges_of(
    objects: &Objects,
    rows: impl Iterator<Item = Row>,
) -> impl Iterator<Item = (String, String)> {
    rows.map(|(edge, way)| {
        let (from, field) = edge.split_once('.').expect("a type and a field");
        let leads_to = &objects.0[from][field];
        let page = match field {
            "prices" | "priceTiers" => "(variantCodes: [\"V\"], market: \"EU\")",
            _ if leads_to.ends_with("Connection") => "(first: 9)",
            _ => "",
        };
        let selected = format!("it: {field}{page} {}", objects.selection(leads_to));
        (
            format!("{edge} of {}", way.replace(" { @@ }", "")),
            match way.strip_prefix("mutation ") {
                Some(way) => format!("mutation {}", way.replace("@@", &selected)),
                None => format!("{{ {} }}", way.replace("@@", &selected)),
            },
        )
    })
}

async fn table(world: &World, rows: impl Iterator<Item = (String, String)>) -> String {
    table_of(world, &Stage::set(world).await, rows).await
}

async fn table_of(
    world: &World,
    stage: &Stage,
    rows: impl Iterator<Item = (String, String)>,
) -> String {
    let mut lines = String::from("|");
    for (who, _) in &stage.viewers {
        let _ = write!(lines, " {who:16} |");
    }
    for (label, document) in rows {
        lines.push_str("\n|");
        for (_, person) in &stage.viewers {
            let body = world.send(person, &stage.fill(&document), json!({})).await;
            let cell = match found(&body["data"]) {
                None if body.get("errors").is_none() => "·".to_owned(),
                it => outcome(stage, &it.unwrap_or_default(), &body),
            };
            let _ = write!(lines, " {cell:16} |");
        }
        let _ = write!(lines, " {label}");
    }
    lines
}

/// T-38, T-117, T-181: neither somebody who is not signed in nor somebody without rights is told a name or an id, in any words.
#[tokio::test]
async fn no_answer_to_somebody_without_rights_tells_of_anything_there() {
    each_engine(async |world| {
        let (objects, mut stage) = (Objects::of_schema(), Stage::set(&world).await);
        customers::furnish(&world, &mut stage).await;
        let mut said = BTreeSet::new();
        let about_customers = rows_of(&objects, customers::ROWS.iter())
            .chain(edges_of(&objects, customers::EDGES.iter()));
        let about_orders =
            rows_of(&objects, orders::ROWS.iter()).chain(edges_of(&objects, orders::EDGES.iter()));
        for (label, document) in root_rows(&objects)
            .chain(edge_rows(&objects))
            .chain(about_customers)
            .chain(about_orders)
        {
            for who in ["anonymous", "grant expired"] {
                let (_, person) = stage
                    .viewers
                    .iter()
                    .find(|(name, _)| *name == who)
                    .expect("somebody");
                let body = world.send(person, &stage.fill(&document), json!({})).await;
                assert!(
                    !stage.is_told_of_in(&body.to_string()),
                    "{label} for {who}: {body}"
                );
                let message = body["errors"][0]["message"].as_str();
                said.extend(message.filter(|_| who == "anonymous").map(str::to_owned));
            }
        }
        let known = ["contact not found", "sign in to do this"];
        assert_eq!(said, BTreeSet::from(known.map(str::to_owned)));
    })
    .await;
}
