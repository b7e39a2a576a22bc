//! Opaque tokens: 256 random bits with a prefix that names their purpose, so that a scanner for secrets knows one when it sees it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use std::fmt::{self, Write as _};

/// What a token opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A session.
    Session,
    /// The setting of a new password.
    Reset,
    /// A registration that waits to be confirmed.
    Confirm,
    /// An order that was placed without signing in, to be looked at.
    Order,
    /// An order that somebody asks to make their own.
    Claim,
    /// The sending of one file.
    Upload,
}

/// A token, which is told to one person once and stored nowhere; only its hash is.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A fresh one.
    #[must_use]
    pub fn fresh(kind: TokenKind) -> Self {
        let prefix = match kind {
            TokenKind::Session => "gh_",
            TokenKind::Reset => "ghr_",
            TokenKind::Confirm => "ghc_",
            TokenKind::Order => "gho_",
            TokenKind::Claim => "ghk_",
            TokenKind::Upload => "ghu_",
        };
        let secret = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        Self(format!("{prefix}{secret}"))
    }

    /// One that somebody sent.
    #[must_use]
    pub fn received(text: String) -> Self {
        Self(text)
    }

    /// The token itself, to be told to whom it is for.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What it is known by.
    #[must_use]
    pub fn hash(&self) -> String {
        token_hash(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token")
    }
}

/// What is kept of an input tells it from another token, and holds nothing of it.
impl Serialize for Token {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.hash().serialize(serializer)
    }
}

/// What a token is known by: its SHA-256 in lower-case hexadecimal.
#[must_use]
pub fn token_hash(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// Bytes as lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
