//! JSON, written as it goes.

use std::fmt::Write as _;
use uuid::Uuid;

/// A row of whichever engine; columns by position.
pub trait Cells {
    fn text(&self, at: usize) -> Option<&str>;
    fn uuid(&self, at: usize) -> Option<Uuid>;
    fn number(&self, at: usize) -> Option<i64>;
    fn yes(&self, at: usize) -> bool;
}

/// A text that grows.
#[derive(Default)]
pub struct Json(pub String);

impl Json {
    pub fn raw(&mut self, text: &str) -> &mut Self {
        self.0.push_str(text);
        self
    }

    /// A text between quotation marks, or null.
    pub fn text(&mut self, text: Option<&str>) -> &mut Self {
        let Some(text) = text else {
            return self.raw("null");
        };
        self.0.push('"');
        let mut plain = 0;
        for (at, byte) in text.bytes().enumerate() {
            if byte >= b' ' && byte != b'"' && byte != b'\\' {
                continue;
            }
            self.0.push_str(&text[plain..at]);
            // Writing into a String does not fail.
            let _ = write!(self.0, "\\u{byte:04x}");
            plain = at + 1;
        }
        self.0.push_str(&text[plain..]);
        self.0.push('"');
        self
    }

    /// `"key":` and a text.
    pub fn field(&mut self, key: &str, text: Option<&str>) -> &mut Self {
        self.0.push('"');
        self.0.push_str(key);
        self.0.push_str("\":");
        self.text(text)
    }

    /// An id with its kind.
    pub fn id(&mut self, kind: &str, id: impl std::fmt::Display) -> &mut Self {
        let _ = write!(self.0, "\"id\":\"{kind}:{id}\"");
        self
    }

    /// A thing with an id and a name, or null.
    pub fn named(
        &mut self,
        key: &str,
        kind: &str,
        id: Option<impl std::fmt::Display>,
        name: Option<&str>,
    ) -> &mut Self {
        let _ = write!(self.0, "\"{key}\":");
        match id {
            None => self.raw("null"),
            Some(id) => self
                .raw("{")
                .id(kind, id)
                .raw(",")
                .field("name", name)
                .raw("}"),
        }
    }

    /// What goes between two items.
    pub fn comma(&mut self, is_first: &mut bool) -> &mut Self {
        if std::mem::replace(is_first, false) {
            return self;
        }
        self.raw(",")
    }
}
