//! An archive that is written from front to back and never gone back to, so that it can be sent while it is made: how much a part holds is
//! said behind it.

use super::Unwritable;
use crc32fast::Hasher;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::Write;

/// Sizes follow behind the part; names are UTF-8.
const FLAGS: u16 = 0x0808;
const VERSION: u16 = 20;
const DEFLATED: u16 = 8;
/// Midnight of 1 January 1980, the first day there is: the same rows make the same bytes.
const NO_TIME: [u8; 4] = [0, 0, 0x21, 0];

/// The archive so far. What is taken away is not needed any more.
pub struct Archive {
    out: Vec<u8>,
    /// All bytes so far, those that were taken too.
    length: u64,
    parts: Vec<Part>,
    packing: Option<Packing>,
}

/// A part that is there.
struct Part {
    name: &'static str,
    /// Where it begins.
    start: u32,
    checksum: u32,
    packed: u32,
    inflated: u32,
}

/// A part that is being written.
struct Packing {
    name: &'static str,
    start: u64,
    hasher: Hasher,
    packed: u64,
    inflated: u64,
    deflater: DeflateEncoder<Vec<u8>>,
}

impl Archive {
    pub const fn new() -> Self {
        Self {
            out: Vec::new(),
            length: 0,
            parts: Vec::new(),
            packing: None,
        }
    }

    /// Adds a part as a whole.
    pub fn part(&mut self, name: &'static str, content: &str) -> Result<(), Unwritable> {
        self.open(name)?;
        self.write(content)?;
        self.close()
    }

    /// Begins a part.
    pub fn open(&mut self, name: &'static str) -> Result<(), Unwritable> {
        self.close()?;
        let start = self.length;
        self.put(b"PK\x03\x04");
        self.put_shorts(&[VERSION, FLAGS, DEFLATED]);
        self.put(&NO_TIME);
        self.put(&[0; 12]);
        self.put_shorts(&[short(name.len()), 0]);
        self.put(name.as_bytes());
        self.packing = Some(Packing {
            name,
            start,
            hasher: Hasher::new(),
            packed: 0,
            inflated: 0,
            deflater: DeflateEncoder::new(Vec::new(), Compression::default()),
        });
        Ok(())
    }

    /// Adds to the part that is open.
    pub fn write(&mut self, content: &str) -> Result<(), Unwritable> {
        let Some(packing) = &mut self.packing else {
            return Ok(());
        };
        packing.hasher.update(content.as_bytes());
        packing.inflated += content.len() as u64;
        packing.deflater.write_all(content.as_bytes())?;
        let packed = std::mem::take(packing.deflater.get_mut());
        packing.packed += packed.len() as u64;
        self.put(&packed);
        Ok(())
    }

    /// Ends the part that is open, if one is.
    fn close(&mut self) -> Result<(), Unwritable> {
        let Some(mut packing) = self.packing.take() else {
            return Ok(());
        };
        packing.deflater.try_finish()?;
        let rest = std::mem::take(packing.deflater.get_mut());
        packing.packed += rest.len() as u64;
        self.put(&rest);
        let part = Part {
            name: packing.name,
            start: within(packing.start)?,
            checksum: packing.hasher.finalize(),
            packed: within(packing.packed)?,
            inflated: within(packing.inflated)?,
        };
        self.put(b"PK\x07\x08");
        self.put_longs(&[part.checksum, part.packed, part.inflated]);
        self.parts.push(part);
        Ok(())
    }

    /// The bytes since the last time.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// The bytes since the last time, up to the end.
    pub fn finish(mut self) -> Result<Vec<u8>, Unwritable> {
        self.close()?;
        let start = within(self.length)?;
        for part in std::mem::take(&mut self.parts) {
            self.put(b"PK\x01\x02");
            self.put_shorts(&[VERSION, VERSION, FLAGS, DEFLATED]);
            self.put(&NO_TIME);
            self.put_longs(&[part.checksum, part.packed, part.inflated]);
            self.put_shorts(&[short(part.name.len()), 0, 0, 0, 0, 0, 0]);
            self.put_longs(&[part.start]);
            self.put(part.name.as_bytes());
            self.parts.push(part);
        }
        let size = within(self.length)?.saturating_sub(start);
        let count = short(self.parts.len());
        self.put(b"PK\x05\x06");
        self.put_shorts(&[0, 0, count, count]);
        self.put_longs(&[size, start]);
        self.put_shorts(&[0]);
        Ok(self.out)
    }

    fn put(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
        self.length += bytes.len() as u64;
    }

    fn put_shorts(&mut self, numbers: &[u16]) {
        for number in numbers {
            self.put(&number.to_le_bytes());
        }
    }

    fn put_longs(&mut self, numbers: &[u32]) {
        for number in numbers {
            self.put(&number.to_le_bytes());
        }
    }
}

/// Names and numbers of parts are ours, and small.
fn short(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

fn within(bytes: u64) -> Result<u32, Unwritable> {
    u32::try_from(bytes).map_err(|_| Unwritable::TooLarge)
}
