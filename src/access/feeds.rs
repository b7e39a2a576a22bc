//! The books of feeds: how far each source has come, and which fields are looked after by hand.

use super::guarded::Guarded;
use super::scoped_db::{ScopedDb, is_one_of};
use super::write_tx::WriteTx;
use crate::error::Result;
use entity::{field_owner, source_version};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, Set};
use std::collections::{BTreeSet, HashMap};

impl ScopedDb {
    /// The fields of a row that are looked after by hand, where the viewer may see the row.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn owned_fields<E: Guarded>(&self, ids: &[E::Id]) -> Result<Owned> {
        owned_fields::<E>(self.reader(), ids).await
    }
}

/// The fields that are looked after by hand, by the id of the row.
pub type Owned = HashMap<String, BTreeSet<String>>;

async fn owned_fields<E: Guarded>(db: &impl ConnectionTrait, ids: &[E::Id]) -> Result<Owned> {
    let mut owned = Owned::new();
    if ids.is_empty() {
        return Ok(owned);
    }
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    #[expect(
        clippy::disallowed_methods,
        reason = "it says nothing of the row but names of fields"
    )]
    let rows = field_owner::Entity::find()
        .filter(field_owner::Column::Kind.eq(E::KIND))
        .filter(is_one_of(
            db.get_database_backend(),
            field_owner::Column::RowId,
            &ids,
        ))
        .all(db)
        .await?;
    for row in rows {
        owned.entry(row.row_id).or_default().insert(row.field);
    }
    Ok(owned)
}

impl WriteTx {
    /// As [`ScopedDb::owned_fields`].
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn owned_fields<E: Guarded>(&mut self, ids: &[E::Id]) -> Result<Owned> {
        owned_fields::<E>(self.connection(), ids).await
    }

    /// Sets which fields of a row are looked after by hand. Whoever calls this has looked whether the viewer may change the row.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn set_owned_fields<E: Guarded>(
        &mut self,
        id: E::Id,
        fields: &BTreeSet<String>,
    ) -> Result<()> {
        field_owner::Entity::delete_many()
            .filter(field_owner::Column::Kind.eq(E::KIND))
            .filter(field_owner::Column::RowId.eq(id.to_string()))
            .exec(self.connection())
            .await?;
        let rows = fields.iter().map(|field| field_owner::ActiveModel {
            kind: Set(E::KIND.to_owned()),
            row_id: Set(id.to_string()),
            field: Set(field.clone()),
            created_at: Set(self.now()),
        });
        let rows: Vec<_> = rows.collect();
        if !rows.is_empty() {
            field_owner::Entity::insert_many(rows)
                .exec_without_returning(self.connection())
                .await?;
        }
        Ok(())
    }

    /// The newest versions that `source` has sent of these things.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn source_versions(
        &mut self,
        kind: &str,
        source: &str,
        external_ids: &[String],
    ) -> Result<HashMap<String, i64>> {
        #[expect(clippy::disallowed_methods, reason = "the books of feeds")]
        let rows = source_version::Entity::find()
            .filter(source_version::Column::Kind.eq(kind))
            .filter(source_version::Column::Source.eq(source))
            .filter(is_one_of(
                self.engine(),
                source_version::Column::ExternalId,
                external_ids,
            ))
            .all(self.connection())
            .await?;
        let versions = rows.into_iter().map(|row| (row.external_id, row.version));
        Ok(versions.collect())
    }

    /// Notes what `source` has sent.
    ///
    /// # Errors
    /// Faults of the database only.
    pub async fn note_source_versions(
        &mut self,
        kind: &str,
        source: &str,
        versions: Vec<(String, i64)>,
    ) -> Result<()> {
        if versions.is_empty() {
            return Ok(());
        }
        let now = self.now();
        let rows = versions
            .into_iter()
            .map(|(external_id, version)| source_version::ActiveModel {
                kind: Set(kind.to_owned()),
                source: Set(source.to_owned()),
                external_id: Set(external_id),
                version: Set(version),
                updated_at: Set(now),
            });
        let newer = OnConflict::columns([
            source_version::Column::Kind,
            source_version::Column::Source,
            source_version::Column::ExternalId,
        ])
        .update_columns([
            source_version::Column::Version,
            source_version::Column::UpdatedAt,
        ])
        .to_owned();
        source_version::Entity::insert_many(rows)
            .on_conflict(newer)
            .exec_without_returning(self.connection())
            .await?;
        Ok(())
    }

    /// `column` is one of `texts`.
    #[must_use]
    pub fn is_one_of_texts<C: ColumnTrait>(&self, column: C, texts: &[String]) -> Condition {
        is_one_of(self.engine(), column, texts)
    }
}
