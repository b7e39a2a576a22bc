//! The file of an import: its pieces, put together on the server that reads it.

use crate::access::ScopedDb;
use crate::error::{Error, Result};
use entity::ids::ImportId;
use std::fs::{File, OpenOptions, remove_file};
use std::io::{Seek, SeekFrom, Write};

/// A copy of the file that goes when nobody reads it any more. Empty where nothing was sent.
///
/// # Errors
/// Faults of the database and of the disk.
pub async fn fetch(db: &ScopedDb, id: ImportId) -> Result<File> {
    let mut file = nameless(db).map_err(Error::internal)?;
    for number in 0.. {
        let Some(bytes) = db.import_chunk(id, number).await? else {
            break;
        };
        // The disk is waited for where nobody else has to.
        let written = tokio::task::spawn_blocking(move || {
            file.write_all(&bytes)?;
            Ok::<_, std::io::Error>(file)
        });
        file = written
            .await
            .map_err(Error::internal)?
            .map_err(Error::internal)?;
    }
    file.seek(SeekFrom::Start(0)).map_err(Error::internal)?;
    Ok(file)
}

/// A file without a name: nobody else can open it, and it goes with the process, however that ends.
fn nameless(db: &ScopedDb) -> std::io::Result<File> {
    let path = std::env::temp_dir().join(format!("guildhall-{}", db.fresh_id()));
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path)?;
    remove_file(&path)?;
    Ok(file)
}
