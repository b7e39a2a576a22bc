//! What changed: one entry for each changed row, in the transaction of the change.

use super::personal::overwritten;
use super::write_tx::WriteTx;
use entity::history_entry::{self, Action};
use sea_orm::Set;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Columns that change with every write and say nothing.
const LEFT_OUT: [&str; 2] = ["version", "updated_at"];

/// The changes of one transaction. A row that is changed twice on the way has one, from what it was to what it became.
#[derive(Debug, Default)]
pub(super) struct Journal {
    changes: Vec<Change>,
    places: HashMap<(&'static str, String), usize>,
}

#[derive(Debug)]
struct Change {
    entity: &'static str,
    entity_id: String,
    old: Option<Map<String, Value>>,
    new: Option<Map<String, Value>>,
}

impl Journal {
    /// `old` and `new` are the row before and after, `None` where there was or is none.
    pub(super) fn note<M: Serialize>(
        &mut self,
        entity: &'static str,
        entity_id: String,
        old: Option<&M>,
        new: Option<&M>,
    ) {
        let place = *self
            .places
            .entry((entity, entity_id.clone()))
            .or_insert(self.changes.len());
        match self.changes.get_mut(place) {
            Some(earlier) => earlier.new = new.map(columns),
            None => self.changes.push(Change {
                entity,
                entity_id,
                old: old.map(columns),
                new: new.map(columns),
            }),
        }
    }

    /// Adds what `later` has noted since.
    pub(super) fn append(&mut self, later: Self) {
        for change in later.changes {
            let key = (change.entity, change.entity_id.clone());
            let place = *self.places.entry(key).or_insert(self.changes.len());
            match self.changes.get_mut(place) {
                Some(earlier) => earlier.new = change.new,
                None => self.changes.push(change),
            }
        }
    }

    /// What is to be written down, in the order in which the rows were first changed.
    pub(super) fn entries(self) -> impl Iterator<Item = Entry> {
        self.changes.into_iter().filter_map(Entry::of)
    }
}

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
    /// Of an update only the columns that differ are kept. `None` for a row that came and went.
    fn of(change: Change) -> Option<Self> {
        let (action, old, new) = match (change.old, change.new) {
            (Some(old), Some(new)) => {
                let kept_old = differing(&old, &new);
                let kept_new = differing(&new, &old);
                (Action::Update, Some(kept_old), Some(kept_new))
            }
            (None, Some(new)) => (Action::Create, None, Some(new)),
            (Some(old), None) => (Action::Delete, Some(old), None),
            (None, None) => return None,
        };
        Some(Self {
            entity: change.entity,
            entity_id: change.entity_id,
            action,
            old_values: old.map(Value::Object),
            new_values: new.map(Value::Object),
        })
    }
}

impl WriteTx {
    /// An entry as it is written down.
    pub(super) fn dated(&self, entry: Entry, mutation: &'static str) -> history_entry::ActiveModel {
        let viewer = self.viewer();
        let said = |values| {
            if self.erasing {
                overwritten(entry.entity, values)
            } else {
                values
            }
        };
        history_entry::ActiveModel {
            id: Set(entity::ids::HistoryEntryId(self.fresh_id())),
            entity: Set(entry.entity.to_owned()),
            entity_id: Set(entry.entity_id),
            action: Set(entry.action),
            old_values: Set(said(entry.old_values)),
            new_values: Set(said(entry.new_values)),
            mutation: Set(mutation.to_owned()),
            actor_id: Set(viewer.actor_id().or(viewer.account_id())),
            on_behalf_of_id: Set(viewer.actor_id().and(viewer.account_id())),
            request_id: Set(self.request_id().to_string()),
            created_at: Set(self.now()),
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

    fn entries_of(changes: &[(Option<Value>, Option<Value>)]) -> Vec<(Action, Value, Value)> {
        let mut journal = Journal::default();
        for (old, new) in changes {
            journal.note("thing", "1".to_owned(), old.as_ref(), new.as_ref());
        }
        let values = |entry: Entry| {
            let (old, new) = (entry.old_values, entry.new_values);
            (entry.action, old.into(), new.into())
        };
        journal.entries().map(values).collect()
    }

    #[test]
    fn an_update_keeps_what_differs_and_nothing_else() {
        let old = json!({"name": "A", "group": 1, "note": null, "version": 1});
        let new = json!({"name": "A", "group": null, "note": "x", "version": 2});
        let (old_values, new_values) = (
            json!({"group": 1, "note": null}),
            json!({"group": null, "note": "x"}),
        );
        assert_eq!(
            entries_of(&[(Some(old), Some(new))]),
            [(Action::Update, old_values, new_values)]
        );
    }

    #[test]
    fn two_changes_of_one_row_are_one_entry() {
        let row = |name: &str| Some(json!({ "name": name }));
        assert_eq!(
            entries_of(&[(row("A"), row("B")), (row("B"), row("C"))]),
            [(Action::Update, json!({"name": "A"}), json!({"name": "C"}))]
        );
        assert_eq!(
            entries_of(&[(row("A"), row("B")), (row("B"), None)]),
            [(Action::Delete, json!({"name": "A"}), Value::Null)]
        );
        assert_eq!(
            entries_of(&[(None, row("A")), (row("A"), row("B"))]),
            [(Action::Create, Value::Null, json!({"name": "B"}))]
        );
        assert_eq!(entries_of(&[(None, row("A")), (row("A"), None)]), []);
    }
}
