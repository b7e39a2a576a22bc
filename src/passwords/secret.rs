//! A password that cannot be printed by mistake.

use serde::{Serialize, Serializer};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// A password as somebody typed it. Blanks at its ends count.
#[derive(Clone)]
pub struct Secret {
    text: String,
    fingerprint: Option<String>,
}

impl Secret {
    /// The password in NFC, so that it is the same on every keyboard.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the plain text ends here, so nobody goes on holding it"
    )]
    pub fn new(text: String) -> Self {
        Self {
            text: text.nfc().collect(),
            fingerprint: None,
        }
    }

    /// The same secret, which serializes as `fingerprint` from now on.
    #[must_use]
    pub fn with_fingerprint(self, fingerprint: String) -> Self {
        Self {
            fingerprint: Some(fingerprint),
            ..self
        }
    }

    /// The password itself: to be judged and hashed, never to be kept.
    pub(crate) fn reveal(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

/// The fingerprint or null: what is compared and stored of an input must not hold the password.
impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.fingerprint.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_neither_printed_nor_serialized() {
        let secret = Secret::new("tr0ub4dor".to_owned());
        assert_eq!(format!("{secret:?} {secret:#?}"), "Secret Secret");
        assert_eq!(serde_json::to_string(&secret).unwrap(), "null");
        let marked = secret.with_fingerprint("f1".to_owned());
        assert_eq!(serde_json::to_string(&marked).unwrap(), "\"f1\"");
        assert_eq!(marked.reveal(), "tr0ub4dor");
    }

    #[test]
    fn the_same_letters_are_the_same_secret_and_blanks_count() {
        let typed = Secret::new(" cafe\u{301} ".to_owned());
        assert_eq!(typed.reveal(), " caf\u{e9} ");
    }
}
