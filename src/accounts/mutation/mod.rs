//! Coming in, passwords, and looking after accounts: decoding what was asked and handing it over.

pub mod manage;
pub mod password;
pub mod sign_in;

/// The root fields that look at a password or at a token, or have a letter sent. A document holds one of them at most, so that aliases buy no
/// guesses. An order is one of them because it may bring a password along.
pub const CREDENTIAL_FIELDS: &[&str] = &[
    "register",
    "registrationConfirm",
    "signIn",
    "passwordChange",
    "passwordResetRequest",
    "passwordResetComplete",
    "accountSetPassword",
    "orderPlace",
    "orderByToken",
    "orderClaimRequest",
    "orderClaim",
];

/// What a payload says when a change was refused in words that a client can act on.
///
/// # Errors
/// Everything but [`crate::error::Error::Invalid`].
fn told<T: Default>(
    done: crate::error::Result<T>,
) -> crate::error::Result<(T, Vec<crate::error::UserError>)> {
    match done {
        Ok(done) => Ok((done, Vec::new())),
        Err(crate::error::Error::Invalid(user_errors)) => Ok((T::default(), user_errors)),
        Err(other) => Err(other),
    }
}
