//! `export` and `template`: files out of the directory, and to be filled in for it.

use super::{Fault, open, said};
use crate::access::ScopedDb;
use crate::app::target;
use crate::config::{ExportCommand, Options, TemplateCommand};
use crate::error::Error;
use crate::exports::rules::{Exported, format};
use crate::exports::service::Export;
use sheets::write::{Format, template};
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Instead of a request's id.
const COMMAND_LINE: &str = "command line";
/// Names standard output.
const STANDARD_OUTPUT: &str = "-";

/// Writes what an account may see into a file.
///
/// # Errors
/// For a file that cannot be written, an account that nobody can use, and whatever that account may not do.
pub async fn export(options: &Options, command: &ExportCommand) -> Result<ExitCode, Fault> {
    let unknown = || Fault::Refused(format!("there is no export of {}", command.kind));
    let kind = Exported::named(&command.kind).ok_or_else(unknown)?;
    let format = format_of(&command.file)?;
    let (system, db, clock) = open(options).await?;
    let door = async || {
        let viewer = system.viewer_as(command.login.as_deref()).await?;
        let (db, clock) = (db.clone(), clock.clone());
        Ok::<_, Error>(ScopedDb::new(
            db,
            viewer,
            clock,
            COMMAND_LINE,
            options.max_depth,
        ))
    };
    let begun = Export::begin(&door().await.map_err(said)?, kind, format).await;
    let mut export = begun.map_err(said)?;
    let mut target = Target::begin(&command.file)?;
    // Rights are read anew for each page, as by a server.
    while let Some(piece) = export
        .next(&door().await.map_err(said)?)
        .await
        .map_err(said)?
    {
        target.write(&piece)?;
    }
    target.finish()?;
    let (rows, left_out) = (export.rows(), export.left_out());
    eprintln!("{rows} {} exported", kind.name());
    if left_out > 0 {
        eprintln!(
            "{left_out} left out: people who were erased, prices of buyers that the account may not see"
        );
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes a workbook to be filled in.
///
/// # Errors
/// For a file that cannot be written.
pub fn fill_in(command: &TemplateCommand) -> Result<ExitCode, Fault> {
    let unknown = || Fault::Refused(format!("there is no template of {}", command.kind));
    let wanted = target(&command.kind).ok_or_else(unknown)?;
    if command.file != Path::new(STANDARD_OUTPUT) && format_of(&command.file)? != Format::Xlsx {
        return Err(Fault::Refused("a template is an .xlsx file".to_owned()));
    }
    let bytes = template(wanted).map_err(|fault| Fault::Refused(fault.to_string()))?;
    let mut target = Target::begin(&command.file)?;
    target.write(&bytes)?;
    target.finish()?;
    Ok(ExitCode::SUCCESS)
}

/// By the ending; standard output gets CSV.
fn format_of(file: &Path) -> Result<Format, Fault> {
    if file == Path::new(STANDARD_OUTPUT) {
        return Ok(Format::Csv);
    }
    let ending = file.extension().and_then(|ending| ending.to_str());
    let refused = || Fault::Refused("the file must end in .csv or .xlsx".to_owned());
    ending.and_then(format).ok_or_else(refused)
}

/// Where a file goes. Until it is whole it has another name, and only its owner may read it.
struct Target {
    out: Box<dyn Write>,
    names: Option<(PathBuf, PathBuf)>,
}

impl Target {
    fn begin(file: &Path) -> Result<Self, Fault> {
        if file == Path::new(STANDARD_OUTPUT) {
            return Ok(Self {
                out: Box::new(std::io::stdout()),
                names: None,
            });
        }
        let mut part = OsString::from(file);
        part.push(".part");
        let opened: std::io::Result<File> = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&part);
        let refused = |fault| {
            Fault::Refused(format!(
                "{} cannot be written: {fault}",
                Path::new(&part).display()
            ))
        };
        Ok(Self {
            out: Box::new(opened.map_err(refused)?),
            names: Some((part.into(), file.to_owned())),
        })
    }

    fn write(&mut self, piece: &[u8]) -> Result<(), Fault> {
        Ok(self.out.write_all(piece)?)
    }

    fn finish(mut self) -> Result<(), Fault> {
        self.out.flush()?;
        if let Some((part, file)) = self.names.take() {
            std::fs::rename(part, file)?;
        }
        Ok(())
    }
}

/// What was begun and not finished is nothing.
impl Drop for Target {
    fn drop(&mut self) {
        if let Some((part, _)) = &self.names {
            // It may never have come into being.
            let _ = std::fs::remove_file(part);
        }
    }
}
