//! How passwords are hashed, and the strings that say so.

use crate::error::{Error, Result};
use argon2::password_hash::phc::{Output, ParamsString, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, PasswordHash, Version};

/// What new passwords are hashed with: 19 MiB, two passes, one lane, 32 bytes.
pub(super) const STANDARD: Params = Params::DEFAULT;
/// Bytes of a salt.
pub(super) const SALT: usize = 16;
/// Bytes of a hash.
const LENGTH: usize = Params::DEFAULT_OUTPUT_LEN;

/// Most KiB that a stored password may ask for.
pub(super) const MOST_KIB: u32 = 64 * 1024;
/// Most passes, and most lanes, that a stored password may ask for.
const MOST_ROUNDS: u32 = 16;

/// How a password is hashed.
#[derive(Clone)]
pub(super) struct Recipe {
    algorithm: Algorithm,
    version: Version,
    params: Params,
    length: usize,
}

impl Recipe {
    pub(super) fn standard() -> Self {
        Self {
            algorithm: Algorithm::Argon2id,
            version: Version::V0x13,
            params: STANDARD,
            length: LENGTH,
        }
    }

    /// Hashes in `memory`, which grows as it has to.
    pub(super) fn follow(
        self,
        memory: &mut Vec<Block>,
        text: &str,
        salt: &[u8],
    ) -> Result<Vec<u8>> {
        let missing = self.params.block_count().saturating_sub(memory.len());
        memory
            .try_reserve_exact(missing)
            .map_err(|_| Error::Unavailable)?;
        memory.resize(memory.len() + missing, Block::new());
        let mut hash = vec![0; self.length];
        Argon2::new(self.algorithm, self.version, self.params)
            .hash_password_into_with_memory(text.as_bytes(), salt, &mut hash, memory)
            .map_err(Error::internal)?;
        Ok(hash)
    }
}

/// A stored password, taken apart.
pub(super) struct Stored {
    pub(super) recipe: Recipe,
    salt: Salt,
    hash: Output,
}

impl Stored {
    /// None for what is no stored password, or asks for more than we give.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let stored = PasswordHash::new(text).ok()?;
        let (salt, hash) = (stored.salt?, stored.hash?);
        let version = stored.version.map(Version::try_from).transpose().ok()?;
        let params = Params::try_from(&stored).ok()?;
        let bounded = params.m_cost() <= MOST_KIB
            && params.t_cost() <= MOST_ROUNDS
            && params.p_cost() <= MOST_ROUNDS;
        bounded.then_some(Self {
            recipe: Recipe {
                algorithm: Algorithm::try_from(stored.algorithm.as_str()).ok()?,
                version: version.unwrap_or(Version::V0x10),
                params,
                length: hash.len(),
            },
            salt,
            hash,
        })
    }

    pub(super) fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// Compares in constant time.
    pub(super) fn is(&self, hash: &[u8]) -> bool {
        Output::new(hash).is_ok_and(|hash| hash == self.hash)
    }
}

/// Whether a text is a password that can be compared with: the PHC string of an Argon2 that asks for no more than we give.
#[must_use]
pub fn is_stored(text: &str) -> bool {
    Stored::parse(text).is_some()
}

/// The PHC string of a standard hash.
pub(super) fn write(salt: &[u8], hash: &[u8]) -> Result<String> {
    let stored = PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&STANDARD).map_err(Error::internal)?,
        salt: Some(Salt::new(salt).map_err(Error::internal)?),
        hash: Some(Output::new(hash).map_err(Error::internal)?),
    };
    Ok(stored.to_string())
}
