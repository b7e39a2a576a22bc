//! Where a file lies: on disk or in memory. It is read several times, so it must not change meanwhile.

use crate::refused::Refused;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where a file lies.
#[derive(Clone, Debug)]
pub enum Source {
    Path(PathBuf),
    Bytes(Arc<[u8]>),
}

impl From<&Path> for Source {
    fn from(path: &Path) -> Self {
        Self::Path(path.to_owned())
    }
}

impl From<PathBuf> for Source {
    fn from(path: PathBuf) -> Self {
        Self::Path(path)
    }
}

impl From<Vec<u8>> for Source {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes.into())
    }
}

impl From<&[u8]> for Source {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.into())
    }
}

/// A file that is open for reading.
pub(crate) enum Opened {
    File(File),
    Bytes(Cursor<Arc<[u8]>>),
}

impl Source {
    pub(crate) fn open(&self) -> Result<Opened, Refused> {
        Ok(match self {
            Self::Path(path) => Opened::File(File::open(path)?),
            Self::Bytes(bytes) => Opened::Bytes(Cursor::new(Arc::clone(bytes))),
        })
    }

    /// In bytes. A pipe or a device has no size that could be trusted, and is refused.
    pub(crate) fn size(&self) -> Result<u64, Refused> {
        match self {
            Self::Path(path) => {
                let about = std::fs::metadata(path)?;
                if !about.is_file() {
                    return Err(io::Error::other("it is not a file").into());
                }
                Ok(about.len())
            }
            Self::Bytes(bytes) => Ok(bytes.len() as u64),
        }
    }
}

impl Read for Opened {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(into),
            Self::Bytes(bytes) => bytes.read(into),
        }
    }
}

impl Seek for Opened {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::File(file) => file.seek(to),
            Self::Bytes(bytes) => bytes.seek(to),
        }
    }
}

/// As many of the next bytes as there are, up to `count`.
pub(crate) fn up_to(reader: &mut impl Read, count: usize) -> io::Result<Vec<u8>> {
    let mut got = Vec::new();
    reader.take(count as u64).read_to_end(&mut got)?;
    Ok(got)
}
