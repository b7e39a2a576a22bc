//! Which column of a file goes to which field: proposed, corrected, and saved under a name for the next file of its kind.

use super::books::{free, json, may_run};
use super::kind::Kind;
use super::settings::{Layout, Settings};
use super::survey::{Survey, misfits};
use crate::access::{Act, Consequence, Granted, WriteTx};
use crate::error::{Code, Error, Result, UserError};
use crate::text::{NAME, Rule, unique_key};
use entity::ids::{ImportId, ImportMappingId};
use entity::import::{self, Model, Status};
use entity::import_mapping;
use sea_orm::{ColumnTrait, Condition, Set};
use serde::Serialize;
use sheets::mapping::{Mapped, Mapping};

/// What an import's file was found to be.
#[must_use]
pub fn survey_of(import: &Model) -> Option<Survey> {
    serde_json::from_value(import.detected.clone()?).ok()
}

/// The mapping in force.
#[must_use]
pub fn mapping_of(import: &Model) -> Option<Mapping> {
    serde_json::from_value(import.mapping.clone()?).ok()
}

/// Why an import cannot be planned with the mapping in force, in words; empty where it can.
#[must_use]
pub fn problems_of(import: &Model) -> Vec<String> {
    let table = survey_of(import).and_then(|survey| survey.table);
    match (mapping_of(import), table) {
        (Some(mapping), Some(table)) => misfits(&mapping, &table),
        _ => Vec::new(),
    }
}

/// The mapping that was saved under a name.
///
/// # Errors
/// User error `NOT_FOUND` at `mapping`.
pub async fn saved(tx: &mut WriteTx, kind: Kind, name: &str) -> Result<Mapping> {
    let found = named(tx, kind, name).await?;
    let missing = || Error::invalid(Code::NotFound, "mapping", "importMapping not found");
    let row = found.ok_or_else(missing)?;
    serde_json::from_value(row.mapping.clone()).map_err(Error::internal)
}

async fn named(
    tx: &mut WriteTx,
    kind: Kind,
    name: &str,
) -> Result<Option<Granted<import_mapping::Entity, Consequence>>> {
    let named = Condition::all()
        .add(import_mapping::Column::Kind.eq(kind.name()))
        .add(import_mapping::Column::NameKey.eq(unique_key(name.trim())));
    Ok(tx
        .consequences::<import_mapping::Entity>(named)
        .await?
        .pop())
}

/// Corrects the mapping of an import whose file is there, and saves it where a name is given. What was planned with another is planned anew.
/// Needs IMPORT_RUN.
#[derive(Debug, Serialize)]
pub struct SetMapping {
    pub id: ImportId,
    /// The saved mapping to begin with instead of the one in force.
    pub from: Option<String>,
    /// Fields that come from elsewhere, or from nowhere any more; the others stay.
    pub fields: Vec<(String, Option<Mapped>)>,
    pub save_as: Option<String>,
}

impl Act for SetMapping {
    type Answer = ImportId;
    type Shown = Option<Granted<import::Entity>>;
    const MUTATION: &'static str = "importMap";
    const NOT_ON_BEHALF: Option<&'static str> = Some("id");

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<ImportId> {
        let allowed = [
            Status::Uploaded,
            Status::Planned,
            Status::Outdated,
            Status::Held,
        ];
        let mut import = free(tx, self.id, &allowed).await?;
        let kind = Kind::of_import(&import)?;
        let mapping = match &self.from {
            Some(name) => Some(saved(tx, kind, name).await?),
            None => mapping_of(&import),
        };
        let mut mapping = mapping.unwrap_or(Mapping {
            target: kind.target(),
            fields: Vec::new(),
        });
        for (field, from) in &self.fields {
            mapping.fields.retain(|mapped| mapped.field != *field);
            mapping.fields.extend(from.clone());
        }
        let table = survey_of(&import).and_then(|survey| survey.table);
        let wrong = table.map(|table| misfits(&mapping, &table));
        if let Some(wrong) = wrong.filter(|wrong| !wrong.is_empty()) {
            let mistakes = wrong
                .into_iter()
                .map(|why| UserError::new(Code::Invalid, "fields", why));
            return Err(Error::Invalid(mistakes.collect()));
        }
        if let Some(name) = &self.save_as {
            save(tx, kind, name, &mapping).await?;
        }
        import.mapping = Some(json(&mapping)?);
        import.status = Status::Uploaded;
        tx.note_import(import).await?;
        Ok(self.id)
    }

    async fn show(tx: &WriteTx, id: ImportId, _: bool) -> Result<Self::Shown> {
        Ok(tx.reread_all::<import::Entity>(&[id]).await?.remove(&id))
    }
}

async fn save(tx: &mut WriteTx, kind: Kind, name: &str, mapping: &Mapping) -> Result<()> {
    let line = Rule::line("saveAs", NAME).apply(Some(name.to_owned()));
    let name = line.map_err(|mistake| Error::Invalid(vec![mistake]))?;
    let name = name.ok_or_else(|| Error::invalid(Code::Required, "saveAs", "a name is needed"))?;
    match named(tx, kind, &name).await? {
        Some(row) => {
            let new = json(mapping)?;
            tx.save(row, |row| row.mapping = Set(new)).await?;
        }
        None => {
            let row = import_mapping::ActiveModel {
                id: Set(ImportMappingId(tx.fresh_id())),
                kind: Set(kind.name().to_owned()),
                name_key: Set(unique_key(&name)),
                name: Set(name),
                mapping: Set(json(mapping)?),
                version: Set(1),
                created_at: Set(tx.now()),
                updated_at: Set(tx.now()),
            };
            tx.insert::<import_mapping::Entity>(row).await?;
        }
    }
    Ok(())
}

/// Says how the file of an import is laid out; it is looked at anew afterwards. Needs IMPORT_RUN.
#[derive(Debug, Serialize)]
pub struct SetLayout {
    pub id: ImportId,
    pub layout: Layout,
}

impl Act for SetLayout {
    type Answer = ();
    type Shown = ();
    const MUTATION: &'static str = "importMap";
    const NOT_ON_BEHALF: Option<&'static str> = Some("id");

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<()> {
        let allowed = [
            Status::Uploaded,
            Status::Refused,
            Status::Planned,
            Status::Outdated,
            Status::Held,
        ];
        let mut import = free(tx, self.id, &allowed).await?;
        let mut settings = Settings::of(&import);
        settings.layout = self.layout.clone();
        import.settings = json(&settings)?;
        tx.note_import(import).await
    }

    async fn show(_: &WriteTx, (): (), _: bool) -> Result<()> {
        Ok(())
    }
}

/// Forgets a mapping that was saved. Needs IMPORT_RUN.
#[derive(Debug, Serialize)]
pub struct DeleteMapping {
    pub id: ImportMappingId,
}

impl Act for DeleteMapping {
    type Answer = ImportMappingId;
    type Shown = ImportMappingId;
    const MUTATION: &'static str = "importMappingDelete";
    const NOT_ON_BEHALF: Option<&'static str> = Some("id");

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<ImportMappingId> {
        may_run(tx, "id")?;
        let row = tx
            .fetch_for::<import_mapping::Entity, crate::access::Delete>(self.id, "id")
            .await?;
        tx.delete_all(vec![row]).await?;
        Ok(self.id)
    }

    async fn show(_: &WriteTx, id: ImportMappingId, _: bool) -> Result<ImportMappingId> {
        Ok(id)
    }
}
