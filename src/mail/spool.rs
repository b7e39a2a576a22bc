//! Letters as files, for whoever tries the product or has another program send them.

use super::compose::Author;
use super::{Fault, Letter, Sender};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use tokio::task::spawn_blocking;
use uuid::Uuid;

/// Writes each letter into a folder, as `<id>.eml`.
pub struct Spool {
    folder: PathBuf,
    author: Author,
}

impl Spool {
    /// Makes the folder when it is missing. `from` is an address, or a name and an address.
    ///
    /// # Errors
    /// A sentence about what is wrong, when `from` is no address or the folder cannot be made.
    pub fn new(folder: &Path, from: &str) -> Result<Self, String> {
        let author = Author::new(from)?;
        make(folder).map_err(|error| format!("the folder for mail cannot be made: {error}"))?;
        Ok(Self {
            folder: folder.to_owned(),
            author,
        })
    }

    async fn write(&self, letter: &Letter) -> Result<(), Fault> {
        let message = self.author.compose(letter)?.formatted();
        let (folder, id) = (self.folder.clone(), letter.id);
        spawn_blocking(move || put(&folder, id, &message))
            .await
            .map_err(|_| Fault::Later("writing was broken off".to_owned()))?
            .map_err(|error| Fault::Later(format!("the letter cannot be written: {error}")))
    }
}

impl Sender for Spool {
    fn send<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Result<(), Fault>> {
        self.write(letter).boxed()
    }
}

/// Only the server's own user may look inside: letters hold tokens.
fn make(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Writes under another name first, so that a reader never sees half a letter, nor does anybody after a power cut.
fn put(folder: &Path, id: Uuid, message: &[u8]) -> io::Result<()> {
    make(folder)?;
    let unfinished = folder.join(format!(".{id}.{:016x}", rand::random::<u64>()));
    let written = write(&unfinished, message)
        .and_then(|()| std::fs::rename(&unfinished, folder.join(format!("{id}.eml"))));
    if written.is_err() {
        // The first error says more than that of clearing up.
        let _ = std::fs::remove_file(&unfinished);
    }
    written?;
    File::open(folder)?.sync_all()
}

fn write(path: &Path, message: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(message)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn letter(to: &str) -> Letter {
        Letter {
            id: Uuid::from_u128(7),
            to: to.to_owned(),
            subject: "Hello".to_owned(),
            text: "token-1".to_owned(),
        }
    }

    #[tokio::test]
    async fn a_letter_is_one_private_file_however_often_it_is_sent() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("a/mail");
        let spool = Spool::new(&folder, "noreply@guild.example").unwrap();
        let letter = letter("ada@lovelace.example");
        let (one, other) = tokio::join!(spool.send(&letter), spool.send(&letter));
        assert_eq!((one, other), (Ok(()), Ok(())));
        let files: Vec<_> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        assert_eq!(files, [folder.join(format!("{}.eml", letter.id))]);
        let text = std::fs::read_to_string(&files[0]).unwrap();
        assert!(
            text.contains("To: ada@lovelace.example\r\n") && text.trim_end().ends_with("token-1")
        );
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&files[0])), (0o700, 0o600));
    }

    #[tokio::test]
    async fn a_bad_address_is_never_written_and_a_bad_folder_waits() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("mail");
        let spool = Spool::new(&folder, "noreply@guild.example").unwrap();
        assert!(matches!(
            spool.send(&letter("nobody")).await,
            Err(Fault::Never(_))
        ));
        std::fs::remove_dir(&folder).unwrap();
        std::fs::write(&folder, "in the way").unwrap();
        let refused = spool
            .send(&letter("ada@lovelace.example"))
            .await
            .unwrap_err();
        assert!(
            matches!(&refused, Fault::Later(why) if !why.contains("lovelace")),
            "{refused}"
        );
        assert!(Spool::new(&folder, "noreply@guild.example").is_err());
    }
}
