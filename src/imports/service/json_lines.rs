//! JSON lines: an object a line, whose members are fields. Null clears, an empty text is a blank.

use crate::imports::rules::{Given, RowIn, Rows};
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::sync::Mutex;

/// The longest line that is read: what is longer is no row of ours.
const LONGEST_LINE: u64 = 1 << 20;

/// A file of JSON lines. Its numbers are those of the lines, counted from 1.
pub struct JsonLines(Mutex<File>);

impl JsonLines {
    #[must_use]
    pub fn new(file: File) -> Self {
        Self(Mutex::new(file))
    }
}

impl Rows for JsonLines {
    fn rows(&self) -> Box<dyn Iterator<Item = Result<RowIn, (i64, String)>> + Send> {
        let copy = self.0.lock().map(|file| file.try_clone());
        let Ok(Ok(mut file)) = copy else {
            return Box::new(std::iter::once(Err((
                0,
                "the file cannot be read".to_owned(),
            ))));
        };
        if file.seek(SeekFrom::Start(0)).is_err() {
            return Box::new(std::iter::once(Err((
                0,
                "the file cannot be read".to_owned(),
            ))));
        }
        Box::new(Lines {
            reader: BufReader::new(file),
            number: 0,
            over: false,
        })
    }
}

struct Lines {
    reader: BufReader<File>,
    number: i64,
    /// Nothing comes after a line that the disk did not give.
    over: bool,
}

impl Lines {
    /// The next line; none at the end of the file.
    fn line(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut read = (&mut self.reader)
            .take(LONGEST_LINE)
            .read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(None);
        }
        // What is left of a line that is too long is no line of its own.
        let mut rest = vec![line.last().copied().unwrap_or_default()];
        while read > 0 && rest.last() != Some(&b'\n') {
            rest.clear();
            read = (&mut self.reader)
                .take(LONGEST_LINE)
                .read_until(b'\n', &mut rest)?;
        }
        Ok(Some(line))
    }
}

impl Iterator for Lines {
    type Item = Result<RowIn, (i64, String)>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.over {
            self.number += 1;
            match self.line() {
                Ok(None) => return None,
                Ok(Some(line)) if line.iter().all(u8::is_ascii_whitespace) => {}
                Ok(Some(line)) => return Some(row(self.number, &line)),
                Err(fault) => {
                    self.over = true;
                    return Some(Err((self.number, fault.to_string())));
                }
            }
        }
        None
    }
}

fn row(number: i64, line: &[u8]) -> Result<RowIn, (i64, String)> {
    let Ok(Value::Object(members)) = serde_json::from_slice(line) else {
        return Err((number, "this line is not a JSON object".to_owned()));
    };
    let mut row = RowIn {
        number,
        ..RowIn::default()
    };
    for (field, value) in members {
        let given = match value {
            Value::Null => Given::Clear,
            Value::String(text) if text.trim().is_empty() => Given::Blank,
            Value::String(text) => Given::Text(text),
            Value::Number(number) if number.is_f64() => {
                return Err((
                    row.number,
                    format!(
                        "{} is a number with decimals; send it as a text, which is exact",
                        shown(&field)
                    ),
                ));
            }
            Value::Bool(_) | Value::Number(_) => Given::Text(value.to_string()),
            Value::Array(_) | Value::Object(_) => {
                return Err((
                    number,
                    format!("{} is neither a text nor a number", shown(&field)),
                ));
            }
        };
        row.fields.insert(field, given);
    }
    Ok(row)
}

/// The name of a field, as it can be told: it may hold anything.
fn shown(field: &str) -> String {
    field.replace('\0', "\u{FFFD}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn read(text: &[u8]) -> Vec<Result<RowIn, i64>> {
        let path = std::env::temp_dir().join(format!("guildhall-lines-{}", std::process::id()));
        let mut options = std::fs::OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(true);
        let mut file = options.open(&path).expect("a file");
        std::fs::remove_file(&path).expect("no name");
        file.write_all(text).expect("the text");
        let lines = JsonLines::new(file);
        let once: Vec<_> = lines.rows().collect();
        assert_eq!(
            once,
            lines.rows().collect::<Vec<_>>(),
            "it can be read again"
        );
        let numbered = once.into_iter();
        numbered
            .map(|row| row.map_err(|(number, _)| number))
            .collect()
    }

    #[test]
    fn a_line_is_a_row_or_says_that_it_is_none_and_keeps_its_number() {
        let long = vec![b'x'; 3 << 20];
        let mut text = b"{\"a\":\"x\",\"b\":null,\"c\":\" \",\"d\":7,\"e\":true}\n\n[]\n".to_vec();
        text.extend(&long);
        text.extend(b"\n{\"a\":1.5}\n{\"a\":\"last\"}");
        let rows = read(&text);
        let given = |text: &str| Given::Text(text.to_owned());
        let first = [
            ("a", given("x")),
            ("b", Given::Clear),
            ("c", Given::Blank),
            ("d", given("7")),
            ("e", given("true")),
        ];
        let of = |number, fields: &[(&str, Given)]| RowIn {
            number,
            fields: fields
                .iter()
                .map(|(name, given)| ((*name).to_owned(), given.clone()))
                .collect(),
            version: None,
        };
        assert_eq!(
            rows,
            [
                Ok(of(1, &first)),
                Err(3),
                Err(4),
                Err(5),
                Ok(of(6, &[("a", given("last"))]))
            ]
        );
        assert_eq!(read(b""), []);
    }
}
