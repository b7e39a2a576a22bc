//! Text as people type it, made fit to be stored, compared and searched (T-172, T-174, T-175).

use crate::error::{Code, UserError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

/// Most characters of names and external ids.
pub const NAME: usize = 512;
/// Most characters of descriptions and comments.
pub const LONG: usize = 10_000;
/// Most characters of an e-mail address.
pub const EMAIL: usize = 320;
/// Most characters of everything else.
pub const SHORT: usize = 255;

/// Most bytes of a sort key: an index entry of PostgreSQL holds some 2,700, and one character can fold into 18.
pub const KEY_BYTES: usize = 1_000;

/// A text without regard to case and form: NFKC, case-folded.
#[must_use]
pub fn fold(text: &str) -> String {
    // Folding can undo normal form, so it is restored at the end.
    caseless::default_case_fold_str(&text.nfkc().collect::<String>())
        .nfkc()
        .collect()
}

/// What texts are sorted by: folded, and compared by code point, the same on both engines (T-172). Cut off after some hundreds of
/// characters, beyond which only the id decides.
#[must_use]
pub fn sort_key(text: &str) -> String {
    let mut key = fold(text);
    key.truncate(key.floor_char_boundary(KEY_BYTES));
    key
}

/// A sort key that two texts share only where they are the same folded: for what must be unique (T-20). One that is cut off ends in a hash
/// of the whole.
#[must_use]
pub fn unique_key(text: &str) -> String {
    let folded = fold(text);
    if folded.len() <= KEY_BYTES {
        return folded;
    }
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(folded.as_bytes()));
    sort_key(text) + &hash
}

/// What a login is known by, whether it could be one or not: without regard to case, form and outer blanks (T-65).
#[must_use]
pub fn login_key(login: &str) -> String {
    // No login has a NUL, and PostgreSQL does not even take one to look for.
    unique_key(&login.trim().replace('\0', "\u{FFFD}"))
}

/// The sort key of an optional text; nothing sorts first, as the empty text, because the engines disagree about null.
#[must_use]
pub fn optional_key(text: Option<&str>) -> String {
    text.map(sort_key).unwrap_or_default()
}

/// What `search` looks through: the folded texts, one a line. A searched text has no line break, so it never matches across two.
#[must_use]
pub fn search_key(texts: &[&str]) -> String {
    let folded: Vec<_> = texts.iter().map(|text| fold(text)).collect();
    folded.join("\n")
}

/// What a line of text may hold.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    field: &'static str,
    limit: usize,
    lines: bool,
    strict: bool,
}

impl Rule {
    /// One line of at most `limit` characters.
    #[must_use]
    pub const fn line(field: &'static str, limit: usize) -> Self {
        Self {
            field,
            limit,
            lines: false,
            strict: false,
        }
    }

    /// Text of at most [`LONG`] characters that keeps newlines and tabs.
    #[must_use]
    pub const fn text(field: &'static str) -> Self {
        Self {
            field,
            limit: LONG,
            lines: true,
            strict: false,
        }
    }

    /// One line that names something to machines: refuses what cannot be seen too, because two of them must not look alike.
    #[must_use]
    pub const fn identifier(field: &'static str, limit: usize) -> Self {
        Self {
            field,
            limit,
            lines: false,
            strict: true,
        }
    }

    /// The text without outer blanks; an empty text is none.
    ///
    /// # Errors
    /// `TOO_LONG` above the limit, `INVALID` for characters that the rule refuses.
    pub fn apply(self, text: Option<String>) -> Result<Option<String>, UserError> {
        let Some(text) = text else { return Ok(None) };
        let trimmed = text.trim();
        if let Some(refused) = trimmed.chars().find(|character| self.refuses(*character)) {
            let message = format!(
                "{} may not contain the character U+{:04X}",
                self.field,
                u32::from(refused)
            );
            return Err(UserError::new(Code::Invalid, self.field, message));
        }
        if trimmed.chars().count() > self.limit {
            let message = format!("{} is longer than {} characters", self.field, self.limit);
            return Err(UserError::new(Code::TooLong, self.field, message));
        }
        Ok((!trimmed.is_empty()).then(|| trimmed.to_owned()))
    }

    fn refuses(self, character: char) -> bool {
        let line_break = matches!(character, '\u{2028}' | '\u{2029}');
        let kept = self.lines && matches!(character, '\n' | '\t' | '\r');
        (character.is_control() && !kept)
            || (line_break && !self.lines)
            || (self.strict && is_invisible(character))
    }
}

/// Zero-width and bidirectional characters.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}')
}

/// An e-mail address: one `@` with something on both sides, no blanks. Whether a mailbox answers is for mail to find out.
///
/// # Errors
/// `TOO_LONG` above [`EMAIL`] characters, `INVALID` for what cannot be an address.
pub fn email(field: &'static str, text: Option<String>) -> Result<Option<String>, UserError> {
    let Some(address) = Rule::identifier(field, EMAIL).apply(text)? else {
        return Ok(None);
    };
    let looks_right = address.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !local.contains('@')
    }) && !address.contains(char::is_whitespace);
    if looks_right {
        Ok(Some(address))
    } else {
        Err(UserError::new(
            Code::Invalid,
            field,
            format!("{field} is not an e-mail address"),
        ))
    }
}

/// The smallest text above every text that begins with `prefix`; none when there is no such text.
///
/// `prefix <= text < after_prefix(prefix)` is the same as `text` beginning with `prefix`, and an index can answer it.
#[must_use]
pub fn after_prefix(prefix: &str) -> Option<String> {
    let mut characters: Vec<char> = prefix.chars().collect();
    while let Some(last) = characters.pop() {
        let next = match u32::from(last) {
            0xD7FF => Some('\u{E000}'),
            code => char::from_u32(code + 1),
        };
        if let Some(next) = next {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sort_key_forgets_case_and_form() {
        assert_eq!(sort_key("STRASSE"), sort_key("straße"));
        assert_eq!(sort_key("Ｃａｆｅ\u{301}"), sort_key("café"));
    }

    #[test]
    fn a_line_refuses_control_characters_and_an_identifier_also_what_cannot_be_seen() {
        let refused = |rule: Rule, text: &str| rule.apply(Some(text.to_owned())).is_err();
        assert!(refused(Rule::line("name", 9), "a\0b"));
        assert!(refused(Rule::line("name", 9), "a\nb"));
        assert!(!refused(Rule::text("description"), "a\nb"));
        assert!(refused(Rule::text("description"), "a\0b"));
        assert!(!refused(Rule::line("name", 9), "a\u{200B}b"));
        assert!(refused(Rule::identifier("externalId", 9), "a\u{200B}b"));
    }

    #[test]
    fn a_prefix_range_ends_above_the_prefix() {
        assert_eq!(after_prefix("ab").as_deref(), Some("ac"));
        assert_eq!(after_prefix("a\u{10FFFF}").as_deref(), Some("b"));
        assert_eq!(after_prefix("\u{10FFFF}"), None);
    }
}
