//! What takes a letter off our hands.

use super::Letter;
use futures_util::future::BoxFuture;

/// A way out of the house.
pub trait Sender: Send + Sync {
    /// Hands the letter over. `Ok` means that somebody else answers for it now.
    fn send<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Result<(), Fault>>;
}

/// Why a letter was not taken: for the log, so without address, text and credentials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// May go later.
    #[error("not sent for now: {0}")]
    Later(String),
    /// Never will: such as an address that is none.
    #[error("cannot be sent: {0}")]
    Never(String),
}
