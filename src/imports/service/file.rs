//! The file of an import: its pieces, put together on the server that reads it.

use crate::access::ScopedDb;
use crate::error::{Error, Result};
use entity::ids::ImportId;
use std::io::Write;
use tempfile::{NamedTempFile, TempPath};

/// A copy of the file that goes when nobody holds it any more; nobody but this process's user may read it. None where the file did not
/// come in pieces, but was read where it lay.
///
/// # Errors
/// Faults of the database and of the disk.
pub async fn fetch(db: &ScopedDb, id: ImportId) -> Result<Option<TempPath>> {
    let Some(first) = db.import_chunk(id, 0).await? else {
        return Ok(None);
    };
    let file = tempfile::Builder::new()
        .prefix("guildhall-")
        .tempfile()
        .map_err(Error::internal)?;
    let mut file = append(file, first).await?;
    for number in 1.. {
        let Some(bytes) = db.import_chunk(id, number).await? else {
            break;
        };
        file = append(file, bytes).await?;
    }
    Ok(Some(file.into_temp_path()))
}

/// The disk is waited for where nobody else has to.
async fn append(mut file: NamedTempFile, bytes: Vec<u8>) -> Result<NamedTempFile> {
    let written = tokio::task::spawn_blocking(move || {
        file.write_all(&bytes)?;
        Ok::<_, std::io::Error>(file)
    });
    let written = written.await.map_err(Error::internal)?;
    written.map_err(Error::internal)
}
