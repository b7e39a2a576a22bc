//! Staging: every row of a file becomes a row of its import, cleaned and by the names of our fields, and nothing is decided yet.

use super::books::{json, mine, request_id};
use super::kind::Kind;
use super::mapping::{mapping_of, survey_of};
use super::one_by_one::kept_of;
use super::settings::{Settings, Totals};
use super::survey::open;
use crate::access::{Act, Granted, ScopedDb, Terms, View, WriteTx};
use crate::error::{Code, Error, Result};
use crate::imports::rules::{Cleaning, Given, Problem, RowIn};
use entity::ids::{ImportId, ImportRowId};
use entity::import;
use entity::import_row::{self, Action, State};
use serde::Serialize;
use sheets::Row;
use sheets::clean::Value;
use sheets::mapping::Bound;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tokio::sync::mpsc;
use uuid::Uuid;

/// Rows of one transaction.
const ROWS_AT_ONCE: usize = 500;

/// Rows of a later stage lie behind all of an earlier one.
const STAGE_BITS: u32 = 40;

/// A row as it was read.
#[derive(Debug, Serialize)]
struct ReadRow {
    row: RowIn,
    problems: Vec<Problem>,
    cleanings: Vec<Cleaning>,
}

/// Stages the rows of the file that lies at `path` behind those that are staged already.
///
/// # Errors
/// User errors where the file cannot be read to its end or the mapping does not fit, `Unavailable` when somebody else has taken the import.
pub async fn stage(
    db: &ScopedDb,
    import: &Granted<import::Entity, View>,
    worker: Uuid,
    path: &Path,
) -> Result<()> {
    let (send, mut receive) = mpsc::channel(2);
    let reading = Reading::of(import, path);
    // Reading waits for the disk, and cleans, where nobody else has to wait for it.
    let reader = tokio::task::spawn_blocking(move || reading.run(&send));
    while let Some(rows) = receive.recv().await {
        let staged = StageRows {
            id: import.id,
            worker,
            rows,
        };
        db.later(&request_id(import.id))
            .write(staged, Terms::default())
            .await?;
    }
    reader.await.map_err(Error::internal)?
}

struct Reading {
    path: PathBuf,
    name: String,
    settings: Settings,
    import: import::Model,
}

impl Reading {
    fn of(import: &Granted<import::Entity, View>, path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            name: import.name.clone(),
            settings: Settings::of(import),
            import: (**import).clone(),
        }
    }

    fn run(self, send: &mpsc::Sender<Vec<ReadRow>>) -> Result<()> {
        let refused = |why: &dyn std::fmt::Display| {
            Error::invalid(Code::Invalid, "id", format!("the file is refused: {why}"))
        };
        let table = survey_of(&self.import).and_then(|survey| survey.table);
        let (Some(mapping), Some(table)) = (mapping_of(&self.import), table) else {
            return Err(refused(&"it was not looked at yet"));
        };
        let bound = sheets::mapping::bind(&mapping, &table).map_err(|wrong| {
            let wrong: Vec<_> = wrong.iter().map(ToString::to_string).collect();
            Error::invalid(Code::Invalid, "id", wrong.join("; "))
        })?;
        let headings: BTreeMap<u32, &str> = table
            .columns
            .iter()
            .map(|heading| (heading.column, heading.name.as_str()))
            .collect();
        let book =
            open(&self.path, &self.name, &self.settings.layout).map_err(|why| refused(&why))?;
        let mut batch = Vec::with_capacity(ROWS_AT_ONCE);
        for row in table.rows(&book).map_err(|why| refused(&why))? {
            let row = row.map_err(|why| refused(&why))?;
            batch.push(read(&row, &bound, &headings));
            if batch.len() == ROWS_AT_ONCE {
                let full = std::mem::replace(&mut batch, Vec::with_capacity(ROWS_AT_ONCE));
                if send.blocking_send(full).is_err() {
                    // Whoever stages has given up, and says why.
                    return Ok(());
                }
            }
        }
        if !batch.is_empty() {
            let _ = send.blocking_send(batch);
        }
        Ok(())
    }
}

/// A row by the names of our fields.
fn read(row: &Row, bound: &Bound, headings: &BTreeMap<u32, &str>) -> ReadRow {
    let values = bound.values(row);
    let mut problems = Vec::new();
    let mut fields = BTreeMap::new();
    for (field, value) in values.values {
        let given = match value {
            Ok(Value::Blank) => Given::Blank,
            Ok(Value::Clear) => Given::Clear,
            Ok(Value::Text(text)) if text.contains('\0') => {
                let message = "a cell holds the character U+0000";
                problems.push(Problem::new(Code::Invalid, field, message));
                Given::Blank
            }
            Ok(Value::Text(text)) => Given::Text(text),
            Err(fault) => {
                problems.push(Problem::new(Code::Invalid, field, fault.to_string()));
                Given::Blank
            }
        };
        fields.insert(field.to_owned(), given);
    }
    let cleanings = values.cleanings.into_iter().map(|cleaning| Cleaning {
        column: headings.get(&cleaning.column).map_or_else(
            || sheets::letters(cleaning.column),
            |name| (*name).to_owned(),
        ),
        before: cleaning.before.replace('\0', "\u{FFFD}"),
        after: cleaning.after.replace('\0', "\u{FFFD}"),
        rule: cleaning.rule,
    });
    ReadRow {
        row: RowIn {
            number: i64::try_from(row.number).unwrap_or(i64::MAX),
            fields,
            version: None,
        },
        problems,
        cleanings: cleanings.collect(),
    }
}

/// Writes down some rows that were read.
#[derive(Serialize)]
struct StageRows {
    id: ImportId,
    worker: Uuid,
    #[serde(skip)]
    rows: Vec<ReadRow>,
}

/// Not the rows: they are somebody's customers.
impl std::fmt::Debug for StageRows {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "StageRows({})", self.id)
    }
}

impl Act for StageRows {
    type Answer = ();
    type Shown = ();
    const MUTATION: &'static str = "importPlan";

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<()> {
        let mut import = mine(tx, self.id, self.worker).await?;
        let kind = Kind::of_import(&import)?;
        let mut totals = Totals::of(&import);
        let mut staged = Vec::with_capacity(self.rows.len());
        for read in &self.rows {
            totals.rows += 1;
            totals.cleaned += i32::from(!read.cleanings.is_empty());
            let stage = kind.stage_of(&read.row);
            staged.push(import_row::Model {
                id: ImportRowId(tx.fresh_id()),
                import_id: self.id,
                number: read.row.number,
                stage,
                place: (i64::from(stage) << STAGE_BITS) + read.row.number,
                key: kind.key_of(&read.row).ok().flatten().unwrap_or_default(),
                given: {
                    let kept = kept_of(kind, &read.row);
                    json(&(&kept.fields, kept.version))?
                },
                // Until something is decided: it would come to nothing.
                action: Action::Skip,
                target_id: None,
                changes: json(&[(); 0])?,
                kept: json(&[(); 0])?,
                problems: json(&read.problems)?,
                cleanings: json(&read.cleanings)?,
                state: State::Read,
                version_after: None,
            });
        }
        tx.note_import_rows(staged).await?;
        import.totals = json(&totals)?;
        tx.note_import(import).await
    }

    async fn show(_: &WriteTx, (): (), _: bool) -> Result<()> {
        Ok(())
    }
}
