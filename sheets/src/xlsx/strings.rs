//! The texts that the cells of a workbook share.

use super::xml::{Node, Tag, Xml};
use crate::options::Limits;
use crate::refused::{Quantity, Refused};

/// All of them behind each other: a million strings of their own would take several times the space.
#[derive(Debug, Default)]
pub struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    pub fn get(&self, at: usize) -> Option<&str> {
        let end = *self.ends.get(at)? as usize;
        let start = match at.checked_sub(1) {
            Some(before) => *self.ends.get(before)? as usize,
            None => 0,
        };
        self.text.get(start..end)
    }

    pub fn read(mut xml: Xml, limits: &Limits) -> Result<Self, Refused> {
        let mut strings = Self::default();
        let mut item = String::new();
        let (mut phonetic, mut inside) = (0_u32, false);
        loop {
            match xml.next()? {
                Node::Open(element) => match element.tag {
                    Tag::Phonetic => phonetic += 1,
                    Tag::Text => inside = phonetic == 0,
                    _ => {}
                },
                Node::Text(text) if inside => {
                    item.push_str(&text);
                    if strings.text.len() + item.len() > limits.shared_string_bytes {
                        let limit = limits.shared_string_bytes as u64;
                        let what = Quantity::SharedStringBytes;
                        return Err(Refused::TooMuch { what, limit });
                    }
                }
                Node::Close(Tag::Text) => inside = false,
                Node::Close(Tag::Phonetic) => phonetic = phonetic.saturating_sub(1),
                Node::Close(Tag::Item) => {
                    if strings.ends.len() >= limits.shared_strings {
                        let limit = limits.shared_strings as u64;
                        let what = Quantity::SharedStrings;
                        return Err(Refused::TooMuch { what, limit });
                    }
                    strings.text.push_str(&unescaped(&item));
                    item.clear();
                    let end = u32::try_from(strings.text.len()).unwrap_or(u32::MAX);
                    strings.ends.push(end);
                }
                Node::End => return Ok(strings),
                _ => {}
            }
        }
    }
}

/// Spreadsheet programs write what XML cannot hold as `_x000D_`, and `_x` itself as `_x005F_x`.
pub fn unescaped(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains("_x") {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let code = from
            .get(2..7)
            .and_then(|code| code.strip_suffix('_'))
            .filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32);
        let taken = if let Some(character) = code {
            out.push(character);
            7
        } else {
            out.push_str("_x");
            2
        };
        rest = from.get(taken..).unwrap_or_default();
    }
    out.push_str(rest);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_spreadsheet_programs_are_undone_and_nothing_else() {
        assert_eq!(unescaped("a_x000D_\nb"), "a\r\nb");
        assert_eq!(unescaped("_x005F_x000D_"), "_x000D_");
        assert_eq!(
            unescaped("tax_xyz _x12_ _xD800_ _x"),
            "tax_xyz _x12_ _xD800_ _x"
        );
        assert_eq!(unescaped("ü_x00E9_ü"), "üéü");
    }
}
