//! The file of an import: how it comes, piece by piece, to whoever has the one-time token, and what it is found to be.

use super::books::{free, json};
use super::file;
use super::kind::Kind;
use super::mapping::saved;
use super::settings::Settings;
use super::survey::{Survey, Unfit, survey};
use crate::access::{Act, CHUNK_BYTES, Granted, ScopedDb, Terms, View, WriteTx};
use crate::error::{Code, Error, Result};
use entity::ids::ImportId;
use entity::import::{self, Status};
use serde::Serialize;
use std::path::Path;
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// How many files are looked at at once: each takes a core and some memory.
static LOOKED_AT: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));

/// Uses the token up: whatever becomes of this upload, nobody sends another one with it.
#[derive(Debug, Serialize)]
struct TakeToken {
    id: ImportId,
}

impl Act for TakeToken {
    type Answer = ();
    type Shown = ();
    const MUTATION: &'static str = "importUpload";

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<()> {
        let mut import = free(tx, self.id, &[Status::Created]).await?;
        if import.upload_token_hash.take().is_none() {
            return Err(Error::invalid(Code::Conflict, "id", "the token was used"));
        }
        import.upload_expires_at = None;
        tx.note_import(import).await
    }

    async fn show(_: &WriteTx, (): (), _: bool) -> Result<()> {
        Ok(())
    }
}

/// Adds a piece of a file.
#[derive(Serialize)]
struct AddPiece {
    id: ImportId,
    number: i32,
    #[serde(skip)]
    bytes: Vec<u8>,
}

/// Not the bytes: they are somebody's customers.
impl std::fmt::Debug for AddPiece {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "AddPiece({}, {})", self.id, self.number)
    }
}

impl Act for AddPiece {
    type Answer = ();
    type Shown = ();
    const MUTATION: &'static str = "importUpload";

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<()> {
        let mut import = free(tx, self.id, &[Status::Created]).await?;
        import.file_bytes += i64::try_from(self.bytes.len()).unwrap_or(i64::MAX);
        tx.add_import_chunk(self.id, self.number, self.bytes.clone())
            .await?;
        tx.note_import(import).await
    }

    async fn show(_: &WriteTx, (): (), _: bool) -> Result<()> {
        Ok(())
    }
}

/// An upload on its way.
pub struct Upload {
    db: ScopedDb,
    id: ImportId,
    number: i32,
    piece: Vec<u8>,
}

impl Upload {
    /// Begins to receive the file of an import, whose token is used up by it.
    ///
    /// # Errors
    /// User errors where the import does not wait for a file (any more).
    pub async fn begin(db: ScopedDb, id: ImportId) -> Result<Self> {
        db.write(TakeToken { id }, Terms::default()).await?;
        Ok(Self {
            db,
            id,
            number: 0,
            piece: Vec::new(),
        })
    }

    /// Takes what has come.
    ///
    /// # Errors
    /// Faults of the database.
    pub async fn receive(&mut self, bytes: &[u8]) -> Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let room = CHUNK_BYTES.saturating_sub(self.piece.len());
            let (now, later) = rest.split_at(room.min(rest.len()));
            self.piece.extend_from_slice(now);
            rest = later;
            if self.piece.len() >= CHUNK_BYTES {
                self.put_away().await?;
            }
        }
        Ok(())
    }

    /// The end of the file: it is looked at, and the import is ready to be planned, or says why it is not.
    ///
    /// # Errors
    /// Faults of the database and the disk.
    pub async fn end(mut self) -> Result<Granted<import::Entity>> {
        self.put_away().await?;
        look_at(&self.db, self.id).await
    }

    async fn put_away(&mut self) -> Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = AddPiece {
            id: self.id,
            number: self.number,
            bytes: std::mem::take(&mut self.piece),
        };
        self.number += 1;
        self.db.later("upload").write(piece, Terms::default()).await
    }
}

/// Looks at the file of an import that has come, or has been laid out otherwise, and writes down what it is.
///
/// # Errors
/// Faults of the database and the disk.
pub async fn look_at(db: &ScopedDb, id: ImportId) -> Result<Granted<import::Entity>> {
    let path = file::fetch(db, id).await?;
    match &path {
        Some(path) => look_at_path(db, id, path).await,
        None => {
            let found = Err("the file is empty".to_owned());
            note(db, NoteSurvey { id, found }).await
        }
    }
}

/// The same for a file that lies at `path`.
///
/// # Errors
/// Faults of the database and the disk.
pub async fn look_at_path(
    db: &ScopedDb,
    id: ImportId,
    path: &Path,
) -> Result<Granted<import::Entity>> {
    let import = db.by_ids::<import::Entity>(&[id]).await?.remove(&id);
    let import = import.ok_or_else(|| Error::internal("an import that is gone"))?;
    let kind = Kind::of_import(&import)?;
    let layout = Settings::of(&import).layout;
    let name = import.name.clone();
    let path = path.to_owned();
    let _turn = LOOKED_AT.acquire().await.map_err(Error::internal)?;
    let looked = tokio::task::spawn_blocking(move || survey(&path, &name, kind, &layout));
    let found = match looked.await.map_err(Error::internal)? {
        Ok(survey) => match &survey.table {
            Some(_) => Ok(survey),
            None => Err("the file holds no rows".to_owned()),
        },
        Err(Unfit::Refused(sheets::Refused::Io(fault))) => return Err(Error::internal(fault)),
        Err(unfit) => Err(unfit.to_string()),
    };
    note(db, NoteSurvey { id, found }).await
}

async fn note(db: &ScopedDb, survey: NoteSurvey) -> Result<Granted<import::Entity>> {
    let id = survey.id;
    db.later("upload").write(survey, Terms::default()).await?;
    let now = db.later("upload").by_ids::<import::Entity>(&[id]).await?;
    let found = now.into_values().next();
    found.ok_or_else(|| Error::internal("an import that is gone"))
}

/// Writes down what a file was found to be, and the mapping to begin with: the saved one that the import names, else the proposed one.
#[derive(Debug, Serialize)]
struct NoteSurvey {
    id: ImportId,
    found: Result<Survey, String>,
}

impl Act for NoteSurvey {
    type Answer = ();
    type Shown = ();
    const MUTATION: &'static str = "importUpload";

    async fn carry_out(&self, tx: &mut WriteTx) -> Result<()> {
        let allowed = [
            Status::Created,
            Status::Uploaded,
            Status::Refused,
            Status::Planned,
            Status::Outdated,
            Status::Held,
        ];
        let mut import = free(tx, self.id, &allowed).await?;
        import.uploaded_at = Some(tx.now());
        match &self.found {
            Err(why) => {
                import.status = Status::Refused;
                import.failure = Some(why.clone());
            }
            Ok(survey) => {
                let named = Settings::of(&import).mapping;
                let mapping = match &named {
                    Some(name) => Some(saved(tx, Kind::of_import(&import)?, name).await?),
                    None => survey.proposal.as_ref().map(|found| found.mapping.clone()),
                };
                import.failure = None;
                import.status = Status::Uploaded;
                import.detected = Some(json(survey)?);
                import.mapping = Some(json(&mapping)?);
            }
        }
        tx.note_import(import).await
    }

    async fn show(_: &WriteTx, (): (), _: bool) -> Result<()> {
        Ok(())
    }
}

/// The file of an import as it can be read.
///
/// # Errors
/// User errors where there is none (any more).
pub async fn path_of(
    db: &ScopedDb,
    import: &Granted<import::Entity, View>,
) -> Result<tempfile::TempPath> {
    let path = file::fetch(db, import.id).await?;
    path.ok_or_else(|| {
        Error::invalid(
            Code::Conflict,
            "id",
            "the file of this import is not there; send it again with a new import",
        )
    })
}
