//! The one place where errors become answers: each gets its code, and what is not for clients is logged and hidden.

use crate::error::Error;
use async_graphql::{Response, ServerError};

const HIDDEN: &str = "something went wrong on our side";

/// Gives every top-level error of `response` its `extensions.code` (T-170).
///
/// Not an extension of the executor: with a single one installed it would ask all extensions about every field.
pub fn settle_all(response: &mut Response) {
    for error in &mut response.errors {
        settle(error);
    }
}

fn settle(error: &mut ServerError) {
    let code = match (error.source::<Error>(), error.source.is_some()) {
        (Some(ours), _) => {
            match ours {
                // Displayed, not debugged: the details of a refusal can hold the values of a row.
                Error::Database(cause) => tracing::error!(%cause, "a request failed"),
                Error::Internal(cause) => tracing::error!(%cause, "a request failed"),
                _ => {}
            }
            ours.code()
        }
        (None, true) => {
            tracing::error!(path = ?error.path, "a request failed with an error of an unknown kind");
            HIDDEN.clone_into(&mut error.message);
            "INTERNAL"
        }
        // From the executor itself, before anything ran: parsing, validation. What it says later, `http` tells apart.
        (None, false) if error.path.is_empty() => "BAD_REQUEST",
        (None, false) => return,
    };
    error.extensions.get_or_insert_default().set("code", code);
}
