//! Whether the two servers say the same.

use crate::data::{Tree, Viewer, number_of, place};
use crate::fault::{Fault, told};
use crate::requests::Query;
use serde_json::Value;

/// Whether `ours`, one answer or several pages of it, says what `floor` says, as far as `viewer` may see that.
///
/// # Errors
/// What differs.
pub fn same(
    query: Query,
    viewer: Viewer,
    tree: &Tree,
    ours: &[Value],
    floor: &Value,
) -> Result<(), Fault> {
    if let Some(failed) = ours.iter().find(|answer| answer.get("errors").is_some()) {
        return Err(told(failed.to_string()));
    }
    let Some(first) = ours.first() else {
        return Err(told("no answer"));
    };
    match (query, viewer) {
        (Query::Q5, _) => equal(&below(ours), &below(std::slice::from_ref(floor))),
        // The list of the whole table is no list of what this viewer sees.
        (Query::Q2 | Query::Q6, Viewer::Subtree) => {
            let most = if query == Query::Q2 { 100 } else { 50 };
            visible_page(tree, first, most)
        }
        (Query::Q4, Viewer::Subtree) => {
            let mut seen = floor.clone();
            let hidden = |above: &Value| number(above).is_none_or(|n| !tree.scope.contains(&n));
            if let Some(Value::Array(above)) = seen.pointer_mut("/data/organization/ancestors") {
                above.retain(|organization| !hidden(organization));
            }
            equal(first, &seen)
        }
        _ => equal(&bare(query, first), &bare(query, floor)),
    }
}

fn equal(ours: &Value, floor: &Value) -> Result<(), Fault> {
    if ours == floor {
        return Ok(());
    }
    Err(told(format!("we say\n{ours}\nand the floor says\n{floor}")))
}

/// An answer without what only one of the two can know: cursors, and the id of what was made.
fn bare(query: Query, answer: &Value) -> Value {
    let mut bare = answer.clone();
    if let Some(Value::Object(page)) = bare.pointer_mut("/data/contacts/pageInfo") {
        page.remove("endCursor");
    }
    if query == Query::M1
        && let Some(Value::Object(contact)) = bare.pointer_mut("/data/contactCreate/contact")
    {
        contact.remove("id");
    }
    bare
}

/// The organizations of all pages, in an order of their own: the floor's is another one.
fn below(answers: &[Value]) -> Value {
    let pages = answers.iter().filter_map(|answer| {
        answer
            .pointer("/data/organization/descendants/nodes")?
            .as_array()
    });
    let mut all: Vec<Value> = pages.flatten().cloned().collect();
    all.sort_by_key(number);
    Value::Array(all)
}

/// The number in the id of something.
fn number(thing: &Value) -> Option<u64> {
    let (_, id) = thing["id"].as_str()?.split_once(':')?;
    Some(number_of(id.parse().ok()?))
}

/// Whether a page is full, and holds only what a viewer of the subtree sees.
fn visible_page(tree: &Tree, answer: &Value, rows: usize) -> Result<(), Fault> {
    let nodes = answer
        .pointer("/data/contacts/nodes")
        .and_then(Value::as_array);
    let nodes = nodes.ok_or_else(|| told(answer.to_string()))?;
    let hidden = nodes.iter().find(|contact| {
        let organization = number(contact).and_then(|number| place(number, tree.len()));
        organization.is_none_or(|number| !tree.scope.contains(&number))
    });
    match hidden {
        Some(contact) => Err(told(format!("this should be hidden: {contact}"))),
        None if nodes.len() == rows => Ok(()),
        None => Err(told(format!("{} rows instead of {rows}", nodes.len()))),
    }
}
