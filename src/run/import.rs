//! `import`: a file on this machine, planned, told about, and carried out as an account of the directory.

use super::{Fault, open, said};
use crate::access::{Granted, ScopedDb, Terms};
use crate::config::{ImportCommand, Options};
use crate::error::Error;
use crate::graphql::global_id::{self, decode};
use crate::imports::service::{
    CreateImport, Kind, Layout, SetMapping, Settings, Totals, Work, begin, go_on, look_at_path,
    mapping_of, problems_of, survey_of,
};
use crate::prices::service::ErrorPolicy;
use async_graphql::ID;
use entity::ids::ImportId;
use entity::import::{self, Status};
use indicatif::{ProgressBar, ProgressStyle};
use sheets::clean::Column;
use sheets::mapping::{From as Origin, JoinHow, Mapped, Mapping, Place};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

mod report;

/// The file or its mapping is refused.
const REFUSED_FILE: u8 = 3;
/// Rows are refused.
const REFUSED_ROWS: u8 = 4;
/// It waits for somebody: it would deactivate too much, or things have moved on since the plan.
const WAITS: u8 = 5;
/// How often progress is looked at.
const TICK: Duration = Duration::from_millis(200);

type Found = Granted<import::Entity>;

/// Imports a file, goes on with an import, or puts one back.
///
/// # Errors
/// For an account that nobody can use, what it may not do, and a database that does not answer.
pub async fn import(options: &Options, command: &ImportCommand) -> Result<ExitCode, Fault> {
    let (system, db, clock) = open(options).await?;
    system.migrate().await?;
    let viewer = system.viewer_as(command.login.as_deref()).await;
    let viewer = viewer.map_err(said)?;
    let desk = Desk {
        db: ScopedDb::new(db, viewer, clock, "command line", options.max_depth),
    };
    let done = match (&command.resume, &command.undo) {
        (Some(id), _) => desk.resume(named(id)?, command).await,
        (_, Some(id)) => desk.work(Work::Undo, named(id)?, None).await,
        _ => desk.begin(command).await,
    };
    let import = match done {
        Ok(import) => import,
        Err(Error::Invalid(mistakes)) => {
            for mistake in mistakes {
                eprintln!("refused: {}", mistake.message);
            }
            return Ok(ExitCode::from(REFUSED_FILE));
        }
        Err(other) => return Err(Fault::Database(other)),
    };
    report::summary(&import);
    report::rows(&desk.db, &import, command.report.as_deref()).await?;
    Ok(ExitCode::from(code(&import)))
}

fn named(id: &str) -> Result<ImportId, Fault> {
    let id = if id.contains(':') {
        id.to_owned()
    } else {
        format!("import:{id}")
    };
    let unknown = |_| Fault::Refused("this is not the id of an import".to_owned());
    decode::<import::Entity>(&ID(id)).map_err(unknown)
}

/// What a script can go by.
fn code(import: &import::Model) -> u8 {
    let totals = Totals::of(import);
    match import.status {
        Status::Refused => REFUSED_FILE,
        Status::Held | Status::Outdated | Status::Stopped => WAITS,
        _ if totals.error > 0 || totals.refused > 0 || totals.not_undone > 0 => REFUSED_ROWS,
        _ => 0,
    }
}

struct Desk {
    db: ScopedDb,
}

impl Desk {
    async fn begin(&self, command: &ImportCommand) -> Result<Found, Error> {
        let (Some(file), Some(kind)) = (&command.file, &command.kind) else {
            return Err(Error::internal("a file and a kind are needed"));
        };
        let kind = Kind::named(kind)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let create = CreateImport {
            kind,
            name: name.into_owned(),
            settings: settings(command)?,
            token: None,
        };
        let made = self.later().write(create, Terms::default()).await?;
        let id = made.ok_or_else(|| Error::internal("no import"))?.id;
        eprintln!(
            "import {} of {}",
            global_id::encode::<import::Entity>(id).0,
            file.display()
        );
        let looking = ProgressBar::new_spinner().with_message("reading the file");
        looking.enable_steady_tick(TICK);
        let found = look_at_path(&self.later(), id, file).await?;
        looking.finish_and_clear();
        if found.status == Status::Refused {
            return Ok(found);
        }
        let found = self.map(command, found).await?;
        report::mapping(&found);
        if !problems_of(&found).is_empty() {
            for problem in problems_of(&found) {
                eprintln!("the mapping does not fit: {problem}");
            }
            eprintln!("say where fields come from by --map FIELD=HEADING");
            return self.refused(found.id).await;
        }
        let planned = self.work(Work::Plan, found.id, Some(file)).await?;
        let refused = Totals::of(&planned).error > 0;
        let stops = refused && !command.reject_failed_rows;
        let held = planned.status == Status::Held && !command.confirm_deactivations;
        if command.dry_run || stops || held || planned.status == Status::Refused {
            return Ok(planned);
        }
        self.apply(planned.id, command).await
    }

    /// An import whose mapping was given up is over.
    async fn refused(&self, id: ImportId) -> Result<Found, Error> {
        let cancel = crate::imports::service::CancelImport { id };
        self.later().write(cancel, Terms::default()).await?;
        Err(Error::Invalid(Vec::new()))
    }

    async fn resume(&self, id: ImportId, command: &ImportCommand) -> Result<Found, Error> {
        let found = self.find(id).await?;
        match Work::of(found.status) {
            Some(Work::Plan) => Err(Error::invalid(
                crate::error::Code::Conflict,
                "id",
                "the plan was not finished: import the file again",
            )),
            Some(Work::Undo) => self.work(Work::Undo, id, None).await,
            _ => self.apply(id, command).await,
        }
    }

    async fn apply(&self, id: ImportId, command: &ImportCommand) -> Result<Found, Error> {
        let confirmed = command.confirm_deactivations;
        self.work(Work::Apply { confirmed }, id, None).await
    }

    /// Corrects the proposed mapping as the command line says.
    async fn map(&self, command: &ImportCommand, found: Found) -> Result<Found, Error> {
        let fields = corrections(command, mapping_of(&found).as_ref())?;
        if fields.is_empty() && command.save_mapping.is_none() {
            return Ok(found);
        }
        let change = SetMapping {
            id: found.id,
            from: None,
            fields,
            save_as: command.save_mapping.clone(),
        };
        let mapped = self.later().write(change, Terms::default()).await?;
        mapped.ok_or_else(|| Error::internal("no import"))
    }

    /// Works to the end, and shows how far it has come.
    async fn work(&self, work: Work, id: ImportId, path: Option<&Path>) -> Result<Found, Error> {
        let mut found = self.find(id).await?;
        if work.is_going_on(&found, &self.later()) {
            // They may have been killed at it; a running server would go on with it, too.
            eprintln!("somebody is working on this import; waiting for them");
        }
        while work.is_going_on(&found, &self.later()) {
            tokio::time::sleep(TICK).await;
            found = self.find(id).await?;
        }
        let worker = begin(&self.later(), work, id, Terms::default()).await?;
        let (db, path) = (self.db.clone(), path.map(Path::to_owned));
        let mut task = tokio::spawn(async move {
            go_on(&db.later("command line"), work, id, worker, path.as_deref()).await
        });
        let bar = bar(work, &found);
        let done = loop {
            tokio::select! {
                done = &mut task => break done.map_err(Error::internal)?,
                () = tokio::time::sleep(TICK) => {
                    if let Ok(now) = self.find(id).await {
                        show(&bar, work, &now);
                    }
                }
            }
        };
        bar.finish_and_clear();
        done?;
        self.find(id).await
    }

    async fn find(&self, id: ImportId) -> Result<Found, Error> {
        let found = self.later().by_ids::<import::Entity>(&[id]).await?;
        let missing = || Error::invalid(crate::error::Code::NotFound, "id", "import not found");
        found.into_values().next().ok_or_else(missing)
    }

    fn later(&self) -> ScopedDb {
        self.db.later("command line")
    }
}

fn bar(work: Work, import: &import::Model) -> ProgressBar {
    let rows = survey_of(import)
        .and_then(|survey| survey.table)
        .map_or(0, |table| table.data_rows);
    let bar = ProgressBar::new(rows);
    let template = "{msg:10} {wide_bar} {human_pos} of {human_len} rows, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(match work {
        Work::Plan => "reading",
        Work::Apply { .. } => "importing",
        Work::Undo => "undoing",
    });
    bar
}

fn show(bar: &ProgressBar, work: Work, now: &import::Model) {
    let totals = Totals::of(now);
    let (message, done, all) = match work {
        Work::Plan if totals.planned == 0 => ("reading", totals.rows, 0),
        Work::Plan => ("planning", totals.planned, totals.rows),
        Work::Apply { .. } if now.status == Status::Checking => ("checking", 0, 0),
        Work::Apply { .. } => (
            "importing",
            totals.applied + totals.refused,
            totals.create + totals.update,
        ),
        Work::Undo => ("undoing", totals.undone + totals.not_undone, totals.applied),
    };
    bar.set_message(message);
    if all > 0 {
        bar.set_length(u64::try_from(all).unwrap_or_default());
    }
    bar.set_position(u64::try_from(done).unwrap_or_default());
}

fn settings(command: &ImportCommand) -> Result<Settings, Error> {
    let wrong = |message: &str| Error::invalid(crate::error::Code::Invalid, "layout", message);
    let delimiter = match command.delimiter.as_deref() {
        None => None,
        Some("\\t") => Some('\t'),
        Some(text) => {
            let mut characters = text.chars();
            let (one, more) = (characters.next(), characters.next());
            let one = one.filter(|_| more.is_none());
            Some(one.ok_or_else(|| wrong("a delimiter is one character"))?)
        }
    };
    let heading_rows = match &command.heading_rows {
        None => None,
        Some(text) => {
            let (first, last) = text.split_once('-').unwrap_or((text, text));
            let rows = first.trim().parse().ok().zip(last.trim().parse().ok());
            Some(rows.ok_or_else(|| wrong("heading rows are numbers such as 3, 3-4, or 0"))?)
        }
    };
    Ok(Settings {
        error_policy: if command.reject_failed_rows {
            ErrorPolicy::RejectFailedRows
        } else {
            ErrorPolicy::RejectEverything
        },
        roots_for_unknown_parents: command.roots_for_unknown_parents,
        create_missing: !command.refuse_missing,
        full_refresh: command.full_refresh,
        send_invitations: command.send_invitations,
        mapping: command.mapping.clone(),
        layout: Layout {
            encoding: command.encoding.map(Into::into),
            delimiter,
            sheet: command.sheet.clone(),
            heading_rows,
        },
        ..Settings::default()
    })
}

/// What the command line says of where fields come from.
fn corrections(
    command: &ImportCommand,
    proposed: Option<&Mapping>,
) -> Result<Vec<(String, Option<Mapped>)>, Error> {
    let wrong = |text: &str| {
        let message = format!("{text} is not FIELD=...");
        Error::invalid(crate::error::Code::Invalid, "fields", message)
    };
    let mut fields: Vec<(String, Option<Mapped>)> = Vec::new();
    for text in &command.maps {
        let (field, headings) = text.split_once('=').ok_or_else(|| wrong(text))?;
        let headings = headings.split('+').map(str::trim);
        let places: Vec<_> = headings
            .filter(|heading| !heading.is_empty())
            .map(|heading| Place {
                heading: heading.to_owned(),
                nth: 0,
            })
            .collect();
        let from = match places.as_slice() {
            [] => None,
            [one] => Some(Origin::Column(one.clone())),
            _ => Some(Origin::Join {
                places,
                how: JoinHow::Blank,
            }),
        };
        fields.push((field.to_owned(), from.map(|from| mapped(field, from))));
    }
    for text in &command.constants {
        let (field, value) = text.split_once('=').ok_or_else(|| wrong(text))?;
        let from = Origin::Constant(value.to_owned());
        fields.push((field.to_owned(), Some(mapped(field, from))));
    }
    for field in &command.blank_clears {
        let given = fields.iter_mut().find(|(name, _)| name == field);
        match given {
            Some((_, Some(mapped))) => mapped.blank_clears = true,
            _ => {
                let known = proposed.into_iter().flat_map(|mapping| &mapping.fields);
                let mut known = known.filter(|mapped| mapped.field == *field).cloned();
                let mut mapped = known.next().ok_or_else(|| wrong(field))?;
                mapped.blank_clears = true;
                fields.push((field.clone(), Some(mapped)));
            }
        }
    }
    Ok(fields)
}

fn mapped(field: &str, from: Origin) -> Mapped {
    Mapped {
        field: field.to_owned(),
        from,
        blank_clears: false,
        column: Column::default(),
    }
}
