//! Mail: letters, and the ways out of the house.
//!
//! Words: a *letter* is one plain text to one address; a *sender* takes letters off our hands, by SMTP or into a folder; a *fault* says
//! whether a letter that was not taken may go later.
//! Invariants: both ways make the same message; a letter that goes twice bears the same Message-ID; what is logged of a letter is its id,
//! never the address or the text, which hold personal data and tokens.

mod compose;
mod letters;
mod office;
mod sender;
mod smtp;
mod spool;

pub use letters::Links;
pub use office::Office;
pub use sender::{Fault, Sender};
pub use smtp::Smtp;
pub use spool::Spool;

use std::fmt;
use uuid::Uuid;

/// One plain text to one address.
#[derive(Clone)]
pub struct Letter {
    /// Names the letter, and says when it was written if it is of version 7.
    pub id: Uuid,
    /// The address, without a name.
    pub to: String,
    pub subject: String,
    pub text: String,
}

impl fmt::Debug for Letter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Letter")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
