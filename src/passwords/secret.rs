//! A password that cannot be printed by mistake.

use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// A password as somebody typed it. Blanks at its ends count.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The password in NFC, so that it is the same on every keyboard.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the plain text ends here, so nobody goes on holding it"
    )]
    pub fn new(text: String) -> Self {
        Self(text.nfc().collect())
    }

    /// The password itself: to be judged and hashed, never to be kept.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_printed() {
        let secret = Secret::new("tr0ub4dor".to_owned());
        assert_eq!(format!("{secret:?} {secret:#?}"), "Secret Secret");
        assert_eq!(secret.reveal(), "tr0ub4dor");
    }

    #[test]
    fn the_same_letters_are_the_same_secret_and_blanks_count() {
        let typed = Secret::new(" cafe\u{301} ".to_owned());
        assert_eq!(typed.reveal(), " caf\u{e9} ");
    }
}
