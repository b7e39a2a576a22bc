//! The encoding of a text file: found out from all of it, and undone piece by piece.

use crate::options::{Encoding, Options};
use crate::refused::{Refused, Unsupported};
use crate::source::{Opened, Source};
use std::io::{Read, Seek, SeekFrom};

const PIECE: usize = 64 << 10;

/// In what a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    pub encoding: Encoding,
    /// The bytes of the byte order mark; 0 where there is none.
    pub mark: u8,
    /// Places that are not in the encoding and are replaced.
    pub malformed: u64,
    /// Whether such places refuse the file: where the encoding was given, and where nothing counted them.
    strict: bool,
}

/// Reads all of a file once. Bytes that are valid UTF-8 throughout are hardly ever anything else; where some are not, it is
/// UTF-8 with damage if most characters beyond ASCII are sound, and windows-1252 otherwise.
pub fn find_out(source: &Source, options: &Options) -> Result<Written, Refused> {
    let mut file = source.open()?;
    let mut piece = vec![0; PIECE];
    let mut count = Count::default();
    let mut start = Vec::new();
    loop {
        let got = file.read(&mut piece)?;
        if got == 0 {
            break;
        }
        let bytes = piece.get(..got).unwrap_or_default();
        if start.len() < PIECE {
            start.extend_from_slice(bytes);
        }
        count.add(bytes);
    }
    let (marked, mark) = match start.as_slice() {
        [0xEF, 0xBB, 0xBF, ..] => (Some(Encoding::Utf8), 3),
        [0xFF, 0xFE, ..] => (Some(Encoding::Utf16Le), 2),
        [0xFE, 0xFF, ..] => (Some(Encoding::Utf16Be), 2),
        _ => (None, 0),
    };
    let of_zeros = if mark > 0 { None } else { wide(&start)? };
    let (sound, malformed) = count.end();
    let found = marked.or(of_zeros).unwrap_or({
        if malformed == 0 || sound > malformed.saturating_mul(4) {
            Encoding::Utf8
        } else {
            Encoding::Windows1252
        }
    });
    let encoding = options.encoding.unwrap_or(found);
    if options.encoding == Some(Encoding::Utf8) && malformed > 0 {
        return Err(Refused::NotInEncoding(Encoding::Utf8));
    }
    let utf8 = encoding == Encoding::Utf8;
    Ok(Written {
        encoding,
        mark,
        malformed: if utf8 { malformed } else { 0 },
        strict: !utf8,
    })
}

/// UTF-16 by its zeros: every other byte of most texts is one. Zeros elsewhere are no text.
fn wide(start: &[u8]) -> Result<Option<Encoding>, Refused> {
    let zeros = |from: usize| {
        start
            .iter()
            .skip(from)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let few = start.len() / 100;
    if even <= few / 2 && odd > start.len() / 8 {
        return Ok(Some(Encoding::Utf16Le));
    }
    if odd <= few / 2 && even > start.len() / 8 {
        return Ok(Some(Encoding::Utf16Be));
    }
    if even + odd > few {
        return Err(Unsupported::Binary.into());
    }
    Ok(None)
}

/// Counts characters beyond ASCII that are sound UTF-8, and places that are not.
#[derive(Default)]
struct Count {
    sound: u64,
    broken: u64,
    rest: Vec<u8>,
}

impl Count {
    fn add(&mut self, bytes: &[u8]) {
        let joined;
        let mut left = if self.rest.is_empty() {
            bytes
        } else {
            joined = [self.rest.as_slice(), bytes].concat();
            &joined
        };
        let mut rest = Vec::new();
        loop {
            match std::str::from_utf8(left) {
                Ok(text) => {
                    self.sound += beyond_ascii(text.as_bytes());
                    break;
                }
                Err(wrong) => {
                    let (sound, behind) = left.split_at(wrong.valid_up_to());
                    self.sound += beyond_ascii(sound);
                    let Some(length) = wrong.error_len() else {
                        rest = behind.to_vec();
                        break;
                    };
                    self.broken += 1;
                    left = behind.get(length..).unwrap_or_default();
                }
            }
        }
        self.rest = rest;
    }

    fn end(self) -> (u64, u64) {
        (self.sound, self.broken + u64::from(!self.rest.is_empty()))
    }
}

/// Each such character has one first byte.
fn beyond_ascii(valid: &[u8]) -> u64 {
    valid.iter().filter(|byte| **byte >= 0xC0).count() as u64
}

/// A text in pieces that are never larger than a few times [`PIECE`].
pub struct Pieces {
    file: Opened,
    decoder: encoding_rs::Decoder,
    written: Written,
    bytes: Vec<u8>,
    ended: bool,
}

impl Pieces {
    pub fn new(source: &Source, written: Written) -> Result<Self, Refused> {
        let mut file = source.open()?;
        file.seek(SeekFrom::Start(written.mark.into()))?;
        Ok(Self {
            file,
            decoder: written
                .encoding
                .decoder()
                .new_decoder_without_bom_handling(),
            written,
            bytes: vec![0; PIECE],
            ended: false,
        })
    }
}

impl Iterator for Pieces {
    type Item = Result<String, Refused>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let got = match self.file.read(&mut self.bytes) {
            Ok(got) => got,
            Err(wrong) => {
                self.ended = true;
                return Some(Err(wrong.into()));
            }
        };
        self.ended = got == 0;
        let bytes = self.bytes.get(..got).unwrap_or_default();
        // What any encoding can come to, so that one call always takes all of the piece.
        let room = self
            .decoder
            .max_utf8_buffer_length(got)
            .unwrap_or(PIECE * 4);
        let mut text = String::with_capacity(room);
        let (_, _, replaced) = self.decoder.decode_to_string(bytes, &mut text, self.ended);
        if replaced && self.written.strict {
            self.ended = true;
            return Some(Err(Refused::NotInEncoding(self.written.encoding)));
        }
        Some(Ok(text))
    }
}
