//! The history of an erased person: that something happened stays, and what it said does not.

use super::registry::{Nature, table_of, tables};
use super::subject::{AT_ONCE, Subject};
use crate::access::write_tx::WriteTx;
use crate::error::Result;
use entity::history_entry;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Value,
};
use std::collections::BTreeSet;

/// What stands in the place of a value that was overwritten.
const OVERWRITTEN: &str = "(erased)";

/// The values of a row of `kind` as they stay. What the registry does not know is taken for personal: it may be a column that is gone.
pub(in crate::access) fn overwritten(
    kind: &str,
    values: Option<serde_json::Value>,
) -> Option<serde_json::Value> {
    let mut values = values?;
    let table = table_of(kind);
    if let Some(columns) = values.as_object_mut() {
        for (column, value) in columns {
            let nature = table.and_then(|table| table.nature(column));
            let stays = matches!(nature, Some(Nature::Neutral | Nature::Severed));
            if !stays && !value.is_null() {
                *value = OVERWRITTEN.into();
            }
        }
    }
    Some(values)
}

/// What a person was known by, as their history told it until now.
#[derive(Debug, Default)]
pub(super) struct KnownBy {
    /// Logins and addresses of their accounts. To look for one as if it were the other finds nothing of others.
    pub(super) texts: BTreeSet<String>,
}

impl KnownBy {
    fn learn(&mut self, entry: &history_entry::Model) {
        if entry.entity != "account" {
            return;
        }
        for values in [&entry.old_values, &entry.new_values].into_iter().flatten() {
            let texts = ["login", "email"].map(|column| values.get(column)?.as_str());
            let told = texts
                .into_iter()
                .flatten()
                .filter(|text| *text != OVERWRITTEN);
            self.texts.extend(told.map(str::to_owned));
        }
    }
}

impl WriteTx {
    /// Overwrites what the history says about a person, some hundreds of entries at a time.
    pub(super) async fn overwrite_history(&self, subject: &Subject) -> Result<KnownBy> {
        let mut known = KnownBy::default();
        for table in tables().filter(|table| table.is_personal()) {
            for ids in subject.rows_of(table) {
                let mut behind = uuid::Uuid::nil();
                loop {
                    let entries = self.entries_behind(table.kind, &ids, behind).await?;
                    let Some(last) = entries.last() else {
                        break;
                    };
                    behind = last.id.0;
                    for entry in &entries {
                        known.learn(entry);
                    }
                    self.put_in_place(entries).await?;
                }
            }
        }
        Ok(known)
    }

    async fn entries_behind(
        &self,
        kind: &str,
        ids: &[String],
        behind: uuid::Uuid,
    ) -> Result<Vec<history_entry::Model>> {
        let ids: Vec<Value> = ids.iter().map(|id| id.clone().into()).collect();
        let named = self.is_any(Expr::col(history_entry::Column::EntityId), ids);
        #[expect(clippy::disallowed_methods, reason = "the history has no viewer yet")]
        let found = history_entry::Entity::find()
            .filter(history_entry::Column::Entity.eq(kind))
            .filter(named)
            .filter(history_entry::Column::Id.gt(behind))
            .order_by_asc(history_entry::Column::Id)
            .limit(AT_ONCE as u64)
            .all(self.connection())
            .await?;
        Ok(found)
    }

    async fn put_in_place(&self, entries: Vec<history_entry::Model>) -> Result<()> {
        let changed = entries.into_iter().filter_map(|entry| {
            let old_values = overwritten(&entry.entity, entry.old_values.clone());
            let new_values = overwritten(&entry.entity, entry.new_values.clone());
            if (&old_values, &new_values) == (&entry.old_values, &entry.new_values) {
                return None;
            }
            let entry = history_entry::Model {
                old_values,
                new_values,
                ..entry
            };
            Some(entry.into_active_model().reset_all())
        });
        let changed: Vec<_> = changed.collect();
        if changed.is_empty() {
            return Ok(());
        }
        // The entries are there: nothing is ever inserted.
        let update = OnConflict::column(history_entry::Column::Id)
            .update_columns([
                history_entry::Column::OldValues,
                history_entry::Column::NewValues,
            ])
            .to_owned();
        history_entry::Entity::insert_many(changed)
            .on_conflict(update)
            .exec_without_returning(self.connection())
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::overwritten;
    use serde_json::json;

    /// T-213: links and states stay, so that the history can still tell who was where when.
    #[test]
    fn what_is_personal_is_overwritten_and_so_is_what_nobody_knows() {
        let said = json!({ "id": "1", "first_name": "Ann", "phone": null, "organization_id": "2", "accepts_marketing": true,
            "customer_group_id": 3, "once_a_column": "Ann" });
        let stays = json!({ "id": "1", "first_name": "(erased)", "phone": null, "organization_id": "2", "accepts_marketing": "(erased)",
            "customer_group_id": 3, "once_a_column": "(erased)" });
        assert_eq!(overwritten("contact", Some(said)), Some(stays));
        assert_eq!(
            overwritten("unicorn", Some(json!({ "id": "1" }))),
            Some(json!({ "id": "(erased)" }))
        );
        assert_eq!(overwritten("contact", None), None);
    }
}
