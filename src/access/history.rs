//! What changed: one entry for each changed row, in the transaction of the change.

use entity::history_entry::Action;
use serde::Serialize;
use serde_json::{Map, Value};

/// Columns that change with every write and say nothing.
const LEFT_OUT: [&str; 2] = ["version", "updated_at"];

/// A row's change, before it has an id and a time.
#[derive(Debug)]
pub(super) struct Entry {
    pub entity: &'static str,
    pub entity_id: String,
    pub action: Action,
    pub old_values: Option<Value>,
    pub new_values: Option<Value>,
}

impl Entry {
    /// `old` and `new` are the row before and after, `None` where there was or is none. Only columns that differ are kept.
    pub(super) fn of<M: Serialize>(
        entity: &'static str,
        entity_id: String,
        old: Option<&M>,
        new: Option<&M>,
    ) -> Self {
        let (old, new) = (old.map(columns), new.map(columns));
        let (action, old, new) = match (old, new) {
            (Some(old), Some(new)) => {
                let kept_old = differing(&old, &new);
                let kept_new = differing(&new, &old);
                (Action::Update, Some(kept_old), Some(kept_new))
            }
            (old, Some(new)) => (Action::Create, old, Some(new)),
            (old, None) => (Action::Delete, old, None),
        };
        Self {
            entity,
            entity_id,
            action,
            old_values: old.map(Value::Object),
            new_values: new.map(Value::Object),
        }
    }
}

fn columns<M: Serialize>(row: &M) -> Map<String, Value> {
    match serde_json::to_value(row) {
        Ok(Value::Object(mut columns)) => {
            columns.retain(|name, value| !LEFT_OUT.contains(&name.as_str()) && !value.is_null());
            columns
        }
        _ => Map::new(),
    }
}

/// The columns of `one` that `other` has differently; what only `other` has is null in `one`.
fn differing(one: &Map<String, Value>, other: &Map<String, Value>) -> Map<String, Value> {
    let names = one
        .keys()
        .chain(other.keys().filter(|name| !one.contains_key(*name)));
    names
        .filter(|name| one.get(*name) != other.get(*name))
        .map(|name| (name.clone(), one.get(name).cloned().unwrap_or(Value::Null)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_update_keeps_what_differs_and_nothing_else() {
        let old = json!({"name": "A", "group": 1, "note": null, "version": 1});
        let new = json!({"name": "A", "group": null, "note": "x", "version": 2});
        let entry = Entry::of("thing", "1".to_owned(), Some(&old), Some(&new));
        assert_eq!(entry.old_values, Some(json!({"group": 1, "note": null})));
        assert_eq!(entry.new_values, Some(json!({"group": null, "note": "x"})));
    }
}
