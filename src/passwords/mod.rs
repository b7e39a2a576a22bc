//! Passwords: taking them, judging them, hashing them.
//!
//! Words: a *secret* is a password as somebody typed it; a *stored* password is its hash, as a PHC string that names its own parameters; a
//! *fingerprint* tells whether a repeated request holds the same secret as the first.
//! Invariants: a secret is in no log, no answer and no table; its length is judged before anything costly is done with it; an account that
//! does not exist takes as long to refuse as a wrong password; the memory of hashing is bounded, however many sign in.

mod hashing;
mod recipe;
mod secret;
mod strength;

pub use hashing::Passwords;
pub use recipe::is_stored;
pub use secret::Secret;
pub use strength::{check, is_too_long};
