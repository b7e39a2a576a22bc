//! The archive that a workbook is: its list of parts, judged before anything is inflated, and parts that inflate to what
//! they said and not a byte more.
//!
//! Written for this one purpose, since what reads any archive also reads what no spreadsheet program writes: parts that lie over each other,
//! two lists, two parts of one name. Only the list at the end counts; what stands in front of a part is used for nothing but its own length.

use crate::options::Limits;
use crate::refused::{Quantity, Refused, Unsupported};
use crate::source::{Opened, Source, up_to};
use flate2::read::DeflateDecoder;
use std::collections::HashMap;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Take};

const LIST: &str = "the archive";
/// The end record and the longest comment behind it.
const TAIL: u64 = 22 + 65_535;
/// A list of a hundred parts is below this by far.
const LONGEST_LIST: u64 = 1 << 20;
/// What is smaller may be made of one letter.
const HARMLESS: u64 = 1 << 20;

/// A workbook's parts by name. Names are compared without regard to case, as the format wants.
pub struct Archive {
    source: Source,
    entries: HashMap<String, Entry>,
}

struct Entry {
    name: String,
    start: u64,
    packed: u64,
    inflated: u64,
    method: u16,
    checksum: u32,
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Refused> {
        let (taken, left) = self
            .0
            .split_at_checked(count)
            .ok_or_else(|| Refused::broken(LIST, "its list ends too early"))?;
        self.0 = left;
        Ok(taken)
    }

    fn number(&mut self, bytes: usize) -> Result<u64, Refused> {
        let taken = self.take(bytes)?;
        Ok(taken
            .iter()
            .rev()
            .fold(0, |number, byte| (number << 8) | u64::from(*byte)))
    }

    fn short(&mut self) -> Result<u16, Refused> {
        Ok(u16::try_from(self.number(2)?).unwrap_or_default())
    }
}

impl Archive {
    /// # Errors
    ///
    /// When the list of parts contradicts itself, or says that there is more than the limits allow.
    pub fn open(source: &Source, limits: &Limits) -> Result<Self, Refused> {
        let size = source.size()?;
        let mut file = source.open()?;
        let (count, list_start, list_size) = find_list(&mut file, size)?;
        if count > limits.entries as u64 {
            return Err(Refused::TooMuch {
                what: Quantity::Entries,
                limit: limits.entries as u64,
            });
        }
        if list_size > LONGEST_LIST || list_start.saturating_add(list_size) > size {
            return Err(Refused::broken(LIST, "its list has no place in the file"));
        }
        file.seek(SeekFrom::Start(list_start))?;
        let list = up_to(&mut file, usize::try_from(list_size).unwrap_or_default())?;
        let mut left = Bytes(&list);
        let mut entries = HashMap::new();
        let mut spans = vec![(list_start, size)];
        let mut total = 0_u64;
        for _ in 0..count {
            let (mut entry, header) = read_entry(&mut left)?;
            entry.start = data_start(&mut file, header)?;
            let end = entry.start.saturating_add(entry.packed);
            total = total.saturating_add(entry.inflated);
            judge(&entry, total, limits)?;
            spans.push((header, end));
            let key = key(&entry.name);
            if entries.insert(key, entry).is_some() {
                return Err(Refused::broken(LIST, "two of its parts have one name"));
            }
        }
        spans.sort_unstable();
        if spans
            .windows(2)
            .any(|pair| matches!(pair, [(_, end), (start, _)] if start < end))
        {
            return Err(Refused::broken(LIST, "its parts lie over each other"));
        }
        Ok(Self {
            source: source.clone(),
            entries,
        })
    }

    pub fn holds(&self, name: &str) -> bool {
        self.entries.contains_key(&key(name))
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// # Errors
    ///
    /// When there is no such part, or it is packed in a way that no spreadsheet program uses.
    pub fn part(&self, name: &str) -> Result<Part, Refused> {
        let entry = self
            .entries
            .get(&key(name))
            .ok_or_else(|| Refused::broken(name, "it is missing"))?;
        let mut file = self.source.open()?;
        file.seek(SeekFrom::Start(entry.start))?;
        let packed = BufReader::with_capacity(16 << 10, file.take(entry.packed));
        let inner = match entry.method {
            0 => Inner::Stored(packed),
            8 => Inner::Deflated(DeflateDecoder::new(packed)),
            other => {
                let reason = format!("it is packed by the unknown method {other}");
                return Err(Refused::broken(&entry.name, reason));
            }
        };
        Ok(Part {
            inner,
            left: entry.inflated,
            checksum: entry.checksum,
            hasher: crc32fast::Hasher::new(),
        })
    }
}

fn key(name: &str) -> String {
    name.replace('\\', "/")
        .trim_start_matches('/')
        .to_ascii_lowercase()
}

/// How many parts there are, and where their list stands.
fn find_list(file: &mut Opened, size: u64) -> Result<(u64, u64, u64), Refused> {
    let tail_start = size.saturating_sub(TAIL);
    file.seek(SeekFrom::Start(tail_start))?;
    let tail = up_to(file, usize::try_from(TAIL).unwrap_or_default())?;
    let at = tail
        .windows(22)
        .rposition(|window| window.starts_with(b"PK\x05\x06"))
        .ok_or_else(|| Refused::broken(LIST, "it ends too early"))?;
    let mut record = Bytes(tail.get(at + 4..).unwrap_or_default());
    if record.number(4)? != 0 {
        return Err(Refused::broken(LIST, "it is one of several volumes"));
    }
    let here = record.number(2)?;
    let count = record.number(2)?;
    let list_size = record.number(4)?;
    let list_start = record.number(4)?;
    if here != count {
        return Err(Refused::broken(LIST, "it is one of several volumes"));
    }
    if count != 0xFFFF && list_size != 0xFFFF_FFFF && list_start != 0xFFFF_FFFF {
        return Ok((count, list_start, list_size));
    }
    let locator = (tail_start + at as u64)
        .checked_sub(20)
        .ok_or_else(|| Refused::broken(LIST, "its list ends too early"))?;
    file.seek(SeekFrom::Start(locator))?;
    let bytes = up_to(file, 20)?;
    let mut locator = Bytes(&bytes);
    if locator.take(4)? != b"PK\x06\x07" {
        return Err(Refused::broken(LIST, "its list has no place in the file"));
    }
    locator.number(4)?;
    file.seek(SeekFrom::Start(locator.number(8)?))?;
    let bytes = up_to(file, 56)?;
    let mut record = Bytes(&bytes);
    if record.take(4)? != b"PK\x06\x06" {
        return Err(Refused::broken(LIST, "its list has no place in the file"));
    }
    record.take(20 + 8)?;
    let count = record.number(8)?;
    let list_size = record.number(8)?;
    Ok((count, record.number(8)?, list_size))
}

/// A part as the list has it, and where its header stands.
fn read_entry(list: &mut Bytes) -> Result<(Entry, u64), Refused> {
    if list.take(4)? != b"PK\x01\x02" {
        return Err(Refused::broken(LIST, "its list is not one"));
    }
    list.take(4)?;
    let flags = list.short()?;
    let method = list.short()?;
    list.take(4)?;
    let checksum = u32::try_from(list.number(4)?).unwrap_or_default();
    let mut packed = list.number(4)?;
    let mut inflated = list.number(4)?;
    let name = usize::from(list.short()?);
    let extra = usize::from(list.short()?);
    let comment = usize::from(list.short()?);
    list.take(8)?;
    let mut header = list.number(4)?;
    let name = String::from_utf8_lossy(list.take(name)?).into_owned();
    let mut extra = Bytes(list.take(extra)?);
    list.take(comment)?;
    while extra.0.len() >= 4 {
        let kind = extra.short()?;
        let length = usize::from(extra.short()?);
        let mut field = Bytes(extra.take(length)?);
        if kind == 1 {
            for number in [&mut inflated, &mut packed, &mut header] {
                if *number == 0xFFFF_FFFF {
                    *number = field.number(8)?;
                }
            }
        }
    }
    if flags & 1 != 0 {
        return Err(Unsupported::Encrypted.into());
    }
    let entry = Entry {
        name,
        start: 0,
        packed,
        inflated,
        method,
        checksum,
    };
    Ok((entry, header))
}

fn data_start(file: &mut Opened, header: u64) -> Result<u64, Refused> {
    file.seek(SeekFrom::Start(header))?;
    let bytes = up_to(file, 30)?;
    let mut local = Bytes(&bytes);
    if local.take(4)? != b"PK\x03\x04" {
        return Err(Refused::broken(LIST, "a part is not where the list says"));
    }
    local.take(22)?;
    let lengths = local.number(2)? + local.number(2)?;
    Ok(header.saturating_add(30 + lengths))
}

fn judge(entry: &Entry, total: u64, limits: &Limits) -> Result<(), Refused> {
    if total > limits.inflated_bytes {
        return Err(Refused::TooMuch {
            what: Quantity::InflatedBytes,
            limit: limits.inflated_bytes,
        });
    }
    if entry.inflated > HARMLESS && entry.inflated / entry.packed.max(1) >= limits.ratio {
        return Err(Refused::Ratio {
            part: entry.name.clone(),
            limit: limits.ratio,
        });
    }
    Ok(())
}

/// A part while it is inflated. It holds as many bytes as the list says, with the list's checksum, or reading fails.
pub struct Part {
    inner: Inner,
    left: u64,
    checksum: u32,
    hasher: crc32fast::Hasher,
}

type Packed = BufReader<Take<Opened>>;

enum Inner {
    Stored(Packed),
    Deflated(DeflateDecoder<Packed>),
}

impl Read for Part {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let got = match &mut self.inner {
            Inner::Stored(inner) => inner.read(into),
            Inner::Deflated(inner) => inner.read(into),
        }?;
        self.left = self
            .left
            .checked_sub(got as u64)
            .ok_or_else(|| io::Error::other("it holds more than it says"))?;
        self.hasher.update(into.get(..got).unwrap_or_default());
        if got == 0 && !into.is_empty() {
            if self.left > 0 {
                return Err(io::Error::other("it ends too early"));
            }
            if self.hasher.clone().finalize() != self.checksum {
                return Err(io::Error::other("its checksum is wrong"));
            }
        }
        Ok(got)
    }
}
